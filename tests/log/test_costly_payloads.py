"""What a sender signs is held to its statement, and costs a receiver little to refuse."""

import io
import subprocess
import sys
import textwrap
from dataclasses import replace

import polars as pl
import pytest

from exchange import age
from exchange.age.header import Stanza
from exchange.stores.folder import FolderStore
from partners.entries import canonical_json
from schemas.datasets.registry import DATASETS
from schemas.parquet.limits import BUNDLE, LimitExceeded, NotParquet, count_rows
from schemas.wire.shared_table import check_shared
from schemas.wire.versions import NotAsDeclared, polars_schema
from tests.log.test_dishonest_senders import KEY, forge, forge_payload, payload, refused


def counts(accepted: str) -> dict:
    return {"rows_in": accepted, "accepted": accepted, "left_out": {}}


def described(told: dict, rows: int) -> dict[str, str]:
    return {KEY: canonical_json.write(told | {"rows": rows}).decode()}


def test_a_band_that_says_more_than_the_bundle_holds(sent):
    rows, told = payload(sent)
    forge(sent, rows.clear(), told | {"rows": 0}, counts=counts("1000-4999"))
    assert refused(sent).refusal == "bundle-not-as-described"


def test_millions_of_rows_without_a_value_are_refused_from_the_footer(sent):
    rows, told = payload(sent)
    count = 4_000_000
    file = io.BytesIO()
    none = pl.repeat(None, count, dtype=pl.Int8, eager=True)
    pl.DataFrame(dict.fromkeys(rows.columns[:4], none)).write_parquet(
        file, metadata=described(told, count)
    )
    assert len(file.getvalue()) < 1_000_000
    forge_payload(sent, file.getvalue(), counts=counts("1000000-4999999"))
    assert refused(sent).refusal == "bundle-content-too-large"


def test_another_number_of_rows_than_the_band_is_refused_before_they_are_read(sent, monkeypatch):
    _, told = payload(sent)
    count = 1_000_000
    file = io.BytesIO()
    pl.DataFrame({"place": pl.repeat(None, count, dtype=pl.String, eager=True)}).write_parquet(
        file, metadata=described(told, count)
    )
    forge_payload(sent, file.getvalue())
    monkeypatch.setattr(pl, "read_parquet", lambda *_: pytest.fail("it was read"))
    assert refused(sent).refusal == "bundle-not-as-described"


