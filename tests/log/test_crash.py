"""Killed before any change of a disk that a submission makes, the next one and verify are right.

The changes are those that one run was seen to make. `make test` dies before one of each kind, and
before and after each that others see; `make soak PART=crash` before every one.
"""

import errno
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.lib.dying import UNPLUGGED, Death, type_and_die
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, PASSPHRASE, Partnership

PARTS = 8
# By these a file gets the name under which others, or the next run, look for it.
NAMES_A_FILE = ("link", "rename", "replace")


@pytest.fixture
def die(processes):
    """Run a command in a process that dies before a change of a disk, and see that it did."""

    def typed(p: Partnership, who: str, *command: object, before: str = "") -> Death:
        words = (*command, "--passphrase-file", p.root / "passphrase.txt")
        death = type_and_die(processes, p.root, who, NOW, *words, before=before)
        assert (death.status, death.died) == (UNPLUGGED if before else 0, before), death.output
        return death

    return typed


def one_of_each_kind(changes: tuple[str, ...]) -> list[str]:
    """Choose each kind of change once, and what comes before and after a file gets its name."""
    chosen, kinds = set(), set()
    for at, change in enumerate(changes):
        what, where, _ = change.split(" ")
        names = what in NAMES_A_FILE
        kind = (what, Path(where).parent.name if names else "")
        if kind not in kinds:
            kinds.add(kind)
            chosen |= {at, at + 1} if names else {at}
    return [change for at, change in enumerate(changes) if at in chosen]


@pytest.fixture
def submission(partnership, tmp_path, die) -> tuple[str, ...]:
    """The changes of a disk that a submission makes."""
    p = partnership.copy(tmp_path / "whole")
    changes = die(p, "police", "submit", p.extract("police", "crime.csv", crimes(30)), "--yes")
    return changes.changes


def dies_and_is_finished(p: Partnership, die, before: str) -> None:
    file = p.extract("police", "crime.csv", crimes(30))
    die(p, "police", "submit", file, "--yes", before=before)
    p.run("analysts", "verify")
    assert len([b for b in p.bundles() if b.suffix == ".age"]) <= 1
    ran = p.submit("police", file)
    assert "log 3" in ran.out
    p.run("analysts", "verify")
    assert len(p.entries()) == 4
    p.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(p.root / "analysts/merged/dataset=police-crime")
    assert rows.height == 30
    assert not list((p.root / "police/.exchange").rglob("bundle.age"))
    assert not list(p.share.rglob("*.part"))
    assert len(list((p.root / "police/.exchange").rglob("keymaps/*.age"))) == 1
    shutil.rmtree(p.root)


def test_killed_before_each_kind_of_change(partnership, tmp_path, submission, die):
    chosen = one_of_each_kind(submission)
    named = {change.split(" ")[1] for change in chosen}
    assert {"share/log/00000003", "share/bundles/*.age"} <= named
    assert {change.split(" ")[0] for change in chosen} == {c.split(" ")[0] for c in submission}
    for step, before in enumerate(chosen):
        dies_and_is_finished(partnership.copy(tmp_path / f"step-{step}"), die, before)


@pytest.mark.soak("crash")
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_before_every_change(partnership, tmp_path, submission, die, part):
    assert len(submission) > 50
    for step, before in enumerate(submission[part::PARTS]):
        dies_and_is_finished(partnership.copy(tmp_path / f"step-{step}"), die, before)


