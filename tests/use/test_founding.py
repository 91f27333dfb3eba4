"""A partnership from nothing: what its area is, whose kind is which, and who may begin it."""

import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.lib.extracts import crimes
from tests.lib.partnership import PASSPHRASE, Partnership, Ran

_POSTCODES = """pcds,dointr,doterm,usertype,oseast1m,osnrth1m,laua,lsoa21
SP10 1AA,198001,,0,436000,145000,E07000093,E01023150
SP10 1AB,198001,,0,436000,145000,E07000093,E01023150
SO51 8AA,198001,,0,435000,121000,E07000093,E01023151
SO51 8AB,198001,,0,435000,121000,E07000091,E01023000
SO16 1AA,198001,,0,438000,114000,E06000045,E01017000
SO16 1AB,198001,,0,438000,114000,E06000045,E01017000
SO16 1AC,198001,,0,438000,114000,E07000093,E01023152
"""


@pytest.fixture
def begun(tmp_path: Path) -> Partnership:
    """A partnership that was begun by the name of its area alone."""
    p = Partnership(tmp_path)
    for name in ("share", "council"):
        (tmp_path / name).mkdir()
    (tmp_path / "passphrase.txt").write_text(PASSPHRASE)
    p.run("council", "partnership", "create", "CSP", "--area", "Test Valley", "--store", "../share")
    return p


def officer(p: Partnership, who: str, kind: str, *roles: str) -> Path:
    """Join before the founding, make a key, and return the card."""
    if who != "council":
        (p.root / who).mkdir()
        origin = p.settings("council").origin
        p.run(who, "partnership", "join", "--origin", origin, "--store", "../share")
    told = [word for role in (*roles, "liaison") for word in ("--role", role)]
    p.signed(
        who, "key", "new", "--partner", who, "--name", who.title(), "--kind", kind,
        "--contact", f"{who}@example.org", *told,
    )  # fmt: skip
    return p.root / who / f"{who}-liaison.card"


def collected(p: Partnership, *cards: Path) -> Path:
    """Put cards into one folder, as a coordinator saves them from e-mails."""
    folder = p.root / "council/cards"
    folder.mkdir()
    for card in cards:
        (folder / card.name).write_bytes(card.read_bytes())
    return folder


def test_name_nation_and_tier_follow_from_the_area(begun):
    (area,) = begun.settings("council").plan["areas"]
    assert (area["code"], area["name"]) == ("E07000093", "Test Valley")
    assert begun.settings("council").plan["nation"] == "england"


def test_one_command_creates_the_partnership_and_enrols_a_folder_of_cards(begun):
    p = begun
    cards = [
        officer(p, "council", "district", "coordinator"),
        officer(p, "police", "police", "coordinator"),
        officer(p, "fire", "fire"),
        officer(p, "county", "county"),
    ]
    p.signed("council", "partner", "add", collected(p, *cards), "--yes")
    register = p.log("council").register
    assert {card.partner for card in register.cards.values()} == {
        "council", "police", "fire", "county",
    }  # fmt: skip


def test_district_and_county_owe_what_each_of_them_holds(begun):
    p = begun
    cards = [
        officer(p, "council", "district", "coordinator"),
        officer(p, "police", "police", "coordinator"),
        officer(p, "county", "county"),
    ]
    p.signed("council", "partner", "add", collected(p, *cards), "--yes")
    rows = p.run("council", "status", "--quarter", "2026Q4", "--json", status=None).json
    owed: dict[str, set[str]] = {}
    for row in rows["standings"]:
        owed.setdefault(row["partner"], set()).add(row["dataset"])
    assert "council-asb" in owed["council"]
    assert "council-exclusions" not in owed["council"]
    assert {"council-exclusions", "council-collisions"} <= owed["county"]


def test_a_council_of_the_wrong_tier_is_refused_and_makes_its_card_again(begun):
    p = begun
    mine = officer(p, "council", "district", "coordinator")
    theirs = officer(p, "county", "council", "coordinator")
    add = ("partner", "add", mine, theirs, "--yes")
    assert p.signed("council", *add, status=2).refusal == "kind-not-of-area"
    assert list((p.root / "share/log").iterdir()) == []
    p.signed("county", "key", "card", "--kind", "county")
    p.signed("council", *add)
    assert p.log("council").register.cards[p.officer("county").signer].kinds == ("county",)


def test_a_key_of_the_wrong_tier_is_not_made_where_the_area_is_known(begun):
    p = begun
    new = ("key", "new", "--partner", "council", "--name", "Council", "--contact", "a@b.example")
    ran = p.signed("council", *new, "--kind", "council", status=2)
    assert ran.refusal == "kind-not-of-area"
    assert "--kind county or district" in ran.err
    assert not [*(p.root / "council").glob("*.key"), *(p.root / "council").glob("*.card")]


def test_a_card_that_is_enrolled_is_not_made_again(begun):
    p = begun
    cards = (
        officer(p, "council", "district", "coordinator"),
        officer(p, "police", "police", "coordinator"),
    )
    p.signed("council", "partner", "add", *cards, "--yes")
    before = cards[0].read_bytes()
    ran = p.signed("council", "key", "card", "--name", "Other", status=2)
    assert ran.refusal == "card-already-enrolled"
    assert cards[0].read_bytes() == before


def test_outward_codes_come_from_the_postcode_directory(begun):
    p = begun
    cards = (
        officer(p, "council", "district", "coordinator"),
        officer(p, "police", "police", "coordinator"),
    )
    file = p.extract("council", "NSPL_NOV_2026_UK.csv", _POSTCODES)
    p.run("council", "places", "add", file)
    ran = p.signed("council", "partner", "add", *cards, "--yes")
    assert "outward-codes-missing" not in ran.warnings
    (area,) = p.log("council").register.areas
    assert area.outward == {"SO51", "SP10"}  # and not SO16, most homes of which are elsewhere


