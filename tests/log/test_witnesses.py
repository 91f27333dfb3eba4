"""Witnesses: what they prove of times, and what they notice."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from exchange.errors import LogBroken
from exchange.keys import signed_note
from exchange.keys.cards import fingerprint
from exchange.log import witness
from exchange.log.merkle import Checkpoint
from exchange.log.proved_times import Cosignature
from exchange.log.witness import read_witnesses
from exchange.stores.folder import FolderStore
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

Q = ("--dates", "2026Q3")
DUE = datetime(2026, 12, 31, 12, tzinfo=UTC)


def send(p: Partnership, rows: str = "") -> None:
    p.submit("police", p.extract("police", "crime.csv", rows or crimes(30)), *Q)


def cosignatures(p: Partnership) -> list[Cosignature]:
    """Read all of what witnesses have seen."""
    return read_witnesses(p.log("council"), p.root / "none", whole=True).cosignatures


def look(p: Partnership, who: str, when: datetime | None = None) -> None:
    p.now = when or p.now
    p.run(who, "status", "--quarter", "2026Q3")


def standing(p: Partnership, dataset: str = "police-crime") -> dict:
    told = p.run("council", "status", "--quarter", "2026Q3", "--json").json["standings"]
    return next(s for s in told if s["dataset"] == dataset and s["partner"] == "police")


def files(p: Partnership) -> list[str]:
    return sorted(f.name for f in (p.share / "witness").glob("*.cosignature"))


def test_whoever_reads_the_log_cosigns_what_has_grown(partnership):
    p = partnership
    look(p, "ambulance")
    before = files(p)
    look(p, "ambulance")
    assert files(p) == before  # nothing has grown
    send(p)
    look(p, "ambulance")
    (new,) = [f for f in set(files(p)) - set(before) if p.card("ambulance").witness[:16] in f]
    assert new.startswith("00000004-")
    data = (p.share / "witness" / new).read_bytes()
    note = signed_note.parse(data)
    card = p.card("ambulance")
    assert Checkpoint.parse(note.text).size == 4
    when = note.cosigned_by(card.witness_name, bytes.fromhex(card.witness))
    assert when == int(p.now.timestamp())
    assert len(p.run("council", "verify", "--json").json["sightings"]) >= 3


def test_others_who_saw_it_in_time_are_the_evidence(partnership):
    p = partnership
    send(p)
    assert standing(p)["evidence"] == "confirmed by council"  # who has just looked
    told = read_witnesses(p.log("council"), p.root / "none").proved_time(3, "police")
    assert told.before == p.now
    assert told.by == ("council",)


def test_an_entry_that_two_others_had_not_seen_after_the_deadline_is_late_whatever_it_says(
    partnership,
):
    p = partnership
    for who in ("council", "ambulance"):
        look(p, who, DUE - timedelta(days=20))
    for who in ("council", "ambulance"):
        p.now = DUE + timedelta(days=3)
        p.run(who, "log", "cosign")
    p.now = DUE - timedelta(days=1)  # the police set their clock back
    send(p)
    p.now = DUE + timedelta(days=5)
    told = standing(p)
    assert (told["state"], told["days"]) == ("late", 3)
    assert told["evidence"] == "confirmed by other partners"


def test_one_authority_alone_makes_nobody_late(partnership):
    p = partnership
    look(p, "ambulance", DUE + timedelta(days=3))
    assert len(files(p)) > 0
    p.now = DUE - timedelta(days=1)
    send(p)
    p.now = DUE + timedelta(days=5)  # before which nobody else has looked
    assert standing(p)["state"] == "on time"


def test_what_was_seen_in_an_old_copy_makes_nobody_late(partnership):
    p = partnership
    p.now = DUE - timedelta(days=20)
    shutil.copytree(p.share, p.root / "old")
    send(p)
    look(p, "analysts")  # sees it in time
    for who in ("council", "ambulance"):
        settings = p.settings(who)
        settings.store, kept = "../old", settings.store
        settings.write()
        p.now = DUE + timedelta(days=2)
        p.run(who, "log", "cosign")
        settings.store = kept
        settings.write()
    for file in (p.root / "old/witness").glob("*.cosignature"):
        shutil.copy(file, p.share / "witness")
    assert standing(p)["state"] == "on time"


def test_a_log_that_lost_its_end_is_noticed_by_who_never_saw_it(partnership):
    p = partnership
    send(p)
    look(p, "ambulance")
    p.entries()[-1].unlink()
    for file in (p.share / "witness").glob("00000004.checkpoint"):
        file.unlink()
    ran = p.run("analysts", "status", "--quarter", "2026Q3", status=15)
    assert ran.refusal == "log-cut-short"
    assert "ambulance/liaison saw 4 entries" in ran.err
    assert "it has 3" in ran.err


def test_a_log_that_was_rewritten_is_noticed_by_who_never_saw_it(partnership, tmp_path):
    p = partnership
    other = p.copy(tmp_path / "other")
    send(p)
    look(p, "ambulance")
    send(other, crimes(44))
    for name in ("log/00000003", "witness/00000004.checkpoint"):
        (p.share / name).unlink(missing_ok=True)
        shutil.copy(other.share / name, p.share / name)
    for who in ("analysts", "council"):
        ran = p.run(who, "verify", "--log-only", status=15)
        assert ran.refusal == "log-rewritten"
        assert "ambulance/liaison" in ran.err  # who saw the other
    p.signed("analysts", "pull", "merged", status=15)
    assert not list((p.root / "analysts").rglob("*.parquet"))


@pytest.mark.parametrize("change", ["text", "time", "name", "cut", "stranger"])
def test_a_cosignature_that_is_not_a_witnesss_proves_nothing(partnership, change):
    p = partnership
    send(p)
    look(p, "ambulance")
    before = len(cosignatures(p))
    mine = p.card("ambulance").witness[:16]
    (file,) = (p.share / "witness").glob(f"00000004-{mine}-*.cosignature")
    data = file.read_bytes()
    if change == "text":
        data = data.replace(b"\n4\n", b"\n3\n")
    elif change == "time":
        at = data.rindex(b" ") + 8
        data = data[:at] + (b"B" if data[at : at + 1] != b"B" else b"C") + data[at + 1 :]
    elif change == "name":
        data = data.replace(b"ambulance/liaison", b"council/coordinator")
    elif change == "cut":
        data = data[:-40]
    else:
        file.unlink()
        file = file.with_name("00000004-0123456789abcdef-20261020.cosignature")
    file.write_bytes(data)
    assert len(cosignatures(p)) == before - 1
    p.run("council", "verify")


def test_a_revoked_witness_counts_as_far_as_the_log_reached_then(partnership):
    p = partnership
    send(p)
    look(p, "ambulance")
    card = p.card("ambulance")
    p.signed("council", "key", "revoke", fingerprint(card), "--reason", "stolen", "--yes")
    assert [s.size for s in cosignatures(p) if s.card == card] == [4]
    log = p.log("council")
    text = Checkpoint(log.founding.origin, log.tree.size, log.tree.root).to_bytes()
    key = witness.witness_key(p.settings("ambulance").profile)  # which the thief has
    note = signed_note.cosign(text, card.witness_name, key, int(p.now.timestamp()))
    name = f"{log.tree.size:08d}-{card.witness[:16]}-20261021.cosignature"
    (p.share / "witness" / name).write_bytes(note)
    assert [s.size for s in cosignatures(p) if s.card == card] == [4]
    ran = p.run("ambulance", "log", "cosign", status=12)
    assert ran.refusal == "witness-not-enrolled"


def test_witness_is_said_once_a_day_and_not_by_who_is_not_enrolled(partnership):
    p = partnership
    assert "ambulance/liaison  3 entries" in p.run("ambulance", "log", "cosign").out
    p.run("ambulance", "log", "cosign", status=16)
    p.now += timedelta(days=1)
    p.run("ambulance", "log", "cosign")


def test_a_folder_that_is_a_file_is_no_store(partnership):
    p = partnership
    (p.share / "witness").rename(p.share / "away")
    (p.share / "witness").write_text("no folder")
    p.run("analysts", "verify", "--log-only", status=15)
    (p.share / "witness").unlink()
    (p.share / "away").rename(p.share / "witness")
    p.run("analysts", "verify", "--log-only")


def test_a_store_that_can_only_be_read_is_read(partnership, monkeypatch):
    p = partnership
    send(p)
    before = [path.name for path in p.share.rglob("*")]

    def refuse(self, *_: object) -> None:
        raise LogBroken("store-read-only", f"the store {self} can only be read", "ask for more")

    monkeypatch.setattr(FolderStore, "publish", refuse)
    p.run("analysts", "status", "--quarter", "2026Q3")
    p.run("analysts", "verify")
    p.signed("analysts", "pull", "merged")
    assert list((p.root / "analysts/merged").rglob("*.parquet"))
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes", status=15)
    assert [path.name for path in p.share.rglob("*")] == before
