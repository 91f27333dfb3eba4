"""Write the documents that follow from declarations: commands, datasets, rules and refusals.

The table of guarantees in tests/README.md is written from tests/guarantees.csv.

`python -m docs.generate` writes them; with --check it only says whether they are up to date.
"""

import csv
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click

from depersonalise.identifiers import LONGEST
from depersonalise.places.postcode_directory import ADDRESSES_EACH, FEWEST_POSTCODES, LEAST
from depersonalise.release.release import GENERALISED_AS, axes_of
from docs.identifiers_page import measured
from exchange.cli.commands.explain import how_it_leaves
from exchange.cli.dataset_words import describe_leaving, describe_need, holders
from exchange.cli.group import App, exchange
from exchange.errors import REFUSALS
from exchange.messages import NO_EFFECT, STATUSES, WARNING, messages
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
from schemas.codes.lists import LISTS, LOCAL, NOT_LISTED, SEVERITY, CodeList, editions
from schemas.codes.vocabularies import FIRST_GENERALISED_WORDS, SQUARES
from schemas.datasets.axes import Axis
from schemas.datasets.dataset import SMALLEST, Dataset, Treat
from schemas.datasets.registry import PRESCRIBED
from schemas.datasets.shared_columns import SAYS, columns_of
from schemas.extract.places import AROUND
from schemas.findings.finding import Rule, Severity
from schemas.findings.rules import RULES
from schemas.quarters import Quarter

HERE = Path(__file__).parent
_QUARTER = Quarter(2026, 3)
_MADE = "<!-- Written by `make fix` from the code; edit that. -->\n\n"


def commands() -> str:
    """Return the help of every command."""
    settings = exchange.context_settings
    context = click.Context(exchange, info_name="exchange", obj=App(), **settings)
    return "\n".join([_MADE, "# Commands\n", *_helps(exchange, context, "")])


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
        _MADE,
        "# Datasets\n",
        "| dataset | what it is | held by | prescribed by |\n|---|---|---|---|",
    ]
    parts += [
        f"| [`{d.id}`](datasets/{d.id}.md) | {d.title} | {holders(d)} | {d.paragraph} |"
        for d in PRESCRIBED.values()
    ]
    parts.append("\n## What can leave\n")
    parts.append("Of each dataset the columns that its page names, and no others.\n")
    parts.append("| column | what it says |\n|---|---|")
    parts += [f"| `{name}` | {says} |" for name, says in SAYS.items()]
    parts.append(
        f"\nEvery protected row, and every row that is cover for one, says `{GENERALISED_AS}`. "
        "In version 1 of a dataset it says `in a small group`. Rows that earlier releases sent in "
        "that version say one of these:\n"
    )
    parts += [f"- {reason}" for reason in FIRST_GENERALISED_WORDS if reason]
    return "\n".join(parts) + "\n"


def dataset_page(dataset: Dataset) -> str:
    """Return what a dataset is, who holds it, what its extract may hold, and what leaves."""
    lines = [
        _MADE,
        f"# `{dataset.id}`: {dataset.title}\n",
        f"{dataset.description}\n",
        f"Prescribed by {dataset.paragraph}.\n",
        "| held by | as | nation | from | to | duty | source |\n|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {h.kind} | {h.title} | {h.nation or 'both'} | {h.first or ''} | {h.last or ''} "
        f"| {'proved' if h.certain else 'to be confirmed'} | {h.source} |"
        for h in dataset.holders
    ]
    if dataset.schemes:
        lines.append("\nCategories come from one of these lists:\n")
    for scheme, classes in dataset.schemes.items():
        of = f", of it {', '.join(sorted(classes))}" if classes else ""
        if scheme == LOCAL:
            lines.append("- a list of the authority's own (`local`): [mappings](../mappings.md)")
        lines += [
            f"- [{one.title}, edition {one.edition}](../codes/{_list_name(one)}.md){of}"
            for one in editions(scheme)
        ]
    lines.append("\n## What the extract holds\n")
    lines.append("| column | what it is | needed | also headed | its words | leaves |")
    lines.append("|---|---|---|---|---|---|")
    lines += [
        f"| `{f.name}` | {f.says} | {describe_need(dataset, f)} | {', '.join(f.aliases)} "
        f"| {', '.join(f.words.also) if f.words else ''} | {describe_leaving(dataset, f)} |"
        for f in dataset.fields.values()
    ]
    made = sample(dataset, _QUARTER, 3, 1).text().replace("\r\n", "\n")
    lines.append(f"\nMade up, as `exchange source sample {dataset.id}` does:\n")
    lines.append(f"```csv\n{made}```\n")
    lines.append("## What leaves\n")
    lines.append(f"The columns {', '.join(f'`{c}`' for c in columns_of(dataset))}.")
    lines.append(f"The finest place is {dataset.place.value}; the finest time, {dataset.time}.")
    which = "All rows are protected" if dataset.axes else "Protected rows leave coarser"
    if not dataset.is_numbers:
        lines.append(f"{which}: at least {SMALLEST} alike, by {_axes(dataset)}.")
    return "\n".join(lines) + "\n"


