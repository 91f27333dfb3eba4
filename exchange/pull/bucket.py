"""A pull into a bucket, where Spark and its like read it: the same files as in a folder.

A bucket cannot put one folder in the place of another. So tables come first, `manifest.json` after
them, and what is no longer part of it goes last; `unfinished.json` lies there meanwhile. Another
release may write other bytes under a name that the manifest has: then the manifest goes first.

Keeps true: what `manifest.json` in a bucket names is there as a whole, until a newer one takes its
place; what a pull that was stopped left in a bucket goes at the next one.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exchange.errors import Notice, Refusal, Usage
from exchange.profile.settings import Settings
from exchange.pull.manifest import NAME, Manifest
from exchange.pull.private_files import make_folder, working_folder
from exchange.stores.open import is_bucket, is_part_of, open_bucket

if TYPE_CHECKING:
    from exchange.stores.objects import ObjectStore  # an extra

UNFINISHED: Final = "unfinished.json"
_LARGEST: Final = 1024 * 1024 * 1024  # bytes of a manifest
_NOTHING: Final = "nothing was pulled; check the address and your credentials, then pull again"
_PART: Final = (
    "the bucket has a part of the new tables, which manifest.json does not name yet; "
    "run the same command again"
)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What a bucket holds before a pull.

    Attributes:
        sizes: Bytes of each object, by its name.
        hashes: SHA-256 of those that its manifest names.
        holds: The first part of names that pulls wrote.
    """

    sizes: dict[str, int]
    hashes: dict[str, str]
    holds: frozenset[str]


@contextmanager
def bucket_folder(address: str, access: Path | None, settings: Settings) -> Iterator[Path]:
    """Give a private folder to pull into; what is in it at the end replaces what the bucket holds.

    Args:
        address: Such as "s3://bucket/prefix".
        access: The file of credentials; none for the service's own environment variables.

    Raises:
        Usage: it is no address of a bucket, would be sent unencrypted, or holds other files.
        LogBroken: the bucket cannot be read or written.
    """
    bucket = _open(address, access, settings)
    with _advise_on_failure(_NOTHING):
        earlier = _earlier(bucket, address, settings.origin)
    home = settings.profile / "pulling"
    make_folder(home)
    with working_folder(home) as new:
        yield new
        with _advise_on_failure(_PART):
            _replace(bucket, earlier, new, settings.origin)


def readable_by_others(address: str) -> Notice:
    """Return the warning that a bucket has rights of its own."""
    return Notice(
        "tables-in-bucket",
        f"anyone who may read {address} can read these tables; who that is cannot be seen here",
    )


def _open(address: str, access: Path | None, settings: Settings) -> "ObjectStore":
    if not is_bucket(address):
        raise Usage(
            "not-a-bucket",
            "nothing was pulled: --to needs s3://BUCKET/PREFIX, az://CONTAINER/PREFIX or "
            "gs://BUCKET/PREFIX",
        )
    for store in (partnership.store for partnership in Settings.all(settings.folder)):
        if is_bucket(store) and is_part_of(address, store):
            raise Usage(
                "tables-in-shared-folder",
                f"nothing was pulled: {address} is in the store, where everybody with access to "
                "it could read the tables",
                "name a bucket or a prefix of your own",
            )
    try:
        bucket = open_bucket(address, access)
    except Usage as why:
        if why.id == "access-file-does-not-fit":  # which is none of exchange.toml here
            raise Usage(why.id, why.message, _NOTHING) from None
        raise
    if bucket.is_sent_in_clear:
        raise Usage(
            "bucket-without-encryption",
            "nothing was pulled: the address in the access file begins with http://, and the "
            "tables would be sent unencrypted",
        )
    return bucket


@contextmanager
def _advise_on_failure(advice: str) -> Iterator[None]:
    """Say how things stand where a bucket fails."""
    try:
        yield
    except Usage:
        raise
    except Refusal as why:
        fault = why
    else:
        return
    raise type(fault)(fault.id, fault.message, advice)


def _earlier(bucket: "ObjectStore", address: str, origin: str) -> _Earlier:
    """Read what pulls left in a bucket.

    Raises:
        Usage: it holds something else, or the tables of another partnership.
    """
    sizes = bucket.sizes()
    if not sizes:
        return _Earlier({}, {}, frozenset())
    manifest = Manifest.parse(bucket.read(NAME, _LARGEST) or b"")
    begun = _begun_pull(bucket.read(UNFINISHED, _LARGEST) or b"")
    origins = {manifest.origin} if manifest else set()
    origins |= {begun[0]} if begun else set()
    if not origins:
        raise Usage(
            "bucket-holds-other-files",
            f"nothing was pulled: {address} holds files that exchange did not write",
        )
    if origins != {origin}:
        raise Usage(
            "tables-of-another-partnership",
            f"nothing was pulled: {address} holds the tables of another partnership",
            "name a prefix for each partnership: exchange pull --to s3://BUCKET/PREFIX",
        )
    holds = {*(manifest.holds if manifest else ()), *(begun[1] if begun else ())}
    return _Earlier(sizes, manifest.hashes if manifest else {}, frozenset(holds))


def _begun_pull(content: bytes) -> tuple[str, list[str]] | None:
    """Return the origin and names that a pull left which was stopped; none where there is none."""
    try:
        begun = json.loads(content)
        return str(begun["origin"]), [str(name) for name in begun["holds"]]
    except (ValueError, LookupError, TypeError):
        return None


def _replace(bucket: "ObjectStore", earlier: _Earlier, new: Path, origin: str) -> None:
    """Write what lies in a folder, its manifest last, and delete what is no longer part of it."""
    files = {path.relative_to(new).as_posix(): path for path in new.rglob("*") if path.is_file()}
    manifest = Manifest.read(new)
    hashes = manifest.hashes if manifest else {}
    holds = earlier.holds | {name.partition("/")[0] for name in files}
    note = {"origin": origin, "holds": sorted(holds)}
    bucket.replace(UNFINISHED, json.dumps(note, indent=1).encode())
    if any(hashes.get(name, sha256) != sha256 for name, sha256 in earlier.hashes.items()):
        bucket.destroy(NAME)
    for name, path in sorted(files.items()):
        is_there = earlier.sizes.get(name) == path.stat().st_size
        if name != NAME and not (is_there and earlier.hashes.get(name) == hashes.get(name, "")):
            bucket.replace(name, path)
    bucket.replace(NAME, files[NAME])
    for name in earlier.sizes.keys() - files.keys():
        if name.partition("/")[0] in holds:
            bucket.destroy(name)
    bucket.destroy(UNFINISHED)
