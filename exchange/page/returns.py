"""What can be said instead of sending a file: nothing this quarter, and not held."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Refusal, Usage
from exchange.page.room import Room
from exchange.page.templates import refused, render
from exchange.profile.settings import Settings
from exchange.submission.declare import HELD_AGAIN, declare, nil_return, not_held
from partners.entries.kinds import Nil, NotHeld
from partners.entries.reasons import REASONS
from partners.register.register import Register
from schemas.datasets.registry import DATASETS
from schemas.quarters import Covered, NotAQuarter, Quarter, quarter_in_words

NIL: Final = "Nothing this quarter"
NOT_HELD: Final = "Dataset not held"


def _asked(request: Request, values: dict[str, str]) -> tuple[Settings, str, Quarter]:
    """Return what an address or a form names.

    Raises:
        Usage: it names no partnership, dataset or quarter of this folder.
    """
    room: Room = request.app.state.room
    settings = Settings.find(room.folder, values.get("partnership", "") or room.partnership)
    dataset = values.get("dataset", "")
    quarter: Quarter | None = None
    with contextlib.suppress(NotAQuarter):
        quarter = Quarter.parse(values.get("quarter", ""))
    if quarter is None or dataset not in DATASETS:
        raise Usage(
            "page-address-incomplete",
            "the address does not name a dataset and a quarter",
            "choose them on the first page",
        )
    return settings, dataset, quarter


def _page(
    request: Request, kind: str, values: dict[str, str], fault: tuple[str, str] = ("", "")
) -> Response:
    """Return the form.

    Args:
        fault: What is wrong, and the field that it is about.
    """
    room: Room = request.app.state.room
    title = NIL if kind == "nil" else NOT_HELD
    settings, dataset, quarter = _asked(request, values)
    reasons = {name: says for name, says in REASONS[kind].items() if name != HELD_AGAIN}
    return render(
        room,
        kind,
        title,
        status=400 if fault[0] else 200,
        slug=settings.slug,
        dataset=DATASETS[dataset],
        quarter=quarter,
        words=quarter_in_words(quarter),
        reasons=reasons,
        keyring=settings.keyring,
        fault=fault[0],
        field=fault[1],
    )


async def nil(request: Request) -> Response:
    """Ask whether there was nothing, and log a nil return."""
    return await _declare(request, "nil")


async def dataset_not_held(request: Request) -> Response:
    """Ask why it is not held, and log it."""
    return await _declare(request, "not-held")


@dataclass(frozen=True, slots=True)
class _Said:
    """What the officer says in a form."""

    kind: str
    settings: Settings
    dataset: str
    quarter: Quarter
    reason: str

    def log(self, passphrase: str, now: datetime) -> int:
        """Log it; return its log number."""
        return declare(self.settings, partial(self._body, now), passphrase=passphrase, now=now)

    def _body(self, now: datetime, register: Register) -> Nil | NotHeld:
        if self.kind == "not-held":
            return not_held(self.settings, register, self.dataset, self.quarter, reason=self.reason)
        covered = Covered.whole(self.quarter)
        return nil_return(
            self.settings, register, self.dataset, covered, now=now, reason=self.reason
        )


async def _declare(request: Request, kind: str) -> Response:
    if request.method != "POST":
        return _page(request, kind, dict(request.query_params))
    form = {name: str(value) for name, value in (await request.form()).items()}
    said = _Said(kind, *_asked(request, form), form.get("reason", ""))
    if said.reason not in REASONS[kind] or said.reason == HELD_AGAIN:
        fault = "Confirm that nothing was recorded" if kind == "nil" else "Choose a reason"
        return _page(request, kind, form, (fault, "reason"))
    if not said.settings.keyring and not form.get("passphrase"):
        return _page(request, kind, form, ("Enter your passphrase", "passphrase"))
    return await _logged_once(request, said, form)


async def _logged_once(request: Request, said: _Said, form: dict[str, str]) -> Response:
    """Log it the first time that the form is sent."""
    room: Room = request.app.state.room
    sent = form.get("form", "")
    if not room.first_use(sent):
        return RedirectResponse(f"{room.path}/", 303)
    passphrase = form.get("passphrase", "")
    try:
        position = await asyncio.to_thread(said.log, passphrase, room.clock())
    except Refusal as refusal:
        room.not_used(sent)
        if refusal.id != "passphrase-wrong":
            return refused(room, refusal, NIL if said.kind == "nil" else NOT_HELD)
    else:
        return RedirectResponse(f"{room.path}/logged/{position}", 303)
    fault = "The passphrase is not the one of your key"
    return _page(request, said.kind, form, (fault, "passphrase"))


async def logged(request: Request) -> Response:
    """Say that something was logged, and under which number."""
    room: Room = request.app.state.room
    return render(room, "logged", "Logged", number=request.path_params["number"])
