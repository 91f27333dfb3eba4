"""exchange verify: the whole account of the log and its bundles."""

from typing import Any, Final

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.session import open_log
from exchange.cli.tree import option, summary
from exchange.log.forks import losses
from exchange.log.merkle import root_text
from exchange.log.proved_times import Cosignature
from exchange.log.verify import StoreAudit, verify
from exchange.reports.status import not_known
from exchange.text import with_noun
from schemas.quarters import long_date

_SHOWN: Final = 200  # entries on a terminal


@click.command(help=summary("verify"))
@option("verify", "--log-only", is_flag=True)
@as_json
@click.pass_obj
def command(app: App, log_only: bool, as_json: bool) -> int:
    """Verify every entry, checkpoint and cosignature and, unless told not to, every bundle."""
    settings = app.settings
    log = open_log(settings, app.now, whole=True)
    with console.progress("verifying …") as progress:
        audit = verify(log, settings.cosignatures_file, bundles=not log_only, tick=progress.step)
    if as_json:
        console.as_json(_to_json(audit))
        return audit.refusal.status if audit.refusal else 0
    _say_log(audit)
    console.notices(not_known(log))
    console.notices(audit.oddities())
    if not log_only:
        _say_bundles(audit)
    if refusal := audit.refusal:
        raise refusal
    return 0


def _say_log(audit: StoreAudit) -> None:
    log = audit.log
    applied = log.register.applied
    console.result(f"{log.register.name}  {log.founding.origin}")
    console.result(
        f"{with_noun(log.tree.size, 'entry', 'entries')}, "
        f"{sum(bool(a.rejection) for a in applied)} not accepted; "
        f"{with_noun(audit.checkpoints, 'checkpoint')} agree"
    )
    console.result(_witnesses_agree(audit.witnessed.cosignatures))
    console.result(f"root {root_text(log.tree.root)} at size {log.tree.size}")
    console.result()
    shown = [a for a in applied if a.rejection or a.position >= len(applied) - _SHOWN]
    rows = [
        (
            str(a.position),
            a.kind,
            a.signer or "unknown",
            f"not accepted: {a.rejection} [{a.rejection.id}]" if a.rejection else "accepted",
        )
        for a in shown
    ]
    console.table(rows, ("log", "kind", "signed by", "state"))
    if len(shown) < len(applied):
        rest = with_noun(len(applied) - len(shown), "earlier entry", "earlier entries")
        console.result(f"{rest} accepted; to see all: --json")


def _say_bundles(audit: StoreAudit) -> None:
    console.result()
    sound = len(audit.log.register.submissions) - len(audit.broken) - len(audit.destroyed)
    console.result(f"{with_noun(sound, 'file')} as signed")
    for s in audit.destroyed:
        console.result(f"the file of log {s.position} was deleted under log {s.purged_by}")
    console.notices(audit.files_not_deleted())


def _witnesses_agree(cosignatures: list[Cosignature]) -> str:
    """Say how many cosignatures agree, and the last of them."""
    if not cosignatures:
        return "no witness has signed the log yet"
    last = cosignatures[-1]
    agree = "agrees" if len(cosignatures) == 1 else "agree"
    return (
        f"{with_noun(len(cosignatures), 'witness record')} {agree}; the last by {last.card.who} on "
        f"{long_date(last.time.date())} at size {last.size}"
    )


def _to_json(audit: StoreAudit) -> dict[str, Any]:
    log = audit.log
    return {
        "partnership": log.register.name,
        "origin": log.founding.origin,
        "size": log.tree.size,
        "root": log.tree.root.hex(),
        "checkpoints": audit.checkpoints,
        "without_checkpoint": audit.without_checkpoint,
        "not_counting": audit.not_counting,
        "sightings": [
            {"who": s.card.who, "size": s.size, "time": s.time.isoformat()}
            for s in audit.witnessed.cosignatures
        ],
        "sightings_gone": audit.witnessed.gone,
        "sightings_backwards": sorted(set(audit.witnessed.backwards.values())),
        "entries": [
            {
                "position": a.position,
                "kind": a.kind,
                "signer": a.signer,
                "why": a.rejection.message if a.rejection else "",
                "rejection": a.rejection.id if a.rejection else "",
                "time": a.time.isoformat() if a.time else None,
            }
            for a in log.register.applied
        ],
        "broken": [b.message for b in audit.broken.values()],
        "deleted": {s.position: s.purged_by for s in audit.destroyed},
        "deleted_file_present": [s.position for s in audit.still_present],
        "clocks": audit.clocks,
        "lost": [
            {"from": loss.first, "to": loss.last, "accepted": list(loss.accepted)}
            for loss in losses(log)
        ],
        "unknown_files": audit.unknown_files,
    }
