"""Are the rows right? pandera's answer, with lines and without values.

Keeps true: pandera sees typed, eager frames only, whole, whatever the environment says (it would
let PANDERA_VALIDATION_* switch checks off); of its failures only column, rule and row are taken,
because its messages print values and its exceptions carry the frame.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

import polars as pl

from schemas.areas import Area
from schemas.checks.area_of_rows import decide, unplaced
from schemas.checks.models import model_of, row_check, types_of
from schemas.datasets.dataset import Dataset, Reads
from schemas.extract.errors import Undecided
from schemas.extract.fields import Fault
from schemas.extract.line_numbers import LINE
from schemas.extract.matching import Guess
from schemas.extract.named_areas import OTHER
from schemas.extract.parse import Typed
from schemas.extract.row_counts import LeftOut, RowCounts
from schemas.findings.finding import Finding, errors, worst_first
from schemas.findings.rules import RULES
from schemas.pandera_polars import SchemaErrors, ValidationDepth, config_context, pa
from schemas.quarters import Covered, Quarter

_KEY = object()
_SHARE: Final = 20  # a twentieth
_FEW: Final = 3  # records
_NO_CHANCE: Final = 4  # records of a quarter that are in one month by chance in 1 of 27 cases


class Checked:
    """The rows of one dataset and one area that broke no rule. Only `check` makes one."""

    __slots__ = ("covered", "dataset", "published", "rows", "tally")

    def __init__(
        self,
        key: object,
        *,
        dataset: Dataset,
        covered: Covered,
        rows: pl.DataFrame,
        tally: RowCounts,
        published: bool,
    ) -> None:
        if key is not _KEY:
            raise TypeError("only schemas.checks.check.check makes checked rows")
        self.dataset = dataset
        self.covered = covered
        self.rows = rows
        self.tally = tally
        self.published = published

    def __repr__(self) -> str:
        return f"<Checked {self.dataset.id} {self.covered}, {self.rows.height} rows>"


@dataclass(frozen=True)
class Selected:
    """The rows of an extract that belong to the dataset and the area, before they are checked."""

    dataset: Dataset
    rows: pl.DataFrame
    tally: RowCounts
    faults: list[Fault]
    assumed: tuple[str, ...]
    positions: dict[str, int]
    left_over: tuple[int, ...]
    published: bool
    doubts: tuple[Guess, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"<Selected {self.dataset.id}, {self.rows.height} rows>"

    @cached_property
    def days(self) -> dict[date, int]:
        """The days that decide the rows' quarters, and how many rows each has."""
        return dict(day_of(self.rows).drop_nulls().value_counts().iter_rows())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What checking said: the rows, if no error stopped them, and every finding, worst first."""

    checked: Checked | None
    tally: RowCounts
    findings: list[Finding]


def select(
    typed: Typed,
    dataset: Dataset,
    areas: tuple[Area, ...] | None,
    wanted: tuple[Area, ...] | None = None,
) -> Selected:
    """Leave out, and count, rows of other datasets, of other areas, and of no known place.

    Args:
        areas: Those of the partnership; None where no partnership is known, and no row is left
            out for its place.
        wanted: Those of them whose rows are wanted; all, if not given.

    A row whose postcode can't be read and whose area nothing else tells stays in, to be reported:
    a slip of the pen must not lose a record.
    """
    belongs = [
        pl.col("category_scheme").eq(scheme) & pl.col("klass").is_in(sorted(classes))
        for scheme, classes in dataset.schemes.items()
        if classes
    ]
    elsewhere = [
        pl.col("category_scheme").is_in([s for s, c in dataset.schemes.items() if c])
        & pl.col("klass").is_not_null()
    ]
    other = elsewhere[0] & ~pl.any_horizontal(belongs) if belongs else pl.lit(value=False)
    slip = pl.col("place_became").eq("unreadable").fill_null(value=False)
    placed = _with_areas(typed, areas)
    if wanted is not None:
        theirs = ~pl.col("area").is_in([*(area.code for area in wanted), OTHER])
        placed = placed.with_columns(area=pl.when(theirs).then(pl.lit(OTHER)).otherwise("area"))
        placed = _in_force(placed, wanted)
    rows = placed.with_columns(
        pl.when(other.fill_null(value=False))
        .then(pl.lit(LeftOut.OTHER_DATASET.value))
        .when(pl.col("area") == OTHER)
        .then(pl.lit(LeftOut.OTHER_AREA.value))
        .when(pl.col("area").is_null() & ~slip)
        .then(pl.lit(LeftOut.NO_PLACE.value))
        .alias("_left_out")
    )
    counts = dict(rows["_left_out"].drop_nulls().value_counts().iter_rows())
    left_out = {LeftOut(reason): count for reason, count in counts.items()}
    left_out = {  # a mapping may have left rows of other datasets out already
        reason: typed.left_out.get(reason, 0) + left_out.get(reason, 0)
        for reason in LeftOut
        if reason in typed.left_out or reason in left_out
    }
    inside = rows.filter(pl.col("_left_out").is_null()) if counts else rows
    nearly = rows.filter(pl.col("area_nearly") & pl.col("area").is_null())[LINE]
    unknown = rows.filter(pl.col("area_unknown") & ~pl.col("area_nearly"))[LINE]
    faults = [*typed.faults]
    asked = (
        ("area-nearly", nearly),
        ("area-not-known", unknown),
        ("lines-not-records", _without_anything(rows, dataset)),
    )
    for rule, lines in asked:
        if len(lines):
            faults.append(Fault(rule, "" if rule == "lines-not-records" else "district", lines))
    return Selected(
        dataset,
        inside.drop("_left_out", "area_nearly", "area_unknown", "area_elsewhere"),
        RowCounts(typed.rows_in, inside.height, left_out, _elsewhere(rows)),
        faults,
        typed.assumed,
        typed.positions,
        typed.left_over,
        typed.published,
        typed.doubts,
        typed.findings,
    )


def _without_anything(rows: pl.DataFrame, dataset: Dataset) -> pl.Series:
    """Return the lines that have no place, no date and no category: notes, and names of groups."""
    if dataset.is_numbers:
        return rows[LINE].clear()
    bare = pl.all_horizontal(pl.col("recorded", "occurred_from", "category").is_null())
    left_out = pl.col("_left_out").eq(LeftOut.NO_PLACE.value)
    return rows.filter(left_out & bare & ~pl.col("area_nearly") & ~pl.col("area_unknown"))[LINE]


def _elsewhere(rows: pl.DataFrame) -> dict[str, int]:
    """Return how many of the rows left out each other authority has, most first."""
    names = rows.filter(pl.col("_left_out") == LeftOut.OTHER_AREA.value)["area_elsewhere"]
    counts = names.drop_nulls().value_counts()
    return dict(counts.sort("count", "area_elsewhere", descending=[True, False]).iter_rows())


def _with_areas(typed: Typed, areas: tuple[Area, ...] | None) -> pl.DataFrame:
    if areas is None:
        return unplaced(typed.rows)
    return _in_force(decide(typed.rows, areas, typed.districts), areas)


def _in_force(rows: pl.DataFrame, areas: tuple[Area, ...]) -> pl.DataFrame:
    """Put rows elsewhere whose area was none of the partnership on their day."""
    day = pl.coalesce("recorded", "occurred_from")
    outside = [
        (pl.col("area") == area.code)
        & ((day < area.first if area.first else False) | (day > area.last if area.last else False))
        for area in areas
        if area.first or area.last
    ]
    if not outside:
        return rows
    gone = pl.any_horizontal(outside).fill_null(value=False)
    return rows.with_columns(area=pl.when(gone).then(pl.lit(OTHER)).otherwise("area"))


def dates_of(selected: Selected) -> list[tuple[Quarter, int]]:
    """Return the quarters that the rows lie in and how many lie in each, most first."""
    counts: dict[Quarter, int] = {}
    for value, n in selected.days.items():
        quarter = Quarter.of(value)
        counts[quarter] = counts.get(quarter, 0) + n
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def months_of(selected: Selected) -> set[tuple[int, int]]:
    """Return the months, as (year, month), that the rows lie in."""
    return {(day.year, day.month) for day in selected.days}


def is_running(selected: Selected, covered: Covered, today: date) -> bool:
    """Say whether a file holds other dates besides those that it is said to cover.

    If more than a tenth of it lies outside them. Of any other file what lies outside is a slip,
    and an error; a date to come is always one.
    """
    return int(_outside(selected, covered, today).sum()) * 10 > selected.rows.height


def _outside(selected: Selected, covered: Covered, today: date) -> pl.Series:
    day = day_of(selected.rows)
    other = (day < covered.first) | ((day > covered.last) & (day <= today))
    return other.fill_null(value=False)


def only_dates(selected: Selected, covered: Covered, today: date) -> Selected:
    """Leave out, and count, the rows of other dates."""
    outside = _outside(selected, covered, today)
    rows = selected.rows.filter(~outside)
    left_out = selected.tally.left_out | {LeftOut.OTHER_DATES: int(outside.sum())}
    tally = replace(selected.tally, accepted=rows.height, left_out=left_out)
    return replace(selected, rows=rows, tally=tally)


def likely_dates(selected: Selected) -> Covered:
    """Work out the dates that an extract covers: the quarter or the month its records lie in.

    At least one record has a date. A monthly file must not replace a quarter by itself.

    Raises:
        Undecided: they lie in several quarters with no clear first, or they are few and lie in one
            month, which may be chance.
    """
    (quarter, most), *rest = dates_of(selected)
    if any(n * 10 > most for _, n in rest):
        raise Undecided(
            "several-quarters",
            f"the records lie in {len(rest) + 1} quarters, most of them in {quarter}",
            f"send each quarter by itself; say which: --dates {quarter}; the rest is left out",
        )
    months = months_of(selected)
    if len(months) == 1 and not selected.dataset.is_numbers:
        ((year, month),) = months
        if most >= _NO_CHANCE:
            return Covered.month(year, month)
        raise Undecided(
            "month-or-quarter",
            f"every record lies in {year}-{month:02d}, one month of {quarter.label}",
            f"if the file covers that month: --dates {year}-{month:02d}",
            f"if it covers the whole quarter: --dates {quarter}",
        )
    return Covered.whole(quarter)


def check(selected: Selected, covered: Covered, today: date) -> Outcome:
    """Check the selected rows against their dataset and the dates covered."""
    findings = [*selected.findings, *_faults(selected), *_left_over(selected)]
    findings += _without_place(selected)
    if selected.rows.is_empty():
        findings.append(Finding(RULES["nothing-inside"]))
    else:
        findings += _broken(selected, covered, today)
        findings += _unmarked(selected)
    findings = [_placed(f, selected.positions) for f in findings]
    checked = None
    if not errors(findings):
        checked = Checked(
            _KEY,
            dataset=selected.dataset,
            covered=covered,
            rows=selected.rows,
            tally=selected.tally,
            published=selected.published,
        )
    return Outcome(checked, selected.tally, worst_first(findings))


# Of rows that were left out too: perhaps they were only because of it.
_UNCLEAR_DATES: Final = ("dates-order-unclear", "dates-of-both-orders", "dates-exchanged-by-excel")
_ALWAYS_SAID: Final = (
    *_UNCLEAR_DATES, "dates-month-first", "formula-error", "column-too-narrow", "place-unknown",
    "area-nearly", "area-not-known", "lines-not-records",
)  # fmt: skip


def has_unclear_dates(selected: Selected) -> bool:
    """Say whether the dates can't be read for sure, so that they tell no quarter."""
    return any(fault.rule in _UNCLEAR_DATES for fault in selected.faults)


