"""The decisions that a meeting has to take, drafted from the gaps of the compliance report."""

from collections import Counter
from typing import Final

from exchange.reports.compliance.board_page import overdue_before
from exchange.reports.compliance.proofs import absent
from exchange.reports.names import names_of
from exchange.reports.registers.group import group_decisions
from exchange.reports.source import Source
from exchange.reports.state_words import words
from exchange.text import list_some
from partners.register.obligations import Standing, State
from schemas.quarters import Quarter, days_in_words, quarter_in_words

OFFICES: Final = {False: "liaison officer", True: "deputy"}


def decisions(source: Source, standings: dict[Quarter, list[Standing]]) -> tuple[str, ...]:
    """Draft the decisions that the meeting has to take, from the gaps."""
    return (
        *_of_earlier_quarters(source, min(standings)),
        *_missing(source, standings),
        *_unsigned(source),
        *_without_officer(source),
        *(what for what, _ in group_decisions(source)),
        *_not_enrolled(source),
    )


def _not_enrolled(source: Source) -> list[str]:
    titles = absent(source)
    return [f"Not partners yet: {', '.join(titles)}. Invite them."] if titles else []


def _of_earlier_quarters(source: Source, first: Quarter) -> list[str]:
    """Name each partner's quarters before the first of the report of which something is overdue."""
    counts: dict[str, Counter[Quarter]] = {}
    for s in overdue_before(source, first):
        counts.setdefault(s.partner, Counter())[s.quarter] += 1
    lines = []
    for partner, by_quarter in counts.items():
        name = source.partner_names[partner]
        quarters = list_some([f"{quarter_in_words(q)} ({n})" for q, n in by_quarter.items()])
        lines.append(f"{name}, overdue of earlier quarters: {quarters}. Ask {name} for a date.")
    return lines


def _missing(source: Source, standings: dict[Quarter, list[Standing]]) -> list[str]:
    """Say what has not come, in one line where a partner has to send several datasets alike."""
    names = names_of(source.log.register)
    datasets: dict[tuple[str, str, str], list[str]] = {}
    for quarter, standing in standings.items():
        for s in standing:
            if s.state in (State.OVERDUE, State.EXPECTED) or (s.purged and not s.entries):
                state = words(s, days_in_words, source.partner_names)
                line = (names[s.partner], f"{quarter.label}: {state}", _ask(s, names[s.partner]))
                datasets.setdefault(line, []).append(names.get(s.dataset, s.dataset))
    return [
        f"{partner}, {', '.join(what)}, {state}. {ask}."
        for (partner, state, ask), what in datasets.items()
    ]


def _ask(s: Standing, partner: str) -> str:
    if s.purged and not s.entries:
        return f"Ask {partner} what was disclosed to whom, and when they will send it again"
    if s.state is State.OVERDUE:
        return f"Ask {partner} for a date"
    return f"Ask {partner} whether they hold this and will send it"


def _unsigned(source: Source) -> list[str]:
    protocol = source.log.register.protocol
    if protocol is None:
        return ["No protocol is published. Agree one and publish it."]
    unsigned = [
        source.partner_names[partner]
        for partner in source.responsible
        if partner not in protocol.signatures
    ]
    lines = [f"Must sign the protocol, and have not: {', '.join(unsigned)}."] if unsigned else []
    review = protocol.published.review
    return lines + ["The protocol is due for review."] * bool(review and review <= source.today)


def _without_officer(source: Source) -> list[str]:
    nominations = source.log.register.nominations
    without = [
        source.partner_names[partner]
        for partner in source.responsible
        if (partner, False) not in nominations
    ]
    none = [f"Have no designated liaison officer: {', '.join(without)}."] if without else []
    waiting = [
        f"{source.partner_names[partner]}: its {OFFICES[deputy]} has not yet confirmed."
        for (partner, deputy), nomination in nominations.items()
        if nomination.accepted is None
    ]
    return none + waiting
