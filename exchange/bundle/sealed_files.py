"""Bundles as files of a store: their names, whether they are those that were signed, and for whom.

Leaves to others: what is in them (`bundle.py`).
"""

import hashlib
import io
from typing import BinaryIO, Final

from exchange import age
from exchange.errors import BundleBroken
from exchange.stores.store import Store, UnusableFile
from partners.entries.returns import Submit


def bundle_name(sha256: str) -> str:
    """Return the name of a bundle in a store."""
    return f"bundles/{sha256}.age"


SEALED_MAX: Final = 256 * 1024 * 1024  # bytes of a bundle


_BLOCK: Final = 1024 * 1024  # bytes read at a time


class _Sealed(io.RawIOBase):
    """An encrypted file that is hashed while it is read, to a byte more than was signed."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file = file
        self._most = most
        self.digest = hashlib.sha256()
        self.size = 0
        self.begins = b""

    def read(self, size: int = -1) -> bytes:
        return self._count(self._file.read(self._at_most(size)))

    def readline(self, size: int | None = -1) -> bytes:  # inherited, it would read byte by byte
        return self._count(self._file.readline(self._at_most(size)))

    def _at_most(self, size: int | None) -> int:
        room = self._most + 1 - self.size
        return room if size is None or size < 0 else min(size, room)

    def _count(self, data: bytes) -> bytes:
        self.digest.update(data)
        self.size += len(data)
        if len(self.begins) < age.HEADER_MAX:
            self.begins += data
        return data


def verify_sealed(store: Store, statement: Submit, sender: str) -> None:
    """Verify that a bundle is the file that was signed (step (1) of `bundles.open_bundle`).

    Raises:
        BundleBroken: the file is missing, cut, or not the one signed; or it is too large, or not
            encrypted once for each recipient that its statement names.
    """
    with _open(store, statement, sender) as file:
        _verify(_Sealed(file, statement.bundle_size), statement, sender)


def decrypt_sealed(
    store: Store, statement: Submit, sender: str, identity: age.Identity
) -> bytes | age.AgeError:
    """Decrypt a bundle, and verify as `verify_sealed` does what was read for it; it is read once.

    Nothing is returned of a file that is not the one signed.

    Returns:
        The payload; or why it can't be decrypted, though it is what was signed.

    Raises:
        BundleBroken: as `verify_sealed`.
    """
    plain, fault = io.BytesIO(), None
    with _open(store, statement, sender) as file:
        sealed = _Sealed(file, statement.bundle_size)
        try:
            age.decrypt(sealed, plain, [identity])  # type: ignore[arg-type]  # it only reads
        except age.AgeError as told:
            fault = told
        _verify(sealed, statement, sender)
    return fault or plain.getvalue()


def _open(store: Store, statement: Submit, sender: str) -> BinaryIO:
    name = bundle_name(statement.bundle_sha256)
    try:
        file = store.open(name)
    except UnusableFile:
        file = None
    if file is None:
        raise BundleBroken("bundle-missing", f"the file of {sender} is not in the store: {name}")
    if statement.bundle_size > SEALED_MAX:
        file.close()
        raise BundleBroken("bundle-too-large", f"the file of {sender} is larger than the limit")
    return file


def _verify(sealed: _Sealed, statement: Submit, sender: str) -> None:
    """Read what is left of an encrypted file, and hold all of it to its statement."""
    while sealed.read(_BLOCK):
        pass
    if sealed.size < statement.bundle_size:
        raise BundleBroken(
            "bundle-cut-short",
            f"the file of {sender} ends early: the store has {sealed.size:,} of the "
            f"{statement.bundle_size:,} bytes that they signed",
        )
    altered = sealed.digest.hexdigest() != statement.bundle_sha256
    if altered or sealed.size != statement.bundle_size:
        raise BundleBroken(
            "bundle-altered",
            f"the file of {sender} is not what they signed: {bundle_name(statement.bundle_sha256)}",
        )
    try:
        count = age.count_recipients(io.BytesIO(sealed.begins))
    except age.HeaderForOthers:
        count = 0
    except age.AgeError:
        count = -1
    if count < 0:
        raise BundleBroken(
            "bundle-unreadable", f"the file of {sender} cannot be decrypted: it is not an age file"
        )
    if count != len(statement.recipients):
        raise BundleBroken(
            "bundle-recipients-differ",
            f"the file of {sender} is not encrypted exactly once for each recipient that "
            "they named",
        )
