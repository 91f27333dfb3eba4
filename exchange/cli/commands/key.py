"""exchange key: an identity file for the officer, and the card for everybody else."""

import re
import unicodedata
from pathlib import Path
from typing import Any, Final

import click

from exchange.cli import console, options, session
from exchange.cli.group import App
from exchange.cli.new_passphrase import new_passphrase, wants_keyring
from exchange.cli.options import AskedOption, as_json, passphrase_file
from exchange.cli.paths import EXISTING_FILE
from exchange.cli.tree import option, summary
from exchange.cli.unlock import unlock
from exchange.errors import Usage
from exchange.keys.cards import fingerprint
from exchange.profile.new_member import (
    AGAIN,
    CardDetails,
    area_codes,
    check_card,
    check_kinds,
    check_known,
    make_key,
)
from exchange.profile.own_keys import (
    card_by_fingerprint,
    keep_passphrase,
    make_card,
    own_card,
    renew_key,
    use_key,
)
from partners.entries import fields
from partners.entries.card import KINDS, ROLES, Card
from partners.entries.members import Revoke
from partners.entries.reasons import REASONS
from schemas.quarters import long_date

_USUAL_ROLE: Final = "liaison"


def _id(_: click.Context, parameter: click.Parameter, typed: str) -> str:
    """Hold an ID to its form, and say how what was typed could be written."""
    try:
        return str(fields.slug(typed))
    except ValueError:
        plain = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode().lower()
        suggestion = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
        option = parameter.opts[0]
        raise Usage(
            "card-details-not-allowed",
            f"{option} is an ID: lower-case letters and digits, in words joined by hyphens",
            *([f"write {option} {suggestion}"] if suggestion else []),
        ) from None


def _text(_: click.Context, parameter: click.Parameter, typed: str) -> str:
    """Hold a name or a contact to what a card can say."""
    try:
        return str(fields.text(typed))
    except ValueError:
        raise Usage(
            "card-details-not-allowed",
            f"{parameter.opts[0]} takes one line of 1 to {fields.TEXT_MAX} characters",
        ) from None


def _name(context: click.Context, parameter: click.Parameter, typed: str) -> str:
    """Hold a name to what a card can say, and to the name that the log has."""
    name = _text(context, parameter, typed)
    check_known(context.obj.settings, context.params.get("partner", ""), name=name)
    return name


