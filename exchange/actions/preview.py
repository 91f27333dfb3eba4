"""Rows beside what others would see of them: what `exchange preview` does.

The one place that shows values.
"""

from pathlib import Path

from exchange import terminal
from exchange.accounting import account_rows
from exchange.actions.extracts import looked_at, say_account
from exchange.cli import App
from exchange.preparing import Part, Prepared
from exchange.previewing import Shown, changes, shown, told_finely
from exchange.publishing import replace
from exchange.rendering import render
from exchange.settling import Manner
from schemas.reading import Raw, read_all


def preview_files(
    app: App,
    *,
    files: tuple[Path, ...],
    datasets: tuple[str, ...],
    dates: str | None,
    domestic: str | None,
    passphrase_file: str | None,
    rows: int,
    page: Path | None,
) -> None:
    """Show rows of every way in which rows are treated, side by side."""
    found = looked_at(
        app,
        files,
        datasets=datasets,
        manner=Manner(dates, domestic or ""),
        passphrase_file=passphrase_file,
        cant="can't be shown as it would leave",
    )
    if page is None:
        terminal.warning(
            "records-shown",
            "what follows shows records; do not leave it on the screen or send it on",
        )
    raw = read_all(files)
    for one in found:
        say_account(one)
        if any(finding.rule.id == "earlier-not-compared" for finding in one.findings):
            terminal.hint("to compare with what you sent before: --passphrase-file FILE")
        for part in one.parts if page is None else ():
            chosen = shown(raw, one.mapping, part.shared, rows)
            for row in chosen:
                _side_by_side(row)
            counts = ", ".join(f"{n:,} {change}" for change, n in changes(chosen))
            terminal.result(f"\ncells of these rows: {counts}")
    if page is not None:
        parts = [_part(raw, one, part, rows) for one in found for part in one.parts]
        title = "Your rows, and what others will see"
        replace(app.folder / page, render("preview", title, app.now, parts=parts))
        terminal.result(f"written  {page}")
        terminal.warning(
            "file-holds-personal-data",
            f"{page.name} holds records; keep it here, and delete it soon",
        )


def _side_by_side(row: Shown) -> None:
    terminal.result()
    terminal.result(f"line {row.line}" + (f", made coarser: {row.why}" if row.why else ""))
    terminal.table(
        [(p.heading, _short(p.mine), _short(p.theirs), p.change) for p in row.pairs],
        ("your column", "your row", "what they will see", "change"),
    )


def _part(raw: Raw, one: Prepared, part: Part, rows: int) -> dict[str, object]:
    """Return what the page shows of one partnership's part."""
    chosen = shown(raw, one.mapping, part.shared, rows)
    return {
        "name": f"{one.dataset.id} {one.covered}, {part.register.name}",
        "account": [(words, f"{n:,}") for words, n in account_rows(one)],
        "columns": [(name, how, f"{n:,}") for name, how, n in told_finely(part.shared)],
        "changes": [(change, f"{n:,}") for change, n in changes(chosen)],
        "rows": chosen,
    }


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
