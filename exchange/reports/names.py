"""Names and dates as people write them, for the identifiers in a report's tables.

Pages, workbooks and text show names and dates; CSV and JSON keep the identifiers.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from partners.register.register import Register
from schemas.datasets.registry import DATASETS
from schemas.quarters import Covered, NotAQuarter, Quarter, days_in_words, quarter_in_words

INCOMPLETE: Final = " (incomplete)"  # after a label whose numbers are not whole
_QUARTER: Final = re.compile(r"\d{4}Q[1-4]")
_DATES: Final = re.compile(r"\d{4}-\d\d(-\d\d\.\.\d{4}-\d\d-\d\d)?")


def names_of(register: Register, prefix: str = "") -> dict[str, str]:
    """Return the names of a partnership's partners, officers, datasets and areas.

    Args:
        prefix: Put before each partner in a report of several partnerships, such as "westshire/".
    """
    apart = f" ({register.name})" if prefix else ""
    names = {dataset.id: dataset.title for dataset in DATASETS.values()}
    names |= {name: adopted.title for name, adopted in register.adopted.items()}
    names |= {area.code: area.name for area in register.areas}
    for partner in register.partners.values():
        names[prefix + partner.id] = partner.name + apart
    for card in register.cards.values():
        officer = card.who.partition("/")[2]
        names[card.who] = f"{register.partners[card.partner].name} ({officer})"
    return names


def names_in_common(tables: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the names that do not differ between partnerships."""
    by_name: dict[str, set[str]] = {}
    for names in tables:
        for identifier, name in names.items():
            by_name.setdefault(identifier, set()).add(name)
    return {identifier: min(names) for identifier, names in by_name.items() if len(names) == 1}


def readable(cell: str, names: Mapping[str, str]) -> str:
    """Write the identifiers in a cell as people read them.

    >>> readable("police-crime, 2026Q3 (incomplete)", {"police-crime": "Recorded crime"})
    'Recorded crime, Jul to Sep 2026 (incomplete)'
    """
    mark = INCOMPLETE if cell.endswith(INCOMPLETE) else ""
    words = cell.removesuffix(mark).split(", ")
    return ", ".join(names.get(word) or dates_in_words(word) for word in words) + mark


def dates_in_words(text: str) -> str:
    """Write a quarter, a month or days as people do; leave anything else as it is.

    >>> dates_in_words("2026-07"), dates_in_words("2026-07-01..2026-07-14"), dates_in_words("45")
    ('July 2026', '1 July 2026 to 14 July 2026', '45')
    """
    try:
        if _QUARTER.fullmatch(text):
            return quarter_in_words(Quarter.parse(text))
        if _DATES.fullmatch(text):
            return days_in_words(Covered.parse(text))
    except NotAQuarter:
        pass
    return text
