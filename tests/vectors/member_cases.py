"""Logs in which somebody enrols, succeeds, is corrected or revoked, rightly and wrongly."""

import json
from collections.abc import Callable, Iterator

from tests.vectors.case import (
    CASES,
    NIL,
    Q2,
    Q3,
    Case,
    begun,
    case,
    last,
    of_format,
)
from tests.vectors.world import (
    World,
    card,
    card_note,
    officer,
    proving_note,
    said,
    statement,
)


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


SUCCEEDED = {"old": "fire", "new": "ambulance", "on": "2026-10-01", "begun": False}


@case
def reinstated() -> Case:
    world = begun()
    nil = said("ambulance", **NIL | {"dataset": "fire-staff-violence"}, covered=Q3)
    of_format(world, "council", "reinstate", partner="fire")
    world.add("council", "succeed", **SUCCEEDED)
    of_format(world, "ambulance", "reinstate", partner="fire")
    of_format(world, "council", "reinstate", 4, partner="fire")
    of_format(world, "council", "reinstate", partner="fire")
    world.add("ambulance", "nil", **nil)
    world.add("council", "succeed", **SUCCEEDED)
    return Case(
        world, "a partner that had ended has not, once a coordinator says so", "5.23",
        without=(4, 6, 7, 9),
    )  # fmt: skip


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


def founded_with_proof() -> World:
    world = World()
    cards = [proving_note("council"), proving_note("police")]
    world.found(format=6, cards=cards)
    for who in ("ambulance", "fire"):
        of_format(world, "council", "enrol", card=proving_note(who))
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
    of_format(world, "police", "correct-partner", **CORRECTED | {"kinds": ["police"]})
    world.add("fire", "submit", **crime)
    world.add("fire", "submit", **statement("fire", "fire-staff-violence"))
    keys = officer("a new one")
    new = {"officer": "deputy", "signer": keys.signer, "recipient": str(keys.identity.recipient)}
    of_format(world, "police", "enrol", card=proving_note("fire", signed_by="a new one", **new))
    new |= {"name": CORRECTED["name"], "kinds": ["police"]}
    of_format(world, "police", "enrol", card=proving_note("fire", signed_by="a new one", **new))
    return Case(
        world, "a partner may return what it holds and held; a card must agree with the correction",
        "5.21", without=(4, 8),
    )  # fmt: skip


@case
def a_partner_corrected_by_the_wrong() -> Case:
    world = begun()
    of_format(world, "ambulance", "correct-partner", **CORRECTED)
    of_format(world, "council", "correct-partner", **CORRECTED | {"authority": "nobody"})
    of_format(world, "council", "correct-partner", **CORRECTED | {"kinds": ["fire", "fire"]})
    of_format(world, "council", "correct-partner", **CORRECTED | {"kinds": []})
    of_format(world, "council", "correct-partner", **CORRECTED | {"first": "0999Q1"})
    world.add("council", "correct-partner", **CORRECTED)
    return Case(
        world, "by no coordinator; of nobody; not of its shape; in format 1", "5.21 2.4f",
        without=(4, 5, 6, 7, 8, 9),
    )  # fmt: skip


@case
def proof_after_cards_without_it() -> Case:
    world = begun()
    of_format(world, "council", "correct-partner", **CORRECTED)
    world.cosign("ambulance", 4)
    return Case(world, "cards from before count as they did", "5.2")


@case
def a_witness_key_that_another_card_names_and_the_owner_proves() -> Case:
    world = World().found().enrol("ambulance", witness=card("fire")["witness"])
    of_format(world, "council", "enrol", card=proving_note("fire"))
    of_format(world, "council", "enrol", card=proving_note("analysts"))
    world.cosign("fire", root=b"\1" * 32)
    return Case(
        world, "a witness key is the authority's whose card proves it, whoever named it first",
        "6.3", "altered",
    )  # fmt: skip
