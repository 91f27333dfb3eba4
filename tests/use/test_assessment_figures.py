"""Figures of a played year's assessment, computed once more by other code: pandas and scipy.

From the published cells, as pandas reads them, to the cells of the report. The formulas are those
of docs/adr/0052, written with distributions of scipy.stats.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy

from exchange.pull.counts import published_incidents
from exchange.pull.manifest import pulled_into
from tests.lib.partnership import Partnership
from tests.use.test_assessment import made, play_two_years, write

if TYPE_CHECKING:
    import pandas as pd

RESIDENTS = 12_000
THEFT = "theft and vehicle crime"
# Of quarters of one year that show no variation of their own: docs/adr/0052.
DISPERSION, FREEDOM = 0.01, 10
ROUNDING = {"theme": 20, "category": 12, "place": 20}


@pytest.fixture
def played(prepared) -> Partnership:
    p = prepared(play_two_years)
    write(p, f"population = {RESIDENTS}\n")
    return p


def cells_of(p: Partnership) -> "pd.DataFrame":
    import pandas as pd  # it takes half a second

    folder = p.root / "analysts/merged"
    columns = published_incidents(folder, pulled_into(folder)).collect().to_dict(as_series=False)
    return pd.DataFrame(columns)


def beyond(kind: str, before: int, now: int) -> float:
    """Return how much more than chance two numbers of a quarter vary."""
    mean = (before + now) / 2
    return 1 + DISPERSION * mean + min(ROUNDING[kind] / mean, 4)


def percent(kind: str, before: int, now: int) -> str:
    """Return a change with its interval, of Clopper and Pearson."""
    each = beyond(kind, before, now)
    a, b = before / each, now / each
    low, high = scipy.stats.beta.ppf(0.025, b, a + 1), scipy.stats.beta.ppf(0.975, b + 1, a)
    ratios = now / before, *(share / (1 - share) for share in (low, high))
    change, *ends = (f"{(one - 1) * 100:+.0f}" for one in ratios)
    return f"{change}% ({ends[0]} to {ends[1]})".replace("+0", "0").replace("-0", "0")


def chance(kind: str, before: int, now: int, odds: float = 1) -> float:
    """Return how likely chance alone would give a rise like it; of a theme, a fall too."""
    each = beyond(kind, before, now)
    a, b, share = before / each, now / each, odds / (1 + odds)
    rise = scipy.stats.beta.cdf(share, b, a + 1) if b else 1
    fall = scipy.stats.beta.sf(share, b + 1, a) if a else 1
    one = rise if kind != "theme" else min(rise, fall)
    p = scipy.stats.t.cdf(scipy.stats.norm.ppf(one), FREEDOM)
    return min(1, 2 * p) if kind == "theme" else p


def places(cells: "pd.DataFrame") -> Iterator[float]:
    """Yield the chance of each LSOA with ten records in a year, beside all the others."""
    of = cells[(cells.agency == "police") & (cells.lsoa != "not known")]
    by = of.pivot_table(
        index="lsoa", columns="quarter", values="records", aggfunc="sum", fill_value=0
    )
    for before, now in by[["2025Q3", "2026Q3"]].itertuples(index=False):
        if max(before, now) >= 10:
            rest = by["2026Q3"].sum() - now + 0.5, by["2025Q3"].sum() - before + 0.5
            yield chance("place", before, now, rest[0] / rest[1])


def test_twenty_figures_are_the_same_by_pandas_and_scipy(played):
    cells, told = cells_of(played), made(played)["tables"]
    year, last = cells[cells.quarter.str[:4] == "2026"], cells[cells.quarter.str[:4] == "2025"]
    theft, theft_then = year[year.theme == THEFT], last[last.theme == THEFT]

    def row(table: str, column: str, value: str) -> dict[str, str]:
        return next(one for one in told[table] if one[column].startswith(value))

    def records(of: "pd.DataFrame") -> str:
        return f"{int(of.records.sum()):,}"

    busiest = year[year.lsoa != "not known"].groupby("lsoa").records.sum().sort_values()
    months = year.groupby("month").records.sum()
    clock = year[year.hour != "not known"].pivot_table(
        index="hour", columns="weekday", values="records", aggfunc="sum", fill_value=0
    )
    noon, sunday = clock.sum(axis=1).idxmax(), clock.sum().drop("not known", errors="ignore")
    before, now = int(theft_then.records.sum()), int(theft.records.sum())
    levels, change = row("levels", "theme", THEFT), told["change"][0]
    exact = (
        np.array([scipy.stats.chi2.ppf(0.025, 2 * now), scipy.stats.chi2.ppf(0.975, 2 * now + 2)])
        / 2
    )
    figures = [
        (levels["police"], records(theft[theft.agency == "police"])),
        (levels["all"], records(theft)),
        (row("levels", "theme", "all")["ambulance"], records(year[year.agency == "ambulance"])),
        (row("levels", "theme", "all")["all"], records(year)),
        (row("quarters", "theme", THEFT)["2026Q3"], records(theft)),
        (row("months", "month", "2026-07")["2026"], str(months["2026-07"])),
        (row("months", "month", "2026-09")["2026"], str(months["2026-09"])),
        (row("months", "month", "2026-08")["2025"], records(last[last.month == "2025-08"])),
        (row("months-themes", "month", "2026-08")[THEFT], records(theft[theft.month == "2026-08"])),
        (row("hours", "hour", noon)["all"], str(clock.loc[noon].sum())),
        (row("hours", "hour", "all")[sunday.idxmax()],
         records(year[year.weekday == sunday.idxmax()])),
        (row("places", "outward_code", "WZ1")["all"], records(year[year.outward == "WZ1"])),
        (told["lsoas"][0]["records"], str(busiest.iloc[-1])),
        (row("lsoas", "lsoa", told["lsoas"][-1]["lsoa"])["records"],
         str(busiest[told["lsoas"][-1]["lsoa"]])),
        (row("categories", "category", "45")["records"], records(year[year.category == "45"])),
        (row("across-violence", "outward_code", "all")["ambulance"],
         records(year[year.theme == "violence or sexual offences"])),
        (change["year_before"], str(before)),
        (change["this_year"], str(now)),
        (change["per_1000"], f"{now / RESIDENTS * 1000:.1f}"),
        (change["interval"], " to ".join(f"{end:.1f}" for end in exact / RESIDENTS * 1000)),
        (change["change"], percent("theme", before, now)),
        (told["emerging"][0]["year_before"], records(last[last.category == "45"])),
        (told["emerging"][0]["change"], percent("category", before, now)),
    ]  # fmt: skip
    assert [shown for shown, _ in figures] == [again for _, again in figures]

    # The false discovery rate: each kind of comparison weighs the same.
    kinds = [[chance("theme", before, now)], [chance("category", before, now)], [*places(cells)]]
    kinds = [one for one in kinds if one]
    every = sum(map(len, kinds))
    weighted = [min(1, p * len(kinds) * len(one) / every) for one in kinds for p in one]
    rates = scipy.stats.false_discovery_control(weighted)
    assert every > 2
    assert {row["certainty"] for row in told["findings"]} == {
        "high" if rate <= 0.01 else "moderate" for rate in rates if rate <= 0.05
    }
    assert len(told["findings"]) == int(np.sum(rates <= 0.05))
