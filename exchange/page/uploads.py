"""Files that are dropped on the page: into memory, never to a disk, and never more than the limit.

Starlette keeps what is larger than a megabyte in a temporary file, in clear. Here it does not: the
file that it takes for each part is one in memory alone.
"""

from collections.abc import AsyncGenerator
from typing import Final

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from exchange.errors import Usage
from exchange.text import format_count
from schemas.extract.file import FileInMemory

_FILES: Final = 40
_FIELDS: Final = 20
_MORE: Final = 64 * 1024  # bytes of a request beside its files


class _InMemory(MultiPartParser):
    spool_max_size = 0  # the size at which a file goes to a disk: 0 is never
    is_whole = False

    def on_end(self) -> None:
        """Note that the form came to its end."""
        self.is_whole = True

    def close(self) -> None:
        """Forget the files, also of a form that was cut off."""
        for file in self._files_to_close_on_error:
            file.close()


async def files_of(request: Request, limit: int) -> list[FileInMemory]:
    """Return the files that a form sends.

    Raises:
        Usage: there are none, or more bytes than the limit.
    """
    files, _ = await form_of(request, limit)
    if not files:
        raise Usage("file-not-chosen", "no file was chosen")
    return files


async def form_of(request: Request, limit: int) -> tuple[list[FileInMemory], dict[str, str]]:
    """Return the files and the other fields of a form that may send files.

    Raises:
        Usage: it is no such form, or more bytes than the limit.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit + _MORE:
        raise _too_large(limit)
    parser = _InMemory(
        request.headers, _limit_size(request, limit), max_files=_FILES, max_fields=_FIELDS
    )
    try:
        form = await _form(parser)
        values = form.multi_items()
        sent = [upload for _, upload in values if isinstance(upload, UploadFile)]
        files = [
            FileInMemory(_name(upload), await upload.read()) for upload in sent if upload.filename
        ]
    finally:
        parser.close()
    return files, {name: value for name, value in values if isinstance(value, str)}


async def _form(parser: _InMemory) -> FormData:
    try:
        form = await parser.parse()
    except (MultiPartException, FormParserError, KeyError):
        form = None  # what was raised holds what was sent
    if form is None or not parser.is_whole:
        raise Usage("upload-not-understood", "the browser did not send the files as a form does")
    return form


async def _limit_size(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit + _MORE:
            raise _too_large(limit)
        yield chunk


def _too_large(limit: int) -> Usage:
    mega, kilo = limit // 10**6, limit // 10**3
    size = f"{format_count(mega)} MB" if mega else f"{format_count(kilo)} kB"
    return Usage("upload-too-large", f"the files are larger than {size} together")


def _name(file: UploadFile) -> str:
    """Return the name of a file without the folders that some browsers put before it."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]
