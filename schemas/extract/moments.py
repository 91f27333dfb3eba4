"""Moments as sources write them: a day, a month or a quarter, and the time that stands with it.

Keeps true: nothing that was stated is dropped. Text is read whole or not at all; a time that can't
be read is marked and not skipped; 24:00 is the midnight that ends its day; a time with an
offset is turned to the clock of London. Which of day and month stands first is decided by all
values of a column, and where they do not show it, it is said. Leaves to others: which columns
these are, and what is said of them (`fields.py`).
"""

import re
from datetime import date
from functools import cache, partial
from typing import Final

import polars as pl

from schemas.extract.clock_text import (
    ALONE,
    DAY_SECONDS,
    day_and_clock,
    groups_of,
    offset_of,
    seconds_of_clock,
    seconds_of_day,
    time_of_seconds,
)
from schemas.extract.day_text import (
    EPOCH,
    SERIAL,
    SHORT_MONTH,
    day_month_or_quarter,
    days_in,
    have_other_weekday,
    is_stand_in,
    plain_days,
    plain_form,
    serial_day,
    within_years,
)

SAYS: Final = {
    "day_over": "24:00 was read as midnight at the end of the day",
    "offset": "times with an offset from UTC were converted to London time",
    "serial": "bare numbers were read as days, as Excel counts them",
    "stand_in": "dates such as 01/01/1900, which systems write where they have none, were read as "
    "empty",
    "short_month": "months such as Jan-26 were read as a month and a year, as Excel shows them",
}
"""What may have been decided about a column, by the column of `read_moments` that tells it."""
NO_TIMES: Final = "dates that all show midnight were read as having no time"

_CLOCK_IN_FORM: Final = re.compile(r"%-?[HIklMSpPTRrXcsz+]|%[.0-9]*f")
_FRACTION: Final = r"^0?(\.[0-9]+)$"
_SEVERAL: Final = 3  # distinct values, of which something follows
_FINE: Final = r"^0?\.[0-9]{3,}$"  # no time with a point, as 0.30 may be


def read_moments(
    values: pl.Series,
    form: str = "",
    epoch: date | None = None,
    *,
    month_first: bool = False,
    short_years: bool = False,
) -> pl.DataFrame:
    """Read text as moments, as `_read_moments` does, but none that names another weekday."""
    read = _read_moments(values, form, epoch, month_first=month_first, short_years=short_years)
    other = have_other_weekday(values, read["day"])
    if other is None or not other.any():
        return read
    null = pl.when(~pl.lit(other))
    return read.with_columns(null.then(name).alias(name) for name in ("date", "clock", "day"))


