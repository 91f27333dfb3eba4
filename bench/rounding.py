"""How long the rounding of published tables takes, and how far its numbers are from the truth.

python -m bench.rounding SIZE...; writes bench/rounding.md. Made-up records of a partnership, most
of them the only one of their cell.
"""

import sys
import time
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from depersonalise.cube_rounding import Edition, Numbers, rounded_cube

HERE: Final = Path(__file__).parent
KEYS: Final = (b"a" * 32, b"b" * 32)
LARGE: Final = 20  # records from which on a number is looked at by itself
# Values of each thing, and how unlike they are in frequency: 0 is alike.
SIZES: Final = {
    "dataset": (6, 1.0), "class": (40, 1.0), "outward": (20, 0.5), "part": (7, 0.2),
    "month": (3, 0.0), "weekday": (7, 0.1), "hour": (25, 0.4), "domestic": (2, 2.0),
}  # fmt: skip


def records(many: int) -> pl.DataFrame:
    """Return made-up records, by what tables are made by."""
    draw = np.random.default_rng(many)
    columns = {}
    for name, (size, unlike) in SIZES.items():
        weights = 1 / np.arange(1, size + 1) ** unlike
        columns[name] = draw.choice(size, many, p=weights / weights.sum())
    rows = pl.DataFrame(columns).with_columns(
        category=pl.col("dataset") * 40 + pl.col("class"),
        lsoa=pl.col("outward") * 7 + pl.col("part"),
        theme=(pl.col("dataset") * 40 + pl.col("class")) % 9,
    )
    return rows.drop("class", "part").cast(pl.String)


def misses(cells: pl.DataFrame, true: Numbers, shown: Numbers, things: int) -> tuple[float, float]:
    """Return the mean difference of sums by so many things: of all, and of the large ones."""
    frame = cells.with_columns(true=true, shown=shown)
    differences = []
    for by in combinations(cells.columns, things):
        sums = frame.group_by(by).agg(pl.col("true", "shown").sum())
        differences.append(sums.select("true", miss=(pl.col("true") - pl.col("shown")).abs()))
    every = pl.concat(differences)
    return every["miss"].mean(), every.filter(pl.col("true") >= LARGE)["miss"].mean()  # type: ignore[return-value]  # of numbers


def line(many: int) -> str:
    """Return the line of a size: what it took, and how far the numbers are from the truth."""
    rows = records(many)
    late = np.arange(many) >= many * 9 // 10
    cells = (
        rows.with_columns(first=pl.Series(~late), all=True)
        .group_by(list(rows.columns))
        .agg(pl.col("first", "all").cast(pl.Int64).sum())
    )
    first, both = (cells[name].to_numpy() for name in ("first", "all"))
    by = cells.drop("first", "all")
    began = time.perf_counter()
    whole = rounded_cube(by, [Edition(both, KEYS[0])])
    took = time.perf_counter() - began
    second = rounded_cube(by, [Edition(first, KEYS[0]), Edition(both, KEYS[1])])
    columns = [misses(by, both, numbers, n) for numbers in (whole, second) for n in (1, 2, 3)]
    figures = " | ".join(f"{every:.1f} ({large:.1f})" for every, large in columns)
    totals = f"{abs(whole.sum() - many)} | {abs(second.sum() - many)}"
    return f"| {many:,} | {took:.1f} s | {figures} | {totals} |"


def main(sizes: list[int]) -> None:
    """Write the page."""
    lines = "\n".join(line(size) for size in sizes)
    columns = ("first edition: 1", "2", "3 things", "second edition: 1", "2", "3 things")
    headings = ("records", "time", *columns, "total, first", "second")
    page = f"""# How near published numbers are

Written by `python -m bench.rounding`: made-up records of a quarter, nearly all the only one of
their cell, rounded ([why](../docs/adr/0034-one-rounded-cube-for-each-quarter.md)). Mean difference
between the numbers of a table and the records, by one, two and three things; in brackets, of the
numbers of {LARGE} records or more. *Second edition*: a tenth of the records came after the first.
The last columns are the difference of the quarter's total.

| {" | ".join(headings)} |
|{"---|" * len(headings)}
{lines}

The time is that of the rounding alone, on 2 cores that others used too.
"""
    (HERE / "rounding.md").write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [8_000, 100_000, 1_000_000])
