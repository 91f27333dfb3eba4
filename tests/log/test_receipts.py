"""Receipts: proof of an entry on a machine that has nothing but the founding."""

import base64
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.cli.group import App
from exchange.cli.main import main
from exchange.errors import Usage
from exchange.keys import signed_note
from exchange.log import receipts
from exchange.log.entry_signature import sign_entry
from exchange.log.log import Log
from exchange.log.merkle import Checkpoint, Tree, inclusion_proof, leaf_hash, root_from_proof
from exchange.log.trust import Founding, VerifiedTreeFile
from exchange.log.witness import witness_key
from exchange.stores.folder import FolderStore
from partners.entries.entry import FORMAT, Entry
from partners.entries.members import Enrol
from tests.lib import partnership as lib
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership
from tests.lib.second_receipt import verify_receipt
from tests.lib.spoiled_zips import spoiled_zips
from tests.vectors.world import World, statement


def _received(p: Partnership) -> None:
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), "--dates", "2026Q3")
    p.run("ambulance", "status")  # somebody sees it
    p.run("police", "log", "receipt", 3, "-o", "receipt.zip")


@pytest.fixture
def received(prepared) -> Partnership:
    return prepared(_received)


def founding(p: Partnership):
    return p.root / "council/westshire-csp.founding"


def verified(p: Partnership, data: bytes | None = None, status: int = 0):
    """Verify a receipt in a folder where there is nothing else."""
    alone = p.root / "alone"
    alone.mkdir(exist_ok=True)
    path = alone / "receipt.zip"
    path.write_bytes(data or (p.root / "police/receipt.zip").read_bytes())
    return p.run("alone", "log", "verify-receipt", path, "--founding", founding(p), status=status)


