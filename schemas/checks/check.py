"""Whether rows are right: what pandera finds, with lines and without values.

Keeps true: pandera sees typed, eager frames only, whole, whatever the environment says (it would
let PANDERA_VALIDATION_* switch checks off); of its failures only column, rule and row are taken,
because its messages print values and its exceptions carry the frame.
"""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Final

import polars as pl

from schemas import pandera_polars as pa
from schemas.checks.file_dates import UNCLEAR_DATES
from schemas.checks.models import model_of, row_check, types_of
from schemas.checks.select import DECIDING_DAY, Selected, unreadable_lines
from schemas.datasets.dataset import Dataset, Reads
from schemas.extract.line_numbers import LINE
from schemas.extract.matching import Guess
from schemas.extract.row_counts import LeftOut, RowCounts
from schemas.findings.finding import Finding, errors, worst_first
from schemas.findings.rules import RULES
from schemas.quarters import Covered

_KEY = object()
_SHARE: Final = 20  # a twentieth
_FEW: Final = 3  # records
_TENTH: Final = 10
_ENOUGH: Final = 10  # records, from which on a time that they share says something


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

    def free_rows(self) -> None:
        """Drop the rows, to spare memory. What was counted of them stays."""
        self.rows = self.rows.clear()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a check: the rows, if no error stopped them, and all findings, worst first."""

    checked: Checked | None
    tally: RowCounts
    findings: list[Finding]


def check(selected: Selected, covered: Covered, today: date) -> Outcome:
    """Check the selected rows against their dataset and the dates covered."""
    findings = [*selected.findings, *_faults(selected), *_unread_columns(selected)]
    findings += _without_place(selected)
    if selected.rows.is_empty():
        findings.append(Finding(RULES["nothing-inside"]))
    else:
        findings += _broken_rules(selected, covered, today)
        findings += _unmarked_rows(selected)
        findings += [*_without_one_date(selected), *_times_alike(selected)]
    findings = [_say_placed(f, selected.positions) for f in findings]
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


_ALWAYS_SAID: Final = (
    *UNCLEAR_DATES, "dates-month-first", "formula-error", "column-too-narrow", "place-unknown",
    "area-nearly", "area-not-known", "lines-not-records", "records-without-date",
    "records-without-category",
)  # fmt: skip


def _without_place(selected: Selected) -> list[Finding]:
    """Ask about records without a place, where they are more than a few."""
    left_out, tally = selected.tally.left_out, selected.tally
    rules = ("area-nearly", "area-not-known", "lines-not-records")
    lines = (f.lines for f in selected.faults if f.rule in rules)
    without = left_out.get(LeftOut.NO_PLACE, 0) - sum(map(len, lines))
    rows = tally.rows_in - sum(
        left_out.get(reason, 0) for reason in (LeftOut.JOINED, LeftOut.OTHER_DATASET)
    )
    return _ask_above_a_share("places-missing", without, rows)


def _without_one_date(selected: Selected) -> list[Finding]:
    """Ask about records with one date alone, in a file with columns for both."""
    if not {"recorded", "occurred_from"} <= selected.positions.keys():
        return []
    recorded, occurred = (
        selected.rows[name].is_not_null() for name in ("recorded", "occurred_from")
    )
    counts = {
        "incident-dates-missing": int((recorded & ~occurred).sum()),
        "recorded-dates-missing": int((occurred & ~recorded).sum()),
    }
    rows = selected.rows.height
    return [f for rule, n in counts.items() for f in _ask_above_a_share(rule, n, rows)]


def _times_alike(selected: Selected) -> list[Finding]:
    """Ask about a time that many records share, as a system's word for a time that is not known."""
    if "time_from" not in selected.rows.columns:
        return []
    times = selected.rows["time_from"].drop_nulls()
    midnight = int((times == time(0)).sum())
    most = max(times.value_counts()["count"], default=0)
    if midnight >= _ENOUGH and midnight * _TENTH > len(times):
        detail = f"{midnight:,} of {len(times):,} records, at 00:00"
    elif most >= _ENOUGH and most * 2 > len(times):
        detail = f"{most:,} of {len(times):,} records"
    else:
        return []
    return [Finding(RULES["times-alike"], "time_from", detail=detail)]


def _ask_above_a_share(rule: str, without: int, rows: int) -> list[Finding]:
    """Ask about records that lack something, where they are more than a few."""
    if without < _FEW or without * _SHARE <= rows:
        return []
    share = f"{without:,} of {rows:,} records, {100 * without // rows} %"
    return [Finding(RULES[rule], detail=share)]


def _say_placed(finding: Finding, positions: dict[str, int]) -> Finding:
    """Add to a finding the number of the file's column that its column was read from."""
    if finding.positions or finding.column not in positions:
        return finding
    return replace(finding, positions=(positions[finding.column],))


def _faults(selected: Selected) -> list[Finding]:
    """Report cells of selected rows that could not be read."""
    findings = []
    inside = selected.rows[LINE]
    known = selected.rows.filter(pl.col("area").is_not_null())[LINE]
    for rule, column, lines, meant, detail in selected.faults:
        broken = lines.filter(lines.is_in(inside.implode()))
        if rule == "place-unreadable":
            doubtful = broken.filter(broken.is_in(known.implode()))
            broken = broken.filter(~broken.is_in(known.implode()))
            if len(doubtful):
                findings.append(Finding.at(RULES["place-doubtful"], column, doubtful))
        if rule in _ALWAYS_SAID:
            broken = lines  # left out, perhaps, but never without a word
        if len(broken):
            finding = Finding.at(RULES[rule], column or None, broken)
            findings.append(replace(finding, meant=meant, detail=detail))
    return findings


