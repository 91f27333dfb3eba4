"""Whatever somebody enrolled puts into a table of a dataset's columns, it is taken or refused."""

import contextlib
from collections.abc import Iterator
from datetime import date, time
from itertools import product
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.bundle.bundle import Opened, ReleaseTooOld, check_opened
from exchange.errors import BundleBroken
from schemas.codes.lists import LISTS
from schemas.datasets.registry import DATASETS
from schemas.wire.shared_table import check_shared
from schemas.wire.versions import NotAsDeclared, conform, polars_schema
from tests.lib.fuzz import examples
from tests.log.test_dishonest_senders import payload

FORMS = [(one.id, version) for one in DATASETS.values() for version in (1, 2)]
# Texts that some column of some dataset takes, and some that none does.
TEXTS = (
    "", "x", "E01022888", "E07000001", "SO51", "430500 122500", "136839", "none", "1", "0" * 32,
    "not listed", "violence or sexual offences", "local", "noise", "2026",
    *{text for one in LISTS for text in (one.scheme, one.edition)},
    *{code for one in LISTS for code in [*one.codes][:2]},
    *{code.klass for one in LISTS for code in one.codes.values()},
)  # fmt: skip


def _values(dtype: pl.DataType) -> st.SearchStrategy:
    if isinstance(dtype, pl.Enum):
        return st.sampled_from([*dtype.categories, None])
    if dtype == pl.String:
        return st.sampled_from([*TEXTS, None])
    if dtype == pl.Date:
        return st.sampled_from([None, date(2026, 7, 1), date(2026, 7, 15), date(1, 1, 1)])
    if dtype == pl.Time:
        return st.sampled_from([None, time(0), time(13), time(23, 59, 59)])
    if dtype == pl.Boolean:
        return st.sampled_from([None, True, False])
    return st.sampled_from([None, 0, 1, 5, 127])


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, int, bool, pl.DataFrame]:
    """Draw a dataset, a version of it, whether it is personal data, and a table of its columns."""
    name, version = draw(st.sampled_from(FORMS))
    count = draw(st.integers(0, 12))
    schema = polars_schema(DATASETS[name], version)
    columns = {
        column: draw(st.lists(_values(dtype), min_size=count, max_size=count))
        for column, dtype in schema.items()
    }
    return name, version, draw(st.booleans()), pl.DataFrame(columns, schema=schema)


@examples(40)
@given(tables())
def test_it_is_taken_or_refused(drawn):
    name, version, personal, rows = drawn
    statement = SimpleNamespace(
        dataset=name, schema=version, personal=personal, treatments={"smallest": "10"}
    )
    with contextlib.suppress(BundleBroken, ReleaseTooOld):
        check_opened([Opened(statement, "police", rows, b"00" * 32)])


def _spoilt(rows: pl.DataFrame, name: str) -> Iterator[pl.Expr]:
    yield pl.lit(None, rows.schema[name]).alias(name)
    yield pl.col(name).sort()
    if rows.schema[name] == pl.String:
        yield pl.lit("x").alias(name)


@pytest.mark.parametrize(
    "columns",
    [["category"], pytest.param(None, marks=pytest.mark.soak("fuzz"))],
    ids=["one", "all"],
)
def test_an_honest_table_with_two_columns_spoilt_is_taken_or_refused(sent, columns):
    rows, _ = payload(sent)
    dataset = DATASETS["police-crime"]
    rows = conform(rows, dataset)
    others = [change for name in rows.columns for change in _spoilt(rows, name)]
    each = [change for name in columns or rows.columns for change in _spoilt(rows, name)]
    for first, second in product(each, others):
        with contextlib.suppress(NotAsDeclared):
            check_shared(rows.with_columns(first).with_columns(second), dataset)
