"""One report of several districts' exchanges: each named, none counted twice."""

import json
from datetime import UTC, datetime

import pytest

from tests.lib.page import Browser, served
from tests.lib.partnership import Partnership, several
from tests.use.test_registers import ANSWER, fill
from tests.use.test_splitting import AREAS, BOTH, files

DISTRICTS = ("westshire", "northshire", "southshire")


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    p = several(tmp_path_factory.mktemp("county") / "p", AREAS)
    p.signed("police", "submit", *files(p), *BOTH, "--yes")
    for name in DISTRICTS[:2]:
        p.signed("police", "--partnership", name, "pull", f"pulled/{name}")
    return p


@pytest.fixture
def county(founded, tmp_path) -> Partnership:
    return founded.copy(tmp_path / "p")


def report(p: Partnership, *told: object, status: int = 0):
    files = ("-o", "c.json", "-o", "c.html")
    ran = p.run("police", "report", "county", *told, *files, "--json", status=status)
    if not status:
        assert ran.json == {"written": ["c.json", "c.html"]}
    return ran if status else json.loads((p.root / "police/c.json").read_bytes())


def test_each_districts_rows_are_named_and_none_is_there_twice(county):
    p = county
    told = report(p, "--quarter", "2026Q3")
    rows = told["tables"]["shared"]
    alone = []
    for name in DISTRICTS:
        p.run("police", "--partnership", name, "report", "compliance", "--quarter", "2026Q3",
              "-o", "one.json")  # fmt: skip
        one = json.loads((p.root / "police/one.json").read_bytes())["tables"]["shared"]
        alone += [{"district": name, **row} for row in one]
    assert rows == alone
    assert len({(r["district"], r["partner"], r["dataset"]) for r in rows}) == len(rows)
    crime = [(r["district"], r["status"]) for r in rows if r["dataset"] == "police-crime"]
    assert [state for _, state in crime] == ["on time", "on time", "due in 72 days"]
    summary = {r["district"]: r for r in told["tables"]["districts"]}
    assert summary["westshire"]["on_time"] == "2"
    assert (
        "All districts: No protocol is published. Agree one and publish it." in (told["to_decide"])
    )
    assert [r["district"] for r in told["tables"]["logs"]] == list(DISTRICTS)
    (none,) = (line for line in told["to_decide"] if "liaison officer" in line)
    named = "Police (all districts), Westshire, Northshire, Southshire"
    assert none == f"Have no designated liaison officer: {named}."
    (owing,) = (line for line in told["to_decide"] if ", overdue of earlier quarters: " in line)
    assert owing.startswith(f"{named}, overdue")
    page = (p.root / "police/c.html").read_text(encoding="utf-8")
    assert "all districts" in page
    assert "all 3" not in page
    assert "Westshire; Northshire; Southshire" not in page


def test_districts_are_named_by_their_stores_or_by_their_names(county):
    stores = ("../share-westshire", "northshire", "westshire")
    rows = report(county, *stores, "--quarter", "2026Q3")["tables"]["districts"]
    assert [r["district"] for r in rows] == ["westshire", "northshire"]


def test_who_serves_several_districts_is_named_once(county):
    (row,) = report(county)["tables"]["shared-officers"]
    assert row["officer"] == "police/liaison"
    assert row["districts"] == "all districts"


def assert_near(row: dict[str, str], records: dict[str, int], *, by: int) -> None:
    assert all(abs(int(row[area]) - number) <= by for area, number in records.items()), row


def adds_up(row: dict[str, str]) -> bool:
    return int(row["all"]) == int(row["E07999901"]) + int(row["E07999902"])


def test_the_assessment_adds_up_the_districts(county):
    for name in DISTRICTS[:2]:
        county.signed(name, *ANSWER)
        goal = ("1", "Fewer burglaries", "Director", "theme=burglary", "40", "30", "lower")
        fill(county, name, Priorities=(("Safer homes", "Director"),), Targets=(goal,))
        county.signed(name, *ANSWER)
    told = report(county, *DISTRICTS[:2], "--year", "2026", "--assessment", "pulled")
    rows = {r["theme"]: r for r in told["tables"]["districts"]}
    # 24 and 12 burglaries, 12 and 6 of anti-social behaviour; small counts are rounded.
    assert adds_up(rows["burglary"])
    assert_near(rows["burglary"], {"E07999901": 24, "E07999902": 12}, by=15)
    assert_near(rows["all"], {"E07999901": 36, "E07999902": 18}, by=2)
    rests = {(r["partner"], r["dataset"]) for r in told["tables"]["rests-on"]}
    assert ("northshire/police", "police-asb") in rests
    assert len(told["partnerships"]) == 2
    # A district's target counts the district's records.
    targets = told["tables"]["targets"]
    names = ["Westshire: Fewer burglaries", "Northshire: Fewer burglaries"]
    assert [row["measure"] for row in targets] == names
    results = [row["result"] for row in targets]
    assert results == [rows["burglary"]["E07999901"], rows["burglary"]["E07999902"]]


