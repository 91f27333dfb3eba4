"""Nothing that people read has a word that is retired: docs/retired_words.csv has what to write.

To retire a word, add a line to it. Its `where` says which texts are searched: a key of SOURCES.
"""

import ast
import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from exchange.cli.group import App, exchange
from exchange.errors import messages
from schemas.findings.rules import RULES
from schemas.tables import read_table
from tests.lib.sources import ROOT, nodes

Texts = Iterator[tuple[str, str]]
BY_CODE = "<!-- Written by `make fix`"
# Parts of a page that are not its author's words: what the program prints, code, and addresses.
NOT_PROSE = re.compile(
    r"```.*?```|^    .*?$|`[^`\n]*`|\]\([^)]*\)|<!-- made -->.*<!-- /made -->", re.S | re.M
)


def hand_written() -> list[Path]:
    """Return the pages that are written by hand, and not from the code."""
    pages = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    every = sorted((ROOT / "docs").glob("*.md"))
    return pages + [path for path in every if not path.read_text("utf-8").startswith(BY_CODE)]


def documents() -> Texts:
    for path in hand_written():
        yield path.relative_to(ROOT).as_posix(), NOT_PROSE.sub("", path.read_text(encoding="utf-8"))


def commands(command: click.Command, parent: click.Context | None, name: str) -> Texts:
    """Give the help of a command and of those below it."""
    settings = command.context_settings
    context = click.Context(command, info_name=name, parent=parent, obj=App(), **settings)
    yield context.command_path, " ".join(command.get_help(context).split())
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from commands(found, context, below)


def helps() -> Texts:
    yield from commands(exchange, None, "exchange")


def message_texts() -> Texts:
    for one in messages().values():
        yield f"messages.csv {one.id}", f"{one.when} {one.remedy}"


def rules() -> Texts:
    for one in RULES.values():
        yield f"rules.csv {one.id}", f"{one.problem} {one.fix}"


def columns() -> Texts:
    for name in ("fields.csv", "shared-columns.csv"):
        for row in read_table("schemas.datasets", name):
            yield f"{name} {row['name']}", row["description"]


def report_tables() -> Texts:
    for row in read_table("exchange.reports", "report_tables.csv"):
        yield (
            f"report_tables.csv {row['table']}",
            f"{row['title']}: {row['introduction']} {row['nothing']}",
        )


def page_templates() -> Texts:
    folders = ("exchange/reports/pages", "exchange/page/templates")
    for path in [one for name in folders for one in sorted((ROOT / name).glob("*.html"))]:
        text = path.read_text(encoding="utf-8")
        yield (
            path.name,
            re.sub(r"<style>.*?</style>|\{[%{#].*?[%}#]\}|<[^>]*>", " ", text, flags=re.S),
        )


def strings() -> Texts:
    """Give the text in the code that is not a docstring: what commands and reports print."""
    for file, found_in in nodes().items():
        explains = {
            id(node.value)
            for _, node in found_in
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for _, node in found_in:
            if not isinstance(node, ast.Constant) or id(node) in explains:
                continue
            if isinstance(node.value, str) and " " in node.value.strip():
                yield f"{file}:{node.lineno}", node.value


def docstrings() -> Texts:
    """Give what modules, classes and functions say of themselves."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for file, found_in in nodes().items():
        for _, node in found_in:
            if isinstance(node, documented) and (text := ast.get_docstring(node)):
                yield f"{file}:{getattr(node, 'lineno', 1)}", text


def names() -> Texts:
    """Give the names of variables, parameters and functions in the code, but constants."""
    for file, found_in in nodes().items():
        for _, node in found_in:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                if not node.id.isupper():
                    yield f"{file}:{node.lineno}", node.id
            elif isinstance(node, ast.arg):
                yield f"{file}:{node.lineno}", node.arg
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{file}:{node.lineno}", node.name


SOURCES: dict[str, Callable[[], Texts]] = {
    "documents": documents,
    "help": helps,
    "messages": message_texts,
    "rules": rules,
    "columns": columns,
    "report tables": report_tables,
    "pages": page_templates,
    "strings": strings,
    "docstrings": docstrings,
    "names": names,
}
WHERE = {
    "documents": ("documents",),
    "texts": ("documents", "help", "messages", "rules", "report tables", "pages"),
    "everywhere": tuple(source for source in SOURCES if source != "names"),
    "names": ("names",),
}
with (ROOT / "docs/retired_words.csv").open(encoding="utf-8", newline="") as file:
    RETIRED = list(csv.DictReader(file))


def searched(source: str) -> list[tuple[str, re.Pattern[str]]]:
    """Return what to write instead of each word that is retired in a source, with its pattern."""
    return [
        (row["instead"], re.compile(rf"\b(?:{row['pattern']})\b", re.IGNORECASE))
        for row in RETIRED
        if source in WHERE[row["where"]]
    ]


def found(source: str, texts: Texts) -> list[str]:
    """Return each retired word in some texts, with where it is and what to write instead."""
    patterns = searched(source)
    return [
        f"{where}: write {instead!r} instead of {match[0]!r}"
        for where, text in texts
        for instead, pattern in patterns
        for match in pattern.finditer(text)
    ]


@pytest.mark.parametrize("source", SOURCES)
def test_no_retired_word_is_in(source):
    texts = list(SOURCES[source]())
    assert len(texts) >= 5
    assert found(source, iter(texts)) == []


def test_a_retired_word_is_found_whatever_its_case():
    assert found("documents", iter([("here", "Mend it,\nand it is Sealed anew.")])) == [
        "here: write 'again' instead of 'anew'",
        "here: write 'correct' instead of 'Mend'",
        "here: write 'encrypted' instead of 'Sealed'",
    ]
    names_given = [("here", name) for name in ("one", "_told", "one_area")]
    assert len(found("names", iter(names_given))) == 2


def test_what_the_program_prints_in_a_page_is_left_to_the_program():
    page = "Sealed.\n```console\n$ x\nsealed\n```\n`sealed` [a](sealed.md)\n\n    sealed\n"
    assert NOT_PROSE.sub("", page).lower().count("sealed") == 1


def test_each_line_of_the_list_says_what_to_write_and_where_it_holds():
    patterns = [row["pattern"] for row in RETIRED]
    assert patterns == sorted(set(patterns), key=lambda one: re.sub(r"\W", "", one))
    assert all(row["instead"] and row["where"] in WHERE for row in RETIRED)
    for row in RETIRED:
        assert not re.search(rf"\b(?:{row['pattern']})\b", row["instead"], re.IGNORECASE), row


@pytest.mark.parametrize("path", [*hand_written()], ids=lambda path: path.name)
def test_each_page_says_whom_it_is_for_and_its_headings_are_no_questions(path):
    text = path.read_text(encoding="utf-8")
    if path.parent.name == "docs" or path.name == "CONTRIBUTING.md":
        opening = text.split("\n\n## ")[0].replace("\n", " ")
        assert re.search(r"# .+?  For: .+ You need: .+ Takes: .+", opening), opening[:200]
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.M)
    assert headings
    assert [one for one in headings if one.endswith(("?", ".", ":"))] == []
