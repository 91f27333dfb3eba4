"""Columns that protect are read or stop a submission, whatever their headings are."""

import random
from pathlib import Path

import polars as pl
import pytest

from exchange.submission.detect import Sender, choose
from schemas.datasets.registry import DATASETS
from schemas.extract.file import read
from schemas.extract.parse import parse
from schemas.extract.places import PlaceLookup
from tests.lib.extracts import csv

SENDER = Sender(frozenset({"police"}), "england", {})
# What records systems call the domestic marker.
HEADINGS = (
    "DA", "DV", "Domestic marker", "Domestic flag (Y/N)", "DomesticFlag", "domestic_flag",
    "Domestic\u200bflag", "DOMESTIC-ABUSE", "Domestic related", "Dom. Abuse", "DA/DV", "D.A.",
)  # fmt: skip
YES = {
    "Y": "N",
    "yes": "U",
    "1": "0",
    "TRUE": "FALSE",
    "x": "",
    "DA": "",
    "-1": "0",
    "D": "",
    "DOM": "ND",
}
COLUMNS = "Crime number,Recorded date,Occurred,Time,Code,Postcode,LSOA code,In dwelling"
DAYS = [(m, d) for m in (7, 8, 9) for d in range(1, 21)]


def extract(heading: str, values: tuple[str, str] = ("Y", "N"), columns: str = COLUMNS) -> str:
    """Return sixty assaults, of which every sixth was domestic."""
    yes, no = values
    rows = (
        f"R{n:04d},{d:02d}/{m:02d}/2026,{d:02d}/{m:02d}/2026,{n % 24:02d}:10,105A,WZ1 1AB,"
        f"E01999000,no,{no if n % 6 else yes}"
        for n, (m, d) in enumerate(DAYS)
    )
    return csv(f'{columns},"{heading}"', *rows)


def spelt(draw: random.Random) -> str:
    """Return a heading for a domestic marker, as somebody may have spelt it."""
    what = draw.choice(("domestic", "domestic abuse", "domestic violence", "da", "dv", "dom abuse"))
    end = draw.choice(("", " flag", " marker", " ind", " indicator", " y/n", " (Y/N)", "?", " rel"))
    heading = draw.choice((str.upper, str.lower, str.title, str.capitalize))(what + end)
    letters = list(heading)
    if len(letters) > 8 and draw.random() < 0.4:  # a slip of the keyboard
        at = draw.randrange(1, len(letters) - 1)
        letters[at], letters[at - 1] = letters[at - 1], letters[at]
    heading = "".join(letters).replace(" ", draw.choice((" ", "_", "-", "", ".", "  ", "\u00a0")))
    return draw.choice(("", "Crime ", "Is ", "Inc_")) + heading


SPELT = [spelt(random.Random(n)) for n in range(50)]
OFTEN = SPELT[::5]
REST = [pytest.param(one, marks=pytest.mark.soak("fuzz")) for one in SPELT if one not in OFTEN]


def pulled(partnership, file: str) -> pl.DataFrame | None:
    """Send an extract and return what an analyst gets of it; None if it was stopped."""
    ran = partnership.submit(
        "police", file, "--dataset", "police-crime", "--dates", "2026Q3", status=None
    )
    if ran.status:
        assert (ran.status, ran.refusal) == (11, "rules-broken")
        assert any(rule in ran.err for rule in ("column-may-protect", "date-not-read"))
        return None
    partnership.signed("analysts", "pull", "tables")
    (table,) = (partnership.root / "analysts/tables/dataset=police-crime").rglob("*.parquet")
    return pl.read_parquet(table)


