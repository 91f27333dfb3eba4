"""Bundles as files of a store: their names, whether they are those that were signed, and for whom.

Leaves to others: what is in them (`bundle.py`).
"""

import hashlib
import io
from typing import BinaryIO, Final

from exchange import age
from exchange.errors import BundleBroken
from exchange.stores.store import Store, Unfit
from partners.entries.kinds import Submit


def bundle_name(sha256: str) -> str:
    """Return the name of a bundle in a store."""
    return f"bundles/{sha256}.age"


SEALED_MAX: Final = 256 * 1024 * 1024  # bytes of a bundle


def opened(store: Store, statement: Submit) -> BinaryIO | None:
    """Open the file of a bundle; None if the store has none."""
    try:
        return store.open(bundle_name(statement.bundle_sha256))
    except Unfit:
        return None


def verify_sealed(store: Store, statement: Submit, sender: str) -> None:
    """Verify that a bundle is the file that was signed (step (1) of `bundles.open_bundle`).

    Raises:
        BundleBroken: the file is missing, cut, or not the one signed; or it is too large, or not
            sealed once for each recipient that its statement names.
    """
    name = bundle_name(statement.bundle_sha256)
    file = opened(store, statement)
    if file is None:
        raise BundleBroken(
            "bundle-missing",
            f"the file of {sender} is not in the store: {name}",
            "it was deleted, or an old backup was restored; ask them to send it again",
        )
    if statement.bundle_size > SEALED_MAX:
        file.close()
        raise BundleBroken(
            "bundle-too-large",
            f"the file of {sender} is larger than the limit",
            "nothing was opened; tell your coordinator and the sender",
        )
    with file:
        digest, size, begins = _hashed(file, statement.bundle_size)
    if size < statement.bundle_size:
        raise BundleBroken(
            "bundle-cut-short",
            f"the file of {sender} ends early: the store has {size:,} of the "
            f"{statement.bundle_size:,} bytes that they signed",
            "nothing was opened; a copy may have stopped, or the share may be full; ask "
            "them to copy it again",
        )
    if size != statement.bundle_size or digest != statement.bundle_sha256:
        raise BundleBroken(
            "bundle-altered",
            f"the file of {sender} is not what they signed: {name}",
            "nothing was opened; keep this copy, and tell your coordinator and the sender",
        )

    try:
        count = age.count_recipients(io.BytesIO(begins))
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
            "nothing was opened; tell your coordinator and the sender",
        )


def _hashed(file: BinaryIO, most: int) -> tuple[str, int, bytes]:
    """Return the SHA-256 and the size of a file, and its beginning.

    Args:
        most: Bytes that are read; of a larger file the size is one more.
    """
    digest, size, begins = hashlib.sha256(), 0, b""
    while size <= most and (block := file.read(min(1024 * 1024, most + 1 - size))):
        digest.update(block)
        size += len(block)
        if len(begins) < age.HEADER_MAX:
            begins += block
    return digest.hexdigest(), size, begins
