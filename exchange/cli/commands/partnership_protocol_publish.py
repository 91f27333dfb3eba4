"""exchange partnership protocol publish: a document, and the settings it agrees on."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import DAY, as_json, extract, passphrase_file, yes
from exchange.cli.protocol_settings import (
    GROUP_MOST,
    check_smallest,
    read_behalf,
    read_deadlines,
    read_local,
    read_places,
)
from exchange.cli.protocol_words import say_published
from exchange.cli.session import confirmed, open_log, unlock
from exchange.cli.tree import summary
from exchange.errors import Usage
from exchange.ids import check_dataset
from exchange.log.documents import DOCUMENT_MOST, keep_document
from exchange.log.log import Log
from exchange.log.recipients import my_card
from exchange.submission.protocol import day_of, hash_document
from exchange.submission.unsupported_settings import unsupported_settings
from exchange.text import in_columns, with_noun
from partners.entries.kinds import PublishProtocol
from partners.register.state import Signature
from schemas.datasets.dataset import SMALLEST


@click.command(help=summary("partnership protocol publish"))
@extract
@click.option("--title", help="Title of the protocol (default: the name of the file).")
@click.option(
    "--smallest",
    type=int,
    default=SMALLEST,
    show_default=True,
    help=f"Smallest group of sensitive records that look the same, from {SMALLEST} to "
    f"{GROUP_MOST}.",
)
@click.option(
    "--withhold",
    multiple=True,
    metavar="DATASET",
    help="No partner shares recorded domestic incidents of this dataset, except as personal "
    "data; repeat for several.",
)
@click.option(
    "--personal-data",
    is_flag=True,
    help="The protocol allows domestic incidents to be shared as personal data.",
)
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar="DATASET=PLACE",
    help="Most precise place to share for a dataset: outward or lsoa.",
)
@click.option(
    "--local",
    multiple=True,
    metavar="DATASET=KIND,KIND",
    help="Local dataset, and the kinds of authority that share it.",
)
@click.option(
    "--behalf",
    multiple=True,
    metavar="DATASET:BY=OF",
    help="Let partner BY submit a dataset for partner OF, for example "
    "ambulance-callouts:ambulance=care-board.",
)
@click.option(
    "--deadline",
    "deadlines",
    multiple=True,
    metavar="DATASET=month:DAYS",
    help="Share a dataset sooner than the Regulations require: month:20 is within 20 days of each "
    "month's end, quarter:45 within 45 days of the quarter's. DATASET may be all.",
)
@click.option(
    "--witnesses",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="Witnesses needed to confirm a submission time.",
)
@click.option(
    "--review",
    type=DAY,
    metavar="DATE",
    help="Date of the next review.",
)
@yes
@passphrase_file
@as_json
@click.pass_obj
def command(
    app: App,
    file: Path,
    title: str | None,
    smallest: int,
    withhold: tuple[str, ...],
    personal_data: bool,
    places: tuple[str, ...],
    local: tuple[str, ...],
    behalf: tuple[str, ...],
    deadlines: tuple[str, ...],
    witnesses: int,
    review: datetime | None,
    yes: bool,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Write its hash and its settings into the log; every authority then signs it."""
    settings = app.settings
    log = open_log(settings)
    check_smallest(smallest)
    for name in withhold:
        check_dataset(name)
    finest = read_places(places)
    with (app.folder / file).open("rb") as document:
        digest, size = hash_document(document, file.name)
    title = title or file.stem
    if _names_somebody(title):
        raise Usage(
            "text-holds-identifier",
            "the title seems to contain an identifier",
            "use another title: --title",
        )
    published = PublishProtocol(
        title,
        digest,
        size,
        smallest,
        dict.fromkeys(withhold, "withhold"),
        personal_data,
        finest,
        (),  # times to the minute, which no dataset allows any more
        read_local(local),
        read_behalf(behalf, log),
        witnesses,
        review.date() if review else None,
        read_deadlines(deadlines, log),
    )
    _refuse_unsupported_settings(published, log)
    void, sharing_personal = _signatures(log), bool(log.register.personal_signatories)
    show = console.detail if as_json else console.result
    say_published(published, show)
    _say_signatures("publishing this version cancels these signatures:", void, show)
    confirmed(_question(len(void)), yes=yes)
    officer = unlock(settings, passphrase_file)
    if size <= DOCUMENT_MOST:
        keep_document(log.store, (app.folder / file).read_bytes())
    done = log.write(published, my_card(log, officer), officer, app.now)
    console.outcome(
        f"published  {title}  log {done}",
        json=as_json,
        entry=done,
        **published.to_json(),
        cancelled=[name for name, _ in void],
    )
    _say_signatures("no longer signed:", void, show)
    if sharing_personal:
        console.hint(_until_signed(personal_data))
    if size > DOCUMENT_MOST:
        console.hint("it is too large for the shared folder: send it to every authority yourself")
    console.hint(
        "every authority saves the document with: exchange partnership protocol show --save FILE, "
        "and signs it with: exchange partnership protocol sign FILE"
    )


def _until_signed(has_clause: bool) -> str:
    """Say what a new version does to the sharing of personal data."""
    if not has_clause:
        return (
            "this version has no clause on personal data, so personal data can no longer be shared"
        )
    return (
        "partners can share personal data again when they sign this version's clause: "
        "exchange partnership protocol sign FILE --personal-data"
    )


def _refuse_unsupported_settings(published: PublishProtocol, log: Log) -> None:
    """Refuse to publish what the tool would not do.

    Raises:
        Usage: it does not follow one of the settings.
    """
    broken = unsupported_settings(published, log.register)
    if broken:
        raise Usage(
            "protocol-promise-not-kept",
            "the protocol was not published: it has settings that have no effect",
            *(f"publish it {setting.instead}" for setting in broken),
            lines=tuple(map(str, broken)),
        )


def _signatures(log: Log) -> list[tuple[str, str]]:
    """Return who has signed the version in force, by name, with when."""
    protocol = log.register.protocol
    signatures = protocol.signatures if protocol else {}
    return [
        (log.register.partners[p].name, _signed(signature)) for p, signature in signatures.items()
    ]


def _signed(signature: Signature) -> str:
    return f"signed {day_of(signature.time)}" + (
        ", with personal data" if signature.personal else ""
    )


def _say_signatures(heading: str, rows: list[tuple[str, str]], show: Callable[[str], None]) -> None:
    if rows:
        show(heading)
        for line in in_columns([(f"  {name}", signed) for name, signed in rows]):
            show(line)


def _question(void: int) -> str:
    if not void:
        return "Publish it? Every authority must sign it."
    signatures = with_noun(void, "signature")
    return f"Publish it? This cancels {signatures}; every authority must sign this version."


def _names_somebody(text: str) -> bool:
    import polars as pl

    from depersonalise.identifiers import holding_identifiers

    return bool(len(holding_identifiers(pl.Series([text]))))