def requirements_page() -> str:
    """Return the list of what is required, with its sources."""
    lines = [
        _MADE,
        "# What partnerships are required to do\n",
        (
            "What five papers of real partnerships list, in our own words, and what was changed "
            "since. "
            "`exchange report requirements` writes it with how each stands, and "
            "`exchange report answer` "
            "answers what the log can't. A number stands in a paper as paper/item.\n"
        ),
        "## The papers\n",
        *(f"{number}. {title}" for number, title in PAPERS.items()),
        "\n## The law\n",
        "| called here | nation | from | to | instrument | confirmed |\n|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {law.nation.title()} | {law.first} | {law.last or ''} | {law.instrument} "
        f"| {law.confirmed} |"
        for name, every in laws().items()
        for law in every
    ]
    for chapter, title in CHAPTERS.items():
        lines.append(f"\n## {title}\n")
        lines.append("| no. | requirement | rests on | hallmark | papers |\n|---|---|---|---|---|")
        lines += [_required(one) for one in requirements().values() if one.chapter == chapter]
    return "\n".join(lines) + "\n"


def _required(one: Requirement) -> str:
    rests = one.law if one.laws else GUIDE
    about = f" (about {one.under})" if one.under else ""
    answered = " Answered by the log." if one.proof else ""
    tiers = " Two-tier areas only." if one.two_tier else ""
    text = one.text if one.text.endswith("?") else f"{one.text}."
    mark = HALLMARKS.get(one.hallmark, "")
    papers = ", ".join(one.papers)
    return f"| `{one.id}` | {text}{about}{answered}{tiers} | {rests} | {mark} | {papers} |"


_BEGIN, _END = "<!-- made -->\n", "<!-- /made -->\n"
# What each treatment removes, and what it does not.
_REMOVES = {
    Treat.DROP: ("all of it", "nothing is left"),
    Treat.KEEP: ("nothing", "one word or code of a closed list"),
    Treat.DATE: (
        "the day, of sensitive rows; all but the year, of what is older than a year",
        "day",
    ),
    Treat.TIME: ("minutes, or all but a band of six hours, of rows at home or sensitive", "time"),
    Treat.PLACE: (
        "all places of a row but one, and of that what is finer than allowed",
        "one place",
    ),
    Treat.AGE: ("years, in small groups", "age, and the key stage of that age"),
    Treat.NUMBER: ("whether it is 1, 2, 3 or 4", "the number of all others, and zero"),
}


def depersonalisation() -> str:
    """Return the specification, its made part written anew."""
    text = (HERE / "depersonalisation.md").read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    return before + _BEGIN + _specification() + _END + rest.split(_END)[1]


def _specification() -> str:
    lines = ["\n## Treatments\n", "| a field that | removes | leaves |\n|---|---|---|"]
    lines += [f"| {treat.value} | {gone} | {left} |" for treat, (gone, left) in _REMOVES.items()]
    lines.append("\n## Datasets\n")
    lines.append("| dataset | finest place | finest time | protected | by |")
    lines.append("|---|---|---|---|---|")
    lines += [
        f"| [`{d.id}`](datasets/{d.id}.md) | {d.place.value} | {_protected(d)} |"
        for d in PRESCRIBED.values()
    ]
    lines.append("\n## How coarse a protected row may be\n")
    lines.append("| what is released | levels, finest first, each with its cost |\n|---|---|")
    every = {axis for d in PRESCRIBED.values() for axis in axes_of(d)}
    lines += [
        f"| {axis.name} | {'; '.join(f'{level} {cost}' for level, cost in _levels(axis))} |"
        for axis in sorted(every, key=lambda axis: (axis.name, axis.levels))
    ]
    lines.append("\n## Numbers\n")
    lines.append("| number | what it is | authority |\n|---|---|---|")
    lines += [f"| {number} | {what} | {why} |" for number, what, why in _NUMBERS]
    return "\n".join(lines) + "\n\n"


