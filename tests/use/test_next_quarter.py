"""Last quarter's choices are this quarter's proposal, and what is missing this time is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.lib.extracts import crimes, csv
from tests.lib.partnership import PASSPHRASE, Partnership, Ran
from tests.use.test_terminal import talk

JANUARY = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
HEADINGS = "Crime ID,Month,LSOA code,LSOA name,Crime type"
KINDS = ("Burglary", "Anti-social behaviour")


def street(p: Partnership, month: str, kinds: tuple[str, ...] = KINDS) -> Path:
    """Write a month's file as police forces publish it, of crimes and of disorder."""
    rows = [
        f"{'' if kind == KINDS[1] else f'{month}-{n}'},{month},E01999000,Westshire 001A,{kind}"
        for kind in kinds
        for n in range(12)
    ]
    return p.extract("police", f"{month}-street.csv", csv(HEADINGS, *rows))


def quarter(p: Partnership, *months: str) -> list[Path]:
    return [street(p, month) for month in months]


def submit(p: Partnership, *arguments: object, status: int = 0) -> Ran:
    return p.signed("police", "submit", *arguments, "--yes", status=status)


def test_all_sends_each_row_to_its_own_dataset(partnership):
    files = quarter(partnership, "2026-07", "2026-08", "2026-09")
    ran = submit(partnership, *files, status=2)
    assert ran.refusal == "dataset-not-named"
    assert "--dataset all" in ran.err
    ran = submit(partnership, *files, "--dataset", "all")
    assert "sent\tpolice\tpolice-asb\tJul to Sep 2026\t36 rows" in ran.out
    assert "sent\tpolice\tpolice-crime\tJul to Sep 2026\t36 rows" in ran.out


def test_the_second_quarter_of_three_files_is_one_command_and_one_confirmation(partnership):
    p = partnership
    submit(p, *quarter(p, "2026-07", "2026-08", "2026-09"), "--dataset", "all")
    p.now = JANUARY
    files = quarter(p, "2026-10", "2026-11", "2026-12")
    ran = submit(p, *files)
    assert ran.out.count("\nsent\tpolice\tpolice-") == 2
    assert "not-sent-yet" not in ran.warnings


def test_at_a_terminal_the_first_choice_is_all_of_them(partnership):
    files = map(str, quarter(partnership, "2026-07", "2026-08", "2026-09"))
    answers = {"Number": "1", "Passphrase": PASSPHRASE, "Send this?": "y"}
    status, said = talk(partnership, "police", "submit", *files, answers=answers)
    assert status == 0, said
    assert "36 rows  log 4" in said


def test_a_dataset_that_was_not_sent_last_time_is_asked_about_again(partnership):
    p = partnership
    submit(p, *quarter(p, "2026-07", "2026-08", "2026-09"), "--dataset", "police-asb")
    p.now = JANUARY
    ran = submit(p, *quarter(p, "2026-10", "2026-11", "2026-12"), status=2)
    assert ran.refusal == "dataset-not-named"


@pytest.mark.parametrize("left", [*KINDS])
def test_what_was_sent_last_time_and_is_missing_now_is_said(partnership, left):
    p = partnership
    submit(p, *quarter(p, "2026-07", "2026-08", "2026-09"), "--dataset", "all")
    p.now = JANUARY
    files = [street(p, month, (left,)) for month in ("2026-10", "2026-11", "2026-12")]
    ran = submit(p, *files)
    missing = "police-asb" if left == KINDS[0] else "police-crime"
    assert "not-sent-yet" in ran.warnings
    assert f"sent for 2026Q3 and not for 2026Q4 yet: {missing}" in ran.err
    p.signed("police", "nil", missing, "--dates", "2026Q4", "--yes")
    assert "not-sent-yet" not in submit(p, *files).warnings


def test_several_mappings_serve_one_dataset_and_so_do_the_usual_headings(partnership):
    p = partnership
    rows = [f"0{n % 9 + 1}/0{7 + n % 3}/2026,45,WZ1 {n % 9}AB" for n in range(30)]
    for name, headings in (("a", "Rep Dt,Offence,Wherabouts"), ("b", "Logged,Kind,Spot")):
        file = p.extract("police", f"{name}.csv", csv(headings, *rows))
        mapping = p.root / "police" / f"{name}.toml"
        p.run("police", "source", "map", file, "--dataset", "police-crime", "-o", f"{name}.toml")
        day, kind, place = headings.split(",")
        text = mapping.read_text(encoding="utf-8")
        told = f'[columns]\nrecorded = "{day}"\npostcode = "{place}"\ncategory = "{kind}"\n'
        mapping.write_text(text.partition("[columns]")[0] + told, encoding="utf-8")
    told = ("--dataset", "police-crime", "--json")
    for name in ("a.csv", "b.csv"):
        assert p.run("police", "check", p.root / "police" / name, *told).json["rows_accepted"] == 30
    usual = p.extract("police", "crime.csv", crimes(30))
    assert p.run("police", "check", usual, *told).json["rows_accepted"] == 30
