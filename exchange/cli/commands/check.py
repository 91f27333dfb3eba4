"""exchange check: what is wrong with an extract."""

from typing import Any

import click

from exchange.cli.group import App
from exchange.cli.options import (
    answers,
    as_json,
    datasets,
    dates,
    extracts,
    report,
    with_values,
)
from exchange.cli.tree import summary
from exchange.garbage import nothing_collected


@click.command(help=summary("check"))
@extracts
@datasets
@dates
@report
@with_values
@answers
@as_json
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Say what came in, what would be shared, and what is wrong."""
    with nothing_collected():
        from exchange.cli.actions.check import check_files

    return check_files(app, **options)
