"""exchange status: who shared what for a quarter, and what is due."""

from pathlib import Path
from typing import Final

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.paths import NEW_FILE
from exchange.cli.session import open_log
from exchange.cli.tree import option, summary
from exchange.errors import Usage
from exchange.files import replace
from exchange.profile.clock import judge_clock
from exchange.reports.calendar import calendar as deadlines_calendar
from exchange.reports.state_words import words
from exchange.reports.status import Status, partnership_status
from partners.register.obligations import State
from schemas.quarters import days_in_words, long_date

_COLOURS: Final = {
    State.ON_TIME: "green",
    State.LATE: "yellow",
    State.RECEIVED: "yellow",
    State.OVERDUE: "red",
}


@click.command(help=summary("status"))
@option("status", "--quarter")
@option("status", "--mine", is_flag=True)
@option("status", "--calendar", type=NEW_FILE)
@option("status", "--all", "everybody", is_flag=True)
@as_json
@click.pass_obj
def command(
    app: App,
    quarter: str | None,
    mine: bool,
    calendar: Path | None,
    everybody: bool,
    as_json: bool,
) -> None:
    """Show each dataset of each partner for one quarter, or what you owe."""
    if (everybody and not calendar) or (calendar and (quarter or mine)):
        raise Usage(
            "calendar-with-other-options",
            "--all is for --calendar only, and --quarter and --mine cannot be used with it; a "
            "calendar has the next four quarters",
        )
    if calendar is not None:
        _write_calendar(app, calendar, everybody=everybody, as_json=as_json)
        return
    with console.progress("reading the log …"):
        status = partnership_status(
            folder=app.folder,
            now=app.now,
            partnership=app.partnership,
            quarter=quarter,
            mine=mine,
        )
    console.notices(status.first)
    if as_json:
        console.as_json(status.to_json())
    elif mine:
        _say_mine(status)
    else:
        _say_quarter(status)
    console.notices(status.notices)


def _write_calendar(app: App, output: Path, *, everybody: bool, as_json: bool) -> None:
    settings = app.settings
    register = open_log(settings, offline=True).register
    console.notices(judge_clock(settings, register, app.now))
    partner = "" if everybody else settings.partner
    replace(app.folder / output, deadlines_calendar(register, partner, app.now))
    console.outcome(f"written  {output}", json=as_json, written=[str(output)])


def _say_mine(status: Status) -> None:
    """Say what an authority has to send, and by when; and what it can say instead."""
    if status.settings.partner not in status.log.register.partners:
        who = status.settings.partner or "your authority"
        console.result(f"{who} is not enrolled yet, so nothing is due from it")
        return
    if not status.standings:
        name = status.log.register.partners[status.settings.partner].name
        console.result(f"{name} has nothing outstanding for {status.quarter.label}")
        return
    rows = [
        (str(s.quarter), s.dataset, words(s, days_in_words), f"by {long_date(s.next_due)}")
        for s in status.standings
    ]
    colours = [_COLOURS.get(s.state, "") for s in status.standings]
    console.table(rows, ("quarter", "dataset", "state", "due"), colours)
    standing = status.standings[0]
    console.hint("to send a file: exchange submit FILE")
    console.hint(
        f"if you had no records: exchange nil {standing.dataset} --dates {standing.quarter}"
    )
    console.hint(
        f"if you do not hold the dataset: exchange partner not-held {standing.dataset} --from "
        f"{standing.quarter} --reason not-recorded"
    )


def _say_quarter(status: Status) -> None:
    register, quarter = status.log.register, status.quarter
    console.result(f"{register.name}")
    console.result(f"{quarter.label}, due by {long_date(quarter.due)}")
    areas = ", ".join(f"{a.name} ({a.code})" for a in register.areas)
    console.result(f"Area: {areas}")
    console.result()
    if not status.standings:
        first = register.first_quarter
        is_before = first is not None and quarter < first
        since = f": partners share from {first.label} on" if first and is_before else ""
        console.result(f"Nothing is due{since}.")
    rows = [
        (
            s.partner,
            s.dataset,
            words(s, days_in_words),
            status.evidence_of(s),
            ", ".join(map(str, s.entries)),
        )
        for s in status.standings
    ]
    colours = [_COLOURS.get(s.state, "") for s in status.standings]
    console.table(rows, ("partner", "dataset", "state", "evidence", "log"), colours)
