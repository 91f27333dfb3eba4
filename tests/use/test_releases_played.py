"""Partners upgrade in different months: a year that was played, with both programs run over it.

The police install a newer release: a copy of this one that has one edition of a code list, one
word, one column and one dataset more. The others stay with today's release.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from exchange import open_merged
from exchange.samples.extract import sample
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter
from tests.lib import licensing
from tests.lib.extracts import callouts, crimes, csv
from tests.lib.partnership import Partnership, Ran
from tests.lib.releases import Release

YEAR = [Quarter(2026, 3), Quarter(2026, 4), Quarter(2027, 1), Quarter(2027, 2)]
SUMMER, AUTUMN, WINTER = Quarter(2027, 3), Quarter(2027, 4), Quarter(2028, 1)
# What a release says of what it lacks. Nothing else may be said in this file, and nobody blamed.
UPGRADE = {"code-list-not-known", "bundle-needs-newer", "dataset-not-known", "dataset-needs-newer"}

SHAPE = r'"[0-9]{1,3}([A-Z]|\.[0-9]{1,2})?"'
NEW_EDITION = f"home-office,2027/28,Home Office,{SHAPE},home-office-2027-28.csv,,,,,ONS,OGL"
NEW_COLUMN = """
import dataclasses
from schemas.codes.vocabularies import YES_NO
from schemas.datasets.dataset import SECOND, Field, Reads, Treat, Upgrade

WEAPON = Field("weapon", "Whether a weapon was used.", Reads.WORD, Treat.KEEP, words=YES_NO)
*_OTHERS, _CRIME = POLICE
_CRIME = dataclasses.replace(
    _CRIME,
    columns=(*_CRIME.columns, WEAPON),
    upgrades=(SECOND, Upgrade(adds={"weapon": "not recorded"})),
)
POLICE = (*_OTHERS, _CRIME)
"""
NEW_WORD = """
import dataclasses
from schemas.datasets.dataset import SECOND, Upgrade

COUNCIL = tuple(
    dataclasses.replace(one, upgrades=(SECOND, Upgrade()) if "exclusions" in one.id else (SECOND,))
    for one in COUNCIL
)
"""


def after(quarter: Quarter) -> datetime:
    """Return a morning three weeks after a quarter."""
    following = quarter.last.replace(day=28).month % 12 + 1
    return datetime(quarter.last.year + (following == 1), following, 20, 9, tzinfo=UTC)


def crimes_of(p: Partnership, quarter: Quarter, rows: int = 30, weapon: str = "") -> Path:
    heading, *lines = crimes(rows, quarter.first, 90).splitlines()
    if weapon:
        heading, lines = f"{heading},Weapon", [f"{line},{weapon}" for line in lines]
    return p.extract("police", f"{quarter}-{rows}-{weapon}.csv", csv(heading, *lines))


def calls_of(p: Partnership, quarter: Quarter) -> Path:
    text = callouts(*["WZ1"] * 12, first=quarter.first, days=90)
    return p.extract("ambulance", f"{quarter}.csv", text)


def play_a_year(p: Partnership) -> None:
    for quarter in YEAR:
        p.now = after(quarter)
        p.submit("police", crimes_of(p, quarter))
        p.submit("ambulance", calls_of(p, quarter))
    p.submit("police", crimes_of(p, YEAR[2], 33))
    p.signed("council", "nil", "council-asb", "--dates", YEAR[3], "--yes")


@pytest.fixture
def year(prepared: Callable[..., Partnership]) -> Partnership:
    return prepared(play_a_year)


def make_newer(root: Path) -> None:
    """Make the newer release: what a developer does, and the forms that are frozen then."""
    release = Release.copied(root)
    codes = (root / "schemas/codes/home-office-2017-18.csv").read_text(encoding="utf-8")
    release.append("schemas/codes/home-office-2027-28.csv", codes)
    licensing.list_codes(release, NEW_EDITION)
    words = "schemas/codes/vocabularies.py"
    release.replace(words, '"all-through": (', '"college": (),\n        "all-through": (')
    release.append("schemas/datasets/police.py", NEW_COLUMN)
    # Of five words now; how often each comes in made-up extracts.
    release.replace(licensing.FIELDS, "18 70 4 8", "18 70 4 4 4")
    release.append(licensing.COUNCIL, NEW_WORD)
    licensing.add(release)
    ran = release.python("-m", "schemas.declarations", "--freeze")
    assert ran.status == 0, ran.said


@pytest.fixture(scope="module")
def newer(once: Callable[..., Path]) -> Iterator[Release]:
    release = Release(once("newer-release", make_newer))
    yield release
    release.close()


TODAY = Release()


@dataclass(frozen=True)
class Look:
    """What the analysts get from one release: what it pulled, and what it says of the rest."""

    rows: dict[str, int]
    warnings: dict[str, set[str]]  # by command
    same: list[Any]  # what may not depend on the release


_LOOKS = count()


def look(release: Release, p: Partnership, quarter: Quarter) -> Look:
    folder, report = f"merged-{next(_LOOKS)}", p.root / "analysts/report.json"
    pulled = release.signed(p, "analysts", "pull", folder)
    commands = {
        "pull": pulled,
        "verify": release.run(p, "analysts", "verify"),
        "status": release.run(p, "analysts", "status", "--quarter", quarter),
        "report": release.run(
            p, "analysts", "report", "compliance", "--quarter", quarter, "-o", report
        ),
    }
    warnings = {name: set(ran.warnings) for name, ran in commands.items() if ran.warnings}
    assert set().union(*warnings.values()) <= UPGRADE
    rows = {
        path.name.partition("=")[2]: rows_in(path.parent, path.name.partition("=")[2])
        for path in (p.root / "analysts" / folder).glob("dataset=*")
    }
    same = [commands["verify"].out, commands["status"].out, json.loads(report.read_text())]
    report.unlink()
    return Look(rows, warnings, same)


def rows_in(folder: Path, dataset: str) -> int:
    return open_merged(folder, dataset).collect().height


def looks(newer: Release, p: Partnership, quarter: Quarter) -> tuple[Look, Look]:
    """Return what the newer and today's release show; of the log they show the same."""
    one, other = look(newer, p, quarter), look(TODAY, p, quarter)
    assert one.same == other.same
    assert one.warnings == {}
    return one, other


