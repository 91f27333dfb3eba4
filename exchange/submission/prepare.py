"""From an extract to rows that may leave: what check, preview and submit have in common.

One extract, in one file or several, may be of several datasets and of the areas of several
partnerships: it is read once, checked as a whole for each dataset, and split among the
partnerships. Which dates it covers is worked out where it tells them; else the officer is asked,
and without a terminal it is a usage error that names the option. Nothing here leaves the machine.
"""

import dataclasses
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from depersonalise.depersonalise import (
    Depersonalised,
    IdentifiersFound,
    ReferenceMissing,
    TreatmentCounts,
    as_personal,
    depersonalise,
)
from depersonalise.places.gazetteer import GazetteerBroken
from depersonalise.places.protected_places import ProtectedUnreadable
from depersonalise.policy import Domestic, Policy
from exchange.errors import ExtractUnreadable, Usage
from exchange.profile.settings import Settings
from exchange.submission.comparison import Comparison, compare, correction_queries
from exchange.submission.detect import Prompt, Sender, choose
from exchange.submission.local_lists import confirm_local_list
from exchange.submission.policy import (
    PrepareOptions,
    is_stricter,
    places_of,
    policy_of,
    refuse_newer,
    sent_before,
)
from exchange.submission.same_rows import Member, Memory, Together, merged, together
from exchange.submission.send import was_sent
from exchange.text import days_in_words
from partners.register.register import Register
from schemas.checks import check
from schemas.checks.against_last import SubmissionSummary, changes, outline
from schemas.checks.check import Checked, Outcome, Selected
from schemas.checks.coverage import gaps
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.extract.errors import MappingRefused, SourceRefused, Undecided
from schemas.extract.file import ExtractFile, read_all
from schemas.extract.mapping import Mapping
from schemas.extract.parse import Typed, parse
from schemas.extract.row_counts import RowCounts
from schemas.findings.finding import Finding, errors, worst_first
from schemas.findings.rules import RULES
from schemas.quarters import LONDON, Covered, NotAQuarter, Quarter, month_name
from schemas.wire.shared_table import NotAsDeclared


@dataclass(frozen=True, slots=True)
class Part:
    """What of an extract may leave to one partnership.

    Attributes:
        checked: The rows as they were before anything was made coarser; they stay here.
        personal: What may leave as personal data, to the signatories of that clause alone.
    """

    settings: Settings
    register: Register
    outline: SubmissionSummary
    checked: Checked
    shared: Depersonalised
    personal: Depersonalised | None = None

    def __repr__(self) -> str:
        return f"<Part {self.outline.rows} rows>"


@dataclass(frozen=True, slots=True)
class CheckedExtract:
    """An extract as one dataset, whose rows are right; nothing of it is depersonalised yet."""

    covered: Covered
    selected: Selected
    outcome: Outcome

    def __repr__(self) -> str:
        return f"<CheckedExtract {self.selected.dataset.id} {self.covered}>"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An extract as one dataset: what it is as a whole, and the parts of the partnerships."""

    dataset: Dataset
    mapping: Mapping
    covered: Covered
    selected: Selected
    outcome: Outcome
    findings: list[Finding]
    parts: tuple[Part, ...]
    comparison: Comparison

    def __repr__(self) -> str:
        return f"<Prepared {self.dataset.id} {self.covered}>"

    @property
    def stopped(self) -> bool:
        """Whether a rule is broken, so that nothing of it may leave."""
        return bool(errors(self.findings))

    @property
    def shared(self) -> list[Depersonalised]:
        """What would leave, partnership by partnership."""
        return [part.shared for part in self.parts]

    @property
    def account(self) -> TreatmentCounts | None:
        """What depersonalising did, over all partnerships; None if it did nothing."""
        if not self.shared:
            return None
        return added(self.outcome.tally, [shared.account for shared in self.shared])


def added(tally: RowCounts, accounts: Sequence[TreatmentCounts]) -> TreatmentCounts:
    """Return several accounts as one."""

    def every(name: str) -> dict[str, int]:
        counts = (Counter(getattr(one, name)) for one in accounts)
        return dict(sum(counts, Counter[str]()).most_common())

    summed = [f.name for f in dataclasses.fields(TreatmentCounts) if f.default == 0]
    return TreatmentCounts(
        tally,
        every("places"),
        every("generalised"),
        every("reasons"),
        *(sum(getattr(one, name) for one in accounts) for name in summed),
    )


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
        stage: Is told what is being done.
        checked: Is given each dataset whose rows are right, before the key is asked for.

    Raises:
        ExtractUnreadable: it, its mapping or the gazetteer can't be read.
        Usage: the dataset or the dates are not told, and nobody can be asked.
    """
    sender = sender_of(members)
    everybody = everybody or members
    of = [together(one, everybody) for one in members]
    stage("reading")
    try:
        raw = read_all(paths)
        chosen = choose(raw, sender, datasets, prompt)
        for _, mapping in chosen if members else ():
            confirm_local_list(mapping, members[0][0], prompt, now)
        places = places_of(everybody)
        stage("checking")
        read = [(d, m, parse(raw, d, m, places, sender.nation)) for d, m in chosen]
        del raw  # the largest thing there is
        wholes = [
            _whole(d, m, typed, of, dates=options.dates, prompt=prompt, now=now)
            for d, m, typed in read
        ]
    except (SourceRefused, MappingRefused) as fault:
        names = ", ".join(path.name for path in paths)
        raise ExtractUnreadable(fault.id, f"{names}: {fault.says}", *fault.hints) from None
    except GazetteerBroken as fault:
        raise ExtractUnreadable(
            fault.id, str(fault), "add it again: exchange places add FILE"
        ) from None
    except ProtectedUnreadable as fault:
        raise ExtractUnreadable(
            fault.id,
            str(fault),
            "write one place on each line: a whole postcode, a grid reference, or metres "
            "east and north",
            "nothing was sent",
        ) from None
    if len(members) == 1:
        read.clear()  # all that is needed of it is selected
    return [
        _prepared(whole, of, options, now=now, stage=stage, checked=checked) for whole in wholes
    ]


