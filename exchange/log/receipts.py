"""Receipts: proof, for a machine that has nothing else, that an entry stands in the log.

A zip without compression: `receipt.txt` in words, and for the entry and every entry that it relies
on, back to the founding, the file itself (`entries/N`) and its proof (`proofs/N.tlog-proof`, C2SP
tlog-proof.md) to one and the same checkpoint, with the witnesses' cosignatures on it. Verifying
does, in this order: (1) the first entry is the one that the founding pins; (2) every proof leads
to the checkpoint's root; (3) each enrolment is signed by a coordinator who was enrolled before;
(4) the entry, the checkpoint and the cosignatures are signed by keys so enrolled; (5) somebody
other than the entry's signer vouches for the checkpoint: an officer of another authority, in the
founding or enrolled by such a one, has signed or cosigned it. Without (5) it is the sender's word
only: a log that they wrote by themselves has such receipts too. What was revoked
later, or has no effect in the log, can't be seen in it, and that is said.
"""

import base64
import binascii
import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from exchange.errors import KeyRefused, LogBroken, Usage
from exchange.files import replace
from exchange.keys import signed_note
from exchange.log.entry_signature import cards_in
from exchange.log.log import Log
from exchange.log.merkle import (
    Checkpoint,
    CheckpointBroken,
    inclusion_proof,
    leaf_hash,
    root_from_proof,
)
from exchange.log.reader import entry_at
from exchange.log.trust import Founding
from exchange.log.witness import cosignature_lines, sizes_seen
from exchange.text import utc_in_words
from partners.entries.card import Card
from partners.entries.entry import Entry, UnknownBody, is_newer, parse
from partners.entries.members import Enrol, Found
from partners.register.register import Register
from schemas.zip_files import UNREADABLE, read_bounded

_MAGIC: Final = "c2sp.org/tlog-proof@v1"
_FILE_MAX: Final = 64 * 1024  # bytes of a proof
_MOST: Final = 1000  # entries in a receipt
_TRIED: Final = 20  # checkpoints, to find one that others vouch for
_WITNESSES: Final = 90  # in a receipt; a note has at most a hundred signatures
_NUMBER: Final = re.compile(r"[0-9]{1,8}")
_DATE: Final = (2000, 1, 1, 0, 0, 0)


class ReceiptBroken(LogBroken):
    """A receipt is none, or proves nothing."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What a receipt proves: an entry, where it stands, and who has seen it there by when.

    Attributes:
        vouchers: Who vouches for it beside its sender; if nobody does, it is their word only.
    """

    position: int
    entry: Entry
    signer: Card
    size: int
    logged_by: Card
    witnesses: tuple[tuple[Card, datetime], ...]
    vouchers: tuple[Card, ...]


def write_receipt(log: Log, position: int, target: Path) -> Proved:
    """Write the receipt of an entry that took effect.

    Raises:
        Usage: there is no such entry, or it has no effect.
        LogBroken: no checkpoint covers it.
    """
    applied = log.register.applied[position] if position < log.tree.size else None
    if applied is None or applied.rejection:
        reason = f"was not accepted: {applied.rejection}" if applied else "is not in the log"
        raise Usage("entry-cannot-have-receipt", f"log {position} {reason}")
    best = _best_receipt(log, position)
    _write(target, position, best.files, best.proofs, in_words(best.proved, log.register.name))
    return best.proved


@dataclass(frozen=True, slots=True)
class _ReceiptFiles:
    """The files and proofs of a receipt, and what they prove."""

    files: dict[int, bytes]
    proofs: dict[int, bytes]
    proved: Proved


