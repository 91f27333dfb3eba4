"""For analysts and boards: what partners shared, as tables in a folder; and reports, as files."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from exchange.errors import Refusal, Usage
from exchange.page.folders import show_folder
from exchange.page.forms import fields_of, with_passphrase
from exchange.page.partnerships import founded_partnerships, partnership_names, settings_of
from exchange.page.pulls import PullInProgress
from exchange.page.room import Room
from exchange.page.templates import not_found, refusal_page, remedies, render, sentence
from exchange.profile.open_logs import Unlock
from exchange.profile.settings import Settings
from exchange.pull.export import write_csv, write_xlsx
from exchange.pull.pull_tables import PullRequest, pull_tables
from exchange.pull.tables import open_merged
from exchange.reports.formats import FORMS
from exchange.reports.make import (
    MadeReport,
    answer_workbook,
    assessment_report,
    compliance_report,
    requirements_report,
)
from exchange.typed_words import typed_quarter
from schemas.datasets.registry import DATASETS

_NOT_COMBINED: Final = "The tables were not combined"
_ALSO: Final = {"csv": write_csv, "xlsx": write_xlsx}  # in which each table is written too
_SOON: Final = 0.4  # seconds in which what is quick needs no page of its own
FOLDER: Final = "merged"  # as in the examples of the command; of several, one inside for each
_ROWS: Final = 20  # of a table that are looked at
_REGISTER: Final = "register"
_OF_A_PERIOD: Final = ("compliance", "assessment")  # other reports are of no quarter or year
_REPORTS: Final = {
    "compliance": "Who shared what, and when",
    "requirements": "What the law and guidance require, and how it is met",
    "assessment": "The strategic assessment of a year, from the tables in your folder",
    _REGISTER: "The register of requirements, as an Excel workbook to fill in",
}
FORMATS: Final = {".html": "A web page", ".xlsx": "An Excel workbook", ".csv": "A CSV file"}
_TYPES: Final = {
    ".html": "text/html",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
}
_NOT_IN_NAMES: Final = re.compile(r"[^0-9A-Za-z-]+")


def tables_of(settings: Settings) -> Path:
    """Return the folder of a partnership's tables; where there are several, each has its own.

    They have the names that `exchange report county` looks for.
    """
    folder = settings.folder / FOLDER
    return folder / settings.slug if len(Settings.all(settings.folder)) > 1 else folder


async def choose(room: Room, _: Request) -> Response:
    """Offer tables and reports."""
    return _page(room)


def _page(
    room: Room,
    fault: str = "",
    field: str = "",
    form: dict[str, str] | None = None,
    also: Sequence[str] = (),
) -> Response:
    partnerships = founded_partnerships(room)
    return render(
        room,
        "analyse",
        partnerships=partnership_names(partnerships),
        keyring=all(settings.keyring for settings in partnerships),
        reports=_REPORTS,
        formats=FORMATS,
        form=form or {},
        also=also,
        fault=fault,
        field=field,
    )


async def pull(room: Room, request: Request) -> Response:
    """Open and combine what partners shared, into a folder."""
    sent = await request.form()
    form = {name: str(value) for name, value in sent.items()}
    extras = [str(value) for value in sent.getlist("also")]
    settings = settings_of(room, form)
    quarter = form.get("quarter", "").strip()
    ask = partial(_page, room, form=form, also=extras)
    try:
        quarters = (str(typed_quarter(quarter)),) if quarter else ()
    except Usage as refusal:
        return ask(sentence(refusal.message), "quarter")

    async def begin(unlock: Unlock) -> Response:
        await asyncio.to_thread(unlock, settings)
        work = partial(
            pull_tables,
            folder=room.folder,
            into=tables_of(settings),
            unlock=unlock,
            now=room.clock(),
            partnership=settings.slug,
            request=PullRequest(quarters=quarters),
            forms=[write for name, write in _ALSO.items() if name in extras],
        )
        begun = room.begin_pull(PullInProgress(settings.slug, lambda tick: work(tick=tick)))
        await asyncio.to_thread(begun.wait, _SOON)
        return RedirectResponse(f"{room.path}/analyse/pull/{begun.id}", 303)

    try:
        return await with_passphrase(form, ask, begin, settings)
    except Refusal as refusal:
        return refusal_page(room, refusal, _NOT_COMBINED, back="/analyse")


async def pulled(room: Room, request: Request) -> Response:
    """Show how far a pull is, and at its end the tables."""
    running = room.pulls.get(request.path_params["pull"])
    if running is None:
        return not_found(room)
    if running.is_busy:
        return render(
            room,
            "working",
            title="Tables and reports",
            heading="Combining the tables",
            explanation="The tables replace those in your folder when all are made.",
            progress=running.progress,
            address=f"/analyse/pull/{running.id}",
        )
    if running.result is None:
        fault = f"a fault in exchange, not in a file of yours ({running.fault})"
        refusal = running.refusal or Refusal("fault-in-exchange", fault)
        return refusal_page(room, refusal, _NOT_COMBINED, back="/analyse")
    settings = Settings.find(room.folder, running.slug)
    return render(
        room,
        "pulled",
        tables=running.result.tables,
        folder=tables_of(settings),
        slug=settings.slug,
        notices=[(notice.message, remedies(notice.hints)) for notice in running.result.notices],
    )


async def pull_state(room: Room, request: Request) -> Response:
    """Say how far a pull is, for the script of the page."""
    running = room.pulls.get(request.path_params["pull"])
    if running is None:
        return not_found(room)
    return JSONResponse(running.progress.to_json(settled=not running.is_busy))


async def table(room: Room, request: Request) -> Response:
    """Show the first rows of a table that was pulled: depersonalised rows, of all partners."""
    dataset = request.path_params["dataset"]
    settings = settings_of(room, request.query_params)
    folder = tables_of(settings)
    if dataset not in DATASETS or not (folder / f"dataset={dataset}").is_dir():
        return not_found(room)
    first = await asyncio.to_thread(_first_rows, folder, dataset)
    title = DATASETS[dataset].title
    return render(
        room,
        "table",
        name=title,
        slug=settings.slug,
        headings=first.columns,
        rows=first.rows(),
    )


def _first_rows(folder: Path, dataset: str) -> pl.DataFrame:
    rows = open_merged(folder, dataset).head(_ROWS).collect()
    filled = [row.name for row in rows if row.null_count() < rows.height]
    return rows.select(pl.col(filled).cast(pl.String).fill_null(""))


async def report(room: Room, request: Request) -> Response:
    """Make a report, and hand it over as a file."""
    form = await fields_of(request)
    kind, period = form.get("report", ""), form.get("period", "").strip()
    suffix = ".xlsx" if kind == _REGISTER else form.get("format", "")
    if kind not in _REPORTS:
        return _page(room, "Choose a report", "report", form)
    if suffix not in FORMATS:
        return _page(room, "Choose a format", "format", form)
    if kind == "assessment" and (not period or "Q" in period.upper()):
        return _page(room, "Enter the year of the assessment, such as 2026", "period", form)
    settings = settings_of(room, form)
    try:
        content = await asyncio.to_thread(_content, room, settings, kind, period, suffix)
    except Refusal as refusal:
        if refusal.id in ("quarter-not-understood", "year-not-understood"):
            fault = "Enter a quarter such as 2026Q3, or a year such as 2026 or 2026/27"
            return _page(room, fault, "period", form)
        return refusal_page(room, refusal, "The report was not made", back="/analyse")
    name = f"{kind}-{period}" if kind in _OF_A_PERIOD else kind
    return as_file(content, name, suffix)


def as_file(content: bytes, name: str, suffix: str) -> Response:
    """Hand something over as a file."""
    name = _NOT_IN_NAMES.sub("-", name.strip("-")) + suffix
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_TYPES[suffix], headers=headers)


def _content(room: Room, settings: Settings, kind: str, period: str, suffix: str) -> bytes:
    """Make a report, and write it in a format."""
    now, slug = room.clock(), settings.slug
    if kind == _REGISTER:
        return answer_workbook(folder=room.folder, now=now, partnership=slug)
    return FORMS[suffix](_make_report(settings, kind, period, now).report, now)


def _make_report(settings: Settings, kind: str, period: str, now: datetime) -> MadeReport:
    folder, slug = settings.folder, settings.slug
    if kind == "requirements":
        return requirements_report(folder=folder, now=now, partnership=slug)
    if kind == "assessment":
        pulled = tables_of(settings)
        return assessment_report(
            folder=folder, pulled=pulled, year=period, now=now, partnership=slug
        )
    is_quarter = "Q" in period.upper()
    return compliance_report(
        folder=folder,
        now=now,
        partnership=slug,
        quarter=period if period and is_quarter else None,
        year=period if period and not is_quarter else None,
    )


async def open_folder(room: Room, request: Request) -> Response:
    """Open the folder of the tables as the system's file manager does."""
    form = await fields_of(request)
    settings = settings_of(room, form)
    folder = tables_of(settings)
    if not folder.is_dir() or not await asyncio.to_thread(show_folder, folder):
        refusal = Usage("folder-not-opened", f"{folder} could not be opened")
        return refusal_page(room, refusal, "The folder was not opened", back="/analyse")
    return RedirectResponse(f"{room.path}/analyse", 303)
