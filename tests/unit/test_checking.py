"""Each rule: a table drawn as text, and the lines that break it."""

import dataclasses
from pathlib import Path

import polars as pl
import pytest

from exchange.samples.extract import sample
from exchange.submission.findings_text import finding_lines
from schemas.areas import Area
from schemas.checks.check import check
from schemas.checks.models import ROW_RULES
from schemas.datasets.registry import PRESCRIBED
from schemas.extract.errors import Undecided
from schemas.extract.row_counts import LeftOut
from schemas.findings.finding import LINES_KEPT, Finding, worst_first
from schemas.findings.rules import OF_ROWS, RULES
from schemas.quarters import Covered, Quarter
from tests.lib.typed import TODAY, broken, outcome, selected

ROOT = Path(__file__).parents[2]
GOOD = "01/08/2026 | 02/08/2026 | 10:10 | 45 | WZ1 1AA | N | N"
HEAD = "Date recorded | Date from | Time | Code | Postcode | Domestic flag | Dwelling flag"


def crime(*rows: str) -> dict[str, tuple[int, ...]]:
    return broken(outcome("police-crime", "\n".join((HEAD, *rows))))


# One row that breaks each rule; it stands on line 3, after a good one.
BREAKS = {
    "date-missing": "           |            | 10:10 | 45 | WZ1 1AA | N | N",
    "date-unreadable": "31/13/2026 | 01/08/2026 | 10:10 | 45 | WZ1 1AA | N | N",
    "date-outside": "01/06/2026 | 01/06/2026 | 10:10 | 45 | WZ1 1AA | N | N",
    "time-unreadable": "01/08/2026 | 01/08/2026 | 25:10 | 45 | WZ1 1AA | N | N",
    "occurred-after-recorded": "01/08/2026 | 05/08/2026 | 10:10 | 45 | WZ1 1AA | N | N",
    "category-missing": "01/08/2026 | 01/08/2026 | 10:10 |    | WZ1 1AA | N | N",
    "category-unreadable": "01/08/2026 | 01/08/2026 | 10:10 | x- | WZ1 1AA | N | N",
    "category-unknown": "01/08/2026 | 01/08/2026 | 10:10 | 999Z | WZ1 1AA | N | N",
    "flag-unreadable": "01/08/2026 | 01/08/2026 | 10:10 | 45 | WZ1 1AA | maybe | N",
    "place-unreadable": "01/08/2026 | 01/08/2026 | 10:10 | 45 | W1G OBD | N | N",
    "place-unknown": "01/08/2026 | 01/08/2026 | 10:10 | 45 | M11 | N | N",
    "place-special": "01/08/2026 | 01/08/2026 | 10:10 | 45 | GIR 0AA | N | N",
    "domestic-not-recorded": "01/08/2026 | 01/08/2026 | 10:10 | 8N | WZ1 1AA |  | ",
}
# Where the other rules are broken: a test here, or another file.
ELSEWHERE = {
    "test_a_district_that_is_nearly_ours_is_found": "area-nearly",
    "test_a_doubtful_place_is_found": "place-doubtful",
    "test_columns_that_no_field_reads_are_found": "column-not-ours",
    "test_an_end_before_its_start_is_found": "ends-before-it-starts",
    "test_an_lsoa_that_cannot_be_read_is_found": "lsoa-unreadable",
    "test_a_file_with_nothing_inside_the_area_is_found": "nothing-inside",
    "test_a_scheme_that_is_not_known_is_found": "scheme-unknown",
    "test_a_date_in_the_future_is_found": "date-in-future",
    "tests/intruder/test_two_partnerships.py": "another-is-stricter",
    "tests/lib/messy_files.py": (
        "formula-error formula-without-value column-too-narrow lines-not-records"
    ),
    "tests/lib/messy_systems.py": "reference-changed-by-excel reference-of-test",
    "tests/unit/test_arranging.py": "rows-differ row-uncounted",
    "tests/unit/test_changes.py": (
        "reference-repeats volume-changed categories-vanished categories-new days-without-records"
    ),
    "tests/unit/test_date_order.py": (
        "dates-month-first dates-order-unclear dates-of-both-orders dates-exchanged-by-excel"
    ),
    "tests/unit/test_identifiers.py": "identifier-found",
    "tests/unit/test_numbers.py": "number-missing",
    "tests/unit/test_places.py": "grid-unreadable postcode-not-in-directory",
    "tests/use/test_collision_tables.py": "rows-not-joined",
    "tests/use/test_compared.py": (
        "composition-changed correction-differs correction-not-compared sent-before"
    ),
    "tests/use/test_corrections.py": (
        "much-generalised earlier-not-compared reference-needed reference-used-again"
    ),
    "tests/use/test_coverage.py": "month-without-records records-start-late records-end-early",
    "tests/use/test_every_dataset.py": (
        "category-nearly word-unreadable number-unreadable number-twice age-unlikely "
        "school-unknown nobody-hurt point-outside"
    ),
    "tests/use/test_headings.py": "column-may-protect column-may-be-ours date-not-read",
    "tests/use/test_messy_cells.py": (
        "characters-invisible excel-guards category-repaired category-changed-by-excel"
    ),
    "tests/use/test_messy_moments.py": (
        "records-without-date records-without-category incident-dates-missing "
        "recorded-dates-missing"
    ),
    "tests/use/test_messy_places.py": "places-missing point-exchanged",
    "tests/use/test_messy_workbooks.py": (
        "rows-hidden columns-hidden sheet-hidden rows-as-many-as-a-sheet"
    ),
    "tests/use/test_names_of_areas.py": "area-not-known",
    "tests/use/test_wrong_files.py": "records-repeat times-alike quarter-of-earlier-year",
}


