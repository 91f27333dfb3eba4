"""What can be said instead of sending a file: nothing this quarter, and not held."""

import contextlib
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from exchange.errors import Usage
from exchange.log.log import Log
from exchange.page.forms import fields_of, log_once
from exchange.page.partnerships import settings_of
from exchange.page.room import Room
from exchange.page.templates import not_found, render
from exchange.profile.settings import Settings
from exchange.submission.declare import HELD_AGAIN, nil_return, not_held
from partners.entries.reasons import REASONS
from partners.entries.returns import Nil, NotHeld
from schemas.datasets.registry import DATASETS
from schemas.quarters import Covered, NotAQuarter, Quarter


def _read_form(room: Room, values: dict[str, str]) -> tuple[Settings, str, Quarter]:
    """Return what an address or a form names.

    Raises:
        Usage: it names no partnership, dataset or quarter of this folder.
    """
    settings = settings_of(room, values)
    dataset = values.get("dataset", "")
    quarter: Quarter | None = None
    with contextlib.suppress(NotAQuarter):
        quarter = Quarter.parse(values.get("quarter", ""))
    if quarter is None or dataset not in DATASETS:
        raise Usage("page-address-incomplete", "the address does not name a dataset and a quarter")
    return settings, dataset, quarter


def _page(
    room: Room, kind: str, values: dict[str, str], fault: tuple[str, str] = ("", "")
) -> Response:
    """Return the form.

    Args:
        fault: What is wrong, and the field that it is about.
    """
    settings, dataset, quarter = _read_form(room, values)
    reasons = {name: words for name, words in REASONS[kind].items() if name != HELD_AGAIN}
    return render(
        room,
        kind,
        slug=settings.slug,
        dataset=DATASETS[dataset],
        quarter=quarter,
        words=quarter.label,
        reasons=reasons,
        keyring=settings.keyring,
        fault=fault[0],
        field=fault[1],
    )


async def nil(room: Room, request: Request) -> Response:
    """Ask whether there was nothing, and log a nil return."""
    return await _declare(room, request, "nil")


async def dataset_not_held(room: Room, request: Request) -> Response:
    """Ask why it is not held, and log it."""
    return await _declare(room, request, "not-held")


@dataclass(frozen=True, slots=True)
class _Declaration:
    """What the officer says in a form."""

    kind: str
    settings: Settings
    dataset: str
    quarter: Quarter
    reason: str

    def body(self, now: datetime, log: Log) -> Nil | NotHeld:
        """Return what is logged."""
        subject = self.settings, log.register, self.dataset
        if self.kind == "not-held":
            return not_held(*subject, self.quarter, reason=self.reason)
        covered = Covered.whole(self.quarter)
        return nil_return(*subject, covered, now=now, reason=self.reason)


async def _declare(room: Room, request: Request, kind: str) -> Response:
    form = await fields_of(request)
    if request.method != "POST":
        return _page(room, kind, form)
    declaration = _Declaration(kind, *_read_form(room, form), form.get("reason", ""))
    if declaration.reason not in REASONS[kind] or declaration.reason == HELD_AGAIN:
        fault = "Confirm that nothing was recorded" if kind == "nil" else "Choose a reason"
        return _page(room, kind, form, (fault, "reason"))

    def ask(fault: str, field: str) -> Response:
        return _page(room, kind, form, (fault, field))

    def make(log: Log) -> list[Nil | NotHeld]:
        return [declaration.body(room.clock(), log)]

    return await log_once(room, declaration.settings, form, make=make, ask=ask)


async def logged(room: Room, request: Request) -> Response:
    """Say that something was logged, and under which number."""
    number = request.path_params["number"]
    if number not in room.logged:
        return not_found(room)
    return render(room, "logged", number=number)
