"""The compliance report: five forms of one content, each number with its entries."""

import csv as comma_separated
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from exchange.reports.names import names_of, readable
from tests.lib import partnership as lib
from tests.lib.extracts import CRIME_HEADINGS, callouts, crimes, csv
from tests.lib.partnership import NOW, Partnership
from tests.use.test_quarter import asb

Q3 = ("--dates", "2026Q3")
# The report is of one quarter, and leaves the law of each requirement to its workbook.
IMPLIED = (("shared", "quarter"), ("requirements", "source"))
FORMS = ("report.html", "report.xlsx", "report.csv", "report.json", "report.txt")


def _quarter(p: Partnership) -> None:
    """One in time, one late, one nil, one not held, one missing; the protocol half signed."""
    for who in ("council", "police"):
        p.extract(who, "isp.pdf", b"%PDF-1.7 a made-up protocol")
    p.signed(
        "council", "partnership", "protocol", "publish", p.root / "council/isp.pdf", "--yes",
        "--review", "2026-10-01",
    )  # fmt: skip
    p.signed("police", "partnership", "protocol", "sign", p.root / "police/isp.pdf", "--yes")
    p.signed("police", "partner", "liaison", "liaison", "--yes")
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q3)
    p.signed("police", "nil", "police-transport", *Q3, "--yes")
    p.signed(
        "police", "partner", "not-held", "police-welfare", "--from", "2026Q1",
        "--reason", "not-recorded", "--yes",
    )  # fmt: skip
    p.now = datetime(2027, 1, 10, 9, tzinfo=UTC)
    p.submit("police", p.extract("police", "asb.csv", asb()), *Q3)
    p.run("council", "status")


@pytest.fixture
def quarter(prepared) -> Partnership:
    return prepared(_quarter)


def report(p: Partnership, *told: object, who: str = "analysts", status: int = 0):
    outputs = [word for name in FORMS for word in ("-o", name)]
    return p.run(who, "report", "compliance", "--quarter", "2026Q3", *outputs, *told, status=status)


def read(p: Partnership, name: str) -> bytes:
    return (p.root / "analysts" / name).read_bytes()


def told(p: Partnership) -> dict:
    return json.loads(read(p, "report.json"))


def test_every_state_stands_in_it_with_its_entries(quarter):
    report(quarter)
    found = {(s["partner"], s["dataset"]): s for s in told(quarter)["standings"]}
    crime = found["police", "police-crime"]
    assert (crime["state"], crime["entries"]) == ("on time", [6])
    assert len(crime["bundles"]) == 1
    assert found["police", "police-asb"]["state"] == "late"
    assert found["police", "police-transport"]["nil"]
    assert found["police", "police-welfare"]["state"] == "not held"
    assert found["council", "council-asb"]["state"] == "overdue"
    assert found["ambulance", "ambulance-callouts"]["state"] == "not shared"
    rows = {(r["partner"], r["dataset"]): r for r in told(quarter)["tables"]["shared"]}
    assert rows["police", "police-crime"]["received"] == "20 October 2026 (72 days early)"
    assert rows["police", "police-asb"]["received"] == "10 January 2027 (10 days late)"
    for key, row in rows.items():
        assert row["reference"] == ", ".join(map(str, found[key]["entries"]))


def test_the_keys_of_json_are_no_words_of_headings(quarter):
    """Whoever reads the file by a program relies on them: none of these may change."""
    report(quarter)
    keys = {name: " ".join(rows[0]) for name, rows in told(quarter)["tables"].items() if rows}
    requirement = "requirement_id statutory_requirement current_position source reference"
    assert keys == {
        "not-held": "partner dataset from to reason reference",
        "treatments": "partner dataset dates records located_by generalised withheld "
        "share_withheld reference",
        "keys": "officer roles made renew_by renewal reference",
        "log": "officer last_confirmed up_to_reference",
        "shared": "quarter partner dataset status received evidence reference",
        "trend": "quarter on_time late due overdue received expected not_held",
        "protocol": "partner role legal_status signed reference",
        "officers": "partner officer role contact status reference",
        "requirements": requirement,
        "unanswered": "requirement_id statutory_requirement",
    }


