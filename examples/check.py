"""Check a file as `exchange check` does: python check.py FOLDER FILE."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from exchange import plan_extract

folder, file = map(Path, sys.argv[1:])
plan = plan_extract(folder=folder, files=[file], now=datetime.now(UTC))
for extract in plan.extracts:
    found = extract.to_json()
    print(found["dataset"], found["quarter"], found["rows_accepted"], "rows checked")
    for finding in found["findings"]:
        print(finding["severity"], finding["rule"], finding["column"], finding["lines"][:5])
refusal = plan.refusal("cannot be sent")
print(refusal or "it can be sent")
