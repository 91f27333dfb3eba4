"""The analyst's merged tables: what is asked for, in every form, again and as of then."""

import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from exchange import open_merged
from exchange.bundle.sealed_files import bundle_name
from exchange.pull import merge
from exchange.pull.cube import published_cube
from exchange.pull.incidents import CATEGORY_LABEL, COLUMNS, SUPPRESSED, overlap
from exchange.pull.manifest import pulled_into
from exchange.pull.merge import PROVENANCE
from partners.register.state import Submission
from schemas.codes.lists import LISTS
from schemas.codes.themes import facts_of
from schemas.codes.vocabularies import OTHER, THEMES, UNSTATED_THEME, VIOLENCE_OR_SEXUAL
from schemas.datasets.registry import DATASETS
from schemas.wire.record_ids import derived_id
from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import NOW, Partnership
from tests.log.test_dishonest_senders import payload
from tests.use.test_quarter import asb

Q3 = ("--dates", "2026Q3")


def _shared(p: Partnership) -> None:
    """Police crime of July and August, anti-social behaviour, and ambulance callouts."""
    july = crimes(30, days=31)
    p.submit("police", p.extract("police", "july.csv", july), "--dates", "2026-07")
    p.submit("police", p.extract("police", "asb.csv", asb()), *Q3)
    text = callouts(*["WZ1"] * 20)
    p.submit("ambulance", p.extract("ambulance", "calls.csv", text), *Q3)


@pytest.fixture
def shared(prepared) -> Partnership:
    return prepared(_shared)


def _pulled(p: Partnership) -> None:
    _shared(p)
    pull(p)


@pytest.fixture
def pulled(prepared) -> Partnership:
    """The same, pulled into the folder `merged`."""
    return prepared(_pulled)


def pull(p: Partnership, *told: object, status: int = 0, folder: str = "merged"):
    return p.signed("analysts", "pull", folder, *told, status=status)


def folder_of(p: Partnership, name: str = "merged") -> Path:
    return p.root / "analysts" / name


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_pull_writes_a_table_for_each_dataset_with_dictionary_and_manifest(shared):
    ran = pull(shared)
    folder = folder_of(shared)
    assert "police-crime\t30 rows\t1 submission" in ran.out
    names = sorted(files(folder))
    assert names == [
        "dataset=ambulance-callouts/quarter=2026Q3/log00000005-ambulance.parquet",
        "dataset=police-asb/quarter=2026Q3/log00000004-police.parquet",
        "dataset=police-crime/quarter=2026Q3/log00000003-police.parquet",
        "dictionary.csv",
        "incidents/quarter=2026Q3/log00000003-police.parquet",
        "incidents/quarter=2026Q3/log00000004-police.parquet",
        "incidents/quarter=2026Q3/log00000005-ambulance.parquet",
        "manifest.json",
        "overlap.csv",
    ]
    told = json.loads((folder / "manifest.json").read_text())
    assert told["log"]["size"] == 6
    assert [(e["entry"], e["partner"], e["rows"]) for e in told["entries"]] == [
        (3, "police", 30),
        (4, "police", open_merged(folder, "police-asb").collect().height),
        (5, "ambulance", open_merged(folder, "ambulance-callouts").collect().height),
    ]
    dictionary = pl.read_csv(folder / "dictionary.csv")
    for dataset in ("police-crime", "police-asb", "ambulance-callouts"):
        columns = open_merged(folder, dataset).collect_schema()
        said = dictionary.filter(pl.col("dataset") == dataset)
        assert said["column"].to_list() == columns.names()
        assert all(said["meaning"])
        assert said["type"].to_list() == [str(columns[name]) for name in said["column"]]


