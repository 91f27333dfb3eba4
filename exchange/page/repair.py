"""What the officer says about a file so that it can be read: a form for a finding, and undoing it.

The form shows values of the file, as the page of the officer's rows does.
"""

import asyncio

from starlette.responses import Response

from exchange.errors import Refusal
from exchange.page import extract_view
from exchange.page.send import GONE, TITLE, Visit, again, finding_of, on, step
from exchange.page.templates import render
from exchange.submission.repairs import Repair, repair, repair_of, undo
from schemas.findings.finding import Finding


@step
async def ask(visit: Visit) -> Response:
    """Ask what is meant."""
    return await _form(visit)


async def _form(visit: Visit, fault: str = "", status: int = 200) -> Response:
    question = await _asked(visit)
    if question is None:
        return render(visit.room, "gone", GONE, status=404)
    asked, number, finding = question
    return render(
        visit.room,
        "repair",
        TITLE,
        status=status,
        draft=visit.draft,
        asked=asked,
        finding=extract_view.finding_view(finding, number),
        fault=fault,
    )


async def _asked(visit: Visit) -> tuple[Repair, int, Finding] | None:
    """Return what is asked about the finding that an address names, if anything is."""
    plan, number = visit.draft.plan, visit.request.path_params["finding"]
    named = finding_of(plan, number) if plan is not None else None
    if plan is None or named is None:
        return None
    prepared, finding = named
    areas = [area for member in plan.members for area in member.log.register.areas]
    asked = await asyncio.to_thread(repair_of, prepared, finding, visit.draft.files, areas)
    return (asked, number, finding) if asked else None


@step
async def take(visit: Visit) -> Response:
    """Write what was chosen into the mapping, and read the file again."""
    draft, plan = visit.draft, visit.draft.plan
    question = await _asked(visit)
    if plan is None or question is None:
        return await on(visit.room, draft)
    asked, number, _ = question
    named = finding_of(plan, number)
    form = await visit.request.form()
    values = [value for value, _ in asked.values] or [asked.name]
    chosen = {value: str(form.get(f"meaning-{n}", "")) for n, value in enumerate(values)}
    if named is None:
        return await on(visit.room, draft)
    try:
        everything = [member.settings for member in plan.members]
        done = await asyncio.to_thread(repair, everything, named[0], asked, chosen)
    except Refusal as refusal:
        return await _form(visit, extract_view.first_upper(refusal.says), 400)
    repairs = (*draft.repairs, done)
    return await again(visit, dataset=draft.dataset, dates=draft.dates, repairs=repairs)


@step
async def take_back(visit: Visit) -> Response:
    """Take the last repair back, and read the file again."""
    draft = visit.draft
    if not draft.repairs:
        return await on(visit.room, draft)
    await asyncio.to_thread(undo, draft.repairs[-1])
    repairs = draft.repairs[:-1]
    return await again(visit, dataset=draft.dataset, dates=draft.dates, repairs=repairs)
