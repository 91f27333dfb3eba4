"""Seal the bundles of the vectors: python -m tests.vectors.seal FOLDER.

Run again only where the columns that leave have changed: what ML-KEM draws is random, so that the
files differ each time. FOLDER is free for a partnership from which the rows are taken.
"""

import io
import sys
from pathlib import Path

import polars as pl

from exchange import age
from partners import canonical
from tests.lib.extracts import crimes
from tests.lib.partnership import found
from tests.vectors.world import officer

SEALED = Path(__file__).parent / "bundle/sealed"
KEY = "csp-exchange"


def seal(name: str, payload: bytes, *, to: tuple[str, ...] = ("police", "analysts")) -> None:
    target = io.BytesIO()
    age.encrypt(io.BytesIO(payload), target, [officer(who).identity.recipient for who in to])
    (SEALED / f"{name}.age").write_bytes(target.getvalue())


def parquet(rows: pl.DataFrame, told: dict) -> bytes:
    plain = io.BytesIO()
    metadata = {KEY: canonical.write(told).decode()}
    rows.write_parquet(plain, compression="zstd", metadata=metadata)
    return plain.getvalue()


def main(folder: Path) -> None:
    """Take the rows of a made-up submission, and seal them in each way that a case needs."""
    p = found(folder)
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    plain = io.BytesIO()
    with p.bundles()[0].open("rb") as file:
        age.decrypt(file, plain, [p.officer("police").identity])
    plain.seek(0)
    told = canonical.read(pl.read_parquet_metadata(plain)[KEY].encode()) | {"salt": "5a" * 32}
    rows = pl.read_parquet(plain)
    good = parquet(rows, told)
    seal("good", good)
    seal("for-others", good, to=("police", "fire"))
    for name, change in {
        "other-dataset": {"dataset": "police-asb"},
        "other-dates": {"covered": "2026-07-01..2026-07-31"},
        "other-rows": {"rows": 31},
        "other-part": {"part": "north"},
        "says-personal": {"personal": True},
    }.items():
        seal(name, parquet(rows, told | change))
    seal("no-table", b"no table at all\n")
    none = pl.repeat(None, 2_000_001, dtype=pl.Int8, eager=True)
    more = pl.DataFrame(dict.fromkeys(rows.columns[:1], none))
    seal("more-rows", parquet(more, told | {"rows": more.height}))
    twice = rows.with_columns(record_id=pl.lit("00" * 16))
    seal("same-record-twice", parquet(twice, told))
    seal("other-columns", parquet(rows.with_columns(reference=pl.lit("")), told))
    fine = rows.with_columns(place=pl.lit("WZ1 1AA"))
    seal("too-fine-a-place", parquet(fine, told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
