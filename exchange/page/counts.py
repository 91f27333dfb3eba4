"""A table of counts that may be published, from the tables of a pull: what it is of, as a file."""

import asyncio
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from exchange.errors import Refusal
from exchange.page.analyse import FORMATS, as_file, tables_of
from exchange.page.forms import fields_of
from exchange.page.partnerships import settings_of
from exchange.page.room import Room
from exchange.page.templates import refusal_page, render
from exchange.reports.formats import FORMS
from exchange.reports.published_table import countable_columns, table_report
from schemas.datasets.registry import DATASETS


async def ask(room: Room, request: Request) -> Response:
    """Ask what is counted: of all incidents, or of the dataset that the address names."""
    return await _page(room, await fields_of(request))


async def _page(room: Room, form: dict[str, str], fault: str = "", field: str = "") -> Response:
    settings = settings_of(room, form)
    folder = tables_of(settings)
    columns = partial(countable_columns, pulled=folder, dataset=form.get("dataset") or None)
    try:
        names = await asyncio.to_thread(columns)
    except Refusal as refusal:
        return refusal_page(room, refusal, "The table was not made", back="/analyse")
    return render(
        room,
        "counts",
        slug=settings.slug,
        datasets=_datasets(folder),
        columns={name: name.replace("_", " ") for name in names},
        formats=FORMATS,
        form=form,
        fault=fault,
        field=field,
    )


def _datasets(folder: Path) -> dict[str, str]:
    """Return the datasets of a pull that have records to count."""
    names = (path.name.partition("=")[2] for path in sorted(folder.glob("dataset=*")))
    known = (DATASETS[name] for name in names if name in DATASETS)
    return {dataset.id: dataset.title for dataset in known if not dataset.is_numbers}


async def make(room: Room, request: Request) -> Response:
    """Count, and hand the table over as a file."""
    form = await fields_of(request)
    rows, columns, suffix = (form.get(name, "") for name in ("rows", "columns", "format"))
    if not rows:
        return await _page(room, form, "Choose what the rows are", "rows")
    if rows == columns:
        return await _page(room, form, "Choose something else than the rows", "columns")
    if suffix not in FORMATS:
        return await _page(room, form, "Choose a format", "format")
    only = form.get("only", "")
    report_of = partial(
        table_report,
        pulled=tables_of(settings_of(room, form)),
        rows=rows,
        columns=columns or None,
        only=[f"{only}={form.get('value', '').strip()}"] if only else [],
        dataset=form.get("dataset") or None,
    )
    try:
        report = await asyncio.to_thread(report_of)
        content = await asyncio.to_thread(FORMS[suffix], report, room.clock())
    except Refusal as refusal:
        return refusal_page(room, refusal, "The table was not made", back="/analyse")
    return as_file(content, f"table-{rows}-{columns}", suffix)
