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

_PLACE_COLUMNS: Final = (
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
    """Return the rows with the area that each is of, and how that is known.

    Each distinct combination of places is decided once.

    Returns:
        The rows with five more columns: `area` (a code, OTHER, or null where it is not known) and
        `area_basis`; `area_nearly`, whether the district that is named is so nearly one of ours
        that it may be a slip; `area_unknown`, whether what is named is no authority, and nothing
        else shows the area; `area_elsewhere`, for rows of OTHER the name of the authority, or else
        of the outward code, where it is known.
    """
    by_name = areas_named(_names_in(rows), areas)
    evidence = _evidence(areas, places, by_name)
    used = [n for n in _PLACE_COLUMNS if rows[n].null_count() < rows.height] or [_PLACE_COLUMNS[0]]
    distinct = (
        rows.select(used)
        .unique()
        .with_columns(
            pl.lit(None, dtype=pl.String).alias(n) for n in _PLACE_COLUMNS if n not in used
        )
    )
    by_evidence = {f"area by {name}": area for name, area in evidence.items()}
    distinct = distinct.with_columns(**by_evidence, area_listed=_area_of_lsoa(areas))
    distinct = distinct.with_columns(area=pl.coalesce(*by_evidence, "area_listed"))
    basis = [
        pl.when(pl.col(column).is_not_null()).then(pl.lit(name))
        for column, name in zip(by_evidence, evidence, strict=True)
    ]
    area, elsewhere = pl.col("area"), pl.lit(None, dtype=pl.String)
    if distinct["area"].eq(OTHER).any():
        elsewhere = _names_of(rows, by_name, places.outward_names())
    names = [fold(text) for ours in areas for text in (ours.name, ours.code)]
    unknown = [text for text, code in by_name.items() if code is None]
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


def _evidence(
    areas: tuple[Area, ...], places: PlaceLookup, by_name: dict[str, str | None]
) -> dict[str, pl.Expr]:
    """Return what each kind of evidence says of a row's area, the most precise kind first.

    What is in an area's list of LSOAs or outward codes is of that area. What is in no list is of
    another area only if every area has a list, because it could be of the area without one. An LSOA
    that is in no list may be of another edition, so it counts only where nothing else is known.

    Districts are looked for among the authorities of England and Wales. The name of our county does
    not show in which of its districts a row is; if we are the county, its districts are ours.
    """
    own = {area.code: area.code for area in areas}
    has_all = set(own) <= places.districts
    in_lsoas = _area_of_lsoa(areas)
    by_outward = _area_among(
        {code: area.code for area in areas for code in area.outward},
        pl.col("postcode"),
        closed=all(area.outward for area in areas),
    )
    return {
        "postcode": _area_among(own, pl.col("found_district"), closed=has_all),
        "lsoa": pl.when(in_lsoas != OTHER).then(in_lsoas),
        "lsoa-name": _area_named(by_name, _DISTRICT_OF_LSOA, other=OTHER),
        "district": _area_named(by_name, pl.col("district")),
        # Of a point only the nearest postcode's outward code may be known, and that is of no area.
        "outward": pl.when(pl.col("near_district").is_null()).then(by_outward),
        "nearest-postcode": _area_among(own, pl.col("near_district"), closed=has_all),
    }


def _area_of_lsoa(areas: tuple[Area, ...]) -> pl.Expr:
    """Return the area in whose list of LSOAs a row's LSOA is; OTHER where it is in none of them."""
    lsoas = {code: area.code for area in areas for code in area.lsoas}
    return _area_among(lsoas, pl.col("lsoa"), closed=all(area.lsoas for area in areas))


def without_areas(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the columns of `with_areas`, where no areas are known."""
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
        closed: Whether a text that is not known is of another area; else its area is not known.
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
        other: The area of a name that is not known. The names of LSOAs come from the Office for
            National Statistics, so one that is not known is of another area.
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
