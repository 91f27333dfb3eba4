import pytest

from schemas.datasets.registry import DATASETS
from schemas.extract.errors import MappingRefused
from schemas.extract.mapping import Mapping, by_aliases, known_source, read_mapping, read_shipped
from tests.lib.extracts import csv
from tests.lib.typed import shared

GOOD = """
says = "The force's records system"
datasets = ["police-crime"]
[columns]
recorded = "Rep Dt"
category = "HO"
postcode = "Loc"
[constants]
category_scheme = "home-office"
domestic = "no"
[dates]
recorded = "%d-%b-%y"
[codes.category]
BURG-D = "28E"
"""


@pytest.fixture
def file(tmp_path):
    def write(text: str):
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_mapping_names_columns_constants_date_forms_and_codes(file):
    mapping = read_mapping(file(GOOD))
    rows = shared("police-crime", "Rep Dt|HO|Loc\n05-Aug-26|BURG-D|WZ1 1AA\n", mapping)
    row = rows.row(0, named=True)
    assert (row["category"], row["place"], row["domestic"]) == ("28E", "WZ1", "no")
    assert str(row["recorded"]) == "2026-08-05"


def test_a_date_form_without_a_day_gives_the_month(file):
    mapping = read_mapping(file(GOOD.replace("%d-%b-%y", "%m.%Y")))
    row = shared("police-crime", "Rep Dt|HO|Loc\n08.2026|45|WZ1\n", mapping).row(0, named=True)
    assert (str(row["recorded"]), row["recorded_precision"]) == ("2026-08-01", "month")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (("[columns]", "[column]"), "mapping-keys-unknown"),
        (('"police-crime"', '"police-crimes"'), "mapping-dataset-unknown"),
        (("recorded = \"Rep Dt\"", "recorded_on = \"Rep Dt\""), "mapping-field-unknown"),
        (('"HO"', "7"), "mapping-part-malformed"),
        (('"28E"', "28"), "mapping-part-malformed"),
        (("[columns]", "[columns"), "mapping-not-toml"),
        (("[columns]", "published = true\n[columns]"), "mapping-says-published"),
    ],
)  # fmt: skip
def test_what_is_no_mapping_is_refused(file, change, refusal):
    with pytest.raises(MappingRefused) as refused:
        read_mapping(file(GOOD.replace(*change)))
    assert refused.value.id == refusal


def test_a_mapping_that_is_not_there(tmp_path):
    with pytest.raises(MappingRefused) as refused:
        read_mapping(tmp_path / "nothing.toml")
    assert refused.value.id == "mapping-unreadable"


def test_the_shipped_ones_name_datasets_and_fields_that_exist():
    assert [m.name for m in read_shipped()] == [
        "london-fire-brigade", "police-uk-street", "school-census-exclusions", "stats19-accidents",
        "stats19-casualties", "stats19-collisions-lsoa", "stats19-collisions",
    ]  # fmt: skip
    for mapping in read_shipped():
        for dataset in mapping.datasets:  # each is found where it is for
            assert known_source(DATASETS[dataset], [*mapping.headings]) is not None


def test_no_two_fields_of_a_dataset_share_an_alias():
    for dataset in DATASETS.values():
        words = [w for f in dataset.fields.values() for w in (f.name, *f.aliases)]
        assert len(words) == len(set(words)), dataset.id


def test_headings_are_matched_in_any_case_and_with_any_joint():
    mapping = by_aliases(DATASETS["police-crime"], ["CRIME_NUMBER", "Date-Recorded", "postcode "])
    assert set(mapping.columns) == {"reference", "recorded"} | {"postcode"}


def test_exchange_toml_names_a_mapping(partnership):
    (partnership.root / "police/mine.toml").write_text(GOOD, encoding="utf-8")
    settings = partnership.settings("police")
    settings.mappings = {"police-crime": "mine.toml"}
    settings.write()
    days = [f"{d:02d}-{m}-26,BURG-D,WZ1 1AA" for m in ("Jul", "Aug", "Sep") for d in (1, 2)]
    file = partnership.extract("police", "x.csv", csv("Rep Dt,HO,Loc", *days))
    assert "6 rows" in partnership.submit("police", file).out
    other = partnership.extract("police", "y.csv", csv("Rep,HO,Loc", *days))
    ran = partnership.submit("police", other, "--dataset", "police-crime", status=10)
    assert ran.refusal == "mapping-columns-missing"


def test_a_mapping_is_what_it_says():
    mapping = Mapping("m", ("police-crime",), {"category": "Code"})
    assert mapping.fits(["Code", "More"])
    assert not mapping.fits(["More"])


LOCAL = """
[columns]
occurred_from = "Date"
category = "Kind"
postcode = "Place"
[constants]
category_scheme = "local"
[local]
edition = "2026"
[local.codes]
noise = "Noise nuisance"
fly-tipping = "Fly-tipping"
"""


def test_an_authoritys_own_list_leaves_as_its_words_and_coarser(file):
    mapping = read_mapping(file(LOCAL))
    text = "Date|Kind|Place\n04/08/2026|Noise nuisance|WZ1 1AA\n05/08/2026|fly-tipping|WZ1\n"
    rows = shared("council-asb", text, mapping)
    assert rows["category"].to_list() == ["noise", "fly-tipping"]
    assert set(rows["category_scheme"]) == {"local"}
    assert set(rows["category_edition"]) == {"2026"}
    assert set(rows["place_precision"]) == {"outward"}


@pytest.mark.parametrize("change", [("noise =", "9434765919 ="), ('"2026"', '"first"')])
def test_a_list_whose_codes_could_be_numbers_is_refused(file, change):
    with pytest.raises(MappingRefused) as refused:
        read_mapping(file(LOCAL.replace(*change)))
    assert refused.value.id == "mapping-local-codes-not-allowed"


def test_a_list_that_a_dataset_does_not_take_is_no_list_for_it(file):
    from tests.lib.typed import broken, outcome

    mapping = read_mapping(file(LOCAL))
    text = "Date|Kind|Place\n04/08/2026|noise|WZ1 1AA\n"
    assert "scheme-unknown" in broken(outcome("police-asb", text, mapping=mapping))


def test_the_nations_reasons_for_exclusion_are_not_mixed_up():
    text = "Start date|District|Reason\n" + "04/08/2026|Westshire|DR\n" * 5
    england = shared("council-exclusions", text, nation="england")
    wales = shared("council-exclusions", text, nation="wales")
    assert set(england["category_scheme"]) == {"exclusion-reasons-england"}
    assert set(wales["category_scheme"]) == {"exclusion-reasons-wales"}
