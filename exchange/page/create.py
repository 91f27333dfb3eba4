"""Setting up a partnership: questions, one a page; the answers; and only then the settings."""

import asyncio
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Refusal, Usage
from exchange.page.forms import fields_of
from exchange.page.interview import QUESTIONS, TITLES, FieldRefused, Interview
from exchange.page.room import Room
from exchange.page.templates import fault_at_field, render, sentence
from exchange.profile.new_partnership import begin_partnership, describe_area, owed_by_kind
from exchange.profile.own_folder import folder_notices
from exchange.profile.settings import Settings
from exchange.stores.open import is_folder
from schemas.quarters import Quarter, london_day, quarter_in_words

_CHANGED: Final = "The answers were changed in another window. Check them again"


async def ask(room: Room, request: Request) -> Response:
    """Ask one question."""
    question = request.path_params["question"]
    if Settings.is_there(room.folder):
        return RedirectResponse(f"{room.path}/", 303)
    before = QUESTIONS[: QUESTIONS.index(question)] if question in QUESTIONS else QUESTIONS[:1]
    if question not in QUESTIONS or not room.interview.answered.issuperset(before):
        return _next(room)
    return _ask(room, question)


def _ask(
    room: Room, question: str, fault: str = "", field: str = "", typed: dict[str, str] | None = None
) -> Response:
    fields = room.interview.fields(question, _in_progress(room))
    return render(
        room,
        "create",
        title=TITLES[question],
        question=question,
        fields=fields,
        typed=typed or {},
        back=QUESTIONS[QUESTIONS.index(question) - 1] if question != QUESTIONS[0] else "",
        fault=fault,
        field=field or fields[0].id,
    )


async def take(room: Room, request: Request) -> Response:
    """Take the answer to a question, and ask the next."""
    question = request.path_params["question"]
    if Settings.is_there(room.folder) or question not in QUESTIONS:
        return RedirectResponse(f"{room.path}/", 303)
    form = {name: value.strip() for name, value in (await fields_of(request)).items()}
    try:
        room.interview.answer(question, form, _in_progress(room))
    except Refusal as refusal:
        return _ask(room, question, _fault(refusal), typed=form)
    except FieldRefused as refused:
        return _ask(room, question, _fault(refused.refusal), refused.field, form)
    return _next(room)


def _in_progress(room: Room) -> Quarter:
    return Quarter.of(london_day(room.clock()))


def _next(room: Room) -> Response:
    step = room.interview.next_question or "check"
    return RedirectResponse(f"{room.path}/create/{step}", 303)


def _fault(refusal: Refusal) -> str:
    return " ".join(map(sentence, (refusal.message, *refusal.hints)))


async def check(room: Room, _: Request) -> Response:
    """Show the answers, with what is due from whom; nothing is written yet."""
    if Settings.is_there(room.folder):
        return RedirectResponse(f"{room.path}/", 303)
    if question := room.interview.next_question:
        return RedirectResponse(f"{room.path}/create/{question}", 303)
    return _check(room)


def _check(room: Room, fault: str = "") -> Response:
    plan = room.interview.plan()
    first = Quarter.parse(plan["first_quarter"])
    areas = [(area, describe_area(area["code"])) for area in plan["areas"]]
    codes = [area["code"] for area in plan["areas"]]
    return render(
        room,
        "create-check",
        plan=plan,
        areas=areas,
        first=quarter_in_words(first),
        store=_whole_path(room),
        access=room.interview.access,
        seen=room.interview.digest(),
        owed=owed_by_kind(codes, first),
        notices=folder_notices(room.folder),
        fault=fault,
        field="store",
    )


def access_file(room: Room, typed: str) -> Path | None:
    """Return the file with what lets the officer into the store, if one was named.

    Raises:
        Usage: it cannot be the name of a file.
    """
    if "\0" in typed:
        raise Usage("access-file-unreadable", "that is not the name of a file")
    return room.folder / Path(typed).expanduser() if typed else None


def _whole_path(room: Room) -> str:
    """Return the store as it is; of a folder, its whole path: it may be typed from this one on."""
    store = room.interview.store
    return str((room.folder / Path(store).expanduser()).absolute()) if is_folder(store) else store


async def begin(room: Room, request: Request) -> Response:
    """Write the settings, once, after the shared folder was tried; only what was seen."""
    if Settings.is_there(room.folder):
        return RedirectResponse(f"{room.path}/", 303)
    interview = room.interview
    seen = (await fields_of(request)).get("seen", "")
    try:
        if seen != interview.digest():
            return _check(room, _CHANGED)
        settings, _ = await asyncio.to_thread(
            begin_partnership,
            room.folder,
            store=interview.store,
            plan=interview.plan(),
            access=access_file(room, interview.access),
        )
    except Refusal as refusal:
        if interview.next_question:
            raise
        return _check(room, fault_at_field(refusal))
    room.interview = Interview()
    return RedirectResponse(f"{room.path}/join/key?partnership={settings.slug}", 303)
