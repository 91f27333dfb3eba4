"""Adding officers: the partnership is founded with two coordinators' cards, others are enrolled."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from depersonalise.places.gazetteer import Gazetteer
from exchange.errors import NotEntitled, NothingToDo, Usage
from exchange.files import replace
from exchange.keys.cards import read_card_file
from exchange.keys.identity import UnlockedKey
from exchange.log.entry_signature import sign_entry, time_of
from exchange.log.log import Log
from exchange.log.merkle import EMPTY
from exchange.log.reader import entry_at
from exchange.log.recipients import my_card
from exchange.log.trust import Founding
from exchange.profile.clock import refuse_card_ahead, refuse_wrong_clock
from exchange.profile.new_member import area_codes, card_file_of, check_kinds
from exchange.profile.open_logs import open_log
from exchange.profile.places import readable_places
from exchange.profile.settings import Settings
from exchange.stores.store import Store
from partners.entries.card import PROVING, Card
from partners.entries.entry import Entry, SeenTree, kind_of, written_format
from partners.entries.members import Enrol, Found
from partners.register.register import Register
from partners.register.rules import rejection_reason
from schemas.areas import Area
from schemas.quarters import Quarter

GivenCard = tuple[Card, bytes]  # a card, and its bytes as they were made


class AddedCards(NamedTuple):
    """What one entry added: two cards that created the partnership, or one; its log number."""

    cards: tuple[Card, ...]
    position: int


def check_cards(settings: Settings, cards: list[GivenCard]) -> None:
    """Refuse cards that cannot be added, before anything is written.

    Raises:
        NotEntitled: one is of another partnership, or does not prove that its officer has its keys.
        Usage: one is of the wrong tier of local government.
    """
    for card, _ in cards:
        if card.origin != settings.origin:
            raise NotEntitled(
                "card-of-another-partnership",
                f"{card.who}'s card was made for another partnership",
            )
        if card.format < PROVING:
            raise NotEntitled(
                "card-without-proof",
                f"{card.who}'s card was made with an earlier release: it does not prove that its "
                "officer has all the keys on it",
                "nobody was added; ask its officer to install the newest version and make the card "
                f"again: exchange key card --contact {card.contact}",
            )
    codes = area_codes(settings)
    for card, _ in cards:
        remedy = "its officer makes the card again, and sends it to you: exchange key card"
        check_kinds(f"{card.who}'s card", card.kinds, codes, remedy)


def two_coordinators(cards: list[GivenCard]) -> tuple[list[GivenCard], list[GivenCard]]:
    """Return the cards of the two coordinators who found a partnership, and the others."""
    pair = [card for card in cards if card[0].is_coordinator]
    if len(pair) == 2:
        return pair, [card for card in cards if card not in pair]
    others = [card.who for card, _ in cards if "coordinator" not in card.roles]
    correct = (
        f"if {' or '.join(others)} coordinates too, its officer corrects the card and sends it to "
        "you: exchange key card --role coordinator --role liaison"
    )
    make = "the second coordinator makes one: exchange key new --role coordinator --role liaison"
    too_many = "give only two coordinators' cards first; the others are added afterwards"
    raise Usage(
        "two-cards-needed",
        "creating a partnership needs two coordinators' cards, yours and another's, and "
        f"there {'is' if len(pair) == 1 else 'are'} {len(pair)}",
        *([too_many] if len(pair) > 2 else [correct, make] if others else [make]),
    )


def cards_to_add(settings: Settings, offered: list[GivenCard]) -> list[GivenCard]:
    """Return the cards that are still to be added, of a folder that holds others too.

    The officer's own is among those that create the partnership.

    Raises:
        NothingToDo: all of them are enrolled already.
        Usage, NotEntitled: as `check_cards` and `two_coordinators`.
    """
    if settings.plan:
        cards = _with_own_card(settings, offered)
    else:
        enrolled = open_log(settings).log.register.cards
        cards = [card for card in offered if card[0].signer not in enrolled]
    if not cards:
        names = ", ".join(card.who for card, _ in offered)
        raise NothingToDo("key-already-enrolled", f"already enrolled, with the same key: {names}")
    check_cards(settings, cards)
    if settings.plan:
        two_coordinators(cards)
    return cards


def _with_own_card(settings: Settings, cards: list[GivenCard]) -> list[GivenCard]:
    path = card_file_of(settings)
    if not (settings.key and path.is_file()):
        return cards
    own = read_card_file(path)
    return cards if own[0].signer in {card.signer for card, _ in cards} else [own, *cards]


def add_cards(
    settings: Settings, officer: UnlockedKey, cards: list[GivenCard], now: datetime
) -> Iterator[AddedCards]:
    """Create the partnership where there is only its plan, and enrol the others, one by one.

    Args:
        cards: As `cards_to_add` returns them; one that was enrolled meanwhile is skipped.

    Raises:
        Usage: a card is from the future.
        LogBroken: the time cannot be right.
        NotEntitled, LogBroken: one could not be added; what was yielded before it was.
    """
    if not settings.plan:
        refuse_wrong_clock(settings, open_log(settings).log.register, now)
    for card, _ in cards:
        refuse_card_ahead(card, now)
    if settings.plan:
        pair, cards = two_coordinators(cards)
        found_partnership(settings, officer, pair, now)
        yield AddedCards(tuple(card for card, _ in pair), 0)
    for card, data in cards:
        log = open_log(settings).log
        if card.signer in log.register.cards:
            continue
        try:
            position = log.write(Enrol(data.decode()), my_card(log, officer), officer, now)
        except NotEntitled as refusal:
            message = f"{card.who} was not added: {refusal.message}"
            raise NotEntitled(refusal.id, message, *refusal.hints) from None
        yield AddedCards((card,), position)


@readable_places()
def plan_with_outward(settings: Settings) -> dict[str, Any]:
    """Return the plan with the outward codes of its areas, where a directory tells them."""
    directory = Gazetteer(settings.gazetteer_folder).directory
    areas = [dict(area) for area in settings.plan["areas"]]
    for area in areas:
        if not area["outward"] and directory:
            area["outward"] = directory.outward_of(area["code"])
    return dict(settings.plan) | {"areas": areas}


def found_partnership(
    settings: Settings,
    officer: UnlockedKey,
    cards: list[GivenCard],
    now: datetime,
) -> None:
    """Write the first entry, and pin it.

    Raises:
        NotEntitled: neither card is the officer's, or the entry would not count.
        LogBroken: the store cannot be written.
    """
    cards = sorted(cards, key=lambda pair: pair[0].signer != officer.signer)
    if cards[0][0].signer != officer.signer:
        raise NotEntitled("neither-card-yours", "neither card is yours")
    plan = plan_with_outward(settings)
    note = _first_entry(settings.origin, officer, cards, plan, now)
    founding = Founding.of(settings.origin, note)
    store = settings.open_store()
    if not _has_begun(settings, store):
        # Pinned first: a run that is killed in between can be told from another's log.
        settings.founding = founding.entry
        settings.write()
        Log(store, founding, settings.memory()).write_founding(note, officer)
    text = (
        f"# The founding file of {plan['name']}. Keep it; it identifies your partnership's "
        f"log.\n{settings.pinned()}\n"
    )
    replace(founding_file(settings), text.encode())
    settings.plan = {}
    settings.write()


def _first_entry(
    origin: str,
    officer: UnlockedKey,
    cards: list[GivenCard],
    plan: dict[str, Any],
    now: datetime,
) -> bytes:
    """Return the first entry of a log, signed by the first of the two coordinators.

    Raises:
        NotEntitled: it would not count.
    """
    (own, own_written), (other, other_written) = cards
    body = Found(
        name=plan["name"],
        nation=plan["nation"],
        areas=tuple(
            Area(a["code"], a["name"], frozenset(a["outward"]), frozenset(a["lsoas"]))
            for a in plan["areas"]
        ),
        first_quarter=Quarter.parse(plan["first_quarter"]),
        cards=(own_written.decode(), other_written.decode()),
    )
    entry_id, begun = secrets.token_hex(16), SeenTree(0, EMPTY.hex())
    entry = Entry(written_format(body), origin, entry_id, kind_of(body), time_of(now), begun, body)
    why = rejection_reason(Register(origin), entry, own, (own, other), seen=True)
    if why:
        raise NotEntitled(why.id, f"the partnership was not created: {why}")
    return sign_entry(entry, own, officer)


def _has_begun(settings: Settings, store: Store) -> bool:
    """Say whether an earlier run wrote the first entry and was killed before it could say so."""
    first = entry_at(store, 0)
    return first is not None and Founding.of(settings.origin, first).entry == settings.founding


def founding_file(settings: Settings) -> Path:
    """Return the file that shows a new partner which log is the partnership's."""
    return settings.folder / f"{settings.origin.split('/', maxsplit=1)[0]}.founding"
