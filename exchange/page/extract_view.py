"""What the pages show of an extract: values as text, ready for the templates.

Holds no rows, but in `rows_of`, whose page the officer opens to look at them.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final

import polars as pl

from exchange.page.templates import remedies
from exchange.submission.findings_text import problem_of, where
from exchange.submission.plan import Outgoing, PlannedExtract
from exchange.submission.prepare import CheckedExtract, Prepared
from exchange.submission.repairs import kind_of_repair
from exchange.submission.submit import SentBundle
from exchange.submission.summary import account_rows, loss_in_words, rows_in
from exchange.text import capitalised, time_in_words, with_noun
from schemas.checks.coverage import count_by_month
from schemas.checks.select import Selected
from schemas.datasets.registry import DATASETS
from schemas.extract.column_numbers import columns_in_words
from schemas.extract.file import Raw
from schemas.extract.line_numbers import FILE_LINES, LINE, line_name
from schemas.extract.row_counts import LeftOut
from schemas.findings.finding import Finding, Severity
from schemas.quarters import Covered, days_in_words, month_name

# With which a rule begins that lacks its subject.
_VERBS: Final = frozenset(
    (
        *("are", "can", "could", "do", "does", "has", "have", "hold", "holds", "is", "match"),
        *("matches", "may", "must", "name", "names", "show", "shows", "was", "were", "would"),
    )
)
_LINES: Final = 5  # named of each finding, and shown
_MEANT: Final = 3
_PLACE: Final = (
    *("postcode", "lsoa", "lsoa_name", "district", "grid_reference"),
    *("easting", "northing", "longitude", "latitude"),
)
_DATE: Final = ("recorded", "occurred_from")
_DECIDING: Final = {  # the fields that decide whether a row is counted
    LeftOut.OTHER_AREA: _PLACE,
    LeftOut.NO_PLACE: _PLACE,
    LeftOut.OTHER_DATES: _DATE,
    LeftOut.NO_DATE: _DATE,
    LeftOut.OTHER_DATASET: ("category",),
    LeftOut.NO_CATEGORY: ("category",),
}


def with_title(question: str) -> str:
    """Write a question that begins with a dataset's id with its title instead."""
    name, colon, rest = question.partition(": ")
    return f"{DATASETS[name].title}: {rest}" if colon and name in DATASETS else question


@dataclass(frozen=True, slots=True)
class FindingView:
    """What was found: where and what to do, and never a value."""

    number: int
    rule: str
    title: str
    hints: list[str]
    typed: list[str]
    example: str
    count: str
    lines: str
    detail: str
    meant: str
    is_error: bool
    is_query: bool
    answer: str = ""
    can_repair: bool = False

    @property
    def has_lines(self) -> bool:
        """Whether there are rows to look at."""
        return bool(self.lines)


@dataclass(frozen=True, slots=True)
class CheckedView:
    """What came in as one dataset."""

    dataset: str
    title: str
    covered: str
    assumed: tuple[str, ...]
    months: list[tuple[str, int]]
    most: int
    account: list[tuple[str, int]]
    opens: dict[str, str] = field(default_factory=dict)  # losses of the account: their addresses


@dataclass(frozen=True, slots=True)
class ExtractView:
    """What came in as one dataset, where it went, and what was found."""

    checked: CheckedView
    findings: list[FindingView]

    @property
    def errors(self) -> list[FindingView]:
        """What stops it."""
        return [finding for finding in self.findings if finding.is_error]


def checked_view(checked: CheckedExtract) -> CheckedView:
    """Return what came in, before it is depersonalised."""
    return _summary(checked.selected, checked.covered, rows_in(checked.outcome.tally))


def _summary(selected: Selected, covered: Covered, account: list[tuple[str, int]]) -> CheckedView:
    months: dict[Covered, int] = {}
    if not selected.dataset.is_numbers:
        months = dict(count_by_month(selected, covered))
    counts = [(month_name(month.first), n) for month, n in months.items()]
    whole = covered == Covered.whole(covered.quarter)
    return CheckedView(
        selected.dataset.id,
        selected.dataset.title,
        covered.quarter.label if whole else days_in_words(covered),
        selected.assumed,
        counts,
        max((n for _, n in counts), default=0),
        account,
    )


def extract_views(extracts: Sequence[PlannedExtract]) -> list[ExtractView]:
    """Return what the account shows of each dataset; findings are numbered through all of them."""
    number = count()
    views: list[ExtractView] = []
    for extract in extracts:
        prepared = extract.prepared
        came_in = _summary(prepared.selected, prepared.covered, account_rows(prepared))
        opens = {loss_in_words(why): f"lost/{len(views)}/{why}" for why in extract.losses}
        came_in = replace(came_in, opens=opens)
        findings = [
            finding_view(
                finding,
                next(number),
                _answer(extract, finding),
                can_repair=kind_of_repair(prepared, finding) is not None,
            )
            for finding in prepared.findings
        ]
        views.append(ExtractView(came_in, findings))
    return views


