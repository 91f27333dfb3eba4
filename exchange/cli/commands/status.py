"""exchange status: who shared what for a quarter, and what is due."""

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import as_json
from exchange.reports.state_words import words
from exchange.reports.status import Status, partnership_status
from exchange.text import long_date


@click.command("status", help=summary("status"))
@click.option("--quarter", metavar="QUARTER", help="Default: the one that is due next.")
@click.option("--mine", is_flag=True, help="What you owe, and by when, of the last four quarters.")
@as_json
@click.pass_obj
def command(app: App, quarter: str | None, mine: bool, as_json: bool) -> None:
    """Show each dataset of each partner for one quarter, or what you owe."""
    with console.progress("reading the log …"):
        status = partnership_status(
            folder=app.folder,
            now=app.now,
            partnership=app.partnership,
            quarter=quarter,
            mine=mine,
        )
    if as_json:
        console.as_json(status.to_json())
    elif mine:
        _say_mine(status)
    else:
        _say_quarter(status)
    console.notices(status.notices)


def _say_mine(status: Status) -> None:
    """Say what an authority owes, and by when; and what it can say instead."""
    if not status.standings:
        console.result(f"{status.settings.partner} owes nothing up to {status.quarter.label}")
        return
    rows = [(str(s.quarter), s.dataset, words(s), f"by {s.quarter.due}") for s in status.standings]
    console.table(rows, ("quarter", "dataset", "state", "due"))
    one = status.standings[0]
    console.hint("to send it: exchange submit FILE")
    console.hint(f"if there was nothing: exchange nil {one.dataset} --dates {one.quarter}")
    console.hint(f"if you do not hold it: exchange not-held {one.dataset} --from {one.quarter} …")


def _say_quarter(status: Status) -> None:
    register, quarter = status.log.register, status.quarter
    console.result(f"{register.name}")
    console.result(f"{quarter.label}, due by {long_date(quarter.due)}")
    areas = ", ".join(f"{a.name} ({a.code})" for a in register.areas)
    console.result(f"Area: {areas}")
    console.result()
    if not status.standings:
        console.result("Nothing is owed for it.")
    rows = [
        (s.partner, s.dataset, words(s), status.evidence_of(s), ", ".join(map(str, s.entries)))
        for s in status.standings
    ]
    console.table(rows, ("partner", "dataset", "state", "evidence", "log"))
