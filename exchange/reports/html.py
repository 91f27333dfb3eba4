"""Pages: one accessible HTML file each, without scripts or outside links.

Keeps true: whatever is put in is escaped; the same values give the same bytes.
"""

from datetime import datetime
from importlib.metadata import version
from typing import Any

from exchange.bundle.marking import MARKING
from exchange.reports.markdown import markdown_to_html
from schemas.quarters import london_day, long_date


def render(page: str, title: str, now: datetime, *, marking: str = MARKING, **values: Any) -> bytes:
    """Return a page as UTF-8.

    Args:
        page: Its template, such as "preview".
        marking: Its protective marking; none on what may be published.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - pages only

    environment = Environment(
        loader=PackageLoader("exchange.reports", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = long_date
    environment.filters["markdown"] = markdown_to_html
    made = long_date(london_day(now))
    text = environment.get_template(f"{page}.html").render(
        title=title, made=made, version=version("csp-exchange"), marking=marking, **values
    )
    return text.encode()
