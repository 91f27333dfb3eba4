"""Is a depersonalised table what its dataset says may leave: every column, and no other?

Keeps true: every text that leaves is held to a shape or a list, so that a name, a number or an
address has no column to stand in. The sender checks it before sealing, the receiver on opening,
each against the frozen form of the version that the sender wrote (`schemas/wire`).
"""

import re
from functools import cache
from typing import Final

import polars as pl

from schemas.codes.lists import (
    LOCAL,
    SCHEMES,
    classes_of,
    find,
    is_category,
    is_listed,
    is_sensitive,
)
from schemas.codes.vocabularies import (
    COARSE,
    DOMESTIC,
    GENERALISED,
    GSS_SHAPE,
    LSOA_SHAPE,
    SQUARES,
    VIOLENCE_OR_SEXUAL,
    VIOLENT_OR_SEXUAL_CLASSES,
)
from schemas.datasets.column_types import WEEK_PART, enum_of
from schemas.datasets.dataset import Dataset, Upgrade
from schemas.datasets.shared_columns import RECORD_ID
from schemas.pandera_polars import SchemaErrors, ValidationDepth, config_context, pa
from schemas.wire import Column, Wire, wire_of

EDITION_SHAPE: Final = r"undated|[0-9]{1,4}([/-][0-9]{2})?"  # of every list's edition
MINUTE: Final = 60 * 10**9  # nanoseconds, which is how polars counts times
# The days that leave, each with the column that says how fine it is; what each precision of a day
# begins with; how long a time of each precision lasts.
DAYS: Final = {"recorded": "recorded_precision", "occurred_from": "occurred_precision"}
EVERY: Final = {"day": "1d", "month": "1mo", "quarter": "1q", "year": "1y"}
LASTS: Final = {"minute": MINUTE, "hour": 60 * MINUTE, "six hours": 360 * MINUTE}
_FRIDAY: Final = 5  # as polars numbers days, from Monday
_NEVER: Final = pl.lit(value=False)
_SLICE: Final = 1_000_000  # rows checked at a time, to spare memory
_SHAPES: Final = {
    "point": r"^[0-9]{6} [0-9]{6,7}$",
    "100 m": r"^[0-9]{4}00 [0-9]{4,5}00$",
    "250 m": r"^[0-9]{3}(?:[05]00|[27]50) [0-9]{3,4}(?:[05]00|[27]50)$",
    "500 m": r"^[0-9]{3}[05]00 [0-9]{3,4}[05]00$",
    "1000 m": r"^[0-9]{3}000 [0-9]{3,4}000$",
    "school": r"^[0-9]{6,7}$",
    "lsoa": rf"^{LSOA_SHAPE}$",
    "outward": r"^[A-Z]{1,2}[0-9][0-9A-Z]?$",
    "district": rf"^{GSS_SHAPE}$",
}


class NotAsDeclared(Exception):
    """A table is not what its dataset says may leave. Names columns, and no values."""


def _per_value(columns: list[str], sound: pl.Expr) -> pa.Check:
    """Return a check that looks at each distinct value once; which rows hold it does not matter."""

    def check(data: pa.PolarsData) -> bool:
        values = data.lazyframe.select(columns).unique()
        return bool(values.select(sound.fill_null(value=False).all()).collect().item())

    return pa.Check(check, name="has its shape")


_PLACE_FITS: Final = pl.any_horizontal(
    pl.col("place_precision").eq(name) & pl.col("place").str.contains(shape)
    for name, shape in _SHAPES.items()
)
# What the values of some columns are held to beside their type.
_CHECKS: Final = {
    "record_id": pa.Check.str_matches(r"^[0-9a-f]{32}$"),
    "place": _per_value(["place_precision", "place"], _PLACE_FITS),
    "area": _per_value(["area"], pl.col("area").str.contains(_SHAPES["district"])),
}


@cache
def _schema_of(wire: Wire) -> pa.DataFrameSchema:
    """Return the columns that are held to more than their type, and to what."""
    checks = {column: _checks(column) for column in wire.columns}
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(_type_of(column), held_to, nullable=column.nullable)
            for column, held_to in checks.items()
            if held_to
        }
    )


