"""exchange report answer: the strategy group's own word on a requirement."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import console
from exchange.cli.options import DAY
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.errors import Usage
from exchange.files import replace as replace_file
from exchange.reports.compliance.new_answers import (
    DAYS,
    TEXTS,
    TITLES,
    entries_of,
    new_answer,
    new_answers,
)
from exchange.reports.make import answer_workbook
from exchange.text import number_ranges
from partners.entries.answers import STATES, AnswerRequirements
from partners.entries.body import plain
from partners.law.requirements import requirements


@click.command(help=summary("report answer"))
@click.argument("requirement", required=False)
@option("report answer", "--answer", "state", type=click.Choice(list(STATES)))
@option("report answer", "--position")
@option("report answer", "--action")
@option("report answer", "--owner")
@option("report answer", "--by", type=DAY)
@option("report answer", "--milestone")
@option("report answer", "--meeting", type=DAY)
@option("report answer", "--pages")
@option("report answer", "--review", type=DAY)
@option("report answer", "--workbook", type=click.Path(dir_okay=False, path_type=Path))
@writes_entries
def command(
    writer: EntryWriter, requirement: str | None, workbook: Path | None, **typed: Any
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
    new = {name: value for name, value in typed.items() if value is not None}
    answer = new_answer(writer.log.register, requirement, today=writer.app.today, **new)
    writer.show(f"{requirement}  {requirements()[requirement].text}")
    for name in (*TEXTS, *DAYS):
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
