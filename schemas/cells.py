"""Cells of one field, read once for each distinct value.

Keeps true: a cell that can't be read is a fault with a line, never a guess; a postcode is cut to
its outward code before anything else sees it. Each reader is a function of the cells alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from schemas.column_types import LSOA_EDITION, field_type, words_type
from schemas.dataset import Dataset, Reads
from schemas.lines import LINE
from schemas.mapping import Mapping
from schemas.places import FOUND, Places
from schemas.points import grid_references
from schemas.postcodes import Outward, read_postcodes
from schemas.rules import RULES
from schemas.words import LSOA_SHAPE


class Fault(NamedTuple):
    """A rule, a column, and the lines where that column broke it.

    Attributes:
        meant: Entries of a list that may have been meant; of the list, and of no record.
    """

    rule: str
    column: str
    lines: pl.Series
    meant: tuple[str, ...] = ()


# What sources write where they hold nothing.
NOTHING: Final = (
    "",
    "null",
    "n/a",
    "na",
    "none",
    "-",
    "--",
    "unknown",
    "not known",
    "not recorded",
    "tbc",
)
_COUNT: Final = r"^[0-9]{1,3}(,[0-9]{3})+(\.0+)?$|^[0-9]+(\.0+)?$"  # with separators, or without
_DECIMAL: Final = r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$|^-?[0-9]+(\.[0-9]+)?$"
_SCHOOL: Final = r"^[0-9]{6,7}$|^[0-9]{3}/[0-9]{4}$"  # URN; local authority and establishment

_MONTH: Final = (
    "(?i:Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|Jun(e)?|Jul(y)?|Aug(ust)?"
    "|Sep(t|tember)?|Oct(ober)?|Nov(ember)?|Dec(ember)?)"
)
# Each shape first, because chrono reads "17" as the year 17. Day before month, always.
_DATES: Final = (
    (r"^\d{4}-\d{1,2}-\d{1,2}$", "%Y-%m-%d"),
    (r"^\d{1,2}/\d{1,2}/\d{4}$", "%d/%m/%Y"),
    (r"^\d{1,2}-\d{1,2}-\d{4}$", "%d-%m-%Y"),
    (r"^\d{1,2}\.\d{1,2}\.\d{4}$", "%d.%m.%Y"),
    (r"^\d{4}/\d{1,2}/\d{1,2}$", "%Y/%m/%d"),
    (rf"^\d{{1,2}} {_MONTH} \d{{4}}$", "%d %b %Y"),
    (rf"^\d{{1,2}}-{_MONTH}-\d{{4}}$", "%d-%b-%Y"),
    (rf"^\d{{4}}-{_MONTH}-\d{{1,2}}$", "%Y-%b-%d"),
)
_MONTHS: Final = (
    (r"^\d{4}-\d{1,2}$", "%Y-%m"),
    (r"^\d{1,2}/\d{4}$", "%m/%Y"),
    (rf"^{_MONTH} \d{{4}}$", "%b %Y"),
    (rf"^\d{{4}}-{_MONTH}$", "%Y-%b"),
)
_QUARTER: Final = r"^(\d{4})[- ]?Q([1-4])$"
_CLOCK: Final = r"[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?$"
_YEARS: Final = (1900, 2100)
# A qualifier that says that a record is domestic (NSIR: "domestic"), among others or alone.
SAYS_DOMESTIC: Final = r"(?i)\bdomestic\b|(?:^|[;,/|+])\s*(?:da|dv|dva)\s*(?:$|[;,/|+])"


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of an extract under the fields' names, and what reading them takes."""

    dataset: Dataset
    mapping: Mapping
    places: Places
    rows: pl.DataFrame
    serials: bool
    nation: str = ""

    def __repr__(self) -> str:
        return f"<Cells {self.rows.height} rows>"

    def fault(self, rule: str, column: str, broken: pl.Series) -> list[Fault]:
        """Return the fault of the rows that are broken; none if none is."""
        if not broken.any():
            return []
        return [Fault(RULES[rule].id, column, self.rows[LINE].filter(broken))]

    def per_value(self, column: str, read: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
        """Read each distinct value of a column once, and put the answers back on its rows.

        Beside the answers, `told` says of each row whether it holds more than a word for nothing.
        """
        cells = self.rows[column]
        if cells.null_count() == cells.len():
            nothing = read(pl.Series("_v", [], dtype=pl.String)).clear(cells.len())
            return nothing.with_columns(told=pl.lit(value=False))
        values = cells.drop_nulls().unique().to_frame("_value").with_columns(_v=trimmed("_value"))
        values = values.filter(~pl.col("_v").str.to_lowercase().is_in(NOTHING))
        text = values["_v"].replace(self.mapping.codes.get(column, {}))
        answers = read(text).with_columns(values["_value"], told=pl.lit(value=True))
        answers = cells.to_frame("_value").join(
            answers, on="_value", how="left", maintain_order="left"
        )
        return answers.drop("_value").with_columns(pl.col("told").fill_null(value=False))


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a field: the columns it gives, and what in it could not be read."""

    columns: list[pl.Series]
    faults: list[Fault]

    def __repr__(self) -> str:
        return f"<Read {len(self.columns)} columns>"


def trimmed(column: str) -> pl.Expr:
    """Return a column's text without space around it; a no-break space is a space."""
    return pl.col(column).str.replace_all("\u00a0", " ", literal=True).str.strip_chars()


def _dates(cells: Cells, name: str) -> Read:
    """Give the date, the time that stands with it, and whether only the month is told."""
    days, months = _date_forms(cells, name)

    def read(values: pl.Series) -> pl.DataFrame:
        day = pl.coalesce(*days, *months)
        sound = day.dt.year().is_between(*_YEARS)
        return values.to_frame("_v").select(
            pl.when(sound).then(day).alias("date"),
            pl.coalesce(*days).is_null().alias("month_only"),
            _clock(pl.col("_v").str.extract(_CLOCK)).alias("clock"),
        )

    answers = cells.per_value(name, read)
    columns = [
        answers["date"].alias(name),
        answers["clock"].alias(f"_clock_{name}"),
        answers["month_only"].fill_null(value=False).alias(f"_month_{name}"),
    ]
    broken = answers["told"] & answers["date"].is_null()
    return Read(columns, cells.fault("date-unreadable", name, broken))


def _date_forms(cells: Cells, name: str) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """Return how the days and how the months of a column may be written."""
    written, nothing = cells.mapping.dates.get(name), [pl.lit(None, dtype=pl.Date)]
    if written and not any(part in written for part in ("%d", "%e", "%j")):
        return nothing, [("01 " + pl.col("_v")).str.to_date("%d " + written, strict=False)]
    if written:
        return [pl.col("_v").str.to_date(written, strict=False)], nothing
    text = pl.col("_v").str.replace(_CLOCK, "")
    days = [_shaped(text, shape, form) for shape, form in _DATES]
    if cells.serials:
        days.append(_serial(text))
    months = [_shaped(text, shape, form, first_of_month=True) for shape, form in _MONTHS]
    return days, [*months, _quarter(text)]


def _quarter(text: pl.Expr) -> pl.Expr:
    """Read a quarter such as 2026Q3 as the first day of it."""
    told = text.str.to_uppercase().str.extract_groups(_QUARTER)
    year = told.struct[0].cast(pl.Int32, strict=False)
    month = told.struct[1].cast(pl.Int8, strict=False) * 3 - 2
    return pl.when(month.is_not_null()).then(pl.date(year, month, 1))


def _shaped(text: pl.Expr, shape: str, form: str, *, first_of_month: bool = False) -> pl.Expr:
    fits: pl.Expr = pl.when(text.str.contains(shape)).then(text)
    fits = fits.str.replace(r"([A-Za-z]{3})[A-Za-z]+", "$1")  # chrono wants one form of a month
    if first_of_month:
        return ("01 " + fits).str.to_date("%d " + form, strict=False)
    return fits.str.to_date(form, strict=False)


def _serial(text: pl.Expr) -> pl.Expr:
    """Read a workbook's serial number: days since 30 December 1899, of this century."""
    number = pl.when(text.str.contains(r"^\d{5}$")).then(text).cast(pl.Int32, strict=False)
    day = pl.lit(date(1899, 12, 30)) + pl.duration(days=number)
    return pl.when(day.dt.year().is_between(2000, 2099)).then(day)


def _clock(text: pl.Expr) -> pl.Expr:
    padded = text.str.replace(r"^(\d):", "0$1:")
    return pl.coalesce(
        padded.str.to_time("%H:%M", strict=False), padded.str.to_time("%H:%M:%S", strict=False)
    )


def _time(cells: Cells, name: str) -> Read:
    def read(values: pl.Series) -> pl.DataFrame:
        text = pl.col("_v").str.replace(r"^(\d{2})(\d{2})$", "$1:$2").str.replace(r"\.\d+$", "")
        within = text.str.extract(_CLOCK)
        return values.to_frame("_v").select(_clock(pl.coalesce(within, text)).alias("time"))

    answers = cells.per_value(name, read)
    broken = answers["told"] & answers["time"].is_null()
    return Read([answers["time"].alias(name)], cells.fault("time-unreadable", name, broken))


def _word(cells: Cells, name: str) -> Read:
    words = cells.dataset.fields[name].words
    assert words is not None  # noqa: S101 - a declaration, not data

    def read(values: pl.Series) -> pl.DataFrame:
        word = pl.col("_v").str.to_lowercase().replace_strict(words.read_as, default=None)
        return values.to_frame("_v").select(word.cast(words_type(words)).alias("word"))

    answers = cells.per_value(name, read)
    broken = answers["told"] & answers["word"].is_null()
    rule = "flag-unreadable" if "yes" in words.also else "word-unreadable"
    return Read(
        [answers["word"].fill_null(words.untold).alias(name)], cells.fault(rule, name, broken)
    )


def _qualifier(cells: Cells, name: str) -> Read:
    """Say where a qualifier is the one of domestic incidents."""

    def read(values: pl.Series) -> pl.DataFrame:
        return values.to_frame("_v").select(said=pl.col("_v").str.contains(SAYS_DOMESTIC))

    said = cells.per_value(name, read)["said"].fill_null(value=False)
    return Read([said.alias(name)], [])


def _number(shape: str, *, whole: bool) -> Callable[[Cells, str], Read]:
    """Return the reader of numbers of a shape, whose thousands may be separated by commas."""

    def reader(cells: Cells, name: str) -> Read:
        dtype = field_type(cells.dataset.fields[name]) if whole else pl.Float64

        def read(values: pl.Series) -> pl.DataFrame:
            fits = pl.when(pl.col("_v").str.contains(shape)).then("_v")
            number = fits.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
            return values.to_frame("_v").select(number.cast(dtype, strict=False).alias("number"))

        answers = cells.per_value(name, read)
        broken = answers["told"] & answers["number"].is_null()
        return Read([answers["number"].alias(name)], cells.fault("number-unreadable", name, broken))

    return reader


def _school(cells: Cells, name: str) -> Read:
    def read(values: pl.Series) -> pl.DataFrame:
        fits = pl.when(pl.col("_v").str.contains(_SCHOOL)).then("_v")
        return values.to_frame("_v").select(fits.str.replace("/", "", literal=True).alias("school"))

    answers = cells.per_value(name, read)
    broken = answers["told"] & answers["school"].is_null()
    return Read([answers["school"].alias(name)], cells.fault("school-unknown", name, broken))


def _text(cells: Cells, name: str) -> Read:
    answers = cells.per_value(name, lambda values: values.to_frame("text"))
    return Read([answers["text"].alias(name)], [])


def _postcode(cells: Cells, name: str) -> Read:
    """Give the outward code, what became of the cell, and what is known of the place."""
    answers = cells.per_value(name, lambda values: read_postcodes(values, cells.places))
    became = {
        "place-unreadable": answers["became"] == Outward.UNREADABLE.value,
        "place-unknown": answers["became"] == Outward.UNKNOWN.value,
        "place-special": answers["became"] == Outward.SPECIAL.value,
        "postcode-not-in-directory": ~answers["found"],
    }
    faults = [
        fault
        for rule, broken in became.items()
        for fault in cells.fault(rule, name, broken.fill_null(value=False))
    ]
    columns = [answers["outward"].alias(name), answers["became"].alias("place_became")]
    if cells.places.protected.postcodes:
        columns.append(answers["protected"].fill_null(value=False))
    if cells.places.find is not None:
        columns += [answers[n] for n in FOUND if n != "found"]
    return Read(columns, faults)


def _lsoa(cells: Cells, name: str) -> Read:
    def read(values: pl.Series) -> pl.DataFrame:
        code = pl.col("_v").str.to_uppercase()
        sound = code.str.contains(r"^[EWSN][0-9]{8}$")
        ours = pl.when(code.str.contains(rf"^{LSOA_SHAPE}$")).then(code)
        return values.to_frame("_v").select(ours.alias("lsoa"), sound.alias("sound"))

    answers = cells.per_value(name, read)
    broken = ~answers["sound"].fill_null(value=True)
    heading = cells.mapping.columns.get(name, "")
    edition = pl.lit(cells.places.edition_of(heading), dtype=LSOA_EDITION).alias("lsoa_edition")
    columns = answers.select(pl.col("lsoa").alias(name), edition).get_columns()
    return Read(columns, cells.fault("lsoa-unreadable", name, broken))


def _grid_reference(cells: Cells, name: str) -> Read:
    """Give the middle of the square that a reference such as SU 351 402 names, and its side."""
    answers = cells.per_value(name, lambda values: values.to_frame("_v").select(*grid_references()))
    broken = answers["told"] & answers["reference_easting"].is_null()
    columns = [answers[n] for n in ("reference_easting", "reference_northing", "reference_side")]
    return Read(columns, cells.fault("grid-unreadable", name, broken))


def _as_it_stands(cells: Cells, name: str) -> Read:
    return Read([cells.rows[name]], [])


READERS: Final[dict[Reads, Callable[[Cells, str], Read]]] = {
    Reads.DATE: _dates,
    Reads.TIME: _time,
    Reads.TEXT: _as_it_stands,
    Reads.WORD: _word,
    Reads.QUALIFIER: _qualifier,
    Reads.COUNT: _number(_COUNT, whole=True),
    Reads.DECIMAL: _number(_DECIMAL, whole=False),
    Reads.SCHOOL: _school,
    Reads.POSTCODE: _postcode,
    Reads.GRID: _grid_reference,
    Reads.LSOA: _lsoa,
    Reads.LSOA_NAME: _text,
    Reads.DISTRICT: _text,
}
