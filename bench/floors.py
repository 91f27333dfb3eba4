"""What any program must do for the same work, each in a process of its own: python -m bench.floors.

`submit` imports polars and pandera, reads a CSV as text, casts four columns and writes Parquet;
`bare` does the same and hides pandas, as exchange does. `pull` copies a merged table, with its
provenance. `log` reads the files of a log, parses each as JSON and verifies one signature for each.
"""

import sys
from pathlib import Path


def submit(source: str, target: str) -> None:
    import pandera.polars  # noqa: F401 - and with it pandas, which is installed

    _copy(source, target)


def bare(source: str, target: str) -> None:
    import schemas.pandera_polars  # noqa: F401 - only its import is measured

    _copy(source, target)


def _copy(source: str, target: str) -> None:
    import polars as pl

    pl.read_csv(source, infer_schema=False).with_columns(
        pl.col("Recorded date", "Date from").str.to_date(),
        pl.col("Time from").str.to_time("%H:%M"),
        pl.col("Domestic flag").cast(pl.Enum(["Y", "N"])),
    ).write_parquet(target)


def pull(source: str, target: str) -> None:
    import pandera.polars  # noqa: F401
    import polars as pl

    pl.scan_parquet(f"{source}/**/*.parquet", hive_partitioning=True).sink_parquet(target)


def log(folder: str) -> None:
    import json

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public, text = key.public_key(), b"x" * 2000
    signature = key.sign(text)
    for path in sorted(Path(folder).iterdir()):
        json.loads(path.read_bytes().partition(b"\n\n")[0])
        public.verify(signature, text)


if __name__ == "__main__":
    {"submit": submit, "bare": bare, "pull": pull, "log": log}[sys.argv[1]](*sys.argv[2:])
