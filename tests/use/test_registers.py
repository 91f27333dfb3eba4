"""The strategy group's own registers: members, meetings, priorities, targets and risks."""

import json
from datetime import UTC, datetime

import openpyxl
import pytest

from exchange.reports.registers.tables import TABLES
from tests.lib import page
from tests.lib.extracts import crimes
from tests.lib.partnership import PASSPHRASE, Partnership, several

ANSWER = ("report", "answer", "--workbook", "answers.xlsx", "--yes")
CANARY = "Mr Quentin Zzyzx"
MEMBERS = (
    ("Westshire police", "Chief superintendent", "chair", "yes", "2026-04-01", "2028-03-31"),
    ("council", "Cabinet member", "Councillor for community safety", "no"),
)
MEETING = ("2026-09-10", "public", "Library", "Westshire police; Westshire council", "police")
PRIORITY = (
    "Violence",
    "Chief superintendent",
    "Director",
    "It rose",
    "Patrols",
    "12",
    "yes",
    "Aid",
)
TARGET = ("1", "Fewer violent incidents", "Superintendent", "theme=violence", "120", "3", "lower")
RISK = ("No analyst", "1", "high", "medium", "Share one", "Director", "2026-10-01")


HERE = ("", "", "", "", "", "county group")  # after the post
OFFICER = ("Police", "Chief superintendent", "chair", "yes", "2026-04-01", "2028-03-31")
COUNTY = {
    "westshire": {
        "Priorities": (PRIORITY,),
        "Members": (
            (*OFFICER, "", "county group"),
            ("Westshire", "Leader", "chair", "yes", "2026-04-01", "2028-03-31"),
            ("Westshire", "Leader", "member", *HERE[1:]),
        ),
        "Meetings": (("2026-09-01", "county group", "County hall", "Police"),),
    },
    "northshire": {
        "Members": (
            ("police", "chief superintendent", "chair", *HERE[1:]),
            ("Northshire", "Leader", "chair", "yes", "2026-04-01", "2028-03-31"),
        ),
        "Meetings": (("2026-09-01", "county group", "", "Northshire"),),
    },
}


def fill(p: Partnership, who: str = "council", **sheets: tuple[tuple[object, ...], ...]) -> None:
    """Fill in rows of sheets, from the first on."""
    path = p.root / who / "answers.xlsx"
    book = openpyxl.load_workbook(path)
    for title, rows in sheets.items():
        for number, row in enumerate(rows, start=2):
            for column, value in enumerate(row, start=2):
                book[title].cell(number, column).value = value
    book.save(path)


def report(p: Partnership, *told: object) -> dict:
    p.run("council", "report", *told, "-o", "r.json")
    return json.loads((p.root / "council/r.json").read_bytes())


def _written(p: Partnership) -> None:
    p.signed("council", *ANSWER)


@pytest.fixture
def written(prepared) -> Partnership:
    """A partnership in which the council has the workbook, without an answer in it."""
    return prepared(_written)


@pytest.fixture
def recorded(written) -> Partnership:
    fill(
        written, Members=MEMBERS, Meetings=(MEETING,), Priorities=(PRIORITY,),
        Targets=(TARGET,), Risks=(RISK,),
    )  # fmt: skip
    assert "recorded  6 rows of other sheets  log 3" in written.signed("council", *ANSWER).out
    return written


def test_who_sits_where_is_recorded_once_and_answers_the_requirements(recorded):
    p = recorded
    assert p.signed("council", *ANSWER, status=16).refusal == "answers-unchanged"
    seats = report(p, "compliance")["tables"]["members"]
    assert [row["authority"] for row in seats] == ["police", "council"]
    states = {one["id"]: one["proved_state"] for one in report(p, "requirements")["requirements"]}
    expected = {"2": "met", "3": "in-part", "4": "met", "6": "met", "11": "met", "12": "in-part"}
    assert {name: states[name] for name in expected} == expected
    p.set_clocks(datetime(2028, 4, 2, 9, tzinfo=UTC))
    later = report(p, "compliance")
    decided = " ".join(later["to_decide"])
    assert "the term ended on 31 March 2028" in decided
    assert "none is recorded for the last year" in decided
    fill(p, Members=(("",) * 6, ("remove",)))
    assert "Members  2  removed" in p.signed("council", *ANSWER).out  # and an empty row stays
    seats = report(p, "compliance")["tables"]["members"]
    assert [row["post"] for row in seats] == ["Chief superintendent", "nobody recorded"]


