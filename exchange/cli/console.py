"""What the exchange says, and where.

- Results go to standard output, and nothing else does.
- All else goes to standard error after "exchange: ", in lower case, with no full stop.
- The second word is error, warning or hint; there is no fourth.
- An error and a warning end with their id in square brackets; `exchange explain ID` explains it.
- On a terminal the second word has a colour, unless NO_COLOR is set.
- A line number, a column of ours and a rule may be said. A value from a file may not.
- Partner and dataset ids and dates are said as they are typed; numbers have thousands separators.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from exchange.cli.colours import in_colour
from exchange.errors import Notice, Refusal
from exchange.submission.findings_text import finding_lines, fixes
from exchange.text import broken, lay_out_rows, with_noun
from schemas.findings.finding import Finding, Severity
from schemas.findings.reasons import CHOICES
from schemas.quarters import long_date

if TYPE_CHECKING:
    from exchange.profile.answers import Answer


_TRANSCRIPT: Final = 120  # columns of a transcript


def result(text: str = "", colour: str = "") -> None:
    """Say a line of the result; on a terminal, broken between words and then coloured."""
    print(in_colour(_fit_width(text, sys.stdout), colour, sys.stdout), file=sys.stdout, flush=True)


def as_json(value: Any) -> None:
    """Say the whole result as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str), file=sys.stdout, flush=True)


def error(id_: str, text: str) -> None:
    """Say what was refused."""
    _say("error", "red", f"{text} [{id_}]")


def warning(id_: str, text: str) -> None:
    """Say what went on all the same, and should be known."""
    _say("warning", "yellow", f"{text} [{id_}]")


def hint(text: str) -> None:
    """Say what can be done next."""
    _say("hint", "cyan", text)


def _say(word: str, colour: str, text: str) -> None:
    """Say a line on standard error; a colour only repeats what its word says."""
    click.echo(f"exchange: {in_colour(word, colour, sys.stderr)}: {text}", err=True)


def detail(text: str) -> None:
    """Say a line of detail under what was just said; on a terminal, broken between words."""
    print(_fit_width(f"  {text}", sys.stderr), file=sys.stderr)


def _fit_width(text: str, stream: TextIO) -> str:
    """Break a line that is wider than the terminal; whole pages and other streams stay as are."""
    if "\n" in text or not stream.isatty():
        return text
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return "\n".join(broken(text, shutil.get_terminal_size().columns, indent))


def notices(several: Iterable[Notice]) -> None:
    """Say what a library call noticed."""
    for notice in several:
        warning(notice.id, notice.message)
        _say_more(notice)


def say_refusal(refusal: Refusal) -> None:
    """Say a refusal: what happened, its details, and what to do."""
    error(refusal.id, refusal.message)
    _say_more(refusal)


def _say_more(message: Notice | Refusal) -> None:
    for line in message.lines:
        detail(line)
    for text in message.hints:
        hint(text)


def outcome(text: str, *, json: bool, **values: Any) -> None:
    """Say what was done: in a line for people, or as JSON."""
    if json:
        as_json(values)
    else:
        result(text)


def table(
    rows: Sequence[Sequence[str]], heading: Sequence[str] = (), colours: Sequence[str] = ()
) -> None:
    """Say rows in columns that fit the terminal; in a pipe or a file, separated by tabs.

    Args:
        colours: Of each row on a terminal; empty for none.
    """
    lines = [heading, *rows] if heading else rows
    if not (columns := width()):
        for cells in lines:
            result("\t".join(" ".join(cell.split()) for cell in cells))
        return
    of_lines = ["" for _ in range(len(lines) - len(rows))] + list(colours or [""] * len(rows))
    for laid_out, colour in zip(lay_out_rows(lines, columns), of_lines, strict=True):
        for line in laid_out:
            result(line, colour)


def width() -> int:
    """Return how many letters a line of the result may have; 0 in a pipe or a file."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _transcript_width


_transcript_width = 0  # in which people read what is printed, though it is no terminal


@contextmanager
def align_tables() -> Iterator[None]:
    """Write tables as on a wide terminal, for a transcript that people read."""
    global _transcript_width  # noqa: PLW0603 - as there is one standard output
    _transcript_width = _TRANSCRIPT
    try:
        yield
    finally:
        _transcript_width = 0


def say_findings(
    findings: Sequence[Finding], subject: str, answers: Callable[[Finding], "Answer | None"]
) -> None:
    """Say queries and warnings about something that goes on; what was answered once, briefly."""
    queries = [f for f in findings if f.rule.severity is Severity.QUERY]
    open_ = [f for f in queries if answers(f) is None]
    if open_:
        warning("queries-open", f"{subject}: {with_noun(len(open_), 'query', 'queries')} to answer")
        for line in finding_lines(open_):
            detail(line)
        for text in fixes(open_):
            hint(text)
        hint(f"if it is right, say why: --answer {open_[0].rule.id}=REASON")
        hint(CHOICES)
    warnings = [f for f in findings if f.rule.severity is Severity.WARNING]
    if warnings:
        warning("file-has-warnings", f"{subject}: please note")
        for line in finding_lines(warnings):
            detail(line)
    for query in queries:
        if answer := answers(query):
            day = long_date(date.fromisoformat(answer.on))
            detail(f"{query.rule.id}: answered on {day}: {answer}")


def is_interactive() -> bool:
    """Say whether there is somebody who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def progress(stage: str) -> Iterator["Progress"]:
    """Show on a terminal that work goes on; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield Progress(None)
        return
    from rich.console import Console  # noqa: PLC0415 - only for a terminal

    # The old console of Windows has no braille dots.
    spinner = "line" if sys.platform == "win32" else "dots"
    with Console(stderr=True).status(stage, spinner=spinner) as status:
        _running.append(status)
        try:
            yield Progress(status, stage)
        finally:
            _running.remove(status)


_running: list[Any] = []  # the line of progress that is on the terminal, if there is one


@contextmanager
def asking() -> Iterator[None]:
    """Take the line of progress away while the officer is asked something."""
    statuses = list(_running)
    for status in statuses:
        status.stop()
    yield
    for status in statuses:
        status.start()


def _share(done: int, total: int | None) -> str:
    """Say how much is done.

    >>> _share(1200, 4800), _share(1200, None)
    ('1,200 of 4,800 (25 %)', '1,200')
    """
    return f"{done:,} of {total:,} ({100 * done // total} %)" if total else f"{done:,}"


class Progress:
    """What is going on at the moment."""

    def __init__(self, status: Any, stage: str = "") -> None:
        self._status, self._stage = status, stage.removesuffix(" …")

    def stage(self, text: str) -> None:
        """Name the stage that begins."""
        self._stage = text
        if self._status is not None:
            self._status.update(f"{text} …")

    def step(self, done: int, total: int | None = None) -> None:
        """Say how far it is."""
        if self._status is not None and (done % 100 == 0 or total is not None):
            self._status.update(f"{self._stage} … {_share(done, total)}")
