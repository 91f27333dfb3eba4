"""Logs, good ones and each kind of bad: a function each, named for what it shows."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from exchange.log.merkle import leaf_hash, tree_of
from partners.entries import canonical_json
from tests.vectors.world import (
    World,
    card,
    card_note,
    name_of,
    officer,
    proving_note,
    said,
    statement,
)

HALVES = (
    {"first": "2026-07-01", "last": "2026-07-31"},
    {"first": "2026-07-15", "last": "2026-08-31"},
)
NIL = {"dataset": "police-crime", "part": "", "reason": "none-recorded"}
Q3 = {"first": "2026-07-01", "last": "2026-09-30"}
Q2 = {"first": "2026-04-01", "last": "2026-06-30"}


@dataclass
class Case:
    """A store, and what a reader makes of it."""

    world: World
    comment: str
    clause: str
    expect: str = "accepted"
    without: tuple[int, ...] = ()  # positions whose entries have no effect
    remembers: str = ""
    headers: dict[str, str] = field(default_factory=dict)


CASES: dict[str, Callable[[], Case]] = {}


def case(function: Callable[[], Case]) -> Callable[[], Case]:
    CASES[function.__name__.replace("_", "-")] = function
    return function


def begun() -> World:
    """Found it, with everybody enrolled: five entries, from 0."""
    world = World().found()
    for who in ("ambulance", "fire", "analysts"):
        world.enrol(who)
    return world


def last(world: World, comment: str, clause: str) -> Case:
    """Return a case in which the last entry has no effect."""
    return Case(world, comment, clause, without=(world.tree.size - 1,))


@case
def a_year() -> Case:
    world = begun()
    protocol = {
        "title": "Westshire ISP", "sha256": "12" * 32, "size": 99, "smallest": 5, "domestic": {},
        "personal": True, "places": {"police-crime": "lsoa"}, "minutes": ["ambulance-callouts"],
        "local": {"local-licensing": ["council"]}, "witnesses": 2, "review": "2027-10-01",
        "behalf": [{"dataset": "health-admissions", "by": "ambulance", "of": "council"}],
    }  # fmt: skip
    world.add("council", "publish-protocol", **protocol)
    mine = {"protocol": world.id_of(4), "sha256": "12" * 32, "personal": True}
    world.add("police", "sign-protocol", **mine)
    world.add("police", "nominate", **said("police", nominee="liaison", deputy=False))
    world.add("police", "submit", **statement())
    world.add("police", "submit", **statement(personal=True))
    world.add(
        "ambulance",
        "nil",
        **said("ambulance", **NIL | {"dataset": "ambulance-callouts"}, covered=Q3),
    )
    held = {"dataset": "fire-staff-violence", "first": "2026Q1", "last": None, "held": False}
    world.add("fire", "not-held", **said("fire", **held, reason="not-recorded"))
    world.add("police", "submit", **statement(bundle={"sha256": "01" * 32, "size": 9}))
    world.add(
        "ambulance", "withdraw", **said("ambulance", entry=world.id_of(9), reason="wrong-dates")
    )
    world.add("police", "purge", **said("police", entry=world.id_of(11), reason="sent-in-error"))
    world.add(
        "analysts", "purge", **said("analysts", entry=world.id_of(11), reason="destroyed-here")
    )
    world.add("council", "assess", **assessed(requirement="12", answer="in-part"))
    area = {"code": "E07999902", "name": "Eastshire", "first": "2027-04-01", "last": None}
    world.add("council", "change-areas", areas=[area | {"lsoas": [], "outward": ["WZ9"]}])
    world.checkpoint("ambulance").cosign("police").cosign("fire", 7)
    return Case(world, "all kinds of entry, each with effect", "5")


def assessed(who: str = "council", **told: object) -> dict:
    nothing = {"position": "", "action": "", "owner": "", "by": None, "page": ""}
    return said(who, **nothing | told)


@case
def assessed_by_coordinators_alone() -> Case:
    world = begun()
    world.add("council", "assess", **assessed(requirement="of-a-later-list", answer="yes"))
    world.add("fire", "assess", **assessed("fire", requirement="12", answer="yes"))
    world.add("council", "assess", **assessed("police", requirement="12", answer="yes"))
    world.add("council", "assess", **assessed(requirement="12", answer="perhaps"))
    world.add("council", "assess", **assessed(requirement="12", answer="no", page="x" * 1001))
    world.add("council", "assess", **assessed(requirement="12", answer="no", page="a\tb"))
    return Case(
        world, "by a coordinator; of a requirement that nobody knows yet; not of its shape", "5.17",
        without=(5, 6, 7, 8, 9),
    )  # fmt: skip


@case
def another_founding() -> Case:
    one = begun()
    headers = {"founding": World().found(name="Eastshire CSP").founding}
    return Case(one, "the first entry is not the one pinned", "2.3", "another log", headers=headers)


@case
def a_gap() -> Case:
    world = begun()
    world.files["log/00000005"] = world.files.pop("log/00000003")
    world.files["log/Thumbs.db"] = b"x\n"
    return Case(world, "what lies beyond a missing number is ignored, and strangers", "1.2 1.6")


@case
def too_large() -> Case:
    world = begun()
    world.append(b"x" * 65_537)
    world.add("police", "nil", **said("police", **NIL, covered=Q2))
    comment = "a file of more than 65,536 bytes is no entry, and an entry that follows has effect"
    return Case(world, comment, "1.5", without=(world.tree.size - 2,))


@case
def much_too_large() -> Case:
    world = begun()
    world.append(b"x" * 65_537)
    world.files[f"log/{world.tree.size - 1:08d}"] += b"y" * 1000
    world.add("police", "nil", **said("police", **NIL, covered=Q2))
    comment = "the leaf of a file that is larger is that of its first 65,537 bytes"
    return Case(world, comment, "1.5 4.1", without=(world.tree.size - 2,))


def _texts() -> Iterator[tuple[str, str, Callable[[dict], bytes]]]:
    def plain(value: dict) -> str:
        return canonical_json.write(value).decode()

    yield "spaces", "a space after a colon", lambda v: plain(v).replace('":', '": ', 1).encode()
    yield (
        "unsorted",
        "keys not in order",
        lambda v: (json.dumps(v, separators=(",", ":")) + "\n").encode(),
    )
    yield (
        "twice",
        "a key stands twice",
        lambda v: plain(v).replace("{", '{"dataset":"police-asb",', 1).encode(),
    )
    yield (
        "fraction",
        "a number with a fraction",
        lambda v: plain(v).replace('"size":4', '"size":4.0').encode(),
    )
    yield (
        "large",
        "an integer of 2^53",
        lambda v: plain(v | {"format": 2**53 - 1}).replace(str(2**53 - 1), str(2**53)).encode(),
    )
    yield (
        "escaped",
        "an escape that need not be",
        lambda v: plain(v).replace("police-crime", "\\u0070olice-crime").encode(),
    )
    yield (
        "surrogate",
        "a lone surrogate",
        lambda v: plain(v).replace("none-recorded", "\\ud800").encode(),
    )
    yield (
        "more-fields",
        "a field that its kind has not",
        lambda v: plain(v | {"note": "hello"}).encode(),
    )
    yield (
        "fewer-fields",
        "a field is missing",
        lambda v: plain({k: x for k, x in v.items() if k != "part"}).encode(),
    )
    yield "two-lines", "two lines", lambda v: plain(v).encode() * 2
    yield "carriage-return", "a carriage return", lambda v: plain(v).replace("\n", "\r\n").encode()
    yield (
        "not-utf-8",
        "bytes that are not UTF-8",
        lambda v: plain(v).encode().replace(b"none-recorded", b"\xff"),
    )
    yield "list", "no object", lambda v: b"[]\n"
    yield (
        "two-quarters",
        "dates in two quarters",
        lambda v: plain(v | {"covered": Q3 | {"first": "2026-06-30"}}).encode(),
    )


def _text_case(comment: str, change: Callable[[dict], bytes]) -> Callable[[], Case]:
    def make() -> Case:
        world = begun()
        value = world.line("nil", **said("police", **NIL, covered=Q3))
        world.append(world.signed("police", change(value)))
        return last(world, f"the text of an entry: {comment}", "2.4a 3.1")

    return make


for _name, _comment, _change in _texts():
    CASES[f"text-{_name}"] = _text_case(_comment, _change)


def _nil(world: World, **over: object) -> bytes:
    return canonical_json.write(world.line("nil", **said("police", **NIL, covered=Q3)) | over)


@case
def altered_after_signing() -> Case:
    world = begun()
    world.append(world.signed("police", _nil(world)).replace(b"2026-09-30", b"2026-09-29"))
    return last(world, "one byte of the text changed", "2.4c")


@case
def two_signatures() -> Case:
    world = begun()
    note = world.signed("police", _nil(world))
    world.append(note + note.rpartition(b"\n\n")[2])
    return last(world, "two signature lines", "2.1 2.4a")


@case
def no_signature() -> Case:
    world = begun()
    world.append(_nil(world) + b"\n")
    return last(world, "no signature line", "2.1 2.4a")


@case
def under_another_name() -> Case:
    world = begun()
    world.append(world.signed("police", _nil(world), name_of("council")))
    return last(world, "signed by the police under the council's name", "2.4c")


@case
def by_a_stranger() -> Case:
    world = World().found()
    world.append(
        world.signed(
            "ambulance",
            canonical_json.write(
                world.line(
                    "nil",
                    **said("ambulance", **NIL | {"dataset": "ambulance-callouts"}, covered=Q3),
                )
            ),
        )
    )
    return last(world, "signed by a key that is not enrolled", "2.4c")


@case
def before_it_was_enrolled() -> Case:
    world = World().found()
    told = said("ambulance", **NIL | {"dataset": "ambulance-callouts"}, covered=Q3)
    world.add("ambulance", "nil", **told)
    world.enrol("ambulance").add("ambulance", "nil", **told)
    return Case(world, "a key counts from its enrolment on, not before", "2.4c", without=(1,))


@case
def of_another_partnership() -> Case:
    world = begun()
    world.append(world.signed("police", _nil(world, origin="eastshire/" + "1" * 32)))
    return last(world, "the origin is another's", "2.4b")


@case
def a_copy() -> Case:
    world = begun()
    data = world.add("police", "nil", **said("police", **NIL, covered=Q3))
    world.append(data)
    return last(world, "an old entry copied to a new number", "2.4d")


@case
def an_id_used_without_effect() -> Case:
    world = begun()
    number = "77" * 16
    world.append(world.signed("police", _nil(world, id=number, reason="not-recorded")))
    world.append(world.signed("police", _nil(world, id=number)))
    return Case(world, "an id is used up by an entry without effect too", "2.4d", without=(4, 5))


@case
def the_same_id_by_two() -> Case:
    world = begun()
    number = "77" * 16
    world.append(world.signed("police", _nil(world, id=number)))
    told = said("council", **NIL | {"dataset": "council-asb"}, covered=Q3)
    world.append(
        world.signed("council", canonical_json.write(world.line("nil", **told) | {"id": number}))
    )
    return Case(world, "the same id by another key is another entry", "2.4d")


@case
def seen_another_log() -> Case:
    world = begun()
    world.append(world.signed("police", _nil(world, seen={"size": 3, "root": "00" * 32})))
    return last(world, "its signer had seen another root", "2.4e")


@case
def seen_more_than_there_was() -> Case:
    world = begun()
    world.append(world.signed("police", _nil(world, seen={"size": 5, "root": "00" * 32})))
    return last(world, "its signer had seen more than there was", "2.4e")


@case
def seen_less() -> Case:
    world = begun()
    root = world.tree.root_at(2).hex()
    world.append(world.signed("police", _nil(world, seen={"size": 2, "root": root})))
    return Case(world, "signed offline, when the log was shorter", "2.4e")


@case
def an_unknown_kind() -> Case:
    world = begun()
    world.add("police", "bequeath", heir="council")
    return last(world, "a kind that is not known", "2.4f")


@case
def a_newer_format_by_a_partner() -> Case:
    world = begun()
    told = world.line(
        "nil", **said("ambulance", **NIL | {"dataset": "ambulance-callouts"}, covered=Q3)
    )
    world.append(world.signed("ambulance", canonical_json.write(told | {"format": 5})))
    return last(world, "a newer format, by who is no coordinator", "2.5")


@case
def a_newer_format_by_a_coordinator() -> Case:
    world = begun()
    world.append(world.signed("police", _nil(world, format=5)))
    return Case(world, "a newer format, by a coordinator", "2.5", "needs newer")


@case
def founded_twice() -> Case:
    world = begun()
    world.found()
    return last(world, "a second founding", "5.1")


@case
def enrolled_by_no_coordinator() -> Case:
    world = World().found().enrol("ambulance")
    world.enrol("fire", by="ambulance")
    return last(world, "a card enrolled by a liaison officer", "5.3")


def _cards() -> Iterator[tuple[str, str, str]]:
    yield (
        "of-another-partnership",
        "of another origin",
        card_note("fire", origin="eastshire/" + "1" * 32),
    )
    yield "not-its-own", "signed by another key than its own", card_note("fire", by="police")
    yield (
        "small-order",
        "its key is a point of small order",
        card_note("fire", signer="01" + "00" * 31),
    )
    yield "enrolled", "its key is enrolled already", card_note("police")
    yield (
        "same-recipient",
        "its recipient is another card's",
        card_note("fire", recipient=json.loads(card_note("police").split("\n")[0])["recipient"]),
    )
    yield (
        "other-kinds",
        "the authority is described otherwise",
        card_note("analysts", partner="council", kinds=["police"], officer="coordinator"),
    )
    yield "text", "it is no card", "hello\n"


def _card_case(comment: str, note: str) -> Callable[[], Case]:
    def make() -> Case:
        world = World().found()
        world.add("council", "enrol", card=note)
        return last(world, f"a card: {comment}", "5.2")

    return make


for _name, _comment, _note in _cards():
    CASES[f"card-{_name}"] = _card_case(_comment, _note)


@case
def revoked() -> Case:
    world = begun()
    told = said("ambulance", **NIL | {"dataset": "ambulance-callouts"}, covered=Q3)
    world.add("ambulance", "nil", **told)
    from tests.vectors.world import officer

    world.add("council", "revoke", key=officer("ambulance").signer, reason="stolen")
    world.add("ambulance", "nil", **told | {"covered": Q2})
    world.enrol("ambulance")
    return Case(
        world,
        "what was signed before counts; nothing after, and the key never again",
        "5.4 5.2",
        without=(6, 7),
    )


@case
def revoked_by_another_partner() -> Case:
    from tests.vectors.world import officer

    world = begun()
    world.add("ambulance", "revoke", key=officer("fire").signer, reason="stolen")
    return last(world, "a key revoked by another authority's liaison officer", "5.4")


@case
def the_last_coordinator_revoked() -> Case:
    from tests.vectors.world import officer

    world = begun()
    world.add("council", "revoke", key=officer("police").signer, reason="left")
    world.add("council", "revoke", key=officer("council").signer, reason="left")
    return last(world, "nobody would be left who can enrol", "5.4")


@case
def by_an_analyst() -> Case:
    world = begun()
    told = {"dataset": "local-a", "part": "", "covered": Q3, "reason": "none-recorded"}
    world.add("analysts", "nil", **said("analysts", **told))
    return last(world, "a return by who may not submit", "5.10")


@case
def for_another() -> Case:
    world = begun()
    world.add("ambulance", "submit", **statement())
    return last(world, "in another partner's name", "5.9")


@case
def a_dataset_of_others() -> Case:
    world = begun()
    world.add("fire", "submit", **statement("fire"))
    return last(world, "a dataset that the authority does not hold", "5.9")


@case
def sealed_for_a_stranger() -> Case:
    world = begun()
    world.add(
        "police", "submit", **statement(recipients=[{"who": "police/liaison", "key": "ab" * 32}])
    )
    return last(world, "a recipient that is not enrolled", "5.9")


@case
def personal_without_a_clause() -> Case:
    world = begun()
    world.add("police", "submit", **statement(personal=True))
    return last(world, "personal data, and no clause is signed", "5.9")


@case
def a_protocol_of_another_document() -> Case:
    world = begun()
    protocol = {
        "title": "P", "sha256": "12" * 32, "size": 9, "smallest": 5, "domestic": {},
        "personal": False, "places": {}, "minutes": [], "local": {}, "behalf": [],
        "witnesses": 1, "review": None,
    }  # fmt: skip
    world.add("council", "publish-protocol", **protocol)
    mine = {"protocol": world.id_of(4), "sha256": "34" * 32, "personal": False}
    world.add("police", "sign-protocol", **mine)
    world.add("police", "sign-protocol", **mine | {"sha256": "12" * 32, "personal": True})
    world.add("analysts", "sign-protocol", **mine | {"sha256": "12" * 32})
    world.add("council", "publish-protocol", **protocol | {"smallest": 4})
    return Case(
        world,
        "signatures and settings that a protocol does not allow",
        "5.6 5.7",
        without=(5, 6, 7, 8),
    )


@case
def a_correction_and_an_overlap() -> Case:
    world = begun()
    world.add("police", "submit", **statement(covered=HALVES[0]))
    world.add("police", "submit", **statement(covered=HALVES[1]))
    world.add("police", "submit", **statement())
    return Case(
        world, "an overlap in part has no effect; what covers all replaces", "5.14", without=(5,)
    )


@case
def a_late_parcel() -> Case:
    world = begun()
    early = {"size": 4, "root": world.tree.root.hex()}
    world.add("police", "submit", **statement())
    world.add("police", "submit", **statement(), seen=early)
    return last(world, "it would replace what its signer had not seen", "5.14")


@case
def nil_over_records() -> Case:
    world = begun()
    world.add("police", "submit", **statement())
    world.append(world.signed("police", _nil(world)))
    return last(world, "a nil return for days of which there are records", "5.10")


@case
def withdrawn_by_another() -> Case:
    world = begun()
    world.add("police", "submit", **statement())
    told = {"entry": world.id_of(4), "reason": "wrong-file"}
    world.add("council", "withdraw", **said("council", **told))
    world.add("police", "withdraw", **said("police", **told))
    world.add("police", "withdraw", **said("police", **told))
    return Case(world, "by its own partner, once", "5.12", without=(5, 7))


@case
def purged_by_another() -> Case:
    world = begun()
    world.add("police", "submit", **statement())
    told = {"entry": world.id_of(4), "reason": "sent-in-error"}
    world.add("council", "purge", **said("council", **told))
    world.add("police", "purge", **said("police", **told))
    world.add("police", "purge", **said("police", **told))
    world.add("council", "purge", **said("council", **told | {"reason": "destroyed-here"}))
    return Case(
        world,
        "by its own partner first, once; then others say that theirs is gone",
        "5.12",
        without=(5, 7),
    )


@case
def remembered_more() -> Case:
    world = begun()
    return Case(
        world, "the reader has verified more", "6.1", "lost its end", remembers=f"9 {'12' * 32}"
    )


@case
def remembered_otherwise() -> Case:
    world = begun()
    return Case(
        world, "the reader has verified another", "6.1", "altered", remembers=f"3 {'12' * 32}"
    )


@case
def checkpoint_of_another_tree() -> Case:
    world = begun().checkpoint("fire", root=b"\1" * 32)
    return Case(world, "a partner signed another root", "6.2", "altered")


@case
def checkpoint_of_more() -> Case:
    world = begun().checkpoint("fire", 9, b"\1" * 32)
    return Case(world, "a partner signed more entries", "6.2", "lost its end")


@case
def checkpoint_by_a_stranger() -> Case:
    world = World().found().checkpoint("fire", 9, b"\1" * 32)
    return Case(world, "a checkpoint by nobody enrolled proves nothing", "6.2")


@case
def sighting_of_another_tree() -> Case:
    world = begun().cosign("fire", 3, b"\1" * 32)
    return Case(world, "a witness saw another root", "6.3", "altered")


@case
def sighting_of_more() -> Case:
    world = begun().cosign("fire", 9, b"\1" * 32)
    return Case(world, "a witness saw more entries", "6.3", "lost its end")


@case
def sighting_by_a_stranger() -> Case:
    world = World().found().cosign("fire", 9, b"\1" * 32)
    return Case(world, "a sighting by nobody enrolled proves nothing", "6.3")


def _branches() -> tuple[World, World]:
    """Return two branches that share four entries: the one to keep, and the one to give up."""
    kept, other = begun(), begun()
    kept.append(kept.signed("police", _nil(kept)))
    for dataset in ("council-asb", "council-collisions"):
        other.add("council", "nil", **said("council", **NIL | {"dataset": dataset}, covered=Q3))
    return kept, other


def _settle(other: World) -> dict:
    leaves = [leaf_hash(data) for name, data in other.files.items() if name.startswith("log/")]
    return {"common": 4, "given_up": [leaf.hex() for leaf in leaves[4:]]}


@case
def settled_by_two() -> Case:
    kept, other = _branches()
    for who in ("council", "police"):
        kept.add(who, "settle", **_settle(other))
    kept.cosign("fire", 6, other.tree.root)
    return Case(
        kept, "who remembers the branch given up goes over", "5.15",
        remembers=f"5 {other.tree.root_at(5).hex()}",
    )  # fmt: skip


@case
def settled_by_one() -> Case:
    kept, other = _branches()
    kept.add("council", "settle", **_settle(other))
    kept.add("council", "settle", **_settle(other))
    return Case(
        kept, "one coordinator gives up nothing, however often", "5.15", "altered",
        remembers=f"5 {other.tree.root_at(5).hex()}",
    )  # fmt: skip


@case
def settled_otherwise() -> Case:
    kept, other = _branches()
    for who in ("council", "police"):
        kept.add(who, "settle", **_settle(other))
    unknown = tree_of([*kept.tree.leaves[:4], b"\1" * 32])
    return Case(
        kept, "a branch that was not named is not given up", "5.15", "altered",
        remembers=f"5 {unknown.root.hex()}",
    )  # fmt: skip


@case
def settled_by_the_wrong() -> Case:
    kept, other = _branches()
    kept.add("fire", "settle", **_settle(other))
    kept.add("council", "settle", **_settle(other) | {"common": 9})
    kept.add("council", "settle", **_settle(other) | {"common": 0})
    return Case(
        kept, "by no coordinator; after the end; before any was enrolled", "5.15", without=(5, 6, 7)
    )


SUCCEEDED = {"old": "fire", "new": "ambulance", "on": "2026-10-01", "begun": False}


def _of_format(world: World, by: str, kind: str, number: int = 6, **own: object) -> None:
    line = world.line(kind, **own) | {"format": number}
    world.append(world.signed(by, canonical_json.write(line)))


@case
def reinstated() -> Case:
    world = begun()
    nil = said("ambulance", **NIL | {"dataset": "fire-staff-violence"}, covered=Q3)
    _of_format(world, "council", "reinstate", partner="fire")
    world.add("council", "succeed", **SUCCEEDED)
    _of_format(world, "ambulance", "reinstate", partner="fire")
    _of_format(world, "council", "reinstate", 4, partner="fire")
    _of_format(world, "council", "reinstate", partner="fire")
    world.add("ambulance", "nil", **nil)
    world.add("council", "succeed", **SUCCEEDED)
    return Case(
        world, "a partner that had ended has not, once a coordinator says so", "5.23",
        without=(4, 6, 7, 9),
    )  # fmt: skip


@case
def agreed_sooner() -> Case:
    world = begun()
    protocol = {
        "title": "ISP", "sha256": "12" * 32, "size": 9, "smallest": 5, "domestic": {},
        "personal": False, "places": {}, "minutes": [], "local": {}, "witnesses": 1,
        "review": None, "behalf": [],
    }  # fmt: skip
    for number, every, days in ((6, "month", 20), (4, "month", 20), (6, "month", 91),
                                (6, "week", 1), (6, "quarter", 0)):  # fmt: skip
        told = {"deadlines": {"police-crime": {"every": every, "days": days}}}
        _of_format(world, "council", "publish-protocol", number, **protocol | told)
    _of_format(world, "council", "publish-protocol", 6, **protocol)
    return Case(world, "deadlines of a protocol, since format 6", "5.6", without=(5, 6, 7))


@case
def answered() -> Case:
    world = begun()
    nothing = {
        "action": "", "by": None, "meeting": None, "milestone": "", "on": "2026-10-20", "owner": "",
        "pages": "", "position": "", "requirement": "12", "review": None, "state": "met",
    }  # fmt: skip
    both = [nothing, nothing | {"requirement": "of-a-later-list", "state": "waits-county"}]
    for by, number, answers in (
        ("council", 6, both), ("council", 4, both), ("fire", 6, both), ("council", 6, []),
        ("council", 6, [nothing | {"state": "yes"}]), ("council", 6, [nothing | {"on": None}]),
    ):  # fmt: skip
        _of_format(world, by, "answer", number, **said(by, answers=answers))
    return Case(world, "several requirements at once, since format 6", "5.24",
                without=(5, 6, 7, 8, 9))  # fmt: skip


@case
def succeeded() -> Case:
    world = begun()
    told = SUCCEEDED
    nil = said("ambulance", **NIL | {"dataset": "fire-staff-violence"}, covered=Q3)
    world.add("ambulance", "nil", **nil)
    world.add("ambulance", "succeed", **told)
    world.add("council", "succeed", **told)
    world.add("council", "succeed", **told)
    world.add("council", "succeed", **told | {"old": "nobody"})
    world.add("ambulance", "nil", **nil)
    return Case(
        world, "a successor may return what its forerunner held", "5.16", without=(4, 5, 7, 8)
    )


def _adopt(world: World, by: str = "police", **over: object) -> World:
    told = {
        "dataset": "council-licensing", "title": "Licensing", "schema": 1, "minutes": False,
        "holders": [{"kind": "fire", "certain": False, "first": None, "last": None}],
        "first": "2026Q4", "format": 2,
    } | over  # fmt: skip
    own = {name: value for name, value in told.items() if name != "format"}
    line = world.line("adopt", **own) | {"format": told["format"]}
    world.append(world.signed(by, canonical_json.write(line)))
    return world


def _licensing(world: World, **over: object) -> World:
    told = statement("fire", "council-licensing", **over)
    world.append(world.signed("fire", canonical_json.write(world.line("submit", **told))))
    return world


@case
def a_dataset_not_adopted() -> Case:
    return last(_licensing(begun()), "a dataset that was not adopted", "5.9")


@case
def a_dataset_adopted() -> Case:
    world = _licensing(_adopt(begun()))
    return Case(world, "a dataset that readers need not know, adopted and returned", "5.18")


@case
def a_version_not_adopted() -> Case:
    return last(_licensing(_adopt(begun()), schema=2), "a version that is not adopted", "5.9")


@case
def a_version_adopted() -> Case:
    world = _licensing(_adopt(_adopt(begun()), schema=2), schema=2)
    return Case(world, "a newer version, adopted and written", "5.18")


@case
def an_earlier_version_than_is_adopted() -> Case:
    world = _licensing(_adopt(begun(), schema=2, first="2026Q3", format=4))
    return last(world, "an earlier version than is adopted for its quarter", "5.9")


@case
def an_earlier_version_in_an_earlier_quarter() -> Case:
    world = _licensing(_adopt(begun(), schema=2, first="2026Q4", format=4))
    return Case(world, "an earlier version, in a quarter before its adoption begins", "5.9")


@case
def an_earlier_version_adopted_in_format_2() -> Case:
    world = _licensing(_adopt(begun(), schema=2, first="2026Q3"))
    return Case(world, "an adoption of format 2 lets earlier versions have effect", "5.18")


@case
def founded_in_the_second_form() -> Case:
    world = World()
    world.found(format=4)
    world.add("police", "submit", **statement(schema=2))
    world.add("police", "submit", **statement(schema=1))
    return last(world, "founded in format 4, where version 1 has no effect", "5.18")


@case
def adopted_by_no_coordinator() -> Case:
    return last(_adopt(begun(), by="ambulance"), "adopted by a liaison officer", "5.18")


@case
def adopted_backwards() -> Case:
    world = _adopt(_adopt(begun(), schema=2), schema=1)
    return last(world, "an earlier version than is in use", "5.18")


@case
def adopted_though_local() -> Case:
    return last(_adopt(begun(), dataset="local-noise"), "a local dataset is not adopted", "5.18")


@case
def adopted_in_format_1() -> Case:
    return last(_adopt(begun(), format=1), "a kind that format 1 does not have", "2.4f")


def _edition(world: World, by: str = "police", **over: object) -> World:
    told = {"quarter": "2026Q3", "size": world.tree.size, "format": 3} | over
    own = {name: value for name, value in told.items() if name != "format"}
    line = world.line("edition", **own) | {"format": told["format"]}
    world.append(world.signed(by, canonical_json.write(line)))
    return world


@case
def editions_issued() -> Case:
    world = _edition(_edition(_edition(begun()), quarter="2026Q2"))
    return Case(world, "two editions of a quarter, and one of another", "5.20")


@case
def edition_by_no_coordinator() -> Case:
    return last(_edition(begun(), by="ambulance"), "issued by a liaison officer", "5.20")


@case
def edition_not_seen() -> Case:
    return last(_edition(begun(), size=6), "it counts more than its signer had seen", "5.20")


@case
def edition_not_later() -> Case:
    world = _edition(_edition(begun(), size=4), size=4)
    return last(world, "it counts no more than the edition before it", "5.20")


@case
def edition_of_nothing() -> Case:
    return last(_edition(begun(), size=0), "it counts no entry", "5.20")


@case
def edition_in_format_2() -> Case:
    return last(_edition(begun(), format=2), "a kind that format 2 does not have", "2.4f")


@case
def edition_of_no_quarter() -> Case:
    return last(_edition(begun(), quarter="2026Q5"), "not of its shape", "5.20")


def _sixth(world: World, by: str, kind: str, **fields: object) -> World:
    world.append(world.signed(by, canonical_json.write(world.line(kind, **fields) | {"format": 6})))
    return world


def _founded_with_proof() -> World:
    world = World()
    cards = [proving_note("council"), proving_note("police")]
    world.found(format=6, cards=cards)
    for who in ("ambulance", "fire"):
        _sixth(world, "council", "enrol", card=proving_note(who))
    return world


CORRECTED = {
    "authority": "fire", "name": "Westshire Fire and Rescue", "kinds": ["fire", "other"],
    "first": "2026Q3",
}  # fmt: skip


@case
def a_partner_corrected() -> Case:
    world = begun()
    crime = statement("fire", "police-crime")
    world.add("fire", "submit", **crime)
    _sixth(world, "police", "correct-partner", **CORRECTED | {"kinds": ["police"]})
    world.add("fire", "submit", **crime)
    world.add("fire", "submit", **statement("fire", "fire-staff-violence"))
    keys = officer("a new one")
    new = {"officer": "deputy", "signer": keys.signer, "recipient": str(keys.identity.recipient)}
    _sixth(world, "police", "enrol", card=proving_note("fire", signed_by="a new one", **new))
    new |= {"name": CORRECTED["name"], "kinds": ["police"]}
    _sixth(world, "police", "enrol", card=proving_note("fire", signed_by="a new one", **new))
    return Case(
        world, "a partner may return what it holds and held; a card must agree with the correction",
        "5.21", without=(4, 8),
    )  # fmt: skip


@case
def a_partner_corrected_by_the_wrong() -> Case:
    world = begun()
    _sixth(world, "ambulance", "correct-partner", **CORRECTED)
    _sixth(world, "council", "correct-partner", **CORRECTED | {"authority": "nobody"})
    _sixth(world, "council", "correct-partner", **CORRECTED | {"kinds": ["fire", "fire"]})
    _sixth(world, "council", "correct-partner", **CORRECTED | {"kinds": []})
    _sixth(world, "council", "correct-partner", **CORRECTED | {"first": "0999Q1"})
    world.add("council", "correct-partner", **CORRECTED)
    return Case(
        world, "by no coordinator; of nobody; not of its shape; in format 1", "5.21 2.4f",
        without=(4, 5, 6, 7, 8, 9),
    )  # fmt: skip


def _suspend(
    world: World, by: str, entry: str, *, suspended: bool = True, reason: str = ""
) -> None:
    reason = reason or ("contents-in-doubt" if suspended else "lifted")
    told = said(by, entry=entry, suspended=suspended, reason=reason)
    _sixth(world, by, "suspend", **told)


@case
def a_submission_suspended_and_again_used() -> Case:
    world = begun()
    world.add("fire", "submit", **statement("fire", "fire-staff-violence"))
    entry = world.id_of(4)
    _suspend(world, "council", entry)
    _suspend(world, "police", entry, reason="identifies-people")
    _suspend(world, "council", entry, suspended=False)
    world.add(
        "fire", "submit", **statement("fire", "fire-staff-violence", covered=Q2, quarter="2026Q2")
    )
    _suspend(world, "council", world.id_of(8))
    _suspend(world, "police", world.id_of(8), reason="cannot-be-used")
    return Case(
        world, "two coordinators suspend two, and one takes their word on the first back", "5.22",
        headers={"suspended": "8"},
    )  # fmt: skip


@case
def a_submission_suspended_by_the_wrong() -> Case:
    world = begun()
    world.add("fire", "submit", **statement("fire", "fire-staff-violence"))
    entry = world.id_of(4)
    _suspend(world, "fire", entry)
    _suspend(world, "council", world.id_of(3))
    _suspend(world, "council", entry, suspended=False)
    _suspend(world, "council", entry, reason="lifted")
    _suspend(world, "council", entry, reason="no-reason-of-the-list")
    _suspend(world, "council", entry)
    _suspend(world, "council", entry)
    _suspend(world, "council", entry, suspended=False, reason="contents-in-doubt")
    _sixth(world, "council", "suspend", **said("police", entry=entry, suspended=True, reason="x"))
    return Case(
        world, "by no coordinator; of no submission; without having said so; twice; for no reason",
        "5.22", without=(5, 6, 7, 8, 9, 11, 12, 13),
    )  # fmt: skip


@case
def cards_that_prove_their_keys() -> Case:
    world = _founded_with_proof()
    world.enrol("analysts")
    _sixth(world, "council", "enrol", card=card_note("analysts"))
    world.add("council", "enrol", card=proving_note("analysts"))
    _sixth(world, "council", "enrol", card=proving_note("analysts", by="police"))
    _sixth(world, "council", "enrol", card=proving_note("analysts", format=1))
    _sixth(world, "council", "enrol", card=card_note("analysts", format=2))
    _sixth(world, "council", "enrol", card=proving_note("analysts"))
    return Case(
        world, "without proof; in another format; proof of another key; with proof", "5.2",
        without=(3, 4, 5, 6, 7, 8),
    )  # fmt: skip


@case
def proof_after_cards_without_it() -> Case:
    world = begun()
    _sixth(world, "council", "correct-partner", **CORRECTED)
    world.cosign("ambulance", 4)
    return Case(world, "cards from before count as they did", "5.2")


@case
def a_witness_key_that_another_card_names_and_the_owner_proves() -> Case:
    world = World().found().enrol("ambulance", witness=card("fire")["witness"])
    _sixth(world, "council", "enrol", card=proving_note("fire"))
    _sixth(world, "council", "enrol", card=proving_note("analysts"))
    world.cosign("fire", root=b"\1" * 32)
    return Case(
        world, "a witness key is the authority's whose card proves it, whoever named it first",
        "6.3", "altered",
    )  # fmt: skip


@case
def queries_answered() -> Case:
    answers = [{"query": "months-missing", "reason": "system-down"}]
    world = begun()
    nil = said("ambulance", **NIL | {"dataset": "ambulance-callouts"}, covered=Q2)
    _sixth(world, "ambulance", "nil", **nil)
    _sixth(world, "fire", "submit", **statement("fire", "fire-staff-violence", answers=answers))
    _sixth(world, "council", "correct-partner", **CORRECTED)
    _sixth(world, "fire", "submit", **statement("fire", "fire-staff-violence", answers=answers))
    _sixth(world, "fire", "submit", **statement("fire", "fire-staff-violence"))
    world.add("fire", "submit", **statement("fire", "fire-staff-violence", answers=answers))
    other = [answers[0] | {"reason": "not a slug"}]
    _sixth(world, "fire", "submit", **statement("fire", "fire-staff-violence", answers=other))
    _sixth(world, "fire", "submit", **statement("fire", "fire-staff-violence", answers=[]))
    world.add("police", "submit", **statement())
    return Case(
        world, "in format 6, which a coordinator has used first; not of its shape; in format 1",
        "5.9 2.4f", without=(4, 5, 8, 9, 10),
    )  # fmt: skip


@case
def an_entry_lost_for_good() -> Case:
    world, lost = begun(), begun()
    lost.append(lost.signed("police", _nil(lost)))
    tree = {"size": 5, "root": lost.tree.root.hex()}
    told = {"common": 4, "given_up": [], "trees": [tree]}
    _sixth(world, "council", "settle", **told | {"common": 5})
    for who in ("council", "police"):
        _sixth(world, who, "settle", **told | {"common": 5, "trees": []})
    for who in ("council", "police"):
        _sixth(world, who, "settle", **told)
    world.cosign("fire", 5, lost.tree.root)
    world.add("council", "settle", **told)
    return Case(
        world, "of which only a cosignature is left, and what a reader remembers", "5.15",
        without=(4, 9), remembers=f"5 {lost.tree.root.hex()}",
    )  # fmt: skip


@case
def an_entry_lost_says_one_coordinator() -> Case:
    world, lost = begun(), begun()
    lost.append(lost.signed("police", _nil(lost)))
    tree = {"size": 5, "root": lost.tree.root.hex()}
    told = {"common": 4, "given_up": [], "trees": [tree]}
    _sixth(world, "council", "settle", **told)
    world.cosign("fire", 5, lost.tree.root)
    return Case(world, "one coordinator alone gives nothing up", "5.15 6.3", "altered")