@pytest.mark.soak("memory")
def test_400_million_rows_are_refused_in_little_memory(tmp_path):
    code = """
        import io, resource, sys
        import polars as pl
        path = sys.argv[1]
        if len(sys.argv) > 2:
            none = pl.repeat(None, 10_000_000, dtype=pl.Int8, eager=True)
            pl.concat([pl.DataFrame({"a": none}).lazy()] * 40).sink_parquet(path)
        else:
            from pathlib import Path
            from schemas.parquet.limits import count_rows, LimitExceeded
            data = Path(path).read_bytes()
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            try:
                count_rows(data)
            except LimitExceeded as fault:
                print(fault)
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    run = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "rows.parquet")]
    subprocess.run([*run, "make"], check=True)
    assert (tmp_path / "rows.parquet").stat().st_size < 4_000_000
    fault, grown = subprocess.run(
        run, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert fault == "it has more than 2,000,000 rows"
    assert int(grown) < 20_000  # KiB


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical], ids=str)
@pytest.mark.parametrize(("length", "refusal"), [(101, "large"), (100, "not-allowed")])
def test_a_text_that_stands_in_every_row_and_is_stored_once(sent, kind, length, refusal):
    rows, told = payload(sent)
    forge(sent, rows.with_columns(place=pl.lit("x" * length, kind)), told)
    assert refused(sent).refusal.endswith(refusal)


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.with_columns(place=1),
        lambda rows: rows.with_columns(more=1),
        lambda rows: rows.drop("place"),
        lambda rows: rows.reverse().select(reversed(rows.columns)),
    ],
)
def test_columns_of_another_dataset_are_refused_before_a_row_is_read(sent, monkeypatch, change):
    rows, told = payload(sent)
    monkeypatch.setattr(pl, "read_parquet", lambda *_: pytest.fail("it was read"))
    forge(sent, change(rows), told)
    assert refused(sent).refusal == "bundle-content-not-allowed"


@pytest.mark.parametrize("name", DATASETS)
def test_a_table_without_any_value_is_refused(name):
    schema = polars_schema(DATASETS[name])
    rows = pl.DataFrame({n: pl.repeat(None, 3, dtype=t, eager=True) for n, t in schema.items()})
    with pytest.raises(NotAsDeclared, match="area"):
        check_shared(rows, DATASETS[name])


@pytest.mark.parametrize(
    "to", [("police",), ("police", "council", "ambulance", "analysts", "police")]
)
def test_fewer_or_more_keys_than_the_statement_names(sent, to):
    rows, told = payload(sent)
    file = io.BytesIO()
    rows.write_parquet(file, metadata=described(told, 30))
    forge_payload(sent, file.getvalue(), to=to)
    assert refused(sent).refusal == "bundle-recipients-differ"
    ran = sent.run("ambulance", "verify", status=14)  # which anybody sees
    assert "[bundle-recipients-differ]" in ran.err


def test_a_stanza_of_another_kind_is_for_nobody_named(sent, monkeypatch):
    class Other(age.Recipient):
        def wrap(self, file_key: bytes) -> Stanza:
            return Stanza("X25519", ("A" * 43,), bytes(32))

    rows, told = payload(sent)
    file = io.BytesIO()
    rows.write_parquet(file, metadata=described(told, 30))
    real = age.encrypt
    monkeypatch.setattr(
        age, "encrypt", lambda a, b, to: real(a, b, [*to[:-1], Other(to[-1]._public)])
    )
    forge_payload(sent, file.getvalue(), to=("police", "analysts", "council", "ambulance"))
    monkeypatch.undo()
    assert refused(sent).refusal == "bundle-recipients-differ"


def table(rows: int = 100, **told) -> bytes:
    file = io.BytesIO()
    pl.DataFrame({"a": range(rows), "b": [f"text {n}" for n in range(rows)]}).write_parquet(
        file, **told
    )
    return file.getvalue()


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"compression": "uncompressed"},
        {"compression": "snappy"},
        {"row_group_size": 7},
        {"data_page_size": 64},
    ],
)
def test_what_polars_writes_is_counted(how):
    for rows in (0, 1, 1000):
        assert count_rows(table(rows, **how)) == rows


@pytest.mark.parametrize(
    "limit",
    [
        {"rows": 999}, {"columns": 1}, {"footer": 100}, {"unpacked": 1000}, {"pages": 10},
        {"groups": 99}, {"codecs": (0,)}, {"encodings": (3,)}, {"free": 100, "ratio": 0},
    ],
    ids=lambda limit: next(iter(limit)),
)  # fmt: skip
def test_the_limits(limit):
    data = table(1000, row_group_size=10)
    assert count_rows(data) == 1000
    with pytest.raises(LimitExceeded):
        count_rows(data, replace(BUNDLE, **limit))


@pytest.mark.parametrize("frame", [{"a": [[1]]}, {"a": [{"b": 1}]}])
def test_nested_columns_are_refused(frame):
    file = io.BytesIO()
    pl.DataFrame(frame).write_parquet(file)
    with pytest.raises(LimitExceeded, match="nested"):
        count_rows(file.getvalue())


def test_a_page_that_unpacks_to_more_than_its_footer_says_is_counted_by_its_own_header():
    file = io.BytesIO()
    pl.DataFrame({"a": ["x" * 200_000_000]}).write_parquet(file)
    assert len(file.getvalue()) < 100_000
    with pytest.raises(LimitExceeded, match="unpack"):
        count_rows(file.getvalue())


def test_no_byte_of_a_file_makes_it_fail_otherwise():
    data = table(50)
    for at in range(len(data)):
        for value in (0, 0x7F, 0xFF, data[at] ^ 1, data[at] ^ 0x10):
            changed = data[:at] + bytes([value]) + data[at + 1 :]
            try:
                count_rows(changed)
            except NotParquet:
                continue
    for end in range(len(data)):
        with pytest.raises(NotParquet):
            count_rows(data[:end])


def test_a_sealed_file_is_read_once(sent, monkeypatch):
    names, open_file = [], FolderStore.open

    def noted(store: FolderStore, name: str):
        names.append(name)
        return open_file(store, name)

    monkeypatch.setattr(FolderStore, "open", noted)
    sent.signed("analysts", "pull", "merged")
    assert len([name for name in names if name.startswith("bundles/")]) == 1
