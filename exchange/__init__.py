"""Sharing depersonalised datasets between the partners of a community safety partnership.

What Python programs can use is listed in `__all__` and described on one page, `docs/library.md`.
All of it takes keyword arguments, prints nothing, asks nobody and reads no clock: the time is
handed in. `exchange.age` reads and writes age files.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from exchange.profile.open_logs import unlock_with
    from exchange.pull.pull_tables import PullRequest, pull_tables
    from exchange.pull.tables import open_merged
    from exchange.reports.make import compliance_report
    from exchange.reports.status import partnership_status
    from exchange.submission.plan import plan_extract
    from exchange.submission.policy import PrepareOptions
    from exchange.submission.preview import preview_extract
    from exchange.submission.submit import submit_extract

__all__ = [
    "PrepareOptions",
    "PullRequest",
    "compliance_report",
    "open_merged",
    "partnership_status",
    "plan_extract",
    "preview_extract",
    "pull_tables",
    "submit_extract",
    "unlock_with",
]

_MODULES: Final = {
    "PrepareOptions": "exchange.submission.policy",
    "PullRequest": "exchange.pull.pull_tables",
    "compliance_report": "exchange.reports.make",
    "open_merged": "exchange.pull.tables",
    "partnership_status": "exchange.reports.status",
    "plan_extract": "exchange.submission.plan",
    "preview_extract": "exchange.submission.preview",
    "pull_tables": "exchange.pull.pull_tables",
    "submit_extract": "exchange.submission.submit",
    "unlock_with": "exchange.profile.open_logs",
}


def __getattr__(name: str) -> Any:
    """Import what Python programs use only when they use it: the command line starts without."""
    if name in _MODULES:
        return getattr(importlib.import_module(_MODULES[name]), name)
    raise AttributeError(name)