def _without_place(selected: Selected) -> list[Finding]:
    """Ask about records without a place, where they are more than a few."""
    left_out, tally = selected.tally.left_out, selected.tally
    named = ("area-nearly", "area-not-known", "lines-not-records")
    asked = (f.lines for f in selected.faults if f.rule in named)
    without = left_out.get(LeftOut.NO_PLACE, 0) - sum(map(len, asked))
    rows = tally.rows_in - sum(
        left_out.get(reason, 0) for reason in (LeftOut.JOINED, LeftOut.OTHER_DATASET)
    )
    if without < _FEW or without * _SHARE <= rows:
        return []
    share = f"{without:,} of {rows:,} records, {100 * without // rows} %"
    return [Finding(RULES["places-missing"], detail=share)]


def _placed(finding: Finding, positions: dict[str, int]) -> Finding:
    """Say beside a column of ours which column of the file it was read from."""
    if finding.positions or finding.column not in positions:
        return finding
    return replace(finding, positions=(positions[finding.column],))


def day_of(rows: pl.DataFrame) -> pl.Series:
    """Return the days that decide the rows' quarters: recorded where one is, else occurred."""
    return rows.select(_DECIDING).to_series()


def _faults(selected: Selected) -> list[Finding]:
    """Cells of selected rows that could not be read."""
    found = []
    inside = selected.rows[LINE]
    known = selected.rows.filter(pl.col("area").is_not_null())[LINE]
    for rule, column, lines, meant, detail in selected.faults:
        broken = lines.filter(lines.is_in(inside.implode()))
        if rule == "place-unreadable":
            doubtful = broken.filter(broken.is_in(known.implode()))
            broken = broken.filter(~broken.is_in(known.implode()))
            if len(doubtful):
                found.append(Finding.at(RULES["place-doubtful"], column, doubtful))
        if rule in _ALWAYS_SAID:
            broken = lines  # left out, perhaps, but never without a word
        if len(broken):
            finding = Finding.at(RULES[rule], column or None, broken)
            found.append(replace(finding, meant=meant, detail=detail))
    return found


