"""Logs of which entries are lost or whose tree was signed otherwise, and how that is settled."""

from exchange.log.merkle import leaf_hash, tree_of
from tests.vectors.case import NIL, Q3, Case, begun, case, nil_line, of_format
from tests.vectors.world import (
    World,
    said,
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
    kept.append(kept.signed("police", nil_line(kept)))
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


@case
def an_entry_lost_for_good() -> Case:
    world, lost = begun(), begun()
    lost.append(lost.signed("police", nil_line(lost)))
    tree = {"size": 5, "root": lost.tree.root.hex()}
    told = {"common": 4, "given_up": [], "trees": [tree]}
    of_format(world, "council", "settle", **told | {"common": 5})
    for who in ("council", "police"):
        of_format(world, who, "settle", **told | {"common": 5, "trees": []})
    for who in ("council", "police"):
        of_format(world, who, "settle", **told)
    world.cosign("fire", 5, lost.tree.root)
    world.add("council", "settle", **told)
    return Case(
        world, "of which only a cosignature is left, and what a reader remembers", "5.15",
        without=(4, 9), remembers=f"5 {lost.tree.root.hex()}",
    )  # fmt: skip


@case
def an_entry_lost_says_one_coordinator() -> Case:
    world, lost = begun(), begun()
    lost.append(lost.signed("police", nil_line(lost)))
    tree = {"size": 5, "root": lost.tree.root.hex()}
    told = {"common": 4, "given_up": [], "trees": [tree]}
    of_format(world, "council", "settle", **told)
    world.cosign("fire", 5, lost.tree.root)
    return Case(world, "one coordinator alone gives nothing up", "5.15 6.3", "altered")
