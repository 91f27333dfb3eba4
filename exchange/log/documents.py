"""The documents of protocols, kept in the store by their hash: signatories open what they sign.

Keeps true: what is opened is the document that was published, byte for byte.
"""

import contextlib
import hashlib
from typing import Final

from exchange.errors import LogBroken, Usage
from exchange.stores.store import AlreadyThere, Store, UnusableFile
from partners.entries.protocol import PublishProtocol

DOCUMENT_MOST: Final = 32 * 1024 * 1024  # bytes of one that is kept in the store


def document_name(sha256: str) -> str:
    """Return the name of a document in a store."""
    return f"bundles/{sha256}.document"


def keep_document(store: Store, content: bytes) -> None:
    """Put a document into a store, where there is none yet.

    Raises:
        LogBroken: the store can't be written.
    """
    with contextlib.suppress(AlreadyThere):
        store.publish(document_name(hashlib.sha256(content).hexdigest()), content)


def read_document(store: Store, published: PublishProtocol) -> bytes:
    """Return the document that was published.

    Raises:
        Usage: it is not in the store.
        LogBroken: another is there under its name, or the store can't be read.
    """
    content: bytes | None = b""
    with contextlib.suppress(UnusableFile):
        content = store.read(document_name(published.sha256), published.size)
    if content is None:
        raise Usage(
            "protocol-document-missing",
            f"the document called {published.title} is not in the shared folder",
        )
    if hashlib.sha256(content).hexdigest() != published.sha256:
        raise LogBroken(
            "protocol-document-changed",
            f"the file of {published.title} in the shared folder is not what was published",
        )
    return content
