"""exchange partnership protocol publish: a document, and the settings it agrees on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from exchange.cli import console
from exchange.cli.options import DAY, extract
from exchange.cli.protocol_settings import TypedSettings
from exchange.cli.protocol_words import say_published
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.submission.protocol import hash_document
from exchange.text import day_of, in_columns, with_noun
from partners.register.rules import SMALLEST_MOST
from partners.register.state import Signature
from schemas.datasets.dataset import SMALLEST


@click.command(help=summary("partnership protocol publish"))
@extract
@option("partnership protocol publish", "--title")
@click.option(
    "--smallest",
    type=int,
    default=SMALLEST,
    show_default=True,
    help=f"Smallest group of sensitive records that look the same, from {SMALLEST} to "
    f"{SMALLEST_MOST}.",
)
@option("partnership protocol publish", "--withhold", multiple=True)
@option("partnership protocol publish", "--personal-data", is_flag=True)
@option("partnership protocol publish", "--place", "places", multiple=True)
@option("partnership protocol publish", "--local", multiple=True)
@option("partnership protocol publish", "--behalf", multiple=True)
@option("partnership protocol publish", "--deadline", "deadlines", multiple=True)
@option(
    "partnership protocol publish",
    "--witnesses",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
)
@option("partnership protocol publish", "--review", type=DAY)
@writes_entries
def command(writer: EntryWriter, file: Path, title: str | None, **typed: Any) -> None:
    """Write its hash and its settings into the log; every authority then signs it."""
    from exchange.submission.publish_protocol import cancelled_signatures, check_version, publish

    log, document = writer.log, writer.app.folder / file
    with document.open("rb") as content:
        digest, size = hash_document(content, file.name)
    published = TypedSettings(**typed).read(title or file.stem, digest, size, log)
    check_version(published, log.register)
    signed, sharing_personal = (
        cancelled_signatures(log.register),
        bool(log.register.personal_signatories),
    )
    say_published(published, writer.show)
    _say_signatures("publishing this version cancels these signatures:", signed, writer.show)
    officer = writer.unlock(_question(len(signed)))
    number, is_kept = publish(published, document, log=log, officer=officer, now=writer.app.now)
    writer.say(
        f"published  {published.title}  log {number}",
        entry=number,
        **published.to_json(),
        cancelled=list(signed),
    )
    _say_signatures("no longer signed:", signed, writer.show)
    if sharing_personal:
        console.hint(_until_signed(published.personal))
    if not is_kept:
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


def _say_signatures(
    heading: str, signatures: dict[str, Signature], show: Callable[[str], None]
) -> None:
    if signatures:
        show(heading)
        rows = [(f"  {name}", _in_words(signature)) for name, signature in signatures.items()]
        for line in in_columns(rows):
            show(line)


def _in_words(signature: Signature) -> str:
    return f"signed {day_of(signature.time)}" + (
        ", with personal data" if signature.personal else ""
    )


def _question(cancelled: int) -> str:
    if not cancelled:
        return "Publish it? Then each responsible authority signs it."
    signatures = with_noun(cancelled, "signature")
    return f"Publish it? This cancels {signatures}; each authority then signs this version."
