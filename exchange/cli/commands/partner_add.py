"""exchange partner add: found the partnership with two coordinators' cards, or admit a card."""

import secrets
from pathlib import Path
from typing import Any

import click

from depersonalise.places.gazetteer import Gazetteer
from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json, expanded, passphrase_file, yes
from exchange.cli.session import confirmed, open_log, unlock
from exchange.cli.tree import summary
from exchange.errors import NotEntitled, NothingToDo, Usage
from exchange.files import replace
from exchange.keys.identity import UnlockedKey, fingerprint, read_card_file
from exchange.log.entry_signature import signed, time_of
from exchange.log.log import Log
from exchange.log.merkle import EMPTY
from exchange.log.reader import entry_at
from exchange.log.recipients import my_card
from exchange.log.trust import Founding
from exchange.profile.joining import area_codes, check_kinds
from exchange.profile.settings import Settings
from exchange.stores.store import Store
from exchange.text import with_noun
from partners.entries.card import PROVING, Card
from partners.entries.entry import Entry, Seen, kind_of, written_format
from partners.entries.kinds import Enrol, Found
from partners.register.register import Register
from partners.register.rules import rejection_reason
from schemas.areas import Area
from schemas.quarters import Quarter

Given = tuple[Card, bytes]


def _cards(
    context: click.Context, parameter: click.Parameter, names: tuple[str, ...]
) -> tuple[Path, ...]:
    """Return the cards that are named, and those in the folders that are."""
    files: list[str] = []
    for name in names:
        inside = sorted(str(one) for one in Path(name).glob("*.card"))
        if Path(name).is_dir() and not inside:
            raise click.BadParameter(f"the folder {name} holds no .card file")
        files += inside or [name]
    return expanded(context, parameter, tuple(files))


@click.command(help=summary("partner add"))
@click.argument("cards", nargs=-1, required=True, metavar="CARD|FOLDER...", callback=_cards)
@yes
@passphrase_file
@as_json
@click.pass_obj
def command(
    app: App, cards: tuple[Path, ...], yes: bool, passphrase_file: str | None, as_json: bool
) -> None:
    """Show whose cards they are, have it confirmed, and write the entries."""
    settings = app.settings
    given = [read_card_file(path) for path in cards]
    for card, _ in given:
        if card.origin != settings.origin:
            raise NotEntitled(
                "card-of-another-partnership",
                f"{card.who}'s card was made for another partnership",
            )
        if card.format < PROVING:
            raise NotEntitled(
                "card-without-proof",
                f"{card.who}'s card is of an earlier release: it does not prove that its officer "
                "has all the keys on it",
                "nobody was added; its officer installs the newest version and makes the card "
                f"again: exchange key card --contact {card.contact}",
            )
    founding = bool(settings.plan)
    codes = area_codes(settings)
    for card, _ in given:
        remedy = "its officer makes the card again, and sends it to you: exchange key card"
        check_kinds(card, codes, remedy)
    pair, rest = _two(given) if founding else ([], given)
    plan = _with_outward(settings) if founding else {}
    for card, _ in given:
        console.detail(f"{card.who}  {card.name}  {', '.join(card.roles)}  {card.contact}")
        console.detail(f"fingerprint {fingerprint(card)}")
    what = "create the partnership" if founding else "enrol"
    confirmed(f"Have you checked each fingerprint by phone? Continue, and {what}?", yes=yes)
    officer = unlock(settings, passphrase_file)
    done = [("created", *_found(app, settings, officer, pair, plan))] if founding else []
    done += [("enrolled", *_enrol(app, settings, officer, one)) for one in rest]
    if as_json:
        console.as_json([{"entry": n, "enrolled": who} for _, n, who in done])
        return
    for what, position, who in done:
        console.result(f"{what}  {who}  log {position}")
    if founding:
        file = _founding_file(settings)
        console.hint(
            f"now send {file.name} to every partner, who runs: exchange partnership join "
            "--founding FILE --store STORE"
        )


