"""The first page of the compliance report: whether the duty is met, and by whom.

Leaves to others: what the board decides (`board_decisions.py`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from exchange.reports.compliance.board_decisions import (
    DAYS,
    board_decisions,
    by_partner,
    is_deleted,
)
from exchange.reports.compliance.verdict import NOT_MET, county_verdict, verdict
from exchange.reports.front_page import (
    DECISIONS_MOST,
    Decision,
    FrontPage,
    Mark,
    Matrix,
    QuarterBar,
    first_of,
)
from exchange.reports.names import names_of
from exchange.reports.registers.county_group import county_group_line
from exchange.reports.source import Source
from exchange.text import day_of, list_some, with_noun
from partners.register.obligations import Standing, State
from schemas.quarters import Quarter, london_day, long_date, quarter_in_words

TREND: Final = 8  # quarters
_COLUMNS: Final = 9  # partners that fit beside each other on a sheet
_ROWS: Final = 15  # partners below each other
# How each state is marked: by colour, by a symbol and by a word.
_MARKS: Final = {
    State.ON_TIME: Mark("good", "✓", "on time"),
    State.LATE: Mark("late", "!", "late"),
    State.OVERDUE: Mark("bad", "✗", "overdue"),
    State.DUE: Mark("open", "○", "due"),
    State.RECEIVED: Mark("unsure", "~", "sent later"),
    State.EXPECTED: Mark("unsure", "?", "not sent"),
    State.NOT_HELD: Mark("none", "–", "not held"),
}
_DELETED: Final = Mark("bad", "✗", "deleted, send again")
_EARLIER: Final = "overdue of earlier quarters"  # a column of a table that counts states


def board_page(source: Source, quarter: Quarter) -> FrontPage:
    """Return the first page for a quarter."""
    last = last_quarters(source, quarter)
    standings = last[quarter] or source.standings(quarter)
    earlier = overdue_before(source, quarter)
    sentence, state = verdict(source, quarter, standings, earlier)
    decisions, more = first_of(list(board_decisions(source, standings, earlier)))
    return FrontPage(
        sentence,
        state=state,
        who=tuple(_say_who(source, quarter, standings, earlier)),
        matrix=_matrix(source, quarter, standings, earlier),
        bars=tuple(_bar(q, rows) for q, rows in last.items()),
        decisions=decisions,
        more=more,
        lines=(
            ("Protocol", _protocol(source)),
            ("Liaison officers", _officers(source)),
            ("Records", _records(source)),
        ),
    )


def quarter_of_page(source: Source) -> Quarter:
    """Return the quarter that the first page is of: the last that was due, else the first."""
    due = [quarter for quarter in source.quarters if quarter.is_late(source.now)]
    return due[-1] if due else source.quarters[0]


def last_quarters(source: Source, last: Quarter) -> dict[Quarter, list[Standing] | None]:
    """Return all standings of the last quarters; none for those before the first that is due."""
    quarters = [last]
    while len(quarters) < TREND:
        quarters.insert(0, quarters[0].previous)
    first = source.log.register.first_due_quarter
    return {
        quarter: None if first and quarter < first else source.standings(quarter)
        for quarter in quarters
    }


def overdue_before(source: Source, quarter: Quarter) -> list[Standing]:
    """Return what is overdue of all quarters before one, the oldest first."""
    overdue: list[Standing] = []
    q = source.log.register.first_due_quarter
    while q is not None and q < quarter:
        overdue += [s for s in source.standings(q) if s.state is State.OVERDUE]
        q = q.next
    return overdue


def _say_who(
    source: Source, quarter: Quarter, standings: Sequence[Standing], earlier: Sequence[Standing]
) -> list[str]:
    """Say who is overdue and who was late, since when; what is expected, and what was deleted."""
    sentences = []
    if earlier:
        since = long_date(earlier[0].quarter.due + timedelta(days=1))
        who = by_partner(source, earlier, lambda _: True)
        sentences.append(f"Overdue of earlier quarters, the oldest since {since}: {who}.")
    if overdue := by_partner(source, standings, lambda s: s.state is State.OVERDUE):
        days = with_noun((source.today - quarter.due).days, "day")
        sentences.append(f"Overdue by {days}: {overdue}.")
    if late := by_partner(source, standings, lambda s: s.state is State.LATE):
        most = max(s.days for s in standings if s.state is State.LATE)
        sentences.append(f"Late by up to {with_noun(most, 'day')}: {late}.")
    if deleted := by_partner(source, standings, is_deleted):
        sentences.append(f"Sent in error and deleted, to be sent again: {deleted}.")
    if suspended := by_partner(source, standings, lambda s: bool(s.suspended)):
        sentences.append(f"Sent, and suspended until it is settled: {suspended}.")
    if missed := by_partner(source, standings, _is_behind_the_protocol):
        sentences.append(f"Overdue by the protocol's own deadlines: {missed}.")
    unsure = [s for s in standings if not s.certain and s.state is not State.NOT_HELD]
    if unsure:
        came = sum(s.state.is_received for s in unsure)
        more = with_noun(len(unsure), "more dataset is", "more datasets are")
        sentences.append(f"{more} expected, though the legal duty is unconfirmed: {came} came.")
    return sentences


def _is_behind_the_protocol(s: Standing) -> bool:
    """Whether a deadline of the protocol's own has passed, and that of the Regulations has not."""
    return s.state is State.DUE and any(deadline.state is State.OVERDUE for deadline in s.agreed)


