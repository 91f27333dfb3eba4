"""exchange partnership protocol show: the protocol in force, and who has signed it."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.paths import NEW_FILE
from exchange.cli.protocol_words import say_published, warn_of_unsupported_settings
from exchange.cli.session import open_log
from exchange.cli.tree import option, summary
from exchange.files import replace
from exchange.log.documents import read_document
from exchange.log.log import Log
from exchange.submission.protocol import protocol_in_force, signatories
from exchange.submission.unsupported_settings import unsupported_settings
from exchange.text import day_of
from partners.register.state import Protocol
from schemas.quarters import long_date


@click.command(help=summary("partnership protocol show"))
@option("partnership protocol show", "--save", type=NEW_FILE)
@as_json
@click.pass_obj
def command(app: App, save: Path | None, as_json: bool) -> None:
    """Show its settings and, partner by partner, when it was signed."""
    log = open_log(app.settings, offline=True)
    protocol = log.register.protocol
    if save is not None:
        document = read_document(log.store, protocol_in_force(log.register).published)
        replace(app.folder / save, document)
    if as_json:
        console.as_json(_to_json(log, protocol, app.today))
        return
    if protocol is None:
        console.result("no protocol has been published")
        console.hint("a coordinator can publish one: exchange partnership protocol publish FILE")
        return
    published = protocol.published
    day = day_of(protocol.time)
    console.result(f"{published.title}, published {day}, log {protocol.position}")
    say_published(published, console.result)
    warn_of_unsupported_settings(published, log)
    console.result()
    rows = []
    for signatory in signatories(log.register, app.today):
        signed = signatory.signature
        rows.append(
            (
                signatory.partner,
                "responsible authority" if signatory.is_responsible else "may",
                f"signed {day_of(signed.time)}" if signed else "not signed",
                "with personal data" if signed and signed.personal else "",
                f"log {signed.position}" if signed else "",
            )
        )
    console.table(rows, ("partner", "legal status", "state", "clause", "log"))
    _say_officers(log, app.today)
    if save is not None:
        console.result(f"\nwritten  {save}")
    if published.review and published.review <= app.today:
        console.warning(
            "protocol-review-due",
            f"the protocol was due for review on {long_date(published.review)}",
        )


def _say_officers(log: Log, today: date) -> None:
    """Say who is each authority's designated liaison officer, and who has none."""
    console.result()
    rows = []
    for partner in [signatory.partner for signatory in signatories(log.register, today)]:
        for deputy in (False, True):
            nomination = log.register.nominations.get((partner, deputy))
            if nomination is None and deputy:
                continue
            office = f"{partner}/{nomination.nominee}" if nomination else partner
            state = "not appointed" if nomination is None else f"since {day_of(nomination.time)}"
            waits = ", not yet confirmed" if nomination and nomination.accepted is None else ""
            rows.append((office, "deputy" if deputy else "liaison officer", state + waits))
    console.table(rows, ("office", "as", "state"))


def _to_json(log: Log, protocol: Protocol | None, today: date) -> dict[str, Any] | None:
    if protocol is None:
        return None
    return {
        "entry": protocol.position,
        "time": protocol.time.isoformat(),
        **protocol.published.to_json(),
        "not_kept": [
            setting.option for setting in unsupported_settings(protocol.published, log.register)
        ],
        "signatures": {
            partner: {
                "entry": signed.position,
                "time": signed.time.isoformat(),
                "who": signed.who,
                "personal": signed.personal,
            }
            for partner, signed in protocol.signatures.items()
        },
        "liaison_officers": [
            {
                "partner": partner,
                "office": nomination.nominee,
                "deputy": deputy,
                "entry": nomination.position,
                "accepted": nomination.accepted,
            }
            for (partner, deputy), nomination in log.register.nominations.items()
        ],
        "not_signed": [
            signatory.partner
            for signatory in signatories(log.register, today)
            if not signatory.signature
        ],
    }
