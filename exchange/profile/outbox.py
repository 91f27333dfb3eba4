"""What is being sent: finished on the officer's disk before anything reaches the store.

A submission is a folder of files, made aside and renamed when it is whole: the entry, the bundle,
the encrypted key map, and what is to be known of it when it is corrected. A run that is killed
leaves it, and the next one sends the same bytes. Leaves to others: whether it may still be sent
(`submission/send.py`).
"""

import contextlib
import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from exchange import age
from exchange.errors import Usage
from exchange.files import refuse_newer, replace, retry_while_held, sync_folder
from exchange.keys.identity import UnlockedKey
from exchange.profile.settings import Settings
from exchange.profile.unfinished import PENDING, TRANSFERRED
from partners.entries.fields import format_time
from schemas.datasets.shared_columns import RECORD_ID
from schemas.wire.record_ids import derived_ids

QUARTERS: Final = "*-????Q?.age"  # names of files of what was shared of a quarter
_SALT: Final = "salt"  # in what a key map says of itself
KEY_MAP_DAYS: Final = 365  # kept so long to answer a correction query, then deleted
_KEY_MAP_FORMAT: Final = 2  # 2: the ids of records are derived where they are asked for


@dataclass(frozen=True, slots=True)
class OutboxFolder:
    """One submission that is finished here and not known to be in the log."""

    folder: Path

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.folder.name

    def entry(self) -> bytes:
        """The entry's file."""
        return (self.folder / "entry").read_bytes()

    def bundle(self) -> BinaryIO:
        """The bundle, open."""
        return (self.folder / "bundle.age").open("rb")

    def mark_transferred(self) -> None:
        """Note that it is in a transfer file, so that nobody takes it for interrupted."""
        (self.folder / TRANSFERRED).touch()

    @property
    def is_transferred(self) -> bool:
        """Whether it went into a transfer file."""
        return (self.folder / TRANSFERRED).exists()

    def finish(self, settings: Settings) -> None:
        """Keep what stays here, and forget the rest; an earlier run may have been killed at it."""
        with contextlib.suppress(FileNotFoundError):
            key_map = self.folder / "keymap.age"
            retry_while_held(lambda: key_map.replace(_key_maps(settings) / f"{self.id}.age"))
        for path in self.folder.glob(QUARTERS):
            replace(folder_of_earlier(settings) / path.name, path.read_bytes())
        self.drop()

    def drop(self) -> None:
        """Forget all of it, at once even if the plug is pulled in between."""
        removed = self.folder.with_name(f".{self.id}.gone")
        retry_while_held(lambda: self.folder.rename(removed))
        shutil.rmtree(removed, ignore_errors=True)


def finished_submissions(settings: Settings) -> list[OutboxFolder]:
    """Return what an earlier run left finished; what it left unfinished is deleted."""
    home = _home(settings)
    for path in (*home.glob(".*.new"), *home.glob(".*.gone")):
        shutil.rmtree(path, ignore_errors=True)
    return [OutboxFolder(path) for path in sorted(home.iterdir()) if (path / "entry").is_file()]


def write_outbox_folder(
    settings: Settings, entry_id: str, write: Callable[[Path], None]
) -> OutboxFolder:
    """Have a submission's files written into a folder, which then counts as finished."""
    home = _home(settings)
    fresh = home / f".{entry_id}.new"
    fresh.mkdir(mode=0o700)
    try:
        write(fresh)
        for path in fresh.iterdir():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        sync_folder(fresh)
        retry_while_held(lambda: fresh.rename(home / entry_id))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    sync_folder(home)
    return OutboxFolder(home / entry_id)


def folder_of_earlier(settings: Settings) -> Path:
    """Return the folder of earlier releases (`earlier_releases.py`), made if need be."""
    name = settings.earlier
    folder = settings.path(name) if name else settings.profile / "earlier"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def key_map_of(settings: Settings, identity: age.Identity, entry_id: str) -> pl.DataFrame | None:
    """Return the key map of a submission; None if it is not kept, or not for this key."""
    try:
        return open_key_map(_key_maps(settings) / f"{entry_id}.age", identity)
    except (OSError, age.AgeError):
        return None


def open_key_map(path: Path, identity: age.Identity) -> pl.DataFrame:
    """Return a key map with the id of each record.

    Raises:
        OSError, age.AgeError: it can't be read, or is not for this key.
        Usage: a newer release wrote it.
    """
    plain = io.BytesIO()
    with path.open("rb") as file:
        age.decrypt(file, plain, [identity])
    plain.seek(0)
    metadata = pl.read_parquet_metadata(plain)
    refuse_newer({"format": int(metadata.get("format", "1"))}, path, _KEY_MAP_FORMAT)
    plain.seek(0)
    rows = pl.read_parquet(plain)
    if RECORD_ID in rows.columns:
        return rows
    return rows.insert_column(0, derived_ids(bytes.fromhex(metadata[_SALT]), rows.height))


def key_map(origin: pl.DataFrame, when: datetime, target: BinaryIO, salt: bytes) -> None:
    """Write which record came from which line and reference, to be encrypted for its owner alone.

    Args:
        origin: In the order in which the rows are shared.
        salt: From which the ids of the records are derived; empty if they stand in `origin`.
    """
    metadata = {
        "format": str(_KEY_MAP_FORMAT),
        "made": format_time(when),
        "days": str(KEY_MAP_DAYS),
        _SALT: salt.hex(),
    }
    origin.write_parquet(target, compression="zstd", compression_level=1, metadata=metadata)


class TracedRecord(NamedTuple):
    """Where a record that was sent came from.

    Attributes:
        entry: The id of the entry that it went with.
        line: Of its extract; `reference`: of its source, if it has one.
    """

    entry: str
    line: int
    reference: str


def trace(settings: Settings, officer: UnlockedKey, record: str) -> TracedRecord:
    """Find a record of ours in the key maps that are kept.

    Raises:
        Usage: it is in none of them.
    """
    record = record.strip().lower()
    for path in sorted(_key_maps(settings).glob("*.age")):
        with contextlib.suppress(age.AgeError):
            rows = open_key_map(path, officer.identity)
            matches = rows.filter(pl.col(RECORD_ID) == record)
            if matches.height:
                line, reference = matches.select("line", "reference").row(0)
                return TracedRecord(path.stem, line, reference or "")
    raise Usage(
        "record-not-traced",
        "no record with that ID was sent from this folder with this key",
        f"only the sender can trace a record, and only for {KEY_MAP_DAYS} days; check the ID",
    )


def delete_old_files(settings: Settings, now: datetime) -> None:
    """Delete key maps past their time, and what a pulled plug left half-written a day ago."""
    for folder, names, days in (
        (_key_maps(settings), "*.age", KEY_MAP_DAYS),
        (settings.profile, ".*.part", 1),
    ):
        for path in folder.glob(names):
            if now.timestamp() - path.stat().st_mtime > days * 86_400:
                path.unlink(missing_ok=True)


def _home(settings: Settings) -> Path:
    return _make_folder(settings.profile / PENDING)


def _key_maps(settings: Settings) -> Path:
    return _make_folder(settings.profile / "keymaps")


def _make_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    return path
