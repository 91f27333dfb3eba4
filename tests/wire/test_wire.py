"""What was shared stays readable: frozen forms, stored bundles, rows from version to version."""

import dataclasses
import io
import re

import polars as pl
import pytest

from exchange import age
from schemas import wire
from schemas.codes.lists import LISTS, LOCAL_EDITIONS, Code, CodeList, find_list
from schemas.codes.vocabularies import Words
from schemas.datasets.dataset import SECOND, Field, Reads, Treat, Upgrade
from schemas.datasets.registry import DATASETS, PRESCRIBED
from schemas.declarations import next_steps, steps_of_list
from schemas.wire.categories import EDITION_SHAPE, unknown_lists
from schemas.wire.shared_table import check_shared
from schemas.wire.versions import NotAsDeclared, as_version, conform, polars_schema, upgrade_rows
from tests.lib.extracts import crimes
from tests.lib.typed import depersonalised, shared, with_ids
from tests.vectors.world import officer
from tests.wire.make import STORED

CRIME = DATASETS["police-crime"]
STORED_FORMS = sorted(STORED.glob("*.age"))


@pytest.mark.parametrize("dataset", PRESCRIBED.values(), ids=list(PRESCRIBED))
def test_each_dataset_is_declared_as_its_newest_form_was_frozen(dataset):
    assert next_steps(dataset) == []


@pytest.mark.parametrize("dataset", PRESCRIBED.values(), ids=list(PRESCRIBED))
def test_there_is_a_stored_bundle_of_every_version(dataset):
    names = {path.stem for path in STORED_FORMS}
    forms = [n for n in range(1, dataset.version + 1) if wire.frozen_wire(dataset.id, n)]
    assert {f"{dataset.id}-{n}" for n in forms} <= names, "store it: python -m tests.wire.make"


@pytest.mark.parametrize("path", STORED_FORMS, ids=lambda path: path.stem)
def test_a_stored_bundle_is_read_as_the_newest_version(path):
    name, _, version = path.stem.rpartition("-")
    dataset = DATASETS[name]
    plain = io.BytesIO()
    with path.open("rb") as file:
        age.decrypt(file, plain, [officer("analysts").identity])
    plain.seek(0)
    rows = pl.read_parquet(plain)
    assert rows.height > 0
    assert rows.schema == polars_schema(dataset, int(version))  # as it was frozen
    told = conform(rows, dataset, int(version))
    check_shared(told, dataset, version=int(version))
    newest = upgrade_rows(told, dataset, int(version))
    assert newest.drop("record_id", strict=False).schema == polars_schema(dataset)
    assert set(newest["generalised"]) <= {"", "generalised"}


FROM_THE_FIRST = [one for one in PRESCRIBED.values() if wire.frozen_wire(one.id, 1)]


@pytest.mark.parametrize("dataset", FROM_THE_FIRST, ids=lambda dataset: dataset.id)
def test_the_first_form_follows_from_the_second(dataset):
    """So it does for local datasets, which have no frozen forms."""
    assert wire.first_form(wire.frozen_wire(dataset.id, 2)) == wire.frozen_wire(dataset.id, 1)


def test_rows_of_the_second_form_are_written_in_the_first_one():
    rows = with_ids(depersonalised("police-crime", crimes(30)))
    first = as_version(rows, CRIME, 1)
    assert first.schema == polars_schema(CRIME, 1)
    check_shared(first, CRIME, version=1)
    assert first["record_id"].equals(rows["record_id"])
    again = upgrade_rows(first, CRIME, 1)
    assert again.columns == rows.columns
    assert again.drop("week_part").equals(rows.drop("week_part"))
    assert set(again["week_part"]) == {""}


@pytest.mark.parametrize("version", [0, 3, 10**9])
def test_a_version_that_there_is_not_is_never_read_as_the_newest(version):
    with pytest.raises(KeyError):
        wire.wire_of(CRIME, version)


def test_codes_schemes_and_editions_leave_as_text():
    open_ = {"category", "reason_2", "reason_3", "category_scheme", "category_edition"}
    for dataset in DATASETS.values():
        for column in wire.wire_of(dataset).columns:
            assert not (column.name in open_ and column.words)


def crime() -> pl.DataFrame:
    return shared("police-crime", crimes(30)).drop("record_id")


def test_lists_of_words_of_another_release_are_read_as_text():
    rows = crime()
    wider = pl.Enum([*rows["category_scheme"].unique(), "licensing"])
    other = rows.cast({"category_scheme": wider, "domestic": pl.String})
    assert conform(other, CRIME).equals(rows)


def test_a_word_that_is_not_of_a_closed_list_names_the_column_and_not_the_word():
    rows = crime().with_columns(domestic=pl.lit("Quackenbush"))
    with pytest.raises(NotAsDeclared) as refused:
        conform(rows, CRIME)
    assert str(refused.value) == "not as may be shared: domestic"


def test_a_form_is_never_written_over(tmp_path):
    assert len(wire.freeze([CRIME], tmp_path)) == 1
    (tmp_path / "police-crime-2.json").write_text("reviewed")
    assert wire.freeze([CRIME], tmp_path) == []
    assert (tmp_path / "police-crime-2.json").read_text() == "reviewed"


WEAPON = Field(
    "weapon", "Whether a weapon was used.", Reads.WORD, Treat.KEEP, words=Words({"yes": ()}, "no")
)


def newer(**changes: object) -> object:
    """Return recorded crime as a later release declares it."""
    return dataclasses.replace(CRIME, **changes)


