"""What people put together themselves, each in a process of its own: python bench/peers.py NAME.

Each reads the extract as text, checks its eight columns, writes Parquet without the reference and
with places and times made coarser, and encrypts it for one key. `by_hand` alone does more: it
protects sensitive rows in groups, sorts what leaves, and signs it. It knows these eight columns and
nothing else; it has no log, no key with a passphrase, no messages, no cover and no corrections.
"""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

CODE = r"^[0-9]{1,3}[A-Z]?$"
POSTCODE = r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$"
LSOA = r"^[EW]01[0-9]{6}$"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
WRONG = "a column is not as it should be"


def pandas(source: str, target: str, home: str) -> None:
    """pandas reads, pandera checks, pandas writes, GnuPG encrypts."""
    import pandas as pd
    import pandera.pandas as pa

    rows = pd.read_csv(source, dtype=str)
    for name in ("Recorded date", "Date from"):
        rows[name] = pd.to_datetime(rows[name], format="%Y-%m-%d")
    columns = {
        "Crime number": pa.Column(str, unique=True),
        "Recorded date": pa.Column("datetime64[ns]", coerce=True),
        "Date from": pa.Column("datetime64[ns]", coerce=True),
        "Time from": pa.Column(str, pa.Check.str_matches(CLOCK)),
        "Code": pa.Column(str, pa.Check.str_matches(CODE)),
        "Postcode": pa.Column(str, pa.Check.str_matches(POSTCODE)),
        "LSOA code": pa.Column(str, pa.Check.str_matches(LSOA)),
        "Domestic flag": pa.Column(str, pa.Check.isin(["Y", "N"])),
    }
    rows = pa.DataFrameSchema(columns).validate(rows)
    rows["Postcode"] = rows["Postcode"].str.partition(" ")[0]
    rows["Time from"] = rows["Time from"].str[:2]
    rows.drop(columns="Crime number").to_parquet(target)
    gpg = ["gpg", "--homedir", home, "--batch", "--yes", "--trust-model", "always"]
    subprocess.run([*gpg, "-r", "peer", "-o", f"{target}.gpg", "-e", target], check=True)


def dataframely(source: str, target: str, key: str) -> None:
    """polars reads, dataframely checks, polars writes, pyrage encrypts."""
    import dataframely as dy
    import polars as pl

    class Crime(dy.Schema):
        number = dy.String(alias="Crime number", unique=True)
        recorded = dy.Date(alias="Recorded date")
        occurred = dy.Date(alias="Date from")
        at = dy.Time(alias="Time from")
        code = dy.String(alias="Code", regex=CODE)
        postcode = dy.String(alias="Postcode", regex=POSTCODE)
        lsoa = dy.String(alias="LSOA code", regex=LSOA)
        domestic = dy.Enum(["Y", "N"], alias="Domestic flag")

    rows = Crime.validate(_typed(pl.read_csv(source, infer_schema=False)), cast=True)
    content = io.BytesIO()
    rows.drop("Crime number").with_columns(
        pl.col("Postcode").str.split(" ").list.first(), pl.col("Time from").dt.hour()
    ).write_parquet(content)
    _encrypt(content.getvalue(), target, key)


def duckdb(source: str, target: str, key: str) -> None:
    """DuckDB reads, checks and writes, pyrage encrypts."""
    import duckdb

    base = duckdb.connect()
    base.execute("create table rows as select * from read_csv(?, all_varchar = true)", [source])
    wrong = base.execute(f"""
        select count(*) from rows where try_cast("Recorded date" as date) is null
            or try_cast("Date from" as date) is null or try_cast("Time from" as time) is null
            or not regexp_matches("Code", '{CODE}') or not regexp_matches("Postcode", '{POSTCODE}')
            or not regexp_matches("LSOA code", '{LSOA}') or "Domestic flag" not in ('Y', 'N')
    """).fetchone()
    distinct = base.execute('select count(*) = count(distinct "Crime number") from rows').fetchone()
    if wrong != (0,) or distinct != (True,):
        raise SystemExit(WRONG)
    base.execute(f"""
        copy (select "Recorded date"::date, "Date from"::date, "Time from"[:2], "Code",
            split_part("Postcode", ' ', 1), "LSOA code", "Domestic flag" from rows)
        to '{target}' (format parquet, compression zstd)
    """)
    _encrypt(Path(target).read_bytes(), target, key)


