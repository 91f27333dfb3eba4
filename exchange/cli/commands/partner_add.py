"""exchange partner add: found the partnership with two coordinators' cards, or admit a card."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.options import find_files
from exchange.cli.session import EntryWriter, open_log, writes_entries
from exchange.cli.tree import summary
from exchange.keys.cards import fingerprint, read_card_file
from exchange.log.recipients import of_senders
from exchange.profile.enrolment import (
    add_cards,
    cards_to_add,
    founding_file,
    plan_with_outward,
)
from exchange.profile.settings import Settings
from exchange.text import list_some, with_noun


def _cards(
    context: click.Context, parameter: click.Parameter, names: tuple[str, ...]
) -> tuple[Path, ...]:
    """Return the cards that are named, and those in the folders that are."""
    files: list[str] = []
    for name in names:
        inside = sorted(str(path) for path in Path(name).glob("*.card"))
        if Path(name).is_dir() and not inside:
            raise click.BadParameter(f"the folder {name} holds no .card file")
        files += inside or [name]
    return find_files(context, parameter, tuple(files))


@click.command(help=summary("partner add"))
@click.argument("cards", nargs=-1, required=True, metavar="CARD|FOLDER...", callback=_cards)
@writes_entries
def command(writer: EntryWriter, cards: tuple[Path, ...]) -> None:
    """Show whose cards they are, have it confirmed, and write the entries."""
    settings = writer.settings
    founding = bool(settings.plan)
    new_cards = cards_to_add(settings, [read_card_file(path) for path in cards])
    if founding:
        _say_areas(settings)
    for card, _ in new_cards:
        kinds, roles = ", ".join(card.kinds), ", ".join(card.roles)
        console.detail(f"{card.who}  {card.name}  {kinds}  {roles}  {card.contact}")
        console.detail(f"fingerprint {fingerprint(card)}")
    action = "create the partnership" if founding else "enrol"
    officer = writer.unlock(f"Have you checked each fingerprint by phone? Continue, and {action}?")
    entries = []
    for added in add_cards(settings, officer, new_cards, writer.app.now):
        who = " and ".join(card.who for card in added.cards)
        entries.append({"entry": added.position, "enrolled": who})
        if not writer.as_json:
            action = "enrolled" if added.position else "created"
            console.result(f"{action}  {who}  log {added.position}")
    if writer.as_json:
        console.as_json(entries)
        return
    if founding:
        file = founding_file(settings)
        console.hint(
            f"now send {file.name} to every partner, who runs: exchange partnership join "
            "--founding FILE --store STORE"
        )
    else:
        _say_who_gives_access(settings)


def _say_who_gives_access(settings: Settings) -> None:
    """Say who sent something that the new officers cannot open, and has to give them access."""
    register = open_log(settings, offline=True).register
    senders = of_senders(register.current())
    if senders:
        names = list_some([register.partners[sender].name for sender in senders])
        console.hint(
            f"what {names} sent before is not encrypted for the new officers; exchange status asks "
            "them to run: exchange log reseal"
        )


def _say_areas(settings: Settings) -> None:
    """Say which outward codes the areas of a new partnership have."""
    for area in plan_with_outward(settings)["areas"]:
        console.detail(
            f"area {area['code']}  {area['name']}  "
            f"{with_noun(len(area['outward']), 'outward code')} inside it"
        )
        if not area["outward"]:
            console.warning(
                "outward-codes-missing",
                f"no outward codes are listed for {area['name']}, so records that have only the "
                "first half of a postcode, as most ambulance callouts do, will be left out",
            )
            console.hint(
                "add a postcode directory before you continue: exchange places add FILE.zip"
            )
            console.hint(
                "or list them afterwards: exchange partnership area set "
                f"{area['code']} --outward SP10,SP11"
            )
