"""Logs that show the exact forms of fields, cards and cosignatures, each right and just beside."""

import hashlib
from datetime import UTC, datetime

from exchange.age import bech32
from exchange.keys import signed_note
from exchange.log.merkle import Checkpoint
from partners.entries import canonical_json
from tests.vectors.case import Case, assessed, begun, case
from tests.vectors.world import (
    ORIGIN,
    World,
    card,
    name_of,
    officer,
    recipient,
    said,
    statement,
    witness,
)

FINE = ("é", "\U0001fae8", "\U0001fae9", "\u0870", "\ufffd", "\u2027", "\u2030")
NOT_FINE = (
    "\x7f", "\x80", "\xa0", "\xad", "\u061c", "\u180e", "\u200b", "\u2028", "\u202e", "\u2065",
    "\u3000", "\ue000", "\ufdd0", "\ufeff", "\ufff9", "\U0001bca0", "\U0001ffff", "\U000e0041",
    "\U000f0000",
)  # fmt: skip
BANDS = ("0", "1-4", "5-9", "10-49", "500-999", "5000000000000000-9999999999999999")
NO_BANDS = (
    "9-1", "007", "3", "1-5", "10-50", "5-49", "", "01-4", "1-4 ", "٣-٤",
    "10000000000000000-49999999999999999",
)  # fmt: skip
MOMENTS = ("1970-01-01T00:00:00Z", "2999-12-31T23:59:59Z")
NO_MOMENTS = (
    "1969-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-29T00:00:00Z",
    "2026-10-20T24:00:00Z", "2026-10-20T23:59:60Z", "2026-10-20T23:59Z",
    "2026-10-20T23:59:59+00:00",
)  # fmt: skip
DAYS = ("1000-01-01", "9998-12-31")
NO_DAYS = (
    "0999-12-31", "9999-01-01", "0000-01-01", "2026-W27-1", "2026-02-29", "2026-7-1", "20260701",
)  # fmt: skip


def each(world: World, fine: int, comment: str, clause: str) -> Case:
    """Return a case in which so many entries after those of the beginning have effect."""
    return Case(world, comment, clause, without=tuple(range(4 + fine, world.tree.size)))


@case
def exact_characters() -> Case:
    world = begun()
    for one in (*FINE, *NOT_FINE):
        world.add("council", "assess", **assessed(requirement="1", answer="no", page=f"a{one}b"))
    return each(world, len(FINE), "code points that are printable, and that are not", "3.4")


@case
def exact_bands() -> Case:
    world = begun()
    for one in (*BANDS, *NO_BANDS):
        counts = {"rows_in": "10-49", "accepted": one, "left_out": {}}
        world.add("police", "submit", **statement(counts=counts))
    return each(world, len(BANDS), "a band has one written form", "3.2")


@case
def exact_moments() -> Case:
    world = begun()
    for one in (*MOMENTS, *NO_MOMENTS):
        world.add("council", "assess", **assessed(requirement="1", answer="no"), time=one)
    return each(world, len(MOMENTS), "moments that can be, and that can't", "3.3")


@case
def exact_days() -> Case:
    world = begun()
    for one in (*DAYS, *NO_DAYS):
        nil = {"dataset": "police-asb", "part": "", "reason": "none-recorded"}
        world.add("police", "nil", **said("police", **nil, covered={"first": one, "last": one}))
    return each(world, len(DAYS), "days that a return can cover, and that it can't", "3.3 5.14")


@case
def exact_depth() -> Case:
    world = begun()
    for deep in (15, 16, 400):  # inside the entry itself
        text = canonical_json.write(world.line("enrol", format=4))[:-2]
        text += b',"x":' + b"[" * deep + b"]" * deep + b"}\n"
        world.append(world.signed("fire", text))
    return each(world, 0, "of a newer format: no deeper than sixteen; no effect either way", "3.1")


def _recipient(change: dict[int, bytes]) -> str:
    public = bytearray(bech32.decode(card("fire")["recipient"])[1])
    for at, data in change.items():
        public[at : at + len(data)] = data
    return bech32.encode("age1pq", bytes(public))


@case
def card_for_which_nothing_can_be_sealed() -> Case:
    world = World().found()
    world.enrol("fire", recipient=_recipient({0: b"\xff\xff\xff"}))  # FIPS 203 7.2
    world.enrol("fire", recipient=_recipient({1184: bytes(32)}))
    world.enrol("fire", recipient=_recipient({1184: b"\xec" + b"\xff" * 30 + b"\x7f"}))
    world.enrol("fire", recipient=card("fire")["recipient"][:-1] + "q")
    comment = "an ML-KEM key that is none, points of small order, a checksum that is wrong"
    return Case(world, comment, "5.2", without=(1, 2, 3, 4))


@case
def card_with_a_recipient_of_another_in_any_order() -> Case:
    world = World().found()
    world.enrol("ambulance", recipient=recipient("fire"))  # it counts: nobody has named the key
    world.enrol("fire")  # whose key it is, and comes later
    world.add("council", "revoke", key=card("ambulance")["signer"], reason="replaced")
    world.enrol("fire")  # nor after the first was revoked
    world.enrol("analysts", recipient=recipient("council"))  # of the founding
    world.enrol("police", officer="second", signer=officer("analysts").signer, by="analysts")
    comment = "a recipient's key is on one card of the log only, the first that counts"
    return Case(world, comment, "5.2", without=(2, 4, 5, 6))


