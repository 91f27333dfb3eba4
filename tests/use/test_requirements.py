"""The statutory requirements: answered by the log, else by the strategy group, in five forms."""

import json
from datetime import UTC, datetime

import openpyxl
import pytest

from exchange.reports.compliance.forms import FORMS
from partners.law.requirements import CHAPTERS
from tests.lib import partnership as lib
from tests.lib.partnership import Partnership

CANARY = "Mr Quentin Zzyzx"


def assess(p: Partnership, *told: object, who: str = "council", status: int = 0):
    return p.signed(who, "report", "answer", *told, "--yes", status=status)


def report(p: Partnership, *told: object, who: str = "analysts") -> dict:
    p.run(who, "report", "requirements", "-o", "r.json", *told)
    return json.loads((p.root / who / "r.json").read_bytes())


def one(told: dict, requirement: str) -> dict:
    return next(r for r in told["requirements"] if r["id"] == requirement)


def row(told: dict, requirement: str) -> dict:
    return next(
        r
        for rows in told["tables"].values()
        for r in rows
        if r.get("requirement_id") == requirement
    )


def notes(told: dict, requirement: str) -> dict:
    return next(r for r in told["tables"]["notes"] if r["requirement_id"] == requirement)


def published(p: Partnership, *told: object) -> Partnership:
    for who in ("council", "police"):
        p.extract(who, "isp.pdf", b"%PDF-1.7 a made-up protocol")
    p.signed(
        "council", "partnership", "protocol", "publish", p.root / "council/isp.pdf", "--yes", *told
    )
    return p


def test_a_bare_partnership_is_told_what_nobody_has_answered(partnership):
    told = report(partnership)
    assert one(told, "8")["state"] == "not-met"
    assert row(told, "8")["current_position"] == "No protocol has been published"
    assert row(told, "12")["current_position"] == "not answered"
    assert "1, group-2011," in told["to_decide"][-1]


def test_the_log_answers_what_it_can_prove_and_names_the_entries(partnership):
    p = published(partnership, "--personal-data")
    p.signed(
        "police",
        "partnership",
        "protocol",
        "sign",
        p.root / "police/isp.pdf",
        "--yes",
        "--personal-data",
    )
    p.signed("police", "partner", "liaison", "liaison", "--yes")
    told = report(p, "--form", "developments")
    assert (one(told, "8")["state"], one(told, "8")["entries"]) == ("met", [3])
    signed = one(told, "9")
    assert (signed["state"], signed["entries"]) == ("in-part", [4])
    assert "not yet: Westshire council" in signed["proved"]
    assert "probation" in signed["proved"].partition("not joined: ")[2]
    assert one(told, "10")["entries"] == [5]
    assert one(told, "governing-q1")["state"] == "met"
    assert "signed by Westshire police" in one(told, "governing-q4")["proved"]


def test_signed_by_all_who_are_enrolled_is_not_signed_by_all_who_must(partnership):
    p = published(partnership)
    for who in ("council", "police"):
        p.signed(who, "partnership", "protocol", "sign", p.root / f"{who}/isp.pdf", "--yes")
    signed = one(report(p), "9")
    assert "2 of 2 responsible authorities that have joined have signed" in signed["proved"]
    assert "not yet" not in signed["proved"]
    assert signed["state"] == "in-part"


def test_quarterly_sharing_is_answered_by_the_last_quarter_that_was_due(sent):
    p = sent
    p.now = datetime(2027, 1, 10, 9, tzinfo=UTC)
    told = one(report(p), "21")
    assert told["state"] == "in-part"
    assert told["entries"] == [3]
    assert "1 on time, 0 late" in told["proved"]
    assert "sent by Westshire police" in one(report(p), "22")["proved"]


