"""The strategic assessment pack: from what was pulled, what is missing, and who has to write."""

import base64
import io
import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from unittest.mock import patch

import openpyxl
import polars as pl
import pytest

from exchange import open_merged
from exchange.errors import remedy
from exchange.reports.assessment.topics import ACROSS, MISUSE
from exchange.reports.assessment.year_file import ESCALATE, SECTIONS
from exchange.samples.extract import sample
from schemas.codes.vocabularies import THEMES, VIOLENCE_OR_SEXUAL
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter
from tests.lib import partnership as lib
from tests.lib.extracts import CRIME_HEADINGS, callouts, crimes, csv, domestic, sunderland
from tests.lib.partnership import Partnership
from tests.use.test_registers import fill

FORMS = ("a.html", "a.xlsx", "a.csv", "a.json", "a.txt")


def play_two_years(p: Partnership) -> None:
    """Sixty thefts last summer and a hundred and twenty this one; callouts of this one alone."""
    for year, many in ((2025, 60), (2026, 120)):
        file = p.extract("police", f"{year}.csv", crimes(many, first=date(year, 7, 1)))
        p.submit("police", file, "--dates", f"{year}Q3")
        p.signed("police", "nil", "police-transport", "--dates", f"{year}Q3", "--yes")
    calls = p.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 30))
    p.submit("ambulance", calls, "--dates", "2026Q3")
    p.signed("analysts", "pull", "merged")


@pytest.fixture(scope="module")
def played(once, _founded) -> Path:
    """The two years, `before` a pack is made of them and `after` it; nobody changes them."""

    def fill(folder: Path) -> None:
        before = _founded.copy(folder / "before")
        play_two_years(before)
        report(before.copy(folder / "after"))

    return once("assessment-of-two-years", fill)


@pytest.fixture
def two_years(played, tmp_path) -> Partnership:
    return Partnership(played / "before").copy(tmp_path / "p")


@pytest.fixture
def reported(played) -> Partnership:
    """The two years with their pack in every form: to be read, not changed."""
    return Partnership(played / "after")


@pytest.fixture
def told(reported) -> dict:
    return json.loads(read(reported, "a.json"))


def report(
    p: Partnership, *told: object, status: int = 0, year: str = "2026", forms: Sequence[str] = FORMS
):
    outputs = [word for name in forms for word in ("-o", name)]
    return p.run("analysts", "report", "assessment", "merged", "--year", year, *outputs, *told,
                 status=status)  # fmt: skip


def read(p: Partnership, name: str) -> bytes:
    return (p.root / "analysts" / name).read_bytes()


def made(p: Partnership, *told: object, year: str = "2026") -> dict:
    report(p, *told, year=year, forms=("a.json", "a.txt"))
    return json.loads(read(p, "a.json"))


def write(p: Partnership, text: str, name: str = "assessment-2026.toml") -> None:
    (p.root / "analysts" / name).write_text(text, encoding="utf-8")


