"""What may leave of each dataset: which columns, held to what, and no finer by any setting."""

import secrets
from functools import cache

import polars as pl
import pytest

from depersonalise.depersonalise import as_personal, depersonalise
from depersonalise.policy import Domestic, Policy
from exchange.pull.merge import PROVENANCE
from exchange.samples.extract import sample
from schemas.checks import check
from schemas.datasets.dataset import Place, Treat
from schemas.datasets.registry import DATASETS
from schemas.datasets.shared_columns import COLUMNS, columns_of
from schemas.extract.mapping import by_aliases
from schemas.quarters import Covered, Quarter
from schemas.wire import shared_table
from schemas.wire.shared_table import check_shared
from schemas.wire.versions import NotAsDeclared
from tests.lib.typed import TODAY, selected, with_ids

NAME = "Zebedee Quackenbush"
COMMON = {"record_id", "place", "place_precision", "area", "area_basis", "generalised"}
DAY = {"recorded", "recorded_precision", "weekday", "week_part"}
TIME = {"occurred_from", "occurred_to", "occurred_precision", "time_from", "time_to",
        "time_precision"}  # fmt: skip
CATEGORY = {"category", "category_scheme", "category_edition"}
# As docs/nhs-information-governance.md says it, and not as the datasets are declared.
HEALTH = {
    "ambulance-callouts": COMMON | DAY | TIME | CATEGORY | {"domestic"},
    "health-admissions": COMMON | DAY | CATEGORY,
    "health-domestic-abuse": COMMON | DAY,
    "health-outpatients": COMMON | {"number", "number_precision"},
    "health-drug-treatment": COMMON | {"number", "number_precision"},
}
OUTWARD_ONLY = [d for d in DATASETS.values() if d.place is Place.OUTWARD_ONLY]


def checked(dataset):
    """Return a made-up quarter, checked."""
    return _checked(dataset.id)


@cache
def _checked(name):
    dataset = DATASETS[name]
    made = sample(dataset, Quarter(2026, 3), 200, seed=6)
    lines = ["|".join(made.headings.values())]
    lines += ["|".join(row[name].replace(",", "") for name in made.headings) for row in made.rows]
    done = check.check(selected(dataset.id, "\n".join(lines)), Covered.parse("2026Q3"), TODAY)
    assert done.checked is not None, [f.rule.id for f in done.findings]
    return done.checked


def left(dataset):
    return depersonalise(checked(dataset), secrets.token_bytes, Policy())


@pytest.mark.parametrize("wrong", [0, 60, -1])
def test_every_row_is_held_to_its_declaration_however_many_there_are(monkeypatch, wrong):
    monkeypatch.setattr(shared_table, "_SLICE", 50)
    dataset, numbers = DATASETS["police-crime"], pl.int_range(pl.len())
    rows = left(dataset).rows
    check_shared(rows, dataset, fresh_ids=True)
    bad = pl.when(numbers != wrong % rows.height).then("area").alias("area")
    with pytest.raises(NotAsDeclared, match="area"):
        check_shared(rows.with_columns(bad), dataset, fresh_ids=True)


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_every_column_of_text_is_held_to_a_list_or_a_shape(dataset):
    rows = left(dataset).rows
    assert rows.height
    check_shared(rows, dataset)
    for name, dtype in rows.schema.items():
        if dtype != pl.String:
            assert dtype != pl.Categorical
            continue
        if dataset is not next(d for d in DATASETS.values() if name in columns_of(d)):
            assert name in COLUMNS  # the same column, held to the same, in an earlier dataset
            continue
        forged = rows.with_columns(
            pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(NAME)).otherwise(name).alias(name)
        )
        with pytest.raises(NotAsDeclared) as told:
            check_shared(forged, dataset)
        assert NAME not in str(told.value), name


@pytest.mark.parametrize("dataset", HEALTH)
def test_health_data_leaves_in_the_columns_that_the_nhs_is_told_of(dataset):
    assert set(columns_of(DATASETS[dataset])) == HEALTH[dataset]
    assert set(with_ids(left(DATASETS[dataset])).columns) == HEALTH[dataset]


@pytest.mark.parametrize("dataset", OUTWARD_ONLY, ids=lambda d: d.id)
def test_no_setting_makes_a_place_of_health_data_finer(dataset):
    rows, seen = checked(dataset), 0
    for domestic in Domestic:
        for place in ("", "lsoa"):
            policy = Policy(domestic=domestic, place=place)
            for way in (depersonalise, as_personal):
                shared = way(rows, secrets.token_bytes, policy)
                if shared is not None:
                    assert set(shared.rows["place_precision"]) <= {"outward", "district"}
                    seen += 1
    assert seen >= 6


@pytest.mark.parametrize("dataset", [d for d in DATASETS.values() if not d.is_numbers])
def test_what_others_shared_is_not_taken_for_an_extract(dataset):
    """So no command attacks it (Data Protection Act 2018, section 171): its places are not read."""
    found = by_aliases(dataset, [*PROVENANCE, "quarter", *columns_of(dataset)])
    places = {name for name, field in dataset.fields.items() if field.treat is Treat.PLACE}
    assert places
    assert not places & set(found.columns)


def test_a_code_of_a_list_s_shape_is_taken_from_others_and_never_sent():
    dataset = DATASETS["police-crime"]
    rows = left(dataset).rows
    first = pl.int_range(pl.len()) == 0
    forged = rows.with_columns(
        pl.when(first).then(pl.lit("198Z")).otherwise("category").alias("category")
    )
    check_shared(rows, dataset, fresh_ids=True)
    check_shared(forged, dataset)
    with pytest.raises(NotAsDeclared):
        check_shared(forged, dataset, fresh_ids=True)
