"""What is wrong with an extract, as a workbook for the officer who holds it.

Keeps true: lines, columns and rules, and no value unless it was asked for, in which case the front
says that it holds personal data; what came from a file is never a formula. Stays on the officer's
machine.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from exchange.files import replace
from exchange.profile.answers import Answers
from exchange.submission.findings_text import problem_of, where
from exchange.submission.prepare import Prepared
from exchange.workbooks import new_workbook
from schemas.extract.file import ExtractFile, Raw, read_all
from schemas.extract.line_numbers import LINE
from schemas.findings.finding import Finding, errors, share_corrected
from schemas.quarters import days_in_words

_RULES: Final = (
    ("rule", 26),
    ("weight", 9),
    ("column", 26),
    ("lines", 10),
    ("of all errors, fixed by these, %", 32),
    ("what is wrong", 70),
    ("what to do", 80),
    ("an example", 40),
    ("did you mean", 40),
    ("your answer", 40),
)
_LINES: Final = (("line", 10), ("column", 26), ("rule", 26), ("what is wrong", 70))
_VALUE: Final = ("the value", 40)
_STEPS: Final = ((1, "the first is corrected"), (3, "the first three are"))
ROWS_MOST: Final = 100_000  # on the sheet of lines, of all rules together, worst first
_FRONT: Final = "This workbook holds line numbers and rules, and no values from records."
_PERSONAL: Final = "THIS WORKBOOK HOLDS PERSONAL DATA: the incorrect values from records."


def write_report(
    path: Path,
    prepared: Prepared,
    files: Sequence[ExtractFile],
    answers: Answers,
    *,
    with_values: bool = False,
) -> None:
    """Write the findings of an extract: a summary, the rules, and the lines, worst first.

    Args:
        files: The extract, which is read again where its values are wanted.
    """
    raw = read_all(files) if with_values else None
    content = io.BytesIO()
    with new_workbook(content) as book:
        bold = book.add_format({"bold": True})
        link = book.add_format({"font_color": "blue", "underline": True})
        text = book.add_format({"num_format": "@"})
        _summary(
            book.add_worksheet("Summary"), prepared, ", ".join(f.name for f in files), raw, bold
        )
        rules = book.add_worksheet("Rules")
        _begin(rules, _RULES, bold)
        for line, row in enumerate(_rules(prepared, answers), start=1):
            rules.write_row(line, 0, row)
        _end(rules, _RULES, len(prepared.findings))
        lines, headings = book.add_worksheet("Lines"), (*_LINES, *([_VALUE] if raw else ()))
        _begin(lines, headings, bold)
        line = 0
        for line, (number, finding, target, value) in enumerate(
            _lines(prepared.findings, raw), start=1
        ):
            lines.write_number(line, 0, number)
            lines.write_string(line, 1, where(finding))
            note = f'=HYPERLINK("#Rules!A{target}","{finding.rule.id}")'
            lines.write_formula(line, 2, note, link, finding.rule.id)
            lines.write_string(line, 3, problem_of(finding))
            if raw is not None:
                lines.write_string(line, 4, value, text)
        _end(lines, headings, line)
    replace(path, content.getvalue())


def _summary(sheet: Any, prepared: Prepared, file: str, raw: Raw | None, bold: Any) -> None:
    tally, wrong = prepared.outcome.tally, errors(prepared.findings)
    rows: list[tuple[str, str | int]] = [
        (_FRONT if raw is None else _PERSONAL, ""),
        *(
            [("Keep it on this machine, and delete it when the file has been corrected.", "")]
            * bool(raw)
        ),
        ("", ""),
        ("Extract", file),
        ("Dataset", prepared.dataset.id),
        ("Dates covered", days_in_words(prepared.covered)),
        ("Quarter", prepared.covered.quarter.label),
        ("Rows in the file", tally.rows_in),
        *((f"Not counted: {reason.in_words}", n) for reason, n in tally.left_out.items()),
        ("Rows checked", tally.accepted),
        ("", ""),
        ("Rules broken that stop the submission", len(wrong)),
        ("Errors of those rules, in lines", sum(f.count for f in wrong)),
        *(
            (f"Fixed when {text}, per cent", share_corrected(wrong, n))
            for n, text in _STEPS
            if wrong
        ),
        (f"The sheet of lines holds the first {ROWS_MOST:,}; counts are complete.", ""),
    ]
    sheet.set_column(0, 0, 72)
    sheet.set_column(1, 1, 40)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for line, (words, value) in enumerate(rows):
        sheet.write_string(line, 0, words, bold if line == 0 else None)
        if value != "":
            sheet.write(line, 1, value)


def _rules(prepared: Prepared, answers: Answers) -> Iterator[tuple[str | int, ...]]:
    wrong = errors(prepared.findings)
    for number, finding in enumerate(prepared.findings, start=1):
        rule, answer = finding.rule, answers.to(finding)
        share = share_corrected(wrong, number) if finding in wrong else ""
        wrong_with = "; ".join(filter(None, (problem_of(finding), finding.detail)))
        yield (
            rule.id,
            rule.severity.name.lower(),
            where(finding),
            finding.count,
            share,
            wrong_with,
            rule.fix,
            rule.example,
            ", ".join(finding.meant),
            f"{answer} ({answer.on})" if answer else "",
        )


def _lines(findings: Sequence[Finding], raw: Raw | None) -> Iterator[tuple[int, Finding, int, str]]:
    """Give lines, worst rule first, with the row of the rule on its sheet, and their values."""
    room = ROWS_MOST
    for target, finding in enumerate(findings, start=2):
        lines = finding.lines[:room]
        for line, value in zip(lines, _values(raw, finding, lines), strict=True):
            yield line, finding, target, value
        room -= len(lines)


def _values(raw: Raw | None, finding: Finding, lines: tuple[int, ...]) -> list[str]:
    """Return what stands in the cells that a finding is about; nothing where they are not one."""
    if raw is None or len(finding.positions) != 1 or finding.column is None or not lines:
        return [""] * len(lines)
    rows = raw.cells[LINE].search_sorted(pl.Series(lines, dtype=pl.UInt32))
    cells = raw.column(finding.positions[0]).gather(rows)
    return cells.fill_null("").to_list()


def _begin(sheet: Any, columns: Sequence[tuple[str, int]], bold: Any) -> None:
    for column, (words, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, words, bold)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _end(sheet: Any, columns: Sequence[tuple[str, int]], rows: int) -> None:
    sheet.autofilter(0, 0, max(rows, 1), len(columns) - 1)
