"""What of an extract may be shared with each partnership, and which queries it raises.

An extract may be of the areas of several partnerships. Where it is, the rows of each are checked
and depersonalised by themselves.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from depersonalise.corrections import ReferenceMissing
from depersonalise.depersonalise import Depersonalised, as_personal, depersonalise
from depersonalise.policy import Domestic, Policy
from exchange.bundle.bundle import refuse_too_many
from exchange.errors import Usage
from exchange.profile.settings import Settings
from exchange.submission.policy import (
    PrepareOptions,
    policy_of,
    sent_before,
)
from exchange.submission.same_rows import Memory, PartnershipOverlap
from exchange.submission.send import find_same_submission
from partners.register.register import Register
from schemas.checks import check
from schemas.checks.against_last import Outline, outline_of
from schemas.checks.check import Checked, Outcome
from schemas.checks.file_dates import without_other_dates
from schemas.checks.select import Selected, select
from schemas.datasets.dataset import Dataset
from schemas.extract.mapping import Mapping
from schemas.extract.parse import Typed
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from schemas.quarters import Covered
from schemas.wire.versions import NotAsDeclared

_MUCH: Final = 5  # a fifth
_FEW_MOVE: Final = 5  # records whose date is corrected to that of another submission
_MOST_MOVE: Final = 10  # a tenth


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """What of an extract may be shared with one partnership.

    Attributes:
        checked: The rows as they were before anything was generalised; they stay here.
        personal: What may be shared as personal data, to the signatories of that clause alone.
    """

    settings: Settings
    register: Register
    outline: Outline
    checked: Checked
    shared: Depersonalised
    personal: Depersonalised | None = None


@dataclass(frozen=True, slots=True, repr=False)
class WholeExtract:
    """An extract as one dataset, of all partnerships together.

    Attributes:
        typed: Its rows before any was left out, where they are to be split.
        running: It holds other dates too, which are left out.
    """

    dataset: Dataset
    mapping: Mapping
    typed: Typed | None
    selected: Selected
    covered: Covered
    running: bool


class PartBroken(Exception):
    """The part of one partnership breaks a rule that the whole extract does not break."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("a part breaks a rule")
        self.findings = findings


def parts_of(
    whole: WholeExtract,
    outcome: Outcome,
    overlaps: Sequence[PartnershipOverlap],
    options: PrepareOptions,
    *,
    today: date,
    outline: Outline,
) -> Iterator[Part]:
    """Yield what may be shared with each partnership that has rows in the extract.

    Args:
        outline: The outline of the whole extract, which is that of the only part.
    """
    memories: dict[str, Memory | None] = {}
    for overlap in overlaps:
        settings, register = overlap.member
        selected, checked = whole.selected, outcome.checked
        if whole.typed is not None:
            selected = select(whole.typed, whole.dataset, overlap.areas, register.areas)
            if whole.running:
                selected = without_other_dates(selected, whole.covered, today)
            if selected.rows.is_empty():
                continue
            of_part = check.check(selected, whole.covered, today)
            if of_part.checked is None:
                raise PartBroken(of_part.findings)
            checked = of_part.checked
            outline = outline_of(selected, whole.covered)
        if checked is not None:
            policy = policy_of(whole.dataset, whole.covered, overlap, options, memories)
            shared, personal = _depersonalise(checked, policy, options, settings, register)
            yield Part(settings, register, outline, checked, shared, personal)


def _depersonalise(
    checked: Checked,
    policy: Policy,
    options: PrepareOptions,
    settings: Settings,
    register: Register,
) -> tuple[Depersonalised, Depersonalised | None]:
    """Return what may be shared with all, and what with the signatories of the personal clause.

    Raises:
        Usage: the version that the partnership uses does not allow it, or they are too many.
    """
    refuse_too_many(checked.rows.height)  # before the work, which takes long of so many
    try:
        once = policy.earlier is None and policy.domestic is not Domestic.PERSONAL
        if once and not options.keeps_rows:
            return depersonalise(checked, secrets.token_bytes, policy, frees_rows=True), None
        shared = _share(checked, policy, options, settings, register)
        if policy.domestic is not Domestic.PERSONAL:
            return shared, None
        return shared, as_personal(checked, secrets.token_bytes, policy)
    except NotAsDeclared as fault:
        dataset, version = checked.dataset, policy.version_of(checked.dataset)
        if version < dataset.version:
            raise Usage(
                "newer-version-not-adopted",
                f"the partnership uses version {version} of {dataset.title}, which cannot hold "
                f"everything in this file: {fault}",
                f"ask a coordinator to run: exchange partnership adopt {dataset.id}",
                "nothing was sent",
            ) from None
        if policy.earlier is None:
            raise
        raise Usage(
            "earlier-release-not-allowed-now",
            f"your earlier submission cannot be corrected in version {version} of "
            f"{dataset.title}: {fault}",
        ) from None


def _share(
    checked: Checked,
    policy: Policy,
    options: PrepareOptions,
    settings: Settings,
    register: Register,
) -> Depersonalised:
    """Depersonalise; without references only what is, row by row, what was sent earlier.

    Raises:
        ReferenceMissing: it is not the same, and its records can't be known again.
    """
    try:
        return depersonalise(checked, secrets.token_bytes, policy)
    except ReferenceMissing:
        rows = depersonalise(checked, secrets.token_bytes, replace(policy, earlier=None))
        officer = options.unlock(settings) if options.unlock else None
        if (
            officer is None
            or find_same_submission(rows, register, settings.partner, officer) is None
        ):
            raise
        return rows


def was_sent_before(whole: WholeExtract, overlap: PartnershipOverlap) -> bool:
    """Say whether something was sent before, which nobody could open here."""
    return any(sent_before(*member, whole.dataset, whole.covered) for member in overlap.kin)


def much_generalised(parts: Sequence[Part]) -> list[Finding]:
    """Ask about what depersonalising did, where it took the places of many rows away."""
    by_district = sum(part.shared.treatment_counts.by_district for part in parts)
    leaving = sum(part.shared.rows.height for part in parts)
    return [Finding(RULES["much-generalised"])] if by_district * _MUCH > leaving else []


def references_used_again(parts: Sequence[Part]) -> list[Finding]:
    """Refuse a source that numbers its records again each month or quarter.

    What was shared with other dates is not sent twice, so such records would be taken for those.
    """
    away = sum(part.shared.treatment_counts.elsewhere for part in parts)
    rows = sum(part.checked.tally.accepted for part in parts)
    many = away > _FEW_MOVE and away * _MOST_MOVE > rows
    return [Finding(RULES["reference-used-again"], "reference")] if many else []
