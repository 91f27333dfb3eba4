"""One merged table for each dataset: what `exchange pull` does."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.session import open_log
from exchange.errors import Usage
from exchange.keys.identity import Officer
from exchange.log.log import Log
from exchange.log.witness import witnessed
from exchange.profile.settings import Settings
from exchange.pull.export import write_csv, write_xlsx
from exchange.pull.merge import SetAside
from exchange.pull.pull import Merged, Wanted, pull, pull_personal
from exchange.submission.dataset_ids import check_dataset
from exchange.submission.recipients import my_card
from exchange.text import with_noun
from partners.register.state import Submission
from schemas.quarters import LONDON, NotAQuarter, Quarter


def pull_into(
    app: App,
    settings: Settings,
    officer_of: Callable[[Settings], Officer],
    *,
    folder: Path,
    datasets: tuple[str, ...],
    quarters: tuple[str, ...],
    partners: tuple[str, ...],
    as_of: str | None,
    update: bool,
    set_aside: bool,
    as_csv: bool,
    xlsx: bool,
    personal: bool,
    as_json: bool,
) -> None:
    """Verify, open, check and merge what is sealed for you into a folder of Parquet tables."""
    asked = [*datasets, *quarters, *partners, as_of, update, set_aside, as_csv, xlsx]
    if personal and any(asked):
        raise Usage(
            "personal-with-other-options", "--personal opens all of it, and takes no other choice"
        )
    log = open_log(settings, app.now)
    witnessed(log, settings.sighted)  # nothing is pulled from a log that a witness saw otherwise
    wanted = _wanted(log, datasets, quarters, partners, as_of)
    officer = officer_of(settings)
    my_card(log, officer)
    target = app.folder / folder
    with console.progress("pulling …") as shown:
        if personal:
            tables = pull_personal(log, officer, target)
        else:
            forms = [*([write_csv] if as_csv else []), *([write_xlsx] if xlsx else [])]
            pulled = pull(
                log,
                officer,
                target,
                wanted,
                update=update,
                set_aside=set_aside,
                forms=forms,
                tick=shown.step,
            )
            tables = pulled.tables
    if personal:
        console.warning(
            "personal-data-written",
            "what was written is personal data: use it as the protocol's clause says, and do not "
            "merge it or pass it on",
        )
    else:
        why = "not sealed for your key, and so not in the tables"
        _say_missing("not-for-your-key", why, pulled.not_for_me)
        _say_purged(log, officer, settings.partner)
        _say_set_aside(pulled.set_aside)
        if update and not as_json:
            console.hint(f"{with_noun(pulled.fresh, 'submission')} opened anew")
    _say(tables, folder, "opened" if personal else "merged", as_json=as_json)


def _wanted(
    log: Log,
    datasets: tuple[str, ...],
    quarters: tuple[str, ...],
    partners: tuple[str, ...],
    as_of: str | None,
) -> Wanted:
    """Read what is asked for.

    Raises:
        Usage: it names what there is not.
    """
    for name in datasets:
        check_dataset(name, log.register.adopted)
    if unknown := [name for name in partners if name not in log.register.partners]:
        raise Usage(
            "partner-unknown",
            f'"{unknown[0]}" is no partner of {log.register.name}',
            "they are " + ", ".join(log.register.partners),
        )
    try:
        of = frozenset(Quarter.parse(one) for one in quarters)
    except NotAQuarter as fault:
        raise Usage("quarter-not-understood", f"--quarter: {fault}") from None
    size = _size(log, as_of) if as_of is not None else None
    return Wanted(frozenset(datasets), of, frozenset(partners), size)


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
            "--as-of names an entry of the log, or a day such as 2026-12-31",
            f"the log has {log.tree.size:,} entries, from 0 on",
        ) from None
    later = (
        one.position
        for one in log.register.applied
        if one.time and not one.why and one.time.astimezone(LONDON).date() > day
    )
    size = next(later, log.tree.size)
    if not size:
        raise Usage("as-of-before-log", f"the log began after {day}")
    return size


def _say(tables: Sequence[Merged], folder: Path, done: str, *, as_json: bool) -> None:
    if as_json:
        console.as_json(
            [
                {
                    "dataset": t.dataset,
                    "path": str(t.path),
                    "submissions": t.submissions,
                    "rows": t.rows,
                }
                for t in tables
            ]
        )
        return
    console.table(
        [
            (
                done,
                t.dataset,
                with_noun(t.rows, "row"),
                with_noun(t.submissions, "submission"),
                str(folder / t.path.name),
            )
            for t in tables
        ]
    )


def _say_purged(log: Log, officer: Officer, partner: str) -> None:
    """Ask for what was pulled before it was destroyed, until its receiver says it is gone."""
    for s in log.register.submissions:
        mine = officer.signer in {key for _, key in s.statement.recipients}
        if s.purged_by is None or not mine or partner in {s.statement.partner, *s.destroyed}:
            continue
        console.warning(
            "submission-destroyed",
            f"entry {s.position} of {s.statement.partner} was destroyed by its sender: destroy "
            "what you pulled of it",
        )
        console.hint(f"then say so: exchange purge {s.position} --reason destroyed-here")


def _say_set_aside(found: Sequence[SetAside]) -> None:
    """Name what this release can't check, or is not as signed; it is in none of the tables."""
    for one in found:
        console.warning(one.why.id, f"{one.why.says}; it is not in the tables")
    for hint in dict.fromkeys(hint for one in found for hint in one.why.hints[:1]):
        console.hint(hint)


def _say_missing(id_: str, why: str, submissions: Sequence[Submission]) -> None:
    if submissions:
        console.warning(id_, f"{why}: {with_noun(len(submissions), 'submission')}")
    for s in submissions:
        who = s.statement
        console.detail(f"{who.partner}  {who.dataset}  {who.covered}  log {s.position}")
