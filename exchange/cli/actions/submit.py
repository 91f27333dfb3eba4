"""Checking, depersonalising, encrypting and logging an extract: what `exchange submit` does."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from exchange.cli import console
from exchange.cli.actions.extracts import (
    ask_queries,
    one_or_all,
    plan_at_terminal,
    say_plan,
    write_report_files,
)
from exchange.cli.confidentiality import check_considered
from exchange.cli.group import App
from exchange.cli.session import confirm, say_store
from exchange.errors import RulesBroken
from exchange.keys.identity import UnlockedKey
from exchange.log.recipients import new_recipients, recipient_names
from exchange.profile.settings import Settings
from exchange.stores.store import Unreachable
from exchange.submission.plan import Outgoing, Plan
from exchange.submission.policy import PrepareOptions
from exchange.submission.submit import SentBundle, SubmitResult, submit_extract
from exchange.text import list_some, number_ranges, time_in_words, with_noun
from schemas.quarters import days_in_words

_BY_MAIL: Final = (
    "to send without it, if this folder has read the log before: the same command with "
    "--transfer-file FILE.zip; e-mail that file to a partner, who adds it to the log"
)


def submit_files(
    app: App,
    officer_of: Callable[[Settings], UnlockedKey],
    *,
    dates: str | None,
    domestic: str | None,
    of_part: str,
    report: Path | None,
    with_values: bool,
    transfer_file: Path | None,
    confidentiality_considered: bool,
    yes: bool,
    as_json: bool,
    **extract: Any,
) -> int:
    """Prepare, show what will be shared, have it confirmed, send; return the exit status.

    Args:
        officer_of: Gives the unlocked identity of a partnership.
        extract: The options that say which it is, as `plan_at_terminal` takes them.
    """
    app.sends = True
    is_typed = console.is_interactive() and not as_json and not yes
    options = PrepareOptions(dates, domestic or "", of_part, officer_of)
    with _offers_mail():
        plan = plan_at_terminal(
            app,
            options=options,
            sends=True,
            offline=transfer_file is not None,
            ask=not yes,
            show_before_asking=is_typed,
            **extract,
        )
    write_report_files(app, plan, report, with_values=with_values)
    plan.check_dates()
    refusal = plan.refusal("was not sent")
    refusal = refusal or _show_and_ask(app, plan, is_typed=is_typed, as_json=as_json)
    if refusal:
        return _refuse(plan, refusal, as_json=as_json)
    if not as_json:
        _say_recipients(plan)
    check_considered(plan.confidential, considered=confidentiality_considered, yes=yes)
    confirm("Send this?", yes=yes)
    to_carry = app.folder / transfer_file if transfer_file else None
    result = _send(plan, officer_of, now=app.now, transfer_file=to_carry)
    _say(plan, result, as_json=as_json)
    return result.failed[0][1].status if result.failed else 0


def _show_and_ask(app: App, plan: Plan, *, is_typed: bool, as_json: bool) -> RulesBroken | None:
    """Show what came in and was found, and ask its queries; return what stays unanswered."""
    if not as_json:
        say_plan(plan, came_in_is_shown=is_typed, open_queries_follow=True)
    if is_typed:
        ask_queries(app, plan)
    return plan.unanswered()


def _refuse(plan: Plan, refusal: RulesBroken, *, as_json: bool) -> int:
    """Raise what stops the plan; as JSON, print the plan and return the exit status."""
    if not as_json:
        raise refusal
    console.as_json(one_or_all([planned.to_json() for planned in plan.extracts]))
    return refusal.status


def _send(
    plan: Plan,
    officer_of: Callable[[Settings], UnlockedKey],
    *,
    now: datetime,
    transfer_file: Path | None,
) -> SubmitResult:
    with console.progress("sending …") as progress:
        return submit_extract(
            plan,
            unlock=officer_of,
            now=now,
            transfer_file=transfer_file,
            confidentiality_considered=True,  # it was asked before
            stage=progress.stage,
        )


@contextmanager
def _offers_mail() -> Iterator[None]:
    """Where the store is away, say how it can be sent by e-mail."""
    try:
        yield
    except Unreachable as away:
        raise Unreachable(away.id, away.message, *away.hints, _BY_MAIL) from None


def _say_recipients(plan: Plan) -> None:
    several = plan.has_several_partnerships
    logs = {outgoing.part.settings.slug: outgoing.log for outgoing in plan.outgoing}
    for slug, log in logs.items():
        bundles = [outgoing for outgoing in plan.outgoing if outgoing.part.settings.slug == slug]
        names = ", ".join(recipient_names(log.register, personal=False))
        console.result(f"{slug}, encrypted for {names}" if several else f"  encrypted for {names}")
        if new := new_recipients(log.register, bundles[0].part.settings.partner):
            console.result(f"  new since your last submission: {', '.join(new)}")
        for bundle in bundles:
            _say_bundle(bundle, several=several)


def _say_bundle(outgoing: Outgoing, *, several: bool) -> None:
    shared = outgoing.shared
    if several and not shared.personal:
        console.result(f"  {outgoing.prepared.dataset.id:<52}{shared.rows.height:>7,}")
    if shared.personal:
        rows = with_noun(shared.rows.height, "row")
        names = ", ".join(outgoing.recipients)
        console.result(f"  as personal data, {rows}: encrypted for {names}")
    if old := outgoing.replaces:
        entries = number_ranges(old)
        console.result(f"  replaces your earlier submission, if it differs: log {entries}")


def _say(plan: Plan, result: SubmitResult, *, as_json: bool) -> None:
    """Say what was sent, and what of several could not be."""
    for bundle in result.sent:
        if bundle.sent.position is not None and not bundle.sent.again:
            say_store(bundle.outgoing.log, bundle.sent.position)
    notices = result.notices
    console.notices(n for n in notices if n.id == "submission-interrupted" or not as_json)
    if as_json:
        console.as_json(one_or_all([bundle.to_json() for bundle in result.sent]))
    else:
        several = plan.has_several_partnerships
        console.table([_row(bundle, several=several) for bundle in result.sent])
        _say_to_carry(result.sent)
        _say_receipt(result, several=several)
    for outgoing, refusal in result.failed:
        console.say_refusal(refusal)
        console.hint(
            f"this was {outgoing.prepared.dataset.title} for {outgoing.part.settings.slug}: run "
            "the command again"
        )


def _say_to_carry(sent: Sequence[SentBundle]) -> None:
    if any(bundle.sent.position is None for bundle in sent):
        console.hint(
            "e-mail the file to a partner who can write to the shared folder, who runs: "
            "exchange log receive FILE"
        )


def _say_receipt(result: SubmitResult, *, several: bool) -> None:
    """Say where the officer's receipt is, and how one is made that others can check.

    Before another authority has read the log, there is none of that kind.
    """
    if isinstance(result.receipt, Path):
        console.hint(f"your receipt: {result.receipt.name}, beside the file")
    numbers: dict[str, list[int]] = {}
    for bundle in result.sent:
        if bundle.sent.position is not None and not bundle.sent.again:
            slug = bundle.outgoing.part.settings.slug if several else ""
            numbers.setdefault(slug, []).append(bundle.sent.position)
    for slug, (first, *rest) in numbers.items():
        partnership = f"--partnership {slug} " if slug else ""
        console.hint(
            "for a receipt that others can check, once another partner has read the log (exchange "
            f"status): exchange {partnership}log receipt {first} -o receipt-{first}.zip"
            + (f"; and so for log {list_some([str(number) for number in rest])}" if rest else "")
        )


def _row(bundle: SentBundle, *, several: bool) -> list[str]:
    sent, statement, shared = bundle.sent, bundle.sent.statement, bundle.outgoing.shared
    part = f" {shared.policy.part}" if shared.policy.part else ""
    return [
        "already sent" if sent.again else "sent" if sent.position is not None else "to e-mail",
        *([bundle.outgoing.part.settings.slug] if several else []),
        statement.partner,
        shared.dataset.id + part + (" (personal data)" if shared.personal else ""),
        days_in_words(statement.covered),
        with_noun(shared.rows.height, "row"),
        "not logged yet" if sent.position is None else f"log {sent.position}",
        time_in_words(sent.time),
        "late" if sent.is_late else "on time",
    ]
