"""What Windows does otherwise: held files, sync folders, reserved names, patterns, other encodings.

Played by patched calls, since the tests run anywhere.
"""

import contextlib
import ctypes
import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from exchange.errors import LogBroken
from exchange.files import publish, temporary_file
from exchange.keys.passphrases import passphrase_from
from exchange.profile.own_folder import folder_notices, make_own
from exchange.profile.settings import Settings
from exchange.stores.folder import FolderStore
from exchange.stores.store import Unreachable
from exchange.stores.sync_folders import REGISTERED, is_synced
from tests.lib import partnership as lib
from tests.lib.extracts import crimes


def refuse(monkeypatch, what: str, winerror: int, name: str) -> None:
    """Let one call of a path be refused by Windows wherever a name is meant."""
    real = getattr(Path, what)

    def refused(self: Path, *told, **more):
        if name in {self.name, *(Path(t).name for t in told if isinstance(t, Path))}:
            target = next((str(t) for t in told if isinstance(t, Path)), None)
            fault = PermissionError(errno.EACCES, "refused", str(self), None, target)
            fault.winerror = winerror
            raise fault
        return real(self, *told, **more)

    monkeypatch.setattr(Path, what, refused)
    monkeypatch.setattr("exchange.files.time.sleep", lambda _: None)


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_pull_over_a_table_that_is_open_says_so_and_loses_nothing(sent, monkeypatch, winerror):
    p = sent
    p.signed("analysts", "pull", "merged")
    before = {f: f.read_bytes() for f in (p.root / "analysts/merged").rglob("*") if f.is_file()}
    p.submit("police", p.extract("police", "crime.csv", crimes(31)))
    refuse(monkeypatch, "rename", winerror, "incidents")
    ran = p.signed("analysts", "pull", "merged", status=1)
    assert ran.refusal == "file-in-use"
    assert "incidents" in ran.err
    after = {f: f.read_bytes() for f in (p.root / "analysts/merged").rglob("*") if f.is_file()}
    assert after == before


def test_what_fails_after_the_entry_is_in_the_log_does_not_undo_it(partnership, monkeypatch):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(30))
    refuse(monkeypatch, "replace", 32, "keymap.age")
    sent = p.submit("police", file)
    assert "log 3" in sent.out
    monkeypatch.undo()
    again = p.submit("police", file)
    assert "already sent" in again.out
    assert len(p.entries()) == 4
    assert len(list((p.root / "police/.exchange").rglob("keymaps/*.age"))) == 1


def hold_memory(monkeypatch, while_it_is: Callable[[], bool]) -> list[Path]:
    """Let Windows hold what is remembered of the log; return when it did."""
    held, real = [], Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == "memory.json" and while_it_is():
            held.append(target)
            fault = PermissionError(errno.EACCES, "refused", str(self), None, str(target))
            fault.winerror = 32
            raise fault
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("exchange.files.time.sleep", lambda _: None)
    return held


def test_what_is_remembered_of_the_log_may_be_held_after_the_entry(partnership, monkeypatch):
    """A virus scanner looks at it just then: what was sent is sent, and the command says so."""
    p = partnership
    file = p.extract("police", "crime.csv", crimes(30))
    held = hold_memory(monkeypatch, (p.share / "log/00000003").exists)
    sent = p.submit("police", file)
    assert held
    assert "log 3" in sent.out
    monkeypatch.undo()
    assert p.settings("police").memory().read().size == 3
    assert "already sent" in p.submit("police", file).out
    assert p.settings("police").memory().read().size == len(p.entries()) == 4


def test_a_file_that_is_held_after_the_first_entry_stops_no_founding(tmp_path, monkeypatch):
    first, founding = tmp_path / "share/log/00000000", tmp_path / "council/westshire-csp.founding"
    held = hold_memory(monkeypatch, lambda: first.exists() and not founding.exists())
    p = lib.found(tmp_path)
    assert held
    assert len(p.entries()) == 3


def test_a_file_that_is_held_is_named_and_not_its_part(partnership, monkeypatch):
    p = partnership
    refuse(monkeypatch, "replace", 32, "memory.json")
    ran = p.run("police", "status", status=1)
    assert ran.refusal == "file-in-use"
    assert "error: memory.json is open in another program" in ran.err


