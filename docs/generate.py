"""Write the documents that follow from declarations: commands, datasets, rules and refusals.

The table of guarantees in tests/README.md is written from tests/guarantees.csv.

`python -m docs.generate` writes them; with --check it only says whether they are up to date.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from docs.depersonalisation_page import axes_in_words, depersonalisation
from docs.guarantees_page import guarantees
from docs.identifiers_page import measured
from docs.markdown import DOCS, MADE, table, with_made_part
from exchange.cli.commands.explain import how_it_leaves
from exchange.cli.group import App, exchange
from exchange.errors import NO_EFFECT, REFUSALS, STATUSES, WARNING, Message, messages
from exchange.reports.compliance.forms import FORMS
from exchange.samples.extract import sample
from partners.law.requirements import (
    CHAPTERS,
    GUIDE,
    HALLMARKS,
    PAPERS,
    Requirement,
    laws,
    requirements,
)
from schemas.codes.lists import LISTS, LOCAL, NOT_LISTED, SEVERITY, CodeList, editions_of
from schemas.codes.vocabularies import FIRST_GENERALISED_WORDS, GENERALISED
from schemas.datasets.dataset import SMALLEST, Dataset
from schemas.datasets.description import describe_leaving, describe_need, holders
from schemas.datasets.registry import PRESCRIBED
from schemas.datasets.shared_columns import DESCRIPTIONS, columns_of
from schemas.findings.finding import Rule, Severity
from schemas.findings.rules import RULES
from schemas.quarters import Quarter

_QUARTER = Quarter(2026, 3)


def commands() -> str:
    """Return the help of every command."""
    settings = exchange.context_settings
    context = click.Context(exchange, info_name="exchange", obj=App(), **settings)
    return "\n".join([MADE, "# Commands\n", *_helps(exchange, context, "")])


def _helps(group: click.Group, parent: click.Context, path: str) -> Iterator[str]:
    """Give the help of each command of a group, and of those below it."""
    for name in group.list_commands(parent):
        found = group.get_command(parent, name)
        if found is None:
            continue
        yield _help(found, parent, f"{path} {name}".strip())
        if isinstance(found, click.Group):
            inner = click.Context(found, info_name=name, parent=parent)
            yield from _helps(found, inner, f"{path} {name}".strip())


def _help(command: click.Command, parent: click.Context, title: str) -> str:
    context = click.Context(
        command, info_name=command.name, parent=parent, terminal_width=88, max_content_width=88
    )
    return f"## exchange {title}\n\n```text\n{command.get_help(context)}\n```\n"


def datasets() -> str:
    """Return the list of all datasets, and of every column that can leave."""
    parts = [
        MADE,
        "# Datasets\n",
        *table(
            ("dataset", "what it is", "held by", "prescribed by"),
            [
                (f"[`{d.id}`](datasets/{d.id}.md)", d.title, holders(d), d.paragraph)
                for d in PRESCRIBED.values()
            ],
        ),
        "\n## Columns that can be shared\n",
        "Each dataset shares the columns that its page names, and no others.\n",
        *table(
            ("column", "what it says"), [(f"`{name}`", text) for name, text in DESCRIPTIONS.items()]
        ),
    ]
    parts.append(
        f"\nEvery protected row, and every row that is cover for one, says `{GENERALISED}`. "
        "In version 1 of a dataset it says `in a small group`. Rows that earlier releases sent in "
        "that version say one of these:\n"
    )
    parts += [f"- {reason}" for reason in FIRST_GENERALISED_WORDS if reason]
    return "\n".join(parts) + "\n"


def dataset_page(dataset: Dataset) -> str:
    """Return what a dataset is, who holds it, what its extract may hold, and what leaves."""
    lines = [
        MADE,
        f"# `{dataset.id}`: {dataset.title}\n",
        f"{dataset.description}\n",
        f"Prescribed by {dataset.paragraph}.\n",
        *table(
            ("held by", "as", "nation", "from", "to", "duty", "source"),
            [
                (
                    h.kind,
                    h.title,
                    h.nation or "both",
                    h.first or "",
                    h.last or "",
                    "proved" if h.certain else "to be confirmed",
                    h.source,
                )
                for h in dataset.holders
            ],
        ),
    ]
    lines += _categories(dataset)
    lines.append("\n## What the extract holds\n")
    lines += _columns(dataset)
    made = sample(dataset, _QUARTER, 3, 1).text().replace("\r\n", "\n")
    lines.append(f"\nMade up, as `exchange source sample {dataset.id}` does:\n")
    lines.append(f"```csv\n{made}```\n")
    lines.append("## What is shared\n")
    lines.append(f"The columns {', '.join(f'`{c}`' for c in columns_of(dataset))}.")
    lines.append(
        f"The most precise place is {dataset.place.value}; the most precise time, {dataset.time}."
    )
    which = "All rows are protected" if dataset.axes else "Protected rows are generalised"
    if not dataset.is_numbers:
        lines.append(f"{which}: at least {SMALLEST} alike, by {axes_in_words(dataset)}.")
    return "\n".join(lines) + "\n"


def _columns(dataset: Dataset) -> Iterator[str]:
    """Give the table of the columns that an extract may have."""
    rows = [
        (
            f"`{f.name}`",
            f.description,
            describe_need(dataset, f),
            ", ".join(f.aliases),
            ", ".join(f.words.also) if f.words else "",
            describe_leaving(dataset, f),
        )
        for f in dataset.fields.values()
    ]
    yield from table(("column", "what it is", "needed", "also headed", "its words", "shared"), rows)


def _categories(dataset: Dataset) -> Iterator[str]:
    """Give the code lists that categories of a dataset come from."""
    if dataset.schemes:
        yield "\nCategories come from one of these lists:\n"
    for scheme, classes in dataset.schemes.items():
        of = f", of it {', '.join(sorted(classes))}" if classes else ""
        if scheme == LOCAL:
            yield "- a list of the authority's own (`local`): [mappings](../mappings.md)"
        for one in editions_of(scheme):
            yield f"- [{one.title}, edition {one.edition}](../codes/{_list_name(one)}.md){of}"


def requirements_page() -> str:
    """Return the list of what is required, with its sources."""
    lines = [
        MADE,
        "# What partnerships are required to do\n",
        (
            "This is what five papers of real partnerships list, in our own words, and what has "
            "changed since. `exchange report requirements` writes the list with the answer to "
            "each, and `exchange report answer` records what the log cannot show. A reference "
            "such as 1/12 means paper 1, item 12.\n"
        ),
        "## The papers\n",
        *(f"{number}. {title}" for number, title in PAPERS.items()),
        *(line for form, one in FORMS.items() for line in _paper(form, one.paper)),
        "\n## The law\n",
        *table(
            ("name on this page", "nation", "from", "to", "instrument", "confirmed"),
            [
                (
                    name,
                    law.nation.title(),
                    law.first,
                    law.last or "",
                    law.instrument,
                    law.confirmed,
                )
                for name, every in laws().items()
                for law in every
            ],
        ),
    ]
    for chapter, title in CHAPTERS.items():
        lines.append(f"\n## {title}\n")
        lines += table(
            ("no.", "requirement", "source", "hallmark", "papers"),
            [_required(one) for one in requirements().values() if one.chapter == chapter],
        )
    return "\n".join(lines) + "\n"


def _paper(form: str, paper: str) -> list[str]:
    """Return what stands in a paper beside what stands in its form."""
    with (Path(__file__).parent / "papers.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["paper"] == paper]
    items = Counter(one.chapter for one in requirements().values() if one.in_paper(paper))
    chapters = [
        ("rows", f"{CHAPTERS[chapter]}: {number}", "the same, by their numbers below")
        for chapter, number in items.items()
    ]
    return [
        f"\n### Paper {paper}: `--form {form}`\n",
        *table(
            ("part", "in the paper", "in the form"),
            [*((row["part"], row["in_paper"], row["in_form"]) for row in rows), *chapters],
        ),
    ]


def _required(one: Requirement) -> tuple[str, ...]:
    rests = one.law if one.laws else GUIDE
    about = f" (about {one.under})" if one.under else ""
    answered = " Answered by the log." if one.proof else ""
    tiers = " Two-tier areas only." if one.two_tier else ""
    text = one.text if one.text.endswith("?") else f"{one.text}."
    said = f"{text}{about}{answered}{tiers}"
    return f"`{one.id}`", said, rests, HALLMARKS.get(one.hallmark, ""), ", ".join(one.papers)


def codes() -> str:
    """Return the list of all code lists."""
    lines = [
        MADE,
        "# Code lists\n",
        *table(
            ("scheme", "edition", "what it is", "codes"),
            [
                (
                    f"`{one.scheme}`",
                    one.edition,
                    f"[{one.title}](codes/{_list_name(one)}.md)",
                    len(one.codes),
                )
                for one in (*LISTS, SEVERITY)
            ],
        ),
        "\nA list of an authority's own has the scheme `local`: [mappings](mappings.md).",
    ]
    return "\n".join(lines) + "\n"


def notices() -> str:
    """Return the page of licences, with whose list each code list is."""
    lines = table(
        ("file", "source", "licence", "edition"),
        [
            (f"schemas/codes/{one.file}", one.owner, one.licence, one.edition)
            for one in (*LISTS, SEVERITY)
        ],
    )
    return with_made_part(DOCS.parent / "NOTICES.md", "\n".join(lines) + "\n")


def _list_name(one: CodeList) -> str:
    return f"{one.scheme}-{one.edition}".replace("/", "-")


def code_page(one: CodeList) -> str:
    """Return a code list, each code with its class and where it was read."""
    lines = [
        MADE,
        f"# {one.title}, edition {one.edition}\n",
        f"Scheme `{one.scheme}`. "
        + (
            "A code that has the shape of these but is not in the list is a query, and is sent as "
            f"`{NOT_LISTED}`."
            if one.shape != "(?!)"
            else "The list is closed: what is not in it is an error."
        )
        + (" Only the part that the list has is read." if one.drops_detail else "")
        + "\n",
        *table(
            ("code", "label", "class", "theme", "how its rows leave", "read in"),
            [
                (f"`{c.code}`", c.label, c.klass, c.theme, how_it_leaves(c), c.source)
                for c in one.codes.values()
            ],
        ),
    ]
    return "\n".join(lines) + "\n"


def _weight(rule: Rule) -> str:
    return Severity(rule.severity).name.lower() + ", kept" * rule.standing


def rules() -> str:
    """Return the rules that an extract can break, the exit statuses, refusals and warnings."""
    parts = [MADE, "# Rules, refusals and warnings\n", "## Rules\n"]
    parts.append(
        "An error stops a submission; a query is answered before the file is sent (*kept*: the "
        "answer is kept for your next files); a warning is for your notice.\n"
    )
    parts += table(
        ("rule", "weight", "a line or column that …", "what to do", "such as"),
        [(f"`{r.id}`", _weight(r), r.problem, r.fix, r.example) for r in RULES.values()],
    )
    parts.append("\n## Exit statuses\n")
    parts += table(
        ("status", "", "when"),
        [
            ("0", "", "it is done"),
            ("1", "`fault`", "a fault in exchange, or this machine refused"),
            *((r.status, f"`{r.kind}`", (r.__doc__ or "").rstrip(".")) for r in REFUSALS),
            ("130", "`stopped`", "stopped from the keyboard"),
        ],
    )
    apart = (WARNING, NO_EFFECT)
    refusals = [one for one in messages().values() if one.kind not in apart]
    without = [one for one in messages().values() if one.kind == NO_EFFECT]
    warnings = [one for one in messages().values() if one.is_warning]
    parts.append("\n## Refusals\n")
    parts.append("The line of an error ends with its id. `exchange explain ID` shows its row.\n")
    parts += table(
        ("id", "status", "when", "what to do"),
        [(f"`{m.id}`", m.status, m.when, m.remedy) for m in refusals],
    )
    parts.append("\n## Entries without effect\n")
    parts.append(
        "Why an entry of the log has no effect, as `exchange verify` shows it. A command that "
        f"would log such an entry refuses with this id, and status {STATUSES[NO_EFFECT]}.\n"
    )
    parts += _table_of(without)
    parts.append("\n## Warnings\n")
    parts.append("The line of a warning ends with its id too. The command goes on.\n")
    parts += _table_of(warnings)
    return "\n".join(parts) + "\n"


def _table_of(entries: list[Message]) -> list[str]:
    return table(("id", "when", "what to do"), [(f"`{m.id}`", m.when, m.remedy) for m in entries])


def made() -> dict[str, str]:
    """Return every document that is made, by its path."""
    return {
        "commands.md": commands(),
        "depersonalisation.md": depersonalisation(),
        "datasets.md": datasets(),
        "requirements.md": requirements_page(),
        "identifiers.md": measured(),
        "codes.md": codes(),
        "rules.md": rules(),
        "../tests/README.md": guarantees(),
        "../NOTICES.md": notices(),
        **{f"datasets/{d.id}.md": dataset_page(d) for d in PRESCRIBED.values()},
        **{f"codes/{_list_name(one)}.md": code_page(one) for one in (*LISTS, SEVERITY)},
    }


def main() -> int:
    """Write the documents, and remove those of what is no more; or say which are old."""
    old, documents = [], made()
    stale = {
        str(p.relative_to(DOCS)) for f in ("datasets", "codes") for p in (DOCS / f).glob("*.md")
    }
    for name in sorted(stale - set(documents)):
        old.append(name)
        if "--check" not in sys.argv:
            (DOCS / name).unlink()
    for name, text in documents.items():
        path = DOCS / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if "--check" not in sys.argv:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if old and "--check" in sys.argv:
        click.echo(f"not up to date: {', '.join(old)}; make fix writes them", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