def _mark(s: Standing) -> Mark:
    if is_deleted(s):
        return _DELETED
    mark = _MARKS[s.state]
    word = f"{mark.word} {with_noun(s.days, 'day')}" if s.state is State.LATE else mark.word
    partial = "partial, " if s.entries and s.missing else ""
    suspended = ", suspended" if s.suspended else ""
    return Mark(mark.kind, mark.symbol, partial + word + suspended)


def _matrix(
    source: Source, quarter: Quarter, standings: Sequence[Standing], earlier: Sequence[Standing]
) -> Matrix:
    partners = list(dict.fromkeys(s.partner for s in standings))
    caption = f"{quarter.label}, due by {long_date(quarter.due)}"
    nothing = _nothing_due(source, partners)
    if len(partners) > _COLUMNS:
        return _counts(source, f"{caption}: datasets by status", partners, standings, earlier)
    names = names_of(source.log.register)
    marks = {(s.dataset, s.partner): _mark(s) for s in standings}
    datasets = list(dict.fromkeys(s.dataset for s in standings))
    rows = tuple(
        (names.get(dataset, dataset), tuple(marks.get((dataset, partner)) for partner in partners))
        for dataset in datasets
    )
    columns = tuple(source.partner_names[partner] for partner in partners)
    return Matrix(caption, "Dataset", columns, rows, nothing)


def _nothing_due(source: Source, partners: Sequence[str]) -> str:
    """Name the responsible authorities of which nothing is due, so that nobody looks for them."""
    names = source.responsible_except(partners)
    return f"No dataset is due from {list_some(names)}." if names else ""


def _counts(
    source: Source,
    caption: str,
    partners: list[str],
    standings: Sequence[Standing],
    earlier: Sequence[Standing],
) -> Matrix:
    """Return how many datasets of each partner have which state, those with most overdue first."""
    by_partner = {
        partner: Counter(s.state for s in standings if s.partner == partner) for partner in partners
    }
    before = Counter(s.partner for s in earlier)
    worst = (State.OVERDUE, State.LATE, State.EXPECTED)
    order = sorted(
        partners, key=lambda who: [-before[who], *(-by_partner[who][state] for state in worst)]
    )
    counted = [(source.partner_names[who], by_partner[who], before[who]) for who in order]
    rest = len(order) - _ROWS
    more = f"{with_noun(rest, 'more partner is', 'more partners are')} listed below. " * (rest > 0)
    more = (more + _nothing_due(source, partners)).strip()
    return _by_status(caption, "Partner", counted, _ROWS, more)


def _by_status(
    caption: str,
    heading: str,
    lines: Sequence[tuple[str, Counter[State], int]],
    most: int | None = None,
    more: str = "",
) -> Matrix:
    """Return how many datasets have which state, in a row for each partner or district.

    Args:
        lines: The name of each, its datasets by state, and how many are overdue from before.
        most: How many rows are shown, of however many there are.
    """
    states = [state for state in _MARKS if any(counts[state] for _, counts, _ in lines)]
    has_earlier = any(before for *_, before in lines)
    rows = []
    for name, counts, before in lines[:most]:
        cells = [_count(state, counts[state]) for state in states]
        cells += [_count(State.OVERDUE, before)] * has_earlier
        rows.append((name, tuple(cells)))
    columns = [_MARKS[state].word for state in states] + [_EARLIER] * has_earlier
    return Matrix(caption, heading, tuple(columns), tuple(rows), more)


def _count(state: State, count: int) -> Mark | None:
    mark = _MARKS[state]
    return Mark(mark.kind, mark.symbol, f"{count}") if count else None


def _bar(quarter: Quarter, standings: list[Standing] | None) -> QuarterBar:
    label = quarter_in_words(quarter)
    if standings is None:
        return QuarterBar(label, (), "before the partnership")
    counts = Counter(s.state for s in standings)
    parts = [(_MARKS[s].kind, counts[s]) for s in _MARKS if counts[s]]
    words = [f"{counts[s]} {mark.word}" for s, mark in _MARKS.items() if counts[s]]
    return QuarterBar(label, tuple(parts), ", ".join(words) or "nothing due")


