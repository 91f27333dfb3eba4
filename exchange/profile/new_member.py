"""Joining a partnership, and making the key and the card with which an officer is known in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from exchange.errors import LogBroken, Notice, Usage
from exchange.files import refuse_existing
from exchange.keys.cards import read_card_file, write_card
from exchange.keys.identity import UnlockedKey, when_made, write_identity
from exchange.log.log import Log
from exchange.log.trust import Founding
from exchange.log.witness import witness_key
from exchange.profile.clock import refuse_wrong_clock
from exchange.profile.open_logs import open_log
from exchange.profile.own_folder import folder_notices
from exchange.profile.settings import NAME, Settings, refuse_own_folder_in_store
from exchange.stores.store import ReplacesFiles, prove_no_overwrite
from partners.entries.card import KINDS, PROVING, Card, check_details
from partners.entries.fields import Malformed
from schemas.authorities.local_authorities import find_authority

_LOCAL: Final = frozenset({"council", "county", "district"})
_TIERS: Final = {"council": ("council",), "district": ("district", "county")}
AGAIN: Final = "no key was made; run the same command again with"
_ORIGIN: Final = re.compile(r"[a-z0-9-]{1,60}/[0-9a-f]{32}")


class Joined(NamedTuple):
    """A partnership that was joined: its log, where it is founded already, and what to know."""

    settings: Settings
    log: Log | None
    notices: tuple[Notice, ...]


class CardDetails(NamedTuple):
    """What an officer's card says of the authority and the office."""

    partner: str
    name: str
    kinds: tuple[str, ...]
    officer: str
    roles: tuple[str, ...]
    contact: str


class MadeKey(NamedTuple):
    """A key that was made: its card, and the file that the card is in."""

    card: Card
    card_file: Path


def check_origin(text: str) -> None:
    """Hold a text to the form of a partnership's ID.

    Raises:
        Usage: it is none.
    """
    if not _ORIGIN.fullmatch(text):
        raise Usage(
            "origin-not-understood",
            "that is not a partnership ID: use name/32 hexadecimal digits",
        )


def join_partnership(
    folder: Path, *, store: str, joining: Founding, access: Path | None = None
) -> Joined:
    """Write the settings of a partnership into a folder, after its store and log were read.

    Args:
        joining: Its origin; and its founding, where it is founded already.
        access: The file with what lets the officer into the store.

    Raises:
        Usage: the origin is none, or the folder belongs to another founding.
        LogBroken: the store cannot be read, or its log cannot be verified.
    """
    origin, founding = joining.origin, joining.entry
    check_origin(origin)
    settings = Settings(folder, origin, store)
    known = Settings.all(folder) if (folder / NAME).exists() else []
    begun = _begun_with(settings, known)
    if same_origin := [partnership for partnership in known if partnership.origin == origin]:
        settings = same_origin[0]
        if settings.founding not in ("", founding):
            raise Usage(
                "founding-differs", "this folder belongs to a different version of the partnership"
            )
        settings.store = store
    for other in begun if not settings.key else ():
        settings.partner, settings.officer = other.partner, other.officer
        settings.key, settings.keyring = other.key, other.keyring
    settings.access = settings.name_of(access) if access else ""
    settings.founding = founding
    refuse_own_folder_in_store(settings)
    notices = (*folder_notices(folder), *_try_store(settings))
    log = None
    if founding:
        log = Log.open(settings.open_store(), settings.pinned(), settings.memory())
    settings.write(instead_of=begun)
    return Joined(settings, log, notices)


def _begun_with(settings: Settings, known: Sequence[Settings]) -> list[Settings]:
    """Return what this folder knows as partnerships of the same store that were never set up.

    A store holds one partnership, so their ID was mistyped, or was that of an earlier attempt.
    """
    store = settings.path(settings.store).resolve()
    return [
        partnership
        for partnership in known
        if partnership.origin != settings.origin
        and not partnership.founding
        and partnership.path(partnership.store).resolve() == store
    ]


