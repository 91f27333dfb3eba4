"""Which store exchange.toml names: a folder, a bucket, or a folder of an SFTP server.

What lets you in stands in a file of the officer's own, which exchange.toml names under `access`;
none of it is ever shown. Without one, the services' own environment variables count.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from exchange.errors import Usage
from exchange.stores.folder import FolderStore
from exchange.stores.store import Store
from schemas.extract.text_files import read_text

if TYPE_CHECKING:
    from exchange.stores.objects import ObjectStore  # an extra

_BUCKETS: Final = ("s3", "az", "gs")
_FORMS: Final = (
    "use a folder, s3://BUCKET/PREFIX, az://CONTAINER/PREFIX, gs://BUCKET/PREFIX or "
    "sftp://HOST/PATH"
)
ADDRESSES: Final = "s3://…, az://…, gs://… or sftp://…"  # of the kinds that are no folder
_SFTP: Final = 22


def is_folder(store: str) -> bool:
    """Say whether a store is a folder, as exchange.toml names it."""
    return "://" not in store


def is_bucket(address: str) -> bool:
    """Say whether an address is that of a bucket."""
    return address.partition("://")[0].lower() in _BUCKETS


def is_part_of(address: str, bucket: str) -> bool:
    """Say whether an address of a bucket is another one, or a part of it, however each is written.

    Raises:
        Usage: one of them is no address.
    """
    inner, outer = _parts(address), _parts(bucket)
    names, above = (list(filter(None, url.path.split("/"))) for url in (inner, outer))
    is_same = (inner.scheme, inner.netloc.lower()) == (outer.scheme, outer.netloc.lower())
    return is_same and names[: len(above)] == above


def open_bucket(address: str, access: Path | None) -> "ObjectStore":
    """Return a bucket, or the part of one that an address names.

    Args:
        access: The file that says what lets you in.

    Raises:
        Usage: the address is none, the extra is not installed, or the access file can't be read.
    """
    url = _parts(address)
    keys = _read(access) if access else {}
    try:
        from exchange.stores.objects import ObjectStore  # noqa: PLC0415 - an extra
    except ImportError:
        raise _not_installed("objects") from None
    return ObjectStore(url.scheme, url.netloc, url.path.strip("/"), keys)


@lru_cache(maxsize=64)  # one connection to each
def open_store(store: str, folder: Path, access: Path | None) -> Store:
    """Return a store.

    Args:
        store: As exchange.toml names it.
        folder: That of exchange.toml, which paths are relative to.
        access: The file that says what lets you in.

    Raises:
        Usage: it is none, its extra is not installed, or the access file can't be read.
    """
    if "\0" in store:  # no path can hold it
        raise Usage("store-not-understood", "that is not a store", _FORMS)
    if is_folder(store):
        return FolderStore(folder / Path(store).expanduser())
    if is_bucket(store):
        return open_bucket(store, access)
    url = _parts(store)
    keys = _read(access) if access else {}
    if url.scheme != "sftp":
        raise Usage("store-not-understood", "that is not a store", _FORMS)
    try:
        from exchange.stores.sftp import Server, SftpStore  # noqa: PLC0415 - an extra
    except ImportError:
        raise _not_installed("sftp") from None
    if url.username:
        keys = {"user": url.username} | keys
    base = access.parent if access else folder
    return SftpStore(
        Server(url.hostname or "", url.port or _SFTP, url.path.rstrip("/"), keys, base)
    )


def _parts(address: str) -> SplitResult:
    """Take an address apart.

    Raises:
        Usage: it is none, or holds what belongs in the access file.
    """
    try:
        url = urlsplit(address)
        is_address = url.hostname and url.port != 0 and ".." not in url.path.split("/")
    except ValueError:  # such as a port that is no number; what it says holds the address
        url, is_address = SplitResult("", "", "", "", ""), False
    if not is_address or url.password or url.query or url.fragment:
        raise Usage(
            "store-not-understood",
            "that is not a store",
            _FORMS,
            "put keys and passwords in the access file",
        )
    return url


def _not_installed(extra: str) -> Usage:
    return Usage(
        "store-support-not-installed",
        "this kind of store needs an additional package",
        f'install it: pip install "csp-exchange[{extra}]"',
    )


def _read(access: Path) -> dict[str, str]:
    """Read an access file: text by name, nothing else."""
    try:
        content = tomllib.loads(read_text(access))
    except (OSError, ValueError):
        content = {}
    if not content or not all(isinstance(value, str) for value in content.values()):
        raise Usage(
            "access-file-unreadable",
            f'the access file {access} does not exist, or its lines are not NAME = "VALUE"',
        )
    return content
