"""How a dataset of a partner stands, given what the register holds of its returns."""

from datetime import UTC, date, datetime

import pytest

from partners.entries.members import Succeed
from partners.entries.protocol import DeadlineRule, OnBehalf, PublishProtocol
from partners.entries.returns import Nil, NotHeld, Purge, Submit
from partners.register.adoptions import adopted_at_founding
from partners.register.effects import _purge
from partners.register.obligations import AgreedDeadline, Standing, State, standings
from partners.register.register import Register
from partners.register.replaced_returns import Replaced
from partners.register.state import (
    Claim,
    EntryResult,
    NilReturn,
    Partner,
    Protocol,
    Return,
    Submission,
)
from schemas.quarters import Covered, Quarter

Q1 = Quarter(2026, 1)  # due on 30 June 2026
BEFORE_DUE = datetime(2026, 6, 20, 12, tzinfo=UTC)
AFTER_DUE = datetime(2026, 7, 5, 12, tzinfo=UTC)
CRIME = "police-crime"


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, 9, tzinfo=UTC)


def covered(text: str) -> tuple[Covered, ...]:
    return tuple(Covered.parse(one) for one in text.split())


class Desk:
    """A register with a police force in it, and what is entered in it, in order."""

    def __init__(self) -> None:
        self.register = Register("test/" + "0" * 32, adopted=adopted_at_founding("england"))
        self.register.nation = "england"
        self.position = 0
        self.add_partner("police", "police")

    def add_partner(self, name: str, *kinds: str) -> None:
        self.register.partners[name] = Partner(name, name.title(), kinds, ((None, kinds),))

    def add(self, made: type[Return], statement: Submit | Nil, time: datetime) -> Return:
        one = made(self.position, f"{self.position:032x}", time, statement, "key")
        self.register.add_return(one)
        self.position += 1
        return one

    def submit(self, days: str, time: datetime, *, partner: str = "police", dataset: str = CRIME,
               part: str = "", personal: bool = False,
               records: str = "10-49") -> Return:  # fmt: skip
        (dates,) = covered(days)
        statement = Submit(
            partner, "officer", dataset, part, dates.quarter, dates, 1, personal,
            {"accepted": records}, {}, (), "", 0, "", "",
        )  # fmt: skip
        return self.add(Submission, statement, time)

    def nil(self, days: str, time: datetime) -> Return:
        (dates,) = covered(days)
        statement = Nil("police", "officer", CRIME, "", dates, "none-recorded")
        return self.add(NilReturn, statement, time)

    def withdraw(self, one: Return) -> None:
        self.register.withdraw(one, self.position)
        self.position += 1

    def purge(self, one: Return, reason: str, *, partner: str = "police") -> None:
        _purge(self.register, Purge(partner, "officer", one.id, reason), self.position)
        self.position += 1

    def claim(self, first: Quarter, last: Quarter | None, *, held: bool = False) -> None:
        said = NotHeld("police", "officer", CRIME, first, last, held, "not-recorded")
        claims = self.register.claims.setdefault(("police", CRIME), [])
        claims.append(Claim(self.position, day(1, 1), said))
        self.position += 1

    def publish(
        self,
        *,
        local: dict[str, tuple[str, ...]],
        behalf: tuple[OnBehalf, ...],
        deadlines: dict[str, DeadlineRule] | None = None,
    ) -> None:
        published = PublishProtocol(
            "Protocol", "0" * 64, 1, 5, {}, False, {}, (), local, behalf, 1, None, deadlines or {}
        )
        self.register.protocols.append(Protocol(self.position, "", day(1, 1), published))
        self.position += 1

    def all(self, quarter: Quarter = Q1, now: datetime = AFTER_DUE, **options) -> list[Standing]:
        return standings(self.register, quarter, now, **options)

    def one(self, now: datetime = AFTER_DUE, *, partner: str = "police", dataset: str = CRIME,
            quarter: Quarter = Q1, **options) -> Standing:  # fmt: skip
        wanted = (partner, dataset)
        (only,) = [s for s in self.all(quarter, now, **options) if (s.partner, s.dataset) == wanted]
        return only


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_whole_quarter_returned_in_time(desk):
    desk.position = 7
    desk.submit("2026Q1", day(6, 30))
    assert desk.one() == Standing(
        "police", CRIME, Q1, certain=True, state=State.ON_TIME, days=0, missing=(), entries=(7,),
        completed=day(6, 30), nil=False, parts=(), by=(), first=(7,),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("completed", "state", "days"),
    [
        (datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), State.ON_TIME, 0),
        (datetime(2026, 6, 30, 23, 0, 0, tzinfo=UTC), State.LATE, 1),
        (day(7, 12), State.LATE, 12),
    ],
)
def test_late_by_so_many_days(desk, completed, state, days):
    desk.submit("2026Q1", completed)
    found = desk.one(now=day(8, 1))
    assert (found.state, found.days, found.completed) == (state, days, completed)


