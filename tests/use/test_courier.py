"""A submission carried as a file, by somebody who shares no store."""

import re
import shutil
import zipfile
from collections.abc import Callable

import polars as pl
import pytest

from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership
from tests.lib.spoiled_zips import spoiled_zips

Q = ("--dates", "2026Q3")


@pytest.fixture
def apart(partnership) -> Partnership:
    """The police have a copy of the store, and no way to write to the real one."""
    p = partnership
    shutil.copytree(p.share, p.root / "copy")
    settings = p.settings("police")
    settings.store = "../copy"
    settings.write()
    return p


def carry(p: Partnership, rows: str, name: str = "parcel.zip", status: int = 0):
    file = p.extract("police", "crime.csv", rows)
    return p.submit("police", file, *Q, "--transfer-file", name, status=status)


def change(
    p: Partnership, part: str, how: Callable[[bytes], bytes], to: str = "parcel.zip"
) -> None:
    """Write a parcel again, with one of its two files changed."""
    with zipfile.ZipFile(p.root / "police/parcel.zip") as archive:
        files = {name: archive.read(name) for name in ("entry", "bundle.age")}
    files[part] = how(files[part])
    with zipfile.ZipFile(p.root / "police" / to, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def receive(p: Partnership, name: str = "parcel.zip", status: int = 0):
    return p.signed("council", "log", "receive", p.root / "police" / name, status=status)


def test_what_is_carried_counts_when_it_is_received(apart):
    ran = carry(apart, crimes(30))
    assert ran.out.splitlines()[-1].startswith("to e-mail\tpolice\tpolice-crime")
    assert "not logged yet" in ran.out
    assert len(apart.entries()) == 3
    assert "transfer-file-not-logged" in apart.run("police", "status").warnings
    assert "police  police-crime  Jul to Sep 2026  log 3" in receive(apart).out
    apart.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(apart.root / "analysts/merged/dataset=police-crime")
    assert rows.height == 30
    told = apart.run("council", "status", "--quarter", "2026Q3", "--json").json["standings"]
    crime = next(s for s in told if s["dataset"] == "police-crime")
    assert (crime["state"], crime["entries"]) == ("on time", [3])
    shutil.copytree(apart.share, apart.root / "copy", dirs_exist_ok=True)
    assert apart.run("police", "status").warnings == ["earlier-quarters-overdue"]
    again = receive(apart, status=16)
    assert again.refusal == "courier-already-received"
    assert "log 3" in again.err
    other = apart.signed("ambulance", "log", "receive", apart.root / "police/parcel.zip", status=16)
    assert other.refusal == "courier-already-received"
    assert len(apart.entries()) == 4


def test_a_parcel_that_comes_after_a_newer_one_brings_nothing_old_back(apart):
    carry(apart, crimes(30), "first.zip")
    carry(apart, crimes(40), "second.zip")
    receive(apart, "second.zip")
    ran = receive(apart, "first.zip", status=12)
    assert ran.refusal == "replaces-unseen-entry"
    assert "log 3" in ran.err
    apart.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(apart.root / "analysts/merged/dataset=police-crime")
    assert rows.height == 40


def test_a_parcel_that_was_altered_cut_or_is_none_is_refused(apart):
    carry(apart, crimes(30))
    good = (apart.root / "police/parcel.zip").read_bytes()
    before = [f.name for f in apart.share.rglob("*")]
    at = good.index(b"age-encryption") + 3000
    for bad in (
        good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :],
        good[:-200],
        good[:100],
        b"",
        b"PK\x03\x04 and nothing else",
        b"a letter",
        *spoiled_zips("entry", good[:4000]),
    ):
        (apart.root / "police/bad.zip").write_bytes(bad)
        ran = receive(apart, "bad.zip", status=14)
        assert ran.refusal in {"courier-file-unreadable", "courier-file-altered"}
    assert [f.name for f in apart.share.rglob("*")] == before
    receive(apart)


def test_another_bundle_in_a_parcel_is_refused_before_it_takes_the_name_of_the_right_one(apart):
    carry(apart, crimes(30))
    change(apart, "bundle.age", lambda bundle: bundle[:-1] + bytes([bundle[-1] ^ 1]), "bad.zip")
    before = sorted(f.name for f in apart.share.rglob("*"))
    ran = receive(apart, "bad.zip", status=14)
    assert ran.refusal == "courier-file-altered"
    assert "ask Westshire police to send it again" in ran.said
    assert sorted(f.name for f in apart.share.rglob("*")) == before
    receive(apart)


def test_a_parcel_of_another_partnership_or_of_a_stranger_is_refused(apart):
    carry(apart, crimes(30))
    change(apart, "entry", lambda entry: entry.replace(b'"police-crime"', b'"police-asbee"'))
    ran = receive(apart, status=12)
    assert ran.refusal == "courier-file-not-signed"


def test_a_parcel_of_a_newer_release_says_so_and_blames_nobody(apart):
    carry(apart, crimes(30))
    change(apart, "entry", lambda entry: re.sub(rb'"format":\d', b'"format":9', entry))
    before = sorted(f.name for f in apart.share.rglob("*"))
    assert receive(apart, status=2).refusal == "file-needs-newer"
    assert sorted(f.name for f in apart.share.rglob("*")) == before


def test_a_file_that_is_there_is_not_replaced(apart):
    apart.extract("police", "parcel.zip", b"mine")
    ran = carry(apart, crimes(30), status=2)
    assert ran.refusal == "file-already-exists"
    assert "parcel.zip" in ran.err
    assert (apart.root / "police/parcel.zip").read_bytes() == b"mine"


def test_a_parcel_does_not_replace_a_nil_return_that_its_sender_made_later(apart):
    carry(apart, crimes(30))
    settings = apart.settings("police")
    settings.store = "../share"
    settings.write()
    apart.signed("police", "nil", "police-crime", *Q, "--yes")
    ran = receive(apart, status=12)
    assert ran.refusal == "replaces-unseen-entry"
    assert "log 3" in ran.err
