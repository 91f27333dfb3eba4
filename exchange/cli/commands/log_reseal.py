"""exchange log reseal: encrypt for newly enrolled keys what was sent earlier."""

from typing import Any

import click

from exchange.cli import console
from exchange.cli.confidentiality import check_considered
from exchange.cli.group import App
from exchange.cli.options import as_json, confidentiality_considered, passphrase_file, yes
from exchange.cli.session import confirmed, open_log
from exchange.cli.tree import summary
from exchange.cli.unlock import unlock
from exchange.errors import NothingToDo
from exchange.text import with_noun
from partners.register.state import Submission
from schemas.quarters import days_in_words


@click.command(help=summary("log reseal"))
@confidentiality_considered
@yes
@passphrase_file
@as_json
@click.pass_obj
def command(
    app: App,
    confidentiality_considered: bool,
    yes: bool,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Encrypt again, for all who are entitled now, what your authority sent and is in effect."""
    from exchange.profile import earlier_releases
    from exchange.submission.reseal import confidential, reseal, without_access

    settings = app.settings
    log = open_log(settings)
    lacking = without_access(log, settings.partner)
    files = earlier_releases.not_for_all(settings, log.register)
    if not lacking and not files:
        raise NothingToDo(
            "nothing-to-reshare", "all partners who are entitled to your submissions can open them"
        )
    show = console.detail if as_json else console.result
    for submission, cards in lacking:
        names = ", ".join(card.who for card in cards)
        show(f"{_describe(submission)}: not yet encrypted for {names}")
    submissions = [submission for submission, _ in lacking]
    check_considered(
        confidential(submissions, log.register), considered=confidentiality_considered, yes=yes
    )
    if lacking:
        confirmed("Encrypt it for them too?", yes=yes)
    officer = unlock(settings, passphrase_file)
    if count := earlier_releases.reseal(files, settings, log.register, officer):
        quarters = with_noun(count, "quarter")
        show(f"encrypted for all your officers: how records of {quarters} were depersonalised")
    shared = []
    for submission in submissions:
        position = reseal(submission, settings=settings, log=log, officer=officer, now=app.now)
        if not as_json:
            console.result(f"shared again  {_describe(submission)}  log {position}")
        shared.append(_to_json(submission, position))
    if as_json:
        console.as_json({"shared_again": shared, "quarters_encrypted": count})


def _to_json(submission: Submission, position: int) -> dict[str, Any]:
    return {
        "dataset": submission.statement.dataset,
        "covered": str(submission.statement.covered),
        "personal": submission.statement.personal,
        "earlier": submission.position,
        "entry": position,
    }


def _describe(submission: Submission) -> str:
    statement = submission.statement
    personal = ", personal data" if statement.personal else ""
    days = days_in_words(statement.covered)
    return f"{statement.dataset} {days}{personal} (log {submission.position})"