@pytest.mark.parametrize(
    ("now", "state", "days"),
    [(BEFORE_DUE, State.DUE, 10), (day(6, 30), State.DUE, 0), (AFTER_DUE, State.OVERDUE, 5)],
)
def test_due_in_so_many_days_or_overdue_by_so_many(desk, now, state, days):
    assert desk.one(now) == Standing(
        "police", CRIME, Q1, certain=True, state=state, days=days, missing=covered("2026Q1"),
        entries=(), completed=None, nil=False, parts=(), by=(),
    )  # fmt: skip


@pytest.mark.parametrize(("now", "state"), [(BEFORE_DUE, State.DUE), (AFTER_DUE, State.EXPECTED)])
def test_a_duty_that_is_not_proved_is_not_overdue(desk, now, state):
    desk.add_partner("board", "health")
    found = desk.one(now, partner="board", dataset="health-admissions")
    assert (found.state, found.certain) == (state, False)


def test_a_return_after_the_deadline_is_late_only_where_its_duty_is_proved(desk):
    desk.add_partner("board", "health")
    desk.submit("2026Q1", day(7, 3), partner="board", dataset="health-admissions")
    found = desk.one(day(8, 1), partner="board", dataset="health-admissions")
    assert (found.state, found.days) == (State.RECEIVED, 3)


def test_a_partner_owes_what_its_kinds_of_that_quarter_share(desk):
    described = ((None, ("police",)), (Q1, ("ambulance",)))
    desk.register.partners["police"] = Partner("police", "Police", ("ambulance",), described)
    assert CRIME in {s.dataset for s in desk.all(Q1.previous)}
    assert CRIME not in {s.dataset for s in desk.all(Q1)}


def test_what_of_the_returns_in_effect_is_suspended(desk):
    sent = [desk.submit(month, day(4, 1)) for month in ("2026-01", "2026-02", "2026-03")]
    sent[1].suspensions.append((3, None))
    assert desk.one().suspended == (sent[1],)


@pytest.mark.parametrize(
    ("now", "proved", "march"),
    [
        (day(4, 8), None, (State.DUE, 2)),
        (day(4, 10), day(2, 9), (State.DUE, 0)),
        (day(4, 11), day(2, 13), (State.OVERDUE, 1)),
    ],
)
def test_how_each_deadline_of_the_protocol_stands(desk, now, proved, march):
    desk.publish(local={}, behalf=(), deadlines={CRIME: DeadlineRule("month", 10)})
    desk.submit("2026-01", day(2, 10))
    desk.submit("2026-02", day(3, 11))
    desk.submit("2026-01", day(4, 2))  # a correction makes nothing late
    proofs = {(1, "police"): proved}
    found = desk.one(now, not_before=lambda position, partner: proofs.get((position, partner)))
    is_late = proved == day(2, 13)  # others prove a later time than the sender states
    met = (State.LATE, 3) if is_late else (State.ON_TIME, 0)
    dues = [date(2026, 2, 10), date(2026, 3, 10), date(2026, 4, 10)]
    assert found.agreed == tuple(
        AgreedDeadline(month, due, *stands)
        for month, due, stands in zip(
            Covered.whole(Q1).months(), dues, [met, (State.LATE, 1), march], strict=True
        )
    )
    assert desk.one(now, dataset="police-asb").agreed == ()