def _protected(dataset: Dataset) -> str:
    """Return the finest time of a dataset, which of its rows are protected, and by which axes."""
    if dataset.is_numbers:
        return " | one number | "
    which = "all rows" if dataset.axes else "sensitive rows, and what may be"
    return f"{dataset.time} | {which} | {_axes(dataset)}"


def _axes(dataset: Dataset) -> str:
    return "; ".join(f"{a.name} ({', '.join(a.levels)})" for a in axes_of(dataset))


def _levels(axis: Axis) -> list[tuple[str, int]]:
    return list(zip(axis.levels, axis.costs, strict=True))


_GUIDE = "guidance to the duty"
_OURS = "a default of this tool, for caution"
_NUMBERS = (
    (
        SMALLEST,
        "rows that are alike, at least, of those that are protected",
        f"{_OURS}; the protocol may ask for more",
    ),
    (
        ", ".join(SQUARES),
        "sides of squares of the National Grid",
        "data.police.uk's points are of this order; " + _OURS,
    ),
    (LEAST, "addresses in a square, at least", "data.police.uk: eight or more postal addresses"),
    (
        ADDRESSES_EACH,
        "addresses that a postcode in use counts as",
        "half of 15 (ICO, Anonymisation code of practice, 2012, as quoted)",
    ),
    (
        FEWEST_POSTCODES,
        "postcodes in use in an outward code, at least",
        "400 households of the smallest LSOA (ONS; to be confirmed), at 15 each",
    ),
    (f"{AROUND} m", "around a protected place", _OURS),
    ("6 hours", "the band of sensitive rows", _OURS),
    ("1 hour", "of ambulance callouts, and of rows at home", _OURS),
    (
        "1 year",
        "before it was recorded: leaves by the year, without a time",
        "an old date singles out; " + _OURS,
    ),
    ("1 to 4", "numbers that leave as that, and counts told in bands", _OURS),
    (
        "3",
        "characters of an ICD-10 code",
        "the Regulations name blocks and sub-categories; the fourth tells more of one person",
    ),
    (LONGEST, "letters of a coded field, at most", "see [identifiers](identifiers.md)"),
)


def codes() -> str:
    """Return the list of all code lists."""
    lines = [
        _MADE,
        "# Code lists\n",
        "| scheme | edition | what it is | codes |\n|---|---|---|---|",
    ]
    lines += [
        f"| `{one.scheme}` | {one.edition} | [{one.title}](codes/{_list_name(one)}.md) "
        f"| {len(one.codes)} |"
        for one in (*LISTS, SEVERITY)
    ]
    lines.append("\nA list of an authority's own has the scheme `local`: [mappings](mappings.md).")
    return "\n".join(lines) + "\n"


def notices() -> str:
    """Return the page of licences, with whose list each code list is."""
    text = (HERE.parent / "NOTICES.md").read_text(encoding="utf-8")
    lines = ["| file | source | licence | edition |\n|---|---|---|---|"]
    lines += [
        f"| schemas/codes/{one.file} | {one.owner} | {one.licence} | {one.edition} |"
        for one in (*LISTS, SEVERITY)
    ]
    before, rest = text.split(_BEGIN)
    return before + _BEGIN + "\n".join(lines) + "\n" + _END + rest.split(_END)[1]


def _list_name(one: CodeList) -> str:
    return f"{one.scheme}-{one.edition}".replace("/", "-")


def code_page(one: CodeList) -> str:
    """Return a code list, each code with its class and where it was read."""
    lines = [
        _MADE,
        f"# {one.title}, edition {one.edition}\n",
        f"Scheme `{one.scheme}`. "
        + (
            "A code that has the shape of these but is not in the list is a query, and is sent as "
            f"`{NOT_LISTED}`."
            if one.shape != "(?!)"
            else "The list is closed: what is not in it is an error."
        )
        + (" Only the part that the list has is read." if one.cut else "")
        + "\n",
        "| code | label | class | theme | how its rows leave | read in |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{c.code}` | {c.label} | {c.klass} | {c.theme} | {how_it_leaves(c)} | {c.source} |"
        for c in one.codes.values()
    ]
    return "\n".join(lines) + "\n"


