"""The log has two branches; two coordinators agree which one is kept."""

import shutil

import pytest

from exchange.keys import signed_note
from exchange.log.entry_signature import sign_entry
from partners.entries import canonical_json
from partners.entries.card import Card
from tests.lib import partnership as lib
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

Q = ("--dates", "2026Q3")


@pytest.fixture
def forked(partnership, tmp_path) -> Partnership:
    """A backup was restored over the police's submission, and the ambulance trust wrote on.

    Council and police had read the police's; the ambulance trust and the analysts had not.
    """
    p = partnership
    before = tmp_path / "before"
    shutil.copytree(p.share, before)
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q)
    p.run("council", "status")
    shutil.copytree(p.share, p.root / "other")
    shutil.rmtree(p.share)
    shutil.copytree(before, p.share)
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    return p


def test_entries_after_the_other_branch_are_named_because_they_have_no_effect(partnership):
    p = partnership
    before = p.root / "before"
    shutil.copytree(p.share, before)
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q)
    p.signed("council", "partner", "not-held", "council-asb", "--from", "2026Q3", "--reason",
             "not-recorded", "--yes")  # fmt: skip
    later = (p.share / "log/00000004").read_bytes()
    shutil.rmtree(p.share)
    shutil.copytree(before, p.share)
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    (p.share / "log/00000004").write_bytes(later)
    shown = p.run("council", "log", "accept").out
    assert "1 entry in the store came after the other version" in shown
    assert "(log 4)" in shown


def root_of(p: Partnership) -> str:
    """Return the root that the coordinators read to each other."""
    return p.run("council", "log", "accept", "--json").json["root"][:16]


def settled(p: Partnership) -> None:
    root = root_of(p)
    first = p.signed("council", "log", "accept", root, "--yes", "--json")
    assert first.json == {"resolved": False, "entry": 4}
    second = p.signed("police", "log", "accept", root, "--yes", "--json")
    assert second.json == {"resolved": True, "entry": 5}


def test_until_it_is_settled_who_had_read_the_other_branch_stops(forked):
    for who in ("council", "police"):
        assert forked.run(who, "status", status=15).refusal == "log-rewritten"
    shown = forked.run("council", "log", "accept")
    root = root_of(forked)
    assert len(forked.entries()) == 4
    assert f"exchange log accept {root}" in shown.err
    ran = forked.signed("council", "log", "accept", root, "--yes")
    assert "3 entries" in ran.out
    assert ran.out.index("To keep:") < ran.out.index("ambulance ambulance-callouts")
    assert ran.out.index("To reject:") < ran.out.index("police police-crime 2026Q3")
    assert "log 4" in ran.out
    assert f"exchange log accept {root}" in ran.err
    assert forked.run("council", "status", status=15).refusal == "log-rewritten"


def test_when_two_coordinators_have_said_so_everybody_goes_on_and_is_told(forked):
    settled(forked)
    for who in ("council", "police"):
        ran = forked.run(who, "status", "--quarter", "2026Q3")
        assert "branch-given-up" in ran.warnings
        assert "4 entries" in ran.err
        assert "branch-given-up" not in forked.run(who, "status").warnings
    ran = forked.run("ambulance", "status", "--quarter", "2026Q3")
    assert "branch-given-up" not in ran.warnings
    forked.submit("police", forked.root / "police/crime.csv", *Q)
    told = forked.run("analysts", "verify", "--json").json
    assert [e["kind"] for e in told["entries"][3:]] == ["nil", "settle", "settle", "submit"]
    assert not any(e["why"] for e in told["entries"])
    forked.signed("analysts", "pull", "merged")


def test_cosignatures_and_checkpoints_of_the_branch_given_up_stop_nobody(forked):
    for path in (forked.root / "other/witness").iterdir():
        if not (forked.share / "witness" / path.name).exists():
            shutil.copy(path, forked.share / "witness")
    assert forked.run("analysts", "verify", "--log-only", status=15)
    settled(forked)
    forked.run("analysts", "verify", "--log-only")
    forked.run("council", "log", "receipt", "3", "-o", "receipt.zip")


def test_a_copy_of_the_other_branch_can_be_named(forked):
    p = forked
    shutil.rmtree(p.root / "council/.exchange")
    ran = p.run("council", "log", "accept", "--other", p.root / "other")
    assert "To reject:" in ran.out