def test_nothing_is_due_before_the_first_quarter_of_the_partnership(desk):
    desk.register.first_quarter = Q1
    assert desk.all(Q1.previous) == []
    assert desk.one().state is State.OVERDUE
    assert desk.one(quarter=Q1.next).state is State.DUE


@pytest.mark.parametrize(("first", "owed"), [(Quarter(2007, 3), False), (Quarter(2007, 4), True)])
def test_a_founding_that_names_the_first_quarter_of_the_law_names_none(desk, first, owed):
    """It was filled in once; what was still due on the day of the founding is owed then."""
    desk.register.first_quarter = first
    desk.register.applied.append(EntryResult(0, "found", "police/x", day(7, 20), None))
    assert bool(desk.all(Q1)) is owed
    assert desk.all(Q1.next)
    desk.submit("2026-01", day(8, 1))
    assert desk.one().entries == (0,)


def test_days_that_no_return_covers_are_missing(desk):
    desk.submit("2026-01", day(2, 1))
    desk.submit("2026-03", day(4, 1))
    found = desk.one()
    assert found.state is State.OVERDUE
    assert found.missing == covered("2026-02")
    assert found.entries == (0, 1)
    assert found.completed is None


def test_it_is_complete_when_the_last_day_was_first_covered(desk):
    for month in (1, 2, 3):
        desk.submit(f"2026-0{month}", day(month + 3, 10))
    assert desk.one().completed == day(6, 10)
    desk.submit("2026Q1", day(8, 1))  # a correction of all of it
    found = desk.one(now=day(8, 2))
    assert (found.state, found.completed, found.entries) == (State.ON_TIME, day(6, 10), (3,))


def test_a_return_of_another_quarter_or_another_partner_covers_nothing(desk):
    desk.add_partner("force", "police")
    desk.submit("2025Q4", day(3, 1))
    desk.submit("2026Q1", day(4, 1), partner="force")
    desk.submit("2026Q1", day(4, 1), dataset="police-asb")
    assert desk.one().missing == covered("2026Q1")
    assert desk.one().entries == ()
    assert desk.one(partner="force").state is State.ON_TIME


def test_what_is_withdrawn_or_shared_as_personal_data_covers_nothing(desk):
    desk.withdraw(desk.submit("2026Q1", day(4, 1)))
    desk.submit("2026Q1", day(4, 1), personal=True)
    found = desk.one()
    assert (found.state, found.entries) == (State.OVERDUE, ())


def test_what_was_destroyed_when_its_time_was_over_was_returned_all_the_same(desk):
    desk.purge(desk.submit("2026Q1", day(4, 1)), "retention")
    found = desk.one()
    assert (found.state, found.first, found.entries) == (State.ON_TIME, (0,), ())
    assert (found.purged, found.destroyed) == ((), ())


def test_what_was_sent_in_error_and_destroyed_covers_nothing_and_says_who_destroyed_it(desk):
    for name in ("council", "fire"):
        desk.add_partner(name, name)
    wrong = [desk.submit(month, day(4, 1)) for month in ("2026-01", "2026-02")]
    other = desk.submit("2026Q2", day(4, 1))
    desk.submit("2026-03", day(4, 1))
    for one, partner in ((wrong[0], "council"), (wrong[0], "fire"), (wrong[1], "council")):
        desk.purge(one, "sent-in-error")
        desk.purge(one, "sent-in-error", partner=partner)
    desk.purge(other, "sent-in-error")
    found = desk.one()
    assert (found.state, found.entries, found.missing) == (
        State.OVERDUE, (3,), covered("2026-01-01..2026-02-28"),
    )  # fmt: skip
    assert found.purged == (wrong[0].purged_by, wrong[1].purged_by)
    assert found.destroyed == ("council", "fire")
    assert desk.one(quarter=Q1.next).purged == (other.purged_by,)