def changed(p: Partnership, name: str, change) -> bytes:
    """Return the receipt with one file in it changed, or left out if it becomes None."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(p.root / "police/receipt.zip") as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        new.comment = old.comment
        for one in old.namelist():
            data = change(old.read(one)) if one == name else old.read(one)
            if data is not None:
                new.writestr(one, data)
    return out.getvalue()


def swapped(proof: bytes) -> bytes:
    """Return a proof with another hash on its way."""
    lines = proof.split(b"\n")
    lines[2] = base64.b64encode(bytes(32))
    return b"\n".join(lines)


def test_it_says_what_it_proves_and_what_it_does_not(received):
    said = verified(received).out
    assert "Receipt of entry 3" in said
    assert "kind         submit" in said
    assert "dataset      police-crime" in said
    assert "signed by    police/liaison, whose clock said 20 October 2026, 09:00 UTC" in said
    assert "seen by      ambulance/liaison, on 20 October 2026, 09:00 UTC" in said
    assert "It does not show what only the log shows" in said


def test_an_independent_reader_agrees(received):
    told = verify_receipt(received.root / "police/receipt.zip", founding(received).read_text())
    assert (told["kind"], told["dataset"]) == ("submit", "police-crime")


def test_every_entry_that_counts_can_be_proved(received):
    p = received
    p.signed("police", "nil", "police-asb", "--dates", "2026Q3", "--yes")
    for position in range(5):
        p.run("council", "log", "receipt", position, "-o", "r.zip")
        verified(p, (p.root / "council/r.zip").read_bytes())
        verify_receipt(p.root / "council/r.zip", founding(p).read_text())
    ran = p.run("council", "log", "receipt", 9, "-o", "n.zip", status=2)
    assert ran.refusal == "entry-cannot-have-receipt"
    assert "log 9" in ran.err
    assert not (p.root / "council/n.zip").exists()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("entries/00000003", lambda d: d.replace(b"police-crime", b"police-asb00")),
        ("entries/00000003", lambda d: d[:-5] + b"AAAA\n"),
        ("entries/00000000", lambda d: d + b"x"),
        ("entries/00000000", lambda _: None),
        ("entries/00000002", lambda _: None),
        ("proofs/00000003.tlog-proof", lambda d: d.replace(b"index 3", b"index 2")),
        ("proofs/00000003.tlog-proof", lambda d: d.replace(b"\n4\n", b"\n5\n")),
        ("proofs/00000003.tlog-proof", lambda d: d.replace(b"@v1", b"@v2")),
        ("proofs/00000003.tlog-proof", lambda d: d[:60]),
        ("proofs/00000003.tlog-proof", swapped),
        ("proofs/00000003.tlog-proof", lambda _: None),
        ("proofs/00000000.tlog-proof", lambda d: d.replace(b"=", b"A", 1)),
    ],
)
def test_a_receipt_that_was_altered_proves_nothing(received, name, change):
    ran = verified(received, changed(received, name, change), status=15)
    assert ran.refusal.startswith("receipt-")
    assert not ran.out


@pytest.mark.parametrize(
    "data",
    [
        b"x",
        b"PK\x05\x06" + bytes(18),
        b"a letter of receipt",
        *spoiled_zips("entries/00000000", b"an entry " * 100),
    ],
)
def test_what_is_no_receipt_is_told(received, data):
    assert verified(received, data, status=15).refusal == "receipt-unreadable"


def test_a_receipt_of_another_partnership_proves_nothing(received, tmp_path):
    other = tmp_path / "other.founding"
    text = founding(received).read_text()
    at = text.rindex(":") + 5
    other.write_text(text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :])
    file = received.root / "police/receipt.zip"
    app = App(now=received.now, folder=tmp_path)
    assert main(["log", "verify-receipt", str(file), "--founding", str(other)], app) == 15


@given(size=st.integers(1, 70), data=st.data())
def test_proofs_lead_to_the_root_and_to_no_other(size, data):
    leaves = [leaf_hash(str(n).encode()) for n in range(size)]
    tree = Tree()
    for n in range(size):
        tree.append(str(n).encode())
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)
    assert root_from_proof(leaves[index], index, size, proof) == tree.root
    wrong = data.draw(st.integers(0, size - 1))
    if wrong != index:
        assert root_from_proof(leaves[index], wrong, size, proof) != tree.root
    assert root_from_proof(leaves[index], index, size, [*proof, bytes(32)]) != tree.root
    if proof:
        assert root_from_proof(leaves[index], index, size, proof[:-1]) != tree.root


def test_strangers_among_the_cosignatures_spoil_no_receipt(received):
    p = received
    mine = p.card("ambulance").witness[:16]
    for name in (f"00000004-{mine}-20990101", "00000004-0123456789abcdef-20261020"):
        (p.share / f"witness/{name}.cosignature").write_bytes(b"not a note\n\nnor a signature\n")
    p.run("police", "log", "receipt", 3, "-o", "receipt.zip")
    assert "seen by      ambulance/liaison" in verified(p).out


def test_a_proof_may_have_an_extra_line_that_says_nothing(received):
    def with_extra(extra: bytes, proof: bytes) -> bytes:
        return proof.replace(b"\n", b"\nextra " + extra + b"\n", 1)

    name = "proofs/00000003.tlog-proof"
    data = changed(received, name, lambda proof: with_extra(b"bG9nIDk=", proof))
    assert verified(received, data).out == verified(received).out
    path = received.root / "alone/extra.zip"
    path.write_bytes(data)
    assert verify_receipt(path, founding(received).read_text())["kind"] == "submit"
    for wrong in (b"no base64!", b"bG9nIDk=\nextra bG9nIDk="):
        spoilt = changed(received, name, lambda proof, wrong=wrong: with_extra(wrong, proof))
        assert verified(received, spoilt, status=15).refusal == "receipt-proof-malformed"


def test_a_checkpoint_with_extension_lines_and_others_signatures_makes_a_receipt(received):
    """Cosignatures of its three lines alone are not on it, and a false one is left out."""
    p = received
    origin, tree, card = p.settings("police").origin, p.log("police").tree, p.card("ambulance")
    text = Checkpoint(origin, 4, tree.root_at(4)).to_bytes() + b"an extension\n"
    note = signed_note.sign(text, origin, p.officer("police").signing)
    key = witness_key(p.settings("ambulance").profile)
    false = signed_note.cosign(b"x\n", card.witness_name, key, 1).rpartition(b"\n\n")[2]
    (p.share / "witness/00000004.checkpoint").write_bytes(note + false)
    p.run("police", "log", "receipt", 3, "-o", "receipt.zip")
    assert verified(p, status=None).refusal == "receipt-of-sender-alone"
    path = p.root / "police/receipt.zip"
    with zipfile.ZipFile(path) as made:
        assert made.read("proofs/00000003.tlog-proof").endswith(b"\n\n" + note)
    assert verify_receipt(path, founding(p).read_text())["kind"] == "submit"


def _signature_of_another_text(p: Partnership) -> bytes:
    origin = p.settings("police").origin
    return signed_note.signature_line(b"x\n", origin, p.officer("ambulance").signing)


def _cosignature_of_another_text(p: Partnership) -> bytes:
    key = witness_key(p.settings("ambulance").profile)
    return signed_note.cosign(b"x\n", p.card("ambulance").witness_name, key, 1).split(b"\n\n")[1]


@pytest.mark.parametrize("false", [_signature_of_another_text, _cosignature_of_another_text])
def test_a_checkpoint_that_somebody_enrolled_seems_to_sign_proves_nothing(received, false):
    """Not even where everybody else's line on it is good (signed-note: a known key's bad one)."""
    p = received
    data = (p.root / "police/receipt.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        proofs = [name for name in old.namelist() if name.startswith("proofs/")]
    for name in proofs:
        (p.root / "police/receipt.zip").write_bytes(data)
        data = changed(p, name, lambda proof: proof + false(p))
    assert verified(p, data, status=15).refusal == "receipt-checkpoint-unsigned"
    (p.root / "police/receipt.zip").write_bytes(data)
    with pytest.raises(AssertionError):
        verify_receipt(p.root / "police/receipt.zip", founding(p).read_text())


def test_an_enrolment_that_no_coordinator_signed_proves_nothing(received, monkeypatch):
    """It stands in the log, without effect; a forger puts it into a receipt all the same."""
    p = received
    lib.join(p, "fire")
    lib.make_key(p, "fire")
    log, card, officer = p.log("ambulance"), p.card("ambulance"), p.officer("ambulance")
    data = (p.root / "fire/fire-liaison.card").read_text()
    entry = Entry(
        FORMAT, log.founding.origin, "ab" * 16, "enrol", p.now, log.verified_tree, Enrol(data)
    )
    (p.share / "log/00000004").write_bytes(sign_entry(entry, card, officer))
    p.signed("police", "nil", "police-asb", "--dates", "2026Q3", "--yes")
    log = p.log("police")
    assert log.register.applied[4].rejection.id == "signer-not-coordinator"
    monkeypatch.setattr(
        receipts, "_is_enrolment", lambda log, n: isinstance(log.entries[n].body, Enrol)
    )
    with pytest.raises(receipts.ReceiptBroken, match="log 4") as refused:
        receipts.write_receipt(log, 5, p.root / "r.zip")
    assert refused.value.id == "receipt-enrolment-not-by-coordinator"


def vectors_world():
    """Return a log that a receipt's beneficiary can have made up, but for the founding."""
    world = World().found()
    world.enrol("ambulance", by="police")
    world.add("police", "submit", **statement())
    return world


