"""A stolen installation without its passphrase: its witness key signs no entry."""

from exchange import notes, witnessing
from exchange.signing import signed
from partners.entries import FORMAT, Entry
from partners.kinds import Nil
from schemas.quarters import Covered


def test_an_entry_signed_by_a_witness_key_has_no_effect(partnership):
    p = partnership
    p.run("police", "status")
    log, card = p.log(), p.card("police")
    body = Nil("police", "liaison", "police-asb", "", Covered.parse("2026Q3"), "none-recorded")
    entry = Entry(FORMAT, log.founding.origin, "ab" * 16, "nil", p.now, log.seen, body)
    key = witnessing._key(p.settings("police"))
    for at, name in ((3, card.key_name), (4, card.witness_name)):
        note = notes.sign(entry.to_bytes(), name, key)
        (p.share / f"log/{at:08d}").write_bytes(note)
    (p.share / "log/00000005").write_bytes(signed(entry, card, p.officer("police")))
    why = [
        e["rejection"] for e in p.run("council", "verify", "--log-only", "--json").json["entries"]
    ]
    assert why[3:5] == ["entry-signature-wrong"] * 2
    assert why[5] == ""  # the same entry, signed by the officer
