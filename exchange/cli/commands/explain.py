"""exchange explain: what a dataset, rule, message, code or requirement is, and what to do."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any, Final

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.tree import summary
from exchange.errors import Message, Usage, messages
from exchange.text import nearest
from partners.law.requirements import GUIDE, Requirement, requirements
from schemas.codes.lists import LISTS, NOT_LISTED, Code, CodeList, editions_of
from schemas.datasets.dataset import Dataset
from schemas.datasets.description import (
    dataset_json,
    describe_leaving,
    describe_need,
    holders,
)
from schemas.datasets.registry import DATASETS, REFUSED
from schemas.findings.finding import Rule, Severity
from schemas.findings.rules import RULES
from schemas.quarters import long_date

# What a code says of the people in it, and so how its rows leave.
_PROTECTS: Final = {
    "sensitive": "sensitive: its rows are protected",
    "at a dwelling": "sensitive at a dwelling: its rows are protected there",
    "possibly": "possibly sensitive: its rows are protected",
}
_NATURES: Final = {
    "violence": "violence: protected if it is marked domestic, or may be but is not marked",
    "harassment": "harassment: protected if it is marked domestic, or may be but is not marked",
    "damage": "damage: protected if it is marked domestic, or may be but is not marked",
    "neighbour": "neighbour dispute: shared with the outward code",
}


def how_it_leaves(code: Code) -> str:
    """Return how the rows of a code leave; nothing if as finely as their dataset allows."""
    return _PROTECTS.get(code.protects) or _NATURES.get(code.nature, "")


@click.command(help=summary("explain"))
@click.argument("word", metavar="[DATASET|RULE|MESSAGE|CODE|REQUIREMENT]", required=False)
@as_json
@click.pass_obj
def command(_app: App, word: str | None, as_json: bool) -> None:
    """Look a word up among datasets, rules, messages, codes and requirements.

    Without a message, the datasets are listed.
    """
    if word is None:
        _list_datasets(as_json=as_json)
        return
    meanings = list(_meanings(word))
    if not meanings:
        names = dict.fromkeys([*RULES, *messages(), *requirements()], "")
        hint = nearest(word, names | {name: dataset.title for name, dataset in DATASETS.items()})
        raise Usage(
            "word-unknown",
            f'no dataset, rule, message, code or requirement called "{word}"',
            hint or "see the datasets: exchange explain",
        )
    if as_json:
        console.as_json([values for values, _ in meanings])
        return
    for _, say in meanings:
        say()


def _meanings(word: str) -> Iterator[tuple[dict[str, Any], Callable[[], None]]]:
    """Give what a word means: as programs read it, and what says it to people."""
    if word in DATASETS:
        dataset = DATASETS[word]
        yield dataset_json(dataset, whole=True), partial(_dataset, dataset)
        return
    if word in RULES:
        rule = RULES[word]
        yield _rule_json(rule), partial(_rule, rule)
        return
    if word == NOT_LISTED:
        yield {"code": NOT_LISTED, "label": "other, not listed"}, _not_listed
        return
    if message := messages().get(word.strip("[]")):
        yield asdict(message) | {"status": message.status}, partial(_message, message)
        return
    if requirement := requirements().get(word):
        yield asdict(requirement), partial(_requirement, requirement)
    for code_list in LISTS:
        if (code := _code(code_list, word)) is not None:
            list_key = {"scheme": code_list.scheme, "edition": code_list.edition}
            yield list_key | asdict(code), partial(_say_code, code_list, code)


def _not_listed() -> None:
    console.result(f"{NOT_LISTED}  other, not listed")
    console.result("    the sender's category is not in the list, so it was not sent")


def _say_code(code_list: CodeList, code: Code) -> None:
    console.result(f"{code.code}  {code.label}")
    console.result(
        f"    {code_list.title}, edition {code_list.edition} (scheme {code_list.scheme})"
    )
    console.result(f"    class: {code.klass}")
    console.result(f"    {how_it_leaves(code) or 'shared in as much detail as its dataset allows'}")
    console.result(f"    source: {code.source}")


def _dataset(dataset: Dataset) -> None:
    """Show what a dataset is, who holds it, and each of its columns."""
    console.result(f"{dataset.title}: {dataset.description}")
    console.result(f"Prescribed by {dataset.paragraph}; held by {holders(dataset)}.")
    for scheme in dataset.schemes:
        for edition in editions_of(scheme):
            console.result(
                f"Categories of {edition.title}, edition {edition.edition} "
                f"(scheme {edition.scheme})."
            )
    console.result()
    console.table(
        [
            (f.name, f.reads.value, describe_need(dataset, f), describe_leaving(dataset, f))
            for f in dataset.fields.values()
        ],
        ("column", "read as", "needed", "shared"),
    )
    console.result()
    for field in dataset.fields.values():
        console.result(f"{field.name}: {field.description}")
        if field.aliases:
            console.result(f"    also headed: {', '.join(field.aliases)}")
        if field.words:
            console.result(f"    values: {', '.join(field.words.also)}")


def _list_datasets(*, as_json: bool) -> None:
    for name, reason in REFUSED.items():
        console.warning(
            "local-dataset-refused", f"the local dataset {name} was not accepted: {reason}"
        )
    if as_json:
        console.as_json([dataset_json(dataset, whole=False) for dataset in DATASETS.values()])
        return
    console.table(
        [(d.id, d.title, holders(d), str(d.paragraph)) for d in DATASETS.values()],
        ("dataset", "title", "held by", "legislation"),
    )


def _code(code_list: CodeList, word: str) -> Code | None:
    read = code_list.read(word)
    return code_list.listed(read) if read is not None else None


def _requirement(requirement: Requirement) -> None:
    console.result(f"{requirement.id}  {requirement.text}")
    for law in requirement.laws:
        until = f" to {long_date(law.last)}" if law.last else ""
        console.result(
            f"    {law.nation.title()}: from {long_date(law.first)}{until}, {law.instrument}"
        )
        if law.confirmed != "yes":
            console.result(f"        {law.confirmed}")
    if not requirement.laws:
        console.result(f"    {GUIDE}")
    answer = f"exchange report answer {requirement.id} --help"
    how = "from the log" if requirement.proof else f"by the strategy group: {answer}"
    console.result(f"    answered: {how}")


def _rule(rule: Rule) -> None:
    console.result(f"{rule.id}  {rule.severity.name.lower()}")
    console.result(f"    what is wrong: {rule.problem}")
    console.result(f"    what to do: {rule.fix}")
    console.result(f"    such as: {rule.example}")
    if rule.severity is Severity.QUERY:
        holds = "the next files too" if rule.standing else "one file and its figures"
        console.result(f"    an answer holds for: {holds}")


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "weight": rule.severity.name.lower(),
        "problem": rule.problem,
        "fix": rule.fix,
        "example": rule.example,
    }


def _message(message: Message) -> None:
    ended = "warning" if message.is_warning else f"{message.kind}, exit status {message.status}"
    console.result(f"{message.id}  {ended}")
    console.result(f"    when: {message.when}")
    console.result(f"    what to do: {message.remedy}")
