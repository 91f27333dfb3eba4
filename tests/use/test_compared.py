"""A file is compared with what was sent before, and what is unlike it is asked about."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.lib import partnership as lib
from tests.lib.extracts import crimes, csv
from tests.lib.partnership import Partnership, Ran

JANUARY = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
COLLISIONS = "Date,Postcode,Adults slightly injured,Children slightly injured"


def submit(p: Partnership, file: Path, *arguments: object, status: int = 0) -> Ran:
    return p.signed("police", "submit", file, "--yes", *arguments, status=status)


def asked(p: Partnership, file: Path) -> list[str]:
    """Return the rules of the queries that a file has."""
    told: list[str] = p.run("police", "check", file, "--json").json["open_queries"]
    return told


def without(text: str, *lines: int) -> str:
    """Leave lines out, counted from 0, the headings."""
    return "".join(ln for n, ln in enumerate(text.splitlines(keepends=True)) if n not in lines)


def collisions(adults: int, children: int) -> str:
    days = [f"{day:02d}/{month:02d}/2026" for month in (7, 8, 9) for day in range(1, 31)]
    hurt = [(1, 0)] * adults + [(0, 1)] * children
    rows = [f"{days[n % 90]},WZ1 1AA,{a},{c}" for n, (a, c) in enumerate(hurt)]
    return csv(COLLISIONS, *rows)


def test_a_correction_in_which_adults_became_children_is_asked_about(partnership):
    p = partnership
    first = p.extract("council", "a.csv", collisions(89, 8))
    told = ("--dataset", "council-collisions", "--yes")
    p.signed("council", "submit", first, *told)
    second = p.extract("council", "b.csv", collisions(0, 97))
    ran = p.signed("council", "submit", second, *told, status=11)
    assert ran.refusal == "queries-not-answered"
    assert p.run("council", "check", second, *told[:2], "--json").json["open_queries"] == [
        "correction-differs"
    ]
    assert "people adults slightly injured: 89 → 0" in ran.err
    assert "people children slightly injured: 8 → 97" in ran.err
    assert "log 3" in ran.out
    p.signed("council", "submit", second, *told, "--answer=correction-differs=checked")


def _hundred_sent(p: Partnership) -> None:
    submit(p, p.extract("police", "a.csv", crimes(100)))


@pytest.fixture
def hundred(prepared) -> Partnership:
    """A partnership in which the police have sent a hundred crimes."""
    return prepared(_hundred_sent)


def _quarter_sent(p: Partnership) -> None:
    submit(p, p.extract("police", "a.csv", crimes(120)))
    p.now = JANUARY


@pytest.fixture
def january(prepared) -> Partnership:
    """A partnership in the next quarter, in which the police have sent this one."""
    return prepared(_quarter_sent)


def test_a_correction_of_a_few_records_is_shown_and_not_asked_about(hundred):
    file = hundred.extract("police", "b.csv", without(crimes(100), 5, 50))
    ran = submit(hundred, file)
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["records", "98", "100"] in lines
    assert ["this", "file", "log", "3"] in lines


@pytest.mark.parametrize("again", ["the same file", "exported again in another order"])
def test_a_file_that_was_corrected_since_is_asked_about_by_its_log_number(hundred, again):
    p, text = hundred, crimes(100)
    submit(p, p.extract("police", "b.csv", without(text, 50)))
    if again != "the same file":
        heading, *rows = text.splitlines(keepends=True)
        text = "".join([heading, *reversed(rows)])
    file = p.extract("police", "c.csv", text)
    ran = submit(p, file, status=11)
    assert "log 3, which you replaced with log 4" in ran.err
    assert asked(p, file) == ["sent-before"]
    assert len(p.entries()) == 5
    submit(p, file, "--answer", "sent-before=checked")
    assert "already sent" in submit(p, file).out


def test_a_file_that_was_withdrawn_is_asked_about(hundred):
    p = hundred
    file = p.root / "police/a.csv"
    p.signed("police", "withdraw", "3", "--reason", "wrong-contents", "--yes")
    ran = submit(p, file, status=11)
    assert "log 3, which you withdrew with log 4" in ran.err


def test_a_correction_of_what_another_computer_sent_is_asked_about(hundred):
    p = hundred
    (p.settings("police").profile / "outlines.json").unlink()
    ran = submit(p, p.extract("police", "b.csv", crimes(40)), status=11)
    assert asked(p, p.root / "police/b.csv") == ["correction-not-compared"]
    assert "log 3; this file has 40 records" in ran.err


def test_what_was_encrypted_again_for_others_is_still_compared_with(hundred):
    p = hundred
    for step in (lib.join, lib.make_key, lib.enrol):
        step(p, "fire")
    p.signed("police", "log", "reseal", "--yes")
    submit(p, p.extract("police", "b.csv", crimes(101)))
    assert p.log().register.submissions[-1].statement.counts["accepted"] == "100-499"


def test_what_was_never_logged_is_compared_with_nothing(partnership):
    p = partnership
    p.set_clocks(datetime(2026, 7, 20, 9, 0, tzinfo=UTC))
    file = p.extract("police", "a.csv", crimes(90, first=date(2026, 4, 1), days=91))
    p.signed("police", "submit", file, "--yes", "--transfer-file", "never-sent.transfer")
    p.now = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    told = p.run("police", "check", p.extract("police", "b.csv", crimes(120)), "--json").json
    assert "last" not in told["compared"]


def test_a_quarter_is_shown_beside_the_last_and_the_same_of_last_year(partnership):
    p = partnership
    p.set_clocks(datetime(2026, 1, 20, 9, 0, tzinfo=UTC))
    submit(p, p.extract("police", "a.csv", crimes(90, first=date(2025, 10, 1))))
    p.now = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    submit(p, p.extract("police", "b.csv", crimes(120)))
    p.now = JANUARY
    file = p.extract("police", "c.csv", crimes(110, first=date(2026, 10, 1)))
    ran = p.run("police", "check", file)
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["this", "file", "2026Q3", "2025Q4"] in lines
    assert ["records", "110", "120", "90"] in lines
    assert "1st month (in this file October 2026)\t" in ran.out
    told = p.run("police", "check", file, "--json").json["compared"]
    assert told == {
        "last": {"covered": "2026-07-01..2026-09-30", "rows": 120},
        "year_before": {"covered": "2025-10-01..2025-12-31", "rows": 90},
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row.replace(",45,", ",28E,"), "class burglary: 0% before, "),
        (lambda row: row.replace(",N,N", ",Y,N"), "domestic yes: 0% before, "),
        (
            lambda row: row.replace("WZ", "ZZ").replace("E01999", "E01888"),
            "no usable location: 0% before, ",
        ),
    ],
)
def test_a_mix_that_is_unlike_the_last_is_asked_about(january, change, said):
    p = january
    heading, *rows = crimes(120, first=date(2026, 10, 1)).splitlines(keepends=True)
    rows = [change(row) if n % 2 else row for n, row in enumerate(rows)]
    file = p.extract("police", "b.csv", "".join([heading, *rows]))
    ran = p.run("police", "check", file)
    assert "composition-changed" in asked(p, file)
    assert said in ran.err


def test_outlines_of_an_earlier_release_are_read(partnership):
    p = partnership
    kept = {
        "police-crime": {
            "2026-07-01..2026-09-30": {
                "first": "2026-07-01", "last": "2026-09-30", "rows": 500,
                "categories": {"45": 500},
            }
        }
    }  # fmt: skip
    path = p.settings("police").profile / "outlines.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept), encoding="utf-8")
    p.now = JANUARY
    file = p.extract("police", "b.csv", crimes(60, first=date(2026, 10, 1)))
    ran = submit(p, file, "--answer", "volume-changed=change-in-records")
    assert "60 in 92 days; 500 in 92 days before" not in ran.out
    told = json.loads(path.read_text(encoding="utf-8"))
    assert [one["rows"] for one in told["outlines"]["police-crime"]] == [500, 60]


def test_what_is_shown_beside_earlier_submissions_names_no_value_of_a_record(partnership):
    p, canary = partnership, "7Q"  # has the shape of a code, and is in no list
    plain = crimes(120).replace(",45,WZ1", f",{canary},WZ1")
    submit(p, p.extract("police", "a.csv", plain), "--answer", "category-unknown=checked")
    p.now = JANUARY
    file = p.extract("police", "b.csv", crimes(120, first=date(2026, 10, 1)))
    ran = p.run("police", "check", file)
    assert "compared with earlier submissions" in ran.out
    assert "class: not in the list" in ran.out
    assert canary not in ran.said + p.run("police", "check", file, "--json").said
