"""Files on this machine that a newer release wrote: refused, and never written over.

Each says its format as a number at the top; one that says none is of format 1.
"""

from pathlib import Path
from typing import Any

from exchange.errors import Usage


def refuse_newer(content: Any, path: Path, known: int = 1, number: str = "format") -> None:
    """Refuse what a file says where a newer release wrote it.

    Args:
        number: What the file calls the number that tells it.

    Raises:
        Usage: it did.
    """
    format_ = content.get(number, 1) if isinstance(content, dict) else 1
    if isinstance(format_, int) and format_ > known:
        raise Usage(
            "file-needs-newer",
            f'"{path.name}" needs a newer version of exchange: it has {number} {format_}, and '
            f"this release knows {known}",
        )
