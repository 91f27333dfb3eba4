"""The report for the data protection officer: what `exchange preview --evidence` does."""

import json
from pathlib import Path
from typing import Any

from exchange.cli import console
from exchange.cli.actions.extracts import plan_to_view
from exchange.cli.group import App
from exchange.files import replace
from exchange.reports.html import render
from exchange.submission.evidence import measure_extract
from exchange.submission.plan import Plan
from exchange.submission.preview import detail_in_words
from schemas.quarters import days_in_words


def measure_files(
    app: App,
    *,
    output: Path,
    as_json: bool,
    **extract: Any,
) -> None:
    """Measure what would be shared of an extract; no record is in it, and nothing is sent.

    Args:
        extract: The options that say which it is, as `plan_to_view` takes them.
    """
    plan = plan_to_view(app, **extract)
    parts = measure_extract(plan)
    if output.suffix.lower() == ".json":
        content = json.dumps(parts, ensure_ascii=False, indent=2, default=str).encode()
    else:
        title = "Depersonalisation: evidence for the DPIA"
        content = render("evidence", title, app.now, parts=_as_people_read(plan, parts))
    replace(app.folder / output, content)
    console.outcome(f"written  {output}", json=as_json, written=[str(output)])


def _as_people_read(plan: Plan, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the evidence with names and dates in place of identifiers."""
    extracts = [(prepared, part) for prepared in plan.prepared for part in prepared.parts]
    readable = []
    for (extract, part), evidence in zip(extracts, parts, strict=True):
        names = {partner.id: partner.name for partner in part.register.partners.values()}
        readable.append(
            evidence
            | {
                "partner": names[evidence["partner"]],
                "recipients": [names[recipient] for recipient in evidence["recipients"]],
                "covered": days_in_words(extract.covered),
                "columns": [(c, detail_in_words(how), n) for c, how, n in evidence["columns"]],
            }
        )
    return readable
