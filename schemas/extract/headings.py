"""Headings of a source's columns, compared without their case, punctuation and units."""

import re
import unicodedata
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


@lru_cache(maxsize=4096)  # the names of every field are held against the headings of every file
def fold(heading: str) -> str:
    """Return the words of a heading in lower case, with one space between them.

    Case, punctuation, invisible characters, the humps of DomesticFlag and units make no difference.

    >>> fold("DomesticFlag"), fold("Domestic_flag (Y/N)"), fold(" LSOA-code")
    ('domestic flag', 'domestic flag', 'lsoa code')
    """
    shown = "".join(
        " " if unicodedata.category(letter) == "Cf" else letter
        for letter in unicodedata.normalize("NFKC", heading)
    )
    apart = _HUMP.sub(" ", _UNITS.sub(" ", shown))
    return " ".join(_APART.sub(" ", apart).casefold().split())


def words_of(heading: str) -> frozenset[str]:
    """Return the words of a heading, and each two that stand beside one another.

    >>> sorted(words_of("Location type"))
    ['location', 'location type', 'type']
    """
    words = fold(heading).split()
    return frozenset([*words, *(" ".join(pair) for pair in pairwise(words))])
