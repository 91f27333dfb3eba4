"""Is a depersonalised table what its dataset says may be shared: every column, and no other?

Keeps true: every text that is shared is held to a shape or a list, so that a name, a number or an
address has no column to stand in. The sender checks it before sealing, the receiver on opening,
each against the frozen form of the version that the sender wrote (`schemas/wire`).
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Final

import polars as pl

from schemas import pandera_polars as pa
from schemas.both_cores import on_both_cores
from schemas.codes.vocabularies import (
    COARSE,
    DOMESTIC,
    GENERALISED,
    GSS_SHAPE,
    LSOA_SHAPE,
    SQUARES,
    VIOLENCE_OR_SEXUAL,
)
from schemas.datasets.dataset import Dataset
from schemas.datasets.shared_columns import RECORD_ID, Column
from schemas.distinct import distinct_rows
from schemas.wire import Wire, wire_of
from schemas.wire.categories import NEVER, says_sensitive, wrong_categories
from schemas.wire.times import DAYS, clock_too_fine, day_too_fine, week_part
from schemas.wire.versions import NotAsDeclared, polars_schema, type_of

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


def _per_value(columns: list[str], sound: pl.Expr) -> pa.Check:
    """Return a check that looks at each distinct value once; which rows hold it does not matter."""

    def check(data: pa.PolarsData) -> bool:
        values = distinct_rows(data.lazyframe.select(columns).collect(), columns)
        return bool(values.select(sound.fill_null(value=False).all()).item())

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
            column.name: pa.Column(type_of(column), held_to, nullable=column.nullable)
            for column, held_to in checks.items()
            if held_to
        }
    )


def _checks(column: Column) -> list[pa.Check]:
    checks = [_CHECKS[column.name]] if column.name in _CHECKS else []
    if column.between:
        checks.append(pa.Check.in_range(*column.between))
    return checks


def check_shared(
    rows: pl.DataFrame,
    dataset: Dataset,
    *,
    version: int | None = None,
    fresh_ids: bool = False,
    personal: bool = False,
) -> None:
    """Prove that a depersonalised table is what its dataset says may be shared.

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
        raise NotAsDeclared("its columns are not those that may be shared")
    broken: set[str] = set()
    proofs: list[Callable[[pl.DataFrame], set[str]]] = [
        partial(_empty, wire=wire),
        partial(_broken, wire=wire, fresh_ids=fresh_ids),
        partial(_against, wire=wire, personal=personal),
        partial(wrong_categories, dataset=dataset, listed=fresh_ids, second=second),
    ]
    if second:
        proofs.append(partial(_second, dataset=dataset, personal=personal))
    for part in rows.iter_slices(_SLICE):
        tried = [partial(proof, part) for proof in proofs]
        broken.update(*on_both_cores(lambda proof: proof(), tried, rows=part.height))
    if wire.stores_ids and not fresh_ids and _repeats(rows[RECORD_ID]):
        broken.add(RECORD_ID)
    if broken:
        raise NotAsDeclared("not as may be shared: " + ", ".join(sorted(broken)))


def _repeats(ids: pl.Series) -> bool:
    """Say whether a value stands twice; their hashes are quicker to count, and nearly always do."""
    return ids.hash().n_unique() != len(ids) and ids.n_unique() != len(ids)


def _empty(rows: pl.DataFrame, wire: Wire) -> set[str]:
    """Name the columns in which some row has nothing, and each must have something."""
    return {
        column.name
        for column in wire.columns
        if not column.nullable and rows[column.name].null_count()
    }


def _broken(rows: pl.DataFrame, wire: Wire, *, fresh_ids: bool) -> set[str]:
    """Name the columns that break their own declaration."""
    schema = _schema_of(wire)
    if fresh_ids and wire.stores_ids:
        schema, rows = schema.remove_columns([RECORD_ID]), rows.drop(RECORD_ID)
    if _is_valid(schema, rows):
        return set()
    columns = {
        name for name in schema.columns if not _is_valid(schema.select_columns([name]), rows)
    }
    return columns or {"a column"}


def _is_valid(schema: pa.DataFrameSchema, rows: pl.DataFrame) -> bool:
    """Say whether rows fit a schema; pandera can't list every failure where their types differ."""
    with pa.config_context(
        validation_enabled=True, validation_depth=pa.ValidationDepth.SCHEMA_AND_DATA
    ):
        try:
            schema.validate(rows)
        except (pa.SchemaError, pa.SchemaErrors):
            return False
    return True


