"""What partners shared, as tables in a folder: what is asked for, opened, checked and merged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from depersonalise.places.gazetteer import Gazetteer
from exchange.errors import NothingToDo, Notice, Usage
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from exchange.log.recipients import ask_for_access, log_numbers, my_card, of_senders
from exchange.log.witness import read_witnesses
from exchange.profile.open_logs import Unlock, open_log
from exchange.profile.places import readable_places
from exchange.profile.settings import Settings, is_shared
from exchange.pull.answers import answers_in_words
from exchange.pull.geography import BestFit, best_fit_of
from exchange.pull.merge import SetAside
from exchange.pull.pull import Form, MergedTable, Selection, find_suspended, pull, pull_personal
from exchange.text import with_noun
from exchange.typed_words import check_dataset, check_partner, typed_quarter
from partners.register.state import Submission
from schemas.quarters import days_in_words, london_day, long_date


@dataclass(frozen=True, slots=True)
class PullResult:
    """What was written into a folder, and what should be known about it.

    Attributes:
        tables: One for each dataset.
        opened: How many submissions were opened now, and not taken from the folder as it was.
    """

    tables: tuple[MergedTable, ...]
    opened: int
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """What is asked for; by default everything that is encrypted for the officer.

    Attributes:
        quarters: Such as "2026Q3".
        as_of: The log as it was after an entry, by its number, or at the end of a day.
    """

    datasets: tuple[str, ...] = ()
    quarters: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    as_of: str | None = None


def pull_tables(
    *,
    folder: Path,
    into: Path,
    unlock: Unlock,
    now: datetime,
    partnership: str = "",
    request: PullRequest | None = None,
    update: bool = False,
    set_aside: bool = False,
    forms: Sequence[Form] = (),
    tick: Callable[[int, int], None] = lambda *_: None,
) -> PullResult:
    """Verify, open, check and merge what is encrypted for the officer into Parquet tables.

    Args:
        folder: Where exchange.toml lies, or a folder below it.
        into: The folder of the tables, made if need be.
        unlock: Returns the unlocked key of the officer.
        update: Open only what the folder does not hold already.
        set_aside: Go on without submissions that are missing or not as signed.
        forms: What writes each table in another form too.
        tick: Is called with how many submissions were read, and of how many.

    Raises:
        Usage: the request names what does not exist, or the folder holds the tables of another
            partnership, or is in the folder that partners share.
        NothingToDo: nothing that is asked for is encrypted for the officer.
        NotEntitled, KeyRefused: the officer's key is not enrolled, or cannot be unlocked.
        BundleBroken, LogBroken: something is not as it was signed; nothing was written.
        ExtractUnreadable: the postcode directory that was added cannot be read.
    """
    _refuse_shared(folder, into)
    settings, log, notices = _open(folder, partnership, now)
    selection = selection_of(log, request or PullRequest())
    officer = unlock(settings)
    my_card(log, officer)
    deleted = _ask_to_destroy(log, officer, settings.partner)
    try:
        pulled = pull(
            log,
            officer,
            into,
            selection,
            update=update,
            set_aside=set_aside,
            forms=forms,
            places=_best_fit(settings),
            tick=tick,
        )
    except NothingToDo as nothing:
        more = [text for notice in deleted for text in (notice.message, *notice.hints)]
        hints = *nothing.hints, *more
        raise NothingToDo(nothing.id, nothing.message, *hints, lines=nothing.lines) from None
    notices += [
        *_not_for_me(log, pulled.not_for_me),
        *deleted,
        *_say_set_aside(pulled.set_aside),
        *_say_answered(log, officer, selection),
    ]
    return PullResult(tuple(pulled.tables), pulled.fresh, tuple(notices))


@readable_places()
def _best_fit(settings: Settings) -> BestFit | None:
    return best_fit_of(Gazetteer(settings.gazetteer_folder))


def pull_personal_tables(
    *, folder: Path, into: Path, unlock: Unlock, now: datetime, partnership: str = ""
) -> PullResult:
    """Open what was shared as personal data, each submission as a file, never merged.

    Args and errors are those of `pull_tables`.
    """
    _refuse_shared(folder, into)
    settings, log, notices = _open(folder, partnership, now)
    officer = unlock(settings)
    my_card(log, officer)
    tables = pull_personal(log, officer, into)
    notice = Notice(
        "personal-data-written",
        "what was written is personal data: use it only as the protocol's clause allows, "
        "and do not combine it or pass it on",
    )
    aside = _say_set_aside(find_suspended(log, officer, Selection(), personal=True))
    return PullResult(tuple(tables), len(tables), (*notices, notice, *aside))


def _refuse_shared(folder: Path, into: Path) -> None:
    """Refuse to write opened rows where everybody can read them who has the shared folder."""
    if is_shared(folder, into):
        raise Usage(
            "tables-in-shared-folder",
            f"nothing was pulled: {into.name} is in the shared folder, where everybody with access "
            "to it could read the tables",
        )


def _open(folder: Path, partnership: str, now: datetime) -> tuple[Settings, Log, list[Notice]]:
    """Open the log; nothing is pulled from one that a witness saw otherwise."""
    settings = Settings.find(folder, partnership)
    log, notices = open_log(settings, now=now, resume=False)
    read_witnesses(log, settings.cosignatures_file)
    return settings, log, [*notices]


def selection_of(log: Log, request: PullRequest) -> Selection:
    """Read what is asked for.

    Raises:
        Usage: it names what does not exist.
    """
    for name in request.datasets:
        check_dataset(name, log.register.adopted)
    for name in request.partners:
        check_partner(name, log.register)
    quarters = frozenset(typed_quarter(quarter, "--quarter") for quarter in request.quarters)
    size = _size(log, request.as_of) if request.as_of is not None else None
    return Selection(frozenset(request.datasets), quarters, frozenset(request.partners), size)


def _size(log: Log, as_of: str) -> int:
    """Return how many entries the log had after one, or at the end of a day in London.

    A day's is that before the first entry that was signed after it.
    """
    if as_of.isascii() and as_of.isdigit() and int(as_of) < log.tree.size:
        return int(as_of) + 1
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise Usage(
            "as-of-not-understood",
            "--as-of must be a log number, or a day such as 2026-12-31",
            f"the log has numbers 0 to {log.tree.size - 1:,}",
        ) from None
    later = (
        result.position
        for result in log.register.applied
        if result.time and not result.rejection and london_day(result.time) > day
    )
    size = next(later, log.tree.size)
    if not size:
        raise Usage("as-of-before-log", f"the log began after {long_date(day)}")
    return size


def _not_for_me(log: Log, submissions: Sequence[Submission]) -> list[Notice]:
    if not submissions:
        return []
    lines = tuple(
        f"{s.statement.partner}  {s.statement.dataset}  "
        f"{days_in_words(s.statement.covered)}  log {s.position}"
        for s in submissions
    )
    count = with_noun(len(submissions), "submission")
    text = f"not encrypted for your key, so not in the tables: {count}"
    whom = tuple(ask_for_access(log.register, sender) for sender in of_senders(submissions))
    return [Notice("not-for-your-key", text, whom, lines)]


def _ask_to_destroy(log: Log, officer: UnlockedKey, partner: str) -> list[Notice]:
    """Ask for what was pulled before it was destroyed, until its receiver says it is gone."""
    gone: dict[str, list[Submission]] = {}
    for s in log.register.submissions:
        if (
            s.purged_by is not None
            and officer.signer in {key for _, key in s.statement.recipients}
            and partner not in {s.statement.partner, *s.destroyed}
        ):
            gone.setdefault(s.statement.payload_sha256, []).append(s)
    return [
        Notice(
            "submission-deleted",
            f"{copies[0].statement.partner} deleted {log_numbers(copies)}: delete what you pulled "
            "of it",
            (f"then confirm: exchange log confirm-deleted {copies[-1].position}",),
        )
        for copies in gone.values()
    ]


def _say_answered(log: Log, officer: UnlockedKey, selection: Selection) -> list[Notice]:
    """Say what the senders of what is in the tables answered to queries about their files."""
    signer = officer.signer
    lines = tuple(
        f"{s.statement.partner}  {s.statement.dataset}  {days_in_words(s.statement.covered)}  "
        f"log {s.position}  {answer}"
        for s in log.register.submissions
        if selection.takes(s)
        and not s.statement.personal
        and signer in {key for _, key in s.statement.recipients}
        for answer in answers_in_words(s)
    )
    if not lines:
        return []
    text = f"senders answered {with_noun(len(lines), 'query', 'queries')} about their files"
    return [Notice("queries-answered", text, lines=lines)]


def _say_set_aside(items: Sequence[SetAside]) -> list[Notice]:
    """Name what this release cannot check, or is not as signed; it is in none of the tables."""
    hints: set[str] = set()
    notices = []
    for refusal in [item.refusal for item in items]:
        new = [hint for hint in refusal.hints[:1] if hint not in hints]
        hints.update(new)
        notices.append(
            Notice(refusal.id, f"{refusal.message}; it is not in the tables", tuple(new))
        )
    return notices
