"""exchange report answer: the strategy group's own word on a requirement."""

import difflib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from exchange.cli import console
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.errors import Usage
from exchange.files import replace as replace_file
from exchange.reports.compliance.new_answers import (
    NAMES,
    TEXTS,
    TITLES,
    entries_of,
    new_answers,
    why_not_logged,
)
from exchange.reports.make import answer_workbook
from exchange.text import number_ranges
from partners.entries.answers import STATES, Answer, AnswerRequirements
from partners.entries.body import plain
from partners.law.requirements import requirements

_DAYS: Final = ("by", "meeting", "review")


@click.command(help=summary("report answer"))
@click.argument("requirement", required=False)
@option("report answer", "--answer", "state", type=click.Choice(list(STATES)))
@option("report answer", "--position")
@option("report answer", "--action")
@option("report answer", "--owner")
@option("report answer", "--by")
@option("report answer", "--milestone")
@option("report answer", "--meeting")
@option("report answer", "--pages")
@option("report answer", "--review")
@option("report answer", "--workbook", type=click.Path(dir_okay=False, path_type=Path))
@writes_entries
def command(
    writer: EntryWriter, requirement: str | None, workbook: Path | None, **typed: str | None
) -> None:
    """Log it, keeping what was said before and is not said again."""
    if workbook is not None:
        if requirement or any(typed.values()):
            raise Usage(
                "workbook-with-answer",
                "--workbook reads every answer from the file, so no other option can give one",
            )
        _log_workbook(writer, writer.app.folder / workbook)
        return
    if requirement is None:
        raise Usage("requirement-missing", "no requirement is named")
    _check_requirement(requirement)
    new: dict[str, Any] = {name: text for name, text in typed.items() if text is not None}
    _check_texts({name: new[name] for name in TEXTS if name in new})
    new |= {name: _day(name, new[name]) for name in _DAYS if name in new}
    answer = _new_answer(writer, requirement, new)
    writer.show(f"{requirement}  {requirements()[requirement].text}")
    for name in (*TEXTS, *_DAYS):
        if value := getattr(answer, name):
            writer.show(f"    {name}: {value}")
    question = f"Is this the strategy group's answer: {STATES[answer.state]}?"
    position = writer.add(AnswerRequirements(*writer.signer, (answer,)), question)
    words = f"recorded  {requirement}  {STATES[answer.state]}  log {position}"
    writer.say(words, **plain(answer), entry=position)


def _log_workbook(writer: EntryWriter, path: Path) -> None:
    """Write the workbook if it does not exist; else have what is new in it confirmed, and log it.

    Raises:
        Usage: it cannot be read, or a cell of it; nothing was logged.
    """
    if not path.exists():
        app = writer.app
        content = answer_workbook(folder=app.folder, now=app.now, partnership=app.partnership)
        replace_file(path, content)
        writer.say(f"written  {path.name}", written=[path.name])
        console.hint("fill it in, then run this command again")
        return
    new = new_answers(path.read_bytes(), path.name, writer.log.register, writer.app.today)
    for answer in new.answers:
        writer.show(f"{answer.requirement}  {STATES[answer.state]}")
    for row in new.rows:
        change = "changed" if row.id in writer.log.register.table(row.table) else "added"
        writer.show(f"{TITLES[row.table]}  {row.id}  {change if row.cells else 'removed'}")
    bodies = entries_of(new, *writer.signer)
    entries = writer.add_all(bodies, f"Does the strategy group record {new.in_words}?")
    numbers = number_ranges(entries)
    writer.say(
        f"recorded  {new.in_words}  log {numbers}",
        answers=len(new.answers),
        rows=len(new.rows),
        entries=entries,
    )


def _check_requirement(requirement: str) -> None:
    if requirement not in requirements():
        near = difflib.get_close_matches(requirement, requirements(), n=1)
        hint = f"did you mean {near[0]}" if near else "see them with: exchange help requirements"
        raise Usage("requirement-unknown", f'no requirement called "{requirement}"', hint)


def _check_texts(texts: dict[str, str]) -> None:
    """Refuse what could name somebody, or what an entry can't hold.

    Raises:
        Usage: as said; nothing was logged.
    """
    for name, fault in zip(texts, why_not_logged(list(texts.values())), strict=True):
        if fault.startswith(NAMES):
            raise Usage(
                "text-holds-identifier",
                f"--{name} {fault}",
                "nothing was logged; the log is permanent, so name offices, not people",
            )
        if fault:
            raise Usage("text-not-one-line", f"--{name} {fault}")


def _new_answer(writer: EntryWriter, requirement: str, new: dict[str, Any]) -> Answer:
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
    past = before.answer.review is not None and before.answer.review <= today
    return replace(before.answer, **{"on": today} | ({"review": None} if past else {}) | new)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage("day-not-understood", f"--{name} must be a day, such as 2027-03-31") from None
