"""Pages in a real browser: accessible, without scripts or requests, readable at 320 pixels."""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from exchange.reports.compliance.forms import FORMS
from tests.lib import partnership as lib
from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import Partnership
from tests.use.test_splitting import AREAS, BOTH, files

HERE = Path(__file__).parent

A4 = 1009  # pixels of 1/96 inch between the margins of 15 mm, from top to bottom


@pytest.fixture
def pages(partnership: Partnership) -> list[Path]:
    file = partnership.extract("police", "crime.csv", crimes(60))
    partnership.run("police", "preview", file, "--html", "preview.html")
    partnership.submit("police", file, "--dates", "2026Q3")
    board = ("report", "compliance", "--year", "2026", "-o", "compliance.html")
    partnership.run("council", *board)
    partnership.signed(
        "council", "report", "answer", "12", "--answer", "not-met", "--action", "ask", "--yes"
    )
    for form in ("checklist", "milestones"):
        told = ("--form", form, "-o", f"{form}.html")
        partnership.run("council", "report", "requirements", *told)
    partnership.run("police", "preview", file, "--evidence", "evidence.html")
    partnership.signed("council", "pull", "merged")
    pack = ("report", "assessment", "merged", "--year", "2026", "-o", "assessment.html")
    partnership.run("council", *pack)
    partnership.run("council", "report", "plan", "merged", "--year", "2026", "-o", "plan.html")
    partnership.run("council", "partnership", "protocol", "draft", "-o", "protocol.html")
    table = (
        "report",
        "table",
        "merged",
        "--rows",
        "hour",
        "--columns",
        "weekday",
        "-o",
        "table.html",
    )
    partnership.run("council", *table)
    wide = (
        "report",
        "table",
        "merged",
        "--rows",
        "weekday",
        "--columns",
        "hour",
        "-o",
        "wide.html",
    )
    partnership.run("council", *wide)
    file = partnership.extract("ambulance", "c.csv", callouts(*["WZ1 1AA"] * 30))
    partnership.run(
        "ambulance", "preview", file, "--dates", "2026Q3", "--evidence", "evidence.html"
    )
    return sorted(partnership.root.glob("*/*.html"))


def look(pages: list[Path]) -> None:
    """Hold each page to what is promised of all, in a browser."""
    chromium = shutil.which("chromium") or ""
    command = ["node", "look.mjs", chromium, *map(str, pages)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert len(told) == len(pages)
    for name, page in told.items():
        wider, front = page.pop("wider"), page.pop("front")
        nothing = {"requests": [], "scripts": 0, "hidden": 0, "hints": 0, "cut": 0}
        assert page == {"violations": {"light": [], "dark": []}, **nothing}, name
        assert wider <= 0, name
        assert front <= A4, name


@pytest.mark.needs("chromium")
def test_axe_finds_nothing_and_nothing_is_asked_of_anybody(pages):
    assert len(pages) == 11
    look(pages)


@pytest.mark.soak("browser")
@pytest.mark.needs("chromium")
def test_forty_authorities_and_eight_years(partnership):
    p = partnership
    for number in range(36):
        who = f"authority-with-a-long-name-{number}"
        lib.join(p, who)
        kind = ("council", "district", "fire", "health")[number % 4]
        p.signed(who, "key", "new", "--partner", who, "--name", f"An authority {number}", "--kind",
                 kind, "--contact", "c@example")  # fmt: skip
        lib.enrol(p, who)
    for year in range(2019, 2027):
        p.set_clocks(datetime(year, 10, 20, 9, tzinfo=UTC))
        file = p.extract("police", "crime.csv", crimes(60, first=date(year, 7, 1)))
        p.submit("police", file, "--dates", f"{year}Q3")
    p.signed("council", "pull", "merged")
    p.run("council", "report", "compliance", "--year", "2026", "-o", "compliance.html")
    for form in FORMS:
        p.run("council", "report", "requirements", "--form", form, "-o", f"{form}.html")
    summary = ("report", "plan", "merged", "--year", "2026", "--public", "-o", "summary.html")
    p.run("council", *summary)
    p.run("council", "report", "assessment", "merged", "--year", "2026", "-o", "assessment.html")
    pages = sorted((p.root / "council").glob("*.html"))
    compliance = (p.root / "council/compliance.html").read_text(encoding="utf-8")
    assert "An authority 35" in compliance
    assert ">overdue of earlier quarters</th>" in compliance
    # The clock of the log was changed, so there are dozens of warnings, and none is left out.
    assert all(f"log {number} states" in compliance for number in range(30))
    look(pages)


@pytest.mark.soak("browser")
@pytest.mark.needs("chromium")
def test_the_countys_pages(tmp_path):
    p = lib.several(tmp_path / "p", dict(list(AREAS.items())[:2]))
    p.signed("police", "submit", *files(p), *BOTH, "--yes")
    for name in ("westshire", "northshire"):
        p.signed("police", "--partnership", name, "pull", f"pulled/{name}")
    pack = ("--year", "2026", "--assessment", "pulled")
    p.run("police", "report", "county", "--quarter", "2026Q3", "-o", "county.html")
    p.run("police", "report", "county", "--agreement", "-o", "agreement.html")
    p.run("police", "report", "county", *pack, "-o", "assessment.html")
    look(sorted((p.root / "police").glob("*.html")))


@pytest.mark.soak("browser")
@pytest.mark.needs("chromium")
def test_forty_districts_are_on_one_sheet_and_nothing_is_counted_twice(tmp_path):
    names = [f"Upper and Lower Shire {number}" for number in range(40)]
    p = lib.several(tmp_path / "p", {f"E079999{n:02d}": name for n, name in enumerate(names)})
    p.run("police", "report", "county", "--quarter", "2026Q3", "-o", "c.html", "-o", "c.json")
    p.run("police", "report", "county", "--agreement", "-o", "agreement.html")
    report = json.loads((p.root / "police/c.json").read_bytes())
    tables = report["tables"]
    assert len(tables["districts"]) == 40
    sent = [(row["district"], row["partner"], row["dataset"]) for row in tables["shared"]]
    assert len(sent) == len(set(sent)) == 40 * 9
    counts = [row for district in tables["districts"] for row in list(district.values())[2:]]
    assert sum(map(int, counts)) == len(sent)
    (officer,) = tables["shared-officers"]
    assert officer["districts"] == "all districts"
    front = (p.root / "police/c.html").read_text(encoding="utf-8").split("</section>")[0]
    assert all(f'<th scope="row">{name}</th>' in front for name in names)
    look(sorted((p.root / "police").glob("*.html")))


def test_the_same_values_give_the_same_bytes_and_nothing_is_a_tag(partnership):
    file = partnership.extract("police", "crime.csv", crimes(60).replace("REF00001", "<b>x</b>&"))
    for name in ("a.html", "b.html"):
        partnership.run("police", "preview", file, "--evidence", name)
    folder = partnership.root / "police"
    assert (folder / "a.html").read_bytes() == (folder / "b.html").read_bytes()
    partnership.run("police", "preview", file, "--html", "p.html", "--rows", "60")
    page = (folder / "p.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;x&lt;/b&gt;&amp;" in page
    assert "<b>x" not in page
