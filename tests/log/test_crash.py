"""Killed at any moment of a submit, the next one and verify are right."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, PASSPHRASE, Partnership

STEPS = 60  # more than a submission has; a run that ends by itself is past them all
PARTS = 6


def submit_and_die(p: Partnership, file: Path, step: int) -> int:
    """Submit in a process that dies before its nth change of a disk, as if unplugged."""
    return die(p, "police", step, "submit", str(file), "--yes")


def die(p: Partnership, who: str, step: int, *command: str) -> int:
    """Run a command in such a process; return how it ended."""
    here = Path(__file__).parent.parent.parent
    return subprocess.run(
        [
            sys.executable, "-m", "tests.lib.dying", str(step), str(p.root / who),
            NOW.isoformat(), *command, "--passphrase-file", str(p.root / "passphrase.txt"),
        ],
        cwd=here, env=os.environ | {"PYTHONPATH": str(here)}, capture_output=True, check=False,
    ).returncode  # fmt: skip


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_every_step(partnership, tmp_path, part):
    died = 0
    for step in range(part, STEPS, PARTS):
        p = partnership.copy(tmp_path / f"step-{step}")
        file = p.extract("police", "crime.csv", crimes(30))
        status = submit_and_die(p, file, step)
        assert status in (0, 137)
        died += status == 137
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
        if status == 0:
            break
    assert died or part


def interrupted(partnership: Partnership, tmp_path: Path, text: str) -> Partnership:
    """Return a partnership in which the police have sealed something and not sent it."""
    for step in range(10, STEPS):
        p = partnership.copy(tmp_path / f"p{step}")
        submit_and_die(p, p.extract("police", "crime.csv", text), step)
        if (
            list((p.root / "police/.exchange").rglob("pending/[!.]*/entry"))
            and len(p.entries()) == 3
        ):
            return p
    raise AssertionError("no step leaves a submission sealed and not sent")


def test_what_was_interrupted_is_finished_with_the_same_bytes(partnership, tmp_path):
    p = interrupted(partnership, tmp_path, crimes(30))
    (entry,) = (p.root / "police/.exchange").rglob("pending/[!.]*/entry")
    sealed = entry.read_bytes()
    p.submit("police", p.root / "police/crime.csv")
    assert p.entries()[3].read_bytes() == sealed


def test_what_was_interrupted_waits_while_another_file_is_sent(partnership, tmp_path):
    p = interrupted(partnership, tmp_path, crimes(30))
    ran = p.submit("police", p.extract("police", "asb.csv", _asb()))
    assert "submission-interrupted" in ran.warnings
    assert "police-crime 2026-07-01..2026-09-30" in ran.err
    assert "log 3" in ran.out
    assert len(p.entries()) == 4
    assert "log 4" in p.submit("police", p.root / "police/crime.csv").out


def test_what_was_stopped_and_corrected_is_never_sent(partnership, tmp_path):
    p = interrupted(partnership, tmp_path, crimes(30))
    ran = p.submit("police", p.extract("police", "corrected.csv", crimes(29)))
    assert "29 rows  log 3" in ran.out
    assert len(p.entries()) == 4
    assert not list((p.root / "police/.exchange").rglob("pending/*/*"))


def test_what_was_interrupted_is_sealed_anew_for_new_keys(partnership, tmp_path):
    from tests.lib.partnership import enrol, join, make_key

    p = interrupted(partnership, tmp_path, crimes(30))
    join(p, "newcomer")
    make_key(p, "newcomer")
    enrol(p, "newcomer")
    assert "log 4" in p.submit("police", p.root / "police/crime.csv").out
    p.signed("newcomer", "pull", "merged")


def test_four_processes_at_once_lose_nothing(partnership):
    texts = {
        "july.csv": crimes(20, days=31),
        "asb.csv": _asb(),
    }
    jobs = [
        ("police", partnership.extract("police", name, text), extra)
        for (name, text), extra in zip(texts.items(), (["--dates", "2026-07"], []), strict=True)
    ]
    from tests.lib.extracts import callouts

    jobs.append(
        ("ambulance", partnership.extract("ambulance", "c.csv", callouts(*["WZ1"] * 40)), [])
    )
    jobs.append(("council", partnership.extract("council", "a.csv", _asb()), []))
    here = Path(__file__).parent.parent.parent
    running = [
        subprocess.Popen(
            [
                sys.executable, "-m", "tests.lib.dying", "-1", str(partnership.root / who),
                NOW.isoformat(), "submit", str(file), "--yes", *extra,
                "--passphrase-file", str(partnership.root / "passphrase.txt"),
            ],
            cwd=here, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        for who, file, extra in jobs
    ]  # fmt: skip
    for process in running:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0, out
    told = partnership.run("analysts", "verify", "--json").json
    assert [e["why"] for e in told["entries"]] == [""] * 7
    assert [e["kind"] for e in told["entries"]].count("submit") == 4
    partnership.signed("analysts", "pull", "merged")


def test_the_same_file_by_four_processes_is_logged_once(partnership):
    file = partnership.extract("police", "crime.csv", crimes(30))
    here = Path(__file__).parent.parent.parent
    command = [
        sys.executable, "-m", "tests.lib.dying", "-1", str(partnership.root / "police"),
        NOW.isoformat(), "submit", str(file), "--yes",
        "--passphrase-file", str(partnership.root / "passphrase.txt"),
    ]  # fmt: skip
    running = [
        subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=120)[0].decode() for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert sum("already sent" in text for text in said) == 3
    assert len(partnership.entries()) == 4
    assert len(partnership.bundles()) == 1


def _asb() -> str:
    from tests.use.test_quarter import asb

    return asb()


@pytest.mark.parametrize("part", range(3))
def test_a_founding_killed_at_any_step_is_finished_by_the_next_run(tmp_path, part):
    from tests.lib.partnership import AREA, make_key

    (tmp_path / "p/share").mkdir(parents=True)
    p = Partnership(tmp_path / "p")
    (p.root / "passphrase.txt").write_text(PASSPHRASE)
    for who in ("council", "police"):
        (p.root / who).mkdir()
    p.run("council", "init", "--name", "Westshire CSP", *AREA, "--store", "../share")
    make_key(p, "council")
    p.run("police", "init", "--origin", p.settings("council").origin, "--store", "../share")
    make_key(p, "police")
    died = 0
    for step in range(part, STEPS, 3):
        q = p.copy(tmp_path / f"step-{step}")
        cards = [next((q.root / who).glob("*.card")) for who in ("council", "police")]
        status = die(q, "council", step, "enrol", *map(str, cards), "--yes")
        died += status == 137
        if status == 0:
            break
        if q.settings("council").plan:  # else only the telling was left
            q.signed("council", "enrol", *cards, "--yes")
        q.run("council", "verify")
        assert (q.root / "council/westshire-csp.founding").exists()
        assert not q.settings("council").plan
    assert died
