"""Write the compliance report of a quarter as a page: python report.py FOLDER FILE.html."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from exchange import compliance_report
from exchange.reports.formats import FORMS

folder, file, now = Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC)
made = compliance_report(folder=folder, now=now)
file.write_bytes(FORMS[file.suffix](made.report, now))
print("written", file.name, "with", len(made.report.tables), "tables")