def near(cell: str, records: int) -> bool:
    """Say whether a published number is as near to the records as small count rounding leaves it.

    Bundles are sealed with salts of their own, so the numbers are others in each run.
    """
    return abs(int(cell.replace(",", "")) - records) <= max(15, records // 5)


def test_levels_are_the_sources_rounded(told):
    rows = {r["theme"]: r for r in told["tables"]["levels"]}
    theft = rows["theft and vehicle crime"]
    assert near(theft["police"], 120)
    assert theft["ambulance"] == "0"
    assert told["headings"]["levels"]["police"] == "police (incomplete)"
    assert abs(int(rows["all"]["all"]) - 150) <= 2


def test_what_stands_out_comes_first_with_its_figures_its_certainty_and_its_table(told):
    first = next(iter(told["tables"]))
    assert first == "findings"
    by_table = {row["see"]: row for row in told["tables"]["findings"]}
    row = by_table["Change since last year"]
    assert row["finding"].startswith("Theft and vehicle crime: 1")
    assert " in the same quarters of last year: +" in row["finding"]
    assert row["certainty"] in ("high", "moderate")
    assert by_table["Rising categories"]["finding"].startswith("45: Theft from vehicle (Recorded")


def test_each_finding_has_its_chart_beside_it(reported, told):
    told = told["tables"]
    page = read(reported, "a.html").decode()
    section = page[page.index("<h2>What stands out</h2>") :].split("<h2>")[1]
    rows = section.split("<tbody>")[1].split("</tr>")[:-1]
    assert len(rows) == len(told["findings"]) > 0
    assert all(row.count("<svg") == 1 for row in rows)
    change = told["change"][0]
    before, now = change["year_before"], change["this_year"]
    assert f'aria-label="Jul to Sep 2026: {before} before, {now} now"' in rows[0]
    heights = [float(one) for one in re.findall(r'<rect [^>]*height="([0-9.]+)"', rows[0])]
    assert heights[0] / heights[1] == pytest.approx(int(before) / int(now), abs=0.01)


def test_change_is_of_what_is_whole_in_both_years(told):
    (row,) = told["tables"]["change"]
    assert row["theme"] == "theft and vehicle crime"
    assert near(row["year_before"], 60)
    assert near(row["this_year"], 120)
    assert row["change"].startswith("+")
    assert row["significance"] == "increase (statistically significant)"


def test_a_quarter_that_was_shared_in_one_year_only_is_not_compared(two_years):
    p = two_years
    file = p.extract("police", "q2.csv", crimes(50, first=date(2026, 4, 1)))
    p.submit("police", file, "--dates", "2026Q2")
    july = p.extract("police", "2025q4.csv", crimes(40, first=date(2025, 10, 1), days=31))
    p.submit("police", july, "--dates", "2025-10")
    p.signed("analysts", "pull", "merged")
    told = made(p)["tables"]
    levels = next(r for r in told["levels"] if r["theme"] == "theft and vehicle crime")
    assert near(levels["police"], 170)
    (row,) = told["change"]
    assert near(row["year_before"], 60)
    assert near(row["this_year"], 120)


def test_what_another_submits_for_an_authority_is_compared_too(partnership):
    p = partnership
    lib.join(p, "health")
    lib.make_key(p, "health")
    lib.enrol(p, "health")
    p.extract("council", "isp.pdf", b"%PDF-1.7 a made-up protocol")
    p.signed("council", "partnership", "protocol", "publish", p.root / "council/isp.pdf", "--yes",
             "--behalf", "health-admissions:ambulance=health")  # fmt: skip
    for year, many in ((2025, 60), (2026, 120)):
        text = sample(DATASETS["health-admissions"], Quarter(year, 3), many, 1).text()
        file = p.extract("ambulance", f"{year}.csv", text)
        p.submit("ambulance", file, "--dataset", "health-admissions", "--dates", f"{year}Q3")
    p.signed("analysts", "pull", "merged")
    assert any(r["this_year"] != "0" for r in made(p)["tables"]["change"])


def test_an_authority_is_compared_with_the_one_that_it_succeeded(two_years):
    p = two_years
    lib.join(p, "constabulary")
    p.signed("constabulary", "key", "new", "--partner", "constabulary", "--name", "Constabulary",
             "--kind", "police", "--contact", "c@example")  # fmt: skip
    lib.enrol(p, "constabulary")
    p.signed(
        "council",
        "partner",
        "replace",
        "police",
        "constabulary",
        "--on",
        "2026-07-01",
        "--begun",
        "--yes",
    )
    file = p.extract("constabulary", "c.csv", crimes(90))
    p.submit("constabulary", file, "--dates", "2026Q3")
    p.signed("police", "withdraw", "5", "--reason", "wrong-file", "--yes")
    p.signed("analysts", "pull", "merged")
    (row,) = made(p)["tables"]["change"]
    assert near(row["year_before"], 60)
    assert near(row["this_year"], 90)


def test_a_withdrawn_year_is_compared_with_nothing(two_years):
    p = two_years
    p.signed("police", "withdraw", "3", "--reason", "wrong-file", "--yes")
    p.signed("analysts", "pull", "merged")
    told = made(p)
    assert told["tables"]["change"] == []
    assert "CHANGE SINCE LAST YEAR" in read(p, "a.txt").decode()


def test_what_is_missing_is_named_and_said_once(reported, told):
    gaps = {(r["partners"], r["dataset"]): r["quarters"] for r in told["tables"]["gaps"]}
    assert gaps["police", "police-asb"] == "2026Q1, 2026Q2"
    assert gaps["police", "police-crime"] == "2026Q1, 2026Q2"
    assert read(reported, "a.txt").decode().count("Incomplete: ") == 1


def test_what_is_not_due_yet_is_not_called_missing(reported, told):
    assert not any("2026Q4" in row["quarters"] for row in told["tables"]["gaps"])
    assert "still grow: Jul to Sep 2026, Oct to Dec 2026" in read(reported, "a.txt").decode()


def test_domestic_abuse_has_its_section_and_agencies_are_not_compared_where_places_differ(
    partnership,
):
    p = partnership
    p.submit("police", p.extract("police", "c.csv", crimes(40) + domestic(40)), "--dates", "2026Q3")
    calls = p.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 30))
    p.submit("ambulance", calls, "--dates", "2026Q3")
    p.signed("analysts", "pull", "merged")
    told = made(p)["tables"]
    shared = open_merged(p.root / "analysts/merged").filter(domestic="yes").collect()
    by = {row["agency"]: row for row in told["domestic"]}
    assert near(by["police"]["2026Q3"], shared.height)
    themes = {row["theme"]: row for row in told["domestic-themes"]}
    assert near(themes[VIOLENCE_OR_SEXUAL]["police"], shared.height)
    text = read(p, "a.txt").decode()
    across = text[text.index("ACROSS AGENCIES: VIOLENCE") :].split("\n\n")[1]
    assert "Records with a known outward code: " in across
    assert told["substances"] == []  # and no noughts


