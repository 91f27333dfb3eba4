"""Logs with an entry of each bad form, and with good ones: order, lines, signatures, formats."""

import json
from collections.abc import Callable, Iterator

from partners.entries import canonical_json
from tests.vectors.case import (
    CASES,
    NIL,
    Q2,
    Q3,
    Case,
    assessed,
    begun,
    case,
    last,
    nil_line,
)
from tests.vectors.world import (
    World,
    name_of,
    said,
    statement,
)


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


@case
def altered_after_signing() -> Case:
    world = begun()
    world.append(world.signed("police", nil_line(world)).replace(b"2026-09-30", b"2026-09-29"))
    return last(world, "one byte of the text changed", "2.4c")


@case
def two_signatures() -> Case:
    world = begun()
    note = world.signed("police", nil_line(world))
    world.append(note + note.rpartition(b"\n\n")[2])
    return last(world, "two signature lines", "2.1 2.4a")


@case
def no_signature() -> Case:
    world = begun()
    world.append(nil_line(world) + b"\n")
    return last(world, "no signature line", "2.1 2.4a")


@case
def under_another_name() -> Case:
    world = begun()
    world.append(world.signed("police", nil_line(world), name_of("council")))
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
    world.append(world.signed("police", nil_line(world, origin="eastshire/" + "1" * 32)))
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
    world.append(world.signed("police", nil_line(world, id=number, reason="not-recorded")))
    world.append(world.signed("police", nil_line(world, id=number)))
    return Case(world, "an id is used up by an entry without effect too", "2.4d", without=(4, 5))


@case
def the_same_id_by_two() -> Case:
    world = begun()
    number = "77" * 16
    world.append(world.signed("police", nil_line(world, id=number)))
    told = said("council", **NIL | {"dataset": "council-asb"}, covered=Q3)
    world.append(
        world.signed("council", canonical_json.write(world.line("nil", **told) | {"id": number}))
    )
    return Case(world, "the same id by another key is another entry", "2.4d")


@case
def seen_another_log() -> Case:
    world = begun()
    world.append(world.signed("police", nil_line(world, seen={"size": 3, "root": "00" * 32})))
    return last(world, "its signer had seen another root", "2.4e")


@case
def seen_more_than_there_was() -> Case:
    world = begun()
    world.append(world.signed("police", nil_line(world, seen={"size": 5, "root": "00" * 32})))
    return last(world, "its signer had seen more than there was", "2.4e")


@case
def seen_less() -> Case:
    world = begun()
    root = world.tree.root_at(2).hex()
    world.append(world.signed("police", nil_line(world, seen={"size": 2, "root": root})))
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
    world.append(world.signed("police", nil_line(world, format=5)))
    return Case(world, "a newer format, by a coordinator", "2.5", "needs newer")


@case
def founded_twice() -> Case:
    world = begun()
    world.found()
    return last(world, "a second founding", "5.1")
