"""The assessment as Chromium prints it: how many pages, and how full they are."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from exchange.cli.main import main

pytestmark = [pytest.mark.soak("browser"), pytest.mark.needs("playwright")]
MOST_PAGES = 10
MOST_WHITE = 1 / 3  # of a page
MARGIN = 15  # mm, of A4
GAP = 6  # mm: what is between two lines, paragraphs or sections is not counted as white
INK = 245  # of 255, and darker


def printed(page: Path, to: Path) -> list[np.ndarray]:
    """Print a page as a reader would, and return a picture of each sheet, in shades of grey."""
    import pypdfium2
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        window = chromium.new_page()
        window.goto(page.as_uri())
        window.pdf(path=to, prefer_css_page_size=True)
        chromium.close()
    with pypdfium2.PdfDocument(to) as sheets:
        return [sheet.render(grayscale=True).to_numpy().copy() for sheet in sheets]


def white(sheet: np.ndarray) -> float:
    """Return what share of a sheet is left empty, of its left and of its right half alike."""
    high, wide = sheet.shape
    y, x = round(high * MARGIN / 297), round(wide * MARGIN / 210)
    halves = np.array_split(sheet[y : high - y, x : wide - x], 2, axis=1)
    return float(np.mean([_empty((half < INK).any(axis=1), high * GAP / 297) for half in halves]))


def _empty(has_ink: np.ndarray, gap: float) -> float:
    """Return the share of rows that lie in gaps of more than so many."""
    edges = np.flatnonzero([True, *has_ink, True])
    gaps = np.diff(edges) - 1
    return float(gaps[gaps > gap].sum() / len(has_ink))


def fills_its_pages(page: Path, folder: Path, paragraphs: int = 0) -> bool:
    """Say whether a report fills its pages, with so many paragraphs more at its end."""
    text = page.read_text(encoding="utf-8")
    longer = folder / "longer.html"
    more = f"<p>{'What people write. ' * 14}</p>" * paragraphs
    longer.write_text(text.replace('<div class="rest">', f'{more}<div class="rest">'), "utf-8")
    sheets = printed(longer, folder / "longer.pdf")
    return 3 < len(sheets) <= MOST_PAGES and max(map(white, sheets)) <= MOST_WHITE


def test_an_assessment_of_nine_quarters_fills_ten_pages_at_most(tmp_path):
    assert main(["demo", str(tmp_path / "d")]) == 0
    (page,) = tmp_path.glob("d/*/assessment.html")
    assert "Anti-social behaviour in LSOA E01999010: " in page.read_text(encoding="utf-8")
    assert fills_its_pages(page, tmp_path)


@pytest.mark.parametrize("paragraphs", range(0, 32, 4))
def test_an_assessment_of_one_quarter_fills_its_pages_wherever_it_ends(
    demonstration, tmp_path, paragraphs
):
    (page,) = demonstration.glob("d/*/assessment.html")
    assert fills_its_pages(page, tmp_path, paragraphs)


def test_what_is_white_is_measured():
    sheet = np.full((297, 210), 255, dtype=np.uint8)
    assert white(sheet) == 1
    sheet[::5] = 0  # lines of text
    assert white(sheet) == 0
    sheet[:, 105:] = 255
    assert white(sheet) == 0.5