def _kinds(context: click.Context, _: click.Parameter, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Hold the kinds to those that the areas of the partnership have, and to those in the log."""
    settings = context.obj.settings
    check_known(settings, context.params.get("partner", ""), kinds=kinds)
    check_kinds("the card", kinds, area_codes(settings), AGAIN)
    return kinds


@click.command(help=summary("key new"))
@option("key new", "--partner", cls=AskedOption, in_partnership=True, callback=_id)
@option("key new", "--name", cls=AskedOption, in_partnership=True, callback=_name)
@option(
    "key new",
    "--kind",
    "kinds",
    cls=AskedOption,
    asks=f"What kind of authority it is: {', '.join(KINDS)}",
    in_partnership=True,
    callback=_kinds,
    multiple=True,
    type=click.Choice(KINDS),
)
@option("key new", "--contact", cls=AskedOption, callback=_text)
@option("key new", "--officer", default="liaison", show_default=True, callback=_id)
@click.option(
    "--role",
    "roles",
    cls=AskedOption,
    asks="Your roles: liaison sends files, analyst combines them, coordinator adds partners",
    usually=_USUAL_ROLE,
    multiple=True,
    type=click.Choice(ROLES),
    help=f"Your role; repeat for several (default: {_USUAL_ROLE}).",
)
@option("key new", "--keyring", is_flag=True)
@passphrase_file
@as_json
@click.pass_obj
def new(
    app: App, /, *, keyring: bool, passphrase_file: str | None, as_json: bool, **typed: Any
) -> None:
    """Make an identity under a passphrase, and its public card."""
    settings = app.settings
    details = CardDetails(**typed | {"roles": typed["roles"] or (_USUAL_ROLE,)})
    check_card(settings, details, app.now)
    words = new_passphrase(passphrase_file)
    before = settings.key
    made_key = make_key(settings, details, words, now=app.now, work_factor=app.work_factor)
    if keyring or wants_keyring(passphrase_file):
        keep_passphrase(settings, words)
    _say(made_key.card, settings.key, made_key.card_file.name, as_json=as_json)
    if before:
        console.hint(f"this key is in use now; to use the earlier one: exchange key use {before}")


@click.command(help=summary("key card"))
@option("key card", "--name")
@option("key card", "--kind", "kinds", multiple=True, type=click.Choice(KINDS))
@option("key card", "--contact")
@option("key card", "--role", "roles", multiple=True, type=click.Choice(ROLES))
@passphrase_file
@as_json
@click.pass_obj
def card(app: App, /, *, passphrase_file: str | None, as_json: bool, **typed: Any) -> None:
    """Make the card of your key again with what was wrong corrected, or for another partnership.

    A card that is enrolled already stays as it is.
    """
    settings = app.settings
    corrected: dict[str, Any] = {
        field: list(value) if isinstance(value, tuple) else value
        for field, value in typed.items()
        if value
    }
    made_key = make_card(settings, corrected, lambda own: unlock(own, passphrase_file), now=app.now)
    _say(made_key.card, settings.key, made_key.card_file.name, as_json=as_json)


@click.command(help=summary("key list"))
@as_json
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """Show whose keys count, with their fingerprints, and whose were revoked."""
    settings = app.settings
    register = session.open_log(settings, offline=True).register
    revocations = register.revoked.values()
    if as_json:
        listed = [_to_json(c) for c in register.cards.values()]
        console.as_json(listed + [_to_json(r.card) | {"revoked": r.position} for r in revocations])
        return
    rows = [_row(card, "accepted") for card in register.cards.values()]
    rows += [_row(r.card, f"revoked by log {r.position}: {_reason(r.reason)}") for r in revocations]
    console.table(rows, ("officer", "roles", "fingerprint", "made", "renew by", "state"))


@click.command(help=summary("key revoke"))
@click.argument("typed", metavar="FINGERPRINT")
@options.reason(REASONS["revoke"], required=True)
@session.writes_entries
def revoke(writer: session.EntryWriter, typed: str, reason: str) -> None:
    """Let a key count no more: by a coordinator, or by an officer of the same authority.

    What it signed before stays good. The fingerprint is that of: exchange key list.
    """
    card = card_by_fingerprint(writer.log.register, typed)
    question = f"Revoke the key of {card.who} ({_reason(reason)})?"
    position = writer.add(Revoke(card.signer, reason), question)
    writer.say(
        f"revoked  {card.who}  log {position}",
        revoked=card.who,
        fingerprint=fingerprint(card),
        entry=position,
    )
    console.hint("new submissions are not encrypted for this key; it can still open earlier ones")


@click.command(help=summary("key renew"))
@passphrase_file
@as_json
@click.pass_obj
def renew(app: App, passphrase_file: str | None, as_json: bool) -> None:
    """Make a new key for the same office, beside the one that is in use until it is enrolled."""
    settings = app.settings
    log = session.open_log(settings)
    own_card(settings, log.register)
    words = new_passphrase(passphrase_file)
    made_key = renew_key(settings, log, words, now=app.now, work_factor=app.work_factor)
    key = made_key.card_file.with_suffix(".key").name
    _say(made_key.card, key, made_key.card_file.name, is_created=True, as_json=as_json)
    console.hint(f"when its card is enrolled, run: exchange key use {key}")


@click.command(help=summary("key use"))
@click.argument("file", metavar="FILE.key", type=click.Path(path_type=Path))
@passphrase_file
@as_json
@click.pass_obj
def use(app: App, file: Path, passphrase_file: str | None, as_json: bool) -> None:
    """Sign and open with another key of yours from now on, once it is enrolled."""
    settings = app.settings
    path = EXISTING_FILE.convert(app.folder / file, None, None)
    card, before = use_key(settings, path, lambda settings: unlock(settings, passphrase_file))
    console.outcome(
        f"in use  {file.name}  {card.who}", json=as_json, key=file.name, officer=card.who
    )
    for old in before:
        console.hint(
            f'when you no longer need the old key: exchange key revoke "{fingerprint(old)}" '
            "--reason replaced"
        )
    if before:
        console.hint(
            "ask other partners to give your new key access to earlier submissions: "
            "exchange log reseal"
        )


def _to_json(card: Card) -> dict[str, Any]:
    return {
        "who": card.who,
        "name": card.name,
        "roles": list(card.roles),
        "contact": card.contact,
        "fingerprint": fingerprint(card),
        "made": card.made.isoformat(),
        "renewal": card.renewal.isoformat(),
        "revoked": None,
    }


def _row(card: Card, state: str) -> tuple[str, ...]:
    made_on = long_date(card.made.date())
    return (
        card.who,
        ", ".join(card.roles),
        fingerprint(card),
        made_on,
        long_date(card.renewal),
        state,
    )


def _reason(reason: str) -> str:
    return REASONS["revoke"][reason]


def _say(card: Card, key: str, card_file: str, *, is_created: bool = False, as_json: bool) -> None:
    if as_json:
        console.as_json({"key": key, "card": card_file, "fingerprint": fingerprint(card)})
        return
    console.result(
        f"key          {key}  keep this file and its passphrase safe; neither can be recovered"
    )
    if is_created:
        use, check = f"a coordinator enrols it: exchange partner add {card_file}", "they check it"
    elif card.is_coordinator:
        use, check = (
            "to set up the partnership: exchange partner add",
            "the other coordinator checks it",
        )
    else:
        use, check = "e-mail it to your coordinator", "read it to your coordinator"
    console.result(f"card         {card_file}  {use}")
    console.result(f"fingerprint  {fingerprint(card)}  {check} by phone")
