"""The text of a cell or a heading as somebody sees it.

Characters that cannot be seen, spaces of other widths, and the guards that exports put around a
value against Excel (="30C", '30C) are no part of it. Leaves to others: what the text means.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

NAMES: Final = {
    "\u00ad": "soft hyphen",
    "\u200b": "zero-width space",
    "\u200c": "zero-width non-joiner",
    "\u200d": "zero-width joiner",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u2060": "word joiner",
    "\ufeff": "byte-order mark",
}
"""Characters that nobody sees, by name; the others have a word for all of them."""
_OTHERS: Final = "\u034f\u061c\u180e\u202a-\u202e\u2061-\u2064\u2066-\u2069"
_CONTROLS: Final = r"\x00-\x08\x0e-\x1f\x7f"
INVISIBLE: Final = f"[{''.join(NAMES)}{_OTHERS}{_CONTROLS}]"
_SPACES: Final = "[\u00a0\u2000-\u200a\u202f\u205f\u3000]"
_FORMULA: Final = r'^\s*="(.*)"\s*$'
_APOSTROPHE: Final = r"^\s*['\u2018\u2019](.+?)'?\s*$"
GUARDED: Final = f"{_FORMULA}|{_APOSTROPHE}"
"""What holds a guard against Excel."""


@cache
def plain(column: str) -> "pl.Expr":
    """Return a column's text as somebody sees it, without space around it."""
    import polars as pl  # noqa: PLC0415 - many commands read no rows

    visible = pl.col(column).str.replace_all(INVISIBLE, "").str.replace_all(_SPACES, " ")
    bare = visible.str.replace(_FORMULA, "$1").str.replace(_APOSTROPHE, "$1")
    return bare.str.strip_chars()


def plain_heading(text: str) -> str:
    """Return a heading as somebody sees it, with one space between its words.

    >>> plain_heading("Domestic\\u200b  flag"), plain_heading('="Code"')
    ('Domestic flag', 'Code')
    """
    visible = re.sub(f"{_SPACES}|{INVISIBLE}", " ", text)
    return " ".join(re.sub(_FORMULA, r"\1", visible).split())


def invisible_in(values: "pl.Series") -> str:
    """Name the characters that nobody sees in some text."""
    names = [
        name for letter, name in NAMES.items() if values.str.contains(letter, literal=True).any()
    ]
    others = values.str.replace_all(f"[{''.join(NAMES)}]", "").str.contains(INVISIBLE).any()
    return ", ".join([*names, *["control character"] * bool(others)])
