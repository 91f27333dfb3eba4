"""What can be done to a store by somebody who can write to it, and what becomes of it."""

import json
import shutil

import pytest

from exchange.keys import signed_note
from exchange.keys.cards import sign_card
from exchange.keys.identity import write_identity
from exchange.log.entry_signature import sign_entry
from exchange.log.merkle import Checkpoint, Tree
from exchange.log.witness import witness_key
from partners.entries import canonical_json
from partners.entries.card import Card
from partners.entries.entry import FORMAT, Entry
from partners.entries.members import Enrol
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, Partnership

ID = "ab" * 16


def _sent(p: Partnership) -> None:
    """A partnership in which the police have sent a quarter, and the analysts have read it."""
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    p.run("analysts", "verify")


@pytest.fixture
def sent(prepared) -> Partnership:
    return prepared(_sent)


def effects(p: Partnership, who: str = "analysts") -> list[str]:
    return [e["rejection"] for e in p.run(who, "verify", "--log-only", "--json").json["entries"]]


def append(p: Partnership, data: bytes) -> None:
    (p.share / "log" / f"{len(p.entries()):08d}").write_bytes(data)


def test_an_altered_byte_in_a_bundle(sent):
    (bundle,) = sent.bundles()
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    ran = sent.run("analysts", "verify", status=14)
    assert ran.refusal == "bundles-not-as-signed"
    assert "[bundle-altered]" in ran.err
    ran = sent.signed("analysts", "pull", "merged", status=14)
    assert ran.refusal == "bundle-altered"
    assert not list((sent.root / "analysts").rglob("*.parquet"))


def test_a_bundle_cut_short(sent):
    (bundle,) = sent.bundles()
    bundle.write_bytes(bundle.read_bytes()[:-100])
    assert "[bundle-cut-short]" in sent.run("analysts", "verify", status=14).err
    assert sent.signed("analysts", "pull", "merged", status=14).refusal == "bundle-cut-short"


def test_a_bundle_that_went_away(sent):
    sent.bundles()[0].unlink()
    assert "[bundle-missing]" in sent.run("analysts", "verify", status=14).err
    assert sent.signed("analysts", "pull", "merged", status=14).refusal == "bundle-missing"


def test_a_bundle_swapped_for_another_of_the_same_sender(sent):
    sent.submit("police", sent.extract("police", "more.csv", crimes(31)))
    one, two = sent.bundles()
    kept = one.read_bytes()
    shutil.copy(two, one)
    two.write_bytes(kept)
    ran = sent.run("analysts", "verify", status=14)
    assert ran.refusal == "bundles-not-as-signed"
    assert "2 files" in ran.err
    ran = sent.signed("analysts", "pull", "merged", status=14)
    assert ran.refusal in {"bundle-cut-short", "bundle-altered"}


def test_a_failed_pull_leaves_the_tables_of_an_earlier_one(sent):
    sent.signed("analysts", "pull", "merged")
    folder = sent.root / "analysts/merged"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    sent.submit("police", sent.extract("police", "more.csv", crimes(31)))
    for bundle in sent.bundles():
        bundle.write_bytes(bundle.read_bytes()[:-1])
    sent.signed("analysts", "pull", "merged", status=14)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
    assert not list(folder.glob(".pull-*"))


def test_an_entry_by_somebody_not_enrolled_has_no_effect(sent, tmp_path):
    intruder = write_identity(tmp_path / "key", "a passphrase", now=NOW, work_factor=4)
    log = sent.log()
    mine = sent.card("police")
    card = Card(**{f: getattr(mine, f) for f in mine.__slots__} | {"signer": intruder.signer})
    entry = Entry(
        FORMAT, log.founding.origin, ID, "enrol", NOW, log.verified_tree,
        Enrol(sign_card(card, intruder, witness_key(sent.settings("police").profile)).decode()),
    )  # fmt: skip
    append(sent, sign_entry(entry, card, intruder))
    assert effects(sent)[-1] == "entry-signature-wrong"
    ran = sent.run("analysts", "status")
    assert ran.warnings == ["entries-without-effect"]
    assert "1 entry" in ran.err


def test_an_entry_under_the_name_of_another_has_no_effect(sent):
    data = sent.entries()[3].read_bytes()
    line = canonical_json.read(signed_note.parse(data).text) | {"id": ID}
    signature = data.rstrip(b"\n").split(b"\n")[-1]
    append(sent, canonical_json.write(line) + b"\n" + signature + b"\n")
    assert effects(sent)[-1] == "entry-signature-wrong"