def test_nothing_is_sent_where_what_stays_here_cannot_be_written(partnership, monkeypatch):
    """It is written beside the bundle, by a thread whose failure has to end the submission."""
    p = partnership
    file = p.extract("police", "crime.csv", crimes(30))

    def on_a_full_disk(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as full:
        full.setattr("exchange.profile.earlier_releases.write", on_a_full_disk)
        assert p.submit("police", file, status=1).refusal == "machine-refused"
    assert not p.bundles()
    assert not list((p.root / "police/.exchange").rglob("pending/*"))
    assert "log 3" in p.submit("police", file).out


@pytest.fixture
def interrupted(partnership, submission, die) -> Partnership:
    """A partnership in which the police have sealed something and not sent it."""
    (sealed,) = (at for at, c in enumerate(submission) if c.startswith("rename") and "/*" in c
                 and c.split(" ")[1].endswith("/pending/*"))  # fmt: skip
    file = partnership.extract("police", "crime.csv", crimes(30))
    die(partnership, "police", "submit", file, "--yes", before=submission[sealed + 1])
    assert list((partnership.root / "police/.exchange").rglob("pending/[!.]*/entry"))
    assert len(partnership.entries()) == 3
    return partnership


def test_what_was_interrupted_is_finished_with_the_same_bytes(interrupted):
    p = interrupted
    (entry,) = (p.root / "police/.exchange").rglob("pending/[!.]*/entry")
    sealed = entry.read_bytes()
    p.submit("police", p.root / "police/crime.csv")
    assert p.entries()[3].read_bytes() == sealed


def test_what_was_interrupted_waits_while_another_file_is_sent(interrupted):
    p = interrupted
    ran = p.submit("police", p.extract("police", "asb.csv", _asb()))
    assert "submission-interrupted" in ran.warnings
    assert "Recorded crime, Jul to Sep 2026" in ran.err
    assert "log 3" in ran.out
    assert len(p.entries()) == 4
    assert "log 4" in p.submit("police", p.root / "police/crime.csv").out


def test_what_a_newer_release_left_stays_until_that_is_installed(interrupted):
    p = interrupted
    (entry,) = (p.root / "police/.exchange").rglob("pending/[!.]*/entry")
    newer = re.sub(rb'"format":\d', b'"format":9', entry.read_bytes())
    entry.write_bytes(newer)
    assert p.submit("police", p.root / "police/crime.csv", status=2).refusal == "file-needs-newer"
    assert entry.read_bytes() == newer
    entry.write_bytes(b"torn")
    assert "log 3" in p.submit("police", p.root / "police/crime.csv").out


def test_what_was_stopped_and_corrected_is_never_sent(interrupted):
    p = interrupted
    ran = p.submit("police", p.extract("police", "corrected.csv", crimes(29)))
    assert "29 rows\tlog 3" in ran.out
    assert len(p.entries()) == 4
    assert not list((p.root / "police/.exchange").rglob("pending/*/*"))


def test_what_was_interrupted_is_sealed_anew_for_new_keys(interrupted):
    from tests.lib.partnership import enrol, join, make_key

    p = interrupted
    join(p, "newcomer")
    make_key(p, "newcomer")
    enrol(p, "newcomer")
    assert "log 4" in p.submit("police", p.root / "police/crime.csv").out
    p.signed("newcomer", "pull", "merged")


def at_once(processes, p: Partnership, *commands: tuple) -> list[str]:
    """Submit in as many processes at once; return what each says."""
    running = []
    for number, (who, file, *rest) in enumerate(commands):
        words = ["submit", str(file), "--yes", *rest]
        words += ["--passphrase-file", str(p.root / "passphrase.txt")]
        output = p.root / f"output-{number}.txt"
        pid = processes.start(
            "tests.lib.dying:run", p.root, p.root / who, NOW.isoformat(), words, "",
            p.root / f"account-{number}.json", output=output,
        )  # fmt: skip
        running.append((pid, output))
    ended = [(processes.wait(pid), output.read_text()) for pid, output in running]
    assert [status for status, _ in ended] == [0] * len(commands), ended
    return [output for _, output in ended]


def test_four_processes_at_once_lose_nothing(partnership, processes):
    from tests.lib.extracts import callouts

    p = partnership
    at_once(
        processes,
        p,
        ("police", p.extract("police", "july.csv", crimes(20, days=31)), "--dates", "2026-07"),
        ("police", p.extract("police", "asb.csv", _asb())),
        ("ambulance", p.extract("ambulance", "c.csv", callouts(*["WZ1"] * 40))),
        ("council", p.extract("council", "a.csv", _asb())),
    )
    told = partnership.run("analysts", "verify", "--json").json
    assert [e["why"] for e in told["entries"]] == [""] * 7
    assert [e["kind"] for e in told["entries"]].count("submit") == 4
    partnership.signed("analysts", "pull", "merged")


def test_the_same_file_by_four_processes_is_logged_once(partnership, processes):
    file = partnership.extract("police", "crime.csv", crimes(30))
    said = at_once(processes, partnership, *[("police", file)] * 4)
    assert sum("already sent" in text for text in said) == 3
    assert len(partnership.entries()) == 4
    assert len(partnership.bundles()) == 1


def _asb() -> str:
    from tests.use.test_quarter import asb

    return asb()


@pytest.fixture
def about_to_found(tmp_path) -> Partnership:
    from tests.lib.partnership import AREA, make_key

    (tmp_path / "p/share").mkdir(parents=True)
    p = Partnership(tmp_path / "p")
    (p.root / "passphrase.txt").write_text(PASSPHRASE)
    for who in ("council", "police"):
        (p.root / who).mkdir()
    p.run("council", "partnership", "create", "Westshire CSP", *AREA, "--store", "../share")
    make_key(p, "council")
    p.run(
        "police",
        "partnership",
        "join",
        "--origin",
        p.settings("council").origin,
        "--store",
        "../share",
    )
    make_key(p, "police")
    return p


def founds(p: Partnership, die, before: str = "") -> tuple[str, ...]:
    """Found a partnership, dying before a change; the next run finishes it."""
    cards = [next((p.root / who).glob("*.card")) for who in ("council", "police")]
    death = die(p, "council", "partner", "add", *cards, "--yes", before=before)
    if before and p.settings("council").plan:  # else only the telling was left
        p.signed("council", "partner", "add", *cards, "--yes")
    p.run("council", "verify")
    assert (p.root / "council/westshire-csp.founding").exists()
    assert not p.settings("council").plan
    return death.changes


def test_a_founding_killed_before_each_kind_of_change_is_finished_by_the_next_run(
    about_to_found, tmp_path, die
):
    changes = founds(about_to_found.copy(tmp_path / "whole"), die)
    for step, before in enumerate(one_of_each_kind(changes)):
        founds(about_to_found.copy(tmp_path / f"step-{step}"), die, before)


@pytest.mark.soak("crash")
@pytest.mark.parametrize("part", range(2))
def test_a_founding_killed_before_every_change_is_finished_by_the_next_run(
    about_to_found, tmp_path, die, part
):
    changes = founds(about_to_found.copy(tmp_path / "whole"), die)
    for step, before in enumerate(changes[part::2]):
        founds(about_to_found.copy(tmp_path / f"step-{step}"), die, before)
