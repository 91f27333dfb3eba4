"""The documents say what the tool does today."""

import csv
import json
import re
import shlex
import shutil
import sys
import tomllib
from datetime import date
from html import unescape
from pathlib import Path

import click
import pytest

from docs import generate
from exchange import errors
from exchange.cli.group import App, exchange
from exchange.cli.main import main
from exchange.reports.compliance.forms import FORMS
from exchange.samples.answers import made_up_answers
from exchange.samples.demo import parts, reports
from partners.law.requirements import requirements
from schemas.findings.rules import RULES
from schemas.tables import read_table
from tests.docs.test_remedies import command_of
from tests.docs.test_words import hand_written
from tests.lib.commands import every_command
from tests.lib.partnership import NOW, PASSPHRASE

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def demo(demonstration) -> str:
    """All that the demonstration prints of one quarter."""
    return (demonstration / "printed.txt").read_text(encoding="utf-8")


def blocks(name: str, kind: str = "console") -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_time_does_not_go_back_in_the_demonstration():
    times = [step.when for part in parts(9) for step in part.steps]
    times += [step.when for step in reports().steps]
    assert times == sorted(times)


def test_what_the_readme_shows_is_what_the_demonstration_prints(demo):
    shown = blocks("README.md")
    assert len(shown) == 3
    for block in shown:
        assert block in demo + "\n", block


def test_the_readme_is_short_and_its_two_commands_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^    make (\w+)", text, re.MULTILINE)
    assert commands == ["demo", "test"]
    assert all(f"\n{command}: " in makefile for command in commands)


@pytest.mark.parametrize("page", ["README.md", "docs/install.md"])
def test_what_is_installed_is_named_as_it_is_built(page):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / page).read_text(encoding="utf-8")
    wheels = set(re.findall(r"csp_exchange-[\w.-]+\.whl", text))
    assert wheels == {f"csp_exchange-{project['version']}-py3-none-any.whl"}
    (needed,) = re.findall(r"Python (3\.\d+) or later", text)
    assert project["requires-python"] == f">={needed}"


def test_the_extras_that_can_be_installed_are_those_there_are():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    text = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(extras)


def test_the_demonstration_ends_with_merged_tables_and_who_met_the_deadline(demo):
    tables = demo.index("police-crime: 1,")
    status = demo.index("$ exchange status --quarter 2025Q4")
    assert tables < status
    for words in ("late by 10 days", "on time", "not received (expected"):
        assert words in demo[status:]


def test_the_demonstration_says_that_it_is_made_up(demo):
    assert demo.startswith("A made-up partnership")


def test_the_demonstration_fills_in_each_of_the_five_papers(demonstration):
    council = demonstration / "d/westshire-council"
    given = made_up_answers(date(2026, 4, 13))
    ours = [requirement for requirement in requirements().values() if not requirement.two_tier]
    assert {r.id for r in ours if not r.proof} <= set(given) <= {r.id for r in ours}
    for name, form in FORMS.items():
        assert (council / f"{name}.xlsx").is_file()
        page = unescape((council / f"{name}.html").read_text(encoding="utf-8"))
        assert "not answered" not in page.partition(">Decisions needed<")[0]
        assert "two-tier areas:" not in page  # of one tier
        if form.by_chapter:
            assert page.count("<p>Law in England on ") == page.count(": law in force</h2>") > 5
        held = [given[r.id] for r in ours if form.holds(r) and r.id in given and not r.proof]
        if name == "checklist":
            assert page.count("☑") > len(held) / 4
        else:
            assert [one.requirement for one in held if one.position not in page] == []
    assert "Closing note" in page  # of the plan, the last


