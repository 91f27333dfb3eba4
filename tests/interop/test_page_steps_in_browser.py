"""The officer's page in Chromium: the steps that a usual quarter does not need, and paper."""

import shutil
import threading
from collections.abc import Callable

import pytest

from exchange.page import analyse, drafts
from tests.lib.extracts import crimes
from tests.lib.officer import WIDE, Officer, extract, make_key
from tests.lib.page import served
from tests.lib.partnership import Partnership, join, several
from tests.use.test_splitting import AREAS, files

pytestmark = [pytest.mark.services, pytest.mark.soak("browser"), pytest.mark.needs("playwright")]
NEW = "another four words here"


def sheets(officer: Officer, to) -> int:
    """Print the page, and return how many sheets of paper that takes."""
    import pypdfium2

    officer.window.emulate_media(media="print", color_scheme="dark")
    officer.looked += 1
    for kind in ("light", "dark", "narrow"):
        officer.picture(f"printed-{kind}")
    officer.window.pdf(path=to, format="A4")
    officer.window.emulate_media(media="screen", color_scheme="light")
    with pypdfium2.PdfDocument(to) as paper:
        words = "".join(sheet.get_textpage().get_text_range() for sheet in paper)
        assert officer.room.path not in words
        return len(paper)


def test_the_account_and_the_receipt_are_printed(partnership, officer, tmp_path):
    rows = crimes(120).splitlines()
    rows[5:9] = [one.replace("WZ", "EZ").replace("E01999", "E01000") for one in rows[5:9]]
    officer.choose(extract(partnership, "\r\n".join(rows) + "\r\n"))
    officer.heading("Your file has no errors")
    officer.unlock()
    officer.heading("What is in your file")
    assert sheets(officer, tmp_path / "account.pdf") == 1
    officer.window.locator("a[href*='/lost/']").first.click()
    officer.window.get_by_role("heading", name="The first of these rows").wait_for()
    officer.look("lost")
    officer.press("What is in your file")
    officer.heading("What is in your file")
    officer.send_on()
    assert sheets(officer, tmp_path / "receipt.pdf") == 1
    officer.window.reload()
    officer.heading("Sent")
    officer.window.go_back()  # to the question whether it is sent
    officer.window.get_by_role("heading", level=1).first.wait_for()
    assert officer.window.get_by_role("button", name="Send", exact=True).count() == 0
    assert partnership.log().tree.size == 4


def test_what_was_sent_is_withdrawn(partnership, officer):
    partnership.signed("police", "nil", "police-transport", "--dates", "2026Q3", "--yes")
    partnership.submit("police", extract(partnership, crimes()))
    officer.window.reload()
    officer.look("home-with-a-submission")
    for what in ("Withdraw log 3", "Withdraw log 4"):
        officer.press(what)
        officer.look("withdraw")
        officer.press("Withdraw it")
        officer.look("withdraw-without-a-reason")
        officer.window.get_by_role("radio").first.check()
        officer.unlock_and("Withdraw it")
        officer.heading("Logged")
        officer.press("Your quarter")
    assert partnership.log().tree.size == 7


def test_a_key_is_renewed_taken_into_use_and_the_old_one_revoked(partnership, officer):
    officer.room.work_factor = 4
    officer.press("Renew or revoke")
    officer.heading("Your keys")
    officer.look("keys")
    officer.press("Make a new key")
    officer.look("renew")
    officer.window.get_by_label("New passphrase", exact=True).fill(NEW)
    officer.window.get_by_label("The same passphrase again", exact=True).fill(NEW)
    officer.press("Make a new key")
    officer.heading("Send your new card to your coordinator")
    officer.look("new-card")
    officer.press("Your keys")
    officer.look("keys-with-a-new-one")
    (made,) = (partnership.root / "police").glob("*-2.card")
    partnership.signed("council", "partner", "add", made, "--yes")
    officer.window.reload()
    officer.look("keys-with-an-accepted-one")
    officer.press("Use this key")
    officer.look("use")
    officer.window.get_by_label("Passphrase of the new key", exact=True).fill(NEW)
    officer.press("Use this key")
    officer.heading("Your keys")
    officer.press("Revoke")
    officer.look("revoke")
    officer.window.get_by_role("radio").first.check()
    officer.window.get_by_label("Passphrase of the key that you use now", exact=True).fill(NEW)
    officer.press("Revoke this key")
    officer.heading("Logged")
    assert len(partnership.log().register.revoked) == 1


