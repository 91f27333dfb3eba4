"""exchange status: who shared what for a quarter, and what is due."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import as_json
from exchange.cli.session import open_log, say_not_known
from exchange.errors import Usage
from exchange.log.intervals import Witnessed
from exchange.log.log import Log
from exchange.log.recipients import unserved
from exchange.log.witness import witnessed
from exchange.profile.settings import Settings
from exchange.reports.state_words import evidence, words
from exchange.text import list_some, long_date, with_noun
from partners.register.obligations import Standing, State, standings
from schemas.quarters import LONDON, NotAQuarter, Quarter

_REMINDED: Final = 31  # days before the review of the protocol, or the renewal of a key
_FROZEN: Final = 92  # days: a quarter


@click.command("status", help=summary("status"))
@click.option("--quarter", metavar="QUARTER", help="Default: the one that is due next.")
@click.option("--mine", is_flag=True, help="What you owe, and by when, of the last four quarters.")
@as_json
@click.pass_obj
def command(app: App, quarter: str | None, mine: bool, as_json: bool) -> None:
    """Show each dataset of each partner for one quarter, or what you owe."""
    settings = Settings.find(app.folder, app.partnership)
    if mine and quarter:
        raise Usage(
            "mine-with-quarter",
            "--mine is of the last four quarters",
            "leave --quarter out, or --mine",
        )
    try:
        asked = Quarter.parse(quarter) if quarter else _due_next(app.now)
    except NotAQuarter as fault:
        raise Usage("quarter-not-understood", f"--quarter: {fault}") from None
    log = open_log(settings, app.now, offline=True)
    seen = witnessed(log, settings.sighted)
    quarters = _last(log, asked) if mine else [asked]
    found = [s for q in quarters for s in _standings(log, q, app.now, seen)]
    if mine:
        found = [s for s in found if s.partner == settings.partner and s.state in _OPEN]
    if as_json:
        console.as_json(_told(log, asked, found, seen))
        return
    if mine:
        _say_mine(settings.partner, asked, found)
    else:
        _say_quarter(log, asked, found, seen)
    say_not_known(log)
    _say_unserved(log)
    _say_review(log, app.now)
    _say_key(settings, log, app.now)
    _say_frozen(settings, log, seen, app.now)
    rejected = [a for a in log.register.applied if a.why]
    if rejected:
        console.warning(
            "entries-without-effect",
            f"{with_noun(len(rejected), 'entry', 'entries')} of the log had no effect; "
            "exchange verify shows which",
        )


_OWED: Final = 4  # quarters, the one that is due next among them
_OPEN: Final = (State.OVERDUE, State.DUE, State.EXPECTED)


def _last(log: Log, quarter: Quarter) -> list[Quarter]:
    """Return the quarters up to one, oldest first, that were still due when it was founded."""
    found = [quarter]
    while len(found) < _OWED:
        found.insert(0, found[0].previous)
    first = log.entries[0]
    return [q for q in found if first is None or not q.is_late(first.time)]


def _standings(log: Log, quarter: Quarter, now: datetime, seen: Witnessed) -> list[Standing]:
    def not_before(position: int, partner: str) -> datetime | None:
        return seen.interval(position, partner).after

    return standings(log.register, quarter, now, not_before)


def _say_mine(partner: str, asked: Quarter, found: list[Standing]) -> None:
    """Say what an authority owes, and by when; and what it can say instead."""
    if not found:
        console.result(f"{partner} owes nothing up to {asked.label}")
        return
    rows = [(str(s.quarter), s.dataset, words(s), f"by {s.quarter.due}") for s in found]
    console.table(rows, ("quarter", "dataset", "state", "due"))
    one = found[0]
    console.hint("to send it: exchange submit FILE")
    console.hint(f"if there was nothing: exchange nil {one.dataset} --dates {one.quarter}")
    console.hint(f"if you do not hold it: exchange not-held {one.dataset} --from {one.quarter} …")


def _say_quarter(log: Log, asked: Quarter, found: list[Standing], seen: Witnessed) -> None:
    console.result(f"{log.register.name}")
    console.result(f"{asked.label}, due by {long_date(asked.due)}")
    areas = ", ".join(f"{a.name} ({a.code})" for a in log.register.areas)
    console.result(f"Area: {areas}")
    console.result()
    if not found:
        console.result("Nothing is owed for it.")
    rows = [(s.partner, s.dataset, words(s), evidence(log, s, seen), _entries(s)) for s in found]
    console.table(rows, ("partner", "dataset", "state", "evidence", "log"))


def _say_unserved(log: Log) -> None:
    """Name who is entitled to what is in effect, and could not open it."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for submission in log.register.current():
        names = ", ".join(dict.fromkeys(card.who for card in unserved(log, submission)))
        if names:
            lacking.setdefault((submission.statement.partner, names), []).append(
                str(submission.position)
            )
    for (partner, names), entries in lacking.items():
        console.warning(
            "submission-not-shared-with-all",
            f"shared by {partner} but not yet served to {names}: log {list_some(entries)}",
        )
    if lacking:
        console.hint("whoever shared it seals it for them: exchange reshare")


