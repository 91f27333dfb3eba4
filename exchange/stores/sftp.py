"""A store on an SFTP server, whose host key must be known.

Through `asyncssh`. What is published is written aside, forced to disk where the server can, and
given its name by a hard link (`hardlink@openssh.com`), which refuses a name that is taken; a server
that has none is refused, since SFTP's rename may replace.
"""

import asyncio
import atexit
import contextlib
import io
import secrets
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar, cast

import asyncssh

from exchange.errors import LogBroken, Usage
from exchange.stores import failures
from exchange.stores.store import ACCESS, FOLDERS, AlreadyThere, UnusableFile, check_size

_BLOCK: Final = 1024 * 1024  # bytes written or read at a time
_FILES: Final = (asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN)
_SECONDS: Final = 120  # that one step may take
_CONNECT: Final = 20  # seconds
_OWN: Final = frozenset({"user", "password", "key", "key_passphrase", "known_hosts"})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Server:
    """Where the store is, and how to be let in."""

    host: str
    port: int
    root: str
    access: dict[str, str]
    folder: Path  # that paths in `access` are relative to

    def options(self) -> dict[str, Any]:
        """Return what asyncssh is given.

        Raises:
            Usage: the access file says something else.
        """
        if set(self.access) - _OWN:
            raise Usage(
                "access-file-does-not-fit",
                "the access file of the SFTP server has unknown settings",
                "the settings are " + ", ".join(sorted(_OWN)),
            )
        options: dict[str, Any] = {"username": self.access.get("user") or ()}
        if known := self.access.get("known_hosts"):
            options["known_hosts"] = str(self.folder / Path(known).expanduser())
        if key := self.access.get("key"):
            options["client_keys"] = [str(self.folder / Path(key).expanduser())]
            options["passphrase"] = self.access.get("key_passphrase")
        if password := self.access.get("password"):
            options["password"] = password
        return options


class SftpStore:
    """A store that is a folder of an SFTP server."""

    def __init__(self, server: Server) -> None:
        """Name the server; it is connected to when something is first asked of it."""
        self._server = server
        self._options = server.options()
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._client: asyncssh.SFTPClient | None = None

    def __str__(self) -> str:
        port = "" if self._server.port == 22 else f":{self._server.port}"
        return f"sftp://{self._server.host}{port}{self._server.root}"

    def set_up(self) -> None:
        """Make the folders."""
        for name in FOLDERS:
            self._do(self._sftp.makedirs(self._path_of(name), exist_ok=True))

    def read(self, name: str, most: int) -> bytes | None:
        """Return a file's bytes, or None where there is none."""
        try:
            content = self._do(_read(self._sftp, self._path_of(name), most))
        except FileNotFoundError:
            self._check_missing(name)
            return None
        return check_size(content, most)

    def open(self, name: str) -> BinaryIO | None:
        """Open a file for reading, or return None where there is none."""
        try:
            file = self._do(_open_file(self._sftp, self._path_of(name)))
        except FileNotFoundError:
            self._check_missing(name)
            return None
        return cast("BinaryIO", io.BufferedReader(_Reading(self, file), _BLOCK))

    def publish(self, name: str, content: bytes | BinaryIO, tag: str = "") -> None:
        """Put a file in place, whole, where there is none of that name."""
        folder, _, last = self._path_of(name).rpartition("/")
        part = f"{folder}/.{last}.{tag or secrets.token_hex(6)}.part"
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        try:
            self._do(_write(self._sftp, part, source))
            self._do(_take(self._sftp, part, self._path_of(name)))
        except FileExistsError:
            raise AlreadyThere(name) from None
        except FileNotFoundError:
            self._reachable()
            raise
        finally:
            with contextlib.suppress(LogBroken, FileNotFoundError):
                self._do(self._sftp.remove(part))

    def destroy(self, name: str) -> None:
        """Delete a file; it may be gone already."""
        try:
            self._do(self._sftp.remove(self._path_of(name)))
        except FileNotFoundError:
            self._reachable()

    def sweep(self, tag: str) -> None:
        """Delete what an interrupted run wrote aside under a tag."""
        for folder in FOLDERS:
            for name in self.names(folder):
                if name.endswith(f".{tag}.part"):
                    self.destroy(f"{folder}/{name}")

    def names(self, folder: str, after: str = "") -> list[str]:
        """Return the names in a folder that sort after one, sorted."""
        try:
            listed = self._do(self._sftp.listdir(self._path_of(folder)))
        except FileNotFoundError:
            self._reachable()
            raise
        return sorted(name for name in listed if name > after and name not in (".", ".."))

    def written_at(self, name: str) -> datetime | None:
        """Return when a file was written by the server's clock."""
        try:
            modified = self._do(self._sftp.stat(self._path_of(name))).mtime
        except (LogBroken, FileNotFoundError):
            return None
        return None if modified is None else datetime.fromtimestamp(modified, UTC)

    def _path_of(self, name: str) -> str:
        return f"{self._server.root}/{name}"

    def _check_missing(self, name: str) -> None:
        """Distinguish a missing file from a link to nothing, and from a store that is.

        A file that another has put there in the meantime was not there when it was read.
        """
        self._reachable()
        if self._do(self._sftp.islink(self._path_of(name))):
            raise UnusableFile

    def _reachable(self) -> None:
        """Distinguish a missing file from a missing store."""
        if not self._do(self._sftp.isdir(self._path_of("log"))):
            raise LogBroken("store-not-found", f"the store {self} cannot be found")

    @property
    def _sftp(self) -> asyncssh.SFTPClient:
        """The connection, made when it is first needed."""
        with self._lock:
            if self._client is None:
                self._client = self._do(self._connect())
        return self._client

    async def _connect(self) -> asyncssh.SFTPClient:
        server = self._server
        connection = await asyncssh.connect(
            server.host,
            server.port,
            connect_timeout=_CONNECT,
            keepalive_interval=30,
            config=None,
            **self._options,
        )
        atexit.register(connection.abort)
        return await connection.start_sftp_client()

    def _do(self, step: Coroutine[Any, Any, T]) -> T:
        """Do one step on the connection's own thread, and turn its refusals into ours."""
        with self._in_words():
            return asyncio.run_coroutine_threadsafe(step, self._loop).result(_SECONDS)

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except asyncssh.SFTPNoSuchFile:
            raise FileNotFoundError from None
        except FileExistsError:
            raise
        except (asyncssh.Error, asyncssh.KeyImportError, OSError, TimeoutError) as fault:
            failure = _failure(fault)
        else:
            return
        raise failures.refusal(self, failure)


