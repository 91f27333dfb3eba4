"""A class that holds rows, the bytes of a file or a secret leaves them out of its repr."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("exchange", "depersonalise", "partners", "schemas")
SHOWS_ROWS = re.compile(r"\b(DataFrame|LazyFrame|Series)\b")
SECRET = re.compile(r"\b(?:(?:content|key|secret|seed): bytes|passphrase: str)\b")


def hidden(node: ast.expr | None) -> bool:
    """Return whether a decorator or a field's default says that there is no repr of it."""
    return isinstance(node, ast.Call) and "repr=False" in ast.unparse(node)


def shown_fields(source: str) -> list[str]:
    """Return the fields in the reprs of a module's dataclasses that hold rows or a secret."""
    return [
        f"{c.name}.{ast.unparse(field)}"
        for c in ast.walk(ast.parse(source))
        if isinstance(c, ast.ClassDef)
        and any("dataclass" in ast.unparse(d) and not hidden(d) for d in c.decorator_list)
        for field in c.body
        if isinstance(field, ast.AnnAssign)
        and (SHOWS_ROWS.search(ast.unparse(field.annotation)) or SECRET.match(ast.unparse(field)))
        and not hidden(field.value)
    ]


def test_no_repr_shows_rows_a_file_or_a_secret():
    sources = {
        path: text
        for package in PRODUCT
        for path in (ROOT / package).rglob("*.py")
        if "@dataclass" in (text := path.read_text(encoding="utf-8"))
        and (SHOWS_ROWS.search(text) or SECRET.search(text))
    }
    assert len(sources) > 30
    assert {path: shown for path, text in sources.items() if (shown := shown_fields(text))} == {}


def test_a_field_that_would_be_shown_is_found():
    source = "@dataclass(frozen=True)\nclass A:\n    rows: pl.DataFrame\n    seed: bytes\n"
    assert shown_fields(source) == ["A.rows: pl.DataFrame", "A.seed: bytes"]
    assert shown_fields(source.replace("True)", "True, repr=False)")) == []
    assert shown_fields(source.replace("DataFrame", "DataFrame = field(repr=False)")) == [
        "A.seed: bytes"
    ]
