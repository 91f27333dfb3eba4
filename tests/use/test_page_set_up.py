"""What is set up on the page: partnerships, keys and cards, as the commands set them up."""

import re
from pathlib import Path

import pytest

from exchange.keys.cards import read_card_file
from exchange.page.partnerships import partnership_names
from exchange.profile.settings import Settings
from exchange.stores.folder import FolderStore
from tests.lib.page import Browser, traces_of
from tests.lib.partnership import PASSPHRASE, Partnership, join

pytestmark = pytest.mark.services


def test_a_key_is_renewed_taken_into_use_and_the_old_one_revoked(partnership, room, browser):
    folder, room.work_factor = partnership.root / "police", 4
    fields = browser.get("/keys/renew").hidden()
    words = "another four words here"
    for typed in ({}, {"passphrase": "short", "again": "short"}, {"passphrase": words}):
        assert browser.post("/keys/renew", **fields, **typed).status == 400
    card = browser.post("/keys/renew", **fields, passphrase=words, again=words)
    assert card.heading == "Send your new card to your coordinator"
    assert words not in card.text
    assert browser.post("/keys/renew", **fields, passphrase=words, again=words).heading == (
        "Your keys"
    )
    (made,) = folder.glob("*-2.card")
    keys = browser.get("/keys")
    assert "police-liaison-2.key is not accepted yet" in keys.words
    old = re.search(r"fingerprint=([^\"]*)", keys.text)[1]
    early = browser.post("/keys/use", key="police-liaison-2.key", passphrase=words)
    assert "key-not-enrolled" in early.words
    assert "You use police-liaison.key" in browser.get("/keys").words
    partnership.signed("council", "partner", "add", made, "--yes")
    assert "is accepted by the partnership" in browser.get("/keys").words
    use = browser.get("/keys/use?key=police-liaison-2.key").hidden()
    assert browser.post("/keys/use", **use).status == 400
    assert browser.post("/keys/use", **use, passphrase=PASSPHRASE).status == 400
    assert (
        "You use police-liaison-2.key" in browser.post("/keys/use", **use, passphrase=words).words
    )
    assert "page-key-unknown" in browser.get("/keys/use?key=../council/council.key").words
    form = browser.get(f"/keys/revoke?fingerprint={old}").hidden()
    assert browser.post("/keys/revoke", **form, passphrase=words).status == 400
    done = browser.post("/keys/revoke", **form, reason="replaced", passphrase=words)
    assert "Log number 4" in done.words
    assert len(partnership.log().register.revoked) == 1
    assert browser.post("/keys/revoke", **form, reason="replaced").heading == "Your keys"
    assert old not in browser.get("/keys").text
    council = partnership.run("council", "key", "list", "--json").json
    other = next(one["fingerprint"] for one in council if one["who"].startswith("council"))
    assert (
        "page-key-unknown"
        in browser.get(f"/keys/revoke?fingerprint={other[:19]}".replace(" ", "")).words
    )
    assert "fingerprint-not-matched" in browser.get("/keys/revoke").words


