"""Four people set up and use a partnership of a two-tier district, with the slips of new users.

Keeps true: in each of the four journeys no slip leads to a dead end. What a refusal says to do is
what is typed later, and it works. How many commands a journey takes is counted.
"""

import contextlib
import shlex
from typing import NamedTuple

import pytest

from exchange.keys.cards import fingerprint, read_card_file
from tests.lib.partnership import NOW, Partnership, Ran

_CSP = 'partnership create "Test Valley CSP" --store ../share --first-quarter 2026Q3'
_KEY = "key new --contact csp@example --passphrase-file ../passphrase.txt"
_WORDS = "--yes --passphrase-file ../passphrase.txt"
_BOTH = "--role coordinator --role liaison"
_DISTRICT = f'{_KEY} --name "Test Valley Borough Council"'
_ANALYST = f"{_KEY} --partner hants-police --officer analyst --role analyst"
_FOUNDING = "partnership join --founding ../council/test-valley-csp.founding --store ../share"


class Typed(NamedTuple):
    """A command, who typed it, the refusal that it met, and what that said to do."""

    who: str
    line: str
    refusal: str = ""
    remedy: str = ""


STORY = [
    Typed("council", f'{_CSP} --area "Test Vally"', "area-not-understood", "Test Valley"),
    Typed("council", f'{_CSP} --area "Test Valley"'),
    Typed("council", "status", "founding-unknown", "partner add"),
    Typed("council", f'{_DISTRICT} --partner "Test Valley" --kind district',
          "card-details-not-allowed", "--partner test-valley"),
    Typed("council", f"{_DISTRICT} --partner test-valley --kind council",
          "kind-not-of-area", "district"),
    Typed("council", f"{_DISTRICT} --partner test-valley --kind district"),
    Typed("county", "partnership join --origin MISTYPED --store ../share"),
    Typed("county", f'{_KEY} --partner hampshire --name "Hampshire County Council" --kind county'),
    Typed("council", f"partner add ../county {_WORDS}", "card-of-another-partnership", "card"),
    Typed("county", "partnership join --origin ORIGIN --store ../share"),
    Typed("county", "key card --passphrase-file ../passphrase.txt"),
    Typed("council", f"partner add ../county {_WORDS}",
          "two-cards-needed", f"key card {_BOTH}"),
    Typed("county", f"key card {_BOTH} --passphrase-file ../passphrase.txt"),
    Typed("council", f"partner add ../county {_WORDS}",
          "two-cards-needed", f"key card {_BOTH}"),
    Typed("council", f"key card {_BOTH} --passphrase-file ../passphrase.txt"),
    Typed("council", f"partner add ../county {_WORDS}"),
    Typed("police", "status --mine", "settings-missing", "partnership"),
    Typed("police", _FOUNDING),
    Typed("police", f'{_KEY} --partner hants-police --name "Hampshire Constabulary" --kind police'),
    Typed("police", f"submit crime.csv --dates 2026Q3 {_WORDS}",
          "partner-not-enrolled", "partner add"),
    Typed("council", f"partner add ../police {_WORDS}"),
    Typed("police", "statsu --mine", "usage", "status"),
    Typed("police", "status --mine"),
    Typed("police", "check corrected --dates 2026Q3", "file-missing", "corrected.csv"),
    Typed("police", "check crime.csv --dates 2026Q3", "rules-broken", "date-unreadable"),
    Typed("police", "explain date-unreadable"),
    Typed("police", f"submit corrected.csv --dates 2026Q3 {_WORDS}"),
    Typed("police", f"nil police-asb {_WORDS}", "usage", "--dates"),
    Typed("police", f"nil police-asb --dates 2026Q3 {_WORDS}"),
    Typed("police", f"withdraw 2 {_WORDS}", "usage", "--reason"),
    Typed("police", f"withdraw 2 --reason sent-in-error {_WORDS}",
          "reason-does-not-fit", "wrong-file"),
    Typed("police", f"withdraw 2 --reason wrong-file {_WORDS}"),
    Typed("police", f"submit corrected.csv --dates 2026Q3 {_WORDS}",
          "queries-not-answered", "--answer sent-before="),
    Typed("police", f"submit corrected.csv --dates 2026Q3 --answer sent-before=checked {_WORDS}"),
    Typed("police", f"key revoke 0123 --reason lost {_WORDS}",
          "fingerprint-not-matched", "key list"),
    Typed("police", "key list"),
    Typed("analyst", _FOUNDING),
    Typed("analyst", f'{_ANALYST} --name "Hants Police" --kind police',
          "authority-known-otherwise", '--name "Hampshire Constabulary" --kind police'),
    Typed("analyst", f'{_ANALYST} --name "Hampshire Constabulary" --kind police'),
    Typed("analyst", f"pull merged {_WORDS.removeprefix('--yes ')}",
          "key-not-enrolled", "partner add"),
    Typed("council", f"partner add ../analyst {_WORDS}"),
    Typed("analyst", f"pull merged {_WORDS.removeprefix('--yes ')}",
          "nothing-to-pull", "log reseal"),
    Typed("police", f"log reseal {_WORDS}"),
    Typed("analyst", f"pull merged {_WORDS.removeprefix('--yes ')}"),
    Typed("analyst", "report table merged --rows themes -o table.html", "column-unknown", "theme"),
    Typed("analyst", "report table merged --rows theme -o table.html"),
    Typed("police", "key revoke 'FINGERPRINT' --yes", "usage", "--reason"),
    Typed("police", f"key revoke 'FINGERPRINT' --reason left {_WORDS}"),
    Typed("council", f"partnership protocol sign isp.pdf {_WORDS}",
          "protocol-missing", "partnership protocol publish"),
    Typed("council", f"partnership protocol publish isp.pdf {_WORDS}"),
    Typed("council", f"partnership protocol sign isp.pdf {_WORDS}"),
    Typed("board", _FOUNDING),
    Typed("board", "report compliance", "usage", "-o"),
    Typed("board", "report compliance -o board", "output-form-unknown", ".html"),
    Typed("board", "report compliance -o board.html"),
    Typed("board", "report requirements --form checklis -o list.html", "usage", "checklist"),
    Typed("board", "report requirements --form checklist -o list.html"),
    Typed("board", "verify"),
]  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> list[tuple[Typed, Ran]]:
    p = Partnership(tmp_path_factory.mktemp("journeys"), NOW)
    for name in ("share", *dict.fromkeys(one.who for one in STORY)):
        (p.root / name).mkdir()
    (p.root / "passphrase.txt").write_text("a made-up passphrase")
    (p.root / "council/isp.pdf").write_bytes(b"%PDF-1.7 a made-up protocol")
    rows = [f"x{m},2026-0{m},E01023184,Test Valley 001A,Burglary" for m in (7, 8, 9)]
    head = "Crime ID,Month,LSOA code,LSOA name,Crime type"
    p.extract("police", "corrected.csv", "\n".join([head, *rows]))
    p.extract("police", "crime.csv", "\n".join([head, *rows]).replace("2026-08", "2026-18"))
    ran: list[tuple[Typed, Ran]] = []
    origin = ""
    for one in STORY:
        mistyped = origin[:-1] + ("0" if origin.endswith("1") else "1")
        line = one.line.replace("MISTYPED", mistyped).replace("ORIGIN", origin)
        if "FINGERPRINT" in line:
            card = read_card_file(p.root / "analyst/hants-police-analyst.card")[0]
            line = line.replace("FINGERPRINT", fingerprint(card))
        with contextlib.chdir(p.root / one.who):
            ran.append((one, p.run(one.who, *shlex.split(line), status=None)))
        if one.line.startswith("partnership create") and not one.refusal:
            origin = ran[-1][1].out.splitlines()[0].split()[-1]
    return ran


def test_each_command_ends_as_a_new_user_would_find_it(played):
    for one, ran in played:
        assert (ran.status != 0, ran.refusal) == (bool(one.refusal), one.refusal), ran.said


def test_what_a_refusal_says_to_do_is_typed_and_works(played):
    for number, (one, ran) in enumerate(played):
        if one.refusal:
            assert one.remedy in ran.err, (one, ran.err)
            after = [nxt.line for nxt, _ in played[number + 1 :] if not nxt.refusal]
            assert any(one.remedy in line for line in after), one


@pytest.mark.parametrize(
    ("who", "needed", "refused"),
    [("council", 8, 8), ("police", 11, 11), ("analyst", 4, 4), ("board", 4, 3)],
)
def test_so_many_commands_does_a_journey_take(played, who, needed, refused):
    mine = [one for one, _ in played if one.who == who]
    assert len([one for one in mine if not one.refusal]) == needed
    assert len([one for one in mine if one.refusal]) == refused