def _best_receipt(log: Log, position: int) -> _ReceiptFiles:
    """Return the receipt by the newest checkpoint that others vouch for, or the newest of all."""
    newest = log.checkpoints.newest_that_agrees(position + 1, log.tree, log.register.cards)
    if newest is None:
        raise LogBroken("entry-without-checkpoint", f"no checkpoint covers log {position}")
    receipt = first = _receipt_by(log, position, newest)
    for size in sizes_seen(log, position + 1)[:_TRIED]:
        if receipt.proved.vouchers:
            return receipt
        if checkpoint := log.checkpoints.of(size, log.tree, log.register.cards):
            receipt = _receipt_by(log, position, checkpoint)
    return receipt if receipt.proved.vouchers else first


def _receipt_by(log: Log, position: int, checkpoint: bytes) -> _ReceiptFiles:
    """Return the receipt of an entry by a checkpoint that covers it."""
    text = signed_note.parse(checkpoint).text
    size = Checkpoint.parse(text).size
    keys = [bytes.fromhex(key) for key in log.register.cards]
    checkpoint = signed_note.only_by(checkpoint, log.founding.origin, keys)
    checkpoint += b"".join(cosignature_lines(log, size, text)[:_WITNESSES])
    leaves = log.tree.leaves[:size]
    relied = sorted({0, position, *(n for n in range(size) if _is_enrolment(log, n))})
    proofs = {n: _proof(n, inclusion_proof(leaves, n), checkpoint) for n in relied}
    files = {n: _file(log, n) for n in relied}
    return _ReceiptFiles(files, proofs, _verify(files, proofs, position, log.founding))


def read_receipt(path: Path, founding: Founding) -> Proved:
    """Verify a receipt, with nothing but the founding.

    Raises:
        ReceiptBroken: it is none, or proves nothing; the message says what failed.
    """
    files: dict[int, bytes] = {}
    proofs: dict[int, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) > 2 * _MOST:
                names = []
            for name in names:
                folder, _, rest = name.partition("/")
                number = rest.removesuffix(".tlog-proof")
                if folder in ("entries", "proofs") and _NUMBER.fullmatch(number):
                    part = files if folder == "entries" else proofs
                    part[int(number)] = read_bounded(archive, name, _FILE_MAX)
            position = int(archive.comment.decode("ascii"))
    except UNREADABLE:
        position = -1
    if position not in files or set(files) != set(proofs):
        raise ReceiptBroken(
            "receipt-unreadable", f"{path.name} is not a receipt, or part of it is missing"
        )
    return _verify(files, proofs, position, founding)


def in_words(proved: Proved, partnership: str = "") -> str:
    """Say what a receipt proves, and what it does not."""
    entry = proved.entry
    values = {} if isinstance(entry.body, UnknownBody) else entry.body.to_json()
    lines = [
        f"Receipt of entry {proved.position} in the log of {partnership or entry.origin}",
        "",
        f"kind         {entry.kind}",
        *(
            f"{name:<13}{values[name]}"
            for name in ("partner", "dataset", "quarter")
            if name in values
        ),
        f"signed by    {proved.signer.who}, whose clock said {utc_in_words(entry.time)}",
        f"stands in    the first {proved.size} entries, as {proved.logged_by.who} has signed",
        *(f"seen by      {card.who}, on {utc_in_words(when)}" for card, when in proved.witnesses),
        *(f"vouched by   {card.who}" for card in proved.vouchers),
        *([] if proved.vouchers else ["vouched by   nobody else: it is the sender's word only"]),
        "",
        "It does not show what only the log shows: whether the entry counts there, and whether",
        "its key was revoked, or it was replaced or withdrawn.",
    ]
    return "\n".join(lines) + "\n"


def to_json(proved: Proved) -> dict[str, Any]:
    """Return what a receipt proves, as programs read it."""
    return {
        "entry": proved.position,
        "kind": proved.entry.kind,
        "signed_by": proved.signer.who,
        "time": proved.entry.time.isoformat(),
        "size": proved.size,
        "logged_by": proved.logged_by.who,
        "seen_by": [{"who": card.who, "time": when.isoformat()} for card, when in proved.witnesses],
        "vouched_by": [card.who for card in proved.vouchers],
    }