def _say_review(log: Log, now: datetime) -> None:
    """Remind of the review of the protocol, a month before and from then on."""
    protocol, today = log.register.protocol, now.astimezone(LONDON).date()
    if protocol is None or protocol.published.review is None:
        return
    days = (protocol.published.review - today).days
    if days <= _REMINDED:
        was = "was" if days < 0 else "is"
        day = long_date(protocol.published.review)
        console.warning("protocol-review-due", f"the review of the protocol {was} due on {day}")


def _say_key(settings: Settings, log: Log, now: datetime) -> None:
    """Remind of a key of one's own that grows old, a month before and from then on."""
    mine = f"{settings.partner}/{settings.officer}"
    days = [c.renewal for c in log.register.cards.values() if c.who == mine]
    if days and (max(days) - now.astimezone(LONDON).date()).days <= _REMINDED:
        console.warning("key-renewal-due", f"your key is to be renewed by {long_date(max(days))}")
        console.hint("make a new one beside it: exchange key renew")


def _say_frozen(settings: Settings, log: Log, seen: Witnessed, now: datetime) -> None:
    """Tell of a log in which nobody else has written or looked for a quarter: an old copy?"""
    others = [one.time for one in seen.sightings if one.card.partner != settings.partner]
    others += [
        one.time
        for one in log.register.applied
        if one.time and not one.why and not one.signer.startswith(f"{settings.partner}/")
    ]
    days = (now - max(others)).days if others else 0
    if days > _FROZEN:
        console.warning(
            "store-quiet",
            f"nobody else has written here, or looked, for {days} days; is it the store that the "
            "others use?",
        )
        console.hint("ask another partner for the size and root that exchange verify shows")


def _due_next(now: datetime) -> Quarter:
    return Quarter.of(now.astimezone(LONDON).date()).previous


def _entries(standing: Standing) -> str:
    return ", ".join(str(position) for position in standing.entries)


def _told(log: Log, quarter: Quarter, found: list[Standing], seen: Witnessed) -> dict[str, object]:
    return {
        "partnership": log.register.name,
        "origin": log.register.origin,
        "quarter": str(quarter),
        "due": quarter.due.isoformat(),
        "entries": log.tree.size,
        "standings": [
            {
                "partner": s.partner,
                "dataset": s.dataset,
                "quarter": str(s.quarter),
                "due_by": s.quarter.due.isoformat(),
                "state": s.state,
                "days": s.days,
                "certain": s.certain,
                "nil": s.nil,
                "parts": list(s.parts),
                "by": list(s.by),
                "evidence": evidence(log, s, seen),
                "missing": [str(c) for c in s.missing],
                "entries": list(s.entries),
                "first": list(s.first),
                "replaced": asdict(s.replaced) if s.replaced else None,
                "purged": list(s.purged),
                "destroyed": list(s.destroyed),
                "completed": s.completed.isoformat() if s.completed else None,
            }
            for s in found
        ],
    }
