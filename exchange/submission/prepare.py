"""From an extract to rows that may leave: what check, preview and submit have in common.

One extract, in one file or several, may be of several datasets and of the areas of several
partnerships: it is read once, checked as a whole for each dataset, and split among the
partnerships. Nothing here leaves the machine.

Leaves to others: the dates (`covered_dates.py`), the dataset (`detect.py`) and each partnership's
part (`parts.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from depersonalise.corrections import ReferenceMissing
from depersonalise.depersonalise import Depersonalised
from depersonalise.identifiers import IdentifiersFound
from depersonalise.places.gazetteer import GazetteerBroken
from depersonalise.places.protected_places import ProtectedUnreadable
from depersonalise.treatment_counts import TreatmentCounts, total_counts
from exchange.errors import ExtractUnreadable
from exchange.submission.comparison import Comparison, compare, correction_queries
from exchange.submission.covered_dates import covered_dates, covers_a_month
from exchange.submission.detect import Prompt, choose, sender_of
from exchange.submission.local_lists import confirm_local_list
from exchange.submission.parts import (
    Part,
    PartBroken,
    WholeExtract,
    much_generalised,
    parts_of,
    references_used_again,
    was_sent_before,
)
from exchange.submission.policy import (
    PrepareOptions,
    is_stricter,
    places_of,
    refuse_newer,
)
from exchange.submission.same_rows import Member, PartnershipOverlap, merged_areas, overlap_of
from schemas.checks import check
from schemas.checks.against_last import ask_about_changes, outline_of
from schemas.checks.check import Outcome
from schemas.checks.coverage import ask_about_gaps
from schemas.checks.file_dates import is_running_file, without_other_dates
from schemas.checks.select import Selected, select
from schemas.datasets.dataset import Dataset
from schemas.extract.errors import MappingRefused, SourceRefused
from schemas.extract.file import ExtractFile, Raw, read_all
from schemas.extract.mapping import Mapping
from schemas.extract.parse import Typed, parse
from schemas.findings.finding import Finding, errors, worst_first
from schemas.findings.rules import RULES
from schemas.quarters import Covered, london_day


@dataclass(frozen=True, slots=True, repr=False)
class CheckedExtract:
    """An extract as one dataset, whose rows are right; nothing of it is depersonalised yet."""

    covered: Covered
    selected: Selected
    outcome: Outcome


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """An extract as one dataset: what it is as a whole, and the parts of the partnerships.

    Attributes:
        raw: The cells of the whole file, where they are kept.
    """

    dataset: Dataset
    mapping: Mapping
    covered: Covered
    selected: Selected
    outcome: Outcome
    findings: list[Finding]
    parts: tuple[Part, ...]
    comparison: Comparison
    raw: Raw | None = None

    @property
    def stopped(self) -> bool:
        """Whether a rule is broken, so that nothing of it may leave."""
        return bool(errors(self.findings))

    @property
    def shared(self) -> list[Depersonalised]:
        """What would be shared, partnership by partnership."""
        return [part.shared for part in self.parts]

    @property
    def account(self) -> TreatmentCounts | None:
        """What depersonalising did, over all partnerships; None if it did nothing."""
        if not self.shared:
            return None
        return total_counts(self.outcome.tally, [shared.treatment_counts for shared in self.shared])


def cells_of(prepared: Prepared, files: Sequence[ExtractFile]) -> Raw:
    """Return the cells of an extract: those that were kept, or read again from its files.

    Raises:
        SourceRefused: the files cannot be read any more.
    """
    return prepared.raw or read_all(files)


def prepare(
    paths: Sequence[ExtractFile],
    *,
    members: Sequence[Member],
    datasets: Sequence[str],
    options: PrepareOptions,
    prompt: Prompt | None,
    now: datetime,
    everybody: Sequence[Member] = (),
    stage: Callable[[str], None] = lambda _: None,
    checked: Callable[[CheckedExtract], None] = lambda _: None,
) -> list[Prepared]:
    """Read, check and depersonalise an extract, for each dataset that it is of.

    Args:
        members: The partnerships that it is for; without any, it is checked and nothing more: no
            row is left out for its area, and nothing is made ready to leave.
        everybody: All partnerships of exchange.toml, these among them: others may get some of the
            same rows.
        prompt: Who can be asked; None where nobody can.
        stage: Is called with what is being done.
        checked: Is given each dataset whose rows are right, before the key is asked for.

    Raises:
        ExtractUnreadable: it, its mapping or the gazetteer can't be read.
        Usage: the dataset or the dates are not told, and nobody can be asked.
    """
    sender = sender_of(members)
    everybody = everybody or members
    overlaps = [overlap_of(member, everybody) for member in members]
    stage("reading")
    try:
        raw = read_all(paths)
        chosen = choose(raw, sender, datasets, prompt)
        for _, mapping in chosen if members else ():
            confirm_local_list(mapping, members[0][0], prompt, now)
        places = places_of(everybody)
        stage("checking")
        read = [(d, m, parse(raw, d, m, places, sender.nation)) for d, m in chosen]
        raw_cells = raw if options.keeps_cells else None
        del raw  # the largest thing there is
        extracts = [
            _whole_extract(d, m, typed, overlaps, dates=options.dates, prompt=prompt, now=now)
            for d, m, typed in read
        ]
    except (SourceRefused, MappingRefused) as fault:
        names = ", ".join(path.name for path in paths)
        raise ExtractUnreadable(fault.id, f"{names}: {fault.message}", *fault.hints) from None
    except (GazetteerBroken, ProtectedUnreadable) as fault:
        raise ExtractUnreadable(fault.id, str(fault)) from None
    if len(members) == 1:
        read.clear()  # all that is needed of it is selected
    prepared = [  # of each, nothing is kept here beside what is made of it
        _prepare_whole(extracts.pop(0), overlaps, options, now=now, stage=stage, checked=checked)
        for _ in chosen
    ]
    return [replace(extract, raw=raw_cells) for extract in prepared]


def _whole_extract(
    dataset: Dataset,
    mapping: Mapping,
    typed: Typed,
    overlaps: Sequence[PartnershipOverlap],
    *,
    dates: str | None,
    prompt: Prompt | None,
    now: datetime,
) -> WholeExtract:
    areas = {area.code: area for overlap in overlaps for area in overlap.areas}
    own_areas = merged_areas(area for overlap in overlaps for area in overlap.member[1].areas)
    selected = (
        select(typed, dataset, tuple(areas.values()), own_areas)
        if overlaps
        else select(typed, dataset, None)
    )
    covered = covered_dates(selected, dates, prompt, now)
    if not dates:
        selected = replace(selected, assumed=(*selected.assumed, *covers_a_month(covered)))
    today = london_day(now)
    running = bool(dates) and is_running_file(selected, covered, today)
    if running:
        selected = without_other_dates(selected, covered, today)
    to_split = typed if len(overlaps) > 1 else None
    return WholeExtract(dataset, mapping, to_split, selected, covered, running)


def _report_repeats_once(findings: list[Finding]) -> list[Finding]:
    """Report records that repeat once: by their references, with their lines and files."""
    if all(finding.rule.id != "reference-repeats" for finding in findings):
        return findings
    files = next((f.detail for f in findings if f.rule.id == "records-repeat"), "")
    return [
        replace(finding, detail=files) if finding.rule.id == "reference-repeats" else finding
        for finding in findings
        if finding.rule.id != "records-repeat"
    ]


def _prepare_whole(
    whole: WholeExtract,
    overlaps: Sequence[PartnershipOverlap],
    options: PrepareOptions,
    *,
    now: datetime,
    stage: Callable[[str], None],
    checked: Callable[[CheckedExtract], None],
) -> Prepared:
    """Check it as a whole, then make each partnership's part of it ready."""
    today = london_day(now)
    outcome = check.check(whole.selected, whole.covered, today)
    if outcome.checked is None:  # what is a fault to this release may be a word of a newer one
        for overlap in overlaps:
            refuse_newer(whole.dataset, whole.covered, overlap.member[1])
    members = [overlap.member for overlap in overlaps]
    outline = outline_of(whole.selected, whole.covered)
    comparison = compare(outline, members, whole.dataset.id, options.part)
    findings = [*outcome.findings, *ask_about_gaps(whole.selected, whole.covered)]
    changed = ask_about_changes(outline, comparison.last, whole.selected)
    findings = _report_repeats_once([*findings, *changed])
    parts: list[Part] = []
    if not options.keeps_rows:
        whole = replace(whole, selected=whole.selected.with_days_alone())
    if outcome.checked is not None:
        checked(CheckedExtract(whole.covered, whole.selected, outcome))
        stage("depersonalising")
        try:
            parts = [*parts_of(whole, outcome, overlaps, options, today=today, outline=outline)]
            findings += [*much_generalised(parts), *references_used_again(parts)]
            for part in parts:
                member = part.settings, part.register
                findings += correction_queries(part.outline, member, whole.dataset.id, options.part)
            if any(is_stricter(whole.dataset, overlap, options) for overlap in overlaps):
                findings.append(Finding(RULES["another-is-stricter"]))
            if options.unlock is None and any(was_sent_before(whole, o) for o in overlaps):
                findings.append(Finding(RULES["earlier-not-compared"]))
        except ReferenceMissing:
            findings.append(Finding(RULES["reference-needed"], "reference"))
        except (IdentifiersFound, PartBroken) as fault:
            findings += fault.findings
    return Prepared(
        whole.dataset,
        whole.mapping,
        whole.covered,
        whole.selected,
        outcome,
        worst_first(findings),
        tuple(parts),
        comparison,
    )
