"""Pages: one accessible HTML file each, without scripts or outside links.

Keeps true: whatever is put in is escaped; the same values give the same bytes.
"""

import re
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from exchange.bundle.marking import MARKING
from exchange.reports.markdown import markdown_to_html
from exchange.text import day_of
from schemas.quarters import long_date

_SVG_WIDTH: Final = re.compile(r'<svg [^>]*?\bwidth="(\d+)')


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
    environment.filters["svg_width"] = _svg_width
    made = day_of(now)
    text = environment.get_template(f"{page}.html").render(
        title=title, made=made, version=version("csp-exchange"), marking=marking, **values
    )
    return text.encode()


def _svg_width(svg: str) -> int:
    """Return how wide a drawing is, in pixels.

    >>> _svg_width('<svg aria-hidden="true" width="196" height="148"></svg>')
    196
    """
    match = _SVG_WIDTH.match(svg)
    return int(match[1]) if match else 0
