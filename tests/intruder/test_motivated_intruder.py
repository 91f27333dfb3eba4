"""The motivated intruder, on a made-up partnership of 100,000 records.

The intruder knows of every target the whole postcode, the days, the hour to within one and what it
was, holds a public street-crime file, and has this source. What counts is the worst outward code
and the countryside, not the mean. Against an export from which only the names were taken, the same
intruder must succeed, or it would prove nothing.
"""

import secrets
from dataclasses import replace

import polars as pl
import pytest

from depersonalise.depersonalise import depersonalise
from depersonalise.policy import Policy
from depersonalise.release.batches import EarlierRelease
from depersonalise.risk.intruder import attack, knowledge
from depersonalise.risk.measures import measure
from schemas.areas import Area
from schemas.checks import check
from schemas.checks.select import select
from schemas.codes.lists import LISTS
from schemas.datasets.dataset import SMALLEST
from schemas.datasets.registry import DATASETS
from schemas.extract.file import read
from schemas.extract.line_numbers import LINE
from schemas.extract.mapping import by_aliases
from schemas.extract.parse import parse
from schemas.quarters import Covered
from tests.intruder.population import csv, quarter
from tests.lib import ground
from tests.lib.typed import TODAY

COUNTS = {
    "police-crime": 55_000,
    "police-welfare": 15_000,
    "health-admissions": 10_000,
    "health-domestic-abuse": 2_000,
    "council-racial-incidents": 3_000,
    "council-exclusions": 5_000,
    "fire-deliberate-primary": 10_000,
}
RURAL = ("WZ2", "WZ3")
AREAS = (Area(ground.WEST, "Westshire"),)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return ground.directory(tmp_path_factory.mktemp("ground"))


class Quarter:
    """One dataset's quarter, as it happened, as it was checked and as it left."""

    def __init__(self, dataset, happened, folder, directory, policy=None):
        self.dataset = DATASETS[dataset]
        path = folder / f"{dataset}.csv"
        path.write_text(csv(happened, dataset))
        raw = read(path)
        mapping = by_aliases(self.dataset, raw.headings)
        typed = parse(raw, self.dataset, mapping, ground.places(directory))
        done = check.check(select(typed, self.dataset, AREAS), Covered.parse("2026Q3"), TODAY)
        assert done.checked is not None, [f.rule.id for f in done.findings]
        self.checked = done.checked
        policy = policy or Policy(directory=directory)
        self.shared = depersonalise(done.checked, secrets.token_bytes, policy)
        self.happened = happened.with_row_index("line", offset=2).with_columns(
            pl.col("line").cast(pl.UInt32)
        )
        origin = self.shared.origin.select("line", "why", pl.col("cover").fill_null(value=False))
        self.released = self.shared.rows.with_columns(origin.get_columns())
        self.known = self._knowledge(directory)

    def _knowledge(self, directory):
        """An intruder who knows the house knows its outward code, its LSOA and its point."""
        known = knowledge(self.checked.rows, self.dataset)
        whole = self.happened.select("line", whole=pl.col("Postcode").str.replace(" ", ""))
        places = directory.find(whole.select("whole").unique())
        told = known.join(whole, on="line", how="left").join(places, on="whole", how="left")
        return told.with_columns(
            outward=pl.col("whole").str.head(3),
            lsoa=pl.col("found_lsoa"),
            easting=pl.col("found_easting").cast(pl.Int64),
            northing=pl.col("found_northing").cast(pl.Int64),
        )

    @property
    def found(self):
        found = attack(self.known, self.released)
        kept = self.released.select("line", "generalised", "cover")
        return found.join(kept, on="line", how="left")

    @property
    def naive(self):
        """What the same intruder finds where only names and references were taken out."""
        rows = self.checked.rows
        table = rows.select(
            pl.col(LINE).alias("line"),
            "recorded",
            "occurred_from",
            "time_from",
            "time_to",
            *(["category"] if "category" in self.dataset.needs else []),
            *(n for n in ("age", "gender") if n in rows.columns),
            recorded_precision=_day("recorded"),
            occurred_precision=_day("occurred_from"),
            time_precision=pl.when(pl.col("time_from").is_null())
            .then(pl.lit("none"))
            .otherwise(pl.lit("minute")),
            place_precision=pl.lit("whole"),
        )
        table = table.join(self.known.select("line", place="whole"), on="line")
        return attack(self.known, table)


def _day(name):
    return pl.when(pl.col(name).is_null()).then(pl.lit("none")).otherwise(pl.lit("day"))


SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.soak("intruder")) for seed in range(2, 6)))


@pytest.fixture(scope="module", params=SEEDS)
def quarters(request, directory, tmp_path_factory):
    folder = tmp_path_factory.mktemp("quarters")
    return {
        name: Quarter(name, quarter(name, count, request.param), folder, directory)
        for name, count in COUNTS.items()
    }


def is_sensitive(one: Quarter) -> pl.Expr:
    coarse = (pl.col("generalised") != "") & ~pl.col("cover")
    return coarse | pl.col("generalised").is_null()  # what is withheld was one of them, or cover


def test_there_are_a_hundred_thousand_of_town_and_country(quarters):
    assert sum(one.happened.height for one in quarters.values()) == 100_000
    rural = sum(
        one.happened.filter(pl.col("Postcode").str.head(3).is_in(RURAL)).height
        for one in quarters.values()
    )
    assert 20_000 < rural < 40_000


