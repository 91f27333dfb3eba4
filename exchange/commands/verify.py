"""exchange verify: the whole account of the log and its bundles."""

import re

import click

from exchange import terminal
from exchange.bundles import bundle_name, verify_sealed
from exchange.cli import App, summary
from exchange.commands._logs import open_log
from exchange.commands._options import as_json
from exchange.errors import BundleBroken
from exchange.log import Log, root_text
from exchange.settings import Settings
from exchange.witnessing import Sighting, sightings
from partners.state import Submission


@click.command("verify", help=summary("verify"))
@click.option("--log-only", is_flag=True, help="Do not read the bundles.")
@as_json
@click.pass_obj
def command(app: App, log_only: bool, as_json: bool) -> int:
    """Verify every entry, every checkpoint and, unless told not to, every bundle."""
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings, app.now)
    checkpoints = log.check_checkpoints()
    seen = sightings(log)
    broken = [] if log_only else _broken(log)
    strangers = _strangers(log)
    if as_json:
        terminal.as_json(_told(log, checkpoints, seen, broken, strangers))
        return BundleBroken.status if broken else 0
    terminal.result(f"{log.register.name}  {log.founding.origin}")
    rejected = [a for a in log.register.applied if a.why]
    terminal.result(
        f"{terminal.counted(log.tree.size, 'entry', 'entries')}, {len(rejected)} without effect; "
        f"{terminal.counted(checkpoints, 'checkpoint')} agree"
    )
    terminal.result(_witnessed(seen))
    terminal.result(f"root {root_text(log.tree.root)} at size {log.tree.size}")
    terminal.result()
    rows = [
        (
            str(a.position),
            a.kind,
            a.signer or "unknown",
            (a.why and f"no effect: {a.why}") or "counts",
        )
        for a in log.register.applied
    ]
    terminal.table(rows, ("log", "kind", "signed by", "effect"))
    if strangers:
        terminal.warning("these files are not the log's and were ignored: " + ", ".join(strangers))
    if not log_only:
        terminal.result()
        gone = [s for s in log.register.submissions if s.purged_by is not None]
        sound = len(log.register.submissions) - len(broken) - len(gone)
        terminal.result(f"{terminal.counted(sound, 'bundle')} as signed")
        for s in gone:
            terminal.result(f"the bundle of entry {s.position} is destroyed under {s.purged_by}")
        for s in _undead(log):
            terminal.warning(
                f"the bundle of entry {s.position} was purged, and its bytes are there"
            )
            terminal.hint(f"{s.statement.partner} destroys them: exchange purge {s.position} …")
    if broken:
        raise BundleBroken(
            f"{terminal.counted(len(broken), 'bundle')} not as signed",
            *dict.fromkeys(h for b in broken for h in b.hints),
            lines=tuple(b.says for b in broken),
        )
    return 0


def _witnessed(seen: list[Sighting]) -> str:
    """Say how many sightings agree, and the last of them."""
    if not seen:
        return "no witness has seen it yet"
    last = seen[-1]
    return (
        f"{terminal.counted(len(seen), 'sighting')} by witnesses agree; the last by "
        f"{last.card.who} on {last.time:%Y-%m-%d} at size {last.size}"
    )


def _broken(log: Log) -> list[BundleBroken]:
    """Hash every bundle that an entry in effect, or one that was, names."""
    broken = []
    with terminal.progress("hashing bundles …") as shown:
        there = [s for s in log.register.submissions if s.purged_by is None]
        for number, s in enumerate(there, start=1):
            shown.step(number, len(there))
            try:
                verify_sealed(log.store, s.statement, f"{s.statement.partner} (entry {s.position})")
            except BundleBroken as fault:
                broken.append(fault)
    return broken


def _undead(log: Log) -> list[Submission]:
    """Return what was purged, whose bytes are in the store all the same."""
    names = set(log.store.names("bundles"))
    needed = {s.statement.bundle_sha256 for s in log.register.submissions if s.purged_by is None}
    return [
        s
        for s in log.register.submissions
        if s.purged_by is not None
        and s.statement.bundle_sha256 not in needed
        and bundle_name(s.statement.bundle_sha256).removeprefix("bundles/") in names
    ]


def _strangers(log: Log) -> list[str]:
    """Name files in the store that are none of the log's; a kill may leave a bundle of no entry."""
    ours = {bundle_name(s.statement.bundle_sha256) for s in log.register.submissions}
    known = {f"log/{n:08d}" for n in range(log.tree.size)} | ours
    found = [f"{d}/{n}" for d in ("log", "bundles") for n in log.store.names(d)]
    return [_safe(name) for name in found if name not in known]


def _safe(name: str) -> str:
    """Show a stranger's name only as far as it is plain."""
    return name if re.fullmatch(r"[\w./ -]{1,100}", name) else name[:8] + "…"


def _told(
    log: Log,
    checkpoints: int,
    seen: list[Sighting],
    broken: list[BundleBroken],
    strangers: list[str],
) -> dict[str, object]:
    return {
        "partnership": log.register.name,
        "origin": log.founding.origin,
        "size": log.tree.size,
        "root": log.tree.root.hex(),
        "checkpoints": checkpoints,
        "sightings": [
            {"who": s.card.who, "size": s.size, "time": s.time.isoformat()} for s in seen
        ],
        "entries": [
            {
                "position": a.position,
                "kind": a.kind,
                "signer": a.signer,
                "why": a.why,
                "time": a.time.isoformat() if a.time else None,
            }
            for a in log.register.applied
        ],
        "broken": [b.says for b in broken],
        "destroyed": {
            s.position: s.purged_by for s in log.register.submissions if s.purged_by is not None
        },
        "strangers": strangers,
    }
