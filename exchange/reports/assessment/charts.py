"""Charts as SVG for a page: no scripts, no fonts from elsewhere, in the colours of the page.

Drawn by Vega-Lite from numbers that are published already; what is hidden in a table is not in its
chart either. A chart is never the only place where a number stands, so a reader of screens is told
of the table below, and hears nothing of its strokes.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

# Placeholders, which become the variables of the page: light and dark have colours of their own.
_INK: Final = "#010101"
_LINE: Final = "#020202"
_SERIES: Final = ("#030303", "#040404", "#050505", "#060606")
_VARIABLES: Final = {
    _INK: "var(--ink)",
    _LINE: "var(--line)",
    **{colour: f"var(--series-{n})" for n, colour in enumerate(_SERIES, start=1)},
}
_CONFIG: Final[dict[str, Any]] = {
    "background": None,
    "font": "Arial",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK, "titleColor": _INK, "domainColor": _LINE, "tickColor": _LINE,
        "gridColor": _LINE, "labelFontSize": 12, "titleFontSize": 12, "labelLimit": 220,
    },
    "legend": {
        "labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "titleFontSize": 12,
        "labelLimit": 220,
    },
    "bar": {"color": _SERIES[0]},
    "range": {"category": list(_SERIES)},
}  # fmt: skip
_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])  # so that colour is not all there is

Row = dict[str, str | float]


def can_draw() -> bool:
    """Say whether the libraries are there: the extra `reports`, which officers do not need."""
    return all(find_spec(name) for name in ("altair", "vl_convert"))


def of_rows(
    draw: Callable[..., str], rows: Sequence[Row], *more: object
) -> Callable[[], str] | None:
    """Return what draws a chart of some rows; None without rows, or without the libraries."""
    return partial(draw, rows, *more) if rows and can_draw() else None


def bars(rows: Sequence[Row], what: str) -> str:
    """Draw a bar for each row: `label` and `number`."""
    import altair as alt  # noqa: PLC0415 - slow to import, and only a report with charts needs it

    order = [str(row["label"]) for row in rows]
    chart = alt.Chart(_data(rows)).mark_bar().encode(
        x=alt.X("number:Q", title=what, axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("label:N", sort=order, title=None),
    )  # fmt: skip
    return _svg(chart.properties(width=520, height=alt.Step(22)))


def lines(rows: Sequence[Row], order: Sequence[str], what: str) -> str:
    """Draw a line for each series: `at`, `number` and `series`; each a dash of its own."""
    import altair as alt  # noqa: PLC0415

    names = list(dict.fromkeys(str(row["series"]) for row in rows))
    scale = alt.Scale(domain=names, range=[list(dash) for dash in _DASHES[: len(names)]])
    chart = alt.Chart(_data(rows)).mark_line(point=True, strokeWidth=2).encode(
        x=alt.X("at:N", sort=list(order), title=None, axis=alt.Axis(labelAngle=-45)),
        y=alt.Y("number:Q", title=what, scale=alt.Scale(zero=True)),
        color=alt.Color("series:N", sort=names, title=None),
        strokeDash=alt.StrokeDash("series:N", scale=scale, sort=names, legend=None),
    )  # fmt: skip
    return _svg(chart.properties(width=520, height=220))


def heat(rows: Sequence[Row], across: Sequence[str], down: Sequence[str], what: str) -> str:
    """Draw a square for each cell, the larger the greater: `x`, `y` and `number`."""
    import altair as alt  # noqa: PLC0415

    chart = alt.Chart(_data(rows)).mark_square(color=_SERIES[0], opacity=1).encode(
        x=alt.X("x:N", sort=list(across), title=None, axis=alt.Axis(labelAngle=-45)),
        y=alt.Y("y:N", sort=list(down), title=None),
        size=alt.Size("number:Q", title=what, scale=alt.Scale(range=[0, 260])),
    )  # fmt: skip
    return _svg(chart.properties(width=300, height=alt.Step(18)))


def bubbles(rows: Sequence[Row], boundaries: dict[str, Any] | None, what: str) -> str:
    """Draw a map: a bubble at each place (`label`, `longitude`, `latitude`, `number`).

    Args:
        boundaries: A GeoJSON of areas to draw below them.
    """
    import altair as alt  # noqa: PLC0415

    points = alt.Chart(_data(rows))
    where = {"longitude": "longitude:Q", "latitude": "latitude:Q"}
    size = alt.Size("number:Q", title=what, scale=alt.Scale(range=[20, 900]))
    layers: list[Any] = [
        points.mark_circle(color=_SERIES[0], opacity=0.6).encode(**where, size=size),
        points.mark_text(color=_INK, fontSize=11, dy=-4).encode(**where, text="label:N"),
    ]
    if boundaries is not None:
        shapes = alt.InlineData(values=boundaries["features"])
        layers.insert(0, alt.Chart(shapes).mark_geoshape(fill=None, stroke=_LINE))
    chart = alt.layer(*layers).project(type="mercator")
    return _svg(chart.properties(width=520, height=420))


def _data(rows: Sequence[Row]) -> Any:
    import altair as alt  # noqa: PLC0415

    return alt.InlineData(values=list(rows))


def _svg(chart: Any) -> str:
    """Render a chart, in the page's colours and silent to readers of screens."""
    import vl_convert  # noqa: PLC0415

    made: str = vl_convert.vegalite_to_svg({**chart.to_dict(), "config": _CONFIG})
    made = re.sub(r' (?:role|aria-[a-z]+|class)="[^"]*"', "", made)
    for placeholder, variable in _VARIABLES.items():
        made = made.replace(f'"{placeholder}"', f'"{variable}"')
    return made.replace("<svg ", '<svg aria-hidden="true" ', 1)