@pytest.mark.parametrize("form", FORMS)
def test_each_row_of_a_paper_is_in_its_form_and_each_column_of_a_form_beside_the_papers(form):
    one = FORMS[form]
    left_out = [r.id for r in requirements().values() if r.in_paper(one.paper) and not one.holds(r)]
    assert left_out == []
    with (ROOT / "docs/papers.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["paper"] == one.paper]
    assert all(set(row) == {"paper", "part", "in_paper", "in_form"} for row in rows)
    columns = [row["in_form"].lower() for row in rows if row["part"] == "column"]
    for column in one.columns:
        words = column.replace("_", " ")
        assert any(text.startswith(words) for text in columns), words


def test_getting_started_gets_started(tmp_path, capsys):
    (tmp_path / "share").mkdir()
    (tmp_path / "passphrase.txt").write_text(PASSPHRASE)
    (tmp_path / "protocol.pdf").write_bytes(b"%PDF-1.7 a made-up protocol")
    folder, origin = tmp_path / "nowhere", ""
    for block in blocks("docs/getting-started.md"):
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ ").replace("ORIGIN", origin))
            if words[0] == "cd":
                folder = tmp_path / Path(words[1]).name
                folder.mkdir(exist_ok=True)
                continue
            assert words[0] == "exchange"
            arguments = [
                str((folder / w).resolve()) if (folder / w).is_file() else w for w in words[1:]
            ]
            assert main(arguments, App(now=NOW, folder=folder, work_factor=4)) == 0, line
            if words[1:3] == ["partnership", "create"]:
                origin = capsys.readouterr().out.splitlines()[0].split()[-1]
            if words[1:3] == ["partner", "add"]:  # sent by e-mail, and saved
                shutil.copy(folder / "westshire-csp.founding", tmp_path / "police")
    capsys.readouterr()
    assert main(["verify", "--json"], App(now=NOW, folder=folder)) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert [(e["kind"], e["why"]) for e in entries] == [
        ("found", ""), ("enrol", ""), ("publish-protocol", ""),
        ("sign-protocol", ""), ("sign-protocol", ""),
    ]  # fmt: skip


def test_links_lead_somewhere():
    links = [
        (page, link)
        for page in (ROOT / "README.md", *ROOT.glob("docs/**/*.md"))
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 50
    for page, link in links:
        assert (page.parent / link).exists(), (page.name, link)


def anchors(page: Path) -> set[str]:
    """Return the names by which the headings of a page are linked to."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}


def test_links_to_headings_lead_to_one():
    links = [
        (page, *link)
        for page in (ROOT / "README.md", *ROOT.glob("docs/**/*.md"))
        for link in re.findall(r"\]\(([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 10
    for page, path, anchor in links:
        target = page.parent / path if path else page
        assert anchor in anchors(target), (page.name, path, anchor)


def typed(page: Path) -> set[str]:
    """Return each command that a page names in a sentence, a table or an indented line."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return set(re.findall(r"(?:`|^    )exchange ([a-z-][^`\n]*)", text, re.MULTILINE))


@pytest.mark.parametrize("page", hand_written(), ids=lambda page: page.name)
def test_each_command_that_a_page_names_and_its_options_are_there(page):
    for line in typed(page):
        words = line.replace("--partnership NAME ", "").split()
        command, rest = command_of(words)
        if words[0] == "--version" or line.startswith("--partnership"):
            continue
        assert command is not exchange, line
        assert not isinstance(command, click.Group) or not rest, line
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        given = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert given <= options | {"--help"}, line


def test_generated_documents_are_up_to_date(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["docs.generate", "--check"])
    assert generate.main() == 0, capsys.readouterr().err


def test_documents_that_are_not_up_to_date_are_named_and_then_written(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    monkeypatch.setattr(generate, "made", lambda: {"rules.md": generate.rules()})
    (tmp_path / "codes").mkdir()
    of_nothing, page = tmp_path / "codes/gone-2026.md", tmp_path / "rules.md"
    of_nothing.touch()
    monkeypatch.setattr(sys, "argv", ["docs.generate", "--check"])
    assert generate.main() == 1
    told = "not up to date: codes/gone-2026.md, rules.md; make fix writes them\n"
    assert capsys.readouterr().err == told
    assert (of_nothing.exists(), page.exists()) == (True, False)
    monkeypatch.setattr(sys, "argv", ["docs.generate"])
    assert generate.main() == 0
    assert (of_nothing.exists(), page.exists()) == (False, True)


def test_every_command_rule_and_refusal_is_documented():
    commands = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert all(f"## exchange {path}\n" in commands for path in every_command())
    rules = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    assert all(f"`{rule}`" in rules for rule in RULES)
    assert all(f"| {r.status} | `{r.kind}` |" in rules for r in errors.REFUSALS)


def test_every_row_of_the_options_is_in_the_help_of_a_command():
    params = [
        param for command in (exchange, *every_command().values()) for param in command.params
    ]
    said = {(option, getattr(param, "help", "")) for param in params for option in param.opts}
    assert {
        (row["option"], row["help"]) for row in read_table("exchange.cli", "options.csv")
    } <= said


def test_the_exit_statuses_are_those_promised():
    assert [r.status for r in errors.REFUSALS] == [2, 10, 11, 12, 13, 14, 15, 16, 17]


def test_the_changelog_begins_with_the_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == version


def test_decisions_are_numbered_and_say_what_they_cost():
    pages = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "**Decision.**" in text
        assert "**Consequences.**" in text


def test_the_lock_names_no_index_and_hashes_everything():
    text = (ROOT / "requirements.txt").read_text()
    assert "http" not in text
    assert "file:" not in text
    pins = re.findall(r"^[\w-]+==", text, re.MULTILINE)
    assert len(pins) > 30
    assert text.count("--hash=sha256:") >= len(pins)


def test_the_help_of_every_command_fits_and_says_something(capsys):
    for name in exchange.list_commands(click.Context(exchange)):
        assert main([name, "--help"], App()) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"Usage: exchange {name}")
        assert max(len(line) for line in out.splitlines()) <= 80
