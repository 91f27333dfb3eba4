"""Sending a file: dropped, recognised, checked, answered for, compared, shown, sent.

Each page shows one step. What a page shows is made in `extract_view.py`; the work is a draft's.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from exchange.errors import KeyRefused, LogBroken, Refusal
from exchange.page import extract_view
from exchange.page.drafts import Draft, Question, State
from exchange.page.forms import fields_of
from exchange.page.last_time import expected_files
from exchange.page.room import Room
from exchange.page.templates import refusal_page, remedies, render
from exchange.page.uploads import files_of
from exchange.submission.mapping_files import Undo
from exchange.submission.plan import Plan
from exchange.submission.prepare import Prepared, cells_of
from exchange.submission.preview import preview_extract
from schemas.datasets.registry import DATASETS
from schemas.extract.file_kinds import LARGEST
from schemas.extract.row_counts import LeftOut
from schemas.findings.finding import Finding

_SOON: Final = 0.4  # seconds in which what is quick needs no page of its own
_ROWS: Final = 4  # shown before and after


Step = Callable[[Room, Draft, Request], Awaitable[Response]]


async def choose_file(room: Room, _: Request) -> Response:
    """Ask for the file."""
    return await _form(room)


async def take_file(room: Room, request: Request) -> Response:
    """Take what was dropped into memory, and begin to work on it."""
    try:
        files = await files_of(request, room.limit)
    except Refusal as refusal:
        return await _form(room, refusal)
    draft = Draft(room.folder, room.partnership, tuple(files), room.clock)
    room.drafts.add(draft)
    return await on(room, draft)


async def _form(room: Room, fault: Refusal | None = None) -> Response:
    """Ask for the file, beside what was sent last time."""
    expected = await asyncio.to_thread(expected_files, room)
    limit = min(room.limit, LARGEST)
    return render(room, "send_file", limit=limit, fault=fault, expected=expected)


def step(show: Step) -> Callable[[Room, Request], Awaitable[Response]]:
    """Find the draft that an address names; without it, say that it is gone."""

    async def found(room: Room, request: Request) -> Response:
        draft = room.drafts.get(request.path_params["draft"])
        if draft is None:
            return render(room, "gone", 404)
        return await show(room, draft, request)

    return found


async def on(room: Room, draft: Draft, where: str = "") -> Response:
    """Go to the page of a draft; what is quick is waited for."""
    await asyncio.to_thread(draft.wait, _SOON)
    return RedirectResponse(f"{room.path}/send/{draft.id}{where}", 303)


@step
async def show(room: Room, draft: Draft, _: Request) -> Response:
    """Show how far it is."""
    if draft.state in (State.WORKING, State.SENDING):
        return _working(room, draft)
    if draft.state is State.ASKED and draft.question is not None:
        return _question(room, draft, draft.question)
    if draft.state is State.STOPPED:
        return _stopped_page(room, draft)
    if draft.state is State.SENT:
        return _receipt(room, draft)
    return _account(room, draft)


def _explanation(draft: Draft) -> str:
    if draft.state is not State.SENDING:
        return "Nothing is sent yet."
    rest = "You can close this page. The file is sent all the same."
    return rest if draft.can_stop else f"It can no longer be stopped. {rest}"


def _working(room: Room, draft: Draft) -> Response:
    is_sending = draft.state is State.SENDING
    return render(
        room,
        "working",
        title="Send a file",
        draft=draft,
        heading="Sending" if is_sending else "Checking your file",
        explanation=_explanation(draft),
        progress=draft.progress,
        address=f"/send/{draft.id}",
    )


def _question(room: Room, draft: Draft, question: Question, fault: str = "") -> Response:
    page = "passphrase" if question.is_passphrase else "question"
    return render(
        room,
        page,
        draft=draft,
        options=question.options,
        text=extract_view.with_title(question.text),
        checked=[extract_view.checked_view(checked) for checked in draft.checked],
        datasets=DATASETS.values(),
        fault=fault,
    )


def _stopped_page(room: Room, draft: Draft) -> Response:
    refusal = draft.refusal or Refusal(
        "fault-in-exchange", f"a fault in exchange, not in your file ({draft.fault})"
    )
    return render(
        room,
        "refused",
        title="Nothing was sent",
        refusal=refusal,
        back="/send",
        draft=draft,
        datasets=DATASETS.values(),
        how=remedies(refusal.hints),
        is_of_file=not isinstance(refusal, KeyRefused | LogBroken),
    )


def _account(room: Room, draft: Draft) -> Response:
    plan = draft.plan
    if plan is None:
        return render(room, "gone", 404)
    views = extract_view.extract_views(plan.extracts)
    errors = [finding for view in views for finding in view.errors]
    return render(
        room,
        "account",
        draft=draft,
        views=views,
        errors=errors,
        notices=[(notice.message, remedies(notice.hints)) for notice in plan.notices],
        datasets=DATASETS.values(),
    )


@step
async def state(_room: Room, draft: Draft, _: Request) -> Response:
    """Say how far it is, for the script of the page."""
    return JSONResponse(draft.progress.to_json(settled=draft.settled()))


@step
async def answer(room: Room, draft: Draft, request: Request) -> Response:
    """Take the answer to what was asked."""
    form = await fields_of(request)
    question, text = draft.question, form.get("answer", "")
    if question is None:
        return await on(room, draft)
    if not text or (question.options and text not in question.options):
        fault = "Enter your passphrase" if question.is_passphrase else "Choose one of the answers"
        return _question(room, draft, question, fault)
    draft.answer(question, text)
    return await on(room, draft)


@step
async def change(room: Room, draft: Draft, request: Request) -> Response:
    """Begin again with the same files, as the dataset and the dates that the officer names."""
    form = await fields_of(request)
    dataset, dates = form.get("dataset", ""), form.get("dates", "").strip()
    if draft.state is State.SENDING or not draft.files:
        return await on(room, draft)
    if dataset not in ("", *DATASETS):
        dataset = ""
    return await again(room, draft, dataset=dataset, dates=dates)


async def again(
    room: Room, draft: Draft, *, dataset: str, dates: str, repairs: tuple[Undo, ...] | None = None
) -> Response:
    """Begin again with the same files, in a draft of its own.

    Args:
        repairs: What was said about the file; by default, what was said before.
    """
    repairs = draft.repairs if repairs is None else repairs
    new = Draft(room.folder, room.partnership, draft.files, room.clock, dataset, dates, repairs)
    room.drafts.drop(draft.id)
    room.drafts.add(new)
    return await on(room, new)


@step
async def drop(room: Room, draft: Draft, _: Request) -> Response:
    """Forget it, or stop what is being done with it."""
    room.drafts.drop(draft.id)
    if room.drafts.get(draft.id) is not None:
        return await on(room, draft)  # it is on its way to the store
    return RedirectResponse(f"{room.path}/", 303)


@step
async def compare(room: Room, draft: Draft, _: Request) -> Response:
    """Show what changed since the last time, or against what it replaces."""
    if draft.plan is None:
        return await on(room, draft)
    tables = [
        (extract.prepared.dataset.title, table)
        for extract in draft.plan.extracts
        if (table := extract.prepared.comparison.table())
    ]
    return render(room, "compare", draft=draft, tables=tables)


@step
async def preview(room: Room, draft: Draft, _: Request) -> Response:
    """Show rows beside what partners will see of them: the one page with rows that are sent."""
    plan = draft.plan
    if plan is None:
        return await on(room, draft)
    try:
        parts = await asyncio.to_thread(preview_extract, plan, rows=_ROWS)
    except Refusal as refusal:
        return refusal_page(room, refusal, "The preview cannot be shown", back=f"/send/{draft.id}")
    return render(room, "preview", draft=draft, parts=parts)


def finding_of(plan: Plan, number: int) -> tuple[Prepared, Finding] | None:
    """Return a finding by its number in the account, and the extract that it is of."""
    pairs = [(extract.prepared, f) for extract in plan.extracts for f in extract.prepared.findings]
    return pairs[number] if number < len(pairs) else None


@step
async def rows(room: Room, draft: Draft, request: Request) -> Response:
    """Show the officer's own rows that broke a rule."""
    number = request.path_params["finding"]
    if draft.plan is None:
        return await on(room, draft)
    pair = finding_of(draft.plan, number)
    if pair is None:
        return render(room, "gone", 404)
    prepared, finding = pair
    raw = await asyncio.to_thread(cells_of, prepared, draft.files)
    view = await asyncio.to_thread(extract_view.rows_of, raw, finding)
    return render(
        room,
        "rows",
        draft=draft,
        rows=view,
        finding=extract_view.finding_view(finding, number),
    )


