"""A command in a process that nothing was imported in before.

Usage: python -m tests.lib.fresh FOLDER NOW COMMAND...
"""

import os
import sys
from datetime import datetime
from pathlib import Path

from exchange.cli.group import App
from exchange.cli.main import main

if __name__ == "__main__":
    folder, now, *command = sys.argv[1:]
    app = App(now=datetime.fromisoformat(now), folder=Path(folder), work_factor=4)
    status = main(command, app)
    sys.stdout.flush()
    os._exit(status)
