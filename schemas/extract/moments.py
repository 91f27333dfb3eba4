"""Moments as sources write them: a day, a month or a quarter, and the time that stands with it.

Keeps true: nothing that was stated is dropped. Text is read whole or not at all; a time that can't
be read is marked and not passed over; 24:00 is the midnight that ends its day; a time with an
offset is turned to the clock of London. Which of day and month stands first is decided by all
values of a column, and where they do not show it, it is said. Leaves to others: which columns
these are, and what is said of them (`fields.py`).
"""

import re
from datetime import date
from functools import partial
from typing import Final

import polars as pl

EPOCH: Final = date(1899, 12, 30)  # from which Excel counts days
EPOCH_1904: Final = date(1904, 1, 1)  # and old workbooks of the Macintosh
SAYS: Final = {
    "day_over": "24:00 was read as midnight at the end of the day",
    "offset": "times with an offset from UTC were converted to London time",
    "serial": "bare numbers were read as days, as Excel counts them",
    "short_month": "months such as Jan-26 were read as a month and a year, as Excel shows them",
}
"""What may have been decided about a column, by the column of `read_moments` that tells it."""
NO_TIMES: Final = "dates that all show midnight were read as having no time"

_MONTH: Final = (
    "(?i:Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|Jun(e)?|Jul(y)?|Aug(ust)?"
    "|Sep(t|tember)?|Oct(ober)?|Nov(ember)?|Dec(ember)?)"
)
# Each shape first, because chrono reads "17" as the year 17.
_FIGURED: Final = (  # of which the order of day and month is not told
    (r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$", "%d/%m/%Y", "%m/%d/%Y"),
    (r"^[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}$", "%d-%m-%Y", "%m-%d-%Y"),
    (r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$", "%d.%m.%Y", "%m.%d.%Y"),
)
_SHORT: Final = (
    (r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}$", "%d/%m/%y", "%m/%d/%y"),
    (r"^[0-9]{1,2}-[0-9]{1,2}-[0-9]{2}$", "%d-%m-%y", "%m-%d-%y"),
    (r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2}$", "%d.%m.%y", "%m.%d.%y"),
)
_DAYS: Final = (
    (r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$", "%Y-%m-%d"),
    (r"^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}$", "%Y/%m/%d"),
    (r"^20[0-9]{6}$", "%Y%m%d"),
    (rf"^[0-9]{{1,2}} {_MONTH} [0-9]{{4}}$", "%d %b %Y"),
    (rf"^[0-9]{{1,2}}-{_MONTH}-[0-9]{{4}}$", "%d-%b-%Y"),
    (rf"^[0-9]{{4}}-{_MONTH}-[0-9]{{1,2}}$", "%Y-%b-%d"),
    (rf"^{_MONTH} [0-9]{{1,2}} [0-9]{{4}}$", "%b %d %Y"),  # SQL Server
    (rf"^{_MONTH} [0-9]{{1,2}}, [0-9]{{4}}$", "%b %d, %Y"),
    (rf"^[0-9]{{1,2}}-{_MONTH}-[0-9]{{2}}$", "%d-%b-%y"),  # Oracle
    (rf"^[0-9]{{1,2}} {_MONTH} [0-9]{{2}}$", "%d %b %y"),
    (rf"^[0-9]{{1,2}}/{_MONTH}/[0-9]{{4}}$", "%d/%b/%Y"),
    (rf"^[0-9]{{1,2}}{_MONTH}[0-9]{{4}}$", "%d%b%Y"),  # SAS
)
_WEEKDAY: Final = (
    r"^(?i:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?i:day)?[.,]{0,2} ([0-9A-Za-z])"
)
_ORDINAL: Final = rf"^([0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH}),?\b"
_SAS: Final = rf"^([0-9]{{1,2}}{_MONTH}[0-9]{{4}}):"
_SHORT_MONTH: Final = rf"^{_MONTH}-[0-9]{{2}}$"
_MONTHS: Final = (
    (r"^[0-9]{4}-[0-9]{1,2}$", "%Y-%m"),
    (r"^[0-9]{1,2}/[0-9]{4}$", "%m/%Y"),
    (rf"^{_MONTH} [0-9]{{4}}$", "%b %Y"),
    (rf"^{_MONTH}-[0-9]{{4}}$", "%b-%Y"),
    (rf"^[0-9]{{4}}-{_MONTH}$", "%Y-%b"),
    (_SHORT_MONTH, "%b-%y"),
)
_QUARTER: Final = r"^([0-9]{4})[- ]?Q([1-4])$"
_HALF: Final = r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)"
_SECOND: Final = r"(?::(?P<second>[0-9]{2})(?:[.,:][0-9]+)?)?"
_SECOND_DOT: Final = r"(?:\.(?P<second_dot>[0-9]{2})(?:[.,][0-9]+)?)?"
_COLONS: Final = rf"(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}}){_SECOND}"
_DOTS: Final = rf"(?P<hour_dot>[0-9]{{1,2}})\.(?P<minute_dot>[0-9]{{2}}){_SECOND_DOT}"
_FIGURES: Final = r"(?P<hour_fig>[0-9]{2})(?P<minute_fig>[0-9]{2})"
_ZONE: Final = r"(?: ?(?P<zone>(?i:Z|UTC|GMT|BST|Europe/London)|[+-][0-9]{2}(?::?[0-9]{2})?))"
_CLOCK: Final = rf"(?:(?:{_COLONS}|{_DOTS}){_HALF}?|{_FIGURES}){_ZONE}?"
_BEHIND: Final = rf"^(?P<day>.*[0-9])(?:[Tt]|,? ){_CLOCK}$"
_BEFORE: Final = rf"^{_CLOCK},? (?P<day>[0-9].*)$"
_ALONE: Final = rf"^(?:{_COLONS}{_HALF}?|{_DOTS}{_HALF}|{_FIGURES})$"
_PARTS: Final = ("hour", "minute", "second")
_CLOCK_IN_FORM: Final = re.compile(r"%-?[HIklMSpPTRrXcsz+]|%[.0-9]*f")
_YEARS: Final = (1900, 2100)
_DAY_SECONDS: Final = 24 * 60 * 60
_FRACTION: Final = r"^0?(\.[0-9]+)$"
_SEVERAL: Final = 3  # distinct values, of which something follows
_FINE: Final = r"^0?\.[0-9]{3,}$"  # no time with a point, as 0.30 may be
SERIAL: Final = r"^([0-9]{5})(\.[0-9]+)?$"


def read_moments(
    values: pl.Series,
    form: str = "",
    epoch: date | None = None,
    *,
    month_first: bool = False,
    short_years: bool = False,
) -> pl.DataFrame:
    """Read text as moments.

    Returns:
        `date`, `clock` (null where none is stated), `month_only`, `clock_wrong` (a time stands
        there and can't be read), `midnight` (the time, as it stands there, is 00:00) and `day` (as
        it stands there, whatever the offset), and for each key of SAYS whether it was so.

    Args:
        values: Text without nulls, space around it or invisible characters.
        form: How a mapping says that they are written; with a clock in it, or without.
        epoch: The day from which serial numbers of a workbook are counted, where there may be some.
        month_first: In figures, the month stands before the day: `date_order.py` tells.
        short_years: In figures, a year of two may stand behind them.

    Raises:
        ValueError: the form is none.
    """
    table = values.to_frame("_v").with_columns(plain_days("_v").alias("_text"))
    if form and _CLOCK_IN_FORM.search(form):
        return _by_form(table, form)
    days_of = partial(_days, form=form, month_first=month_first, short_years=short_years)
    days = table.select("_text", days=days_of(pl.col("_text")))
    if not days["days"].null_count():
        return _days_alone(days)
    parts = days.select(
        "_text",
        "days",
        pl.coalesce(_whole(pl.col("_text"), form, epoch)).alias("_whole"),
        *_split(),
    )
    behind = days_of(pl.col("day"))
    read = parts.select(
        "_text",
        whole=pl.col("_whole"),
        days=pl.coalesce("days", _serial_day(epoch)),
        behind=pl.when(pl.col("_whole").is_null()).then(behind),
        seconds=_seconds(),
        zone="zone",
        fraction=_serial_seconds(epoch),
    )
    return _moments(read, form)


def read_clocks(values: pl.Series, epoch: date | None = None) -> pl.Series:
    """Read text as times of day: alone, behind a day, or as a workbook's fraction of a day.

    Figures are read by what all of them show: 930 is 09:30 where others have four, and 9.30 where
    all have two behind the point. What can't be read is null, and so is 24:00, whose day is another
    than the one beside it: `is_day_over` tells it.
    """
    table = values.to_frame("_v").with_columns(plain_days("_v").alias("_text"))
    if epoch is None and table["_text"].str.contains(_FINE).any():
        epoch = EPOCH
    table = table.with_columns(_figures(table["_text"]))
    alone = table.select(*_groups(pl.col("_text"), _ALONE)).select(_seconds()).to_series()
    if not alone.null_count():
        return alone.to_frame().select(_time(pl.col("seconds"))).to_series()
    fraction = pl.lit(None, dtype=pl.Int64)
    if epoch is not None:
        fraction = _of_a_day(pl.col("_text").str.extract(_FRACTION))
    moments = read_moments(values, epoch=epoch)
    within = moments.select(pl.when(~pl.col("day_over")).then("clock")).to_series()
    return (
        table.with_columns(alone=alone, within=within)
        .select(pl.coalesce(_time(pl.col("alone")), _time(fraction), "within"))
        .to_series()
    )


def is_day_over(values: pl.Series) -> pl.Series:
    """Say which cells of times are 24:00."""
    return values.str.contains(r"^24[:.]?00(?:[:.]00)?$")


def _figures(text: pl.Series) -> pl.Series:
    """Return times in figures, such as 930, 9.30 or 930.0, as four figures each."""
    whole = text.str.replace(r"^([0-9]{1,4})\.0$", "$1")
    are_figures = whole.str.contains(r"^[0-9]{1,4}$")
    padded = whole.filter(are_figures).str.zfill(4)
    longer = whole.filter(are_figures).str.len_chars().gt(2).any()
    if longer and padded.str.contains(r"^(?:[01][0-9]|2[0-4])[0-5][0-9]$").all():
        figures = pl.when(pl.lit(are_figures)).then(pl.col("_text").str.zfill(4))
        return whole.to_frame("_text").select(figures.otherwise("_text")).to_series()
    several = text.n_unique() >= _SEVERAL
    with_points = several and text.str.contains(r"^(?:[01]?[0-9]|2[0-3])\.[0-5][0-9]$").all()
    if with_points and not text.str.starts_with("0.").all():
        return text.str.replace(".", ":", literal=True)
    return text


def plain_days(column: str) -> pl.Expr:
    """Return text with one kind of dash, one space between words, and no name of a weekday."""
    text = pl.col(column).str.replace_all(r"[\u2010-\u2015\u2212]", "-")
    text = text.str.replace_all(r"\s+", " ").str.strip_chars()
    text = text.str.replace(_WEEKDAY, "$1").str.replace(_ORDINAL, "$1 $2")
    return text.str.replace(_SAS, "$1 ")


def _moments(read: pl.DataFrame, form: str) -> pl.DataFrame:
    """Bring days and times together."""
    stated = pl.col("whole").is_null() & pl.col("behind").is_not_null()
    day = pl.when(stated).then("behind").otherwise("whole")
    seconds = pl.when(stated).then("seconds").otherwise("fraction")
    offset = _offset(pl.col("zone"))
    local = day.cast(pl.Datetime("us")) + pl.duration(seconds=seconds)
    utc = (local - pl.duration(minutes=offset)).dt.replace_time_zone("UTC")
    london = utc.dt.convert_time_zone("Europe/London").dt.replace_time_zone(None)
    zoned = stated & offset.is_not_null() & seconds.is_not_null()
    moment = pl.when(zoned).then(london).otherwise(local)
    found = read.select(
        "_text",
        moment=moment,
        day=day,
        timed=seconds.is_not_null(),
        month_only=pl.coalesce("days", "behind").is_null(),
        clock_wrong=stated & seconds.is_null(),
        midnight=(seconds == 0).fill_null(value=False),
        day_over=(seconds == _DAY_SECONDS).fill_null(value=False),
        offset=zoned & offset.ne(0).fill_null(value=False) | zoned & (local != london),
    )
    date_ = pl.when("timed").then(pl.col("moment").dt.date()).otherwise("day")
    short = pl.lit(value=False) if form else pl.col("_text").str.contains(_SHORT_MONTH)
    return found.select(
        _sound(date_).alias("date"),
        pl.when("timed").then(pl.col("moment").dt.time()).alias("clock"),
        "month_only",
        "clock_wrong",
        "midnight",
        _sound(pl.col("day")),
        "day_over",
        pl.col("offset").fill_null(value=False),
        short_month=short,
        serial=pl.col("_text").str.contains(SERIAL) & pl.col("day").is_not_null(),
    )


def _days_alone(read: pl.DataFrame) -> pl.DataFrame:
    """Return what there is to say of days without times."""
    no = pl.lit(value=False)
    day = _sound(pl.col("days"))
    return read.select(
        date=day,
        clock=pl.lit(None, dtype=pl.Time),
        month_only=no,
        clock_wrong=no,
        midnight=no,
        day=day,
        day_over=no,
        offset=no,
        serial=no,
        short_month=no,
    )


def _by_form(table: pl.DataFrame, form: str) -> pl.DataFrame:
    """Read moments by a form that says where the clock stands."""
    try:
        moment = table["_v"].str.to_datetime(form.replace(".%f", "%.f"), strict=False)
    except pl.exceptions.PolarsError:
        moment = None
    if moment is None:
        raise ValueError
    zoned = getattr(moment.dtype, "time_zone", None) is not None
    stated = moment
    if zoned:
        moment = moment.dt.convert_time_zone("Europe/London").dt.replace_time_zone(None)
    no = pl.lit(value=False)
    return pl.DataFrame({"m": moment, "s": stated}).select(
        _sound(pl.col("m").dt.date()).alias("date"),
        pl.col("m").dt.time().alias("clock"),
        month_only=pl.col("m").is_null(),
        clock_wrong=no,
        midnight=(pl.col("s").dt.time() == pl.time(0)).fill_null(value=False),
        day=_sound(pl.col("s").dt.date()),
        day_over=no,
        offset=pl.lit(zoned) & pl.col("m").is_not_null(),
        serial=no,
        short_month=no,
    )


def _sound(day: pl.Expr) -> pl.Expr:
    return pl.when(day.dt.year().is_between(*_YEARS)).then(day)


def _whole(text: pl.Expr, form: str, epoch: date | None) -> list[pl.Expr]:
    """Return what reads text that is a day, a month or a quarter, and no more."""
    if form and not any(part in form for part in ("%d", "%e", "%j", "%D", "%F")):
        return [("01 " + text).str.to_date("%d " + form, strict=False)]
    if form:
        return [pl.col("days")]
    months = [_shaped(text, shape, one, first_of_month=True) for shape, one in _MONTHS]
    return [pl.col("days"), _serial_day(epoch), *months, _quarter(text)]


def _days(text: pl.Expr, form: str, *, month_first: bool, short_years: bool) -> pl.Expr:
    if form and not any(part in form for part in ("%d", "%e", "%j", "%D", "%F")):
        return pl.lit(None, dtype=pl.Date)
    if form:
        return text.str.to_date(form, strict=False)
    figured = [(shape, both[month_first]) for shape, *both in _FIGURED]
    if short_years:
        figured += [(shape, both[month_first]) for shape, *both in _SHORT]
    return pl.coalesce(_shaped(text, shape, one) for shape, one in (*figured, *_DAYS))


def _shaped(text: pl.Expr, shape: str, form: str, *, first_of_month: bool = False) -> pl.Expr:
    fits: pl.Expr = pl.when(text.str.contains(shape)).then(text)
    fits = fits.str.replace(r"([A-Za-z]{3})[A-Za-z]+", "$1")  # chrono wants one form of a month
    if first_of_month:
        return ("01 " + fits).str.to_date("%d " + form, strict=False)
    return fits.str.to_date(form, strict=False)


def _quarter(text: pl.Expr) -> pl.Expr:
    """Read a quarter such as 2026Q3 as the first day of it."""
    told = text.str.to_uppercase().str.extract_groups(_QUARTER)
    year = told.struct[0].cast(pl.Int32, strict=False)
    month = told.struct[1].cast(pl.Int8, strict=False) * 3 - 2
    return pl.when(month.is_not_null()).then(pl.date(year, month, 1))


def _split() -> list[pl.Expr]:
    """Return the parts of text that is a day and a time, in either order; nulls of any other."""
    behind, before = (_groups(pl.col("_text"), pattern) for pattern in (_BEHIND, _BEFORE))
    return [
        pl.coalesce(one, two).alias(name)
        for name, one, two in zip(_NAMES, behind, before, strict=True)
    ]


_NAMES: Final = (
    "day", "hour", "minute", "second", "hour_dot", "minute_dot", "second_dot", "half",
    "hour_fig", "minute_fig", "zone",
)  # fmt: skip


def _groups(text: pl.Expr, pattern: str) -> list[pl.Expr]:
    """Return the named groups of a pattern as columns; polars' regular expressions allow each
    name once, so a second group of a name is numbered.
    """
    numbered, seen = "", dict.fromkeys(_NAMES, 0)
    for part in re.split(r"(\(\?P<\w+>)", pattern):
        if part.startswith("(?P<"):
            name = part[4:-1]
            seen[name] += 1
            numbered += f"(?P<{name}_{seen[name]}>"
        else:
            numbered += part
    found = text.str.extract_groups(numbered)
    nothing = pl.lit(None, dtype=pl.String)
    return [
        pl.coalesce(
            [found.struct.field(f"{name}_{n}") for n in range(1, count + 1)] or [nothing]
        ).alias(name)
        for name, count in seen.items()
    ]


def _seconds() -> pl.Expr:
    """Return the seconds since midnight that the parts of a clock say; null if they say none."""
    hour, minute, second = (
        pl.coalesce(*(pl.col(c) for c in _NAMES if c.split("_")[0] == name)).cast(
            pl.Int64, strict=False
        )
        for name in _PARTS
    )
    second = second.fill_null(0)
    half = pl.col("half").str.to_lowercase()
    of_twelve = pl.when(hour.is_between(1, 12)).then(hour % 12 + 12 * (half == "p").cast(pl.Int64))
    whole = pl.when(half.is_not_null()).then(of_twelve).otherwise(hour)
    seconds = whole * 3600 + minute * 60 + second
    sound = (minute < 60) & (second < 60) & (seconds <= _DAY_SECONDS)
    return pl.when(sound).then(seconds).alias("seconds")


def _time(seconds: pl.Expr) -> pl.Expr:
    """Return seconds since midnight as a time; null at 24:00."""
    return pl.when(seconds < _DAY_SECONDS).then((seconds * 10**9).cast(pl.Time))


def _offset(zone: pl.Expr) -> pl.Expr:
    """Return by how many minutes a zone is ahead of UTC; null for none and for London's own."""
    figures = zone.str.extract_groups(r"^([+-])([0-9]{2}):?([0-9]{2})?$")
    sign = pl.when(figures.struct[0] == "-").then(-1).otherwise(1)
    minutes = figures.struct[1].cast(pl.Int64, strict=False) * 60 + figures.struct[2].cast(
        pl.Int64, strict=False
    ).fill_null(0)
    named = zone.str.to_uppercase().replace_strict(
        {"Z": 0, "UTC": 0, "GMT": 0, "BST": 60}, default=None, return_dtype=pl.Int64
    )
    return pl.coalesce(named, sign * minutes)


def _serial_day(epoch: date | None) -> pl.Expr:
    """Read a workbook's serial number as a day of this century."""
    if epoch is None:
        return pl.lit(None, dtype=pl.Date)
    number = pl.col("_text").str.extract(SERIAL).cast(pl.Int32, strict=False)
    day = pl.lit(epoch) + pl.duration(days=number)
    return pl.when(day.dt.year().is_between(2000, 2099)).then(day)


def _serial_seconds(epoch: date | None) -> pl.Expr:
    """Read the fraction of a serial number as seconds since midnight; null if it has none."""
    if epoch is None:
        return pl.lit(None, dtype=pl.Int64)
    return _of_a_day(pl.col("_text").str.extract(SERIAL, 2))


def _of_a_day(fraction: pl.Expr) -> pl.Expr:
    part = fraction.cast(pl.Float64, strict=False)
    return (part * _DAY_SECONDS).round().cast(pl.Int64)