def fine_domestics(partnership, file: str) -> int | None:
    """Return how many rows too many an analyst gets with their day; None if it was stopped.

    A sixth is domestic, and each of these takes another with it as its cover.
    """
    rows = pulled(partnership, file)
    if rows is None:
        return None
    assert len(DAYS) - rows.height in (0, 2)  # a pair that is alone in its time is withheld
    fine = rows.filter(pl.col("recorded_precision") == "day").height
    return fine - (len(DAYS) - 2 * (len(DAYS) // 6))


def marked(file: Path) -> int:
    """Count the rows that are read as domestic incidents."""
    raw = read(file)
    ((dataset, mapping),) = choose(raw, SENDER, ["police-crime"], None)
    rows = parse(raw, dataset, mapping, PlaceLookup(lambda codes: codes)).rows
    return int(rows["domestic"].eq("yes").sum())


def stops(alone, file: Path) -> bool:
    """Say whether an extract is refused because of a column that may protect."""
    told = ("check", file, "--dataset", "police-crime", "--dates", "2026Q3")
    ran = alone.run("police", *told, status=None)
    return (ran.status, ran.refusal) == (11, "rules-broken") and "column-may-protect" in ran.err


@pytest.mark.parametrize("heading", [*HEADINGS, *OFTEN, *REST])
def test_each_heading_of_a_marker_is_read_as_one_or_stops(alone, heading):
    file = alone.extract("police", "crime.csv", extract(heading))
    assert marked(file) == len(DAYS) // 6 or stops(alone, file)


@pytest.mark.parametrize("heading", [HEADINGS[0], HEADINGS[3]])
def test_no_domestic_incident_leaves_finely_because_of_the_heading_of_its_marker(
    partnership, heading
):
    file = partnership.extract("police", "crime.csv", extract(heading))
    assert fine_domestics(partnership, file) == 0


@pytest.mark.parametrize("yes", YES)
def test_a_marker_that_only_its_values_tell_stops(alone, yes):
    assert stops(alone, alone.extract("police", "crime.csv", extract("Column 9", (yes, YES[yes]))))


def test_a_marker_that_only_its_values_tell_stops_the_submission(partnership):
    file = partnership.extract("police", "crime.csv", extract("Column 9"))
    assert fine_domestics(partnership, file) is None


def test_a_second_column_that_says_domestic_stops_the_submission_too(partnership):
    text = extract("Keywords", ("alcohol / domestic", "alcohol")).replace("In dwelling", "Domestic")
    file = partnership.extract("police", "crime.csv", text)
    assert fine_domestics(partnership, file) is None


@pytest.mark.parametrize("yes", ["DA", "alcohol; DV", "DVA / weapon"])
def test_a_qualifier_says_domestic_in_short_too(partnership, yes):
    file = partnership.extract("police", "crime.csv", extract("Qualifiers", (yes, "alcohol")))
    assert fine_domestics(partnership, file) == 0


@pytest.mark.parametrize("name", [d.id for d in DATASETS.values() if "domestic" in d.fields])
def test_every_dataset_with_a_marker_protects_it(name):
    fields = DATASETS[name].fields
    assert all(fields[field].protects for field in ("domestic", "qualifier", "dwelling"))


def test_the_officer_says_what_the_column_is_and_is_not_asked_again(partnership):
    file = partnership.extract("police", "crime.csv", extract("Column 9"))
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    assert "column-may-decide-protection" in ran.warnings
    assert "Column 9" not in ran.said
    assert fine_domestics(partnership, file) is None
    path = partnership.root / "police/police-crime.toml"
    path.write_text(path.read_text().replace("unused = []", 'unused = ["Column 9"]'))
    assert partnership.run("police", "check", file, "--dates", "2026Q3").status == 0
    path.write_text(
        path.read_text()
        .replace('unused = ["Column 9"]', "unused = []")
        .replace("[columns]", '[columns]\ndomestic = "Column 9"')
    )
    assert fine_domestics(partnership, file) == 0


@pytest.mark.parametrize(
    "heading", ["OccurredDate", "Occurred (dd/mm/yyyy)", "Offence day", "Comm Dt", "When"]
)
def test_a_time_never_leaves_without_the_day_that_it_belongs_to(partnership, heading):
    text = extract("DA", columns=COLUMNS.replace("Occurred", heading))
    rows = pulled(partnership, partnership.extract("police", "crime.csv", text))
    if rows is not None:
        timed = rows.filter(pl.col("time_from").is_not_null())
        assert timed.height
        assert timed["occurred_from"].null_count() == 0


def test_a_column_that_may_inform_is_asked_about(partnership):
    text = extract("DA", columns=COLUMNS.replace("LSOA code", "Small area"))
    file = partnership.extract("police", "crime.csv", text)
    ran = partnership.run("police", "check", file, "--dates", "2026Q3")
    assert "column-may-be-ours" in ran.err
    assert "Small area" not in ran.said
