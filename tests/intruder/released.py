"""What an analyst holds after a world was sent and pulled, and beside it what happened.

The attacks see `table` and what the intruder is said to know. The truth stands beside each row in
`rows`, so that a measure can say how often an attack was right.
"""

from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import polars as pl
from polars import selectors

from tests.intruder.test_order import origin_of
from tests.intruder.worlds import OUTWARD, QUARTER, World
from tests.lib.partnership import Partnership, enrol, found, join, make_key

DISTRICT = "E07999901"
# What is the same for all rows of a submission, or names a row.
_NOT_OF_THE_ROW = (
    "partner", "part", "covered_from", "covered_to", "entry", "schema_version", "record_id",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Released:
    """A world and what was released of it.

    Attributes:
        table: The rows as an analyst holds them, with `coarse` and `week_part`.
        rows: Every crime that happened; what was released of it, or nulls where it was withheld.
    """

    world: World
    table: pl.DataFrame
    rows: pl.DataFrame

    def __repr__(self) -> str:
        """Return nothing of the rows, because pytest prints it."""
        return f"<Released {self.world.name}, {self.table.height} rows>"

    @property
    def coarse(self) -> pl.DataFrame:
        return self.rows.filter("coarse")

    @property
    def alike(self) -> list[str]:
        """The columns of `rows` in which released rows can differ."""
        names = [name for name in self.table.columns if name not in _NOT_OF_THE_ROW]
        return ["domestic_told" if name == "domestic" else name for name in names]


def founded(root: Path) -> Partnership:
    """Found a partnership that has the outward codes of all worlds."""
    outward = ",".join(OUTWARD)
    area = ("--area", f"{DISTRICT}=Westshire", "--outward", f"{DISTRICT}={outward}")
    partnership = found(root, area=area)
    join(partnership, "fire")
    make_key(partnership, "fire")
    enrol(partnership, "fire")
    return partnership


def send(partnership: Partnership, extract: str) -> None:
    """Send an extract of crimes and pull it as an analyst, through the command line."""
    file = partnership.extract("police", "crime.csv", extract)
    # The officer's own key decides which of equals is cover. With one that is drawn anew in each
    # run the figures differ by a few hundredths between runs.
    with patch("exchange.submission.policy.new_key", lambda *_: bytes(32)):
        partnership.submit("police", file, "--dataset", "police-crime", "--dates", QUARTER)
    table, origin = pulled(partnership, "police-crime"), origin_of(partnership)
    table.write_parquet(partnership.root / "table.parquet")
    origin.write_parquet(partnership.root / "origin.parquet")


def send_other(partnership: Partnership, sender: str, dataset: str, extract: str) -> None:
    """Send an extract of another dataset and pull it as an analyst."""
    file = partnership.extract(sender, f"{dataset}.csv", extract)
    partnership.submit(sender, file, "--dataset", dataset, "--dates", QUARTER)
    origin = origin_of(partnership, sender)
    pulled(partnership, dataset).write_parquet(partnership.root / f"{dataset}.parquet")
    origin.write_parquet(partnership.root / f"{dataset}-origin.parquet")


def received(root: Path, world: World) -> Released:
    """Return what `send` left in the folder of a partnership, beside what happened."""
    table, origin = (pl.read_parquet(root / f"{name}.parquet") for name in ("table", "origin"))
    return beside(world, table, origin)


def pulled(partnership: Partnership, dataset: str) -> pl.DataFrame:
    """Return the table of a dataset as an analyst pulls it."""
    partnership.signed("analysts", "pull", "tables")
    (path,) = Path(partnership.root, f"analysts/tables/dataset={dataset}").rglob("*.parquet")
    return pl.read_parquet(path)


def beside(world: World, table: pl.DataFrame, origin: pl.DataFrame) -> Released:
    """Put what was released beside what happened, by a record's reference in the source."""
    table = shaped(table)
    by_reference = table.join(origin.select("record_id", "reference"), on="record_id")
    assert by_reference.height == table.height
    rows = world.truth.join(by_reference, on="reference", how="left", suffix="_released")
    return Released(world, table, rows.rename({"domestic_released": "domestic_told"}))


def shaped(table: pl.DataFrame) -> pl.DataFrame:
    """Add whether a row is coarse, and the part of the week where a table has none; read clocks."""
    clocks = [name for name in ("time_from", "time_to") if table.schema.get(name) == pl.String]
    table = table.with_columns(pl.col(clocks).str.to_time("%H:%M"))
    if "week_part" not in table.columns:
        table = table.with_columns(week_part=pl.lit(""))
    table = table.with_columns(selectors.by_dtype(pl.Enum, pl.Categorical).cast(pl.String))
    table = table.with_columns(pl.col("week_part").replace("", "not stated"))
    return table.with_columns(coarse=pl.col("generalised") != "")


def naive(world: World) -> Released:
    """Return what an export would release from which only the references were removed."""
    clock = pl.time(pl.col("hour"), pl.col("minute"))
    table = world.truth.select(
        record_id="reference",
        recorded="day",
        recorded_precision=pl.lit("day"),
        occurred_from="day",
        occurred_to=pl.lit(None, pl.Date),
        occurred_precision=pl.lit("day"),
        time_from=clock,
        time_to=pl.lit(None, pl.Time),
        time_precision=pl.lit("minute"),
        category="code",
        domestic=pl.when("domestic").then(pl.lit("yes")).otherwise(pl.lit("no")),
        place="lsoa",
        place_precision=pl.lit("lsoa"),
        generalised=pl.lit(""),
    )
    return beside(world, table, world.truth.select("reference", record_id="reference"))


def without_sensitive(world: World) -> Released:
    """Return the same where the sensitive rows were withheld and nothing else was done."""
    innocent = world.truth.filter(~pl.col("sensitive")).select(record_id="reference")
    table = naive(world).table.join(innocent, on="record_id", how="semi")
    return beside(world, table, innocent.with_columns(reference="record_id"))
