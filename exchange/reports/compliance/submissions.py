"""The sections of the compliance report about what was sent: when, how precisely, and to whom."""

import math
from collections import Counter
from typing import Final

from exchange.log.recipients import officers_without_access
from exchange.pull.answers import answers_in_words
from exchange.reports.compliance.board_page import TREND, last_quarters
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from exchange.reports.source import Source
from exchange.reports.state_words import STATE_COLUMNS, evidence, words
from exchange.text import PLACES, day_of, with_noun
from partners.register.obligations import Standing, State
from partners.register.state import HELD, LATE
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter, days_in_words


def status_by_partner(source: Source, standings: dict[Quarter, list[Standing]]) -> ReportTable:
    """Return what became of each dataset that is due, by partner."""
    rows = [
        (
            str(quarter),
            s.partner,
            s.dataset,
            words(s, days_in_words, source.partner_names),
            _day_received(s),
            evidence(source.log, s, source.audit.witnessed, source.partner_names),
            _entries(s),
        )
        for quarter, standing in standings.items()
        for s in standing
    ]
    return fill_table("compliance/shared", rows, implied=(0,) if len(standings) == 1 else ())


def _entries(s: Standing) -> str:
    """Return the log numbers of what is in effect, and of what that replaced after the deadline."""
    now = ", ".join(map(str, s.entries))
    if s.replaced is None:
        return now
    return f"{', '.join(map(str, s.replaced.positions))}, replaced by {now}"


def _day_received(s: Standing) -> str:
    """Return the day on which a dataset was complete, and how early or late that was."""
    if s.completed is None:
        return ""
    day, late = day_of(s.completed), s.quarter.days_late(s.completed)
    if late == 0:
        return f"{day} (the last day)"
    return f"{day} ({with_noun(abs(late), 'day')} {'late' if late > 0 else 'early'})"


def status_by_quarter(source: Source) -> ReportTable:
    """Return how many datasets stood how in each of the last quarters."""
    rows = []
    for quarter, standing in last_quarters(source, source.quarters[-1]).items():
        if standing is None:
            rows.append((str(quarter), *("" for _ in State)))
            continue
        counts = Counter(s.state for s in standing)
        rows.append((str(quarter), *(str(counts[state]) for state in State)))
    return fill_table(
        "compliance/trend",
        rows,
        title=f"Last {TREND} quarters",
        columns=("quarter", *STATE_COLUMNS),
        numbers=tuple(range(1, len(State) + 1)),
        labels=STATE_COLUMNS,
    )


def depersonalisation(source: Source) -> ReportTable:
    """Return how precisely the records of each submission are shared, and what was withheld."""
    rows = []
    less = dict[str, str]()
    for submission in source.log.register.current():
        s = submission.statement
        if s.quarter in source.quarters and not s.personal:
            if (dataset := DATASETS.get(s.dataset)) and dataset.shared_less_precisely:
                less[dataset.title] = dataset.shared_less_precisely
            left = s.counts["left_out"]
            withheld = {why: left[why] for why in ("small-group", "domestic", HELD) if why in left}
            generalised = s.treatments["generalised"]
            coarser = {
                _NOT_COARSER.get(why, why): n for why, n in generalised.items() if why != "not"
            }
            rows.append(
                (
                    s.partner,
                    s.dataset,
                    str(s.covered),
                    _range(s.counts["accepted"]),
                    _bands({PLACES.get(n, n): b for n, b in s.treatments["places"].items()}),
                    _bands(coarser, alone="generalised"),
                    _bands(withheld),
                    _largest_share(withheld, s.counts["accepted"]),
                    str(submission.position),
                )
            )
    exceptions = " ".join(f"{title}: {why}" for title, why in sorted(less.items()))
    return fill_table("compliance/treatments", rows, more=exceptions)


def answers_to_queries(source: Source) -> ReportTable:
    """Return the queries about each submission with their signed answers."""
    rows = [
        (s.partner, s.dataset, str(s.covered), answer, str(submission.position))
        for submission in source.log.register.current()
        if (s := submission.statement).quarter in source.quarters and not s.personal
        for answer in answers_in_words(submission)
    ]
    return fill_table("compliance/answers", rows)


_NOT_COARSER: Final = {LATE: "marked as sensitive only after they were sent"}


def _bands(bands: dict[str, str], alone: str = "") -> str:
    """Write counts with what they count.

    Args:
        alone: What the column says already, so that the count is enough.
    """
    if list(bands) == [alone]:
        return _range(bands[alone])
    return "; ".join(
        f"{name.replace('-', ' ')}: {_range(band)}" for name, band in sorted(bands.items())
    )


def _range(band: str) -> str:
    """Write a count that is known as a range, such as "1,000 to 4,999"."""
    return " to ".join(f"{int(end):,}" for end in band.split("-"))


def _largest_share(withheld: dict[str, str], left_out: str) -> str:
    """Return the largest share that can have been withheld, from the ranges."""
    most = sum(int(band.rpartition("-")[2]) for band in withheld.values())
    least = int(left_out.partition("-")[0])
    return f"at most {math.ceil(100 * most / (most + least))}%" if most else "none"


def that_some_cannot_open(source: Source) -> ReportTable:
    """Return the submissions that were sent before some keys were added."""
    rows = []
    for submission in source.log.register.current():
        names = ", ".join(officers_without_access(source.log, submission))
        if names:
            s = submission.statement
            rows.append((s.partner, s.dataset, str(s.covered), names, str(submission.position)))
    return fill_table("compliance/not-served", rows)
