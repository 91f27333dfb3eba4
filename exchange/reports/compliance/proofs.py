"""What the log proves about a requirement, in words, with the entries that prove it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from exchange.reports.source import Source
from exchange.text import day_of, list_some, with_noun
from partners.law.authorities import authorities, standing_of
from partners.register.obligations import State
from schemas.quarters import Quarter, long_date

_YEAR: Final = 4  # quarters that a strategic assessment rests on
_COUNCIL: Final = "council"  # the only one of its area
_TIERS: Final = frozenset({"county", "district"})


@dataclass(frozen=True, slots=True)
class Proof:
    """What the log proves.

    Attributes:
        state: "met", "not-met", "in-part"; empty where the log shows something and answers nothing.
        sentence: What that is, without its full stop.
        entries: The positions that it is based on.
    """

    state: str
    sentence: str
    entries: tuple[int, ...] = ()


def _protocol(source: Source) -> Proof:
    protocol = source.log.register.protocol
    if protocol is None:
        return Proof("not-met", "No protocol has been published")
    title = protocol.published.title
    sentence = f"{title}, published {day_of(protocol.time)}"
    return Proof("met", sentence, (protocol.position,))


def _signatures(source: Source) -> Proof:
    protocol = source.log.register.protocol
    if protocol is None:
        return Proof("not-met", "There is no protocol to sign")
    signed = {p: s.position for p, s in protocol.signatures.items() if p in source.responsible}
    return _count_partners(source, signed, "have signed the current protocol")


def _liaison(source: Source) -> Proof:
    nominations = source.log.register.nominations
    accepted = {
        partner: nomination.position
        for (partner, deputy), nomination in nominations.items()
        if not deputy and nomination.accepted is not None and partner in source.responsible
    }
    return _count_partners(source, accepted, "have a designated liaison officer who has confirmed")


def _count_partners(source: Source, entries: dict[str, int], action: str) -> Proof:
    """Say how many of the responsible authorities did something, and which are missing."""
    missing, unknown = source.responsible_except(entries), absent(source)
    whole = with_noun(len(source.responsible), "responsible authority", "responsible authorities")
    sentence = f"{len(entries):,} of {whole} that have joined {action}"
    sentence += f"; not yet: {list_some(missing)}" if missing else ""
    sentence += f"; not joined: {', '.join(unknown)}" if unknown else ""
    state = "met" if not missing and not unknown else "in-part"
    return Proof(state if entries else "not-met", sentence, tuple(sorted(entries.values())))


def absent(source: Source) -> list[str]:
    """Return what responsible authorities there are in law of which none is enrolled."""
    register = source.log.register
    kinds = {kind for partner in register.partners.values() for kind in partner.kinds}
    kinds |= _TIERS if _COUNCIL in kinds else {_COUNCIL} if kinds & _TIERS else set()
    other_tier = set() if register.has_two_tiers else _TIERS
    titles = {
        authority.kind: authority.title
        for authority in authorities()
        if authority.standing == "responsible"
        and authority.kind not in other_tier
        and authority.applies(register.nation, source.today)
    }
    return [title for kind, title in titles.items() if kind not in kinds]


def _other_signatures(source: Source) -> Proof:
    register = source.log.register
    protocol = register.protocol
    signed = protocol.signatures if protocol else {}
    may = [
        partner.name
        for partner in register.partners.values()
        if partner.id not in signed
        and not source.is_responsible(partner.id)
        and standing_of(partner.kinds, register.nation, source.today) is not None
    ]
    if not may:
        return Proof("", "Every partner that could sign it has signed")
    return Proof("met", f"Could also sign it: {', '.join(may)}")


def _personal(source: Source) -> Proof:
    protocol = source.log.register.protocol
    if protocol is None or not protocol.published.personal:
        return Proof("", "The current protocol has no clause on personal data")
    who = ", ".join(source.partner_names.get(p, p) for p in protocol.personal) or "nobody yet"
    entries = tuple(s.position for s in protocol.signatures.values() if s.personal)
    return Proof("", f"The protocol has a clause on personal data, signed by {who}", entries)


def _sharing(source: Source) -> Proof:
    quarter, first = last_due(source), source.log.register.first_due_quarter
    if first is not None and quarter < first:
        return Proof(
            "",
            f"No quarter has been due yet; the first, {first.label}, is due by "
            f"{long_date(first.due)}",
        )
    due = [s for s in source.standings(quarter) if s.certain and s.state is not State.NOT_HELD]
    on_time = [s for s in due if s.state is State.ON_TIME]
    late = [s for s in due if s.state is State.LATE]
    missing = [s for s in due if s.state not in (State.ON_TIME, State.LATE)]
    whole = with_noun(len(due), "dataset")
    sentence = (
        f"{quarter.label}: of {whole} due by law, {len(on_time):,} on time, {len(late):,} late, "
        f"{len(missing):,} not received"
    )
    entries = tuple(sorted({e for s in (*on_time, *late) for e in s.entries}))
    if not due:
        return Proof("", f"Nothing was due for {quarter.label}")
    state = "in-part" if on_time or late else "not-met"
    return Proof("met" if len(on_time) == len(due) else state, sentence, entries)


def _records_considered(source: Source) -> Proof:
    quarters = [Quarter.of(source.today).previous]
    while len(quarters) < _YEAR:
        quarters.insert(0, quarters[0].previous)
    shared = [s for s in source.log.register.current() if s.statement.quarter in quarters]
    who = sorted({source.partner_names[s.statement.partner] for s in shared})
    year = f"{quarters[0].first:%B %Y} to {quarters[-1].last:%B %Y}"
    if not who:
        return Proof("", f"No records for {year} were sent")
    sentence = (
        f"Records for {year} were sent by {', '.join(who)}. Whether the assessment considered them "
        "is for the strategy group to say"
    )
    return Proof("", sentence, tuple(s.position for s in shared))


def last_due(source: Source) -> Quarter:
    """Return the last quarter that was due by the day of a report."""
    quarter = Quarter.of(source.today)
    while not quarter.is_late(source.now):
        quarter = quarter.previous
    return quarter


PROOFS: Final[dict[str, Callable[[Source], Proof]]] = {
    "protocol": _protocol,
    "signatures": _signatures,
    "liaison": _liaison,
    "others": _other_signatures,
    "personal": _personal,
    "sharing": _sharing,
    "considered": _records_considered,
}
