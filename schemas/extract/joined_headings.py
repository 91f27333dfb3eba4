"""Headings that are spread over several lines, read as one.

Exports with a group above several columns ("Location" above "Postcode" and "LSOA"), and headings
that were broken in two ("Recorded" above "date"), name each column only with all their lines. Keeps
true: a line is read as headings only where it names columns that some dataset knows, so that no
record becomes a heading.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from schemas.datasets.registry import DATASETS
from schemas.extract.headings import fold

_KNOWN: Final = 3  # columns, that a table must have
_EACH: Final = 2  # columns, that each further line must help to name


def joined_headings(lines: Sequence[Sequence[str]]) -> list[str]:
    """Return one heading for each column; nothing where the lines are not surely headings.

    >>> joined_headings([["Crime", "Recorded", "Place", ""], ["ID", "date", "Postcode", "LSOA"]])
    ['Crime ID', 'Recorded date', 'Postcode', 'LSOA']
    >>> joined_headings([["Crime number", "Recorded date", "Postcode"], ["text", "day", "words"]])
    []
    """
    groups = list[str]()
    for cell in lines[0]:
        groups.append(cell or (groups[-1] if groups else ""))
    columns = list(zip(*lines, strict=True))
    headings = [_heading(cells, group) for cells, group in zip(columns, groups, strict=True)]
    known = [fold(heading) for heading in headings if is_known(heading)]
    if len(known) < _KNOWN or len(set(known)) < len(known):
        return []
    for n in range(1, len(lines)):
        helps = [
            _helps(cells[n], heading) for cells, heading in zip(columns, headings, strict=True)
        ]
        if sum(helps) < _EACH:
            return []
    return headings


def _heading(cells: Sequence[str], group: str) -> str:
    """Return what the cells name: together, with the group above them, or one of them alone."""
    parts = [cell for cell in cells if cell]
    if not parts:
        return ""
    whole = " ".join(parts)
    for heading in (whole, whole if cells[0] else f"{group} {whole}"):
        if is_known(heading):
            return heading
    known = [part for part in reversed(parts) if is_known(part)]
    if not known:
        return whole
    longer = [part for part in known if set(fold(part).split()) > set(fold(known[0]).split())]
    return (longer or known)[0]


def _helps(cell: str, heading: str) -> bool:
    """Say whether a cell is a known heading, or part of one."""
    words = set(fold(cell).split())
    return bool(words) and (
        is_known(cell) or (is_known(heading) and words <= set(fold(heading).split()))
    )


def is_known(heading: str) -> bool:
    """Say whether some dataset knows a heading."""
    return fold(heading) in _known_headings()


@cache
def _known_headings() -> frozenset[str]:
    """Return every heading that some dataset knows."""
    fields = [field for dataset in DATASETS.values() for field in dataset.fields.values()]
    return frozenset(fold(word) for field in fields for word in (field.name, *field.aliases))
