"""What a file is, by what it says itself: a table that can be read, or something else, by name.

Keeps true: what is no table is refused for what it is, with the remedy that fits. Leaves to others:
reading what is one (`delimited.py`, `workbook.py`). No message holds a part of the file.
"""

import codecs
import io
import re
import zipfile
from pathlib import PurePath
from typing import Final

from schemas.extract.errors import SourceRefused
from schemas.zip_files import UNREADABLE, read_bounded

LARGEST: Final = 2 * 10**9  # bytes; a laptop holds twice that in memory, and not much more
ZIP: Final = b"PK\x03\x04"
PARQUET: Final = b"PAR1"
_OLE: Final = b"\xd0\xcf\x11\xe0"  # the container of .xls and .doc, and of what has a password
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD: Final = "WordDocument".encode("utf-16-le")
_SAVE_AS_CSV: Final = 'open it and save it as "CSV UTF-8 (comma delimited)"'
_SAVE: Final = "open it in Excel, save it as an Excel workbook (.xlsx), and send that"
_EXPORT: Final = "export the records themselves, as CSV"
_TEXTS: Final = (".csv", ".txt", ".tsv", ".tab")
_TABLES: Final = (*_TEXTS, ".xlsx", ".xls", ".parquet")
_MOST: Final = 0.9
_HEAD: Final = 4096  # bytes in which a file says what it is
_AT_ONCE: Final = 1 << 20  # bytes
_TEXT: Final = re.compile(rb"\S")
_PAGE: Final = "a web page (HTML)"
_MARKUP: Final = (
    (
        re.compile(rb"^<\?xml\b.*(?:progid=.Excel\.Sheet|microsoft-com:office:spreadsheet)", re.S),
        "an Excel workbook of 2003 as XML",
        _SAVE,
    ),
    (
        re.compile(
            rb"^(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
            rb"<(?:!doctype html|html|head|body|table|thead|tbody|tr|meta|style|script|div|center|"
            rb"font|span|p|b|h[1-6])\b",
            re.I | re.S,
        ),
        _PAGE,
        _SAVE,
    ),
    (re.compile(rb"^[^<,;\t|]*<table\b.*<tr\b.*<t[dh]\b", re.I | re.S), _PAGE, _SAVE),
    (re.compile(rb"^<\?xml\b|^<[A-Za-z_][\w:.-]*[\s>].*</", re.S), "XML", _EXPORT),
    (re.compile(rb"^MIME-Version:", re.I), "a web page with its parts (MHTML)", _SAVE),
    (re.compile(rb"^\{\\rtf"), "a Word document (RTF)", _EXPORT),
    (re.compile(rb"^\{\s*[\"}]|^\[\s*[\[{\]]"), "JSON", _EXPORT),
    (
        re.compile(
            rb"(?=--|/\*|(?:SET|USE|CREATE|DROP|BEGIN|LOCK|INSERT)\b).*?^\s*INSERT\s+INTO\s",
            re.I | re.M | re.S,
        ),
        "a script of SQL commands",
        _EXPORT,
    ),
    (re.compile(rb"^\x1f\x8b|^7z\xbc\xaf|^Rar!"), "a compressed file", "unpack it first"),
    (re.compile(rb"^SQLite format 3|^.{4}Standard (?:Jet|ACE) DB"), "a database", _EXPORT),
)
# What a zip holds, by the beginning of a name in it.
_PACKED: Final = (
    ("word/", "a Word document", _EXPORT),
    ("ppt/", "a PowerPoint presentation", _EXPORT),
    ("Index/", "a document of Apple Numbers", "in Numbers: File, Export To, CSV"),
)


def refuse_by_name(path: PurePath) -> None:
    """Refuse the small file that Excel or LibreOffice keeps beside a workbook while it is open.

    Raises:
        SourceRefused: it is one, by its name.
    """
    if path.name.startswith(("~$", ".~lock.")):
        raise SourceRefused(
            "file-is-no-table",
            "the file is the temporary file that a spreadsheet program keeps while a "
            "workbook is open",
            "close the workbook, and send the workbook itself (its name without ~$ at the front)",
        )


def is_workbook(content: bytes) -> bool:
    """Say whether a zip is a workbook, and not a zip of tables.

    Raises:
        SourceRefused: it is neither.
    """
    names = _names(content)
    for start, kind, remedy in _PACKED:
        if any(name.startswith(start) for name in names):
            raise _no_table(kind, remedy)
    return not names or any(
        name.startswith("xl/") or name in ("mimetype", "[Content_Types].xml") for name in names
    )