def _unread_columns(selected: Selected) -> list[Finding]:
    """Report the columns that no field reads, and ask about each that may be a field after all."""
    doubtful = {guess.column for guess in selected.doubts}
    rest = tuple(n for n in selected.left_over if n not in doubtful)
    findings = [_doubt(selected, guess) for guess in selected.doubts]
    return [*findings, Finding(RULES["column-not-ours"], positions=rest)] if rest else findings


def _doubt(selected: Selected, guess: Guess) -> Finding:
    field = selected.dataset.fields[guess.field]
    rule = "column-may-be-ours"
    if field.protects:
        rule = "column-may-protect"
    elif field.reads is Reads.DATE and selected.rows["time_from"].null_count() < len(selected.rows):
        rule = "date-not-read"
    return Finding(RULES[rule], guess.field, positions=(guess.column,))


def _unmarked_rows(selected: Selected) -> list[Finding]:
    """Warn of rows without a domestic marker that would decide how precisely they may be shared."""
    if selected.published:
        return []
    if selected.dataset.recorded_when_it_happened or "domestic" not in selected.dataset.fields:
        return []
    rows = selected.rows.filter(may_be_domestic(pl.col("nature")))
    if rows.is_empty():
        return []
    return [Finding.at(RULES["domestic-not-recorded"], "domestic", rows[LINE])]


def _broken_rules(selected: Selected, covered: Covered, today: date) -> list[Finding]:
    """Check the rows with pandera; return what it finds that reading had not found already."""
    types, schema = types_of(selected.dataset), selected.rows.schema
    strange = [name for name, dtype in types.items() if schema.get(name) != dtype]
    if strange:
        raise RuntimeError("not in the type of its declaration: " + ", ".join(strange))
    findings = []
    failures = _failures(_schema(selected.dataset, covered, today), selected.rows)
    if failures.is_empty():
        return []
    for (column, rule), rows in failures.group_by("column", "check", maintain_order=True):
        lines = selected.rows[LINE].gather(rows["index"])
        if str(rule).endswith("-missing"):
            already = unreadable_lines(selected.faults, str(column))
            lines = lines.filter(~lines.is_in(already.implode()))
        if len(lines):
            findings.append(
                Finding.at(RULES[str(rule)], _deciding_date(selected.rows, str(column)), lines)
            )
    return findings


def _deciding_date(rows: pl.DataFrame, column: str) -> str:
    """Name the date that a source without recorded dates has."""
    unrecorded = column == "recorded" and rows["recorded"].null_count() == rows.height
    return "occurred_from" if unrecorded else column


def _schema(dataset: Dataset, covered: Covered, today: date) -> pa.DataFrameSchema:
    """Return the schema of the dataset, with the checks that depend on the dates covered."""
    schema = model_of(dataset)
    recorded = schema.columns["recorded"]
    dated = [
        row_check("date-outside", _is_within(covered.first, covered.last)),
        row_check("date-in-future", (today >= DECIDING_DAY).fill_null(value=True)),
    ]
    column = pa.Column(
        recorded.dtype, [*recorded.checks, *dated], nullable=True, description=recorded.description
    )
    # `update_column` would copy all columns, which takes longer than to check a small file.
    return pa.DataFrameSchema({**schema.columns, "recorded": column})


def _is_within(first: date, last: date) -> pl.Expr:
    """Say whether a row's deciding date, or all days of its month, are in a range."""
    month = pl.col("month_only") | (pl.col("recorded").is_null() & pl.col("month_only_occurred"))
    ends = pl.when(month).then(DECIDING_DAY.dt.month_end()).otherwise(DECIDING_DAY)
    return ((first <= DECIDING_DAY) & (ends <= last)).fill_null(value=True)


def may_be_domestic(nature: pl.Expr) -> pl.Expr:
    """Say where an unmarked row may be domestic: violence, harassment or damage at home."""
    return (
        (pl.col("domestic") == "not recorded")
        & ~pl.col("qualifier")
        & nature.is_in(["violence", "harassment", "damage"])
        & (pl.col("dwelling") != "no")
    )


def _failures(schema: pa.DataFrameSchema, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the column, check and index of each failure, and nothing else of pandera's error."""
    failures = pl.DataFrame(schema={"column": pl.String, "check": pl.String, "index": pl.Int32})
    with pa.config_context(
        validation_enabled=True, validation_depth=pa.ValidationDepth.SCHEMA_AND_DATA
    ):
        try:
            schema.validate(rows, lazy=True)
        except pa.SchemaErrors as told:
            failures = told.failure_cases.select("column", "check", "index")
    strange = failures.filter(~pl.col("check").is_in(list(RULES)) | pl.col("index").is_null())
    if not strange.is_empty():
        checks = ", ".join(sorted(set(strange["check"].fill_null("?").to_list())))
        raise RuntimeError(f"a check that is no rule failed: {checks}")
    return failures
