"""What tells a sender that rows were sent before is the same in another reading of its form."""

import csv
import io
from datetime import date, time

import polars as pl
import pytest

from exchange import age
from exchange.bundle.content import content_of
from exchange.keys.identity import UnlockedKey
from partners.entries import canonical_json
from partners.entries.returns import Submit
from partners.register.state import ReturnKey
from tests.lib import second_bundle
from tests.vectors import make
from tests.vectors.world import read, statement

CONTENTS = dict(csv.reader((make.HERE / "contents.csv").read_text().splitlines()[1:]))
OFFICER = UnlockedKey(age.Identity.generate())
FRAMES = {
    "no rows": pl.DataFrame(schema={"a": pl.String, "b": pl.Date}),
    "nothing in them": pl.DataFrame({"a": [None, None], "b": [None, None]}).cast(
        {"a": pl.String, "b": pl.Int8}
    ),
    "every type": pl.DataFrame(
        {
            "day": [date(1969, 12, 31), None, date(2026, 7, 1)],
            "at": [time(23, 59), time(0, 0), None],
            "number": [-1, None, 127],
            "large": [2**32 - 1, 0, None],
            "text": ["", None, "Gŵyl 🎆"],
            "word": ["yes", "no", None],
        },
        schema_overrides={
            "number": pl.Int8, "large": pl.UInt32, "word": pl.Enum(["no", "yes"]),
        },
    ),
}  # fmt: skip


def ours(rows: pl.DataFrame, told: dict, officer: UnlockedKey = OFFICER) -> str:
    said = Submit.from_json(told)
    return content_of(
        rows, secret=officer.content_key, key=ReturnKey.of(said), covered=said.covered,
        version=said.schema,
    )  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
def test_another_reading_comes_to_the_same(tmp_path, name):
    told = statement("police", "police-crime")
    FRAMES[name].write_parquet(tmp_path / "payload.parquet")
    theirs = second_bundle.content_of(tmp_path / "payload.parquet", told, OFFICER.identity.seed)
    assert ours(FRAMES[name], told) == theirs


@pytest.mark.parametrize("name", CONTENTS)
def test_it_is_what_the_vectors_say(tmp_path, name):
    headers, files = read((make.HERE / f"bundle/{name}.vector").read_bytes())
    officer = UnlockedKey(age.Identity.parse(headers["identity"]))
    plain, told = tmp_path / "payload.parquet", canonical_json.read(files["statement"])
    with plain.open("wb") as target:
        age.decrypt(io.BytesIO(files["bundle.age"]), target, [officer.identity])
    rows = pl.read_parquet(plain).drop("record_id", strict=False)
    assert ours(rows, told, officer) == CONTENTS[name]
    assert second_bundle.content_of(plain, told, officer.identity.seed) == CONTENTS[name]


def test_it_does_not_depend_on_how_the_table_library_holds_the_rows():
    told, rows = statement("police", "police-crime"), FRAMES["every type"]
    forms = (
        rows.rechunk(),
        pl.concat([rows[:1], rows[1:]], rechunk=False),
        rows.with_columns(pl.col("word").cast(pl.String)),
        rows.with_columns(pl.col("text").cast(pl.Categorical)),
        rows.with_columns(pl.col("word").cast(pl.Enum(["maybe", "yes", "no"]))),
    )
    assert len({ours(form, told) for form in forms}) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"covered": {"first": "2026-07-01", "last": "2026-07-31"}}, {"part": "b"}, {"schema": 2},
        {"personal": True}, {"dataset": "police-asb"},
    ],
    ids=str,
)  # fmt: skip
def test_it_is_another_for_anything_else(change):
    told, rows = statement("police", "police-crime"), FRAMES["every type"]
    assert ours(rows, told) != ours(rows, told | change)
    assert ours(rows, told) != ours(rows[::-1], told)
    assert ours(rows, told) != ours(rows, told, UnlockedKey(age.Identity.generate()))
