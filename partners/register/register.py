"""The register: who is a partner, whose keys count, what was returned. Replayed, never stored.

The one way to it is `replay.apply`, entry by entry in the order of the log, given who signed each.
An entry that is not entitled, or out of role, or a copy, has no effect; it is kept with the reason.
Leaves to others: whether an entry of some kind may count (`rules.py`), what follows from one that
does (`effects.py`), signatures, the tree, and the files (`exchange/log/replay.py`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain, takewhile
from typing import Final

from partners.entries.card import Card
from partners.entries.forks import Settle
from partners.entries.members import Succeed
from partners.entries.protocol import PublishProtocol
from partners.register.adoptions import Adopted
from partners.register.continued import Continued
from partners.register.returns import Returns
from partners.register.state import (
    AGREEING,
    Claim,
    EntryResult,
    GivenAnswer,
    GivenRow,
    IssuedEdition,
    Nomination,
    Partner,
    Protocol,
    Rejection,
    Return,
    ReturnKey,
    Revocation,
    Submission,
)
from schemas.areas import Area
from schemas.datasets.dataset import SMALLEST
from schemas.quarters import FIRST_QUARTER, Covered, Quarter, london_day

_WITHOUT_PROTOCOL: Final = PublishProtocol(
    title="", sha256="", size=0, smallest=SMALLEST, domestic={}, personal=False, places={},
    minutes=(), local={}, behalf=(), witnesses=1, review=None,
)  # fmt: skip


@dataclass(slots=True)
class Register:
    """The state of a partnership at a position of its log.

    Attributes:
        cards: Those that count, by signing key, in order of enrolment.
        revoked: Those that count no more, by signing key.
        format: The newest that a coordinator's entry with effect is in.
        adopted: The datasets that it shares beside local ones, in the order of their adoption.
        all_returns: Submissions and nil returns that took effect.
        protocols: Versions of the protocol, in order.
        since: The position from which on a key has counted.
        successions: The authorities that ended, and who stands in their place from when on.
        settlements: What coordinators have said of branches of the log, and who has.
        nominations: The liaison officer and the deputy of each partner: (partner, is deputy).
        answers: The strategy group's last word on each requirement.
        rows: Those of its own registers as they were recorded last: (register, row).
        editions: Of the published tables of each quarter, in order.
        applied: What became of each entry; `rejected`, the positions of those without effect.
        latest: The last time that an officer's entries with effect state.
    """

    origin: str
    format: int = 1
    name: str = ""
    nation: str = ""
    areas: tuple[Area, ...] = ()
    first_quarter: Quarter | None = None
    partners: dict[str, Partner] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    revoked: dict[str, Revocation] = field(default_factory=dict)
    all_returns: Returns = field(default_factory=Returns)
    adopted: dict[str, Adopted] = field(default_factory=dict)
    claims: dict[tuple[str, str], list[Claim]] = field(default_factory=dict)
    protocols: list[Protocol] = field(default_factory=list)
    nominations: dict[tuple[str, bool], Nomination] = field(default_factory=dict)
    answers: dict[str, GivenAnswer] = field(default_factory=dict)
    rows: dict[tuple[str, str], GivenRow] = field(default_factory=dict)
    editions: dict[Quarter, list[IssuedEdition]] = field(default_factory=dict)
    applied: list[EntryResult] | Continued[EntryResult] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    latest: dict[str, datetime] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    successions: dict[str, Succeed] = field(default_factory=dict)
    settlements: dict[Settle, list[str]] = field(default_factory=dict)
    ids: set[tuple[str, str]] = field(default_factory=set)  # of entries, by who signed them
    enrolled: set[tuple[str, str]] = field(default_factory=set)  # "partner/officer" and key

    @property
    def founded(self) -> bool:
        """Whether the first entry has taken effect."""
        return bool(self.name)

    @property
    def owes_from(self) -> Quarter | None:
        """The first quarter that its partners have to share.

        A founding that names the first quarter of the law names none: foundings once did so by
        themselves. What was still due on that day is then the first.
        """
        first, founded = self.first_quarter, self.applied[0].time if self.applied else None
        if first is None or first != FIRST_QUARTER[self.nation] or founded is None:
            return first
        return Quarter.of(london_day(founded)).previous

    @property
    def protocol(self) -> Protocol | None:
        """The version of the protocol in force."""
        return self.protocols[-1] if self.protocols else None

    @property
    def settings(self) -> PublishProtocol:
        """What the protocol in force settles; what holds without one, where there is none."""
        return self.protocol.published if self.protocol else _WITHOUT_PROTOCOL

    @property
    def personal_signatories(self) -> list[str]:
        """The partners that may share and receive recorded domestic incidents as personal data."""
        return self.protocol.personal if self.protocol else []

    @property
    def has_two_tiers(self) -> bool:
        """Whether its area has a county council and district councils, as some in England have."""
        kinds = {kind for partner in self.partners.values() for kind in partner.kinds}
        return bool(kinds & {"county", "district"})

    @property
    def settled(self) -> list[Settle]:
        """What two coordinators have said of branches of the log."""
        return [settlement for settlement, who in self.settlements.items() if len(who) >= AGREEING]

    def table(self, name: str) -> dict[str, GivenRow]:
        """Return the rows of one of the strategy group's registers, but those taken out."""
        return {
            row: logged
            for (table, row), logged in self.rows.items()
            if table == name and logged.row.cells
        }

    def submits_for(self, partner: str, dataset: str) -> list[Partner]:
        """Return for whom a partner submits a dataset: by the protocol, or as their successor."""
        others = [b.of for b in self.settings.behalf if (b.by, b.dataset) == (partner, dataset)]
        others += [s.old for s in self.successions.values() if s.new == partner]
        return [self.partners[other] for other in others if other in self.partners]

    def submitted_by(self, partner: str, dataset: str) -> list[str]:
        """Return who submits a dataset of a partner's: by the protocol in force, else itself.

        And its successor, for what it left undone.
        """
        behalf = self.settings.behalf
        senders = [b.by for b in behalf if (b.of, b.dataset) == (partner, dataset)] or [partner]
        ended = self.successions.get(partner)
        return [*senders, ended.new] if ended else senders

    def local_datasets(self, quarter: Quarter) -> dict[str, tuple[str, ...]]:
        """Return the local datasets of a quarter, with the kinds of authority that share them.

        They are those of the protocol in force, from the quarter in which it first named them.
        """
        local = self.settings.local.items()
        return {name: kinds for name, kinds in local if self._named_by(name, quarter)}

    def deadlines(self, dataset: str, quarter: Quarter) -> list[tuple[Covered, date]]:
        """Return the deadlines of the protocol's own for a dataset: of what, and by when.

        They begin with the month or quarter that was in progress when the protocol first had them.
        """
        agreed = self.protocol.published.deadlines.get(dataset) if self.protocol else None
        if agreed is None:
            return []
        naming = [
            *takewhile(
                lambda protocol: dataset in protocol.published.deadlines, self.protocols[::-1]
            )
        ]
        first = london_day(naming[-1].time)
        whole = Covered.whole(quarter)
        periods = whole.months() if agreed.every == "month" else [whole]
        return [
            (covered, covered.last + timedelta(days=agreed.days))
            for covered in periods
            if covered.last >= first
        ]

    def _named_by(self, dataset: str, quarter: Quarter) -> bool:
        """Say whether the protocol in force, or one just before it, named it by a quarter."""
        naming = [
            *takewhile(lambda protocol: dataset in protocol.published.local, self.protocols[::-1])
        ]
        return Quarter.of(london_day(naming[-1].time)) <= quarter

    def stands(self, partner: str, quarter: Quarter) -> bool:
        """Say whether a partner is the authority of a quarter, and not its successor or forerunner.

        The authority of a quarter is the one of its last day.
        """
        ended = self.successions.get(partner)
        if ended is not None and ended.on <= quarter.last:
            return False
        begun = [s.on for s in self.successions.values() if s.new == partner and s.begun]
        return not begun or quarter.last >= min(begun)

    def heir(self, partner: str) -> str:
        """Return who stands in a partner's place today: itself, if it has not ended."""
        while partner in self.successions:
            partner = self.successions[partner].new
        return partner

    @property
    def returns(self) -> list[Return]:
        """Submissions and nil returns that took effect, in the order of the log."""
        return self.all_returns.every()

    @property
    def submissions(self) -> list[Submission]:
        """The submissions that took effect, whatever became of them, in the order of the log."""
        return [returned for returned in self.returns if isinstance(returned, Submission)]

    def current(self) -> list[Submission]:
        """Return the submissions in effect, in the order of the log."""
        return [submission for submission in self.submissions if submission.counts]

    def unsettled(self) -> list[Submission]:
        """Return the submissions in effect of which there may be something to say.

        Those that not all who are enrolled can open, that hold rows back or are asked to be
        suspended are among them.
        """
        returns = self.all_returns.unsettled(self.cards.keys())
        return [s for s in returns if isinstance(s, Submission) and s.counts]

    def submissions_counted(self, quarter: Quarter, size: int) -> list[Submission]:
        """Return the submissions of a quarter in effect when the log had so many entries.

        Personal ones are left out: no table counts them.
        """
        return [
            submission
            for submission in self.all_returns.of(quarter)
            if isinstance(submission, Submission)
            and not submission.statement.personal
            and submission.position < size
            and not submission.was_suspended(size)
            and all(
                end is None or end >= size
                for end in (submission.superseded_by, submission.withdrawn_by, submission.purged_by)
            )
        ]

    def clashing(self, key: ReturnKey, covered: Covered) -> list[Return]:
        """Return what is in effect whose dates overlap some, but not all theirs are covered."""
        return [
            s
            for s in self.all_returns.in_effect(key, covered.quarter)
            if covered.overlaps(s.statement.covered) and not covered.contains(s.statement.covered)
        ]

    def find_replaced(self, key: ReturnKey, covered: Covered) -> list[Submission]:
        """Return the submissions in effect that one for these dates would replace."""
        return [old for old in self._find_contained(key, covered) if isinstance(old, Submission)]

    def overlapping(self, key: ReturnKey, covered: Covered) -> list[Return]:
        """Return what is in effect that covers some of these dates."""
        current = self.all_returns.in_effect(key, covered.quarter)
        return [s for s in current if covered.overlaps(s.statement.covered)]

    def is_coordinator(self, who: str) -> bool:
        """Say whether an officer, such as "westshire-police/liaison", is a coordinator."""
        return any(card.who == who and card.is_coordinator for card in self.cards.values())

    def not_held(self, partner: str, dataset: str, quarter: Quarter) -> Claim | None:
        """Return the partner's word that it does not hold a dataset in a quarter, if it stands."""
        standing = None
        for claim in self.claims.get((partner, dataset), []):
            statement = claim.statement
            if statement.first <= quarter and (statement.last is None or quarter <= statement.last):
                standing = None if statement.held else claim
        return standing

    def find_return(self, entry_id: str, partner: str | None = None) -> Return | None:
        """Return what an entry returned, of one partner or of any."""
        for returned in self.all_returns.named(entry_id):
            if partner in (None, returned.statement.partner):
                return returned
        return None

    def copies(self, returned: Return) -> list[Return]:
        """Return what holds the same rows, oldest first: one is encrypted again for new keys.

        The last of them is in effect, if any is. Of a nil return it is that alone.
        """
        if not isinstance(returned, Submission):
            return [returned]
        s = returned.statement
        return [
            other
            for other in self.returns_of(s.partner, s.dataset)
            if isinstance(other, Submission)
            and (other.statement.payload_sha256, other.key) == (s.payload_sha256, returned.key)
        ]

    def returns_of(self, partner: str, dataset: str) -> list[Return]:
        """Return what a partner returned of a dataset, in the order of the log."""
        return [
            returned
            for returned in self.all_returns.every()
            if (returned.statement.partner, returned.statement.dataset) == (partner, dataset)
        ]

    def returns_around(self, partner: str, dataset: str, quarter: Quarter) -> list[Return]:
        """Return what a partner returned of a dataset for a quarter and the one before."""
        of_both = [self.all_returns.about(partner, dataset, q) for q in (quarter.previous, quarter)]
        return sorted(chain(*of_both), key=lambda returned: returned.position)

    def is_copy(self, key: str, entry_id: str) -> bool:
        """Say whether an entry of an id that a key has signed already exists."""
        earlier = self.all_returns.earlier
        return (key, entry_id) in self.ids or (earlier is not None and earlier.has(key, entry_id))

    def reject(self, rejection: Rejection) -> None:
        """Note that the next entry could not be read, or that nobody enrolled signed it."""
        self.rejected.append(len(self.applied))
        self.applied.append(EntryResult(len(self.applied), "?", "", None, rejection))

    def _find_contained(self, key: ReturnKey, covered: Covered) -> list[Return]:
        current = self.all_returns.in_effect(key, covered.quarter)
        return [s for s in current if covered.contains(s.statement.covered)]

    def add_return(self, new: Return) -> None:
        """Let a return count, in place of those of the same dates."""
        for old in self._find_contained(new.key, new.statement.covered):
            old.superseded_by = new.position
            self.all_returns.in_effect(new.key, new.statement.quarter).remove(old)
        self.all_returns.add(new)

    def withdraw(self, old: Return | None, position: int) -> None:
        """Let a return count no more, if it did."""
        if old is not None and old.counts:
            old.withdrawn_by = position
            self.all_returns.in_effect(old.key, old.statement.quarter).remove(old)
