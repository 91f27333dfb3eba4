"""Charts as SVG for a page: no scripts, no fonts from elsewhere, in the colours of the page.

Drawn by Vega-Lite from numbers that are published already; what is hidden in a table is not in its
chart either. A chart is never the only place where a number stands. A reader of screens hears what
it shows (`chart_words.py`), and nothing of its strokes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, Final

from exchange.reports.report import Chart

# Placeholders, which become the font and the variables of the page: light and dark have colours of
# their own, and there is no Arial on every computer.
_FONT: Final = "Arial"
_INK: Final = "#010101"
_LINE: Final = "#020202"
_SERIES: Final = ("#030303", "#040404", "#050505", "#060606")
_VARIABLES: Final = {
    _FONT: "inherit",
    _INK: "var(--ink)",
    _LINE: "var(--line)",
    **{colour: f"var(--series-{n})" for n, colour in enumerate(_SERIES, start=1)},
}
_CONFIG: Final[dict[str, Any]] = {
    "background": None,
    "font": _FONT,
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
_SLOPE_HEIGHT: Final = 320
_SMALL_AXIS: Final = {"tickCount": 3, "minExtent": 38}  # so that they lie below each other
_LABEL_AT: Final = 1.2  # where the year before is at 0 and this year at 1

Row = dict[str, str | float]


def can_draw() -> bool:
    """Say whether the libraries are there: the extra `reports`, which officers do not need."""
    return all(find_spec(name) for name in ("altair", "scipy", "vl_convert"))


def of_rows(
    draw: Callable[..., str], alt_text: str, rows: Sequence[Row], *more: object
) -> Chart | None:
    """Return a chart of some rows; None without rows, or without the libraries."""
    return Chart(partial(draw, rows, *more), alt_text) if rows and can_draw() else None


def bars(rows: Sequence[Row], label: str) -> str:
    """Draw a bar for each row: `label` and `number`."""
    import altair as alt

    order = [str(row["label"]) for row in rows]
    chart = alt.Chart(_data(rows)).mark_bar().encode(
        x=alt.X("number:Q", title=label, axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=320)),
    )  # fmt: skip
    return _svg(chart.properties(width=520, height=alt.Step(22)))


def lines(rows: Sequence[Row], order: Sequence[str], label: str) -> str:
    """Draw a line for each series: `at`, `number` and `series`; each a dash of its own."""
    import altair as alt

    names = list(dict.fromkeys(str(row["series"]) for row in rows))
    scale = alt.Scale(domain=names, range=[list(dash) for dash in _DASHES[: len(names)]])
    chart = alt.Chart(_data(rows)).mark_line(point=True, strokeWidth=2).encode(
        x=alt.X("at:N", sort=list(order), title=None, axis=alt.Axis(labelAngle=-45)),
        y=alt.Y("number:Q", title=label, scale=alt.Scale(zero=True)),
        color=alt.Color("series:N", sort=names, title=None, legend=alt.Legend(orient="top")),
        strokeDash=alt.StrokeDash("series:N", scale=scale, sort=names, legend=None),
    )  # fmt: skip
    return _svg(chart.properties(width=520, height=220))


def small_lines(rows: Sequence[Row], order: Sequence[str], label: str) -> str:
    """Draw a small chart of lines for each series, each with a scale of its own."""
    import altair as alt

    chart = alt.Chart().mark_line(point={"color": _SERIES[0]}, color=_SERIES[0]).encode(
        x=alt.X("at:N", sort=list(order), title=None, axis=alt.Axis(labelAngle=-45)),
        y=alt.Y("number:Q", title=None, axis=_SMALL_AXIS, scale=alt.Scale(zero=True)),
    )  # fmt: skip
    return _small(chart, rows, label)


def _small(chart: Any, rows: Sequence[Row], label: str) -> str:
    """Draw a chart for each series, two beside each other, in pictures that paper can part."""
    import altair as alt

    names = list(dict.fromkeys(str(row["series"]) for row in rows))
    last = max(len(names) - 2 - len(names) % 2, 0)  # of three where they are odd in number
    pictures: list[str] = []
    for group in [*(names[n : n + 2] for n in range(0, last, 2)), names[last:]]:
        title = None if pictures else label
        header = alt.Header(labelColor=_INK, labelFontSize=12, labelLimit=220, title=title,
                            titleColor=_INK, titleFontSize=12)  # fmt: skip
        data = _data([row for row in rows if row["series"] in group])
        facet = alt.Facet("series:N", sort=group, header=header)
        small = chart.properties(width=190, height=80).facet(data=data, facet=facet, columns=2)
        part = small.resolve_scale(y="independent").resolve_axis(x="independent")
        pictures.append(_svg(part))
    return "".join(pictures)


def slopes(rows: Sequence[Row], before: str, now: str, label: str) -> str:
    """Draw a line from one year to the next for each row: `label`, `before`, `now`, `change`.

    Args:
        rows: The change is "rise", "fall" or anything else; it decides colour and stroke.
    """
    import altair as alt
    from scipy.optimize import isotonic_regression

    most = max(float(row[year]) for row in rows for year in ("before", "now"))
    gap = most * 15 / _SLOPE_HEIGHT  # so that no label stands on another, but each near its line
    upwards = sorted(rows, key=lambda row: float(row["now"]))
    spread = isotonic_regression([float(row["now"]) - n * gap for n, row in enumerate(upwards)]).x
    heights = [max(float(height), 0) + n * gap for n, height in enumerate(spread)]
    points = [{**row, "x": x, "number": row[year]}
              for row in rows for x, year in ((0, "before"), (1, "now"))]  # fmt: skip
    ends = [{**row, "x": _LABEL_AT, "number": height}
            for row, height in zip(upwards, heights, strict=True)]  # fmt: skip
    starts = [{**row, "x": 1, "number": row["now"]} for row in upwards]
    kinds = ["rise", "fall", "no clear change"]
    years = alt.Axis(values=[0, 1], grid=False, labelExpr=f"datum.value ? '{now}' : '{before}'")
    x = alt.X("x:Q", title=None, scale=alt.Scale(domain=[-0.1, _LABEL_AT], nice=False), axis=years)
    scale = alt.Scale(domain=[0, max(most, *heights)], nice=False)
    y = alt.Y("number:Q", title=label, scale=scale, axis=alt.Axis(grid=False))
    legend = alt.Legend(orient="top")
    colour = alt.Color("change:N", title=None, legend=legend, scale=alt.Scale(
        domain=kinds, range=[_SERIES[1], _SERIES[2], _LINE]))  # fmt: skip
    lines_ = alt.Chart(_data(points)).mark_line(point=True, strokeWidth=2).encode(
        x=x, y=y, detail="label:N", color=colour,
        strokeDash=alt.StrokeDash("change:N", title=None, legend=legend, scale=alt.Scale(
            domain=kinds, range=[list(dash) for dash in _DASHES[:3]])),
    )  # fmt: skip
    joins = alt.Chart(_data([*starts, *ends])).mark_line(strokeWidth=1)
    joined = joins.encode(x=x, y=y, detail="label:N", color=colour)
    labels = alt.Chart(_data(ends)).mark_text(align="left", dx=4, color=_INK, fontSize=12)
    texts = labels.encode(x=x, y=y, text="label:N")
    return _svg(alt.layer(joined, lines_, texts).properties(width=300, height=_SLOPE_HEIGHT))


def heat(rows: Sequence[Row], across: Sequence[str], down: Sequence[str], label: str) -> str:
    """Draw a square for each cell, the darker the greater: `x`, `y` and `number`."""
    import altair as alt

    chart = alt.Chart(_data(rows)).mark_rect(color=_SERIES[0]).encode(
        x=alt.X("x:N", title=None, axis=alt.Axis(labelAngle=-45),
                scale=alt.Scale(domain=list(across))),
        y=alt.Y("y:N", title=None, scale=alt.Scale(domain=list(down))),
        opacity=_shade(label, 1),
    )  # fmt: skip
    return _svg(chart.properties(width=alt.Step(44), height=alt.Step(15)))


def tiles(rows: Sequence[Row], label: str) -> str:
    """Draw a tile for each place (`label`, `column`, `row`, `number`), the darker the greater."""
    import altair as alt

    axes: dict[str, Any] = {
        "x": alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
        "y": alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
    }
    base = alt.Chart(_data(rows)).encode(**axes)
    text: dict[str, Any] = {"color": _INK, "fontSize": 12}
    chart = alt.layer(
        base.mark_rect(color=_SERIES[0], stroke=_LINE).encode(
            fillOpacity=_shade(label, 0.5, "fill")
        ),
        base.mark_text(dy=-7, fontWeight="bold", **text).encode(text="label:N"),
        base.mark_text(dy=9, **text).encode(text=alt.Text("number:Q", format=",")),
    )
    return _svg(chart.properties(width=alt.Step(62), height=alt.Step(46)))


def _shade(label: str, darkest: float, fill: str = "") -> Any:
    """Return numbers as shades of one colour, which everybody can tell apart."""
    import altair as alt

    legend = alt.Legend(symbolFillColor=_SERIES[0], symbolType="square", symbolStrokeWidth=0,
                        symbolSize=200, tickCount=4)  # fmt: skip
    scale = alt.Scale(range=[0.04, darkest], domainMin=0)
    kind = alt.FillOpacity if fill else alt.Opacity
    return kind("number:Q", title=label, scale=scale, legend=legend)


def areas(rows: Sequence[Row], shapes: Mapping[str, dict[str, Any]], label: str) -> str:
    """Draw the areas of a map (`label`, `number`), the darker the greater."""
    import altair as alt

    sizes = {str(row["label"]): row["number"] for row in rows}
    features = [
        {"type": "Feature", "geometry": _clockwise(shape), "number": sizes.get(code, 0)}
        for code, shape in shapes.items()
    ]
    base = alt.Chart(alt.InlineData(values=features))
    chart = alt.layer(
        base.mark_geoshape(fill=_SERIES[0]).encode(opacity=_shade(label, 1)),
        base.mark_geoshape(fill=None, stroke=_LINE, strokeWidth=0.5),
    )
    return _svg(chart.project(type="mercator").properties(width=520, height=420))


def _clockwise(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape with its outer rings clockwise, as the drawing library takes them."""
    many = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    turned = [
        [ring if (_turn(ring) < 0) == (n == 0) else ring[::-1] for n, ring in enumerate(rings)]
        for rings in many
    ]
    return {"type": "MultiPolygon", "coordinates": turned}


