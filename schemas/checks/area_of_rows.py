"""Which rows are of the partnership's area, and how that is known.

Decided before anything is generalised, from the most precise place that a row has. A row of
another area, or whose area can't be known, is left out by a counted reason; never in silence.
"""

import difflib
from collections.abc import Mapping
from typing import Final

import polars as pl

from schemas.areas import Area
from schemas.authorities.local_authorities import authority_of_lsoa
from schemas.datasets.column_types import AREA_BASIS
from schemas.extract.named_areas import OTHER, areas_named, authority_of, fold
from schemas.extract.places import PlaceLookup

_EVIDENCE: Final = (
    "found_district",
    "lsoa",
    "lsoa_name",
    "district",
    "postcode",
    "near_district",
)
_DISTRICT_OF_LSOA: Final = pl.col("lsoa_name").str.extract(r"^(.*\S)\s+\d{3}[A-Z]$")
_NEAR: Final = 0.9  # of difflib's ratio: one letter in ten
_NAMES_MOST: Final = 2000  # distinct names looked at; there are 331 districts
ANY: Final = "any"  # of whatever area


def with_areas(rows: pl.DataFrame, areas: tuple[Area, ...], places: PlaceLookup) -> pl.DataFrame:
    """Return the rows with `area` (a code, OTHER, or null where not known) and `area_basis`.

    And `area_nearly`: the district named is none of ours, and so nearly one that it may be a slip;
    `area_unknown`: what is named is no authority, and nothing else tells the area;
    `area_elsewhere`: the name of the other authority, or else of the outward code, that the row is
    of, where it is known.

    A district is looked for in the list of the authorities of England and Wales. What names our
    county tells nothing of a district in it, and what names a district of ours if we are its county
    is ours.

    Reads what the directory has of a postcode, the columns lsoa, lsoa_name, district and postcode
    (already an outward code), and the postcode nearest to a point, each distinct value of them
    once. What stands in a list of LSOAs or of outward codes is of its area;
    what stands in none is elsewhere only if every area has a list, because it could else be of the
    area without. An LSOA that is not listed may be of another edition, so it tells only where
    nothing else does.
    """
    names = [fold(text) for area in areas for text in (area.name, area.code)]
    by_name = areas_named(_names_in(rows), areas)
    own = {area.code: area.code for area in areas}
    whole = set(own) <= places.districts
    evidence = {"postcode": _area_among(own, pl.col("found_district"), closed=whole)}
    lsoas = {code: area.code for area in areas for code in area.lsoas}
    listed = _area_among(lsoas, pl.col("lsoa"), closed=all(area.lsoas for area in areas))
    evidence["lsoa"] = pl.when(listed != OTHER).then(listed)
    evidence |= {
        "lsoa-name": _area_named(by_name, _DISTRICT_OF_LSOA, other=OTHER),
        "district": _area_named(by_name, pl.col("district")),
    }
    outward = {code: area.code for area in areas for code in area.outward}
    closed = all(area.outward for area in areas)
    by_outward = _area_among(outward, pl.col("postcode"), closed=closed)
    # Of a point only the nearest postcode's outward code may be known, and that is of no area.
    evidence["outward"] = pl.when(pl.col("near_district").is_null()).then(by_outward)
    evidence["nearest-postcode"] = _area_among(own, pl.col("near_district"), closed=whole)
    used = [n for n in _EVIDENCE if rows[n].null_count() < rows.height] or [_EVIDENCE[0]]
    distinct = (
        rows.select(used)
        .unique()
        .with_columns(pl.lit(None, dtype=pl.String).alias(n) for n in _EVIDENCE if n not in used)
    )
    unknown = [text for text, area in by_name.items() if area is None]
    by_evidence = {f"area by {name}": area for name, area in evidence.items()}
    distinct = distinct.with_columns(**by_evidence, area_listed=listed)
    distinct = distinct.with_columns(area=pl.coalesce(*by_evidence, "area_listed"))
    basis = [
        pl.when(pl.col(column).is_not_null()).then(pl.lit(name))
        for column, name in zip(by_evidence, evidence, strict=True)
    ]
    area, elsewhere = pl.col("area"), pl.lit(None, dtype=pl.String)
    if distinct["area"].eq(OTHER).any():
        elsewhere = _names_of(rows, by_name, places.outward_names())
    distinct = distinct.select(
        *used,
        "area",
        pl.coalesce(*basis).cast(AREA_BASIS).alias("area_basis"),
        _is_nearly_ours(names, rows).alias("area_nearly"),
        area_unknown=area.is_null() & pl.col("district").is_in(unknown).fill_null(value=False),
        area_elsewhere=pl.when(area == OTHER).then(elsewhere),
    )
    keys = rows.select(used)  # alone, so that no other column is copied
    placed = keys.join(distinct, on=used, how="left", nulls_equal=True, maintain_order="left")
    return rows.hstack(placed.drop(used))


