"""Random extracts, sent and pulled: no row that the rules protect leaves finely."""

import random
from datetime import timedelta

import polars as pl
import pytest

from tests.intruder.released import pulled, shaped
from tests.intruder.test_order import origin_of
from tests.intruder.worlds import FIRST, OUTWARD, QUARTER
from tests.lib.extracts import csv

HEADINGS = (
    "Crime number,Recorded date,Occurred,Time,Code,Outward code,LSOA code,District,"
    "Domestic flag,In dwelling"
)
# What the rules protect wherever it happened: homicide, threats to kill, hate crime, kidnapping,
# malicious communications, coercive control, cruelty to children, stalking, slavery, sexual.
ALWAYS = (
    "1", "4.1", "3B", "8M", "8P", "9B", "105B", "36", "8R", "8U", "11A", "8Q", "106",
    "17A", "19C", "20A", "22B", "88A",
)  # fmt: skip
AT_HOME = ("92A", "92C", "92D", "92E")  # drugs
# Violence, harassment and damage, which may have been domestic where nobody said whether.
PERHAPS = ("8N", "105A", "8L", "58A", "58B", "58C")
PLAIN = ("45", "46", "48", "44", "30C", "34B", "28E", "66")
NOT_LISTED = "8T"  # shaped as a code of the list, which ends before it
LOOSE = (*ALWAYS, *AT_HOME, *PERHAPS, *PLAIN, NOT_LISTED)


def is_protected(code: str, domestic: str, dwelling: str) -> bool:
    return (
        domestic == "Y"
        or code in (*ALWAYS, NOT_LISTED)
        or (code in AT_HOME and dwelling == "Y")
        or (code in PERHAPS and not domestic and dwelling != "N")
    )


def drawn(draw: random.Random) -> tuple[str, set[str]]:
    """Return an extract of up to 80 rows, and the references of those that are protected."""
    codes = draw.choices(LOOSE, k=draw.choice((1, 3, 8, len(LOOSE))))
    outward = draw.choices(OUTWARD, k=draw.choice((1, 2, 6)))
    lines, protected = [], set()
    for number in range(draw.choice((1, 4, 5, 9, 10, 30, 80))):
        day = FIRST + timedelta(draw.randrange(92))
        code, domestic, dwelling = draw.choice(codes), draw.choice("YN "), draw.choice("YN ")
        domestic, dwelling = domestic.strip(), dwelling.strip()
        if is_protected(code, domestic, dwelling):
            protected.add(f"R{number:03d}")
        lines.append(
            f"R{number:03d},{day:%d/%m/%Y},{day:%d/%m/%Y},{draw.randrange(24):02d}:17,{code},"
            f"{draw.choice(outward)},E0199{draw.randrange(9):04d},Westshire,{domestic},{dwelling}"
        )
    return csv(HEADINGS, *lines), protected


SHORT = (*range(7), 12)  # 12 draws a code that is not listed
SEEDS = [
    *SHORT,
    *(pytest.param(n, marks=pytest.mark.soak("intruder")) for n in range(60) if n not in SHORT),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_protected_row_leaves_finely(wide, tmp_path, seed):
    extract, protected = drawn(random.Random(seed))
    p = wide.copy(tmp_path / "p")
    file = p.extract("police", "crime.csv", extract)
    p.submit("police", file, "--dataset", "police-crime", "--dates", QUARTER)
    rows = shaped(pulled(p, "police-crime")).join(origin_of(p), on="record_id")
    fine = rows.filter(~pl.col("coarse") | (pl.col("recorded_precision") == "day"))
    exposed, coarse = len(protected & set(fine["reference"])), int(rows["coarse"].sum())
    assert exposed == 0
    assert coarse == 0 or coarse >= 5


def test_every_kind_of_protection_is_drawn():
    drawn_here = [drawn(random.Random(seed)) for seed in SHORT]
    assert sum(len(protected) for _, protected in drawn_here) > 40
    assert any(f",{NOT_LISTED}," in str(extract) for extract, _ in drawn_here)