@pytest.mark.parametrize(
    ("winerror", "kind", "id_"),
    [(32, LogBroken, "store-file-in-use"), (64, Unreachable, "store-unreachable"),
     (0, LogBroken, "store-access-denied")],
)  # fmt: skip
def test_a_share_is_refused_for_the_reason_that_windows_gives(
    tmp_path, monkeypatch, winerror, kind, id_
):
    store = FolderStore(tmp_path / "share")
    store.set_up()

    def refused(*_: object, **__: object) -> None:
        fault = PermissionError(errno.EACCES, "refused")
        fault.winerror = winerror
        raise fault

    monkeypatch.setattr("builtins.open", refused)
    with pytest.raises(kind) as refused:
        store.open("log/x")
    assert refused.value.id == id_


def test_a_share_whose_path_is_too_long_is_refused_before_anything_is_missing(
    tmp_path, monkeypatch
):
    def touch(self: Path, *, exist_ok: bool = True) -> None:
        raise FileNotFoundError(errno.ENOENT, "not found", str(self))

    monkeypatch.setattr(Path, "touch", touch)
    with pytest.raises(LogBroken) as refused:
        FolderStore(tmp_path / "share").set_up()
    assert refused.value.id == "store-path-too-long"


@pytest.mark.parametrize(
    "name",
    ["OneDrive", "Dropbox (Westshire)", "Google Drive", "iCloudDrive", "Nextcloud", "Box",
     "Community Safety - Documents"],
)  # fmt: skip
def test_folders_of_sync_clients_are_known_by_name(tmp_path, name):
    assert is_synced(tmp_path / name / "share")


def test_folders_of_sync_clients_are_known_by_what_they_tell_the_system(tmp_path, monkeypatch):
    assert not is_synced(tmp_path / "share")
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path))
    assert is_synced(tmp_path / "share")


class Registry:
    """As much of winreg as is asked: keys, their number and values."""

    HKEY_CURRENT_USER = "HKCU"

    def __init__(self, **folders: Path | None) -> None:
        self.keys = {rf"{REGISTERED}\{name}": folder for name, folder in folders.items()}

    @contextlib.contextmanager
    def OpenKey(self, root: str, name: str):  # noqa: N802
        assert root == self.HKEY_CURRENT_USER
        if name != REGISTERED and name not in self.keys:
            raise FileNotFoundError(name)
        yield name

    def QueryInfoKey(self, _: str) -> tuple[int, int, int]:  # noqa: N802
        return len(self.keys), 0, 0

    def EnumKey(self, _: str, number: int) -> str:  # noqa: N802
        return [*self.keys][number].rpartition("\\")[2]

    def QueryValueEx(self, key: str, name: str) -> tuple[str, int]:  # noqa: N802
        if self.keys[key] is None:
            raise FileNotFoundError(name)
        return str(self.keys[key]), 1


def test_folders_of_sync_clients_are_known_by_the_registry(tmp_path, monkeypatch):
    registry = Registry(personal=None, business=tmp_path / "Westshire/Site")
    monkeypatch.setitem(sys.modules, "winreg", registry)
    assert is_synced(tmp_path / "Westshire/Site/share")
    assert not is_synced(tmp_path / "Westshire")


def test_an_officer_whose_own_folder_is_synced_is_warned(tmp_path):
    p = lib.Partnership(tmp_path)
    (tmp_path / "Dropbox").mkdir()
    ran = p.run("Dropbox", "partnership", "create", "Westshire", *lib.AREA, *lib.SHARE)
    assert "profile-in-sync-folder" in ran.warnings
    (tmp_path / "iCloud").mkdir()
    origin = Settings.find(tmp_path / "Dropbox").origin
    ran = p.run("iCloud", "partnership", "join", "--origin", origin, *lib.SHARE)
    assert "profile-in-sync-folder" in ran.warnings


def test_an_officer_whose_folder_others_may_read_is_warned_on_windows(tmp_path, monkeypatch):
    assert folder_notices(tmp_path) == ()
    monkeypatch.setattr("exchange.profile.own_folder.sys.platform", "win32")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "officer")
    assert folder_notices(tmp_path / "officer/exchange") == ()
    (notice,) = folder_notices(tmp_path / "team")
    assert notice.id == "profile-outside-user-folder"


