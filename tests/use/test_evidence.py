"""The report for the data-protection officer: numbers, their authority, and no record."""

import re

from tests.lib import ground
from tests.lib.extracts import CALLOUT_HEADINGS, CRIME_HEADINGS, callouts, crimes, csv


def assault(day: int, n: int) -> str:
    return f"R{n:05d},{day:02d}/08/2026,{day:02d}/08/2026,23:10,19C,WZ1 1AA,E01999000,N,N"


def test_it_says_what_leaves_what_was_done_and_what_it_costs(partnership):
    rows = [assault(6, n) for n in range(20)] + [assault(13, 50 + n) for n in range(3)]
    plain = crimes(90).splitlines()[1:]
    file = partnership.extract("police", "crime.csv", csv(CRIME_HEADINGS, *plain, *rows))
    (told,) = partnership.evidence("police", file, "--dates", "2026Q3")
    assert (told["dataset"], told["partner"]) == ("police-crime", "police")
    groups = {name: rest for name, *rest in told["groups"]}
    assert groups["rows protected by grouping"][:4] == ["23", "5", "0", "0"]
    assert groups["all other rows"][0] == "90"
    intruder = {name: rest for name, *rest in told["intruder"]}
    assert (
        intruder["sensitive by its category"][1] == intruder["cover for sensitive rows"][1] == "0"
    )
    assert any(name.startswith("for comparison") for name in intruder)
    settings = {name: (value, authority) for name, value, authority in told["settings"]}
    assert settings["grid squares"][0].startswith("none: no postcode directory")
    assert settings["recorded domestic incidents"][1].startswith("guidance to the duty")
    kept = {name: rest for name, *rest in told["kept"]}
    assert kept["category"] == ["113", "113", "100.0%", "100.0%"]
    assert kept["hour"] == [
        "113",
        "67",
        "59.3%",
        "79.6%",
    ]  # 23 are sensitive, and 23 are their cover
    reasons = {(name, why): rest for name, why, *rest in told["kept_by_reason"]}
    assert reasons["hour", "sensitive by its category"] == ["23", "0"]


def test_no_number_of_records_from_one_to_four_is_told(partnership):
    rows = [assault(6, n) for n in range(6)] + [assault(6, 9).replace("19C", "20A")]
    file = partnership.extract("police", "crime.csv", csv(CRIME_HEADINGS, *rows))
    ran = partnership.run("police", "preview", file, "--dates", "2026Q3", "--evidence", "e.html")
    assert ran.out == "written  e.html\n"
    page = (partnership.root / "police/e.html").read_text(encoding="utf-8")
    body = page[page.index("<h3>Depersonalisation") :]
    cells = re.findall(r'<td class="n">(-?[\d,]+)</td>', body)
    # The column of k is a size of groups; no other number from 1 to 4 is there.
    assert not {"1", "2", "3", "4", "-1", "-2", "-3", "-4"} & set(cells)
    assert "1 to 4" in page


def test_it_says_what_the_protocol_and_the_directory_settled(partnership):
    document = partnership.extract("council", "isp.pdf", b"%PDF made up")
    partnership.signed(
        "council", "partnership", "protocol", "publish", document, "--smallest", 7, "--yes"
    )
    given = partnership.extract("police", "NSPL_AUG_2026_UK.csv", ground.nspl())
    assert "LSOAs of 2021" in partnership.run("police", "places", "add", given).out
    rows = crimes(40).replace("WZ2 ", "WZ1 ").replace("WZ3 ", "WZ1 ")
    file = partnership.extract("police", "crime.csv", rows)
    (told,) = partnership.evidence("police", file, "--dates", "2026Q3")
    settings = {name: (value, authority) for name, value, authority in told["settings"]}
    assert settings["smallest group of protected rows"] == ("7 rows", "the protocol (log 3)")
    assert "8 addresses" in settings["grid squares"][0]


def test_it_says_what_was_compared(partnership):
    rows = [assault(6, n) for n in range(12)]
    first = partnership.extract("police", "a.csv", csv(CRIME_HEADINGS, *rows))
    more = partnership.extract("police", "b.csv", csv(CRIME_HEADINGS, *rows, assault(6, 99)))
    dates = ("--dates", "2026-08")
    (told,) = partnership.evidence("police", first, *dates)
    assert "nothing to compare" in told["differencing"]
    partnership.submit("police", first, "--dates", "2026-08")
    (told,) = partnership.evidence("police", more, *dates)
    assert told["differencing"].startswith("Not compared")
    (told,) = partnership.evidence("police", more, *dates, signed=True)
    assert "shared before stay as they were shared" in told["differencing"]


def test_an_extract_that_broke_a_rule_is_not_measured(partnership):
    broken = csv(CALLOUT_HEADINGS, "31/13/2026,22:10,WZ1 1AA,4", "01/08/2026,22:10,WZ1 1AA,4")
    file = partnership.extract("ambulance", "c.csv", broken)
    ran = partnership.run(
        "ambulance", "preview", file, "--dates", "2026Q3", "--evidence", "e.html", status=11
    )
    assert ran.refusal == "rules-broken"
    assert not list(partnership.root.rglob("e.html"))


def test_a_category_that_became_its_class_is_lost_to_analysts(partnership):
    rows = [assault(6, n).replace("19C", code) for n, code in enumerate(["19C"] * 3 + ["20A"] * 3)]
    file = partnership.extract("police", "crime.csv", csv(CRIME_HEADINGS, *rows))
    (told,) = partnership.evidence("police", file, "--dates", "2026Q3")
    kept = {name: rest for name, *rest in told["kept"]}
    assert kept["category"] == ["6", "0", "0.0%", "0.0%"]
    assert told["counts"]["category"] == [["19C", "1 to 4", "0"], ["20A", "1 to 4", "0"]]


def test_no_time_is_promised_that_no_row_of_the_dataset_has(partnership):
    """All ambulance rows are sensitive: they have at most a band of six hours, and no hour."""
    file = partnership.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 20))
    (told,) = partnership.evidence("ambulance", file, "--dates", "2026Q3")
    settings = {name: value for name, value, _ in told["settings"]}
    assert told["less_precise"].startswith("The Regulations name the date and time")
    assert "most precise time" not in settings
    assert "band of six hours" in settings["levels of detail allowed"]
    crime = partnership.extract("police", "crime.csv", crimes(30))
    (told,) = partnership.evidence("police", crime, "--dates", "2026Q3")
    assert dict(one[:2] for one in told["settings"])["most precise time"] == "minute"
    assert told["less_precise"] == ""
