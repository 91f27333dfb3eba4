"""A peer: DuckDB reads, checks and writes Parquet, pyrage encrypts it."""

import sys
from pathlib import Path

import duckdb
import pyrage

source, target, key = sys.argv[1:]
base = duckdb.connect()
base.execute("create table rows as select * from read_csv(?, all_varchar = true)", [source])
wrong = base.execute("""
    select count(*) from rows where try_cast("Recorded date" as date) is null
        or try_cast("Date from" as date) is null or try_cast("Time from" as time) is null
        or not regexp_full_match("Code", '[0-9]{1,3}[A-Z]?')
        or not regexp_full_match("Postcode", '[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}')
        or not regexp_full_match("LSOA code", '[EW]01[0-9]{6}')
        or "Domestic flag" not in ('Y', 'N')
""").fetchone()
distinct = base.execute('select count(*) = count(distinct "Crime number") from rows').fetchone()
if wrong != (0,) or distinct != (True,):
    raise SystemExit("a column is not as it should be")
base.execute(f"""
    copy (select "Recorded date"::date, "Date from"::date, "Time from"[:2], "Code",
        split_part("Postcode", ' ', 1), "LSOA code", "Domestic flag" from rows)
    to '{target}' (format parquet, compression zstd)
""")
recipient = pyrage.x25519.Identity.from_str(key).to_public()
Path(f"{target}.age").write_bytes(pyrage.encrypt(Path(target).read_bytes(), [recipient]))
Path(target).unlink()