def test_an_analyst_cannot_enrol(sent, tmp_path):
    friend = write_identity(tmp_path / "key", "a passphrase", now=NOW, work_factor=4)
    log, mine = sent.log(), sent.card("analysts")
    card = Card(
        **{f: getattr(mine, f) for f in mine.__slots__}
        | {"signer": friend.signer, "recipient": str(friend.identity.recipient)}
    )
    body = Enrol(sign_card(card, friend, witness_key(sent.settings("analysts").profile)).decode())
    entry = Entry(FORMAT, log.founding.origin, ID, "enrol", NOW, log.verified_tree, body)
    append(sent, sign_entry(entry, mine, sent.officer("analysts")))
    assert effects(sent)[-1] == "signer-not-coordinator"


def test_an_old_entry_copied_to_a_new_number_has_no_effect(sent):
    sent.submit("police", sent.extract("police", "more.csv", crimes(31)))
    append(sent, sent.entries()[3].read_bytes())
    assert effects(sent)[-1] == "entry-copied"
    sent.signed("analysts", "pull", "merged")
    told = sent.run("council", "status", "--quarter", "2026Q3", "--json").json
    (crime,) = [s for s in told["standings"] if s["dataset"] == "police-crime"]
    assert crime["entries"] == [4]


def test_an_entry_altered_after_it_was_read_is_a_rewritten_log(sent):
    entry = sent.entries()[3]
    entry.write_bytes(entry.read_bytes().replace(b'"1-4"', b'"5-9"').replace(b"30", b"31"))
    ran = sent.run("analysts", "status", status=15)
    assert ran.refusal == "log-rewritten"
    assert "4 entries" in ran.err


def test_an_entry_altered_before_it_was_read_is_noticed_too(sent):
    sent.submit("police", sent.extract("police", "more.csv", crimes(31)))
    entry = sent.entries()[4]
    entry.write_bytes(entry.read_bytes().replace(b"10-49", b"50-99"))
    ran = sent.run("analysts", "status", status=15)
    assert ran.refusal == "log-rewritten"


def test_a_log_that_lost_its_tail(sent):
    for who in ("analysts", "police"):  # who have no copy of it, from which it would be put back
        (sent.settings(who).profile / "mirror").unlink()
    sent.entries()[-1].unlink()
    (sent.share / "witness/00000004.checkpoint").unlink()
    ran = sent.run("analysts", "status", status=15)
    assert ran.refusal == "log-cut-short"
    assert "had 4 entries" in ran.err
    assert "has 3 now" in ran.err
    ran = sent.submit("police", sent.extract("police", "more.csv", crimes(31)), status=15)
    assert ran.refusal == "log-cut-short"
    assert len(sent.entries()) == 3


def test_a_newcomer_notices_a_lost_tail_by_the_checkpoints(sent):
    sent.entries()[-1].unlink()
    shutil.rmtree(sent.root / "analysts/.exchange")
    ran = sent.run("analysts", "verify", status=15)
    assert ran.refusal == "log-cut-short"
    assert "4 entries" in ran.err


def test_another_log_altogether(sent, tmp_path):
    from tests.lib.partnership import found

    other = found(tmp_path / "other")
    shutil.rmtree(sent.share)
    shutil.copytree(other.share, sent.share)
    ran = sent.run("analysts", "status", status=15)
    assert ran.refusal == "log-of-another-partnership"


def test_a_beginning_that_is_not_understood(sent):
    import hashlib

    settings = sent.settings("analysts")
    sent.entries()[0].write_bytes(b"nonsense")
    settings.founding = hashlib.sha256(b"nonsense").hexdigest()
    settings.write()
    shutil.rmtree(settings.profile)  # who has read another beginning says that it is another's
    ran = sent.run("analysts", "status", status=15)
    assert ran.refusal == "first-entry-not-understood"


def test_an_emptied_store(sent):
    for path in sent.entries():
        path.unlink()
    assert sent.run("analysts", "status", status=15).refusal == "log-cut-short"
    shutil.rmtree(sent.share)
    assert sent.run("analysts", "verify", status=15).refusal == "store-unreachable"


@pytest.mark.parametrize("who", ["police", "ambulance"])
def test_a_newer_format_stops_only_when_a_coordinator_says_so(sent, who):
    log, card = sent.log(), sent.card(who)
    told = {
        "format": FORMAT + 1, "origin": log.founding.origin, "id": ID, "kind": "settle",
        "time": "2026-10-20T09:00:00Z",
        "seen": {"size": log.verified_tree.size, "root": log.verified_tree.root},
        "something": "new",
    }  # fmt: skip
    note = signed_note.sign(canonical_json.write(told), card.key_name, sent.officer(who).signing)
    append(sent, note)
    if who == "police":
        ran = sent.run("analysts", "status", status=15)
        assert ran.refusal == "newer-version-needed"
        assert f"log 4 has format {FORMAT + 1}" in ran.err
        file = sent.extract("council", "x.csv", crimes(3))
        sent.submit("council", file, "--dataset", "council-asb", status=15)
    else:
        assert effects(sent)[-1] == "newer-format-not-by-coordinator"


