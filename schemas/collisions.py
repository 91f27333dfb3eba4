"""Road traffic collisions: where and when, and how many adults and children were hurt.

A source that has a row for each casualty is brought together by its mapping.
"""

from typing import Final

import pandera.polars as pa
import polars as pl

from schemas.dataset import Reads, Treat, field
from schemas.incident import Dated

SEVERITIES: Final = ("killed", "seriously_injured", "slightly_injured")
AGES: Final = ("adults", "children", "age_unknown")
CASUALTIES: Final = tuple(f"{age}_{severity}" for age in AGES for severity in SEVERITIES)


def _casualties(age: str, severity: str) -> pl.UInt16:
    told = {"children": "children (0 to 15)", "age_unknown": "people of unknown age"}.get(age, age)
    return field(  # type: ignore[no-any-return]
        says=f"How many {told} were {severity.replace('_', ' ')}.",
        reads=Reads.COUNT,
        treat=Treat.KEEP,
        needs="casualties" if age == "adults" else "",
    )


class Collisions(Dated):
    """Road traffic collisions in which somebody was hurt, one row for each collision."""

    adults_killed: pl.UInt16 = _casualties("adults", "killed")
    adults_seriously_injured: pl.UInt16 = _casualties("adults", "seriously_injured")
    adults_slightly_injured: pl.UInt16 = _casualties("adults", "slightly_injured")
    children_killed: pl.UInt16 = _casualties("children", "killed")
    children_seriously_injured: pl.UInt16 = _casualties("children", "seriously_injured")
    children_slightly_injured: pl.UInt16 = _casualties("children", "slightly_injured")
    age_unknown_killed: pl.UInt16 = _casualties("age_unknown", "killed")
    age_unknown_seriously_injured: pl.UInt16 = _casualties("age_unknown", "seriously_injured")
    age_unknown_slightly_injured: pl.UInt16 = _casualties("age_unknown", "slightly_injured")

    @pa.check("adults_killed")
    def nobody_hurt(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805 - pandera's own form
        """Somebody was hurt in each collision."""
        return data.lazyframe.select(pl.sum_horizontal(pl.col(*CASUALTIES)) > 0)
