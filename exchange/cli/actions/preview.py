"""Rows before and after depersonalisation: what `exchange preview` does.

The one place that shows values.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from depersonalise.policy import Domestic
from exchange.cli import console
from exchange.cli.actions.extracts import plan_to_view, say_account
from exchange.cli.confidentiality import say_duty
from exchange.cli.group import App
from exchange.files import replace
from exchange.log.recipients import recipient_names
from exchange.reports.html import render
from exchange.submission.confidentiality import ADVICE, DUTY, is_held_by_health
from exchange.submission.parts import Part
from exchange.submission.plan import Plan
from exchange.submission.preview import (
    PartPreview,
    PreviewRow,
    changes,
    column_detail,
    columns_seen,
    detail_in_words,
    preview_extract,
)
from exchange.submission.summary import account_json, account_rows
from exchange.text import with_noun
from schemas.quarters import days_in_words


def preview_files(
    app: App,
    *,
    rows: int,
    page: Path | None,
    as_json: bool,
    **extract: Any,
) -> None:
    """Show rows of every way in which rows are treated, side by side.

    Args:
        extract: The options that say which it is, as `plan_to_view` takes them.
    """
    plan = plan_to_view(app, **extract, keeps_cells=True)
    parts = preview_extract(plan, rows=rows)
    for prepared in plan.prepared:
        if any(finding.rule.id == "earlier-not-compared" for finding in prepared.findings):
            console.hint("to compare with your earlier submission: --passphrase-file FILE")
    if page is None:
        console.warning(
            "records-shown",
            "the records below are personal data; do not leave them on screen or send them on",
        )
        if as_json:
            console.as_json([_to_json(part) for part in parts])
        else:
            _say(plan, parts)
        return
    for prepared in plan.prepared if not as_json else ():
        say_account(prepared)
    title = "Preview: before and after"
    contents = [_part(part) for part in parts]
    replace(app.folder / page, render("preview", title, app.now, parts=contents))
    console.outcome(f"written  {page}", json=as_json, written=[str(page)])
    console.warning(
        "file-holds-personal-data",
        f"{page.name} contains personal data; keep it on this computer and delete it after reading",
    )


def _to_json(preview: PartPreview) -> dict[str, Any]:
    """Return the rows before and after, as programs read them; they hold records."""
    return account_json(preview.prepared) | {
        "partnership": preview.part.settings.slug,
        "explanations": list(preview.explanations),
        "rows": [
            {
                "line": row.line,
                "generalised": row.why,
                "columns": [
                    {"heading": p.heading, "yours": p.mine, "shared": p.theirs, "change": p.change}
                    for p in row.pairs
                ],
            }
            for row in preview.rows
        ],
        "changes": dict(changes(preview.rows)),
    }


def _say(plan: Plan, parts: Sequence[PartPreview]) -> None:
    for prepared in plan.prepared:
        say_account(prepared)
        for part in parts:
            if part.prepared is not prepared:
                continue
            for line in part.explanations:
                console.result(f"\n{line}")
            for row in part.rows:
                _side_by_side(row)
            counts = ", ".join(f"{n:,} {change}" for change, n in changes(part.rows))
            console.result(f"\ncells in these rows: {counts}")
            _say_personal(part.part)


def _say_personal(part: Part) -> None:
    """Say what the signatories of the clause on personal data would see: columns, no values."""
    if part.shared.policy.domestic is not Domestic.PERSONAL:
        return
    console.result()
    console.result(_personal_heading(part))
    if part.personal is None:
        return
    console.table(_columns(part), ("column", "detail", "rows"))
    if _is_confidential(part):
        say_duty([part.shared.dataset.id])


def _personal_heading(part: Part) -> str:
    if part.personal is None:
        return "as personal data: none, because no incident is recorded as domestic"
    names = ", ".join(recipient_names(part.register, personal=True))
    rows = with_noun(part.personal.rows.height, "row")
    return f"as personal data, {rows}: encrypted for {names}"


def _columns(part: Part) -> list[tuple[str, str, str]]:
    """Return the columns that are shared as personal data, how finely, and of how many rows."""
    columns = columns_seen(part.personal) if part.personal else []
    return [(name, detail_in_words(how), f"{n:,}") for name, how, n in columns]


def _is_confidential(part: Part) -> bool:
    return is_held_by_health(part.shared.dataset.id, part.settings.partner, part.register)


def _side_by_side(row: PreviewRow) -> None:
    console.result()
    console.result(f"line {row.line}" + (f": generalised ({row.why})" if row.why else ""))
    console.table(
        [(p.heading, _short(p.mine), _short(p.theirs), p.change) for p in row.pairs],
        ("your column", "your row", "what partners see", "change"),
    )


def _part(preview: PartPreview) -> dict[str, object]:
    """Return what the page shows of one partnership's part."""
    prepared, part = preview.prepared, preview.part
    dates = days_in_words(prepared.covered)
    return {
        "name": f"{prepared.dataset.title}, {dates}, {part.register.name}",
        "account": [(words, f"{n:,}") for words, n in account_rows(prepared)],
        "explanations": preview.explanations,
        "columns": [
            (name, detail_in_words(how), f"{n:,}") for name, how, n in column_detail(part.shared)
        ],
        "changes": [(change, f"{n:,}") for change, n in changes(preview.rows)],
        "rows": preview.rows,
        "personal": _personal(part),
    }


def _personal(part: Part) -> dict[str, object] | None:
    """Return what the page shows of what would go as personal data."""
    if part.shared.policy.domestic is not Domestic.PERSONAL:
        return None
    duty = f"{DUTY}; {ADVICE}." if part.personal and _is_confidential(part) else ""
    return {
        "heading": _personal_heading(part),
        "columns": _columns(part),
        "duty": duty,
    }


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