def test_an_unknown_kind_is_shown_and_has_no_effect(sent):
    log, card = sent.log(), sent.card("ambulance")
    told = {
        "format": FORMAT, "origin": log.founding.origin, "id": ID, "kind": "dance",
        "time": "2026-10-20T09:00:00Z",
        "seen": {"size": log.verified_tree.size, "root": log.verified_tree.root},
    }  # fmt: skip
    append(
        sent,
        signed_note.sign(
            canonical_json.write(told), card.key_name, sent.officer("ambulance").signing
        ),
    )
    assert effects(sent)[-1] == "entry-kind-not-understood"


def test_an_entry_whose_signer_saw_another_log_has_no_effect(sent):
    log, card = sent.log(), sent.card("police")
    from partners.entries.entry import SeenTree

    entry = Entry(
        FORMAT, log.founding.origin, ID, "enrol", NOW, SeenTree(2, "00" * 32), log.entries[1].body
    )
    append(sent, sign_entry(entry, card, sent.officer("police")))
    assert effects(sent)[-1] == "seen-log-differs"


@pytest.mark.parametrize(
    "data",
    [b"", b"nonsense", b"{}\n\n\xe2\x80\x94 a b\n", b"\x00" * 100, b"\n\n\n"],
    ids=["empty", "words", "half", "zeros", "lines"],
)
def test_what_is_no_entry_stays_without_effect_and_the_log_goes_on(sent, data):
    append(sent, data)
    assert effects(sent)[-1] == "entry-unreadable"
    ran = sent.submit("police", sent.extract("police", "more.csv", crimes(31)))
    assert "log 5" in ran.out


def test_strangers_and_entries_beyond_a_gap_are_reported_and_ignored(sent):
    (sent.share / "log/Thumbs.db").write_bytes(b"x")
    (sent.share / "log/00000009").write_bytes(b"x")
    ran = sent.run("analysts", "verify")
    assert "log/00000009, log/Thumbs.db" in ran.err
    assert "4 entries, 0 " in ran.out


def test_a_forged_checkpoint_counts_only_with_an_enrolled_key(sent, tmp_path):
    intruder = write_identity(tmp_path / "key", "a passphrase", now=NOW, work_factor=4)
    origin = sent.log().founding.origin
    text = Checkpoint(origin, 5, b"\1" * 32).to_bytes()
    path = sent.share / "witness/00000005.checkpoint"
    path.write_bytes(signed_note.sign(text, origin, intruder.signing))
    sent.run("analysts", "verify")
    path.write_bytes(signed_note.sign(text, origin, sent.officer("ambulance").signing))
    ran = sent.run("analysts", "verify", status=15)
    assert ran.refusal == "log-cut-short"
    assert "5 entries" in ran.err


def test_a_damaged_memory_is_not_taken_for_none(sent):
    (memory,) = (sent.root / "analysts/.exchange").rglob("memory.json")
    memory.write_text("{")
    assert sent.run("analysts", "status", status=15).refusal == "log-memory-damaged"


def test_the_memory_never_shrinks(sent):
    log = sent.log("analysts")
    log.memory.keep(Tree(), [], [])
    assert log.memory.read().size == 4


def test_a_submission_that_names_somebody_not_enrolled_has_no_effect(sent):
    log, card = sent.log(), sent.card("police")
    line = canonical_json.read(signed_note.parse(sent.entries()[3].read_bytes()).text)
    line |= {
        "id": ID,
        "covered": {"first": "2026-04-01", "last": "2026-06-30"},
        "quarter": "2026Q2",
    }
    line["recipients"] = [{"who": "police/liaison", "key": "ab" * 32}]
    append(
        sent,
        signed_note.sign(canonical_json.write(line), card.key_name, sent.officer("police").signing),
    )
    assert effects(sent)[-1] == "recipient-not-enrolled"
    assert log.tree.size == 4


def test_nobody_submits_in_the_name_of_another(sent):
    card = sent.card("ambulance")
    line = canonical_json.read(signed_note.parse(sent.entries()[3].read_bytes()).text)
    line |= {
        "id": ID,
        "covered": {"first": "2026-04-01", "last": "2026-06-30"},
        "quarter": "2026Q2",
    }
    append(
        sent,
        signed_note.sign(
            canonical_json.write(line), card.key_name, sent.officer("ambulance").signing
        ),
    )
    assert effects(sent)[-1] == "signer-is-another-officer"


def test_two_signatures_are_one_too_many(sent):
    data = sent.entries()[3].read_bytes()
    line = data.rstrip(b"\n").split(b"\n")[-1]
    append(sent, data.replace(b'"id":"', b'"id":"', 1) + line + b"\n")
    assert effects(sent)[-1] == "entry-signature-wrong"


def test_verify_tells_all_of_it_as_json(sent):
    told = sent.run("analysts", "verify", "--json").json
    assert told["size"] == 4
    assert [e["kind"] for e in told["entries"]] == ["found", "enrol", "enrol", "submit"]
    assert told["checkpoints"] == 4
    assert json.dumps(told)
