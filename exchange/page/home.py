"""Home: what is due and by when, what others have shared, what needs an answer; log and key."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from exchange.errors import Refusal
from exchange.page.room import Room
from exchange.page.templates import refusal_page, remedies, render
from exchange.profile.settings import Settings
from exchange.reports.names import names_of
from exchange.reports.state_words import words
from exchange.reports.status import Status, officer_status
from exchange.text import day_of, with_noun
from partners.register.obligations import Standing, State
from partners.register.state import Signature
from schemas.quarters import Quarter, days_in_words, long_date

_ON_PAGE: Final = {  # what a remedy names as a command, and where the page does it
    "exchange key renew": ("/keys", "Your keys"),
    "exchange submit": ("/send", "Send a file"),
    "exchange partnership protocol sign": ("/protocol", "The protocol"),
    "exchange partner add": ("/cards", "Add officers"),
    "exchange pull": ("/analyse", "Tables and reports"),
}


PartnerShared = tuple[str, list[tuple[str, str]]]  # its name; each dataset, and its state


@dataclass(frozen=True, slots=True)
class Due:
    """One dataset of a quarter: how it stands, and what can be done about it."""

    dataset: str
    name: str
    state: str
    is_open: bool
    is_overdue: bool
    log_numbers: str
    withdrawable: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuarterDue:
    """The datasets of one quarter, and the day by which they are due."""

    quarter: Quarter
    due: str
    datasets: list[Due]

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to be sent."""
        return any(dataset.is_open for dataset in self.datasets)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the officer should know, its details, and what to do about it."""

    message: str
    lines: tuple[str, ...]
    hints: list[str]
    typed: list[str]

    @property
    def links(self) -> dict[str, str]:
        """Where on the page the same can be done as with the commands: words by address."""
        text = " ".join(self.typed)
        return {path: words for command, (path, words) in _ON_PAGE.items() if command in text}


@dataclass(frozen=True, slots=True)
class PartnershipView:
    """What the page shows of one partnership."""

    slug: str
    name: str
    partner: str
    quarters: list[QuarterDue]
    shared: list[PartnerShared]
    shared_quarter: str
    remarks: list[Remark]
    log: str
    protocol: str
    has_signed: bool
    key: str
    has_key: bool
    is_coordinator: bool


def partnership_view(folder: Path, slug: str, now: datetime) -> PartnershipView:
    """Return what the page shows of a partnership.

    Raises:
        Refusal: as for `officer_status`.
    """
    own, whole = officer_status(folder=folder, now=now, partnership=slug)
    register, settings = own.log.register, own.settings
    names = names_of(register)
    protocol = register.protocol
    signature = protocol.signatures.get(settings.partner) if protocol else None
    return PartnershipView(
        slug,
        register.name,
        names.get(settings.partner, settings.partner),
        list(_quarters(own, names)),
        list(_partners(whole, names)),
        whole.quarter.label,
        [
            Remark(notice.message, notice.lines, **remedies(notice.hints))
            for notice in list(dict.fromkeys((*own.first, *own.notices)))
        ],
        f"{with_noun(own.log.tree.size, 'entry', 'entries')}, verified",
        _protocol_line(own, signature),
        signature is not None,
        _key_line(own),
        bool(settings.key),
        own.log.register.is_coordinator(own.settings.who),
    )


def _quarters(status: Status, names: dict[str, str]) -> Iterator[QuarterDue]:
    """Give the quarters that are due next first, then those before."""
    by_quarter: dict[Quarter, list[Standing]] = {}
    for standing in status.standings:
        by_quarter.setdefault(standing.quarter, []).append(standing)
    for quarter in sorted(by_quarter, reverse=True):
        datasets = [_due(standing, names) for standing in by_quarter[quarter]]
        yield QuarterDue(quarter, long_date(quarter.due), datasets)


def _due(standing: Standing, names: dict[str, str]) -> Due:
    return Due(
        standing.dataset,
        names.get(standing.dataset, standing.dataset),
        words(standing, days_in_words, names),
        standing.state.is_open,
        standing.state is State.OVERDUE,
        ", ".join(map(str, standing.entries)),
        () if standing.state is State.NOT_HELD else standing.entries,
    )


def _partners(status: Status, names: dict[str, str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Give what each other partner has shared of the quarter that is due next."""
    others: dict[str, list[tuple[str, str]]] = {}
    for standing in status.standings:
        if standing.partner != status.settings.partner:
            text = (
                names.get(standing.dataset, standing.dataset),
                words(standing, days_in_words, names),
            )
            others.setdefault(standing.partner, []).append(text)
    for partner, datasets in others.items():
        yield names.get(partner, partner), datasets


def _protocol_line(status: Status, signature: Signature | None) -> str:
    """Say which protocol is in force and whether the authority signed it; empty without one."""
    protocol = status.log.register.protocol
    if protocol is None:
        return ""
    signed = f"signed on {day_of(signature.time)}" if signature else "not signed by your authority"
    return f"{protocol.published.title}, {signed}"


def _key_line(status: Status) -> str:
    settings = status.settings
    renewals: list[date] = [
        card.renewal for card in status.log.register.cards.values() if card.who == settings.who
    ]
    if not settings.key:
        return "you have no key yet"
    if not renewals:
        return f"{settings.key}, not enrolled yet: send your card to a coordinator"
    return f"{settings.key}, to be renewed by {long_date(max(renewals))}"


async def home(room: Room, request: Request) -> Response:
    """Show what is due, from the verified log of each partnership."""
    if not Settings.is_there(room.folder):
        return render(room, "welcome")
    try:
        slug = request.query_params.get("partnership", "")
        partnerships = Settings.all(room.folder, slug or room.partnership)
        not_founded = [settings for settings in partnerships if not settings.founding]
        if partnerships == not_founded[:1]:
            template = "begun" if partnerships[0].plan else "waiting"
            return render(room, template, settings=partnerships[0])
        founded = [settings for settings in partnerships if settings.founding]
        views = await asyncio.to_thread(_views, room, founded)
    except Refusal as refusal:
        return refusal_page(room, refusal, "Your quarter cannot be shown", back="")
    several = len(partnerships) > 1
    return render(room, "home", views=views, several=several, not_founded=not_founded)


def _views(room: Room, founded: list[Settings]) -> list[PartnershipView]:
    now = room.clock()
    return [partnership_view(room.folder, settings.slug, now) for settings in founded]
