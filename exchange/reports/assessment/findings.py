"""What stands out: each finding as a sentence with its figures, its certainty and its table."""

from typing import Final

from depersonalise.places.outward_codes import outward_names
from exchange.pull.counts import label_of
from exchange.reports.assessment.change import INSTALL, Verdicts, label_of_subject
from exchange.reports.assessment.charts import can_draw
from exchange.reports.assessment.pairs import pairs
from exchange.reports.assessment.statistics import SURE, Verdict, can_test
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from schemas.datasets.registry import dataset_title
from schemas.quarters import quarter_in_words

_MOST: Final = 15
_SEE: Final = {
    "theme": "Change since last year",
    "domestic": "Change since last year",
    "category": "Rising categories",
    "place": "Rising places",
}


def findings(verdicts: Verdicts) -> ReportTable:
    """Return the changes that are more than chance explains, the surest first."""
    of_quarter = {id(verdict) for verdict in verdicts.of_quarter}
    changes = [
        verdict for verdict in (*verdicts.of_year, *verdicts.of_quarter) if _stands_out(verdict)
    ]
    changes.sort(key=_order)
    rows = [
        (
            sentence(change, _period(verdicts, is_quarter=id(change) in of_quarter)),
            "high" if (change.chance or 0) <= SURE else "moderate",
            "Newest quarter" if id(change) in of_quarter else _SEE[change.comparison.key[0]],
        )
        for change in changes[:_MOST]
    ]
    newest, year = verdicts.newest.quarters, verdicts.year.quarters
    pictures = [
        pairs(change.comparison, newest if id(change) in of_quarter else year)
        for change in changes[:_MOST]
        if can_draw()
    ]
    more = len(changes) - len(rows)
    drawn = "Charts have two bars for each quarter: before (outlined) and now (filled)."
    notes = [drawn] * bool(pictures) + [f"{more} more are in the tables named."] * bool(more)
    return fill_table(
        "assessment/findings",
        rows,
        more=" ".join(notes),
        nothing=_no_changes(verdicts),
        pictures=pictures,
    )


def _order(verdict: Verdict) -> tuple[object, ...]:
    """Order by certainty, then what is of more before what is of less."""
    chance = verdict.chance or 0.0
    key = verdict.comparison.key
    return chance > SURE, list(_SEE).index(key[0]), chance, -verdict.now, key


def _stands_out(verdict: Verdict) -> bool:
    return verdict.rises or (verdict.falls and verdict.comparison.kind == "theme")


def _no_changes(verdicts: Verdicts) -> str:
    if not can_test():
        return f"Not tested. {INSTALL}"
    if not verdicts.of_year and not verdicts.of_quarter:
        return "There is no earlier data to compare with."
    return "Nothing: no number changed by more than chance explains."


def _period(verdicts: Verdicts, *, is_quarter: bool) -> str:
    if not is_quarter:
        return "in the same quarters of last year"
    quarter = quarter_in_words(verdicts.newest.quarters[0])
    return f"in the same quarter of earlier years (now: {quarter})"


def sentence(verdict: Verdict, period: str) -> str:
    """Write a finding as a sentence."""
    name = _subject(verdict)
    if not verdict.before:
        return f"{name}: {verdict.now:,} records, none {period}."
    than = ", beside the rest of the area" if verdict.comparison.rest else ""
    return f"{name}: {verdict.now:,} records, {verdict.before:,} {period}: {verdict.percent}{than}."


def _subject(verdict: Verdict) -> str:
    kind, *key = verdict.comparison.key
    if kind == "category":
        return f"{label_of(*key[1:])} ({dataset_title(key[0])})"
    if kind == "place":
        return f"{key[2].capitalize()} in {key[0]} {outward_names().get(key[1], key[1])}"
    return label_of_subject(verdict).capitalize()
