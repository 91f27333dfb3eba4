"""exchange partner liaison: the designated liaison officer of an authority, and the deputy."""

import click

from exchange.cli import console
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from partners.entries.members import Nominate


@click.command(help=summary("partner liaison"))
@click.argument("office", metavar="OFFICE")
@option("partner liaison", "--deputy", is_flag=True)
@writes_entries
def command(writer: EntryWriter, office: str, deputy: bool) -> None:
    """Log it; who is nominated accepts with the same command in their own folder."""
    partner = writer.settings.partner
    title = "deputy liaison officer" if deputy else "liaison officer"
    body = Nominate(*writer.signer, office, deputy)
    position = writer.add(body, f"Name {partner}/{office} as the {title} of {partner}?")
    accepted = writer.log.register.nominations[partner, deputy].accepted is not None
    outcome = "nominated and accepted" if accepted else "nominated"
    writer.say(
        f"{outcome}  {partner}/{office}  {title}  log {position}",
        partner=partner,
        office=office,
        deputy=deputy,
        accepted=accepted,
        entry=position,
    )
    if not accepted:
        console.hint(
            f"ask them to accept with: exchange partner liaison {office}" + " --deputy" * deputy
        )
