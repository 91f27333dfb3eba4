"""Files about areas and offences that an analyst adds: residents, boundaries, severity weights.

Which of them a file is follows from its content. Numbers come as CSV with one row for each area or
offence, and boundaries as GeoJSON in longitude and latitude. Nothing of them comes with the
program, because each has an edition, and severity weights are a choice of the partnership.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars as pl

POPULATION, BOUNDARIES, SEVERITY = "population", "boundaries", "severity weights"
_AREA: Final = r"^(?:[EW][0-9]{8}|[A-Z]{1,2}[0-9][0-9A-Z]?)$"  # a GSS code or an outward code
_OFFENCE: Final = r"^[0-9]{1,3}[A-Z]?(?:[./][0-9A-Z]{1,2})?$"
# The headings of the column of numbers, which say what a file is of, and what its codes look like.
_NUMBERS: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(("population", "residents", "all ages", "total", "obs_value"),
                    (POPULATION, _AREA)),
    **dict.fromkeys(("weight", "severity weight", "severity_weight"), (SEVERITY, _OFFENCE)),
}  # fmt: skip
_CELL_MOST: Final = 1e9  # residents of an area, or days of a sentence: more is a slip
_LARGEST: Final = 512 * 1024 * 1024  # bytes of boundaries, of which all have to be read at once
_DECIMALS: Final = 4  # of a degree: eleven metres
_LONGITUDE: Final = 180  # degrees, at most


class NotAnAreaFile(Exception):
    """A file is none of these, or not as it should be; the words say what is wrong."""


def read_area_file(file: Path, target: Path) -> tuple[str, int, str]:
    """Keep what an analyst added in a form that is quick to read.

    Returns:
        What it is, how many areas or offences it has, and the heading of its codes.

    Raises:
        NotAnAreaFile: it is none, and nothing was kept.
    """
    with file.open("rb") as opened:
        is_json = opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    kind, codes, table = (BOUNDARIES, *_shapes(file)) if is_json else _numbers(file)
    if table["code"].is_duplicated().any():
        raise NotAnAreaFile("a code stands in it twice; keep one row for each")
    table.sort("code").write_parquet(target)
    return kind, table.height, codes


def _numbers(file: Path) -> "tuple[str, str, pl.DataFrame]":
    import polars as pl  # noqa: PLC0415 - what is held needs no tables

    try:
        text = pl.read_csv(file, infer_schema=False, encoding="utf8-lossy")
    except pl.exceptions.PolarsError:
        text = pl.DataFrame()
    text = text.rename({name: name.strip("\ufeff ") for name in text.columns})
    names = [name for name in text.columns if name.casefold() in _NUMBERS]
    if len(names) != 1 or text.is_empty():
        raise NotAnAreaFile(
            "a table has one column with the heading population, or weight, and one of codes"
        )
    kind, form = _NUMBERS[names[0].casefold()]
    others = (name for name in text.columns if name != names[0])
    codes = next((name for name in others if _all_match(text[name], form)), None)
    if codes is None:
        raise NotAnAreaFile(
            "no column has the code of an area in each row: a GSS code, or an outward code"
            if kind == POPULATION
            else "no column has the code of an offence in each row, such as 8N"
        )
    numbers = (
        text[names[0]].str.replace_all(",", "").str.strip_chars().cast(pl.Float64, strict=False)
    )
    sound = numbers.is_between(0, _CELL_MOST)
    if not sound.fill_null(value=False).all():
        line = int((~sound.fill_null(value=False)).arg_true()[0]) + 2
        raise NotAnAreaFile(f"line {line} has no number in the column {names[0].casefold()}")
    return kind, codes, pl.DataFrame({"code": text[codes].str.strip_chars(), "number": numbers})


def _all_match(cells: "pl.Series", form: str) -> bool:
    return bool(cells.str.strip_chars().str.contains(form).fill_null(value=False).all())


def _shapes(file: Path) -> "tuple[str, pl.DataFrame]":
    import polars as pl  # noqa: PLC0415 - the same

    if file.stat().st_size > _LARGEST:
        raise NotAnAreaFile("boundaries may have 512 MB; choose generalised ones (BGC or BUC)")
    try:
        features = json.loads(file.read_bytes())["features"]
        properties = [feature["properties"] for feature in features]
        shapes = [round_polygon(feature["geometry"]) for feature in features]
    except (ValueError, LookupError, TypeError, RecursionError):
        shapes = []
    if not shapes:
        raise NotAnAreaFile(
            "it is not GeoJSON of areas in longitude and latitude; convert National Grid "
            "coordinates first"
        )
    for name in properties[0]:
        codes = [str(feature.get(name)) for feature in properties]
        if all(re.match(_AREA, code) for code in codes):
            return name, pl.DataFrame({"code": codes, "shape": [json.dumps(s) for s in shapes]})
    raise NotAnAreaFile(
        "no property has the code of an area for each: a GSS code, such as LSOA21CD, or an outward "
        "code"
    )


def round_polygon(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a polygon, or several, with as many decimals as a page shows.

    Raises:
        ValueError: it is something else, or lies somewhere else than on earth.
    """
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError
    return {"type": geometry["type"], "coordinates": _round(geometry["coordinates"])}


def _round(coordinates: Sequence[Any]) -> list[Any]:
    if isinstance(coordinates[0][0], (list, tuple)):
        return [_round(coordinate) for coordinate in coordinates]
    points = [[round(float(x), _DECIMALS), round(float(y), _DECIMALS)] for x, y, *_ in coordinates]
    if any(abs(x) > _LONGITUDE or abs(y) > _LONGITUDE / 2 for x, y in points):
        raise ValueError
    return [
        point
        for n, point in enumerate(points)
        if n in (0, len(points) - 1) or point != points[n - 1]
    ]