def copies_of(proved: Proved, register: Register) -> list[int]:
    """Return the log numbers of the same rows, oldest first; none where it is no return.

    The first proves when the rows were sent; the others were encrypted again for more partners.
    """
    returned = register.find_return(proved.entry.id, proved.signer.partner)
    return [copy.position for copy in register.copies(returned)] if returned else []


def _is_enrolment(log: Log, position: int) -> bool:
    entry = log.entries[position]
    return isinstance(entry and entry.body, Enrol) and not log.register.applied[position].rejection


def _file(log: Log, position: int) -> bytes:
    data = entry_at(log.store, position)
    if data is None:
        raise LogBroken("entry-missing", f"log {position} disappeared while it was read")
    return data


def _proof(index: int, hashes: list[bytes], checkpoint: bytes) -> bytes:
    lines = [_MAGIC, f"index {index}", *(base64.b64encode(h).decode() for h in hashes)]
    return ("\n".join(lines) + "\n\n").encode() + checkpoint


def _read_proof(data: bytes) -> tuple[int, list[bytes], bytes]:
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        magic, index, *hashes = head.decode("ascii").split("\n")
        if index.startswith("extra "):  # of anybody's, and never looked at
            extra, index, *hashes = index.removeprefix("extra "), *hashes
            base64.b64decode(extra, validate=True)
        number = int(index.removeprefix("index "))
        read = [base64.b64decode(h, validate=True) for h in hashes]
    except (ValueError, binascii.Error):
        blank = b""
    if (
        not blank
        or magic != _MAGIC
        or index != f"index {number}"
        or any(len(h) != 32 for h in read)
    ):
        raise ReceiptBroken("receipt-proof-malformed", "a proof in it is not in the right format")
    return number, read, checkpoint


def _verify(
    files: dict[int, bytes], proofs: dict[int, bytes], position: int, founding: Founding
) -> Proved:
    """Do steps (1) to (4), and find who does (5)."""
    if 0 not in files or hashlib.sha256(files[0]).hexdigest() != founding.entry:
        raise ReceiptBroken(
            "receipt-of-another-partnership",
            "it and the founding file belong to different partnerships",
        )
    checkpoint, note = _to_one_checkpoint(files, proofs, founding)
    cards: list[Card] = []
    enrolled: list[tuple[Card, str]] = []
    for number in sorted(files):
        entry, signer = _read_signed(files[number], cards, founding, first=number == 0)
        if isinstance(entry.body, Found if number == 0 else Enrol):
            if number and "coordinator" not in signer.roles:
                raise ReceiptBroken(
                    "receipt-enrolment-not-by-coordinator",
                    f"log {number} enrols a partner, and no coordinator signed it",
                )
            cards += _cards(entry)
            enrolled += [(card, signer.signer if number else "") for card in _cards(entry)]
        if number == position:
            proved, author = entry, signer
    logged_by, witnesses = _signers_of(note, cards, founding)
    saw = {card.signer for card, _ in witnesses}
    vouchers = tuple(
        card
        for card in _independent_cards(enrolled, author.partner)
        if card.signer in saw or note.is_signed_by(founding.origin, bytes.fromhex(card.signer))
    )
    return Proved(position, proved, author, checkpoint.size, logged_by, witnesses, vouchers)


