"""Checking, depersonalising, encrypting and logging an extract: what `exchange submit` does."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from depersonalise.depersonalise import Depersonalised
from exchange.cli import console
from exchange.cli.actions.extracts import (
    answered,
    broken_rules,
    prepared,
    reported,
    say_account,
)
from exchange.cli.confidentiality import check_considered
from exchange.cli.group import App
from exchange.cli.session import confirmed, open_members, say_store
from exchange.errors import Refusal, Usage
from exchange.keys.identity import Officer
from exchange.log.log import Log
from exchange.profile.answers import keep_outline
from exchange.profile.outbox import tidy
from exchange.profile.settings import Settings
from exchange.submission.confidentiality import is_held_by_health
from exchange.submission.policy import Manner
from exchange.submission.prepare import Part, Prepared
from exchange.submission.recipients import entitled, my_card
from exchange.submission.send import Sent, check_may_submit, refuse_overlap, submit
from exchange.submission.summary import account_json
from exchange.text import long_date, with_noun
from schemas.quarters import LONDON

Job = tuple[Prepared, Part, Depersonalised, Log]  # what goes to one partnership as one bundle


def submit_files(
    app: App,
    officer_of: Callable[[Settings], Officer],
    *,
    files: tuple[Path, ...],
    datasets: tuple[str, ...],
    dates: str | None,
    domestic: str | None,
    of_part: str,
    report: Path | None,
    with_values: bool,
    answers: tuple[str, ...],
    courier: Path | None,
    confidentiality_considered: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Prepare, show what will leave, have it confirmed, send; return the exit status.

    Args:
        officer_of: Gives the unlocked identity of a partnership.
    """
    members = open_members(app, offline=courier is not None, sends=True)
    manner = Manner(dates, domestic or "", of_part, officer_of)
    found = prepared(app, members, files, datasets=datasets, manner=manner, ask=not yes)
    given = [answered(members[0][0], one, answers, app.now, ask=not yes) for one in found]
    reported(found, files, report, given, with_values=with_values)
    jobs = _jobs(found, members)
    for one, part, shared, log in jobs:
        refuse_overlap(log, _key(part, shared), one.covered)
    if stopped := [one for one in found if one.stopped]:
        refusal = broken_rules(stopped[0], "was not sent")
        if as_json:
            console.as_json(one_or_all([account_json(one) for one in found]))
            return refusal.status
        raise refusal
    if not as_json:
        for one, to in zip(found, given, strict=True):
            say_account(one)
            console.say_findings(one.findings, f"{one.dataset.id} {one.covered}", to.to)
        _say_recipients(jobs)
    check_considered(_confidential(jobs), considered=confidentiality_considered, yes=yes)
    confirmed("Send this?", yes=yes)
    for one, part, shared, log in jobs:
        card = my_card(log, officer_of(part.settings))
        check_may_submit(card, log, _key(part, shared), one.covered, shared.version)
    sent, failed = _send(app, jobs, officer_of, _couriers(app, jobs, courier))
    _say(sent, several=_are_several(jobs), as_json=as_json)
    for (one, part, _, _), refusal in failed:
        console.refused(refusal)
        console.hint(f"that was {one.dataset.id} of {part.settings.slug}: run the command again")
    return failed[0][1].status if failed else 0


def _jobs(found: Sequence[Prepared], members: Sequence[tuple[Settings, Log]]) -> list[Job]:
    logs = {settings.origin: log for settings, log in members}
    return [
        (one, part, shared, logs[part.settings.origin])
        for one in found
        for part in one.parts
        for shared in (part.shared, part.personal)
        if shared is not None
    ]


def _confidential(jobs: Sequence[Job]) -> list[str]:
    """Name the datasets of which a health body's incidents would go as personal data."""
    return [
        one.dataset.id
        for one, part, shared, log in jobs
        if shared.personal
        and is_held_by_health(one.dataset.id, part.settings.partner, log.register)
    ]


def _key(part: Part, shared: Depersonalised) -> tuple[str, str, str, bool]:
    return (part.settings.partner, shared.dataset.id, shared.policy.part, shared.personal)


def _couriers(app: App, jobs: Sequence[Job], told: Path | None) -> list[Path | None]:
    """Name the courier file of each job, if any is wanted; none may be there already."""
    if told is None:
        return [None] * len(jobs)
    path, several = app.folder / told, len(jobs) > 1
    found: list[Path | None] = []
    for _, part, shared, _ in jobs:
        own = (
            f"{path.stem}-{part.settings.slug}-{shared.dataset.id}" + "-personal" * shared.personal
        )
        one = path.with_stem(own) if several else path
        if one.exists():
            raise Usage(
                "file-already-exists",
                f"{one.name} is there already",
                "nothing was sent; give another name",
            )
        found.append(one)
    return found


