"""exchange log reseal: encrypt for newly enrolled keys what was sent earlier."""

from typing import Any

import click

from exchange.cli import console
from exchange.cli.confidentiality import check_considered
from exchange.cli.options import confidentiality_considered
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import summary
from exchange.text import with_noun
from partners.register.state import Submission
from schemas.quarters import days_in_words


@click.command(help=summary("log reseal"))
@confidentiality_considered
@writes_entries
def command(writer: EntryWriter, confidentiality_considered: bool) -> None:
    """Encrypt again, for all who are entitled now, what your authority sent and is in effect."""
    from exchange.profile import earlier_releases
    from exchange.submission.reseal import reseal, to_reseal

    settings, log, now = writer.settings, writer.log, writer.app.now
    lacking, files, confidential = to_reseal(settings, log)
    for submission, cards in lacking:
        names = ", ".join(card.who for card in cards)
        writer.show(f"{_describe(submission)}: not yet encrypted for {names}")
    check_considered(confidential, considered=confidentiality_considered, yes=writer.yes)
    officer = writer.unlock("Encrypt it for them too?" if lacking else "")
    if count := earlier_releases.reseal(files, settings, log.register, officer):
        quarters = with_noun(count, "quarter")
        writer.show(
            f"encrypted for all your officers: how records of {quarters} were depersonalised"
        )
    shared = []
    for submission, _ in lacking:
        position = reseal(submission, settings=settings, log=log, officer=officer, now=now)
        if not writer.as_json:
            console.result(f"shared again  {_describe(submission)}  log {position}")
        shared.append(_to_json(submission, position))
    if writer.as_json:
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
