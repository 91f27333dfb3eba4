"""The same sixty crimes in sixty messy files: none is misread, and none loses a row uncounted."""

import pytest

from exchange.submission.detect import Sender, choose
from schemas.extract.file import read
from schemas.extract.parse import parse
from schemas.extract.places import PlaceLookup
from tests.lib.messy_files import MESSY, Messy
from tests.lib.messy_systems import SYSTEMS
from tests.lib.partnership import Partnership

SENDER = Sender(frozenset({"police"}), "england", {})
BY_NAME = {file.name: file for file in MESSY}
# What the file does not decide: line numbers, and what became of a postcode.
BESIDE = ("_line", "place_became")
# What is said of places can be said in a partnership only.
OF_PLACES = {"places-missing", "area-not-known", "lines-not-records"}


def check(p: Partnership, name: str, content: bytes, status: int | None = None):
    file = p.extract("police", name, content)
    return p.run(
        "police", "check", file, "--dataset", "police-crime", "--dates", "2026Q3", "--json",
        status=status,
    )  # fmt: skip


def rows_of(path):
    """Return the rows as they are read, before anything is generalised."""
    raw = read(path)
    ((dataset, mapping),) = choose(raw, SENDER, ["police-crime"], None)
    rows = parse(raw, dataset, mapping, PlaceLookup(lambda codes: codes)).rows
    return rows.drop(BESIDE)


@pytest.fixture(scope="module")
def partnership(_founded, tmp_path_factory):
    """One for all files: looking at a file writes nothing."""
    return _founded.copy(tmp_path_factory.mktemp("messy") / "p")


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    path = tmp_path_factory.mktemp("clean") / "clean.csv"
    path.write_bytes(BY_NAME["clean.csv"].content)
    return rows_of(path)


@pytest.mark.parametrize("file", [*MESSY, *SYSTEMS], ids=repr)
def test_a_messy_file_is_read_or_asked_about_as_an_officer_would_want(
    partnership, alone, clean, file: Messy
):
    p = partnership if file.left_out or OF_PLACES & set(file.rules) else alone
    ran = check(p, file.name, file.content)
    for cell in ("REF/000", "WZ1", "Andover", "Old", "left, came"):
        assert cell not in ran.said
    if file.refusal:
        assert ran.refusal == file.refusal
        assert "exchange: hint: " in ran.err
    else:
        account = ran.json
        assert ran.status == (11 if file.repaired else 0)
        rules = {f["rule"] for f in account["findings"]}
        assert rules == set(file.rules) or (file.repaired and rules >= set(file.rules))
        assert account["rows_in"] == file.rows
        accepted = account["rows_accepted"] + sum(account["left_out"].values())
        assert accepted == file.rows
    if not (file.refusal or file.repaired):
        assert account["left_out"] == file.left_out
        if file.rows == clean.height:
            rows = rows_of(p.root / "police" / file.name)
            differ = {c for c in clean.columns if rows[c].to_list() != clean[c].to_list()}
            assert differ == set(file.differs)
    if file.repaired:
        ran = check(p, f"repaired-{file.name}", file.repaired, status=0)
        assert ran.json["rows_accepted"] == file.rows


def test_at_most_three_of_them_are_refused_for_good():
    files = [*MESSY, *SYSTEMS]
    assert len(files) >= 60
    assert sum(file.refusal == "file-is-no-table" for file in files) <= 3