@pytest.mark.parametrize(
    ("told", "datasets"),
    [
        (("--dataset", "police-crime"), ["police-crime"]),
        (("--dataset", "police-crime", "--dataset", "police-asb"), ["police-asb", "police-crime"]),
        (("--partner", "ambulance"), ["ambulance-callouts"]),
        (("--quarter", "Q2 2026/27"), ["ambulance-callouts", "police-asb", "police-crime"]),
    ],
    ids=str,
)
def test_what_is_asked_for(shared, told, datasets):
    pull(shared, *told)
    assert sorted(path.name[8:] for path in folder_of(shared).glob("dataset=*")) == datasets


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (("--dataset", "police"), 2),
        (("--partner", "nobody"), 2),
        (("--quarter", "2026Q5"), 2),
        (("--as-of", "99"), 2),
        (("--as-of", "yesterday"), 2),
        (("--as-of", "2020-01-01"), 2),
        (("--quarter", "2025Q1"), 16),
        (("--personal", "--csv"), 2),
    ],
    ids=str,
)
def test_what_there_is_not_is_refused_and_nothing_is_touched(pulled, told, status):
    before = files(folder_of(pulled))
    pull(pulled, *told, status=status)
    assert files(folder_of(pulled)) == before


def test_the_same_log_gives_the_same_bytes(shared):
    pull(shared, "--csv", "--xlsx")
    pull(shared, "--csv", "--xlsx", folder="again")
    assert files(folder_of(shared)) == files(folder_of(shared, "again"))


def test_as_of_gives_yesterdays_bytes_after_a_correction_a_withdrawal_and_more(pulled):
    p = pulled
    before = files(folder_of(p))
    p.now = NOW + timedelta(days=1)
    p.submit("police", p.extract("police", "new.csv", crimes(33, days=31)), "--dates", "2026-07")
    p.signed("ambulance", "withdraw", "5", "--reason", "wrong-contents", "--yes")
    pull(p, folder="now")
    assert open_merged(folder_of(p, "now"), "police-crime").collect().height == 33
    assert not (folder_of(p, "now") / "dataset=ambulance-callouts").exists()
    pull(p, "--as-of", str(len(p.entries()) - 1), folder="as-of-the-last")
    assert files(folder_of(p, "as-of-the-last")) == files(folder_of(p, "now"))
    for told in ("5", "2026-10-20"):
        pull(p, "--as-of", told, folder=f"as-of-{told}")
        assert files(folder_of(p, f"as-of-{told}")) == before


def test_as_of_never_brings_back_what_was_purged(shared):
    p = shared
    p.signed("police", "withdraw", "3", "--delete", "--reason", "sent-in-error", "--yes")
    pull(p, "--as-of", "5")
    assert sorted(x.name for x in folder_of(p).glob("dataset=*")) == [
        "dataset=ambulance-callouts",
        "dataset=police-asb",
    ]


def _held(p: Partnership, submission: Submission) -> pl.DataFrame:
    """Return what a bundle holds, read by itself, as a pull should yield it."""
    s = submission.statement
    rows, about = payload(p, p.share / bundle_name(s.bundle_sha256))
    ids = [derived_id(bytes.fromhex(about["salt"]), place) for place in range(rows.height)]
    return rows.select(
        pl.lit(s.partner).alias("partner"),
        pl.lit(s.part).alias("part"),
        pl.lit(s.covered.first).alias("covered_from"),
        pl.lit(s.covered.last).alias("covered_to"),
        pl.lit(submission.position, dtype=pl.UInt32).alias("entry"),
        pl.lit(s.schema, dtype=pl.UInt16).alias("schema_version"),
        pl.Series("record_id", ids),
        pl.col(pl.Time).dt.to_string("%H:%M"),
        pl.exclude(pl.Time),
    ).cast({pl.Enum: pl.String})


def test_update_opens_only_what_is_new_and_takes_away_what_no_longer_counts(pulled):
    p = pulled
    (folder_of(p) / "notes.txt").write_text("the analyst's own")
    p.signed("police", "nil", "police-transport", *Q3, "--yes")
    august = crimes(33, date(2026, 8, 1), days=31).replace(",45,", ",49,")
    p.submit("police", p.extract("police", "august.csv", august), "--dates", "2026-08")
    p.signed("police", "withdraw", "4", "--reason", "wrong-file", "--yes")
    ran = pull(p, "--update")
    assert "1 submission " in ran.err
    assert not (folder_of(p) / "dataset=police-asb").exists()
    assert open_merged(folder_of(p), "police-crime").collect().height == 63
    assert (folder_of(p) / "notes.txt").read_text() == "the analyst's own"
    assert "0 submissions " in pull(p, "--update").err
    pull(p, folder="fresh")
    (folder_of(p) / "notes.txt").unlink()
    assert files(folder_of(p)) == files(folder_of(p, "fresh"))
    yielded = open_merged(folder_of(p, "fresh"), "police-crime").collect()
    of_crime = [s for s in p.log().register.submissions if s.statement.dataset == "police-crime"]
    held = pl.concat(_held(p, submission) for submission in of_crime)
    assert {*yielded.columns} == {*held.columns, "quarter", CATEGORY_LABEL}
    assert yielded.select(held.columns).equals(held)


