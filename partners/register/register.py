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
from partners.law.authorities import standing_of
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
        cards: The cards that are enrolled and not revoked, by signing key, in order of enrolment.
        revoked: The cards that were revoked, by signing key.
        format: The newest format of a coordinator's entry that took effect.
        adopted: The datasets that it shares, in the order of their adoption, without local ones.
        all_returns: Submissions and nil returns that took effect.
        protocols: Versions of the protocol, in order.
        enrolled_at: The position at which each key was enrolled.
        successions: The partners that ended, and which partner replaced each from which day on.
        settlements: The branches of the log that coordinators accepted, and who accepted each.
        nominations: The liaison officer and the deputy of each partner: (partner, is deputy).
        answers: The strategy group's newest answer to each requirement.
        recorded_rows: The rows of its own registers as last recorded, by register and row.
        editions: The editions of the published tables of each quarter, in order.
        applied: Whether each entry took effect.
        rejected: The positions of the entries that did not.
        latest_times: The last time that each officer's entries with effect state.
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
    recorded_rows: dict[tuple[str, str], GivenRow] = field(default_factory=dict)
    editions: dict[Quarter, list[IssuedEdition]] = field(default_factory=dict)
    applied: list[EntryResult] | Continued[EntryResult] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    latest_times: dict[str, datetime] = field(default_factory=dict)
    enrolled_at: dict[str, int] = field(default_factory=dict)
    successions: dict[str, Succeed] = field(default_factory=dict)
    settlements: dict[Settle, list[str]] = field(default_factory=dict)
    entry_ids: set[tuple[str, str]] = field(default_factory=set)  # of entries, by who signed them
    enrolled: set[tuple[str, str]] = field(default_factory=set)  # "partner/officer" and key

    @property
    def founded(self) -> bool:
        """Whether the first entry has taken effect."""
        return bool(self.name)

    @property
    def first_due_quarter(self) -> Quarter | None:
        """The first quarter that its partners have to share.

        Earlier versions put the first quarter of the law into the first entry, whatever the
        coordinators meant. So that quarter counts as none named, and the first quarter is the one
        that was still due when the partnership was founded.
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
        """The settings of the protocol in force, or the defaults where there is none."""
        return self.protocol.published if self.protocol else _WITHOUT_PROTOCOL

    @property
    def personal_signatories(self) -> list[str]:
        """The partners that may share and receive recorded domestic incidents as personal data."""
        return self.protocol.personal if self.protocol else []

    def is_responsible(self, partner: str, day: date) -> bool:
        """Say whether a partner is a responsible authority (section 5(1)) on a day."""
        standing = standing_of(self.partners[partner].kinds, self.nation, day)
        return standing is not None and standing.standing == "responsible"

    @property
    def has_two_tiers(self) -> bool:
        """Whether its area has a county council and district councils, as some in England have."""
        kinds = {kind for partner in self.partners.values() for kind in partner.kinds}
        return bool(kinds & {"county", "district"})

    @property
    def settled(self) -> list[Settle]:
        """The branches of the log that two coordinators have accepted."""
        return [settlement for settlement, who in self.settlements.items() if len(who) >= AGREEING]

    def table(self, name: str) -> dict[str, GivenRow]:
        """Return the rows of one of the strategy group's registers, without deleted ones."""
        return {
            row: logged
            for (table, row), logged in self.recorded_rows.items()
            if table == name and logged.row.cells
        }

    def partners_submitted_for(self, partner: str, dataset: str) -> list[Partner]:
        """Return the partners for whom another submits: by the protocol, or as their successor."""
        others = [b.of for b in self.settings.behalf if (b.by, b.dataset) == (partner, dataset)]
        others += [s.old for s in self.successions.values() if s.new == partner]
        return [self.partners[other] for other in others if other in self.partners]

    def submitters_of(self, partner: str, dataset: str) -> list[str]:
        """Return who submits a partner's dataset: by the protocol in force, else itself.

        Its successor, if it has one, may submit what the partner left undone.
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
        """Return the protocol's own deadlines for a dataset: the days covered, and the day due.

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

    def is_authority_in(self, partner: str, quarter: Quarter) -> bool:
        """Say whether a partner, not its successor or predecessor, has to share a quarter.

        That is the authority that exists on the last day of the quarter.
        """
        ended = self.successions.get(partner)
        if ended is not None and ended.on <= quarter.last:
            return False
        begun = [s.on for s in self.successions.values() if s.new == partner and s.begun]
        return not begun or quarter.last >= min(begun)

    def successor_of(self, partner: str) -> str:
        """Return the partner that has replaced one by today; itself if none has."""
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
        """Return the submissions in effect that may need attention.

        Among them are all that some enrolled officers cannot open, all of which rows are held, and
        all that a coordinator asks to suspend.
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

    def find_clashing(self, key: ReturnKey, covered: Covered) -> list[Return]:
        """Return the returns in effect of whose dates some, and not all, are among these."""
        return [
            s
            for s in self.all_returns.in_effect(key, covered.quarter)
            if covered.overlaps(s.statement.covered) and not covered.contains(s.statement.covered)
        ]

    def find_replaced(self, key: ReturnKey, covered: Covered) -> list[Submission]:
        """Return the submissions in effect that one for these dates would replace."""
        return [old for old in self._find_contained(key, covered) if isinstance(old, Submission)]

    def find_overlapping(self, key: ReturnKey, covered: Covered) -> list[Return]:
        """Return the returns in effect that cover some of these dates."""
        current = self.all_returns.in_effect(key, covered.quarter)
        return [s for s in current if covered.overlaps(s.statement.covered)]

    def is_coordinator(self, who: str) -> bool:
        """Say whether an officer, such as "westshire-police/liaison", is a coordinator."""
        return any(card.who == who and card.is_coordinator for card in self.cards.values())

    def not_held(self, partner: str, dataset: str, quarter: Quarter) -> Claim | None:
        """Return the claim, if any, by which a partner does not hold a dataset in a quarter."""
        standing = None
        for claim in self.claims.get((partner, dataset), []):
            statement = claim.statement
            if statement.first <= quarter and (statement.last is None or quarter <= statement.last):
                standing = None if statement.held else claim
        return standing

    def find_return(self, entry_id: str, partner: str | None = None) -> Return | None:
        """Return the return of an entry's id, of one partner or of any."""
        for returned in self.all_returns.named(entry_id):
            if partner in (None, returned.statement.partner):
                return returned
        return None

    def copies(self, returned: Return) -> list[Return]:
        """Return the submissions of the same rows, oldest first, which were encrypted for new keys.

        Only the last of them can be in effect. A nil return has no other copies.
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
        """Return the returns of a partner's dataset, in the order of the log."""
        return [
            returned
            for returned in self.all_returns.every()
            if (returned.statement.partner, returned.statement.dataset) == (partner, dataset)
        ]

    def returns_around(self, partner: str, dataset: str, quarter: Quarter) -> list[Return]:
        """Return the returns of a partner's dataset for a quarter and the one before."""
        of_both = [self.all_returns.about(partner, dataset, q) for q in (quarter.previous, quarter)]
        return sorted(chain(*of_both), key=lambda returned: returned.position)

    def is_copy(self, key: str, entry_id: str) -> bool:
        """Say whether the log already has an entry of this id, signed by this key."""
        earlier = self.all_returns.earlier
        return (key, entry_id) in self.entry_ids or (
            earlier is not None and earlier.has(key, entry_id)
        )

    def reject(self, rejection: Rejection) -> None:
        """Record that the next entry could not be read, or was not signed by an enrolled key."""
        self.rejected.append(len(self.applied))
        self.applied.append(EntryResult(len(self.applied), "?", "", None, rejection))

    def _find_contained(self, key: ReturnKey, covered: Covered) -> list[Return]:
        current = self.all_returns.in_effect(key, covered.quarter)
        return [s for s in current if covered.contains(s.statement.covered)]

    def add_return(self, new: Return) -> None:
        """Add a return, which replaces those of the same dates."""
        for old in self._find_contained(new.key, new.statement.covered):
            old.superseded_by = new.position
            self.all_returns.in_effect(new.key, new.statement.quarter).remove(old)
        self.all_returns.add(new)

    def withdraw(self, old: Return | None, position: int) -> None:
        """Withdraw a return, if it is in effect."""
        if old is not None and old.counts:
            old.withdrawn_by = position
            self.all_returns.in_effect(old.key, old.statement.quarter).remove(old)
