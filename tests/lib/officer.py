"""An officer in front of a window of Chromium, who looks at each page in every form."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from exchange.page.room import Room
from tests.conftest import HERE
from tests.lib.partnership import PASSPHRASE, Partnership

AXE = HERE / "interop/node_modules/axe-core/axe.min.js"
PICTURES = os.environ.get("EXCHANGE_PICTURES")
# At 200 %: all of it, so that a window of 1280 by 1024 is half as large; and the text alone.
_ZOOMED = {
    "200 %": {"text": "", "size": {"width": 640, "height": 512}},
    "text at 200 %": {"text": "200%", "size": {"width": 1000, "height": 800}},
}
_OVERFLOWS = """[
  ...(document.documentElement.scrollWidth > innerWidth ? ["it is wider than the window"] : []),
  ...[...document.querySelectorAll("main *, header *")].filter((e) => {
    const clips = ["hidden", "clip"].includes(getComputedStyle(e).overflowX);
    return clips && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1;
  }).map((e) => `text is cut off: ${e.outerHTML.slice(0, 80)}`),
  ...[...document.querySelectorAll("main *")].filter((e) => {
    const told = e.children.length || e.closest(".page-stack thead") ? "" : e.textContent.trim();
    return told.length > 20 && e.clientWidth > 1 && e.clientWidth < 60;
  }).map((e) => `text stands in a narrow column: ${e.outerHTML.slice(0, 80)}`),
]"""
WIDE, NARROW = {"width": 1000, "height": 800}, {"width": 320, "height": 700}


@dataclass
class Officer:
    """An officer in front of a window, who looks at each page in every form."""

    room: Room
    window: object
    story: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    looked: int = 0

    def look(self, name: str) -> None:
        """Have axe look at a page, dark and light, and see whether it fits a narrow window."""
        self.looked += 1
        for scheme in ("light", "dark"):
            self.window.emulate_media(color_scheme=scheme)
            self.window.evaluate(AXE.read_text(encoding="utf-8"))
            for one in self.window.evaluate("axe.run()")["violations"]:
                self.faults.append(f"{name}, {scheme}: {one['id']} {one['nodes'][0]['html'][:120]}")
            self.picture(f"{name}-{scheme}")
        self.window.emulate_media(color_scheme="light")
        self.window.set_viewport_size(NARROW)
        if self.window.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
            self.faults.append(f"{name}: it is wider than a narrow window")
        self.picture(f"{name}-narrow")
        self.window.set_viewport_size(WIDE)
        for what, settings in _ZOOMED.items():
            self.window.evaluate(f"document.documentElement.style.fontSize = '{settings['text']}'")
            self.window.set_viewport_size(settings["size"])
            for fault in self.window.evaluate(_OVERFLOWS):
                self.faults.append(f"{name}, {what}: {fault}")
        self.picture(f"{name}-large")
        self.window.evaluate("document.documentElement.style.fontSize = ''")
        self.window.set_viewport_size(WIDE)

    def picture(self, name: str) -> None:
        if PICTURES:
            path = Path(PICTURES) / f"{self.story}-{self.looked:02d}-{name}.png"
            self.window.screenshot(path=path, full_page=True)

    def press(self, text: str) -> None:
        """Press a button or a link, by what it is called."""
        named = self.window.get_by_role("button", name=text)
        (named if named.count() else self.window.get_by_role("link", name=text)).first.click()

    def choose(self, *files: Path) -> None:
        """Choose files and have them checked."""
        self.press("Send a file")
        self.window.get_by_label("File, or several files").set_input_files([str(f) for f in files])
        self.press("Check it")

    def heading(self, text: str) -> None:
        """Wait for a page."""
        self.window.get_by_role("heading", name=text, exact=True).first.wait_for(timeout=60_000)

    def unlock(self) -> None:
        """Type the passphrase, and continue."""
        self.unlock_and("Continue")

    def unlock_and(self, what: str) -> None:
        """Type the passphrase, and press a button."""
        self.window.get_by_label("Passphrase of your key", exact=True).fill(PASSPHRASE)
        self.press(what)

    def send_on(self) -> None:
        """Go from the account to the receipt, answering each query."""
        self.press("Continue")
        while self.window.url.endswith("/queries"):
            self.look("query")
            self.window.get_by_label("Checked in the records system").check()
            self.press("Continue")
        self.heading("What changed")
        self.look("changed")
        self.press("Continue")
        self.look("before-and-after")
        self.press("Continue")
        self.look("confirm")
        self.press("Send")
        self.heading("Sent")
        self.look("receipt")


def extract(p: Partnership, text: str, who: str = "police") -> Path:
    return p.extract(who, "extract.csv", text)


def make_key(officer: Officer, partner: str, name: str, kind: str) -> None:
    """Fill in who the officer is, and a passphrase, and make the key."""
    for label, text in (
        ("Short ID of your authority", partner),
        ("Name of your authority", name),
        ("Work e-mail address or telephone number", f"liaison@{partner}.example"),
        ("New passphrase", PASSPHRASE),
        ("The same passphrase again", PASSPHRASE),
    ):
        officer.window.get_by_label(label, exact=True).fill(text)
    officer.window.get_by_label(kind, exact=True).check()
    offices = officer.window.get_by_label("Send the data of my authority", exact=False)
    if offices.count():  # the two coordinators are not asked
        offices.check()
    officer.press("Make the key")