def test_without_a_directory_it_says_what_will_be_left_out(begun):
    p = begun
    cards = (
        officer(p, "council", "district", "coordinator"),
        officer(p, "police", "police", "coordinator"),
    )
    ran = p.signed("council", "partner", "add", *cards, "--yes")
    assert "outward-codes-missing" in ran.warnings


def test_a_folder_without_two_coordinators_begins_nothing(begun):
    p = begun
    cards = (officer(p, "council", "district", "coordinator"), officer(p, "fire", "fire"))
    ran = p.signed("council", "partner", "add", collected(p, *cards), "--yes", status=2)
    assert ran.refusal == "two-cards-needed"
    assert list((p.root / "share/log").iterdir()) == []


@dataclass
class Counted(Partnership):
    """A partnership in which the commands of each officer are counted."""

    commands: Counter[str] = field(default_factory=Counter)

    def run(self, who: str, *arguments: object, status: int | None = 0) -> Ran:
        """Count a command, and type it."""
        self.commands[who] += 1
        return super().run(who, *arguments, status=status)

    def key(self, who: str, kind: str, *roles: str) -> Path:
        told = [word for role in roles for word in ("--role", role)]
        self.signed(
            who, "key", "new", "--partner", who, "--name", who.title(), "--kind", kind,
            "--contact", f"{who}@example.org", *told,
        )  # fmt: skip
        return self.root / who / f"{who}-liaison.card"


def counted(folder: Path, *officers: str) -> Counted:
    for who in ("share", *officers):
        (folder / who).mkdir()
    (folder / "passphrase.txt").write_text(PASSPHRASE)
    return Counted(folder)


def test_five_authorities_are_founded_in_six_commands_and_two_for_each_officer(tmp_path):
    others = {"county": "county", "fire": "fire", "ambulance": "ambulance"}
    p = counted(tmp_path, "council", "police", *others)
    p.run(
        "council", "partnership", "create", "CSP", "--area", "Test Valley",
        "--outward", "E07000093=SP10", "--store", "../share",
    )  # fmt: skip
    mine = p.key("council", "district", "coordinator", "liaison")
    origin = p.settings("council").origin
    p.run("police", "partnership", "join", "--origin", origin, "--store", "../share")
    theirs = p.key("police", "police", "coordinator", "liaison")
    p.signed("council", "partner", "add", mine, theirs, "--yes")
    founding = tmp_path / "council/csp.founding"
    shutil.copy(founding, tmp_path / "police")  # saved there, as it came by e-mail
    for who in others:
        p.run(who, "partnership", "join", "--founding", founding, "--store", "../share")
    cards = collected(p, *(p.key(who, kind) for who, kind in others.items()))
    p.signed("council", "partner", "add", cards, "--yes")
    document = p.extract("council", "protocol.pdf", "as agreed")
    p.signed("council", "partnership", "protocol", "publish", document, "--yes")
    p.signed("council", "partnership", "protocol", "sign", document, "--yes")
    assert p.commands == {"council": 6} | dict.fromkeys(("police", *others), 2)
    for who in ("police", *others):
        assert {*p.log(who).register.partners} == {"council", "police", *others}
        p.signed(who, "partnership", "protocol", "sign", document, "--yes")


def test_a_founding_file_of_another_partnership_or_two_that_differ_pin_nothing(begun):
    p = begun
    theirs = officer(p, "police", "police", "coordinator")
    (p.root / "police/other.founding").write_text(f"csp-exchange:other/{'0' * 32}:{'ab' * 32}\n")
    ran = p.run("police", "status", status=2)
    assert ran.refusal == "founding-unknown"
    assert f"save it in {p.root / 'police'}" in ran.err
    p.signed("council", "partner", "add", officer(p, "council", "district", "coordinator"), theirs,
             "--yes")  # fmt: skip
    good = (p.root / "council/csp.founding").read_text()
    (p.root / "police/csp.founding").write_text(good)
    forged = p.root / "police/csp (1).founding"
    forged.write_text(good.replace(good.rstrip()[-4:], "0000"))
    assert p.run("police", "status", status=2).refusal == "founding-differs"
    forged.unlink()
    p.run("police", "status", "--quarter", "2026Q4", status=None)
    (p.root / "police/csp.founding").write_text(good.replace(good.rstrip()[-4:], "0000"))
    assert p.run("police", "status", status=15).refusal == "log-of-another-partnership"


def test_three_monthly_files_with_a_query_are_sent_in_four_commands(partnership):
    p = Counted(partnership.root, partnership.now)
    head, *rows = crimes(90).splitlines(keepends=True)
    months = {
        month: [row for row in rows if f"/{month}/2026" in row] for month in ("07", "08", "09")
    }
    del months["08"][5:25]  # a gap
    files = [
        p.extract("police", f"crime-{month}.csv", "".join([head, *some]))
        for month, some in months.items()
    ]
    assert "3 files combined" in p.run("police", "check", *files, status=None).out
    stopped = p.signed("police", "submit", *files, "--yes", status=11)
    (answer,) = re.findall(r"--answer [a-z-]+=", stopped.err)
    answer = f"{answer.replace(' ', '=', 1)}nothing-recorded"
    p.signed("police", "submit", *files, "--yes", answer)
    shown = p.run("police", "status", "--quarter", "2026Q3", status=None).out
    assert "police\tpolice-crime\ton time\t" in shown
    assert p.commands["police"] == 4
