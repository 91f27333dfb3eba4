"""An entry that is missing: whoever has not read it writes nothing in its place."""

import shutil

import pytest

from exchange.errors import LogBroken
from exchange.log.log import Log
from exchange.log.trust import Founding, VerifiedTreeFile
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

Q = ("--dates", "2026Q3", "--yes")


def _sent(p: Partnership) -> None:
    for rows in (30, 31, 32):
        p.submit("police", p.extract("police", f"{rows}.csv", crimes(rows)))
    p.run("council", "status")


@pytest.fixture
def gap(prepared) -> Partnership:
    """Three submissions, the first of which went away; the ambulance trust has read none."""
    p = prepared(_sent)
    p.kept = (p.share / "log/00000003").read_bytes()
    (p.share / "log/00000003").unlink()
    return p


def refused(p: Partnership) -> None:
    before = sorted(path.name for path in p.share.rglob("*"))
    ran = p.signed(
        "ambulance", "nil", "ambulance-callouts", "--dates", "2026Q3", "--yes", status=15
    )
    assert ran.refusal in ("log-has-gap", "log-cut-short"), ran.said
    if ran.refusal == "log-has-gap":
        assert "nothing was written" in ran.err
    logs = sorted(path.name for path in (p.share / "log").iterdir())
    assert "00000003" not in logs
    assert [n for n in before if n.endswith((".age", ".checkpoint"))] == sorted(
        path.name for path in p.share.rglob("*") if path.name.endswith((".age", ".checkpoint"))
    )


def only(p: Partnership, *left: str) -> None:
    """Leave only some of what lies beyond the gap."""
    for size in (4, 5):
        if "entry" not in left:
            (p.share / f"log/{size:08d}").unlink()
    for path in list((p.share / "witness").iterdir()):
        kind = path.name.rpartition(".")[2]
        if int(path.name[:8]) > 3 and kind not in left:
            path.unlink()


@pytest.mark.parametrize("left", ["entry", "checkpoint", "cosignature"])
def test_what_was_signed_after_the_end_stops_a_writer(gap, left):
    only(gap, left)
    refused(gap)


def test_it_can_be_put_back_and_all_goes_on(gap):
    refused(gap)
    gap.run("council", "verify")
    assert (gap.share / "log/00000003").read_bytes() == gap.kept
    gap.signed("ambulance", "nil", "ambulance-callouts", "--dates", "2026Q3", "--yes")
    assert gap.log().register.applied[-1].rejection is None


def test_what_nobody_enrolled_signed_stops_nobody(gap):
    only(gap)
    (gap.share / "log/00000005").write_bytes(b"x")
    (gap.share / "log/00000006").write_bytes((gap.share / "log/00000002").read_bytes())  # a copy
    (gap.share / "log/00000007").mkdir()
    (gap.share / "witness/00000009.checkpoint").write_bytes(b"x")
    key = gap.card("police").witness[:16]
    (gap.share / f"witness/00000009-{key}-20261020.cosignature").write_bytes(b"x")
    gap.signed("ambulance", "nil", "ambulance-callouts", "--dates", "2026Q3", "--yes")


def forget(p: Partnership, who: str) -> None:
    for name in ("mirror", "memory.json"):
        (p.settings(who).profile / name).unlink(missing_ok=True)


@pytest.mark.parametrize("command", ["submit", "receive"])
def test_a_bundle_is_not_written_at_a_gap(gap, command):
    (gap.share / "log/00000003").write_bytes(gap.kept)
    written: tuple = ("submit", gap.extract("police", "more.csv", crimes(33)), "--yes")
    if command == "receive":
        gap.signed("police", *written, "--transfer-file", "x.transfer")
        written = ("log", "receive", gap.root / "police/x.transfer")
    (gap.share / "log/00000003").unlink()
    forget(gap, "police")
    only(gap, "entry")
    before = sorted(path.name for path in gap.bundles())
    assert gap.signed("police", *written, status=15).refusal == "log-has-gap"
    assert sorted(path.name for path in gap.bundles()) == before


@pytest.mark.parametrize("left", ["entry", "checkpoint", "cosignature"])
def test_what_was_signed_after_the_end_stops_a_witness(gap, left):
    """A log without what is lost is no proof that it was not there."""
    only(gap, left)
    before = sorted(path.name for path in (gap.share / "witness").iterdir())
    gap.run("ambulance", "status", status=None)
    ran = gap.run("ambulance", "log", "cosign", status=15)
    assert ran.refusal in ("log-has-gap", "log-cut-short")
    assert before == sorted(path.name for path in (gap.share / "witness").iterdir())


def _parted(p: Partnership) -> None:
    """Others wrote on without two entries that the coordinator has read; their first went away."""
    shutil.copytree(p.share, p.root / "before")
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    p.signed("police", "nil", "police-asb", *Q)
    p.run("council", "status")
    shutil.rmtree(p.share)
    shutil.copytree(p.root / "before", p.share)
    p.signed("ambulance", "nil", "ambulance-callouts", *Q)  # who had not seen it
    p.run("ambulance", "status")
    forget(p, "police")
    p.signed("police", "nil", "police-asb", *Q)
    p.signed("police", "nil", "police-crime", *Q)
    (p.share / "log/00000003").unlink()


@pytest.mark.parametrize(
    "left", ["log/00000004", "log/00000005", "witness/00000005.checkpoint", "cosignature"]
)
def test_nothing_is_put_back_where_others_went_on(prepared, left):
    p = prepared(_parted)
    for path in [*(p.share / "log").iterdir(), *(p.share / "witness").iterdir()]:
        if int(path.name[:8]) > 3 and not str(path).endswith(left):
            path.unlink()
    ran = p.run("council", "status", status=15)
    assert ran.refusal == "log-rewritten"
    assert not (p.share / "log/00000003").exists()


def test_no_log_is_founded_where_entries_lie(gap, tmp_path):
    p = gap
    (p.share / "log/00000000").unlink()
    store = p.settings("council").open_store()
    founding = Founding("other/" + "0" * 32, "0" * 64)
    new = Log(store, founding, VerifiedTreeFile(tmp_path / "m"))
    with pytest.raises(LogBroken) as refused:
        new.write_founding(b"x", p.officer("council"))
    assert refused.value.id == "store-holds-a-log"
    assert not (p.share / "log/00000000").exists()