def tables_in(content: bytes) -> list[bytes]:
    """Return the tables of text that a zip holds, in the order of their names.

    Raises:
        SourceRefused: it holds anything else, or can't be unpacked here.
    """
    names = sorted(n for n in _names(content) if not _is_furniture(n))
    if not names or not all(name.lower().endswith(_TEXTS) for name in names):
        tables = sum(name.lower().endswith(_TABLES) for name in names)
        raise _no_table(
            f"a zip of {len(names)} files, of which {tables} look like tables",
            "unpack it, and send the files that belong to one dataset together",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(archive.getinfo(name).file_size for name in names)
            if size < LARGEST:
                return [read_bounded(archive, name, LARGEST) for name in names]
    except UNREADABLE:
        pass  # raised below, where no part of the file can hang on to the exception
    raise _no_table(
        "a zip that is too large, is damaged or has a password",
        "unpack it, and send the files in it",
    )


_BROKEN_OFF: Final = bytes(512)
# Letters and signs in UTF-8, which nobody writes in Windows-1252: "Ã" or "Â" before a sign.
_UTF_8: Final = re.compile(rb"\xc2[\xa0-\xbf]|\xc3[\x80-\xbf]|\xc5[\xb4-\xb7]|\xe2\x80[\x90-\xaf]")


def as_utf8(content: bytes) -> tuple[bytes, str]:
    """Return text as UTF-8 and the name of what it was in, decided on all of it.

    Raises:
        SourceRefused: it is no text, or text that is no table.
    """
    if content.startswith(_OLE):
        raise _old(content)
    _refuse_markup(content)
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _decode(content, "utf-32"), "UTF-32"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _decode(content, "utf-16")
        _refuse_markup(text)
        return text, "UTF-16"
    if encoding := _utf_16_without_mark(content[:_HEAD]):
        text = _decode(content, encoding)
        _refuse_markup(text)
        return text, "UTF-16"
    if _BROKEN_OFF in content:
        raise SourceRefused(
            "file-not-text",
            "part of the file is empty (zero bytes), as if a copy had stopped halfway",
            "copy it again, or export it again, and compare its size with the original's",
        )
    if b"\x00" in content:
        raise SourceRefused(
            "file-not-text", "the file is not text: it contains zero bytes", _SAVE_AS_CSV
        )
    bom = content.startswith(b"\xef\xbb\xbf")
    if not _TEXT.search(content, 3 * bom):
        raise SourceRefused("file-empty", "the file is empty")
    if not content.isascii() and not _decodes(content):
        if any(_is_utf8(line) for line in content.split(b"\n")):
            return _by_line(content[3 * bom :]), "UTF-8 and Windows-1252, each line as what it is"
        return _decode(content, "cp1252"), "Windows-1252"
    return content[3 * bom :], "UTF-8"


def _utf_16_without_mark(head: bytes) -> str:
    """Return which kind of UTF-16 it is, if each second byte at its beginning is zero."""
    first, second = head[::2], head[1::2]
    for zeros, letters, kind in ((second, first, "utf-16-le"), (first, second, "utf-16-be")):
        if 0 not in letters and zeros.count(0) > len(zeros) * _MOST:
            return kind
    return ""


def _by_line(content: bytes) -> bytes:
    """Return text of which some lines are UTF-8 and others Windows-1252, as UTF-8."""
    lines = content.split(b"\n")
    for number, line in enumerate(lines):
        if not line.isascii() and not _is_utf8(line):
            lines[number] = _decode(line, "cp1252")
    return b"\n".join(lines)


def _is_utf8(line: bytes) -> bool:
    return _decodes(line) and _UTF_8.search(line) is not None


def _decodes(content: bytes) -> bool:
    """Say whether it is UTF-8; some at a time, for nothing else of the process runs meanwhile."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _AT_ONCE):
            decoder.decode(content[start : start + _AT_ONCE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decode(content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).encode()
    except UnicodeDecodeError:
        pass  # raised below, where no part of the file can hang on to the exception
    raise SourceRefused(
        "encoding-unknown", "the file is neither UTF-8, UTF-16 nor Windows-1252 text", _SAVE_AS_CSV
    )


def _refuse_markup(content: bytes) -> None:
    """Refuse what says in its first lines that it is something else than a table."""
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"%PDF"):
        raise SourceRefused("file-is-pdf", "the file is a PDF", _EXPORT)
    for pattern, kind, remedy in _MARKUP:
        if pattern.match(head):
            raise _no_table(kind, remedy)


def _old(content: bytes) -> SourceRefused:
    if _LOCKED in content:
        return SourceRefused("workbook-locked", "the workbook has a password")
    if _OLD_WORD in content:
        return _no_table("an old Word document (.doc)", _EXPORT)
    return SourceRefused("workbook-too-old", "the file is an old Excel workbook (.xls)")


def _names(content: bytes) -> list[str]:
    """Return the names of the files in a zip; none if it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [name for name in archive.namelist() if not name.endswith("/")]
    except UNREADABLE:
        return []


def _is_furniture(name: str) -> bool:
    """Say whether a file in a zip is one that a Mac or a desktop left there."""
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last.startswith(".") or last == "Thumbs.db"


def _no_table(kind: str, remedy: str) -> SourceRefused:
    return SourceRefused("file-is-no-table", f"the file is {kind}, not a table", remedy)
