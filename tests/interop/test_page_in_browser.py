"""The officer's page in Chromium: whole journeys; axe looks at each step, dark and light.

With EXCHANGE_WRITE_TUTORIAL, the pictures of the tutorial are taken again.

With EXCHANGE_PICTURES=FOLDER, a picture of each step is kept there.
"""

import os
import re
from dataclasses import dataclass, field

import openpyxl
import pytest

from tests.conftest import HERE
from tests.lib.extracts import callouts, crimes
from tests.lib.officer import WIDE, Officer, extract, make_key
from tests.lib.page import served
from tests.lib.partnership import PASSPHRASE, Partnership, enrol

pytestmark = [pytest.mark.services, pytest.mark.soak("browser"), pytest.mark.needs("playwright")]
TUTORIAL = HERE.parent / "docs/tutorial-page.md"
_LARGEST = 60_000  # bytes of a picture
_TALLEST = 640  # pixels


def test_a_quarter_is_sent_corrected_and_shown_at_home(partnership, officer):
    officer.heading("Your quarter")
    officer.look("home")
    officer.choose(extract(partnership, crimes() + crimes().splitlines()[1] + "\r\n"))
    officer.heading("Your file has no errors")
    officer.look("passphrase")
    officer.window.get_by_label("Passphrase of your key", exact=True).fill("another")
    officer.press("Continue")
    officer.window.get_by_text("The passphrase is not the one of your key").first.wait_for()
    officer.look("wrong-passphrase")
    officer.unlock()
    officer.heading("What is in your file")
    officer.look("account")
    officer.send_on()
    officer.press("Your quarter")
    officer.choose(extract(partnership, crimes(count=60)))
    officer.unlock()
    officer.heading("What is in your file")
    officer.send_on()
    officer.press("Your quarter")
    officer.look("home-afterwards")
    register = partnership.log().register
    assert [one.position for one in register.submissions] == [3, 4]
    (counts,) = register.current()
    assert counts.position == 4


@pytest.mark.parametrize("officer", ["ambulance"], indirect=True)
def test_errors_are_looked_at_beside_the_rows_and_corrected(partnership, officer):
    good = callouts(*["WZ1 1AA"] * 12)
    officer.choose()
    officer.window.get_by_text("No file was chosen").first.wait_for()
    officer.look("no-file")
    officer.window.get_by_role("link", name="exchange").click()
    officer.choose(extract(partnership, good.replace("01/07/2026", "41/07/2026"), "ambulance"))
    officer.heading("Correct these errors")
    officer.look("errors")
    officer.press("See these rows in your file")
    officer.look("rows")
    officer.press("What was found")
    officer.press("Send another file")
    officer.window.get_by_label("File, or several files").set_input_files(
        str(extract(partnership, good, "ambulance"))
    )
    officer.press("Check it")
    officer.unlock()
    officer.heading("What is in your file")
    officer.send_on()
    assert len(partnership.log().register.submissions) == 1


def test_there_was_nothing_and_a_dataset_is_not_held(partnership, officer):
    officer.press("Nothing this quarter")
    officer.look("nil")
    officer.press("Send the nil return")
    officer.window.get_by_text("Confirm that nothing was recorded").first.wait_for()
    officer.look("nil-not-confirmed")
    officer.window.get_by_role("checkbox").check()
    officer.window.get_by_label("Passphrase of your key", exact=True).fill(PASSPHRASE)
    officer.press("Send the nil return")
    officer.heading("Logged")
    officer.look("logged")
    officer.press("Your quarter")
    officer.press("Not held")
    officer.look("not-held")
    officer.window.get_by_role("radio").first.check()
    officer.window.get_by_label("Passphrase of your key", exact=True).fill(PASSPHRASE)
    officer.press("Record that it is not held")
    officer.heading("Logged")
    assert partnership.log().tree.size == 5