def test_every_rule_has_a_test():
    elsewhere = [(rule, where) for where, rules in ELSEWHERE.items() for rule in rules.split()]
    assert sorted([*BREAKS, *(rule for rule, _ in elsewhere)]) == sorted(RULES)
    planted = {
        rule
        for dataset in PRESCRIBED.values()
        for rule in sample(dataset, Quarter(2026, 3), 60, seed=2, faults=True).faults
    }
    for rule, where in elsewhere:
        if not where.startswith("tests/"):
            assert callable(globals()[where])
        elif where == "tests/use/test_every_dataset.py":
            assert rule in planted  # and found there
        else:
            assert f'"{rule}"' in (ROOT / where).read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_a_row_that_breaks_a_rule_is_found_on_its_line(rule):
    good = GOOD.replace("02/08", "01/08")
    told = crime(good, BREAKS[rule], good)
    if rule == "place-special":
        assert told == {}  # it is left out for want of a place, and counted there
    else:
        assert told == {rule: (3,)}


def test_a_date_in_the_future_is_found():
    rows = (
        GOOD.replace("02/08", "01/08"),
        GOOD.replace("01/08", "01/12").replace("02/08", "01/12"),
    )
    assert crime(*rows) == {"date-outside": (3,), "date-in-future": (3,)}


def test_an_end_before_its_start_is_found():
    text = """
    Date from  | Time  | Date to    | Time to | Code | Postcode
    01/08/2026 | 10:10 | 31/07/2026 |         | 45   | WZ1 1AA
    01/08/2026 | 10:10 | 01/08/2026 | 09:00   | 45   | WZ1 1AA
    01/08/2026 | 22:10 | 02/08/2026 | 09:00   | 45   | WZ1 1AA
    """
    assert broken(outcome("police-crime", text)) == {"ends-before-it-starts": (2, 3)}


