"""Postcodes, points and squares, with a directory of postcodes of a made-up country."""

import secrets
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from depersonalise.depersonalise import depersonalise
from depersonalise.places.postcode_directory import FEWEST_POSTCODES
from depersonalise.places.protected_places import ProtectedUnreadable, read_protected
from depersonalise.policy import Policy
from schemas.areas import Area
from schemas.checks import check
from schemas.extract.grid import grid_references
from schemas.extract.places import Protected
from schemas.quarters import Covered
from tests.lib import ground
from tests.lib.ground import COUNTRY, EAST, HAMLET, TOWN, WEST
from tests.lib.typed import TODAY, broken, selected

AREAS = (Area(WEST, "Westshire"),)
HEAD = "Date|Time|Code|Postcode|Easting|Northing|Grid ref|LSOA21CD|Domestic flag|Dwelling flag"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return ground.directory(tmp_path_factory.mktemp("ground"))


def chosen(directory, *rows, dataset="police-crime", head=HEAD, protected=None, areas=AREAS):
    places = ground.places(directory)
    if protected:
        places = replace(places, protected=protected)
    return selected(dataset, "\n".join((head, *rows)), areas=areas, places=places)


def left(directory, *rows, finest="", **told):
    one = chosen(directory, *rows, **told)
    done = check.check(one, Covered.parse("2026Q3"), TODAY)
    assert done.checked is not None, [f.rule.id for f in done.findings]
    policy = Policy(directory=directory, place=finest)
    shared = depersonalise(done.checked, secrets.token_bytes, policy)
    return shared.rows[shared.origin["line"].arg_sort()]


def row(*, code="45", postcode="", east="", north="", ref="", lsoa="", domestic="N", dwelling="N"):
    return f"04/08/2026|23:47|{code}|{postcode}|{east}|{north}|{ref}|{lsoa}|{domestic}|{dwelling}"


def place(directory, **told):
    cover = row(**told | {"code": "46", "domestic": "N"})
    first = left(directory, *[row(**told)] * 5, *[cover] * 5).row(0, named=True)
    return first["place"], first["place_precision"]


def some_postcode(outward):
    return next(p for p in ground.postcodes() if p.text.startswith(outward + " "))


def test_a_whole_postcode_gives_the_lsoa_and_its_edition_and_never_a_square(directory):
    told = some_postcode("WZ1")
    rows = left(directory, row(postcode=told.text))
    assert rows["place"].to_list() == [told.lsoa]
    assert rows.select("place_precision", "lsoa_edition", "area_basis").row(0) == (
        "lsoa", "2021", "postcode",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("finest", "expected"), [("", {"100 m"}), ("lsoa", {"lsoa"}), ("outward", {"outward"})]
)
def test_the_protocol_makes_places_coarser_and_only_that(directory, finest, expected):
    told = some_postcode("WZ1")
    one = row(east=told.east, north=told.north, postcode=told.text)
    rows = left(directory, *[one] * 5, finest=finest)
    assert set(rows["place_precision"]) == expected
    assert set(rows["lsoa_edition"]) == ({"2021"} if finest == "lsoa" else {""})


def test_the_edition_of_an_lsoa_is_the_one_its_heading_names(directory):
    told = left(directory, row(lsoa="E01000001", postcode=some_postcode("WZ1").text))
    assert told.select("place", "lsoa_edition").row(0) == ("E01000001", "2021")
    head = HEAD.replace("LSOA21CD", "LSOA11CD")
    told = left(directory, row(lsoa="E01000001", postcode=some_postcode("WZ1").text), head=head)
    assert told["lsoa_edition"].to_list() == ["2011"]
    head = HEAD.replace("LSOA21CD", "LSOA code")
    told = left(directory, row(lsoa="E01000001", postcode=some_postcode("WZ1").text), head=head)
    assert told["lsoa_edition"].to_list() == [""]


def test_a_postcode_that_the_directory_does_not_have_is_said_and_leaves_by_its_outward_code(
    directory,
):
    one = chosen(directory, row(postcode="WZ1 0ZZ", lsoa=""), areas=(ground_area(),))
    done = check.check(one, Covered.parse("2026Q3"), TODAY)
    assert broken(done) == {"postcode-not-in-directory": (2,)}


def ground_area():
    return Area(WEST, "Westshire", frozenset({"WZ1", "WZ2", "WZ3"}))


def test_what_the_directory_has_in_another_district_is_left_out(directory):
    one = chosen(directory, row(postcode=some_postcode("EZ1").text), row(postcode="WZ1 0AJ"))
    assert one.rows.height == 1
    assert {r.value: n for r, n in one.tally.left_out.items()} == {"other-area": 1}


