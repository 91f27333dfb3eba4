"""What two submissions for the same dates tell by subtraction."""

import polars as pl
import pytest

from schemas.dataset import SMALLEST
from tests.lib.extracts import CRIME_HEADINGS, csv
from tests.lib.partnership import Partnership

KEY = ["recorded", "recorded_precision", "weekday", "time_from", "category", "place"]


def assaults(*days: int, code: str = "19C", at: str = "23:10") -> list[str]:
    return [
        f"R{i:04d}{d},{d:02d}/08/2026,{d:02d}/08/2026,{at},{code},WZ1 1AA,E01999000,N,N"
        for i, d in enumerate(days)
    ]


def send(p: Partnership, rows: list[str]):
    file = p.extract("police", "crime.csv", csv(CRIME_HEADINGS, *rows))
    return p.submit("police", file, "--dates", "2026-08", "--json").json


def received(p: Partnership) -> pl.DataFrame:
    p.signed("analysts", "pull", "merged")
    return pl.read_parquet(p.root / "analysts/merged/dataset=police-crime")


THURSDAY = 6  # August 2026
MANY = assaults(*[THURSDAY] * 12)


@pytest.fixture
def sent(partnership) -> Partnership:
    told = send(partnership, MANY)
    assert (told["rows"], told["withheld"], told["new"]) == (12, 0, None)
    return partnership


@pytest.mark.parametrize("count", [1, SMALLEST - 1])
def test_a_few_added_records_do_not_stand_alone_between_two_submissions(sent, count):
    before = received(sent)
    told = send(sent, MANY + assaults(*[THURSDAY] * count))
    assert (told["new"], told["withheld"], told["rows"]) == (count, count, 12)
    after = received(sent)
    joined = before.group_by(KEY).len().join(after.group_by(KEY).len(), on=KEY, how="full")
    assert (joined["len"] == joined["len_right"]).all()


def test_enough_added_records_leave_as_finely_as_ever(sent):
    told = send(sent, MANY + assaults(*[THURSDAY] * SMALLEST))
    assert (told["new"], told["withheld"], told["rows"]) == (5, 0, 17)
    assert received(sent).group_by(KEY).len()["len"].to_list() == [17]


def test_added_records_of_several_kinds_leave_together_and_coarser(sent):
    """Five that differ by weekday are alike by the month, and only with one another."""
    told = send(sent, MANY + assaults(3, 4, 5, 7, 8))
    assert (told["new"], told["withheld"], told["coarsened"]) == (5, 0, 5)
    sizes = received(sent).group_by(KEY).len().sort("len")
    assert sizes["len"].to_list() == [5, 12]
    assert sizes["weekday"].to_list() == [None, 4]


def test_records_that_left_coarser_before_are_not_new(partnership):
    """Each leaves with another number of steps, and is found all the same."""
    first = assaults(3, 4, 5, 6, 7) + assaults(10, 11, 12, 13, 14, code="20A")
    assert send(partnership, first)["coarsened"] == 10
    told = send(partnership, first + assaults(*[20] * 6, code="19C"))
    assert (told["new"], told["withheld"]) == (6, 0)


def test_plain_records_are_corrected_one_by_one(partnership):
    plain = assaults(*[THURSDAY] * 8, code="45")
    send(partnership, plain)
    told = send(partnership, plain + assaults(7, code="45"))
    assert (told["new"], told["withheld"], told["rows"]) == (0, 0, 9)


def test_check_and_preview_say_that_they_did_not_compare(sent):
    file = sent.extract("police", "more.csv", csv(CRIME_HEADINGS, *MANY, *assaults(THURSDAY)))
    for command in ("check", "preview"):
        ran = sent.run("police", command, file, "--dates", "2026-08")
        if command == "check":
            assert "file-has-warnings" in ran.warnings
            told = sent.run("police", command, file, "--dates", "2026-08", "--json").json
            assert "earlier-not-compared" in {f["rule"] for f in told["findings"]}
        else:
            assert "--passphrase-file FILE" in ran.err
    ran = sent.signed("police", "preview", file, "--dates", "2026-08")
    assert "counted for small groups and not sent before" in ran.out


def test_a_correction_of_a_bundle_that_is_gone_stops_until_it_is_withdrawn(sent):
    """Together, the two could give somebody away, and nobody can look."""
    for bundle in sent.bundles():
        bundle.unlink()
    file = sent.extract("police", "crime.csv", csv(CRIME_HEADINGS, *MANY, *assaults(THURSDAY)))
    ran = sent.submit("police", file, "--dates", "2026-08", status=14)
    assert ran.refusal == "earlier-submission-unreadable"
    assert "exchange withdraw 3" in ran.err
    assert len(sent.entries()) == 4
    sent.signed("police", "withdraw", "3", "--reason", "wrong-file", "--yes")
    told = send(sent, MANY + assaults(THURSDAY))
    assert (told["rows"], told["new"]) == (13, None)


def test_a_fifth_made_coarser_is_asked_about(partnership):
    rows = assaults(3, 4, 5, 6, 7) + assaults(*[THURSDAY] * 15, code="45")
    file = partnership.extract("police", "crime.csv", csv(CRIME_HEADINGS, *rows))
    ran = partnership.run("police", "check", file, "--dates", "2026-08")
    assert "queries-open" in ran.warnings
    assert "much-generalised: " in ran.err
    rows += assaults(*[THURSDAY] * 5, code="45")
    file = partnership.extract("police", "crime.csv", csv(CRIME_HEADINGS, *rows))
    ran = partnership.run("police", "check", file, "--dates", "2026-08")
    assert "much-generalised" not in ran.err