def test_a_plan_counts_its_targets_and_its_summary_holds_no_small_number(recorded):
    p = recorded
    p.submit("police", p.extract("police", "c.csv", crimes(60)), "--dates", "2026Q3")
    p.signed("council", "pull", "merged")
    plan = report(p, "plan", "merged", "--year", "2026")
    (target,) = plan["tables"]["targets"]
    assert target["priority"] == "Violence"
    assert target["2026Q3"] == target["year_so_far"]
    assert target["2026Q1"] == ""
    assert target["aim"] == "120 to 3"
    assert plan["tables"]["risks"][0]["next_review"] == "1 October 2026 (due)"
    p.run("council", "report", "plan", "merged", "--year", "2026", "--public", "-o", "s.txt")
    draft = (p.root / "council/s.txt").read_text()
    assert "Draft, not for publication" in draft
    p.signed("council", "report", "edition", "2026Q3", "--yes")
    p.signed("council", "pull", "merged")
    p.run("council", "report", "plan", "merged", "--year", "2026", "--public", "-o", "s.txt")
    summary = (p.root / "council/s.txt").read_text()
    assert "OFFICIAL" in draft
    assert "OFFICIAL" not in summary
    assert "fewer than 5" in summary
    assert "No analyst" not in summary
    assert "Superintendent" not in summary


@pytest.mark.parametrize(
    ("sheet", "row"),
    [
        ("Members", ("police", "")),
        ("Members", ("police", "Chief", "king")),
        ("Members", ("police", "Chief", "chair", "yes", "soon")),
        ("Members", ("police", CANARY)),
        ("Members", (CANARY, "Chief")),
        ("Targets", ("1", "Fewer", "Chief", "violence")),
        ("Targets", ("1", "Fewer", "Chief", "theme=violense")),  # it would be met by nothing
        ("Targets", ("1", "Fewer", "Chief", "agency=police; planet=mars")),
        ("Targets", ("1", "Fewer", "Chief", "theme=violence", "many")),
        ("Risks", ("x" * 1001, "1", "", "", "", "Chief")),
    ],
)
def test_a_row_that_cannot_be_recorded_is_named_and_not_repeated(written, sheet, row):
    p = written
    fill(p, **{sheet: (row,)})
    ran = p.signed("council", *ANSWER, status=2)
    assert ran.refusal == "answer-workbook-has-faults"
    assert f"{sheet} 1, " in ran.err
    assert CANARY not in ran.said
    assert "soon" not in ran.said
    assert len(p.entries()) == 3


def test_each_column_is_declared_once():
    for table in TABLES.values():
        assert len({one.heading for one in table.columns}) == len(table.columns)
        assert all(bool(one.choices) == (one.kind == "choice") for one in table.columns)