def standings(p: Partnership, dataset: str, quarter: Quarter) -> list[str]:
    """Return how partners stand with a dataset, by today's release, which may not know it."""
    told = TODAY.run(p, "analysts", "status", "--quarter", quarter, "--json").json["standings"]
    return [one["state"] for one in told if one["dataset"] == dataset]


def test_to_install_a_newer_release_changes_nothing(year, newer):
    one, other = looks(newer, year, YEAR[3])
    assert one == other
    assert one.rows == {"police-crime": 123, "ambulance-callouts": 51}


def test_an_edition_goes_out(year, newer):
    year.now = after(SUMMER)
    sent = newer.signed(year, "police", "submit", crimes_of(year, SUMMER), "--yes")
    assert "edition 2027/28" in sent.out
    one, other = looks(newer, year, SUMMER)
    assert one.rows["police-crime"] == other.rows["police-crime"] + 30 == 153
    assert other.warnings == {"pull": {"code-list-not-known"}}
    assert standings(year, "police-crime", SUMMER) == ["on time"]
    # Nor does it keep a partner with today's release from sending.
    TODAY.signed(year, "ambulance", "submit", calls_of(year, SUMMER), "--yes")


def test_a_column_and_a_word_go_out(year, newer):
    year.now = after(SUMMER)
    newer.signed(year, "police", "partnership", "adopt", "--from", AUTUMN, "--yes")
    year.now = after(AUTUMN)
    newer.signed(year, "police", "submit", crimes_of(year, AUTUMN, weapon="Y"), "--yes")
    one, other = looks(newer, year, AUTUMN)
    assert one.rows["police-crime"] == other.rows["police-crime"] + 30 == 153
    assert other.warnings == {
        "pull": {"bundle-needs-newer"},
        "verify": {"dataset-needs-newer"},
        "status": {"dataset-needs-newer"},
        "report": {"dataset-needs-newer"},
    }
    # In the quarters from the adoption on, today's release sends nothing that would not count.
    made = sample(DATASETS["council-exclusions"], AUTUMN, 400, 1).text()
    made = made.replace(",secondary", ",college")
    file, entries = year.extract("council", "exclusions.csv", made), len(year.entries())
    few = ("--answer", "much-generalised=few records", "--yes")
    assert refused(TODAY.signed(year, "council", "submit", file, *few, status=2))
    assert refused(
        TODAY.signed(year, "police", "submit", crimes_of(year, AUTUMN, 40), "--yes", status=2)
    )
    ran = TODAY.signed(year, "police", "submit", crimes_of(year, SUMMER), "--yes", status=2)
    assert ran.refusal == "file-needs-newer"  # what the police sent last is kept in the new version
    assert len(year.entries()) == entries
    newer.signed(year, "council", "submit", file, *few)
    assert standings(year, "council-exclusions", AUTUMN) == ["on time"]
    # A dataset that did not change is sent as before.
    TODAY.signed(year, "ambulance", "submit", calls_of(year, AUTUMN), "--yes")
    after_upgrade(year, newer)


