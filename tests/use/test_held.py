"""A quarter that is sent by the month: protected rows wait, and leave as one batch."""

import polars as pl
import pytest

from tests.lib.extracts import csv
from tests.lib.partnership import Partnership
from tests.use.test_corrections import HEADINGS, line, lines, received, refused, send

MONTHS = {7: "2026-07", 8: "2026-08", 9: "2026-09"}
FEW = 3  # protected rows of a month, fewer than may leave by themselves


def of_month(month: int, *, domestic: int = FEW) -> list[str]:
    """Return a month's records: a few domestic assaults, and others around them."""
    first = month * 100
    others = [line(first + 50 + n, month=month, day=7, at=f"10:{n + 10}") for n in range(12)]
    return lines(first, domestic, flag="Y", month=month, day=7) + others  # always a weekday


def months_sent(p: Partnership) -> None:
    for month in (7, 8):
        send(p, of_month(month), dates=MONTHS[month])


@pytest.fixture
def by_month(prepared) -> Partnership:
    return prepared(months_sent)


def whole(p: Partnership, *more: list[str]) -> dict:
    rows = [row for month in MONTHS for row in of_month(month)]
    return send(p, rows + [row for some in more for row in some], dates="2026Q3")


def test_protected_rows_of_a_month_and_their_cover_wait(partnership):
    told = send(partnership, of_month(7, domestic=4), dates="2026-07")
    assert (told["rows"], told["held"], told["withheld"]) == (4, 12, 0)
    rows = received(partnership)
    assert set(rows["generalised"]) == {""}
    assert set(rows["domestic"]) == {"no"}


def test_the_account_says_that_they_are_held_and_so_does_the_statement(by_month):
    file = by_month.extract("police", "july.csv", csv(HEADINGS, *of_month(7)))
    said = by_month.run("police", "check", file, "--dates", "2026-07").out
    assert "held until the quarter is complete, and their cover" in said
    entry = by_month.entries()[-1].read_text(encoding="utf-8")
    assert '"held":"5-9"' in entry
    assert '"accepted":"5-9"' in entry


def test_what_is_held_leaves_as_one_batch_when_the_quarter_is_sent(by_month):
    before = received(by_month)
    told = whole(by_month)
    assert (told["rows"], told["held"], told["withheld"]) == (45, 0, 0)
    assert (told["protected"], told["cover"]) == (9, 9)
    after = received(by_month, "again")
    coarse = after.filter(pl.col("generalised") != "")
    assert set(coarse["recorded_precision"]) <= {"month", "quarter"}
    assert set(coarse["time_precision"]) == {"six hours"}
    key = ["recorded", "time_from", "category", "place"]
    assert before.join(after, on=key, how="anti").is_empty()


def test_the_last_month_is_sent_with_the_others(by_month):
    ran = refused(by_month, of_month(9), dates="2026-09", status=2)
    assert ran.refusal == "quarter-has-held-rows"
    assert "--dates 2026Q3" in ran.err
    assert len(by_month.entries()) == 5
    nil = by_month.signed(
        "police", "nil", "police-crime", "--dates", "2026-09", "--yes", status=2
    )  # fmt: skip
    assert nil.refusal == "quarter-has-held-rows"


def test_the_months_files_are_sent_together(by_month):
    files = [
        by_month.extract("police", f"{month}.csv", csv(HEADINGS, *of_month(month)))
        for month in MONTHS
    ]
    told = by_month.submit("police", *files, "--json").json
    assert (told["quarter"], told["rows"], told["protected"]) == ("2026Q3", 45, 9)


def test_the_last_month_may_be_sent_by_itself_if_nothing_is_held(partnership):
    for month in (7, 8):
        told = send(partnership, of_month(month, domestic=0), dates=MONTHS[month])
        assert told["held"] == 0
    told = send(partnership, of_month(9, domestic=5), dates="2026-09")
    assert (told["protected"], told["cover"], told["held"]) == (5, 5, 0)


def test_a_corrected_month_holds_what_it_held_and_what_is_new(by_month):
    before = received(by_month)
    unmarked = [row.replace(",Y,N", ",N,N") for row in of_month(7)]
    more = lines(790, 2, flag="Y", month=7, day=7) + lines(795, 4, month=7, day=7)
    told = send(by_month, unmarked + more, dates="2026-07")
    assert (told["held"], told["rows"]) == (3 * FEW + 6, 6)
    after = received(by_month, "again")
    assert set(after["generalised"]) == {""}
    assert before.join(after, on=["recorded", "time_from", "category"], how="anti").is_empty()


