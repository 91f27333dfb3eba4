"""The decisions that a meeting has to take, drafted from the gaps of the compliance report."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from exchange.reports.compliance.board_page import overdue_before
from exchange.reports.compliance.proofs import absent
from exchange.reports.compliance.requirement_answers import requirement_decisions
from exchange.reports.names import names_of
from exchange.reports.registers.group import group_decisions
from exchange.reports.source import Source
from exchange.reports.state_words import words
from exchange.text import list_some
from partners.register.obligations import Standing, State
from schemas.quarters import Quarter, days_in_words, quarter_in_words

OFFICES: Final = {False: "liaison officer", True: "deputy"}


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that is open, and the partners whom it concerns alike.

    Attributes:
        words: A sentence; where {who} stands in it, the partners are named.
    """

    words: str
    who: tuple[str, ...] = ()

    def sentence(self, names: str = "") -> str:
        """Return it with the partners' names, or with others in their place."""
        return self.words.replace("{who}", names or ", ".join(self.who)) if self.who else self.words


def decisions(source: Source, standings: dict[Quarter, list[Standing]]) -> tuple[OpenPoint, ...]:
    """Draft the decisions that the meeting has to take, from the gaps."""
    return (
        *_of_earlier_quarters(source, min(standings)),
        *_missing_points(source, standings),
        *_ask_to_sign(source),
        *_without_officer(source),
        *(OpenPoint(text) for text, _ in group_decisions(source)),
        *(OpenPoint(text) for text, _ in requirement_decisions(source)),
        *_not_enrolled(source),
    )


def in_lines(points: Iterable[OpenPoint]) -> tuple[str, ...]:
    """Return a sentence for each, and one for those that concern several partners alike."""
    points_of: dict[str, OpenPoint] = {}
    for point in points:
        who = (*points_of[point.words].who, *point.who) if point.words in points_of else point.who
        points_of[point.words] = OpenPoint(point.words, who)
    return tuple(point.sentence() for point in points_of.values())


def _not_enrolled(source: Source) -> list[OpenPoint]:
    titles = absent(source)
    return [OpenPoint(f"Not partners yet: {', '.join(titles)}. Invite them.")] if titles else []


def _of_earlier_quarters(source: Source, first: Quarter) -> list[OpenPoint]:
    """Name each partner's quarters before the first of the report of which something is overdue."""
    counts: dict[str, Counter[Quarter]] = {}
    for s in overdue_before(source, first):
        counts.setdefault(s.partner, Counter())[s.quarter] += 1
    lines = []
    for partner, by_quarter in counts.items():
        quarters = list_some([f"{quarter_in_words(q)} ({n})" for q, n in by_quarter.items()])
        text = f"{{who}}, overdue of earlier quarters: {quarters}. Ask for a date."
        lines.append(OpenPoint(text, (source.partner_names[partner],)))
    return lines


def _missing_points(source: Source, standings: dict[Quarter, list[Standing]]) -> list[OpenPoint]:
    """Say what has not come: once what a partner has to send of several datasets or quarters."""
    names = names_of(source.log.register)
    datasets: dict[tuple[str, str, str, str], list[str]] = {}
    for quarter, standing in standings.items():
        for s in standing:
            if s.state in (State.OVERDUE, State.EXPECTED) or (s.purged and not s.entries):
                state = words(s, days_in_words, source.partner_names)
                line = (names[s.partner], state, _ask(s), quarter.label)
                datasets.setdefault(line, []).append(names.get(s.dataset, s.dataset))
    quarters: dict[tuple[str, str, str, str], list[str]] = {}
    for (partner, state, ask, label), titles in datasets.items():
        quarters.setdefault((partner, ", ".join(titles), state, ask), []).append(label)
    return [
        OpenPoint(f"{{who}}, {titles}, {', '.join(when)}: {state}. {ask}.", (partner,))
        for (partner, titles, state, ask), when in quarters.items()
    ]


def _ask(s: Standing) -> str:
    if s.purged and not s.entries:
        return "Ask what was disclosed to whom, and when they will send it again"
    if s.state is State.OVERDUE:
        return "Ask for a date"
    return "Ask whether they hold this and will send it"


def _ask_to_sign(source: Source) -> list[OpenPoint]:
    protocol = source.log.register.protocol
    if protocol is None:
        return [OpenPoint("No protocol is published. Agree one and publish it.")]
    unsigned = tuple(source.responsible_except(protocol.signatures))
    lines = [OpenPoint("Must sign the protocol, and have not: {who}.", unsigned)] * bool(unsigned)
    review = protocol.published.review
    is_due = review is not None and review <= source.today
    return lines + [OpenPoint("The protocol is due for review.")] * is_due


def _without_officer(source: Source) -> list[OpenPoint]:
    nominations = source.log.register.nominations
    nominated = {partner for partner, deputy in nominations if not deputy}
    without = tuple(source.responsible_except(nominated))
    none = [OpenPoint("Have no designated liaison officer: {who}.", without)] * bool(without)
    waiting = [
        OpenPoint(
            f"Has not confirmed yet: the {OFFICES[deputy]} of {{who}}.",
            (source.partner_names[partner],),
        )
        for (partner, deputy), nomination in nominations.items()
        if nomination.accepted is None
    ]
    return none + waiting
