"""The verdict on the data to be shared: the risks, who set the limits, and the remaining risk.

For the data protection officer, who accepts or refuses. The limits are this tool's own and no law;
docs/adr/0037 says where they come from. Each sentence holds figures of the sender's own rows and no
record; a number of records from 1 to 4 is never shown exactly.
"""

from collections.abc import Iterator
from typing import Any, Final

from depersonalise.release.sensitivity import COVER
from depersonalise.risk.absence import CLASS_KNOWN, LEAST, Absence, Absences
from depersonalise.risk.intruder import Attack
from depersonalise.risk.measures import FINE, Measures
from depersonalise.treatment_counts import TreatmentCounts
from schemas.datasets.dataset import SMALLEST

_EVEN: Final = 0.55  # the chance that a row without a fine row is sensitive
_CLASS_KNOWN: Final = 0.65  # the same, for somebody who also knows that it was violence
_NO_DWELLING: Final = 0.75  # the same, where the file does not say what was in a dwelling
_UNSAID: Final = "where the file does not say"
_NOT_RECORDED: Final = "domestic not recorded"


def verdict(
    measures: Measures, absences: Absences | None, account: TreatmentCounts
) -> dict[str, Any]:
    """Return `verdict`, `risks`, `against` and `left`: the verdict and the reasons for it."""
    against = [*_against(measures, absences)]
    verdict = "All limits below are met." if not against else "Not all limits are met."
    return {
        "verdict": verdict,
        "against": against,
        "risks": [*_risks(measures, absences)],
        "left": [*_remaining_risks(measures, absences, account)],
    }


def few(number: int) -> str:
    """Write a number of records, and those from 1 to 4 as that.

    >>> few(0), few(3), few(1815), few(-67)
    ('0', '1 to 4', '1,815', '-67')
    """
    return "1 to 4" if 1 <= abs(number) <= 4 else f"{number:,}"


def chance_limit(stratum: str) -> float:
    """Return the greatest chance that is within limits.

    >>> chance_limit("all rows"), chance_limit("violence, elsewhere")
    (0.55, 0.65)
    """
    if stratum == _UNSAID:
        return _NO_DWELLING
    return _CLASS_KNOWN if stratum in CLASS_KNOWN else _EVEN


def _attacks(measures: Measures) -> list[Attack]:
    rest = ("all rows", FINE, COVER)
    return [attack for name, attack in measures.intruder.items() if name not in rest]


def _risks(measures: Measures, absences: Absences | None) -> Iterator[str]:
    protected = _attacks(measures)
    if targets := sum(attack.targets for attack in protected):
        certain = sum(attack.identified for attack in protected)
        yield (
            "Re-identification: a person who knows the place, the dates, the hour and the type of "
            f"a protected incident can find {few(certain)} of {few(targets)} rows with certainty."
        )
    if absences is None:
        return
    rows = absences.by_stratum.get("all rows")
    if rows is not None and rows.sensitive >= SMALLEST:
        yield (
            "Missing rows: a person who knows that the police attended, and finds no row for that "
            f"day, would be right in {rows.chance:.0%} of cases to assume that the incident was "
            f"sensitive. Without the shared data they would be right in {rows.base:.0%}."
        )
    known = [absences.by_stratum[name] for name in CLASS_KNOWN if name in absences.by_stratum]
    if guarded := [absence for absence in known if absence.sensitive >= SMALLEST]:
        most = max(guarded, key=lambda absence: absence.chance)
        yield (
            "If they also know that it was violence, and whether it was in a dwelling, they would "
            f"be right in at most {most.chance:.0%} of cases. Without the shared data: "
            f"{most.base:.0%}."
        )
    if absences.in_cells:
        yield (
            "Published counts, such as those of data.police.uk by LSOA, month and type: "
            f"{few(absences.in_cells)} sensitive rows are in groups where every row missing from "
            "the shared data is sensitive."
        )


def _against(measures: Measures, absences: Absences | None) -> Iterator[str]:
    if any(attack.identified for attack in _attacks(measures)):
        yield "At least one protected row can be found with certainty."
    groups = measures.protected
    if groups is not None and groups.few:
        yield f"{few(groups.few)} protected rows look the same as fewer than {SMALLEST} rows."
    if absences is None:
        return
    strata = dict(absences.by_stratum)
    if absences.worst is not None:
        strata["the worst outward code"] = absences.worst
    yield from (
        f"Missing rows, {name}: {absence.chance:.0%}; the limit is {chance_limit(name):.0%}."
        for name, absence in strata.items()
        if _is_over(name, absence)
    )


def _is_over(name: str, absence: Absence) -> bool:
    """Say whether the chance is above its limit, and above the chance without the release."""
    return absence.sensitive >= LEAST and absence.chance > max(chance_limit(name), absence.base)


def _remaining_risks(
    measures: Measures, absences: Absences | None, account: TreatmentCounts
) -> Iterator[str]:
    """Name the risks that remain, whatever the verdict."""
    others = measures.others
    if others is not None and others.alone:
        yield (
            f"{few(others.alone)} of {few(others.rows)} rows that are not protected are unique. "
            "They are shared with known recipients under the protocol."
        )
    if account.withheld:
        yield f"{few(account.withheld)} rows are withheld, because too few rows look the same."
    if account.held:
        yield (
            f"{few(account.held)} protected rows and rows of cover are held until the whole "
            "quarter is sent."
        )
    if account.late:
        yield (
            f"{few(account.late)} rows were shared in detail before they were known to be "
            "sensitive. They stay as they were shared, because a change would point at them. To "
            "delete the whole submission instead, find its log number with exchange status, then "
            "run: exchange withdraw LOG_NUMBER --delete --reason sent-in-error"
        )
    if unmarked := account.reasons.get(_NOT_RECORDED, 0):
        yield (
            f"{few(unmarked)} rows are protected only because the file does not say whether they "
            "are domestic. If the file marked domestic incidents, most of them could be shared in "
            "more detail."
        )
    if absences is not None and _UNSAID in absences.by_stratum:
        unsaid = absences.by_stratum[_UNSAID]
        yield (
            f"For {few(unsaid.rows)} rows the file does not say whether they were in a dwelling. "
            f"For these the limit for missing rows is {_NO_DWELLING:.0%}."
        )
    yield (
        "Nobody else can check what else a recipient knows, or whether the sender recorded "
        "dwellings correctly."
    )