def test_one_coordinator_alone_gives_up_nothing(forked):
    p = forked
    root = root_of(p)
    p.signed("council", "log", "accept", root, "--yes")
    ran = p.signed("council", "log", "accept", root, "--yes", status=12)
    assert ran.refusal == "branch-already-accepted"
    lib.join(p, "fire")
    assert p.run("police", "status", status=15).refusal == "log-rewritten"


def test_a_coordinator_enrolled_after_the_branches_parted_has_no_say(forked, tmp_path):
    p = forked
    p.signed("council", "log", "accept", root_of(p), "--yes")
    log, council = p.log("analysts"), p.card("council")
    from exchange import age
    from exchange.keys.cards import sign_card
    from exchange.keys.identity import UnlockedKey
    from exchange.log.witness import witness_key
    from partners.entries.entry import FORMAT, Entry
    from partners.entries.members import Enrol

    witness = witness_key(p.settings("council").profile)
    puppet = UnlockedKey(age.Identity.generate())
    told = council.to_json() | {
        "officer": "second", "recipient": str(puppet.identity.recipient),
        "signer": puppet.signer, "witness": council.witness,
    }  # fmt: skip
    card = Card.from_json(told)
    body = Enrol(sign_card(card, puppet, witness).decode())
    entry = Entry(FORMAT, log.founding.origin, "1" * 32, "enrol", p.now, log.verified_tree, body)
    (p.share / "log/00000005").write_bytes(sign_entry(entry, council, p.officer("council")))
    log = p.log("analysts")
    assert card.signer in log.register.cards
    said = log.entries[4].body
    entry = Entry(1, log.founding.origin, "2" * 32, "settle", p.now, log.verified_tree, said)
    (p.share / "log/00000006").write_bytes(
        signed_note.sign(entry.to_bytes(), card.key_name, puppet.signing)
    )
    log = p.log("analysts")
    assert log.register.applied[6].rejection.id == "signer-enrolled-after-branches"
    assert log.register.settled == []
    assert (
        canonical_json.read(signed_note.parse((p.share / "log/00000006").read_bytes()).text)[
            "common"
        ]
        == 3
    )


def test_who_is_no_coordinator_settles_nothing(forked):
    p = forked
    for name in ("memory.json", "mirror"):  # it had read the other branch
        shutil.copy(p.settings("police").profile / name, p.settings("analysts").profile / name)
    assert p.run("analysts", "status", status=15).refusal == "log-rewritten"
    told = p.run("analysts", "log", "accept", root_of(p), "--yes", "--json").json
    assert told == {"size": 4}
    assert len(p.entries()) == 4
    p.run("analysts", "status")
    assert (p.settings("analysts").profile / "mirror-given-up").exists()
    assert p.run("police", "status", status=15).refusal == "log-rewritten"


def test_a_branch_that_was_not_named_is_not_given_up(forked, tmp_path):
    p = forked
    shutil.copytree(p.root / "police", tmp_path / "police")
    settled(p)
    memory = p.settings("council").profile / "memory.json"
    memory.write_text('{"size": 4, "root": "' + "ab" * 32 + '"}')
    assert p.run("council", "status", status=15).refusal == "log-rewritten"


def test_branches_that_do_not_part_are_not_settled(partnership):
    p = partnership
    assert p.run("council", "log", "accept", status=None).refusal == "branches-agree"
    shutil.copytree(p.share, p.root / "other")
    other = ("log", "accept", "--other", p.root / "other")
    (p.root / "other/log/00000002").unlink()
    assert p.run("council", *other, status=None).refusal == "branches-agree"
    (p.share / "log/00000002").rename(p.root / "other/log/00000002")
    assert p.run("council", *other, status=2).refusal == "store-behind-branch"


def test_a_root_is_that_of_the_log_in_the_store_and_the_newest(forked):
    p, root = forked, root_of(forked)
    for wrong in ("ab" * 8, root[:4], "4", "not a root"):
        ran = p.signed("council", "log", "accept", wrong, "--yes", status=2)
        assert ran.refusal == "root-not-of-this-log"
    p.signed("ambulance", "nil", "ambulance-callouts", "--dates", "2026Q2", "--yes")
    ran = p.signed("council", "log", "accept", root, "--yes", status=2)
    assert ran.refusal == "root-not-the-newest"
    assert len(p.entries()) == 5


def test_what_belongs_to_one_branch_is_not_put_into_a_gap_of_the_other(forked):
    """The council remembers the police's branch, and the share has lost the last of the other."""
    p = forked
    (p.share / "log/00000003").unlink()
    for who in ("council", "police"):
        assert p.run(who, "status", status=15).refusal == "log-rewritten"
    assert not (p.share / "log/00000003").exists()