def test_records_by_lsoa_are_placed_by_a_postcode_directory_that_has_all_of_it(two_years):
    p = two_years
    assert "geography" not in {path.stem for path in (p.root / "analysts/merged").iterdir()}
    said = p.run(
        "analysts", "places", "add", p.extract("analysts", "NSPL_MAY_2026_UK.csv", sunderland())
    )
    p.signed("analysts", "pull", "merged", "--csv")
    merged = open_merged(p.root / "analysts/merged")
    by_lsoa = merged.filter(pl.col("place").is_in(["E01999001", "E01999002"])).collect()
    assert set(by_lsoa["outward_best_fit"]) == {"SR1", "SR2"}
    assert set(by_lsoa["ward_best_fit"]) == {"E05000001"}
    assert merged.filter(place="E01999003").collect()["outward_best_fit"].null_count() > 0
    assert merged.filter(agency="ambulance").collect()["outward_best_fit"].unique()[0] == "WZ1"
    assert b"outward_best_fit" in read(p, "merged/csv/incidents.csv").splitlines()[0]
    fits = pl.read_parquet(p.root / "analysts/merged/geography.parquet")
    assert fits["directory_sha256"].unique()[0] in said.out
    assert set(pl.read_csv(p.root / "analysts/merged/dictionary.csv")["dataset"]) >= {"geography"}
    tables = made(p)["tables"]
    places = {row["outward_code"]: row for row in tables["places"]}
    theft = "theft and vehicle crime"
    assert near(places["SR1"][theft], by_lsoa.filter(theme=theft, outward_best_fit="SR1").height)
    text = read(p, "a.txt").decode()
    assert "has all postcodes of 2 of the 10 LSOAs" in " ".join(text.split())