def _try_store(settings: Settings) -> tuple[Notice, ...]:
    """Prove the store from this machine too: a share may behave otherwise from another."""
    store = settings.open_store()
    store.names("log")  # whether it is there at all
    try:
        prove_no_overwrite(store)
    except ReplacesFiles:
        raise
    except LogBroken as fault:
        remedy = (
            "you can read the store but not write to it; to submit by e-mail: exchange "
            "submit FILE --transfer-file FILE"
        )
        return (Notice(fault.id, fault.message, (remedy,)),)
    return ()


def check_card(settings: Settings, details: CardDetails, now: datetime) -> None:
    """Refuse what a card cannot say, before there is a key, so that a slip leaves no file behind.

    Raises:
        Usage: there is a key of that name already, a detail is not as it should be, or the kind is
            of the wrong tier of local government.
        LogBroken: the time cannot be right.
    """
    key, card_file = _files(settings, details)
    for path in (key, card_file):
        refuse_existing(path, *_instead_of_a_key(settings, key.name))
    check_known(settings, details.partner, name=details.name, kinds=details.kinds)
    if settings.founding:
        refuse_wrong_clock(settings, open_log(settings, offline=True).log.register, now)
    try:
        check_details(_card(settings, details, now))
    except Malformed as fault:
        raise Usage(
            "card-details-not-allowed",
            f"the card cannot be made: {fault}",
            "write --partner and --officer as lower-case words joined by hyphens",
        ) from None
    whose = f"{details.partner}/{details.officer}'s card"
    check_kinds(whose, details.kinds, area_codes(settings), AGAIN)


def _instead_of_a_key(settings: Settings, key: str) -> tuple[str, ...]:
    """Return what to do where the files of a new key exist already."""
    if settings.key != key:
        delete = "delete both and run the same command again"
        return (
            f"no key was made; if they are of a partnership that was never set up, {delete}",
            "otherwise make a key for another office: exchange key new --officer OFFICE",
        )
    card = "exchange key card --role ROLE, or --name, --kind, --contact"
    correct = f"no key was made; to correct the card: {card}"
    renew = "to make another key: exchange key renew"
    return (correct, renew) if settings.founding else (correct,)


def check_known(
    settings: Settings, partner: str, *, name: str = "", kinds: Sequence[str] = ()
) -> None:
    """Refuse another name or kind for an authority than the log has, before there is a key.

    Raises:
        Usage: the authority is in the log already, under another name or of another kind.
    """
    register = open_log(settings, offline=True).log.register if settings.founding else None
    known = register.partners.get(partner) if register else None
    if known is None:
        return
    if name not in ("", known.name) or (kinds and set(kinds) != set(known.kinds)):
        options = " ".join(f"--kind {kind}" for kind in known.kinds)
        raise Usage(
            "authority-known-otherwise",
            f'no key was made: the log has {partner} as "{known.name}" ({", ".join(known.kinds)})',
            f'run the same command again with --name "{known.name}" {options}',
            "if the log is wrong, ask a coordinator to correct it: exchange partner edit "
            f"{partner} --name NAME",
        )


def make_key(
    settings: Settings, details: CardDetails, words: str, *, now: datetime, work_factor: int
) -> MadeKey:
    """Make an officer's key under a passphrase, and its card; name both in the settings.

    Args:
        details: As `check_card` takes them.
    """
    key, card_file = _files(settings, details)
    identity = write_identity(key, words, now=now, work_factor=work_factor)
    card_details = _card(settings, details, now)
    card = write_card(card_file, card_details, identity, witness_key(settings.profile))
    settings.partner, settings.officer, settings.key = details.partner, details.officer, key.name
    settings.keyring = False
    settings.write()
    return MadeKey(card, card_file)


def partnership_with_key(settings: Settings) -> Settings | None:
    """Return another partnership of the same folder in which the officer has a key and a card."""
    partnerships = [partnership for partnership in Settings.all(settings.folder) if partnership.key]
    return partnerships[0] if partnerships and _first_card(partnerships[0]).is_file() else None


