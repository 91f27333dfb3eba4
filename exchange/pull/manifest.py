"""What a pull wrote, and from which entries: `manifest.json` in its folder.

Written last. It lets the next pull open only what is new, and anybody trace a row to an entry.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from exchange.errors import Usage
from exchange.files import refuse_newer
from exchange.log.log import Log
from exchange.text import with_noun
from partners.register.state import Submission
from schemas.datasets.registry import DATASETS

NAME: Final = "manifest.json"
_FORMAT: Final = 4  # before: clock times as times, one date in the incident view, codes alone


@dataclass(frozen=True, slots=True)
class MergedSubmission:
    """One submission that was written.

    Attributes:
        form: The version of the dataset's form that its table has: this release's newest.
        files: What was written, each with its SHA-256.
        rounding: What its bundle gives to the key of published tables, derived from its salt.
    """

    entry: int
    partner: str
    dataset: str
    part: str
    quarter: str
    covered: str
    rows: int
    form: int
    payload_sha256: str
    files: dict[str, str]
    rounding: str

    @classmethod
    def of(
        cls, submission: Submission, rows: int, files: dict[str, str], rounding: str
    ) -> "MergedSubmission":
        """Return what is said of a submission."""
        s = submission.statement
        return cls(
            submission.position,
            s.partner,
            s.dataset,
            s.part,
            str(s.quarter),
            str(s.covered),
            rows,
            DATASETS[s.dataset].version,
            s.payload_sha256,
            files,
            rounding,
        )


@dataclass(frozen=True, slots=True)
class EditionItem:
    """An edition of a quarter's published tables, as far as a pull holds it.

    Attributes:
        entry: The position of its entry; `size`, how many entries of the log it counts.
        smallest: The smallest number of records that it publishes.
        whole: All the submissions that it counts could be opened; else there are no cells.
        key: Decides how its counts are rounded, in hexadecimal.
        file: Its cells, with the file's `sha256`.
    """

    quarter: str
    entry: int
    size: int
    smallest: int
    whole: bool
    key: str = ""
    file: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an earlier pull says of a folder.

    Attributes:
        items: Its submissions, by entry; `holds`, the names that are its own.
        size: How many entries of the log it knew; `root`, of its tree.
        smallest: The smallest number of records that may be published, as the protocol had it.
        editions: Of published tables, in the order of the log.
        origin: Of the log.
        is_current: Its tables are in the form that this release writes.
    """

    items: dict[int, MergedSubmission]
    holds: tuple[str, ...]
    size: int
    root: str
    smallest: int
    editions: tuple[EditionItem, ...]
    origin: str = ""
    is_current: bool = True

    @classmethod
    def read(cls, folder: Path) -> "Manifest | None":
        """Return a folder's; none where there is none, or it can't be read."""
        try:
            return cls.parse((folder / NAME).read_bytes())
        except OSError:
            return None

    @classmethod
    def parse(cls, text: bytes) -> "Manifest | None":
        """Return what a manifest says; none where it is none."""
        try:
            content = json.loads(text)
            refuse_newer(content, Path(NAME), _FORMAT)
            items = [MergedSubmission(**entry) for entry in content["entries"]]
            holds = tuple(name for name in content["holds"] if Path(name).name == name)
            size, root = int(content["log"]["size"]), str(content["log"]["root"])
            smallest = int(content["smallest"])
            editions = tuple(EditionItem(**edition) for edition in content["editions"])
            origin, is_current = str(content["origin"]), content["format"] == _FORMAT
        except (ValueError, KeyError, TypeError):
            return None
        files = [file for item in items for file in item.files] + [
            edition.file for edition in editions
        ]
        if not all(map(_is_inside, files)):
            return None
        by_entry = {item.entry: item for item in items}
        return cls(by_entry, holds, size, root, smallest, editions, origin, is_current)

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each file that it names: tables by submission, and editions."""
        hashes = {
            name: sha256 for item in self.items.values() for name, sha256 in item.files.items()
        }
        return hashes | {edition.file: edition.sha256 for edition in self.editions if edition.whole}

    def count_altered(self, folder: Path) -> int:
        """Return how many files of a folder are not as they were pulled, or were not pulled."""
        hashes = self.hashes
        present = {
            path.relative_to(folder).as_posix() for path in folder.glob("*/quarter=*/*.parquet")
        }
        return sum(file_sha256(folder / name) != sha256 for name, sha256 in hashes.items()) + len(
            present - hashes.keys()
        )

    @staticmethod
    def write(
        folder: Path,
        log: Log,
        size: int | None,
        items: list[MergedSubmission],
        editions: list[EditionItem],
        *,
        set_aside: list[tuple[Submission, str]],
    ) -> None:
        """Write it for what is in a folder.

        Args:
            set_aside: Submissions that were asked for and are not there, each with why.
        """
        length = log.tree.size if size is None else size
        content: dict[str, Any] = {
            "format": _FORMAT,
            "partnership": log.register.name,
            "origin": log.founding.origin,
            "log": {"size": length, "root": log.tree.root_at(length).hex()},
            "smallest": log.register.settings.smallest,
            "entries": [asdict(item) for item in items],
            "editions": [asdict(edition) for edition in editions],
            "set_aside": [
                {
                    "entry": submission.position,
                    "partner": submission.statement.partner,
                    "dataset": submission.statement.dataset,
                    "covered": str(submission.statement.covered),
                    "why": reason,
                }
                for submission, reason in set_aside
            ],
            "holds": sorted([*(path.name for path in folder.iterdir()), NAME]),
        }
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / NAME).write_text(text + "\n", encoding="utf-8", newline="\n")


def _is_inside(file: str) -> bool:
    path = Path(file)
    return not path.is_absolute() and ".." not in path.parts


def file_sha256(path: Path) -> str:
    """Return a file's SHA-256; empty where it can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def pulled_into(folder: Path) -> Manifest:
    """Return what is said of the folder of a pull, each file of which is as it was pulled.

    Raises:
        Usage: it is none, was altered, or was pulled by an earlier release.
    """
    manifest = Manifest.read(folder)
    if manifest is None:
        raise Usage(
            "folder-not-pulled", f'"{folder.name}" holds no tables that this version pulled'
        )
    if not manifest.is_current:
        raise Usage(
            "pulled-by-earlier-release",
            f'"{folder.name}" holds tables in the format of an earlier release',
        )
    if altered := manifest.count_altered(folder):
        raise Usage(
            "pulled-tables-altered",
            f'"{folder.name}" has {with_noun(altered, "table")} changed since '
            f"{'it was' if altered == 1 else 'they were'} pulled",
        )
    return manifest