def test_the_strategy_group_answers_and_what_it_does_not_say_anew_stays(partnership):
    p = partnership
    assess(p, "12", "--answer", "in-part", "--position", "Police and council came",
           "--action", "Ask the others", "--owner", "community safety manager",
           "--by", "2027-03-31")  # fmt: skip
    assess(p, "12", "--pages", "page 7")
    told = row(report(p, "--form", "milestones"), "12")
    assert told["action"] == "Ask the others"
    assert told["when"] == "Police and council came; 31 March 2027, community safety manager"
    assert notes(report(p), "12")["reference"] == "4"
    assess(p, "12", "--answer", "met", "--action", "")
    told = report(p, "--form", "checklist")
    assert row(told, "12")["yes"] == "☑"
    assert row(told, "12")["action_required"] == "31 March 2027, community safety manager"
    assert one(told, "12")["strategy_group"]["pages"] == "page 7"


def test_the_logs_answer_stands_before_the_strategy_groups(partnership):
    p = partnership
    assess(p, "8", "--answer", "met", "--position", "It is in a drawer")
    told = report(p)
    assert one(told, "8")["state"] == "not-met"
    said = "No protocol has been published. The strategy group says: met, It is in a drawer"
    assert row(told, "8")["current_position"] == said


def test_what_is_law_stands_first_and_what_ended_is_good_practice(partnership):
    told = report(partnership)
    in_force = [r["requirement_id"] for r in told["tables"]["in-force"]]
    assert "group-2011" in in_force
    assert not {"2", "3"} & set(in_force)
    assert next(iter(told["tables"])) == "in-force"
    assert "law until 31 May 2011" in notes(told, "2")["source"]
    assert "wording to be confirmed" in notes(told, "12")["source"]


def test_two_tier_requirements_are_asked_only_where_there_are_two_tiers(partnership):
    told = report(partnership, "--form", "checklist")
    assert not [r["id"] for r in told["requirements"] if r["two_tier"]]
    p = partnership
    lib.join(p, "county")
    lib.make_key(p, "county")
    lib.enrol(p, "county")
    told = report(p, "--form", "checklist")
    assert {"county-chairs", "escalate", "two-tier-q10"} <= {r["id"] for r in told["requirements"]}


def test_in_the_second_and_third_paper_the_law_of_a_chapter_stands_before_its_questions(
    partnership,
):
    for form in ("developments", "milestones"):
        tables = report(partnership, "--form", form)["tables"]
        for chapter in CHAPTERS:
            names = [n for n in tables if n == chapter or n.startswith(f"{chapter}-")]
            if chapter == "two-tier":  # the partnership has one tier
                assert names == []
                continue
            at = list(tables).index(names[0])
            assert list(tables)[at : at + len(names)] == names
            assert [n.endswith("-law") for n in names[1:]] == [False] * (len(names) - 1)
        ids = {row["requirement_id"] for name in tables if name.endswith("-law")
               for row in tables[name]}  # fmt: skip
        assert ids == {row["requirement_id"] for row in report(partnership)["tables"]["in-force"]}


MAIN = {"checklist": "checklist", "developments": "lead-law", "milestones": "lead-law"}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_the_columns_of_its_paper_in_every_kind_of_file(partnership, form):
    p = partnership
    names = [f"r{ending}" for ending in (".html", ".xlsx", ".csv", ".json", ".txt")]
    outputs = [word for name in names for word in ("-o", name)]
    p.run("analysts", "report", "requirements", "--form", form, *outputs)
    folder = p.root / "analysts"
    headings = [column.replace("_", " ") for column in FORMS[form].columns]
    book = openpyxl.load_workbook(folder / "r.xlsx")
    main = book[MAIN.get(form, "in-force")]
    shown = [c.value.partition(" at ")[0] for c in main[4]][1:]
    assert shown == list(headings)
    page = (folder / "r.html").read_text("utf-8")
    assert all(f">{heading}" in page for heading in headings)
    text = (folder / "r.txt").read_text("utf-8")
    wanted = "4/" if form == "plan" else "1/"
    told = json.loads((folder / "r.json").read_bytes())
    for r in told["requirements"]:
        assert r["text"] in text
        assert form != "plan" or any(where.startswith(wanted) for where in r["papers"])
    first = {n: (folder / n).read_bytes() for n in names}
    p.run("analysts", "report", "requirements", "--form", form, *outputs)
    assert first == {n: (folder / n).read_bytes() for n in names}


