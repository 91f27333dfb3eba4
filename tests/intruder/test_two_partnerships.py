"""Whoever holds the releases of a county and of one of its districts learns nothing more.

The police share in both from one folder: the county's partnership holds two districts, and one of
these is a partnership of its own.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.intruder.worlds import QUARTER, world
from tests.lib.partnership import Partnership, several

COUNTY, DISTRICT = "county", "district"
BOTH = ("E07999901", "E07999902")  # of which the second is a partnership of its own
OUTWARD = {BOTH[0]: "SP10,SP11,SO51", BOTH[1]: "SO20,SO52,SO53"}
_NOT_OF_THE_ROW = ("covered_from", "covered_to", "entry", "schema_version", "record_id")


def extract(seed: int, marked_later: int = 0) -> str:
    """Return a quarter's crimes of two districts; some may be marked domestic that were not."""
    made = world("rural", seed)
    late = pl.int_range(made.truth.height) < marked_later
    made = replace(made, truth=made.truth.with_columns(domestic=pl.col("domestic") | late))
    rows = pl.read_csv(made.extract().encode(), infer_schema=False)
    return rows.drop("District").write_csv()


def founded(root: Path, shared: str = OUTWARD[BOTH[1]]) -> Partnership:
    """Found both; `shared` is what the county counts as inside the area that they share."""
    areas = {BOTH[0]: "County", BOTH[1]: "District"}
    p = several(root, areas, OUTWARD)
    p.signed(
        COUNTY, "partnership", "area", "add", f"{BOTH[1]}=Northshire", "--outward", shared, "--yes"
    )
    return p


def publish(p: Partnership, who: str, *told: object) -> None:
    file = p.extract(who, "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    p.signed(who, "partnership", "protocol", "publish", file, "--title", "Protocol", "--yes", *told)


def send(p: Partnership, text: str, *told: object, status: int = 0):
    file = p.extract("police", "crime.csv", text)
    words = ("submit", file, "--dataset", "police-crime", "--dates", QUARTER, "--yes", "--json")
    answer = "--answer=correction-differs=checked"
    return p.signed("police", *told, *words, answer, status=status)


def table(p: Partnership, who: str, folder: str = "tables") -> pl.DataFrame:
    """Return what a partnership holds of the district that both share."""
    p.signed(who, "pull", folder)
    (path,) = Path(p.root, who, folder, "dataset=police-crime").rglob("*.parquet")
    rows = pl.read_parquet(path).filter(pl.col("area") == BOTH[1])
    return rows.drop(name for name in _NOT_OF_THE_ROW if name in rows.columns)


def lacking(one: pl.DataFrame, other: pl.DataFrame) -> int:
    """Count the rows of one table that the other has not."""
    counted = [some.group_by(one.columns).len() for some in (one, other)]
    both = counted[0].join(counted[1], on=one.columns, how="left", nulls_equal=True)
    theirs = pl.col("len_right").fill_null(0).cast(pl.Int64)
    return int(both.select((pl.col("len") - theirs).clip(0).sum()).item())


def differing(p: Partnership, folder: str = "tables") -> int:
    """Count the rows that one of the two partnerships has and the other has not."""
    one, other = (table(p, who, folder) for who in (COUNTY, DISTRICT))
    return lacking(one, other) + lacking(other, one)


@pytest.fixture
def both(once: Callable[..., Path], tmp_path: Path) -> Partnership:
    """A county and a district, of which nothing was sent."""
    return Partnership(once("county-and-district", lambda root: founded(root) and None)).copy(
        tmp_path / "p"
    )


def test_both_get_the_same_rows(both):
    send(both, extract(1))
    assert differing(both) == 0


STRICTER = {
    "smallest": ("--smallest", "9"),
    "place": ("--place", "police-crime=outward"),
    "domestic": ("--withhold", "police-crime"),
}
LATER = pytest.mark.soak("intruder")


@pytest.mark.parametrize(
    ("who", "setting"),
    [
        (COUNTY, "smallest"), (DISTRICT, "place"), (COUNTY, "domestic"),
        pytest.param(DISTRICT, "smallest", marks=LATER),
        pytest.param(COUNTY, "place", marks=LATER),
        pytest.param(DISTRICT, "domestic", marks=LATER),
    ],
)  # fmt: skip
def test_both_get_the_same_rows_by_the_stricter_settings(both, who, setting):
    publish(both, who, *STRICTER[setting])
    send(both, extract(1))
    assert differing(both) == 0


def test_the_choice_of_the_officer_for_one_holds_for_both(both):
    path = both.root / "police/exchange.toml"
    first, second = path.read_text().split("[[partnership]]")[1:]
    domestic = '\n[partnership.domestic]\npolice-crime = "withhold"\n'
    path.write_text(f"[[partnership]]{first}{domestic}[[partnership]]{second}")
    told = send(both, extract(1)).json
    assert "another-is-stricter" in {f["rule"] for one in told for f in one["findings"]}
    assert differing(both) == 0
    assert "yes" not in set(table(both, DISTRICT, "again")["domestic"])


def test_what_is_sent_to_one_first_leaves_to_the_other_as_it_left(both):
    send(both, extract(1), "--partnership", COUNTY)
    later = extract(1, marked_later=300)
    told = send(both, later, "--partnership", DISTRICT).json
    assert told["marked_late"] > 0
    # The district may have a new batch besides: of what was withheld from the county.
    assert lacking(table(both, COUNTY), table(both, DISTRICT)) == 0
    send(both, later)
    assert differing(both, "again") == 0


def test_a_correction_of_one_and_then_of_the_other_gives_the_same(both):
    send(both, extract(1))
    later = extract(1, marked_later=300)
    send(both, later, "--partnership", DISTRICT)
    send(both, later)
    assert differing(both) == 0


def test_an_outward_code_that_only_one_of_them_lists_is_inside_for_both(tmp_path):
    both = founded(tmp_path / "p", shared="SO20,SO52")
    send(both, extract(1))
    assert differing(both) == 0
    assert "SO53" in set(table(both, COUNTY, "again")["place"])


def test_what_cannot_be_served_alike_is_refused_and_nothing_is_sent(both):
    send(both, extract(1), "--partnership", COUNTY)
    publish(both, DISTRICT, "--smallest", "9")
    for words in (("--partnership", DISTRICT), ()):
        ran = send(both, extract(1), *words, status=2)
        assert ran.refusal == "partnerships-differ"
    assert "county, district share an area" in ran.err


def test_other_choices_for_domestic_incidents_cannot_be_added_later(both):
    send(both, extract(1), "--partnership", COUNTY)
    publish(both, DISTRICT, "--withhold", "police-crime")
    assert send(both, extract(1), "--partnership", DISTRICT, status=2).refusal == (
        "partnerships-differ"
    )