@dataclass(frozen=True, slots=True)
class _WholeExtract:
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

    def __repr__(self) -> str:
        return f"<Whole {self.dataset.id} {self.covered}>"


class _PartBroken(Exception):
    """A partnership's part breaks a rule that the whole does not. Holds findings, never values."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("a part breaks a rule")
        self.findings = findings


def _whole(
    dataset: Dataset,
    mapping: Mapping,
    typed: Typed,
    of: Sequence[Together],
    *,
    dates: str | None,
    prompt: Prompt | None,
    now: datetime,
) -> _WholeExtract:
    areas = {area.code: area for one in of for area in one.areas}
    wanted = merged(area for one in of for area in one.member[1].areas)
    selected = (
        check.select(typed, dataset, tuple(areas.values()), wanted)
        if of
        else check.select(typed, dataset, None)
    )
    covered = _covered(selected, dates, prompt, now)
    if not dates:
        selected = replace(selected, assumed=(*selected.assumed, *_covers_a_month(covered)))
    today = now.astimezone(LONDON).date()
    running = bool(dates) and check.is_running(selected, covered, today)
    if running:
        selected = check.only_dates(selected, covered, today)
    kept = typed if len(of) > 1 else None
    return _WholeExtract(dataset, mapping, kept, selected, covered, running)


def _prepared(
    whole: _WholeExtract,
    of: Sequence[Together],
    options: PrepareOptions,
    *,
    now: datetime,
    stage: Callable[[str], None],
    checked: Callable[[CheckedExtract], None],
) -> Prepared:
    """Check it as a whole, then make each partnership's part of it ready."""
    today = now.astimezone(LONDON).date()
    outcome = check.check(whole.selected, whole.covered, today)
    if outcome.checked is None:  # what is a fault to this release may be a word of a newer one
        for one in of:
            refuse_newer(whole.dataset, whole.covered, one.member[1])
    members = [one.member for one in of]
    held = outline(whole.selected, whole.covered)
    comparison = compare(held, members, whole.dataset.id, options.part)
    findings = [*outcome.findings, *gaps(whole.selected, whole.covered)]
    findings += changes(held, comparison.last, whole.selected)
    parts: list[Part] = []
    if outcome.checked is not None:
        checked(CheckedExtract(whole.covered, whole.selected, outcome))
        stage("depersonalising")
        try:
            parts = [*_parts(whole, outcome, of, options, today=today, held=held)]
            findings += [*_on_account(parts), *_used_again(parts)]
            for part in parts:
                member = part.settings, part.register
                findings += correction_queries(part.outline, member, whole.dataset.id, options.part)
            if any(is_stricter(whole.dataset, one, options) for one in of):
                findings.append(Finding(RULES["another-is-stricter"]))
            if options.unlock is None and any(_was_sent(whole, one) for one in of):
                findings.append(Finding(RULES["earlier-not-compared"]))
        except ReferenceMissing:
            findings.append(Finding(RULES["reference-needed"], "reference"))
        except (IdentifiersFound, _PartBroken) as fault:
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


