"""What a missing fine row tells, counted on rows of which everything is known; and the verdict."""

import secrets

import pytest

from depersonalise.depersonalise import depersonalise
from depersonalise.policy import Policy
from depersonalise.risk.absence import Absence, Absences, absences
from depersonalise.risk.measures import measure
from depersonalise.treatment_counts import TreatmentCounts
from exchange.submission.verdict import verdict
from schemas.checks.check import Checked
from schemas.extract.row_counts import RowCounts
from tests.lib.typed import outcome

HEADINGS = (
    "Recorded date | Time  | Code | Postcode | LSOA code | District  | Domestic flag | Dwelling"
)
HOME, STREET = "Y", "N"


def line(code: str, flag: str, dwelling: str, hour: int = 10) -> str:
    day = f"05/08/2026    | {hour:02}:59 | {code}"
    return f"{day} | WZ1 1AA | E01000001 | Westshire | {flag} | {dwelling}"


def checked(*rows: str) -> Checked:
    found = outcome("police-crime", "\n".join([HEADINGS, *rows])).checked
    assert found is not None
    return found


# Thirty domestic assaults at home, and thrice as many burglaries and assaults in the street.
DOMESTIC = [line("105A", "Y", HOME)] * 30
OTHERS = [line("28E", "N", HOME)] * 45 + [line("105A", "N", STREET)] * 45


def measured(*, cover: bool) -> tuple[Absences, dict]:
    rows = checked(*DOMESTIC, *OTHERS)
    shared = depersonalise(rows, secrets.token_bytes, Policy(has_cover=cover))
    missing = absences(rows, shared)
    assert missing is not None
    return missing, verdict(measure(rows, shared), missing, shared.treatment_counts)


def test_with_cover_a_missing_row_is_an_even_chance_and_without_it_a_certainty():
    with_cover, kept = measured(cover=True)
    without, broken = measured(cover=False)
    assert with_cover.by_stratum["all rows"] == Absence(120, 30, 60, 30)
    assert with_cover.by_stratum["in dwellings"] == Absence(75, 30, 60, 30)
    assert with_cover.by_stratum["elsewhere"] == Absence(45, 0, 0, 0)
    assert without.by_stratum["all rows"] == Absence(120, 30, 30, 30)
    assert kept["against"] == []
    assert broken["verdict"] != kept["verdict"]
    assert any("in dwellings: 100%" in line for line in broken["against"])


def test_cells_of_published_counts_that_hold_sensitive_rows_alone_are_counted():
    missing, told = measured(cover=False)
    assert missing.in_cells == 30
    assert any("data.police.uk" in line for line in told["risks"])
    assert measured(cover=True)[0].in_cells == 30  # burglaries are another class of these counts


def test_where_all_rows_leave_coarsely_nothing_is_missing():
    text = "Date | Time | Postcode | Category\n05/08/2026 | 10:59 | WZ1 1AA | 4"
    rows = outcome("ambulance-callouts", text).checked
    assert rows is not None
    assert absences(rows, depersonalise(rows, secrets.token_bytes)) is None


@pytest.mark.parametrize(("late", "told"), [(0, False), (7, True)])
def test_what_is_left_is_told(late, told):
    rows = checked(*OTHERS)
    shared = depersonalise(rows, secrets.token_bytes)
    account = TreatmentCounts(RowCounts(90, 90, {}), {}, {}, {}, late=late, withheld=3)
    lines = verdict(measure(rows, shared), absences(rows, shared), account)["left"]
    assert any("exchange withdraw LOG_NUMBER --delete" in line for line in lines) == told
    assert any(line.startswith("1 to 4 rows are withheld") for line in lines)
