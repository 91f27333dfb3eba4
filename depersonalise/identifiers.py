"""Identifiers in what would leave: the last look before a table is sealed.

Every column that leaves is held to a shape or a list already; this looks for what a shape might
let through, and at what officers write. Scans distinct values only. How much of what is planted it
finds, and how often it is wrong about what is innocent, is measured: `docs/identifiers.md`. Leaves
to others: saying so, without the value.

In coded fields, which hold no sentences, more counts as an identifier than in a sentence: any
date, a vehicle's dateless registration, any text of more than LONGEST letters.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

LONGEST: Final = 60  # letters: the longest code that leaves is under forty, a sentence is longer
_DAY, _MONTH, _YEAR = r"[0-3]?[0-9]", r"[01]?[0-9]", r"(?:19|20)?[0-9]{2}"
_NAMED: Final = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_DATE: Final = (
    rf"\b(?:{_DAY}[/.-]{_MONTH}[/.-]{_YEAR}|(?:19|20)[0-9]{{2}}-[01][0-9]-[0-3][0-9]"
    rf"|{_DAY}(?:st|nd|rd|th)? {_NAMED},? (?:19|20)[0-9]{{2}})\b"
)
_BORN: Final = rf"\b(?:dob|d\.o\.b|born|birth)\b.{{0,20}}?{_DATE}"
# Of the DVLA's forms: since 2001; with a year's letter before or behind; trade and Q plates are of
# the same shapes.
_PLATES: Final = (
    r"\b(?:[A-HJ-PR-Y]{2} ?[0-9]{2} ?[A-HJ-PR-Z]{3}|[A-HJ-NP-TV-Y] ?[0-9]{1,3} ?[A-HJ-PR-Y]{3}"
    r"|[A-HJ-PR-Y]{3} ?[0-9]{1,3} ?[A-HJ-NPR-TV-Y])\b"
)
# Without a year (before 1963, and Northern Ireland's): of five characters or more, because those of
# fewer have the shapes of offence codes and outward codes.
_DATELESS: Final = (
    r"^(?:[A-Z]{3} ?[0-9]{2,4}|[A-Z]{2} ?[0-9]{3,4}|[A-Z] ?[0-9]{4}"
    r"|[0-9]{2,4} ?[A-Z]{3}|[0-9]{3,4} ?[A-Z]{2}|[0-9]{4} ?[A-Z])$"
)
_TITLED: Final = r"\b(?i:mr|mrs|ms|miss|mx|dr|rev|sgt|pc|dc|cllr)\.? (?:[A-Z]\.? )?[A-Z][a-z'’-]+"
_NHS: Final = r"\b([0-9]{3})[ -]?([0-9]{3})[ -]?([0-9]{4})\b"
# Words that follow a forename in the names of places, and in sentences.
_NO_SURNAMES: Final = (
    "and", "at", "for", "in", "is", "of", "on", "or", "the", "to", "was",
    "avenue", "bridge", "church", "close", "college", "court", "cross", "drive", "estate", "gate",
    "gardens", "green", "grove", "hall", "hill", "hospital", "house", "lane", "lodge", "park",
    "place", "road", "school", "square", "station", "street", "terrace", "view", "walk", "ward",
    "way",
)  # fmt: skip


def _contains(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda text: text.str.contains(pattern)


def _nhs(text: pl.Expr) -> pl.Expr:
    """Say whether ten digits, not all alike, have the check digit of an NHS number (modulus 11)."""
    digits = text.str.extract_groups(_NHS)
    joined = pl.concat_str([digits.struct[i] for i in range(3)])
    weighed = pl.sum_horizontal(
        joined.str.slice(i, 1).cast(pl.Int32, strict=False) * (10 - i) for i in range(9)
    )
    check = (11 - weighed % 11) % 11
    alike = joined.is_in([str(digit) * 10 for digit in range(10)])
    return (joined.str.slice(9, 1).cast(pl.Int32, strict=False) == check) & ~alike


def _name(text: pl.Expr) -> pl.Expr:
    """Say whether there is a title with a name, or a common forename beside another word.

    In codes, words are joined by dashes. Places are named after people too: what follows tells.
    """
    words = text.str.replace_all(r"[-_]", " ")
    fore = "|".join(_forenames())
    forward = words.str.extract(rf"(?i)\b(?:{fore}) (?:[a-z]\.? )?([a-z][a-z'’]+)\b")
    is_other = forward.str.to_lowercase().is_in(_NO_SURNAMES)
    backward = words.str.contains(rf"(?i)^[a-z'’]+, ?(?:{fore})\b|\b[A-Z'’]{{3,}}, ?(?:{fore})\b")
    named = (forward.is_not_null() & ~is_other) | backward
    return named.fill_null(value=False) | text.str.contains(_TITLED)


@cache
def _forenames() -> tuple[str, ...]:
    """Return forenames that are common in England and Wales, and no common words."""
    text = files(__package__).joinpath("data/forenames.txt").read_text(encoding="utf-8")
    lines = (line.split("#", maxsplit=1)[0] for line in text.splitlines())
    return tuple(name for line in lines for name in line.split())


# What is looked for, with words that say what it is.
_ANYWHERE: Final[dict[str, Callable[[pl.Expr], pl.Expr]]] = {
    "a full postcode": _contains(r"(?i)\b([A-Z]{1,2}[0-9][0-9A-Z]?|GIR) ?[0-9][A-Z]{2}\b"),
    "an e-mail address": _contains(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    "a telephone number": _contains(
        r"(?:\+44|\b0044)[ -]?(?:\(0\)[ -]?)?(?:[0-9][ -]?){9,10}\b"
        r"|(?:\b|\()0[1-9][ -]?[0-9]?(?:[0-9)][ -]?){8,10}\b"
    ),
    "a National Insurance number": _contains(r"(?i)\b[A-Z]{2} ?(?:[0-9]{2} ?){3}[A-D]\b"),
    "an NHS number": _nhs,
    "a vehicle's registration": _contains(_PLATES),
    "a property's number (UPRN)": _contains(r"\b[0-9]{11,12}\b"),
    "a date of birth": _contains(rf"(?i){_BORN}"),
    "a person's name": _name,
}
_IN_CODES: Final[dict[str, Callable[[pl.Expr], pl.Expr]]] = {
    "a date": _contains(rf"(?i){_DATE}"),
    "a vehicle's registration": _contains(rf"{_PLATES}|{_DATELESS}"),
    "a sentence": lambda text: text.str.len_chars() > LONGEST,
}


def holding_identifiers(cells: pl.Series, *, coded: bool = False) -> pl.DataFrame:
    """Return the distinct values of a text column in which something looks like an identifier.

    Args:
        coded: The column holds codes, and no sentences.

    Returns:
        Columns `value`, and `kind`, which says what it looks like.
    """
    values = cells.drop_nulls().unique().alias("value").to_frame()
    looked_for = _ANYWHERE | (_IN_CODES if coded else {})
    text = pl.col("value")
    kinds = [
        pl.when(found(text).fill_null(value=False)).then(pl.lit(kind))
        for kind, found in looked_for.items()
    ]
    return values.with_columns(kind=pl.coalesce(kinds)).drop_nulls("kind")
