"""The category schemes, each one or several dated lists of codes in files beside this one.

A scheme's id and edition stand on every row, because the shapes of the codes clash: 28A is a
burglary to the Home Office and could be a stroke to an ambulance control room, and what the same
letters mean changes from nation to nation and from edition to edition. The lists are the rows of
`lists.csv`, whose columns are described at `CodeList`. The file of each list has the columns
`code`, `label`, `class` (the class of the Regulations or of the list's own chapters), `nature`
(what depersonalising must know: see NATURES), `protects` (what else makes its rows sensitive: see
PROTECTS; not every file has it), `theme` (a word of `vocabularies.THEMES`) and `source`, which
says how sure the row is.
"""

import difflib
import re
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any, Final

from schemas.tables import read_table

# What a category says about the people in it, as far as it decides how finely it may be shared.
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
# What a category says of whether its rows are protected (depersonalise/release/sensitivity.py).
PROTECTS: Final = (
    "sensitive",  # whatever its marker says
    "at a dwelling",  # sensitive where it happened in a dwelling
    "possibly",  # it may be sensitive
    "",
)
_ALWAYS: Final = ("domestic", "sexual", "stalking", "slavery")  # natures that are sensitive
_AT_HOME: Final = r"(?i)\b(in|to) a dwelling\b|\bresidential\b"
# Words behind a code; no second code, as in 46 - 47, nor a letter that belongs to it, as in 28 - E.
_BEHIND: Final = r"(?<=\S)(?: +[-\u2013]|:) +[(\"']?[^\W\d_]{3}.*$"
_NEAR: Final = 0.85  # of difflib's ratio: a letter or two of a name
_NEARER: Final = 0.01  # by so much nearer than the next, or it could be either
NOT_LISTED: Final = "other-not-listed"  # stands for whatever no list has, in every scheme
LOCAL: Final = "local"  # the scheme of an authority's own list, given in its mapping
# The shape of its codes: words, so that no number can be one, and not more than fit into a bundle.
LOCAL_SHAPE: Final = r"(?!.{101})[a-z]+(-[a-z]+)*"
_NONE: Final = r"(?!)"  # what no text matches
LOCAL_EDITIONS: Final = tuple(str(year) for year in range(2007, 2100))


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list."""

    code: str
    label: str
    klass: str
    nature: str
    source: str = ""
    protected: str = ""
    theme: str = ""

    @property
    def protects(self) -> str:
        """Whether its rows are protected: a word of PROTECTS."""
        if self.nature in _ALWAYS:
            return "sensitive"
        return self.protected or ("possibly" if self.nature == "welfare" else "")

    @property
    def at_home(self) -> bool:
        """Whether it happens in a dwelling by definition, as its label says."""
        return bool(re.search(_AT_HOME, self.label))


@dataclass(frozen=True)
class CodeList:
    """A category scheme in one edition, and the shape that a code it does not list may have.

    Attributes:
        shape: A regular expression for codes that may be of it though it does not list them.
        stem: A regular expression for the part of a code that the list has, where codes may be
            finer than the list (an AMPDS determinant is finer than its chief complaint).
        drops_detail: Whether a code is read as its stem, and the rest of it is dropped.
        nation: The nation whose list it is; empty for both.
        unlisted_sample: A code of its shape that the list does not have, for made-up extracts.
        owner: Whose list it is and where its file is from, for NOTICES.md.
        licence: Under which licence they publish it.
        local_codes: The codes of an authority's own list, which has no file.
    """

    scheme: str
    edition: str
    title: str
    shape: str = _NONE
    file: str = ""
    stem: str = _NONE
    drops_detail: bool = False
    nation: str = ""
    unlisted_sample: str = ""
    owner: str = "to be confirmed"
    licence: str = "to be confirmed"
    local_codes: tuple[Code, ...] = field(default=(), repr=False)

    @cached_property
    def codes(self) -> dict[str, Code]:
        """The codes of the list, by code."""
        if not self.file:
            return {code.code: code for code in self.local_codes}
        return {
            r["code"]: Code(
                r["code"],
                label=r["label"],
                klass=r["class"],
                nature=r["nature"],
                source=r["source"],
                protected=r.get("protects", ""),
                theme=r.get("theme", ""),
            )
            for r in read_table(__package__, self.file)
        }

    @cached_property
    def _by_words(self) -> dict[str, str]:
        """Codes by their folded code and, where no two share it, their folded label."""
        labels = [_fold(code.label) for code in self.codes.values()]
        known = {_fold(c.label): c.code for c in self.codes.values()}
        known = {label: code for label, code in known.items() if labels.count(label) == 1}
        return known | {_fold(code): code for code in self.codes}

    @lru_cache(maxsize=4096)  # noqa: B019 - lists live as long as the process
    def read(self, text: str) -> str | None:
        """Return the code, listed or only of the right shape, that a cell stands for; else None.

        A cell may hold the code or the label, in any case; "4/1" is "4.1".
        """
        folded = _fold(text)
        if by_words := self._by_words.get(folded) or self._by_words.get(folded.replace("/", ".")):
            return by_words
        code = text.strip().upper().replace("/", ".")
        if not re.fullmatch(self.shape, code):
            return None
        stem = re.match(self.stem, code)
        return stem[0] if self.drops_detail and stem else code

    def repair(self, text: str) -> str | None:
        """Return the listed code that a cell holds with something added to it; else None.

        A spreadsheet makes 46.0 of 46; a records system may write 030C for 30C, or the words
        behind the code: 30C - Burglary. Words behind a label may change its meaning, so they are
        kept.
        """
        code = re.sub(_BEHIND, "", text.strip()).upper().replace("/", ".")
        code = re.sub(r"\.0+$", "", code)
        for bare in (code, re.sub(r"^0+(?=[0-9])", "", code)):
            read = self.read(bare)
            by_code = read is not None and _fold(bare).startswith(_fold(read))
            if read is not None and by_code and self.listed(read) is not None:
                return read
        return None

    def listed(self, code: str) -> Code | None:
        """Return what the list says of a code, or of its stem; None if it only has the shape."""
        stem = re.match(self.stem, code)
        return self.codes.get(code) or (self.codes.get(stem[0]) if stem else None)

    def find_near(self, text: str) -> str | None:
        """Return the code whose label a cell nearly matches; None if it is none, or one of two."""
        folded = _fold(text)
        near = difflib.get_close_matches(folded, self._by_words, n=2, cutoff=_NEAR)
        ratios = [difflib.SequenceMatcher(None, label, folded).ratio() for label in near]
        if not near or (len(near) > 1 and ratios[0] - ratios[1] < _NEARER):
            return None
        return self._by_words[near[0]]

    def __hash__(self) -> int:
        return hash((self.scheme, self.edition, self.local_codes))


def local_list(edition: str, codes: dict[str, str]) -> CodeList:
    """Return an authority's own list, of codes and their labels."""
    own_codes = tuple(Code(code, label, "", "unknown") for code, label in codes.items())
    return CodeList(LOCAL, edition, "the authority's own list", LOCAL_SHAPE, local_codes=own_codes)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _code_list(row: dict[str, Any]) -> CodeList:
    shapes = {name: row[name] or _NONE for name in ("shape", "stem")}
    return CodeList(**row | shapes | {"drops_detail": row["drops_detail"] == "yes"})


