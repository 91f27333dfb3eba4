"""exchange submit: check, depersonalise, seal and log an extract."""

from pathlib import Path
from typing import Any

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._common import (
    answered,
    answers,
    as_json,
    broken_rules,
    confirmed,
    dataset,
    dates,
    extract,
    open_log,
    passphrase_file,
    prepared,
    report,
    reported,
    unlocking,
    with_values,
    yes,
)
from exchange.kept import keep_outline
from exchange.log import Log
from exchange.pending import tidy
from exchange.preparing import Prepared
from exchange.settings import Settings
from exchange.submitting import Sent, check_may_submit, my_card, refuse_overlap, submit
from schemas.findings import errors
from schemas.quarters import LONDON


@click.command("submit", help=summary("submit"))
@extract
@dataset
@dates
@report
@with_values
@answers
@yes
@passphrase_file
@as_json
@click.pass_obj
def command(
    app: App,
    file: Path,
    dataset: str | None,
    dates: str | None,
    report: Path | None,
    with_values: bool,
    answers: tuple[str, ...],
    yes: bool,
    passphrase_file: str | None,
    as_json: bool,
) -> int:
    """Prepare, show what will leave, have it confirmed, send."""
    settings = Settings.find(app.folder)
    officer_of = unlocking(settings, passphrase_file, now=yes)
    log = open_log(settings)
    found = prepared(app, settings, log, file, dataset=dataset, dates=dates, ask=not yes)
    given = answered(settings, found, answers, app.now, ask=not yes)
    reported(found, file, report, given, with_values=with_values)
    key = (settings.partner, found.dataset.id, "", False)
    refuse_overlap(log, key, found.covered)
    if errors(found.findings) or found.shared is None:
        refusal = broken_rules(found, "was not sent")
        if as_json:
            terminal.as_json(
                account_json(found) | {"findings": terminal.findings_json(found.findings)}
            )
            return refusal.status
        raise refusal
    if not as_json:
        say_account(found)
        terminal.say_findings(found.findings, f"{found.dataset.id} {found.covered}", given.to)
        _say_recipients(log, found, settings.partner)
    confirmed("Send this?", yes=yes)
    officer = officer_of()
    card = my_card(log, officer)
    check_may_submit(card, log, (card.partner, found.dataset.id, "", False), found.covered)
    with terminal.progress("sending …") as shown:
        sent = submit(
            found.shared,
            settings=settings,
            log=log,
            officer=officer,
            now=app.now,
            stage=shown.stage,
        )
    if not sent.again:
        keep_outline(settings, found.dataset.id, found.outline)
    tidy(settings, app.now)
    _say(sent, found, as_json=as_json)
    return 0


def say_account(found: Prepared) -> None:
    """Show what came in and where it went: rows in = rows accepted + rows left out."""
    tally = found.outcome.tally
    quarter = found.covered.quarter
    terminal.result(f"{found.dataset.id}  {found.covered}  {quarter.label}")
    for words in found.selected.assumed:
        terminal.result(f"  {words}")
    rows = [("rows in the file", tally.rows_in)]
    rows += [(f"left out, {reason.says}", -n) for reason, n in tally.left_out.items()]
    rows.append(("rows accepted", tally.accepted))
    width = max(len(f"{n:,}") for _, n in rows)
    for words, n in rows:
        terminal.result(f"  {words:<52}{n:>{width},}")
    if found.shared is None:
        return
    for place, n in found.shared.account.places.items():
        terminal.result(f"  {'placed by ' + _PLACES[place]:<52}{n:>{width},}")
    for reason, n in found.shared.account.generalised.items():
        if reason:
            terminal.result(f"  {'made coarser: ' + reason:<52}{n:>{width},}")
    if withheld := found.shared.account.withheld:
        terminal.result(
            f"  {'withheld, in a group too small to leave at all':<52}{-withheld:>{width},}"
        )


_PLACES = {
    "point": "point",
    "school": "school",
    "lsoa": "LSOA",
    "outward": "outward code",
    "district": "district",
}


def account_json(found: Prepared) -> dict[str, Any]:
    """Return the same for --json."""
    tally = found.outcome.tally
    told: dict[str, Any] = {
        "dataset": found.dataset.id,
        "covered": str(found.covered),
        "quarter": str(found.covered.quarter),
        "assumed": list(found.selected.assumed),
        "rows_in": tally.rows_in,
        "rows_accepted": tally.accepted,
        "left_out": {reason.value: n for reason, n in tally.left_out.items()},
    }
    if found.shared is not None:
        account = found.shared.account
        told |= {
            "places": account.places,
            "generalised": {why: n for why, n in account.generalised.items() if why},
            "withheld": account.withheld,
        }
    return told


def _say_recipients(log: Log, found: Prepared, partner: str) -> None:
    key = (partner, found.dataset.id, "", False)
    old = log.register.replaced(key, found.covered)
    names = dict.fromkeys(card.partner for card in log.register.cards.values())
    terminal.result(f"  sealed for {', '.join(names)}")
    if old:
        entries = ", ".join(str(s.position) for s in old)
        terminal.result(
            f"  replaces what you sent before for these dates, if it differs: log {entries}"
        )


def _say(sent: Sent, found: Prepared, *, as_json: bool) -> None:
    statement = sent.statement
    quarter = statement.quarter
    late = quarter.is_late(sent.time)
    for what in sent.waiting:
        terminal.warning(f"an interrupted submission was not finished: {what}")
        terminal.hint("to finish it, submit its file again; nothing of it was logged")
    if as_json:
        terminal.as_json(
            account_json(found)
            | {
                "partner": statement.partner,
                "entry": sent.position,
                "time": sent.time.isoformat(),
                "again": sent.again,
                "late": late,
                "due": quarter.due.isoformat(),
                "bundle": statement.bundle_sha256,
                "findings": terminal.findings_json(found.findings),
            }
        )
        return
    if late:
        days = quarter.days_late(sent.time)
        terminal.warning(
            f"{quarter} was due by {terminal.long_date(quarter.due)}; "
            f"this is {terminal.counted(days, 'day')} late"
        )
    word = "already sent" if sent.again else "sent"
    rows = found.shared.rows.height if found.shared else 0
    terminal.table(
        [
            (
                word,
                statement.partner,
                statement.dataset,
                str(statement.covered),
                terminal.counted(rows, "row"),
                f"log {sent.position}",
                f"{sent.time.astimezone(LONDON):%Y-%m-%d %H:%M}",
                "late" if late else "in time",
            )
        ]
    )