def _two(given: list[Given]) -> tuple[list[Given], list[Given]]:
    """Return the cards of the two coordinators who found a partnership, and the others."""
    pair = [one for one in given if "coordinator" in one[0].roles]
    if len(pair) == 2:
        return pair, [one for one in given if one not in pair]
    raise Usage(
        "two-cards-needed",
        "creating a partnership needs two coordinators' cards, yours and another's, and "
        f"there {'is' if len(pair) == 1 else 'are'} {len(pair)}",
        "the second coordinator makes one: exchange key new --role coordinator --role liaison"
        if len(pair) < 2
        else "give only two coordinators' cards first; the others are added afterwards",
    )


def _with_outward(settings: Settings) -> dict[str, Any]:
    """Return the plan with the outward codes of its areas, where a directory tells them."""
    plan = settings.plan
    directory = Gazetteer(settings.gazetteer_folder).directory
    areas = [dict(area) for area in plan["areas"]]
    for area in areas:
        if not area["outward"] and directory:
            area["outward"] = directory.outward_of(area["code"])
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
    return dict(plan) | {"areas": areas}


def _found(
    app: App,
    settings: Settings,
    officer: UnlockedKey,
    given: list[Given],
    plan: dict[str, Any],
) -> tuple[int, str]:
    """Write the first entry, and pin it."""
    given = sorted(given, key=lambda one: one[0].signer != officer.signer)
    if given[0][0].signer != officer.signer:
        raise NotEntitled(
            "neither-card-yours",
            "neither card is yours",
            "run this from the folder of one of the two coordinators",
        )
    body = Found(
        name=plan["name"],
        nation=plan["nation"],
        areas=tuple(
            Area(a["code"], a["name"], frozenset(a["outward"]), frozenset(a["lsoas"]))
            for a in plan["areas"]
        ),
        first_quarter=Quarter.parse(plan["first_quarter"]),
        cards=(given[0][1].decode(), given[1][1].decode()),
    )
    entry_id, begun = secrets.token_hex(16), Seen(0, EMPTY.hex())
    entry = Entry(
        written_format(body),
        settings.origin,
        entry_id,
        kind_of(body),
        time_of(app.now),
        begun,
        body,
    )
    note = signed(entry, given[0][0], officer)
    pairs = (given[0][0], given[1][0])
    why = rejection_reason(Register(settings.origin), entry, given[0][0], pairs, seen=True)
    if why:
        raise NotEntitled(why.id, f"the partnership was not created: {why}")
    founding = Founding.of(settings.origin, note)
    store = settings.open_store()
    if not _begun(settings, store):
        # Pinned first: a run that is killed in between can be told from another's log.
        settings.founding = founding.entry
        settings.write()
        Log(store, founding, settings.memory()).found(note, officer)
    text = (
        f"# The founding file of {body.name}. Keep it; it identifies your partnership's "
        f"log.\n{settings.pinned()}\n"
    )
    replace(_founding_file(settings), text.encode())
    settings.plan = {}
    settings.write()
    return 0, " and ".join(card.who for card in pairs)


def _begun(settings: Settings, store: Store) -> bool:
    """Say whether an earlier run wrote the first entry and was killed before it could say so."""
    first = entry_at(store, 0)
    return first is not None and Founding.of(settings.origin, first).entry == settings.founding


def _founding_file(settings: Settings) -> Path:
    return settings.folder / f"{settings.origin.split('/', maxsplit=1)[0]}.founding"


def _enrol(app: App, settings: Settings, officer: UnlockedKey, given: Given) -> tuple[int, str]:
    log = open_log(settings)
    card, data = given
    if card.signer in log.register.cards:
        raise NothingToDo("key-already-enrolled", f"{card.who} is already enrolled with this key")
    return log.write(Enrol(data.decode()), my_card(log, officer), officer, app.now), card.who