def test_a_directory_that_does_not_know_our_codes_leaves_nobody_out(directory):
    """Districts are renumbered: an older directory must not lose a partnership its records."""
    newer = (Area("E06999999", "Westshire", frozenset({"WZ1"})),)
    one = chosen(directory, row(postcode=some_postcode("WZ1").text), areas=newer)
    assert one.rows["area"].to_list() == ["E06999999"]
    assert one.rows["area_basis"].to_list() == ["outward"]


def test_a_point_tells_the_area_and_the_outward_code_by_the_nearest_postcode(directory):
    near = some_postcode("WZ2")
    one = chosen(directory, row(east=near.east + 3, north=near.north - 4, code="19C"))
    assert one.rows.select("area", "area_basis", "postcode").row(0) == (
        WEST, "nearest-postcode", "WZ2",
    )  # fmt: skip
    assert one.rows["lsoa"].to_list() == [near.lsoa]
    away = chosen(directory, row(east=near.east + 150, north=near.north + 150))
    assert away.rows.select("area", "lsoa").row(0) == (WEST, None)
    nowhere = chosen(directory, row(east=100_000, north=900_000))
    assert nowhere.rows.is_empty()


def test_a_square_holds_enough_addresses_of_the_rows_own_district(directory):
    live = [p for p in ground.postcodes() if p.user == "0" and not p.ended]
    rows = [row(east=TOWN[0] + 40 * i, north=TOWN[1] + 37 * i) for i in range(50)]
    rows += [row(east=COUNTRY[0] + 390 * i, north=COUNTRY[1] + 370 * i) for i in range(50)]
    told = left(directory, *rows).select("place", "place_precision", "area")
    sizes = set()
    for text, precision, area in told.iter_rows():
        if not precision.endswith(" m"):
            assert precision in ("outward", "district")
            continue
        east, north, side = *map(int, text.split()), int(precision.split()[0])
        inside = [
            p for p in live if 0 <= p.east - east < side and 0 <= p.north - north < side
            and p.district == area
        ]  # fmt: skip
        assert len(inside) >= 2
        sizes.add(side)
    assert {100, 250, 1000} <= sizes  # in the town fine, in the country wide


