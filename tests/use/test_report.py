"""The workbook of what is wrong: all of it, by line, and no value."""

import zipfile

import fastexcel
import polars as pl

from tests.lib.extracts import crimes


def sheets(path) -> dict[str, pl.DataFrame]:
    book = fastexcel.read_excel(path)
    return {name: book.load_sheet(name, dtypes="string").to_polars() for name in book.sheet_names}


def test_every_rule_and_line_is_in_the_report_and_no_value(partnership):
    text = crimes(30).replace(",45,", ",=1+1,", 3).replace("WZ1 0AB", "Quackenbush", 1)
    file = partnership.extract("police", "crime.csv", text)
    report = partnership.root / "police/errors.xlsx"
    ran = partnership.submit("police", file, "--report", report, status=11)
    assert ran.refusal == "rules-broken"
    assert "errors.xlsx" in ran.err
    told = sheets(report)
    assert list(told) == ["Summary", "Rules", "Lines"]
    rules = {row["rule"]: row for row in told["Rules"].iter_rows(named=True)}
    assert rules["category-unreadable"]["lines"] == "3"
    assert rules["category-unreadable"]["weight"] == "error"
    assert told["Lines"].filter(pl.col("rule") == "category-unreadable")["line"].to_list() == [
        "2", "3", "4",
    ]  # fmt: skip
    assert b"Quackenbush" not in report.read_bytes()
    everything = " ".join(str(v) for t in told.values() for row in t.iter_rows() for v in row)
    assert "Quackenbush" not in everything
    assert "=1+1" not in everything


def test_a_report_of_nothing_wrong_says_so(partnership):
    file = partnership.extract("police", "crime.csv", crimes(30))
    report = partnership.root / "police/errors.xlsx"
    partnership.run("police", "check", file, "--report", report)
    told = sheets(report)
    assert told["Lines"].height == 0
    summary = dict(told["Summary"].iter_rows())
    assert summary["Rows checked"] == "30"


def test_many_faults_are_capped_and_their_count_is_true(partnership, monkeypatch):
    monkeypatch.setattr("exchange.submission.findings_workbook.ROWS_MOST", 500)
    text = crimes(20_000).replace(",45,", ",??,")
    file = partnership.extract("police", "crime.csv", text)
    report = partnership.root / "police/errors.xlsx"
    arguments = ("--dataset", "police-crime", "--report", report)
    partnership.run("police", "check", file, *arguments, status=11)
    told = sheets(report)
    assert told["Rules"].filter(pl.col("rule") == "category-unreadable")["lines"].item() == "20000"
    assert told["Lines"].height == 500
    assert told["Lines"]["rule"].to_list() == ["category-unreadable"] * 500


def test_a_report_that_cannot_be_written_is_said(partnership):
    file = partnership.extract("police", "crime.csv", crimes(30))
    ran = partnership.run("police", "check", file, "--report", "/nowhere/x.xlsx", status=2)
    assert ran.refusal == "output-folder-missing"


def test_values_stand_in_a_report_only_where_they_are_asked_for_and_the_front_says_so(partnership):
    text = crimes(30).replace(",45,", ",=1+1,", 2).replace("01/07/2026", "Quackenbush", 1)
    file = partnership.extract("police", "crime.csv", text)
    report = partnership.root / "police/errors.xlsx"
    arguments = (file, "--dataset", "police-crime", "--dates", "2026Q3", "--report", report)
    ran = partnership.run("police", "check", *arguments, "--with-values", status=11)
    assert "file-holds-personal-data" in ran.warnings
    assert "Quackenbush" not in ran.said
    told = sheets(report)
    assert told["Summary"].columns[0].startswith("THIS WORKBOOK HOLDS PERSONAL DATA")
    values = dict(zip(told["Lines"]["rule"], told["Lines"]["the value"], strict=True))
    assert values["date-unreadable"] == "Quackenbush"
    assert values["category-unreadable"] == "=1+1"
    ran = partnership.run("police", "check", file, "--with-values", status=2)
    assert ran.refusal == "values-without-report"


def test_each_line_links_to_the_note_on_its_rule(partnership):
    import zipfile

    text = crimes(30).replace(",45,", ",??,", 2)
    file = partnership.extract("police", "crime.csv", text)
    report = partnership.root / "police/errors.xlsx"
    arguments = (file, "--dataset", "police-crime", "--report", report)
    partnership.run("police", "check", *arguments, status=11)
    with zipfile.ZipFile(report) as book:
        lines = book.read("xl/worksheets/sheet3.xml").decode()
    assert lines.count('HYPERLINK("#Rules!A2","category-unreadable")') == 2
    assert "Home Office" in " ".join(sheets(report)["Rules"]["an example"].to_list())


def test_the_name_of_a_file_is_no_formula_in_the_report(partnership):
    file = partnership.extract("police", "=1+1.csv", crimes(30))
    report = partnership.root / "police/errors.xlsx"
    partnership.run("police", "check", file, "--report", report)
    with zipfile.ZipFile(report) as book:
        sheets_of = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        assert sheets_of
        assert not any(b"<f>" in book.read(name) for name in sheets_of)
    assert "=1+1.csv" in sheets(report)["Summary"].to_series(1).to_list()
