"""The colours of charts: told apart by everybody, and seen on the page, light and dark."""

import itertools
import re
from datetime import UTC, datetime

import numpy as np
import pytest

from exchange.reports import html
from exchange.reports.report import Report

# How colours look without one kind of cone (Machado, Oliveira and Fernandes, 2009), linear RGB.
SEEN = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.95047], [1.0], [1.08883]])
SERIES = ("series-1", "series-2", "series-3", "series-4")
# Of a state on the first page of a report: on time, late, overdue, due, and not certain.
MARKS = ("series-3", "late", "bad", "series-1", "series-4")
APART = 18  # in CIELAB; two that can hardly be told apart differ by 2
CONTRAST = 4.5  # of WCAG 2.2 for text, more than it asks of charts
GRAPHIC = 3  # of WCAG 2.2 for what has a symbol and a word beside it


def palettes() -> list[dict[str, str]]:
    """Return the variables of the page, light and dark."""
    report = Report("", (), (), None, ())
    page = html.render("report", "", datetime(2026, 1, 1, tzinfo=UTC), report=report).decode()
    roots = re.findall(r":root \{([^}]*)\}", page)
    return [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+);", root)) for root in roots]


def linear(colour: str) -> np.ndarray:
    figures = colour.lstrip("#")
    figures = figures if len(figures) == 6 else "".join(one * 2 for one in figures)
    parts = np.array([int(figures[n : n + 2], 16) for n in (0, 2, 4)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", SEEN)
def test_the_colours_of_charts_are_told_apart_by_everybody(mode, eyes):
    palette = palettes()[mode]
    for names in (SERIES, MARKS):
        seen = [lab(np.asarray(SEEN[eyes]) @ linear(palette[name])) for name in names]
        assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= APART


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_colours_of_charts_are_seen_on_the_page(mode):
    colours = palettes()[mode]
    assert all(contrast(colours[name], colours["paper"]) >= CONTRAST for name in SERIES)
    assert all(contrast(colours[name], colours["paper"]) >= GRAPHIC for name in MARKS)
