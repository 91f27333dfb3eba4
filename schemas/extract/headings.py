"""Headings of a source's columns, compared without their case, punctuation and units."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

# What says only how cells are written: "(Y/N)", "(dd/mm/yyyy)".
_UNITS: Final = re.compile(
    r"[(\[](?:[dmyhs:/.\- ]+|y ?/ ?n|yes ?/ ?no|[01] ?/ ?[01]|t ?/ ?f|true ?/ ?false|utc|gmt)[)\]]",
    re.IGNORECASE,
)
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")  # of "DomesticFlag"
_APART: Final = re.compile(r"[\W_]+")


# What stands in records and never in headings: dates, times, postcodes, LSOA codes, numbers.
_OF_A_RECORD: Final = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b.*|\d{1,2}:\d{2}.*|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
    r"|[EW]\d{8}|-?\d{5,}|-?\d+\.\d+",
    re.IGNORECASE,
)
_SEVERAL: Final = 2


def are_a_record(headings: Iterable[str]) -> bool:
    """Say whether headings look like the cells of a record, as in a file that has none.

    >>> are_a_record(["R/1", "01/07/2026", "10:10", "Theft"]), are_a_record(["Date", "Jul-26"])
    (True, False)
    """
    cells = (heading.strip() for heading in headings)
    return sum(_OF_A_RECORD.fullmatch(cell) is not None for cell in cells) >= _SEVERAL


def same_headings(headings: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether two tables have the same headings, each once, in any order."""
    folded = {heading.casefold() for heading in headings}
    same = folded == {heading.casefold() for heading in other}
    return same and "" not in folded and len(folded) == len(headings) == len(other)


@lru_cache(maxsize=4096)  # the names of every field are held against the headings of every file
def fold(heading: str) -> str:
    """Return the words of a heading in lower case, with one space between them.

    Case, punctuation, invisible characters, the humps of DomesticFlag and units make no difference.

    >>> fold("DomesticFlag"), fold("Domestic_flag (Y/N)"), fold(" LSOA-code")
    ('domestic flag', 'domestic flag', 'lsoa code')
    """
    letters = "".join(
        " " if unicodedata.category(letter) == "Cf" else letter
        for letter in unicodedata.normalize("NFKC", heading)
    )
    apart = _HUMP.sub(" ", _UNITS.sub(" ", letters))
    return " ".join(_APART.sub(" ", apart).casefold().split())


def words_of(heading: str) -> frozenset[str]:
    """Return the words of a heading, and each two that are shown beside one another.

    >>> sorted(words_of("Location type"))
    ['location', 'location type', 'type']
    """
    words = fold(heading).split()
    return frozenset([*words, *(" ".join(pair) for pair in pairwise(words))])
