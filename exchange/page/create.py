"""Setting up a partnership: questions, one a page; the answers; and only then the settings."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Refusal
from exchange.page.interview import QUESTIONS, TITLES, Interview
from exchange.page.room import Room
from exchange.page.templates import render, sentence
from exchange.profile.planning import begin_partnership, describe_area, owed_by_kind
from exchange.profile.settings import Settings
from exchange.stores.sync_folders import is_synced
from schemas.quarters import Quarter, london_day, quarter_in_words

CHECK: Final = "Check your answers"


async def ask(request: Request) -> Response:
    """Ask one question."""
    room: Room = request.app.state.room
    question = request.path_params["question"]
    if Settings.is_there(room.folder):
        return RedirectResponse(f"{room.path}/", 303)
    before = QUESTIONS[: QUESTIONS.index(question)] if question in QUESTIONS else QUESTIONS[:1]
    if question not in QUESTIONS or not room.interview.answered.issuperset(before):
        return RedirectResponse(f"{room.path}/create/{room.interview.next_question}", 303)
    return _ask(room, question)


def _ask(room: Room, question: str, fault: str = "", **typed: str) -> Response:
    fields = room.interview.fields(question, Quarter.of(london_day(room.clock())))
    return render(
        room,
        "create",
        TITLES[question],
        status=400 if fault else 200,
        question=question,
        fields=fields,
        typed=typed,
        back=QUESTIONS[QUESTIONS.index(question) - 1] if question != QUESTIONS[0] else "",
        fault=fault,
        field=fields[0].id,
    )


async def take(request: Request) -> Response:
    """Take the answer to a question, and ask the next."""
    room: Room = request.app.state.room
    question = request.path_params["question"]
    if Settings.is_there(room.folder) or question not in QUESTIONS:
        return RedirectResponse(f"{room.path}/", 303)
    form = {name: str(value).strip() for name, value in (await request.form()).items()}
    try:
        room.interview.answer(question, form)
    except Refusal as refusal:
        fault = " ".join(map(sentence, (refusal.says, *refusal.hints)))
        return _ask(room, question, fault, **form)
    return RedirectResponse(f"{room.path}/create/{room.interview.next_question or 'check'}", 303)


async def check(request: Request) -> Response:
    """Show the answers, with who owes what; nothing is written yet."""
    room: Room = request.app.state.room
    if Settings.is_there(room.folder):
        return RedirectResponse(f"{room.path}/", 303)
    if question := room.interview.next_question:
        return RedirectResponse(f"{room.path}/create/{question}", 303)
    return _check(room)


def _check(room: Room, fault: str = "") -> Response:
    plan = room.interview.plan()
    first = Quarter.parse(plan["first_quarter"])
    areas = [(one, describe_area(one["code"])) for one in plan["areas"]]
    codes = [one["code"] for one in plan["areas"]]
    return render(
        room,
        "create-check",
        CHECK,
        status=400 if fault else 200,
        plan=plan,
        areas=areas,
        first=quarter_in_words(first),
        store=room.interview.store,
        owed=owed_by_kind(codes, first),
        is_synced=is_synced(room.folder),
        fault=fault,
        field="store",
    )


async def begin(request: Request) -> Response:
    """Write the settings, once, after the shared folder was tried."""
    room: Room = request.app.state.room
    if Settings.is_there(room.folder):
        return RedirectResponse(f"{room.path}/", 303)
    interview = room.interview
    try:
        plan, store = interview.plan(), interview.store
        await asyncio.to_thread(begin_partnership, room.folder, store=store, plan=plan)
    except Refusal as refusal:
        if interview.next_question:
            raise
        return _check(room, sentence(refusal.says))
    room.interview = Interview()
    return RedirectResponse(f"{room.path}/join/key", 303)
