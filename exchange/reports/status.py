"""The status of a quarter's datasets, and what the officer should know of the partnership."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from exchange.errors import Notice, Usage
from exchange.log.log import Log
from exchange.log.proved_times import Witnessed
from exchange.log.witness import read_witnesses
from exchange.profile.open_logs import open_log
from exchange.profile.settings import Settings
from exchange.profile.unfinished import unfinished_notices
from exchange.reports.access import access_notices_to_receiver, access_notices_to_sender
from exchange.reports.source import proved_standings
from exchange.reports.state_words import evidence, standing_json
from exchange.text import list_some, with_noun
from exchange.typed_words import typed_quarter
from partners.register.obligations import Standing, State
from schemas.datasets.registry import DATASETS, dataset_title
from schemas.quarters import Quarter, days_in_words, london_day, long_date

_REMINDED: Final = 31  # days before the review of the protocol, or the renewal of a key
_SOON: Final = 14  # days before a deadline of the protocol's own
_QUIET: Final = 92  # days: a quarter
_QUARTERS_OWED: Final = 4  # the one that is due next among them


@dataclass(frozen=True, slots=True)
class Status:
    """How each dataset of each partner stands for a quarter, or what one partner still has to send.

    Attributes:
        quarter: The one that was asked for.
        standings: In the order of the partners, then of the datasets.
        first: What others wait for from this authority: said before anything else.
        notices: What the officer should know, whatever was asked for.
    """

    settings: Settings
    log: Log = field(repr=False)
    witnessed: Witnessed = field(repr=False)
    quarter: Quarter
    standings: tuple[Standing, ...]
    first: tuple[Notice, ...]
    notices: tuple[Notice, ...]

    def evidence_of(self, standing: Standing) -> str:
        """Return in words what proves when a return came in."""
        return evidence(self.log, standing, self.witnessed)

    def to_json(self) -> dict[str, Any]:
        """Return the same, with the entries that it is based on."""
        return {
            "partnership": self.log.register.name,
            "origin": self.log.register.origin,
            "quarter": str(self.quarter),
            "due": self.quarter.due.isoformat(),
            "entries": self.log.tree.size,
            "standings": [
                standing_json(standing, self.log, self.witnessed) for standing in self.standings
            ],
        }


def partnership_status(
    *,
    folder: Path,
    now: datetime,
    partnership: str = "",
    quarter: str | None = None,
    mine: bool = False,
) -> Status:
    """Return how the datasets of a quarter stand, from the verified log.

    Args:
        folder: Where exchange.toml lies, or a folder below it.
        partnership: One of several in exchange.toml.
        quarter: Such as "2026Q3"; by default the one that is due next.
        mine: What the own authority still has to send of the last four quarters, instead.

    Raises:
        Usage: `quarter` is not one, or is given together with `mine`.
        LogBroken: the log cannot be verified.
    """
    if mine and quarter:
        raise Usage(
            "mine-with-quarter",
            "--mine covers the last four quarters, so --quarter cannot be used with it",
        )
    status = _without_standings(folder, partnership, quarter_of(quarter, now), now)
    if mine:
        own = [s for s in _own_of_last_quarters(status, now) if s.state.is_open]
        return replace(status, standings=(*own, *_agreed_in_progress(status, now)))
    if quarter is None:
        notices = (*_overdue_before(status, now), *status.notices)
        status = replace(status, notices=notices)
    return replace(status, standings=tuple(_standings(status, status.quarter, now)))


def officer_status(*, folder: Path, now: datetime, partnership: str = "") -> tuple[Status, Status]:
    """Return how the own datasets of the last four quarters stand, and everybody's of the next.

    Args:
        folder, now, partnership: As for `partnership_status`; the quarter is the one due next.

    Raises:
        LogBroken: the log cannot be verified.
    """
    status = _without_standings(folder, partnership, quarter_of(None, now), now)
    return (
        replace(status, standings=tuple(_own_of_last_quarters(status, now))),
        replace(status, standings=tuple(_standings(status, status.quarter, now))),
    )


def _without_standings(folder: Path, partnership: str, quarter: Quarter, now: datetime) -> Status:
    """Open the log, and return what the officer should know of it."""
    settings = Settings.find(folder, partnership)
    log, notices = open_log(settings, now=now, offline=True)
    signed = read_witnesses(log, settings.cosignatures_file)
    first = tuple(access_notices_to_sender(settings, log))
    status = Status(settings, log, signed, quarter, (), first, ())
    return replace(status, notices=(*notices, *not_known(log), *_reminders(status, now)))


def quarter_of(typed: str | None, now: datetime) -> Quarter:
    """Return the quarter that is named, or the one that is due next.

    Raises:
        Usage: it is not a quarter.
    """
    return Quarter.before(now) if typed is None else typed_quarter(typed, "--quarter")


def not_known(log: Log) -> list[Notice]:
    """Name the datasets that the partnership uses in a version this release does not know."""
    return [
        Notice(
            "dataset-needs-newer",
            f"{adopted.title} ({name}, version {adopted.schema}) needs a newer exchange: "
            "it is counted here, but you cannot read it until you upgrade",
        )
        for name, adopted in log.register.adopted.items()
        if name not in DATASETS or DATASETS[name].version < adopted.schema
    ]


def _last_quarters(quarter: Quarter) -> list[Quarter]:
    """Return the last quarters up to one, oldest first."""
    quarters = [quarter]
    while len(quarters) < _QUARTERS_OWED:
        quarters.insert(0, quarters[0].previous)
    return quarters


def _standings(status: Status, quarter: Quarter, now: datetime) -> list[Standing]:
    return proved_standings(status.log, status.witnessed, quarter, now)


def _own_of_last_quarters(status: Status, now: datetime) -> list[Standing]:
    return [
        standing
        for quarter in _last_quarters(status.quarter)
        for standing in _standings(status, quarter, now)
        if standing.partner == status.settings.partner
    ]


def _overdue_before(status: Status, now: datetime) -> Iterator[Notice]:
    """Remind an authority of what it has not sent for the quarters before the one that is shown."""
    own = _own_of_last_quarters(status, now)
    overdue = Counter(
        s.quarter for s in own if s.state is State.OVERDUE and s.quarter < status.quarter
    )
    by_quarter = [f"{quarter} ({count})" for quarter, count in overdue.items()]
    if by_quarter:
        are = with_noun(
            overdue.total(),
            "dataset of earlier quarters is",
            "datasets of earlier quarters are",
        )
        yield Notice(
            "earlier-quarters-overdue",
            f"{are} overdue: {list_some(by_quarter)}",
            ("to see which: exchange status --mine",),
        )


def _agreed_in_progress(status: Status, now: datetime) -> list[Standing]:
    """Return what the protocol asks an authority for before the quarter in progress has ended."""
    quarter = Quarter.of(london_day(now))
    return [
        s
        for s in _standings(status, quarter, now)
        if s.partner == status.settings.partner and s.next_due < quarter.due
    ]


def _reminders(status: Status, now: datetime) -> Iterator[Notice]:
    settings, log = status.settings, status.log
    yield from _not_added_yet(settings, log)
    yield from unfinished_notices(settings, log)
    yield from access_notices_to_receiver(settings, log)
    yield from _agreed_due(status, now)
    yield from _review_due(log, now)
    yield from _renewal_due(settings, log, now)
    yield from _inactivity(status, now)
    yield from _remind_of_held(settings, log, now)
    yield from _suspension_asked(settings, log)
    if rejected := log.register.rejected:
        entries = with_noun(len(rejected), "entry was", "entries were")
        text = f"{entries} not accepted. See: exchange verify"
        yield Notice("entries-without-effect", text)


def _not_added_yet(settings: Settings, log: Log) -> Iterator[Notice]:
    """Tell an officer who made a key that no coordinator has added it."""
    me = f"{settings.partner}/{settings.officer}"
    if settings.key and me not in {card.who for card in log.register.cards.values()}:
        yield Notice(
            "enrolment-awaited",
            f"{me} has not been added to the partnership yet",
            ("send your card to a coordinator, who adds it: exchange partner add CARD",),
        )


def _suspension_asked(settings: Settings, log: Log) -> Iterator[Notice]:
    """Tell a coordinator what another one wants suspended, which takes both."""
    if not log.register.is_coordinator(settings.who):
        return
    for submission in log.register.unsettled():
        if (
            submission.requests
            and not submission.is_suspended
            and settings.who not in submission.requests
        ):
            requests = ", ".join(f"{who} ({reason})" for who, reason in submission.requests.items())
            reason = next(iter(submission.requests.values()))
            yield Notice(
                "suspension-asked",
                f"log {submission.position} is to be suspended; one coordinator has asked for it: "
                f"{requests}",
                (f"if you agree: exchange log suspend {submission.position} --reason {reason}",),
            )


def _remind_of_held(settings: Settings, log: Log, now: datetime) -> Iterator[Notice]:
    """Remind of own rows that wait until their quarter is sent whole."""
    waiting: dict[tuple[Quarter, str], list[str]] = {}
    for submission in log.register.unsettled():
        submit = submission.statement
        if submit.partner == settings.partner and submission.has_held:
            name = f"{dataset_title(submit.dataset)} {submit.part}".strip()
            waiting.setdefault((submit.quarter, name), []).append(str(submission.position))
    for (quarter, name), entries in sorted(waiting.items()):
        are = "should have been sent" if quarter.is_late(now) else "are sent"
        yield Notice(
            "rows-held",
            f"rows of {name} for {quarter} are held (log {list_some(entries)}): they {are} when "
            f"the quarter is complete, by {long_date(quarter.due)}",
            (f"send all its months at once: exchange submit FILE FILE FILE --dates {quarter}",),
        )


def _agreed_due(status: Status, now: datetime) -> Iterator[Notice]:
    """Remind of what the protocol asks for by a day of the quarter in progress."""
    soon = london_day(now) + timedelta(days=_SOON)
    for s in _agreed_in_progress(status, now):
        for deadline in s.agreed:
            if deadline.state.is_open and deadline.due <= soon:
                was = "was" if deadline.state is State.OVERDUE else "is"
                yield Notice(
                    "agreed-deadline-due",
                    f"{dataset_title(s.dataset)} of {days_in_words(deadline.covered)} {was} due by "
                    f"{long_date(deadline.due)} under the protocol",
                    (f"exchange submit FILE --dates {deadline.covered.as_typed}",),
                )


def _review_due(log: Log, now: datetime) -> Iterator[Notice]:
    """Remind of the review of the protocol, a month before and from then on."""
    review = log.register.settings.review
    if review and (days := (review - london_day(now)).days) <= _REMINDED:
        was = "was" if days < 0 else "is"
        text = f"the review of the protocol {was} due on {long_date(review)}"
        yield Notice("protocol-review-due", text)


def _renewal_due(settings: Settings, log: Log, now: datetime) -> Iterator[Notice]:
    """Remind of a key of one's own that grows old, a month before and from then on."""
    days = [c.renewal for c in log.register.cards.values() if c.who == settings.who]
    if days and (max(days) - london_day(now)).days <= _REMINDED:
        was = "was" if max(days) < london_day(now) else "is"
        text = f"your key {was} to be renewed by {long_date(max(days))}"
        yield Notice("key-renewal-due", text, ("make the new key: exchange key renew",))


def _inactivity(status: Status, now: datetime) -> Iterator[Notice]:
    """Warn that no other partner has been active for a quarter: this may be an old copy."""
    own = status.settings.partner
    times = [c.time for c in status.witnessed.cosignatures if c.card.partner != own]
    times += [
        time
        for who, time in status.log.register.latest_times.items()
        if not who.startswith(f"{own}/")
    ]
    days = (now - max(times)).days if times else 0
    if days > _QUIET:
        yield Notice(
            "store-quiet",
            f"no partner activity for {days} days. Are you using the right shared folder?",
            ("compare the size and root with another partner's: exchange verify",),
        )
