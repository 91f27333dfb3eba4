"""A large extract of made-up crimes, drawn by a seeded generator; nothing in it is anybody's."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

FIRST, DAYS = date(2026, 7, 1), 92
CODES = (
    "28E", "30C", "45", "46", "48", "49", "58A", "58B", "58C", "8L", "8N", "105A", "9A", "92E",
    "39", "44", "34B", "8Q", "17A",
)  # fmt: skip
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def write(path: Path, rows: int) -> None:
    """Write eight columns: reference, two dates, time, offence, postcode, LSOA, domestic marker."""
    draw = np.random.default_rng(1)
    days = np.array([(FIRST + timedelta(i)).isoformat() for i in range(DAYS)])
    recorded = draw.integers(0, DAYS, rows)
    clock = draw.integers(0, 24 * 60, rows)
    clocks = np.array([f"{m // 60:02d}:{m % 60:02d}" for m in range(24 * 60)])
    inward = [f"{d}{a}{b}" for d in range(10) for a in LETTERS for b in LETTERS]
    postcodes = np.array([f"WZ{o} {i}" for o in (1, 2, 3) for i in inward])
    lsoas = np.array([f"E0199{n:04d}" for n in range(100)])
    number = pl.int_range(rows, eager=True).cast(pl.String).str.zfill(9)
    pl.DataFrame(
        {
            "Crime number": "44" + number + "/26",
            "Recorded date": days[recorded],
            "Date from": days[np.maximum(recorded - 1, 0)],
            "Time from": clocks[clock],
            "Code": np.array(CODES)[draw.integers(0, len(CODES), rows)],
            "Postcode": postcodes[draw.integers(0, len(postcodes), rows)],
            "LSOA code": lsoas[draw.integers(0, len(lsoas), rows)],
            "Domestic flag": np.array(["Y", "N"])[(draw.random(rows) > 0.15).astype(int)],
        }
    ).write_csv(path)