def test_what_is_replaced_after_the_deadline_is_shown_with_what_replaced_it(desk):
    desk.submit("2026-01-01..2026-02-28", day(4, 1), records="10-49")
    desk.submit("2026-03", day(4, 2), records="10-49")
    desk.submit("2026-01-01..2026-02-28", day(7, 3), records="50-99")
    found = desk.one()
    assert (found.state, found.completed) == (State.ON_TIME, day(4, 2))
    assert (found.first, found.entries) == ((0, 1), (1, 2))
    assert found.replaced == Replaced(3, (20, 98), (60, 148), (0,))


def test_what_is_replaced_in_time_is_not_shown(desk):
    desk.submit("2026Q1", day(4, 1))
    desk.submit("2026Q1", day(6, 30))
    found = desk.one()
    assert (found.state, found.completed, found.replaced) == (State.ON_TIME, day(4, 1), None)


def test_the_days_of_a_correction_that_is_withdrawn_are_missing_again(desk):
    desk.submit("2026Q1", day(4, 1))
    desk.withdraw(desk.submit("2026Q1", day(4, 3)))
    found = desk.one()
    assert (found.state, found.entries, found.missing) == (State.OVERDUE, (), covered("2026Q1"))
    desk.submit("2026Q1", day(7, 2))
    assert (desk.one().state, desk.one().completed) == (State.ON_TIME, day(4, 1))


def test_a_placeholder_that_was_replaced_after_the_deadline_was_late(desk):
    desk.submit("2026Q1", day(6, 1), records="1-4")
    desk.submit("2026Q1", day(7, 4), records="50-99")
    found = desk.one()
    assert (found.state, found.days, found.completed) == (State.LATE, 4, day(7, 4))
    assert (found.first, found.entries, found.replaced) == ((1,), (1,), None)


def test_a_dataset_is_nil_only_where_every_return_in_effect_is(desk):
    assert desk.one().nil is False
    desk.nil("2026-01", day(4, 1))
    assert desk.one().nil is True
    desk.submit("2026-02", day(4, 1))
    assert desk.one().nil is False
    desk.nil("2026Q1", day(4, 2))
    assert (desk.one().nil, desk.one().state) == (True, State.ON_TIME)


def test_a_dataset_that_is_not_held(desk):
    desk.position = 4
    desk.claim(Q1, Q1)
    assert desk.one() == Standing(
        "police", CRIME, Q1, certain=True, state=State.NOT_HELD, days=0, missing=(), entries=(4,),
        completed=None, nil=False, parts=(), by=(),
    )  # fmt: skip
    assert desk.one(quarter=Q1.next).state is State.DUE
    assert desk.one(quarter=Q1.previous).state is State.OVERDUE


def test_a_return_in_effect_outweighs_the_word_that_a_dataset_is_not_held(desk):
    desk.claim(Q1, None)
    sent = desk.submit("2026Q1", day(4, 1))
    assert desk.one().state is State.ON_TIME
    desk.withdraw(sent)
    assert desk.one().state is State.NOT_HELD


def test_who_submits_for_another(desk):
    desk.add_partner("trust", "ambulance")
    desk.publish(local={}, behalf=(OnBehalf(CRIME, "trust", "police"),))
    desk.submit("2026Q1", day(4, 1))
    assert desk.one().state is State.OVERDUE  # what it sent itself is not what is agreed
    desk.submit("2026Q1", day(5, 1), partner="trust")
    found = desk.one()
    assert (found.state, found.entries, found.by) == (State.ON_TIME, (2,), ("trust",))
    assert desk.one(dataset="police-asb").by == ()


def test_a_successor_returns_what_was_left_undone(desk):
    desk.add_partner("new", "police")
    desk.register.successions["police"] = Succeed("police", "new", date(2026, 4, 1), True)
    desk.submit("2026-01", day(2, 1))
    desk.submit("2026-02", day(4, 1), partner="new")
    desk.submit("2026-03", day(4, 2), partner="new")
    found = desk.one()
    assert (found.state, found.entries, found.by) == (State.ON_TIME, (0, 1, 2), ("new",))


def test_what_was_returned_in_time_is_not_late_because_another_returns_it_again(desk):
    desk.add_partner("new", "police")
    desk.register.successions["police"] = Succeed("police", "new", date(2026, 4, 1), True)
    desk.submit("2026Q1", BEFORE_DUE, partner="new")
    desk.submit("2026Q1", AFTER_DUE)  # by the one that ended, which comes first otherwise
    found = desk.one()
    assert (found.state, found.first, found.entries) == (State.ON_TIME, (0,), (0, 1))