def _parts(
    whole: _WholeExtract,
    outcome: Outcome,
    of: Sequence[Together],
    options: PrepareOptions,
    *,
    today: date,
    held: SubmissionSummary,
) -> Iterator[Part]:
    """Give what may leave to each partnership that has rows in the extract.

    Args:
        held: The outline of the whole extract, which is that of the only part.
    """
    memories: dict[str, Memory | None] = {}
    for one in of:
        settings, register = one.member
        selected, checked = whole.selected, outcome.checked
        if whole.typed is not None:
            selected = check.select(whole.typed, whole.dataset, one.areas, register.areas)
            if whole.running:
                selected = check.only_dates(selected, whole.covered, today)
            if selected.rows.is_empty():
                continue
            of_part = check.check(selected, whole.covered, today)
            if of_part.checked is None:
                raise _PartBroken(of_part.findings)
            checked = of_part.checked
            held = outline(selected, whole.covered)
        if checked is not None:
            policy = policy_of(whole.dataset, whole.covered, one, options, memories)
            shared, personal = _depersonalised(checked, policy, options, settings, register)
            yield Part(settings, register, held, checked, shared, personal)


def _depersonalised(
    checked: Checked,
    policy: Policy,
    options: PrepareOptions,
    settings: Settings,
    register: Register,
) -> tuple[Depersonalised, Depersonalised | None]:
    """Return what may leave to all, and what to the signatories of the personal clause alone.

    Raises:
        Usage: the version that the partnership uses does not allow it.
    """
    try:
        shared = _shared(checked, policy, options, settings, register)
        if policy.domestic is not Domestic.PERSONAL:
            return shared, None
        return shared, as_personal(checked, secrets.token_bytes, policy)
    except NotAsDeclared as fault:
        dataset, version = checked.dataset, policy.version_of(checked.dataset)
        if version < dataset.version:
            raise Usage(
                "newer-version-not-adopted",
                f"the partnership uses version {version} of {dataset.id}, which cannot hold "
                f"everything in this file: {fault}",
                f"ask a coordinator to run: exchange partnership adopt {dataset.id}",
                "nothing was sent",
            ) from None
        if policy.earlier is None:
            raise
        raise Usage(
            "earlier-release-not-allowed-now",
            f"your earlier submission cannot be corrected in version {version} of "
            f"{dataset.id}: {fault}",
            "nothing was sent; you can withdraw it instead: exchange withdraw LOG_NUMBER "
            "--reason wrong-contents",
        ) from None


def _shared(
    checked: Checked,
    policy: Policy,
    options: PrepareOptions,
    settings: Settings,
    register: Register,
) -> Depersonalised:
    """Depersonalise; without references only what is, row by row, what was sent before.

    Raises:
        ReferenceMissing: it is not the same, and its records can't be known again.
    """
    try:
        return depersonalise(checked, secrets.token_bytes, policy)
    except ReferenceMissing:
        anew = depersonalise(checked, secrets.token_bytes, replace(policy, earlier=None))
        officer = options.unlock(settings) if options.unlock else None
        if officer is None or was_sent(anew, register, settings.partner, officer) is None:
            raise
        return anew


def _was_sent(whole: _WholeExtract, of: Together) -> bool:
    """Say whether something was sent before, which nobody could open here."""
    return any(sent_before(*one, whole.dataset, whole.covered) for one in of.kin)


_MUCH: Final = 5  # a fifth


def _on_account(parts: Sequence[Part]) -> list[Finding]:
    """Ask about what depersonalising did, where it took the places of many rows away."""
    by_district = sum(part.shared.account.by_district for part in parts)
    leaving = sum(part.shared.rows.height for part in parts)
    return [Finding(RULES["much-generalised"])] if by_district * _MUCH > leaving else []


_FEW_MOVE: Final = 5  # records whose date is corrected to that of another submission
_MOST_MOVE: Final = 10  # a tenth


