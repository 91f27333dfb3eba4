"""Tables that may be published, from what was pulled."""

import io
import json
from collections import Counter

import openpyxl
import pytest

from exchange.reports.formats import workbook
from exchange.reports.report import Report, ReportTable
from schemas.datasets.registry import DATASETS
from tests.lib import partnership as lib
from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import NOW, Partnership
from tests.use.test_every_dataset import ONE_OF_EACH


def _pulled(p: Partnership) -> None:
    p.submit("police", p.extract("police", "c.csv", crimes(60)), "--dates", "2026Q3")
    calls = p.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 30))
    p.submit("ambulance", calls, "--dates", "2026Q3")
    p.signed("analysts", "pull", "merged")


@pytest.fixture
def pulled(prepared) -> Partnership:
    return prepared(_pulled)


def table(p: Partnership, *told: object, status: int = 0):
    ran = p.run("analysts", "report", "table", "merged", *told, "-o", "t.json", status=status)
    if status:
        return ran
    return json.loads((p.root / "analysts/t.json").read_bytes())["tables"]["records"]


def test_records_are_counted_by_one_thing_and_by_two(pulled):
    agencies = {r["agency"]: int(r["records"]) for r in table(pulled, "--rows", "agency")}
    assert list(agencies) == ["ambulance", "police", "all"]
    assert near(agencies["police"], 60)
    assert abs(agencies["all"] - 90) <= 2
    rows = {r["month"]: r for r in table(pulled, "--rows", "month", "--columns", "agency")}
    # Some callouts leave by the quarter with the part of their week.
    assert list(rows) == ["2026-07", "2026-08", "2026-09", "not known", "all"]
    assert {name: int(rows["all"][name]) for name in agencies} == agencies


def near(number: int, records: int) -> bool:
    return abs(number - records) <= 15


def test_slices_add_up_and_none_has_a_small_number(pulled):
    whole = {r["theme"]: int(r["records"]) for r in table(pulled, "--rows", "theme")}
    parts: Counter[str] = Counter()
    for month in ("2026-07", "2026-08", "2026-09", "not known"):
        for row in table(pulled, "--rows", "theme", "--only", f"month={month}"):
            parts[row["theme"]] += int(row["records"])
            assert int(row["records"]) not in range(1, 5)
    assert parts == whole


def test_what_may_be_published_bears_no_marking_and_what_may_not_does(pulled):
    p, folder = pulled, pulled.root / "analysts"
    outputs = [w for form in ("html", "txt", "xlsx") for w in ("-o", f"t.{form}")]
    p.run("analysts", "report", "table", "merged", "--rows", "theme", *outputs)
    assert "OFFICIAL-SENSITIVE" in (folder / "t.txt").read_text()
    p.signed("council", "report", "edition", "2026Q3", "--yes")
    p.signed("analysts", "pull", "merged")
    for words, marked in (
        (("report", "table", "merged", "--rows", "theme"), False),
        (("report", "assessment", "merged", "--year", "2026"), True),
        (("report", "compliance"), True),
    ):
        p.run("analysts", *words, *outputs)
        cover = openpyxl.load_workbook(folder / "t.xlsx")["Cover"]
        told = "\n".join(str(row[0].value) for row in cover.iter_rows())
        for text in ((folder / "t.html").read_text("utf-8"), (folder / "t.txt").read_text(), told):
            assert ("OFFICIAL-SENSITIVE" in text) is marked


def test_only_the_records_that_are_asked_for_are_counted(pulled):
    rows = table(pulled, "--rows", "theme", "--only", "agency=police", "--only", "month=2026-07")
    assert [r["theme"] for r in rows] == ["theft and vehicle crime", "all"]
    assert near(int(rows[0]["records"]), 20)
    words = ("report", "table", "merged", "--rows", "theme", "--only")
    ran = pulled.run("analysts", *words, "agency=polic", "-o", pulled.share / "t.txt")
    assert 'no record has agency "polic"; did you mean police?' in ran.err
    assert {"filter-without-records", "report-in-shared-folder"} <= set(ran.warnings)
    ran = pulled.run(
        "analysts", *words, "outward=WZ2", "-o", "t.txt"
    )  # cells of an extract are not suggested
    assert 'no record has outward "WZ2" [filter-without-records]' in ran.err