def test_a_receipt_with_entries_of_a_newer_release_says_so(received, monkeypatch):
    monkeypatch.setattr("partners.entries.entry.FORMAT", 4)
    assert verified(received, status=15).refusal == "receipt-needs-newer"


def receipt_of(world: World, tmp_path: Path, position: int, *who: str) -> tuple[Path, Founding]:
    """Write the receipt of an entry of a log of vectors, with cosignatures of some."""
    folder = tmp_path / "store"
    for name in ("log", "bundles", "witness"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for one in who:
        world.cosign(one)
    for name, data in world.files.items():
        (folder / name).write_bytes(data)
    _, origin, entry = world.founding.split(":")
    pinned = Founding(origin, entry)
    log = Log.open(FolderStore(folder), pinned, VerifiedTreeFile(tmp_path / "memory.json"))
    receipts.write_receipt(log, position, tmp_path / "receipt.zip")
    return tmp_path / "receipt.zip", pinned


@pytest.mark.parametrize(
    ("logged_by", "cosigned", "vouched"),
    [
        ("police", (), []),
        ("police", ("police",), []),
        ("police", ("police", "ambulance"), []),  # whom the police enrolled by themselves
        ("ambulance", (), []),
        ("council", (), ["council"]),
        ("police", ("council",), ["council"]),
    ],
)
def test_a_receipt_rests_on_somebody_whom_its_sender_cannot_have_made_up(
    tmp_path, logged_by, cosigned, vouched
):
    world = vectors_world().checkpoint(logged_by)
    path, pinned = receipt_of(world, tmp_path, 2, *cosigned)
    proved = receipts.read_receipt(path, pinned)
    assert [card.partner for card in proved.vouchers] == vouched
    file = tmp_path / "x.founding"
    file.write_text(world.founding + "\n")
    status = main(
        ["log", "verify-receipt", str(path), "--founding", str(file)], App(folder=tmp_path)
    )
    assert status == (0 if vouched else 17)


def test_the_command_says_that_nobody_vouches(sent):
    p = sent
    ran = p.run("police", "log", "receipt", 3, "-o", "receipt.zip")
    assert ran.warnings == ["receipt-not-vouched"]
    ran = verified(p, status=17)
    assert ran.refusal == "receipt-of-sender-alone"
    assert "the sender's word only" in ran.out
    p.run("ambulance", "status")
    assert not p.run("police", "log", "receipt", 3, "-o", "receipt.zip").warnings
    assert "vouched by   ambulance/liaison" in verified(p).out


def test_it_rests_on_the_newest_that_others_have_seen(sent):
    p = sent
    p.run("council", "status")
    p.submit("police", p.extract("police", "more.csv", crimes(31)), "--dates", "2026Q3")
    assert not p.run("police", "log", "receipt", 3, "-o", "receipt.zip").warnings
    ran = verified(p)
    assert "the first 4 entries" in ran.out
    assert "vouched by   council/coordinator" in ran.out


def test_a_receipt_of_a_kind_that_this_release_does_not_know(tmp_path):
    world = vectors_world()
    world.add("police", "of-a-later-release", format=1)
    world.checkpoint("council")
    with pytest.raises(Usage):  # it has no effect
        receipt_of(world, tmp_path, 3)
    log = {n: world.files[f"log/{n:08d}"] for n in (0, 1, 3)}
    leaves, note = world.tree.leaves, world.files["witness/00000004.checkpoint"]
    proofs = {n: receipts._proof(n, inclusion_proof(leaves, n), note) for n in log}
    receipts._write(tmp_path / "r.zip", 3, log, proofs, "")
    _, origin, entry = world.founding.split(":")
    proved = receipts.read_receipt(tmp_path / "r.zip", Founding(origin, entry))
    assert "kind         of-a-later-release" in receipts.in_words(proved)
