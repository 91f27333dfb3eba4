"""Sending what was planned: each bundle to its partnership, or into a file to carry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from exchange.errors import Notice, Refusal, Usage
from exchange.files import refuse_existing
from exchange.log.recipients import my_card
from exchange.profile.open_logs import Unlock
from exchange.profile.outbox import delete_old_files
from exchange.profile.outlines import Outlines
from exchange.profile.sent_files import keep_sent_files
from exchange.profile.unfinished import interrupted_notice
from exchange.submission.confidentiality import confidentiality_not_considered
from exchange.submission.may_submit import check_may_submit
from exchange.submission.plan import Outgoing, Plan
from exchange.submission.receipt_file import keep_receipt
from exchange.submission.send import Sent, send_rows
from exchange.submission.summary import account_json
from exchange.text import day_of, with_noun
from partners.entries.returns import Answer
from schemas.datasets.registry import dataset_title
from schemas.quarters import Covered, days_in_words, long_date, uncovered_dates


@dataclass(frozen=True, slots=True)
class SentBundle:
    """A bundle that was sent, and where its entry stands."""

    outgoing: Outgoing
    sent: Sent

    @property
    def still_missing(self) -> list[Covered]:
        """The days of its quarter for which nothing was sent yet."""
        key, quarter = self.outgoing.key, self.sent.statement.quarter
        if key.personal or self.sent.position is None:
            return []
        returns = self.outgoing.log.register.find_overlapping(key, Covered.whole(quarter))
        return uncovered_dates(quarter, [returned.statement.covered for returned in returns])

    def to_json(self) -> dict[str, Any]:
        """Return what came in, what was sent, and when it was due."""
        part, shared, statement = self.outgoing.part, self.outgoing.shared, self.sent.statement
        return account_json(self.outgoing.prepared) | {
            "partnership": part.settings.slug,
            "partner": statement.partner,
            "rows": shared.rows.height,
            "personal": shared.personal,
            "entry": self.sent.position,
            "time": self.sent.time.isoformat(),
            "again": self.sent.again,
            "late": self.sent.is_late,
            "missing": [str(run) for run in self.still_missing],
            "due": statement.quarter.due.isoformat(),
            "bundle": statement.bundle_sha256,
        }


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What was sent of a plan, and what of several bundles could not be.

    Attributes:
        receipt: The officer's own receipt beside the file, or why it was not written.
        dated_ahead: Which of it was sent before, by a clock that was ahead.
    """

    sent: tuple[SentBundle, ...]
    failed: tuple[tuple[Outgoing, Refusal], ...]
    receipt: Path | Notice | None = None
    dated_ahead: tuple[Notice, ...] = ()

    @property
    def notices(self) -> list[Notice]:
        """What should be known about it: submissions that were interrupted, and late ones."""
        notices = [interrupted_notice(name) for bundle in self.sent for name in bundle.sent.waiting]
        late = {
            bundle.sent.statement.quarter: bundle.sent.time
            for bundle in self.sent
            if bundle.sent.is_late
        }
        for quarter, when in late.items():
            days, due = with_noun(quarter.days_late(when), "day"), long_date(quarter.due)
            text = f"{quarter} was due by {due}; this is {days} late"
            notices.append(Notice("submission-late", text))
        notices += [_say_partial(bundle) for bundle in self.sent if bundle.still_missing]
        notices += self.dated_ahead
        return [*notices, self.receipt] if isinstance(self.receipt, Notice) else notices


def _dated_ahead(position: int, when: datetime) -> Notice:
    message = (
        f"log {position} is dated {day_of(when)}, which has not come yet: the clock "
        "of the computer that sent it was ahead"
    )
    remedy = (
        f"to send it with today's date: exchange withdraw {position} --reason wrong-file, then the "
        "same command, with --answer sent-before=checked"
    )
    return Notice("entry-dated-ahead", message, (remedy,))


def _say_partial(bundle: SentBundle) -> Notice:
    sent = bundle.sent.statement
    runs = [days_in_words(run) for run in bundle.still_missing]
    subject = f"{dataset_title(sent.dataset)} for {sent.quarter}"
    remedy = (
        f"send the rest by {long_date(sent.quarter.due)}; if your submission is the whole quarter, "
        f"send it again with --dates {sent.quarter}"
    )
    message = f"{subject} is partial: nothing is sent for {' and '.join(runs)}"
    return Notice("quarter-partial", message, (remedy,))


