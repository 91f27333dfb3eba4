"""What lies in the shared folder is read by all partners, and by whoever finds its password.

Keeps true: no command writes opened rows, values of a file, a key or settings there, and who has an
extract there is told.
"""

import shutil
from pathlib import Path

import pytest

from tests.lib import partnership as lib
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("into", ["../share", "../share/merged", "../share/a/../merged", "link/m"])
@pytest.mark.parametrize("personal", [(), ("--personal",)])
def test_opened_rows_are_not_pulled_into_it(partnership, into, personal):
    (partnership.root / "analysts/link").symlink_to(partnership.root / "share")
    before = files(partnership.root / "share")
    ran = partnership.signed("analysts", "pull", into, *personal, status=2)
    assert ran.refusal == "tables-in-shared-folder"
    assert files(partnership.root / "share") == before


def test_they_are_not_pulled_into_the_store_of_any_partnership_of_the_folder(partnership):
    toml = partnership.root / "analysts/exchange.toml"
    text = toml.read_text()
    toml.write_text(text.replace('store = "../share"', 'store = "s3://bucket/westshire"'))
    for address in ("s3://bucket/westshire", "s3://bucket/westshire/", "s3://bucket/westshire/a/b"):
        ran = partnership.signed("analysts", "pull", "--to", address, status=2)
        assert ran.refusal == "tables-in-shared-folder"


def test_who_has_an_extract_in_it_is_told(partnership):
    crime = partnership.extract("police", "crime.csv", crimes(30))
    own = partnership.run("police", "check", crime)
    assert "extract-in-shared-folder" not in own.warnings
    there = shutil.move(crime, partnership.root / "share/crime.csv")
    ran = partnership.run("police", "check", there)
    assert "extract-in-shared-folder" in ran.warnings


def test_values_of_a_file_are_not_written_into_it(partnership):
    crime = partnership.extract("police", "crime.csv", crimes(30))
    report = partnership.root / "share/errors.xlsx"
    ran = partnership.run("police", "check", crime, "--report", report, "--with-values", status=2)
    assert ran.refusal == "values-in-shared-folder"
    assert not report.exists()


@pytest.mark.parametrize("folder", ["share", "share/council"])
def test_nobody_works_in_it(tmp_path, folder):
    p = Partnership(tmp_path)
    (tmp_path / folder).mkdir(parents=True)
    store = ("--store", tmp_path / "share")
    told = ("partnership", "create", "Westshire", *lib.AREA, *store)
    assert p.run(folder, *told, status=2).refusal == "own-folder-is-shared"
    told = ("partnership", "join", "--origin", f"westshire/{'0' * 32}", *store)
    assert p.run(folder, *told, status=2).refusal == "own-folder-is-shared"
    assert files(tmp_path / "share") == set()
