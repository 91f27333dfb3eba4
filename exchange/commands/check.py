"""exchange check: what is wrong with an extract."""

from pathlib import Path

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._common import (
    answered,
    answers,
    as_json,
    broken_rules,
    dataset,
    dates,
    extract,
    open_log,
    prepared,
    report,
    reported,
    with_values,
)
from exchange.commands.submit import account_json, say_account
from exchange.settings import Settings
from schemas.findings import errors


@click.command("check", help=summary("check"))
@extract
@dataset
@dates
@report
@with_values
@answers
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
    as_json: bool,
) -> int:
    """Say what came in, what would leave, and what is wrong."""
    settings = Settings.find(app.folder)
    found = prepared(
        app, settings, open_log(settings), file, dataset=dataset, dates=dates, ask=True
    )
    given = answered(settings, found, answers, app.now, ask=False)
    reported(found, file, report, given, with_values=with_values)
    wrong = errors(found.findings)
    refusal = broken_rules(found, "can't be sent yet") if wrong else None
    if as_json:
        told = account_json(found) | {"findings": terminal.findings_json(found.findings)}
        terminal.as_json(told)
    else:
        say_account(found)
        terminal.say_findings(found.findings, f"{found.dataset.id} {found.covered}", given.to)
    if refusal is not None:
        if as_json:
            return refusal.status
        raise refusal
    if not as_json:
        terminal.result("nothing is wrong with it that would stop it")
    return 0