def _answer(extract: PlannedExtract, finding: Finding) -> str:
    answer = extract.answers.to(finding)
    return f"{answer} (answered on {answer.on})" if answer else ""


def finding_view(
    finding: Finding, number: int = 0, answer: str = "", *, can_repair: bool = False
) -> FindingView:
    """Return what the page says of a finding."""
    rest, fix = finding.count - _LINES, remedies([finding.rule.fix])
    lines = ", ".join(line_name(n) for n in finding.lines[:_LINES])
    return FindingView(
        number,
        finding.rule.id,
        _finding_text(finding),
        fix["hints"],
        fix["typed"],
        finding.rule.example,
        with_noun(finding.count, "line") if finding.count else "",
        lines + (f" and {rest:,} more" if lines and rest > 0 else ""),
        finding.detail,
        ", ".join(finding.meant[:_MEANT]),
        finding.rule.severity is Severity.ERROR,
        finding.rule.severity is Severity.QUERY,
        answer,
        can_repair,
    )


def _finding_text(finding: Finding) -> str:
    """Say which column it is about, or that it is about rows or the file, and what is wrong."""
    text = problem_of(finding)
    is_whole = text.split(" ", maxsplit=1)[0] not in _VERBS
    if finding.column is None and not finding.positions:
        subject = "a row" if finding.lines else "the file"
        return capitalised(text if is_whole else f"{subject} {text}")
    return capitalised(where(finding).replace("_", " ") + (": " if is_whole else " ") + text)


@dataclass(frozen=True, slots=True, repr=False)
class OfficersRows:
    """The officer's own rows, to be looked at: their values are shown, and kept nowhere."""

    headings: list[str]
    rows: list[tuple[str, list[str]]]
    marked: set[int]


def rows_of(raw: Raw, finding: Finding) -> OfficersRows:
    """Return the first rows that a finding is about, as they are in the file."""
    return _rows_at(raw, list(finding.lines[:_LINES]), set(finding.positions))


def _rows_at(raw: Raw, lines: list[int], columns: Set[int]) -> OfficersRows:
    cells = raw.cells.filter(pl.col(LINE).is_in(lines))
    headings = [name or columns_in_words(n) for n, name in raw.columns.items()]
    rows = [
        (line_name(line), [cell or "" for cell in values]) for line, *values in cells.iter_rows()
    ]
    marked = {place for place, number in enumerate(raw.columns) if number in columns}
    return OfficersRows(headings, rows[:_LINES], marked)


@dataclass(frozen=True, slots=True)
class LossView:
    """Rows that are not counted, for one reason: where they are, and the first of them."""

    title: str
    count: str
    tables: list[tuple[str, list[tuple[str, int]]]]
    headings: list[str]
    rows: OfficersRows = field(repr=False)


def loss_view(raw: Raw, prepared: Prepared, why: LeftOut) -> LossView:
    """Return what is known of the rows that are not counted for a reason."""
    selected = prepared.selected
    lines = selected.lost[why]
    names = _DECIDING.get(why, ())
    columns = {selected.positions[name] for name in names if name in selected.positions}
    counts = (lines // FILE_LINES + 1).value_counts().sort(LINE)
    files = [(f"File or sheet {n}", rows) for n, rows in counts.iter_rows()]
    areas = list(selected.tally.other_areas.items()) if why is LeftOut.OTHER_AREA else []
    tables = [("By area", areas), ("By file or sheet", files if files[1:] else [])]
    view = _rows_at(raw, lines.head(_LINES).to_list(), columns)
    return LossView(
        capitalised(loss_in_words(why)),
        with_noun(len(lines), "row"),
        [(caption, rows) for caption, rows in tables if rows],
        [view.headings[n] for n in sorted(view.marked)],
        view,
    )


def bundle_view(outgoing: Outgoing) -> dict[str, Any]:
    """Return what would go to one partnership, and to whom."""
    return {
        "title": outgoing.prepared.dataset.title,
        "covered": days_in_words(outgoing.prepared.covered),
        "partnership": outgoing.log.register.name,
        "rows": with_noun(outgoing.shared.rows.height, "row"),
        "personal": outgoing.shared.personal,
        "recipients": outgoing.recipients,
        "replaces": [str(number) for number in outgoing.replaces],
    }


def sent_view(bundle: SentBundle) -> dict[str, Any]:
    """Return what the receipt says of a bundle: what anybody can look up in the log."""
    statement, sent = bundle.sent.statement, bundle.sent
    register = bundle.outgoing.log.register
    return {
        "title": bundle.outgoing.prepared.dataset.title,
        "personal": bundle.outgoing.shared.personal,
        "covered": days_in_words(statement.covered),
        "partner": register.partners[statement.partner].name,
        "partnership": register.name,
        "slug": bundle.outgoing.part.settings.slug,
        "rows": with_noun(bundle.outgoing.shared.rows.height, "row"),
        "log_number": sent.position,
        "time": time_in_words(sent.time),
        "is_late": sent.is_late,
        "again": sent.again,
        "bundle": statement.bundle_sha256,
    }