def test_an_authority_that_ended_owes_nothing_and_its_successor_nothing_from_before(desk):
    desk.add_partner("new", "police")
    desk.register.successions["police"] = Succeed("police", "new", date(2026, 4, 1), True)
    assert {s.partner for s in desk.all(Q1)} == {"police"}
    assert {s.partner for s in desk.all(Q1.next)} == {"new"}


def test_local_datasets_are_due_from_the_kinds_that_the_protocol_names_and_never_overdue(desk):
    desk.add_partner("council", "council")
    desk.publish(local={"local-noise": ("council", "fire")}, behalf=())
    found = {(s.partner, s.dataset): s for s in desk.all()}
    assert ("police", "local-noise") not in found
    local = found["council", "local-noise"]
    assert (local.certain, local.state, local.days) == (False, State.EXPECTED, 5)
    assert found["police", CRIME].certain is True


@pytest.mark.parametrize(
    ("before", "now", "parts", "missing"),
    [
        ("", "", (), "2026Q1"),
        ("whole", "", (), "2026Q1"),
        ("north south", "", ("north", "south"), "2026Q1"),
        ("north south", "north", ("north", "south"), "2026Q1"),
        ("north south", "south north", ("north", "south"), ""),
        ("north", "north south", ("north", "south"), ""),
        ("whole", "north", (), ""),
        ("north south", "whole", (), ""),
        ("north south", "whole north", ("north", "south"), "2026Q1"),
        ("west north south", "north south", ("north", "south", "west"), "2026Q1"),
    ],
)
def test_a_dataset_is_returned_in_the_parts_of_this_quarter_and_of_the_last(
    desk, before, now, parts, missing
):
    desk.submit("2025Q3", day(1, 1), part="long-ago")
    for part in before.split():
        desk.submit("2025Q4", day(3, 1), part=part.replace("whole", ""))
    for part in now.split():
        desk.submit("2026Q1", day(4, 1), part=part.replace("whole", ""))
    found = desk.one()
    assert found.parts == parts
    assert found.missing == covered(missing)
    assert found.state is (State.OVERDUE if missing else State.ON_TIME)


def test_parts_are_complete_when_the_last_of_them_is(desk):
    desk.submit("2026Q1", day(7, 3), part="north")
    desk.submit("2026Q1", day(5, 1), part="south")
    found = desk.one()
    assert (found.state, found.days, found.completed) == (State.LATE, 3, day(7, 3))


def test_days_missing_of_parts_are_named_once_each(desk):
    desk.submit("2026-01", day(4, 1), part="north")
    desk.submit("2026-02", day(4, 1), part="south")
    missing = covered("2026-02-01..2026-03-31 2026-01 2026-03")
    assert desk.one().missing == missing
    desk.submit("2026-02", day(4, 1), part="north")
    desk.submit("2026-01", day(4, 1), part="south")
    assert desk.one().missing == covered("2026-03")


@pytest.mark.parametrize(
    ("proved", "completed"),
    [(day(7, 2), day(7, 2)), (day(4, 1), day(6, 1)), (None, day(6, 1))],
)
def test_a_time_that_others_prove_counts_where_it_is_later_than_the_sender_s(
    desk, proved, completed
):
    desk.submit("2026-01", day(5, 1))
    desk.submit("2026-02", day(6, 1))
    desk.submit("2026-03", day(5, 2))
    asked = {(1, "police"): proved}
    found = desk.one(not_before=lambda position, partner: asked.get((position, partner)))
    assert found.completed == completed


def test_the_proof_of_a_time_is_asked_for_the_partner_that_sent_it(desk):
    desk.add_partner("trust", "ambulance")
    desk.publish(local={}, behalf=(OnBehalf(CRIME, "trust", "police"),))
    desk.submit("2026Q1", day(5, 1), partner="trust")
    asked = []
    desk.one(not_before=lambda *what: asked.append(what))
    assert set(asked) == {(1, "trust")}
