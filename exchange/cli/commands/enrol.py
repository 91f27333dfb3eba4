"""exchange partner add: found the partnership with two coordinators' cards, or admit a card."""

import secrets
from pathlib import Path

import click

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
from exchange.log.reader import ENTRY_MAX, entry_name
from exchange.log.recipients import my_card
from exchange.log.trust import Founding
from exchange.profile.settings import Settings
from exchange.stores.store import Store
from partners.entries.card import Card
from partners.entries.entry import Entry, Seen, kind_of, written_format
from partners.entries.kinds import Enrol, Found
from partners.register.register import Register
from schemas.areas import Area
from schemas.quarters import Quarter

Given = tuple[Card, bytes]


@click.command(help=summary("partner add"))
@click.argument(
    "cards",
    nargs=-1,
    required=True,
    metavar="CARD...",
    callback=expanded,
)
@yes
@passphrase_file
@as_json
@click.pass_obj
def command(
    app: App, cards: tuple[Path, ...], yes: bool, passphrase_file: str | None, as_json: bool
) -> None:
    """Show whose cards they are, have it confirmed, and write the entries."""
    settings = Settings.find(app.folder, app.partnership)
    given = [read_card_file(path) for path in cards]
    for card, _ in given:
        if card.origin != settings.origin:
            raise NotEntitled(
                "card-of-another-partnership",
                f"{card.who}'s card was made for another partnership",
            )
        console.detail(f"{card.who}  {card.name}  {', '.join(card.roles)}  {card.contact}")
        console.detail(f"fingerprint {fingerprint(card)}")
    founding = bool(settings.plan)
    if founding and len(given) != 2:
        raise Usage(
            "two-cards-needed",
            "creating a partnership needs two coordinators' cards, yours and another's",
        )
    what = "create the partnership" if founding else "enrol"
    confirmed(f"Have you checked each fingerprint by phone? Continue, and {what}?", yes=yes)
    officer = unlock(settings, passphrase_file)
    done = (
        [_found(app, settings, officer, given)]
        if founding
        else [_enrol(app, settings, officer, one) for one in given]
    )
    if as_json:
        console.as_json([{"entry": n, "enrolled": who} for n, who in done])
        return
    for position, who in done:
        console.result(f"{'created' if founding else 'enrolled'}  {who}  log {position}")
    if founding:
        file = _founding_file(settings)
        console.hint(
            f"now send {file.name} to every partner, who runs: exchange partnership join "
            "--founding FILE --store STORE"
        )


def _found(
    app: App, settings: Settings, officer: UnlockedKey, given: list[Given]
) -> tuple[int, str]:
    """Write the first entry, and pin it."""
    given = sorted(given, key=lambda one: one[0].signer != officer.signer)
    if given[0][0].signer != officer.signer:
        raise NotEntitled(
            "neither-card-yours",
            "neither card is yours",
            "run this from the folder of one of the two coordinators",
        )
    plan = settings.plan
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
        written_format(kind_of(body)),
        settings.origin,
        entry_id,
        kind_of(body),
        time_of(app.now),
        begun,
        body,
    )
    note = signed(entry, given[0][0], officer)
    pairs = (given[0][0], given[1][0])
    why = Register(settings.origin).judge(entry, given[0][0], pairs, seen=True)
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
    first = store.read(entry_name(0), ENTRY_MAX)
    return first is not None and Founding.of(settings.origin, first).entry == settings.founding


def _founding_file(settings: Settings) -> Path:
    return settings.folder / f"{settings.origin.split('/', maxsplit=1)[0]}.founding"


def _enrol(app: App, settings: Settings, officer: UnlockedKey, given: Given) -> tuple[int, str]:
    log = open_log(settings)
    card, data = given
    if card.signer in log.register.cards:
        raise NothingToDo("key-already-enrolled", f"{card.who} is already enrolled with this key")
    return log.write(Enrol(data.decode()), my_card(log, officer), officer, app.now), card.who
