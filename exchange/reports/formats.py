"""The forms that a report is written in: page, workbook, text, CSV and JSON, by the file's ending.

One content, and the same bytes for the same content: nothing of when it was written is in it but
the day that the page says.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace as replace_parts
from datetime import datetime
from typing import Any, Final

from exchange.bundle.marking import MARKING
from exchange.reports.html import render
from exchange.reports.report import Prose, Report, ReportTable
from exchange.text import in_columns, without_formula
from exchange.workbooks import new_workbook
from schemas.quarters import london_day, long_date

Form = Callable[[Report, datetime], bytes]
_WIDTH: Final = 60  # characters of a column, at most
_COLUMNS: Final = 10  # that fit on an upright page, or nearly on a telephone


def page(report: Report, now: datetime) -> bytes:
    """Return one accessible HTML file."""
    marking = "" if report.public else MARKING
    parts = tuple(
        piece
        for part in report.as_read.parts
        for piece in ([part] if _is_folded(report, part) else _narrow_tables(part))
    )
    narrow = replace_parts(report, parts=parts)
    return render("report", report.title, now, marking=marking, report=narrow)


def _is_folded(report: Report, part: ReportTable | Prose) -> bool:
    return report.in_columns and isinstance(part, ReportTable) and part.is_folded


def _narrow_tables(part: ReportTable | Prose) -> list[ReportTable | Prose]:
    """Return a table that is too wide for paper as several, its first column before each."""
    if isinstance(part, Prose) or len(part.headings) <= _COLUMNS:
        return [part]
    pieces: list[ReportTable | Prose] = []
    step = _COLUMNS - 1
    for start in range(1, len(part.headings), step):
        end = min(start + step, len(part.headings))
        pieces.append(
            replace_parts(
                part,
                title=f"{part.title} ({part.headings[start]} to {part.headings[end - 1]})",
                columns=(part.columns[0], *part.columns[start:end]),
                rows=[(row[0], *row[start:end]) for row in part.rows],
                numbers=tuple(n - start + 1 for n in part.numbers if start <= n < end),
                chart=part.chart if start == 1 else None,
            )
        )
    return pieces


def text(report: Report, now: datetime) -> bytes:
    """Return plain text, for an e-mail."""
    report = report.as_read
    first = [] if report.front is None else [*report.front.to_text(), ""]
    lines = [report.title, ""]
    lines += [f"! {warning}" for _, warning in report.warnings] + [""] * bool(report.warnings)
    lines += [*first, *report.about, f"Made on {_day(now)}", ""]
    if report.todo is not None:
        lines += [
            report.todo_title.upper(),
            "",
            *(f"- {task}" for task in report.todo or ("none",)),
            "",
        ]
    for part in report.parts:
        within = _columns(part) if isinstance(part, ReportTable) else _paragraphs(part)
        says = [part.says, ""] if part.says else []
        lines += [part.title.upper(), "", *says, *within, ""]
    lines += [report.footnote, ""] if report.footnote else []
    lines += [] if report.public else [MARKING]
    return ("\n".join(lines).rstrip() + "\n").encode()


def _paragraphs(prose: Prose) -> list[str]:
    return list(prose.paragraphs) or [prose.missing]


def _columns(table: ReportTable) -> list[str]:
    rows = [[cell.replace("\n", " / ") for cell in row] for row in table.rows]
    return in_columns([table.headings, *rows]) if rows else [table.nothing]


def comma_separated(report: Report, _: datetime) -> bytes:
    """Return the main table, and those that go on with its columns; nothing that would be run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    main = next((t for t in report.tables if t.id == report.main), report.tables[0])
    numbers = set(main.numbers)
    writer.writerow(main.headings)
    for table in report.tables:
        for row in table.rows if table.columns == main.columns else ():
            writer.writerow(c if n in numbers else without_formula(c) for n, c in enumerate(row))
    return text.getvalue().encode("utf-8-sig")


def as_json(report: Report, _: datetime) -> bytes:
    """Return all of it with the entries it is based on."""
    values: dict[str, Any] = {
        "title": report.title,
        "warnings": [text for _, text in report.warnings],
        **({} if report.todo is None else {"to_decide": list(report.todo)}),
        **({} if report.front is None else {"front_page": report.front.to_json()}),
        **report.data,
        "tables": {
            t.id: [dict(zip(t.columns, row, strict=True)) for row in t.rows] for t in report.tables
        },
        "headings": {t.id: dict(zip(t.columns, t.headings, strict=True)) for t in report.tables},
        "words": {p.id: list(p.paragraphs) for p in report.prose},
    }
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def workbook(report: Report, now: datetime) -> bytes:
    """Return a workbook: a cover with contents and notes, then one table a sheet."""
    report, content = report.named, io.BytesIO()
    with new_workbook(content, report.title) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        cover = book.add_worksheet("Cover")
        cover.set_column(0, 0, 100, wrapped)
        first = [] if report.front is None else [*report.front.to_text(), ""]
        notes = [
            *first,
            *report.about,
            f"Made on {_day(now)}",
            *(f"! {warning}" for _, warning in report.warnings),
        ]
        notes += [report.footnote] if report.footnote else []
        notes += [] if report.public else [MARKING]
        todo = (
            []
            if report.todo is None
            else [f"{report.todo_title}:", *(report.todo or ("none",)), ""]
        )
        contents = ["Contents:", *(f"{t.id}: {t.title}. {t.says}".strip() for t in report.tables)]
        cover.write_string(0, 0, report.title, bold)
        words = [
            line for p in report.prose for line in ("", f"{p.title}.", p.says, *_paragraphs(p))
        ]
        for number, line in enumerate(["", *notes, "", *todo, *contents, *words], start=1):
            cover.write_string(number, 0, line)
        for table in report.tables:
            _sheet(book, table, bold)
    return content.getvalue()


def _sheet(book: Any, table: ReportTable, bold: Any) -> None:
    sheet, lines = book.add_worksheet(table.id), book.add_format({"text_wrap": True})
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, table.says)
    headings = [{"header": heading} for heading in _tell_apart(table.headings)]
    rows = [list(row) for row in table.rows] or [["" for _ in table.headings]]
    sheet.add_table(
        3, 0, 3 + len(rows), len(headings) - 1,
        {"columns": headings, "name": "t_" + table.id.replace("-", "_"), "style": None},
    )  # fmt: skip
    for y, row in enumerate(rows, start=4):
        for x, cell in enumerate(row):
            number = cell.replace(",", "")
            if x in table.numbers and number.lstrip("-").isdigit():
                sheet.write_number(y, x, int(number))
            else:
                sheet.write_string(y, x, cell, lines if "\n" in cell else None)
    for x, heading in enumerate(table.headings):
        longest = max([len(heading) + 3, *(len(row[x]) for row in rows)])
        sheet.set_column(x, x, min(longest + 1, _WIDTH))
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


def _day(now: datetime) -> str:
    return long_date(london_day(now))


FORMS: Final[dict[str, Form]] = {
    ".html": page,
    ".xlsx": workbook,
    ".csv": comma_separated,
    ".json": as_json,
    ".txt": text,
}