def test_an_officer_joins_makes_a_key_and_is_added(partnership, room, browser):
    folder = partnership.root / "fire"
    folder.mkdir()
    room.folder, room.work_factor = folder, 4
    assert browser.get("/").heading == "Welcome"
    founding = (partnership.root / "council/westshire-csp.founding").read_bytes()
    share = str(partnership.share)
    for files, store in ((), share), ((b"no",), share), ((founding,), ""), ((founding,), "nowhere"):
        answer = browser.fill("/join", *(("w.founding", one) for one in files), store=store)
        assert answer.status == 400, answer.words
        assert not (folder / "exchange.toml").exists()
    large = browser.fill("/join", ("w.founding", bytes(200_000)), store=share)
    assert (large.status, "larger than 65 kB" in large.words) == (400, True)
    answer = browser.fill("/join", ("w.founding", founding), store=share)
    assert answer.heading == "Make your key"
    fields = {
        "partner": "fire", "name": "Westshire Fire", "kind": "fire", "office": "liaison",
        "contact": "c@fire.example", "passphrase": PASSPHRASE, "again": PASSPHRASE,
    }  # fmt: skip
    wrongs = [*((name, "") for name in fields), ("again", "other"), ("partner", "F!"),
              ("office", "coordinator")]  # fmt: skip
    for name, wrong in wrongs:
        assert browser.post("/join/key", **(fields | {name: wrong})).status == 400, name
        assert not list(folder.glob("*.key"))
    short = {"passphrase": "short", "again": "short"}
    assert browser.post("/join/key", **(fields | short)).status == 400
    card = browser.post("/join/key", **fields)
    assert card.heading == "Send your card to your coordinator"
    assert PASSPHRASE not in card.text
    assert browser.post("/join/key", **fields).heading == card.heading
    (made,) = folder.glob("*.card")
    assert "not enrolled yet" in browser.get("/").words
    digits = re.search(r"fingerprint: ((?:[0-9a-f]{4} ?){5})", card.words)[1].strip()
    room.folder = partnership.root / "council"
    assert 'cards?partnership=westshire-csp">Add officers' in browser.get("/").text
    for wrong in (), (("fire.card", b"no"),), (("fire.card", made.read_bytes()[:-9]),):
        assert browser.fill("/cards", *wrong).status == 400
    shown = browser.fill("/cards", ("fire.card", made.read_bytes()))
    assert f"Fingerprint: {digits}" in shown.words
    fields = shown.hidden()
    assert browser.post("/cards/add", **fields, passphrase=PASSPHRASE).status == 400
    fields["checked"] = "yes"
    for wrong in ({}, {"passphrase": "other"}, {"cards": "no", "passphrase": PASSPHRASE}):
        assert browser.post("/cards/add", **(fields | wrong)).status == 400
    assert partnership.log().tree.size == 3
    fields["passphrase"] = PASSPHRASE
    assert "Westshire Fire, fire/liaison (log 3)" in browser.post("/cards/add", **fields).words
    assert browser.post("/cards/add", **fields).heading == "Your quarter"
    again = browser.post("/cards/add", **(fields | {"form": "another"}))
    assert "key-already-enrolled" in again.words
    assert partnership.log().tree.size == 4
    room.folder = folder
    assert "Dwelling fires" in browser.get("/").words
    assert "Add officers" not in browser.get("/").words


ANSWERS = {
    "name": {"name": "Westshire CSP"},
    "areas": {"areas": "E07999901=Westshire\r\nTest Valley\r\n"},
    "outward": {"outward-E07999901": "wz1, WZ2", "outward-E07000093": ""},
    "lsoas": {"lsoas-E07999901": "E01999001\r\nE01999002", "lsoas-E07000093": ""},
    "first-quarter": {"first-quarter": "Jul-Sep 2026"},
    "store": {"store": "../share"},
}


NO_ANSWERS = {
    "name": [{}, {"name": "x" * 500}],
    "areas": [{"areas": text} for text in (" ", "Westshire", "Hampshire", "Craven")]
    + [{"areas": "Cardiff\nTest Valley"}, {"areas": f"E07000093={'x' * 201}"}],
    "outward": [{"outward-E07999901": "SP100"}, {"outward-0": "", "outward-1": ""}],
    "lsoas": [{"lsoas-E07999901": "none"}, {}],
    "first-quarter": [
        {"first-quarter": text} for text in ("soon", "0001Q1", "9999Q4", "2007Q2", "2029Q1")
    ],
    "store": [{}],
}


COMMAND = ("--area", "E07999901=Westshire", "--area", "E07000093", "--outward",
           "E07999901=WZ1,WZ2", "--lsoas", "E07999901=lsoas.txt", "--first-quarter", "2026Q3",
           "--store", "../other")  # fmt: skip


def check_confirmation(browser: Browser) -> None:
    """See that the settings are written of what was seen, and of a store that can be used."""
    seen = browser.get("/create/check").hidden()
    browser.post("/create/name", name="Another CSP")  # in another window
    refused = browser.post("/create/check", **seen)
    assert (refused.status, "changed in another window" in refused.words) == (400, True)
    browser.post("/create/name", **ANSWERS["name"])
    for wrong in ("ftp://x/y", "x" * 5000, "../share\0"):
        shown = browser.post("/create/store", store=wrong)
        refused = browser.post("/create/check", **shown.hidden())
        assert (refused.status, refused.heading) == (400, "Check your answers")
    browser.post("/create/store", **ANSWERS["store"])


