"""Beginning, joining, keys and settings, and what goes wrong there."""

import sys

import pytest

from exchange.keys.cards import read_card_file
from tests.lib.extracts import crimes
from tests.lib.partnership import AREA, PASSPHRASE, Partnership, enrol, join, make_key

KEY = ("key", "new", "--partner", "p", "--name", "P", "--kind", "police", "--contact", "c@example")


@pytest.fixture
def empty(tmp_path) -> Partnership:
    (tmp_path / "me").mkdir()
    (tmp_path / "share").mkdir()
    (tmp_path / "passphrase.txt").write_text(PASSPHRASE)
    return Partnership(tmp_path)


def test_without_settings_every_command_says_so(empty):
    file = empty.extract("me", "x.csv", "A\n1\n")
    for command in (["status"], ["verify"], ["pull", "x"], ["submit", file], KEY):
        assert empty.run("me", *command, status=2).refusal == "settings-missing"


def test_settings_are_found_from_the_working_folder_upward(partnership):
    (partnership.root / "police/2026/q3").mkdir(parents=True)
    ran = partnership.run("police/2026/q3", "status")
    assert "Westshire CSP" in ran.out


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "settings-without-partnership"),
        ("nonsense", "settings-unreadable"),
        ("[[partnership]]\nstore='x'\n", "settings-not-understood"),
        ("[[partnership]]\nstore='x'\norigin='a/b'\nstoer=1\n", "settings-not-understood"),
        ("[[partnership]]\nstore=1\norigin='a/b'\n", "settings-not-understood"),
        ("[[partnership]]\n[[partnership]]\n", "settings-not-understood"),
        ("\ufeff", "settings-without-partnership"),
    ],
)
def test_settings_that_say_nothing_are_refused(empty, text, refusal):
    (empty.root / "me/exchange.toml").write_text(text, encoding="utf-8")
    assert empty.run("me", "status", status=2).refusal == refusal


def test_what_an_officer_wrote_around_the_settings_stays(partnership):
    path = partnership.root / "police/exchange.toml"
    path.write_text("# ours since 2026\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    partnership.settings("police").write()
    assert path.read_text(encoding="utf-8").startswith("# ours since 2026\n")


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("join",), "founding-or-origin-needed"),
        (("create", "X"), "area-missing"),
        (("create", "X", "--area", "Westshire"), "area-not-understood"),
        (("create", "X", *AREA[:2], "--outward", "E07999902=WZ1"), "area-not-named"),
        (("create", "X", *AREA, "--lsoas", "E07999901=nothing.csv"), "lsoa-file-unreadable"),
        (
            ("create", "X", *AREA, "--lsoas", "E07999901=../passphrase.txt"),
            "lsoa-file-without-codes",
        ),
        (("create", "X", *AREA, "--first-quarter", "soon"), "quarter-not-understood"),
        (("create", "X", "--area", "Aberdeenshire"), "area-not-understood"),
        (("create", "X", "--area", "S12000034=Aberdeenshire"), "areas-of-two-nations"),
        (("create", "X", *AREA, "--area", "Cardiff"), "areas-of-two-nations"),
        (("create", "X", "--area", "Hampshire"), "area-is-a-county"),
        (("create", "X", "--area", "Craven"), "area-abolished"),
        (("join", "--origin", "nonsense"), "origin-not-understood"),
        (("join", "--founding", "x.founding", "--origin", "y/z"), "file-missing"),
    ],
)
def test_beginnings_that_cannot_be(empty, arguments, refusal):
    ran = empty.run("me", "partnership", *arguments, "--store", "../share", status=2)
    assert ran.refusal == refusal
    assert not (empty.root / "me/exchange.toml").exists()


@pytest.mark.parametrize(
    ("option", "example"),
    [("--outward", "E07000093=SP10,SP11"), ("--lsoas", "E07000093=lsoas.csv")],
)
def test_what_is_inside_an_area_is_shown_as_its_option_takes_it(empty, option, example):
    told = ("partnership", "create", "X", *AREA, option, "WZ1", "--store", "../share")
    ran = empty.run("me", *told, status=2)
    assert ran.refusal == "area-not-understood"
    assert f"hint: write it as {example}" in ran.err


def test_a_partnership_is_not_begun_twice_in_a_folder(partnership):
    ran = partnership.run(
        "police", "partnership", "create", "X", *AREA, "--store", "../s", status=2
    )
    assert ran.refusal == "settings-already-exist"


def test_a_partnership_is_not_joined_by_another_founding_than_is_known(partnership):
    file = partnership.root / "other.founding"
    origin = partnership.settings("police").origin
    file.write_text(f"csp-exchange:{origin}:{'cd' * 32}\n")
    ran = partnership.run(
        "police", "partnership", "join", "--founding", file, "--store", "../share", status=2
    )
    assert ran.refusal == "founding-differs"


