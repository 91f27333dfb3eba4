"""What came in and where it went: the one account for terminal, page and JSON."""

from typing import Any, Final

from exchange import terminal
from exchange.preparing import Prepared
from schemas.words import SQUARES

PLACES: Final = {
    **{name: f"square of {name}" for name in SQUARES},
    "point": "point",
    "school": "school",
    "lsoa": "LSOA",
    "outward": "outward code",
    "district": "district",
}


def account_rows(found: Prepared) -> list[tuple[str, int]]:
    """Return what came in and where it went, in words and rows."""
    tally = found.outcome.tally
    rows = [("rows in the file", tally.rows_in)]
    rows += [(f"left out, {reason.says}", -n) for reason, n in tally.left_out.items()]
    rows.append(("rows accepted", tally.accepted))
    if account := found.account:
        rows += [(f"placed by {PLACES[place]}", n) for place, n in account.places.items()]
        rows += [(f"made coarser: {why}", n) for why, n in account.generalised.items() if why]
        rows += [("withheld, too few are like them", -account.withheld)] * bool(account.withheld)
        domestics = sum(part.personal.rows.height for part in found.parts if part.personal)
        why = "as personal data, to its signatories alone" if domestics else "withheld"
        rows += [(f"domestic, {why}", -account.domestics)] * bool(account.domestics)
        if account.new is not None:
            rows.append(("counted for small groups and not sent before", account.new))
    return rows


def account_json(found: Prepared) -> dict[str, Any]:
    """Return the same for --json."""
    tally = found.outcome.tally
    told: dict[str, Any] = {
        "dataset": found.dataset.id,
        "covered": str(found.covered),
        "quarter": str(found.covered.quarter),
        "assumed": list(found.selected.assumed),
        "rows_in": tally.rows_in,
        "rows_accepted": tally.accepted,
        "left_out": {reason.value: n for reason, n in tally.left_out.items()},
        "findings": terminal.findings_json(found.findings),
    }
    if account := found.account:
        told |= {
            "places": account.places,
            "generalised": {why: n for why, n in account.generalised.items() if why},
            "withheld": account.withheld,
            "domestics": account.domestics,
            "coarsened": account.coarsened,
            "new": account.new,
        }
    return told