def reuse_key(browser: Browser, folder: Path) -> None:
    """Use the key of one partnership in another, which is not created yet."""
    home = browser.get("/").words
    assert "What you have to send" in home
    assert "northshire-csp is being set up" in home
    assert "Make your key" in browser.get("/?partnership=northshire-csp").words
    reused = "/join/key?partnership=northshire-csp"
    assert browser.get(reused).heading == "Use your key in this partnership too"
    for wrong in ({}, {"passphrase": "other"}):
        assert browser.post("/join/key", partnership="northshire-csp", **wrong).status == 400
    card = browser.post("/join/key", partnership="northshire-csp", passphrase=PASSPHRASE)
    assert card.heading == "Send your card to your coordinator"
    assert "northshire-csp-police-liaison.card" in card.words
    assert browser.get(reused).heading == card.heading
    assert len(list(folder.glob("*.key"))) == 1
    large = browser.fill("/cards?partnership=westshire-csp", ("x.card", b"x" * 600_000))
    assert (large.status, large.heading) == (400, "Add officers")
    settings = folder / "exchange.toml"
    about, *several = settings.read_text(encoding="utf-8").split("[[partnership]]")
    turned = "[[partnership]]".join([about, *(f"\n{one.strip()}\n" for one in several[::-1])])
    settings.write_text(turned, encoding="utf-8")  # the one that is not created stands first
    assert "What you have to send" in browser.get("/").words


def test_two_coordinators_set_up_and_create_the_partnership(tmp_path, room, browser):
    p = Partnership(tmp_path)
    for who in ("share", "other", "council", "police", "command"):
        (tmp_path / who).mkdir()
    room.folder, room.work_factor = tmp_path / "council", 4
    assert browser.get("/create/store").path.endswith("/create/name")
    for question, right in ANSWERS.items():
        for wrong in NO_ANSWERS[question]:
            assert browser.post(f"/create/{question}", **wrong).status == 400, question
        assert browser.post(f"/create/{question}", **right).status == 200
    check_confirmation(browser)
    assert not (tmp_path / "council/exchange.toml").exists()
    checked = browser.get("/create/check")
    store = str(tmp_path / "council/../share")
    for words in ("a district of Hampshire, England", "WZ1, WZ2", "Recorded crime", store):
        assert words in checked.words
    made = browser.post("/create/check", **checked.hidden())
    assert made.heading == "Make your key"
    assert browser.post("/create/check").heading == "Create the partnership"
    (tmp_path / "command/lsoas.txt").write_text("E01999001 E01999002", encoding="utf-8")
    p.run("command", "partnership", "create", "Westshire CSP", *COMMAND)
    assert p.settings("council").plan == p.settings("command").plan
    origin = p.settings("council").origin
    details = {
        "partner": "council", "name": "Westshire council", "kind": "district",
        "contact": "c@council.example", "passphrase": PASSPHRASE, "again": PASSPHRASE,
    }  # fmt: skip
    for field, wrong in {"partner": "The Council", "name": "x" * 201, "contact": "x" * 201}.items():
        assert f'id="{field}-error"' in browser.post("/join/key", **details | {field: wrong}).text
    assert browser.post("/join/key", **details).heading == "Your key is made"
    assert origin in browser.get("/").words
    room.folder = tmp_path / "police"
    for wrong in ({}, {"origin": origin}, {"origin": "x", "store": "../share"},
                  {"origin": origin, "store": "nowhere"}):  # fmt: skip
        assert browser.post("/join/id", **wrong).status == 400
    second = browser.post("/join/id", origin=origin, store="../share")
    assert second.heading == "Make your key"
    assert "What will you do?" not in second.words
    assert "It does not exist yet" in browser.get("/").words
    details |= {"partner": "police", "name": "Westshire Police", "kind": "police"}
    assert browser.post("/join/key", **details).heading == "Send your card to your coordinator"
    second = (tmp_path / "police/police-liaison.card").read_bytes()
    room.folder = tmp_path / "council"
    own = (tmp_path / "council/council-liaison.card").read_bytes()
    alone = browser.fill("/cards", ("own.card", own))
    assert (alone.status, "two coordinators' cards" in alone.words) == (400, True)
    shown = browser.fill("/cards", ("police.card", second))
    fields = shown.hidden() | {"checked": "yes", "passphrase": PASSPHRASE}
    made = browser.post("/cards/add", **fields)
    founding = tmp_path / "council/westshire-csp.founding"
    assert str(founding) in made.words
    assert browser.post("/cards/add", **fields).heading == "Your quarter"
    assert p.body(0).areas[0].outward == {"WZ1", "WZ2"}
    assert "What you have to send" in browser.get("/").words
    room.folder = tmp_path / "police"
    joined = browser.fill("/join", ("w.founding", founding.read_bytes()), store="../share")
    assert joined.heading == "Send your card to your coordinator"
    another = ("partnership", "join", "--origin", f"northshire-csp/{'0' * 32}")
    p.run("police", *another, "--store", "../other")  # which is not created yet
    reuse_key(browser, tmp_path / "police")
    assert traces_of(PASSPHRASE, browser, tmp_path) == []