class _Reading(io.RawIOBase):
    """A file of the server, read from its beginning on."""

    def __init__(self, store: SftpStore, file: asyncssh.SFTPClientFile) -> None:
        self._store, self._file = store, file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = cast("bytes", self._store._do(self._file.read(len(buffer))))  # noqa: SLF001 - of the same file
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            with contextlib.suppress(LogBroken):
                self._store._do(self._file.close())  # noqa: SLF001 - of the same file
        super().close()


# What runs on the connection's own thread is handed the connection: there it could not wait for it.
async def _write(sftp: asyncssh.SFTPClient, path: str, source: BinaryIO) -> None:
    async with sftp.open(path, "xb", asyncssh.SFTPAttrs(permissions=0o600)) as file:
        while block := source.read(_BLOCK):
            await file.write(block)
        with contextlib.suppress(asyncssh.SFTPOpUnsupported):
            await file.fsync()


async def _read(sftp: asyncssh.SFTPClient, path: str, most: int) -> bytes:
    await _see_regular(sftp, path)
    async with sftp.open(path, "rb") as file:
        return cast("bytes", await file.read(most + 1))


async def _take(sftp: asyncssh.SFTPClient, part: str, target: str) -> None:
    """Give a file its name, unless the name is taken."""
    try:
        await sftp.link(part, target)
    except asyncssh.SFTPFailure:  # version 3 of SFTP has no word for a name that is taken
        if await sftp.lexists(target):
            raise FileExistsError from None
        raise


async def _open_file(sftp: asyncssh.SFTPClient, path: str) -> asyncssh.SFTPClientFile:
    await _see_regular(sftp, path)
    return await sftp.open(path, "rb")


async def _see_regular(sftp: asyncssh.SFTPClient, path: str) -> None:
    """See that a file is one: a server that opens a pipe waits for ever."""
    if (await sftp.stat(path)).type not in _FILES:
        raise UnusableFile


_SAID: Final[tuple[tuple[tuple[type[BaseException], ...], failures.Failure], ...]] = (
    (
        (asyncssh.HostKeyNotVerifiable,),
        (
            LogBroken,
            "store-host-key-unknown",
            "is on a server whose host key is unknown, or has changed",
            "ask whoever runs the server for its host key, by phone, and add it to known_hosts",
        ),
    ),
    ((asyncssh.PermissionDenied,), failures.NO_LOGIN),
    (
        (asyncssh.KeyImportError, asyncssh.KeyEncryptionError),
        (
            LogBroken,
            "access-key-unreadable",
            "cannot be used: your key for it cannot be read",
            ACCESS,
        ),
    ),
    ((asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect), failures.DENIED),
    ((asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded), failures.FULL),
    ((asyncssh.SFTPOpUnsupported,), failures.REPLACES),
    ((asyncssh.SFTPFailure,), failures.MAY_BE_FULL),
    ((OSError, TimeoutError, asyncssh.DisconnectError), failures.AWAY),
    ((asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost), failures.AWAY),
)


def _failure(fault: BaseException) -> failures.Failure:
    known = (failure for kinds, failure in _SAID if isinstance(fault, kinds))
    return next(known, failures.OTHER)
