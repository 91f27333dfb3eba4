"""The category schemes, each a dated list of codes in a file beside this one.

A scheme's id and edition stand on every row, because the shapes of the codes clash: 28A is a
burglary to the Home Office and could be a stroke to an ambulance control room. Columns of a file:
`code`, `label`, `class` (the class of the Regulations or of the list's own chapters), `nature`
(what depersonalising must know: see NATURES) and `source`, which says how sure the row is.
"""

import csv
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final

# What a category says about the people in it, as far as it decides how finely it may leave.
NATURES: Final = (
    "domestic",  # a domestic incident by definition
    "sexual",
    "stalking",
    "slavery",
    "violence",
    "harassment",
    "damage",
    "neighbour",
    "welfare",
    "",  # none of these
)


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list."""

    code: str
    label: str
    klass: str
    nature: str


@dataclass(frozen=True)
class Scheme:
    """A category scheme in one edition, and the shape that a code it does not list may have.

    Attributes:
        stem: Where a code may be finer than the list (an AMPDS determinant is finer than its
            chief complaint), the part of it that the list has.
    """

    id: str
    edition: str
    title: str
    shape: str
    file: str
    stem: str = "(?!)"

    @cached_property
    def codes(self) -> dict[str, Code]:
        """The codes of the list, by code."""
        text = files(__package__).joinpath(self.file).read_text(encoding="utf-8")
        rows = csv.DictReader(text.splitlines())
        return {r["code"]: Code(r["code"], r["label"], r["class"], r["nature"]) for r in rows}

    @cached_property
    def _by_words(self) -> dict[str, str]:
        """Codes by their folded code and, where no two share it, their folded label."""
        labels = [_fold(code.label) for code in self.codes.values()]
        known = {_fold(c.label): c.code for c in self.codes.values()}
        known = {label: code for label, code in known.items() if labels.count(label) == 1}
        return known | {_fold(code): code for code in self.codes}

    @lru_cache(maxsize=4096)  # noqa: B019 - schemes live as long as the process
    def read(self, text: str) -> str | None:
        """Return the code that a cell stands for, listed or only well formed; else None.

        A cell may hold the code or the label, in any case; "4/1" is "4.1".
        """
        folded = _fold(text)
        if found := self._by_words.get(folded) or self._by_words.get(folded.replace("/", ".")):
            return found
        code = text.strip().upper().replace("/", ".")
        return code if re.fullmatch(self.shape, code) else None

    def listed(self, code: str) -> Code | None:
        """Return what the list says of a code, or of its stem; None if it only has the shape."""
        found = re.match(self.stem, code)
        return self.codes.get(code) or (self.codes.get(found[0]) if found else None)

    def __hash__(self) -> int:
        return hash(self.id)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


_SCHEMES: Final = (
    Scheme(
        "home-office",
        "2017/18",
        "Home Office offence classes",
        r"[0-9]{1,3}([A-Z]|\.[0-9]{1,2})?",
        "home-office-2017-18.csv",
    ),
    Scheme(
        "nicl",
        "2011",
        "National Incident Category List",
        r"[0-9]{3}",
        "nicl-2011.csv",
    ),
    Scheme(
        "police-uk",
        "2013",
        "data.police.uk crime types",
        r"(?!)",  # the list is closed: a type it does not have is not one
        "police-uk-2013.csv",
    ),
    Scheme(
        "ampds",
        "chief complaints",
        "AMPDS chief complaints and determinants",
        r"[0-9]{1,2}[A-EO]([0-9]{1,2})?[A-Z]?",
        "ampds-chief-complaints.csv",
        stem=r"[0-9]{1,2}(?=[A-EO])",
    ),
)
SCHEMES: Final = {scheme.id: scheme for scheme in _SCHEMES}