def test_rates_harm_and_a_map_follow_from_files_that_are_added_once(two_years):
    p = two_years
    told = made(p)["tables"]
    assert (told["rates"], told["harm"], told["control"]) == ([], [], [])
    lsoas = [row["lsoa"] for row in told["lsoas"]]
    ring = [[-2, 51], [-1, 51], [-1, 52], [-2, 51]]
    shapes = [
        {"properties": {"Zzyzx": "Zzyzx", "LSOA21CD": one},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for one in lsoas
    ]  # fmt: skip
    for name, text in {
        "residents.csv": "code,population\n" + "".join(f"{one},1500\n" for one in lsoas),
        "weights.csv": "code,weight\n45,20\n1,5000\n",
        "lsoas.geojson": json.dumps({"features": shapes}),
    }.items():
        assert (
            "SHA-256" in p.run("analysts", "places", "add", p.extract("analysts", name, text)).out
        )
    assert json.loads(p.run("analysts", "places", "show", "--json").out).keys() >= {
        "population", "boundaries", "severity weights"
    }  # fmt: skip
    tables = made(p)["tables"]
    first = tables["rates"][0]
    records = int(next(row["records"] for row in tables["lsoas"] if row["lsoa"] == first["area"]))
    assert (first["records"], first["per_1000"]) == (str(records), f"{records / 1.5:.1f}")
    (row,) = tables["harm"]
    assert row["offence"].startswith("45: Theft from vehicle")
    assert row["harm"] == f"{int(row['records']) * 20:,}"
    report(p, forms=("a.html",))
    page = read(p, "a.html").decode()
    assert "Map with a shade for each area of records by LSOA. Most: E01" in page
    assert "Funnel plot of records for each 1,000 residents by LSOA" in page
    assert "weights.csv (codes in code, added 20 October 2026)" in page
    assert "Zzyzx" not in page
    p.signed("police", "nil", "police-crime", "--dates", "2024Q4", "--yes")
    p.signed("analysts", "pull", "merged")
    report(p, year="2024", forms=("empty.txt",))  # without records, what they show is not explained
    empty = read(p, "empty.txt").decode()
    assert "No recorded crime was received." in empty
    assert "0 of 0" not in empty
    assert "two bars" not in empty
    wrong = p.run("analysts", "places", "add", p.root / "analysts/a.txt", status=10)
    assert wrong.refusal == "gazetteer-file-not-recognised"


def test_what_was_shared_and_not_pulled_is_missing_too(two_years):
    p = two_years
    p.signed("analysts", "pull", "merged", "--partner", "police")
    rows = [r for r in made(p)["tables"]["gaps"] if r["partners"] == "ambulance"]
    assert {r["reason"]: r["quarters"] for r in rows} == {
        "not received": "2026Q1, 2026Q2",
        "received, but not downloaded here": "2026Q3",
    }
    p.signed("council", "report", "edition", "2026Q3", "--yes")  # which counts it, pulled or not
    again = p.extract("police", "again.csv", crimes(90, first=date(2026, 7, 1)))
    p.submit("police", again, "--dates", "2026Q3", "--answer", "correction-differs=checked")
    p.signed("analysts", "pull", "merged", "--partner", "police")
    rows = [r for r in made(p)["tables"]["gaps"] if r["quarters"].endswith("2026Q3")]
    assert {r["partners"]: r["reason"] for r in rows if r["reason"].startswith("received")} == {
        "police": "received after the newest edition of its quarter"
    }


def test_small_numbers_stand_nowhere(partnership):
    p = partnership
    rows = [
        f"R{n},{n % 28 + 1:02}/08/2026,{n % 28 + 1:02}/08/2026,23:10,{code},WZ1 1AA,E01999000,N,N"
        for n, code in enumerate(["45"] * 30 + ["34B"] * 3 + ["28E"] * 40)
    ]
    p.submit(
        "police", p.extract("police", "c.csv", csv(CRIME_HEADINGS, *rows)), "--dates", "2026Q3"
    )
    p.signed("analysts", "pull", "merged")
    told = made(p)
    small = {str(n) for n in range(1, 5)}
    for name in ("levels", "months-themes", "hours", "places", "categories", "lsoas"):
        for row in told["tables"][name]:
            assert small.isdisjoint(list(row.values())[1:]), name
    levels = [row for row in told["tables"]["levels"] if row["theme"] != "all"]
    (all_,) = [row for row in told["tables"]["levels"] if row["theme"] == "all"]
    assert sum(int(row["police"]) for row in levels) == int(all_["police"])


def test_the_smallest_number_is_the_protocols(two_years):
    p = two_years
    p.extract("council", "isp.pdf", b"%PDF-1.7 a made-up protocol")
    p.signed(
        "council",
        "partnership",
        "protocol",
        "publish",
        p.root / "council/isp.pdf",
        "--smallest",
        "32",
        "--yes",
    )
    p.signed("analysts", "pull", "merged")
    told = made(p)
    assert told["smallest"] == 32
    numbers = {int(v) for r in told["tables"]["levels"] for v in list(r.values())[1:]}
    assert not numbers & set(range(1, 32))
    assert all(number % 32 == 0 for number in numbers)


def test_what_nobody_wrote_is_said_and_the_files_to_write_in_are_made(two_years):
    p = two_years
    ran = report(p, forms=("a.txt",))
    assert "assessment-2026.toml" in ran.err
    text = read(p, "a.txt").decode()
    assert text.count("not yet written") == len(SECTIONS)
    assert "requirement 27" in text
    made_file = read(p, "assessment-2026.toml").decode()
    for section in (*SECTIONS, ESCALATE):
        assert section.asks in read(p, f"assessment-2026/{section.id}.md").decode()
    section_of(p, "why", "A shop closed.")
    report(p, forms=("a.txt",))
    assert read(p, "assessment-2026.toml").decode() == made_file
    assert read(p, "a.txt").decode().count("not yet written") == len(SECTIONS) - 1


def section_of(p: Partnership, name: str, text: str) -> None:
    folder = p.root / "analysts/assessment-2026"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")


def test_what_people_wrote_in_the_file_of_the_year_stands_in_every_form(two_years):
    p = two_years
    words = "A <b>shop</b> closed.\n\nAnother opened."
    write(p, f'[words]\nwhy = """\n{words}\n"""\n')
    report(p)
    told = json.loads(read(p, "a.json"))
    assert told["words"]["why"] == ["A <b>shop</b> closed.", "Another opened."]
    assert "<p>A &lt;b&gt;shop&lt;/b&gt; closed.</p>" in read(p, "a.html").decode()
    assert "Another opened." in read(p, "a.txt").decode()
    cover = openpyxl.load_workbook(io.BytesIO(read(p, "a.xlsx")))["Cover"]
    assert "Another opened." in [row[0].value for row in cover.iter_rows()]


def test_a_section_has_headings_lists_and_tables_and_no_html_passes(two_years):
    p = two_years
    write(p, "")
    title = next(one.title for one in SECTIONS if one.id == "why")
    section_of(
        p,
        "why",
        f"# {title}\n\n<!-- a note -->\n# Shops\n\n- one\n- two\n\n### By town\n\n"
        "| town | shops |\n|---|--:|\n| Westbury | 3 |\n\n"
        "<script>alert(1)</script>\n\n[our survey](https://survey.example/1) "
        "![a street](https://x.example/street.png) [bad](javascript:alert(1))\n",
    )
    report(p, forms=("a.html", "a.txt"))
    page = read(p, "a.html").decode()
    section = page[page.index(f"<h2>{title}</h2>") :].split("<h2>")[1]
    assert "<h3>Shops</h3>" in section
    assert "<h4>By town</h4>" in section
    assert "<li>one</li>" in section
    assert '<th scope="col" class="n">shops</th>' in section
    assert '<td class="n">3</td>' in section
    assert "&lt;script&gt;" in section
    assert "our survey (https://survey.example/1) [picture: a street]" in section
    assert not [
        part for part in ("a note", "<script", "<a ", "<img", f">{title}<") if part in section[40:]
    ]
    text = read(p, "a.txt").decode()
    assert "| Westbury | 3 |" in text
    assert "a note" not in text


def test_pictures_beside_the_sections_are_part_of_the_page_without_what_cameras_noted(two_years):
    p = two_years
    write(p, "")
    folder = p.root / "analysts/assessment-2026"
    section_of(p, "why", "![A street](street.jpg) ![A <b>chart</b>](<a chart.png>)\n")
    pillow = (
        b"\xff\xd8\xff\xe1\x00\x0cZzyzx GPS!\xff\xdb\x00\x04ab\xff\xda\x00\x02pixels\xff\xd9tail"
    )
    (folder / "street.jpg").write_bytes(pillow)
    (folder / "a chart.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"1") + chunk(b"tEXt", b"Zzyzx") + chunk(b"IEND", b"")
    )
    report(p, forms=("a.html",))
    page = read(p, "a.html").decode()
    shown = re.findall('<img src="data:image/([a-z]+);base64,([^"]+)" alt="([^"]*)" />', page)
    assert [(kind, alt) for kind, _, alt in shown] == [
        ("jpeg", "A street"), ("png", "A &lt;b&gt;chart&lt;/b&gt;"),
    ]  # fmt: skip
    pixels = [base64.b64decode(data) for _, data, _ in shown]
    assert pixels[0] == b"\xff\xd8\xff\xdb\x00\x04ab\xff\xda\x00\x02pixels\xff\xd9"
    assert b"Zzyzx" not in b"".join(pixels)
    for text, content in (
        ("![x](gone.png)", b""),
        ("![](street.jpg)", pillow),
        ("![x](street.jpg)", b"<svg onload='alert(1)'/>"),
        ("![x](street.jpg)", pillow[:30]),
        ("![x](street.jpg)", pillow + bytes(2 * 1024 * 1024)),
    ):
        section_of(p, "why", text)
        (folder / "street.jpg").write_bytes(content)
        assert report(p, status=2).refusal == "year-picture-not-shown"


def test_the_plan_stands_beside_the_records_and_without_records_nothing_is_said_of_it(two_years):
    p = two_years
    theft = "theme=theft and vehicle crime; agency=police"
    recorded = ("report", "answer", "--workbook", "answers.xlsx", "--yes")
    p.signed("council", *recorded)
    fill(
        p,
        Priorities=(
            ("Safer cars", "Director"),
            ("Safer homes", "Director"),
            ("Safer cars", "Dean"),
        ),
        Targets=(
            ("1", "Fewer thefts", "Director", theft, "60", "200", "lower"),  # half a year: 100
            ("1", "More reporting", "Director", theft, "60", "100", "higher"),
            ("2", "Fewer robberies", "Director", "theme=robbery", "60", "10", "lower"),
            ("2", "Better locks", "Director"),
            ("2", "Fewer of it", "Director", "theme=robbery"),
            ("9", "Some of it", "Director", " Theme = Robbery ", "", "5"),
        ),
    )
    p.signed("council", *recorded)
    tables = made(p)["tables"]
    row, other, third = tables["plan-priorities"]
    assert third["change"] == "no target counts its records"  # those of the first are no. 1's
    change = tables["change"][0]
    assert [row["priority"], other["priority"]] == ["Safer cars", "Safer homes"]
    assert [row[one] for one in ("year_before", "this_year")] == [
        change[one] for one in ("year_before", "this_year")
    ]
    assert change["change"].startswith(f"{row['change']} (")
    rows = tables["targets"]
    assert [r["achieved"] for r in rows] == [
        "off course (incomplete)",
        "on course (incomplete)",
        "on course (incomplete)",
        "not counted",
        "no goal",
        "lower or higher is not recorded",
    ]
    assert near(rows[0]["result"], 120)
    assert [r["result"] for r in rows[1:]] == [rows[0]["result"], "0", "", "0", "0"]
    # The plan counts the same for the same year.
    p.run("analysts", "report", "plan", "merged", "--year", "2026", "-o", "p.json")
    planned = json.loads(read(p, "p.json"))["tables"]["targets"]
    assert [r["year_so_far"] for r in planned] == [r["result"] for r in rows]
    assert planned[-1]["priority"] == "no. 9 (not recorded)"
    # Of a year of which nothing was downloaded, there are no noughts and no results.
    p.signed("analysts", "pull", "merged", "--quarter", "2025Q3")
    tables = made(p)["tables"]
    assert [tables[name] for name in ("levels", "months-themes", "places")] == [[], [], []]
    assert {row["change"] for row in tables["plan-priorities"][:2]} == {"no comparison"}
    assert {(r["result"], r["achieved"]) for r in tables["targets"]} == {
        ("", "no data"),
        ("", "not counted"),
    }


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + bytes(4)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("[words\n", "year-file-unreadable"),
        ("first_month = 2\n", "year-first-month-not-allowed"),
        ("population = -1\n", "year-population-not-a-number"),
        ('[words]\nwho = "x"\n', "year-section-unknown"),
        ("[words]\nwhy = 3\n", "year-words-not-text"),
        ('[[target]]\nname = "x"\n', "year-plan-in-register"),
        ("priority = 3\n", "year-plan-in-register"),
    ],
)  # fmt: skip
def test_a_file_of_the_year_that_is_wrong_is_refused(two_years, text, refusal):
    write(two_years, text)
    ran = report(two_years, status=2)
    assert ran.refusal == refusal
    assert remedy(refusal) in ran.err
    assert not (two_years.root / "analysts/a.html").exists()


