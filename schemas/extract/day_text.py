"""Days, months and quarters as text: how they are written, and the day that each says."""

import re
from datetime import date
from functools import cache
from typing import Final

import polars as pl

EPOCH: Final = date(1899, 12, 30)  # from which Excel counts days
EPOCH_1904: Final = date(1904, 1, 1)  # and old workbooks of the Macintosh
_MONTH: Final = (
    "(?i:Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|Jun(e)?|Jul(y)?|Aug(ust)?"
    "|Sep(t|tember)?|Oct(ober)?|Nov(ember)?|Dec(ember)?)"
)
# The months in Welsh, in full and as they are shortened, and what they are in English.
_WELSH: Final = {
    "Jan": ("ionawr", "ion"), "Feb": ("chwefror", "chwef", "chwe", "chw"),
    "Mar": ("mawrth", "maw"), "Apr": ("ebrill", "ebr"), "May": ("mai",),
    "Jun": ("mehefin", "meh"), "Jul": ("gorffennaf", "gorff", "gor"), "Aug": ("awst", "aws"),
    "Sep": ("medi", "med"), "Oct": ("hydref", "hyd"), "Nov": ("tachwedd", "tach", "tac"),
    "Dec": ("rhagfyr", "rhag", "rha"),
}  # fmt: skip
_ENGLISH: Final = {name: month for month, names in _WELSH.items() for name in names}
_WELSH_MONTH: Final = rf"(?i)\b({'|'.join(_ENGLISH)})\b"
_WELSH_WEEKDAY: Final = r"^(?i:dydd (?:llun|mawrth|mercher|iau|gwener|sadwrn|sul)),? "
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
    (rf"^[0-9]{{1,2}}-{_MONTH}-[0-9]{{2}}$", "%d-%b-%y"),  # Oracle
    (rf"^[0-9]{{1,2}} {_MONTH} [0-9]{{2}}$", "%d %b %y"),
    (rf"^[0-9]{{1,2}}/{_MONTH}/[0-9]{{4}}$", "%d/%b/%Y"),
    (rf"^[0-9]{{1,2}}{_MONTH}[0-9]{{4}}$", "%d%b%Y"),  # SAS
)
_WEEKDAY: Final = (
    r"^(?i:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?i:day)?[.,]{0,2} ([0-9A-Za-z])"
)
_NAMES_OF_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDINAL: Final = (
    rf"^(?P<day>[0-9]{{1,2}}) ?(?i:st|nd|rd|th)? ?(?i:of )?(?P<month>{_MONTH})\b[.,]{{0,2}} ?"
)
_MONTH_FIRST: Final = (
    rf"^(?P<month>{_MONTH})\.? (?P<day>[0-9]{{1,2}})(?i:st|nd|rd|th)?,? ?\b(?P<year>[0-9]{{4}})\b"
)
_HOURS: Final = r"([0-9]) ?(?i:h(?:ou)?rs?)\.?$"  # 1010 hrs
_DECIMAL: Final = r"^(20[0-9]{6})\.0$"  # what a program made of 20260731 that counts with decimals
_AT: Final = r"([0-9]),? (?i:at) ([0-9]{1,2}[:.][0-9])"
# Of which nothing is changed.
_PLAIN: Final = rf"^(?:[0-9/:-]+|[0-9]{{1,2}}-{_MONTH}-[0-9]{{2,4}})(?: [0-9:]+)?$"
# The same as a mapping writes it.
_FORMS: Final = (
    (r"^%[aA][.,]{0,2} ", ""),
    (r"^(%-?[de])(?:st|nd|rd|th)? (?:of )?(%[bBh])[.,]{0,2} ?", r"\1 \2 "),
    (r"^(%[bBh])\.? (%-?[de]),? ?(%Y)", r"\2 \1 \3"),
)
_SAS: Final = rf"^([0-9]{{1,2}}{_MONTH}[0-9]{{4}}):"
SHORT_MONTH: Final = rf"^{_MONTH}-[0-9]{{2}}$"
_MONTHS: Final = (
    (r"^[0-9]{4}-[0-9]{1,2}$", "%Y-%m"),
    (r"^[0-9]{1,2}/[0-9]{4}$", "%m/%Y"),
    (rf"^{_MONTH} [0-9]{{4}}$", "%b %Y"),
    (rf"^{_MONTH}-[0-9]{{4}}$", "%b-%Y"),
    (rf"^[0-9]{{4}}-{_MONTH}$", "%Y-%b"),
    (SHORT_MONTH, "%b-%y"),
)
_QUARTER: Final = r"^([0-9]{4})[- ]?Q([1-4])$"
_YEARS: Final = (1900, 2100)
# What systems write where they have no date: SQL Server, Excel, .NET and others.
_STAND_INS: Final = tuple(
    date(*day) for day in ((1900, 1, 1), (1899, 12, 30), (1899, 12, 31), (1753, 1, 1), (1, 1, 1),
                           (9999, 12, 31))
)  # fmt: skip
SERIAL: Final = r"^([0-9]{5})(\.[0-9]+)?$"


def plain_days(text: pl.Series) -> pl.Series:
    """Return text with one kind of dash, one space between words, and no name of a weekday; where
    the month is a word, the day stands first, without "th" or a comma.
    """
    if text.str.contains(_PLAIN).all():  # as in most columns
        return text
    return text.to_frame("_v").select(_plain_days()).to_series().alias(text.name)