@pytest.mark.parametrize("officer", ["first"], indirect=True)
def test_two_coordinators_create_the_partnership(partnership, officer):
    officer.room.work_factor = 4
    for folder in ("second", "another-share"):
        (partnership.root / folder).mkdir()
    create = ("partnership", "create", "Testshire Community Safety Partnership")
    partnership.run("first", *create, "--area", "Test Valley", "--store", "../another-share")
    origin = partnership.settings("first").origin
    officer.window.reload()
    officer.press("Make your key")
    make_key(officer, "test-valley", "Test Valley Borough Council", "District")
    officer.heading("Your key is made")
    officer.look("own-key")
    officer.press("Continue")
    officer.heading("Create the partnership")
    officer.look("begun-with-a-key")
    officer.press("Choose the cards")
    officer.look("cards")
    officer.press("Continue")
    officer.look("no-cards")
    partnership.run(
        "second", "partnership", "join", "--origin", origin, "--store", "../another-share"
    )
    made = ("key", "new", "--partner", "police", "--name", "Hampshire Constabulary", "--kind")
    roles = ("police", "--role", "coordinator", "--role", "liaison")
    partnership.signed("second", *made, *roles, "--contact", "c@police.example")
    (card,) = (partnership.root / "second").glob("*.card")
    cards = officer.window.get_by_label("The cards that officers sent you")
    cards.set_input_files(str(card))
    officer.press("Continue")
    officer.heading("Check the fingerprints by phone")
    officer.look("fingerprints")
    officer.press("Create the partnership")
    officer.look("fingerprints-not-compared")
    officer.window.get_by_label("I have compared each fingerprint by phone").check()
    officer.unlock_and("Create the partnership")
    officer.heading("The partnership is created")
    officer.look("created")
    officer.press("Your quarter")
    officer.heading("Your quarter")
    officer.look("home-of-a-new-partnership")
    officer.press("Add officers")
    officer.look("add-officers")


@pytest.fixture
def partnership_of_three(tmp_path_factory) -> Partnership:
    return several(tmp_path_factory.mktemp("three") / "p", AREAS)


def test_an_officer_of_three_partnerships_sends_once(chromium, partnership_of_three):
    p = partnership_of_three
    with served(p.root / "police") as room:
        officer = Officer(
            room, chromium.new_context(viewport=WIDE).new_page(), "three_partnerships"
        )
        officer.window.goto(room.address)
        officer.heading("Your quarter")
        officer.look("home-of-three")
        officer.choose(*files(p))
        officer.heading("Which dataset is this file?")
        officer.look("which-dataset")
        officer.press("Continue")
        officer.window.get_by_text("Choose one of the answers").first.wait_for()
        officer.look("no-dataset-chosen")
        officer.window.get_by_role("radio").first.check()
        officer.press("Continue")
        officer.heading("Your file has no errors")
        officer.look("checked-for-three")
        officer.unlock()
        officer.heading("What is in your file")
        officer.look("account-of-three")
        officer.send_on()
        officer.press("Your quarter")
        officer.press("Tables and reports")
        officer.look("tables-of-three")
        officer.unlock_and("Combine the tables")
        officer.heading("The tables are in your folder")
        officer.press("Tables and reports")
        join_namesake(p)
        officer.window.goto(f"{room.origin}{room.path}/")
        officer.look("home-with-one-being-set-up")
        officer.press("See what is next")
        officer.look("waiting-of-several")
        officer.press("Make your key")
        officer.heading("Use your key in this partnership too")
        officer.look("reuse")
        officer.press("Make the card")
        officer.look("reuse-without-passphrase")
        officer.unlock_and("Make the card")
        officer.heading("Send your card to your coordinator")
        assert officer.faults == []
        officer.window.context.close()


def join_namesake(p: Partnership) -> None:
    """Join another partnership of the name of the first one, which is being set up."""
    for folder in ("fourth", "fourth-share"):
        (p.root / folder).mkdir()
    store = ("--store", "../fourth-share")
    p.run("fourth", "partnership", "create", "Westshire", "--area", "Test Valley", *store)
    origin = p.settings("fourth").origin
    p.run("police", "partnership", "join", "--origin", origin, *store)


def test_a_table_to_publish_is_made(partnership, officer):
    partnership.submit("police", extract(partnership, crimes()))
    officer.window.goto(f"{officer.room.origin}{officer.room.path}/analyse/counts")
    officer.heading("The table was not made")
    officer.look("no-tables")
    partnership.signed("police", "pull", "merged")
    officer.window.reload()
    officer.look("counts")
    officer.window.get_by_label("Records of").select_option("police-crime")
    officer.press("Use these records")
    officer.press("Make the table")
    officer.look("counts-without-rows")
    officer.window.get_by_label("Rows", exact=True).select_option("month")
    officer.window.get_by_label("A web page", exact=True).check()
    with officer.window.expect_download() as download:
        officer.press("Make the table")
    assert download.value.suggested_filename.endswith(".html")


def held(original: Callable, gate: threading.Event, at: str) -> Callable:
    """Have a library function wait when it says that a stage begins."""

    def wrapped(*given, **named):
        told = named["stage"]

        def stage(words: str) -> None:
            told(words)
            if words == at:
                assert gate.wait(60)

        return original(*given, **(named | {"stage": stage}))

    return wrapped


