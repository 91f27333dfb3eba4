"""Which files are this quarter's, by the names of those that were sent last time.

They have the same names but for the months and numbers in them, and were not sent as they are now.
Leaves to others: asking about them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exchange.profile.sent_files import SentFiles

_MONTHS: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATED: Final = re.compile(rf"(?<![a-z])(?:{_MONTHS})(?![a-z])|[0-9]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files that may be sent together as last time.

    Attributes:
        datasets: What they were sent as.
        files: Those that are there now, in the order of their names.
        missing: The names of last time for which there is none now.
        folder: Where the first of last time lay.
    """

    datasets: tuple[str, ...]
    files: tuple[Path, ...]
    missing: tuple[str, ...]
    folder: Path


def propose(sent: Sequence[SentFiles]) -> list[Proposal]:
    """Return what the files of the last quarter are called now; nothing if none was sent."""
    known = {file for sent_files in sent for file in sent_files.files}
    newest = max((sent_files.quarter for sent_files in sent), default="")
    by_name: dict[tuple[tuple[str, ...], frozenset[tuple[Path, str]]], SentFiles] = {}
    for item in sent:  # of months that were sent one by one, the last
        if item.quarter == newest:
            by_name[item.datasets, frozenset(_pattern(path) for path, _ in item.files)] = item
    return [_proposal(sent_files, known) for sent_files in by_name.values()]


def _proposal(last: SentFiles, known: set[tuple[Path, int]]) -> Proposal:
    files: list[Path] = []
    missing: list[str] = []
    for pattern in dict.fromkeys(_pattern(path) for path, _ in last.files):
        new = [path for path in _files(*pattern) if (path, path.stat().st_mtime_ns) not in known]
        names = [path.name for path, _ in last.files if _pattern(path) == pattern]
        files += new
        missing += names[len(new) :]
    return Proposal(last.datasets, tuple(files), tuple(missing), last.files[0][0].parent)


def _files(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder whose names are alike."""
    try:
        files = [path for path in folder.iterdir() if path.is_file()]
    except OSError:
        return []
    return sorted(path for path in files if _pattern(path)[1] == pattern)


def _pattern(path: Path) -> tuple[Path, str]:
    """Return what names have in common that differ only in their dates."""
    return path.parent, _DATED.sub("#", path.name.lower())
