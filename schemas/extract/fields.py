"""Cells of one field, read once for each distinct value.

Keeps true: a cell that can't be read is a fault with a line, never a guess; a postcode is cut to
its outward code before anything else sees it. Each reader is a function of the cells alone
(`cells.py`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Final

import polars as pl

from schemas.codes.vocabularies import LSOA_SHAPE
from schemas.datasets.column_types import LSOA_EDITION, field_type, words_type
from schemas.datasets.dataset import Dataset, Field, Reads
from schemas.extract.cells import UNKNOWN, Cells, FieldResult
from schemas.extract.clock_text import is_day_over
from schemas.extract.date_order import IN_FIGURES, Order, are_serials, order_of_days
from schemas.extract.day_text import EPOCH
from schemas.extract.errors import MappingRefused
from schemas.extract.grid import grid_references
from schemas.extract.moments import NO_TIMES, SAYS, read_clocks, read_moments
from schemas.extract.places import FOUND
from schemas.extract.postcodes import Outward, read_postcodes
from schemas.extract.text import plain

_COUNT: Final = r"^[0-9]{1,3}(,[0-9]{3})+(\.0+)?$|^[0-9]+(\.0+)?$"  # with separators, or without
_DECIMAL: Final = r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$|^-?[0-9]+(\.[0-9]+)?$"
_SCHOOL: Final = r"^[0-9]{6,7}$|^[0-9]{3}/[0-9]{4}$"  # URN; local authority and establishment

# A qualifier that says that a record is domestic (NSIR: "domestic"), among others or alone.
SAYS_DOMESTIC: Final = r"(?i)\bdomestic\b|(?:^|[;,/|+])\s*(?:da|dv|dva)\s*(?:$|[;,/|+])"


def _dates(cells: Cells, name: str) -> FieldResult:
    """Give the date, the time that stands with it, and whether only the month is given.

    Dates that all stand at midnight hold no times: that is how spreadsheets export a bare date.
    """
    form = cells.mapping.dates.get(name, "")
    order = Order() if form else _order(cells, name)

    def read(values: pl.Series) -> pl.DataFrame:
        epoch = cells.serials or (EPOCH if are_serials(values) else None)
        return read_moments(
            values, form, epoch, month_first=order.month_first, short_years=order.short_years
        )

    try:
        answers = cells.per_value(name, read, blanks=UNKNOWN)
    except ValueError:
        answers = None
    if answers is None:
        raise MappingRefused(
            "mapping-date-form-unknown",
            f"[dates] {name} in the mapping {cells.mapping.name} is not a date format",
        )
    assumed = [words for part, words in SAYS.items() if answers[part].any()]
    if cells.serials is not None:
        assumed = [words for words in assumed if words != SAYS["serial"]]
    if answers["stand_in"].any():
        answers = answers.with_columns(pl.when(~pl.col("stand_in")).then("clock").alias("clock"))
    day, clock = answers["date"], answers["clock"]
    timed = answers.filter(pl.col("clock").is_not_null()) if clock.count() else answers.clear()
    if timed.height and (timed["midnight"].all() or _all_midnight(timed)):
        day = answers["day"] if timed["midnight"].all() else day
        clock = clock.clear(len(clock))
        assumed = [*(words for words in assumed if words == SAYS["serial"]), NO_TIMES]
    columns = [
        day.alias(name),
        clock.alias(f"_clock_{name}"),
        answers["month_only"].fill_null(value=False).alias(f"_month_{name}"),
    ]
    broken = answers["filled"] & answers["date"].is_null()
    broken &= ~answers["stand_in"].fill_null(value=False)
    if order.stops:  # which says enough of those that are written in figures
        broken &= ~_lines_with(cells, name, IN_FIGURES)
    faults = cells.fault("date-unreadable", name, broken)
    if order.fault:
        faults += cells.fault(order.fault, name, _lines_with(cells, name, order.odd))
    faults += cells.fault("time-unreadable", name, answers["clock_wrong"].fill_null(value=False))
    return FieldResult(columns, faults, tuple(assumed))


def _order(cells: Cells, name: str) -> Order:
    """Return the order of days and months in a column, by its values and those of its like."""
    fields = cells.dataset.fields
    dates = [c for c in cells.rows.columns if c in fields and fields[c].reads is Reads.DATE]
    texts = {c: cells.visible(c) for c in dates}
    others = [texts[c] for c in dates if c != name and not cells.mapping.dates.get(c)]
    return order_of_days(texts[name], pl.concat(others) if others else None)


def _lines_with(cells: Cells, name: str, pattern: str) -> pl.Series:
    """Say which rows have a value of a pattern in a column."""

    def read(values: pl.Series) -> pl.DataFrame:
        text = pl.col("_v").str.strip_chars()
        return values.to_frame().select(holds=text.str.contains(pattern))

    return cells.per_value(name, read)["holds"].fill_null(value=False)


def _all_midnight(timed: pl.DataFrame) -> bool:
    return bool(timed["clock"].eq(time(0)).all()) and not timed["day_over"].any()


def _time(cells: Cells, name: str) -> FieldResult:
    def read(values: pl.Series) -> pl.DataFrame:
        clocks = read_clocks(values, cells.serials)
        return pl.DataFrame({"time": clocks, "over": is_day_over(values)})

    answers = cells.per_value(name, read, blanks=UNKNOWN)
    date_ = name.replace("time_", "occurred_")
    dated = cells.rows[date_].is_not_null() if date_ in cells.rows.columns else pl.Series([False])
    over = answers["over"].fill_null(value=False) & dated
    clock = pl.when(over).then(pl.time(0)).otherwise("time").alias(name)
    broken = answers["filled"] & answers["time"].is_null() & ~over
    return FieldResult(
        [answers.select(clock)[name], over.alias(f"_over_{name}")],
        cells.fault("time-unreadable", name, broken),
        (SAYS["day_over"],) if over.any() else (),
    )


def _word(cells: Cells, name: str) -> FieldResult:
    words = cells.dataset.fields[name].words
    assert words is not None  # noqa: S101 - a declaration, not data

    def read(values: pl.Series) -> pl.DataFrame:
        word = pl.col("_v").str.to_lowercase().replace_strict(words.read_as, default=None)
        return values.to_frame("_v").select(word.cast(words_type(words)).alias("word"))

    answers = cells.per_value(name, read, blanks=words.unknown)
    broken = answers["filled"] & answers["word"].is_null()
    rule = "flag-unreadable" if "yes" in words.also else "word-unreadable"
    return FieldResult(
        [answers["word"].fill_null(words.not_stated).alias(name)], cells.fault(rule, name, broken)
    )


def _qualifier(cells: Cells, name: str) -> FieldResult:
    """Say where a qualifier is the one of domestic incidents."""

    def read(values: pl.Series) -> pl.DataFrame:
        return values.to_frame("_v").select(said=pl.col("_v").str.contains(SAYS_DOMESTIC))

    flags = cells.per_value(name, read)["said"].fill_null(value=False)
    return FieldResult([flags.alias(name)], [])


def _number(shape: str, *, whole: bool) -> Callable[[Cells, str], FieldResult]:
    """Return the reader of numbers of a shape, whose thousands may be separated by commas."""

    def reader(cells: Cells, name: str) -> FieldResult:
        dtype = field_type(cells.dataset.fields[name]) if whole else pl.Float64

        def read(values: pl.Series) -> pl.DataFrame:
            fits = pl.when(pl.col("_v").str.contains(shape)).then("_v")
            number = fits.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
            return values.to_frame("_v").select(number.cast(dtype, strict=False).alias("number"))

        answers = cells.per_value(name, read)
        broken = answers["filled"] & answers["number"].is_null()
        return FieldResult(
            [answers["number"].alias(name)], cells.fault("number-unreadable", name, broken)
        )

    return reader


def _school(cells: Cells, name: str) -> FieldResult:
    def read(values: pl.Series) -> pl.DataFrame:
        fits = pl.when(pl.col("_v").str.contains(_SCHOOL)).then("_v")
        return values.to_frame("_v").select(fits.str.replace("/", "", literal=True).alias("school"))

    answers = cells.per_value(name, read)
    broken = answers["filled"] & answers["school"].is_null()
    return FieldResult([answers["school"].alias(name)], cells.fault("school-unknown", name, broken))


def _text(cells: Cells, name: str) -> FieldResult:
    answers = cells.per_value(name, lambda values: values.to_frame("text"), blanks=UNKNOWN)
    return FieldResult([answers["text"].alias(name)], [])


def _postcode(cells: Cells, name: str) -> FieldResult:
    """Give the outward code, what became of the cell, and what is known of the place."""
    answers = cells.per_value(
        name, lambda values: read_postcodes(values, cells.places), blanks=UNKNOWN
    )
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
    return FieldResult(columns, faults)


def _lsoa(cells: Cells, name: str) -> FieldResult:
    def read(values: pl.Series) -> pl.DataFrame:
        code = pl.col("_v").str.to_uppercase()
        sound = code.str.contains(r"^[EWSN][0-9]{8}$")
        lsoa = pl.when(code.str.contains(rf"^{LSOA_SHAPE}$")).then(code)
        return values.to_frame("_v").select(lsoa.alias("lsoa"), sound.alias("sound"))

    answers = cells.per_value(name, read, blanks=UNKNOWN)
    broken = ~answers["sound"].fill_null(value=True)
    heading = cells.mapping.columns.get(name, "")
    edition = pl.lit(cells.places.edition_of(heading), dtype=LSOA_EDITION).alias("lsoa_edition")
    columns = answers.select(pl.col("lsoa").alias(name), edition).get_columns()
    return FieldResult(columns, cells.fault("lsoa-unreadable", name, broken))


def _grid_reference(cells: Cells, name: str) -> FieldResult:
    """Give the middle of the square that a reference such as SU 351 402 names, and its side."""
    answers = cells.per_value(
        name, lambda values: values.to_frame("_v").select(*grid_references()), blanks=UNKNOWN
    )
    broken = answers["filled"] & answers["reference_easting"].is_null()
    columns = [answers[n] for n in ("reference_easting", "reference_northing", "reference_side")]
    return FieldResult(columns, cells.fault("grid-unreadable", name, broken))


def _as_it_stands(cells: Cells, name: str) -> FieldResult:
    """Give text without the space and the guards that an export puts around it.

    A reference has to be the same in the next export, which may have neither.
    """
    values = cells.rows[name].str.strip_chars()
    if values.str.starts_with("'").any() or values.str.starts_with('="').any():
        values = values.to_frame().select(plain(name)).to_series()
    return FieldResult([values], [])


READERS: Final[dict[Reads, Callable[[Cells, str], FieldResult]]] = {
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


def read_field(cells: Cells, field: Field) -> FieldResult:
    """Read a field of an extract; one for which it has no column says the same in every row, and is
    given once.
    """
    mapping, rows, places = cells.mapping, cells.rows, cells.places
    read = READERS[field.reads]
    has_cells = rows[field.name].null_count() < rows.height
    if has_cells or rows.is_empty() or field.name in mapping.columns or field.name in mapping.dates:
        return read(cells, field.name)
    key = (cells.dataset, field.name, places.find is None, not places.protected.postcodes)
    if key not in _OF_NOTHING:
        result = read(replace(cells, rows=rows.head(1)), field.name)
        _OF_NOTHING[key] = result.columns
    return FieldResult(_OF_NOTHING[key], [])


# The columns of one row without a value, by what they depend on.
_OF_NOTHING: Final[dict[tuple[Dataset, str, bool, bool], list[pl.Series]]] = {}
