"""A peer: pandas reads, pandera checks, pandas writes Parquet, GnuPG encrypts it for one key."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

source, target, home = sys.argv[1:]
rows = pd.read_csv(source, dtype=str)
for name in ("Recorded date", "Date from"):
    rows[name] = pd.to_datetime(rows[name], format="%Y-%m-%d")
schema = pa.DataFrameSchema(
    {
        "Crime number": pa.Column(str, unique=True),
        "Recorded date": pa.Column("datetime64[ns]", coerce=True),
        "Date from": pa.Column("datetime64[ns]", coerce=True),
        "Time from": pa.Column(str, pa.Check.str_matches(r"^([01]\d|2[0-3]):[0-5]\d$")),
        "Code": pa.Column(str, pa.Check.str_matches(r"^[0-9]{1,3}[A-Z]?$")),
        "Postcode": pa.Column(str, pa.Check.str_matches(r"^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$")),
        "LSOA code": pa.Column(str, pa.Check.str_matches(r"^[EW]01\d{6}$")),
        "Domestic flag": pa.Column(str, pa.Check.isin(["Y", "N"])),
    }
)
rows = schema.validate(rows)
rows["Postcode"] = rows["Postcode"].str.partition(" ")[0]
rows["Time from"] = rows["Time from"].str[:2]
rows.drop(columns="Crime number").to_parquet(target)
gpg = ["gpg", "--homedir", home, "--batch", "--yes", "--trust-model", "always"]
subprocess.run([*gpg, "-r", "peer", "-o", f"{target}.gpg", "-e", target], check=True)
Path(target).unlink()
