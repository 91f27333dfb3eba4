"""Excel workbooks in which no text is ever a formula, a link or a number."""

from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import xlsxwriter

_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)  # so that the same rows give the same bytes
_AS_TEXT: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def new_workbook(target: IO[bytes] | Path, title: str = "") -> "xlsxwriter.Workbook":
    """Begin a workbook; it is written when it is closed, as a context manager does.

    Args:
        target: A stream, or the path of the file.
        title: Its title in the properties of the file.
    """
    import xlsxwriter  # noqa: PLC0415 - only workbooks need it

    options = _AS_TEXT | {"in_memory": not isinstance(target, Path)}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": _MADE} | ({"title": title} if title else {}))
    return book


def set_paper(
    sheet: Any, title: str, marking: str = "", *, headings: int | None = None, across: bool = True
) -> None:
    """Have a sheet printed on A4, as wide as the paper.

    Args:
        title: The text at the foot of each page.
        marking: The text at its head, which says who may see it.
        headings: The row, from 0, that each page repeats.
        across: On paper laid across.
    """
    sheet.set_paper(9)
    if across:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if headings is not None:
        sheet.repeat_rows(headings)
    if marking:
        sheet.set_header(f"&C{marking}")
    sheet.set_footer(f"&L{title[:120].replace('&', '&&')}&R&P of &N")
