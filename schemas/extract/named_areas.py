"""Which area a name or a code in an extract means: one of ours, another authority's, or neither.

Looked up in the list of the authorities of England and Wales, present and former. Keeps true: a
name is another's only if the list has it; any other text tells nothing, and is asked about.
"""

import re
from collections.abc import Iterable
from typing import Final

from schemas.areas import Area
from schemas.authorities.local_authorities import (
    LocalAuthority,
    find_authority,
    find_authority_by_name,
)

OTHER: Final = ""  # known to be elsewhere, as against None: not known
_WORDS: Final = (
    r"\b(borough|city|council|county|district|metropolitan|of|royal|the|unitary|bc|cbc|cc|dc|mbc)\b"
)
_GSS: Final = re.compile(r"^[EWSN][0-9]{8}$", re.IGNORECASE)


def areas_named(texts: Iterable[str], areas: tuple[Area, ...]) -> dict[str, str | None]:
    """Return which area each text means: the code of one of ours, OTHER, or None.

    The name of the county that an area of ours lies in is None: it may mean ours.
    """
    own = {fold(word): area.code for area in areas for word in (area.name, area.code)}
    codes = {area.code for area in areas}
    counties = {
        authority.county
        for code in codes
        if (authority := find_authority(code)) and authority.county
    }
    return {text: _area(text, own, codes, counties) for text in texts}


def _area(text: str, own_codes: dict[str, str], codes: set[str], counties: set[str]) -> str | None:
    if (own := own_codes.get(fold(text))) is not None:
        return own
    authority = authority_of(text)
    if authority is None:
        return OTHER if _GSS.match(text.strip()) else None
    own = next((c for c in (*_line(authority), authority.county) if c in codes), None)
    if own is not None:
        return own
    return None if authority.code in counties else OTHER


def _line(authority: LocalAuthority) -> list[str]:
    """Return an authority's code, and those of the ones that took its area over, to this day."""
    codes = [authority.code]
    for code in codes:
        after = find_authority(code)
        codes += [n for n in (after.successors if after else ()) if n not in codes]
    return codes


def authority_of(text: str) -> LocalAuthority | None:
    """Return the authority that a text names, by its code or a name; whatever kind it is called."""
    return (
        find_authority(text.strip().upper())
        or find_authority_by_name(text)
        or find_authority_by_name(fold(text))
    )


def fold(text: str) -> str:
    """Fold a name: case, punctuation, and what kind of council it is, make no difference."""
    return " ".join(re.sub(_WORDS, "", re.sub(r"\W+", " ", text.lower())).split())