@pytest.mark.parametrize("dataset", COUNTS)
def test_against_a_naive_export_the_intruder_succeeds(quarters, dataset):
    found = quarters[dataset].naive
    certain = (found["chance"] == 1.0).mean()
    assert certain is not None
    assert certain > 0.5
    rural = found.filter(pl.col("outward").is_in(RURAL))
    assert (rural["chance"] == 1.0).mean() > 0.5


@pytest.mark.parametrize("dataset", COUNTS)
def test_sensitive_records_are_found_with_at_most_one_chance_in_k_anywhere(quarters, dataset):
    one = quarters[dataset]
    found = one.found.filter(is_sensitive(one))
    assert found.height > 500
    assert found["chance"].max() <= 1 / SMALLEST
    worst = found.group_by("outward").agg(pl.col("chance").mean())["chance"].max()
    assert worst <= 1 / SMALLEST
    assert found.filter(pl.col("outward") == "WZ3").height > 0
    assert not (found["chance"] == 1.0).any()


def test_a_public_street_crime_file_helps_with_none_of_them(quarters):
    """Targets of whom the public file shows the fewest, by LSOA, month and type."""
    one = quarters["police-crime"]
    offences = next(one for one in LISTS if one.scheme == "home-office")
    classes = {c.code: c.klass for c in offences.codes.values()}
    kind = pl.col("category").replace_strict(classes, default="other", return_dtype=pl.String)
    public = one.known.with_columns(kind=kind, month=pl.col("recorded").dt.month())
    shown = public.select("line", shown=pl.len().over("lsoa", "month", "kind"))
    sensitive = one.found.filter(is_sensitive(one)).join(shown, on="line").sort("shown")
    exposed = sensitive.head(500)
    assert exposed["shown"].max() < 30  # of 55,000
    assert exposed["chance"].max() <= 1 / SMALLEST


def test_what_is_not_protected_is_reported_by_why_its_place_is_coarser(quarters):
    one = quarters["fire-deliberate-primary"]
    told = measure(one.checked, one.shared).intruder["at a dwelling"]
    assert told.targets > 500
    assert 0 < told.identified <= told.targets
    assert told.chance <= told.worst <= 1
    naive = one.naive.join(one.released.filter(pl.col("why") == "at a dwelling"), on="line")
    assert told.chance < naive["chance"].mean()


def test_what_was_withheld_is_not_found(quarters):
    for one in quarters.values():
        gone = one.found.filter(pl.col("generalised").is_null())
        assert gone.height == one.shared.treatment_counts.withheld
        assert (gone["chance"] == 0.0).all()


@pytest.mark.parametrize("dataset", ["police-crime", "health-admissions"])
@pytest.mark.parametrize("added", [1, 7, 60])
def test_a_correction_tells_nothing_of_the_few_that_it_adds(directory, tmp_path, dataset, added):
    """Subtract one from the other, by class and district: nobody, or k and more, remain."""
    before = quarter(dataset, 3_000)
    more = quarter(dataset, added, seed=9).with_columns(pl.col("Reference") + "b")
    first = Quarter(dataset, before, tmp_path, directory)
    covered = str(first.shared.covered)
    left = first.shared.released_states.with_columns(covered=pl.lit(covered))
    earlier = EarlierRelease(left, (covered,), left.select("ref", "nth").clear())
    policy = replace(Policy(directory=directory), earlier=earlier)
    again = Quarter(dataset, pl.concat([before, more]), tmp_path, directory, policy)
    lists = [x for x in LISTS if x.scheme in first.dataset.schemes]
    classes = {c.code: c.klass for x in lists for c in x.codes.values()}
    kind = pl.col("category").replace(classes).alias("kind")
    domestic = ["domestic"] if "domestic" in first.shared.rows.columns else []
    says = (pl.col("domestic") == "yes") if domestic else pl.lit(value=True)
    counts = [
        one.shared.rows.filter((pl.col("generalised") != "") & says)
        .group_by(kind, "area", *domestic)
        .len()
        for one in (first, again)
    ]
    on = [c for c in counts[0].columns if c != "len"]
    both = counts[0].join(counts[1], on=on, how="full", coalesce=True).fill_null(0)
    surplus = (both["len_right"].cast(pl.Int64) - both["len"].cast(pl.Int64)).to_list()
    assert surplus
    assert all(n == 0 or n >= SMALLEST for n in surplus), surplus
    if added == 60:
        assert any(surplus)


def test_two_quarters_have_no_row_in_common_to_link_them_by(quarters):
    ids = [one.shared.ids for one in quarters.values()]
    assert pl.concat(ids).n_unique() == sum(len(i) for i in ids)


def test_of_rows_of_one_place_and_time_the_categories_are_several_or_many_share_them(quarters):
    """Inference: even where all rows that fit say the same, they are k at the least."""
    for name in ("health-admissions", "council-racial-incidents"):
        rows = quarters[name].shared.rows
        by = [
            c
            for c in rows.columns
            if c.startswith(("recorded", "occurred", "time", "place", "week"))
        ]
        sizes = rows.group_by(by).agg(pl.len(), kinds=pl.col("category").n_unique())
        assert sizes["len"].min() >= SMALLEST
        assert sizes.filter(pl.col("kinds") == 1)["len"].sum() < rows.height