@pytest.mark.parametrize(
    ("file", "content", "refusal"),
    [
        ("prioritys.md", b"A shop closed.", "year-section-unknown"),
        ("why.md", b"a\x00b", "year-section-unreadable"),
        ("why.md", b"A shop closed.", "year-section-written-twice"),
    ],
)
def test_a_file_of_a_section_that_is_wrong_is_refused(two_years, file, content, refusal):
    p = two_years
    write(p, '[words]\nwhy = "Because."\n')
    folder = p.root / "analysts/assessment-2026"
    folder.mkdir()
    (folder / file).write_bytes(content)
    ran = report(p, status=2)
    assert ran.refusal == refusal
    assert f"assessment-2026/{file}" in ran.err
    assert "shop" not in ran.err
    assert not (p.root / "analysts/a.html").exists()


def test_a_financial_year_has_its_quarters_and_its_rates(two_years):
    p = two_years
    told = made(p, year="2026/27")
    assert told["quarters"] == ["2026Q2", "2026Q3", "2026Q4", "2027Q1"]
    assert "first_month = 4" in read(p, "assessment-2026.toml").decode()
    write(p, "population = 12000\nfirst_month = 7\n")
    told = made(p)
    assert told["quarters"][0] == "2026Q3"
    (row,) = told["tables"]["change"]
    rate = int(row["this_year"]) * 1000 / 12000
    assert row["per_1000"] == f"{rate:,.1f}"
    low, high = map(float, row["interval"].split(" to "))
    assert low < rate < high


