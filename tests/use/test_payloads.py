"""What leaves is, byte for byte, what left before, and what is pulled is what left.

An extract of every dataset, and six of thousands of records: a quarter with sensitive records and
their cover, its correction, a quarter sent by the month, and one without references. All are sent
with the same random bytes (`fixed_random_bytes`).

Keeps true: however much faster extracts are read, checked and depersonalised, the same records
leave in the same way. `payloads.csv` holds the SHA-256 of each payload (Parquet with its manifest,
before it is encrypted), and of its content in a form that does not depend on the version of polars;
the former counts under that version only. With EXCHANGE_WRITE_PAYLOADS set, the table is written
anew: commit it only where something was meant to leave differently, or polars is another.
"""

import csv
import io
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from exchange import open_merged
from exchange.samples.extract import sample
from schemas import both_cores
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter
from tests.lib.partnership import Partnership
from tests.lib.payloads import Payload, fixed_random_bytes, many_crimes, of_many, payloads_of

TABLE = Path(__file__).with_name("payloads.csv")


def send_many(p: Partnership) -> None:
    """Send extracts of thousands of records, and pull what counts in the end."""
    quarter = many_crimes(5000, date(2026, 7, 1), 92)
    marked = [line.replace(",N,N", ",Y,N") for line in quarter[4000:4030]]
    later = many_crimes(600, date(2026, 7, 1), 92, number=5000)
    corrected = [*quarter[100:4000], *marked, *quarter[4030:], *later]
    april, may, june = (
        many_crimes(1000, date(2026, month, 1), 30, number=month * 10_000) for month in (4, 5, 6)
    )
    asb = sample(DATASETS["police-asb"], Quarter(2026, 3), 2000, seed=3).text()
    sent = (
        ("police-crime", "2026Q3", of_many(quarter)),
        ("police-crime", "2026Q3", of_many(corrected)),
        ("police-crime", "2026-04", of_many(april)),
        ("police-crime", "2026-05", of_many(may)),
        ("police-crime", "2026Q2", of_many(april + may + june)),
        ("police-asb", "2026Q3", asb),
    )
    for number, (dataset, dates, text) in enumerate(sent):
        file = p.extract("police", f"many-{number}.csv", text)
        with fixed_random_bytes(), pytest.MonkeyPatch.context() as patched:
            patched.setattr(both_cores, "_WORTH", 0)  # as of files that are larger still
            p.submit("police", file, "--dataset", dataset, "--dates", dates)
    p.signed("analysts", "pull", "merged")


@pytest.fixture(scope="module")
def many_sent(once, _founded) -> Partnership:
    def fill(folder: Path) -> None:
        send_many(_founded.copy(folder))

    return Partnership(once("many-sent", fill))


@pytest.fixture(scope="module")
def payloads(all_sent, many_sent) -> dict[str, Payload]:
    """What was sent, by a name of its own."""
    many = {f"many {number}": one for number, one in enumerate(payloads_of(many_sent))}
    return {one.dataset: one for one in payloads_of(all_sent)} | many


def test_payloads_are_byte_for_byte_what_they_were(payloads):
    now = [
        {"payload": name, "polars": pl.__version__, "sha256": one.sha256, "content": one.content}
        for name, one in sorted(payloads.items())
    ]
    if os.environ.get("EXCHANGE_WRITE_PAYLOADS"):
        text = io.StringIO()
        table = csv.DictWriter(text, now[0], lineterminator="\n")
        table.writeheader()
        table.writerows(now)
        TABLE.write_text(text.getvalue(), encoding="utf-8")
    before = {row["payload"]: row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}
    assert {row["payload"] for row in now} == set(before)
    told = [(row, before[row["payload"]]) for row in now]
    assert [a["payload"] for a, b in told if a["content"] != b["content"]] == []
    same = [(a, b) for a, b in told if a["polars"] == b["polars"]]
    assert [a["payload"] for a, b in same if a["sha256"] != b["sha256"]] == []


def test_many_records_are_protected_corrected_and_held(payloads):
    """The table would say little if nothing of this happened in what it is made from."""
    said = [payloads[f"many {number}"] for number in range(6)]
    coarse = [one.rows["generalised"].eq("generalised").sum() for one in said]
    assert coarse == [2358, 2608, 0, 0, 1414, 366]
    assert [one.rows.height for one in said] == [4982, 5529, 316, 237, 2990, 1884]
    left_out = [one.submission.statement.counts["left_out"] for one in said]
    assert [why.get("held") for why in left_out] == [None, None, "500-999", "500-999", None, None]


@pytest.mark.parametrize("name", [*DATASETS, "many 1", "many 4", "many 5"])
def test_what_is_pulled_is_what_was_sent(all_sent, many_sent, payloads, name):
    sent = payloads[name]
    p = all_sent if name in DATASETS else many_sent
    said, position = sent.submission.statement, sent.submission.position
    every = open_merged(p.root / "analysts/merged", sent.dataset).collect()
    pulled = every.filter(pl.col("entry") == position)
    assert set(pulled["partner"]) == {said.partner}
    assert set(pulled["quarter"]) == {str(said.quarter)}
    assert sent.as_pulled().equals(pulled.select(sent.as_pulled().columns))
