"""The outward codes that reports name, made of GeoNames' postal codes of England and Wales.

python -m release.outward_codes GB.txt; writes depersonalise/data/outward-codes.csv.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

import pgeocode
import polars as pl

from depersonalise.places.gazetteer import add

TABLE: Final = Path(__file__).parent.parent / "depersonalise/data/outward-codes.csv"
_NATIONS: Final = ("ENG", "WLS")
_SOME_DAY: Final = date(2026, 11, 30)  # is kept nowhere
_ISLANDS: Final = ("GY", "IM", "JE")  # of which GeoNames has one in England
_NAMED: Final = 2  # of the places of a code


def condense(file: Path) -> str:
    """Return the table: each code, the places first named for it, and where its middle is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        add(folder, file, _SOME_DAY)
        codes = pl.read_csv(folder / "GB.txt", columns=["postal_code"], infer_schema=False)
        pgeocode.STORAGE_DIR = name
        asked = pgeocode.Nominatim("GB").query_postal_code(codes["postal_code"].unique().to_list())
    lines = ["outward,name,longitude,latitude"]
    asked = asked[asked["state_code"].isin(_NATIONS)]
    asked = asked[~asked["postal_code"].str.startswith(_ISLANDS)]
    columns = ["postal_code", "place_name", "longitude", "latitude"]
    for code, places, x, y in sorted(asked[columns].itertuples(index=False)):
        first = ", ".join(list(dict.fromkeys(places.split(", ")))[:_NAMED])
        lines.append(f'{code},"{first}",{x:.3f},{y:.3f}')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(condense(Path(sys.argv[1])), encoding="utf-8", newline="\n")