def _turn(ring: Sequence[Sequence[float]]) -> float:
    """Return twice the area of a ring: positive where it goes against the clock."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def funnel(points: Sequence[Row], limits: Sequence[Row], mean: float) -> str:
    """Draw rates (`residents`, `rate`, `outside`, `label`) and the limits of chance."""
    import altair as alt

    x = alt.X("residents:Q", title="residents", scale=alt.Scale(zero=False, padding=36))
    y = alt.Y("rate:Q", title="records for each 1,000 residents")
    ends = alt.Chart(_data(limits)).mark_line(color=_INK, strokeWidth=1).encode(
        x=x, y=y, detail="side:N",
        strokeDash=alt.StrokeDash("limit:N", title="limit", sort=["95%", "99.8%"], scale=alt.Scale(
            domain=["95%", "99.8%"], range=[[4, 3], [1, 0]])),
    )  # fmt: skip
    middle = alt.Chart(_data([{"rate": mean}])).mark_rule(color=_LINE).encode(y=y)
    dots = alt.Chart(_data(points)).mark_point(filled=True, size=45, opacity=1).encode(
        x=x, y=y,
        color=alt.Color("outside:N", title=None, scale=alt.Scale(
            domain=["within the limits", "outside"], range=[_SERIES[0], _SERIES[1]])),
        shape=alt.Shape("outside:N", title=None, scale=alt.Scale(
            domain=["within the limits", "outside"], range=["circle", "diamond"])),
    )  # fmt: skip
    names = alt.Chart(_data(points)).mark_text(dy=-9, color=_INK, fontSize=11)
    chart = alt.layer(ends, middle, dots, names.encode(x=x, y=y, text="label:N"))
    return _svg(chart.properties(width=460, height=280))


def control(rows: Sequence[Row], label: str) -> str:
    """Draw a small chart for each series: its numbers, their mean and limits, and signals."""
    import altair as alt

    base = alt.Chart()
    x = alt.X("at:T", title=None, axis=alt.Axis(format="%b %y", tickCount=4))
    y: dict[str, Any] = {"title": None, "axis": _SMALL_AXIS}
    signal: dict[str, Any] = {"domain": ["usual", "signal"]}
    rules = [
        base.mark_line(color=_INK, strokeWidth=1, strokeDash=dash).encode(
            x=x, y=alt.Y(f"{field}:Q", **y)
        )
        for field, dash in (("mean", [1, 0]), ("low", [4, 3]), ("high", [4, 3]))
    ]
    line = base.mark_line(color=_SERIES[0]).encode(x=x, y=alt.Y("number:Q", **y))
    dots = base.mark_point(filled=True, opacity=1).encode(
        x=x, y=alt.Y("number:Q", **y),
        color=alt.Color("signal:N", legend=None,
                        scale=alt.Scale(**signal, range=[_SERIES[0], _SERIES[1]])),
        shape=alt.Shape("signal:N", legend=None,
                        scale=alt.Scale(**signal, range=["circle", "diamond"])),
        size=alt.Size("signal:N", legend=None, scale=alt.Scale(**signal, range=[12, 60])),
    )  # fmt: skip
    return _small(alt.layer(*rules, line, dots), rows, label)


def _data(rows: Sequence[Row]) -> Any:
    import altair as alt

    return alt.InlineData(values=list(rows))


def _svg(chart: Any) -> str:
    """Render a chart, in the page's colours and silent to readers of screens."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg({**chart.to_dict(), "config": _CONFIG})
    svg = re.sub(r' (?:role|aria-[a-z]+|class)="[^"]*"', "", svg)
    for placeholder, variable in _VARIABLES.items():
        svg = svg.replace(f'"{placeholder}"', f'"{variable}"')
    return svg.replace("<svg ", '<svg aria-hidden="true" ', 1)
