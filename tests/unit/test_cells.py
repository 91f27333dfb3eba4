"""Each kind of cell, read by itself: what it gives, and which lines could not be read."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from schemas.datasets.column_types import LSOA_EDITION, field_type
from schemas.datasets.dataset import Reads
from schemas.datasets.registry import DATASETS
from schemas.extract.cells import Cells
from schemas.extract.fields import READERS, read_field
from schemas.extract.line_numbers import LINE
from schemas.extract.mapping import Mapping
from schemas.extract.odd_text import odd_text
from schemas.extract.places import FOUND, PlaceLookup, Protected
from tests.lib.cells import DATASET, FIRST_LINE, NOTHING, cells_of, column_of, faults, known, read


def test_every_kind_of_cell_has_a_reader_that_is_tested_here():
    assert set(READERS) == set(DATASET)


def found_nowhere(whole: pl.DataFrame) -> pl.DataFrame:
    """Look postcodes up in a directory that has none of them."""
    return whole.with_columns(pl.lit(None, dtype=dtype).alias(n) for n, dtype in FOUND.items())


@pytest.mark.parametrize("dataset", ["police-crime", "council-collisions", "council-exclusions"])
def test_what_an_extract_has_no_column_for_reads_as_empty_cells_do(dataset):
    """Whatever was known of places when that was read first."""
    fields = [f for f in DATASETS[dataset].columns if f.reads in READERS]
    for places in (
        PlaceLookup(known),
        PlaceLookup(known, find=found_nowhere),
        PlaceLookup(known, protected=Protected(frozenset({"WZ11AA"}))),
    ):
        for count in (2, 3):
            lines = pl.Series(LINE, range(count), dtype=pl.UInt32)
            nothing = [pl.Series(f.name, [None] * count, dtype=pl.String) for f in fields]
            rows = pl.DataFrame([lines, *nothing])
            cells = Cells(DATASETS[dataset], Mapping("mine", (), {}), places, rows, None)
            for field in fields:
                done, empty = read_field(cells, field), READERS[field.reads](cells, field.name)
                once = pl.DataFrame(empty.columns).unique()  # every row says the same
                assert pl.DataFrame(done.columns).equals(once), field.name
                assert pl.DataFrame(done.columns).schema == once.schema
                assert (done.faults, done.assumed) == (empty.faults, empty.assumed) == ([], ())


@pytest.mark.parametrize(
    ("reads", "column", "rule", "dataset"),
    [
        (Reads.DATE, "recorded", "date-unreadable", ""),
        (Reads.TIME, "time_from", "time-unreadable", ""),
        (Reads.WORD, "domestic", "flag-unreadable", ""),
        (Reads.WORD, "gender", "word-unreadable", "council-exclusions"),
        (Reads.COUNT, "adults_killed", "number-unreadable", ""),
        (Reads.DECIMAL, "easting", "number-unreadable", ""),
        (Reads.SCHOOL, "school", "school-unknown", ""),
        (Reads.POSTCODE, "postcode", "place-unreadable", ""),
        (Reads.GRID, "grid_reference", "grid-unreadable", ""),
        (Reads.LSOA, "lsoa", "lsoa-unreadable", ""),
    ],
)
def test_what_stands_for_nothing_is_no_fault_and_what_cannot_be_read_is_one(
    reads, column, rule, dataset
):
    values = [*NOTHING, "?!", *NOTHING, "?!", "*&"]
    done = read(reads, column, values, dataset=dataset)
    lines = [FIRST_LINE + n for n, value in enumerate(values) if value in ("?!", "*&")]
    assert faults(done) == {rule: lines}
    assert {fault.column for fault in done.faults} == {column}
    for only_nothing in (NOTHING, [None, None], []):
        assert read(reads, column, only_nothing, dataset=dataset).faults == []


@pytest.mark.parametrize(
    ("reads", "column"),
    [
        (Reads.DATE, "recorded"), (Reads.TIME, "time_from"), (Reads.POSTCODE, "postcode"),
        (Reads.GRID, "grid_reference"), (Reads.LSOA, "lsoa"), (Reads.LSOA_NAME, "lsoa_name"),
        (Reads.DISTRICT, "district"),
    ],
)  # fmt: skip
def test_minus_one_stands_for_nothing_where_it_can_be_nothing_else(reads, column):
    done = read(reads, column, ["-1", " -1 "])
    assert done.columns[0].to_list() == [None, None]
    assert faults(done) == {}


def test_minus_one_is_a_mark_that_a_mapping_may_explain_or_a_number():
    assert faults(read(Reads.WORD, "domestic", ["-1"])) == {"flag-unreadable": [FIRST_LINE]}
    ticked = read(Reads.WORD, "domestic", ["-1"], codes={"domestic": {"-1": "yes"}})
    assert column_of(ticked, "domestic") == ["yes"]
    assert column_of(read(Reads.DECIMAL, "easting", ["-1"]), "easting") == [-1.0]


@pytest.mark.parametrize(
    ("column", "dataset", "told"),
    [
        ("domestic", "police-crime", {
            "Y": "yes", "yes": "yes", "TRUE": "yes", "1": "yes", "n": "no", "No": "no", "f": "no",
            "0": "no", "-": "not recorded", "U": "not recorded", "Unk": "not recorded",
            "?": "not recorded", "DK": "not recorded", "don't know": "not recorded",
            "maybe": "not recorded",
        }),
        ("gender", "council-exclusions", {
            "F": "female", "Girl": "female", "male": "male", "2": "female", "1": "male",
            "X": "other", "n/a": "not recorded", "U": "not recorded", "?": "not recorded",
        }),
        ("phase", "council-exclusions", {
            "P": "primary", "Infant": "primary", "Secondary": "secondary", "PRU": "special",
        }),
    ],
)  # fmt: skip
def test_a_word_of_a_list_in_any_case(column, dataset, told):
    done = read(Reads.WORD, column, [*told], dataset=dataset)
    assert column_of(done, column) == [*told.values()]
    assert done.columns[0].dtype == field_type(DATASETS[dataset].fields[column])


@pytest.mark.parametrize(
    ("column", "dataset", "rule"),
    [
        ("domestic", "police-crime", "flag-unreadable"),
        ("dwelling", "police-crime", "flag-unreadable"),
        ("gender", "council-exclusions", "word-unreadable"),
    ],
)
def test_what_is_not_known_is_empty_and_a_code_that_means_something_is_a_fault(
    column, dataset, rule
):
    unknown = [
        "u", "UNK", "?", "dk", "Don't know", "don\u2019t know", "dont know", "NK", "N/K", "n/a",
        "None", "unknown",
    ]  # fmt: skip
    codes = ["9", "-1", "3", "99", "NR", "maybe"]
    done = read(Reads.WORD, column, [*unknown, *codes], dataset=dataset)
    assert set(column_of(done, column)) == {"not recorded"}
    first = 2 + len(unknown)
    assert faults(done) == {rule: [*range(first, first + len(codes))]}


def test_a_mapping_may_say_what_a_source_s_codes_mean():
    codes = {"domestic": {"DA": "yes", "ND": "no"}, "dwelling": {"Z": "yes"}}
    done = read(Reads.WORD, "domestic", ["DA", "ND", "da", "Z", "y"], codes=codes)
    assert column_of(done, "domestic") == ["yes", "no", "not recorded", "not recorded", "yes"]
    assert faults(done) == {"flag-unreadable": [4, 5]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("domestic", True), ("Domestic Abuse", True), ("ASB; DOMESTIC", True), ("alcohol", False),
        ("domesticated", False), ("non-domestic", True), ("n/a", False), (None, False),
    ],
)  # fmt: skip
def test_the_qualifier_of_domestic_incidents(text, said):
    done = read(Reads.QUALIFIER, "qualifier", [text])
    assert column_of(done, "qualifier") == [said]
    assert faults(done) == {}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("12", 12), ("1234", 1234), ("1,234", 1234), ("12,345", 12345), ("12.0", 12),
        ("12.00", 12), ("1,234.0", 1234), ("65535", 65535),
    ],
)  # fmt: skip
def test_a_count(text, number):
    done = read(Reads.COUNT, "adults_killed", [text])
    assert column_of(done, "adults_killed") == [number]
    assert done.columns[0].dtype == pl.UInt16
    assert faults(done) == {}


def test_what_is_no_count_is_a_fault_on_its_line():
    values = ["1", "-1", "1.5", "1,23", "12,34", "65536", "1e3", "one", "n/a"]
    done = read(Reads.COUNT, "adults_killed", values)
    assert column_of(done, "adults_killed") == [1, *[None] * 8]
    assert faults(done) == {"number-unreadable": [3, 4, 5, 6, 7, 8, 9]}


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0.0), ("-1.5", -1.5), ("435,123", 435123.0), ("51.2101", 51.2101), ("1,234.5", 1234.5)],
)
def test_a_decimal_number(text, number):
    done = read(Reads.DECIMAL, "easting", [text])
    assert column_of(done, "easting") == [number]
    assert done.columns[0].dtype == pl.Float64


@pytest.mark.parametrize("text", ["1.", ".5", "1,2", "+1", "1.5.2", "1e3", "51,2101"])
def test_what_is_no_decimal_number_is_a_fault(text):
    assert faults(read(Reads.DECIMAL, "easting", [text])) == {"number-unreadable": [FIRST_LINE]}


@pytest.mark.parametrize(
    ("text", "school"),
    [("116489", "116489"), ("850/4312", "8504312"), ("8504312", "8504312"), ("12345", None),
     ("850/431", None), ("85/04312", None), ("Elm School", None)],
)  # fmt: skip
def test_a_school_by_its_number(text, school):
    done = read(Reads.SCHOOL, "school", [text])
    assert column_of(done, "school") == [school]
    assert faults(done) == ({} if school else {"school-unknown": [FIRST_LINE]})


def test_a_reference_stands_as_the_source_wrote_it_without_the_space_around_it():
    done = read(Reads.TEXT, "reference", [" A/1 ", "n/a", None])
    assert column_of(done, "reference") == ["A/1", "n/a", None]
    assert faults(done) == {}


@pytest.mark.parametrize("guarded", ["'0042", '="0042"'])
def test_a_reference_loses_the_guards_that_an_export_puts_around_it(guarded):
    done = read(Reads.TEXT, "reference", [guarded, "A/1", None])
    assert column_of(done, "reference") == ["0042", "A/1", None]


@pytest.mark.parametrize(
    ("values", "mapped", "given"),
    [
        (["A/1", None], {}, ["A/1", None]),
        ([None, None], {}, [None]),  # once for all rows
        ([None, None], {"columns": {"reference": "Heading"}}, [None, None]),
        ([None, None], {"dates": {"reference": "%d%m%y"}}, [None, None]),
        ([], {}, []),
    ],
)
def test_what_an_extract_has_no_column_for_is_given_once(values, mapped, given):
    mapping = Mapping("mine", (), **{"columns": {}, **mapped})
    cells = replace(cells_of(Reads.TEXT, "reference", values), mapping=mapping)
    field = DATASETS[DATASET[Reads.TEXT]].fields["reference"]
    assert column_of(read_field(cells, field), "reference") == given


@pytest.mark.parametrize(
    ("reads", "column"), [(Reads.LSOA_NAME, "lsoa_name"), (Reads.DISTRICT, "district")]
)
def test_the_name_of_a_place_is_taken_without_the_space_around_it(reads, column):
    done = read(reads, column, ["  Test Valley 001A", "n/a", None, "Test\u00a0Valley"])
    assert column_of(done, column) == ["Test Valley 001A", None, None, "Test Valley"]
    assert faults(done) == {}


def test_a_postcode_is_cut_to_its_outward_code_and_each_cell_says_what_became_of_it():
    values = ["WZ1 1AA", "wz11aa", "M1 1", "ZZ9", "nowhere", "ZZ99 3VZ", "n/a", None, "WZ1"]
    done = read(Reads.POSTCODE, "postcode", values)
    assert [column.name for column in done.columns] == ["postcode", "place_became"]
    assert column_of(done, "postcode") == [
        "WZ1", "WZ1", "M1", None, None, None, None, None, "WZ1",
    ]  # fmt: skip
    assert column_of(done, "place_became") == [
        "read", "read", "read", "unknown", "unreadable", "special", None, None, "read",
    ]  # fmt: skip
    assert faults(done) == {
        "place-unknown": [5], "place-unreadable": [6], "place-special": [7],
    }  # fmt: skip
    assert {fault.column for fault in done.faults} == {"postcode"}


def test_a_directory_says_where_a_postcode_is_and_which_it_does_not_have():
    def find(whole: pl.DataFrame) -> pl.DataFrame:
        rows = {"WZ11AA": (True, 10, 20, "E01000001", "E07"), "WZ11AB": (False, *[None] * 4)}
        found = [rows.get(code, (None,) * 5) for code in whole["whole"]]
        return pl.concat([whole, pl.DataFrame(found, schema=FOUND, orient="row")], how="horizontal")

    values = ["WZ1 1AA", "WZ1 1AB", "WZ1 1AD", "WZ1", None]
    done = read(Reads.POSTCODE, "postcode", values, places=PlaceLookup(known, find))
    assert [column.name for column in done.columns] == [
        "postcode", "place_became", "found_easting", "found_northing", "found_lsoa",
        "found_district",
    ]  # fmt: skip
    assert column_of(done, "found_easting") == [10, None, None, None, None]
    assert column_of(done, "found_district") == ["E07", None, None, None, None]
    assert faults(done) == {"postcode-not-in-directory": [3]}


def test_protected_postcodes_are_marked():
    places = PlaceLookup(known, protected=Protected(frozenset({"WZ11AA"})))
    done = read(Reads.POSTCODE, "postcode", ["WZ1 1AA", "WZ1 1AB", None], places=places)
    assert column_of(done, "protected") == [True, False, False]


def test_the_code_of_an_lsoa():
    values = ["E01022672", "w01000001", "S01006506", "N09000001", "E02000001", "E0102267",
              "E010226720", "xE01022672", "n/a", None]  # fmt: skip
    done = read(Reads.LSOA, "lsoa", values)
    assert column_of(done, "lsoa") == ["E01022672", "W01000001", *[None] * 8]
    assert faults(done) == {"lsoa-unreadable": [7, 8, 9]}
    assert column_of(done, "lsoa_edition") == [""] * 10


@pytest.mark.parametrize(
    ("heading", "edition"), [("LSOA21CD", "2021"), ("lsoa11cd", "2011"), ("LSOA", "")]
)
def test_the_edition_of_lsoas_is_what_the_heading_tells(heading, edition):
    done = read(Reads.LSOA, "lsoa", ["E01022672"], heading=heading)
    assert column_of(done, "lsoa_edition") == [edition]
    assert done.columns[1].dtype == LSOA_EDITION


def test_a_constant_lsoa_has_no_heading_to_tell_its_edition():
    cells = replace(cells_of(Reads.LSOA, "lsoa", ["E01022672"]), mapping=Mapping("mine", (), {}))
    assert column_of(READERS[Reads.LSOA](cells, "lsoa"), "lsoa_edition") == [""]


def test_a_grid_reference_is_the_middle_of_its_square():
    done = read(Reads.GRID, "grid_reference", ["SU 351 402", "su3512340212", "ZZ 1 1", None])
    assert column_of(done, "reference_easting") == [435150, 435123, None, None]
    assert column_of(done, "reference_northing") == [140250, 140212, None, None]
    assert column_of(done, "reference_side") == [100, 1, None, None]
    assert faults(done) == {"grid-unreadable": [4]}


def test_characters_that_nobody_sees_and_guards_are_named_with_their_lines_and_columns():
    columns = {
        "reference": ["a\u200bb", None, "'c"],  # stands as the source wrote it
        "postcode": ["WZ1 1AA", None, "WZ1\u200b 1AA"],
        "domestic": ['="Y"', "\ufeff\x01N", None],
        "lsoa": ["E01022672", "'E01022672", None],
        "district": ["#n/a", " #REF! ", "#VALUE"],  # the last is none
        "recorded": ["####", "##", "1/7/2026"],
    }
    lines = pl.Series(LINE, range(FIRST_LINE, FIRST_LINE + 3), dtype=pl.UInt32)
    rows = pl.DataFrame([lines, *(pl.Series(name, cells) for name, cells in columns.items())])
    headings = dict.fromkeys([*columns, "easting"], "Heading")  # one that the file doesn't have
    made = Cells(
        DATASETS["police-crime"], Mapping("mine", (), headings), PlaceLookup(known), rows, None
    )
    found = [(f.rule, f.column, f.lines.to_list(), f.detail) for f in odd_text(made)]
    assert sorted(found) == [
        ("characters-invisible", "domestic", [3], "byte-order mark, control character"),
        ("characters-invisible", "postcode", [4], "zero-width space"),
        ("column-too-narrow", "recorded", [2], ""),
        ("excel-guards", "domestic", [2], ""),
        ("excel-guards", "lsoa", [3], ""),
        ("formula-error", "district", [2, 3], "#N/A, #REF!"),
    ]


def test_there_is_no_odd_text_where_nothing_but_references_is_read():
    assert odd_text(cells_of(Reads.TEXT, "reference", ["\u200bR1", "'R2"])) == []


def test_answers_stand_on_the_rows_that_asked_in_their_order():
    values = ["2026-07-02", "2026-07-01", "x", "2026-07-02", None, "2026-07-01", "x"]
    done = read(Reads.DATE, "recorded", values)
    second, first = date(2026, 7, 2), date(2026, 7, 1)
    assert column_of(done, "recorded") == [second, first, None, second, None, first, None]
    assert faults(done) == {"date-unreadable": [4, 8]}


def test_each_distinct_value_is_read_once():
    seen = []

    def reader(values: pl.Series) -> pl.DataFrame:
        seen.extend(values)
        return values.to_frame("text")

    cells = cells_of(Reads.TEXT, "reference", ["b", "a", "b", None, "n/a", "a"])
    answers = cells.per_value("reference", reader)
    assert sorted(seen) == ["a", "b"]
    assert answers.to_dict(as_series=False) == {
        "text": ["b", "a", "b", None, None, "a"],
        "filled": [True, True, True, False, False, True],
    }
    nothing = cells_of(Reads.TEXT, "reference", [None, None]).per_value("reference", reader)
    assert nothing.to_dict(as_series=False) == {"text": [None, None], "filled": [False, False]}


def test_nothing_of_a_record_is_shown_of_cells_or_of_what_was_read():
    cells = cells_of(Reads.TEXT, "reference", ["a secret"])
    assert "secret" not in repr(cells) + repr(READERS[Reads.TEXT](cells, "reference"))
