"""A partnership on a real disk, driven through the same commands as users type.

Founded once a session and copied for each test: police and council coordinate, the ambulance trust
submits, the analyst pulls. Its places are made up.
"""

import contextlib
import io
import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exchange.cli.group import App
from exchange.cli.main import main
from exchange.keys.cards import read_card_file
from exchange.keys.identity import UnlockedKey, read_identity
from exchange.log.log import Log
from exchange.profile.clock import confirm_clock
from exchange.profile.settings import Settings
from partners.entries.card import KINDS, Card
from partners.entries.entry import Body, parse
from tests.lib.extracts import crimes

PASSPHRASE = "a made-up passphrase"
NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
QUARTER = "2026Q3"
OFFICERS = {
    "council": ("council", "coordinator", ("coordinator", "liaison")),
    "police": ("police", "liaison", ("coordinator", "liaison")),
    "ambulance": ("ambulance", "liaison", ("liaison",)),
    "analysts": ("other", "analyst", ("analyst",)),
}
AREA = ("--area", "E07999901=Westshire", "--outward", "E07999901=WZ1,WZ2,WZ3,M1,SW1A")


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def refusal(self) -> str:
        """The id of the refusal, which its line ends with; empty if there is none."""
        return next(iter(self._ids("error")), "")

    @property
    def warnings(self) -> list[str]:
        """The ids of the warnings, in the order in which they are printed."""
        return self._ids("warning")

    def _ids(self, weight: str) -> list[str]:
        return re.findall(rf"^exchange: {weight}: .* \[([a-z-]+)\]$", self.err, re.MULTILINE)


def _open_queries(ran: Ran) -> list[str]:
    """Return the queries for which a file was not sent."""
    if ran.refusal == "queries-not-answered":
        return list(dict.fromkeys(re.findall(r"--answer ([a-z-]+)=REASON", ran.err)))
    if ran.status == 0 or not ran.out.startswith(("{", "[")):
        return []
    told = ran.json if isinstance(ran.json, list) else [ran.json]
    return list(dict.fromkeys(rule for one in told for rule in one["open_queries"]))


_ASKED: dict[str, None] = {}  # in this process, by whatever test


def _answers() -> list[str]:
    return [f"--answer={rule}=checked" for rule in _ASKED]


@dataclass
class Partnership:
    """Folders of partners around one store."""

    root: Path
    now: datetime = field(default=NOW)

    @property
    def share(self) -> Path:
        return self.root / "share"

    def run(self, who: str, *arguments: object, status: int | None = 0) -> Ran:
        """Type a command in a partner's folder; fail the test if it ends in another way."""
        app = App(now=self.now, folder=self.root / who, work_factor=4)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ended = main([str(a) for a in arguments], app)
        ran = Ran(ended, out.getvalue(), err.getvalue())
        if status is not None:
            assert ended == status, ran.said
        return ran

    def set_clocks(self, when: datetime) -> None:
        """Go to another time, by clocks of which every officer has confirmed that they are right.

        Needed where a log is played years later, or at a time before it was founded.
        """
        self.now = when
        for file in self.root.glob("*/exchange.toml"):
            for settings in Settings.all(file.parent):
                confirm_clock(settings, when)

    def evidence(self, who: str, *arguments: object, signed: bool = False) -> Any:
        """Return the privacy report of an extract, as programs read it."""
        type_in = self.signed if signed else self.run
        type_in(who, "preview", *arguments, "--evidence", "evidence.json")
        return json.loads((self.root / who / "evidence.json").read_text(encoding="utf-8"))

    def signed(self, who: str, *arguments: object, status: int | None = 0) -> Ran:
        """The same, for a command that needs the passphrase."""
        file = self.root / "passphrase.txt"
        return self.run(who, *arguments, "--passphrase-file", file, status=status)

    def submit(self, who: str, file: Path, *arguments: object, status: int | None = 0) -> Ran:
        """Submit a file; its queries are answered, unless it is to fail.

        The answers to queries of earlier files are given at once: to those that a file does not
        have they say nothing, and for most files one command is enough.
        """
        command = (who, "submit", file, "--yes", *arguments)
        if status != 0:
            return self.signed(*command, status=status)
        ran = self.signed(*command, *_answers(), status=None)
        if rules := _open_queries(ran):
            _ASKED.update(dict.fromkeys(rules))
            ran = self.signed(*command, *_answers())
        assert ran.status == 0, ran.said
        return ran

    def extract(self, who: str, name: str, text: str | bytes) -> Path:
        """Write an extract into a partner's folder."""
        path = self.root / who / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def settings(self, who: str) -> Settings:
        return Settings.find(self.root / who)

    def log(self, who: str = "police") -> Log:
        settings = self.settings(who)
        return Log.open(settings.open_store(), settings.pinned(), settings.memory())

    def officer(self, who: str) -> UnlockedKey:
        settings = self.settings(who)
        return read_identity(settings.path(settings.key), PASSPHRASE)

    def card(self, who: str) -> Card:
        return read_card_file(self.root / who / f"{who}-{OFFICERS[who][1]}.card")[0]

    def entries(self) -> list[Path]:
        return sorted((self.share / "log").iterdir())

    def body(self, position: int) -> Body:
        """What an entry says, without who signed it and when."""
        line = self.entries()[position].read_bytes().partition(b"\n\n")[0]
        return parse(line + b"\n").body

    def bundles(self) -> list[Path]:
        return sorted((self.share / "bundles").glob("*.age"))

    def everything_shared(self) -> bytes:
        """All bytes, and all names, that anybody but a partner can see."""
        files = [p for p in self.share.rglob("*") if p.is_file()]
        return b"\n".join(str(p.name).encode() + b"\n" + p.read_bytes() for p in files)

    def copy(self, root: Path) -> "Partnership":
        shutil.copytree(self.root, root, copy_function=shutil.copy)  # without times
        return Partnership(root, self.now)


