"""What is settled before an extract is made ready: places, the protocol, the officer's choices.

Leaves to others: what is done with it (`preparing.py`).
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from depersonalise.gazetteer import Gazetteer
from depersonalise.policy import Domestic, Policy
from depersonalise.protected import read_protected
from exchange.bundles import open_bundle
from exchange.errors import BundleBroken, KeyRefused, Usage
from exchange.identities import Officer
from exchange.settings import Settings
from partners.register import Register
from partners.state import Submission
from schemas.dataset import SMALLEST, Dataset
from schemas.places import Places, Protected
from schemas.quarters import Covered

Member = tuple[Settings, Register]  # of one partnership


@dataclass(frozen=True, slots=True)
class Manner:
    """How an extract is to be made ready, as far as the officer says it now.

    Attributes:
        dates: The dates it covers, as typed.
        domestic: What becomes of recorded domestic incidents; empty for what is settled already.
        part: Of several in which the partner returns the dataset.
        officer: Unlocks the officer's identity, to compare with what was sent before.
    """

    dates: str | None = None
    domestic: str = ""
    part: str = ""
    officer: Callable[[Settings], Officer] | None = None


def places_of(members: Sequence[Member]) -> Places:
    """Return what is known of places: the areas' own outward codes, then the gazetteer.

    Raises:
        GazetteerBroken, ProtectedUnreadable: what there is can't be read.
    """
    ours = {code for _, register in members for area in register.areas for code in area.outward}
    gazetteer = Gazetteer(members[0][0].gazetteer_folder)
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
        return Places(known, protected=protected)
    return Places(
        known,
        directory.find,
        directory.nearest,
        directory.districts,
        directory.edition,
        protected,
    )


def policy_of(
    dataset: Dataset, covered: Covered, settings: Settings, register: Register, manner: Manner
) -> Policy:
    """Return what is settled for a dataset: by the protocol, exchange.toml, and the officer.

    Raises:
        Usage: the officer's choice is not one that the protocol allows.
    """
    protocol = register.protocol
    said = protocol.published if protocol else None
    earlier: Sequence[pl.DataFrame] = ()
    before = earlier_of(dataset, covered, settings, register, manner.part)
    if manner.officer is not None and before:
        earlier = _opened(before, settings, manner.officer(settings))
    return Policy(
        said.smallest if said else SMALLEST,
        _domestic(dataset, settings, register, manner.domestic),
        Gazetteer(settings.gazetteer_folder).directory,
        earlier,
        manner.part,
        said.places.get(dataset.id, "") if said else "",
        said is not None and dataset.id in said.minutes,
    )


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
            f'exchange.toml says "{chosen}" of domestic incidents in {dataset.id}',
            f"it is one of {', '.join(Domestic)}",
        ) from None
    if settled == Domestic.WITHHOLD and domestic is Domestic.GENERALISE:
        raise Usage(
            "domestic-withheld-by-protocol",
            f"the protocol of {register.name} withholds domestic incidents of {dataset.id}",
            "nothing was made ready; leave --domestic out",
        )
    if domestic is Domestic.PERSONAL and settings.partner not in register.personal_signatories:
        raise Usage(
            "personal-clause-not-signed",
            f"{settings.partner} has not signed a clause on personal data in {register.name}",
            "whether there is one, and who signed it: exchange protocol status",
            "without it, domestic incidents are generalised or withheld: --domestic withhold",
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
        f"no domestic incidents are marked in {dataset.id}, so nothing can be done to them",
        "leave --domestic out, or say it by dataset in exchange.toml under [partnership.domestic]",
        "nothing was made ready",
    )


def earlier_of(
    dataset: Dataset, covered: Covered, settings: Settings, register: Register, part: str
) -> list[Submission]:
    """Return what was sent before for these dates, and would be replaced."""
    key = (settings.partner, dataset.id, part, False)
    return [] if dataset.is_numbers else register.replaced(key, covered)


def _opened(before: list[Submission], settings: Settings, officer: Officer) -> list[pl.DataFrame]:
    """Open what was sent before, with the sender's own key.

    Raises:
        ReleaseTooOld: this release can't read one of them.
        BundleBroken: one can't be opened.
    """
    tables = []
    with tempfile.TemporaryDirectory(prefix="csp-exchange-") as folder:
        for one in before:
            target = Path(folder) / f"{one.position}.parquet"
            sender = f"{one.statement.partner} (entry {one.position})"
            try:
                table = open_bundle(
                    settings.open_store(), one.statement, sender, officer.identity, target
                )
            except (BundleBroken, KeyRefused) as fault:
                raise BundleBroken(
                    "earlier-submission-unreadable",
                    f"a correction has to be compared with what it replaces: {fault.says}",
                    "nothing was sent; the two together could give somebody away",
                    *_with_an_earlier_key(fault, settings),
                    f"to replace it all the same, withdraw it: exchange withdraw {one.position}",
                ) from None
            tables.append(table)
    return tables


def _with_an_earlier_key(fault: BundleBroken | KeyRefused, settings: Settings) -> list[str]:
    """Say how an officer who has renewed their key shares what the earlier one opens."""
    if isinstance(fault, BundleBroken):
        return []
    keys = sorted(p.name for p in settings.folder.glob("*.key") if p.name != settings.key)
    return [
        f"if {name} opens it, share it with your new key: exchange key use {name}, exchange "
        f"reshare, exchange key use {settings.key}"
        for name in keys
    ]
