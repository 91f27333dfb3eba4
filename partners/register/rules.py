"""Whether an entry may count: the rules of the log, kind by kind.

Each function `_judge_…` returns why an entry of its kind has no effect as the next one, or None if
it has. Keeps true: what counts is whether the signer is entitled at the entry's position, so what a
key signed before it was revoked stays good.
"""

from typing import Final

from partners.entries.answers import AnswerRequirements, Assess, RecordRows
from partners.entries.card import Card
from partners.entries.entry import PROVED, Entry, UnknownBody, is_newer
from partners.entries.forks import Settle
from partners.entries.kinds import OfPartner
from partners.entries.members import (
    ChangeAreas,
    CorrectPartner,
    Enrol,
    Found,
    Nominate,
    Reinstate,
    Revoke,
    Succeed,
)
from partners.entries.protocol import Adopt, Edition, PublishProtocol, SignProtocol
from partners.entries.returns import Nil, NotHeld, Purge, Submit, Suspend, Withdraw
from partners.register.register import Register
from partners.register.return_rules import (
    judge_dataset,
    judge_nil,
    judge_not_held,
    judge_purge,
    judge_reason,
    judge_replaced,
    judge_role,
    judge_submit,
    judge_suspend,
    judge_withdraw,
)
from partners.register.state import Rejection
from schemas.datasets.dataset import SMALLEST
from schemas.datasets.local import PREFIX

SMALLEST_MOST: Final = 100  # rows of a group that a protocol can ask for
_WITNESSES_MOST: Final = 2
DEADLINE_MOST: Final = 90  # after the end of what is due: the shortest quarter has as many
# What only coordinators can log, and what an entry by anybody else is rejected with.
_COORDINATORS_ALONE: Final[dict[type, str]] = {
    ChangeAreas: "only a coordinator can change the areas",
    CorrectPartner: "only a coordinator can correct a partner",
    Enrol: "only a coordinator can enrol a card",
    Succeed: "only a coordinator can record that one partner replaces another",
    Reinstate: "only a coordinator can record that one partner replaces another",
    Settle: "only a coordinator can accept a branch of a split log",
    Adopt: "only a coordinator can adopt a dataset",
    Edition: "only a coordinator can issue an edition",
    PublishProtocol: "only a coordinator can publish the protocol",
}


class NeedsNewer(Exception):
    """A coordinator's entry names a format that this version does not understand."""

    def __init__(self, position: int, needed: int) -> None:
        super().__init__(f"entry {position} needs format {needed}")
        self.position = position
        self.needed = needed


def rejection_reason(
    register: Register, entry: Entry, signer: Card, cards: tuple[Card, ...], *, seen: bool
) -> Rejection | None:
    """Say why an entry would have no effect as the next one; None if it would have.

    Raises:
        NeedsNewer: a coordinator says that this version can't understand what follows.
    """
    position = len(register.applied)
    if entry.origin != register.origin:
        return Rejection("entry-of-another-partnership", "it belongs to another partnership")
    if register.is_copy(signer.signer, entry.id):
        return Rejection("entry-copied", "it is a copy of an earlier entry")
    if not seen or entry.seen.size > position:
        return Rejection("seen-log-differs", "it was signed against a different version of the log")
    if position and signer.signer not in register.cards:
        return _reject_stranger(register, signer)
    if signer.is_coordinator:
        if is_newer(entry.format):
            raise NeedsNewer(position, entry.format)
    elif is_newer(entry.format) or PROVED <= entry.format > register.format:
        return Rejection(
            "newer-format-not-by-coordinator",
            "it is in a newer format, which only a coordinator can introduce",
        )
    return _judge_kind(register, entry, signer, cards)


def _reject_stranger(register: Register, signer: Card) -> Rejection:
    if revoked := register.revoked.get(signer.signer):
        message = f"its key was revoked by log {revoked.position}"
        return Rejection("signer-key-revoked", message)
    return Rejection("signer-not-enrolled", "its signer is not enrolled")


