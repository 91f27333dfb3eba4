"""The tutorial, played from its first command to its last, and held to what is printed.

With EXCHANGE_WRITE_TUTORIAL set, what is printed is written into it instead.
"""

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

import pytest

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.main import main
from tests.lib import partnership as lib

TUTORIAL = Path(__file__).parent.parent.parent / "docs" / "tutorial.md"
BLOCK = re.compile(r"```(console|diff \S+|csv \S+)\n(.*?)```\n", re.S)


def rows() -> str:
    """Return the rows of the export that the tutorial shows the headings of."""
    made = []
    for i in range(180):
        day = f"{i % 28 + 1:02d}/{7 + i % 3:02d}/2026"
        code = "BURG-D" if i % 12 == 5 else ("45", "46", "58C", "8N", "30C")[i % 5]
        place = f"{'EZ1' if i % 17 == 3 else f'WZ{i % 3 + 1}'} {i % 10}AB"
        made.append(
            f"{8800 + i},{day},{day},{i % 24:02d}:{i % 60:02d},{code},{place},"
            f"{'Y' if i % 10 == 3 else 'N'},N"
        )
    made[40] = made[40].replace(",13/08/2026,", ",31/13/2026,", 1)
    made[41] = made[41].replace("14/09/2026,14/09/2026", "14/09/2026,15/09/2026")
    return "\n".join(made) + "\n"


def test_it_is_what_an_officer_sees_from_an_export_to_sent(tmp_path, monkeypatch):
    p = lib.found(tmp_path / "p")
    me = p.root / "records"
    me.mkdir()
    (me / "passphrase.txt").write_text("three words here\n")
    (me / "westshire-csp.founding").write_bytes(
        (p.root / "council/westshire-csp.founding").read_bytes()
    )
    monkeypatch.chdir(me)
    text = TUTORIAL.read_text(encoding="utf-8")
    played = BLOCK.sub(lambda block: _play(p, me, block), text)
    if os.environ.get("EXCHANGE_WRITE_TUTORIAL"):
        TUTORIAL.write_text(played, encoding="utf-8")
    else:
        assert played == text
    assert "on time" in played


def _play(p: lib.Partnership, me: Path, block: re.Match[str]) -> str:
    kind, _, name = block[1].partition(" ")
    if kind == "csv":
        (me / name).write_text(block[2] + rows(), encoding="utf-8")
    elif kind == "diff":
        old, new = (line[1:] for line in block[2].splitlines())
        content = (me / name).read_text(encoding="utf-8")
        assert content.count(old) == 1, old
        (me / name).write_text(content.replace(old, new), encoding="utf-8")
    else:
        commands = [line[2:] for line in block[2].splitlines() if line.startswith("$ ")]
        said = "".join(f"$ {command}\n{_typed(p, command)}" for command in commands)
        return f"```console\n{said}```\n"
    return block[0]


def _typed(p: lib.Partnership, command: str) -> str:
    words = shlex.split(command)[1:]
    said = io.StringIO()  # both streams in one, as at a terminal
    with (
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        console.align_tables(),
    ):
        main(words, App(now=p.now, folder=p.root / "records", work_factor=4))
    if words[:2] == ["key", "new"]:
        lib.enrol(p, "records")
    told = re.sub(r"([0-9a-f]{4} ){4}[0-9a-f]{4}", "1f2e 3d4c 5b6a 7988 9700", said.getvalue())
    assert "Traceback" not in told
    return re.sub(r"[ \t]+\n", "\n", told.replace(str(p.root), "…"))


@pytest.mark.parametrize("word", ["Quackenbush", "8840", "WZ2 1AB"])
def test_it_repeats_no_record(word):
    assert word not in TUTORIAL.read_text(encoding="utf-8")
