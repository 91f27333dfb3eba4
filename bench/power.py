"""How often the assessment names a planted change, and how often one where nothing was planted.

python -m bench.power [COUNT]; writes bench/power.md. The partnerships are made up
(`tests/lib/simulated_crime.py`), each with a seed of its own.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.lib import simulated_crime as sim

HERE: Final = Path(__file__).parent
AREAS: Final = (sim.Area(), sim.Area(1000, 40), sim.Area(400, 20))
RISES: Final = (1.25, 1.5, 1.75, 2.0)
TEXT: Final = """# What the assessment finds

Written by `python -m bench.power {count}`: of {count} made-up partnerships of each size, how many
the assessment is right about. Records vary by a tenth from quarter to quarter beyond chance, and
come in series. Two years are compared, as published, with small numbers rounded.

*Nothing planted*: something is named all the same. The others: what was planted is named. It is a
category that rises by so much in the second year, {hotspot} more records of a theme in one LSOA,
and a category of which there were none before and {emerging} then. Rises of another size than
{rise:.0%} are of a quarter as many partnerships.

| records in a quarter | LSOAs | nothing planted | {rises} | hotspot | emerging category |
|{lines}|
{rows}
"""


def row(area: sim.Area, count: int) -> Iterator[str]:
    """Yield the cells of the line of an area."""
    nothing = sum(
        bool(sim.named(sim.verdicts(sim.two_years(seed, area, planted=False)[0])))
        for seed in range(count)
    )
    found: dict[float, Counter[str]] = {}
    plays = {rise: count if rise == sim.RISE else count // 4 for rise in RISES}
    for rise, many in plays.items():
        found[rise] = Counter()
        for seed in range(many):
            years, planted = sim.two_years(10_000 + seed, area, planted=True, rise=rise)
            hits = sim.hits(sim.verdicts(years), planted)
            found[rise].update(what for what, hit in hits.items() if hit)
    yield from (f"{area.records:,}", str(area.lsoas), f"{nothing / count:.1%}")
    yield from (f"{found[rise]['rise'] / many:.0%}" for rise, many in plays.items())
    yield from (f"{found[sim.RISE][what] / count:.0%}" for what in ("hotspot", "emerging category"))


def main() -> None:
    """Play them all, and write what was found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rows = []
    for area in AREAS:
        rows.append(f"| {' | '.join(row(area, count))} |")
        print(rows[-1], flush=True)
    rises = " | ".join(f"rise of {rise - 1:.0%}" for rise in RISES)
    text = TEXT.format(
        count=count, rise=sim.RISE - 1, hotspot=sim.HOTSPOT, emerging=sim.EMERGING, rises=rises,
        lines="|".join("---" for _ in range(3 + len(RISES) + 2)), rows="\n".join(rows),
    )  # fmt: skip
    (HERE / "power.md").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
