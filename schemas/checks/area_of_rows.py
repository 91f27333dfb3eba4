"""Which rows are of the partnership's area, and how that is known.

Decided before anything is made coarser, from the most precise place that a row has. A row of
another area, or whose area can't be known, is left out by a counted reason; never in silence.
"""

import difflib
import re
from typing import Final

import polars as pl

from schemas.areas import Area
from schemas.datasets.column_types import AREA_BASIS

_EVIDENCE: Final = (
    "found_district",
    "lsoa",
    "lsoa_name",
    "district",
    "postcode",
    "near_district",
)
_WORDS: Final = (
    r"\b(borough|city|council|county|district|metropolitan|of|royal|the|unitary|bc|cbc|cc|dc|mbc)\b"
)
_NEAR: Final = 0.9  # of difflib's ratio: one letter in ten
_NAMES_MOST: Final = 2000  # distinct names looked at; there are 331 districts
OTHER: Final = ""  # known to be elsewhere, as against null: not known
ANY: Final = "any"  # of whatever area


def decide(
    rows: pl.DataFrame, areas: tuple[Area, ...], districts: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """Return the rows with `area` (a code, OTHER, or null where not known) and `area_basis`.

    And `area_nearly`: the district named is none of ours, and so nearly one that it may be a slip.

    Reads what the directory has of a postcode, the columns lsoa, lsoa_name, district and postcode
    (already an outward code), and the postcode nearest to a point, each distinct value of them
    once. What stands in a list of LSOAs or of outward codes is of its area;
    what stands in none is elsewhere only if every area has a list, because it could else be of the
    area without. An LSOA that is not listed may be of another edition, so it tells only where
    nothing else does.
    """
    names = {_fold(area.name): area.code for area in areas} | {
        _fold(area.code): area.code for area in areas
    }
    district_of_lsoa = pl.col("lsoa_name").str.extract(r"^(.*\S)\s+\d{3}[A-Z]$")
    ours = {area.code: area.code for area in areas}
    whole = set(ours) <= districts
    evidence = {"postcode": _among(ours, pl.col("found_district"), closed=whole)}
    lsoas = {code: area.code for area in areas for code in area.lsoas}
    listed = _among(lsoas, pl.col("lsoa"), closed=all(area.lsoas for area in areas))
    evidence["lsoa"] = pl.when(listed != OTHER).then(listed)
    evidence |= {
        "lsoa-name": _among(names, _folded(district_of_lsoa)),
        "district": _among(names, _folded(pl.col("district"))),
    }
    outward = {code: area.code for area in areas for code in area.outward}
    closed = all(area.outward for area in areas)
    by_outward = _among(outward, pl.col("postcode"), closed=closed)
    # Of a point only the nearest postcode's outward code may be known, and that is of no area.
    evidence["outward"] = pl.when(pl.col("near_district").is_null()).then(by_outward)
    evidence["nearest-postcode"] = _among(ours, pl.col("near_district"), closed=whole)
    basis = [pl.when(e.is_not_null()).then(pl.lit(name)) for name, e in evidence.items()]
    on = [n for n in _EVIDENCE if rows[n].null_count() < rows.height] or [_EVIDENCE[0]]
    places = (
        rows.select(on)
        .unique()
        .with_columns(pl.lit(None, dtype=pl.String).alias(n) for n in _EVIDENCE if n not in on)
    )
    places = places.select(
        *on,
        pl.coalesce(*evidence.values(), listed).alias("area"),
        pl.coalesce(*basis).cast(AREA_BASIS).alias("area_basis"),
        _nearly(names, rows).alias("area_nearly"),
    )
    return rows.join(places, on=on, how="left", nulls_equal=True, maintain_order="left")


def unplaced(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows as `decide` does where no areas are known: each may be of any area."""
    return rows.with_columns(
        area=pl.lit(ANY), area_basis=pl.lit(None, AREA_BASIS), area_nearly=pl.lit(value=False)
    )


def _among(known: dict[str, str], text: pl.Expr, *, closed: bool = True) -> pl.Expr:
    """Return the area's code where the text names one of ours, OTHER where it names another.

    Args:
        closed: What is not known is of another area, and not merely not known.
    """
    other = OTHER if closed else None
    found = text.replace_strict(
        list(known), list(known.values()), default=other, return_dtype=pl.String
    )
    return pl.when(text.is_not_null()).then(found)


def _nearly(names: dict[str, str], rows: pl.DataFrame) -> pl.Expr:
    """Say where a district is nearly one of ours: a letter or two of a name apart."""
    told = rows["district"].drop_nulls().unique().head(_NAMES_MOST).to_list()
    near = [
        text
        for text in {_fold(text) for text in told} - set(names)
        if difflib.get_close_matches(text, names, n=1, cutoff=_NEAR)
    ]
    return _folded(pl.col("district")).is_in(near).fill_null(value=False)


def _folded(text: pl.Expr) -> pl.Expr:
    """Fold names as `_fold` does."""
    words = text.str.to_lowercase().str.replace_all(r"\W+", " ").str.replace_all(_WORDS, "")
    return words.str.replace_all(r"\s+", " ").str.strip_chars()


def _fold(text: str) -> str:
    """Fold a name: case, punctuation, and what kind of council it is, make no difference."""
    return " ".join(re.sub(_WORDS, "", re.sub(r"\W+", " ", text.lower())).split())
