"""Show rows beside what partners would see of them: python preview.py FOLDER FILE."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from exchange import plan_extract, preview_extract

folder, file = map(Path, sys.argv[1:])
plan = plan_extract(folder=folder, files=[file], now=datetime.now(UTC))
for part in preview_extract(plan, rows=3):
    for row in part.rows:
        print("line", row.line)
        for pair in row.pairs:
            print(f"  {pair.heading}: {pair.mine} -> {pair.theirs}")
