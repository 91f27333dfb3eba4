"""Files that another program holds, as Windows refuses to move them: played by patched calls."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from exchange import files
from exchange.files import put_back, replace, retry_while_held, swap

OPEN_ELSEWHERE = 32  # winerror: sharing violation


def held(name: str = "") -> OSError:
    fault = PermissionError(errno.EACCES, "in use", name)
    fault.winerror = OPEN_ELSEWHERE
    return fault


@pytest.fixture
def waits(monkeypatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(files.time, "sleep", found.append)
    return found


@pytest.fixture
def hold(monkeypatch) -> Callable[..., None]:
    """Let moves of some name be refused, so many times."""

    def hold(name: str, times: int = 1000) -> None:
        left = {"times": times}
        for what in ("rename", "replace"):
            real = getattr(Path, what)

            def move(self: Path, target: Path, real=real) -> Path:
                if name in {self.name, Path(target).name} and left["times"]:
                    left["times"] -= 1
                    raise held(str(self))
                return real(self, target)

            monkeypatch.setattr(Path, what, move)

    return hold


def test_what_a_scanner_holds_for_a_moment_is_replaced_all_the_same(tmp_path, hold, waits):
    target = tmp_path / "settings.toml"
    target.write_bytes(b"old")
    hold("settings.toml", times=3)
    replace(target, b"new")
    assert target.read_bytes() == b"new"
    assert waits == sorted(waits)
    assert len(waits) == 3


def test_what_stays_held_is_refused_and_nothing_is_left_behind(tmp_path, hold, waits):
    target = tmp_path / "settings.toml"
    target.write_bytes(b"old")
    hold("settings.toml")
    with pytest.raises(PermissionError):
        replace(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
    assert 2 < sum(waits) < 5


def test_another_refusal_is_not_waited_for(waits):
    def full() -> None:
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        retry_while_held(full)
    assert waits == []


def tables(folder: Path, text: str, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "part.parquet").write_text(text)
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {path.parent.name: path.read_text() for path in folder.glob("*/part.parquet")}


NAMES = ("dataset=a", "dataset=b", "incidents")


@pytest.mark.parametrize("name", NAMES)
def test_a_table_that_is_open_stops_a_pull_and_all_stays_as_it_was(tmp_path, hold, waits, name):
    folder = tables(tmp_path / "merged", "old", *NAMES)
    fresh = tables(tmp_path / "merged/.pull-x", "new", "dataset=a", "incidents", "dataset=c")
    hold(name)
    with pytest.raises(PermissionError):
        swap(folder, fresh, NAMES)
    assert texts(folder) == dict.fromkeys(NAMES, "old")
    assert not list(folder.glob(".before-*"))


def test_a_swap_leaves_what_is_new_and_nothing_of_before(tmp_path):
    folder = tables(tmp_path / "merged", "old", *NAMES, "mine")
    fresh = tables(tmp_path / "merged/.pull-x", "new", "dataset=a", "dataset=c")
    swap(folder, fresh, NAMES)
    assert texts(folder) == {"dataset=a": "new", "dataset=c": "new", "mine": "old"}


def test_what_a_killed_swap_put_aside_comes_back(tmp_path):
    folder = tables(tmp_path / "merged", "new", "dataset=a")
    tables(folder / ".before-1", "old", "dataset=a", "dataset=b")
    put_back(folder)
    assert texts(folder) == {"dataset=a": "new", "dataset=b": "old"}
    assert not list(folder.glob(".before-*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_says_which_file_it_has_no_room_for(tmp_path):
    def write() -> None:
        with files.temporary_file(tmp_path / "board.html"), Path("/dev/full").open("wb") as full:
            full.write(b"more than nothing")

    with pytest.raises(OSError, match=r"board\.html") as refused:
        write()
    assert refused.value.errno == errno.ENOSPC
    assert not list(tmp_path.iterdir())