def test_a_scheme_that_is_not_known_is_found():
    text = """
    Date       | Code                  | Scheme      | Postcode
    01/08/2026 | 45                    | home-office | WZ1
    01/08/2026 | Burglary              | police-uk   | WZ1
    01/08/2026 | 4                     | ampds       | WZ1
    01/08/2026 | 4                     | NICL        | WZ1
    01/08/2026 | 45                    |             | WZ1
    """
    assert broken(outcome("police-crime", text)) == {"scheme-unknown": (4, 5, 6)}


def test_a_doubtful_place_is_found():
    text = """
    Date       | Code | Postcode | District
    01/08/2026 | 45   | W1G OBD  | Westshire
    01/08/2026 | 45   | ZZ99 3VZ | E07999901
    """
    assert broken(outcome("police-crime", text)) == {"place-doubtful": (2,), "place-special": (3,)}


def test_a_district_that_is_nearly_ours_is_found():
    text = """
    Date       | Code | District
    01/08/2026 | 45   | Westshire
    01/08/2026 | 45   | WESTSHIRE BOROUGH COUNCIL
    01/08/2026 | 45   | Borough of Westshire
    01/08/2026 | 45   | e07999901
    01/08/2026 | 45   | Wetshire
    01/08/2026 | 45   | Winchester
    01/08/2026 | 45   | Dorset
    """
    done = outcome("police-crime", text)
    assert broken(done) == {"area-nearly": (6,)}
    assert done.tally.left_out == {LeftOut.OTHER_AREA: 2, LeftOut.NO_PLACE: 1}
    assert done.tally.accepted == 4


def test_an_lsoa_that_cannot_be_read_is_found():
    text = """
    Date       | Code | LSOA code | District
    01/08/2026 | 45   | E01000001 | Westshire
    01/08/2026 | 45   | S01000001 | Westshire
    01/08/2026 | 45   | 4 Elm Row | Westshire
    """
    assert broken(outcome("police-crime", text)) == {"lsoa-unreadable": (4,)}


def test_columns_that_no_field_reads_are_found():
    text = "Date|Code|Postcode|Officer|Notes\n01/08/2026|45|WZ1|Dora|to follow\n"
    (finding,) = outcome("police-crime", text).findings
    assert finding == Finding(RULES["column-not-ours"], positions=(4, 5))


def test_a_file_with_nothing_inside_the_area_is_found():
    done = outcome("police-crime", "Date|Code|Postcode\n01/08/2026|45|LS1 4DY\n")
    assert broken(done) == {"nothing-inside": ()}
    assert done.checked is None
    assert done.tally.left_out == {LeftOut.OTHER_AREA: 1}


@pytest.mark.parametrize("word", ["", "NULL", "n/a", "N/A", "-", "Unknown", "not recorded", "TBC"])
def test_words_for_nothing_are_nothing(word):
    text = f"""
    Date recorded | Date from | Time   | Code | Postcode | District  | Domestic flag
    01/08/2026    | {word}    | {word} | 45   | {word}   | Westshire | {word}
    """
    assert broken(outcome("police-crime", text)) == {}


@pytest.mark.parametrize(
    "date", ["01/08/2026", "1/8/2026", "2026-08-01", "01-08-2026", "01.08.2026", "2026/08/01",
             "1 Aug 2026", "01-Aug-2026", "1 August 2026", "2026-08-01T10:10:00",
             "01/08/2026 10:10", "2026-08", "08/2026", "Aug 2026", "August 2026"],
)  # fmt: skip
def test_dates_are_read_in_every_usual_form(date):
    text = f"Date | Code | Postcode\n{date} | 45 | WZ1\n"
    assert broken(outcome("police-crime", text)) == {}
    assert str(selected("police-crime", text).rows["occurred_from"].item()) == "2026-08-01"


@pytest.mark.parametrize(
    "date", ["08/13/2026", "01/08/26", "32/08/2026", "2026-02-30", "45870", "yesterday",
             "01/08/0026"],
)  # fmt: skip
def test_dates_that_could_be_misread_are_not_read(date):
    text = f"Date | Code | Postcode\n{date} | 45 | WZ1\n"
    assert set(broken(outcome("police-crime", text))) == {"date-unreadable"}