# Newest first: where several editions have all the codes of a file, it is the newest.
LISTS: Final = tuple(_code_list(row) for row in read_table(__package__, "lists.csv"))
SCHEMES: Final = tuple(dict.fromkeys([*(known.scheme for known in LISTS), LOCAL]))
EDITIONS: Final = tuple(dict.fromkeys([*(known.edition for known in LISTS), *LOCAL_EDITIONS]))
# Of a casualty or a collision; what a mapping counts by, and no category of a dataset.
SEVERITY: Final = CodeList(
    "stats19-severity",
    "1979",
    "STATS19 severity",
    file="stats19-severity.csv",
    owner="severities of STATS19, Department for Transport",
    licence="Open Government Licence 3.0",
)


def editions_of(scheme: str) -> list[CodeList]:
    """Return the lists of a scheme, newest first."""
    return [code_list for code_list in LISTS if code_list.scheme == scheme]


def find_list(scheme: str | None, edition: str | None) -> CodeList | None:
    """Return a list by its scheme and edition."""
    return next(
        (
            code_list
            for code_list in LISTS
            if (code_list.scheme, code_list.edition) == (scheme, edition)
        ),
        None,
    )


def classes_of(scheme: str | None, edition: str | None) -> frozenset[str]:
    """Return the classes of a list, which stand for its codes in small groups."""
    code_list = find_list(scheme, edition)
    return frozenset(code.klass for code in code_list.codes.values()) if code_list else frozenset()


def is_category(scheme: str | None, edition: str | None, code: str | None) -> bool:
    """Say whether a code fits a scheme and edition: it is listed, or of the list's shape."""
    if code is None or edition is None:
        return False
    if scheme == LOCAL:
        return edition in LOCAL_EDITIONS and bool(re.fullmatch(LOCAL_SHAPE, code))
    code_list = find_list(scheme, edition)
    return code_list is not None and (code == NOT_LISTED or code_list.read(code) == code)


@cache
def is_sensitive(scheme: str | None, edition: str | None, category: str | None) -> bool:
    """Say whether rows of a code, or of a class, are sensitive whatever else is known of them."""
    code_list = find_list(scheme, edition)
    if code_list is None or category is None:
        return False
    if code := code_list.listed(category):
        return code.protects == "sensitive"
    of_class = [code.protects for code in code_list.codes.values() if code.klass == category]
    return bool(of_class) and set(of_class) == {"sensitive"}


def is_listed(scheme: str | None, edition: str | None, code: str | None) -> bool:
    """Say whether a code is in its list or stands for whatever is not; its shape is not enough.

    Of an authority's own list only its mapping knows the codes, so any of the right shape will do.
    """
    if not is_category(scheme, edition, code) or scheme == LOCAL or code == NOT_LISTED:
        return is_category(scheme, edition, code)
    code_list = find_list(scheme, edition)
    return code_list is not None and code_list.listed(str(code)) is not None
