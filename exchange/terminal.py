"""What the exchange says, and where.

- Results go to standard output, and nothing else does.
- All else goes to standard error after "exchange: ", in lower case, with no full stop.
- The second word is error, warning or hint; there is no fourth.
- An error and a warning end with their id in square brackets; `exchange explain ID` explains it.
- A line number, a column of ours and a rule may be said. A value from a file may not.
- Partner and dataset ids and dates are said as they are typed; numbers have thousands separators.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import Refusal
from schemas.findings import Finding, Severity
from schemas.lines import FILE_LINES, line_name

if TYPE_CHECKING:
    from exchange.kept import Answer

_SHOWN: Final = 8  # findings on a terminal, worst first; names of a list
_LINES_SHOWN: Final = 5
_LINES_JSON: Final = 1000
_MEANT_SHOWN: Final = 3


def result(text: str = "") -> None:
    """Say a line of the result."""
    print(text, file=sys.stdout, flush=True)


def as_json(value: Any) -> None:
    """Say the whole result as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str), file=sys.stdout, flush=True)


def error(id_: str, text: str) -> None:
    """Say what was refused."""
    print(f"exchange: error: {text} [{id_}]", file=sys.stderr)


def warning(id_: str, text: str) -> None:
    """Say what went on all the same, and should be known."""
    print(f"exchange: warning: {text} [{id_}]", file=sys.stderr)


def hint(text: str) -> None:
    """Say what can be done next."""
    print(f"exchange: hint: {text}", file=sys.stderr)


def detail(text: str) -> None:
    """Say a line of detail under what was just said."""
    print(f"  {text}", file=sys.stderr)


def refused(refusal: Refusal) -> None:
    """Say a refusal: what happened, its details, and what to do."""
    error(refusal.id, refusal.says)
    for line in refusal.lines:
        detail(line)
    for text in refusal.hints:
        hint(text)


def number(count: int) -> str:
    """Write a count.

    >>> number(1815)
    '1,815'
    """
    return f"{count:,}"


def counted(count: int, one: str, more: str = "") -> str:
    """Write a count with its noun.

    >>> counted(1, "line"), counted(1204, "line")
    ('1 line', '1,204 lines')
    """
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def some(names: Sequence[str]) -> str:
    """Name the first of many.

    >>> some(["a", "b"]), some(list("abcdefghijklm"))
    ('a, b', 'a, b, c, d, e, f, g, h and 5 more')
    """
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN:,} more"


def long_date(day: date) -> str:
    """Write a day as people say it.

    >>> long_date(date(2026, 12, 1))
    '1 December 2026'
    """
    return f"{day.day} {day:%B %Y}"


def table(rows: Sequence[Sequence[str]], heading: Sequence[str] = ()) -> None:
    """Say rows in columns, as wide as they need to be, fit for a pipe and for a screen reader."""
    everything = [list(heading), *map(list, rows)] if heading else [list(row) for row in rows]
    if not everything:
        return
    widths = [max(len(row[i]) for row in everything) for i in range(len(everything[0]))]
    for row in everything:
        result("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip())


def finding_lines(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Write findings a line each, worst first, capped, with their true counts."""
    shown = findings[:_SHOWN]
    rows = [(where(f), f.rule.says, _count(f), _rest(f)) for f in shown]
    widths = [max((len(r[i]) for r in rows), default=0) for i in range(3)]
    lines = [
        "  ".join(c.ljust(w) for c, w in zip(r, [*widths, 0], strict=True)).rstrip() for r in rows
    ]
    if len(findings) > _SHOWN:
        lines.append(f"and {counted(len(findings) - _SHOWN, 'more rule')}")
    return tuple(lines)


def fixes(findings: Sequence[Finding], most: int = 3) -> tuple[str, ...]:
    """Say how to mend the worst findings."""
    said = dict.fromkeys(f"{f.rule.id}: {f.rule.fix}" for f in findings)
    return tuple(said)[:most]


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
            "says": f.rule.says,
            "fix": f.rule.fix,
            "example": f.rule.example,
            "meant": list(f.meant),
            "detail": f.detail,
        }
        for f in findings
    ]


def say_findings(
    findings: Sequence[Finding], what: str, answers: Callable[[Finding], "Answer | None"]
) -> None:
    """Say queries and warnings about something that goes on; what was answered once, briefly."""
    queries = [f for f in findings if f.rule.severity is Severity.QUERY]
    open_ = [f for f in queries if answers(f) is None]
    if open_:
        warning("queries-open", f"{what} needs a word from you")
        for line in finding_lines(open_):
            detail(line)
        for text in fixes(open_):
            hint(text)
        hint(f'if it is right, say why once: --answer {open_[0].rule.id}="…"; it is kept')
    warnings = [f for f in findings if f.rule.severity is Severity.WARNING]
    if warnings:
        warning("file-has-warnings", f"{what} has a remark")
        for line in finding_lines(warnings):
            detail(line)
    for query in queries:
        if answer := answers(query):
            detail(f"{query.rule.id}: answered on {answer.on}: {answer.reason}")


def is_interactive() -> bool:
    """Say whether there is somebody who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def progress(what: str) -> Iterator["Progress"]:
    """Show on a terminal that work goes on; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield Progress(None)
        return
    from rich.console import Console  # noqa: PLC0415 - only for a terminal

    # The old console of Windows has no braille dots.
    spinner = "line" if sys.platform == "win32" else "dots"
    with Console(stderr=True).status(what, spinner=spinner) as status:
        yield Progress(status)


class Progress:
    """What is going on at the moment."""

    def __init__(self, status: Any) -> None:
        self._status = status

    def stage(self, text: str) -> None:
        """Name the stage that begins."""
        if self._status is not None:
            self._status.update(f"{text} …")

    def step(self, done: int, of: int | None = None) -> None:
        """Say how far it is."""
        if self._status is not None and (done % 100 == 0 or of is not None):
            self._status.update(f"{done:,} of {of:,} …" if of else f"{done:,} …")


def where(finding: Finding) -> str:
    """Say which column a finding is about: ours and its number in the file, or numbers alone."""
    if not finding.positions:
        return finding.column or "the file"
    numbers = ", ".join(str(n) for n in finding.positions[:_LINES_SHOWN])
    rest = len(finding.positions) - _LINES_SHOWN
    word = "column" if len(finding.positions) == 1 else "columns"
    words = f"{word} {numbers}" + (f" and {rest} more" if rest > 0 else "")
    return f"{finding.column} ({words})" if finding.column else words


def _rest(finding: Finding) -> str:
    """Say the lines, what may have been meant, and the numbers of it."""
    parts = [_lines(finding), finding.detail]
    if finding.meant:
        parts.append(f"did you mean {', '.join(finding.meant[:_MEANT_SHOWN])}")
    return "; ".join(part for part in parts if part)


def _count(finding: Finding) -> str:
    return counted(finding.count, "line") if finding.count else ""


def _lines(finding: Finding) -> str:
    if not finding.lines:
        return ""
    shown = ", ".join(line_name(n) for n in finding.lines[:_LINES_SHOWN])
    rest = finding.count - _LINES_SHOWN
    return shown + (f" and {rest:,} more" if rest > 0 else "")
