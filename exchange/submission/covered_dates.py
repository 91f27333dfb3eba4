"""Which dates an extract covers.

Worked out from its records where they tell it; else the officer is asked, and without a terminal
it is a usage error that names the option.
"""

from datetime import datetime

from exchange.errors import Usage
from exchange.submission.detect import Prompt
from exchange.submission.incomplete_quarter import refuse_not_over
from exchange.typed_words import typed_dates
from schemas.checks.file_dates import has_unclear_dates, likely_dates, months_of, quarters_of
from schemas.checks.select import Selected
from schemas.extract.errors import Undecided
from schemas.quarters import (
    Covered,
    Quarter,
    month_name,
)


def covered_dates(
    selected: Selected, typed: str | None, prompt: Prompt | None, now: datetime
) -> Covered:
    """Return the dates covered: as the officer typed them, else worked out, else as answered."""
    if not typed and "date" not in selected.dataset.needs and not quarters_of(selected):
        raise Usage("dates-missing", "the file does not say which quarter it covers")
    if not typed and (has_unclear_dates(selected) or not quarters_of(selected)):
        # No record is inside, or none has a date: checking says so, whatever the quarter.
        return Covered.whole(Quarter.before(now))
    try:
        covered = typed_dates(typed) if typed else likely_dates(selected)
    except Undecided as fault:
        covered = _ask_dates(selected, fault, prompt)
    _same_quarter(selected, covered)
    refuse_not_over(
        covered,
        now,
        "name the days that the file covers: --dates 2026-07, or --dates FIRST..LAST",
    )
    return covered


def covers_a_month(covered: Covered) -> tuple[str, ...]:
    """Say that a month was worked out, and how to say that it is the whole quarter."""
    if covered == Covered.whole(covered.quarter):
        return ()
    assumption = f"every record is of {month_name(covered.first)}, so it is sent as that month"
    return (f"{assumption}; if it is the whole quarter: --dates {covered.quarter}",)


def _ask_dates(selected: Selected, fault: Undecided, prompt: Prompt | None) -> Covered:
    months = months_of(selected)
    if prompt is None or len(months) != 1:
        raise Usage(fault.id, fault.message, *fault.hints) from None
    ((year, month),) = months
    part = Covered.month(year, month)
    options = {str(part): "that month only", str(part.quarter): "the whole quarter"}
    question = f"{selected.dataset.id}: {fault.message}. Which dates does the file cover?"
    return Covered.parse(prompt.choose(question, options))


def _same_quarter(selected: Selected, covered: Covered) -> None:
    """Refuse a file whose dates lie in another quarter, naming the one it looks like."""
    quarters = quarters_of(selected)
    if has_unclear_dates(selected):
        return  # checking says so
    if quarters and all(quarter != covered.quarter for quarter, _ in quarters):
        raise Usage(
            "records-in-another-quarter",
            f"no record in the file is from {covered.quarter}; it looks like {quarters[0][0]}",
            f"if it is for that quarter: --dates {quarters[0][0]}",
            "nothing was sent",
        )
