"""What stands out: each finding as a sentence with its figures, its certainty and its table."""

from typing import Final

from depersonalise.places.outward_codes import outward_names
from exchange.pull.counts import label_of
from exchange.reports.assessment.change import INSTALL, Verdicts, label_of_subject
from exchange.reports.assessment.charts import can_draw
from exchange.reports.assessment.pairs import pairs
from exchange.reports.assessment.statistics import SURE, Verdict, can_test
from exchange.reports.report import ReportTable
from schemas.datasets.registry import DATASETS
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
    of_quarter = {id(one) for one in verdicts.of_quarter}
    changes = [one for one in (*verdicts.of_year, *verdicts.of_quarter) if _stands_out(one)]
    changes.sort(key=_order)
    rows = [
        (
            sentence(one, _period(verdicts, is_quarter=id(one) in of_quarter)),
            "high" if (one.chance or 0) <= SURE else "moderate",
            "Newest quarter" if id(one) in of_quarter else _SEE[one.of.key[0]],
        )
        for one in changes[:_MOST]
    ]
    more = len(changes) - len(rows)
    says = (
        "Changes that are larger than chance explains, the most certain first. Certainty is high "
        "where at most 1 in 100 such findings is due to chance, and moderate where at most 1 in 20 "
        "is. Brackets hold 95% confidence intervals. Charts have two bars for each quarter: "
        "before (outlined) and now (filled)."
        + (f" {more} more are in the tables named." if more else "")
    )
    columns = ("finding", "certainty", "see")
    pictures = [
        pairs(one.of, (verdicts.newest if id(one) in of_quarter else verdicts.year).quarters)
        for one in changes[:_MOST]
        if can_draw()
    ]
    return ReportTable(
        "findings", "What stands out", says, columns, rows, (), _nothing(verdicts),
        pictures=pictures,
    )  # fmt: skip


def _order(one: Verdict) -> tuple[object, ...]:
    """Order by certainty, then what is of more before what is of less."""
    chance = one.chance or 0.0
    return chance > SURE, list(_SEE).index(one.of.key[0]), chance, -one.now, one.of.key


def _stands_out(one: Verdict) -> bool:
    return one.rises or (one.falls and one.of.kind == "theme")


def _nothing(verdicts: Verdicts) -> str:
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


def sentence(one: Verdict, period: str) -> str:
    """Write a finding as a sentence."""
    what = _subject(one)
    if not one.before:
        return f"{what}: {one.now:,} records, none {period}."
    than = ", beside the rest of the area" if one.of.rest else ""
    return f"{what}: {one.now:,} records, {one.before:,} {period}: {one.percent}{than}."


def _subject(one: Verdict) -> str:
    kind, *key = one.of.key
    if kind == "category":
        dataset = DATASETS[key[0]].title if key[0] in DATASETS else key[0]
        return f"{label_of(*key[1:])} ({dataset})"
    if kind == "place":
        return f"{key[2].capitalize()} in {key[0]} {outward_names().get(key[1], key[1])}"
    return label_of_subject(one).capitalize()
