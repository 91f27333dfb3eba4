"""For analysts and boards: what partners shared, as tables in a folder; and reports, as files."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Notice, Refusal, Usage
from exchange.page.folders import show_folder
from exchange.page.room import Room
from exchange.page.templates import refused, remedies, render
from exchange.profile.open_logs import passphrase_or_kept, unlock_with
from exchange.profile.settings import Settings
from exchange.pull.export import write_csv, write_xlsx
from exchange.pull.pull_tables import PullRequest, PullResult, pull_tables
from exchange.pull.tables import open_merged
from exchange.reports.formats import FORMS
from exchange.reports.make import (
    MadeReport,
    answer_workbook,
    assessment_report,
    compliance_report,
    requirements_report,
)
from exchange.text import with_noun
from schemas.datasets.registry import DATASETS

TITLE: Final = "Tables and reports"
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
FORMATS: Final = {".html": "A page", ".xlsx": "An Excel workbook", ".csv": "A CSV file"}
_TYPES: Final = {
    ".html": "text/html",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
}
_NOT_IN_NAMES: Final = re.compile(r"[^0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class TableView:
    """A table of a pull: what it is of, and how much is in it."""

    dataset: str
    title: str
    rows: str
    submissions: str
    file: str


def tables_of(settings: Settings) -> Path:
    """Return the folder of a partnership's tables; where there are several, each has its own.

    They have the names that `exchange report county` looks for.
    """
    folder = settings.folder / FOLDER
    return folder / settings.slug if len(Settings.all(settings.folder)) > 1 else folder


def settings_of(request: Request, values: Mapping[str, str]) -> Settings:
    """Return the partnership that an address or a form names."""
    room: Room = request.app.state.room
    return Settings.find(room.folder, values.get("partnership", "") or room.partnership)


async def choose(request: Request) -> Response:
    """Offer tables and reports."""
    return _page(request)


def _page(
    request: Request, fault: str = "", field: str = "", form: dict[str, str] | None = None
) -> Response:
    room: Room = request.app.state.room
    every = Settings.all(room.folder, room.partnership)
    return render(
        room,
        "analyse",
        TITLE,
        status=400 if fault else 200,
        partnerships=[one.slug for one in every],
        keyring=all(one.keyring for one in every),
        reports=_REPORTS,
        formats=FORMATS,
        form=form or {},
        fault=fault,
        field=field,
    )


async def pull(request: Request) -> Response:
    """Open and combine what partners shared, into a folder."""
    room: Room = request.app.state.room
    form = {name: str(value) for name, value in (await request.form()).items()}
    settings = settings_of(request, form)
    if not settings.keyring and not form.get("passphrase"):
        return _page(request, "Enter your passphrase", "passphrase", form)
    try:
        result = await asyncio.to_thread(_pulled, room, settings, form)
    except Refusal as refusal:
        if refusal.id == "passphrase-wrong":
            fault = "The passphrase is not the one of your key"
            return _page(request, fault, "passphrase", form)
        if refusal.id == "quarter-not-understood":
            return _page(request, "Enter a quarter such as 2026Q3", "quarter", form)
        return refused(room, refusal, "The tables were not combined", back="/analyse")
    return render(
        room,
        "pulled",
        TITLE,
        tables=_views(result),
        folder=tables_of(settings),
        slug=settings.slug,
        notices=_said(result.notices),
    )


def _pulled(room: Room, settings: Settings, form: dict[str, str]) -> PullResult:
    words = passphrase_or_kept(settings, form.get("passphrase", ""))
    quarter = form.get("quarter", "").strip()
    forms = {"csv": write_csv, "xlsx": write_xlsx}
    return pull_tables(
        folder=room.folder,
        into=tables_of(settings),
        unlock=unlock_with(words),
        now=room.clock(),
        partnership=settings.slug,
        request=PullRequest(quarters=(quarter,) if quarter else ()),
        forms=[write for name, write in forms.items() if form.get("also") == name],
    )


def _views(result: PullResult) -> list[TableView]:
    return [
        TableView(
            one.dataset,
            DATASETS[one.dataset].title if one.dataset in DATASETS else one.dataset,
            with_noun(one.rows, "row"),
            with_noun(one.submissions, "submission"),
            one.path.name,
        )
        for one in result.tables
    ]


def _said(notices: tuple[Notice, ...]) -> list[tuple[str, dict[str, list[str]]]]:
    return [(one.says, remedies(one.hints)) for one in notices]


async def table(request: Request) -> Response:
    """Show the first rows of a table that was pulled: depersonalised rows, of all partners."""
    room: Room = request.app.state.room
    dataset = request.path_params["dataset"]
    settings = settings_of(request, request.query_params)
    folder = tables_of(settings)
    if dataset not in DATASETS or not (folder / f"dataset={dataset}").is_dir():
        return render(room, "not_found", "This page does not exist", status=404)
    first = await asyncio.to_thread(_first, folder, dataset)
    title = DATASETS[dataset].title
    return render(
        room,
        "table",
        TITLE,
        name=title,
        slug=settings.slug,
        headings=first.columns,
        rows=first.rows(),
    )


def _first(folder: Path, dataset: str) -> pl.DataFrame:
    rows = open_merged(folder, dataset).head(_ROWS).collect()
    filled = [one.name for one in rows if one.null_count() < rows.height]
    return rows.select(pl.col(filled).cast(pl.String).fill_null(""))


async def report(request: Request) -> Response:
    """Make a report, and hand it over as a file."""
    room: Room = request.app.state.room
    form = {name: str(value) for name, value in (await request.form()).items()}
    kind, period = form.get("report", ""), form.get("period", "").strip()
    suffix = ".xlsx" if kind == _REGISTER else form.get("format", "")
    if kind not in _REPORTS:
        return _page(request, "Choose a report", "report", form)
    if suffix not in FORMATS:
        return _page(request, "Choose a format", "format", form)
    if kind == "assessment" and (not period or "Q" in period.upper()):
        return _page(request, "Enter the year of the assessment, such as 2026", "period", form)
    settings = settings_of(request, form)
    try:
        content = await asyncio.to_thread(_content, room, settings, kind, period, suffix)
    except Refusal as refusal:
        if refusal.id in ("quarter-not-understood", "year-not-understood"):
            fault = "Enter a quarter such as 2026Q3, or a year such as 2026 or 2026/27"
            return _page(request, fault, "period", form)
        return refused(room, refusal, "The report was not made", back="/analyse")
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
    return FORMS[suffix](_made(settings, kind, period, now).report, now)


def _made(settings: Settings, kind: str, period: str, now: datetime) -> MadeReport:
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


async def open_folder(request: Request) -> Response:
    """Open the folder of the tables as the system's file manager does."""
    room: Room = request.app.state.room
    form = {name: str(value) for name, value in (await request.form()).items()}
    settings = settings_of(request, form)
    folder = tables_of(settings)
    if not folder.is_dir() or not await asyncio.to_thread(show_folder, folder):
        refusal = Usage("folder-not-opened", f"{folder} could not be opened")
        return refused(room, refusal, "The folder was not opened", back="/analyse")
    return RedirectResponse(f"{room.path}/analyse", 303)