def test_a_dataset_is_counted_by_columns_of_its_own(pulled):
    crime = ("--dataset", "police-crime")
    rows = table(pulled, "--rows", "place_precision", "--columns", "month", *crime)
    assert [r["place_precision"] for r in rows] == ["lsoa", "all"]
    assert near(int(rows[-1]["all"]), 60)
    rows = table(pulled, "--rows", "domestic", *crime, "--only", "category=45")
    assert [r["domestic"] for r in rows] == ["no", "all"]
    assert near(int(rows[0]["records"]), 60)


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (("--rows", "record_id"), "column-unknown"),
        (("--rows", "theme", "--columns", "place"), "column-unknown"),
        (("--rows", "theme", "--columns", "theme"), "rows-and-columns-same"),
        (("--rows", "theme", "--only", "agency"), "filter-not-understood"),
        (("--rows", "theme", "--only", "record_id=1"), "column-unknown"),
        (("--rows", "record_id", "--dataset", "police-crime"), "column-unknown"),
        (("--rows", "recorded", "--dataset", "police-crime"), "column-unknown"),
        (("--rows", "area", "--dataset", "police-asb"), "dataset-not-pulled"),
    ],
)
def test_what_can_not_be_counted_is_refused(pulled, told, refusal):
    assert table(pulled, *told, status=2).refusal == refusal
    assert not (pulled.root / "analysts/t.json").exists()


def test_a_folder_that_is_no_pull_is_refused(partnership):
    assert table(partnership, "--rows", "theme", status=2).refusal == "folder-not-pulled"


def test_without_an_edition_a_table_is_a_draft(pulled):
    ran = pulled.run("analysts", "report", "table", "merged", "--rows", "theme", "-o", "t.json")
    assert ran.warnings == ["edition-missing"]
    pulled.signed("council", "report", "edition", "2026Q3", "--yes")
    pulled.signed("analysts", "pull", "merged")
    ran = pulled.run("analysts", "report", "table", "merged", "--rows", "theme", "-o", "t.json")
    assert ran.warnings == []


@pytest.mark.parametrize("damage", ["cut", "another", "gone", "altered"])
def test_a_pull_that_was_altered_since_is_not_counted(pulled, damage):
    folder = pulled.root / "analysts/merged"
    file = next(folder.glob("incidents/*/*police.parquet"))
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "another":
        (file.parent / "x.parquet").write_bytes(file.read_bytes())
    elif damage == "gone":
        file.unlink()
    else:
        other = next(folder.glob("dataset=police-crime/*/*.parquet"))
        other.write_bytes(other.read_bytes() + b"x")
    ran = table(pulled, "--rows", "theme", status=2)
    assert ran.refusal == "pulled-tables-altered"
    assert "1 table" in ran.err
    report = ("report", "assessment", "merged", "--year", "2026", "-o", "a.html")
    assert pulled.run("analysts", *report, status=2).refusal == "pulled-tables-altered"
    assert not (pulled.root / "analysts/a.html").exists()


def test_a_file_without_a_place_is_refused_before_anything_is_done(pulled):
    ran = pulled.run(
        "analysts", "report", "table", "merged", "--rows", "theme", "-o", "no/x.html", status=2
    )
    assert ran.refusal == "output-folder-missing"
    assert "no/x.html" in ran.err


def test_a_workbook_tells_headings_apart_that_excel_would_take_for_one():
    table = ReportTable("t", "A table", "", ("theme", "8n", "8N", "all"), [("x", "5", "10", "15")])
    made = workbook(Report("t", (), (), None, (table,)), NOW)
    sheet = openpyxl.load_workbook(io.BytesIO(made))["t"]
    assert [cell.value for cell in sheet[4]] == ["theme", "8n", "8N (2)", "all"]
    assert len(sheet.tables) == 1


