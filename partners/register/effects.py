"""What follows from each kind of entry that counts: the state of the register after it.

Leaves to others: whether it counts (`rules.py`).
"""

from datetime import datetime

from partners.entries.answers import Answer, AnswerRequirements, Assess, RecordRows
from partners.entries.card import Card
from partners.entries.entry import SECOND_FORM, Entry
from partners.entries.forks import Settle
from partners.entries.members import (
    ChangeAreas,
    CorrectPartner,
    Found,
    Nominate,
    Reinstate,
    Revoke,
    Succeed,
)
from partners.entries.protocol import Adopt, Edition, PublishProtocol, SignProtocol
from partners.entries.returns import Nil, NotHeld, Purge, Submit, Suspend, Withdraw
from partners.register.adoptions import Adopted, adopted_at_founding
from partners.register.register import Register
from partners.register.state import (
    Claim,
    EntryResult,
    GivenAnswer,
    GivenRow,
    IssuedEdition,
    NilReturn,
    Nomination,
    Partner,
    Protocol,
    Rejection,
    Revocation,
    Signature,
    Submission,
)
from schemas.quarters import london_day


def record(
    register: Register,
    entry: Entry,
    signer: Card,
    cards: tuple[Card, ...],
    rejection: Rejection | None,
) -> None:
    """Record the next entry, and let it take effect unless it was rejected."""
    position = len(register.applied)
    if rejection:
        register.rejected.append(position)
    else:
        take_effect(register, position, entry, signer, cards)
        latest = register.latest_times.get(signer.who, entry.time)
        register.latest_times[signer.who] = max(latest, entry.time)
    register.applied.append(
        EntryResult(position, entry.kind, signer.who, entry.time, rejection, signer.signer)
    )
    register.entry_ids.add((signer.signer, entry.id))


def take_effect(
    register: Register, position: int, entry: Entry, signer: Card, cards: tuple[Card, ...]
) -> None:
    """Let an entry that counts take effect.

    One about returns changes those of one quarter, and needs nothing but what was said of these
    before (`returns.py`).
    """
    for card in cards:
        register.cards[card.signer] = card
        register.enrolled.add((card.who, card.signer))
        register.enrolled_at[card.signer] = position
        register.partners.setdefault(card.partner, Partner.of(card))
    if signer.is_coordinator:
        register.format = max(register.format, entry.format)
    match entry.body:
        case Found() as found:
            register.name, register.nation, register.areas = found.name, found.nation, found.areas
            register.first_quarter = found.first_quarter
            register.adopted = adopted_at_founding(found.nation, 1 + (entry.format >= SECOND_FORM))
        case Adopt() as adopted:
            known = register.adopted.setdefault(adopted.dataset, Adopted([]))
            known.add(adopted, binding=entry.format >= SECOND_FORM)
        case ChangeAreas(areas):
            register.areas = areas
        case Settle() as settled:
            register.settlements.setdefault(settled, []).append(signer.who)
        case PublishProtocol() as published:
            register.protocols.append(Protocol(position, entry.id, entry.time, published))
        case SignProtocol() as signed if register.protocol is not None:
            signature = Signature(position, entry.time, signer.who, signed.personal)
            register.protocol.signatures[signer.partner] = signature
        case Assess() | AnswerRequirements() | RecordRows():
            _apply_to_group(register, position, entry)
        case _:
            _apply_to_partners(register, position, entry)
            _apply_to_returns(register, position, entry, signer)


def _apply_to_group(register: Register, position: int, entry: Entry) -> None:
    """Record what the strategy group says."""
    match entry.body:
        case Assess() as assessment:
            _answer(register, position, entry.time, (assessment.as_answer(london_day(entry.time)),))
        case AnswerRequirements() as answers:
            _answer(register, position, entry.time, answers.answers)
        case RecordRows() as recorded:
            for row in recorded.rows:
                register.recorded_rows[row.table, row.id] = GivenRow(position, entry.time, row)


def _apply_to_partners(register: Register, position: int, entry: Entry) -> None:
    """Change what is known of partners and their officers."""
    match entry.body:
        case CorrectPartner() as corrected:
            old = register.partners[corrected.authority]
            register.partners[old.id] = old.corrected(corrected)
        case Revoke(key, reason):
            card = register.cards.pop(key)
            register.enrolled.discard((card.who, key))
            register.revoked[key] = Revocation(card, position, entry.time, reason)
        case Succeed() as succeeded:
            register.successions[succeeded.old] = succeeded
        case Reinstate(partner):
            del register.successions[partner]
        case Nominate() as nominated:
            _nominate(register, nominated, position, entry.time)


def _apply_to_returns(register: Register, position: int, entry: Entry, signer: Card) -> None:
    """Change what is known of returns: add, withdraw, delete or suspend one, or count them."""
    match entry.body:
        case Submit() as statement:
            args = (position, entry.id, entry.time, statement, signer.signer)
            register.add_return(Submission(*args))
        case Nil() as nil:
            register.add_return(NilReturn(position, entry.id, entry.time, nil, signer.signer))
        case NotHeld() as claim:
            claims = register.claims.setdefault((claim.partner, claim.dataset), [])
            claims.append(Claim(position, entry.time, claim))
        case Withdraw() as withdrawn:
            register.withdraw(register.find_return(withdrawn.entry, withdrawn.partner), position)
        case Purge() as purged:
            _purge(register, purged, position)
        case Suspend() as suspension:
            target = register.find_return(suspension.entry)
            if isinstance(target, Submission):
                target.apply_suspension(suspension, signer.who, position)
        case Edition(quarter, size):
            issued = IssuedEdition(position, entry.time, size)
            register.editions.setdefault(quarter, []).append(issued)


def _answer(register: Register, position: int, time: datetime, answers: tuple[Answer, ...]) -> None:
    for answer in answers:
        register.answers[answer.requirement] = GivenAnswer(position, time, answer)


def _nominate(register: Register, nomination: Nominate, position: int, time: datetime) -> None:
    """Record a nomination. A nominee accepts it by nominating themselves."""
    key = (nomination.partner, nomination.deputy)
    standing = register.nominations.get(key)
    if standing is None or standing.nominee != nomination.nominee:
        standing = Nomination(nomination.nominee, nomination.deputy, position, time)
        register.nominations[key] = standing
    if nomination.officer == nomination.nominee and standing.accepted is None:
        standing.accepted = position


def _purge(register: Register, purged: Purge, position: int) -> None:
    old = register.find_return(purged.entry)
    if not isinstance(old, Submission):
        return
    if old.statement.partner != purged.partner:
        old.destroyed[purged.partner] = position
        return
    register.withdraw(old, position)
    old.purged_by, old.purged_for = position, purged.reason
