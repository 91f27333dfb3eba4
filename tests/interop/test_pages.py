"""Pages in a real browser: accessible, without scripts or requests, readable at 320 pixels."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import Partnership

HERE = Path(__file__).parent


@pytest.fixture
def pages(partnership: Partnership) -> list[Path]:
    file = partnership.extract("police", "crime.csv", crimes(60))
    partnership.run("police", "preview", file, "--html", "preview.html")
    partnership.submit("police", file, "--dates", "2026Q3")
    board = ("report", "compliance", "--year", "2026", "-o", "compliance.html")
    partnership.run("council", *board)
    partnership.signed("council", "assess", "12", "--answer", "no", "--action", "ask", "--yes")
    for form in ("checklist", "milestones"):
        told = ("--form", form, "-o", f"{form}.html")
        partnership.run("council", "report", "requirements", *told)
    partnership.run("police", "evidence", file, "-o", "evidence.html")
    file = partnership.extract("ambulance", "c.csv", callouts(*["WZ1 1AA"] * 30))
    partnership.run("ambulance", "evidence", file, "--dates", "2026Q3", "-o", "evidence.html")
    return sorted(partnership.root.glob("*/*.html"))


@pytest.mark.needs("chromium")
def test_axe_finds_nothing_and_nothing_is_asked_of_anybody(pages):
    chromium = shutil.which("chromium") or ""
    command = ["node", "look.mjs", chromium, *map(str, pages)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert len(told) == 6
    for name, page in told.items():
        wider = page.pop("wider")
        nothing = {"violations": {"light": [], "dark": []}, "requests": [], "scripts": 0}
        assert page == nothing, name
        assert wider <= 0, name


def test_the_same_values_give_the_same_bytes_and_nothing_is_a_tag(partnership):
    file = partnership.extract("police", "crime.csv", crimes(60).replace("REF00001", "<b>x</b>&"))
    for name in ("a.html", "b.html"):
        partnership.run("police", "evidence", file, "-o", name)
    folder = partnership.root / "police"
    assert (folder / "a.html").read_bytes() == (folder / "b.html").read_bytes()
    partnership.run("police", "preview", file, "--html", "p.html", "--rows", "60")
    page = (folder / "p.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;x&lt;/b&gt;&amp;" in page
    assert "<b>x" not in page
