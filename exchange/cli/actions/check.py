"""What is wrong with an extract: what `exchange check` does."""

from pathlib import Path
from typing import Any

from exchange.cli import console
from exchange.cli.actions.extracts import one_or_all, plan_at_terminal, say_plan, write_report_files
from exchange.cli.group import App
from exchange.submission.policy import PrepareOptions
from exchange.text import with_noun


def check_files(
    app: App,
    *,
    dates: str | None,
    report: Path | None,
    with_values: bool,
    as_json: bool,
    **extract: Any,
) -> int:
    """Say what came in, what would be shared, and what is wrong; return the exit status.

    Args:
        extract: The options that say which it is, as `plan_at_terminal` takes them.
    """
    plan = plan_at_terminal(app, options=PrepareOptions(dates), ask=True, **extract)
    write_report_files(app, plan, report, with_values=with_values)
    refusal = plan.refusal("cannot be sent yet")
    if as_json:
        console.as_json(one_or_all([extract.to_json() for extract in plan.extracts]))
        return refusal.status if refusal else 0
    say_plan(plan)
    if refusal:
        raise refusal
    open_queries = sum(len(extract.open_queries) for extract in plan.extracts)
    next_step = f"answer {with_noun(open_queries, 'query', 'queries')}, then it is ready to send"
    console.result(next_step if open_queries else "ready to send")
    return 0