def test_a_wide_table_is_several_on_a_page_and_one_in_a_workbook(pulled):
    outputs = ("-o", "w.html", "-o", "w.xlsx")
    pulled.run(
        "analysts", "report", "table", "merged", "--rows", "weekday", "--columns", "hour", *outputs
    )
    folder = pulled.root / "analysts"
    page = (folder / "w.html").read_text(encoding="utf-8")
    assert page.count("<table") == 3
    assert "Records by weekday and hour (00 to 08)" in page
    assert all(page.count(f">{hour:02}</th>") == 1 for hour in range(24))
    headings = [cell.value for cell in openpyxl.load_workbook(folder / "w.xlsx")["records"][4]]
    assert headings == ["weekday", *(f"{hour:02}" for hour in range(24)), "not known", "all"]


WORDS = ("--rows", "theme", "--columns", "month")


def edition(p: Partnership, who: str = "analysts", *told: object) -> list[dict[str, str]]:
    """Issue an edition, pull, and return a table of it that is no draft."""
    p.signed("council", "report", "edition", "2026Q3", "--yes")
    return of_edition(p, who, *told)


def of_edition(p: Partnership, who: str = "analysts", *told: object) -> list[dict[str, str]]:
    p.signed(who, "pull", "merged", *told)
    ran = p.run(who, "report", "table", "merged", *WORDS, "-o", "t.json")
    assert ran.warnings == []
    return json.loads((p.root / who / "t.json").read_bytes())["tables"]["records"]


def test_a_pull_of_a_part_has_the_numbers_of_the_whole_edition(pulled):
    whole = edition(pulled)
    for told in (("--update",), ("--partner", "police"), ("--dataset", "ambulance-callouts")):
        assert of_edition(pulled, "analysts", *told) == whole


def test_who_joined_later_has_the_same_numbers_once_all_is_shared_with_them(pulled):
    whole = edition(pulled)
    lib.join(pulled, "fire")
    lib.make_key(pulled, "fire")
    lib.enrol(pulled, "fire")
    pulled.signed("police", "log", "reseal", "--yes")
    pulled.signed("fire", "pull", "merged")
    ran = pulled.run("fire", "report", "table", "merged", *WORDS, "-o", "t.json")
    assert ran.warnings == ["edition-not-whole"]
    pulled.signed("ambulance", "log", "reseal", "--yes")
    assert of_edition(pulled, "fire") == whole
    ran = pulled.signed("council", "report", "edition", "2026Q3", "--yes", status=2)
    assert ran.refusal == "edition-not-newer"


def test_the_cells_of_an_edition_that_were_altered_are_not_counted(pulled):
    edition(pulled)
    (file,) = pulled.root.glob("analysts/merged/editions/*/*.parquet")
    file.write_bytes(file.read_bytes() + b"x")
    assert table(pulled, "--rows", "theme", status=2).refusal == "pulled-tables-altered"


def test_a_table_names_the_edition_of_each_quarter(pulled):
    edition(pulled)
    pulled.run("analysts", "report", "table", "merged", *WORDS, "-o", "t.txt")
    size = len(pulled.entries()) - 1
    text = (pulled.root / "analysts/t.txt").read_text()
    assert "Jul to Sep 2026: edition 1\n" in text
    assert f"Audit reference: Jul to Sep 2026 at {size}\n" in text


def test_every_dataset_of_records_is_in_the_tables(all_sent, tmp_path):
    """Each has another set of columns, and all are one cube."""
    p = all_sent.copy(tmp_path / "p")
    records = [name for name, one in DATASETS.items() if not one.is_numbers]
    p.run("analysts", "report", "table", "merged", "--rows", "dataset", "-o", "t.json")
    rows = json.loads((p.root / "analysts/t.json").read_bytes())["tables"]["records"]
    whole = {row["dataset"]: row["records"] for row in rows}
    assert whole.keys() == {*records, "all"}
    by_month = table(p, "--rows", "month", "--columns", "dataset")
    assert by_month[-1] == {"month": "all"} | whole
    for dataset in ONE_OF_EACH:
        if not dataset.is_numbers:
            own = table(p, "--rows", "month", "--dataset", dataset.id)
            assert own[-1] == {"month": "all", "records": whole[dataset.id]}
