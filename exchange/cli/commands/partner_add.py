"""exchange partner add: found the partnership with two coordinators' cards, or admit a card."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import console
from exchange.cli.options import find_files
from exchange.cli.session import EntryWriter, open_log, writes_entries
from exchange.cli.tree import summary
from exchange.keys.cards import fingerprint, read_card_file
from exchange.log.recipients import of_senders
from exchange.profile.enrolment import (
    check_cards,
    enrol,
    found_partnership,
    founding_file,
    not_enrolled,
    plan_with_outward,
    two_coordinators,
    with_own_card,
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
    settings, now = writer.settings, writer.app.now
    added = [read_card_file(path) for path in cards]
    founding = bool(settings.plan)
    added = with_own_card(settings, added) if founding else not_enrolled(settings, added)
    check_cards(settings, added)
    pair, rest = two_coordinators(added) if founding else ([], added)
    plan = _plan_with_outward(settings) if founding else {}
    for card, _ in added:
        kinds, roles = ", ".join(card.kinds), ", ".join(card.roles)
        console.detail(f"{card.who}  {card.name}  {kinds}  {roles}  {card.contact}")
        console.detail(f"fingerprint {fingerprint(card)}")
    action = "create the partnership" if founding else "enrol"
    officer = writer.unlock(f"Have you checked each fingerprint by phone? Continue, and {action}?")
    entries = (
        [("created", 0, found_partnership(settings, officer, pair, plan, now))] if founding else []
    )
    entries += [("enrolled", enrol(settings, officer, card, now), card[0].who) for card in rest]
    if writer.as_json:
        console.as_json([{"entry": n, "enrolled": who} for _, n, who in entries])
        return
    for action, position, who in entries:
        console.result(f"{action}  {who}  log {position}")
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


def _plan_with_outward(settings: Settings) -> dict[str, Any]:
    """Return the plan, and say which outward codes its areas have."""
    plan = plan_with_outward(settings)
    for area in plan["areas"]:
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
    return plan
