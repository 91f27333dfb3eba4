"""What an officer is reminded of: an old key, clocks that differ, a log that stands still."""

import os
from datetime import timedelta

import pytest

from exchange.stores.folder import FolderStore
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW

Q = ("--dates", "2026Q3")


@pytest.mark.parametrize(("days", "told"), [(690, False), (705, True), (800, True)])
def test_a_key_that_is_two_years_old_is_to_be_renewed(partnership, days, told):
    p = partnership
    p.now = NOW + timedelta(days=days)
    ran = p.run("police", "status")
    assert ("key-renewal-due" in ran.warnings) is told
    assert ("19 October 2028" in ran.err) is told
    assert ("exchange key renew" in ran.err) is told
    assert "19 October 2028" in p.run("police", "key", "list").out


def test_what_is_overdue_of_earlier_quarters_is_said_beside_what_is_due_next(partnership):
    ran = partnership.run("police", "status")
    assert ran.warnings == ["earlier-quarters-overdue"]
    assert "12 datasets of earlier quarters are overdue" in ran.err
    assert "2025Q4 (4), 2026Q1 (4), 2026Q2 (4)" in ran.err
    assert partnership.run("analysts", "status").warnings == []
    assert partnership.run("police", "status", "--quarter", "2026Q3").warnings == []


def test_it_counts_all_the_same_until_it_is_revoked(partnership):
    p = partnership
    p.set_clocks(NOW + timedelta(days=900))
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q)


def test_a_renewed_key_is_no_longer_old(partnership):
    p = partnership
    p.set_clocks(NOW + timedelta(days=720))
    p.signed("police", "key", "renew")
    p.signed("council", "partner", "add", p.root / "police/police-liaison-2.card", "--yes")
    assert "key-renewal-due" not in p.run("police", "status").warnings


@pytest.mark.parametrize(("hours", "told"), [(0, False), (2, True), (-30, True)])
def test_clocks_that_differ_are_said(partnership, monkeypatch, hours, told):
    p = partnership
    real = FolderStore.written_at

    def elsewhere(self, name):
        there = real(self, name)
        return there and there + timedelta(hours=hours)

    monkeypatch.setattr(FolderStore, "written_at", elsewhere)
    first = p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q)
    second = p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    for ran in (first, second):
        assert ("clocks-differ" in ran.warnings) is told


def test_a_log_in_which_nobody_else_does_anything_may_be_an_old_copy(partnership):
    p = partnership
    p.run("council", "status")
    p.now = NOW + timedelta(days=80)
    assert "store-quiet" not in p.run("police", "status").warnings
    p.now = NOW + timedelta(days=100)
    ran = p.run("police", "status")
    assert "store-quiet" in ran.warnings
    assert "100 days" in ran.err
    p.run("council", "log", "cosign")
    assert "store-quiet" not in p.run("police", "status").warnings


def test_a_time_that_others_prove_to_be_wrong_is_told_by_verify(partnership):
    p = partnership
    p.now = NOW + timedelta(days=3)  # a clock that is ahead
    p.signed("police", "nil", "police-asb", *Q, "--yes")
    p.now = NOW
    p.run("ambulance", "status")
    ran = p.run("council", "verify")
    assert "entry-time-doubtful" in ran.warnings
    assert "log 3" in ran.err
    assert "23 October 2026, 09:00 UTC" in ran.err
    assert "ambulance saw it by 20 October 2026" in ran.err


def test_an_entry_that_came_long_after_it_was_signed_is_told_by_verify(partnership):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(30))
    p.submit("police", file, *Q, "--transfer-file", "parcel")
    p.now = NOW + timedelta(days=5)
    for who in ("analysts", "ambulance"):
        p.run(who, "log", "cosign")
    p.now += timedelta(hours=1)
    p.signed("council", "log", "receive", p.root / "police/parcel")
    ran = p.run("council", "verify")
    assert "entry-time-doubtful" in ran.warnings
    assert "log 3" in ran.err
    assert "20 October 2026, 09:00 UTC" in ran.err
    assert "25 October 2026" in ran.err


def test_when_a_memory_was_kept_is_told_by_the_file(partnership):
    p = partnership
    p.run("police", "status")
    path = p.settings("police").profile / "memory.json"
    os.utime(path, (0, 0))
    assert p.settings("police").memory().time().year == 1970
