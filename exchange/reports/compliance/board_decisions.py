"""What the board decides, on the first page of the compliance report."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from exchange.reports.compliance.proofs import absent
from exchange.reports.compliance.requirement_answers import requirement_decisions
from exchange.reports.front_page import Decision
from exchange.reports.names import names_of
from exchange.reports.registers.group import group_decisions
from exchange.reports.source import Source
from exchange.text import list_some
from partners.register.obligations import Standing, State

DAYS: Final = 28  # within which what the meeting decides is proposed to be done
_APART: Final = 2  # partners that are asked each by itself


def by_partner(
    source: Source, standings: Sequence[Standing], has: Callable[[Standing], bool]
) -> str:
    """Name the partners that have standings of a kind, each with how many."""
    counts = Counter(s.partner for s in standings if has(s))
    return list_some([f"{source.partner_names[count]} ({n})" for count, n in counts.items()])


def is_deleted(s: Standing) -> bool:
    """Say whether all that was sent was deleted."""
    return bool(s.purged) and not s.entries


def board_decisions(
    source: Source, standings: Sequence[Standing], earlier: Sequence[Standing]
) -> list[Decision]:
    """Return the decisions that the meeting needs, the gravest first; what is alike once."""
    return [
        *_of_earlier(source, earlier),
        *_of_datasets(source, standings),
        *_of_protocol(source),
        *_of_officers(source),
        *_of_requirements(source),
    ]


def _of_earlier(source: Source, earlier: Sequence[Standing]) -> list[Decision]:
    """Return whom to ask for what is overdue of earlier quarters, all of it as one decision."""
    if not earlier:
        return []
    who = by_partner(source, earlier, lambda _: True)
    by = source.today + timedelta(days=DAYS)
    text = f"Ask for what is overdue of earlier quarters: {who}."
    return [Decision(text, "Their liaison officers", by)]


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


def _of_datasets(source: Source, standings: Sequence[Standing]) -> list[Decision]:
    """Return what to ask partners for, each by itself where these are few."""
    by, names = source.today + timedelta(days=DAYS), names_of(source.log.register)
    decisions = []
    for has, action in _ASKED:
        missing = {
            p: [names.get(s.dataset, s.dataset) for s in standings if s.partner == p and has(s)]
            for p in source.partner_names
        }
        missing = {partner: datasets for partner, datasets in missing.items() if datasets}
        if len(missing) > _APART:
            who = list_some([f"{source.partner_names[p]} ({len(d)})" for p, d in missing.items()])
            decisions.append(Decision(f"Ask {who} to {action}.", "Their liaison officers", by))
            continue
        for partner, datasets in missing.items():
            name = source.partner_names[partner]
            request = f"Ask {name} to {action}: {_list_few(datasets)}."
            decisions.append(Decision(request, f"Liaison officer of {name}", by))
    return decisions


def _list_few(names: Sequence[str]) -> str:
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1} more datasets"


def _of_protocol(source: Source) -> list[Decision]:
    by, protocol = source.today + timedelta(days=DAYS), source.log.register.protocol
    if protocol is None:
        return [Decision("Agree an information sharing protocol.", "Coordinators", by)]
    decisions = []
    if unsigned := source.responsible_except(protocol.signatures):
        text = f"Have the protocol signed by {list_some(unsigned)}."
        decisions.append(Decision(text, "Their chief officers", by))
    review = protocol.published.review
    if review is not None and review <= by:
        due = review if review > source.today else by
        decisions.append(Decision("Review the protocol.", "Coordinators", due))
    return decisions


def _of_officers(source: Source) -> list[Decision]:
    by, nominations = source.today + timedelta(days=DAYS), source.log.register.nominations
    decisions = []
    if without := source.responsible_except({who for who, deputy in nominations if not deputy}):
        text = f"Have a designated liaison officer appointed by {list_some(without)}."
        decisions.append(Decision(text, "Their chief officers", by))
    if missing := absent(source):
        decisions.append(Decision(f"Invite {list_some(missing)} to join.", "Chair", by))
    decisions += [Decision(text, who, by) for text, who in group_decisions(source)]
    return decisions


def _of_requirements(source: Source) -> list[Decision]:
    by = source.today + timedelta(days=DAYS)
    return [Decision(text, who, by) for text, who in requirement_decisions(source)]
