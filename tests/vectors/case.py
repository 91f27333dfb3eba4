"""What a case is, the list of them, and what many cases begin with."""

from collections.abc import Callable
from dataclasses import dataclass, field

from partners.entries import canonical_json
from tests.vectors.world import World, said

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


def assessed(who: str = "council", **told: object) -> dict:
    nothing = {"position": "", "action": "", "owner": "", "by": None, "page": ""}
    return said(who, **nothing | told)


def nil_line(world: World, **over: object) -> bytes:
    return canonical_json.write(world.line("nil", **said("police", **NIL, covered=Q3)) | over)


def of_format(world: World, by: str, kind: str, number: int = 6, **own: object) -> World:
    line = world.line(kind, **own) | {"format": number}
    world.append(world.signed(by, canonical_json.write(line)))
    return world
