"""What came in and where it went: the one account for terminal, page and JSON."""

from typing import Any, Final

from exchange.submission.findings_text import findings_json
from exchange.submission.prepare import Prepared
from exchange.text import PLACES, with_noun
from schemas.checks.coverage import count_by_month
from schemas.checks.select import Selected
from schemas.extract.row_counts import LeftOut, RowCounts
from schemas.quarters import Covered, month_name


def account_rows(prepared: Prepared) -> list[tuple[str, int]]:
    """Return what came in and where it went, in words and rows."""
    return rows_in(prepared.outcome.tally) + rows_out(prepared)


def by_month(selected: Selected, covered: Covered) -> str:
    """Return how many records each month has, in one line; empty for a dataset of numbers."""
    if selected.dataset.is_numbers:
        return ""
    months = count_by_month(selected, covered)
    return ", ".join(f"{month_name(month.first)}: {n:,}" for month, n in months.items())


def rows_in(tally: RowCounts) -> list[tuple[str, int]]:
    """Return what came in, in words and rows."""
    left_out: list[tuple[str, int]] = []
    for reason, n in tally.left_out.items():
        left_out.append((loss_in_words(reason), -n))
        if reason is LeftOut.OTHER_AREA:
            left_out += other_areas(tally)
    return [("rows in the file", tally.rows_in), *left_out, ("rows checked", tally.accepted)]


def loss_in_words(reason: LeftOut) -> str:
    """Say why rows are not counted."""
    return f"not counted: {reason.in_words}"


_NAMED: Final = 5  # areas


def other_areas(tally: RowCounts) -> list[tuple[str, int]]:
    """Name the other areas that rows left out are of, the largest first."""
    areas = list(tally.other_areas.items())
    rows = [(f"of these, {name}", -n) for name, n in areas[:_NAMED]]
    if rest := areas[_NAMED:]:
        more = with_noun(len(rest), "other area")
        rows.append((f"of these, {more}", -sum(n for _, n in rest)))
    return rows


def rows_out(prepared: Prepared) -> list[tuple[str, int]]:
    """Return what would be shared and what would not, in words and rows."""
    rows: list[tuple[str, int]] = []
    if account := prepared.account:
        rows += [(f"located by {PLACES[place]}", n) for place, n in account.places.items()]
        rows += [(f"protected: {why}", n) for why, n in account.reasons.items() if why]
        domestics = sum(part.personal.rows.height for part in prepared.parts if part.personal)
        why = "as personal data, to its signatories only" if domestics else "withheld"
        others = {
            "cover for them, generalised in the same way": account.cover,
            "withheld (small group), with their cover": -account.withheld,
            "held until the quarter is complete, and their cover": -account.held,
            f"domestic, {why}": -account.domestics,
            "already sent for other dates, and stay there": -account.elsewhere,
            "protected now; shared as before": account.late,
            "already sent, no longer in the file; kept": account.gone,
        }
        rows += [(words, n) for words, n in others.items() if n]
    return rows


def account_json(prepared: Prepared) -> dict[str, Any]:
    """Return the same for --json."""
    tally = prepared.outcome.tally
    values: dict[str, Any] = {
        "dataset": prepared.dataset.id,
        "covered": str(prepared.covered),
        "quarter": str(prepared.covered.quarter),
        "months": {
            f"{month.first:%Y-%m}": n
            for month, n in count_by_month(prepared.selected, prepared.covered).items()
        },
        "compared": prepared.comparison.to_json(),
        "assumed": list(prepared.selected.assumed),
        "rows_in": tally.rows_in,
        "rows_accepted": tally.accepted,
        "left_out": {reason.value: n for reason, n in tally.left_out.items()},
        "other_areas": tally.other_areas,
        "findings": findings_json(prepared.findings),
    }
    if account := prepared.account:
        values |= {
            "places": account.places,
            "reasons": account.reasons,
            "protected": account.protected,
            "by_district": account.by_district,
            "cover": account.cover,
            "withheld": account.withheld,
            "domestics": account.domestics,
            "elsewhere": account.elsewhere,
            "marked_late": account.late,
            "gone": account.gone,
            "held": account.held,
        }
    return values
