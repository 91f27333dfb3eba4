"""The columns of an unfamiliar file: a drop-down for each, and what its values look like."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from exchange.errors import Refusal
from exchange.page.drafts import Draft, State
from exchange.page.forms import fields_of
from exchange.page.room import Room
from exchange.page.send import again, on, step
from exchange.page.templates import render, sentence
from exchange.submission.map_columns import map_columns, propose_columns
from exchange.text import capitalised
from schemas.datasets.registry import DATASETS
from schemas.extract.column_numbers import columns_in_words


@step
async def ask(room: Room, draft: Draft, _: Request) -> Response:
    """Ask which column holds which field of the dataset that the officer named."""
    return await _form(room, draft, {})


async def _form(room: Room, draft: Draft, chosen: dict[str, str], fault: str = "") -> Response:
    if draft.dataset not in DATASETS or draft.state is not State.STOPPED or not draft.files:
        return await on(room, draft)
    try:
        columns = await asyncio.to_thread(
            propose_columns, draft.folder, draft.partnership, draft.files, draft.dataset
        )
    except Refusal as refusal:
        columns, fault = [], sentence(refusal.message)
    return render(
        room,
        "map",
        draft=draft,
        dataset=DATASETS[draft.dataset],
        columns=columns,
        chosen=chosen,
        fault=fault,
    )


@step
async def take(room: Room, draft: Draft, request: Request) -> Response:
    """Write the mapping, and read the file again."""
    if draft.dataset not in DATASETS or draft.state is not State.STOPPED or not draft.files:
        return await on(room, draft)
    form = await fields_of(request)
    chosen: dict[str, int] = {}
    for name, field in form.items():
        number = name.removeprefix("column-")
        if not number.isdecimal() or field not in DATASETS[draft.dataset].fields:
            continue
        if field in chosen:
            columns = capitalised(columns_in_words(chosen[field], int(number)))
            fault = f"{columns} cannot both be the same field"
            return await _form(room, draft, form, fault)
        chosen[field] = int(number)
    try:
        mapping = await asyncio.to_thread(
            map_columns, draft.folder, draft.partnership, draft.files, draft.dataset, chosen
        )
    except Refusal as refusal:
        return await _form(room, draft, form, sentence(refusal.message))
    repairs = (*draft.repairs, mapping)
    return await again(room, draft, dataset=draft.dataset, dates=draft.dates, repairs=repairs)
