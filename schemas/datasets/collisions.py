"""Road traffic collisions: where and when, and how many adults and children were hurt.

A source that has a row for each casualty is combined by its mapping.
"""

from typing import Final

from schemas.datasets.common_fields import DATED
from schemas.datasets.dataset import Field, Reads, Treat, fields

SEVERITIES: Final = ("killed", "seriously_injured", "slightly_injured")
AGES: Final = ("adults", "children", "age_unknown")
CASUALTIES: Final = tuple(f"{age}_{severity}" for age in AGES for severity in SEVERITIES)


def _casualties(age: str, severity: str) -> Field:
    people = {"children": "children (0 to 15)", "age_unknown": "people of unknown age"}
    name = f"{age}_{severity}"
    return Field(
        name,
        description=f"How many {people.get(age, age)} were {severity.replace('_', ' ')}.",
        reads=Reads.COUNT,
        number_type="UInt16",
        treat=Treat.KEEP,
        needs="casualties" if age == "adults" else "",
        rules=("nobody-hurt",) if name == CASUALTIES[0] else (),
    )


COLLISION: Final = fields(
    DATED, tuple(_casualties(age, severity) for age in AGES for severity in SEVERITIES)
)
