"""Write the documents that follow from declarations: commands, datasets, rules and refusals.

`python -m docs.generate` writes them; with --check it only says whether they are up to date.
"""

import sys
from pathlib import Path

import click

from exchange.cli import App, exchange
from exchange.commands.datasets import describe_leaving, holders
from exchange.errors import REFUSALS
from schemas.codes import editions
from schemas.dataset import Dataset
from schemas.datasets import DATASETS
from schemas.findings import Severity
from schemas.rules import RULES
from schemas.shared import SAYS
from schemas.words import GENERALISED

HERE = Path(__file__).parent
_MADE = "<!-- Written by `make fix` from the code; edit that. -->\n\n"


def commands() -> str:
    """Return the help of every command."""
    parts = [_MADE, "# Commands\n"]
    context = click.Context(exchange, info_name="exchange", obj=App())
    for name in exchange.list_commands(context):
        found = exchange.get_command(context, name)
        if found is None:
            continue
        parts.append(_help(found, context, name))
        if isinstance(found, click.Group):
            inner = click.Context(found, info_name=name, parent=context)
            parts += [_help(c, inner, f"{name} {n}") for n, c in found.commands.items()]
    return "\n".join(parts)


def _help(command: click.Command, parent: click.Context, title: str) -> str:
    context = click.Context(
        command, info_name=command.name, parent=parent, terminal_width=88, max_content_width=88
    )
    return f"## exchange {title}\n\n```text\n{command.get_help(context)}\n```\n"


def datasets() -> str:
    """Return what each dataset is, what its extract may hold and how each column leaves."""
    parts = [_MADE, "# Datasets\n"]
    parts += [_dataset(dataset) for dataset in DATASETS.values()]
    parts.append("## What leaves, of every dataset above\n")
    parts.append("| column | what it says |\n|---|---|")
    parts += [f"| `{name}` | {says} |" for name, says in SAYS.items()]
    parts.append("\nA row is coarser than its dataset allows for one of these reasons:\n")
    parts += [f"- {reason}" for reason in GENERALISED.categories if reason]
    return "\n".join(parts) + "\n"


def _dataset(dataset: Dataset) -> str:
    lines = [
        f"## `{dataset.id}`: {dataset.title}\n",
        f"{dataset.description}\n",
        f"Prescribed by {dataset.paragraph}. Held by {holders(dataset)}.\n",
    ]
    for scheme_id, classes in dataset.schemes.items():
        which = "" if not classes else f", of it {', '.join(sorted(classes))}"
        lines += [
            f"- Categories: {one.title}, edition {one.edition} (`{one.scheme}`){which}"
            for one in editions(scheme_id)
        ]
    lines.append("\n| column | what it is | also headed | leaves |\n|---|---|---|---|")
    lines += [
        f"| `{f.name}` | {f.says} | {', '.join(f.aliases)} | {describe_leaving(dataset, f.treat)} |"
        for f in dataset.fields.values()
    ]
    return "\n".join(lines) + "\n"


def rules() -> str:
    """Return every rule that an extract can break, and every way in which a command can refuse."""
    parts = [_MADE, "# Rules and refusals\n", "## Rules\n"]
    parts.append(
        "An error stops a submission; a query needs a look; a warning is for your notice.\n"
    )
    parts.append(
        "| rule | weight | a line or column that … | what to do | such as |\n|---|---|---|---|---|"
    )
    parts += [
        f"| `{r.id}` | {Severity(r.severity).name.lower()} | {r.says} | {r.fix} | {r.example} |"
        for r in RULES.values()
    ]
    parts.append("\n## Exit statuses\n")
    parts.append("| status | | when |\n|---|---|---|")
    parts.append("| 0 | | it is done |")
    parts.append("| 1 | `fault` | a fault in exchange, or this machine refused |")
    parts += [f"| {r.status} | `{r.id}` | {(r.__doc__ or '').rstrip('.')} |" for r in REFUSALS]
    parts.append("| 130 | | stopped from the keyboard |")
    return "\n".join(parts) + "\n"


MADE = {"commands.md": commands, "datasets.md": datasets, "rules.md": rules}


def main() -> int:
    """Write the documents, or say which are not up to date."""
    old = []
    for name, make in MADE.items():
        path, text = HERE / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if old and "--check" in sys.argv:
        click.echo(f"not up to date: {', '.join(old)}; make fix writes them", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
