"""exchange partner: who the partners are in law, and who replaced whom."""

from datetime import date

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import DAY, QUARTER, as_json
from exchange.cli.session import EntryWriter, open_log, writes_entries
from exchange.cli.tree import option, summary
from exchange.profile.partnership_changes import (
    correct_partner,
    reinstate_partner,
    replace_partner,
)
from exchange.reports.names import names_of
from exchange.reports.partner_list import list_partners
from partners.entries.card import KINDS
from schemas.quarters import Quarter, long_date


@click.command(help=summary("partner list"))
@option("partner list", "--on", "day", type=DAY)
@as_json
@click.pass_obj
def list_(app: App, day: date | None, as_json: bool) -> None:
    """Say for each partner what the Act makes of it on a day, and from where that is known."""
    register = open_log(app.settings, offline=True).register
    on = day or app.today
    partners = list_partners(register, on, app.today)
    if as_json:
        console.as_json([listed.to_json() for listed in partners])
        return
    rows = [
        (p.partner.id, p.partner.name, p.legal_status, ", ".join(p.offices), p.replaced_by)
        for p in partners
    ]
    console.result(f"{register.name}, on {long_date(on)}")
    console.table(rows, ("partner", "name", "standing", "offices", "replaced by"))
    authorities = [listed.authority for listed in partners if listed.authority]
    for title, fault in dict.fromkeys((law.title, law.confirmed) for law in authorities):
        if fault != "yes":
            console.warning("standing-to-be-confirmed", f"{title}: {fault}")


@click.command(help=summary("partner edit"))
@click.argument("partner", metavar="PARTNER")
@option("partner edit", "--name")
@option("partner edit", "--kind", "kinds", multiple=True, type=click.Choice(KINDS))
@option("partner edit", "--from", "first", type=QUARTER)
@writes_entries
def edit(
    writer: EntryWriter,
    partner: str,
    name: str | None,
    kinds: tuple[str, ...],
    first: Quarter | None,
) -> None:
    """Log it: what the partner has to send from that quarter on follows from its kind."""
    register, today = writer.log.register, writer.app.today
    body = correct_partner(register, partner, name=name, kinds=kinds, first=first, today=today)
    now = f"{body.name} ({', '.join(body.kinds)}), due from {body.first}"
    position = writer.add(body, f"Correct {partner}: {now}?")
    writer.say(
        f"corrected  {partner}  {now}  log {position}",
        partner=partner,
        name=body.name,
        kinds=list(body.kinds),
        first=str(body.first),
        entry=position,
    )
    console.hint(
        f"its keys stay as they are; a new card of {partner} must have this name and kind: "
        "exchange key renew"
    )


@click.command(help=summary("partner replace"))
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@option("partner replace", "--on", "start", type=DAY, required=True)
@option("partner replace", "--begun", is_flag=True)
@writes_entries
def succeed(writer: EntryWriter, old: str, new: str, start: date, begun: bool) -> None:
    """Log it: OLD has to send the quarters that ended before, NEW those after and what is due."""
    register = writer.log.register
    body = replace_partner(register, old, new, start=start, is_new_authority=begun)
    position = writer.add(body, f"Replace {old} with {new} from {long_date(start)}?")
    writer.say(
        f"{new} replaces {old} from {long_date(start)}  log {position}",
        old=old,
        new=new,
        on=start.isoformat(),
        entry=position,
    )
    console.hint(f"if this was a mistake: exchange partner reinstate {old}")
    if any(card.partner == old for card in register.cards.values()):
        console.hint(f"when the keys of {old} are no longer used, revoke them: exchange key list")


@click.command(help=summary("partner reinstate"))
@click.argument("partner", metavar="PARTNER")
@writes_entries
def reinstate(writer: EntryWriter, partner: str) -> None:
    """Log it: PARTNER has to send its own datasets again, as if nobody had replaced it."""
    register = writer.log.register
    body = reinstate_partner(register, partner)
    ended, names = register.successions[partner], names_of(register)
    question = (
        f"Take back that {names[ended.new]} replaces {names[partner]} from {long_date(ended.on)}?"
    )
    position = writer.add(body, question)
    writer.say(f"{partner} is a partner again  log {position}", partner=partner, entry=position)