def _against(rows: pl.DataFrame, wire: Wire, *, personal: bool) -> set[str]:
    """Name what this form in particular does not allow."""
    rules = {"place_precision": ~pl.col("place_precision").is_in(wire.places)}
    coarse = pl.col("generalised").is_in([*COARSE, GENERALISED])
    hours = not wire.minutes  # those of a protocol are the sender's
    too_fine = [pl.col("place_precision").is_in(["lsoa", "point", *SQUARES])]
    columns = set(rows.columns)
    for name, precision in DAYS.items():
        if precision in columns:
            rules[precision] = day_too_fine(rows, name, precision)
            too_fine.append(pl.col(precision).eq("day"))
    if "time_precision" in columns:
        rules["time_from"] = clock_too_fine(rows, "time_from")
        rules["time_to"] = clock_too_fine(rows, "time_to")
        rules["time_precision"] = pl.col("time_precision").eq("minute") & hours
        too_fine.append(pl.col("time_precision").is_in(["minute", "hour"]))
    if "number" in columns:
        exact = pl.col("number_precision").eq("exact")
        rules["number"] = exact.ne(pl.col("number").is_not_null()) | pl.col("number").is_between(
            1, 4
        )
    domestic = pl.col("generalised").is_in(DOMESTIC)
    if wire.stores_ids and personal:
        rules["generalised"] = ~domestic
    elif not personal:
        rules["generalised"] = coarse & pl.any_horizontal(too_fine)
    return _broken_rules(rows, rules)


def _second(rows: pl.DataFrame, dataset: Dataset, *, personal: bool) -> set[str]:
    """Name what breaks a rule that rows are held to since the second form.

    What each finding is called is the rule, for whoever reads the refusal.
    """
    columns = set(rows.columns)
    coarse = pl.col("generalised") == GENERALISED
    rules: dict[str, pl.Expr] = {}
    if "week_part" in columns:
        stated = pl.when(coarse).then("week_part").otherwise(week_part(columns))
        rules["week_part, which does not agree with the day"] = pl.col("week_part") != stated
    if personal:
        rules["generalised, in personal data"] = coarse
        other = pl.col("domestic") != "yes" if "domestic" in columns else pl.lit(value=True)
        rules["domestic, in personal data"] = other
    else:
        rules |= _coarse_rules(columns, coarse)
        rules |= _fine_rules(rows, dataset, ~coarse)
    return _broken_rules(rows, rules)


def _broken_rules(rows: pl.DataFrame, rules: dict[str, pl.Expr]) -> set[str]:
    """Return the rules that any row breaks."""
    if not rules:
        return set()
    broken = rows.lazy().select(**{name: wrong.any() for name, wrong in rules.items()})
    return {
        name
        for name, is_wrong in broken.collect(engine="in-memory").row(0, named=True).items()
        if is_wrong
    }


def _coarse_rules(columns: set[str], coarse: pl.Expr) -> dict[str, pl.Expr]:
    """Return what a row that is generalised may not say, beside what is too fine in all forms."""
    empty = [pl.col(name).is_not_null() for name in ("weekday", "occurred_to") if name in columns]
    if "lsoa_edition" in columns:
        empty.append(pl.col("lsoa_edition") != "")
    if not empty:
        return {}
    return {"generalised, with more than it may say": coarse & pl.any_horizontal(empty)}


def _fine_rules(rows: pl.DataFrame, dataset: Dataset, fine: pl.Expr) -> dict[str, pl.Expr]:
    """Return which rows may not be shared in full detail, as far as what is released shows it."""
    if dataset.axes:
        return {"generalised, which all rows of the dataset are": fine}
    wrong = {}
    if dataset.marks_domestic:
        wrong["domestic, of a row that is not generalised"] = fine & (pl.col("domestic") == "yes")
    if "category_scheme" in rows.columns:
        word = pl.col("category") == VIOLENCE_OR_SEXUAL  # which only coarse rows say
        shows = word | says_sensitive(rows)
        wrong["category, of a row that is not generalised"] = fine & shows & ~_as_published(rows)
    return wrong


def _as_published(rows: pl.DataFrame) -> pl.Expr:
    """Say where a row says no more of its time than its month, as what is published does."""
    columns = set(rows.columns)
    days = [pl.col(precision) == "day" for precision in DAYS.values() if precision in columns]
    clock = pl.col("time_precision") != "none" if "time_precision" in columns else NEVER
    return ~pl.any_horizontal(*days, clock)
