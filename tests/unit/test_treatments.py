"""What leaves of a row, and how finely."""

from datetime import date, time
from functools import cache

import pytest

from schemas.datasets.registry import DATASETS
from schemas.datasets.shared_columns import columns_of
from schemas.extract.mapping import Mapping, read_shipped
from schemas.wire.shared_table import check_shared
from schemas.wire.versions import NotAsDeclared
from tests.lib.typed import shared

HEAD = "Date recorded|Date from|Time|Code|Postcode|LSOA code|District|Domestic flag|Dwelling flag"


def crime(
    *,
    code="45",
    postcode="WZ1 1AA",
    lsoa="E01000001",
    domestic="N",
    dwelling="N",
    when="04/08/2026",
    at="23:47",
):
    row = f"05/08/2026|{when}|{at}|{{}}|{postcode}|{lsoa}|Westshire|{{}}|{dwelling}\n"
    # Five alike and five others, because a sensitive row among fewer leaves coarser, or not at all.
    text = row.format(code, domestic) * 5 + row.format("46", "N") * 5
    return shared("police-crime", f"{HEAD}\n{text}").row(0, named=True)


COARSE = "generalised"  # the one word for protected rows and their cover


def test_only_declared_columns_leave():
    rows = shared(
        "police-crime", f"{HEAD}|Notes\n05/08/2026|05/08/2026|23:47|45|WZ1|||N|N|secret\n"
    )
    assert tuple(rows.columns) == columns_of(DATASETS["police-crime"])
    assert not any("secret" in str(v) for v in rows.row(0))


def test_a_plain_crime_keeps_its_lsoa_day_and_minute():
    row = crime()
    assert (row["place"], row["place_precision"]) == ("E01000001", "lsoa")
    assert row["occurred_from"] == date(2026, 8, 4)
    assert (row["time_from"], row["time_precision"]) == (time(23, 47), "minute")
    assert (row["generalised"], row["weekday"]) == ("", None)
    assert (row["category"], row["category_scheme"], row["category_edition"]) == (
        "45", "home-office", "2017/18",
    )  # fmt: skip


def test_without_an_lsoa_the_outward_code_and_without_both_the_district():
    assert crime(lsoa="")["place"] == "WZ1"
    row = crime(lsoa="", postcode="")
    assert (row["place"], row["place_precision"]) == ("E07999901", "district")


@pytest.mark.parametrize(
    ("code", "domestic"),
    [
        ("45", "Y"), ("8U", "N"), ("19C", "N"), ("19C", ""), ("8Q", "N"), ("106", "N"),
        ("1", "N"), ("3B", "N"), ("11A", "N"), ("36", "N"), ("8P", "N"), ("8R", "N"),
    ],
)  # fmt: skip
def test_sensitive_rows_leave_by_outward_code_month_and_band(code, domestic):
    row = crime(code=code, domestic=domestic)
    assert row["generalised"] == COARSE
    assert (row["place"], row["place_precision"]) == ("WZ1", "outward")
    assert (row["recorded"], row["recorded_precision"]) == (date(2026, 8, 1), "month")
    assert (row["occurred_from"], row["occurred_precision"]) == (None, "none")
    assert (row["time_from"], row["time_precision"]) == (time(18), "six hours")
    assert (row["category"], row["weekday"]) == (code, None)


@pytest.mark.parametrize(("code", "domestic"), [("45", "Y"), ("19C", "N")])
def test_sensitive_rows_without_a_postcode_leave_by_the_district_and_never_the_lsoa(code, domestic):
    row = crime(code=code, domestic=domestic, postcode="")
    assert (row["place"], row["place_precision"]) == ("E07999901", "district")


def test_drug_offences_are_sensitive_at_a_dwelling_and_perhaps_where_nothing_is_said():
    assert crime(code="92E", dwelling="Y")["generalised"] == COARSE
    assert crime(code="92E", dwelling="")["generalised"] == COARSE
    assert crime(code="92E", dwelling="N")["generalised"] == ""


@pytest.mark.parametrize("code", ["8N", "8L", "58A", "105A", "9A"])
def test_unmarked_violence_harassment_and_damage_that_may_be_at_home(code):
    row = crime(code=code, domestic="", dwelling="")
    assert (row["generalised"], row["domestic"], row["place"]) == (COARSE, "not recorded", "WZ1")
    assert (row["recorded_precision"], row["time_precision"]) == ("month", "six hours")
    if code == "8N":
        assert crime(code=code, domestic="", dwelling="", postcode="")["place"] == "E07999901"
    assert crime(code=code, domestic="", dwelling="N")["generalised"] == ""
    assert crime(code=code, domestic="N", dwelling="Y")["generalised"] == ""


@pytest.mark.parametrize("code", ["28E", "40", "45"])
def test_unmarked_burglary_and_theft_stay_as_they_are(code):
    assert crime(code=code, domestic="", dwelling="Y")["generalised"] == ""