def test_the_columns_of_an_unfamiliar_file_are_named(partnership, officer):
    rows = crimes().splitlines()[1:]
    headings = "No,Day in,Day of,Clock,What,Where,Small area,Dom,Home"
    officer.choose(extract(partnership, "\r\n".join([headings, *rows]) + "\r\n"))
    officer.heading("Nothing was sent")
    officer.look("not-recognised")
    officer.window.get_by_label("Dataset").select_option("police-crime")
    officer.press("Check it again")
    officer.window.get_by_role("link", name="Say which column is which").wait_for()
    officer.look("columns-missing")
    officer.press("Say which column is which")
    officer.look("columns")
    for heading, name in (
        ("Column 1 (A): No", "reference"), ("Column 2 (B): Day in", "recorded"),
        ("Column 3 (C): Day of", "occurred_from"), ("Column 4 (D): Clock", "time_from"),
        ("Column 5 (E): What", "category"), ("Column 6 (F): Where", "postcode"),
        ("Column 7 (G): Small area", "lsoa"), ("Column 8 (H): Dom", "domestic"),
        ("Column 9 (I): Home", "dwelling"),
    ):  # fmt: skip
        officer.window.get_by_label(heading, exact=True).select_option(name)
    officer.press("Check the file again")
    officer.heading("Your file has no errors")
    officer.look("named")


# Show a folder of the tests as one that an officer may have.
_AT_HOME = """(root) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    texts.currentNode.data = texts.currentNode.data.replaceAll(root, "/home/records");
}"""


@dataclass
class Tutorial:
    """The tutorial, played in front of a window: which pictures it has to show."""

    officer: Officer
    root: str
    shown: list[str] = field(default_factory=list)

    def picture(self, name: str) -> None:
        """Note a picture of what the window shows, and take it again if the tutorial is written."""
        heading = self.officer.window.get_by_role("heading", level=1).inner_text().strip()
        self.shown.append(f"![{heading}](pictures/{name}.jpg)")
        if os.environ.get("EXCHANGE_WRITE_TUTORIAL"):
            path = TUTORIAL.parent / f"pictures/{name}.jpg"
            path.parent.mkdir(exist_ok=True)
            window = self.officer.window
            window.evaluate(_AT_HOME, self.root)
            main = window.locator("main").bounding_box()
            clip = main | {"height": min(main["height"], _TALLEST)}
            window.screenshot(path=path, type="jpeg", quality=60, clip=clip, full_page=True)

    def press(self, what: str, heading: str, name: str) -> None:
        """Press something, and take a picture of the page to which it leads."""
        self.officer.press(what)
        self.officer.heading(heading)
        self.picture(name)

    def join(self, p: Partnership) -> None:
        """Join the partnership, make a key, and be added."""
        officer = self.officer
        officer.heading("Welcome")
        self.picture("welcome")
        self.press("Join a partnership", "Join a partnership", "join")
        founding = officer.window.get_by_label("The file that your coordinator sent you")
        founding.set_input_files(str(p.root / "council/westshire-csp.founding"))
        officer.window.get_by_label("Shared folder of the partnership").fill("../share")
        self.press("Join", "Make your key", "key")
        make_key(officer, "records", "Westshire Records", "Police")
        officer.heading("Send your card to your coordinator")
        self.picture("card")
        enrol(p, "records")
        self.press("Your quarter", "Your quarter", "home")

    def check(self, p: Partnership) -> None:
        """Send a file with an error, and then one without."""
        officer, lines = self.officer, crimes(180).splitlines()
        lines[40] = lines[40].replace(lines[40].split(",")[1], "31/13/2026", 1)
        officer.choose(extract(p, "\r\n".join(lines), "records"))
        officer.heading("Correct these errors")
        self.picture("errors")
        officer.press("Send another file")
        good = extract(p, crimes(180) + crimes(180).splitlines()[1] + "\r\n", "records")
        officer.window.get_by_label("File, or several files").set_input_files(str(good))
        self.press("Check it", "Your file has no errors", "checked")

    def send(self) -> None:
        """Go from the passphrase to the receipt."""
        officer = self.officer
        officer.unlock()
        officer.heading("What is in your file")
        self.picture("account")
        officer.press("Continue")
        officer.window.wait_for_url("**/queries")
        self.picture("query")
        officer.window.get_by_label("Checked in the records system").check()
        officer.press("Continue")
        officer.heading("What changed")
        self.press("Continue", "Before and after", "before-and-after")
        self.press("Continue", "Send this?", "confirm")
        self.press("Send", "Sent", "receipt")


@pytest.mark.parametrize("officer", ["records"], indirect=True)
def test_the_tutorial_shows_what_an_officer_sees(partnership, officer):
    officer.window.set_viewport_size({"width": 660, "height": 700})
    officer.room.work_factor = 4
    tutorial = Tutorial(officer, str(partnership.root))
    tutorial.join(partnership)
    tutorial.check(partnership)
    tutorial.send()
    text = TUTORIAL.read_text(encoding="utf-8")
    assert re.findall(r"!\[.*?\]\(.*?\)", text) == tutorial.shown
    sizes = [path.stat().st_size for path in (TUTORIAL.parent / "pictures").iterdir()]
    assert len(sizes) == len(tutorial.shown)
    assert max(sizes) < _LARGEST