def _judge_kind(  # noqa: C901, PLR0911, PLR0912 - one for each kind
    register: Register, entry: Entry, signer: Card, cards: tuple[Card, ...]
) -> Rejection | None:
    message = _COORDINATORS_ALONE.get(type(entry.body))
    if message and not signer.is_coordinator:
        return Rejection("signer-not-coordinator", message)
    match entry.body:
        case UnknownBody():
            return Rejection(
                "entry-kind-not-understood", "this version does not know its kind of entry"
            )
        case Found():
            return _judge_founding(register, signer, cards)
        case Adopt() as adopted:
            return _judge_adoption(register, adopted)
        case ChangeAreas():
            return None
        case Edition() as edition:
            return _judge_edition(register, entry, edition)
        case CorrectPartner() as corrected:
            return _judge_correction(register, corrected)
        case Enrol():
            return _judge_enrolment(register, entry, cards)
        case Revoke() as revoked:
            return _judge_revocation(register, revoked, signer)
        case Succeed() as succeeded:
            return _judge_succession(register, succeeded)
        case Reinstate() as reinstated:
            return _judge_reinstatement(register, reinstated)
        case Settle() as settled:
            return _judge_acceptance(register, settled, signer)
        case PublishProtocol() as published:
            return _judge_protocol(register, published)
        case SignProtocol() as signed:
            return _judge_signature(register, signed, signer)
        case Submit() | Nil() as statement:
            return judge_replaced(register, entry, statement) or _judge_for_partner(
                register, statement, signer
            )
        case _:
            return _judge_for_partner(register, entry.body, signer)


def _judge_founding(register: Register, signer: Card, cards: tuple[Card, ...]) -> Rejection | None:
    if register.applied:
        return Rejection("already-founded", "the partnership already exists")
    if len(cards) != 2 or cards[0] != signer or cards[0].signer == cards[1].signer:
        return Rejection(
            "founding-cards-missing",
            "it needs the cards of two coordinators, and the first of them must sign",
        )
    if not all(card.is_coordinator for card in cards):
        return Rejection("founder-not-coordinator", "one of the two cards is not a coordinator's")
    return _judge_card(register, cards[0]) or _judge_card(register, cards[1])


def _judge_correction(register: Register, correction: CorrectPartner) -> Rejection | None:
    if correction.authority not in register.partners:
        return Rejection("corrected-partner-unknown", "it names no partner")
    return None


def _judge_enrolment(register: Register, entry: Entry, cards: tuple[Card, ...]) -> Rejection | None:
    if len(cards) != 1:
        return Rejection("card-not-in-entry", "it holds no readable card")
    if register.format >= PROVED > entry.format:
        return Rejection(
            "card-without-proof",
            f"{cards[0].who}'s card does not prove that its officer has all the keys on it",
        )
    return _judge_card(register, cards[0])


def _judge_card(register: Register, card: Card) -> Rejection | None:
    if card.origin != register.origin:
        return Rejection("card-of-another-partnership", "the card belongs to another partnership")
    known = [*register.cards.values(), *(r.card for r in register.revoked.values())]
    if any(card.signer == c.signer or card.recipient == c.recipient for c in known):
        if card.signer in register.revoked:
            return Rejection("card-key-revoked", "the card's key was revoked")
        return Rejection("card-key-already-enrolled", "the card's key is already enrolled")
    partner = register.partners.get(card.partner)
    if partner and (partner.name, set(partner.kinds)) != (card.name, set(card.kinds)):
        return Rejection(
            "authority-described-differently",
            f'{card.who}\'s card says "{card.name}" ({", ".join(card.kinds)}), and the log '
            f'"{partner.name}" ({", ".join(partner.kinds)})',
        )
    return None


def _judge_revocation(register: Register, revoked: Revoke, signer: Card) -> Rejection | None:
    card = register.cards.get(revoked.key)
    if card is None:
        return Rejection("key-to-revoke-not-enrolled", "the key is not enrolled")
    if not signer.is_coordinator and signer.partner != card.partner:
        return Rejection(
            "signer-may-not-revoke",
            "only a coordinator, or an officer of the same authority, can revoke a key",
        )
    rest = [c for c in register.cards.values() if c.signer != card.signer]
    if not any(c.is_coordinator for c in rest):
        return Rejection("last-coordinator", "no coordinator would be left")
    return judge_reason("revoke", revoked.reason)


def _judge_succession(register: Register, change: Succeed) -> Rejection | None:
    if not {change.old, change.new} <= set(register.partners) or change.old == change.new:
        return Rejection("succession-partners-unknown", "it does not name two partners")
    if change.old in register.successions:
        return Rejection(
            "authority-already-ended", "the partner to be replaced is already replaced"
        )
    if change.new in register.successions:
        return Rejection("successor-already-ended", "the new partner is itself already replaced")
    return None


def _judge_reinstatement(register: Register, body: Reinstate) -> Rejection | None:
    if body.partner not in register.successions:
        return Rejection("authority-not-ended", "no other partner replaces it")
    return None


def _judge_acceptance(register: Register, settled: Settle, signer: Card) -> Rejection | None:
    if settled.common + (settled.trees is None) > len(register.applied):
        return Rejection("branches-part-later", "the branches split after this entry")
    if register.enrolled_at[signer.signer] >= settled.common:
        return Rejection(
            "signer-enrolled-after-branches",
            "its signer was enrolled after the log split",
        )
    if signer.who in register.settlements.get(settled, []):
        return Rejection("branch-already-accepted", "its signer already accepted this branch")
    return None