def test_the_first_page_answers_what_a_board_asks(quarter):
    quarter.signed("ambulance", "partner", "liaison", "liaison", "--yes")  # it need not
    report(quarter)
    front = told(quarter)["front_page"]
    # Is the duty met, and since when is it not?
    assert front["met"] is False
    assert "4 of 7 datasets due by law have been overdue since 1 January 2027" in front["verdict"]
    # Who is overdue, who was late?
    who = " ".join(front["who"])
    assert "Overdue by 10 days: Westshire council (4)" in who
    assert "Late by up to 10 days: Westshire police (1)" in who
    # What must we decide, who does it, by when?
    assert 0 < len(front["decisions"]) <= 7
    assert all(one["who"] and one["by"] > "2027-01-10" for one in front["decisions"])
    # Can I trust it?
    assert "Verified on 10 January 2027: no record was altered" in front["lines"]["Records"]
    assert "were not checked again" in front["lines"]["Records"]
    assert (
        "signed by 1 of 2 that must sign (not yet Westshire council)" in front["lines"]["Protocol"]
    )
    officers = "1 of 2 responsible authorities appointed one: Westshire police: "
    assert front["lines"]["Liaison officers"] == officers + "liaison@police.example."
    text = read(quarter, "report.txt").decode()
    assert text.index(front["verdict"]) < text.index("DECISIONS FOR THIS MEETING")
    page = read(quarter, "report.html").decode()
    first = page[page.index('class="front"') : page.index("</section>")]
    for word in (
        "✓</span> on time",
        "!</span> late 10 days",
        "✗</span> overdue",
        "–</span> not held",
    ):
        assert word in first
    for identifier in ("police-crime", "2026Q3", "2027-01"):
        assert identifier not in first
    assert "exchange " not in first


@pytest.mark.parametrize(
    ("quarter_", "met", "words"),
    [
        ("2024Q4", None, "Nothing is due by law"),
        ("2026Q4", False, "due by 31 March 2027, so far 0 of 8 datasets due by law came"),
        ("2026Q2", False, "8 of 8 datasets due by law have been overdue"),
    ],
)
def test_the_verdict_says_how_a_quarter_stands(partnership, quarter_, met, words):
    p = partnership
    p.run("analysts", "report", "compliance", "--quarter", quarter_, "-o", "report.json")
    front = told(p)["front_page"]
    assert (front["met"], words in front["verdict"]) == (met, True)


def test_what_the_meeting_has_to_decide_is_drafted_from_the_gaps(quarter):
    report(quarter)
    todo = told(quarter)["to_decide"]
    (council,) = (
        one for one in todo if one.startswith("Westshire council, ") and "overdue by" in one
    )
    assert "Anti-social behaviour incidents (council), " in council
    assert ", July–September" in council
    earlier = "overdue of earlier quarters: Jan to Mar 2025 (4), Apr to Jun 2025 (4)"
    assert sum(earlier in line for line in todo) == 2  # once for each partner
    assert any("Ambulance callouts" in one and "(expected" in one for one in todo)
    assert any("Must sign the protocol, and have not: Westshire council" in one for one in todo)
    assert any("review" in one for one in todo)
    (without,) = (one for one in todo if "designated liaison officer" in one)
    assert without == "Have no designated liaison officer: Westshire council."
    assert not any("Westshire analysts" in one for one in todo)
    assert not any("Recorded crime" in one for one in todo)