def _send(
    app: App,
    jobs: Sequence[Job],
    officer_of: Callable[[Settings], Officer],
    couriers: Sequence[Path | None],
) -> tuple[list[tuple[Job, Sent]], list[tuple[Job, Refusal]]]:
    """Send each part; where one of several can't be sent, the others are all the same."""
    sent: list[tuple[Job, Sent]] = []
    failed: list[tuple[Job, Refusal]] = []
    with console.progress("sending …") as shown:
        for job, courier in zip(jobs, couriers, strict=True):
            one, part, shared, log = job
            try:
                done = submit(
                    shared,
                    settings=part.settings,
                    log=log,
                    officer=officer_of(part.settings),
                    now=app.now,
                    to=courier,
                    stage=shown.stage,
                )
            except Refusal as refusal:
                if len(jobs) == 1:
                    raise
                failed.append((job, refusal))
                continue
            if not done.again and not shared.personal:
                keep_outline(part.settings, one.dataset.id, shared.policy.part, part.outline)
            tidy(part.settings, app.now)
            if done.position is not None and not done.again:
                say_store(log, done.position)
            sent.append((job, done))
    return sent, failed


def one_or_all(told: list[dict[str, Any]]) -> Any:
    """Return one result as itself, and several as a list."""
    return told[0] if len(told) == 1 else told


def _say_recipients(jobs: Sequence[Job]) -> None:
    several = _are_several(jobs)
    logs = {part.settings.slug: log for _, part, _, log in jobs}
    for slug, log in logs.items():
        mine = [job for job in jobs if job[1].settings.slug == slug]
        names = _names(log, personal=False)
        console.result(f"{slug}, sealed for {names}" if several else f"  sealed for {names}")
        if new := _since_last(log, mine[0][1].settings.partner):
            console.result(f"  new since your last submission: {', '.join(new)}")
        for one, part, shared, _ in mine:
            if several and not shared.personal:
                console.result(f"  {one.dataset.id:<52}{shared.rows.height:>7,}")
            if shared.personal:
                rows = with_noun(shared.rows.height, "row")
                console.result(
                    f"  as personal data, {rows}: sealed for {_names(log, personal=True)}"
                )
            if old := log.register.replaced(_key(part, shared), one.covered):
                entries = ", ".join(str(s.position) for s in old)
                console.result(
                    f"  replaces what you sent before for these dates, if it differs: log {entries}"
                )


def _since_last(log: Log, partner: str) -> list[str]:
    """Name the officers for whom nothing of a partner's was sealed yet, if anything was."""
    mine = [s for s in log.register.submissions if s.statement.partner == partner]
    known = {key for _, key in mine[-1].statement.recipients} if mine else set()
    return [c.who for c in log.register.cards.values() if mine and c.signer not in known]


def _names(log: Log, *, personal: bool) -> str:
    return ", ".join(dict.fromkeys(card.partner for card in entitled(log, personal)))


def _are_several(jobs: Sequence[Job]) -> bool:
    """Say whether an extract is split among partnerships."""
    return len({part.settings.origin for _, part, _, _ in jobs}) > 1


def _say(sent: Sequence[tuple[Job, Sent]], *, several: bool, as_json: bool) -> None:
    for _, done in sent:
        for what in done.waiting:
            console.warning(
                "submission-interrupted", f"an interrupted submission was not finished: {what}"
            )
            console.hint("to finish it, submit its file again; nothing of it was logged")
    if as_json:
        console.as_json(one_or_all([_sent_json(job, done) for job, done in sent]))
        return
    for quarter in dict.fromkeys(d.statement.quarter for _, d in sent):
        late = [d for _, d in sent if d.statement.quarter == quarter and quarter.is_late(d.time)]
        if late:
            days = with_noun(quarter.days_late(late[0].time), "day")
            due = long_date(quarter.due)
            console.warning("submission-late", f"{quarter} was due by {due}; this is {days} late")
    console.table([_row(job, done, several=several) for job, done in sent])
    if any(done.position is None for _, done in sent):
        console.hint(
            "send the file to a partner who can write to the store; they: exchange receive FILE"
        )


def _row(job: Job, done: Sent, *, several: bool) -> list[str]:
    _, part, shared, _ = job
    statement = done.statement
    return [
        "already sent" if done.again else "sent" if done.position is not None else "to carry",
        *([part.settings.slug] if several else []),
        statement.partner,
        _named(shared),
        str(statement.covered),
        with_noun(shared.rows.height, "row"),
        "not logged yet" if done.position is None else f"log {done.position}",
        f"{done.time.astimezone(LONDON):%Y-%m-%d %H:%M}",
        "late" if statement.quarter.is_late(done.time) else "in time",
    ]


def _named(shared: Depersonalised) -> str:
    part = f" {shared.policy.part}" if shared.policy.part else ""
    return shared.dataset.id + part + (" (personal data)" if shared.personal else "")


def _sent_json(job: Job, done: Sent) -> dict[str, Any]:
    one, part, shared, _ = job
    statement = done.statement
    return account_json(one) | {
        "partnership": part.settings.slug,
        "partner": statement.partner,
        "rows": shared.rows.height,
        "personal": shared.personal,
        "entry": done.position,
        "time": done.time.isoformat(),
        "again": done.again,
        "late": statement.quarter.is_late(done.time),
        "due": statement.quarter.due.isoformat(),
        "bundle": statement.bundle_sha256,
    }
