"""A store that is a bucket: S3 and what speaks like it, Azure Blob Storage, Google Cloud Storage.

Through `obstore`. A name is taken by a conditional write (`If-None-Match: *`, or what the service
has in its place), which not every look-alike honours: `prove` tells at set-up.
"""

import contextlib
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import obstore
from obstore import exceptions
from obstore.store import AzureStore, GCSStore, S3Store

from exchange.errors import LogBroken, Usage
from exchange.stores import failures
from exchange.stores.store import ACCESS, AlreadyThere, check_size

_BLOCK: Final = 1024 * 1024  # bytes read at a time
_AT_ONCE: Final = 64 * 1024 * 1024  # bytes of a file that is written in one request
_HERE: Final = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])([:/].*)?", re.IGNORECASE)
_ENDPOINT: Final = re.compile(  # all the names that a service's address has
    r"((aws|azure|azure_storage|google)_)?(endpoint|endpoint_url|endpoint_url_s3|base_url)",
    re.IGNORECASE,
)
_SERVICES: Final[dict[str, Any]] = {"s3": S3Store, "az": AzureStore, "gs": GCSStore}
_RETRY: Final[Any] = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}


class ObjectStore:
    """A store that is a bucket, or a part of one."""

    def __init__(self, scheme: str, bucket: str, prefix: str, access: dict[str, str]) -> None:
        """Name the bucket; nothing is asked of the service yet.

        Args:
            access: As obstore's configuration of the service names it: endpoint, region, keys.

        Raises:
            Usage: `access` says what the service does not know.
        """
        self._address = f"{scheme}://{bucket}" + (f"/{prefix}" if prefix else "")
        plain = [
            address
            for name, address in access.items()
            if _ENDPOINT.fullmatch(name) and address.lower().startswith("http://")
        ]
        self.is_sent_in_clear = not all(map(_HERE.fullmatch, plain))
        options: Any = {"connect_timeout": "10s", "timeout": "120s", "allow_http": bool(plain)}
        try:
            self._bucket = _SERVICES[scheme](
                bucket,
                prefix=prefix or None,
                config=access,
                client_options=options,
                retry_config=_RETRY,
            )
        except (exceptions.BaseError, ValueError):
            fault = "the access file does not hold the settings that this service needs"
        else:
            return
        raise Usage(
            "access-file-does-not-fit", f"the store {self._address} cannot be used: {fault}", ACCESS
        )

    def __str__(self) -> str:
        return self._address

    def set_up(self) -> None:
        """See that the bucket is there; it has no folders."""
        self.names("log")

    def read(self, name: str, most: int) -> bytes | None:
        """Return an object's bytes, or None where there is none."""
        with self._in_words():
            try:
                answer = obstore.get(self._bucket, name)
            except (exceptions.NotFoundError, FileNotFoundError) as fault:
                _refuse_missing_bucket(fault)
                return None
            if answer.meta["size"] > most:
                answer = obstore.get(self._bucket, name, options={"range": (0, most + 1)})
            return check_size(bytes(answer.bytes()), most)

    def open(self, name: str) -> BinaryIO | None:
        """Open an object for reading, or return None where there is none."""
        with self._in_words():
            try:
                file = obstore.open_reader(self._bucket, name, buffer_size=_BLOCK)
            except (exceptions.NotFoundError, FileNotFoundError) as fault:
                _refuse_missing_bucket(fault)
                return None
        return cast("BinaryIO", io.BufferedReader(_Reading(self, file), _BLOCK))

    def publish(self, name: str, content: bytes | BinaryIO, tag: str = "") -> None:
        """Put an object in place, whole, where there is none of that name."""
        del tag  # nothing is ever written aside
        with self._in_words():
            if not isinstance(content, bytes):
                if _remaining(content) > _AT_ONCE:
                    self._publish_large(name, content)
                    return
                content = content.read()
            try:
                obstore.put(self._bucket, name, content, mode="create", use_multipart=False)
            except (exceptions.AlreadyExistsError, exceptions.PreconditionError, FileExistsError):
                self._unless_ours(name, content)
            except (exceptions.GenericError, OSError):
                # A service may take it, and its answer be lost; or refuse in words of its own.
                if self.written_at(name) is None:
                    raise
                self._unless_ours(name, content)

    def _unless_ours(self, name: str, content: bytes) -> None:
        """Say that a name is taken, unless by the bytes that were to be written."""
        try:
            answer = obstore.get(self._bucket, name)
        except (exceptions.NotFoundError, FileNotFoundError):
            raise AlreadyThere(name) from None  # and destroyed since
        if answer.meta["size"] != len(content) or bytes(answer.bytes()) != content:
            raise AlreadyThere(name)

    def _publish_large(self, name: str, content: BinaryIO) -> None:
        """Write a bundle in parts: its name is the hash of its bytes, so all write the same."""
        if self.written_at(name) is not None:
            raise AlreadyThere(name)
        obstore.put(self._bucket, name, content, use_multipart=True)

    def replace(self, name: str, content: bytes | Path) -> None:
        """Put an object in place, whole, whatever has that name."""
        with self._in_words():
            obstore.put(self._bucket, name, content)

    def sizes(self) -> dict[str, int]:
        """Return how many bytes each object has, by its name."""
        with self._in_words():
            batches = obstore.list(self._bucket)
            return {item["path"]: item["size"] for part in batches for item in part}

    def destroy(self, name: str) -> None:
        """Delete an object; it may be gone already."""
        with self._in_words(), contextlib.suppress(exceptions.NotFoundError, FileNotFoundError):
            obstore.delete(self._bucket, name)

    def sweep(self, tag: str) -> None:
        """Do nothing: nothing is ever written aside."""

    def names(self, folder: str, after: str = "") -> list[str]:
        """Return the names under a folder's prefix that sort after one, sorted."""
        start = f"{folder}/"
        with self._in_words():
            batches = obstore.list(self._bucket, prefix=start, offset=start + after)
            names = (item["path"].rpartition("/")[2] for part in batches for item in part)
            return sorted(name for name in names if name > after)

    def written_at(self, name: str) -> datetime | None:
        """Return when an object was written by the service's clock."""
        try:
            return obstore.head(self._bucket, name)["last_modified"]
        except (exceptions.BaseError, OSError):
            return None

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn the library's refusals into ours; what they say may hold keys, so it is not said."""
        try:
            yield
        except (exceptions.BaseError, OSError) as fault:
            failure = _failure(fault)
        else:
            return
        raise failures.refusal(self._address, failure)


