"""exchange pull: one merged table for each dataset."""

from typing import Any

import click

from exchange.cli.group import App
from exchange.cli.options import as_json, passphrase_file
from exchange.cli.paths import EXISTING_FILE, FOLDER
from exchange.cli.tree import summary
from exchange.cli.unlock import officers
from exchange.garbage import nothing_collected


@click.command(help=summary("pull"))
@click.argument("folder", type=FOLDER, metavar="[FOLDER]", required=False)
@click.option(
    "--to",
    "bucket",
    metavar="s3://BUCKET/PREFIX",
    help="Write into a bucket in place of a folder; or az://…, gs://….",
)
@click.option(
    "--access", type=EXISTING_FILE, help="With --to: file with your credentials for the bucket."
)
@click.option("--dataset", "datasets", multiple=True, help="Only this dataset; repeat for more.")
@click.option(
    "--quarter",
    "quarters",
    multiple=True,
    metavar="QUARTER",
    help="Only this quarter; repeat for more.",
)
@click.option(
    "--partner", "partners", multiple=True, help="Only this partner's data; repeat for more."
)
@click.option(
    "--as-of",
    metavar="LOG_NUMBER|DATE",
    help="Use the data as it was at a log number or at the end of a day, without submissions that "
    "were deleted later.",
)
@click.option(
    "--update", is_flag=True, help="Download only submissions that the folder does not hold yet."
)
@click.option(
    "--set-aside",
    is_flag=True,
    help="Continue without submissions that are missing or damaged, and list them.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Write each table as CSV too.")
@click.option("--xlsx", is_flag=True, help="Write each table as an Excel workbook too.")
@click.option(
    "--personal",
    is_flag=True,
    help="Download the personal data that partners share under the protocol's clause instead: one "
    "file for each submission, never combined.",
)
@passphrase_file
@as_json
@click.pass_obj
def command(app: App, /, *, passphrase_file: str | None, **options: Any) -> None:
    """Verify, open, check and merge what is encrypted for you into a folder of Parquet tables."""
    settings = app.settings
    officer_of = officers([settings], passphrase_file, now=True)
    with nothing_collected():
        from exchange.cli.actions.pull import pull_into

    pull_into(app, officer_of, **options)
