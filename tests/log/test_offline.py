"""The share can't be reached: what was verified is shown, and a courier file can be made."""

import shutil

import pytest

from exchange.keys import signed_note
from exchange.log.log import Log
from exchange.stores.folder import FolderStore
from partners.entries import canonical_json
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership
from tests.use.test_quarter import asb

Q = ("--dates", "2026Q3")


def _cut(p: Partnership) -> None:
    """The police have read the log, and their share is gone."""
    p.submit("police", p.extract("police", "a.csv", crimes(30)), *Q)
    p.run("police", "status")
    p.share.rename(p.root / "away")


@pytest.fixture
def cut(prepared) -> Partnership:
    return prepared(_cut)


@pytest.mark.parametrize(
    "command",
    [
        ("status", "--quarter", "2026Q3"),
        ("status", "--calendar", "due.ics"),
        ("partnership", "protocol", "show"),
        ("partnership", "area", "list"),
        ("key", "list"),
    ],
    ids=lambda command: command[0],
)
def test_what_was_verified_before_is_shown_and_said_to_be_so(cut, command):
    ran = cut.run("police", *command)
    assert "store-unreachable" in ran.warnings
    assert "4 entries, on " in ran.err
    if "--quarter" in command:
        assert "on time" in ran.out


def test_an_extract_can_be_checked(cut):
    file = cut.extract("police", "b.csv", crimes(30))
    cut.run("police", "check", file, "--dataset", "police-crime", *Q)


def test_a_courier_file_is_made_and_counts_when_it_arrives(cut):
    file = cut.extract("police", "asb.csv", asb())
    cut.submit("police", file, *Q, "--transfer-file", "courier")
    (cut.root / "away").rename(cut.share)
    ran = cut.signed("council", "log", "receive", cut.root / "police/courier")
    assert "log 4" in ran.out
    assert cut.run("council", "verify").status == 0


@pytest.mark.parametrize("command", ["submit", "nil", "verify", "log cosign", "pull", "withdraw"])
def test_what_needs_the_store_is_refused_and_nothing_is_lost(cut, command):
    told = {
        "submit": (cut.extract("police", "b.csv", crimes(29)), "--yes"),
        "nil": ("police-asb", *Q, "--yes"),
        "pull": ("merged",),
        "withdraw": ("3", "--reason", "wrong-file", "--yes"),
    }.get(command, ())
    run = cut.run if command in ("verify", "log cosign") else cut.signed
    ran = run("police", *command.split(), *told, status=15)
    assert ran.refusal == "store-unreachable"
    assert (command == "submit") == ("--transfer-file" in ran.err)
    (cut.root / "away").rename(cut.share)
    assert len(cut.entries()) == 4


def test_who_never_read_the_log_is_told_so(cut):
    shutil.rmtree(cut.root / "ambulance/.exchange")
    assert cut.run("ambulance", "status", status=15).refusal == "store-unreachable"


class Counting(FolderStore):
    """A folder that notes what was asked of it."""

    def __init__(self, root) -> None:
        super().__init__(root)
        self.asked: list[str] = []

    def read(self, name: str, most: int) -> bytes | None:
        self.asked.append(name)
        return super().read(name, most)


def _asked(p: Partnership, *, whole: bool = False) -> list[str]:
    settings, store = p.settings("police"), Counting(p.share)
    Log.open(store, settings.pinned(), settings.memory(), cache=settings.cache, whole=whole)
    return [name for name in store.asked if name.startswith("log/")]


def test_only_the_last_entry_and_what_is_new_is_asked_for(partnership):
    p = partnership
    p.run("police", "status")
    assert _asked(p) == ["log/00000002", "log/00000003"]
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    assert _asked(p)[:3] == ["log/00000002", "log/00000003", "log/00000004"]
    assert _asked(p) == ["log/00000003", "log/00000004"]
    assert _asked(p, whole=True)[:4] == [f"log/{n:08d}" for n in range(4)]


@pytest.mark.parametrize("damage", ["cut", "altered", "emptied", "another"])
def test_a_copy_that_is_not_what_was_verified_is_made_anew(partnership, damage):
    p = partnership
    p.run("police", "status")
    path = p.settings("police").profile / "mirror"
    data = path.read_bytes()
    path.write_bytes(
        {
            "cut": data[:-10],
            "altered": data[:300] + bytes([data[300] ^ 1]) + data[301:],
            "emptied": b"",
            "another": b"00000003abc" * 3,
        }[damage]
    )
    assert _asked(p)[0] == "log/00000000"
    assert path.read_bytes() == data


def test_an_entry_that_nobody_enrolled_signed_has_no_effect_from_the_copy_either(
    partnership, tmp_path
):
    p = partnership
    p.submit("police", p.extract("police", "a.csv", crimes(30)), *Q)
    data = p.entries()[3].read_bytes()
    told = signed_note.parse(data).text.replace(b'"police-crime"', b'"police-asb"')
    fresh = canonical_json.write(canonical_json.read(told) | {"id": "7" * 32})
    data = signed_note.sign(fresh, p.card("police").key_name, p.officer("police").signing)
    at = data.rindex(b" ") + 20
    sound = p.copy(tmp_path / "sound")
    (sound.share / "log/00000004").write_bytes(data)
    assert "entries-without-effect" not in sound.run("council", "status").warnings
    forged = data[:at] + (b"B" if data[at : at + 1] != b"B" else b"C") + data[at + 1 :]
    (p.share / "log/00000004").write_bytes(forged)
    ran = p.run("council", "status")
    assert ran.warnings == ["earlier-quarters-overdue", "entries-without-effect"]
    assert "1 entry" in ran.err
    assert p.settings("council").memory().read().unsigned == {4}
    assert p.run("council", "status").err == ran.err
