import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from exchange import files
from exchange.errors import LogBroken
from exchange.files import CannotPublish
from exchange.log import reader
from exchange.stores.folder import FolderStore
from exchange.stores.store import AlreadyThere, prove_no_overwrite


def _set_up(path: Path) -> FolderStore:
    store = FolderStore(path)
    store.set_up()
    return store


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return _set_up(tmp_path / "share")


def test_set_up_makes_the_folders_and_leaves_no_trial(store):
    assert sorted(p.name for p in store.root.iterdir()) == ["bundles", "log", "witness"]
    assert store.names("witness") == []


def test_what_is_not_there_is_none_but_a_store_that_is_not_there_is_broken(store):
    assert store.read("log/00000000", 10) is None
    assert store.open("bundles/x.age") is None
    shutil.rmtree(store.root)
    with pytest.raises(LogBroken) as refused:
        store.read("log/00000000", 10)
    assert refused.value.id == "store-unreachable"
    with pytest.raises(LogBroken) as refused:
        store.publish("log/00000000", b"x")
    assert refused.value.id == "store-unreachable"


def _no_links(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "no links here")


def test_a_share_without_hard_links_is_served_by_a_rename_that_does_not_replace(store, monkeypatch):
    monkeypatch.setattr(files.os, "link", _no_links)
    store.publish("log/00000000", b"one")
    with pytest.raises(AlreadyThere):
        store.publish("log/00000000", b"two")
    target = store.root / "log/00000000"
    with files.temporary_file(target) as (file, path):
        file.write(b"three")
        with pytest.raises(FileExistsError):
            files.publish(file, path, target)
    assert store.read("log/00000000", 10) == b"one"
    assert store.names("log") == ["00000000"]


def test_a_share_with_neither_is_refused(store, monkeypatch):
    def neither(*_: object) -> None:
        raise CannotPublish(95, "neither")

    monkeypatch.setattr(files.os, "link", _no_links)
    monkeypatch.setattr(files, "_rename_without_replacing", neither)
    with pytest.raises(LogBroken) as refused:
        store.publish("log/00000000", b"one")
    assert refused.value.id == "store-not-suitable"
    assert store.names("log") == []


def test_a_share_that_replaces_is_found_out_at_set_up(tmp_path, monkeypatch):
    def replaces(written, target) -> None:
        shutil.copy(written, target)

    monkeypatch.setattr(files.os, "link", replaces)
    monkeypatch.setattr(Path, "exists", lambda *_, **__: False)
    with pytest.raises(LogBroken) as refused:
        prove_no_overwrite(_set_up(tmp_path / "share"))
    assert refused.value.id == "store-replaces-files"


@pytest.mark.parametrize("name", ["OneDrive - Westshire", "Dropbox", "SharePoint"])
def test_a_folder_of_a_sync_client_is_refused(tmp_path, name):
    with pytest.raises(LogBroken) as refused:
        FolderStore(tmp_path / name / "share").set_up()
    assert refused.value.id == "store-in-sync-folder"


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.needs("small disk")
def test_a_full_share_is_said_and_nothing_half_written_stays(partnership, small_disk):
    from tests.lib.extracts import crimes

    shutil.copytree(partnership.share, small_disk / "share")
    settings = partnership.settings("police")
    settings.store = str(small_disk / "share")
    settings.write()
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 1_000_000)
    file = partnership.extract("police", "crime.csv", crimes(5000))
    ran = partnership.submit("police", file, status=15)
    assert ran.refusal == "store-full"
    assert list((small_disk / "share/bundles").iterdir()) == []
    assert len(list((small_disk / "share/log").iterdir())) == 3
    filler.unlink()
    ran = partnership.submit("police", file)
    assert "log 3" in ran.out


@pytest.mark.needs("small disk")
def test_a_pull_onto_a_full_disk_leaves_nothing_in_part(partnership, small_disk):
    from tests.lib.extracts import crimes
    from tests.use.test_quarter import asb

    partnership.submit("police", partnership.extract("police", "asb.csv", asb()))
    partnership.submit("police", partnership.extract("police", "crime.csv", crimes(9000, days=92)))
    (small_disk / "filler").write_bytes(b"x" * 900_000)
    ran = partnership.signed("analysts", "pull", small_disk / "m", status=1)
    assert ran.refusal in {"tables-not-written", "machine-refused"}
    assert list((small_disk / "m").iterdir()) == []
    (small_disk / "filler").unlink()
    partnership.signed("analysts", "pull", small_disk / "m")
    assert len(list((small_disk / "m").glob("dataset=*"))) == 2


@pytest.mark.needs("small disk")
def test_a_full_disk_of_the_officers_own(partnership, small_disk):
    from tests.lib.extracts import crimes

    home = small_disk / "police"
    shutil.copytree(partnership.root / "police", home)
    settings = partnership.settings("police")
    settings.folder = home
    settings.store = str(partnership.share)
    settings.write()
    (home / "crime.csv").write_text(crimes(3000))
    (small_disk / "filler").write_bytes(b"x" * 720_000)
    ran = partnership.submit("../small/police", home / "crime.csv", status=None)
    assert ran.status == 1, ran.said
    assert ran.refusal == "machine-refused"
    assert os.strerror(errno.ENOSPC) in ran.err
    assert len(partnership.entries()) == 3
    (small_disk / "filler").unlink()
    assert "log 3" in partnership.submit("../small/police", home / "crime.csv").out


@pytest.mark.parametrize("slow", [-1, float("inf")], ids=["slow", "fast"])
def test_entries_are_fetched_in_order_up_to_the_first_missing(store, monkeypatch, slow):
    monkeypatch.setattr(reader, "_SLOW", slow)
    entries = [str(position).encode() for position in range(40)]
    for position, data in enumerate(entries):
        (store.root / reader.entry_name(position)).write_bytes(data)
    (store.root / reader.entry_name(41)).write_bytes(b"beyond the gap")
    for start in (0, 1, 7, 39, 40):
        runs = list(reader.fetch_entries(store, start))
        assert all(runs)
        assert [data for run in runs for data in run] == entries[start:]
