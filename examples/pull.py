"""Pull the tables and count their rows: python pull.py FOLDER PASSPHRASE_FILE INTO."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from exchange import open_merged, pull_tables, unlock_with

folder, passphrase_file, into = map(Path, sys.argv[1:])
unlock = unlock_with(passphrase_file.read_text().strip())
result = pull_tables(folder=folder, into=into, unlock=unlock, now=datetime.now(UTC))
for table in result.tables:
    rows = open_merged(into, table.dataset)
    print(table.dataset, rows.collect().height, "rows of", table.submissions, "submissions")