def frictionless(source: str, target: str, key: str) -> None:
    """frictionless checks, pyarrow writes, pyrage encrypts."""
    import pyarrow.compute as pc
    import pyarrow.csv
    import pyarrow.parquet
    from frictionless import Resource, Schema

    fields: list[dict[str, Any]] = [
        {"name": "Crime number", "type": "string", "constraints": {"unique": True}},
        {"name": "Recorded date", "type": "date"},
        {"name": "Date from", "type": "date"},
        {"name": "Time from", "type": "time", "format": "%H:%M"},
        {"name": "Code", "type": "string", "constraints": {"pattern": CODE}},
        {"name": "Postcode", "type": "string", "constraints": {"pattern": POSTCODE}},
        {"name": "LSOA code", "type": "string", "constraints": {"pattern": LSOA}},
        {"name": "Domestic flag", "type": "string", "constraints": {"enum": ["Y", "N"]}},
    ]
    path = Path(source)
    schema = Schema.from_descriptor({"fields": fields})
    resource = Resource(path=path.name, basepath=str(path.parent), schema=schema)
    if not resource.validate().valid:
        raise SystemExit(WRONG)
    rows = pyarrow.csv.read_csv(source).drop_columns(["Crime number"])
    outward = pc.list_element(pc.split_pattern(rows["Postcode"], " "), 0)
    rows = rows.set_column(rows.schema.get_field_index("Postcode"), "Postcode", outward)
    hour = pc.hour(rows["Time from"])
    rows = rows.set_column(rows.schema.get_field_index("Time from"), "Time from", hour)
    pyarrow.parquet.write_table(rows, target)
    _encrypt(Path(target).read_bytes(), target, key)


def by_hand(source: str, target: str, key: str) -> None:
    """polars does all but age and the signature, for these eight columns alone."""
    import polars as pl
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    rows = _typed(pl.read_csv(source, infer_schema=False))
    c = pl.col
    quarter = pl.date(2026, 7, 1), pl.date(2026, 9, 30)
    wrong = rows.select(
        c("Crime number").is_duplicated().any().alias("reference"),
        (~c("Recorded date").is_between(*quarter)).any().alias("quarter"),
        (c("Date from") > c("Recorded date")).any().alias("order"),
        (~c("Code").str.contains(CODE)).any().alias("code"),
        (~c("Postcode").str.contains(POSTCODE)).any().alias("place"),
        (~c("LSOA code").str.contains(LSOA)).any().alias("lsoa"),
        (~c("Domestic flag").is_in(["Y", "N"])).any().alias("domestic"),
    )
    if any(wrong.row(0)):
        raise SystemExit(WRONG)
    sensitive = (c("Domestic flag") == "Y") | c("Code").is_in(["17A", "8Q"])
    outward, month = (
        c("Postcode").str.split(" ").list.first(),
        c("Recorded date").dt.truncate("1mo"),
    )
    weekend, band = c("Recorded date").dt.weekday() > 5, c("Time from").dt.hour() // 6
    nothing = pl.lit(None)
    levels = [
        (outward, month, weekend, band, c("Code")),
        (outward, month, nothing, band, nothing),
        (nothing, month, nothing, nothing, nothing),
    ]
    names = ["place", "when", "weekend", "band", "what"]
    left, groups = rows.filter(sensitive), []
    for level in levels:
        coarse = left.with_columns(**dict(zip(names, level, strict=True)))
        enough = coarse.select(pl.len().over(names) >= 5).to_series()
        groups.append(coarse.filter(enough).select(*names, "Domestic flag"))
        left = left.filter(~enough)
    fine = rows.filter(~sensitive).select(
        "Recorded date", "Date from", "Time from", "Code", "LSOA code", "Domestic flag"
    )
    types = {"place": pl.String, "weekend": pl.Boolean, "band": pl.Int8, "what": pl.String}
    shared = pl.concat([fine, *(one.cast(types) for one in groups)], how="diagonal")
    content = io.BytesIO()
    shared.sort(shared.columns).write_parquet(content, compression="zstd", compression_level=1)
    signature = Ed25519PrivateKey.generate().sign(content.getvalue())
    Path(f"{target}.signature").write_bytes(signature)
    _encrypt(content.getvalue(), target, key)


def _typed(rows: Any) -> Any:
    import polars as pl

    return rows.with_columns(
        pl.col("Recorded date", "Date from").str.to_date(),
        pl.col("Time from").str.to_time("%H:%M"),
    )


def _encrypt(content: bytes, target: str, key: str) -> None:
    import pyrage

    recipient = pyrage.x25519.Identity.from_str(key).to_public()
    Path(f"{target}.age").write_bytes(pyrage.encrypt(content, [recipient]))


def keys(folder: str) -> None:
    """Make a key of age, and one of GnuPG, in a folder."""
    import pyrage

    (Path(folder) / "peer.key").write_text(str(pyrage.x25519.Identity.generate()))
    home = Path(folder) / "gnupg"
    home.mkdir(mode=0o700)
    command = ["gpg", "--homedir", str(home), "--batch", "--passphrase", ""]
    subprocess.run([*command, "--quick-gen-key", "peer"], check=True, capture_output=True)


COMMANDS = {
    "keys": keys,
    "by_hand": by_hand,
    "dataframely": dataframely,
    "duckdb": duckdb,
    "pandas": pandas,
    "frictionless": frictionless,
}

if __name__ == "__main__":
    sys.path.pop(0)  # this folder, whose modules are no packages
    COMMANDS[sys.argv[1]](*sys.argv[2:])