def _signers_of(
    note: signed_note.Note, cards: list[Card], founding: Founding
) -> tuple[Card, tuple[tuple[Card, datetime], ...]]:
    """Return who signed a checkpoint first, and the witnesses, each with when it saw it."""
    keys = [(c, c.witness_name, bytes.fromhex(c.witness)) for c in cards]
    verdicts = [(c, note.verdict(founding.origin, bytes.fromhex(c.signer))) for c in cards]
    cosigned = [(c, note.cosigned_by(name, key)) for c, name, key in keys]
    witnesses = tuple(
        (c, datetime.fromtimestamp(when, UTC)) for c, when in cosigned if when is not None
    )
    count = sum(note.names_witness(name, key) for _, name, key in keys)
    if len(witnesses) < count or any(verdict is False for _, verdict in verdicts):
        raise ReceiptBroken(
            "receipt-checkpoint-unsigned",
            "a signature on its checkpoint was not made by the key it names",
        )
    logged_by = next((card for card, verdict in verdicts if verdict), None)
    if logged_by is None:
        raise ReceiptBroken(
            "receipt-checkpoint-unsigned", "nobody who is enrolled signed its checkpoint"
        )
    return logged_by, witnesses


def _independent_cards(enrolled: list[tuple[Card, str]], partner: str) -> list[Card]:
    """Return the cards that an authority can't have made up: of others, by others than itself.

    Args:
        enrolled: Cards in the order of the log, each with the key that enrolled it; those of the
            founding, which is pinned, with none.
    """
    cards: dict[str, Card] = {}
    for card, signer in enrolled:
        if card.partner != partner and (not signer or signer in cards):
            cards[card.signer] = card
    return list(cards.values())


def _to_one_checkpoint(
    files: dict[int, bytes], proofs: dict[int, bytes], founding: Founding
) -> tuple[Checkpoint, signed_note.Note]:
    read = {number: _read_proof(data) for number, data in proofs.items()}
    texts = {checkpoint for _, _, checkpoint in read.values()}
    try:
        note = signed_note.parse(texts.pop())
        checkpoint = Checkpoint.parse(note.text)
    except (signed_note.NoteBroken, CheckpointBroken):
        texts, checkpoint = {b""}, Checkpoint("", 0, b"")
    if texts or checkpoint.origin != founding.origin:
        raise ReceiptBroken(
            "receipt-checkpoints-differ",
            "its proofs do not lead to one checkpoint of this partnership",
        )
    for number, (index, hashes, _) in read.items():
        root = root_from_proof(leaf_hash(files[number]), index, checkpoint.size, hashes)
        if index != number or root != checkpoint.root:
            raise ReceiptBroken(
                "receipt-proof-wrong",
                f"its proof does not lead from log {number} to the checkpoint",
            )
    return checkpoint, note


def _read_signed(
    data: bytes, cards: list[Card], founding: Founding, *, first: bool
) -> tuple[Entry, Card]:
    """Read an entry, and find the card enrolled before whose key signed it."""
    try:
        note = signed_note.parse(data)
        entry = parse(note.text)
    except ValueError:
        entry = None
    if entry and is_newer(entry.format):
        raise ReceiptBroken(
            "receipt-needs-newer",
            f"the receipt needs a newer version of exchange: an entry in it has format "
            f"{entry.format}",
        )
    known = list(_cards(entry)) if entry and first else cards
    signer = next(
        (c for c in known if note.is_signed_by(c.key_name, bytes.fromhex(c.signer))), None
    )
    if entry is None or signer is None or entry.origin != founding.origin:
        raise ReceiptBroken(
            "receipt-entry-unsigned", "an entry in it was not signed by anybody enrolled before it"
        )
    return entry, signer


def _cards(entry: Entry) -> tuple[Card, ...]:
    try:
        return cards_in(entry)
    except KeyRefused:
        fault = "a card in it is not valid"
    raise ReceiptBroken("receipt-card-unsound", fault)


def _write(
    target: Path, position: int, files: dict[int, bytes], proofs: dict[int, bytes], words: str
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = str(position).encode()
        archive.writestr(zipfile.ZipInfo("receipt.txt", _DATE), words)
        for number, data in files.items():
            archive.writestr(zipfile.ZipInfo(f"entries/{number:08d}", _DATE), data)
        for number, data in proofs.items():
            archive.writestr(zipfile.ZipInfo(f"proofs/{number:08d}.tlog-proof", _DATE), data)
    replace(target, content.getvalue())
