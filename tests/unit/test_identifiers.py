import polars as pl
import pytest

from depersonalise.identifiers import holding_identifiers

# An NHS number from the range kept for tests, telephone numbers kept for drama; nobody's.
PLANTED = (
    "LS1 4DY", "ls14dy", "see SW1A 1AA", "943 476 5919", "9434765919", "943-476-5919",
    "a@b.example", "01632 960999", "07700900123", "+44 7700 900123", "QQ 12 34 56 C", "QQ123456C",
)  # fmt: skip
INNOCENT = (
    "E01000001", "WZ1", "SW1A", "28E", "4.1", "27D03", "E07000093", "violent-crime", "GIR",
    "9434765918", "2026-08-01", "202", "",
)  # fmt: skip


@pytest.mark.parametrize("text", PLANTED)
def test_what_is_planted_is_found(text):
    assert holding_identifiers(pl.Series([text, None])).to_list() == [text]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_innocent_is_not(text):
    assert holding_identifiers(pl.Series([text, None])).to_list() == []


def test_a_hit_stops_the_submission_and_names_line_and_column(monkeypatch):
    from depersonalise import depersonalise
    from tests.lib.typed import shared

    monkeypatch.setattr(depersonalise, "holding_identifiers", lambda cells: cells.unique().head(1))
    with pytest.raises(depersonalise.IdentifiersFound) as told:
        shared("police-crime", "Date|Code|Postcode\n05/08/2026|45|WZ1\n")
    finding = told.value.findings[0]
    assert (finding.rule.id, finding.column, finding.lines) == (
        "identifier-found",
        "category",
        (2,),
    )