def test_the_forms_say_the_same(quarter):
    report(quarter)
    tables, names = told(quarter)["tables"], names_of(quarter.log().register)
    page, text = read(quarter, "report.html").decode(), read(quarter, "report.txt").decode()
    assert page.count('<th scope="col">quarter</th>') == 1  # of the last eight, not of this one
    for name, rows in tables.items():
        for row in rows:
            cells = [cell for column, cell in row.items() if (name, column) not in IMPLIED]
            for cell in filter(None, cells):
                written = (cell, readable(cell, names))
                assert any(one in text for one in written)
                assert any(one.replace("'", "&#39;") in page for one in written)
    rows = list(
        comma_separated.DictReader(io.StringIO(read(quarter, "report.csv").decode("utf-8-sig")))
    )
    assert rows == tables["shared"]
    alike = Counter((row["partner"], row["status"]) for row in rows if not row["received"])
    assert max(alike.values()) > 1  # rows of what has not come, which are one row for people
    table = page.partition("<h2>Submissions by partner</h2>")[2].partition("</table>")[0]
    received = sum(bool(row["received"]) for row in rows)
    assert table.count("<tr>") == 1 + received + len(alike)
    book = openpyxl.load_workbook(io.BytesIO(read(quarter, "report.xlsx")))
    assert book.sheetnames == ["Cover", *tables]
    for name, rows in tables.items():
        cells = list(book[name].iter_rows(min_row=4, values_only=True))
        assert len(cells) - 1 == max(len(rows), 1)
        for row, made in zip(rows, cells[1:], strict=False):
            for shown, cell in zip(made, row.values(), strict=True):
                assert ("" if shown is None else str(shown)) in (cell, readable(cell, names))
        assert len(book[name].tables) == 1


def test_the_same_log_gives_the_same_bytes(quarter):
    report(quarter)
    before = {name: read(quarter, name) for name in FORMS}
    report(quarter)
    assert {name: read(quarter, name) for name in FORMS} == before


def test_a_year_is_four_quarters_and_a_trend_is_eight(quarter):
    p = quarter
    for year, quarters in (
        ("2026", ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]),
        ("2025/26", ["2025Q2", "2025Q3", "2025Q4", "2026Q1"]),
    ):
        p.run("analysts", "report", "compliance", "--year", year, "-o", "report.json")
        assert told(p)["quarters"] == quarters
        trend = [row["quarter"] for row in told(p)["tables"]["trend"]]
        assert (len(trend), trend[-1]) == (8, quarters[-1])
    before = [r for r in told(p)["tables"]["trend"] if r["quarter"] < "2025Q1"]
    assert before
    assert {r[state] for r in before for state in ("on_time", "overdue")} == {""}
    p.run("analysts", "report", "compliance", "--year", "2026/27", "-o", "report.json")
    row = next(r for r in told(p)["tables"]["trend"] if r["quarter"] == "2026Q3")
    found = [s for s in told(p)["standings"] if s["quarter"] == "2026Q3"]
    for state in ("on time", "late", "overdue", "not held"):
        assert row[state.replace(" ", "_")] == str(sum(s["state"] == state for s in found))
    for row in trend_of(p):
        told_of = [s for s in told(p)["trend"] if s["quarter"] == row["quarter"]]
        for state in ("on time", "late", "due", "overdue", "not shared", "not held"):
            shown = "expected" if state == "not shared" else state.replace(" ", "_")
            assert (row[shown] or "0") == str(sum(s["state"] == state for s in told_of))
    returned = [s for s in told(p)["trend"] if s["state"] in ("on time", "late")]
    assert returned
    assert all(s["entries"] for s in returned)


def trend_of(p: Partnership) -> list[dict[str, str]]:
    return told(p)["tables"]["trend"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--year", "26"), ("--year", "2026/28"), ("--year", "0000"),
        ("--quarter", "2026Q5", "-o", "x.html"),
        ("--year", "2026", "--quarter", "2026Q3"),
    ],
    ids=str,
)  # fmt: skip
def test_what_names_no_time_is_refused(quarter, wrong):
    output = () if "-o" in wrong else ("-o", "x.html")
    quarter.run("analysts", "report", "compliance", *wrong, *output, status=2)
    assert not (quarter.root / "analysts/x.html").exists()


