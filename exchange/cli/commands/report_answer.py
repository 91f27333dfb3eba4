"""exchange report answer: the strategy group's own word on a requirement."""

import difflib
from dataclasses import replace
from datetime import date
from typing import Any, Final

import click

from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import summary
from exchange.errors import Usage
from partners.entries import fields
from partners.entries.body import plain
from partners.entries.kinds import STATES, Answer, AnswerRequirements
from partners.law.requirements import requirements

_TEXTS: Final = ("position", "action", "owner", "milestone", "pages")
_DAYS: Final = ("by", "meeting", "review")


@click.command(help=summary("report answer"))
@click.argument("requirement")
@click.option(
    "--answer",
    "state",
    type=click.Choice(list(STATES)),
    help="Whether it is met. Options you leave out keep their current value.",
)
@click.option("--position", metavar="TEXT", help="How it is met so far, in a sentence or two.")
@click.option("--action", metavar="TEXT", help="What is planned.")
@click.option("--owner", metavar="POST", help="The post responsible; never a person's name.")
@click.option("--by", metavar="DATE", help="When the action is due, as 2027-03-31.")
@click.option("--milestone", metavar="TEXT", help="What comes to a meeting.")
@click.option("--meeting", metavar="DATE", help="The day of that meeting.")
@click.option("--pages", metavar="TEXT", help="Where it is in the partnership plan: 3, 7-9.")
@click.option("--review", metavar="DATE", help="When it is to be answered again.")
@writes_entries
def command(writer: EntryWriter, requirement: str, **told: str | None) -> None:
    """Log it, keeping what was said before and is not said again."""
    _known(requirement)
    new: dict[str, Any] = {name: text for name, text in told.items() if text is not None}
    _checked({name: new[name] for name in _TEXTS if name in new})
    new |= {name: _day(name, new[name]) for name in _DAYS if name in new}
    answer = _said(writer, requirement, new)
    writer.show(f"{requirement}  {requirements()[requirement].text}")
    for name in (*_TEXTS, *_DAYS):
        if value := getattr(answer, name):
            writer.show(f"    {name}: {value}")
    question = f"Is this the strategy group's answer: {STATES[answer.state]}?"
    at = writer.add(AnswerRequirements(*writer.signer, (answer,)), question)
    words = f"recorded  {requirement}  {STATES[answer.state]}  log {at}"
    writer.say(words, **plain(answer), entry=at)


def _known(requirement: str) -> None:
    if requirement not in requirements():
        near = difflib.get_close_matches(requirement, requirements(), n=1)
        meant = f"did you mean {near[0]}" if near else "see them with: exchange help requirements"
        raise Usage("requirement-unknown", f'no requirement called "{requirement}"', meant)


def _checked(texts: dict[str, str]) -> None:
    """Refuse what could name somebody, or what an entry can't hold.

    Raises:
        Usage: as said; nothing was logged.
    """
    import polars as pl

    from depersonalise.identifiers import holding_identifiers

    for name, text in texts.items():
        try:
            fields.note(text)
        except ValueError:
            raise Usage(
                "text-not-one-line",
                f"--{name} must be one line of up to {fields.NOTE_MAX:,} characters",
                "nothing was logged; shorten it to one line",
            ) from None
        identifiers = holding_identifiers(pl.Series([text]))
        if len(identifiers):
            raise Usage(
                "text-holds-identifier",
                f"--{name} seems to contain {identifiers['kind'][0]}",
                "nothing was logged; the log is permanent, so name offices, not people",
            )


def _said(writer: EntryWriter, requirement: str, new: dict[str, Any]) -> Answer:
    """Return what is to be logged: what was said before, and what is said now."""
    before = writer.log.register.answers.get(requirement)
    if before is None and "state" not in new:
        raise Usage(
            "answer-missing",
            f"requirement {requirement} has no answer yet",
            f"add whether it is met: --answer {', '.join(STATES)}",
        )
    today = writer.app.today
    if before is None:
        return Answer(requirement, on=today, **new)
    past = before.said.review is not None and before.said.review <= today
    return replace(before.said, **{"on": today} | ({"review": None} if past else {}) | new)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage(
            "day-not-understood",
            f"--{name} must be a day, such as 2027-03-31",
            "nothing was logged; write the day as 2027-03-31",
        ) from None
