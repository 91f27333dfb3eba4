"""What the board decides, on the first page of the compliance report."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from exchange.reports.compliance.proofs import absent
from exchange.reports.compliance.requirement_answers import capital, legal_requirements
from exchange.reports.front_page import Decision
from exchange.reports.names import names_of
from exchange.reports.registers.group import group_decisions
from exchange.reports.source import Source
from exchange.text import list_some, with_noun
from partners.register.obligations import Standing, State

DAYS: Final = 28  # within which what the meeting decides is proposed to be done
_APART: Final = 2  # partners that are asked each by itself


def by_partner(of: Source, every: Sequence[Standing], has: Callable[[Standing], bool]) -> str:
    """Name the partners that have standings of a kind, each with how many."""
    counts = Counter(s.partner for s in every if has(s))
    return list_some([f"{of.partner_names[one]} ({n})" for one, n in counts.items()])


def is_deleted(s: Standing) -> bool:
    """Say whether all that was sent was deleted."""
    return bool(s.purged) and not s.entries


def board_decisions(
    of: Source, every: Sequence[Standing], earlier: Sequence[Standing]
) -> list[Decision]:
    """Return what the meeting has to decide, the gravest first; what is alike once."""
    return [
        *_of_earlier(of, earlier),
        *_of_datasets(of, every),
        *_of_protocol(of),
        *_of_officers(of),
        *_of_requirements(of),
    ]


def _of_earlier(of: Source, earlier: Sequence[Standing]) -> list[Decision]:
    """Return whom to ask for what is overdue of earlier quarters, all of it as one decision."""
    if not earlier:
        return []
    who = by_partner(of, earlier, lambda _: True)
    by = of.today + timedelta(days=DAYS)
    what = f"Ask for what is overdue of earlier quarters: {who}."
    return [Decision(what, "Their liaison officers", by)]


_ASKED: Final = (
    (is_deleted, "send again what was deleted"),
    (
        lambda s: s.state is State.OVERDUE and not is_deleted(s),
        "send what is overdue, or record that it is not held",
    ),
    (
        lambda s: bool(s.suspended),
        "settle with the coordinators what is suspended, or send it again",
    ),
    (
        lambda s: s.state is State.EXPECTED and not is_deleted(s),
        "say whether they hold what is expected, and will send it",
    ),
)


def _of_datasets(of: Source, every: Sequence[Standing]) -> list[Decision]:
    """Return what to ask partners for, each by itself where these are few."""
    by, names = of.today + timedelta(days=DAYS), names_of(of.log.register)
    decisions = []
    for has, what in _ASKED:
        asked = {
            partner: [
                names.get(s.dataset, s.dataset) for s in every if s.partner == partner and has(s)
            ]
            for partner in of.partner_names
        }
        asked = {partner: datasets for partner, datasets in asked.items() if datasets}
        if len(asked) > _APART:
            who = list_some([f"{of.partner_names[one]} ({len(d)})" for one, d in asked.items()])
            decisions.append(Decision(f"Ask {who} to {what}.", "Their liaison officers", by))
            continue
        for partner, datasets in asked.items():
            name = of.partner_names[partner]
            request = f"Ask {name} to {what}: {_some(datasets)}."
            decisions.append(Decision(request, f"Liaison officer of {name}", by))
    return decisions


def _some(names: Sequence[str]) -> str:
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1} more datasets"


def _of_protocol(of: Source) -> list[Decision]:
    by, protocol = of.today + timedelta(days=DAYS), of.log.register.protocol
    if protocol is None:
        return [Decision("Agree an information sharing protocol.", "Coordinators", by)]
    decisions = []
    unsigned = [one for one in of.responsible if one not in protocol.signatures]
    if unsigned:
        names = list_some([of.partner_names[one] for one in unsigned])
        decisions.append(
            Decision(f"Have the protocol signed by {names}.", "Their chief officers", by)
        )
    review = protocol.published.review
    if review is not None and review <= by:
        due = review if review > of.today else by
        decisions.append(Decision("Review the protocol.", "Coordinators", due))
    return decisions


def _of_officers(of: Source) -> list[Decision]:
    by, nominations = of.today + timedelta(days=DAYS), of.log.register.nominations
    decisions = []
    without = [one for one in of.responsible if (one, False) not in nominations]
    if without:
        names = list_some([of.partner_names[one] for one in without])
        what = f"Have a designated liaison officer appointed by {names}."
        decisions.append(Decision(what, "Their chief officers", by))
    if missing := absent(of):
        decisions.append(Decision(f"Invite {list_some(missing)} to join.", "Chair", by))
    decisions += [Decision(what, who, by) for what, who in group_decisions(of)]
    return decisions


def _of_requirements(of: Source) -> list[Decision]:
    """Return the actions that are overdue, and the answers that are out of date or missing."""
    by, law = of.today + timedelta(days=DAYS), legal_requirements(of)
    decisions = []
    for one in law:
        if one.overdue and one.answer is not None:
            what = f"Requirement {one.requirement.id}: {one.action.rstrip('.')} ({one.overdue})."
            decisions.append(Decision(what, capital(one.answer.owner) or "Strategy group", by))
    again = [one.requirement.id for one in law if one.stale or not one.state]
    if again:
        count = with_noun(len(again), "statutory requirement")
        what = f"Answer {count} with no answer, or one that is out of date."
        decisions.append(Decision(what, "Strategy group", by))
    return decisions
