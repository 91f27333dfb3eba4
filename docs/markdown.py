"""What the pages that are written from the code have in common."""

from collections.abc import Iterable, Sequence
from pathlib import Path

DOCS = Path(__file__).parent
MADE = "<!-- Written by `make fix` from the code; edit that. -->\n\n"
_BEGIN, _END = "<!-- made -->\n", "<!-- /made -->\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a table."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in (headings, *rows)]
    return [lines[0], "|" + "---|" * len(headings), *lines[1:]]


def with_made_part(path: Path, made: str) -> str:
    """Return a page written by hand, the part of it that is made written anew."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    return before + _BEGIN + made + _END + rest.split(_END)[1]
