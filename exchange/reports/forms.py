"""The forms that a report is written in: page, workbook, text, CSV and JSON, by the file's ending.

One content, and the same bytes for the same content: nothing of when it was written is in it but
the day that the page says.
"""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter

from exchange.rendering import render
from exchange.reports.tables import Report, Table
from schemas.quarters import LONDON

Form = Callable[[Report, datetime], bytes]
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_WIDTH: Final = 60  # characters of a column, at most
_FORMULAS: Final = "=+-@\t\r"


def page(report: Report, now: datetime) -> bytes:
    """Return one accessible HTML file."""
    return render("report", report.title, now, report=report)


def text(report: Report, now: datetime) -> bytes:
    """Return plain text, for an e-mail."""
    lines = [report.title, "", *report.about, f"Made on {_day(now)}", ""]
    lines += [f"! {one}" for one in report.warnings] + [""] * bool(report.warnings)
    lines += ["TO DECIDE", "", *(f"- {one}" for one in report.todo or ("nothing",)), ""]
    for table in report.tables:
        lines += [table.title.upper(), "", table.says, "", *_columns(table), ""]
    return ("\n".join(lines).rstrip() + "\n").encode()


def _columns(table: Table) -> list[str]:
    if not table.rows:
        return [table.nothing]
    everything = [table.headings, *table.rows]
    widths = [max(len(row[n]) for row in everything) for n in range(len(table.headings))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in everything
    ]


def comma_separated(report: Report, _: datetime) -> bytes:
    """Return the first table, for a spreadsheet; nothing that it would run."""
    told = io.StringIO(newline="")
    writer = csv.writer(told)
    first = report.tables[0]
    numbers = set(first.numbers)
    writer.writerow(first.headings)
    for row in first.rows:
        writer.writerow(c if n in numbers else _plain(c) for n, c in enumerate(row))
    return told.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return "'" + cell if cell[:1] in tuple(_FORMULAS) and cell else cell


def as_json(report: Report, _: datetime) -> bytes:
    """Return all of it with the entries it rests on."""
    told: dict[str, Any] = {
        "title": report.title,
        "warnings": list(report.warnings),
        "to_decide": list(report.todo),
        **report.data,
        "tables": {
            t.id: [dict(zip(t.headings, row, strict=True)) for row in t.rows] for t in report.tables
        },
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def workbook(report: Report, now: datetime) -> bytes:
    """Return a workbook: a cover with contents and notes, then one table a sheet."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": report.title, "created": _MADE})
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        cover = book.add_worksheet("Cover")
        cover.set_column(0, 0, 100, wrapped)
        notes = [*report.about, f"Made on {_day(now)}", *(f"! {one}" for one in report.warnings)]
        todo = ["To decide:", *(report.todo or ("nothing",))]
        contents = ["Contents:", *(f"{t.id}: {t.title}. {t.says}" for t in report.tables)]
        cover.write_string(0, 0, report.title, bold)
        for number, line in enumerate(["", *notes, "", *todo, "", *contents], start=1):
            cover.write_string(number, 0, line)
        for table in report.tables:
            _sheet(book, table, bold)
    return content.getvalue()


def _sheet(book: Any, table: Table, bold: Any) -> None:
    sheet = book.add_worksheet(table.id)
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, table.says)
    headings = [{"header": heading} for heading in table.headings]
    rows = [list(row) for row in table.rows] or [["" for _ in table.headings]]
    sheet.add_table(
        3, 0, 3 + len(rows), len(headings) - 1,
        {"columns": headings, "name": "t_" + table.id.replace("-", "_"), "style": None},
    )  # fmt: skip
    for y, row in enumerate(rows, start=4):
        for x, cell in enumerate(row):
            if x in table.numbers and cell.lstrip("-").isdigit():
                sheet.write_number(y, x, int(cell))
            else:
                sheet.write_string(y, x, cell)
    for x, heading in enumerate(table.headings):
        longest = max([len(heading) + 3, *(len(row[x]) for row in rows)])
        sheet.set_column(x, x, min(longest + 1, _WIDTH))
    sheet.freeze_panes(4, 0)


def _day(now: datetime) -> str:
    return f"{now.astimezone(LONDON):%Y-%m-%d}"


FORMS: Final[dict[str, Form]] = {
    ".html": page,
    ".xlsx": workbook,
    ".csv": comma_separated,
    ".json": as_json,
    ".txt": text,
}