def _left_over(selected: Selected) -> list[Finding]:
    """Columns that no field reads; each that may be a field after all is asked about by itself."""
    doubtful = {guess.column for guess in selected.doubts}
    rest = tuple(n for n in selected.left_over if n not in doubtful)
    found = [_doubt(selected, guess) for guess in selected.doubts]
    return [*found, Finding(RULES["column-not-ours"], positions=rest)] if rest else found


def _doubt(selected: Selected, guess: Guess) -> Finding:
    field = selected.dataset.fields[guess.field]
    rule = "column-may-be-ours"
    if field.protects:
        rule = "column-may-protect"
    elif field.reads is Reads.DATE and selected.rows["time_from"].null_count() < len(selected.rows):
        rule = "date-not-read"
    return Finding(RULES[rule], guess.field, positions=(guess.column,))


def _unmarked(selected: Selected) -> list[Finding]:
    """Rows whose domestic marker is missing where it would decide how finely they may leave."""
    if selected.published:
        return []
    if selected.dataset.call or "domestic" not in selected.dataset.fields:
        return []
    rows = selected.rows.filter(may_be_domestic(pl.col("nature")))
    if rows.is_empty():
        return []
    return [Finding.at(RULES["domestic-not-recorded"], "domestic", rows[LINE])]