@pytest.mark.parametrize("officer", ["newcomer"], indirect=True)
def test_a_newcomer_joins_and_is_added(partnership, officer, ring):
    officer.room.work_factor = 4
    officer.heading("Welcome")
    officer.look("welcome")
    officer.press("Join a partnership")
    officer.look("join")
    files = officer.window.get_by_label("The file that your coordinator sent you")
    files.set_input_files(str(partnership.root / "council/westshire-csp.founding"))
    officer.window.get_by_label("Shared folder of the partnership").fill(str(partnership.share))
    officer.press("Join")
    officer.heading("Make your key")
    officer.look("key")
    officer.press("Make the key")
    officer.window.get_by_text("Enter a short ID of your authority").first.wait_for()
    officer.look("key-not-told")
    make_key(officer, "newcomer", "Westshire Fire", "Fire")
    officer.heading("Send your card to your coordinator")
    officer.look("card")
    enrol(partnership, "newcomer")
    officer.press("Your quarter")
    officer.heading("Your quarter")
    officer.look("home-of-a-newcomer")
    officer.window.get_by_text("Dwelling fires with no smoke alarm fitted").first.wait_for()
    officer.press("Renew or revoke")
    officer.press("Keep its passphrase in the keyring of this computer")
    officer.look("keep")
    officer.unlock_and("Keep it in the keyring")
    officer.window.get_by_text("Its passphrase is in the keyring of this computer").wait_for()
    assert list(ring.values()) == [PASSPHRASE]


@pytest.mark.parametrize("officer", ["newcomer"], indirect=True)
def test_a_coordinator_sets_up_a_partnership_question_by_question(partnership, officer):
    officer.room.work_factor = 4
    officer.press("Set up a new partnership")
    share = partnership.root / "another-share"
    share.mkdir()
    for question, answer in (
        ("What is the partnership called?", "Testshire CSP"),
        ("Which areas does it cover?", "Test Valley"),
        ("Which outward codes are inside it?", ""),
        ("Do you need to list LSOA codes?", ""),
        ("Which is the first quarter to share?", "2026Q4"),
        ("Where is the shared folder?", str(share)),
    ):
        officer.heading(question)
        officer.look(question.rstrip("?").replace(" ", "-"))
        if question.startswith("Which areas"):
            officer.window.get_by_role("textbox").fill("Hampshire")
            officer.press("Continue")
            officer.window.get_by_text("Hampshire is a county").first.wait_for()
            officer.look("county")
        officer.window.get_by_role("textbox").first.fill(answer)
        officer.press("Continue")
    officer.heading("Check your answers")
    officer.look("answers")
    officer.press("Set up the partnership")
    officer.heading("Make your key")
    officer.look("key-of-a-coordinator")
    officer.window.get_by_role("link", name="exchange").click()
    officer.heading("Create the partnership")
    officer.look("begun")
    origin = partnership.settings("newcomer").origin
    assert origin.startswith("testshire-csp/")


@pytest.mark.parametrize("officer", ["second"], indirect=True)
def test_the_second_coordinator_joins_by_the_id(partnership, officer):
    (partnership.root / "first").mkdir()
    create = ("partnership", "create", "Northshire CSP", "--area", "Test Valley")
    partnership.run("first", *create, "--store", "../another-share")
    officer.press("Join a partnership that is being set up")
    officer.look("join-by-id")
    officer.press("Join")
    officer.window.get_by_text("Enter the ID that").first.wait_for()
    officer.look("no-id")
    origin = partnership.settings("first").origin
    officer.window.get_by_label("ID of the partnership").fill(origin)
    store = str(partnership.root / "another-share")
    officer.window.get_by_label("Shared folder of the partnership").fill(store)
    officer.press("Join")
    officer.heading("Make your key")
    officer.window.get_by_role("link", name="exchange").click()
    officer.heading("The partnership is being set up")
    officer.look("waiting")


