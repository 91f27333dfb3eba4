"""The share is restored from last week's backup: what was lost is put back by who had seen it."""

import shutil

from exchange.log.log import Log
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

Q = ("--dates", "2026Q3")


def send(p: Partnership, rows: str = "") -> None:
    p.submit("police", p.extract("police", "crime.csv", rows or crimes(30)), *Q)


def lose(p: Partnership, count: int) -> None:
    """Restore a backup that has fewer entries, and nothing else that was newer."""
    kept = len(p.entries()) - count
    for path in p.entries()[kept:]:
        path.unlink()
    for path in (p.share / "witness").iterdir():
        if path.name[:8].isdigit() and int(path.name[:8]) > kept:
            path.unlink()


def test_who_had_seen_them_puts_lost_entries_back(partnership):
    p = partnership
    send(p)
    p.signed("police", "nil", "police-asb", *Q, "--yes")
    before = [path.read_bytes() for path in p.entries()]
    p.run("council", "status")
    lose(p, 2)
    ran = p.run("council", "status")
    assert "lost-entries-put-back" in ran.warnings
    assert "2 entries" in ran.err
    assert [path.read_bytes() for path in p.entries()] == before
    assert "lost-entries-put-back" not in p.run("council", "status").warnings
    assert p.run("analysts", "verify").status == 0


def test_a_bundle_that_the_backup_lost_too_is_told_by_verify(partnership):
    p = partnership
    send(p)
    p.run("council", "status")
    lose(p, 1)
    for bundle in p.bundles():
        bundle.unlink()
    p.run("council", "status")
    ran = p.run("council", "verify", status=14)
    assert ran.refusal == "bundles-not-as-signed"
    assert "[bundle-missing]" in ran.err


def test_where_others_went_on_meanwhile_nothing_is_put_over_them(partnership, tmp_path):
    p = partnership
    before = tmp_path / "before"
    shutil.copytree(p.share, before)
    send(p)
    p.run("council", "status")
    shutil.rmtree(p.share)
    shutil.copytree(before, p.share)
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")  # who had not seen it
    now = [path.read_bytes() for path in p.entries()]
    ran = p.run("council", "status", status=15)
    assert ran.refusal == "log-rewritten"
    assert [path.read_bytes() for path in p.entries()] == now


def test_a_copy_that_was_altered_puts_nothing_back(partnership):
    p = partnership
    send(p)
    p.run("council", "status")
    mirror = p.settings("council").profile / "mirror"
    data = mirror.read_bytes()
    lose(p, 1)
    for bad in (data[:-40], data[:-200] + data[-200:].replace(b"a", b"b"), b"", b"00000009abc"):
        mirror.write_bytes(bad)
        ran = p.run("council", "status", status=15)
        assert ran.refusal == "log-cut-short"
        assert len(p.entries()) == 3
    mirror.write_bytes(data)
    p.run("council", "status")
    assert len(p.entries()) == 4


def test_a_copy_that_a_disk_has_changed_is_made_again(partnership):
    p = partnership
    send(p)
    p.run("council", "status")
    s = p.settings("council")
    mirror = s.profile / "mirror"
    data = mirror.read_bytes()
    for at in range(0, len(data), 257):
        for bad in (data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], data[:at]):
            mirror.write_bytes(bad)
            log = Log.open(s.open_store(), s.pinned(), s.memory(), cache=s.cache)
            assert (log.tree.size, mirror.read_bytes()) == (4, data)
