"""JSON files of the profile. A damaged one counts as empty, because nothing depends on it."""

import json
from pathlib import Path
from typing import Any

from exchange.files import refuse_newer


def read_profile_file(path: Path, known: int = 1) -> dict[str, Any]:
    """Read a file of the profile; empty where there is none, or it cannot be read.

    Args:
        known: The newest format that this release knows.

    Raises:
        Usage: a newer release wrote it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    refuse_newer(content, path, known)
    return content if isinstance(content, dict) else {}
