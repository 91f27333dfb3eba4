"""What is settled before an extract is made ready: places, the protocol, the officer's choices.

Leaves to others: what is done with it (`prepare.py`).
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from depersonalise.places.gazetteer import Gazetteer
from depersonalise.places.outward_codes import outward_names
from depersonalise.places.protected_places import read_protected
from depersonalise.policy import Domestic, Policy
from exchange.errors import Usage
from exchange.keys.identity import UnlockedKey
from exchange.profile.earlier_releases import QuarterSettings, new_key, recall
from exchange.profile.settings import Settings
from exchange.submission.incomplete_quarter import completes_quarter, months_with_held_rows
from exchange.submission.interrupted import finish_logged
from exchange.submission.may_submit import version_of
from exchange.submission.same_rows import (
    Member,
    Memory,
    PartnershipOverlap,
    check_days,
    combined_memory,
    domestic_of,
    partnerships_differ,
    place_of,
    smallest_of,
)
from partners.register.register import Register
from partners.register.state import ReturnKey, Submission
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.extract.places import PlaceLookup, Protected
from schemas.quarters import Covered


@dataclass(frozen=True, slots=True)
class PrepareOptions:
    """How an extract is to be made ready, as far as the officer says it now.

    Attributes:
        dates: The dates it covers, as typed.
        domestic: How to treat recorded domestic incidents; empty for what is settled already.
        part: Of several in which the partner returns the dataset.
        unlock: Returns the unlocked officer's identity, to compare with what was sent earlier.
        keeps_cells: The cells of the file are kept for whoever shows rows beside what is shared.
        keeps_rows: The checked rows are kept once they are depersonalised; those of a plan for
            sending are not, to spare memory, unless the cells are.
    """

    dates: str | None = None
    domestic: str = ""
    part: str = ""
    unlock: Callable[[Settings], UnlockedKey] | None = None
    keeps_cells: bool = False
    keeps_rows: bool = True


def places_of(members: Sequence[Member]) -> PlaceLookup:
    """Return what is known of places: the areas' own outward codes, then the gazetteer.

    Raises:
        GazetteerBroken, ProtectedUnreadable: what there is can't be read.
    """
    own = {code for _, register in members for area in register.areas for code in area.outward}
    gazetteer = Gazetteer(members[0][0].gazetteer_folder if members else None)
    directory = gazetteer.directory

    def known(codes: set[str]) -> set[str]:
        # "M11" may be the sector "M1 1" of an outward code of ours, without its space.
        sectors = {code for code in codes if code[-1].isdigit() and code[:-1] in own}
        return codes & own | gazetteer.knows(codes - own - sectors)

    lists = [read_protected(s.path(s.protected), directory) for s, _ in members if s.protected]
    protected = Protected(
        frozenset().union(*(listed.postcodes for listed in lists)),
        frozenset().union(*(listed.points for listed in lists)),
    )
    if directory is None:
        return PlaceLookup(known, protected=protected, outward_names=outward_names)
    return PlaceLookup(
        known,
        find=directory.find,
        nearest=directory.nearest,
        districts=directory.districts,
        edition=directory.edition,
        protected=protected,
        outward_names=outward_names,
    )


def policy_of(
    dataset: Dataset,
    covered: Covered,
    overlap: PartnershipOverlap,
    options: PrepareOptions,
    memories: dict[str, Memory | None],
) -> Policy:
    """Return what is settled for a dataset: by the protocol, exchange.toml, and the officer.

    The same for all partnerships that get the same rows, by the strictest of their settings.

    Args:
        memories: What was shared with each partnership, by its origin, as far as it was read; it is
            added to.

    Raises:
        Usage: the officer's choice is not one that the protocol allows, or partnerships that get
            the same rows can't be served alike.
    """
    settings, register = overlap.member
    refuse_newer(dataset, covered, register)
    check_days(overlap, covered)
    policy = Policy(
        smallest=smallest_of(overlap.near),
        domestic=_strictest(dataset, overlap, options.domestic),
        directory=Gazetteer(settings.gazetteer_folder).directory,
        part=options.part,
        place=place_of(overlap.near, dataset.id),
        key=secrets.token_bytes(32),
        version=_version(dataset, overlap),
        holds_protected=any(
            _holds(*member, dataset, covered, options.part) for member in overlap.kin
        ),
    )
    if options.unlock is None or dataset.is_numbers:
        return policy
    for member in overlap.kin:
        if member[0].origin not in memories:
            officer = options.unlock(member[0])
            memories[member[0].origin] = _recall(member, officer, dataset, covered, options.part)
    known = [memories[partnership.origin] for partnership, _ in overlap.kin]
    recalled = combined_memory(known, overlap)
    if recalled is None:
        return replace(policy, key=new_key(options.unlock(overlap.kin[0][0]), dataset))
    earlier, settled = recalled
    policy = replace(
        policy, key=bytes.fromhex(settled.key), earlier=earlier, late_published=settled.late
    )
    if not settled.domestic:  # the quarter itself is new
        return policy
    own = known[overlap.number]
    if own is None or not own[1].domestic:
        _check_kept(policy, settled, overlap)
        return replace(policy, smallest=settled.smallest)
    domestic = _settled_domestic(settled, options.domestic, covered)
    return replace(policy, smallest=settled.smallest, domestic=domestic)


def _recall(
    member: Member, officer: UnlockedKey, dataset: Dataset, covered: Covered, part: str
) -> Memory | None:
    """Return what was shared with a partnership, once what an interrupted run left is kept."""
    settings, register = member
    finish_logged(settings, register)
    return recall(settings, register, officer, dataset, covered, part)


def _settled_domestic(settled: QuarterSettings, typed: str, covered: Covered) -> Domestic:
    """Return how the first submission of a quarter treated domestic incidents.

    Raises:
        Usage: the officer asks for another treatment in a correction.
    """
    domestic = Domestic(settled.domestic)
    if typed and typed != domestic:
        raise Usage(
            "domestic-choice-settled",
            f"the first submission for {covered.quarter} treated domestic incidents as "
            f"{_SETTLED[domestic]}, and a correction must do the same",
        )
    return domestic


def refuse_newer(dataset: Dataset, covered: Covered, register: Register) -> None:
    """Refuse to make ready what would have no effect, in a version of before.

    Raises:
        Usage: the partnership uses a newer version in these dates than this release knows.
    """
    adopted = register.adopted.get(dataset.id)
    least = adopted.least_in(covered.quarter) if adopted else 1
    if least > dataset.version:
        raise Usage(
            "submission-needs-newer",
            f"{dataset.title} needs a newer version of exchange: the partnership uses version "
            f"{least} in {covered.quarter}, and this release knows {dataset.version}",
            "nothing was sent; install the newest version and run the same command again",
        )


def is_stricter(dataset: Dataset, overlap: PartnershipOverlap, options: PrepareOptions) -> bool:
    """Say whether settings of another partnership that gets some of the rows are stricter."""

    def settings(near: Sequence[Member]) -> tuple[int, str, Domestic]:
        narrowed = replace(overlap, near=tuple(near))
        domestic = _strictest(dataset, narrowed, options.domestic)
        return smallest_of(near), place_of(near, dataset.id), domestic

    return len(overlap.near) > 1 and settings(overlap.near) != settings([overlap.member])


def _check_kept(policy: Policy, settled: QuarterSettings, overlap: PartnershipOverlap) -> None:
    """Refuse a quarter that another partnership has, by settings that this one does not allow.

    Raises:
        Usage: it has more rows, or coarse rows of which fewer are alike.
    """
    first = "the quarter can be withdrawn there and is not sent here"
    if policy.smallest > settled.smallest:
        raise partnerships_differ(overlap.kin, "how many rows must be alike", first)
    apart = policy.domestic is not Domestic.GENERALISE
    if apart != (settled.domestic != Domestic.GENERALISE):
        raise partnerships_differ(overlap.kin, "how domestic incidents are treated", first)


def _version(dataset: Dataset, overlap: PartnershipOverlap) -> int:
    """Return the version of a dataset's form to write.

    Raises:
        Usage: partnerships that get the same rows use several.
    """
    used = {version_of(register, dataset) for _, register in overlap.kin}
    if len(used) > 1:
        raise partnerships_differ(
            overlap.kin,
            f"the version of {dataset.title} that they use",
            "a coordinator of each whose version is older runs: "
            f"exchange partnership adopt {dataset.id}",
        )
    return version_of(overlap.member[1], dataset)


def _strictest(dataset: Dataset, overlap: PartnershipOverlap, typed: str) -> Domestic:
    own = _check_choice(dataset, *overlap.member, typed)
    if not dataset.marks_domestic:
        return own
    others = (
        _choice_of(dataset, *member, typed)
        for member in overlap.near
        if member[0].origin != overlap.member[0].origin
    )
    return domestic_of(own, others)


def _choice_of(dataset: Dataset, settings: Settings, register: Register, typed: str) -> str:
    """Return how to treat domestic incidents in another partnership."""
    settled = register.settings.domestic.get(dataset.id)
    if settled == Domestic.WITHHOLD:
        return Domestic.WITHHOLD
    own: str = settings.domestic.get(dataset.id, "")
    return typed or own or settled or Domestic.GENERALISE


def _holds(
    settings: Settings, register: Register, dataset: Dataset, covered: Covered, part: str
) -> bool:
    """Say whether protected rows of these dates wait until the quarter is complete.

    Where nothing of it is held, the file that completes it brings all protected rows that it has.
    """
    if dataset.is_numbers or covered == Covered.whole(covered.quarter):
        return False
    key = ReturnKey(settings.partner, dataset.id, part)
    return not completes_quarter(register, key, covered) or bool(
        months_with_held_rows(register, key, covered)
    )


_SETTLED: Final = {
    Domestic.GENERALISE: "generalised",
    Domestic.WITHHOLD: "withheld",
    Domestic.PERSONAL: "apart, as personal data",
}


def _check_choice(dataset: Dataset, settings: Settings, register: Register, typed: str) -> Domestic:
    """Return how to treat recorded domestic incidents.

    Raises:
        Usage: the protocol does not allow what was told.
    """
    unknown = sorted(settings.domestic.keys() - DATASETS.keys() - register.adopted.keys())
    if unknown:
        raise Usage(
            "domestic-setting-not-understood",
            f"[partnership.domestic] in exchange.toml names no dataset: {', '.join(unknown)}",
            "correct its name: exchange explain lists the datasets",
        )
    own = typed or settings.domestic.get(dataset.id, "")
    if not dataset.marks_domestic:
        _refuse_choice(dataset, own)
        return Domestic.GENERALISE
    settled = register.settings.domestic.get(dataset.id)
    chosen = own or settled or Domestic.GENERALISE
    try:
        domestic = Domestic(chosen)
    except ValueError:
        raise Usage(
            "domestic-setting-not-understood",
            f'"{chosen}" in exchange.toml is not a treatment of domestic incidents for '
            f"{dataset.title}",
            f"choose: {', '.join(Domestic)}",
        ) from None
    if settled == Domestic.WITHHOLD and domestic is Domestic.GENERALISE:
        raise Usage(
            "domestic-withheld-by-protocol",
            f"the protocol of {register.name} withholds domestic incidents of {dataset.title}",
        )
    if domestic is Domestic.PERSONAL and settings.partner not in register.personal_signatories:
        raise Usage(
            "personal-clause-not-signed",
            f"{settings.partner} has not signed a clause on personal data in {register.name}",
            "to see who signed: exchange partnership protocol show",
            "otherwise leave --domestic-incidents out, or: --domestic-incidents withhold",
        )
    return domestic


def _refuse_choice(dataset: Dataset, chosen: str) -> None:
    """Refuse a choice that would have no effect, so that the rows went to everybody.

    Raises:
        Usage: domestic incidents of a dataset that marks none are to be withheld, or kept apart.
    """
    if chosen in ("", Domestic.GENERALISE):
        return
    raise Usage(
        "dataset-without-domestic-incidents",
        f"{dataset.title} does not mark domestic incidents, so --domestic-incidents does not apply",
        "leave --domestic-incidents out, or set it for each dataset in exchange.toml under "
        "[partnership.domestic]",
        "nothing was sent",
    )


def sent_before(
    settings: Settings, register: Register, dataset: Dataset, covered: Covered
) -> list[Submission]:
    """Return what the partner ever sent of a dataset for some of these dates."""
    return [
        submission
        for submission in register.submissions
        if (submission.key.partner, submission.key.dataset) == (settings.partner, dataset.id)
        and not dataset.is_numbers
        and covered.overlaps(submission.statement.covered)
    ]
