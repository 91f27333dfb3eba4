"""exchange help: a page of the documentation, or the help of a command."""

import difflib
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import click

from exchange.cli import console
from exchange.cli.tree import ROOT, summary
from exchange.errors import Usage
from exchange.text import broken, in_columns

_PACKAGE: Final = Path(__file__).parents[2]
# As installed, the pages are in the package; in a copy of the repository, beside it.
_FOLDERS: Final = (_PACKAGE / "documentation", _PACKAGE.parent / "docs")
_CELL_END: Final = re.compile(r"(?<!\\)\|")
_PICTURE: Final = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK: Final = re.compile(r"\[([^\]\n]+)\]\((?:([\w-]+)\.md)?[^)\n]*\)")


@click.command(help=summary("help"))
@click.argument("topic", nargs=-1, metavar="[TOPIC]")
@click.pass_context
def command(context: click.Context, topic: tuple[str, ...]) -> None:
    """Print a page as text; without a topic, list the pages."""
    by_name = pages()
    if not topic:
        console.table([(name, title_of(page)) for name, page in by_name.items()], ("topic", "page"))
        console.hint("to read a page: exchange help TOPIC; for a command, type it with --help")
        return
    name = " ".join(topic).lower().removesuffix(".md")
    if name.replace(" ", "-") in by_name:
        page = as_text(by_name[name.replace(" ", "-")].read_text(encoding="utf-8"), by_name)
        width = console.width()
        console.result("\n".join(_fit_width(page.splitlines(), width)) if width else page)
        return
    if (text := _command_help(context, topic)) is None:
        near = difflib.get_close_matches(name, [*by_name, *ROOT.below], n=1)
        hint = f"did you mean exchange help {near[0]}" if near else "see the pages: exchange help"
        raise Usage("topic-unknown", f'no page or command called "{name}"', hint)
    console.result(text)


def pages() -> dict[str, Path]:
    """Return the pages of the documentation by topic."""
    folder = next(folder for folder in _FOLDERS if folder.is_dir())
    return {
        path.stem.lower(): path
        for path in sorted(folder.glob("*.md"), key=lambda p: p.stem.lower())
    }


def title_of(page: Path) -> str:
    """Return the title of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("# ") for line in lines if line.startswith("# "))


def as_text(page: str, topics: dict[str, Path]) -> str:
    """Return a page with its links as the topics that they lead to, without comments."""

    def link(match: re.Match[str]) -> str:
        topic = (match[2] or "").lower()
        return f"{match[1]} (exchange help {topic})" if topic in topics else match[1]

    page = _PICTURE.sub(r"(picture: \1)", page)
    return _LINK.sub(link, re.sub(r"<!--.*?-->\n*", "", page, flags=re.S)).strip()


def _fit_width(page: list[str], width: int) -> Iterator[str]:
    """Lay out the tables of a page in columns, and break its lines between words."""
    in_code = False
    lines = (line for line in page if not line.startswith("|--"))
    for is_table, group in groupby(lines, lambda line: line.startswith("| ")):
        if is_table:
            yield from in_columns([_cells(line) for line in group], width)
            continue
        for line in group:
            in_code ^= line.startswith("```")
            yield from [line] if in_code else broken(line, width)


def _cells(line: str) -> list[str]:
    """Return the cells of a line of a table.

    >>> _cells("| one | a\\\\|b |  |")
    ['one', 'a|b', '']
    """
    return [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(line.strip())[1:-1]]


def _command_help(context: click.Context, words: tuple[str, ...]) -> str | None:
    """Return the help of a command; nothing if there is none of that name."""
    root = context.find_root()
    inner, current = root, root.command
    for word in words:
        below = current.get_command(inner, word) if isinstance(current, click.Group) else None
        if below is None:
            return None
        inner, current = click.Context(below, info_name=word, parent=inner), below
    return inner.get_help()