def _protocol(source: Source) -> str:
    register = source.log.register
    protocol = register.protocol
    if protocol is None:
        return "None is in force."
    p = protocol.published
    must, missing = len(source.responsible), source.responsible_except(protocol.signatures)
    since = day_of(protocol.time)
    text = f"{p.title}, version {len(register.protocols)}, in force since {since}; signed by "
    text += f"{must - len(missing)} of {must} that must sign"
    text += f" (not yet {list_some(missing)})" if missing else ""
    return text + (f"; review by {long_date(p.review)}." if p.review else ".")


def _officers(source: Source) -> str:
    register = source.log.register
    contacts = {card.who: card.contact for card in register.cards.values()}
    officers = [
        f"{source.partner_names[partner]}: "
        f"{contacts.get(f'{partner}/{nomination.nominee}', nomination.nominee)}"
        for (partner, deputy), nomination in register.nominations.items()
        if not deputy and source.is_responsible(partner)
    ]
    whole = with_noun(len(source.responsible), "responsible authority", "responsible authorities")
    count = f"{len(officers)} of {whole}"
    return f"{count} appointed one" + (f": {list_some(officers)}." if officers else ".")


def _records(source: Source) -> str:
    cosignatures = source.audit.witnessed.cosignatures
    who = {cosignature.card.partner for cosignature in cosignatures}
    damaged = len(source.audit.broken) + len(source.audit.not_counting)
    damage = with_noun(damaged, "file was altered", "files were altered") if damaged else ""
    sound = "no record and no file" if source.audit.read_bundles else "no record"
    checked = (
        f"Verified on {long_date(source.today)}: {damage or f'{sound} was altered or removed'}"
    )
    if not source.audit.read_bundles:
        checked += "; the files that were sent were not checked again"
    if not cosignatures:
        return f"{checked}; no other partner has confirmed them yet."
    last: date = max(london_day(cosignature.time) for cosignature in cosignatures)
    partners = with_noun(len(who), "partner")
    return f"{checked}; confirmed by {partners}, last on {long_date(last)}."


def county_page(sources: Mapping[str, Source]) -> FrontPage:
    """Return the first page for several districts: each is a row, and counted once."""
    first = next(iter(sources.values()))
    quarter = quarter_of_page(first)
    called = {name: source.log.register.name for name, source in sources.items()}
    now = {name: source.standings(quarter) for name, source in sources.items()}
    earlier = {name: overdue_before(source, quarter) for name, source in sources.items()}
    marks = {
        name: verdict(source, quarter, now[name], earlier[name])[1]
        for name, source in sources.items()
    }
    short = [called[name] for name, mark in marks.items() if mark is NOT_MET]
    counts = {name: Counter(s.state for s in rows) for name, rows in now.items()}
    overdue = {name: counts[name][State.OVERDUE] + len(earlier[name]) for name in sources}
    order = sorted(sources, key=lambda name: -overdue[name])
    by = first.today + timedelta(days=DAYS)
    decisions, more = first_of(_of_districts(order, called, overdue, by))
    sentence, state = county_verdict(quarter, [*marks.values()], is_earlier=any(earlier.values()))
    return FrontPage(
        sentence,
        state=state,
        who=(f"Not met in: {list_some(short)}.",) if short else (),
        matrix=_by_status(
            f"{quarter.label}, due by {long_date(quarter.due)}: datasets by status",
            "District",
            [(called[name], counts[name], len(earlier[name])) for name in order],
        ),
        bars=tuple(_county_bars(sources, quarter)),
        decisions=decisions,
        more=more,
        lines=(
            ("County group", county_group_line(sources)),
            ("Records", f"Verified on {long_date(first.today)}, each district by itself."),
        ),
    )


def _county_bars(sources: Mapping[str, Source], quarter: Quarter) -> Iterator[QuarterBar]:
    """Return how all districts together stood in each of the last quarters."""
    by_district = [last_quarters(source, quarter) for source in sources.values()]
    for q in by_district[0]:
        known = [rows for district in by_district if (rows := district[q]) is not None]
        yield _bar(q, [s for rows in known for s in rows] if known else None)


def _of_districts(
    order: Sequence[str], called: Mapping[str, str], counts: Mapping[str, int], by: date
) -> list[Decision]:
    """Return whom to ask about what is overdue: each district by itself, where they are few."""
    overdue = {name: counts[name] for name in order if counts[name]}
    if len(overdue) > DECISIONS_MOST:
        who = list_some([f"{called[partner]} ({count})" for partner, count in overdue.items()])
        return [Decision(f"Ask {who} about what is overdue.", "Their chairs", by)]
    return [
        Decision(
            f"Ask {called[partner]} about {with_noun(count, 'overdue dataset')}.",
            f"Chair of {called[partner]}",
            by,
        )
        for partner, count in overdue.items()
    ]