def test_a_form_that_there_is_not_is_refused_before_anything_is_written(quarter):
    ran = quarter.run("analysts", "report", "compliance", "-o", "a.html", "-o", "b.docx", status=2)
    assert ran.refusal == "output-form-unknown"
    assert ".html, .xlsx, .csv, .json, .txt" in ran.err
    assert not (quarter.root / "analysts/a.html").exists()


@pytest.mark.parametrize("damage", ["rollback", "fork", "hole"])
def test_a_log_that_is_not_to_be_believed_gives_no_report(quarter, damage):
    p = quarter
    entries = p.entries()
    for mirror in p.root.glob("*/.exchange/*/mirror"):
        mirror.unlink()
    if damage == "rollback":
        entries[-1].unlink()
    elif damage == "fork":
        entries[-1].write_bytes(entries[-2].read_bytes())
    else:
        entries[3].unlink()
    report(p, status=15)
    assert not (p.root / "analysts/report.html").exists()


def test_lesser_damage_stands_at_its_head(quarter):
    p = quarter
    (bundle, *_) = p.bundles()
    bundle.write_bytes(bundle.read_bytes()[:-1])
    (p.share / f"log/{len(p.entries()):08d}").write_bytes(b"nonsense\n\nx\n")
    ran = report(p, "--bundles")
    assert "bundle-not-as-signed" in ran.warnings
    page = read(p, "report.html").decode()
    assert "entries-without-effect" in ran.warnings
    notes = [m.start() for m in re.finditer('class="note"', page)]
    assert len(notes) == 2
    assert "1 file was altered" in page
    assert "were not checked again" not in page
    assert "a file that Westshire police sent is missing, or not as they signed it" in page
    assert max(notes) < page.index("<h2>")


def test_with_one_partner_that_owes_nothing_and_before_anything_is_shared(partnership):
    p = partnership
    p.run("analysts", "report", "compliance", "--quarter", "2006Q1", "-o", "report.html",
          "-o", "report.xlsx", "-o", "report.txt")  # fmt: skip
    assert "Nothing is due." in read(p, "report.html").decode()
    assert "No protocol is published" in read(p, "report.txt").decode()


def test_of_authorities_with_long_names_and_a_year_far_ahead(partnership):
    p = partnership
    for number in range(3):
        who = f"authority-with-a-long-name-{number}"
        lib.join(p, who)
        p.signed(who, "key", "new", "--partner", who, "--name", who, "--kind", "council",
                 "--contact", "c@example")  # fmt: skip
        lib.enrol(p, who)
    p.now = NOW + timedelta(days=8 * 365)
    p.run("analysts", "report", "compliance", "--year", "2033", "-o", "report.json")
    assert len(told(p)["standings"]) > 60


def test_what_share_was_withheld_is_told_as_far_as_bands_tell(partnership):
    p = partnership
    rows = [
        f"R{n},06/08/2026,06/08/2026,23:10,{code},WZ1 1AA,E01999000,{flag},N"
        for n, (code, flag) in enumerate([("45", "N")] * 60 + [("8N", "Y")] * 12)
    ]
    file = p.extract("police", "c.csv", csv(CRIME_HEADINGS, *rows))
    p.submit("police", file, "--dates", "2026Q3", "--domestic-incidents", "withhold")
    p.run("analysts", "report", "compliance", "--quarter", "2026Q3", "-o", "report.json")
    (row,) = told(p)["tables"]["treatments"]
    assert (row["records"], row["withheld"]) == ("50 to 99", "domestic: 10 to 49")
    assert row["share_withheld"] == "at most 50%"


def test_the_board_reads_what_is_shared_less_precisely_than_the_regulations_name(partnership):
    p = partnership
    file = p.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 20))
    p.submit("ambulance", file, "--dates", "2026Q3")
    p.run("analysts", "report", "compliance", "--quarter", "2026Q3", "-o", "report.txt")
    text = " ".join((p.root / "analysts/report.txt").read_text(encoding="utf-8").split())
    assert "The Regulations name the date and time of each record" in text
    assert "a band of six hours" in text
