"""Logs of submissions and other returns, rightly and wrongly made, and what is said of them."""

from tests.vectors.case import (
    HALVES,
    NIL,
    Q2,
    Q3,
    Case,
    begun,
    case,
    last,
    nil_line,
    of_format,
)
from tests.vectors.member_cases import CORRECTED, founded_with_proof
from tests.vectors.world import (
    World,
    card_note,
    proving_note,
    said,
    statement,
)


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
    world.append(world.signed("police", nil_line(world)))
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
        of_format(world, "council", "publish-protocol", number, **protocol | told)
    of_format(world, "council", "publish-protocol", 6, **protocol)
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
        of_format(world, by, "answer", number, **said(by, answers=answers))
    return Case(world, "several requirements at once, since format 6", "5.24",
                without=(5, 6, 7, 8, 9))  # fmt: skip


@case
def registers_recorded() -> Case:
    world = begun()
    row = {"table": "members", "id": "1", "cells": {"post": "Chief superintendent", "role": ""}}
    both = [row, row | {"table": "of-a-later-list", "cells": {}}]
    for by, number, rows in (
        ("council", 6, both), ("council", 4, both), ("fire", 6, both), ("council", 6, []),
        ("council", 6, [row | {"id": ""}]), ("council", 6, [row | {"cells": {"a b": "c"}}]),
        ("council", 6, [row | {"cells": {"post": "x" * 1001}}]),
    ):  # fmt: skip
        of_format(world, by, "record", number, **said(by, rows=rows))
    return Case(world, "rows of the strategy group's registers, since format 6", "5.25",
                without=(5, 6, 7, 8, 9, 10))  # fmt: skip


def _suspend(
    world: World, by: str, entry: str, *, suspended: bool = True, reason: str = ""
) -> None:
    reason = reason or ("contents-in-doubt" if suspended else "lifted")
    told = said(by, entry=entry, suspended=suspended, reason=reason)
    of_format(world, by, "suspend", **told)


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
    of_format(
        world, "council", "suspend", **said("police", entry=entry, suspended=True, reason="x")
    )
    return Case(
        world, "by no coordinator; of no submission; without having said so; twice; for no reason",
        "5.22", without=(5, 6, 7, 8, 9, 11, 12, 13),
    )  # fmt: skip


@case
def cards_that_prove_their_keys() -> Case:
    world = founded_with_proof()
    world.enrol("analysts")
    of_format(world, "council", "enrol", card=card_note("analysts"))
    world.add("council", "enrol", card=proving_note("analysts"))
    of_format(world, "council", "enrol", card=proving_note("analysts", by="police"))
    of_format(world, "council", "enrol", card=proving_note("analysts", format=1))
    of_format(world, "council", "enrol", card=card_note("analysts", format=2))
    of_format(world, "council", "enrol", card=proving_note("analysts"))
    return Case(
        world, "without proof; in another format; proof of another key; with proof", "5.2",
        without=(3, 4, 5, 6, 7, 8),
    )  # fmt: skip


@case
def queries_answered() -> Case:
    answers = [{"query": "months-missing", "reason": "system-down"}]
    world = begun()
    nil = said("ambulance", **NIL | {"dataset": "ambulance-callouts"}, covered=Q2)
    of_format(world, "ambulance", "nil", **nil)
    of_format(world, "fire", "submit", **statement("fire", "fire-staff-violence", answers=answers))
    of_format(world, "council", "correct-partner", **CORRECTED)
    of_format(world, "fire", "submit", **statement("fire", "fire-staff-violence", answers=answers))
    of_format(world, "fire", "submit", **statement("fire", "fire-staff-violence"))
    world.add("fire", "submit", **statement("fire", "fire-staff-violence", answers=answers))
    other = [answers[0] | {"reason": "not a slug"}]
    of_format(world, "fire", "submit", **statement("fire", "fire-staff-violence", answers=other))
    of_format(world, "fire", "submit", **statement("fire", "fire-staff-violence", answers=[]))
    world.add("police", "submit", **statement())
    return Case(
        world, "in format 6, which a coordinator has used first; not of its shape; in format 1",
        "5.9 2.4f", without=(4, 5, 8, 9, 10),
    )  # fmt: skip
