"""Show how each dataset of a quarter stands: python status.py FOLDER."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from exchange import partnership_status

status = partnership_status(folder=Path(sys.argv[1]), now=datetime.now(UTC))
print(status.quarter.label, "due by", status.quarter.due)
for standing in status.standings:
    print(standing.partner, standing.dataset, standing.state)
