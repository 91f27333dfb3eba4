"""Send a file as `exchange submit` does: python submit.py FOLDER FILE PASSPHRASE_FILE."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from exchange import PrepareOptions, plan_extract, submit_extract, unlock_with

folder, file, passphrase_file = map(Path, sys.argv[1:])
unlock, now = unlock_with(passphrase_file.read_text().strip()), datetime.now(UTC)
plan = plan_extract(
    folder=folder, files=[file], now=now, options=PrepareOptions(unlock=unlock), sends=True
)
result = submit_extract(plan, unlock=unlock, now=now)
for one in result.sent:
    again = "had been sent" if one.sent.again else "sent"
    print(one.outgoing.shared.dataset.id, again, "as entry", one.sent.position)
for notice in (*plan.notices, *result.notices):
    print("note:", notice.message)