@pytest.mark.parametrize("damage", ["altered", "deleted", "manifest", "elsewhere"])
def test_update_believes_only_what_the_manifest_proves(pulled, damage):
    p = pulled
    folder = folder_of(p)
    before = files(folder)
    (table,) = (folder / "dataset=police-crime").rglob("*.parquet")
    manifest = folder / "manifest.json"
    if damage == "altered":
        table.write_bytes(table.read_bytes()[:-1] + b"x")
    elif damage == "deleted":
        table.unlink()
    elif damage == "manifest":
        manifest.write_text("{")
    else:
        manifest.write_text(manifest.read_text().replace("dataset=police-crime", "../../police"))
    ran = pull(p, "--update")
    assert "0 submissions " not in ran.err
    assert files(folder) == before


def test_a_pull_of_an_earlier_release_is_refused_by_name_and_pulled_anew(pulled):
    manifest = folder_of(pulled) / "manifest.json"
    told = manifest.read_text(encoding="utf-8").replace('"format": 4', '"format": 3')
    manifest.write_text(told, encoding="utf-8")
    table = ("report", "table", "merged", "--rows", "theme", "-o", "t.json")
    assert pulled.run("analysts", *table, status=2).refusal == "pulled-by-earlier-release"
    assert "0 submissions " not in pull(pulled, "--update").err
    pulled.run("analysts", *table)


def test_spark_can_read_every_column(pulled):
    for dataset in ("", "police-crime", "ambulance-callouts"):
        types = open_merged(folder_of(pulled), dataset).collect_schema().values()
        assert pl.Time not in types, "Spark opens no table that has a clock time"
        assert pl.Enum not in types, "words of lists are text to whoever reads a table"


def test_a_pull_that_asks_for_less_leaves_nothing_of_more(shared):
    pull(shared, "--csv", "--xlsx")
    pull(shared, "--dataset", "police-crime")
    assert {path.name for path in folder_of(shared).iterdir()} == {
        "dataset=police-crime", "incidents", "dictionary.csv", "manifest.json", "overlap.csv",
    }  # fmt: skip


def test_csv_and_excel_hold_the_same(shared):
    pull(shared, "--csv", "--xlsx")
    for name in ("police-crime", "ambulance-callouts", "incidents"):
        dataset = "" if name == "incidents" else name
        rows = open_merged(folder_of(shared), dataset).collect()
        text = pl.read_csv(folder_of(shared) / f"csv/{name}.csv", infer_schema=False)
        assert text.columns == rows.columns
        assert text["record_id"].equals(rows["record_id"])
        clock = "time" if name == "incidents" else "time_from"
        assert text[clock].equals(rows[clock])
        book = openpyxl.load_workbook(folder_of(shared) / f"xlsx/{name}.xlsx", read_only=True)
        cells = list(book.worksheets[0].iter_rows(values_only=True))
        assert list(cells[0]) == rows.columns
        assert len(cells) == rows.height + 1
        at = rows.columns.index("record_id")
        assert [row[at] for row in cells[1:]] == rows["record_id"].to_list()
        book.close()


def test_a_table_longer_than_a_sheet_is_on_several(shared, monkeypatch):
    monkeypatch.setattr("exchange.pull.export._ROWS", 12)
    pull(shared, "--xlsx", "--dataset", "police-crime")
    book = openpyxl.load_workbook(folder_of(shared) / "xlsx/police-crime.xlsx")
    assert [sheet.max_row for sheet in book.worksheets] == [13, 13, 7]
    assert book.sheetnames == ["Recorded crime 1", "Recorded crime 2", "Recorded crime 3"]