def test_it_says_how_far_it_is_and_a_closed_browser_does_not_stop_it(
    partnership, officer, monkeypatch
):
    gates = [threading.Event() for _ in range(3)]
    monkeypatch.setattr(drafts, "plan_extract", held(drafts.plan_extract, gates[0], "checking"))
    monkeypatch.setattr(drafts, "submit_extract", held(drafts.submit_extract, gates[1], "sending"))
    officer.choose(extract(partnership, crimes()))
    officer.heading("Checking your file")
    officer.window.get_by_text("Checking the rows (step 3 of 4) …").wait_for()
    bar = officer.window.get_by_role("progressbar")
    assert bar.evaluate("e => [e.value, e.max]") == [2, 4]
    officer.look("working")
    gates[0].set()
    officer.heading("Your file has no errors")
    officer.unlock()
    officer.heading("What is in your file")
    address = officer.window.url
    for page in ("compare", "preview", "confirm"):
        officer.window.goto(f"{address}/{page}")
    second = officer.window.context.new_page()
    second.goto(f"{address}/confirm")
    officer.press("Send")
    officer.heading("Sending")
    officer.window.get_by_text("Sending (step 2 of 2) …").wait_for()
    officer.look("sending")
    second.get_by_role("button", name="Send", exact=True).click()  # in a second window
    second.get_by_role("heading", name="Sending").wait_for()
    second.close()
    officer.window.reload()
    officer.window.get_by_text("It can no longer be stopped").wait_for()
    assert officer.window.get_by_role("button", name="Stop").count() == 0
    context = officer.window.context
    officer.window.close()
    gates[1].set()
    draft = officer.room.drafts.get(address.rpartition("/")[2])
    draft.wait(60)
    officer.window = context.new_page()
    officer.window.goto(address)
    officer.heading("Sent")
    assert partnership.log().tree.size == 4
    original = analyse.pull_tables

    def pull(*given, tick, **named):
        tick(3, 12)
        assert gates[2].wait(60)
        return original(*given, tick=tick, **named)

    monkeypatch.setattr(analyse, "pull_tables", pull)
    officer.press("Your quarter")
    officer.press("Tables and reports")
    officer.window.get_by_label("A CSV file", exact=True).first.check()
    officer.unlock_and("Combine the tables")
    officer.heading("Combining the tables")
    officer.window.get_by_text("Combining submissions: 3 of 12 …").wait_for()
    officer.look("combining")
    gates[2].set()
    officer.heading("The tables are in your folder")


def test_what_cannot_be_shown_says_so(partnership, officer, monkeypatch):
    start = f"{officer.room.origin}{officer.room.path}"
    for path, heading in (
        ("/logged/999", "This page does not exist"),
        ("/send/no-such-draft", "This file is no longer here"),
        ("/withdraw?entry=99", "Nothing was withdrawn"),
        ("/nil?dataset=police-crime", "Nothing was logged"),
    ):
        officer.window.goto(start + path)
        officer.heading(heading)
        officer.look(heading.replace(" ", "-"))
    officer.window.goto(f"{start}/send")
    empty = partnership.extract("police", "empty.csv", "")
    officer.window.get_by_label("File, or several files").set_input_files(str(empty))
    officer.press("Check it")
    officer.heading("Nothing was sent")
    officer.look("empty-file")
    shutil.move(partnership.share, partnership.root / "gone")
    officer.window.goto(f"{start}/")
    officer.look("home-without-the-store")
    shutil.move(partnership.root / "gone", partnership.share)
    monkeypatch.setattr(analyse, "partnership_names", lambda _: 1 / 0)
    officer.window.goto(f"{start}/analyse")
    officer.heading("A fault in exchange")
    officer.look("fault")
    officer.said = [one for one in officer.said if "status of" not in one]


@pytest.mark.parametrize("officer", ["analysts"], indirect=True)
def test_an_analyst_opens_a_report(partnership, officer):
    officer.heading("Your quarter")
    officer.look("home-of-an-analyst")
    officer.press("Tables and reports")
    officer.press("Make the report")
    officer.look("no-report-chosen")
    officer.window.get_by_label("Who shared what, and when").check()
    officer.window.get_by_label("A web page", exact=True).check()
    with officer.window.expect_download() as download:
        officer.press("Make the report")
    page = officer.window.context.new_page()
    page.goto(f"file://{download.value.path()}")
    assert "Westshire" in page.inner_text("body")
    page.close()


def test_the_long_name_of_a_partner_fits(partnership, officer):
    name = "The Combined Fire and Rescue Authority of Llanfairpwllgwyngyllgogerychwyrndrobwll"
    (partnership.root / "newcomer").mkdir(exist_ok=True)
    join(partnership, "newcomer")
    make = ("key", "new", "--partner", "fire", "--name", name, "--kind", "fire")
    partnership.signed("newcomer", *make, "--contact", "c@fire.example")
    partnership.signed(
        "council", "partner", "add", partnership.root / "newcomer/fire-liaison.card", "--yes"
    )
    officer.window.reload()
    officer.window.get_by_text(name).first.wait_for()
    officer.look("home-with-a-long-name")
