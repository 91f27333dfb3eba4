"""Seal the bundles of the vectors: python -m tests.vectors.seal FOLDER.

Run again only where the columns that leave have changed: what ML-KEM draws is random, so that the
files differ each time. FOLDER is free for a partnership from which the rows are taken.
"""

import io
import secrets
import sys
from pathlib import Path

import polars as pl

from depersonalise.release.order import shuffled_and_sorted
from exchange import age
from exchange.bundle.padding import pad as padded
from partners.entries import canonical_json
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
    metadata = {KEY: canonical_json.write(told).decode()}
    rows.write_parquet(plain, compression="zstd", metadata=metadata)
    return plain.getvalue()


def second(rows: pl.DataFrame, told: dict, *, pad: bool = True, order: bool = True) -> bytes:
    """Return a payload in the second form, in order and padded unless a case needs otherwise."""
    rows = rows[shuffled_and_sorted(rows, secrets.token_bytes)] if order else rows
    data = parquet(rows, told | {"rows": rows.height})
    return padded(data) if pad else data


def main(folder: Path) -> None:
    """Take the rows of a made-up submission, and seal them in each way that a case needs.

    The files of the first form, whose names do not begin with "second", are kept as they are.
    """
    p = found(folder)
    same = "R{},06/08/2026,06/08/2026,23:10,{},WZ1 1AA,E01999000,{},N\r\n"
    coarse = "".join(same.format(n, "45", "Y" if n < 6 else "N") for n in range(12))
    p.submit("police", p.extract("police", "crime.csv", crimes(18) + coarse))
    plain = io.BytesIO()
    with p.bundles()[0].open("rb") as file:
        age.decrypt(file, plain, [p.officer("police").identity])
    plain.seek(0)
    told = canonical_json.read(pl.read_parquet_metadata(plain)[KEY].encode()) | {"salt": "5a" * 32}
    rows = pl.read_parquet(plain)
    good = second(rows, told)
    seal("second", good)
    seal("second-unsorted", second(rows.reverse(), told, order=False))
    seal("second-not-padded", second(rows, told, pad=False))
    at = len(good) - 8 - int.from_bytes(good[-8:-4], "little") - 1
    seal("second-padding-not-zero", good[:at] + b"x" + good[at + 1 :])
    domestic = rows.filter(pl.col("domestic") == "yes")
    seal(
        "second-too-few-alike",
        second(pl.concat([rows.filter(pl.col("domestic") != "yes"), domestic.head(4)]), told),
    )
    first = pl.int_range(pl.len()) == pl.arg_where(pl.col("generalised") == "").first()
    fine = rows.with_columns(category=pl.when(first).then(pl.lit("19C")).otherwise("category"))
    seal("second-fine-and-protected", second(fine, told))
    none = pl.repeat(None, 2_000_001, dtype=pl.Int8, eager=True)
    more = pl.DataFrame(dict.fromkeys(rows.columns[:1], none))
    seal("more-rows", parquet(more, told | {"rows": more.height}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
