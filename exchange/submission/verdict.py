"""The verdict on what would leave: what the risk is, what was settled by whom, what is left.

For the data-protection officer, who signs or refuses. The limits are this tool's own and no law;
docs/adr/0037 says where they come from. Each sentence holds figures of the sender's own rows and no
record; a number of records from 1 to 4 is never told exactly.
"""

from collections.abc import Iterator
from typing import Any, Final

from depersonalise.depersonalise import TreatmentCounts
from depersonalise.release.sensitivity import COVER
from depersonalise.risk.absence import CLASS_KNOWN, LEAST, Absence, Absences
from depersonalise.risk.intruder import Attack
from depersonalise.risk.measures import FINE, Measures
from schemas.datasets.dataset import SMALLEST

_EVEN: Final = 0.55  # the chance that a row without a fine row is sensitive
_CLASS_KNOWN: Final = 0.65  # the same, for somebody who also knows that it was violence
_NO_DWELLING: Final = 0.75  # the same, where the file does not say what was in a dwelling
_UNSAID: Final = "where the file does not say"
_NOT_RECORDED: Final = "domestic not recorded"


def verdict(
    measures: Measures, absences: Absences | None, account: TreatmentCounts
) -> dict[str, Any]:
    """Return `says`, `risks`, `against` and `left`: the verdict and what it rests on."""
    against = [*_against(measures, absences)]
    says = "It keeps to every limit below." if not against else "It does not keep to every limit."
    return {
        "says": says,
        "against": against,
        "risks": [*_risks(measures, absences)],
        "left": [*_left(measures, absences, account)],
    }


def few(number: int) -> str:
    """Write a number of records, and those from 1 to 4 as that.

    >>> few(0), few(3), few(1815), few(-67)
    ('0', '1 to 4', '1,815', '-67')
    """
    return "1 to 4" if 1 <= abs(number) <= 4 else f"{number:,}"


def limit(stratum: str) -> float:
    """Return the greatest chance that is within limits.

    >>> limit("all rows"), limit("violence, elsewhere")
    (0.55, 0.65)
    """
    if stratum == _UNSAID:
        return _NO_DWELLING
    return _CLASS_KNOWN if stratum in CLASS_KNOWN else _EVEN


def _protected(measures: Measures) -> list[Attack]:
    rest = ("all rows", FINE, COVER)
    return [one for name, one in measures.intruder.items() if name not in rest]


def _risks(measures: Measures, absences: Absences | None) -> Iterator[str]:
    found = _protected(measures)
    if targets := sum(one.targets for one in found):
        certain = sum(one.found for one in found)
        yield (
            "Being found: somebody who knows the place, the days, the hour and the kind of a "
            f"protected incident finds {few(certain)} of {few(targets)} rows with certainty."
        )
    if absences is None:
        return
    every = absences.by_stratum.get("all rows")
    if every is not None and every.sensitive >= SMALLEST:
        yield (
            "A missing row: somebody who knows that the police came, and finds no row with that "
            f"day, is right in {every.chance:.0%} of cases to say that it was sensitive; without "
            f"the release, in {every.base:.0%}."
        )
    known = [absences.by_stratum[name] for name in CLASS_KNOWN if name in absences.by_stratum]
    if some := [one for one in known if one.sensitive >= SMALLEST]:
        most = max(some, key=lambda one: one.chance)
        yield (
            "The same, if they also know that it was violence, and whether it was in a dwelling: "
            f"at most {most.chance:.0%}; without the release, {most.base:.0%}."
        )
    if absences.in_cells:
        yield (
            "Counts that are published elsewhere, such as those of data.police.uk by LSOA, month "
            f"and type: {few(absences.in_cells)} sensitive rows stand where every row that is "
            "missing here is sensitive."
        )


def _against(measures: Measures, absences: Absences | None) -> Iterator[str]:
    if any(one.found for one in _protected(measures)):
        yield "A protected row is found with certainty."
    groups = measures.counted
    if groups is not None and groups.few:
        yield f"{few(groups.few)} protected rows are alike to fewer than {SMALLEST}."
    if absences is None:
        return
    strata = dict(absences.by_stratum)
    if absences.worst is not None:
        strata["the worst outward code"] = absences.worst
    yield from (
        f"A missing row, {name}: {one.chance:.0%}, where the limit is {limit(name):.0%}."
        for name, one in strata.items()
        if _over(name, one)
    )


def _over(name: str, one: Absence) -> bool:
    """Say whether the release tells more than is allowed, and more than is known without it."""
    return one.sensitive >= LEAST and one.chance > max(limit(name), one.base)


def _left(measures: Measures, absences: Absences | None, account: TreatmentCounts) -> Iterator[str]:
    """Say what remains, whatever the verdict."""
    others = measures.others
    if others is not None and others.alone:
        yield (
            f"{few(others.alone)} of {few(others.rows)} rows that are not protected are the only "
            "ones of their kind. They go to known recipients under the protocol."
        )
    if account.withheld:
        yield f"{few(account.withheld)} rows do not leave: too few are like them."
    if account.held:
        yield (
            f"{few(account.held)} rows, those that are protected and their cover, are held until "
            "the whole quarter is sent."
        )
    if account.late:
        yield (
            f"{few(account.late)} rows left finely before they were known to be sensitive. They "
            "stay as they left, because a change would point at them. The alternative is to purge "
            "the whole submission: exchange withdraw --destroy."
        )
    if unmarked := account.reasons.get(_NOT_RECORDED, 0):
        yield (
            f"{few(unmarked)} rows are protected only because the file does not say whether they "
            "are domestic. A marker in the file would let most of them leave finely."
        )
    if absences is not None and _UNSAID in absences.by_stratum:
        unsaid = absences.by_stratum[_UNSAID]
        yield (
            f"Of {few(unsaid.rows)} rows the file does not say whether they were in a dwelling. "
            f"There the limit for a missing row is {_NO_DWELLING:.0%}."
        )
    yield (
        "What a receiver knows besides, and what the sender says of dwellings, nobody else can "
        "check."
    )
