"""A folder of this machine, opened in its file manager."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

_STARTS: Final = 2  # seconds in which a file manager starts, or says that it cannot


def show_folder(folder: Path) -> bool:
    """Open a folder in the file manager; say whether there is one that was started."""
    if sys.platform == "win32":
        os.startfile(folder)  # noqa: S606 - a folder, which no program is
        return True
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if program is None:
        return False
    quiet = subprocess.DEVNULL
    running = subprocess.Popen([program, folder], stdout=quiet, stderr=quiet)  # noqa: S603 - as above
    waiting = threading.Thread(target=running.wait, daemon=True)  # some end only with their window
    waiting.start()
    waiting.join(_STARTS)
    return not running.returncode