def test_lsoas_are_taken_from_any_file_that_holds_them(empty):
    empty.extract("me", "lsoas.csv", "code,name\nE01999001,Westshire 001A\nE01999002,x\n")
    empty.run(
        "me",
        "partnership",
        "create",
        "X",
        *AREA,
        "--lsoas",
        "E07999901=lsoas.csv",
        "--store",
        "../share",
    )
    assert empty.settings("me").plan["areas"][0]["lsoas"] == ["E01999001", "E01999002"]


def test_a_founding_that_is_not_of_this_log_is_refused(partnership):
    (partnership.root / "new").mkdir()
    file = partnership.root / "other.founding"
    origin = partnership.settings("police").origin
    file.write_text(f"csp-exchange:{origin}:{'cd' * 32}\n")
    ran = partnership.run(
        "new", "partnership", "join", "--founding", file, "--store", "../share", status=15
    )
    assert ran.refusal == "log-of-another-partnership"
    assert not (partnership.root / "new/exchange.toml").exists()


def test_nothing_can_be_sent_before_the_founding(empty):
    empty.run("me", "partnership", "create", "X", *AREA, "--store", "../share")
    empty.signed("me", *KEY)
    ran = empty.submit("me", empty.extract("me", "x.csv", crimes()), status=2)
    assert ran.refusal == "founding-unknown"


def test_founding_takes_two_coordinators(empty):
    empty.run("me", "partnership", "create", "X", *AREA, "--store", "../share")
    empty.signed("me", *KEY)
    card = empty.root / "me/p-liaison.card"
    assert (
        empty.signed("me", "partner", "add", card, "--yes", status=2).refusal == "two-cards-needed"
    )
    ran = empty.signed("me", "partner", "add", card, card, "--yes", status=2)
    assert ran.refusal == "two-cards-needed"
    assert list((empty.root / "share/log").iterdir()) == []


def test_a_partnership_is_founded_once(partnership):
    ran = partnership.signed(
        "council",
        "partner",
        "add",
        partnership.root / "police/police-liaison.card",
        "--yes",
        status=16,
    )
    assert ran.refusal == "key-already-enrolled"


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\xff" * 10])
def test_a_card_that_is_none_is_refused(partnership, damage):
    card = partnership.root / "x.card"
    card.write_bytes(damage)
    ran = partnership.signed("council", "partner", "add", card, "--yes", status=13)
    assert ran.refusal == "card-unreadable"


def test_a_card_somebody_changed_is_refused(partnership):
    card = partnership.root / "police/police-liaison.card"
    other = partnership.root / "x.card"
    other.write_bytes(card.read_bytes().replace(b"liaison@police", b"thief@police"))
    ran = partnership.signed("council", "partner", "add", other, "--yes", status=13)
    assert ran.refusal == "card-not-self-signed"


def test_only_a_coordinator_enrols(partnership):
    join(partnership, "newcomer")
    make_key(partnership, "newcomer")
    card = partnership.root / "newcomer/newcomer-liaison.card"
    ran = partnership.signed("ambulance", "partner", "add", card, "--yes", status=12)
    assert ran.refusal == "signer-not-coordinator"
    ran = partnership.submit(
        "newcomer", partnership.extract("newcomer", "x.csv", crimes()), status=12
    )
    assert ran.refusal == "partner-not-enrolled"
    assert "newcomer" in ran.err
    enrol(partnership, "newcomer")


def test_a_short_passphrase_makes_no_key(empty):
    empty.run("me", "partnership", "create", "X", *AREA, "--store", "../share")
    (empty.root / "passphrase.txt").write_text("short\n")
    ran = empty.signed("me", *KEY, status=13)
    assert ran.refusal == "passphrase-too-short"
    assert [p.name for p in (empty.root / "me").iterdir()] == ["exchange.toml"]


def test_a_key_is_not_made_over_another(partnership):
    before = (partnership.root / "police/police-liaison.key").read_bytes()
    command = ("key", "new", "--partner", "police", "--name", "Westshire police")
    more = ("--kind", "police", "--contact", "c@example")
    ran = partnership.signed("police", *command, *more, status=2)
    assert ran.refusal == "file-already-exists"
    assert (partnership.root / "police/police-liaison.key").read_bytes() == before


def test_ids_have_one_form(empty):
    empty.run("me", "partnership", "create", "X", *AREA, "--store", "../share")
    for wrong in ("Police", "po lice", "po/lice", "-", "../x", "é"):
        command = ("key", "new", "--partner", wrong, "--name", "P", "--kind", "police")
        empty.signed("me", *command, "--contact", "c@example", status=2)
    assert [p.name for p in (empty.root / "me").iterdir()] == ["exchange.toml"]