def test_the_months_stand_beside_those_of_earlier_years(told):
    tables = told["tables"]
    rows = tables["months"]
    july = next(r for r in rows if r["month"].startswith("2026-07"))
    assert told["headings"]["months"]["2025"] == "2025 (incomplete)"
    assert near(july["2025"], 20)
    assert near(july["2026"], 50)
    by_theme = next(r for r in tables["months-themes"] if r["month"].startswith("2026-07"))
    assert near(by_theme["theft and vehicle crime"], 40)
    calls = [int(by_theme.get(one, "0")) for one in (VIOLENCE_OR_SEXUAL, "theme not stated")]
    assert near(str(sum(calls)), 10)
    assert len(rows) == 3  # and no lines of months that nobody sent


def test_hours_are_told_only_where_records_tell_them_and_lsoas_are_the_busiest(reported, told):
    assert len(told["tables"]["hours"]) == 26  # and the hours that are not known
    assert told["tables"]["substances-hours"] == []
    assert "SUBSTANCE MISUSE: HOUR AND WEEKDAY" in read(reported, "a.txt").decode()
    busiest = told["tables"]["lsoas"]
    assert busiest
    assert all(int(r["records"]) >= 5 for r in busiest)
    assert busiest[0]["lsoa"].startswith("E019990")


