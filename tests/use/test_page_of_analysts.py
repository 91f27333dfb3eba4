"""What analysts and boards do on the page: combine tables, count, report, record answers."""

import io
import re
from dataclasses import replace

import openpyxl
import pytest

from tests.lib.page import traces_of
from tests.lib.partnership import PASSPHRASE
from tests.use.test_page import CRIMES

pytestmark = pytest.mark.services


def test_an_analyst_combines_tables_looks_at_them_and_makes_reports(partnership, room, browser):
    browser.submit(("crime.csv", CRIMES))
    room.folder = partnership.root / "analysts"
    assert browser.post("/analyse/pull").status == 400
    refused = browser.get("/analyse/counts").words
    assert "folder-not-pulled" in refused
    assert "First combine the tables, at Tables and reports" in refused
    assert "not the one of your key" in browser.post("/analyse/pull", passphrase="other").words
    soon = browser.post("/analyse/pull", passphrase=PASSPHRASE, quarter="soon")
    assert 'id="quarter-error"' in soon.text
    for quarter in ("2026Q3", ""):  # and once more into the same folder
        answer = browser.pull(quarter=quarter, also="csv")
        assert "Recorded crime 30 rows 1 submission" in answer.words
    assert browser.get(answer.path).words == answer.words  # loaded again, nothing is pulled again
    assert browser.get("/analyse/pull/other").status == 404
    assert list((partnership.root / "analysts/merged").rglob("*.csv"))
    table = browser.get("/analyse/table/police-crime")
    assert table.text.count("<tr") == 21
    assert browser.get("/analyse/table/police-transport").status == 404
    counts_as_the_command_counts(partnership, browser)
    assert browser.post("/analyse/report", report="other", format=".html").status == 400
    assert browser.post("/analyse/report", report="compliance", format=".exe").status == 400
    wrong = browser.post("/analyse/report", report="compliance", format=".html", period="1Q")
    assert "Enter a quarter such as 2026Q3" in wrong.words
    for report, ending, period in (
        ("compliance", ".html", "2026Q3"),
        ("compliance", ".csv", "2026/27"),
        ("requirements", ".xlsx", ""),
        ("register", ".xlsx", "2026"),  # which is of no year
        ("assessment", ".html", "2026"),
    ):
        made = browser.post("/analyse/report", report=report, format=ending, period=period)
        assert made.status == 200
        name = made.headers["content-disposition"].partition("=")[2].strip('"')
        assert re.fullmatch(rf"{report}[-0-9Q]*\{ending}", name)
        assert name != "register-2026.xlsx"
        assert len(made.body) > 500
    assert b"Westshire" in made.body
    assert (partnership.root / "analysts/assessment-2026.toml").is_file()
    for period in ("", "2026Q3", "soon"):
        wrong = browser.post("/analyse/report", report="assessment", format=".csv", period=period)
        assert (wrong.status, "such as 2026" in wrong.words) == (400, True)


def test_the_answers_of_the_register_are_shown_and_recorded_once(partnership, room, browser):
    room.folder = partnership.root / "council"
    book = browser.post("/analyse/report", report="register", format=".xlsx").body

    def filled(owner: str) -> bytes:
        workbook = openpyxl.load_workbook(io.BytesIO(book))
        sheet = workbook["Register"]
        headings = {cell.value: cell.column for cell in sheet[1]}
        for row in (2, 3):
            sheet.cell(row, headings["State"]).value = "met"
            sheet.cell(row, headings["Owner (post, not a name)"]).value = owner
        written = io.BytesIO()
        workbook.save(written)
        return written.getvalue()

    for wrong in (), (("a.xlsx", b"no"),), (("a.xlsx", filled("jo@council.example")),):
        refused = browser.fill("/answers", *wrong)
        assert (refused.status, "jo@" in refused.text) == (400, False)
    right = filled("community safety manager")
    shown = browser.fill("/answers", ("a.xlsx", right))
    assert "The workbook has 2 answers not recorded yet" in shown.words
    fields = shown.hidden()
    for wrong in ({}, {"passphrase": "other"}, {"workbook": "no", "passphrase": PASSPHRASE}):
        assert browser.post("/answers/record", **(fields | wrong)).status == 400
    assert partnership.log().tree.size == 3
    fields["passphrase"] = PASSPHRASE
    assert "Log number 3" in browser.post("/answers/record", **fields).words
    assert browser.post("/answers/record", **fields).heading == "Your quarter"
    assert "already recorded" in browser.fill("/answers", ("a.xlsx", right)).words
    assert traces_of(PASSPHRASE, browser, partnership.root) == []
    other = filled("head of community safety")
    partnership.extract("council", "answers.xlsx", other)
    partnership.signed("council", "report", "answer", "--workbook", "answers.xlsx", "--yes")
    mine, theirs = (partnership.body(n).answers for n in (3, 4))
    assert [replace(one, owner="") for one in mine] == [replace(one, owner="") for one in theirs]


def counts_as_the_command_counts(partnership, browser) -> None:
    form = browser.get("/analyse/counts?dataset=police-crime")
    assert '<option value="category">' in form.text
    fields = form.hidden() | {"rows": "category", "columns": "month", "format": ".csv"}
    for name, wrong in (("rows", ""), ("columns", "category"), ("format", ".exe")):
        assert browser.post("/analyse/counts", **(fields | {name: wrong})).status == 400
    assert "column-unknown" in browser.post("/analyse/counts", **(fields | {"rows": "x"})).words
    fields |= {"only": "quarter", "value": "2026Q3"}
    made = browser.post("/analyse/counts", **fields)
    assert made.headers["content-disposition"] == 'attachment; filename="table-category-month.csv"'
    words = ("--dataset", "police-crime", "--rows", "category", "--columns", "month")
    only = ("--only", "quarter=2026Q3", "-o", "counts.csv")
    partnership.run("analysts", "report", "table", "merged", *words, *only)
    assert made.body == (partnership.root / "analysts/counts.csv").read_bytes()


def test_the_folder_of_the_tables_is_opened_in_the_file_manager(
    partnership, room, browser, tmp_path, monkeypatch
):
    room.folder = partnership.root / "analysts"
    program, opened = tmp_path / "xdg-open", tmp_path / "opened"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{opened}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr("sys.platform", "linux")
    assert "folder-not-opened" in browser.post("/analyse/folder").words
    assert not opened.exists()
    merged = partnership.root / "analysts/merged"
    merged.mkdir()
    assert browser.post("/analyse/folder").heading == "Tables and reports"
    assert opened.read_text(encoding="utf-8") == str(merged)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert "folder-not-opened" in browser.post("/analyse/folder").words