def _used_again(parts: Sequence[Part]) -> list[Finding]:
    """Refuse a source that numbers its records anew each month or quarter.

    What left with other dates is not sent twice, so such records would be taken for those.
    """
    away = sum(part.shared.account.elsewhere for part in parts)
    rows = sum(part.checked.rows.height for part in parts)
    many = away > _FEW_MOVE and away * _MOST_MOVE > rows
    return [Finding(RULES["reference-used-again"], "reference")] if many else []


_NATION: Final = "england"  # whose code lists are meant, where no partnership says


def sender_of(members: Sequence[Member]) -> Sender:
    """Return who sends, over all their partnerships."""
    kinds = {
        kind
        for settings, register in members
        if settings.partner in register.partners
        for kind in register.partners[settings.partner].kinds
    }
    mappings = {
        dataset: tuple(settings.path(name) for name in settings.mappings_of(dataset))
        for settings, _ in reversed(members)
        for dataset in settings.mappings
    }
    too_new = {
        name
        for _, register in members
        for name, adopted in register.adopted.items()
        if name not in DATASETS and adopted.kinds & kinds
    }
    nation = members[0][1].nation if members else _NATION
    last = frozenset(name for one in members for name in sent_last(*one))
    return Sender(frozenset(kinds), nation, mappings, last, frozenset(too_new))


def sent_last(settings: Settings, register: Register) -> set[str]:
    """Return the datasets that the partner sent for the last quarter for which it sent any."""
    mine = [one.statement for one in register.current()]
    mine = [one for one in mine if one.partner == settings.partner and not one.personal]
    last = max((one.quarter for one in mine), default=None)
    return {one.dataset for one in mine if one.quarter == last}


def _covered(selected: Selected, told: str | None, prompt: Prompt | None, now: datetime) -> Covered:
    """Return the dates covered: as told, else worked out, else as asked."""
    if not told and "date" not in selected.dataset.needs and not check.dates_of(selected):
        raise Usage(
            "dates-missing",
            "the file does not say which quarter it covers",
            "name the quarter: --dates 2026Q3",
        )
    if not told and (check.has_unclear_dates(selected) or not check.dates_of(selected)):
        # No record is inside, or none has a date: checking says so, whatever the quarter.
        return Covered.whole(Quarter.of(now.astimezone(LONDON).date()).previous)
    try:
        covered = Covered.parse(told) if told else check.likely_dates(selected)
    except NotAQuarter as fault:
        raise Usage(
            "dates-not-understood",
            f"--dates: {fault}",
            "for example --dates 2026Q3 or --dates 2026-07",
        ) from None
    except Undecided as fault:
        covered = _ask_dates(selected, fault, prompt)
    _same_quarter(selected, covered)
    if covered.last > now.astimezone(LONDON).date():
        raise Usage(
            "dates-not-over",
            f"{days_in_words(covered)} is not over yet",
            "name the days that the file covers: --dates 2026-07, or --dates FIRST..LAST",
        )
    return covered


def _covers_a_month(covered: Covered) -> tuple[str, ...]:
    """Say that a month was worked out, and how to say that it is the whole quarter."""
    if covered == Covered.whole(covered.quarter):
        return ()
    said = f"every record is of {month_name(covered.first)}, so it is sent as that month"
    return (f"{said}; if it is the whole quarter: --dates {covered.quarter}",)


def _ask_dates(selected: Selected, fault: Undecided, prompt: Prompt | None) -> Covered:
    months = check.months_of(selected)
    if prompt is None or len(months) != 1:
        raise Usage(fault.id, fault.says, *fault.hints) from None
    ((year, month),) = months
    part = Covered.month(year, month)
    options = {str(part): "that month only", str(part.quarter): "the whole quarter"}
    question = f"{selected.dataset.id}: {fault.says}. Which dates does the file cover?"
    return Covered.parse(prompt.choose(question, options))


def _same_quarter(selected: Selected, covered: Covered) -> None:
    """Refuse a file whose dates lie in another quarter, naming the one it looks like."""
    quarters = check.dates_of(selected)
    if check.has_unclear_dates(selected):
        return  # checking says so
    if quarters and all(quarter != covered.quarter for quarter, _ in quarters):
        raise Usage(
            "records-in-another-quarter",
            f"no record in the file is from {covered.quarter}; it looks like {quarters[0][0]}",
            f"if it is for that quarter: --dates {quarters[0][0]}",
            "nothing was sent",
        )
