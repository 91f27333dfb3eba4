"""What a column of districts says: one of our areas, another authority's, or nobody's name."""

import pytest

from schemas.areas import Area
from schemas.extract.named_areas import OTHER, areas_named
from tests.lib.extracts import csv
from tests.use.test_terminal import talk

TEST_VALLEY = "E07000093"
HEADINGS = "Crime number,Reported date,Date from,Code,Local authority,Domestic flag,Dwelling flag"


@pytest.fixture
def of_test_valley(partnership):
    partnership.signed(
        "council", "partnership", "area", "add", f"{TEST_VALLEY}=Test Valley",
        "--outward", "SP10", "--yes",
    )  # fmt: skip
    return partnership


def extract(*names: str) -> str:
    rows = (
        f"R{n:04d},{n % 28 + 1:02d}/0{7 + n % 3}/2026,,45,{names[n % len(names)]},N,N"
        for n in range(60)
    )
    return csv(HEADINGS, *rows)


def checked(partnership, *names: str):
    file = partnership.extract("police", "crime.csv", extract(*names))
    ran = partnership.run(
        "police", "check", file, "--dataset", "police-crime", "--dates", "2026Q3", "--json"
    )
    account = ran.json
    return account, {f["rule"]: f for f in account["findings"]}


@pytest.mark.parametrize("name", ["TVBC", "Hampshire", "Romsey", "HCC", "not stated 7"])
def test_what_is_no_authority_s_name_or_may_mean_ours_is_asked_about(of_test_valley, name):
    account, findings = checked(of_test_valley, "Test Valley", name)
    assert account["rows_accepted"] == 30
    assert account["left_out"] == {"no-place": 30}
    assert findings["area-not-known"]["count"] == 30
    assert "places-missing" not in findings
    assert name not in str(findings)


@pytest.mark.parametrize(
    "name", ["TEST VALLEY BOROUGH COUNCIL", "Borough of Test Valley", TEST_VALLEY]
)
def test_ours_is_known_by_its_names_and_codes(of_test_valley, name):
    account, _ = checked(of_test_valley, name)
    assert account["rows_accepted"] == 60


def test_other_authorities_are_left_out_and_named_with_their_rows(of_test_valley):
    account, _ = checked(
        of_test_valley, "Test Valley", "Winchester", "City of Southampton", "E07000088", "Dorset"
    )
    assert account["left_out"] == {"other-area": 48}
    assert account["other_areas"] == {
        "Dorset Council": 12, "Gosport": 12, "Southampton": 12, "Winchester": 12,
    }  # fmt: skip
    file = of_test_valley.root / "police/crime.csv"
    ran = of_test_valley.run("police", "check", file, "--dataset", "police-crime")
    assert "of these, Winchester" in ran.out


def test_these_mean_us_is_said_once_in_the_mapping(of_test_valley):
    p = of_test_valley
    file = p.extract("police", "crime.csv", extract("Test Valley", "TVBC", "Mr John Smith"))
    ran = p.run("police", "source", "map", file, "--dataset", "police-crime")
    assert "names-not-known" in ran.warnings
    assert "TVBC" not in ran.said
    path = p.root / "police/police-crime.toml"
    text = path.read_text()
    assert "# TVBC = " in text
    assert "Smith" not in text
    path.write_text(text.replace("# TVBC = ", 'TVBC = "Test Valley"'))
    account, findings = checked(p, "Test Valley", "TVBC")
    assert account["rows_accepted"] == 60
    assert "area-not-known" not in findings


def test_at_a_terminal_it_is_asked_which_area_a_name_means(of_test_valley):
    p = of_test_valley
    file = p.extract("police", "crime.csv", extract("Test Valley", "TVBC"))
    status, said = talk(
        p, "police", "source", "map", str(file), "--dataset", "police-crime",
        answers={'Which area does "TVBC" mean?': "", "Number": "2"},
    )  # fmt: skip
    assert status == 0, said
    text = (p.root / "police/police-crime.toml").read_text()
    assert f'TVBC = "{TEST_VALLEY}"' in text


AREA = (Area(TEST_VALLEY, "Test Valley"),)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("Test Valley", TEST_VALLEY),
        ("test  valley borough council", TEST_VALLEY),
        ("Hampshire", None),
        ("Hampshire County Council", None),
        ("E10000014", None),
        ("Wiltshire", OTHER),
        ("Bournemouth", OTHER),  # abolished in 2019
        ("Andover", None),
        ("E07999998", OTHER),  # the shape of a code, newer than the list
        ("", None),
    ],
)
def test_a_name_is_looked_up_in_the_list_of_authorities(text, area):
    assert areas_named([text], AREA) == {text: area}


def test_a_district_of_our_county_and_what_became_of_ours_are_ours():
    county = (Area("E10000014", "Hampshire"),)
    assert areas_named(["Test Valley", "Wiltshire"], county) == {
        "Test Valley": "E10000014", "Wiltshire": OTHER,
    }  # fmt: skip
    dorset = (Area("E06000059", "Dorset"),)
    assert areas_named(["West Dorset"], dorset) == {"West Dorset": "E06000059"}