def test_what_a_spreadsheet_would_run_is_text(tmp_path):
    from exchange.pull.export import write_csv, write_xlsx

    folder = tmp_path / "dataset=police-crime/quarter=2026Q3"
    folder.mkdir(parents=True)
    cells = ["=1+1", "+44", "-3", "@x", "plain", None]
    pl.DataFrame({"category": cells}).write_parquet(folder / "a.parquet")
    write_csv(tmp_path, "police-crime")
    text = pl.read_csv(tmp_path / "csv/police-crime.csv", infer_schema=False)
    assert text["category"].to_list() == ["'=1+1", "'+44", "'-3", "'@x", "plain", None]
    with zipfile.ZipFile(write_xlsx(tmp_path, "police-crime")) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"=1+1" in book.read("xl/sharedStrings.xml")


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("police-crime", "Recorded crime"),
        ("fire-deliberate-primary", "fire-deliberate-primary"),  # its title is too long
    ],
)
def test_a_sheet_has_the_title_of_its_table_and_log_numbers_are_no_amounts(tmp_path, dataset, name):
    from exchange.pull.export import write_xlsx

    folder = tmp_path / f"dataset={dataset}" / "quarter=2026Q3"
    folder.mkdir(parents=True)
    rows = pl.DataFrame({"entry": pl.Series([12345], dtype=pl.UInt32)})
    rows.write_parquet(folder / "a.parquet")
    book = openpyxl.load_workbook(write_xlsx(tmp_path, dataset))
    assert book.sheetnames == [name]
    assert book[name]["B2"].number_format == "0"


def test_the_incidents_are_all_records_once(pulled):
    folder = folder_of(pulled)
    rows = open_merged(folder).collect()
    assert rows.columns == ["quarter", "dataset", *[c for c in COLUMNS if c != "dataset"]]
    for dataset in ("police-crime", "police-asb", "ambulance-callouts"):
        one = open_merged(folder, dataset).collect()
        mine = rows.filter(pl.col("dataset") == dataset)
        assert sorted(mine["record_id"]) == sorted(one["record_id"])
        assert set(mine["agency"]) == {DATASETS[dataset].agency}
        assert mine["area"].to_list() == one["area"].to_list()
        assert mine["category"].to_list() == one["category"].to_list()
    calls = rows.filter(pl.col("agency") == "ambulance")
    assert set(calls["outward"].drop_nulls()) == {"WZ1"}
    assert set(rows["theme"]) <= {*THEMES, UNSTATED_THEME}


def test_every_class_of_every_list_has_a_theme_and_few_are_other():
    told = {
        (one.scheme, code): facts_of(one.scheme, one.edition, code).theme
        for one in LISTS
        for code in one.codes
    }
    assert set(told.values()) <= set(THEMES)
    of = {
        scheme: [theme for (s, _), theme in told.items() if s == scheme]
        for scheme in {scheme for scheme, _ in told}
    }
    assert of["home-office"].count(OTHER) < len(of["home-office"]) / 4
    assert told["police-uk", "drugs"] == told["icd-10", "F10"] == "substance misuse"
    assert told["home-office", "28A"] == told["police-uk", "burglary"] == "burglary"
    assert told["ampds", "4"] == told["home-office", "8N"] == VIOLENCE_OR_SEXUAL
    for dataset in DATASETS.values():
        if not dataset.is_numbers and not dataset.schemes:
            assert facts_of("", "", "", of_dataset=dataset.theme).theme != OTHER


