"""A receiver asks about a record: its sender finds the line, and nobody else does."""

from datetime import timedelta

import polars as pl
import pytest

from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership


@pytest.fixture
def pulled(partnership) -> tuple[Partnership, str, int]:
    """The analysts hold what the police sent; of one record, its id and its line."""
    p = partnership
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    p.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(p.root / "analysts/merged/dataset=police-crime")
    return p, rows["record_id"][7], rows.height


def test_its_sender_finds_the_line_and_sees_the_reference_only_when_asked(pulled):
    p, record, _ = pulled
    ran = p.signed("police", "log", "trace", record)
    assert "police-crime  Jul to Sep 2026  log 3" in ran.out
    lines = (p.root / "police/crime.csv").read_text().splitlines()
    number = int(ran.out.split("line    ")[1].split(" ")[0])
    reference = lines[number - 1].split(",")[0]
    assert reference
    assert reference not in ran.said
    told = p.signed("police", "log", "trace", record, "--json").json
    assert told == {
        "dataset": "police-crime", "covered": "2026-07-01..2026-09-30", "entry": 3, "line": number,
    }  # fmt: skip
    shown = p.signed("police", "log", "trace", record.upper(), "--with-values")
    assert f"source  {reference}" in shown.out


def test_all_records_lead_to_lines_of_their_own(pulled):
    p, _, height = pulled
    rows = pl.read_parquet(p.root / "analysts/merged/dataset=police-crime")
    said = {p.signed("police", "log", "trace", one).out for one in rows["record_id"]}
    assert len(said) == height


def test_nobody_else_does_and_nothing_after_a_year(pulled):
    p, record, _ = pulled
    for who in ("analysts", "council"):
        assert p.signed(who, "log", "trace", record, status=2).refusal == "record-not-traced"
    p.signed("police", "log", "trace", "0" * 32, status=2)
    for path in p.settings("police").profile.glob("keymaps/*.age"):
        import os

        old = (p.now - timedelta(days=366)).timestamp()
        os.utime(path, (old, old))
    p.now += timedelta(days=1)
    p.submit("police", p.extract("police", "more.csv", crimes(31)))
    assert p.signed("police", "log", "trace", record, status=2).refusal == "record-not-traced"
