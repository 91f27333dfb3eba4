"""exchange partnership adopt: share a dataset, or a newer version of its form, from now on."""

import click

from exchange.cli.options import QUARTER
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.profile.partnership_changes import adopt_datasets
from schemas.quarters import Quarter


@click.command(help=summary("partnership adopt"))
@click.argument("dataset", required=False)
@option("partnership adopt", "--from", "first", type=QUARTER)
@writes_entries
def command(writer: EntryWriter, dataset: str | None, first: Quarter | None) -> None:
    """Log that the partnership shares a dataset as this release declares it.

    Without a dataset: all that are shared in an older version than this release has.
    """
    register, today = writer.log.register, writer.app.today
    bodies = adopt_datasets(register, dataset, first=first, today=today)
    names = ", ".join(f"{body.title} (version {body.schema})" for body in bodies)
    begins = bodies[0].first
    positions = writer.add_all(
        bodies,
        f"Adopt {names}, due from {begins}? Partners with an older exchange must then upgrade.",
    )
    logged = list(zip(bodies, positions, strict=True))
    writer.say(
        "\n".join(
            f"adopted  {body.dataset}  version {body.schema}  from {begins}  log {position}"
            for body, position in logged
        ),
        adopted=[
            {"dataset": b.dataset, "version": b.schema, "from": str(begins), "entry": position}
            for b, position in logged
        ],
    )