def test_a_declaration_that_changed_without_a_version_says_the_next_step():
    step = wire.next_step(newer(columns=(*CRIME.columns, WEAPON)))
    assert "rows of version 2 become rows of version 3" in step
    assert "such as (SECOND, Upgrade(adds={'weapon': None}))" in step
    step = wire.next_step(newer(columns=(*CRIME.columns, WEAPON), upgrades=(SECOND, Upgrade())))
    assert "no frozen form of version 3: run python -m schemas.declarations --freeze" in step


@pytest.fixture
def third(monkeypatch):
    """Recorded crime in a third version, with a new column."""
    upgrade = Upgrade(adds={"weapon": "yes"}, renames={"place": "site"}, drops=("weekday",))
    dataset = newer(upgrades=(SECOND, upgrade))
    before = wire.frozen_wire("police-crime", 2)
    columns = [
        dataclasses.replace(one, name="site") if one.name == "place" else one
        for one in before.columns
        if one.name != "weekday"
    ]
    form = dataclasses.replace(
        before, version=3, columns=(*columns, wire.Column("weapon", words=("yes", "no")))
    )
    forms = {1: wire.frozen_wire("police-crime", 1), 2: before, 3: form}
    monkeypatch.setattr(
        "schemas.wire.versions.wire_of", lambda _, version=None: forms[version or 3]
    )
    return dataset


def test_rows_of_an_earlier_version_become_rows_of_the_newest(third):
    rows = shared_rows(third)
    told = upgrade_rows(rows, third, 2)
    assert told.columns[-1] == "weapon"
    assert told["weapon"].unique().to_list() == ["yes"]
    assert told["site"].to_list() == rows["place"].to_list()
    assert "weekday" not in told.columns
    assert upgrade_rows(told, third, 3).equals(told)


def shared_rows(third) -> pl.DataFrame:
    schema = polars_schema(third, 2)
    values = {name: [None] for name in schema} | {"place": ["WZ1"]}
    return pl.DataFrame(values, schema=schema)


def test_an_earlier_version_is_written_where_it_has_words_for_all_that_is_said(third):
    rows = upgrade_rows(shared_rows(third), third, 2)
    with pytest.raises(NotAsDeclared, match="weekday"):  # it is not held any more
        as_version(rows, third, 2)
    upgrade = dataclasses.replace(third.upgrades[1], drops=())
    before = dataclasses.replace(third, upgrades=(SECOND, upgrade))
    with_weekday = rows.with_columns(weekday=pl.lit(None, dtype=pl.Int8))
    assert as_version(with_weekday, before, 2).equals(shared_rows(third))


def test_an_edition_that_this_release_lacks_is_named_where_it_looks_like_one():
    rows = crime()
    assert unknown_lists(rows, CRIME) == []
    told = {
        ("home-office", "2031/32"): "home-office 2031/32",
        ("home-office", "Zebedee Quackenbush"): "home-office",
        ("Zebedee Quackenbush", "2031"): "a code list",
    }
    for (scheme, edition), said in told.items():
        forged = rows.with_columns(category_scheme=pl.lit(scheme), category_edition=pl.lit(edition))
        assert unknown_lists(forged, CRIME) == [said]


def test_every_edition_has_the_shape_by_which_unknown_ones_are_named():
    editions = {one.edition for one in LISTS} | set(LOCAL_EDITIONS)
    assert all(re.fullmatch(EDITION_SHAPE, edition) for edition in editions)


def test_what_a_new_declaration_lacks_is_said_as_the_next_step():
    schemes = {"licensing": frozenset({"licensing"}), "home-office": frozenset({"no such class"})}
    rule = dataclasses.replace(WEAPON, rules=("no-such-rule",))
    new = newer(id="council-licensing", schemes=schemes, columns=(*CRIME.columns, rule))
    first, second = next_steps(new)  # the rest follows from the lists
    assert first.startswith("scheme 'licensing' of council-licensing has no code list: add ")
    assert "class 'no such class'" in second
    listed = dataclasses.replace(new, schemes=CRIME.schemes, sample_codes="45 no-such-code")
    second, third, fourth = next_steps(listed)
    assert "'no-such-code' in sample_codes" in second
    assert "the rule 'no-such-rule'" in third
    assert "no frozen form of version 2" in fourth
    text = dataclasses.replace(WEAPON, words=None)
    (step,) = next_steps(newer(columns=(*CRIME.columns, text)))
    assert step.startswith("weapon is held to no list in police-crime, and free text never leaves")
    uneven = dataclasses.replace(WEAPON, sample_weights=(1, 2, 3))
    assert "give each word one" in next_steps(newer(columns=(*CRIME.columns, uneven)))[0]
    twice = dataclasses.replace(WEAPON, aliases=("Crime ID",))
    (step,) = next_steps(newer(columns=(*CRIME.columns, twice)))[:1]
    assert step.startswith("reference and weapon of police-crime can both be headed 'crime id'")
    for facts, step in (
        ({"agency": "local"}, "has no agency"),
        ({"theme": "fun"}, "has no theme"),
        ({"schemes": {}, "sample_codes": ""}, "has no theme"),
    ):
        assert step in next_steps(newer(**facts))[0]


def test_what_a_code_list_lacks_is_said_as_the_next_step(monkeypatch):
    def step(**of_code: str) -> str:
        told = {"code": "a", "label": "A", "klass": "", "nature": "", "theme": "other"} | of_code
        one = dataclasses.replace(find_list("fire", "2009"))
        monkeypatch.setitem(vars(one), "codes", {told["code"]: Code(**told)})
        return " ".join(steps_of_list(one))

    assert step() == ""
    assert "without a theme; write one of: " in step(theme="fun")
    assert "of no nature" in step(nature="odd")
    assert "of no word in PROTECTS" in step(protected="odd")
    assert "without a label" in step(label="")
    assert "does not exist" in next(steps_of_list(CodeList("x", "2026", "X", "", "x.csv")))
