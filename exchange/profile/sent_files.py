"""The names of the files that were sent from this folder, proposed again for the next quarter.

Names are kept, where the files lay, and when they were last changed; nothing of what was in them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exchange.files import replace
from exchange.profile.json_files import read_profile_file

RECEIPT: Final = ".receipt.txt"  # ends the name of a receipt beside a file that was sent
_NAME: Final = "sent-files.json"
_MOST: Final = 200  # submissions, of which the newest are kept


@dataclass(frozen=True, slots=True)
class SentFiles:
    """The files of one submission, each with the time of its last change (nanoseconds)."""

    quarter: str
    datasets: tuple[str, ...]
    files: tuple[tuple[Path, int], ...]


def sent_files(own: Path) -> list[SentFiles]:
    """Return the files of each submission, the newest last."""
    return [
        SentFiles(
            item["quarter"],
            tuple(item["datasets"]),
            tuple((Path(path), changed) for path, changed in item["files"]),
        )
        for item in read_profile_file(own / _NAME).get("sent", [])
    ]


def keep_sent_files(
    own: Path, quarter: str, datasets: Sequence[str], files: Sequence[Path]
) -> None:
    """Keep what the files of a submission are called."""
    submissions = read_profile_file(own / _NAME).get("sent", [])
    new = {
        "quarter": quarter,
        "datasets": list(datasets),
        "files": [[str(path.resolve()), path.stat().st_mtime_ns] for path in files],
    }
    if new not in submissions:
        replace(own / _NAME, json.dumps({"sent": [*submissions, new][-_MOST:]}, indent=1).encode())