def _weight(rule: Rule) -> str:
    return Severity(rule.severity).name.lower() + ", kept" * rule.standing


def rules() -> str:
    """Return the rules that an extract can break, the exit statuses, refusals and warnings."""
    parts = [_MADE, "# Rules, refusals and warnings\n", "## Rules\n"]
    parts.append(
        "An error stops a submission; a query is answered before the file is sent (*kept*: the "
        "answer holds for the next files too); a warning is for your notice.\n"
    )
    parts.append(
        "| rule | weight | a line or column that … | what to do | such as |\n|---|---|---|---|---|"
    )
    parts += [
        f"| `{r.id}` | {_weight(r)} | {r.says} | {r.fix} | {r.example} |" for r in RULES.values()
    ]
    parts.append("\n## Exit statuses\n")
    parts.append("| status | | when |\n|---|---|---|")
    parts.append("| 0 | | it is done |")
    parts.append("| 1 | `fault` | a fault in exchange, or this machine refused |")
    parts += [f"| {r.status} | `{r.kind}` | {(r.__doc__ or '').rstrip('.')} |" for r in REFUSALS]
    parts.append("| 130 | `stopped` | stopped from the keyboard |")
    apart = (WARNING, NO_EFFECT)
    refusals = [one for one in messages().values() if one.kind not in apart]
    without = [one for one in messages().values() if one.kind == NO_EFFECT]
    warnings = [one for one in messages().values() if one.is_warning]
    parts.append("\n## Refusals\n")
    parts.append("The line of an error ends with its id. `exchange explain ID` shows its row.\n")
    parts.append("| id | status | when | what to do |\n|---|---|---|---|")
    parts += [f"| `{m.id}` | {m.status} | {m.when} | {m.remedy} |" for m in refusals]
    parts.append("\n## Entries without effect\n")
    parts.append(
        "Why an entry of the log has no effect, as `exchange verify` shows it. A command that "
        f"would log such an entry refuses with this id, and status {STATUSES[NO_EFFECT]}.\n"
    )
    parts.append("| id | when | what to do |\n|---|---|---|")
    parts += [f"| `{m.id}` | {m.when} | {m.remedy} |" for m in without]
    parts.append("\n## Warnings\n")
    parts.append("The line of a warning ends with its id too. The command goes on.\n")
    parts.append("| id | when | what to do |\n|---|---|---|")
    parts += [f"| `{m.id}` | {m.when} | {m.remedy} |" for m in warnings]
    return "\n".join(parts) + "\n"


_GUARANTEES = HERE.parent / "tests/guarantees.csv"
_TESTS_README = HERE.parent / "tests/README.md"


def guarantees() -> str:
    """Return the README of the tests, with the table of guarantees written again."""
    text = _TESTS_README.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    return before + _BEGIN + _guarantee_tables() + _END + rest.split(_END)[1]


def _guarantee_tables() -> str:
    with _GUARANTEES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = []
    for subject, every in groupby(rows, lambda row: row["subject"]):
        lines.append(f"\n### {subject}\n")
        lines.append("| guarantee | promised in | proved by |\n|---|---|---|")
        lines += [
            f"| {row['guarantee']} | {_promised(row['promised'])} | {_proofs(row)} |"
            for row in every
        ]
    return "\n".join(lines) + "\n\n"


def _promised(cell: str) -> str:
    links = []
    for one in cell.split("; "):
        document, _, clause = one.partition(" ")
        links.append(f"[{document}](../{document})" + (f" {clause}" if clause else ""))
    return "<br>".join(links)


def _proofs(row: dict[str, str]) -> str:
    proofs = [f"`{test}`" for test in row["tests"].split("; ")]
    return "<br>".join([*proofs, f"soak: {row['soak']}"] if row["soak"] else proofs)


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
        str(p.relative_to(HERE)) for f in ("datasets", "codes") for p in (HERE / f).glob("*.md")
    }
    for name in sorted(stale - set(documents)):
        old.append(name)
        if "--check" not in sys.argv:
            (HERE / name).unlink()
    for name, text in documents.items():
        path = HERE / name
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