@pytest.mark.parametrize("time", ["22:10", "2210", "22:10:59", "9:05"])
def test_times_are_read(time):
    text = f"Date | Time | Code | Postcode\n01/08/2026 | {time} | 45 | WZ1\n"
    assert broken(outcome("police-crime", text)) == {}
    assert selected("police-crime", text).rows["time_from"].item() is not None


def test_the_time_of_a_call_may_stand_with_its_date():
    text = "Date|Code|Postcode\n01/08/2026 22:10|4|WZ1\n"
    assert str(selected("ambulance-callouts", text).rows["time_from"].item()) == "22:10:00"
    text = "Recorded date|Date from|Code|Postcode\n01/08/2026 22:10|01/08/2026|45|WZ1\n"
    assert selected("police-crime", text).rows["time_from"].item() is None


def test_dates_that_all_stand_at_midnight_hold_no_times():
    text = "Date from|Code|Postcode\n2026-08-01 00:00:00|45|WZ1\n2026-08-02 00:00:00|45|WZ1\n"
    chosen = selected("police-crime", text)
    assert chosen.rows["time_from"].null_count() == 2
    assert "dates that all show midnight were read as having no time" in chosen.assumed
    chosen = selected("police-crime", text + "2026-08-02 00:10:00|45|WZ1\n")
    assert chosen.rows["time_from"].null_count() == 0


def test_rows_in_are_rows_accepted_and_rows_left_out():
    text = """
    Recorded | Crime type            | LSOA name      | LSOA code | Scheme
    2026-08  | Burglary              | Westshire 001A | E01000001 | police-uk
    2026-08  | Anti-social behaviour | Westshire 001A | E01000001 | police-uk
    2026-08  | Burglary              | Eastshire 001A | E01000002 | police-uk
    2026-08  | Burglary              |                |           | police-uk
    2026-08  | Burglary              |                | E01000001 | police-uk
    """.replace("Crime type", "Category")
    tally = selected("police-crime", text).tally
    assert tally.rows_in == tally.accepted + sum(tally.left_out.values()) == 5
    assert tally.left_out == {
        LeftOut.OTHER_DATASET: 1, LeftOut.OTHER_AREA: 1, LeftOut.NO_PLACE: 2
    }  # fmt: skip


def test_the_area_is_decided_from_the_most_precise_place():
    text = """
    Date       | Code | LSOA name      | District  | Postcode
    01/08/2026 | 45   | Westshire 001A | Winchester | LS1 4DY
    01/08/2026 | 45   |                | westshire | LS1 4DY
    01/08/2026 | 45   |                |           | WZ1 1AA
    01/08/2026 | 45   | Eastshire 001A | Westshire | WZ1 1AA
    01/08/2026 | 45   |                | Winchester | WZ1 1AA
    """
    chosen = selected("police-crime", text)
    assert chosen.rows["area_basis"].to_list() == ["lsoa-name", "district", "outward"]
    assert chosen.tally.left_out == {LeftOut.OTHER_AREA: 2}


def test_a_list_of_lsoas_tells_the_area_before_any_name():
    text = """
    Date       | Code | LSOA code | District
    01/08/2026 | 45   | E01000001 | Eastshire
    01/08/2026 | 45   | E01000009 | Westshire
    01/08/2026 | 45   | E01000009 |
    """
    listed = (Area("E07999901", "Westshire", lsoas=frozenset({"E01000001"})),)
    chosen = selected("police-crime", text, areas=listed)
    assert chosen.rows["area_basis"].to_list() == ["lsoa", "district"]
    assert chosen.tally.left_out == {LeftOut.OTHER_AREA: 1}


