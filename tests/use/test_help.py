"""exchange help: the pages of the documentation, and the help of commands."""

import re
import tomllib
from pathlib import Path

import pytest

from exchange.cli.commands.help import pages
from tests.lib.partnership import Partnership

ROOT = Path(__file__).parent.parent.parent
WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"][
    "build"
]["targets"]["wheel"]


@pytest.fixture
def nowhere(tmp_path) -> Partnership:
    """A folder without a partnership: help needs none."""
    (tmp_path / "me").mkdir()
    return Partnership(tmp_path)


def test_every_page_is_listed_and_can_be_read(nowhere):
    listed = [line.split("\t") for line in nowhere.run("me", "help").out.splitlines()[1:]]
    assert {topic for topic, _ in listed} == {p.stem.lower() for p in (ROOT / "docs").glob("*.md")}
    for topic, title in listed:
        shown = nowhere.run("me", "help", topic).out
        assert shown.startswith(f"# {title}\n"), topic
        assert "](" not in re.sub(r"```.*?```|`[^`]*`", "", shown, flags=re.S), topic
        assert "<!--" not in shown, topic


def test_every_page_is_installed_with_the_program():
    assert WHEEL["force-include"] == {
        f"docs/{page.name}": f"exchange/documentation/{page.name}" for page in pages().values()
    }


@pytest.mark.parametrize("topic", [("over", "the", "year"), ("Tutorial",), ("tutorial.md",)])
def test_a_topic_may_be_typed_as_people_do(nowhere, topic):
    assert nowhere.run("me", "help", *topic).out.startswith("# ")


@pytest.mark.parametrize("command", [("submit",), ("log", "receipt"), ("partnership", "area")])
def test_a_command_shows_its_help(nowhere, command):
    asked = nowhere.run("me", *command, "--help").out
    shown = nowhere.run("me", "help", *command).out
    assert "Usage: exchange " + " ".join(command) in shown
    assert shown == asked


def test_what_is_no_topic_is_answered_with_what_was_meant(nowhere):
    ran = nowhere.run("me", "help", "tutorail", status=2)
    assert ran.refusal == "topic-unknown"
    assert "did you mean exchange help tutorial" in ran.err
    assert "exchange help" in nowhere.run("me", "help", "zzzz", status=2).err