def test_no_smaller_square_would_have_done(directory):
    squares = directory.populated_squares([WEST])
    told = left(directory, row(east=TOWN[0] + 505, north=TOWN[1] + 505))
    text, precision = told.select("place", "place_precision").row(0)
    for name, enough in squares.items():
        side = int(name.split()[0])
        held = enough.filter(
            (pl.col("x") == (TOWN[0] + 505) // side) & (pl.col("y") == (TOWN[1] + 505) // side)
        )
        if name == precision:
            assert held.height == 1
            break
        assert held.is_empty()
    assert text == f"{(TOWN[0] + 505) // side * side:06d} {(TOWN[1] + 505) // side * side:06d}"


def test_a_square_is_never_finer_than_the_reference_it_comes_from(directory):
    assert place(directory, ref="SU 405 405")[1] in ("100 m", "250 m")
    assert place(directory, ref="SU4050540505")[1] in ("100 m", "250 m")
    assert place(directory, ref="SU 40 40") == ("440000 140000", "1000 m")
    assert place(directory, ref="SU 4 4", postcode="WZ1 0AJ")[1] == "lsoa"  # ten kilometres


@pytest.mark.parametrize(
    ("told", "point"),
    [
        ("SU 351 402", (435150, 140250, 100)),
        ("su35124021", (435125, 140215, 10)),
        ("NZ 39867 57268", (439867, 557268, 1)),
        ("TV 60 97", (560500, 97500, 1000)),
        ("HP 6 1", (465000, 1215000, 10000)),
        ("SU 351 40", (None, None, None)),
        ("I 35 40", (None, None, None)),
        ("SI 35 40", (None, None, None)),  # there is no letter I
        ("435150 140250", (None, None, None)),
    ],
)
def test_a_grid_reference_names_a_square(told, point):
    assert pl.DataFrame({"_v": [told]}).select(*grid_references()).row(0) == point


def test_a_grid_reference_that_can_not_be_read_is_found_on_its_line(directory):
    one = chosen(directory, row(postcode="WZ1 0AJ"), row(postcode="WZ1 0AJ", ref="SU 351 40"))
    done = check.check(one, Covered.parse("2026Q3"), TODAY)
    assert broken(done) == {"grid-unreadable": (3,)}


def test_sensitive_rows_and_those_at_home_never_leave_by_a_square(directory):
    at = {"east": TOWN[0] + 500, "north": TOWN[1] + 500}
    assert place(directory, **at)[1].endswith(" m")
    assert place(directory, **at, domestic="Y") == ("WZ1", "outward")
    assert place(directory, **at, code="19C") == ("WZ1", "outward")
    assert place(directory, **at, code="8N", domestic="", dwelling="") == ("WZ1", "outward")
    assert place(directory, **at, dwelling="Y", lsoa="E01999001") == ("E01999001", "lsoa")
    assert place(directory, **at, code="28E", lsoa="E01999001")[1] == "lsoa"  # residential burglary
    assert place(directory, **at, code="30C", lsoa="E01999001")[1].endswith(" m")
    fire = "Date|Time|Easting|Northing|Dwelling flag|Category\n"
    rows = left(
        directory,
        *[f"04/08/2026|23:47|{TOWN[0] + 500}|{TOWN[1] + 500}|Y|"] * 5,
        dataset="fire-deliberate-secondary",
        head=fire.strip(),
    )
    assert set(rows["place_precision"]) == {"outward"}


def test_an_outward_code_in_which_few_live_gives_way_to_the_district(directory):
    counts = dict(
        directory.postcodes_per_district()
        .filter(district=WEST)
        .select("outward", "postcodes")
        .rows()
    )
    assert counts["WZ3"] < FEWEST_POSTCODES <= counts["WZ2"]
    head = "Date|Time|Postcode|Category"
    hamlet = some_postcode("WZ3").text
    places = [p for p in (hamlet, some_postcode("WZ2").text, "WZ9 9AA") for _ in range(5)]
    rows = [f"04/08/2026|22:10|{place}|4" for place in places]
    told = left(directory, *rows, dataset="ambulance-callouts", head=head)
    assert told.select("place", "place_precision").unique(maintain_order=True).rows() == [
        (WEST, "district"),
        ("WZ2", "outward"),
    ]
    assert told["place"].to_list() == [WEST] * 5 + ["WZ2"] * 5 + [WEST] * 5


def test_few_residents_in_our_part_of_an_outward_code_are_few(directory):
    """The district stands beside the place, so only its own part of the code hides anybody."""
    both = (Area(WEST, "Westshire"), Area(EAST, "Eastshire"))
    far = max((p for p in ground.postcodes() if p.text[:3] == "WZ2"), key=lambda p: p.east)
    assert far.east < 470_000
    head = "Date|Time|Postcode|District|Category"
    rows = [f"04/08/2026|22:10|WZ2|{name}|4" for name in ("Westshire", "Eastshire") * 5]
    told = left(directory, *rows, dataset="ambulance-callouts", head=head, areas=both)
    assert told["place"].to_list() == ["WZ2", EAST] * 5


def test_a_protected_place_leaves_by_its_outward_code_whatever_names_it(directory, tmp_path):
    refuge = some_postcode("WZ1")
    listed = tmp_path / "protected.txt"
    listed.write_text(f"# places\n{refuge.text.lower()}  # one\n451000 141000\nSU 4550 4550\n\n")
    protected = read_protected(listed, directory)
    assert (refuge.east, refuge.north) in protected.points
    near = {"east": refuge.east + 120, "north": refuge.north - 90}
    away = {"east": refuge.east + 800, "north": refuge.north}
    far = [p for p in ground.postcodes() if p.district == WEST and abs(p.east - refuge.east) > 500]
    elsewhere = {p.text[:3]: p.text for p in far}.values()
    for told in ({"postcode": refuge.text}, near, {"east": 451_100, "north": 140_900}):
        others = [row(postcode=one, lsoa="E01999001") for one in elsewhere] * 9  # cover
        rows = [row(**told, lsoa="E01999001")] * 5 + others
        first = left(directory, *rows, protected=protected).row(0, named=True)
        assert first["place_precision"] == "outward"
        assert (first["time_precision"], first["generalised"]) == ("six hours", "generalised")
    first = left(directory, row(**away, lsoa="E01999001"), protected=protected).row(0, named=True)
    assert first["place_precision"] != "outward"
    assert not [p for p in (refuge.text, str(refuge.east)) if p in repr(protected)]


def test_a_protected_place_needs_no_directory(tmp_path):
    listed = tmp_path / "protected.txt"
    listed.write_text("WZ1 1AA\n")
    assert read_protected(listed, None) == Protected(frozenset({"WZ11AA"}))


@pytest.mark.parametrize("line", ["the house by the church", "WZ1", "SU 4 4", "1 2 3", "E01999001"])
def test_a_line_that_is_no_place_is_refused_and_not_repeated(line, tmp_path):
    listed = tmp_path / "protected.txt"
    listed.write_text(f"WZ1 1AA\n{line}\n")
    with pytest.raises(ProtectedUnreadable, match="line 2 ") as told:
        read_protected(listed, None)
    assert told.value.id == "protected-place-not-understood"
    assert line not in str(told.value)


def test_a_hamlets_square_counts_only_living_postcodes(directory):
    told = left(directory, row(east=HAMLET[0] + 150, north=HAMLET[1] + 150))
    assert told["place_precision"][0].endswith(" m")
    assert told["recorded"].dtype == pl.Date
    assert directory.edition == "2021"
    assert date(2026, 8, 4) in told["occurred_from"].to_list()