def test_the_compliance_report_has_what_is_law_with_its_position(partnership):
    p = published(partnership)
    p.run("analysts", "report", "compliance", "-o", "b.json")
    rows = json.loads((p.root / "analysts/b.json").read_bytes())["tables"]["requirements"]
    told = {r["requirement_id"]: r["current_position"] for r in rows}
    assert "published" in told["8"]
    assert "2" not in told


@pytest.mark.parametrize(
    ("told", "refusal", "names"),
    [
        (("12",), "answer-missing", "requirement 12 "),
        (("12", "--answer", "perhaps"), "usage", "'perhaps'"),
        (("ninety", "--answer", "met"), "requirement-unknown", '"ninety"'),
        (("lead-q", "--answer", "met"), "requirement-unknown", "did you mean lead-q"),
        (("12", "--answer", "met", "--by", "31/03/2027"), "day-not-understood", "--by"),
        (("12", "--answer", "met", "--position", "x" * 1001), "text-not-one-line", "1,000"),
        (("12", "--answer", "met", "--position", "a\nb"), "text-not-one-line", "--position"),
    ],
)
def test_what_can_not_be_logged_is_refused(partnership, told, refusal, names):
    done = assess(partnership, *told, status=2)
    assert done.refusal == refusal
    assert names in done.err
    assert len(partnership.entries()) == 3


@pytest.mark.parametrize("option", ["--position", "--action", "--owner", "--pages"])
def test_nobody_is_named_for_good_and_the_refusal_does_not_name_them_again(partnership, option):
    done = assess(partnership, "12", "--answer", "met", option, f"{CANARY} came", status=2)
    assert done.refusal == "text-holds-identifier"
    assert "Zzyzx" not in done.said
    assert len(partnership.entries()) == 3


def test_only_a_coordinator_answers_for_the_strategy_group(partnership):
    done = assess(partnership, "12", "--answer", "met", who="analysts", status=12)
    assert done.refusal == "signer-not-coordinator"


def test_the_checklist_has_each_requirement_with_its_questions_in_one_row(partnership):
    p = partnership
    assess(p, "11", "--answer", "in-part")
    assess(p, "visibility-q8", "--answer", "not-met")
    told = report(p, "--form", "checklist")
    found = row(told, "11")
    assert (found["group"], found["yes"], found["no"]) == (
        "Visibility and accountability", "☐ in part", "☐",
    )  # fmt: skip
    assert "being done about them? (no)" in found["implementation_checklist"]
    problems = next(r for r in told["tables"]["checklist"] if r["group"] == "Solving problems")
    assert problems["statutory_requirement"] == "There are no statutory requirements on this."
    every = "\n".join(r["implementation_checklist"] for r in told["tables"]["checklist"])
    for one_ in told["requirements"]:
        assert one_["kind"] != "question" or one_["text"] in every


def test_the_board_paper_has_its_front_sheet_key_and_meetings(partnership):
    p = partnership
    assess(p, "6", "--answer", "waits-terms", "--action", "Agree terms of reference",
           "--milestone", "draft terms of reference", "--meeting", "2027-04-16")  # fmt: skip
    told = report(p, "--form", "milestones")
    front = {r["item"]: r["entry"] for r in told["tables"]["front-sheet"]}
    assert {"Partnership", "Date", "Prepared by", "Recommendations", "Purpose of paper"} <= set(
        front
    )
    assert "6: Agree terms of reference" in front["Key implications"]
    assert told["tables"]["meetings"] == [
        {
            "meeting": "16 April 2027", "requirement_id": "6",
            "milestone": "draft terms of reference",
        }
    ]  # fmt: skip
    told = report(p, "--form", "developments")
    assert row(told, "6")["developments"].startswith("Waits on the terms of reference: ")
    assert {r["words"] for r in told["tables"]["key"]} >= {"waits on the county"}
    assert "lead-leadership" in told["tables"]