FROM = ("--first-quarter", "2025Q1")
SHARE = ("--store", "../share")


def found(
    root: Path,
    store: tuple[str, ...] = SHARE,
    area: tuple[str, ...] = AREA,
    first: tuple[str, ...] = FROM,
    now: datetime = NOW,
) -> Partnership:
    """Found a partnership of two coordinators, and enrol the others."""
    p = Partnership(root, now)
    (root / "share").mkdir(parents=True)
    (root / "passphrase.txt").write_text(PASSPHRASE + "\n")
    for who in OFFICERS:
        (root / who).mkdir()
    p.run("council", "partnership", "create", "Westshire CSP", *area, *store, *first)
    make_key(p, "council", council_of(" ".join(area)))
    p.run("police", "partnership", "join", "--origin", p.settings("council").origin, *store)
    make_key(p, "police")
    p.signed(
        "council",
        "partner",
        "add",
        root / "council/council-coordinator.card",
        root / "police/police-liaison.card",
        "--yes",
    )
    join(p, "police", store)
    for who in ("ambulance", "analysts"):
        join(p, who, store)
        make_key(p, who)
        enrol(p, who)
    return p


def council_of(area: str) -> str:
    """Return the kind of council of an area: real districts have a county council too."""
    return "district" if "E07000" in area else "council"


def make_key(p: Partnership, who: str, kind: str = "") -> None:
    usual = who if who in KINDS else "other"
    usual, office, roles = OFFICERS.get(who, (usual, "liaison", ("liaison",)))
    kind = kind or usual
    told = [word for role in roles for word in ("--role", role)]
    p.signed(
        who, "key", "new", "--partner", who, "--name", f"Westshire {who}", "--kind", kind,
        "--officer", office, *told, "--contact", f"{office}@{who}.example",
    )  # fmt: skip


def join(p: Partnership, who: str, store: tuple[str, ...] = SHARE) -> None:
    (p.root / who).mkdir(exist_ok=True)
    file = p.root / "council/westshire-csp.founding"
    p.run(who, "partnership", "join", "--founding", file, *store)


def enrol(p: Partnership, who: str) -> None:
    (card,) = (p.root / who).glob("*.card")
    p.signed("council", "partner", "add", card, "--yes")


def several(
    root: Path, areas: dict[str, str], outward: dict[str, str] | None = None
) -> Partnership:
    """Found a partnership for each area, in all of which the police share from one folder.

    Args:
        areas: Their names, by GSS code; each partnership is called after its area.
    """
    p = Partnership(root)
    (root / "passphrase.txt").parent.mkdir(parents=True, exist_ok=True)
    (root / "passphrase.txt").write_text(PASSPHRASE + "\n")
    (root / "police").mkdir()
    for code, name in areas.items():
        slug = name.lower().replace(" ", "-")
        (root / slug).mkdir()
        (root / f"share-{slug}").mkdir()
        told = ("--outward", f"{code}={outward[code]}") if outward and code in outward else ()
        area = ("--area", f"{code}={name}", *told)
        store = ("--store", f"../share-{slug}")
        p.run(slug, "partnership", "create", name, *area, *store, *FROM)
        p.signed(
            slug, "key", "new", "--partner", slug, "--name", name, "--kind", council_of(code),
            "--role", "coordinator", "--role", "liaison", "--contact", f"c@{slug}.example",
        )  # fmt: skip
        p.run("police", "partnership", "join", "--origin", p.settings(slug).origin, *store)
        mine = ("--partnership", slug)
        if not list((root / "police").glob("*.key")):
            p.signed(
                "police", *mine, "key", "new", "--partner", "police", "--name", "Police",
                "--kind", "police", "--role", "coordinator", "--role", "liaison",
                "--contact", "c@police.example",
            )  # fmt: skip
            card = root / "police/police-liaison.card"
        else:
            made = p.signed("police", *mine, "key", "card", "--json").json
            card = root / "police" / made["card"]
        p.signed(slug, "partner", "add", root / f"{slug}/{slug}-liaison.card", card, "--yes")
        founding = root / slug / f"{slug}.founding"
        p.run("police", "partnership", "join", "--founding", founding, *store)
    return p


def police_have_sent(p: Partnership) -> None:
    """Send a quarter's crimes from the police."""
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