def _read_moments(
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
        month_first: In figures, the month comes before the day: `date_order.py` tells.
        short_years: In figures, a year of two may stand behind them.

    Raises:
        ValueError: the form is none.
    """
    table = values.to_frame("_v").with_columns(plain_days(values).alias("_text"))
    if form and _CLOCK_IN_FORM.search(form):
        return _by_form(table, form)
    form = plain_form(form)
    days_of = partial(days_in, form=form, month_first=month_first, short_years=short_years)
    days = table.select("_text", days=days_of(table["_text"]))
    if not days["days"].null_count():
        return days.select(_ALONE)
    parts = days.select(
        "_text",
        "days",
        day_month_or_quarter("_text", form, epoch).alias("day_month_or_quarter"),
        *day_and_clock(),
    )
    behind = days_of(parts["day"])
    read = parts.select(
        "_text",
        whole=pl.col("day_month_or_quarter"),
        days=pl.coalesce("days", serial_day(epoch)),
        behind=pl.when(pl.col("day_month_or_quarter").is_null()).then(pl.lit(behind)),
        seconds=seconds_of_clock(),
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
    table = values.to_frame("_v").with_columns(plain_days(values).alias("_text"))
    if epoch is None and table["_text"].str.contains(_FINE).any():
        epoch = EPOCH
    table = table.with_columns(_figures(table["_text"]))
    alone = table.select(*groups_of("_text", ALONE)).select(seconds_of_clock()).to_series()
    if not alone.null_count():
        return alone.to_frame().select(time_of_seconds(pl.col("seconds"))).to_series()
    fraction = pl.lit(None, dtype=pl.Int64)
    if epoch is not None:
        fraction = seconds_of_day(pl.col("_text").str.extract(_FRACTION))
    moments = read_moments(values, epoch=epoch)
    within = moments.select(pl.when(~pl.col("day_over")).then("clock")).to_series()
    return (
        table.with_columns(alone=alone, within=within)
        .select(pl.coalesce(time_of_seconds(pl.col("alone")), time_of_seconds(fraction), "within"))
        .to_series()
    )


def _figures(text: pl.Series) -> pl.Series:
    """Return times in figures, such as 930, 9.30 or 930.0, as four figures each."""
    whole = text.str.replace(r"^([0-9]{1,4})\.0$", "$1")
    are_figures = whole.str.contains(r"^[0-9]{1,4}$")
    padded = whole.filter(are_figures).str.zfill(4)
    longer = whole.filter(are_figures).str.len_chars().gt(2).any()
    if longer and padded.str.contains(r"^(?:[01][0-9]|2[0-4])[0-5][0-9]$").all():
        figures = pl.when(pl.lit(are_figures)).then(pl.col("_text").str.zfill(4))
        return whole.to_frame("_text").select(figures.otherwise("_text")).to_series()
    has_many = text.n_unique() >= _SEVERAL
    with_points = has_many and text.str.contains(r"^(?:[01]?[0-9]|2[0-3])\.[0-5][0-9]$").all()
    if with_points and not text.str.starts_with("0.").all():
        return text.str.replace(".", ":", literal=True)
    return text


def _moments(read: pl.DataFrame, form: str) -> pl.DataFrame:
    """Bring days and times together."""
    together, remarks = _combine(with_form=bool(form))
    return read.select(together).select(remarks)


@cache
def _combine(*, with_form: bool) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """Return what brings days and times together, in two steps."""
    stated = pl.col("whole").is_null() & pl.col("behind").is_not_null()
    day = pl.when(stated).then("behind").otherwise("whole")
    seconds = pl.when(stated).then("seconds").otherwise("fraction")
    offset = offset_of(pl.col("zone"))
    local = day.cast(pl.Datetime("us")) + pl.duration(seconds=seconds)
    utc = (local - pl.duration(minutes=offset)).dt.replace_time_zone("UTC")
    london = utc.dt.convert_time_zone("Europe/London").dt.replace_time_zone(None)
    zoned = stated & offset.is_not_null() & seconds.is_not_null()
    moment = pl.when(zoned).then(london).otherwise(local)
    together = [
        pl.col("_text"),
        moment.alias("moment"),
        day.alias("day"),
        seconds.is_not_null().alias("timed"),
        pl.coalesce("days", "behind").is_null().alias("month_only"),
        (stated & seconds.is_null()).alias("clock_wrong"),
        (seconds == 0).fill_null(value=False).alias("midnight"),
        (seconds == DAY_SECONDS).fill_null(value=False).alias("day_over"),
        (zoned & (offset.ne(0) | (local != london))).alias("offset"),
    ]
    date_ = pl.when("timed").then(pl.col("moment").dt.date()).otherwise("day")
    short = pl.lit(value=False) if with_form else pl.col("_text").str.contains(SHORT_MONTH)
    serial = pl.col("_text").str.contains(SERIAL) & pl.col("day").is_not_null()
    remarks = [
        within_years(date_).alias("date"),
        pl.when("timed").then(pl.col("moment").dt.time()).alias("clock"),
        pl.col("month_only"),
        pl.col("clock_wrong"),
        pl.col("midnight"),
        within_years(pl.col("day")),
        pl.col("day_over"),
        pl.col("offset"),
        short.alias("short_month"),
        serial.alias("serial"),
        is_stand_in(date_).alias("stand_in"),
    ]
    return together, remarks


_NO: Final = ("month_only", "clock_wrong", "midnight", "day_over", "offset", "serial")
_ALONE: Final = [
    within_years(pl.col("days")).alias("date"),
    pl.lit(None, dtype=pl.Time).alias("clock"),
    within_years(pl.col("days")).alias("day"),
    *(pl.lit(value=False).alias(name) for name in (*_NO, "short_month")),
    is_stand_in(pl.col("days")).alias("stand_in"),
]


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
        within_years(pl.col("m").dt.date()).alias("date"),
        pl.col("m").dt.time().alias("clock"),
        month_only=pl.col("m").is_null(),
        clock_wrong=no,
        midnight=(pl.col("s").dt.time() == pl.time(0)).fill_null(value=False),
        day=within_years(pl.col("s").dt.date()),
        day_over=no,
        offset=pl.lit(zoned) & pl.col("m").is_not_null(),
        serial=no,
        short_month=no,
        stand_in=is_stand_in(pl.col("m").dt.date()).fill_null(value=False),
    )


def _serial_seconds(epoch: date | None) -> pl.Expr:
    """Read the fraction of a serial number as seconds since midnight; null if it has none."""
    if epoch is None:
        return pl.lit(None, dtype=pl.Int64)
    return seconds_of_day(pl.col("_text").str.extract(SERIAL, 2))
