"""exchange explain: what a dataset, rule, message, code or requirement is, and what to do."""

import difflib

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands.datasets import say_dataset
from exchange.errors import Usage
from exchange.messages import Message, messages
from partners.requirements import GUIDE, Requirement, requirements
from schemas.codes import LISTS, NOT_LISTED, Code, CodeList
from schemas.datasets import DATASETS
from schemas.findings import Rule
from schemas.rules import RULES

# What a code says of the people in it, and so how its rows leave.
NATURES = {
    "domestic": "a domestic incident by definition: leaves as coarsely as any",
    "sexual": "a sexual offence: leaves as coarsely as any",
    "stalking": "stalking: leaves as coarsely as any",
    "slavery": "modern slavery: leaves as coarsely as any",
    "violence": "violence: the domestic marker is asked for",
    "harassment": "harassment: the domestic marker is asked for",
    "damage": "damage: the domestic marker is asked for, where it may be at home",
    "neighbour": "between neighbours: leaves with the outward code",
    "welfare": "may name a home: leaves with the outward code",
    "": "leaves as finely as its dataset allows",
}


@click.command("explain", help=summary("explain"))
@click.argument("word", metavar="DATASET|RULE|MESSAGE|CODE|REQUIREMENT")
@click.pass_obj
def command(_: App, word: str) -> None:
    """Look a word up among datasets, rules, messages, codes and requirements."""
    if word in DATASETS:
        say_dataset(DATASETS[word])
        return
    if word in RULES:
        _rule(RULES[word])
        return
    if word == NOT_LISTED:
        terminal.result(f"{NOT_LISTED}  other, not listed")
        terminal.result("    the sender's category is in no list, so it was not sent")
        return
    if word.strip("[]") in messages():
        _message(messages()[word.strip("[]")])
        return
    if word in requirements():
        _requirement(requirements()[word])
    found = [(one, code) for one in LISTS if (code := _code(one, word)) is not None]
    if not found and word not in requirements():
        near = difflib.get_close_matches(
            word, [*DATASETS, *RULES, *messages(), *requirements()], n=1
        )
        meant = f"did you mean {near[0]}" if near else "datasets: exchange datasets"
        raise Usage(
            "word-unknown",
            f'"{word}" is no dataset, rule, message, code of a list or requirement',
            meant,
        )
    for one, code in found:
        terminal.result(f"{code.code}  {code.label}")
        terminal.result(f"    {one.title}, edition {one.edition} (scheme {one.scheme})")
        terminal.result(f"    class: {code.klass}")
        terminal.result(f"    {NATURES[code.nature]}")
        terminal.result(f"    read in: {code.source}")


def _code(one: CodeList, word: str) -> Code | None:
    read = one.read(word)
    return one.listed(read) if read is not None else None


def _requirement(one: Requirement) -> None:
    terminal.result(f"{one.id}  {one.text}")
    for law in one.laws:
        until = f" to {law.last}" if law.last else ""
        terminal.result(f"    {law.nation.title()}: from {law.first}{until}, {law.instrument}")
        if law.confirmed != "yes":
            terminal.result(f"        {law.confirmed}")
    if not one.laws:
        terminal.result(f"    {GUIDE}")
    how = "by the log" if one.proof else f"by the strategy group: exchange assess {one.id} --help"
    terminal.result(f"    answered: {how}")


def _rule(rule: Rule) -> None:
    terminal.result(f"{rule.id}  {rule.severity.name.lower()}")
    terminal.result(f"    what is wrong: {rule.says}")
    terminal.result(f"    what to do: {rule.fix}")
    terminal.result(f"    such as: {rule.example}")


def _message(message: Message) -> None:
    ended = "warning" if message.is_warning else f"{message.kind}, exit status {message.status}"
    terminal.result(f"{message.id}  {ended}")
    terminal.result(f"    when: {message.when}")
    terminal.result(f"    what to do: {message.remedy}")