def without_areas(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows as `with_areas` does where no areas are known: each may be of any area."""
    return rows.with_columns(
        area=pl.lit(ANY),
        area_basis=pl.lit(None, AREA_BASIS),
        area_nearly=pl.lit(value=False),
        area_unknown=pl.lit(value=False),
        area_elsewhere=pl.lit(None, pl.String),
    )


def _area_among(known: dict[str, str], text: pl.Expr, *, closed: bool = True) -> pl.Expr:
    """Return the area's code where the text names one of ours, OTHER where it names another.

    Args:
        closed: What is not known is of another area, and not merely not known.
    """
    other = OTHER if closed else None
    area = text.replace_strict(
        list(known), list(known.values()), default=other, return_dtype=pl.String
    )
    return pl.when(text.is_not_null()).then(area)


def _names_in(rows: pl.DataFrame) -> list[str]:
    """Return the distinct names of districts in the rows, of a column of their own or of LSOAs."""
    districts = rows["district"].drop_nulls().unique()
    of_lsoas = rows.select(_DISTRICT_OF_LSOA.unique()).to_series().drop_nulls()
    return pl.concat([districts, of_lsoas.rename("district")]).unique().to_list()


def _area_named(areas: dict[str, str | None], text: pl.Expr, other: str | None = None) -> pl.Expr:
    """Return the area that a name means.

    Args:
        other: What a name means that is not known; those of LSOAs are given by the Office for
            National Statistics, so that they are of another area.
    """
    known = {name: area for name, area in areas.items() if area is not None}
    named_area = text.replace_strict(
        list(known), list(known.values()), default=other, return_dtype=pl.String
    )
    return pl.when(text.is_not_null()).then(named_area)


def _names_of(
    rows: pl.DataFrame, by_name: dict[str, str | None], outward_names: Mapping[str, str]
) -> pl.Expr:
    """Return the name of the authority that a row is of, by the most precise place that is known;
    or else of its outward code. A name of a list, never the row's own.
    """
    districts = ("found_district", "near_district")
    known = {text for name in districts for text in rows[name].drop_nulls().unique()} | set(by_name)
    authorities = {text: authority.name for text in known if (authority := authority_of(text))}
    lsoas = {code: authority_of_lsoa(code) for code in rows["lsoa"].drop_nulls().unique()}
    of_lsoas = {
        code: authority.name
        for code, lsoa in lsoas.items()
        if lsoa and (authority := authority_of(lsoa))
    }
    district = [pl.col("found_district"), _DISTRICT_OF_LSOA, pl.col("district")]
    names = [_area_named(dict(authorities), text) for text in (*district, pl.col("near_district"))]
    codes = {code: outward_names.get(code) for code in rows["postcode"].drop_nulls().unique()}
    outward = _area_named(codes, pl.col("postcode"))
    return pl.coalesce(names[0], _area_named(dict(of_lsoas), pl.col("lsoa")), *names[1:], outward)


def _is_nearly_ours(names: list[str], rows: pl.DataFrame) -> pl.Expr:
    """Say where a district is nearly one of ours: a letter or two of a name apart."""
    districts = rows["district"].drop_nulls().unique().head(_NAMES_MOST).to_list()
    near = [
        text
        for text in districts
        if fold(text) not in names
        and authority_of(text) is None
        and difflib.get_close_matches(fold(text), names, n=1, cutoff=_NEAR)
    ]
    return pl.col("district").is_in(near).fill_null(value=False)
