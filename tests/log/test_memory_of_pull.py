"""What a bundle holds doesn't decide how much memory a pull takes.

Each is made by somebody enrolled so that little is stored and much has to be looked at.
"""

import io
from collections.abc import Callable

import polars as pl
import pytest

from exchange.bundle.padding import pad
from partners.entries import canonical_json
from partners.entries.entry import in_band
from schemas.parquet.limits import BUNDLE, TEXT_MAX
from tests.lib.memory import LINUX, command
from tests.lib.partnership import Partnership
from tests.log.test_dishonest_senders import KEY, forge_payload, payload

GIBIBYTE = 1024 * 1024  # in KiB

pytestmark = [LINUX, pytest.mark.soak("memory")]


def _repeated(rows: pl.DataFrame, count: int) -> pl.DataFrame:
    return rows[pl.select(pl.int_range(count) % rows.height).to_series()]


def _with_texts(rows: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return as many rows as may be, with one text of a size in each column of texts."""
    names = [name for name, kind in rows.schema.items() if kind == pl.String]
    table = _repeated(rows, BUNDLE.rows)
    return table.with_columns(pl.lit("x" * size).alias(name) for name in names)


def _with_distinct_texts(rows: pl.DataFrame) -> pl.DataFrame:
    texts = pl.select(pl.int_range(BUNDLE.rows).cast(pl.String).str.zfill(TEXT_MAX)).to_series()
    return _repeated(rows, BUNDLE.rows).with_columns(texts.alias("place"))


def _with_one_huge_text(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.Series("place", ["x" * 15_000_000] + ["y"] * (rows.height - 1)))


def _without_values(rows: pl.DataFrame) -> pl.DataFrame:
    nulls = {n: pl.repeat(None, BUNDLE.rows, dtype=t, eager=True) for n, t in rows.schema.items()}
    return pl.DataFrame(nulls)


def _of_numbers(_: pl.DataFrame) -> pl.DataFrame:
    numbers = pl.repeat(0, BUNDLE.rows, dtype=pl.Int64, eager=True)
    return pl.DataFrame({f"column {n}": numbers for n in range(BUNDLE.columns)})


def _as_honest(rows: pl.DataFrame) -> pl.DataFrame:
    return _repeated(rows, BUNDLE.rows).sort(pl.all())


COSTLY: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "texts that are too long": lambda rows: _with_texts(rows, 5_000),
    "texts that are as long as may be": lambda rows: _with_texts(rows, TEXT_MAX),
    "distinct texts": _with_distinct_texts,
    "one huge text": _with_one_huge_text,
    "no values": _without_values,
    "more columns than any dataset": _of_numbers,
}


def _forge(p: Partnership, make: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    rows, told = payload(p)
    table = make(rows)
    file = io.BytesIO()
    described = canonical_json.write(told | {"rows": table.height}).decode()
    table.write_parquet(file, metadata={KEY: described})
    band = in_band(table.height)
    forge_payload(
        p, pad(file.getvalue()), counts={"rows_in": band, "accepted": band, "left_out": {}}
    )


@pytest.mark.parametrize("kind", COSTLY)
def test_a_pull_takes_less_than_a_gibibyte_whatever_a_bundle_holds(sent, kind):
    _forge(sent, COSTLY[kind])
    pulled = command(sent, "analysts", "pull", "merged")
    assert pulled.status in (14, 15), pulled.said  # as is a list of codes that is not known here
    assert pulled.peak < GIBIBYTE


def test_the_most_rows_that_are_taken_cost_less_than_a_gibibyte_too(sent):
    _forge(sent, _as_honest)
    pulled = command(sent, "analysts", "pull", "merged")
    assert pulled.status == 0, pulled.said
    assert f"{BUNDLE.rows:,} rows" in pulled.said
    assert pulled.peak < GIBIBYTE