def test_categories_that_rise_or_are_new_are_named(told):
    (row,) = told["tables"]["emerging"]
    assert row["dataset"] == "police-crime"
    assert near(row["this_year"], 120)
    assert row["category"].startswith("45: ")


def test_two_tiers_take_priorities_up_to_the_county(two_years):
    p = two_years
    assert "county" not in made(p)["tables"]
    lib.join(p, "county")
    lib.make_key(p, "county")
    lib.enrol(p, "county")
    told = made(p)
    assert [r["theme"] for r in told["tables"]["county"]] == ["theft and vehicle crime"]
    assert told["words"]["escalate"] == []


def test_each_submission_that_it_rests_on_is_named(told):
    rows = {(r["partner"], r["dataset"]): r for r in told["tables"]["rests-on"]}
    assert rows["police", "police-crime"]["reference"] == "5"
    assert told["partnerships"][0]["entries"] == [5, 7]


def test_the_same_pull_gives_the_same_bytes_and_no_record_is_in_it(reported, tmp_path):
    before = {name: read(reported, name) for name in FORMS}
    p = reported.copy(tmp_path / "p")
    report(p)
    assert {name: read(p, name) for name in FORMS} == before
    shared = open_merged(p.root / "analysts/merged", "police-crime").collect()
    rows = shared["record_id"].to_list()
    for name in ("a.html", "a.txt", "a.json", "a.csv"):
        text = before[name].decode("utf-8-sig")
        assert not any(one in text for one in rows), name