def test_a_list_that_one_area_lacks_tells_what_stands_in_it_and_nothing_else():
    text = "Date|Code|Postcode\n01/08/2026|45|LS1 4DY\n01/08/2026|45|WZ1 1AA\n"
    areas = (
        Area("E07999901", "Westshire", frozenset({"WZ1"})),
        Area("E07999902", "Eastshire"),
    )
    chosen = selected("police-crime", text, areas=areas)
    assert chosen.rows["area"].to_list() == ["E07999901"]
    assert chosen.tally.left_out == {LeftOut.NO_PLACE: 1}


def test_a_month_counts_only_if_all_of_it_is_covered():
    text = "Recorded|Category|Scheme|District\n2026-07|Burglary|police-uk|Westshire\n"
    assert broken(outcome("police-crime", text, "2026-07")) == {}
    told = broken(outcome("police-crime", text, "2026-07-15..2026-08-31"))
    assert told == {"date-outside": (2,)}


def test_findings_are_the_same_whatever_the_order_of_rows():
    rows = [BREAKS[r] for r in sorted(BREAKS)]
    one = {rule: len(lines) for rule, lines in crime(*rows).items()}
    two = {rule: len(lines) for rule, lines in crime(*reversed(rows)).items()}
    assert one == two


def test_the_worst_finding_comes_first():
    findings = [
        Finding(RULES["column-not-ours"], positions=(1,)),
        Finding(RULES["category-unknown"], "category", count=9),
        Finding(RULES["date-missing"], "recorded", count=1),
        Finding(RULES["category-missing"], "category", count=5),
    ]
    ids = [f.rule.id for f in worst_first(findings)]
    assert ids == ["category-missing", "date-missing", "category-unknown", "column-not-ours"]


def test_two_quarters_in_one_file_are_not_guessed_at():
    from schemas.checks.file_dates import likely_dates

    text = "Date|Code|Postcode\n" + "01/08/2026|45|WZ1\n" * 5 + "01/09/2026|45|WZ1\n"
    assert str(likely_dates(selected("police-crime", text))) == "2026-07-01..2026-09-30"
    with pytest.raises(Undecided, match=r"\b2 quarters.* 2026Q3") as told:
        likely_dates(selected("police-crime", text + "01/05/2026|45|WZ1\n" * 3))
    assert told.value.id == "several-quarters"
    with pytest.raises(Undecided, match="2026-08") as told:
        likely_dates(selected("police-crime", "Date|Code|Postcode\n01/08/2026|45|WZ1\n"))
    assert told.value.id == "month-or-quarter"


def test_a_finding_keeps_many_lines_and_the_true_count():
    text = "Date|Code|Postcode\n" + "nonsense|45|WZ1\n" * (LINES_KEPT + 3000)
    (finding,) = (f for f in outcome("police-crime", text).findings if f.rule.id[:4] == "date")
    assert finding.count == LINES_KEPT + 3000
    assert len(finding.lines) == LINES_KEPT


def test_the_rules_that_a_field_can_name_are_those_of_which_it_is_known_what_they_ask():
    named = {rule for one in PRESCRIBED.values() for f in one.columns for rule in f.rules}
    assert named == OF_ROWS == set(ROW_RULES)
    assert set(RULES) >= OF_ROWS


def test_a_column_of_another_type_than_declared_is_a_fault_of_ours():
    one = selected("police-crime", "\n".join((HEAD, BREAKS["date-outside"])))
    other = dataclasses.replace(
        one, rows=one.rows.with_columns(pl.col("time_from").cast(pl.String))
    )
    with pytest.raises(RuntimeError, match="time_from"):
        check(other, Covered.parse("2026Q3"), TODAY)


@pytest.mark.parametrize(
    ("positions", "says"),
    [((4,), "column 4 (D) is not part"), ((4, 5), "columns 4 (D) and 5 (E) are not part")],
)
def test_what_is_wrong_is_said_of_one_column_or_of_several(positions, says):
    (line,) = finding_lines([Finding(RULES["column-not-ours"], positions=positions)])
    assert " ".join(line.split()).startswith(says)
