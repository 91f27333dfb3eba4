"""What a Python for Windows is played with here (tests/windows)."""

import shutil
from pathlib import Path
from typing import Final

WINE: Final = Path("/usr/lib/wine/wine64")
COMPILER: Final = "x86_64-w64-mingw32-gcc"
NEEDED: Final = "Debian's wine64 and gcc-mingw-w64-x86-64"


def is_there() -> bool:
    """Say whether this machine has it."""
    return WINE.exists() and shutil.which(COMPILER) is not None
