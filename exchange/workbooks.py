"""Excel workbooks in which no text is ever a formula, a link or a number."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from exchange.text import broken

if TYPE_CHECKING:
    import xlsxwriter

_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)  # so that the same rows give the same bytes
_LINE: Final = 15  # points
_TALLEST: Final = 27  # lines of a row that Excel shows
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


def add_sheet_to_fill_in(book: "xlsxwriter.Workbook", name: str) -> Any:
    """Add a sheet whose rows, once they have a height, still grow with what is typed into them."""
    from xlsxwriter.worksheet import Worksheet  # noqa: PLC0415 - only workbooks need it

    class GrowingSheet(Worksheet):  # type: ignore[misc] # it has no types
        """A sheet that does not hold its rows to their heights."""

        def _xml_start_tag_unencoded(
            self, tag: str, attributes: Sequence[tuple[str, Any]] = ()
        ) -> None:
            attributes = [pair for pair in attributes if pair[0] != "customHeight"]
            super()._xml_start_tag_unencoded(tag, attributes)

    return book.add_worksheet(name, GrowingSheet)


def height_of(cells: Sequence[str], widths: Sequence[int]) -> int:
    """Return how tall a row must be for its text, in points; LibreOffice does not work it out."""
    lines = [
        sum(_lines_of(line, width) for line in cell.split("\n"))
        for cell, width in zip(cells, widths, strict=True)
    ]
    return _LINE * min(max(lines), _TALLEST)


def _lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes; a word that is longer than a line takes several."""
    return sum(ceil(len(part) / width) for part in broken(text, width)) or 1


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