def test_passphrases_come_from_a_file_from_standard_input_or_not_at_all(partnership, monkeypatch):
    import io

    file = partnership.extract("police", "crime.csv", crimes())
    ran = partnership.run("police", "submit", file, "--yes", status=13)
    assert ran.refusal == "passphrase-needs-terminal"
    assert "--passphrase-file" in ran.err
    ran = partnership.run("police", "submit", file, "--yes", "--passphrase-file", "no", status=13)
    assert ran.refusal == "passphrase-file-unreadable"
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSPHRASE + "\nmore\n"))
    partnership.run("police", "submit", file, "--yes", "--passphrase-file", "-")


def test_passphrases_come_from_the_systems_keyring(partnership, ring):
    join(partnership, "newcomer")
    command = ("key", "new", "--partner", "newcomer", "--name", "N", "--kind", "police")
    partnership.signed("newcomer", *command, "--contact", "c@example", "--keyring")
    assert ring == {("csp-exchange", "newcomer-liaison.key"): PASSPHRASE}
    enrol(partnership, "newcomer")
    file = partnership.extract("newcomer", "crime.csv", crimes())
    partnership.run("newcomer", "submit", file, "--yes")
    ring.clear()
    ran = partnership.run("newcomer", "submit", file, "--yes", status=13)
    assert ran.refusal == "passphrase-not-in-keyring"


def test_a_keyring_that_is_not_installed(partnership, monkeypatch):
    settings = partnership.settings("police")
    settings.keyring = True
    settings.write()
    monkeypatch.setitem(sys.modules, "keyring", None)
    file = partnership.extract("police", "crime.csv", crimes())
    ran = partnership.run("police", "submit", file, "--yes", status=13)
    assert ran.refusal == "keyring-not-installed"


def test_an_identity_file_is_not_anybodys(partnership):
    key = partnership.root / "police/police-liaison.key"
    key.write_bytes(b"age-encryption.org/v1\nnonsense")
    file = partnership.extract("police", "crime.csv", crimes())
    assert partnership.submit("police", file, status=13).refusal == "identity-file-damaged"
    key.unlink()
    assert partnership.submit("police", file, status=13).refusal == "key-or-card-file-unreadable"


def test_cards_name_offices_and_hold_no_secret(partnership):
    card, data = read_card_file(partnership.root / "police/police-liaison.card")
    assert (card.who, card.roles) == ("police/liaison", ("coordinator", "liaison"))
    secret = str(partnership.officer("police").identity)
    assert secret.encode() not in data


def test_an_unknown_command_or_option_is_usage(empty):
    assert empty.run("me", "submitt", status=2).refusal == "usage"
    ran = empty.run("me", "submit", status=2)
    assert ran.refusal == "usage"
    assert "exchange: hint: " in ran.err
    assert empty.run("me", "status", "--nonsense", status=2).refusal == "usage"


def test_a_store_that_is_not_connected(partnership):
    partnership.share.rename(partnership.root / "gone")
    ran = partnership.run("police", "status", status=15)
    assert ran.refusal == "store-unreachable"


def test_datasets_are_shown(empty):
    ran = empty.run("me", "explain")
    assert "wording to be confirmed" in ran.out
    assert "duty to be confirmed" in ran.out
    ran = empty.run("me", "explain", "ambulance-callouts")
    assert "no more precise than: outward code, locked" in ran.out
    assert "to the hour" in ran.out
    assert empty.run("me", "explain", "police-crime", "--json").json[0]["columns"]
    assert empty.run("me", "explain", "x", status=2).refusal == "word-unknown"
    assert "did you mean police-crime" in empty.run("me", "explain", "police-crimes", status=2).err


def test_a_quarter_that_is_none(partnership):
    ran = partnership.run("police", "status", "--quarter", "soon", status=2)
    assert ran.refusal == "quarter-not-understood"


def test_quarters_before_the_first_are_owed_nothing(partnership):
    for quarter, owed in (("2024Q4", False), ("2025Q1", True), ("2026Q2", True)):
        ran = partnership.run("police", "status", "--quarter", quarter, "--json")
        assert bool(ran.json["standings"]) is owed


def test_the_demonstration_replaces_only_what_it_made(empty):
    (empty.root / "me/mine.txt").write_text("mine")
    ran = empty.run("me", "demo", ".", "--replace", status=2)
    assert ran.refusal == "folder-not-empty"
    assert (empty.root / "me/mine.txt").read_text() == "mine"


@pytest.mark.soak("install")
@pytest.mark.parametrize("quarters", [2, 5])
def test_the_demonstration_plays_as_many_quarters_as_it_is_asked_for(empty, quarters):
    ran = empty.run("me", "demo", "d", "--quarters", str(quarters))
    assert ran.out.count(" nil returns sent") == quarters - 1
