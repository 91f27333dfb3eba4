"""A damaged Parquet file is none, and nothing is printed of how its reader failed."""

import io
import os
import random
import threading
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from schemas.extract.errors import SourceRefused
from schemas.extract.file import read
from schemas.parquet.limits import EXTRACT, NotParquet, count_rows, size_as_text
from schemas.parquet.untrusted import read_untrusted


@pytest.fixture
def file(tmp_path):
    def written(content: bytes) -> Path:
        path = tmp_path / "x.parquet"
        path.write_bytes(content)
        return path

    return written


def _file() -> bytes:
    rows = pl.DataFrame({"a": range(30), "b": [f"text {n % 7}" for n in range(30)]})
    file = io.BytesIO()
    rows.write_parquet(file, compression="snappy", row_group_size=7)
    return file.getvalue()


def _damaged(seed: int) -> bytes:
    drawn = random.Random(seed)
    data = bytearray(_file())
    for _ in range(drawn.randint(1, 6)):
        at = drawn.randrange(len(data))
        data[at] = drawn.choice([0, 1, 127, 255, data[at] ^ 1, drawn.randrange(256)])
    return bytes(data)


def _whole(data: bytes) -> bool:
    try:
        count_rows(data, EXTRACT)
    except NotParquet:
        return False
    return True


def test_whatever_is_damaged_is_read_or_not_and_without_a_word(capfd):
    """What is not in order is not read at all: over some of it polars would abort the program."""
    ends: Counter[str] = Counter()
    for seed in range(400):
        data = _damaged(seed)
        if not _whole(data):
            ends["not in order"] += 1
        elif read_untrusted(pl.read_parquet, data) is not None:
            ends["read"] += 1
        else:
            assert not capfd.readouterr().err
            try:
                pl.read_parquet(io.BytesIO(data))
            except pl.exceptions.PanicException:
                ends["panic"] += 1
                assert capfd.readouterr().err
            except (pl.exceptions.PolarsError, ValueError, OSError):
                ends["refused"] += 1
    assert set(ends) == {"not in order", "read", "panic", "refused"}


@pytest.mark.parametrize(
    "how",
    [{"compression": name} for name in ("uncompressed", "snappy", "gzip", "lz4", "zstd", "brotli")],
    ids=lambda how: how["compression"],
)
def test_what_other_systems_write_is_in_order(how):
    rows = pl.DataFrame({"a": [None, 1, 2], "b": ["x", None, "z"], "c": [True, False, None]})
    file = io.BytesIO()
    rows.write_parquet(file, **how)
    assert _whole(file.getvalue())
    assert read_untrusted(pl.read_parquet, file.getvalue()).equals(rows)


def test_an_extract_that_is_not_in_order_is_refused_before_it_is_read(file, monkeypatch):
    monkeypatch.setattr(pl, "read_parquet", lambda *_: pytest.fail("it was read"))
    damaged = next(data for data in map(_damaged, range(100)) if not _whole(data))
    with pytest.raises(SourceRefused) as refused:
        read(file(damaged))
    assert refused.value.id == "parquet-unreadable"


def test_how_much_it_holds_is_read_from_its_footer(tmp_path):
    path = tmp_path / "x.parquet"
    pl.DataFrame({"a": ["same"] * 100_000, "b": [1] * 100_000}).write_parquet(path)
    assert path.stat().st_size < 10_000
    assert size_as_text(path) == 100_000 * 2 * 8
    path.write_bytes(b"PAR1" + bytes(20))
    assert size_as_text(path) is None


def test_errors_can_be_printed_again_afterwards(capfd):
    assert read_untrusted(pl.read_parquet, b"PAR1") is None
    os.write(2, b"said")
    assert capfd.readouterr().err == "said"


def test_what_an_interrupt_made_polars_refuse_is_not_called_damaged(capfd):
    refusals = [pl.exceptions.ComputeError("interrupted"), KeyboardInterrupt()]

    def interrupted(content: io.BytesIO) -> pl.DataFrame:
        if len(refusals) == 2:
            raise refusals.pop(0)
        return pl.read_parquet(content)

    assert read_untrusted(interrupted, _file()).equals(pl.read_parquet(_file()))

    def stopped(_: io.BytesIO) -> None:
        raise refusals.pop()

    with pytest.raises(KeyboardInterrupt):
        read_untrusted(stopped, b"")
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_a_process_without_errors_to_print_to(capfd):
    kept = os.dup(2)
    os.close(2)
    try:
        table = read_untrusted(pl.read_parquet, _file())
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    assert table is not None
    assert table.height == 30


def test_errors_are_printed_again_after_two_files_were_read_at_once(capfd):
    """The second waits for the first; else each would put back what it had found."""
    first_reads, second_reads = threading.Event(), threading.Event()

    def read_first(_content: io.BytesIO) -> None:
        first_reads.set()
        second_reads.wait(0.05)

    def read_second(_content: io.BytesIO) -> None:
        second_reads.set()
        first.join()

    first = threading.Thread(target=read_untrusted, args=(read_first, b""))
    second = threading.Thread(target=read_untrusted, args=(read_second, b""))
    first.start()
    first_reads.wait()
    second.start()
    second.join()
    os.write(2, b"said")
    assert capfd.readouterr().err == "said"