def test_without_the_libraries_for_charts_the_page_has_its_tables_and_says_so(two_years):
    with patch("exchange.reports.assessment.charts.find_spec", lambda _: None):
        ran = report(two_years, forms=("a.html",))
    assert "charts-not-drawn" in ran.warnings
    page = read(two_years, "a.html").decode()
    assert "<svg" not in page
    assert "Monthly trend" in page


def test_a_chart_has_its_table(reported):
    without = read(reported, "a.html").decode()
    assert without.count("<svg") == without.count('role="img"') >= 6
    assert set(re.findall('font-family="([^"]*)"', without)) == {"inherit"}  # as the page has it
    shows = re.findall('class="chart" role="img" aria-label="([^"]*)"', without)
    for text in (
        "Bar chart of records by theme. Most: theft and vehicle crime 1",
        "Line chart of records by month. 2025 (incomplete): highest in ",
        "Small line charts of records by month, one for each theme. theft and vehicle crime: ",
        "Lines from year before to this year: theft and vehicle crime 60 to 1",
        "Heat map of records by hour and weekday. Darkest: ",
        "Map with a tile for each place of records by outward code. Most: WZ1 ",
    ):
        assert any(one.startswith(text) for one in shows), text
    assert all(one.endswith("The numbers are in the table below.") for one in shows)
    # Paper has the chart and not its table, but where the table says more.
    sections = {re.findall("<h2>(.*?)</h2>", one)[0]: one for one in without.split("<section")[1:]}
    folded = {title for title, one in sections.items() if "<details>" in one}
    assert {"Levels", "Monthly trend", "Places"} <= folded
    assert not {"What stands out", "Change since last year"} & folded


def test_a_pull_of_another_log_is_refused(two_years, tmp_path):
    p = two_years
    manifest = p.root / "analysts/merged/manifest.json"
    told = json.loads(manifest.read_text())
    told["log"]["root"] = "00" * 32
    manifest.write_text(json.dumps(told))
    assert report(p, status=2).refusal == "pulled-from-another-log"
    manifest.unlink()
    assert report(p, status=2).refusal == "folder-not-pulled"


def test_a_log_that_was_cut_gives_no_pack(two_years):
    p = two_years
    for mirror in p.root.glob("*/.exchange/*/mirror"):
        mirror.unlink()
    p.entries()[-1].unlink()
    report(p, status=15)
    assert not (p.root / "analysts/a.html").exists()


@pytest.mark.parametrize("year", ["2024", "1999", "2019/20"])
def test_a_year_for_which_nothing_was_submitted_is_refused(two_years, year):
    ran = report(two_years, year=year, status=2)
    assert ran.refusal == "year-without-returns"
    folder = two_years.root / "analysts"
    assert not [*folder.glob("a.*"), *folder.glob(f"assessment-{year[:4]}.toml")]


def test_the_themes_that_are_told_apart_by_agency_are_themes():
    assert {*ACROSS.values(), MISUSE} <= set(THEMES)


def test_a_pull_of_numbers_alone_has_no_incidents_and_a_pack_all_the_same(two_years):
    p = two_years
    number = p.extract("council", "n.csv", "Area,Number\r\nE07999901,120\r\n")
    p.submit("council", number, "--dataset", "health-drug-treatment", "--dates", "2026Q3")
    p.signed("analysts", "pull", "merged", "--dataset", "health-drug-treatment")
    told = made(p)["tables"]
    assert told["levels"] == []
    assert [r["number"] for r in told["numbers"]] == ["120"]
    assert told["change"] == told["emerging"] == told["lsoas"] == []
