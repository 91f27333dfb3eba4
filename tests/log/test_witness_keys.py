"""Witness keys: what a stolen one can't do, whose a shared one is, and names that are taken."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from exchange.keys import signed_note
from exchange.log import witness
from exchange.log.cosignatures import cosignature_name
from exchange.log.entry_signature import sign_entry
from exchange.log.merkle import Checkpoint
from exchange.log.proved_times import Witnessed
from partners.entries.entry import FORMAT, Entry
from partners.entries.returns import Nil
from schemas.quarters import Covered
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership
from tests.log.test_added_files import a_card, add, line


def test_an_entry_signed_by_a_witness_key_has_no_effect(partnership):
    p = partnership
    p.run("police", "status")
    log, card = p.log(), p.card("police")
    body = Nil("police", "liaison", "police-asb", "", Covered.parse("2026Q3"), "none-recorded")
    entry = Entry(FORMAT, log.founding.origin, "ab" * 16, "nil", p.now, log.verified_tree, body)
    key = witness.witness_key(p.settings("police").profile)
    for at, name in ((3, card.key_name), (4, card.witness_name)):
        note = signed_note.sign(entry.to_bytes(), name, key)
        (p.share / f"log/{at:08d}").write_bytes(note)
    (p.share / "log/00000005").write_bytes(sign_entry(entry, card, p.officer("police")))
    why = [
        e["rejection"] for e in p.run("council", "verify", "--log-only", "--json").json["entries"]
    ]
    assert why[3:5] == ["entry-signature-wrong"] * 2
    assert why[5] == ""  # the same entry, signed by the officer


def seen(p: Partnership) -> Witnessed:
    return witness.read_witnesses(p.log("council"), p.root / "none", whole=True)


def by(p: Partnership, partner: str) -> int:
    """Count a partner's cosignatures, those of the small sizes too that its joining left."""
    return sum(one.card.partner == partner for one in seen(p).cosignatures)


def test_a_card_that_names_the_witness_key_of_another_authority_takes_nothing_from_it(
    partnership, tmp_path
):
    p = partnership
    p.run("police", "status")
    before = by(p, "police")
    assert before
    key = p.card("police").witness
    add(p, "council", line(p, "enrol", card=a_card(p, tmp_path, witness=key)))
    assert p.log().register.applied[-1].rejection.id == "entry-card-unreadable"
    assert by(p, "police") == before
    # The cosignature says nothing of names, so one line can be put under another.
    (path, *_) = (p.share / "witness").glob(f"*-{key[:16]}-*.cosignature")
    note = signed_note.parse(path.read_bytes())
    name = f"{p.settings('police').origin}/ambulance/deputy/witness"
    told = bytes.fromhex(key)
    stolen = signed_note.key_id(name, told, b"\x04") + note.signatures[0].signature
    taken = note.text + f"\n— {name} {base64.b64encode(stolen).decode()}\n".encode()
    assert signed_note.parse(taken).cosigned_by(name, told)
    path.write_bytes(taken)
    assert not any(one.card.officer == "deputy" for one in seen(p).cosignatures)


def test_an_officer_with_two_cards_in_one_folder_is_one_witness(partnership, tmp_path):
    p = partnership
    p.run("ambulance", "status")
    before = by(p, "ambulance")
    assert before
    key = witness.witness_key(p.settings("ambulance").profile)
    add(p, "council", line(p, "enrol", card=a_card(p, tmp_path, key)))
    assert p.log().register.applied[-1].rejection is None
    assert by(p, "ambulance") == before
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    p.run("ambulance", "status")
    assert by(p, "ambulance") == before + 1


def test_names_of_cosignatures_that_others_took_in_advance_stop_no_witness(partnership):
    p = partnership
    key = p.card("ambulance").witness[:16]
    for size in range(3, 8):
        for day in (20, 21):
            (p.share / f"witness/{size:08d}-{key}-202610{day}.cosignature").write_bytes(b"x")
    p.run("ambulance", "status")
    assert by(p, "ambulance") == 1
    p.run("ambulance", "log", "cosign", status=None)
    assert by(p, "ambulance") == 1  # said already
    p.now += timedelta(days=1)
    p.run("ambulance", "log", "cosign")
    assert by(p, "ambulance") == 2
    assert not p.run("council", "verify", "--json").json["unknown_files"]


def backdate(p: Partnership, who: str, size: int, when: datetime) -> None:
    """Have a witness say when it saw a size, whatever the clock says."""
    tree = p.log().tree
    text = Checkpoint(p.settings(who).origin, size, tree.root_at(size)).to_bytes()
    note = signed_note.cosign(
        text,
        p.card(who).witness_name,
        witness.witness_key(p.settings(who).profile),
        int(when.timestamp()),
    )
    name = cosignature_name(size, p.card(who).witness, when)
    (p.share / "witness" / name).write_bytes(note)


@pytest.mark.parametrize("hours", [1, 2])
def test_a_witness_that_goes_backwards_proves_no_time_and_is_named(partnership, hours):
    p = partnership
    early = datetime(2026, 10, 1, tzinfo=UTC)
    p.now = datetime(2026, 10, 21, tzinfo=UTC)
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    backdate(p, "ambulance", 3, early)
    backdate(p, "ambulance", 4, early - timedelta(hours=hours))
    told = p.run("council", "verify", "--json").json["sightings_backwards"]
    if hours == 1:  # a clock was set right
        assert told == []
        return
    assert told == ["ambulance/liaison"]
    ran = p.run("council", "verify")
    assert "witness-goes-backwards" in ran.warnings
    assert seen(p).proved_time(3, "police").before == p.now  # as the honest have seen it
    # A new card names another witness key, whose times count.
    p.signed("ambulance", "key", "renew")
    card = p.root / "ambulance/ambulance-liaison-2.card"
    assert p.signed("council", "partner", "add", card, "--yes").status == 0
    p.signed("ambulance", "key", "use", "ambulance-liaison-2.key")
    p.run("ambulance", "log", "cosign")
    assert by(p, "ambulance") > 0
