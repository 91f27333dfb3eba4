"""Which branch of a log counts, after its entries were lost or written twice."""

from dataclasses import dataclass
from typing import Any, Final

from partners.entries import fields
from partners.entries.body import Body

GIVEN_UP: Final = 800  # entries of a branch, at most: what fits into one entry
TREES: Final = 100  # that were signed of entries that are lost, at most


@dataclass(frozen=True, slots=True)
class TreeGivenUp:
    """A tree that somebody has signed, and whose entries nobody has any more."""

    size: int
    root: str


def _tree(value: Any) -> TreeGivenUp:
    return TreeGivenUp(
        **fields.read_fields(value, {"size": fields.integer, "root": fields.hex_256})
    )


@dataclass(frozen=True, slots=True)
class Settle(Body):
    """Of two branches of the log, this one is kept; it counts when two coordinators say so.

    A branch is what one part of the partners wrote while the other wrote something else, such as
    after a backup was restored; or entries that are lost, of which only signatures are left.

    Attributes:
        common: How many entries the two share.
        given_up: The leaf hashes of what followed in the other one, in order; and of entries that
            lie beyond what is lost.
        trees: What was signed of entries that nobody has; none where the format has no such field.
    """

    common: int
    given_up: tuple[str, ...]
    trees: tuple[TreeGivenUp, ...] | None = None

    SHAPES = {
        "common": fields.integer,
        "given_up": fields.many(fields.hex_256, least=1, most=GIVEN_UP),
    }
    LATER = {
        "given_up": fields.many(fields.hex_256, most=GIVEN_UP),
        "trees": fields.many(_tree, most=TREES),
    }