class _Reading(io.RawIOBase):
    """An object, read from its beginning on."""

    def __init__(self, store: ObjectStore, file: Any) -> None:
        self._store, self._file = store, file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._store._in_words():  # noqa: SLF001 - of the same file
            data = bytes(self._file.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)


def _remaining(file: BinaryIO) -> int:
    """Return how many bytes are left to be read; of what can't tell, more than any."""
    try:
        position = file.tell()
        end = file.seek(0, io.SEEK_END)
        file.seek(position)
    except OSError:
        return _AT_ONCE + 1
    return end - position


def _refuse_missing_bucket(fault: Exception) -> None:
    if any(word in str(fault) for word in _NO_BUCKET):
        raise exceptions.GenericError(_NO_BUCKET[0]) from None


_NO_BUCKET: Final = ("NoSuchBucket", "ContainerNotFound", "specified bucket does not exist")
_SAID: Final[tuple[tuple[tuple[str, ...], failures.Failure], ...]] = (
    (_NO_BUCKET, failures.NOT_FOUND),
    (
        ("RequestTimeTooSkewed", "RequestTimeSkewed"),
        (
            LogBroken,
            "clock-wrong",
            "refused you, because this machine's clock is wrong",
            "set the clock, and run the same command again",
        ),
    ),
    (
        ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthenticationFailed", "InvalidToken"),
        failures.NO_LOGIN,
    ),
    (
        ("ertificate",),
        (
            LogBroken,
            "store-certificate-not-trusted",
            "shows a certificate that this machine does not trust",
            "ask whoever runs it",
        ),
    ),
    (("error sending request", "dns error", "onnection refused", "timed out"), failures.AWAY),
)


def _failure(fault: Exception) -> failures.Failure:
    """Return what is said of a failure, which is recognised by its words."""
    text = f"{fault} {fault.__cause__ or ''}"
    for words, failure in _SAID:
        if any(word in text for word in words):
            return failure
    denied = (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError, PermissionError)
    if isinstance(fault, denied):
        kind, id_, message, hint = failures.DENIED
        return kind, id_, message, f"{hint}; {ACCESS}"
    return failures.OTHER
