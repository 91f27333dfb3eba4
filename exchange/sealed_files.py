"""Bundles as files of a store: their names, and whether they are the ones that were signed.

Leaves to others: what is in them (`bundles.py`).
"""

import hashlib
from typing import BinaryIO

from exchange.errors import BundleBroken
from exchange.stores.store import Store, Unfit
from partners.kinds import Submit


def bundle_name(sha256: str) -> str:
    """Return the name of a bundle in a store."""
    return f"bundles/{sha256}.age"


def verify_sealed(store: Store, statement: Submit, sender: str) -> None:
    """Verify that a bundle is the file that was signed (step (1) of `bundles.open_bundle`).

    Raises:
        BundleBroken: the file is missing, cut, or not the one signed.
    """
    name = bundle_name(statement.bundle_sha256)
    try:
        file = store.open(name)
    except Unfit:
        file = None
    if file is None:
        raise BundleBroken(
            "bundle-missing",
            f"the bundle of {sender} is not in the store: {name}",
            "it was deleted, or a backup was restored; ask them to send it again",
        )
    with file:
        digest, size = hashed(file)
    if size < statement.bundle_size:
        raise BundleBroken(
            "bundle-cut-short",
            f"the bundle of {sender} ends early, or is another: {size:,} bytes are here of the "
            f"{statement.bundle_size:,} that they signed",
            "nothing was opened; most likely a copy stopped, or the share is full",
        )
    if size != statement.bundle_size or digest != statement.bundle_sha256:
        raise BundleBroken(
            "bundle-altered",
            f"the bundle of {sender} is not what they signed: {name}",
            "nothing was opened; keep this copy, and tell your coordinator and the sender",
        )


def hashed(file: BinaryIO) -> tuple[str, int]:
    """Return the SHA-256 and the size of a file."""
    digest, size = hashlib.sha256(), 0
    while block := file.read(1024 * 1024):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size
