"""The forms that a report is written in: page, workbook, text, CSV and JSON, by the file's ending.

One content, and the same bytes for the same content: nothing of when it was written is in it but
the day that the page says.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace as replace_parts
from datetime import datetime
from typing import Any, Final

from exchange.bundle.marking import MARKING
from exchange.reports.html import render
from exchange.reports.report import Prose, Report, ReportTable
from exchange.reports.report_workbook import workbook
from exchange.text import day_of, in_columns, without_formula

Form = Callable[[Report, datetime], bytes]
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
    lines += [*first, *report.about, f"Made on {day_of(now)}", ""]
    if report.todo is not None:
        lines += [
            report.todo_title.upper(),
            "",
            *(f"- {task}" for task in report.todo or ("none",)),
            "",
        ]
    for part in report.parts:
        within = _columns(part) if isinstance(part, ReportTable) else _paragraphs(part)
        introduction = [part.introduction, ""] if part.introduction else []
        lines += [part.title.upper(), "", *introduction, *within, ""]
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


FORMS: Final[dict[str, Form]] = {
    ".html": page,
    ".xlsx": workbook,
    ".csv": comma_separated,
    ".json": as_json,
    ".txt": text,
}