def test_a_marker_that_is_taken_back_while_it_is_held_does_not_leave_finely(by_month):
    """Three rows that say that they are not domestic are too few to leave by themselves."""
    rows = [row for month in MONTHS for row in of_month(month)]
    taken_back = [row.replace(",Y,N", ",N,N") if row.startswith("R070") else row for row in rows]
    told = send(by_month, taken_back, dates="2026Q3")
    assert (told["protected"], told["cover"], told["withheld"]) == (6, 6, 6)


def test_a_marker_that_comes_after_its_month_was_sent_stays_as_it_left(by_month):
    before = received(by_month)
    late = [line(750 + n, month=7, day=7, at=f"10:{n + 10}", flag="Y") for n in range(12)]
    rows = of_month(7)[:FEW] + late + of_month(8) + of_month(9)
    told = send(by_month, rows, dates="2026Q3")
    assert told["marked_late"] == 6
    after = received(by_month, "again")
    key = ["recorded", "time_from", "category", "place", "domestic"]
    assert before.join(after, on=key, how="anti").is_empty()


def test_a_new_laptop_and_the_same_file_change_nothing_of_what_waits(by_month):
    file = by_month.extract("police", "july.csv", csv(HEADINGS, *of_month(7)))
    assert "already sent" in by_month.submit("police", file, "--dates", "2026-07").out


def test_without_references_a_month_with_protected_rows_is_refused(partnership):
    rows = [row.partition(",")[2] for row in of_month(7)]
    file = partnership.extract("police", "crime.csv", csv(HEADINGS.partition(",")[2], *rows))
    ran = partnership.submit("police", file, "--dates", "2026-07", status=11)
    assert "reference-needed" in ran.err


def test_status_says_what_is_held_until_when_and_what_to_do(by_month):
    ran = by_month.run("police", "status")
    assert ran.warnings.count("rows-held") == 1
    assert "31 December 2026" in ran.err
    assert "--dates 2026Q3" in ran.err
    whole(by_month)
    assert "rows-held" not in by_month.run("police", "status").warnings
    assert "rows-held" not in by_month.run("analysts", "status").warnings


def test_a_quarter_that_is_never_completed_is_overdue_and_not_complete(by_month):
    by_month.now = by_month.now.replace(year=2027, month=1)
    told = by_month.run("police", "status", "--quarter", "2026Q3", "--json").json
    (crime,) = (s for s in told["standings"] if s["dataset"] == "police-crime")
    assert (crime["state"], crime["missing"]) == ("overdue", ["2026-09-01..2026-09-30"])
    assert "rows-held" in by_month.run("police", "status").warnings


def test_preview_and_evidence_say_how_many_are_held_and_what_sending_them_would_cost(by_month):
    file = by_month.extract("police", "july.csv", csv(HEADINGS, *of_month(7)))
    said = by_month.run("police", "preview", file, "--dates", "2026-07").out
    assert "9 rows are held until the quarter is complete" in said
    assert "Sent by the month, 6 of them would not be shared at all" in said
    by_month.run("police", "preview", file, "--dates", "2026-07", "--evidence", "e.html")
    page = (by_month.root / "police/e.html").read_text(encoding="utf-8")
    assert "are held until the whole quarter is sent" in page


def test_the_compliance_report_counts_what_is_held(by_month):
    told = ("--quarter", "2026Q3", "-o", "r.html")
    by_month.run("analysts", "report", "compliance", *told)
    assert "held: 5 to 9" in (by_month.root / "analysts/r.html").read_text(encoding="utf-8")


def test_a_dataset_of_which_all_rows_are_protected_waits_whole(partnership):
    rows = [f"A{n},{n % 28 + 1:02d}/07/2026,10:10,4,WZ1,Westshire" for n in range(20)]
    head = "Incident number,Date,Time,Category,Outward code,District"
    file = partnership.extract("ambulance", "july.csv", csv(head, *rows))
    told = partnership.submit(
        "ambulance", file, "--dataset", "ambulance-callouts", "--dates", "2026-07", "--json"
    ).json
    assert (told["rows"], told["held"]) == (0, 20)