def test_a_code_that_no_list_has_may_be_sensitive():
    row = crime(code="999Z", domestic="N", dwelling="N")
    assert row["generalised"] == COARSE
    assert (row["place_precision"], row["time_precision"]) == ("outward", "six hours")


def test_what_was_recorded_more_than_a_year_later_leaves_as_the_year():
    row = crime(when="04/08/2024")
    assert (row["occurred_from"], row["occurred_precision"]) == (date(2024, 1, 1), "year")
    assert (row["time_from"], row["time_precision"]) == (None, "none")
    assert row["recorded"] == date(2026, 8, 5)
    assert crime(when="05/08/2025")["occurred_from"] == date(2025, 8, 5)
    coarse = crime(when="04/08/2024", domestic="Y")
    assert (coarse["occurred_from"], coarse["time_precision"]) == (None, "none")


def test_neighbours_leave_with_the_outward_code_and_the_hour_only():
    text = (
        "Date recorded|Time|Code|Postcode|LSOA code|District|Domestic flag\n"
        "05/08/2026|10:10|{}|{}|E01000001|Westshire|N\n"
    )
    row = shared("police-asb", text.format("204", "WZ1 1AA")).row(0, named=True)
    assert (row["generalised"], row["place"]) == ("", "WZ1")
    assert (row["time_from"], row["time_precision"]) == (time(10), "hour")
    row = shared("police-asb", text.format("204", "")).row(0, named=True)
    assert row["place"] == "E07999901"
    row = shared("police-asb", text.format("202", "WZ1 1AA")).row(0, named=True)
    assert (row["generalised"], row["place"]) == ("", "E01000001")
    assert (row["time_from"], row["time_precision"]) == (time(10, 10), "minute")


def test_callouts_leave_with_the_outward_code_and_a_band_if_five_are_alike():
    head = "Date|Time|Code|Postcode|LSOA code|District\n"
    line = "05/08/2026|10:59|4|WZ1 1AA|E01000001|Westshire\n"
    row = shared("ambulance-callouts", head + line * 5).row(0, named=True)
    assert (row["place"], row["place_precision"]) == ("WZ1", "outward")
    assert (row["recorded"], row["occurred_from"]) == (None, date(2026, 8, 1))
    assert (row["time_from"], row["time_precision"]) == (time(6), "six hours")
    assert row["domestic"] == "not recorded"
    rows = shared("ambulance-callouts", head + line.replace("WZ1 1AA", "") * 5)
    assert set(rows["place"]) == {"E07999901"}
    assert shared("ambulance-callouts", head + line * 4).is_empty()


def test_published_street_crime_keeps_its_lsoa():
    mapping = next(m for m in read_shipped() if m.published)
    text = (
        """
    Crime ID | Month | LSOA code | LSOA name | Crime type
    """
        + "abc | 2026-08 | E01000001 | Westshire 001A | Violence and sexual offences\n" * 5
        + "abc | 2026-08 | E01000001 | Westshire 001A | Bicycle theft\n" * 5
    )
    row = shared("police-crime", text, mapping).row(0, named=True)
    assert (row["place"], row["generalised"]) == ("E01000001", "")
    assert (row["recorded"], row["recorded_precision"]) == (date(2026, 8, 1), "month")
    own = Mapping("", ("police-crime",), mapping.columns, mapping.constants)
    row = shared("police-crime", text, own).row(0, named=True)
    assert (row["place"], row["generalised"]) == ("E07999901", COARSE)


def test_a_source_that_only_looks_published_is_treated_as_any_other():
    mapping = next(m for m in read_shipped() if m.published)
    text = (
        """
    Crime ID | Month | LSOA code | LSOA name | Crime type
    """
        + "abc | 2026-08-03 | E01000001 | Westshire 001A | Violence and sexual offences\n" * 5
        + "abc | 2026-08-03 | E01000001 | Westshire 001A | Bicycle theft\n" * 5
    )
    row = shared("police-crime", text, mapping).row(0, named=True)
    assert (row["place"], row["recorded_precision"]) == ("E07999901", "month")
    assert row["generalised"] == COARSE


def test_record_ids_are_new_for_every_submission():
    text = f"{HEAD}\n" + "05/08/2026|05/08/2026|23:47|45|WZ1|||N|N\n" * 50
    one, two = (shared("police-crime", text)["record_id"] for _ in range(2))
    assert not set(one) & set(two)
    assert one.n_unique() == 50