@step
async def lost(room: Room, draft: Draft, request: Request) -> Response:
    """Show which rows are not counted for a reason."""
    path = request.path_params
    plan, number = draft.plan, path["extract"]
    if plan is None:
        return await on(room, draft)
    extracts = {(n, why): e for n, e in enumerate(plan.extracts) for why in e.losses}
    if (number, path["why"]) not in extracts:
        return render(room, "gone", 404)
    prepared = extracts[number, path["why"]].prepared
    raw = await asyncio.to_thread(cells_of, prepared, draft.files)
    loss = await asyncio.to_thread(extract_view.loss_view, raw, prepared, LeftOut(path["why"]))
    return render(room, "lost", draft=draft, loss=loss)


@step
async def confirm(room: Room, draft: Draft, _: Request) -> Response:
    """Show for whom it is encrypted, and have it confirmed."""
    return await _not_yet(room, draft) or _confirm(room, draft) or await on(room, draft)


async def _not_yet(room: Room, draft: Draft) -> Response | None:
    """Go back to what has to come first: errors to be corrected, and queries to be answered."""
    plan = draft.plan
    if plan is None or plan.refusal("was not sent"):
        return await on(room, draft)
    return await on(room, draft, "/queries") if plan.unanswered() else None


def _confirm(room: Room, draft: Draft, fault: str = "") -> Response | None:
    plan = draft.plan
    if plan is None or draft.state is not State.READY:
        return None
    return render(
        room,
        "confirm",
        draft=draft,
        bundles=[extract_view.bundle_view(outgoing) for outgoing in plan.outgoing],
        confidential=[DATASETS[name].title for name in plan.confidential],
        fault=fault,
    )


@step
async def send(room: Room, draft: Draft, request: Request) -> Response:
    """Send it once, however often it is asked for."""
    form = await fields_of(request)
    plan = draft.plan
    if plan is None or draft.state is not State.READY:
        return await on(room, draft)
    if earlier := await _not_yet(room, draft):
        return earlier
    considered = form.get("considered") == "yes"
    if plan.confidential and not considered:
        fault = "Confirm that your authority considered the duty of confidentiality"
        return _confirm(room, draft, fault) or await on(room, draft)
    draft.send(confidentiality_considered=considered)
    return await on(room, draft)


def _receipt(room: Room, draft: Draft) -> Response:
    result = draft.result
    if result is None:
        return render(room, "gone", 404)
    failed = [
        (outgoing.prepared.dataset.title, refusal.message, remedies(refusal.hints))
        for outgoing, refusal in result.failed
    ]
    return render(
        room,
        "receipt",
        draft=draft,
        sent=[extract_view.sent_view(bundle) for bundle in result.sent],
        failed=failed,
        notices=[(notice.message, remedies(notice.hints)) for notice in result.notices],
    )
