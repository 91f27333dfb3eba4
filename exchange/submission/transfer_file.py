"""A submission as one file, for those who share no store: carried by secure e-mail or by hand.

A zip without compression that holds two files: `entry`, the signed note, and `bundle.age`. Neither
says anything to whoever carries it beyond what the log would. Receiving believes nothing of it:
the entry must verify and count as any other, and the bundle must be the one it signs.
"""

import contextlib
import hashlib
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from exchange.bundle.sealed_files import bundle_name, verify_sealed
from exchange.errors import BundleBroken, NotEntitled, NothingToDo
from exchange.files import publish, refuse_newer, temporary_file
from exchange.keys.identity import UnlockedKey
from exchange.log.after_end import stop_at_gap
from exchange.log.log import Log
from exchange.log.replay import ENTRY_MAX
from exchange.stores.store import AlreadyThere
from partners.entries.entry import FORMAT
from partners.entries.returns import Submit
from schemas.zip_files import UNREADABLE, read_bounded

_ENTRY, _BUNDLE = "entry", "bundle.age"
_BLOCK: Final = 1024 * 1024
_DATE: Final = (2000, 1, 1, 0, 0, 0)  # of the files in it; when it was made is the entry's to say


def write_transfer_file(target: Path, entry: bytes, bundle: BinaryIO) -> None:
    """Write a transfer file; nothing is left where it can't be written whole.

    Raises:
        FileExistsError: there is a file of that name.
    """
    with temporary_file(target) as (file, path):
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo(_ENTRY, _DATE), entry)
            with archive.open(zipfile.ZipInfo(_BUNDLE, _DATE), "w", force_zip64=True) as inside:
                while block := bundle.read(_BLOCK):
                    inside.write(block)
        file.flush()
        publish(file, path, target)


def receive(path: Path, log: Log, officer: UnlockedKey) -> tuple[int, Submit]:
    """Put what a transfer file holds into the store and the log.

    Raises:
        BundleBroken: it is no transfer file, or not what its sender signed; nothing was logged.
        Usage: a newer release wrote it.
        NothingToDo: it is in the log already.
        NotEntitled: its entry would not count; nothing was logged.
        LogBroken: the store can't be reached or written.
    """
    note = b""
    try:
        with zipfile.ZipFile(path) as archive:
            note = read_bounded(archive, _ENTRY, ENTRY_MAX)
            entry, signer = log.signed_by(note)
    except UNREADABLE:
        entry, signer = None, None
    if entry is None:
        raise BundleBroken(
            "courier-file-unreadable",
            f"{path.name} is not a submission for e-mail, or it was changed on the way",
        )
    refuse_newer({"format": entry.format}, path, FORMAT)
    if signer is None or not isinstance(entry.body, Submit):
        raise NotEntitled(
            "courier-file-not-signed", f"nobody who is enrolled here signed {path.name}"
        )
    known = next((n for n, logged in enumerate(log.entries) if logged == entry), None)
    if known is not None:
        raise NothingToDo(
            "courier-already-received", f"{path.name} is already in the log: log {known}"
        )
    stop_at_gap(log)
    if not _publish(path, log, entry.body, entry.id):
        raise BundleBroken(
            "courier-file-altered",
            f"{path.name} is not what {signer.who} signed",
            f"nothing was logged; ask {signer.name} to send it again",
        )
    verify_sealed(log.store, entry.body, signer.who)
    return log.add(note, entry, signer, officer), entry.body


def _publish(path: Path, log: Log, statement: Submit, tag: str) -> bool:
    """Put the bundle in the store, if it is the one that its statement signs."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(_BUNDLE).file_size != statement.bundle_size:
                return False
            with archive.open(_BUNDLE) as bundle:
                digest = hashlib.file_digest(bundle, "sha256").hexdigest()  # type: ignore[arg-type]  # it only reads
            if digest != statement.bundle_sha256:
                return False
            with archive.open(_BUNDLE) as bundle, contextlib.suppress(AlreadyThere):
                name = bundle_name(statement.bundle_sha256)
                log.store.publish(name, bundle, tag)  # type: ignore[arg-type]  # it only reads
    except UNREADABLE:
        return False
    return True
