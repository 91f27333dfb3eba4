"""Logs in which datasets are adopted and editions of the published tables issued."""

from partners.entries import canonical_json
from tests.vectors.case import Case, begun, case, last
from tests.vectors.world import (
    World,
    statement,
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
