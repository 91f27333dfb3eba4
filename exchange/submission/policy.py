"""What is settled before an extract is made ready: places, the protocol, the officer's choices.

Leaves to others: what is done with it (`prepare.py`).
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from depersonalise.places.gazetteer import Gazetteer
from depersonalise.places.protected_places import read_protected
from depersonalise.policy import Domestic, Policy
from exchange.errors import Usage
from exchange.keys.identity import UnlockedKey
from exchange.profile.earlier_releases import new_key, recall
from exchange.profile.settings import Settings
from exchange.submission.send import finish_logged, version_of
from partners.register.register import Register
from partners.register.state import Submission
from schemas.datasets.dataset import SMALLEST, Dataset
from schemas.extract.places import PlaceLookup, Protected
from schemas.quarters import Covered

Member = tuple[Settings, Register]  # of one partnership


@dataclass(frozen=True, slots=True)
class PrepareOptions:
    """How an extract is to be made ready, as far as the officer says it now.

    Attributes:
        dates: The dates it covers, as typed.
        domestic: What becomes of recorded domestic incidents; empty for what is settled already.
        part: Of several in which the partner returns the dataset.
        unlock: Returns the unlocked officer's identity, to compare with what was sent before.
    """

    dates: str | None = None
    domestic: str = ""
    part: str = ""
    unlock: Callable[[Settings], UnlockedKey] | None = None


def places_of(members: Sequence[Member]) -> PlaceLookup:
    """Return what is known of places: the areas' own outward codes, then the gazetteer.

    Raises:
        GazetteerBroken, ProtectedUnreadable: what there is can't be read.
    """
    ours = {code for _, register in members for area in register.areas for code in area.outward}
    gazetteer = Gazetteer(members[0][0].gazetteer_folder if members else None)
    directory = gazetteer.directory

    def known(codes: set[str]) -> set[str]:
        rest = codes - ours
        return codes & ours | (gazetteer.knows(rest) if rest else set())

    lists = [read_protected(s.path(s.protected), directory) for s, _ in members if s.protected]
    protected = Protected(
        frozenset().union(*(one.postcodes for one in lists)),
        frozenset().union(*(one.points for one in lists)),
    )
    if directory is None:
        return PlaceLookup(known, protected=protected)
    return PlaceLookup(
        known,
        directory.find,
        directory.nearest,
        directory.districts,
        directory.edition,
        protected,
    )


def policy_of(
    dataset: Dataset,
    covered: Covered,
    settings: Settings,
    register: Register,
    options: PrepareOptions,
) -> Policy:
    """Return what is settled for a dataset: by the protocol, exchange.toml, and the officer.

    Raises:
        Usage: the officer's choice is not one that the protocol allows, or this release is too old.
    """
    refuse_newer(dataset, covered, register)
    protocol = register.protocol
    said = protocol.published if protocol else None
    domestic = _domestic(dataset, settings, register, options.domestic)
    policy = Policy(
        smallest=said.smallest if said else SMALLEST,
        domestic=domestic,
        directory=Gazetteer(settings.gazetteer_folder).directory,
        part=options.part,
        place=said.places.get(dataset.id, "") if said else "",
        key=secrets.token_bytes(32),
        version=version_of(register, dataset),
    )
    if options.unlock is None or dataset.is_numbers:
        return policy
    officer = options.unlock(settings)
    finish_logged(settings, register)
    known = recall(settings, register, officer, dataset, covered, options.part)
    if known is None:
        return replace(policy, key=new_key(officer, dataset))
    earlier, settled = known
    policy = replace(policy, key=bytes.fromhex(settled.key), earlier=earlier)
    if not settled.domestic:  # the quarter itself is new
        return policy
    if options.domestic and options.domestic != settled.domestic:
        how = _SETTLED[Domestic(settled.domestic)]
        raise Usage(
            "domestic-choice-settled",
            f"the first submission for {covered.quarter} treated domestic incidents as "
            f"{how}, and a correction must do the same",
            "nothing was sent; leave --domestic out",
        )
    return replace(policy, smallest=settled.smallest, domestic=Domestic(settled.domestic))


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
            f"{dataset.id} needs a newer version of exchange: the partnership uses version "
            f"{least} in {covered.quarter}, and this release knows {dataset.version}",
            "nothing was sent; install the newest version and run the same command again",
        )


_SETTLED: Final = {
    Domestic.GENERALISE: "generalised",
    Domestic.WITHHOLD: "withheld",
    Domestic.PERSONAL: "apart, as personal data",
}


def _domestic(dataset: Dataset, settings: Settings, register: Register, told: str) -> Domestic:
    """Return what becomes of recorded domestic incidents.

    Raises:
        Usage: the protocol does not allow what was told.
    """
    own = told or settings.domestic.get(dataset.id, "")
    if not dataset.marks_domestic:
        _refuse_choice(dataset, own)
        return Domestic.GENERALISE
    protocol = register.protocol
    settled = protocol.published.domestic.get(dataset.id) if protocol else None
    chosen = own or settled or Domestic.GENERALISE
    try:
        domestic = Domestic(chosen)
    except ValueError:
        raise Usage(
            "domestic-setting-not-understood",
            f'"{chosen}" in exchange.toml is not a treatment of domestic incidents for '
            f"{dataset.id}",
            f"choose: {', '.join(Domestic)}",
        ) from None
    if settled == Domestic.WITHHOLD and domestic is Domestic.GENERALISE:
        raise Usage(
            "domestic-withheld-by-protocol",
            f"the protocol of {register.name} withholds domestic incidents of {dataset.id}",
            "nothing was sent; leave --domestic out",
        )
    if domestic is Domestic.PERSONAL and settings.partner not in register.personal_signatories:
        raise Usage(
            "personal-clause-not-signed",
            f"{settings.partner} has not signed a clause on personal data in {register.name}",
            "to see who signed: exchange partnership protocol show",
            "otherwise leave --domestic out, or: --domestic withhold",
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
        f"{dataset.id} does not mark domestic incidents, so --domestic does not apply",
        "leave --domestic out, or set it for each dataset in exchange.toml under "
        "[partnership.domestic]",
        "nothing was sent",
    )


def sent_before(
    settings: Settings, register: Register, dataset: Dataset, covered: Covered
) -> list[Submission]:
    """Return what the partner ever sent of a dataset for some of these dates."""
    return [
        one
        for one in register.submissions
        if (one.key.partner, one.key.dataset) == (settings.partner, dataset.id)
        and not dataset.is_numbers
        and covered.overlaps(one.statement.covered)
    ]
