"""What is wrong with an extract: what `exchange check` does."""

from pathlib import Path

from exchange.cli import console
from exchange.cli.actions.extracts import (
    answered,
    broken_rules,
    prepared,
    reported,
    say_account,
)
from exchange.cli.group import App
from exchange.cli.session import open_members
from exchange.submission.policy import Manner
from exchange.submission.summary import account_json


def check_files(
    app: App,
    *,
    files: tuple[Path, ...],
    datasets: tuple[str, ...],
    dates: str | None,
    report: Path | None,
    with_values: bool,
    answers: tuple[str, ...],
    as_json: bool,
) -> int:
    """Say what came in, what would leave, and what is wrong; return the exit status."""
    members = open_members(app, offline=True, sends=False)
    found = prepared(app, members, files, datasets=datasets, manner=Manner(dates), ask=True)
    given = [answered(members[0][0], one, answers, app.now, ask=False) for one in found]
    reported(found, files, report, given, with_values=with_values)
    if as_json:
        console.as_json(
            [account_json(one) for one in found] if len(found) > 1 else account_json(found[0])
        )
    else:
        for one, answers_ in zip(found, given, strict=True):
            say_account(one)
            console.say_findings(one.findings, f"{one.dataset.id} {one.covered}", answers_.to)
    stopped = [one for one in found if one.stopped]
    if stopped:
        refusal = broken_rules(stopped[0], "can't be sent yet")
        if as_json:
            return refusal.status
        raise refusal
    if not as_json:
        console.result("nothing is wrong with it that would stop it")
    return 0
