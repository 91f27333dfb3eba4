"""The queries about a file: asked one after another, each answered with why it is right."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from exchange.errors import Usage
from exchange.page import extract_view
from exchange.page.drafts import Draft, State
from exchange.page.forms import fields_of
from exchange.page.room import Room
from exchange.page.send import on, step
from exchange.page.templates import render
from exchange.submission.plan import Plan, PlannedExtract
from exchange.text import capitalised
from schemas.findings.finding import Finding
from schemas.findings.reasons import OTHER, REASONS


@step
async def ask(room: Room, draft: Draft, _: Request) -> Response:
    """Ask about one query after another; then go on."""
    return _query(room, draft) or await on(room, draft, "/compare")


def _view_of(plan: Plan, extract: PlannedExtract, query: Finding) -> extract_view.FindingView:
    """Return what the account shows of a query, with its number there."""
    place = next(n for n, finding in enumerate(plan.extracts) if finding is extract)
    position = next(n for n, finding in enumerate(extract.prepared.findings) if finding is query)
    return extract_view.extract_views(plan.extracts)[place].findings[position]


def _query(room: Room, draft: Draft, fault: str = "") -> Response | None:
    if draft.plan is None:
        return None
    pairs = [(extract, query) for extract in draft.plan.extracts for query in extract.open_queries]
    if not pairs:
        return None
    extract, query = pairs[0]
    return render(
        room,
        "query",
        draft=draft,
        query=_view_of(draft.plan, extract, query),
        dataset=extract.prepared.dataset,
        left=len(pairs),
        standing=query.rule.standing,
        reasons=REASONS,
        other=OTHER,
        fault=fault,
    )


@step
async def take(room: Room, draft: Draft, request: Request) -> Response:
    """Take why a query is right."""
    form = await fields_of(request)
    rule, dataset = form.get("rule", ""), form.get("dataset", "")
    reason, note = form.get("reason", ""), form.get("note", "")
    plan = draft.plan
    if plan is None or draft.state is not State.READY:
        return await on(room, draft)
    if reason not in REASONS:
        return _query(room, draft, "Choose why this is right") or await on(room, draft)
    try:
        text = note if reason == OTHER else reason
        await asyncio.to_thread(plan.answer, rule, text, room.clock(), dataset)
    except Usage as refusal:
        fault = capitalised(refusal.message)
        return _query(room, draft, fault) or await on(room, draft)
    return await on(room, draft, "/queries")
