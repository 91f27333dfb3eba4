"""exchange report answer: the strategy group's own word on a requirement."""

import difflib
from datetime import date
from typing import Any, Final

import click

from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import summary
from exchange.errors import Usage
from exchange.profile.settings import Settings
from partners.entries import fields
from partners.entries.kinds import ANSWERS, Assess
from partners.law.requirements import requirements
from partners.register.state import Assessment

_SAID: Final = ("requirement", "answer", "position", "action", "owner", "by", "page")


@click.command(help=summary("report answer"))
@click.argument("requirement")
@click.option(
    "--answer",
    type=click.Choice(list(ANSWERS)),
    help="Whether it is met. Options you leave out keep their current value.",
)
@click.option("--position", metavar="TEXT", help="How it is met so far, in a sentence or two.")
@click.option("--action", metavar="TEXT", help="What is planned.")
@click.option("--owner", metavar="OFFICE", help="The office responsible; never a person's name.")
@click.option("--by", "by", metavar="DATE", help="When it is due, as 2027-03-31.")
@click.option("--page", metavar="TEXT", help="Where it is in the partnership plan.")
@writes_entries
def command(
    writer: EntryWriter,
    requirement: str,
    answer: str | None,
    position: str | None,
    action: str | None,
    owner: str | None,
    by: str | None,
    page: str | None,
) -> None:
    """Log it, keeping what was said before and is not said anew."""
    _known(requirement)
    texts = {"answer": answer, "position": position, "action": action, "owner": owner, "page": page}
    new = {name: text for name, text in texts.items() if text is not None}
    _checked(new)
    before = writer.log.register.assessments.get(requirement)
    body = _said(writer.settings, requirement, before, new, _day(by) if by is not None else None)
    writer.show(f"{requirement}  {requirements()[requirement].text}")
    for name in ("position", "action", "owner", "by", "page"):
        if text := getattr(body, name):
            writer.show(f"    {name}: {text}")
    at = writer.add(body, f"Is this the strategy group's answer: {body.answer}?")
    said = {name: value for name, value in body.to_json().items() if name in _SAID}
    writer.say(f"recorded  {requirement}  {body.answer}  log {at}", **said, entry=at)


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


def _said(
    settings: Settings,
    requirement: str,
    before: Assessment | None,
    new: dict[str, str],
    by: date | None,
) -> Assess:
    """Return what is to be logged: what was said before, and what is said anew."""
    if before is None and "answer" not in new:
        raise Usage(
            "answer-missing",
            f"requirement {requirement} has no answer yet",
            f"add whether it is met: --answer {', '.join(ANSWERS)}",
        )
    values: dict[str, Any] = before.said.to_json() if before else dict.fromkeys(Assess.SHAPES, "")
    mine = {"partner": settings.partner, "officer": settings.officer, "requirement": requirement}
    was = before.said.by if before else None
    return Assess(**values | mine | new | {"by": by or was})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage(
            "day-not-understood",
            "--by must be a day, such as 2027-03-31",
            "nothing was logged; write the day as 2027-03-31",
        ) from None
