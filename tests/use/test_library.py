"""The functions under the commands, as Python programs call them."""

import re
import sys
from pathlib import Path

import pytest

import exchange
from exchange.errors import Refusal
from exchange.submission.evidence import measure_extract
from tests.lib.extracts import crimes
from tests.lib.partnership import PASSPHRASE

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("*.py"))
CLOCK = "datetime.now(UTC)"
CANARY = "Zbigniew-Quux 9991"


@pytest.fixture
def example(partnership, monkeypatch, capsys):
    """Run an example at the time of the partnership; return what it prints."""

    def run(name: str, *arguments: object) -> str:
        source = (ROOT / "examples" / name).read_text(encoding="utf-8")
        assert source.count(CLOCK) == 1
        now = f"datetime.fromisoformat({partnership.now.isoformat()!r})"
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        exec(source.replace(CLOCK, now), {"__name__": "__main__"})
        return capsys.readouterr().out

    return run


def test_the_examples_do_what_the_commands_do(partnership, example):
    p, folder = partnership, partnership.root / "police"
    file = p.extract("police", "crime.csv", crimes(30))
    passphrase = p.root / "a-passphrase.txt"
    passphrase.write_text(PASSPHRASE + "\n")

    assert "30 rows checked" in example("check.py", folder, file)
    assert "line 2" in example("preview.py", folder, file)
    sent = example("submit.py", folder, file, passphrase)
    entries = p.log().register.submissions
    assert [one.position for one in entries] == [int(re.findall(r"as entry (\d+)", sent)[0])]
    assert "had been sent" in example("submit.py", folder, file, passphrase)
    assert len(p.log().register.submissions) == 1
    assert "police-crime on-time" in example("status.py", folder).replace(" on time", " on-time")
    analysts = p.root / "analysts"
    assert "30 rows of 1" in example("pull.py", analysts, passphrase, p.root / "tables")
    example("report.py", analysts, p.root / "report.html")
    assert "<table" in (p.root / "report.html").read_text(encoding="utf-8")


def test_next_time_it_is_compared_with_what_was_sent_by_a_program(partnership, example):
    p, folder = partnership, partnership.root / "police"
    passphrase = p.root / "a-passphrase.txt"
    passphrase.write_text(PASSPHRASE)
    example("submit.py", folder, p.extract("police", "crime.csv", crimes(30)), passphrase)
    outlines = list(folder.rglob("outlines.json"))
    assert len(outlines) == 1  # which the next quarter is compared with


def test_the_page_and_the_package_list_the_same_names():
    page = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    names = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert sorted(names) == sorted(exchange.__all__)
    for name in exchange.__all__:
        assert getattr(exchange, name).__doc__, name
    programs = re.findall(r"^\| \[(\w+\.py)\]", page, re.M)
    assert sorted(programs) == EXAMPLES
    with pytest.raises(AttributeError):
        _ = exchange.anything_else


def test_nothing_is_sent_that_breaks_a_rule_and_no_value_is_told(partnership):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(3).replace("01/07/2026", CANARY, 1))
    unlock = exchange.unlock_with(PASSPHRASE)
    plan = exchange.plan_extract(
        folder=p.root / "police", files=[file], now=p.now, datasets=["police-crime"], sends=True
    )
    assert plan.refusal("was not sent") is not None
    with pytest.raises(Refusal) as refused:
        exchange.submit_extract(plan, unlock=unlock, now=p.now)
    assert refused.value.id == "rules-broken"
    assert CANARY not in repr(plan) + repr(refused.value) + str(refused.value.lines)
    assert not p.log().register.submissions


def test_what_was_planned_without_a_partnership_is_not_taken_for_sent(partnership, tmp_path):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(30))
    plan = exchange.plan_extract(
        folder=tmp_path, files=[file], now=p.now, datasets=["police-crime"]
    )
    with pytest.raises(Refusal) as refused:
        exchange.submit_extract(plan, unlock=exchange.unlock_with(PASSPHRASE), now=p.now)
    assert refused.value.id == "settings-missing"
    assert not p.log().register.submissions


def test_a_plan_for_sending_keeps_no_rows_to_look_at(partnership):
    p, unlock = partnership, exchange.unlock_with(PASSPHRASE)
    file = p.extract("police", "crime.csv", crimes(30))
    plan = exchange.plan_extract(
        folder=p.root / "police",
        files=[file],
        now=p.now,
        datasets=["police-crime"],
        options=exchange.PrepareOptions(unlock=unlock),
        sends=True,
    )
    for look_at in (exchange.preview_extract, measure_extract):
        with pytest.raises(Refusal) as refused:
            look_at(plan)
        assert refused.value.id == "plan-keeps-no-rows"
    assert plan.prepared[0].selected.rows.columns == ["recorded", "occurred_from"]
    (sent,) = exchange.submit_extract(plan, unlock=unlock, now=p.now).sent
    assert sent.outgoing.shared.rows.height == 30


def test_no_result_repeats_a_record(partnership):
    p, unlock = partnership, exchange.unlock_with(PASSPHRASE)
    text = crimes(30).replace("REF0", CANARY)
    file = p.extract("police", "crime.csv", text)
    plan = exchange.plan_extract(
        folder=p.root / "police",
        files=[file],
        now=p.now,
        datasets=["police-crime"],
        options=exchange.PrepareOptions(unlock=unlock, keeps_cells=True),
        sends=True,
    )
    file.unlink()  # what was read is shown, without reading it again
    previews = exchange.preview_extract(plan)
    sent = exchange.submit_extract(plan, unlock=unlock, now=p.now)
    into = p.root / "tables"
    pulled = exchange.pull_tables(folder=p.root / "analysts", into=into, unlock=unlock, now=p.now)
    status = exchange.partnership_status(folder=p.root / "police", now=p.now)
    for result in (plan, previews, sent, pulled, status, unlock):
        assert CANARY not in repr(result)
        assert "01/07/2026" not in repr(result)
        assert PASSPHRASE not in repr(result)
    assert any(CANARY in pair.mine for one in previews for row in one.rows for pair in row.pairs)