def test_districts_sign_one_protocol_and_raise_priorities_with_the_county(tmp_path):
    p = several(tmp_path / "p", {"E07000901": "Westshire", "E07000902": "Northshire"})
    for district in ("westshire", "northshire"):
        file = p.extract(district, "isp.txt", "the county's protocol")
        p.signed(district, "partnership", "protocol", "publish", file, "--yes")
    p.run("police", "--partnership", "westshire", "partnership", "protocol", "show", "--save", "i")
    sign = ("partnership", "protocol", "sign", p.root / "police/i", "--yes")
    signed = p.signed("police", *sign, "--json").json
    assert [one["entry"] for one in signed] == [2, 2]
    assert p.signed("police", *sign, status=16).refusal == "protocol-already-signed"
    other = p.extract("police", "other.txt", "another document")
    refused = p.signed("police", *sign[:3], other, "--yes", status=2)
    assert refused.refusal == "protocol-file-differs"
    for district, sheets in COUNTY.items():
        p.signed(district, *ANSWER)
        fill(p, district, **sheets)
        p.signed(district, *ANSWER)
    p.run("police", "report", "county", "--agreement", "-o", "a.json")
    tables = json.loads((p.root / "police/a.json").read_bytes())["tables"]
    assert [(row["priority"], row["raised_by"]) for row in tables["shared"]] == [
        ("Violence", "Westshire")
    ]
    assert tables["joint"][0]["asked_of_the_county"] == "Aid"
    assert [row["districts"] for row in tables["authorities"] if row["authority"] == "Police"] == [
        "all districts"
    ]
    # Who sits on the county group stands there once, and not on the district's own.
    p.run("police", "report", "county", "-o", "c.json", "-o", "c.txt")
    report = json.loads((p.root / "police/c.json").read_bytes())
    seats = [tuple(row.values()) for row in report["tables"]["county-members"]]
    assert seats == [
        ("Police", "Chief superintendent", "chair", "1 April 2026", "31 March 2028",
         "westshire, northshire"),
        ("Westshire", "Leader", "member", "", "", "westshire"),
    ]  # fmt: skip
    assert [tuple(row.values()) for row in report["tables"]["county-meetings"]] == [
        ("1 September 2026", "County hall", "1 of 2", "Westshire")
    ]
    own = [(row["district"], row["authority"]) for row in report["tables"]["members"]]
    assert own[0] == ("westshire", "westshire")
    assert ("northshire", "northshire") in own
    assert not any(row["post"] == "Chief superintendent" for row in report["tables"]["members"])
    assert report["to_decide"][0] == (
        "Make the chair a member of the county strategy group: Northshire."
    )
    line = report["front_page"]["lines"]["County group"]
    assert line == (
        "Chair: Chief superintendent, Police; 2 authorities; last met on 1 September 2026, "
        "1 of 2 there."
    )
    # What is recorded of it answers the requirements about it, in each district.
    positions = {
        (row["district"], row["requirement_id"]): row["current_position"]
        for row in report["tables"]["requirements"]
    }
    chair = "Chair: Chief superintendent, Police"
    assert positions["westshire", "county-chair"] == f"{chair}, until 31 March 2028"
    assert "no end of the term" in positions["northshire", "county-chair"]
    own = "Member of the county group: Leader, who chairs this one"
    assert positions["westshire", "county-chairs"] == own
    assert positions["northshire", "county-chairs"].startswith("Not recorded as a member")
    assert positions["all districts", "county-authorities"].startswith(
        "Members of the county group: the police; not recorded: the policing body"
    )
    assert positions["all districts", "county-meetings"] == (
        "The county group last met on 1 September 2026"
    )
    assert not any(requirement == "county-member" for _, requirement in positions)
    unanswered = report["tables"]["unanswered"]
    assert {row["district"] for row in unanswered} == {"all districts"}
    assert len({row["requirement_id"] for row in unanswered}) == len(unanswered)


@pytest.mark.services
def test_the_page_shows_and_records_the_rows_that_the_command_records(partnership):
    p = partnership
    p.signed("council", *ANSWER)
    fill(p, Members=MEMBERS, Meetings=(MEETING,), Priorities=(PRIORITY,), Targets=(TARGET,))
    with page.served(p.root / "council") as room:
        browser = page.Browser(room).enter()
        book = (p.root / "council/answers.xlsx").read_bytes()
        shown = browser.fill("/answers", ("answers.xlsx", book))
        assert "The workbook has 5 rows of other sheets not recorded yet" in shown.words
        for words in ("Members 1 police; Chief superintendent", "Meetings 1 2026-09-10; public",
                      "Priorities 1 Violence;", "Targets 1 1; Fewer"):  # fmt: skip
            assert words in shown.words
        done = browser.post("/answers/record", **shown.hidden(), passphrase=PASSPHRASE)
        assert "Log number 3" in done.words
        again = browser.fill("/answers", ("answers.xlsx", book))
        assert "already recorded" in again.words
        fill(p, Members=(("",) * 6, ("remove",)))
        book = (p.root / "council/answers.xlsx").read_bytes()
        shown = browser.fill("/answers", ("answers.xlsx", book))
        assert "Members 2 It is removed" in shown.words
        fill(p, Members=((*MEMBERS[0][:4], "soon"),))
        book = (p.root / "council/answers.xlsx").read_bytes()
        refused = browser.fill("/answers", ("answers.xlsx", book))
        assert (refused.status, "Members" in refused.words) == (400, True)
    fill(p, Members=MEMBERS)
    assert p.signed("council", *ANSWER, status=16).refusal == "answers-unchanged"