def first_roles(settings: Settings, *roles: str) -> tuple[str, ...]:
    """Return roles for a card; whoever makes one before there is a partnership coordinates it."""
    return roles if settings.founding else tuple(dict.fromkeys(("coordinator", *roles)))


def reuse_key(
    settings: Settings,
    other: Settings,
    unlocked: UnlockedKey,
    now: datetime,
    otherwise: Mapping[str, Any],
) -> MadeKey:
    """Make a card for a partnership with the key of another one, and name both in the settings.

    Args:
        otherwise: What the card says otherwise than that for the other partnership.

    Raises:
        Usage: there is such a card already.
    """
    like, _ = read_card_file(_first_card(other))
    card_file = settings.folder / f"{settings.slug}-{_first_card(other).name}"
    refuse_existing(card_file, "no card was made; use the card that exists, or move it away first")
    dated = {"origin": settings.origin, "made": when_made(now)}
    details = like.to_json() | dict(otherwise) | dated
    card = write_card(card_file, details, unlocked, witness_key(settings.profile))
    settings.partner, settings.officer = other.partner, other.officer
    settings.key, settings.keyring = other.key, other.keyring
    settings.write()
    return MadeKey(card, card_file)


def _files(settings: Settings, details: CardDetails) -> tuple[Path, Path]:
    stem = f"{details.partner}-{details.officer}"
    return settings.folder / f"{stem}.key", settings.folder / f"{stem}.card"


def card_file_of(settings: Settings) -> Path:
    """Return the file of the officer's first card; one for a second partnership is named so."""
    first = _first_card(settings)
    renamed = settings.folder / f"{settings.slug}-{first.name}"
    return renamed if renamed.is_file() else first


def _first_card(settings: Settings) -> Path:
    return settings.folder / f"{settings.partner}-{settings.officer}.card"


def _card(settings: Settings, details: CardDetails, now: datetime) -> dict[str, Any]:
    return {
        "format": PROVING,
        "origin": settings.origin,
        "partner": details.partner,
        "name": details.name,
        "kinds": list(dict.fromkeys(details.kinds)),
        "officer": details.officer,
        "roles": list(dict.fromkeys(details.roles)),
        "contact": details.contact,
        "made": when_made(now),
    }


def area_codes(settings: Settings) -> list[str]:
    """Return the codes of the partnership's areas, as far as they are known here yet."""
    if settings.plan:
        return [area["code"] for area in settings.plan["areas"]]
    if not settings.founding:
        return []
    return [area.code for area in open_log(settings, offline=True).log.register.areas]


def kinds_of(codes: Iterable[str]) -> list[str]:
    """Return the kinds of authority that a partnership of some areas can have.

    Of local government, those of the areas' tiers; all of them where no area is known yet, or the
    list of authorities does not have one of them.
    """
    areas = [find_authority(code) for code in codes]
    if not areas or not all(areas):
        return list(KINDS)
    tiers = {kind for area in areas if area for kind in _TIERS[area.kind]}
    return [kind for kind in KINDS if kind not in _LOCAL or kind in tiers]


def check_kinds(whose: str, kinds: Iterable[str], codes: Iterable[str], remedy: str) -> None:
    """Refuse a card that names the wrong tier of local government for the partnership's areas.

    A district council and its county council send different datasets; a council that is the only
    one of its area sends both.

    Args:
        whose: The card, by whose it is.
        remedy: What to do, up to the kind to choose.

    Raises:
        Usage: the areas have two tiers and the card names one, or the other way round.
    """
    codes = list(codes)
    allowed = kinds_of(codes)
    wrong = [kind for kind in kinds if kind not in allowed]
    if not wrong:
        return
    tiers = _LOCAL.intersection(allowed)
    names = ", ".join(area.name for area in map(find_authority, codes) if area)
    has = (
        "a district council and a county council, which send different datasets"
        if "district" in tiers
        else "one council, which sends all datasets of councils"
    )
    raise Usage(
        "kind-not-of-area",
        f"{whose} says {wrong[0]}, but {names} has {has}",
        f"{remedy} --kind {' or '.join(sorted(tiers))}",
    )