def _broken(selected: Selected, covered: Covered, today: date) -> list[Finding]:
    """Run pandera over the rows; return what it found that reading had not found already."""
    types = types_of(selected.dataset)
    strange = [name for name, dtype in types.items() if selected.rows.schema.get(name) != dtype]
    if strange:
        raise RuntimeError("not in the type of its declaration: " + ", ".join(strange))
    found = []
    failures = _failures(_schema(selected.dataset, covered, today), selected.rows)
    for (column, rule), rows in failures.group_by("column", "check", maintain_order=True):
        lines = selected.rows[LINE].gather(rows["index"])
        if str(rule).endswith("-missing"):
            already = _unreadable(selected.faults, str(column))
            lines = lines.filter(~lines.is_in(already.implode()))
        if len(lines):
            found.append(Finding.at(RULES[str(rule)], _deciding(selected.rows, str(column)), lines))
    return found


def _deciding(rows: pl.DataFrame, column: str) -> str:
    """Name the date that a source without recorded dates has."""
    unrecorded = column == "recorded" and rows["recorded"].null_count() == rows.height
    return "occurred_from" if unrecorded else column


def _unreadable(faults: list[Fault], column: str) -> pl.Series:
    """Return the lines on which a cell that now looks empty is one that could not be read."""
    columns = ("recorded", "occurred_from") if column == "recorded" else (column, "category_scheme")
    lines = [fault.lines for fault in faults if fault.column in columns]
    return pl.concat([pl.Series(LINE, [], dtype=pl.UInt32), *lines])


def _schema(dataset: Dataset, covered: Covered, today: date) -> pa.DataFrameSchema:
    """Return the dataset's own schema with the checks that need the dates of this submission."""
    schema = model_of(dataset)
    recorded = schema.columns["recorded"]
    dated = [
        row_check("date-outside", _within(covered.first, covered.last)),
        row_check("date-in-future", (today >= _DECIDING).fill_null(value=True)),
    ]
    return schema.update_column("recorded", checks=[*recorded.checks, *dated])


_DECIDING: Final = pl.coalesce("recorded", "occurred_from")


def _within(first: date, last: date) -> pl.Expr:
    """Say whether a row's deciding date, or all days of its month, are in a range."""
    month = pl.col("month_only") | (pl.col("recorded").is_null() & pl.col("month_only_occurred"))
    ends = pl.when(month).then(_DECIDING.dt.month_end()).otherwise(_DECIDING)
    return ((first <= _DECIDING) & (ends <= last)).fill_null(value=True)


def may_be_domestic(nature: pl.Expr) -> pl.Expr:
    """Say where a domestic incident may stand unmarked: violence, harassment or damage at home."""
    return (
        (pl.col("domestic") == "not recorded")
        & ~pl.col("qualifier")
        & nature.is_in(["violence", "harassment", "damage"])
        & (pl.col("dwelling") != "no")
    )


def _failures(schema: pa.DataFrameSchema, rows: pl.DataFrame) -> pl.DataFrame:
    """Return column, check and index of each failure; nothing else of pandera's error survives."""
    failures = pl.DataFrame(schema={"column": pl.String, "check": pl.String, "index": pl.Int32})
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            schema.validate(rows, lazy=True)
        except SchemaErrors as told:
            failures = told.failure_cases.select("column", "check", "index")
    strange = failures.filter(~pl.col("check").is_in(list(RULES)) | pl.col("index").is_null())
    if not strange.is_empty():
        checks = ", ".join(sorted(set(strange["check"].fill_null("?").to_list())))
        raise RuntimeError(f"a check that is no rule failed: {checks}")
    return failures
