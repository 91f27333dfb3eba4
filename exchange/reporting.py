"""What is wrong with an extract, as a workbook for the officer who holds it.

Keeps true: lines, columns and rules, and no value; what came from a file is never a formula. Stays
on the officer's machine.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from exchange.preparing import Prepared
from exchange.publishing import replace
from exchange.terminal import where
from schemas.findings import LINES_KEPT, Finding

_SAFE: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_RULES: Final = ("rule", "weight", "column", "lines", "what is wrong", "what to do")
_LINES: Final = ("line", "column", "rule", "what is wrong")


def write_report(path: Path, found: Prepared, file: str) -> None:
    """Write the findings of an extract: a summary, the rules, and every line that is known.

    Args:
        file: The extract's name.
    """
    import xlsxwriter  # noqa: PLC0415 - only a report needs it

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _SAFE) as book:
        bold = book.add_format({"bold": True})
        _summary(book.add_worksheet("Summary"), found, file, bold)
        rules = book.add_worksheet("Rules")
        _sheet(rules, _RULES, [_rule(f) for f in found.findings], bold, (26, 9, 20, 10, 70, 90))
        lines = book.add_worksheet("Lines")
        rows = _lines(found.findings)
        _sheet(lines, _LINES, [row for row, _ in rows], bold, (10, 20, 26, 70))
        for at, (row, finding) in enumerate(rows, start=1):
            target = found.findings.index(finding) + 2
            lines.write_url(at, 2, f"internal:Rules!A{target}", string=str(row[2]))
    replace(path, content.getvalue())


def _summary(sheet: Any, found: Prepared, file: str, bold: Any) -> None:
    tally = found.outcome.tally
    rows: list[tuple[str, str | int]] = [
        ("Extract", file),
        ("Dataset", found.dataset.id),
        ("Dates covered", str(found.covered)),
        ("Quarter", found.covered.quarter.label),
        ("Rows in the file", tally.rows_in),
        *((f"Left out, {reason.says}", n) for reason, n in tally.left_out.items()),
        ("Rows accepted", tally.accepted),
        ("", ""),
        ("This workbook holds line numbers and rules, and no values of records.", ""),
        (f"Of each rule the first {LINES_KEPT:,} lines are listed; its count is the true one.", ""),
    ]
    sheet.set_column(0, 0, 50)
    sheet.set_column(1, 1, 40)
    for at, (words, value) in enumerate(rows):
        sheet.write(at, 0, words, bold if value != "" else None)
        sheet.write(at, 1, value)


def _rule(finding: Finding) -> tuple[str | int, ...]:
    rule = finding.rule
    return (rule.id, rule.severity.name.lower(), where(finding), finding.count, rule.says, rule.fix)


def _lines(findings: Sequence[Finding]) -> list[tuple[tuple[str | int, ...], Finding]]:
    rows = [((line, where(f), f.rule.id, f.rule.says), f) for f in findings for line in f.lines]
    return sorted(rows, key=lambda one: (one[0][0], one[0][2]))


def _sheet(
    sheet: Any,
    heading: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    bold: Any,
    widths: Sequence[int],
) -> None:
    """Write a table with its heading fixed and a filter on it."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_row(0, 0, heading, bold)
    for at, row in enumerate(rows, start=1):
        sheet.write_row(at, 0, row)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(heading) - 1)