def refused(ran: Ran) -> bool:
    return ran.refusal == "submission-needs-newer"


def after_upgrade(p: Partnership, newer: Release) -> None:
    """The analysts upgrade, and bring what they pulled with today's release up to date."""
    TODAY.signed(p, "analysts", "pull", "kept")
    assert rows_in(p.root / "analysts/kept", "police-crime") == 123
    updated = newer.signed(p, "analysts", "pull", "kept", "--update")
    assert updated.warnings == []
    crime = open_merged(p.root / "analysts/kept", "police-crime").collect()
    assert dict(crime["weapon"].value_counts().iter_rows()) == {"not recorded": 123, "yes": 30}
    excluded = open_merged(p.root / "analysts/kept", "council-exclusions").collect()
    assert "college" in set(excluded["phase"])


def test_a_dataset_goes_out(year, newer):
    year.now = after(AUTUMN)
    newer.signed(
        year, "police", "partnership", "adopt", "council-licensing", "--from", WINTER, "--yes"
    )
    assert standings(year, "council-licensing", AUTUMN) == []
    assert standings(year, "council-licensing", WINTER) == ["due"]
    year.now = after(WINTER)
    lines = [f"{n % 28 + 1:02d}/{n % 3 + 1:02d}/2028,WZ{n % 3 + 1},routine" for n in range(30)]
    file = year.extract("council", "visits.csv", csv("Date,Postcode,Category", *lines))
    named = ("--dataset", "council-licensing", "--yes")
    assert refused(TODAY.signed(year, "council", "submit", file, *named, status=2))
    nil = ("nil", "council-licensing", "--dates", "2028-01", "--yes")  # needs no form of it
    TODAY.signed(year, "council", *nil)
    newer.signed(year, "council", "submit", file, *named)
    one, other = looks(newer, year, WINTER)
    assert one.rows.pop("council-licensing") == 30
    assert one.rows == other.rows
    assert other.warnings == {
        "pull": {"dataset-not-known"},
        "verify": {"dataset-needs-newer"},
        "status": {"dataset-needs-newer"},
        "report": {"dataset-needs-newer"},
    }
    assert standings(year, "council-licensing", WINTER) == ["on time"]


def test_a_version_from_the_future_stops_every_release_before_it(year, newer, tmp_path):
    future = Release.copied(tmp_path / "future")
    entry = "partners/entries/entry.py"
    future.replace(entry, "FORMAT: Final = 6", "FORMAT: Final = 7")
    future.replace(entry, '"adopt": SECOND_FORM', '"adopt": 7')
    adopt = ("partnership", "adopt", "council-asb", "--from", "2027Q4", "--yes")
    for who, command in (
        ("council", (*adopt, "--passphrase-file", str(year.root / "passphrase.txt"))),
        ("analysts", ("verify",)),
    ):
        told = (str(year.root / who), year.now.isoformat(), *command)
        ran = future.python("-m", "tests.lib.fresh", *told)  # which imports what it needs alone
        assert (ran.status, ran.warnings) == (0, []), ran.said
    shared = year.everything_shared()
    file = calls_of(year, SUMMER)
    year.now = after(SUMMER)
    commands = (
        ("pull", "merged"),
        ("verify",),
        ("status",),
        ("report", "compliance", "--quarter", "2027Q2", "-o", "r.json"),
    )
    for release in (newer, TODAY):
        for command in commands:
            run = release.signed if command[0] == "pull" else release.run
            assert run(year, "analysts", *command, status=15).refusal == "newer-version-needed"
        ran = release.signed(year, "ambulance", "submit", file, "--yes", status=15)
        assert ran.refusal == "newer-version-needed"
    assert year.everything_shared() == shared
