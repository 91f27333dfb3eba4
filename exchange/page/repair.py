"""What the officer says about a file so that it can be read: a form for a finding, and undoing it.

The form shows values of the file, as the page of the officer's rows does.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from exchange.errors import Refusal
from exchange.page import extract_view
from exchange.page.drafts import Draft
from exchange.page.forms import fields_of
from exchange.page.room import Room
from exchange.page.send import again, finding_of, on, step
from exchange.page.templates import render
from exchange.submission.mapping_files import undo
from exchange.submission.repairs import Repair, repair, repair_of
from exchange.text import capitalised
from schemas.findings.finding import Finding


@step
async def ask(room: Room, draft: Draft, request: Request) -> Response:
    """Ask what is meant."""
    return await _form(room, draft, request)


async def _form(room: Room, draft: Draft, request: Request, fault: str = "") -> Response:
    question = await _find_repair(draft, request)
    if question is None:
        return render(room, "gone", 404)
    fix, number, finding = question
    return render(
        room,
        "repair",
        draft=draft,
        asked=fix,
        finding=extract_view.finding_view(finding, number),
        fault=fault,
    )


async def _find_repair(draft: Draft, request: Request) -> tuple[Repair, int, Finding] | None:
    """Return what is asked about the finding that an address names, if anything is."""
    plan, number = draft.plan, request.path_params["finding"]
    pair = finding_of(plan, number) if plan is not None else None
    if plan is None or pair is None:
        return None
    prepared, finding = pair
    areas = [area for member in plan.members for area in member.log.register.areas]
    fix = await asyncio.to_thread(repair_of, prepared, finding, draft.files, areas)
    return (fix, number, finding) if fix else None


@step
async def take(room: Room, draft: Draft, request: Request) -> Response:
    """Write what was chosen into the mapping, and read the file again."""
    plan = draft.plan
    question = await _find_repair(draft, request)
    if plan is None or question is None:
        return await on(room, draft)
    fix, number, _ = question
    pair = finding_of(plan, number)
    form = await fields_of(request)
    values = [value for value, _ in fix.values] or [fix.name]
    chosen = {value: form.get(f"meaning-{n}", "") for n, value in enumerate(values)}
    if pair is None:
        return await on(room, draft)
    try:
        partnerships = [member.settings for member in plan.members]
        mapping = await asyncio.to_thread(repair, partnerships, pair[0], fix, chosen)
    except Refusal as refusal:
        return await _form(room, draft, request, capitalised(refusal.message))
    repairs = (*draft.repairs, mapping)
    return await again(room, draft, dataset=draft.dataset, dates=draft.dates, repairs=repairs)


@step
async def take_back(room: Room, draft: Draft, _: Request) -> Response:
    """Take the last repair back, and read the file again."""
    if not draft.repairs:
        return await on(room, draft)
    await asyncio.to_thread(undo, draft.repairs[-1])
    repairs = draft.repairs[:-1]
    return await again(room, draft, dataset=draft.dataset, dates=draft.dates, repairs=repairs)