def test_a_fault_stands_at_its_own_field(tmp_path, room, browser):
    room.folder = tmp_path
    browser.post("/create/name", name="Westshire CSP")
    unknown = browser.post("/create/areas", areas="Test Valley\nNowhere")
    assert "Line 2: the area is neither" in unknown.words
    browser.post("/create/areas", areas="Test Valley\nWinchester")
    typed = {"outward-E07000093": "SP10", "outward-E07000094": "SO222"}
    refused = browser.post("/create/outward", **typed)
    assert 'href="#outward-E07000094"' in refused.text
    assert 'id="outward-E07000094-error"' in refused.text
    assert 'id="outward-E07000093-error"' not in refused.text
    assert ">SP10</textarea>" in refused.text
    browser.post("/create/areas", areas="Winchester\nTest Valley")  # in another window
    kept = {"outward-E07000093": "SP10", "outward-E07000094": "SO22"}
    browser.post("/create/outward", **kept)
    assert room.interview.outward == {"E07000093": ["SP10"], "E07000094": ["SO22"]}


def test_an_analyst_makes_a_key_whose_passphrase_is_kept_in_the_keyring(
    partnership, room, browser, ring
):
    room.folder, room.work_factor = partnership.root / "newcomer", 4
    join(partnership, "newcomer")
    details = {
        "partner": "newcomer", "name": "University of Westshire", "kind": "other",
        "office": "analyst", "contact": "c@newcomer.example", "keyring": "yes",
        "passphrase": PASSPHRASE, "again": PASSPHRASE,
    }  # fmt: skip
    assert "in the keyring of this computer" in browser.get("/join/key").words
    browser.post("/join/key", **details)
    assert ring == {("csp-exchange", "newcomer-analyst.key"): PASSPHRASE}
    (card,) = (partnership.root / "newcomer").glob("*.card")
    for slug in ("north-csp", "south-csp"):  # which are not created yet
        FolderStore(partnership.root / "newcomer" / slug).set_up()
        told = ("--origin", f"{slug}/{'0' * 32}", "--store", slug)
        partnership.run("newcomer", "partnership", "join", *told)
    browser.post("/join/key", partnership="north-csp")
    told = ("--partnership", "south-csp", "key", "card", "--contact", "d@newcomer.example")
    partnership.run("newcomer", *told)
    cards = sorted((partnership.root / "newcomer").glob("*-csp-*.card"))
    (north, _), (south, _) = map(read_card_file, cards)
    assert (north.roles, north.contact) == (("coordinator", "analyst"), "c@newcomer.example")
    assert (south.roles, south.contact) == (("analyst",), "d@newcomer.example")
    every = Settings.all(partnership.root / "newcomer")
    westshire = partnership.log().register.name
    assert list(partnership_names(every).values()) == [westshire, "north-csp", "south-csp"]
    room.folder = partnership.root / "council"
    assert "/keys/keep?" in browser.get("/keys").text
    for wrong in ({}, {"passphrase": "other"}):
        assert browser.post("/keys/keep", **wrong).status == 400
    assert browser.post("/keys/keep", passphrase=PASSPHRASE).heading == "Your keys"
    shown = browser.fill("/cards", ("newcomer.card", card.read_bytes()))
    assert "Passphrase" not in shown.words
    browser.post("/cards/add", **shown.hidden(), checked="yes")
    assert partnership.log().register.partners["newcomer"].kinds == ("other",)
    assert len(ring) == 2
    assert traces_of(PASSPHRASE, browser, partnership.root) == []
