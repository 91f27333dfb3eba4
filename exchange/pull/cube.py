"""The cube of each quarter that published tables are sums of, from the folder of a pull.

Keeps true: every analyst who pulled all submissions of an edition has the same cube, and nobody
else can make it. The key of its rounding follows from the salts inside the bundles, which only
their recipients read. Cells are by what a table can be counted by, and never by entry, which a
correction changes. Leaves to others: the rounding (`depersonalise/cube_rounding.py`), and which
submissions an edition counts (`editions.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from depersonalise.cube_rounding import Edition, rounded_cube
from exchange.pull.incidents import CATEGORY_LABEL, incidents
from exchange.pull.manifest import EditionItem, Manifest, MergedSubmission
from schemas.codes.vocabularies import GENERALISED

_INFO: Final = b"csp-exchange/v1/rounding"
WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
# What follows from the date and the time of a record, where they are fine enough.
DERIVED: Final = ("month", "quarter", "year", "weekday", "hour")
PLAIN: Final = (
    "agency", "dataset", "partner", "theme", "category", "domestic", "area", "outward",
)  # fmt: skip
SHARED: Final = (*PLAIN, "lsoa", *DERIVED, "category_scheme", "category_edition")
_PAIRED: Final = (*PLAIN, "lsoa", "month", "weekday", "hour")
# Of a submission, and not of what happened: a correction changes them.
_OF_SUBMISSIONS: Final = frozenset({"record_id", "entry", "schema_version"})
_CLOCKS: Final = ("time_from", "time_to")
RECORDS: Final = "records"


@dataclass(frozen=True, slots=True)
class Draft:
    """A quarter whose numbers are not for publication.

    Attributes:
        issued: It has an edition, and not all that this counts could be opened.
    """

    quarter: str
    issued: bool


def secret_of(salt: bytes) -> str:
    """Return what a bundle gives to the rounding key of its quarter, in hexadecimal."""
    return _derive(salt, _INFO + b" bundle").hex()


def rounding_key(quarter: str, items: Iterable[MergedSubmission]) -> bytes:
    """Return the key that decides how the counts of some submissions are rounded.

    Args:
        items: In the order of the log.
    """
    secrets = b"".join(bytes.fromhex(item.rounding) for item in items)
    return _derive(secrets, _INFO + b" " + quarter.encode())


def _derive(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)


def cells_of(items: Iterable[tuple[Path, MergedSubmission]]) -> pl.DataFrame:
    """Return the cells of some submissions of a quarter, with how many records each has.

    Args:
        items: Each with the folder that its files are in.
    """
    paths_of: dict[tuple[str, str], list[Path]] = {}
    for folder, merged in items:
        paths = [folder / file for file in merged.files if file.startswith("dataset=")]
        paths_of.setdefault((merged.dataset, merged.quarter), []).extend(paths)
    tables = [_cells(pl.read_parquet(paths), *key) for key, paths in sorted(paths_of.items())]
    cells = [table for table in tables if table is not None]
    return pl.concat(cells, how="diagonal") if cells else _EMPTY


_EMPTY: Final = pl.DataFrame(schema=dict.fromkeys(SHARED, pl.String) | {RECORDS: pl.Int64})


def _cells(rows: pl.DataFrame, dataset: str, quarter: str) -> pl.DataFrame | None:
    """Return the cells of the records of one dataset; none of a dataset that is numbers."""
    records = incidents(rows, dataset)
    if records is None:
        return None
    of_lsoa = pl.col("place_precision") == "lsoa"
    lsoas = pl.when(of_lsoa).then(pl.col("place").cast(pl.String))
    nowhere = pl.lit(None, dtype=pl.String)
    lsoa = rows.select(lsoa=lsoas if "place_precision" in rows.columns else nowhere)
    columns = pl.concat([records, lsoa], how="horizontal").with_columns(quarter=pl.lit(quarter))
    shared = _with_times(columns).select(SHARED)
    own_columns = [
        name
        for name, dtype in rows.schema.items()
        if name not in (*_OF_SUBMISSIONS, *_CLOCKS, *SHARED, CATEGORY_LABEL)
        and not dtype.is_temporal()
    ]
    table = pl.concat([shared, rows.select(own_columns)], how="horizontal").cast(pl.String)
    return table.group_by(pl.all()).len(RECORDS).cast({RECORDS: pl.Int64})


def _with_times(rows: pl.DataFrame) -> pl.DataFrame:
    """Add month (2026-07), year, weekday (Monday) and hour (00 to 23); none if not so fine."""
    date, last, fine = pl.col("date_from"), pl.col("date_to"), pl.col("date_precision")
    clock, month = pl.col("time_precision"), date.dt.strftime("%Y-%m")
    in_one_month = fine.is_in(["day", "month"]) & (month == last.dt.strftime("%Y-%m"))
    days = pl.coalesce("weekday", pl.when((fine == "day") & (date == last)).then(date.dt.weekday()))
    return rows.with_columns(
        month=pl.when(in_one_month).then(month),
        year=pl.when(fine != "none").then(date.dt.strftime("%Y")),
        weekday=(days.cast(pl.Int8) - 1).replace_strict(
            range(7), WEEKDAYS, default=None, return_dtype=pl.String
        ),
        hour=pl.when(clock.is_in(["minute", "hour"])).then(pl.col("time").str.head(2)),
    )


def published_cube(folder: Path, manifest: Manifest) -> pl.LazyFrame:
    """Return the cells of a pull that have records, rounded, with how many in `records`."""
    cubes = [_quarter_cube(folder, manifest, quarter) for quarter in _quarters(manifest)]
    return pl.concat([_EMPTY, *cubes], how="diagonal").lazy()


def drafts_of(manifest: Manifest) -> Iterator[Draft]:
    """Yield the quarters of a pull whose numbers are not for publication."""
    for quarter in _quarters(manifest):
        editions = [edition for edition in manifest.editions if edition.quarter == quarter]
        if not editions or not all(edition.whole for edition in editions):
            yield Draft(quarter, bool(editions))


def _quarters(manifest: Manifest) -> list[str]:
    pulled = {item.quarter for item in manifest.items.values()}
    return sorted(pulled | {edition.quarter for edition in manifest.editions})


def smallest_of(manifest: Manifest) -> int:
    """Return the smallest number that a table of a pull can show."""
    bases = [_base(manifest, quarter) for quarter in _quarters(manifest)]
    return min(bases, default=manifest.smallest)


def whole_editions(manifest: Manifest, quarter: str) -> list[EditionItem]:
    """Return the editions of a quarter; none if what one of them counts could not be opened."""
    editions = [edition for edition in manifest.editions if edition.quarter == quarter]
    return editions if all(edition.whole for edition in editions) else []


def _base(manifest: Manifest, quarter: str) -> int:
    """Return the smallest number of a quarter: what it was for the first edition."""
    editions = whole_editions(manifest, quarter)
    return editions[0].smallest if editions else manifest.smallest


def _quarter_cube(folder: Path, manifest: Manifest, quarter: str) -> pl.DataFrame:
    """Return the cells of a quarter, as its newest edition has them; else as they were pulled."""
    base = _base(manifest, quarter)
    if editions := whole_editions(manifest, quarter):
        tables = [pl.read_parquet(folder / edition.file) for edition in editions]
        keys = [bytes.fromhex(edition.key) for edition in editions]
        return _round(tables, keys, base)
    items = [merged for _, merged in sorted(manifest.items.items()) if merged.quarter == quarter]
    key = rounding_key(quarter, items)
    return _round([cells_of((folder, item) for item in items)], [key], base)


def _with_newest_words(cells: pl.DataFrame) -> pl.DataFrame:
    """Return cells of several editions in the same words: the first form had others."""
    fine = pl.col("generalised") == ""
    coarse = pl.when(~fine).then(pl.lit(GENERALISED)).otherwise("generalised")
    words = {"week_part": pl.col("week_part").fill_null(""), "generalised": coarse}
    return cells.with_columns(**{name: now for name, now in words.items() if name in cells.columns})


def _round(tables: Sequence[pl.DataFrame], keys: Sequence[bytes], base: int) -> pl.DataFrame:
    """Return the cells that the last of some editions publishes, those without records left out."""
    numbered = [table.rename({RECORDS: f"{RECORDS}-{n}"}) for n, table in enumerate(tables)]
    rows = _with_newest_words(pl.concat(numbered, how="diagonal"))
    counts = [f"{RECORDS}-{n}" for n in range(len(tables))]
    by = [name for name in rows.columns if name not in counts]
    cells = rows.group_by(by).agg(pl.col(counts).sum())
    editions = [
        Edition(cells[name].to_numpy(), key) for name, key in zip(counts, keys, strict=True)
    ]
    numbers = rounded_cube(cells.select(by), editions, base, _PAIRED)
    published = cells.select(by).with_columns(pl.Series(RECORDS, numbers, dtype=pl.Int64))
    return published.filter(pl.col(RECORDS) > 0)
