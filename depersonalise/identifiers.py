"""Identifiers in what would leave: the last look before a table is sealed.

Every column that leaves is held to a shape or a list already; this looks for what a shape might
let through. Scans distinct values only. Leaves to others: saying so, without the value.
"""

from typing import Final

import polars as pl

_PATTERNS: Final = {
    "full postcode": r"(?i)\b([A-Z]{1,2}[0-9][0-9A-Z]?|GIR) ?[0-9][A-Z]{2}\b",
    "e-mail address": r"[^\s@]+@[^\s@]+\.[^\s@]+",
    "telephone number": r"(?:\+44|\b0)[ -]?(?:[0-9][ -]?){9,10}\b",
    "National Insurance number": r"(?i)\b[A-Z]{2} ?(?:[0-9]{2} ?){3}[A-D]\b",
}
_NHS: Final = r"\b([0-9]{3})[ -]?([0-9]{3})[ -]?([0-9]{4})\b"


def holding_identifiers(cells: pl.Series) -> pl.Series:
    """Return the distinct values of a text column in which something looks like an identifier."""
    values = cells.drop_nulls().unique()
    text = pl.col("v")
    found = pl.any_horizontal(text.str.contains(p) for p in _PATTERNS.values()) | _nhs(text)
    return values.to_frame("v").filter(found)["v"]


def _nhs(text: pl.Expr) -> pl.Expr:
    """Say whether ten digits have the check digit of an NHS number (modulus 11)."""
    digits = text.str.extract_groups(_NHS)
    joined = pl.concat_str([digits.struct[i] for i in range(3)])
    weighed = pl.sum_horizontal(
        joined.str.slice(i, 1).cast(pl.Int32, strict=False) * (10 - i) for i in range(9)
    )
    check = (11 - weighed % 11) % 11
    return (joined.str.slice(9, 1).cast(pl.Int32, strict=False) == check).fill_null(value=False)