def _checks(column: Column) -> list[pa.Check]:
    checks = [_CHECKS[column.name]] if column.name in _CHECKS else []
    if column.between:
        checks.append(pa.Check.in_range(*column.between))
    return checks


def _type_of(column: Column) -> pl.DataType | type[pl.DataType]:
    return enum_of(column.words) if column.words else getattr(pl, column.type)


def polars_schema(dataset: Dataset, version: int | None = None) -> pl.Schema:
    """Return the columns that leave of a dataset with their types, in its newest version or one.

    Raises:
        KeyError: this release does not know that version.
    """
    return pl.Schema({c.name: _type_of(c) for c in wire_of(dataset, version).columns})


def conformed(rows: pl.DataFrame, dataset: Dataset, version: int | None = None) -> pl.DataFrame:
    """Return a table in the types of its dataset's form; text and lists of words may be either.

    Args:
        version: The version that it is of; the newest if not told.

    Raises:
        NotAsDeclared: it has other columns, or words that are not of a list. Names columns.
        KeyError: this release does not know that version.
    """
    schema = polars_schema(dataset, version)
    if tuple(rows.columns) != tuple(schema):
        raise NotAsDeclared("its columns are not those that may leave")
    return _cast(rows, schema)


def _cast(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Return a table in the types of a form that has its columns.

    Raises:
        NotAsDeclared: a value has no place in its type. Names columns.
    """
    casts = {name: dtype for name, dtype in schema.items() if rows.schema[name] != dtype}
    if not all(_is_text(rows.schema[name]) and _is_text(schema[name]) for name in casts):
        raise NotAsDeclared("its columns are not those that may leave")
    cast = rows.with_columns(
        pl.col(name).cast(pl.String).cast(dtype, strict=False) for name, dtype in casts.items()
    )
    wrong = [name for name in casts if cast[name].null_count() != rows[name].null_count()]
    if wrong:
        raise NotAsDeclared("not as may leave: " + ", ".join(sorted(wrong)))
    return cast


def _is_text(dtype: pl.DataType) -> bool:
    return dtype == pl.String or isinstance(dtype, pl.Enum | pl.Categorical)


def upgraded(rows: pl.DataFrame, dataset: Dataset, version: int) -> pl.DataFrame:
    """Return checked rows of an earlier version as rows of the newest; their ids stay beside them.

    Raises:
        NotAsDeclared: what the declaration says of the change does not lead there.
    """
    for number, upgrade in enumerate(dataset.upgrades[version - 1 :], start=version + 1):
        has = wire_of(dataset, number).names
        rows = rows.drop(upgrade.drops).rename(upgrade.renames)
        rows = rows.with_columns(
            *(pl.lit(value).alias(name) for name, value in upgrade.adds.items() if name in has),
            *(_worded(name, words) for name, words in upgrade.words.items() if name in has),
        )
    return _in_form(rows, dataset, dataset.version)


def _worded(name: str, words: dict[str, str]) -> pl.Expr:
    return pl.col(name).cast(pl.String).replace(words)


def as_version(rows: pl.DataFrame, dataset: Dataset, version: int) -> pl.DataFrame:
    """Return rows of the newest version as rows of an earlier one; their ids stay beside them.

    Raises:
        NotAsDeclared: that version has no word for what they say; the message names columns.
    """
    for upgrade in reversed(dataset.upgrades[version - 1 :]):
        rows = _without(upgrade, rows)
    return _in_form(rows, dataset, version)


def _without(upgrade: Upgrade, rows: pl.DataFrame) -> pl.DataFrame:
    if upgrade.drops:
        raise NotAsDeclared("not held any more: " + ", ".join(sorted(upgrade.drops)))
    rows = rows.drop([name for name in upgrade.adds if name in rows.columns])
    rows = rows.rename({new: old for old, new in upgrade.renames.items()})
    back = {name: {new: old for old, new in words.items()} for name, words in upgrade.words.items()}
    return rows.with_columns(
        _worded(name, words) for name, words in back.items() if name in rows.columns
    )


def _in_form(rows: pl.DataFrame, dataset: Dataset, version: int) -> pl.DataFrame:
    """Return rows with the columns of a version in its order and types, and their ids if given."""
    schema = polars_schema(dataset, version)
    if RECORD_ID in rows.columns:
        schema = pl.Schema({RECORD_ID: pl.String(), **schema})
    if set(rows.columns) | {RECORD_ID} != set(schema) | {RECORD_ID}:
        raise NotAsDeclared("its columns are not those that may leave")
    schema = pl.Schema({name: dtype for name, dtype in schema.items() if name in rows.columns})
    other = [n for n, dtype in schema.items() if rows.schema[n] != dtype and not _is_text(dtype)]
    typed = rows.select(list(schema)).with_columns(
        pl.col(name).cast(schema[name], strict=False) for name in other
    )
    return _cast(typed, schema)


def unknown_lists(rows: pl.DataFrame, dataset: Dataset) -> list[str]:
    """Name the code lists of a table that this release does not have.

    A scheme that is not known is not named, since nothing holds its text to a shape; an edition
    is, where it looks like one.
    """
    if "category_scheme" not in rows.columns:
        return []
    pairs = rows.select("category_scheme", "category_edition").unique().drop_nulls().rows()
    missing = [
        (scheme, edition)
        for scheme, edition in pairs
        if scheme not in SCHEMES
        or (scheme in dataset.schemes and scheme != LOCAL and find(scheme, edition) is None)
    ]
    return sorted({_named(scheme, edition) for scheme, edition in missing})


def _named(scheme: str, edition: str) -> str:
    if scheme not in SCHEMES:
        return "a code list"
    return f"{scheme} {edition}" if re.fullmatch(EDITION_SHAPE, edition) else scheme


def check_shared(
    rows: pl.DataFrame,
    dataset: Dataset,
    *,
    version: int | None = None,
    fresh_ids: bool = False,
    personal: bool = False,
) -> None:
    """Prove that a depersonalised table is what its dataset says may leave.

    Args:
        version: The version that it is of; the newest if not told.
        personal: It holds recorded domestic incidents, as personal data, and nothing else.
        fresh_ids: The sender asks. The record ids were drawn here a moment ago and need no proof,
            and a code must be in its list; a receiver also takes codes of the list's shape, which
            earlier releases sent.

    Raises:
        NotAsDeclared: it is not; the message names columns and rules.
    """
    wire = wire_of(dataset, version)
    second = dataset.is_second(dataset.version if version is None else version)
    if rows.schema != polars_schema(dataset, version):
        raise NotAsDeclared("its columns are not those that may leave")
    broken: set[str] = set()
    for part in rows.iter_slices(_SLICE):
        broken |= _empty(part, wire) | _broken(part, wire, fresh_ids=fresh_ids)
        broken |= _against(part, wire, personal=personal)
        broken |= _categories(part, dataset, listed=fresh_ids, second=second)
        if second:
            broken |= _second(part, dataset, personal=personal)
    if wire.stores_ids and not fresh_ids and _repeats(rows[RECORD_ID]):
        broken.add(RECORD_ID)
    if broken:
        raise NotAsDeclared("not as may leave: " + ", ".join(sorted(broken)))


def _repeats(ids: pl.Series) -> bool:
    """Say whether a value stands twice; their hashes are quicker to count, and nearly always do."""
    return ids.hash().n_unique() != len(ids) and ids.n_unique() != len(ids)


def _empty(rows: pl.DataFrame, wire: Wire) -> set[str]:
    """Name the columns in which some row has nothing, and each must have something."""
    return {one.name for one in wire.columns if not one.nullable and rows[one.name].null_count()}


def _broken(rows: pl.DataFrame, wire: Wire, *, fresh_ids: bool) -> set[str]:
    """Name the columns that break their own declaration."""
    schema = _schema_of(wire)
    if fresh_ids and wire.stores_ids:
        schema, rows = schema.remove_columns([RECORD_ID]), rows.drop(RECORD_ID)
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            schema.validate(rows, lazy=True)
        except SchemaErrors as told:
            names = set(told.failure_cases["column"].drop_nulls())
        else:
            return set()
    return names & set(wire.names) or {"a column"}


def _against(rows: pl.DataFrame, wire: Wire, *, personal: bool) -> set[str]:
    """Name what this form in particular does not allow."""
    told = {"place_precision": ~pl.col("place_precision").is_in(wire.places)}
    coarse = pl.col("generalised").is_in([*COARSE, GENERALISED])
    hours = not wire.minutes  # those of a protocol are the sender's
    too_fine = [pl.col("place_precision").is_in(["lsoa", "point", *SQUARES])]
    columns = set(rows.columns)
    for name, precision in DAYS.items():
        if precision in columns:
            told[precision] = _cut(rows, name, precision)
            too_fine.append(pl.col(precision).eq("day"))
    if "time_precision" in columns:
        told["time_from"] = _clock_too_fine(rows, "time_from")
        told["time_to"] = _clock_too_fine(rows, "time_to")
        told["time_precision"] = pl.col("time_precision").eq("minute") & hours
        too_fine.append(pl.col("time_precision").is_in(["minute", "hour"]))
    if "number" in columns:
        exact = pl.col("number_precision").eq("exact")
        told["number"] = exact.ne(pl.col("number").is_not_null()) | pl.col("number").is_between(
            1, 4
        )
    domestic = pl.col("generalised").is_in(DOMESTIC)
    if wire.stores_ids and personal:
        told["generalised"] = ~domestic
    elif not personal:
        told["generalised"] = coarse & pl.any_horizontal(too_fine)
    found = rows.lazy().select(**{name: wrong.any() for name, wrong in told.items()})
    return {name for name, is_wrong in found.collect().row(0, named=True).items() if is_wrong}


def _second(rows: pl.DataFrame, dataset: Dataset, *, personal: bool) -> set[str]:
    """Name what breaks a rule that rows are held to since the second form.

    What each finding is called is the rule, for whoever reads the refusal.
    """
    columns = set(rows.columns)
    coarse = pl.col("generalised") == GENERALISED
    told: dict[str, pl.Expr] = {}
    if "week_part" in columns:
        stated = pl.when(coarse).then("week_part").otherwise(week_part(columns))
        told["week_part, which does not agree with the day"] = pl.col("week_part") != stated
    if personal:
        told["generalised, in personal data"] = coarse
        other = pl.col("domestic") != "yes" if "domestic" in columns else pl.lit(value=True)
        told["domestic, in personal data"] = other
    else:
        told |= _coarse_rules(columns, coarse)
        told |= _fine_rules(rows, dataset, ~coarse)
    if not told:
        return set()
    found = rows.lazy().select(**{name: wrong.any() for name, wrong in told.items()})
    return {name for name, is_wrong in found.collect().row(0, named=True).items() if is_wrong}


def week_part(columns: set[str]) -> pl.Expr:
    """Return the part of the week of the day it happened, else of the day it was recorded."""
    days = [
        pl.when(pl.col(precision) == "day").then(day)
        for day, precision in reversed(DAYS.items())
        if precision in columns
    ]
    weekend = pl.coalesce(days).dt.weekday() > _FRIDAY
    word = pl.when(weekend).then(pl.lit("weekend")).otherwise(pl.lit("weekday"))
    return (
        pl.when(weekend.is_null())
        .then(pl.lit(""))
        .otherwise(word)
        .cast(WEEK_PART)
        .alias("week_part")
    )


def _coarse_rules(columns: set[str], coarse: pl.Expr) -> dict[str, pl.Expr]:
    """Return what a row that is generalised may not say, beside what is too fine in all forms."""
    empty = [pl.col(name).is_not_null() for name in ("weekday", "occurred_to") if name in columns]
    if "lsoa_edition" in columns:
        empty.append(pl.col("lsoa_edition") != "")
    return (
        {"generalised, with more than it may say": coarse & pl.any_horizontal(empty)}
        if (empty)
        else {}
    )


def _fine_rules(rows: pl.DataFrame, dataset: Dataset, fine: pl.Expr) -> dict[str, pl.Expr]:
    """Return which rows may not leave finely, as far as what is released shows it."""
    if dataset.axes:
        return {"generalised, which all rows of the dataset are": fine}
    wrong = {}
    if dataset.marks_domestic:
        wrong["domestic, of a row that is not generalised"] = fine & (pl.col("domestic") == "yes")
    if "category_scheme" in rows.columns:
        word = pl.col("category") == VIOLENCE_OR_SEXUAL  # which only coarse rows say
        named = word | _says_sensitive(rows)
        wrong["category, of a row that is not generalised"] = fine & named & ~_as_published(rows)
    return wrong


def shows_sensitive(rows: pl.DataFrame, dataset: Dataset) -> pl.Expr:
    """Say which rows are sensitive for all to see: all of a dataset, or by marker or category."""
    if dataset.axes:
        return pl.lit(value=True)
    domestic = pl.col("domestic") == "yes" if "domestic" in rows.columns else _NEVER
    return domestic | _says_sensitive(rows)


def _says_sensitive(rows: pl.DataFrame) -> pl.Expr:
    if "category_scheme" not in rows.columns:
        return _NEVER
    of = ["category_scheme", "category_edition", "category"]
    sensitive = [row for row in rows.select(of).unique().iter_rows() if is_sensitive(*row)]
    each = (
        pl.all_horizontal(pl.col(n) == v for n, v in zip(of, row, strict=True)) for row in sensitive
    )
    return pl.any_horizontal(_NEVER, *each)


def _as_published(rows: pl.DataFrame) -> pl.Expr:
    """Say where a row says no more of its time than its month, as what is published does."""
    columns = set(rows.columns)
    days = [pl.col(precision) == "day" for precision in DAYS.values() if precision in columns]
    clock = pl.col("time_precision") != "none" if "time_precision" in columns else _NEVER
    return ~pl.any_horizontal(*days, clock)


def _categories(rows: pl.DataFrame, dataset: Dataset, *, listed: bool, second: bool) -> set[str]:
    """Name the columns of categories that hold what is not of a list of the dataset.

    Args:
        listed: The shape of a list's codes is not enough; the list must have the code.
        second: They are of the second form, which has a word for two classes together.
    """
    wrong: set[str] = set()
    for name in ("category", "reason_2", "reason_3"):
        if name not in rows.columns:
            continue
        of = rows.select("category_scheme", "category_edition").unique()
        on = [name] if of.height == 1 else [*of.columns, name]
        held = rows.select(on).unique()
        held = of.join(held, how="cross") if of.height == 1 else held
        if name != "category":
            held = held.drop_nulls(name)
        both = second and name == "category"
        if not all(
            _is_category(dataset, *one, listed=listed) or (both and _is_two_classes(dataset, *one))
            for one in held.iter_rows()
        ):
            wrong.add(name)
    return wrong


def _is_two_classes(
    dataset: Dataset, scheme: str | None, edition: str | None, code: str | None
) -> bool:
    """Say whether a category is the word for two classes, of a list that has both."""
    known = classes_of(scheme, edition) if scheme in dataset.schemes else frozenset()
    return code == VIOLENCE_OR_SEXUAL and known.issuperset(VIOLENT_OR_SEXUAL_CLASSES)


def _is_category(
    dataset: Dataset, scheme: str | None, edition: str | None, code: str | None, *, listed: bool
) -> bool:
    if scheme not in dataset.schemes:
        return False
    allowed = is_listed if listed else is_category
    return allowed(scheme, edition, code) or code in classes_of(scheme, edition)


def _cut(rows: pl.DataFrame, day: str, precision: str) -> pl.Expr:
    """Say where a date is finer than the precision named beside it."""
    date, named = pl.col(day), pl.col(precision)
    finer = [named.eq("none") & date.is_not_null()]
    finer += [
        named.eq(name) & date.ne(date.dt.truncate(EVERY[name]))
        for name in rows[precision].unique()  # most tables have one or two of them
        if name in EVERY and name != "day"  # a date is no finer than that
    ]
    return pl.any_horizontal(finer)


def _clock_too_fine(rows: pl.DataFrame, clock: str) -> pl.Expr:
    """Say where a time is finer than the precision named beside it."""
    nanoseconds, named = pl.col(clock).cast(pl.Int64), pl.col("time_precision")
    finer = [named.eq("none") & nanoseconds.is_not_null()]
    finer += [
        named.eq(name) & (nanoseconds % LASTS[name] != 0)
        for name in rows["time_precision"].unique()
        if name in LASTS
    ]
    return pl.any_horizontal(finer)
