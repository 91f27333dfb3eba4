"""The .founding file, by which an officer's folder knows the log of its partnership."""

import re
from pathlib import Path
from typing import Final

from exchange.errors import Usage
from exchange.log.trust import Founding
from schemas.extract.text_files import read_text

_FOUNDING: Final = re.compile(r"csp-exchange:([a-z0-9-]{1,60}/[0-9a-f]{32}):([0-9a-f]{64})")


def read_founding(path: Path) -> Founding:
    """Read a .founding file.

    Raises:
        Usage: it is none.
    """
    try:
        text = read_text(path)
    except (OSError, ValueError):
        text = ""
    return founding_in(text, path.name)


def founding_in(text: str, name: str) -> Founding:
    """Return what the text of a .founding file says.

    Raises:
        Usage: it is none; `name` is what the file is called.
    """
    match = _FOUNDING.search(text)
    if not match:
        raise Usage("founding-file-unreadable", f"{name} is not a .founding file")
    return Founding(match[1], match[2])


def founding_beside(folder: Path, origin: str) -> str:
    """Return the first entry that a .founding file in the officer's folder names; empty if none.

    Who joined before the partnership was founded saves the file there, and types no command for it.

    Raises:
        Usage: two files of this partnership differ, or one is no founding file.
    """
    foundings = {read_founding(path) for path in sorted(folder.glob("*.founding"))}
    entries = {founding.entry for founding in foundings if founding.origin == origin}
    if len(entries) > 1:
        raise Usage(
            "founding-differs",
            f"two .founding files in {folder} are of different versions of the partnership",
            "ask your coordinator by phone which is right, and delete the other",
        )
    return next(iter(entries), "")
