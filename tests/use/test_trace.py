"""A receiver asks about a record: its sender finds the line, and nobody else does."""

import io
from datetime import timedelta

import polars as pl
import pytest

from exchange import age
from exchange.profile.outbox import open_key_map
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


def rewritten(p: Partnership, change) -> None:
    """Seal the key map of the police again, with rows and metadata changed."""
    (path,) = (p.settings("police").profile / "keymaps").glob("*.age")
    identity, plain = p.officer("police").identity, io.BytesIO()
    with path.open("rb") as file:
        age.decrypt(file, plain, [identity])
    rows = open_key_map(path, identity)
    told = pl.read_parquet_metadata(io.BytesIO(plain.getvalue()))
    again = io.BytesIO()
    rows, told = change(rows, {name: told[name] for name in ("made", "days", "salt", "format")})
    rows.write_parquet(again, metadata=told)
    again.seek(0)
    with path.open("wb") as file:
        age.encrypt(again, file, [identity.recipient])


def test_a_key_map_with_the_ids_of_records_in_it_is_read(pulled):
    p, record, _ = pulled
    before = p.signed("police", "log", "trace", record, "--json").json
    rewritten(p, lambda rows, told: (rows, {"made": told["made"], "days": told["days"]}))
    assert p.signed("police", "log", "trace", record, "--json").json == before


def test_a_key_map_that_a_newer_release_wrote_is_refused(pulled):
    p, record, _ = pulled
    rewritten(p, lambda rows, told: (rows.drop("record_id"), told | {"format": "9"}))
    assert p.signed("police", "log", "trace", record, status=2).refusal == "file-needs-newer"
