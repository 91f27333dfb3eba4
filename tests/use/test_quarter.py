"""A quarter, from extract to merged table, as its users live it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from exchange.bundle import bundle
from exchange.submission import parts
from schemas.parquet.limits import BUNDLE
from tests.lib.extracts import callouts, crimes, csv
from tests.lib.partnership import QUARTER, Partnership


def merged(p: Partnership, dataset: str) -> pl.DataFrame:
    p.signed("analysts", "pull", "merged")
    return pl.read_parquet(p.root / "analysts/merged" / f"dataset={dataset}")


def states(p: Partnership, quarter: str = QUARTER) -> dict[str, str]:
    told = p.run("council", "status", "--quarter", quarter, "--json").json
    return {s["dataset"]: s["state"] for s in told["standings"]}


def test_the_store_holds_nothing_of_the_extract_in_the_clear(sent):
    shared = sent.everything_shared()
    for private in (b"REF000", b"crime.csv", b"E0199900", b"WZ1 0AB"):
        assert private not in shared


def test_three_months_make_a_quarter_and_a_correction_replaces_them(partnership):
    for month in (7, 8, 9):
        text = crimes(10, first=date(2026, month, 1), days=28)
        file = partnership.extract("police", f"{month}.csv", text)
        partnership.submit("police", file, "--dates", f"2026-{month:02d}")
        expected = "due" if month < 9 else "on time"
        assert states(partnership)["police-crime"] == expected
    assert merged(partnership, "police-crime").height == 30
    whole = partnership.extract("police", "whole.csv", crimes(25))
    ran = partnership.submit("police", whole)
    assert "log 3-5" in ran.out
    assert merged(partnership, "police-crime").height == 25


def test_dates_that_overlap_in_part_are_refused_and_the_ranges_named(partnership):
    partnership.submit("police", partnership.extract("police", "q.csv", crimes(20)))
    july = partnership.extract("police", "july.csv", crimes(5, days=31))
    ran = partnership.submit("police", july, "--dates", "2026-07", status=2)
    assert ran.refusal == "dates-overlap-in-part"
    assert "July 2026" in ran.err
    assert "Jul to Sep 2026 (log 3)" in ran.err
    assert len(partnership.entries()) == 4


def test_more_rows_than_a_partner_reads_are_refused_before_they_are_depersonalised(
    partnership, monkeypatch
):
    monkeypatch.setattr(bundle, "BUNDLE", replace(BUNDLE, rows=10))
    monkeypatch.delattr(parts, "depersonalise")  # which would be the next step
    file = partnership.extract("police", "q.csv", crimes(11))
    entries = partnership.entries()
    for command in ("preview", "submit"):
        ran = partnership.signed("police", command, str(file), status=2)
        assert ran.refusal == "too-many-rows"
        assert "--part NAME" in ran.err
    assert partnership.entries() == entries


def test_one_month_alone_is_not_taken_for_a_quarter(partnership):
    july = partnership.extract("police", "july.csv", crimes(3, days=31))
    ran = partnership.submit("police", july, status=2)
    assert ran.refusal == "month-or-quarter"
    assert "--dates 2026-07" in ran.err
    assert "--dates 2026Q3" in ran.err
    assert len(partnership.entries()) == 3


def test_a_file_of_one_month_is_that_month_and_says_so(partnership):
    july = partnership.extract("police", "july.csv", crimes(40, days=31))
    ran = partnership.signed("police", "submit", july, "--yes")
    assert "every record is of July 2026, so it is sent as that month" in ran.out
    assert "--dates 2026Q3" in ran.out
    assert "police-crime\tJuly 2026\t40 rows\tlog 3" in ran.out
    assert ran.warnings == ["quarter-partial"]


def test_a_month_does_not_replace_the_quarter_that_was_sent(partnership):
    partnership.submit("police", partnership.extract("police", "crime.csv", crimes(60)))
    july = partnership.extract("police", "july.csv", crimes(40, days=31))
    ran = partnership.signed("police", "submit", july, "--yes", status=2)
    assert ran.refusal == "dates-overlap-in-part"


def test_the_same_extract_twice_is_logged_once(sent):
    again = sent.submit("police", sent.root / "police/crime.csv")
    assert "log 3" in again.out.splitlines()[-1]
    assert len(sent.entries()) == 4
    assert len(sent.bundles()) == 1


def test_an_older_extract_sent_again_after_a_correction_is_a_correction(sent):
    two = sent.extract("police", "two.csv", crimes(31))
    for file in (two, sent.root / "police/crime.csv"):
        assert sent.submit("police", file).out.splitlines()[-1].startswith("sent")
    assert merged(sent, "police-crime").height == 30


def test_late_is_taken_and_said(partnership):
    partnership.now = datetime(2027, 1, 2, 8, tzinfo=UTC)
    ran = partnership.submit("police", partnership.extract("police", "crime.csv", crimes()))
    assert "submission-late" in ran.warnings
    assert "31 December 2026" in ran.err
    assert "2 days" in ran.err
    assert states(partnership)["police-crime"] == "late"


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), "on time"),
        (datetime(2027, 1, 1, 0, 0, 0, tzinfo=UTC), "late"),
    ],
)
def test_the_deadline_is_midnight_in_london(partnership, moment, state):
    partnership.now = moment
    partnership.submit("police", partnership.extract("police", "crime.csv", crimes()))
    assert states(partnership)["police-crime"] == state


def test_the_deadline_is_midnight_in_london_in_summer_too(partnership):
    file = partnership.extract("police", "crime.csv", crimes(first=date(2026, 1, 1), days=90))
    for moment, state in (
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "late"),  # midnight by the clocks of London
        (datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), "on time"),
    ):
        p = partnership.copy(partnership.root.parent / state)
        p.set_clocks(moment)
        p.submit("police", file)
        assert states(p, "2026Q1")["police-crime"] == state


def test_a_correction_after_the_deadline_makes_nothing_late(sent):
    sent.now = datetime(2027, 3, 1, tzinfo=UTC)
    sent.submit("police", sent.extract("police", "again.csv", crimes(29)))
    assert states(sent)["police-crime"] == "on time"


def test_what_is_missing_is_overdue_only_where_the_duty_is_sure(partnership):
    partnership.now = datetime(2027, 1, 10, tzinfo=UTC)
    told = states(partnership)
    assert told["police-crime"] == "overdue"
    assert told["ambulance-callouts"] == "not shared"
    ran = partnership.run("council", "status", "--quarter", QUARTER)
    assert "not received (expected" in ran.out
    assert "overdue by 10 days" in ran.out


def test_a_refused_extract_is_mended_and_goes(partnership):
    bad = partnership.extract("ambulance", "bad.csv", callouts("WZ1 1AA", "W1G OBD"))
    ran = partnership.submit("ambulance", bad, status=11)
    assert ran.refusal == "rules-broken"
    assert "1 rule " in ran.err
    assert "postcode" in ran.err
    assert "1 line  3" in ran.err
    assert len(partnership.entries()) == 3
    good = partnership.extract("ambulance", "good.csv", callouts("WZ1 1AA", "WZ2 0BD"))
    partnership.submit("ambulance", good)


def test_a_file_of_another_quarter_is_refused_and_its_quarter_named(partnership):
    file = partnership.extract("police", "q2.csv", crimes(20, first=date(2026, 4, 1), days=90))
    ran = partnership.submit("police", file, "--dates", QUARTER, status=2)
    assert ran.refusal == "records-in-another-quarter"
    assert "2026Q2" in ran.err
    assert len(partnership.entries()) == 3


def test_a_quarter_that_is_not_over_can_only_be_sent_in_part(partnership):
    partnership.set_clocks(datetime(2026, 8, 5, 9, tzinfo=UTC))
    file = partnership.extract("police", "july.csv", crimes(5, days=31))
    ran = partnership.submit("police", file, "--dates", QUARTER, status=2)
    assert ran.refusal == "dates-not-over"
    assert "today is 5 August 2026" in ran.err
    partnership.submit("police", file, "--dates", "2026-07")


def test_a_file_that_fits_two_datasets_names_the_option(partnership):
    text = csv(
        "Crime ID,Month,LSOA code,LSOA name,Crime type",
        ",2026-07,E01999000,Westshire 001A,Anti-social behaviour",
        "x,2026-08,E01999000,Westshire 001A,Burglary",
        "y,2026-09,E01999000,Westshire 001A,Shoplifting",
        "z,2026-09,E01999500,Eastshire 001A,Shoplifting",
        "z,2026-09,,,Shoplifting",
    )
    file = partnership.extract("police", "street.csv", text)
    ran = partnership.submit("police", file, status=2)
    assert ran.refusal == "dataset-not-named"
    assert "--dataset police-asb" in ran.err
    assert "--dataset police-crime" in ran.err
    ran = partnership.submit("police", file, "--dataset", "police-crime")
    for words, n in (
        ("rows in the file", 5),
        ("not counted: other dataset", -1),
        ("not counted: outside area", -1),
        ("not counted: no usable location", -1),
        ("rows checked", 2),
    ):
        line = next(line for line in ran.out.splitlines() if words in line)
        assert line.endswith(str(n))


def test_true_duplicates_are_kept(partnership):
    row = "REF1,01/08/2026,01/08/2026,10:10,45,WZ1 1AA,E01999000,N,N"
    rows = [row, row, row.replace("01/08", "01/09"), row.replace("01/08", "01/07")]
    text = csv(crimes(1).splitlines()[0], *rows)
    partnership.submit("police", partnership.extract("police", "crime.csv", text))
    assert merged(partnership, "police-crime").height == 4


def test_preview_sends_nothing_and_leaves_nothing(partnership):
    file = partnership.extract("police", "crime.csv", crimes(30))
    partnership.run("police", "status")  # which cosigns what it sees of the log, as preview would
    before = set(partnership.root.rglob("*"))
    ran = partnership.run("police", "preview", file)
    assert "your row" in ran.out
    assert "what partners see" in ran.out
    assert "REF00000" in ran.out  # the one command that shows values
    assert set(partnership.root.rglob("*")) == before


def test_check_says_what_is_wrong_and_sends_nothing(partnership):
    good = partnership.extract("police", "good.csv", crimes(30))
    ran = partnership.run("police", "check", good)
    assert (ran.refusal, ran.warnings) == ("", [])
    bad = partnership.extract("police", "bad.csv", crimes(30).replace(",45,", ",nonsense,", 3))
    ran = partnership.run("police", "check", bad, "--json", status=11)
    (finding,) = [f for f in ran.json["findings"] if f["severity"] == "error"]
    assert (finding["rule"], finding["count"], finding["lines"]) == (
        "category-unreadable",
        3,
        [2, 3, 4],
    )
    assert len(partnership.entries()) == 3


def test_submitting_without_a_terminal_has_to_be_confirmed(partnership):
    file = partnership.extract("police", "crime.csv", crimes(30))
    ran = partnership.signed("police", "submit", file, status=2)
    assert ran.refusal == "confirmation-needed"
    assert "--yes" in ran.err
    assert len(partnership.entries()) == 3


def test_roles_and_datasets_are_held_to(partnership):
    file = partnership.extract("analysts", "crime.csv", crimes(30))
    ran = partnership.submit("analysts", file, "--dataset", "police-crime", status=12)
    assert ran.refusal == "signer-may-not-submit"
    file = partnership.extract("ambulance", "crime.csv", crimes(30))
    ran = partnership.submit("ambulance", file, "--dataset", "police-crime", status=12)
    assert ran.refusal == "dataset-not-held"
    assert len(partnership.entries()) == 3
    assert not partnership.bundles()


def test_a_wrong_passphrase_is_its_own_status(partnership):
    (partnership.root / "passphrase.txt").write_text("another passphrase\n")
    file = partnership.extract("police", "crime.csv", crimes(30))
    ran = partnership.submit("police", file, status=13)
    assert ran.refusal == "passphrase-wrong"


def test_a_pull_with_nothing_to_pull_says_so(partnership):
    ran = partnership.signed("analysts", "pull", "merged", status=16)
    assert ran.refusal == "nothing-to-pull"
    assert not (partnership.root / "analysts/merged").exists()


def test_a_partner_enrolled_later_is_told_what_is_not_for_them(sent):
    from tests.lib.partnership import enrol, join, make_key

    join(sent, "late-comers")
    make_key(sent, "late-comers")
    enrol(sent, "late-comers")
    sent.submit("police", sent.extract("police", "asb.csv", asb()))
    ran = sent.signed("late-comers", "pull", "merged")
    assert "not-for-your-key" in ran.warnings
    assert "1 submission" in ran.err
    assert "police-crime" in ran.err
    assert not (sent.root / "late-comers/merged/dataset=police-crime").exists()
    assert (sent.root / "late-comers/merged/dataset=police-asb").exists()


def asb() -> str:
    rows = [f"{m:02d}/0{q}/2026,1{m}:00,202,WZ1 1AA,N" for q in (7, 8, 9) for m in range(1, 10)]
    return csv("Recorded date,Time,Code,Postcode,Domestic flag", *rows)


def test_the_key_map_tells_its_owner_which_line_a_record_was(partnership):
    import io

    from exchange import age
    from exchange.profile.outbox import open_key_map

    partnership.submit("police", partnership.extract("police", "crime.csv", crimes(30)))
    rows = merged(partnership, "police-crime")
    (path,) = (partnership.root / "police/.exchange").rglob("keymaps/*.age")
    plain = io.BytesIO()
    with path.open("rb") as file:
        age.decrypt(file, plain, [partnership.officer("police").identity])
    plain.seek(0)
    assert pl.read_parquet(plain).columns == ["line", "reference"]
    told = open_key_map(path, partnership.officer("police").identity).join(rows, on="record_id")
    assert told.sort("line")["reference"].to_list() == [f"REF{i:05d}" for i in range(30)]
    assert told.sort("line")["line"].to_list() == list(range(2, 32))
    with path.open("rb") as file, pytest.raises(age.NoIdentityMatches):
        age.decrypt(file, io.BytesIO(), [partnership.officer("analysts").identity])


def test_the_log_tells_no_exact_small_count(partnership):
    text = "\r\n".join(crimes(30).splitlines()[:4]) + "\r\n"
    partnership.submit("police", partnership.extract("police", "few.csv", text), "--dates", QUARTER)
    entry = partnership.entries()[3].read_bytes()
    assert b'"accepted":"1-4"' in entry
    assert b'"rows_in":"1-4"' in entry
