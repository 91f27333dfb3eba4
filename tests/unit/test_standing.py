"""Who holds a dataset, by nation and date, and what follows for what is owed."""

from datetime import UTC, datetime

import pytest

from partners.register.adoptions import adopted_at_founding
from partners.register.obligations import State, standings
from partners.register.register import Register
from partners.register.state import Partner
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter


def titles(dataset: str, nation: str, quarter: str) -> set[str]:
    return {h.title for h in DATASETS[dataset].holders_in(nation, Quarter.parse(quarter))}


@pytest.mark.parametrize(
    ("nation", "quarter", "who"),
    [
        ("england", "2007Q3", {"Primary Care Trust"}),
        ("england", "2013Q1", {"Primary Care Trust"}),
        ("england", "2013Q2", {"clinical commissioning group"}),
        ("england", "2022Q2", {"clinical commissioning group"}),
        ("england", "2022Q3", {"integrated care board"}),
        ("wales", "2022Q3", {"Local Health Board"}),
    ],
)
def test_who_holds_admissions(nation, quarter, who):
    assert titles("health-admissions", nation, quarter) == who


def test_drug_treatment_went_to_the_upper_tier_in_2013():
    assert titles("health-drug-treatment", "england", "2013Q1") == {"Primary Care Trust"}
    assert titles("health-drug-treatment", "england", "2013Q2") == {
        "council for the area", "county council",
    }  # fmt: skip


def owed(kind: str, nation: str, quarter: str) -> dict[str, State]:
    register = Register("test/" + "0" * 32, adopted=adopted_at_founding(nation))
    register.nation = nation
    register.partners["p"] = Partner("p", "P", (kind,), ((None, (kind,)),))
    now = datetime(2026, 12, 1, tzinfo=UTC)
    return {s.dataset: s.state for s in standings(register, Quarter.parse(quarter), now)}


def test_a_district_owes_what_districts_hold_and_a_county_what_counties_do():
    assert set(owed("district", "england", "2026Q1")) == {
        "council-asb", "council-racial-incidents",
    }  # fmt: skip
    assert set(owed("county", "england", "2026Q1")) == {
        "council-collisions", "council-exclusions", "council-racial-incidents",
        "health-drug-treatment",
    }  # fmt: skip
    assert "health-drug-treatment" not in owed("council", "wales", "2026Q1")


def test_only_a_proved_duty_is_ever_overdue():
    assert set(owed("health", "england", "2026Q1").values()) == {State.EXPECTED}
    assert set(owed("health", "wales", "2026Q1").values()) == {State.OVERDUE}
    assert owed("police", "england", "2026Q1")["police-crime"] is State.OVERDUE
