"""All requirements in one workbook: written, filled in, recorded with one signature, and shown."""

import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from exchange.reports.compliance.forms import FORMS
from partners.entries.answers import STATES
from partners.law.requirements import requirements
from tests.lib import partnership as lib
from tests.lib.partnership import Partnership

CANARY = "Mr Quentin Zzyzx"
ANSWER = ("report", "answer", "--workbook", "answers.xlsx", "--yes")


def _county(p: Partnership) -> None:
    lib.join(p, "county")
    lib.make_key(p, "county", "county")
    lib.enrol(p, "county")


@pytest.fixture
def two_tiers(prepared) -> Partnership:
    return prepared(_county)


def record(p: Partnership, status: int = 0):
    return p.signed("council", *ANSWER, status=status)


def fill(p: Partnership, rows: dict[str, dict[str, object]]) -> None:
    """Fill in the cells of requirements, by their headings."""
    path = p.root / "council/answers.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Register"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for heading, value in rows.get(sheet.cell(row, 1).value, {}).items():
            sheet.cell(row, columns[heading]).value = value
    book.save(path)


def report(p: Partnership, form: str = "position") -> dict:
    p.run("council", "report", "requirements", "--form", form, "-o", "r.json")
    return json.loads((p.root / "council/r.json").read_bytes())


def test_every_requirement_is_answered_from_one_workbook_signed_once_and_in_all_forms(two_tiers):
    p = two_tiers
    assert record(p).out.startswith("written")
    sheet = openpyxl.load_workbook(p.root / "council/answers.xlsx")["Register"]
    assert sheet.max_row - 1 == len(requirements()) == 166
    with zipfile.ZipFile(p.root / "council/answers.xlsx") as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    # Rows show all of their text, in LibreOffice too, and grow with what is typed into them.
    assert xml.count(" ht=") > 100
    assert "customHeight" not in xml
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, str(rule.sqref)) == ("list", "F2:F167")
    words = list(STATES.values())
    fill(p, {
        name: {
            "State": words[n % len(words)], "Position": f"Where {name} stands", "Action": "Do it",
            "Owner (post, not a name)": "community safety manager", "Action due by": "2027-03-31",
            "Milestone": "draft terms of reference", "Meeting": date(2027, 4, 1),
            "Pages of the plan": "3, 7-9", "Next review": "1 April 2027",
        }
        for n, name in enumerate(requirements())
    })  # fmt: skip
    before = len(p.entries())
    ran = p.signed("council", *ANSWER, "--json")
    assert ran.json["answers"] == 166
    assert len(p.entries()) - before == len(ran.json["entries"]) <= 2
    for form in FORMS:
        told = report(p, form)
        assert {r["requirement_id"] for r in told["tables"]["notes"]} == {
            r["id"] for r in told["requirements"]
        }
        p.run("council", "report", "requirements", "--form", form, "-o", "r.txt", "-o", "r.csv")
        for file in ("r.txt", "r.csv"):
            text = " ".join((p.root / "council" / file).read_text("utf-8").split())
            for r in told["requirements"]:
                assert " ".join(r["text"].replace('"', '""').split()) in text
    (one,) = [r for r in report(p)["requirements"] if r["id"] == "7"]
    assert one["strategy_group"] == {
        "requirement": "7", "state": list(STATES)[6], "on": "2026-10-20",
        "position": "Where 7 stands", "action": "Do it", "owner": "community safety manager",
        "by": "2027-03-31", "milestone": "draft terms of reference", "meeting": "2027-04-01",
        "pages": "3, 7-9", "review": "2027-04-01",
    } | {"state": one["state"]}  # fmt: skip
    assert record(p, status=None).refusal == "answers-unchanged"


def test_what_changed_alone_is_recorded_and_a_new_date_confirms(partnership):
    p = partnership
    p.signed("council", "report", "answer", "7", "--answer", "met", "--yes")
    p.signed("council", "report", "answer", "12", "--answer", "in-part", "--yes")
    record(p)
    p.set_clocks(datetime(2028, 1, 12, 9, tzinfo=UTC))
    assert next(r for r in report(p)["requirements"] if r["id"] == "7")["out_of_date"]
    fill(p, {"7": {"Answered on": "2028-01-12"}, "11": {"State": "not met"}})
    ran = record(p)
    assert [line.split()[0] for line in ran.out.splitlines()[:-1]] == ["7", "11"]
    assert not next(r for r in report(p)["requirements"] if r["id"] == "7")["out_of_date"]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"State": "perhaps"}, "requirement 12, State: choose a state"),
        ({"Position": "we met"}, "requirement 12, State: choose a state"),
        ({"State": "met", "Meeting": "soon"}, "requirement 12, Meeting: write a day"),
        ({"State": "met", "Position": f"{CANARY} came"}, "requirement 12, Position: it seems"),
        ({"State": "met", "Action": "x" * 1001}, "requirement 12, Action: it must be one line"),
    ],
)
def test_a_cell_that_cannot_be_recorded_is_named_and_nothing_is(prepared, cells, says):
    p = prepared(record)
    fill(p, {"12": cells, "7": {"State": "met"}})
    ran = record(p, status=2)
    assert ran.refusal == "answer-workbook-has-faults"
    assert says in ran.said
    assert "Zzyzx" not in ran.said
    assert "perhaps" not in ran.said
    assert len(p.entries()) == 3


@pytest.mark.parametrize("content", [b"", b"PK\3\4 nonsense", b"No.,State\n12,met\n"])
def test_what_is_no_workbook_of_answers_is_refused(partnership, content):
    p = partnership
    (Path(p.root) / "council/answers.xlsx").write_bytes(content)
    assert record(p, status=2).refusal == "answer-workbook-not-understood"
    assert len(p.entries()) == 3


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (("12", "--workbook", "a.xlsx"), "workbook-with-answer"),
        (("--workbook", "a.xlsx", "--answer", "met"), "workbook-with-answer"),
        ((), "requirement-missing"),
    ],
)
def test_an_answer_comes_from_the_workbook_or_from_the_options(partnership, told, refusal):
    ran = partnership.signed("council", "report", "answer", *told, "--yes", status=2)
    assert ran.refusal == refusal