def test_overlap_tells_counts_of_two_agencies_and_no_small_one():
    def incidents(agency: str, outward: str, count: int) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "agency": [agency] * count,
                "outward": [outward] * count,
                "theme": ["violence"] * count,
                "date_from": [date(2026, 7, 3)] * count,
                "date_to": [date(2026, 7, 3)] * count,
                "date_precision": ["day"] * count,
            }
        )

    made = [
        incidents("police", "WZ1", 12), incidents("ambulance", "WZ1", 3),
        incidents("police", "WZ2", 40), incidents("police", "WZ3", 5), incidents("fire", "WZ3", 6),
    ]  # fmt: skip
    rows = pl.concat(made).lazy()
    told = overlap(rows, None).rows()
    assert told == [
        ("WZ1", "2026-07", "violence", "ambulance", SUPPRESSED),
        ("WZ1", "2026-07", "violence", "police", "12"),
        ("WZ3", "2026-07", "violence", "fire", "6"),
        ("WZ3", "2026-07", "violence", "police", "5"),
    ]
    assert set(overlap(rows, 10)["records"]) == {SUPPRESSED, "12"}
    # Where a directory of postcodes places LSOAs, those count too.
    by_lsoa = rows.with_columns(outward=None, outward_best_fit="outward").cast(
        {"outward": pl.String}
    )
    assert overlap(by_lsoa, None).rows() == told


def test_duckdb_pandas_and_polars_read_them_and_agree(shared):
    import pandas as pd

    pull(shared)
    folder = folder_of(shared)
    ours = open_merged(folder, "police-crime").collect()
    by_polars = dict(ours.group_by("category").len().iter_rows())
    query = (
        "select category, count(*) from read_parquet("
        f"'{folder}/dataset=police-crime/*/*.parquet', hive_partitioning = true) "
        "where quarter = '2026Q3' group by category"
    )
    assert dict(duckdb.sql(query).fetchall()) == by_polars
    frame = pd.read_parquet(folder / "dataset=police-crime")
    assert frame.groupby("category").size().to_dict() == by_polars
    assert set(frame["quarter"].astype(str)) == {"2026Q3"}


def test_a_label_stands_beside_each_category(pulled):
    rows = open_merged(folder_of(pulled), "police-crime").collect()
    assert rows.columns.index("category_label") == rows.columns.index("category") + 1
    labels = dict(rows.select("category", "category_label").unique().rows())
    assert labels["45"] == "Theft from vehicle"
    assert all(labels.values())
    cells = published_cube(folder_of(pulled), pulled_into(folder_of(pulled)))
    assert "category_label" not in cells.collect_schema()  # nor is it counted by


def test_provenance_says_where_every_row_came_from(pulled):
    rows = open_merged(folder_of(pulled), "police-crime").collect()
    assert rows.columns[: len(PROVENANCE)] == [*PROVENANCE]
    told = rows.select(*PROVENANCE).unique().rows(named=True)
    assert [[str(t[name]) for name in PROVENANCE] for t in told] == [
        ["2026Q3", "police", "", "2026-07-01", "2026-07-31", "3", "2"]
    ]


def test_a_folder_without_tables_is_said_to_be_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="no combined table of incidents"):
        open_merged(tmp_path)


def test_a_file_is_the_same_whatever_else_is_pulled_with_it(pulled):
    pull(pulled, "--partner", "ambulance", folder="some")
    whole, some = files(folder_of(pulled)), files(folder_of(pulled, "some"))
    tables = [name for name in some if name.endswith(".parquet")]
    assert len(tables) == 2
    assert all(some[name] == whole[name] for name in tables)


def test_however_little_is_checked_at_a_time_the_files_are_the_same(pulled, monkeypatch):
    monkeypatch.setattr("exchange.pull.merge._ROWS", 1)
    monkeypatch.setattr("exchange.pull.merge._MOST", 25)  # less than one of them, more than another
    pull(pulled, folder="slowly")
    assert files(folder_of(pulled)) == files(folder_of(pulled, "slowly"))


def test_a_submission_that_is_too_large_for_memory_is_checked_by_itself(shared, monkeypatch):
    """Beside a large one, each small one would cost as much as it."""
    august = crimes(5, date(2026, 8, 1), 31)
    shared.submit("police", shared.extract("police", "aug.csv", august), "--dates", "2026-08")
    batches = []

    def written(batch, *others):
        batches.append([read.opened.rows.height for read in batch])
        return write(batch, *others)

    write = merge._write_batch
    monkeypatch.setattr("exchange.pull.merge._write_batch", written)
    monkeypatch.setattr("exchange.pull.merge._MOST", 29)
    pull(shared)
    assert [30] in batches
    assert [5] in batches
