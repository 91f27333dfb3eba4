"""The page of what was measured, and its chart."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.measured import Measured, table

TEXT = """# How fast

Written by `make bench`: whole processes from start to end, the median of {rounds} rounds, peak
memory of the worst. What counts is the ratio to a floor, a process of the same run that does what
any program must do for the same work. The ratio of processor time changes little on a machine that
does other work besides; the time that passes does. Commands run in an environment that holds what a
user installs; the others in one that holds what they need.

`python -m bench --check` measures `submit`, `pull` and `verify` again, and fails where their ratio
of processor time is more than a tenth above the one on this page.

## Submissions beside other programs

![How many times the floor each program takes, by number of rows](speed.svg)

The extract has eight columns of made-up crimes, a quarter of them sensitive. The floor is a process
that imports polars and pandera, reads the extract as text, casts four columns and writes Parquet.
pandera imports pandas where it is installed; `exchange` hides it, and so does the second floor.

`exchange submit` is everything, from start-up to the entry in the log: unlocking the key, reading
and verifying the log, reading, checking and depersonalising the extract, protecting sensitive rows
in groups and by cover, comparing it with the last, encrypting, and writing the bundle, the entry
and the key map to disk. The passphrase is in a file, so the key is unlocked beside the imports;
where it is asked for, its time comes on top.

The other programs ([`peers.py`](peers.py)) read the same extract as text, check its columns, write
Parquet without the reference and with places and times made coarser, and encrypt it for one key.
The script by hand also protects sensitive rows in groups, sorts what leaves and signs it. None of
them has a log, unlocks a key, finds cover, compares with what left before, or proves what it
encrypts.

{sizes}
## Pull

{bundles:,} bundles of {rows:,} crimes in a folder on a local disk. The floor copies the merged
table, with its provenance, into one file. `exchange pull` is everything, from start-up to the
manifest: reading and verifying the log, hashing and opening every bundle, checking every row
against its dataset, counting sensitive rows in groups, and writing the table and the incidents.

{Pull}
A thousand such bundles, ten million crimes, took 36.5 s of processor time on 30 November 2026, 3.43
times copying; 23 s passed, and peak memory was 0.43 GiB.

## Log

A log of {entries:,} entries in a folder on a local disk, of twelve authorities that return four
datasets every month. `status` knows what was verified before; `verify` verifies it from the first
entry.

{Log}
## Start

Commands that have nothing to do, in a partnership of two. Those that read no rows import no table
library. The limit of these is 2.7 times the floor, and that of commands that read some 7.3 times.
Unlocking the key goes on beside the imports on another core; it is slow on purpose, so that nobody
can try many passphrases, and `pull` includes it.

{Start}
## Page

A file of {on_page:,} rows, by the command and on the officer's page, which also shows what changed
and rows before and after; its time begins with the drop. Below, half as many rows that each have a
fault.

{Page}
Meanwhile the page was asked how far it is, {waits:,} times. Half of the answers took {half:.0f} ms
or less, nine in ten {most:.0f} ms or less, and the slowest {slowest:.0f} ms.

Measured on {machine}.

Measured elsewhere: [room of an installation](installing.md), [rounding of tables](rounding.md),
[what the assessment finds](power.md), [how much one machine counts](scale.md),
[the demonstration](demonstration.md).
"""


def chart(by_rows: dict[int, list[Measured]], path: Path) -> None:
    """Draw the ratio of processor time of each program, by the number of rows."""
    import altair as alt

    points = [
        {"rows": rows, "ratio": m.busy / measured[0].busy, "program": m.name}
        for rows, measured in by_rows.items()
        for m in measured
        if m.name != "the floor without pandas"
    ]
    names = list(dict.fromkeys(point["program"] for point in points))
    base = alt.Chart(alt.InlineData(values=points)).encode(
        x=alt.X("rows:Q", title="rows", scale=alt.Scale(type="log"),
                axis=alt.Axis(values=list(by_rows), format=",", grid=False)),
        y=alt.Y("ratio:Q", title="processor time, times the floor", scale=alt.Scale(type="log"),
                axis=alt.Axis(values=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50], format="~")),
        color=alt.Color("program:N", scale=alt.Scale(domain=names), title=None),
        shape=alt.Shape("program:N", scale=alt.Scale(domain=names), title=None),
    )  # fmt: skip
    both = base.mark_line() + base.mark_point(filled=True, opacity=1, size=60)
    both.properties(width=520, height=320, background="white").save(path, format="svg")


def write(
    folder: Path,
    by_rows: dict[int, list[Measured]],
    others: dict[str, list[Measured]],
    waits: list[float],
    **figures: int,
) -> None:
    """Write the page and its chart into a folder."""
    slowest = sorted(wait * 1000 for wait in waits)
    tables = {title: table(measured) for title, measured in others.items()}
    text = TEXT.format(
        sizes="\n".join(_size(rows, measured) for rows, measured in by_rows.items()),
        half=slowest[len(slowest) // 2],
        most=slowest[len(slowest) * 9 // 10],
        slowest=slowest[-1],
        waits=len(waits),
        machine=_machine(),
        **tables,
        **figures,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")
    chart(by_rows, folder / "speed.svg")
    print(text)
    print(f"written: {folder}")


def _size(rows: int, measured: list[Measured]) -> str:
    """Return what was measured of a submission of so many rows."""
    _, bare, submit, by_hand, *_ = measured
    busy = f"{submit.busy / bare.busy:.2f} and {submit.busy / by_hand.busy:.2f} times"
    passed = f"{submit.median / bare.median:.2f} and {submit.median / by_hand.median:.2f} times"
    return f"""## {rows:,} rows

{table(measured)}
Beside the floor without pandas and the script by hand, `submit` takes {busy} the
processor time; the time that passes is {passed} as long.
"""


def _machine() -> str:
    packages = ", ".join(f"{p} {version(p)}" for p in ("polars", "pandera", "cryptography"))
    load = os.getloadavg()[1]
    return (
        f"{os.cpu_count()} cores of {platform.system()} {platform.machine()} with a load of "
        f"{load:.0f}, Python {platform.python_version()}, {packages}, {datetime.now(UTC):%B %Y}"
    )
