"""`exchange check` in a folder that belongs to no partnership: the file is checked, and no more."""

import json

import openpyxl
import pytest

from tests.lib.extracts import csv
from tests.lib.partnership import Partnership

CANARY = "Zbigniew-Quux 9991"

HEADINGS = "Crime number,Recorded date,Category,District,Domestic flag,In dwelling"
GOOD = ("R1,01/07/2026,45,Westshire,N,N", "R2,30/09/2026,45,Elsewhere,N,N")


@pytest.fixture
def empty(tmp_path) -> Partnership:
    (tmp_path / "me").mkdir()
    return Partnership(tmp_path)


def test_a_good_file_is_checked_whatever_its_area(empty):
    file = empty.extract("me", "x.csv", csv(HEADINGS, *GOOD))
    ran = empty.run("me", "check", file, "--dataset", "police-crime", "--json")
    assert ran.warnings == ["checked-without-partnership"]
    told = json.loads(ran.out)
    assert (told["rows_in"], told["rows_accepted"], told["left_out"]) == (2, 2, {})
    assert "cover" not in told  # nothing was made ready to leave


def test_which_dataset_it_is_of_is_worked_out(empty):
    file = empty.extract("me", "x.csv", csv(HEADINGS, *GOOD))
    ran = empty.run("me", "check", file, "--json")
    assert json.loads(ran.out)["dataset"] == "police-crime"


def test_a_bad_file_is_refused_and_its_lines_are_in_the_report(empty):
    file = empty.extract("me", "x.csv", csv(HEADINGS, *GOOD, f"R3,{CANARY},45,W,N,N"))
    ran = empty.run(
        "me", "check", file, "--dataset", "police-crime", "--report", "wrong.xlsx", status=11
    )
    assert ran.refusal == "rules-broken"
    assert CANARY not in ran.out + ran.err
    assert openpyxl.load_workbook(empty.root / "me/wrong.xlsx").sheetnames


def test_nothing_is_left_behind(empty):
    file = empty.extract("me", "x.csv", csv(HEADINGS, *GOOD))
    empty.run("me", "check", file, "--answer", "place-unknown=known to us")
    assert [path.name for path in (empty.root / "me").iterdir()] == ["x.csv"]