def submit_extract(
    plan: Plan,
    *,
    unlock: Unlock,
    now: datetime,
    transfer_file: Path | None = None,
    confidentiality_considered: bool = False,
    stage: Callable[[str], None] = lambda _: None,
) -> SubmitResult:
    """Send what was planned: encrypted, to the store, and logged.

    Where one of several bundles cannot be sent, the others are all the same.

    Args:
        plan: Made with `plan_extract(..., sends=True)`.
        unlock: Returns the unlocked key of the officer in a partnership.
        transfer_file: Where the bundle goes instead of the store; with several bundles, each gets a
            name of its own beside it.
        confidentiality_considered: The authority considered the duty of confidentiality and
            decided to share; asked for where a health body's incidents go as personal data.

    Raises:
        RulesBroken: the extract breaks rules, or a query has no answer.
        Usage: it was planned without a partnership, its dates overlap earlier ones in part, a
            transfer file exists already, or the duty of confidentiality was not considered.
        NotEntitled: the officer may not send this.
        LogBroken: the store cannot be written; what was encrypted is kept for the next run.
    """
    _check_ready(plan, confidentiality_considered=confidentiality_considered)
    transfer_files = _transfer_files(plan, transfer_file)
    for outgoing in plan.outgoing:
        card = my_card(outgoing.log, unlock(outgoing.part.settings))
        check_may_submit(
            card, outgoing.log, outgoing.key, outgoing.prepared.covered, outgoing.shared.version
        )
    sent: list[SentBundle] = []
    failed: list[tuple[Outgoing, Refusal]] = []
    for bundle, path in zip(plan.outgoing, transfer_files, strict=True):
        try:
            sent.append(_send(bundle, unlock, now, path, stage, answers=plan.answers_of(bundle)))
        except Refusal as refusal:
            if len(plan.outgoing) == 1:
                raise
            failed.append((bundle, refusal))
    files = [path for path in plan.files if isinstance(path, Path) and path.is_file()]
    _keep_names(plan, files)
    receipt = keep_receipt(files, [(bundle.outgoing, bundle.sent) for bundle in sent])
    ahead = tuple(
        _dated_ahead(bundle.sent.position, bundle.sent.time)
        for bundle in sent
        if bundle.sent.position is not None
        and bundle.sent.time > now  # one in a transfer file has none
    )
    return SubmitResult(tuple(sent), tuple(failed), receipt, ahead)


def _check_ready(plan: Plan, *, confidentiality_considered: bool) -> None:
    """Refuse to send what the officer has still to correct, to answer or to consider.

    Raises:
        RulesBroken, Usage: as for `submit_extract`.
    """
    if not plan.members:
        raise Usage(
            "settings-missing",
            "nothing was sent: the file was checked outside the folder of a partnership",
            "plan it from the folder that holds exchange.toml, with sends=True",
        )
    plan.check_dates()
    if refusal := plan.refusal("was not sent") or plan.unanswered():
        raise refusal
    if plan.confidential and not confidentiality_considered:
        raise confidentiality_not_considered()


def _keep_names(plan: Plan, files: Sequence[Path]) -> None:
    """Keep what the files are called, which is next quarter's proposal."""
    if files:
        quarter = str(max(prepared.covered.quarter for prepared in plan.prepared))
        datasets = [prepared.dataset.id for prepared in plan.prepared]
        keep_sent_files(plan.members[0].settings.own, quarter, datasets, files)


def _send(
    outgoing: Outgoing,
    unlock: Unlock,
    now: datetime,
    transfer_file: Path | None,
    stage: Callable[[str], None],
    *,
    answers: Sequence[Answer],
) -> SentBundle:
    settings, shared = outgoing.part.settings, outgoing.shared

    def keep_outline(payload: str) -> None:
        if not shared.personal:
            outlines = Outlines(settings, shared.dataset.id, shared.policy.part)
            outlines.keep(outgoing.part.outline, payload)

    sent = send_rows(
        shared,
        settings=settings,
        log=outgoing.log,
        officer=unlock(settings),
        now=now,
        to=transfer_file,
        stage=stage,
        encrypted=keep_outline,
        answers=answers,
    )
    delete_old_files(settings, now)
    return SentBundle(outgoing, sent)


def _transfer_files(plan: Plan, path_asked: Path | None) -> list[Path | None]:
    """Name the transfer file of each bundle, if any is wanted.

    Raises:
        Usage: one exists already.
    """
    if path_asked is None:
        return [None] * len(plan.outgoing)
    files: list[Path | None] = []
    for outgoing in plan.outgoing:
        dataset = outgoing.shared.dataset.id + "-personal" * outgoing.shared.personal
        name = f"{path_asked.stem}-{outgoing.part.settings.slug}-{dataset}"
        path = path_asked.with_stem(name) if len(plan.outgoing) > 1 else path_asked
        refuse_existing(path, "nothing was sent; choose another name")
        files.append(path)
    return files
