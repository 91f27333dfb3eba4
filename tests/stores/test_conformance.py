"""What every store must do, run on each: real services, and disks as awkward as shares are."""

import errno
import io
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from exchange import files
from exchange.errors import LogBroken, Usage
from exchange.stores.open import is_part_of, open_store
from exchange.stores.sftp import SftpStore
from exchange.stores.store import (
    ACCESS,
    AlreadyThere,
    ReplacesFiles,
    Store,
    Unreachable,
    UnusableFile,
    prove_no_overwrite,
)
from tests.lib import servers

pytestmark = pytest.mark.services


@dataclass(frozen=True)
class Kept:
    """A kind of store: opens it anew, as another machine would; and ends its service."""

    open: Callable[[], Store]
    end: Callable[[], None]


@contextmanager
def _folder(folder: Path) -> Iterator[servers.Served]:
    yield servers.Served("share", folder / "none", lambda: shutil.rmtree(folder / "share"))


@contextmanager
def _no_links(folder: Path) -> Iterator[servers.Served]:
    """A folder on a disk without hard links, as many shares are."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files.os, "link", refuse)
        yield servers.Served("share", folder / "none", lambda: shutil.rmtree(folder / "share"))


HERE = {"folder": _folder, "folder without hard links": _no_links}
# Every kind of store with its class. One that is not in HERE is a service of tests/lib/servers.py.
KINDS = {
    "folder": "FolderStore",
    "folder without hard links": "FolderStore",
    "s3": "ObjectStore",
    "azure": "ObjectStore",
    "sftp": "SftpStore",
}
NEEDS = {"azure": "azurite", "sftp": "sshd"}
ALL = [
    pytest.param(kind, marks=pytest.mark.needs(NEEDS[kind]) if kind in NEEDS else ())
    for kind in KINDS
]


def _kept(served: servers.Served, folder: Path) -> Kept:
    access = served.access if served.access.is_file() else None

    def anew() -> Store:
        return open_store.__wrapped__(served.store, folder, access)

    anew().set_up()
    return Kept(anew, served.ended)


@pytest.fixture(params=ALL)
def kept(request, tmp_path, service) -> Iterator[Kept]:
    if request.param not in HERE:
        yield _kept(service(request.param), tmp_path)
        return
    with HERE[request.param](tmp_path) as one:
        yield _kept(one, tmp_path)


@pytest.fixture(params=ALL)
def kept_alone(request, tmp_path) -> Iterator[Kept]:
    """A store whose service can be ended."""
    start = HERE.get(request.param) or getattr(servers, request.param)
    with start(tmp_path) as one:
        yield _kept(one, tmp_path)


@pytest.fixture
def store(kept) -> Store:
    return kept.open()


def test_it_is_proved_and_nothing_of_the_trial_stays(store):
    prove_no_overwrite(store)
    assert [store.names(folder) for folder in ("log", "bundles", "witness")] == [[], [], []]


def test_what_is_published_is_read_and_never_replaced(store, kept):
    store.publish("log/00000000", b"one")
    with pytest.raises(AlreadyThere):
        kept.open().publish("log/00000000", b"two")
    assert kept.open().read("log/00000000", 10) == b"one"
    assert store.names("log") == ["00000000"]
    store.publish("log/00000001", io.BytesIO(b"three"), "a-tag")
    assert store.names("log") == ["00000000", "00000001"]
    assert store.names("log", after="00000000") == ["00000001"]
    assert store.names("log", after="000000") == ["00000000", "00000001"]
    assert store.names("log", after="00000001") == []


def test_a_file_of_some_megabytes_is_read_whole_and_in_parts(store):
    content = bytes(range(256)) * 20_000
    store.publish("bundles/aa.age", io.BytesIO(content))
    assert store.read("bundles/aa.age", len(content)) == content
    with store.open("bundles/aa.age") as file:
        assert file.read(7) == content[:7]
        rest = b"".join(iter(lambda: file.read(65_536), b""))
    assert rest == content[7:]


def test_a_bundle_too_large_for_one_request_is_written_whole(store, monkeypatch):
    if hasattr(store, "_publish_large"):
        monkeypatch.setattr("exchange.stores.objects._AT_ONCE", 1_000_000)
    content = b"a large bundle's bytes " * 300_000
    store.publish("bundles/bb.age", io.BytesIO(content))
    assert store.read("bundles/bb.age", len(content)) == content
    with pytest.raises(AlreadyThere):
        store.publish("bundles/bb.age", io.BytesIO(b"x" * 2_000_000))


def test_what_is_not_there_is_none(store):
    assert store.read("log/00000000", 10) is None
    assert store.open("bundles/x.age") is None
    assert store.written_at("log/00000000") is None


def test_sizes_are_bounded_before_reading(store):
    store.publish("log/00000000", b"x" * 100)
    with pytest.raises(UnusableFile) as unfit:
        store.read("log/00000000", 90)
    assert unfit.value.start == b"x" * 91
    assert store.read("log/00000000", 100) == b"x" * 100


@pytest.mark.parametrize(
    "kept", [p for p in ALL if p.values[0] in ("folder", "sftp")], indirect=True
)
@pytest.mark.parametrize("what", ["folder", "pipe", "device", "link to nothing", "link to itself"])
def test_only_files_are_opened_and_nothing_waits_for_a_pipe(kept, what):
    store = kept.open()
    path = Path(urlsplit(str(store)).path if isinstance(store, SftpStore) else store.root) / "log/x"
    match what:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "link to nothing":
            path.symlink_to("nothing")
        case "link to itself":
            path.symlink_to("x")
    for read in (lambda: store.read("log/x", 10), lambda: store.open("log/x")):
        with pytest.raises(UnusableFile) as unfit:
            read()
        assert not unfit.value.start
    with pytest.raises(AlreadyThere):
        store.publish("log/x", b"x")


def test_a_file_that_appears_while_it_is_looked_for_is_none_or_whole(store, monkeypatch):
    """A reader that took it for no entry would remember another log than everybody else."""
    kind, put = type(store), []
    look = getattr(kind, "_reachable", None)  # a bucket answers in one step, and never looks again

    def put_there_first(there: Store) -> None:
        look(there)
        if not put:
            put.append(True)
            store.publish("log/00000007", b"an entry")

    if look is not None:
        monkeypatch.setattr(kind, "_reachable", put_there_first)
    assert store.read("log/00000007", 100) is None
    if look is None:
        store.publish("log/00000007", b"an entry")
    assert store.read("log/00000007", 100) == b"an entry"


def test_what_is_destroyed_is_gone_and_may_be_gone_already(store):
    store.publish("bundles/x.age", b"x")
    store.destroy("bundles/x.age")
    store.destroy("bundles/x.age")
    assert store.names("bundles") == []


def test_when_it_was_written_is_told_by_the_stores_own_clock(store):
    store.publish("log/00000000", b"x")
    told = store.written_at("log/00000000")
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=5)


def test_what_an_interrupted_run_left_aside_is_swept(store):
    store.publish("log/00000000", b"x", "mine")
    if not hasattr(store, "_publish_large"):  # a bucket has nothing aside
        for tag in ("mine", "another"):
            store.publish(f"log/.00000001.{tag}.part", b"half")
    store.sweep("mine")
    assert [n for n in store.names("log") if "another" not in n] == ["00000000"]


def test_eight_writers_take_each_name_once(kept):
    won: list[tuple[str, int]] = []
    faults: list[Exception] = []

    def write(me: int) -> None:
        mine = kept.open()
        for n in range(25):
            try:
                mine.publish(f"log/{n:08d}", str(me).encode())
                won.append((f"{n:08d}", me))
            except AlreadyThere:
                pass
            except LogBroken as fault:
                faults.append(fault)

    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = kept.open()
    assert not faults
    assert len(won) == 25
    assert all(store.read(f"log/{name}", 10) == str(me).encode() for name, me in won)
    assert store.names("log") == [f"{n:08d}" for n in range(25)]


def test_a_store_that_went_away_is_said_to_be_unreachable(kept_alone):
    store = kept_alone.open()
    assert store.read("log/00000000", 10) is None
    kept_alone.end()
    with pytest.raises(Unreachable):
        store.read("log/00000000", 10)
    with pytest.raises(LogBroken):
        store.publish("log/00000000", b"x")


class _Replacing:
    """A store that takes whatever comes last, as some look-alikes do."""

    def __init__(self, store: Store) -> None:
        self._store, self._one_at_a_time = store, threading.Lock()

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def publish(self, name: str, content: bytes, tag: str = "") -> None:
        with self._one_at_a_time:
            self._store.destroy(name)
            self._store.publish(name, content, tag)


def test_one_that_replaces_is_found_out(store):
    with pytest.raises(ReplacesFiles):
        prove_no_overwrite(_Replacing(store))


def _rewritten(access: Path, **changes: str) -> Path:
    lines = dict(line.split(" = ", 1) for line in access.read_text().splitlines())
    lines |= {name: f'"{value}"' for name, value in changes.items()}
    target = access.with_name("other.toml")
    target.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
    return target


def _refusal(served: servers.Served, folder: Path, **changes: str) -> LogBroken:
    store = open_store.__wrapped__(served.store, folder, _rewritten(served.access, **changes))
    with pytest.raises(LogBroken) as fault:
        store.read("log/00000000", 10)
    return fault.value


@pytest.mark.needs("azurite")
def test_a_wrong_key_is_said_and_never_shown(tmp_path, service):
    served = service("azure")
    secret = "bm90IHRoZSBrZXkgb2YgdGhpcyBhY2NvdW50"
    refused = _refusal(served, tmp_path, account_key=secret)
    assert secret not in " ".join((refused.message, *refused.hints))
    assert refused.id == "store-access-denied"
    assert any(ACCESS in hint for hint in refused.hints)


@pytest.mark.needs("sshd")
def test_an_unknown_host_a_wrong_key_and_a_wrong_password_are_told_apart(tmp_path, service):
    served = service("sftp")
    folder = served.access.parent
    (folder / "empty").write_text("")
    refused = _refusal(served, tmp_path, known_hosts="empty")
    assert refused.id == "store-host-key-unknown"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "stranger")],
        check=True,
    )
    assert _refusal(served, tmp_path, key="stranger").id == "store-login-refused"
    assert _refusal(served, tmp_path, key="known").id == "access-key-unreadable"


def test_a_bucket_that_is_not_there_is_said(tmp_path, service):
    served = service("s3")
    store = open_store("s3://eastshire/x", tmp_path, served.access)
    with pytest.raises(LogBroken) as refused:
        store.read("log/00000000", 10)
    assert refused.value.id == "store-not-found"


def test_a_part_of_a_bucket_is_known_however_it_is_written():
    for inside in ("s3://shared/west", "S3://Shared/west/x", "s3://shared//west/x/"):
        assert is_part_of(inside, "s3://shared/west/")
    for beside in ("s3://shared/western", "s3://other/west", "az://shared/west", "s3://shared"):
        assert not is_part_of(beside, "s3://shared/west")


@pytest.mark.parametrize(
    ("told", "access", "refusal"),
    [
        ("ftp://host/x", None, "store-not-understood"),
        ("s3://", None, "store-not-understood"),
        ("s3://[bucket/x", None, "store-not-understood"),
        ("s3://bucket/../x", None, "store-not-understood"),
        ("sftp://host:99999/x", None, "store-not-understood"),
        ("sftp://officer:secret@host/x", None, "store-not-understood"),
        ("s3://bucket/x", "nonsense", "access-file-unreadable"),
        ("s3://bucket/x", 'no_such_key = "x"\n', "access-file-does-not-fit"),
        ("sftp://host/x", 'no_such_key = "x"\n', "access-file-does-not-fit"),
        ("sftp://host/x", "key = 3\n", "access-file-unreadable"),
    ],
)
def test_what_names_no_store_is_refused_without_repeating_it(tmp_path, told, access, refusal):
    path = None
    if access is not None:
        path = tmp_path / "access.toml"
        path.write_text(access)
    with pytest.raises(Usage) as fault:
        open_store(told, tmp_path, path)
    assert fault.value.id == refusal
    assert "secret" not in " ".join((fault.value.message, *fault.value.hints))
