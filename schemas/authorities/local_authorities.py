"""The local authorities of England and Wales, present and former, and which LSOAs they have.

Condensed from mySociety's `uk_local_authority_names_and_codes` (MIT licence; names and codes of the
Office for National Statistics, Open Government Licence 3.0). The register is of 2023 and later
changes are not in it; LSOAs are those of 2011.
"""

import difflib
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from schemas.tables import read_table

_NEAR: Final = 0.8  # how much alike a name that is mistyped is to the one that is meant


@dataclass(frozen=True, slots=True)
class LocalAuthority:
    """A council of England or Wales.

    Attributes:
        code: Its GSS code, which is that of its area.
        kind: "council" where it is the only one of its area, else "district" or "county": the kind
            on its card.
        county: Of a district, the GSS code of its county council; empty for others.
        last: Its last day, where it was abolished.
        successors: The GSS codes of those that took its area over.
        former_codes: GSS codes that the same authority had before.
        other_names: What else it is called.
    """

    code: str
    name: str
    kind: str
    county: str
    first: date | None
    last: date | None
    successors: tuple[str, ...]
    former_codes: tuple[str, ...]
    other_names: tuple[str, ...]

    @property
    def nation(self) -> str:
        """The nation whose law it is under: england or wales."""
        return "wales" if self.code.startswith("W") else "england"


def find_authority(code: str) -> LocalAuthority | None:
    """Return the authority of a GSS code, present or former."""
    return _by_code().get(code)


def find_authority_by_name(text: str) -> LocalAuthority | None:
    """Return the authority that a text names; the present one, where a former one had the name.

    >>> find_authority_by_name("test  valley borough council").code
    'E07000093'
    """
    return _by_name().get(_plain(text))


def authority_of_lsoa(code: str) -> str:
    """Return the GSS code of the authority that an LSOA of 2011 lies in; empty if it is none."""
    nation, number = code[:1], code[3:]
    if not number.isdecimal() or code[1:3] != "01":
        return ""
    starts, runs = _runs(nation)
    index = bisect_right(starts, int(number)) - 1
    return runs[index][1] if index >= 0 and int(number) <= runs[index][0] else ""


def lsoa_count(code: str) -> int:
    """Return how many LSOAs of 2011 are known to lie in an authority."""
    return sum(last - first + 1 for first, last, owner in _lsoa_runs(code[:1]) if owner == code)


def districts_of(county: str) -> list[LocalAuthority]:
    """Return the districts of a county that exist today."""
    return [
        authority for authority in _all() if authority.county == county and authority.last is None
    ]


def find_similar_authority(text: str) -> LocalAuthority | None:
    """Return the authority whose name is most like a text; None if none is much like it."""
    near = difflib.get_close_matches(_plain(text), _by_name(), n=1, cutoff=_NEAR)
    return _by_name()[near[0]] if near else None


@cache
def _all() -> tuple[LocalAuthority, ...]:
    return tuple(
        LocalAuthority(
            row["code"],
            name=row["name"],
            kind=row["kind"],
            county=row["county"],
            first=date.fromisoformat(row["first"]) if row["first"] else None,
            last=date.fromisoformat(row["last"]) if row["last"] else None,
            successors=tuple(row["successors"].split()),
            former_codes=tuple(row["former_codes"].split()),
            other_names=tuple(filter(None, row["other_names"].split("; "))),
        )
        for row in read_table(__package__, "local-authorities.csv")
    )


@cache
def _by_code() -> dict[str, LocalAuthority]:
    former = {code: authority for authority in _all() for code in authority.former_codes}
    return former | {authority.code: authority for authority in _all()}


@cache
def _by_name() -> dict[str, LocalAuthority]:
    """Return authorities by each of their names; those that exist, and their own names, first."""
    known: dict[str, LocalAuthority] = {}
    for is_own in (True, False):
        for authority in sorted(_all(), key=lambda authority: authority.last is not None):
            for name in (authority.name,) if is_own else authority.other_names:
                known.setdefault(_plain(name), authority)
    return known


def _plain(name: str) -> str:
    """Return a name as it is compared: without accents, so that Ynys Mon is Ynys Môn."""
    letters = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    return " ".join(re.findall(r"\w+", re.sub("[\u0300-\u036f]", "", letters)))


@cache
def _lsoa_runs(nation: str) -> tuple[tuple[int, int, str], ...]:
    """Return runs of LSOA numbers of a nation, sorted: the first, the last, and whose they are."""
    runs = []
    for row in read_table(__package__, "lsoas-2011.csv"):
        for run in row["lsoas"].split() if row["authority"].startswith(nation) else ():
            first, _, last = run.partition("-")
            runs.append((int(first), int(last or first), row["authority"]))
    return tuple(sorted(runs))


@cache
def _runs(nation: str) -> tuple[list[int], list[tuple[int, str]]]:
    runs = _lsoa_runs(nation)
    return [first for first, _, _ in runs], [(last, owner) for _, last, owner in runs]
