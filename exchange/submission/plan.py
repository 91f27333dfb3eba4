"""What would be shared of an extract: made ready and not sent, which is where every command begins.

Leaves to others: sending it (`send.py`), and showing it.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from depersonalise.depersonalise import Depersonalised
from exchange.errors import Notice, Refusal, RulesBroken, Usage, remedy
from exchange.keys.identity import opens
from exchange.log.log import Log
from exchange.log.recipients import recipient_names
from exchange.profile.answers import Answers, reason_and_note, refuse_passphrase
from exchange.profile.clock import judge_clock, refuse_wrong_clock
from exchange.profile.open_logs import Membership, open_log, open_memberships
from exchange.profile.settings import Settings, is_shared
from exchange.submission.confidentiality import is_held_by_health
from exchange.submission.detect import Prompt
from exchange.submission.findings_text import finding_lines, fixes
from exchange.submission.incomplete_quarter import refuse_last_month
from exchange.submission.may_submit import refuse_overlap
from exchange.submission.parts import Part
from exchange.submission.policy import PrepareOptions
from exchange.submission.prepare import CheckedExtract, Prepared, prepare
from exchange.submission.same_rows import Member
from exchange.submission.still_due import newer_quarter_due, not_sent_yet, with_query_of_old_quarter
from exchange.submission.summary import account_json
from exchange.text import with_noun
from partners.entries.returns import Answer
from partners.register.state import ReturnKey
from schemas.extract.file import ExtractFile
from schemas.extract.row_counts import LeftOut
from schemas.findings.finding import Finding, errors, share_corrected
from schemas.findings.reasons import CHOICES
from schemas.quarters import Quarter, days_in_words

_FIRST: Final = 3  # rules that are worth correcting first


@dataclass(frozen=True, slots=True)
class PlannedExtract:
    """An extract as one dataset, and the officer's answers to its queries."""

    prepared: Prepared
    answers: Answers = field(repr=False)

    @property
    def losses(self) -> list[LeftOut]:
        """The reasons for which rows were left out whose lines are known."""
        return [why for why, lines in self.prepared.selected.lost.items() if len(lines)]

    @property
    def open_queries(self) -> list[Finding]:
        """The queries of it that have no answer."""
        return self.answers.open(self.prepared.findings)

    @property
    def answered(self) -> tuple[Answer, ...]:
        """Why each of its queries is right, as reasons of the list; notes stay on this machine."""
        answers = {finding.rule.id: self.answers.to(finding) for finding in self.prepared.findings}
        return tuple(
            Answer(rule, answer.reason) for rule, answer in sorted(answers.items()) if answer
        )

    def to_json(self) -> dict[str, Any]:
        """Return what came in, what would be shared and what was found, without a value from it."""
        rules = dict.fromkeys(finding.rule.id for finding in self.open_queries)
        return account_json(self.prepared) | {"open_queries": list(rules)}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What would go to one partnership as one bundle."""

    prepared: Prepared
    part: Part
    shared: Depersonalised
    log: Log = field(repr=False)

    @property
    def key(self) -> ReturnKey:
        """What it replaces if it is sent again: partner, dataset, part, and if it is personal."""
        shared = self.shared
        partner = self.part.settings.partner
        return ReturnKey(partner, shared.dataset.id, shared.policy.part, shared.personal)

    @property
    def recipients(self) -> list[str]:
        """The names of the authorities that it is encrypted for."""
        return recipient_names(self.log.register, personal=self.shared.personal)

    @property
    def replaces(self) -> list[int]:
        """The log numbers of what it replaces."""
        old = self.log.register.find_replaced(self.key, self.prepared.covered)
        return [submission.position for submission in old]


@dataclass(frozen=True, slots=True)
class Plan:
    """An extract made ready: what was found in it, and what would be shared. Nothing was sent.

    Attributes:
        extracts: One for each dataset that it is of.
        outgoing: The bundles that would be sent.
        notices: What should be known first.
    """

    files: tuple[ExtractFile, ...]
    members: tuple[Membership, ...] = field(repr=False)
    extracts: tuple[PlannedExtract, ...]
    outgoing: tuple[Outgoing, ...]
    notices: tuple[Notice, ...]

    @property
    def prepared(self) -> list[Prepared]:
        """The extract as each of its datasets."""
        return [extract.prepared for extract in self.extracts]

    @property
    def has_several_partnerships(self) -> bool:
        """Whether it is split among partnerships."""
        return len({outgoing.part.settings.origin for outgoing in self.outgoing}) > 1

    @property
    def confidential(self) -> list[str]:
        """The datasets whose incidents a health body would share as personal data."""
        return [
            outgoing.prepared.dataset.id
            for outgoing in self.outgoing
            if outgoing.shared.personal
            and is_held_by_health(
                outgoing.prepared.dataset.id, outgoing.part.settings.partner, outgoing.log.register
            )
        ]

    def refusal(self, what_was_not_done: str) -> RulesBroken | None:
        """Return why nothing of it may be shared: rules that it breaks; None if it may.

        Args:
            what_was_not_done: Such as "was not sent".
        """
        stopped = [extract.prepared for extract in self.extracts if extract.prepared.stopped]
        return broken_rules(stopped[0], what_was_not_done) if stopped else None

    def check_keeps_rows(self) -> None:
        """Refuse to look at the rows of a plan that let them go.

        Raises:
            Usage: it did.
        """
        parts = [part for extract in self.prepared for part in extract.parts]
        if any(part.checked.rows.is_empty() for part in parts):
            raise Usage(
                "plan-keeps-no-rows",
                "a plan for sending keeps no rows to look at",
                "plan it without sends=True, or with PrepareOptions(keeps_cells=True)",
            )

    def answer(self, rule: str, text: str, now: datetime, only: str = "") -> None:
        """Answer a query: why it is right in this extract.

        Args:
            only: The dataset in which it is right; empty for each that has the query.

        Raises:
            Usage: there is no such query, or the reason cannot be kept.
        """
        refuse_passphrase(text, self._is_passphrase)
        reason_and_note(rule, text)
        for extract in self.extracts:
            if only in ("", extract.prepared.dataset.id):
                extract.answers.give(rule, text, extract.prepared.findings, now)

    def answers_of(self, bundle: Outgoing) -> tuple[Answer, ...]:
        """Return why the queries about the file of a bundle are right."""
        return next(
            extract.answered for extract in self.extracts if extract.prepared is bundle.prepared
        )

    def _is_passphrase(self, text: str) -> bool:
        files = {member.settings.key_file for member in self.members if member.settings.key}
        return any(opens(path, text) for path in files)

    def unanswered(self) -> RulesBroken | None:
        """Return why it may not be sent yet: queries that have no answer; None if it may."""
        waiting = [extract for extract in self.extracts if extract.open_queries]
        if not waiting:
            return None
        names = " and ".join(
            f"{extract.prepared.dataset.id} {days_in_words(extract.prepared.covered)}"
            for extract in waiting
        )
        queries = [query for extract in waiting for query in extract.open_queries]
        rules = dict.fromkeys(query.rule.id for query in queries)
        return RulesBroken(
            "queries-not-answered",
            f"{names} was not sent: {with_noun(len(queries), 'query', 'queries')} to answer",
            *fixes(queries, len(rules)),
            "if it is right, say why: " + " ".join(f"--answer {rule}=REASON" for rule in rules),
            CHOICES,
            lines=finding_lines(queries),
        )

    def check_dates(self) -> None:
        """Refuse dates that overlap earlier ones in part, or complete a quarter with held rows.

        Raises:
            Usage: they do.
        """
        for outgoing in self.outgoing:
            refuse_overlap(outgoing.log, outgoing.key, outgoing.prepared.covered)
            refuse_last_month(
                outgoing.log.register, outgoing.key, outgoing.prepared.covered, "nothing was sent"
            )


def plan_extract(
    *,
    folder: Path,
    files: Sequence[ExtractFile],
    now: datetime,
    partnership: str = "",
    datasets: Sequence[str] = (),
    options: PrepareOptions | None = None,
    answers: Sequence[tuple[str, str]] = (),
    sends: bool = False,
    offline: bool = True,
    prompt: Prompt | None = None,
    stage: Callable[[str], None] = lambda _: None,
    checked: Callable[[CheckedExtract], None] = lambda _: None,
) -> Plan:
    """Read, check and depersonalise an extract; nothing is sent.

    Args:
        folder: Where exchange.toml lies, or a folder below it. Where there is none, and the plan is
            not for sending, the extract is checked and nothing more.
        files: The extract, in one file or several.
        partnership: One of several in exchange.toml; empty for all.
        datasets: Which datasets it is of; empty to have that worked out.
        options: How it is made ready; the dates are worked out where it does not say them.
        answers: Queries, and why each is right in this extract: a reason of
            `schemas.findings.reasons`, or a sentence.
        sends: The plan is for sending, so a partnership is needed, and what is seen of its log is
            cosigned; rows are kept only if the options say so.
        offline: Where a store does not answer, take its log as it was last verified here.
        prompt: Who can be asked; None where nobody can.
        stage: Is called with what is being done.
        checked: Is given each dataset whose rows are right, before the key is asked for.

    Raises:
        Usage: something is not said that nobody can be asked for, or cannot be.
        ExtractUnreadable: the extract, its mapping or the gazetteer cannot be read.
        LogBroken, NotEntitled: as for `open_memberships`.
    """
    for rule, text in answers:  # refused before a large file is read
        reason_and_note(rule.strip(), text.strip())
    members: list[Membership] = []
    notices: tuple[Notice, ...] = (_NO_PARTNERSHIP,)
    if sends or Settings.is_there(folder):
        stage("reading the log")
        when = now if sends else None
        members, notices = open_memberships(folder, partnership, now=when, offline=offline)
        for settings, log in members:
            if sends:
                refuse_wrong_clock(settings, log.register, now)
            else:
                notices = (*notices, *judge_clock(settings, log.register, now))
    options = options or PrepareOptions()
    options = replace(options, keeps_rows=options.keeps_cells or not sends)
    prepared = prepare(
        files,
        members=[(member.settings, member.log.register) for member in members],
        everybody=_all_members(folder, members) if partnership else (),
        datasets=datasets,
        options=options,
        prompt=prompt,
        now=now,
        stage=stage,
        checked=checked,
    )
    notices = (*notices, *_warn_of_shared(folder, files))
    newest = Quarter.before(now)
    prepared = [with_query_of_old_quarter(extract, members, newest) for extract in prepared]
    if sends:
        due = newer_quarter_due(prepared, members, newest)
        notices = (*notices, *due, *not_sent_yet(prepared, members))
    extracts = _with_answers(prepared, members)
    plan = Plan(tuple(files), tuple(members), extracts, _outgoing(prepared, members), notices)
    for rule, text in answers:
        plan.answer(rule.strip(), text.strip(), now)
    return plan


def _warn_of_shared(folder: Path, files: Sequence[ExtractFile]) -> Iterator[Notice]:
    """Say which files everybody can read who has the shared folder."""
    for file in files:
        if isinstance(file, Path) and is_shared(folder, file):
            yield Notice(
                "extract-in-shared-folder",
                f"{file.name} is in the shared folder, so every partner can read it as it is",
                (remedy("extract-in-shared-folder"),),
            )


def _with_answers(
    prepared: Sequence[Prepared], members: Sequence[Membership]
) -> tuple[PlannedExtract, ...]:
    """Return extracts, each with the answers that are kept on this machine and hold for it."""
    own = members[0].settings.own if members else None
    planned = []
    for extract in prepared:
        summary = extract.comparison.now  # by which it is told from others
        figures = f"{extract.covered} {extract.outcome.tally.rows_in} {summary.fingerprint}"
        planned.append(PlannedExtract(extract, Answers.of(own, extract.dataset.id, figures)))
    return tuple(planned)


def _all_members(folder: Path, members: Sequence[Membership]) -> list[Member]:
    """Return all partnerships of exchange.toml, of which others may get some of the same rows.

    To one whose log cannot be read, and never was, nothing was sent from here.
    """
    opened = {settings.origin: log for settings, log in members}
    readable: list[Member] = []
    for settings in Settings.all(folder):
        log = opened.get(settings.origin)
        if log is None and settings.founding:
            with contextlib.suppress(Refusal):
                log = open_log(settings, offline=True).log
        if log is not None and settings.partner in log.register.partners:
            readable.append((settings, log.register))
    return readable


_NO_PARTNERSHIP: Final = Notice(
    "checked-without-partnership",
    "there is no exchange.toml in this folder or above it, so the area was not checked and "
    "what would be shared is not known",
    ("to check it as it would be sent, go to the folder of your partnership",),
)


def _outgoing(prepared: Sequence[Prepared], members: Sequence[Membership]) -> tuple[Outgoing, ...]:
    logs = {settings.origin: log for settings, log in members}
    return tuple(
        Outgoing(extract, part, shared, logs[part.settings.origin])
        for extract in prepared
        for part in extract.parts
        for shared in (part.shared, part.personal)
        if shared is not None
    )


def broken_rules(prepared: Prepared, what_was_not_done: str) -> RulesBroken:
    """Return the refusal of an extract that broke rules, worst first."""
    wrong = errors(prepared.findings)
    lines = sum(f.count for f in wrong)
    broken = with_noun(len(wrong), "rule") + " broken"
    touched = (
        f", {with_noun(lines, 'error')} in {with_noun(prepared.outcome.tally.accepted, 'line')}"
        if lines
        else ""
    )
    most: tuple[str, ...] = ()
    if len(wrong) > _FIRST and lines:
        share = share_corrected(wrong, _FIRST)
        most = (f"correcting the first {_FIRST} fixes {share} % of the errors",)
    subject = f"{prepared.dataset.id} {days_in_words(prepared.covered)}"
    return RulesBroken(
        "rules-broken",
        f"{subject} {what_was_not_done}: {broken}{touched}",
        *fixes(wrong, _FIRST),
        *most,
        "nothing was sent. To list every line: exchange check FILE --report errors.xlsx",
        lines=finding_lines(wrong),
    )