def test_what_was_shared_of_an_area_in_two_exchanges_is_counted_once(county):
    p = county
    p.signed(
        "westshire",
        "partnership",
        "area",
        "add",
        "E07999902=Northshire",
        "--from",
        "2026-01-01",
        "--yes",
    )
    words = (*DISTRICTS[:2], "--year", "2026", "--assessment", "pulled")
    p.signed("police", "--partnership", "westshire", "pull", "pulled/westshire")
    told = report(p, *words)
    assert any("E07999902 is in westshire and northshire" in line for line in told["warnings"])
    # Nothing of it is in Westshire's exchange yet, so nothing is left out.
    before = told["tables"]["districts"]
    assert_near(before[-1], {"E07999901": 36, "E07999902": 18}, by=2)
    answer = "--answer=correction-differs=checked"
    p.signed("police", "--partnership", "westshire", "submit", *files(p), *BOTH, answer, "--yes")
    p.signed("police", "--partnership", "westshire", "pull", "pulled/westshire")
    told_again = report(p, *words)
    again = told_again["tables"]["districts"]
    assert [row["theme"] for row in again] == [row["theme"] for row in before]
    # 54 records in one whole cube. Counted twice they would be 72, or what rounding made of a part.
    assert_near(again[-1], {"all": 54}, by=2)
    assert adds_up(again[-1])


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (("eastshire",), "store-not-in-settings"),
        (("westshire",), "two-districts-needed"),
        (("--assessment", "pulled"), "year-missing"),
        (("--assessment", "pulled", "--year", "2026"), "folder-not-pulled"),
    ],
)
def test_what_is_no_county_is_refused(county, told, refusal):
    assert report(county, *told, status=2).refusal == refusal
    assert not (county.root / "police/c.json").exists()


def test_the_first_page_has_each_district_once_in_one_table(county):
    county.now = datetime(2027, 1, 10, 9, tzinfo=UTC)
    front = report(county, "--quarter", "2026Q3")["front_page"]
    assert front["met"] is False
    assert f"not met in {len(DISTRICTS)} of {len(DISTRICTS)} districts" in front["verdict"]
    assert len(front["decisions"]) == len(DISTRICTS)
    page = (county.root / "police/c.html").read_text("utf-8")
    table = page[page.index('<table class="matrix') : page.index("</table>")]
    assert table.count('scope="row"') == len(DISTRICTS)


def test_a_folder_of_tables_is_of_one_partnership(county):
    tables = county.root / "police/pulled/westshire"
    before = {path: path.read_bytes() for path in tables.rglob("*") if path.is_file()}
    for more in ((), ("--update",)):
        into = ("pull", "pulled/westshire", *more)
        ran = county.signed("police", "--partnership", "northshire", *into, status=2)
        assert ran.refusal == "tables-of-another-partnership"
        assert {path: path.read_bytes() for path in tables.rglob("*") if path.is_file()} == before
    for name in DISTRICTS[:2]:
        year = ("report", "assessment", f"pulled/{name}", "--year", "2026", "-o", f"{name}.json")
        county.run("police", "--partnership", name, *year)
        assert (county.root / f"police/assessment-{name}-2026.toml").is_file()


@pytest.mark.services
def test_the_page_keeps_the_tables_of_two_partnerships_apart(county):
    with served(county.root / "police") as room:
        browser = Browser(room).enter()
        for name, rows in (("westshire", 24), ("northshire", 12), ("westshire", 24)):
            pulled = browser.pull(partnership=name)
            assert f"Recorded crime {rows} rows" in pulled.words
            assert str(county.root / "police/merged" / name) in pulled.words
        for name, rows in (("westshire", 20), ("northshire", 12)):
            table = browser.get(f"/analyse/table/police-crime?partnership={name}")
            assert f"The first {rows} rows" in table.words
        assert browser.get("/analyse/table/police-crime").status == 400
        assert browser.get("/analyse/table/police-crime?partnership=southshire").status == 404
        for name in DISTRICTS[:2]:
            fields = {"report": "assessment", "format": ".html", "period": "2026"}
            made = browser.post("/analyse/report", partnership=name, **fields)
            assert name in made.text.lower()
            assert (county.root / f"police/assessment-{name}-2026.toml").is_file()
