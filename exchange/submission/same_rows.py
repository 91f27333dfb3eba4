"""Partnerships that get the same rows: a row is shared once, however many it goes to.

A county and its districts may be partnerships of their own, and an officer may share with all of
them. Whoever holds two releases of a row that differ learns more than from either: of a row that is
fine in one and coarse in the other, that it is cover.

Keeps true: what decides how a row is shared is the same in all partnerships that share its area:
the areas and what counts as inside them, the strictest settings, the key by which cover is chosen,
and what was shared before. Partnerships that share nothing but an outward code share the settings.

Leaves to others: partnerships that stand in another exchange.toml, of which nothing is known here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from depersonalise.policy import Domestic
from depersonalise.release.batches import EarlierRelease
from exchange.errors import Usage
from exchange.profile.earlier_releases import QuarterSettings
from exchange.profile.settings import Settings
from partners.register.register import Register
from schemas.areas import Area
from schemas.quarters import Covered

Member = tuple[Settings, Register]  # of one partnership
Memory = tuple[
    EarlierRelease, QuarterSettings
]  # what was shared with one, and the settings used then
_PLACES: Final = ("outward", "lsoa", "")  # the strictest first


@dataclass(frozen=True, slots=True)
class PartnershipOverlap:
    """One partnership, and those that get some of its rows.

    Attributes:
        member: The partnership itself.
        kin: Those that share an area with it, itself among them, in the order of exchange.toml.
        near: Those that share an area or an outward code with it, itself among them.
        areas: Of all its kin; a row is looked for in all of them.
        number: Its place among its kin.
    """

    member: Member
    kin: tuple[Member, ...]
    near: tuple[Member, ...]
    areas: tuple[Area, ...]
    number: int


def overlap_of(member: Member, members: Sequence[Member]) -> PartnershipOverlap:
    """Return who gets some of a partnership's rows.

    Args:
        members: All partnerships of exchange.toml, in its order.
    """
    kin = _find_linked(member, members, _area_codes)
    return PartnershipOverlap(
        member,
        kin,
        _find_linked(member, members, _places),
        merged_areas(area for _, register in kin for area in register.areas),
        [settings.origin for settings, _ in kin].index(member[0].origin),
    )


def _is_same(member: Member, other: Member) -> bool:
    return member[0].origin == other[0].origin


def _area_codes(member: Member) -> set[str]:
    return {area.code for area in member[1].areas}


def _places(member: Member) -> set[str]:
    return _area_codes(member) | {code for area in member[1].areas for code in area.outward}


def _find_linked(
    member: Member, members: Sequence[Member], places: Callable[[Member], set[str]]
) -> tuple[Member, ...]:
    """Return who is linked with a partnership by places in common, directly or through others."""
    known = places(member)
    while True:
        linked = tuple(m for m in members if _is_same(m, member) or places(m) & known)
        wider = known.union(*(places(m) for m in linked))
        if wider == known:
            return linked
        known = wider


def merged_areas(areas: Iterable[Area]) -> tuple[Area, ...]:
    """Return each area once, with all that counts as inside it, for as long as it is one at all."""
    by_code: dict[str, Area] = {}
    for area in areas:
        known = by_code.get(area.code, area)
        by_code[area.code] = replace(
            known,
            outward=known.outward | area.outward,
            lsoas=known.lsoas | area.lsoas,
            first=min(known.first, area.first) if known.first and area.first else None,
            last=max(known.last, area.last) if known.last and area.last else None,
        )
    return tuple(by_code.values())


def check_days(overlap: PartnershipOverlap, covered: Covered) -> None:
    """Refuse dates of which an area belongs to a partnership for a part only.

    Raises:
        Usage: it is one on other of these days in another that shares it.
    """
    for area in overlap.member[1].areas:
        for _, register in overlap.kin:
            days = [_days(a, covered) for a in (area, *register.areas) if a.code == area.code]
            if len({day for day in days if day is not None}) > 1:
                raise partnerships_differ(
                    overlap.kin,
                    f"the days on which {area.code} is one of their areas",
                    "a coordinator ends or adds it from the same day in both: "
                    "exchange partnership area",
                )


def _days(area: Area, covered: Covered) -> tuple[date, date] | None:
    first = max(area.first or covered.first, covered.first)
    last = min(area.last or covered.last, covered.last)
    return (first, last) if first <= last else None


def partnerships_differ(kin: Sequence[Member], difference: str, *remedies: str) -> Usage:
    """Return the refusal of a submission whose rows would differ between two partnerships."""
    names = ", ".join(settings.slug for settings, _ in kin)
    return Usage(
        "partnerships-differ",
        f"{names} share an area and would get different rows of it: they differ in {difference}",
        *remedies,
        "nothing was sent: somebody who holds both versions would learn more than from either one",
    )


def smallest_of(members: Sequence[Member]) -> int:
    """Return how many rows must be alike: the most that a protocol of some partnerships asks."""
    return max(register.settings.smallest for _, register in members)


def place_of(members: Sequence[Member], dataset: str) -> str:
    """Return the coarsest of the finest places that the protocols allow to be shared."""
    places = {register.settings.places.get(dataset, "") for _, register in members}
    return next((place for place in _PLACES if place in places), "")


def domestic_of(own: Domestic, others: Iterator[str]) -> Domestic:
    """Return how to treat domestic incidents, where others share some of the rows.

    What is not to leave to one leaves to none; as personal data it leaves where that was chosen.
    """
    if own is Domestic.GENERALISE and any(choice != Domestic.GENERALISE for choice in others):
        return Domestic.WITHHOLD
    return own


def combined_memory(known: Sequence[Memory | None], overlap: PartnershipOverlap) -> Memory | None:
    """Return what was shared of a partnership's areas, and the settings that were used then.

    Args:
        known: Of each of its kin, in their order.

    Raises:
        Usage: what was settled differs, so that no rows could satisfy both.
    """
    own = known[overlap.number]
    others = [memory for memory in known if memory is not None and memory is not own]
    memories = ([own] if own else []) + others
    if not memories:
        return None
    if len({settled.key for _, settled in memories}) > 1:
        raise partnerships_differ(
            overlap.kin,
            "the keys by which records that were sent before are known",
            "the quarter can be withdrawn in one of them, and sent to it no more",
        )
    first = [settled for _, settled in memories if settled.domestic]
    if own and own[1].domestic:
        settled = own[1]
    elif first:  # another had the quarter first
        most = max(settled.smallest for settled in first)
        settled = replace(first[0], smallest=most, late=0)
    else:
        settled = memories[0][1]
    earlier = [_of_areas(release, _area_codes(overlap.member)) for release, _ in memories]
    return _merge_memories(earlier, has_own=bool(own)), settled


def _of_areas(earlier: EarlierRelease, codes: set[str]) -> EarlierRelease:
    return replace(earlier, rows=earlier.rows.filter(pl.col("area").is_in(codes)))


def _merge_memories(memories: Sequence[EarlierRelease], *, has_own: bool) -> EarlierRelease:
    """Return several memories as one; where two know a record, the first has the word."""
    first, *others = (earlier.rows for earlier in memories)
    if has_own or others:
        others = [rows.drop_nulls("ref") for rows in others]
    rows = first
    for frame in others:
        rows = pl.concat(
            [rows, frame.join(rows, on=["ref", "nth"], how="anti").select(rows.columns)]
        )
    waiting = pl.concat([earlier.held for earlier in memories]).unique(["ref", "nth"], keep="first")
    away, ended, once = (
        pl.concat(frames).unique()
        for frames in zip(
            *((m.elsewhere, m.ended, m.once_elsewhere) for m in memories), strict=True
        )
    )
    inside = dict.fromkeys(name for earlier in memories for name in earlier.inside)
    return EarlierRelease(rows, tuple(inside), away, waiting, ended, once)