@cache
def ten_shared(version):
    row = "05/08/2026|05/08/2026|23:47|45|WZ1|||{}|N\n"
    text = f"{HEAD}\n" + row.format("Y") * 5 + row.format("N") * 5
    return shared("police-crime", text, version=version)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("place", "WZ1 1AA"),
        ("place", "somebody"),
        ("category", "somebody"),
        ("record_id", "somebody"),
        ("area", "somebody"),
        ("time_from", time(10, 10)),
        ("recorded", date(2026, 8, 5)),
        ("weekday", 9),
    ],
)
def test_a_receiver_refuses_what_may_not_be_shared(column, value):
    import polars as pl

    for version in (1, 2) if column != "record_id" else (1,):
        rows = ten_shared(version)
        rows = rows if version == 1 else rows.drop("record_id")
        check_shared(rows, DATASETS["police-crime"], version=version)
        forged = rows.with_columns(pl.lit(value).cast(rows[column].dtype).alias(column))
        with pytest.raises(NotAsDeclared) as told:
            check_shared(forged, DATASETS["police-crime"], version=version)
    assert "somebody" not in str(told.value)


def test_a_receiver_refuses_columns_and_places_that_are_too_fine():
    import polars as pl

    text = "Date|Code|Postcode\n" + "05/08/2026|4|WZ1\n" * 5
    rows = shared("ambulance-callouts", text).drop("record_id")
    with pytest.raises(NotAsDeclared):
        check_shared(rows.with_columns(name=pl.lit("x")), DATASETS["ambulance-callouts"])
    with pytest.raises(NotAsDeclared):
        check_shared(rows.drop("domestic"), DATASETS["ambulance-callouts"])
    finer = rows.with_columns(
        pl.lit("E01000001").alias("place"),
        pl.lit("lsoa").cast(rows["place_precision"].dtype).alias("place_precision"),
    )
    with pytest.raises(NotAsDeclared, match="place_precision"):
        check_shared(finer, DATASETS["ambulance-callouts"])
    with pytest.raises(NotAsDeclared):
        check_shared(rows, DATASETS["police-crime"])
    first = shared("ambulance-callouts", text, version=1)
    with pytest.raises(NotAsDeclared, match="record_id"):
        check_shared(pl.concat([first, first]), DATASETS["ambulance-callouts"], version=1)


def test_a_receiver_refuses_a_coarse_row_with_a_fine_place():
    import polars as pl

    row = "05/08/2026|05/08/2026|23:47|45|WZ1||Westshire|{}|N\n"
    text = f"{HEAD}\n" + row.format("Y") * 5 + row.format("N") * 5
    rows = shared("police-crime", text, version=1)
    rows = rows.with_columns(  # as earlier releases said it
        generalised=pl.lit("recorded domestic", dtype=rows.schema["generalised"])
    )
    for version in (1, 2):
        rows = rows if version == 1 else shared("police-crime", text).drop("record_id")
        check_shared(rows, DATASETS["police-crime"], version=version)
        fine = pl.lit("lsoa", dtype=rows.schema["place_precision"])
        with pytest.raises(NotAsDeclared, match="generalised"):
            check_shared(
                rows.with_columns(place=pl.lit("E01000001"), place_precision=fine),
                DATASETS["police-crime"],
                version=version,
            )


@pytest.mark.parametrize("dataset", ["ambulance-callouts", "health-admissions"])
def test_a_receiver_refuses_health_data_with_a_finer_place_than_the_outward_code(dataset):
    import polars as pl

    code = {"ambulance-callouts": "4", "health-admissions": "F10"}[dataset]
    head = "Date|Postcode|Category|District\n"
    text = head + f"05/08/2026|WZ1 1AA|{code}|Westshire\n" * 5
    rows = shared(dataset, text).drop("record_id")
    assert rows.height == 5
    for precision, place in (("lsoa", "E01000001"), ("point", "450000 250000")):
        fine = pl.lit(precision, dtype=rows.schema["place_precision"])
        finer = rows.with_columns(place=pl.lit(place), place_precision=fine)
        with pytest.raises(NotAsDeclared, match="place_precision"):
            check_shared(finer, DATASETS[dataset])


@pytest.mark.parametrize("told", ["Domestic", "alcohol; DOMESTIC incident"])
def test_a_qualifier_marks_a_domestic_incident_where_no_flag_does(told):
    text = f"{HEAD}|Qualifiers\n" + f"05/08/2026|04/08/2026|23:47|45|WZ1 1AA|||  |N|{told}\n" * 5
    text += "05/08/2026|04/08/2026|23:47|45|WZ1 1AA|||N|N|\n" * 5
    row = shared("police-crime", text).row(0, named=True)
    assert (row["generalised"], row["domestic"]) == (COARSE, "yes")
    assert (row["recorded_precision"], row["time_precision"]) == ("month", "six hours")
    assert told not in [str(value) for value in row.values()]


def test_a_qualifier_that_is_another_marks_nothing():
    text = f"{HEAD}|Qualifiers\n05/08/2026|04/08/2026|23:47|45|WZ1 1AA|E01000001||N|N|alcohol\n"
    row = shared("police-crime", text).row(0, named=True)
    assert (row["generalised"], row["domestic"]) == ("", "no")


def test_what_is_domestic_by_its_class_leaves_marked_so():
    assert crime(code="8U", domestic="")["domestic"] == "yes"
    assert crime(code="19C", domestic="")["domestic"] == "not recorded"
