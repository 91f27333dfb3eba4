"""The register of requirements: the workbook that was filled in, shown, and recorded once."""

import asyncio
import base64
import binascii
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from exchange.errors import Refusal
from exchange.log.log import Log
from exchange.page.forms import fields_of, log_once
from exchange.page.partnerships import founded_partnerships, partnership_names, settings_of
from exchange.page.room import Room
from exchange.page.templates import fault_at_field, render
from exchange.page.uploads import form_of
from exchange.profile.open_logs import open_log
from exchange.profile.settings import Settings
from exchange.reports.compliance.new_answers import TITLES, NewAnswers, entries_of, new_answers
from partners.entries.answers import STATES, AnswerRequirements, RecordRows
from partners.law.requirements import requirements
from schemas.quarters import london_day

_MOST: Final = 8 * 1024 * 1024  # bytes of a workbook
_NAME: Final = "this file"


@dataclass(frozen=True, slots=True, repr=False)
class _SentAnswers:
    """Which answers are asked to be recorded: the workbook, and in which partnership."""

    room: Room
    settings: Settings
    content: bytes

    def answers(self, log: Log) -> NewAnswers:
        """Return what is new in it."""
        today = london_day(self.room.clock())
        return new_answers(self.content, _NAME, log.register, today)

    def entries(self, log: Log) -> list[AnswerRequirements | RecordRows]:
        """Return what is logged."""
        return entries_of(self.answers(log), self.settings.partner, self.settings.officer)


async def choose(room: Room, _: Request) -> Response:
    """Ask for the workbook."""
    return _choose(room)


def _choose(room: Room, fault: str = "", lines: tuple[str, ...] = ()) -> Response:
    return render(
        room,
        "answers",
        partnerships=partnership_names(founded_partnerships(room)),
        fault=fault,
        field="workbook",
        lines=lines,
    )


async def take(room: Room, request: Request) -> Response:
    """Show the answers that are new."""
    try:
        files, form = await form_of(request, _MOST)
        if not files:
            return _choose(room, "Choose the workbook that you filled in")
        settings = settings_of(room, form)
        sent = _SentAnswers(room, settings, files[0].content)
        new = await asyncio.to_thread(_new, sent)
    except Refusal as refusal:
        return _choose(room, fault_at_field(refusal), refusal.lines)
    return _check(sent, new)


def _new(sent: _SentAnswers) -> NewAnswers:
    return sent.answers(open_log(sent.settings).log)


def _check(sent: _SentAnswers, new: NewAnswers, fault: str = "", field: str = "") -> Response:
    known = requirements()
    return render(
        sent.room,
        "answers-check",
        slug=sent.settings.slug,
        keyring=sent.settings.keyring,
        answers=[
            (
                _number(answer.requirement),
                answer,
                known[answer.requirement].text,
                STATES[answer.state],
            )
            for answer in new.answers
        ],
        rows=[(TITLES[row.table], row) for row in new.rows],
        count=new.in_words,
        encoded=base64.b64encode(sent.content).decode(),
        fault=fault,
        field=field,
    )


def _number(requirement: str) -> str:
    """Return the number of a requirement; what has none in any paper is known by its text."""
    return requirement if requirement.isdecimal() else ""


async def record(room: Room, request: Request) -> Response:
    """Record the answers, once."""
    form = await fields_of(request)
    settings = settings_of(room, form)
    try:
        content = base64.b64decode(form.get("workbook", ""), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    sent = _SentAnswers(room, settings, content)
    if room.was_used(form.get("form", "")):
        new = NewAnswers([], [])
    else:
        new = await asyncio.to_thread(_new, sent)
    ask = partial(_check, sent, new)
    return await log_once(room, settings, form, make=sent.entries, ask=ask)
