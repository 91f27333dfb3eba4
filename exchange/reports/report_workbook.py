"""A report as a workbook: a cover with contents and notes, then one table a sheet.

Every row is as tall as its text needs, because only some programs work that out by themselves, and
every sheet is printed as wide as its paper.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from exchange.bundle.marking import MARKING
from exchange.reports.report import Report, ReportTable
from exchange.text import column_widths, day_of
from exchange.workbooks import height_of, new_workbook, set_paper

# Characters of a line, which fit on paper in a wide font too: LibreOffice cuts off a single column
# that does not fit.
_COVER: Final = 66
_SHEET: Final = 140  # characters beside each other that can be read on paper across
_ARROW: Final = 3  # characters that the button of a filter takes from a heading
_FORMATS: Final[Mapping[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 14},
    "bold": {"bold": True},
    "text": {"text_wrap": True, "valign": "top"},
    "number": {"valign": "top"},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "heading of numbers": {
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "bottom": 1,
        "align": "right",
    },
    "link": {"font_color": "blue", "underline": True},
}


def workbook(report: Report, now: datetime) -> bytes:
    """Return a workbook: a cover with contents and notes, then one table a sheet."""
    report, content = report.named, io.BytesIO()
    marking = "" if report.public else MARKING
    with new_workbook(content, report.title) as book:
        formats = {name: book.add_format(style) for name, style in _FORMATS.items()}
        cover = book.add_worksheet("Cover")
        set_paper(cover, report.title, marking, across=False)
        cover.set_column(0, 0, _COVER)
        cover.write_string(0, 0, report.title, formats["title"])
        lines = [("", None), *_lines(report, now, marking)]
        for row, (line, table) in enumerate(lines, start=1):
            cover.set_row(row, height_of([line], [_COVER]))
            if table is None:
                cover.write_string(row, 0, line, formats["text"])
            else:
                cover.write_url(row, 0, f"internal:'{table.id}'!A1", formats["link"], line)
        for table in report.tables:
            sheet = book.add_worksheet(table.id)
            set_paper(sheet, f"{report.title}: {table.title}", marking, headings=3)
            _fill(sheet, table, formats)
    return content.getvalue()


def _lines(report: Report, now: datetime, marking: str) -> list[tuple[str, ReportTable | None]]:
    """Return the lines of the cover, each with the table that it leads to."""
    first = [] if report.front is None else [*report.front.to_text(), ""]
    notes = [
        *first,
        *report.about,
        f"Made on {day_of(now)}",
        *(f"! {warning}" for _, warning in report.warnings),
        *filter(None, (report.footnote, marking)),
        "",
    ]
    if report.todo is not None:
        notes += [f"{report.todo_title}:", *(report.todo or ("none",)), ""]
    words = [
        line
        for prose in report.prose
        for line in (
            "",
            f"{prose.title}.",
            prose.introduction,
            *(prose.paragraphs or [prose.missing]),
        )
    ]
    return [
        *((line, None) for line in (*notes, "Contents:")),
        *((f"{table.id}: {table.title}", table) for table in report.tables),
        *((line, None) for line in words),
    ]


def _fill(sheet: Any, table: ReportTable, formats: Mapping[str, Any]) -> None:
    headings = _tell_apart(table.headings)
    rows = [list(row) for row in table.rows] or [["" for _ in headings]]
    room = _SHEET - _ARROW * len(headings)
    # Excel has no columns of more than 255 characters, which one long word could need.
    widths = [min(width, _SHEET) + _ARROW for width in column_widths([headings, *rows], room)]
    last = len(headings) - 1
    sheet.write_string(0, 0, table.title, formats["title"])
    if last:
        sheet.merge_range(1, 0, 1, last, table.introduction, formats["text"])
    else:
        sheet.write_string(1, 0, table.introduction, formats["text"])
    sheet.set_row(1, height_of([table.introduction], [sum(widths)]))
    columns = [
        {
            "header": heading,
            "header_format": formats["heading of numbers" if x in table.numbers else "heading"],
        }
        for x, heading in enumerate(headings)
    ]
    sheet.add_table(
        3, 0, 3 + len(rows), last,
        {"columns": columns, "name": "t_" + table.id.replace("-", "_"), "style": None},
    )  # fmt: skip
    sheet.set_row(3, height_of(headings, [width - _ARROW for width in widths]))
    for y, row in enumerate(rows, start=4):
        sheet.set_row(y, height_of(row, widths))
        for x, cell in enumerate(row):
            number = cell.replace(",", "")
            if x in table.numbers and number.lstrip("-").isdigit():
                sheet.write_number(y, x, int(number), formats["number"])
            else:
                sheet.write_string(y, x, cell, formats["text"])
    for x, width in enumerate(widths):
        sheet.set_column(x, x, width)
    sheet.freeze_panes(4, 0)


def _tell_apart(headings: Sequence[str]) -> list[str]:
    """Tell apart headings that differ in their letters' case alone, which Excel takes for one."""
    counts: Counter[str] = Counter()
    distinct = []
    for heading in headings:
        counts[heading.casefold()] += 1
        again = counts[heading.casefold()]
        distinct.append(f"{heading} ({again})" if again > 1 else heading)
    return distinct
