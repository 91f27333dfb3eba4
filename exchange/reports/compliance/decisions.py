"""The decisions that a meeting has to take, drafted from the gaps of the compliance report."""

from typing import Final

from exchange.reports.compliance.proofs import absent
from exchange.reports.names import names_of
from exchange.reports.registers.group import group_decisions
from exchange.reports.source import Source
from exchange.reports.state_words import words
from partners.register.obligations import Standing, State
from schemas.quarters import Quarter, days_in_words

OFFICES: Final = {False: "liaison officer", True: "deputy"}


def decisions(of: Source, standings: dict[Quarter, list[Standing]]) -> tuple[str, ...]:
    """Draft the decisions that the meeting has to take, from the gaps."""
    return (
        *_missing(of, standings),
        *_unsigned(of),
        *_without_officer(of),
        *(what for what, _ in group_decisions(of)),
        *_not_enrolled(of),
    )


def _not_enrolled(of: Source) -> list[str]:
    return [f"Missing partner: {title}. Invite them." for title in absent(of)]


def _missing(of: Source, standings: dict[Quarter, list[Standing]]) -> list[str]:
    names = names_of(of.log.register)
    return [
        f"{names[s.partner]}, {names.get(s.dataset, s.dataset)}, {quarter.label}: "
        f"{words(s, days_in_words, of.partner_names)}. {_ask(s, names[s.partner])}."
        for quarter, standing in standings.items()
        for s in standing
        if s.state in (State.OVERDUE, State.EXPECTED) or (s.purged and not s.entries)
    ]


def _ask(s: Standing, partner: str) -> str:
    if s.purged and not s.entries:
        return f"Ask {partner} what was disclosed to whom, and when they will send it again"
    if s.state is State.OVERDUE:
        return f"Ask {partner} for a date"
    return f"Ask {partner} whether they hold it and will send it"


def _unsigned(of: Source) -> list[str]:
    protocol = of.log.register.protocol
    if protocol is None:
        return ["No protocol is published. Agree one and publish it."]
    unsigned = [
        f"{of.partner_names[partner]} must sign the protocol, and has not."
        for partner in of.responsible
        if partner not in protocol.signatures
    ]
    review = protocol.published.review
    return unsigned + ["The protocol is due for review."] * bool(review and review <= of.today)


def _without_officer(of: Source) -> list[str]:
    nominations = of.log.register.nominations
    none = [
        f"{of.partner_names[partner]} has not appointed a designated liaison officer."
        for partner in of.responsible
        if (partner, False) not in nominations
    ]
    waiting = [
        f"{of.partner_names[partner]}: its {OFFICES[deputy]} has not yet confirmed."
        for (partner, deputy), one in nominations.items()
        if one.accepted is None
    ]
    return none + waiting