@pytest.mark.parametrize("officer", ["council"], indirect=True)
def test_the_register_of_requirements_is_recorded(partnership, officer, tmp_path):
    partnership.run("council", "report", "answer", "--workbook", "answers.xlsx")
    file = partnership.root / "council/answers.xlsx"
    book = openpyxl.load_workbook(file)
    sheet = book["Register"]
    state = next(cell.column for cell in sheet[1] if cell.value == "State")
    position = next(cell.column for cell in sheet[1] if cell.value == "Position")
    sheet.cell(2, state).value, sheet.cell(2, position).value = "in part", "Terms are drafted"
    book.save(file)
    (tmp_path / "letter.xlsx").write_bytes(b"no workbook")
    officer.press("Tables and reports")
    officer.press("Record the answers to requirements")
    officer.look("answers")
    for one in (tmp_path / "letter.xlsx", file):
        officer.window.get_by_label("The workbook that you filled in").set_input_files(str(one))
        officer.press("Continue")
        officer.look("answers-given")
    officer.heading("Check the answers")
    officer.unlock_and("Record these answers")
    officer.heading("Logged")
    assert partnership.body(3).answers[0].state == "in-part"


def test_the_protocol_is_read_and_signed(partnership, officer):
    file = partnership.extract("council", "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    publish = ("partnership", "protocol", "publish", file, "--personal-data", "--yes")
    partnership.signed("council", *publish)
    officer.window.reload()
    officer.look("home-with-a-protocol")
    officer.press("Read and sign")
    officer.heading("The protocol")
    officer.look("protocol")
    with officer.window.expect_download() as download:
        officer.press("Save the document")
    assert download.value.suggested_filename == "protocol.pdf"
    next(partnership.share.glob("bundles/*.document")).unlink()  # as of before they were kept
    officer.window.reload()
    officer.press("Continue")
    officer.window.get_by_text("Choose the document that was published").first.wait_for()
    officer.look("no-document")
    officer.window.get_by_label("The document that you have read").set_input_files(str(file))
    officer.press("Continue")
    officer.heading("Sign the protocol")
    officer.look("sign")
    officer.window.get_by_label("My authority signs the clause on personal data too").check()
    officer.unlock_and("Sign for your authority")
    officer.heading("Logged")
    assert partnership.body(4).personal


@dataclass
class Keyboard:
    """A browser that is used with the keys alone; each thing that has the focus must show it."""

    window: object
    unseen: list[str] = field(default_factory=list)

    def tab_to(self, name: str) -> None:
        """Go to what is called so, with the tab key."""
        for _ in range(150):
            self.window.keyboard.press("Tab")
            there, shows = self.window.evaluate(_FOCUS)
            if there and not shows:
                self.unseen.append(f"{self.window.url} {there}")
            if there.startswith(name):
                return
        raise AssertionError(f"the tab key does not lead to {name}")

    def press(self, name: str) -> None:
        """Go to a link or a button, and press it."""
        self.tab_to(name)
        self.window.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        """Go to a field, and type into it."""
        self.tab_to(name)
        self.window.keyboard.type(text)

    def tick(self, name: str) -> None:
        """Go to a box or the first of several choices, and choose it."""
        self.tab_to(name)
        self.window.keyboard.press("Space")

    def arrive(self, where: str) -> None:
        """Wait for a page."""
        self.window.wait_for_url(f"**{where}", timeout=60_000)
        self.window.wait_for_load_state()


# What has the focus is called, and whether it looks otherwise than without it.
_FOCUS = """() => {
  const it = document.activeElement;
  if (it === document.body || !it) return ["", true];
  const look = (e) => { const s = getComputedStyle(e), b = getComputedStyle(e, "::before");
    return [s.outline, s.boxShadow, s.backgroundColor, b.outline, b.boxShadow].join() };
  const boxes = [it, it.parentElement, it.labels?.[0]].filter(Boolean);
  const seen = boxes.map(look).join();
  it.blur(); const before = boxes.map(look).join(); it.focus();
  const label = it.labels?.[0]?.innerText || it.getAttribute("aria-label") || it.innerText || "";
  return [label.trim(), seen !== before];
}"""


def test_with_the_keyboard_alone_and_without_a_script(partnership, chromium):
    with served(partnership.root / "police") as room:
        context = chromium.new_context(java_script_enabled=False, viewport=WIDE)
        window = context.new_page()
        window.goto(room.address)
        keys = Keyboard(window)
        keys.press("Skip to main content")
        keys.press("Send a file")
        keys.arrive("/send")
        keys.tab_to("File, or several files")
        files = window.get_by_label("File, or several files")  # whose window is the system's own
        files.set_input_files(str(extract(partnership, crimes())))
        keys.press("Check it")
        window.get_by_label("Passphrase of your key", exact=True).wait_for(timeout=60_000)
        keys.type("Passphrase of your key", PASSPHRASE)
        window.keyboard.press("Enter")
        for where in ("/compare", "/preview", "/confirm"):
            window.get_by_role("button", name="Continue").wait_for(timeout=60_000)
            keys.press("Continue")
            keys.arrive(where)
        keys.press("Send")
        window.get_by_role("heading", name="Sent").wait_for(timeout=60_000)
        keys.press("Your quarter")
        keys.arrive("/")
        keys.press("Nothing this quarter")
        window.get_by_role("button", name="Send the nil return").wait_for(timeout=60_000)
        keys.tick(window.get_by_role("checkbox").evaluate("e => e.labels[0].innerText.trim()"))
        keys.type("Passphrase of your key", PASSPHRASE)
        window.keyboard.press("Enter")
        window.get_by_role("heading", name="Logged").wait_for(timeout=60_000)
        keys.press("Your quarter")
        keys.arrive("/")
        keys.press("Tables and reports")
        keys.arrive("/analyse")
        keys.type("Passphrase of your key", PASSPHRASE)
        keys.press("Combine the tables")
        window.get_by_role("heading", name="The tables are in your folder").wait_for(timeout=60_000)
        assert keys.unseen == []
        context.close()
    assert partnership.log().tree.size == 5


def test_it_stops_soon_after_its_last_window_was_closed(partnership, chromium):
    with served(partnership.root / "police") as room:
        seconds = [0.0]
        room.presence.clock = lambda: seconds[0]
        context = chromium.new_context(viewport=WIDE)
        window, second = context.new_page(), context.new_page()
        window.goto(room.address)
        second.goto(f"{room.origin}{room.path}/send")
        second.goto(f"{room.origin}{room.path}/")
        window.close(run_before_unload=True)
        second.wait_for_timeout(300)
        seconds[0] += 60
        assert room.presence.reason_to_stop() == ""
        second.close(run_before_unload=True)
        third = context.new_page()
        third.wait_for_timeout(300)
        seconds[0] += 60
        assert room.presence.reason_to_stop() == "closed"
        context.close()


def test_another_sites_page_can_neither_read_nor_send(partnership, chromium):
    with served(partnership.root / "police") as room, served(partnership.root / "council") as other:
        context = chromium.new_context(viewport=WIDE)
        officers, stranger = context.new_page(), context.new_page()
        officers.goto(room.address)
        stranger.goto(other.address)  # another program of this machine, at another port
        cookies = {one["path"]: one["value"] for one in context.cookies()}
        assert cookies == {room.path: room.cookie, other.path: other.cookie}
        asked: list[dict] = []
        stranger.on("request", lambda one: asked.append(one.headers))
        fetched = stranger.evaluate(
            "url => fetch(url, {method: 'POST', body: 'x', credentials: 'include'})"
            ".then(r => r.status, () => 'not allowed')",
            f"{room.origin}{room.path}/send",
        )
        assert fetched == "not allowed"  # its own policy; and without one, the guard
        frame = "url => new Promise(done => { const f = document.createElement('iframe');"
        frame += "f.src = url; f.onload = () => done('loaded'); document.body.append(f);"
        frame += "setTimeout(() => done('nothing'), 500); })"
        stranger.evaluate(frame, f"{room.origin}{room.path}/")
        assert "Your quarter" not in [f.title() for f in stranger.frames[1:]]
        context.close()
    assert partnership.log().tree.size == 3


def test_what_is_meant_is_said_and_tables_are_combined(partnership, officer):
    officer.choose(extract(partnership, crimes().replace(",N,N\r\n", ",maybe,N\r\n", 3)))
    officer.heading("Correct these errors")
    officer.press("Say what is meant")
    officer.look("repair")
    officer.window.get_by_role("combobox").select_option("not recorded")
    officer.press("Check it again")
    officer.heading("Your file has no errors")
    officer.look("repaired")
    officer.unlock()
    officer.heading("What is in your file")
    officer.send_on()
    officer.press("Your quarter")
    officer.press("Tables and reports")
    officer.look("tables-and-reports")
    officer.unlock_and("Combine the tables")
    officer.heading("The tables are in your folder")
    officer.look("tables")
    officer.press("Recorded crime")
    officer.heading("Recorded crime")
    officer.look("first-rows")
    officer.press("Tables and reports")
    officer.window.get_by_label("Who shared what, and when").check()
    officer.window.get_by_label("A web page", exact=True).check()
    with officer.window.expect_download() as download:
        officer.press("Make the report")
    assert download.value.suggested_filename == "compliance.html"
