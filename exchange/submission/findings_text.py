"""Findings of an extract in words and as JSON: where something is wrong, never what it says."""

from collections.abc import Sequence
from typing import Any, Final

from exchange.text import in_columns, with_noun
from schemas.extract.column_numbers import column_letters, columns_in_words
from schemas.extract.line_numbers import FILE_LINES, line_name
from schemas.findings.finding import Finding

_SHOWN: Final = 8  # findings on a terminal, worst first
_LINES_SHOWN: Final = 5
_LINES_JSON: Final = 1000
_MEANT_SHOWN: Final = 3
_OF_SEVERAL: Final = {"is": "are", "has": "have", "does": "do"}


def finding_lines(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Write findings a line each, worst first, capped, with their true counts."""
    shown = findings[:_SHOWN]
    lines = in_columns([(where(f), problem_of(f), _count(f), _details(f)) for f in shown])
    if len(findings) > _SHOWN:
        lines.append(f"and {with_noun(len(findings) - _SHOWN, 'more rule')}")
    return tuple(lines)


def fixes(findings: Sequence[Finding], most: int = 3) -> tuple[str, ...]:
    """Say how to correct the worst findings."""
    lines = dict.fromkeys(f"{f.rule.id}: {f.rule.fix}" for f in findings)
    return tuple(lines)[:most]


def findings_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings for --json: where, never what."""
    return [
        {
            "rule": f.rule.id,
            "severity": f.rule.severity.name.lower(),
            "column": f.column,
            "positions": list(f.positions),
            "count": f.count,
            "lines": [n if n < FILE_LINES else line_name(n) for n in f.lines[:_LINES_JSON]],
            "problem": f.rule.problem,
            "fix": f.rule.fix,
            "example": f.rule.example,
            "meant": list(f.meant),
            "detail": f.detail,
        }
        for f in findings
    ]


def where(finding: Finding) -> str:
    """Say what a finding is about: our column and its number, numbers alone, a row, or the file."""
    if not finding.positions:
        return finding.column or (finding.rule.about if finding.lines else "") or "the file"
    if finding.column:
        (number,) = finding.positions
        return f"{finding.column} (column {number}, {column_letters(number)})"
    return columns_in_words(*finding.positions)


def problem_of(finding: Finding) -> str:
    """Say what is wrong, of one column or of several."""
    if finding.column or len(finding.positions) < 2:
        return finding.rule.problem
    verb, rest = finding.rule.problem.split(" ", 1)
    rest = rest.replace(", and was ", ", and were ")
    return f"{_OF_SEVERAL.get(verb, verb)} {rest}"


def _details(finding: Finding) -> str:
    """Say the lines, what may have been meant, and the numbers of it."""
    parts = [_lines(finding), finding.detail]
    if finding.meant:
        parts.append(f"did you mean {', '.join(finding.meant[:_MEANT_SHOWN])}")
    return "; ".join(part for part in parts if part)


def _count(finding: Finding) -> str:
    return with_noun(finding.count, "line") if finding.count else ""


def _lines(finding: Finding) -> str:
    if not finding.lines:
        return ""
    shown = ", ".join(line_name(n) for n in finding.lines[:_LINES_SHOWN])
    rest = finding.count - _LINES_SHOWN
    return shown + (f" and {rest:,} more" if rest > 0 else "")
