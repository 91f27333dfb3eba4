"""What coordinators log when the partnership changes: its partners, its areas, its datasets.

Leaves to others: adding officers (`enrolment.py`), and what the log accepts
(`partners/register/rules.py`).
"""

from datetime import date

from exchange.errors import NothingToDo, Usage
from exchange.text import list_some, nearest
from exchange.typed_words import check_dataset, check_partner
from partners.entries.members import ChangeAreas, CorrectPartner, Reinstate, Succeed
from partners.entries.protocol import Adopt, Edition, Holding
from partners.law.authorities import may_succeed
from partners.register.register import Register
from schemas.areas import Area
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter


def correct_partner(
    register: Register,
    partner: str,
    *,
    name: str | None,
    kinds: tuple[str, ...],
    first: Quarter | None,
    today: date,
) -> CorrectPartner:
    """Return a partner's correct name and kinds; what is not named stays.

    Args:
        first: The first quarter in which it must send the datasets of these kinds; by default the
            partnership's first.

    Raises:
        NothingToDo: it has them.
        Usage: there is no such partner.
    """
    check_partner(partner, register)
    old = register.partners[partner]
    begins = first or register.first_quarter or Quarter.of(today)
    new = CorrectPartner(
        partner, name or old.name, tuple(dict.fromkeys(kinds)) or old.kinds, begins
    )
    if (new.name, set(new.kinds)) == (old.name, set(old.kinds)) and first is None:
        raise NothingToDo("partner-unchanged", f"{partner} already has that name and kind")
    return new


def replace_partner(
    register: Register, old: str, new: str, *, start: date, is_new_authority: bool
) -> Succeed:
    """Return that one partner replaces another from a day on.

    Raises:
        Usage: there is no such partner, or it does not hold what the old one held: nobody would
            owe it.
    """
    for partner in (old, new):
        check_partner(partner, register)
    before, after = register.partners[old], register.partners[new]
    lost = set(before.kinds) - set(after.kinds)
    idle = sorted(
        adopted.title
        for adopted in register.adopted.values()
        if adopted.kinds & lost and not adopted.kinds & set(after.kinds)
    )
    if idle or not may_succeed(before.kinds, after.kinds):
        nobody = f", so nobody would have to submit {list_some(idle)}" if idle else ""
        raise Usage(
            "successor-of-another-kind",
            f"{after.name} ({', '.join(after.kinds)}) cannot take the place of {before.name} "
            f"({', '.join(before.kinds)}){nobody}",
        )
    return Succeed(old, new, start, is_new_authority)


def reinstate_partner(register: Register, partner: str) -> Reinstate:
    """Return that a partner was not replaced after all.

    Raises:
        Usage: no other replaces it.
    """
    if partner not in register.successions:
        raise Usage("partner-not-replaced", f"no other partner replaces {partner}")
    return Reinstate(partner)


def add_area(register: Register, new: Area) -> ChangeAreas:
    """Return all areas, with a new one.

    Raises:
        Usage: there is one with its code.
    """
    if any(area.code == new.code for area in register.areas):
        raise Usage(
            "area-already-listed",
            f"{new.code} is already listed",
            f"to change its postcodes: exchange partnership area set {new.code} --outward …",
            "see the areas: exchange partnership area list",
        )
    return ChangeAreas((*register.areas, new))


def change_area(register: Register, new: Area) -> ChangeAreas:
    """Return all areas, the one of this code as it is now.

    Raises:
        NothingToDo: it is so already.
        Usage: there is none with that code.
    """
    old = find_area(register, new.code)
    if new == old:
        raise NothingToDo("area-unchanged", f"this would not change {new.code}")
    return ChangeAreas(tuple(new if area is old else area for area in register.areas))


def find_area(register: Register, code: str) -> Area:
    """Return an area of the partnership.

    Raises:
        Usage: it has none with that code.
    """
    for area in register.areas:
        if area.code == code:
            return area
    hint = nearest(code, {area.code: area.name for area in register.areas})
    raise Usage("area-unknown", f"{code} is not an area of the partnership", *filter(None, [hint]))


def adopt_datasets(
    register: Register, name: str | None, *, first: Quarter | None, today: date
) -> list[Adopt]:
    """Return that a dataset is shared as this release declares it.

    Args:
        name: Of the dataset; None for all that are shared in an older version than this release
            has.
        first: The first quarter that is due; by default the current one.

    Raises:
        Usage: there is no such dataset, or the newest versions are shared already.
    """
    if name is not None:
        check_dataset(name)
    older = [
        DATASETS[known]
        for known, adopted in register.adopted.items()
        if known in DATASETS and adopted.schema < DATASETS[known].version
    ]
    if name is None and not older:
        raise Usage(
            "adoption-not-newer",
            f"{register.name} already uses the newest version of all its datasets",
            "if other kinds of authority now hold a dataset, name it: exchange partnership "
            "adopt DATASET --from QUARTER",
        )
    if name in register.adopted and DATASETS[name] not in older and first is None:
        raise Usage(
            "adoption-not-newer",
            f"{register.name} already uses version {register.adopted[name].schema} of {name}",
            "if other kinds of authority now hold it, add the first quarter: --from QUARTER",
        )
    chosen = older if name is None else [DATASETS[name]]
    return [_adoption(dataset, register, first or Quarter.of(today)) for dataset in chosen]


def _adoption(dataset: Dataset, register: Register, begins: Quarter) -> Adopt:
    holders = tuple(
        Holding(h.kind, h.certain, h.first, h.last)
        for h in dataset.holders
        if h.nation in ("", register.nation)
    )
    adopted = register.adopted.get(dataset.id)
    version = max(dataset.version, adopted.schema if adopted else 1)
    return Adopt(dataset.id, dataset.title, version, holders, dataset.may_share_minutes, begins)


def new_edition(register: Register, quarter: Quarter, size: int) -> Edition:
    """Return that the published tables of a quarter count the log as it stands.

    Args:
        size: How many entries the log has.

    Raises:
        Usage: the edition before has the same submissions, or there are none.
    """
    editions = register.editions.get(quarter, [])
    before = register.submissions_counted(quarter, editions[-1].size) if editions else []
    payloads = [
        {submission.statement.payload_sha256 for submission in counted}
        for counted in (before, register.submissions_counted(quarter, size))
    ]
    if payloads[0] == payloads[1]:
        raise Usage(
            "edition-not-newer",
            f"edition {len(editions)} of {quarter} has the same submissions"
            if editions
            else f"there is no current submission for {quarter}",
        )
    return Edition(quarter, size)