@cache
def _plain_days() -> pl.Expr:
    text = pl.col("_v").str.replace_all(r"[\u2010-\u2015\u2212]", "-")
    text = text.str.replace_all(r"\s+", " ").str.strip_chars()
    text = _in_english(text.str.replace(_WELSH_WEEKDAY, ""))
    text = text.str.replace(_WEEKDAY, "$1").str.replace(_ORDINAL, "${day} ${month} ")
    text = text.str.replace(_MONTH_FIRST, "${day} ${month} ${year}")
    text = text.str.replace(_AT, "$1 $2").str.replace(_HOURS, "$1").str.replace(_DECIMAL, "$1")
    return text.str.replace(_SAS, "$1 ").str.strip_chars()


def have_other_weekday(texts: pl.Series, days: pl.Series) -> pl.Series | None:
    """Say which texts name a weekday that their day is not; None if none names any."""
    words = texts.str.extract(r"^\s*(?i:(mon|tue|wed|thu|fri|sat|sun)[a-z]*)[.,]{0,2} [0-9A-Za-z]")
    if not words.is_not_null().any():
        return None
    numbers = {name: number for number, name in enumerate(_NAMES_OF_DAYS, 1)}
    stated = words.str.to_lowercase().replace_strict(numbers, default=None, return_dtype=pl.Int8)
    return (stated != days.dt.weekday()).fill_null(value=False)


def _in_english(text: pl.Expr) -> pl.Expr:
    """Write a month in English that stands there in Welsh."""
    month = text.str.extract(_WELSH_MONTH).str.to_lowercase()
    english = month.replace_strict(_ENGLISH, default=None, return_dtype=pl.String)
    english_text = text.str.replace(_WELSH_MONTH, english.fill_null(""))
    return pl.when(english.is_not_null()).then(english_text).otherwise(text)


def plain_form(form: str) -> str:
    """Return a mapping's form of days as `plain_days` leaves such days."""
    for pattern, plain in _FORMS:
        form = re.sub(pattern, plain, form)
    return form


def within_years(day: pl.Expr) -> pl.Expr:
    """Return the day where a record may be of it; null where the year can't be meant."""
    return pl.when(day.dt.year().is_between(*_YEARS) & ~is_stand_in(day)).then(day)


def is_stand_in(day: pl.Expr) -> pl.Expr:
    """Say where a day is one that systems write where they have none."""
    return day.is_in(_STAND_INS).fill_null(value=False)


@cache
def day_month_or_quarter(column: str, form: str, epoch: date | None) -> pl.Expr:
    """Return what reads text that is a day, a month or a quarter, and no more."""
    text = pl.col(column)
    if form and not any(part in form for part in ("%d", "%e", "%j", "%D", "%F")):
        return ("01 " + text).str.to_date("%d " + form, strict=False)
    if form:
        return pl.col("days")
    months = [_read_shape(text, shape, f, first_of_month=True) for shape, f in _MONTHS]
    return pl.coalesce(pl.col("days"), serial_day(epoch), *months, _quarter(text))


def days_in(text: pl.Series, form: str, *, month_first: bool, short_years: bool) -> pl.Series:
    """Read text that is a day, and no more."""
    if form and not any(part in form for part in ("%d", "%e", "%j", "%D", "%F")):
        return pl.repeat(None, len(text), dtype=pl.Date, eager=True)
    if form:
        return text.str.to_date(form, strict=False)
    shapes = _shapes(month_first=month_first, short_years=short_years)
    first = next(iter(text.drop_nulls()), "")
    for shape, f in shapes:  # of which a text has no other, and nearly always all have the same
        if re.search(shape, first) and text.str.contains(shape).all():
            shapes = ((shape, f),)
    return text.to_frame("_v").select(_read_by(shapes)).to_series()


@cache
def _shapes(*, month_first: bool, short_years: bool) -> tuple[tuple[str, str], ...]:
    """Return the shapes that a day may have, each with its form."""
    figured = (*_FIGURED, *_SHORT) if short_years else _FIGURED
    return (*((shape, forms[month_first]) for shape, *forms in figured), *_DAYS)


@cache
def _read_by(shapes: tuple[tuple[str, str], ...]) -> pl.Expr:
    return pl.coalesce(_read_shape(pl.col("_v"), shape, form) for shape, form in shapes)


def _read_shape(text: pl.Expr, shape: str, form: str, *, first_of_month: bool = False) -> pl.Expr:
    fits: pl.Expr = pl.when(text.str.contains(shape)).then(text)
    if "%b" in form:  # of which chrono wants one form
        fits = fits.str.replace(r"([A-Za-z]{3})[A-Za-z]+", "$1")
    if first_of_month:
        return ("01 " + fits).str.to_date("%d " + form, strict=False)
    return fits.str.to_date(form, strict=False)


def _quarter(text: pl.Expr) -> pl.Expr:
    """Read a quarter such as 2026Q3 as the first day of it."""
    parts = text.str.to_uppercase().str.extract_groups(_QUARTER)
    year = parts.struct[0].cast(pl.Int32, strict=False)
    month = parts.struct[1].cast(pl.Int8, strict=False) * 3 - 2
    return pl.when(month.is_not_null()).then(pl.date(year, month, 1))


def serial_day(epoch: date | None) -> pl.Expr:
    """Read a workbook's serial number as a day of this century."""
    if epoch is None:
        return pl.lit(None, dtype=pl.Date)
    number = pl.col("_text").str.extract(SERIAL).cast(pl.Int32, strict=False)
    day = pl.lit(epoch) + pl.duration(days=number)
    return pl.when(day.dt.year().is_between(2000, 2099)).then(day)
