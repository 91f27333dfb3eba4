"""exchange check: what is wrong with an extract."""

from typing import Any

import click

from exchange.cli import options
from exchange.cli.group import App
from exchange.cli.tree import summary
from exchange.garbage import nothing_collected


@click.command(help=summary("check"))
@options.extracts
@options.datasets
@options.dates
@options.report
@options.with_values
@options.answers
@options.as_json
@click.pass_obj
def command(app: App, /, **typed: Any) -> int:
    """Say what came in, what would be shared, and what is wrong."""
    with nothing_collected():
        from exchange.cli.actions.check import check_files

    return check_files(app, **typed)