def test_the_officers_own_folder_is_hidden_on_windows(tmp_path, monkeypatch):
    asked: list[tuple[str, int]] = []
    kernel = SimpleNamespace(SetFileAttributesW=lambda *told: asked.append(told))
    monkeypatch.setattr("exchange.profile.own_folder.sys.platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    for _ in range(2):
        assert make_own(tmp_path / ".exchange").is_dir()
    assert asked == [(str(tmp_path / ".exchange"), 2)]


@pytest.mark.parametrize("name", ["Con", "aux", "LPT1"])
def test_a_partnership_can_not_have_a_name_that_windows_keeps(tmp_path, name):
    p = lib.Partnership(tmp_path)
    (tmp_path / "council").mkdir()
    ran = p.run("council", "partnership", "create", name, *lib.AREA, *lib.SHARE, status=2)
    assert ran.refusal == "name-reserved"
    assert "--name" not in ran.err  # the command has no such option
    assert not (tmp_path / "council/exchange.toml").exists()


def test_a_pattern_is_filled_in_for_files_and_stays_as_it_is_elsewhere(partnership):
    p = partnership
    p.extract("police", "july 1.csv", crimes(20))
    told = p.run("police", "check", p.root / "police/july*.csv", "--dates", "2026Q3", "--json")
    assert told.json["rows_in"] == 20
    ran = p.run("police", "check", p.root / "police/june*.csv", status=2)
    assert ran.refusal == "file-missing"


def test_json_in_a_pipe_is_utf_8_whatever_the_code_page(partnership):
    told = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "exchange", "explain", "--json"]
    done = subprocess.run(command, capture_output=True, check=True, env=told)
    assert isinstance(json.loads(done.stdout.decode("utf-8")), list | dict)


def test_a_reader_that_goes_away_is_no_fault(monkeypatch):
    from exchange.cli import main

    class Gone(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(main.sys, "platform", "win32")
    monkeypatch.setattr(main.sys, "stdout", Gone())
    monkeypatch.setattr(main.sys, "stderr", io.StringIO())
    assert main.main(["--version"]) == 0


def test_a_program_without_a_console_runs(monkeypatch):
    from exchange.cli import main

    for name in ("stdout", "stderr"):
        monkeypatch.setattr(main.sys, name, None)
    assert main.main(["--version"]) == 0
    assert main.main(["no-such-command"]) == 2


@pytest.mark.parametrize("winerror", [32, 33])
def test_an_extract_that_is_open_in_excel_is_said_to_be(partnership, monkeypatch, winerror):
    file = partnership.extract("police", "crime.csv", crimes(20))
    refuse(monkeypatch, "read_bytes", winerror, "crime.csv")
    ran = partnership.run("police", "check", file, status=None)
    assert ran.refusal == "file-unreadable"
    assert "open in another program" in ran.err
    assert "Excel" in ran.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_passphrase_from_a_pipe_is_read_whatever_the_code_page(monkeypatch, encoding):
    sent = io.BytesIO("pass£ phrasé\r\nmore\n".encode(encoding))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(sent, encoding="cp850"))
    assert passphrase_from("-").removeprefix("\ufeff") == "pass£ phrasé"


@pytest.mark.parametrize("taken", [False, True])
def test_a_mac_puts_a_file_on_a_share_without_hard_links(tmp_path, monkeypatch, taken):
    class Mac:
        """The one call of macOS, with what it says of a name that is taken."""

        @staticmethod
        def renamex_np(old: bytes, new: bytes, flags: int) -> int:
            assert flags == 4
            if Path(os.fsdecode(new)).exists():
                ctypes.set_errno(errno.EEXIST)
                return -1
            os.rename(old, new)  # noqa: PTH104 - bytes
            return 0

    def no_links(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "no hard links")

    monkeypatch.setattr("exchange.files.os.link", no_links)
    monkeypatch.setattr("exchange.files.ctypes.CDLL", lambda *_, **__: Mac)
    target = tmp_path / "entry"
    if taken:
        target.write_bytes(b"old")
    with temporary_file(target) as (file, written):
        file.write(b"new")
        with pytest.raises(FileExistsError) if taken else contextlib.nullcontext():
            publish(file, written, target)
    assert target.read_bytes() == (b"old" if taken else b"new")