def _cosigned(world: World, by: str, who: str, when: int = 1792486800) -> None:
    """Have a witness say of another tree that it has seen it, under somebody's name."""
    size = world.tree.size
    key = witness(by)
    short = key.public_key().public_bytes_raw().hex()[:16]
    file = f"{datetime.fromtimestamp(when, UTC):%Y%m%d}"
    text = Checkpoint(ORIGIN, size, bytes(32)).to_bytes()
    note = signed_note.cosign(text, f"{name_of(who)}/witness", key, when)
    world.files[f"witness/{size:08d}-{short}-{file}.cosignature"] = note


@case
def sighting_after_the_year_2999() -> Case:
    world = begun()
    _cosigned(world, "fire", "fire", 32_503_680_000)
    return Case(world, "of another tree, at a time that can't be", "6.3")


@case
def sighting_under_a_card_that_named_the_key_later() -> Case:
    world = World().found().enrol("ambulance")
    key = witness("ambulance").public_key().public_bytes_raw().hex()
    world.enrol("fire", witness=key)
    _cosigned(world, "ambulance", "fire")
    return Case(world, "of another tree, under the name of a card that does not own the key", "6.3")


@case
def sighting_of_the_first_that_named_the_key() -> Case:
    world = World().found().enrol("ambulance")
    key = witness("ambulance").public_key().public_bytes_raw().hex()
    world.enrol("fire", witness=key)
    _cosigned(world, "ambulance", "ambulance")
    return Case(world, "of another tree, by the owner of the key", "6.3", "altered")


@case
def sighting_under_a_name_of_its_own() -> Case:
    world = begun()
    text = Checkpoint(ORIGIN, 4, bytes(32)).to_bytes()
    key = witness("fire")
    short = key.public_key().public_bytes_raw().hex()[:16]
    note = signed_note.cosign(text, f"{name_of('fire')}/witness", key, 1792486800)
    own = hashlib.sha256(note).hexdigest()[:16]
    world.files[f"witness/00000004-{short}-20261020.cosignature"] = b"x"
    world.files[f"witness/00000004-{short}-20261020-{own}.cosignature"] = note
    return Case(
        world, "of another tree; its first name is taken by a stranger", "1.4 6.3", "altered"
    )


@case
def sighting_that_is_signed_twice() -> Case:
    world = begun()
    _cosigned(world, "fire", "fire")
    (name,) = (name for name in world.files if name.endswith("cosignature"))
    world.files[name] += world.files[name].split(b"\n")[-2] + b"\n"
    return Case(world, "of another tree, with another signature beside it", "6.3")


@case
def sighting_named_for_another_day() -> Case:
    world = begun()
    _cosigned(world, "fire", "fire")
    (name,) = (name for name in world.files if name.endswith("cosignature"))
    world.files[name.replace("20261020", "20261021")] = world.files.pop(name)
    return Case(world, "of another tree; its name says another day", "1.4")


def _checkpoint(world: World, extension: str, *more: bytes) -> World:
    """Have a partner sign another tree, with an extension, and other signature lines after it."""
    text = Checkpoint(ORIGIN, 4, bytes(32)).to_bytes() + extension.encode()
    note = signed_note.sign(text, ORIGIN, officer("fire").signing)
    world.files["witness/00000004.checkpoint"] = note + b"".join(more)
    return world


@case
def checkpoint_with_extension_lines() -> Case:
    world = _checkpoint(begun(), "one\nanother, é\n")
    return Case(
        world, "of another tree; what follows its three lines says nothing", "6.2", "altered"
    )


@case
def checkpoint_with_an_empty_extension_line() -> Case:
    world = _checkpoint(begun(), "one\n\nanother\n")
    return Case(world, "of another tree, and no checkpoint", "6.2")


@case
def checkpoint_that_somebody_enrolled_seems_to_sign_too() -> Case:
    line = signed_note.signature_line(b"another text\n", ORIGIN, officer("ambulance").signing)
    return Case(_checkpoint(begun(), "", line), "one of two signatures is not the key's", "6.2")


@case
def checkpoint_that_a_stranger_signs_too() -> Case:
    line = signed_note.signature_line(b"another text\n", ORIGIN, witness("ambulance"))
    comment = "of another tree, signed by a partner, and by a key that nobody knows"
    return Case(_checkpoint(begun(), "", line), comment, "6.2", "altered")


@case
def checkpoint_that_is_none() -> Case:
    world = begun()
    text = f"{ORIGIN}\n-5\n{'A' * 43}=\n".encode()
    world.files["witness/00000005.checkpoint"] = signed_note.sign(
        text, ORIGIN, officer("fire").signing
    )
    world.files["witness/00000004.checkpoint"] = b"x" * 20_000
    world.files["witness/00000003.checkpoint"] = b"x"
    return Case(world, "checkpoints that are not one, or too large, prove nothing", "6.2 1.5")