def _judge_adoption(register: Register, adopted: Adopt) -> Rejection | None:
    if adopted.dataset.startswith(PREFIX):
        return Rejection(
            "adopted-dataset-is-local", "local datasets are named in the protocol, not adopted"
        )
    before = register.adopted.get(adopted.dataset)
    if adopted.schema < (before.schema if before else 1):
        return Rejection(
            "adopted-version-lower", "it adopts an earlier version than the partnership uses"
        )
    return None


def _judge_edition(register: Register, entry: Entry, edition: Edition) -> Rejection | None:
    if edition.size > entry.seen.size:
        return Rejection("edition-not-seen", "it counts entries that its signer had not seen")
    before = register.editions.get(edition.quarter, [])
    if edition.size <= (before[-1].size if before else 0):
        return Rejection("edition-not-later", "it counts the same log entries as the last edition")
    return None


def _judge_protocol(register: Register, published: PublishProtocol) -> Rejection | None:
    if not SMALLEST <= published.smallest <= SMALLEST_MOST:
        return Rejection(
            "protocol-group-size-not-allowed",
            f"the smallest group must be from {SMALLEST} to {SMALLEST_MOST}",
        )
    if rejection := _judge_terms(published):
        return rejection
    with_minutes = {name for name, adopted in register.adopted.items() if adopted.minutes}
    if not set(published.minutes) <= with_minutes:
        return Rejection(
            "protocol-minutes-not-allowed", "it shares minutes for a dataset that has none"
        )
    if any(not name.startswith(PREFIX) for name in published.local):
        return Rejection(
            "protocol-local-name-not-allowed",
            f"the name of a local dataset must begin with {PREFIX}",
        )
    return None


def _judge_terms(published: PublishProtocol) -> Rejection | None:
    """Judge how soon the partners share, and how many of them prove when."""
    if not 1 <= published.witnesses <= _WITNESSES_MOST:
        return Rejection(
            "protocol-witnesses-not-allowed",
            f"the number of witnesses must be from 1 to {_WITNESSES_MOST}",
        )
    if any(agreed.days > DEADLINE_MOST for agreed in published.deadlines.values()):
        return Rejection(
            "protocol-deadline-not-allowed",
            f"a deadline must be at most {DEADLINE_MOST} days after the month or quarter ends",
        )
    return None


def _judge_signature(register: Register, signed: SignProtocol, signer: Card) -> Rejection | None:
    if not {"liaison", "coordinator"} & set(signer.roles):
        return Rejection(
            "signer-may-not-sign", "its signer's role does not allow signing for the authority"
        )
    protocol = register.protocol
    if protocol is None or signed.protocol != protocol.id:
        return Rejection("protocol-not-in-force", "a newer version of the protocol is in force")
    if signed.sha256 != protocol.published.sha256:
        return Rejection("signed-document-differs", "it is not the document that was published")
    if signed.personal and not protocol.published.personal:
        return Rejection(
            "protocol-without-personal-clause", "the protocol has no clause on personal data"
        )
    return None


def _judge_for_partner(  # noqa: PLR0911 - one for each kind
    register: Register, body: OfPartner, signer: Card
) -> Rejection | None:
    """Judge what an officer says for their authority."""
    if (body.partner, body.officer) != (signer.partner, signer.officer):
        return Rejection("signer-is-another-officer", "it names an officer who is not its signer")
    match body:
        case Nominate():
            return _judge_nomination(register, body, signer)
        case Assess() | AnswerRequirements() | RecordRows():
            if not signer.is_coordinator:
                message = "only a coordinator can answer for the strategy group"
                return Rejection("signer-not-coordinator", message)
            return None
        case Purge():
            return judge_purge(register, body, signer)
        case Suspend():
            return judge_suspend(register, body, signer)
        case _ if rejection := judge_role(signer):
            return rejection
        case Submit():
            return judge_dataset(register, body.dataset, signer) or judge_submit(register, body)
        case Nil():
            return judge_dataset(register, body.dataset, signer) or judge_nil(register, body)
        case NotHeld():
            return judge_dataset(register, body.dataset, signer) or judge_not_held(body)
        case Withdraw():
            return judge_withdraw(register, body)


def _judge_nomination(register: Register, body: Nominate, signer: Card) -> Rejection | None:
    if not {"liaison", "coordinator"} & set(signer.roles):
        return Rejection(
            "signer-may-not-sign", "its signer's role does not allow signing for the authority"
        )
    office = f"{body.partner}/{body.nominee}"
    if not any(c.who == office and "liaison" in c.roles for c in register.cards.values()):
        return Rejection(
            "nominee-not-enrolled", "that office is not enrolled with the liaison role"
        )
    return None
