"""The wrong file, or a file that went wrong on its way: asked about, stopped or read, never silent.

As on an afternoon before a deadline: last year's file, one file under two names, months that
overlap, a copy that broke off, columns that shifted, times that nobody recorded.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.lib import ground, messy_files
from tests.lib.messy_files import HEADINGS, joined, lines, plain, records, text
from tests.lib.partnership import Partnership

LAST_AFTERNOON = datetime(2026, 12, 31, 16, 50, tzinfo=UTC)
MONTHS = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi",
    "Hydref", "Tachwedd", "Rhagfyr",
)  # fmt: skip


@pytest.fixture(scope="module")
def looking(_founded, tmp_path_factory) -> Partnership:
    """One for all files that are only looked at, with a directory of postcodes."""
    p = _founded.copy(tmp_path_factory.mktemp("wrong") / "p")
    directory = p.root / "NSPL_AUG_2026_UK.csv"
    directory.write_text(ground.nspl())
    p.run("police", "places", "add", directory)
    return p


def check(p: Partnership, *contents: bytes, status: int | None = None):
    files = [p.extract("police", f"{n}.csv", content) for n, content in enumerate(contents)]
    told = ("--dataset", "police-crime", "--dates", "2026Q3", "--json")
    return p.run("police", "check", *files, *told, status=status)


def details(ran, rule: str) -> list[str]:
    return [one.get("detail", "") for one in ran.json["findings"] if one["rule"] == rule]


def without_references(content: bytes) -> list[str]:
    return [line.partition(",")[2] for line in lines(content)]


# One file under two names; months that overlap; a sheet pasted below itself


def test_records_that_stand_in_two_files_are_asked_about(alone):
    head, *rest = without_references(plain())
    july_august, august_september = joined([head, *rest[:41]]), joined([head, *rest[21:]])
    whole = joined([head, *rest])
    assert not details(check(alone, whole), "records-repeat")
    assert not details(check(alone, joined([head, *rest[:20]]), joined([head, *rest[20:]])),
                       "records-repeat")  # fmt: skip
    (said,) = details(check(alone, july_august, august_september), "records-repeat")
    assert said == "file 2: 20 of 39 records"
    turned = joined([head, *reversed(rest)], end="\n")
    (said,) = details(check(alone, whole, turned), "records-repeat")
    assert said == "file 2: 60 of 60 records"


def test_an_extract_in_which_every_record_stands_twice_is_asked_about(alone):
    head, *rest = without_references(plain())
    assert details(check(alone, joined([head, *rest, *rest])), "records-repeat")
    some = joined([head, *rest, *rest[:30]])  # separate incidents may be alike
    assert not details(check(alone, some), "records-repeat")


def test_with_references_one_query_says_it_with_the_lines(alone):
    ran = check(alone, plain(), plain())
    assert not details(ran, "records-repeat")
    assert len(details(ran, "reference-repeats")) == 1


# Columns that shifted, and places that cannot be read


def shifted(at: int) -> bytes:
    """Return a file whose cells stand one column further right, from a line and a column on."""
    rows = [r if n < 40 else [*r[:at], "", *r[at:-1]] for n, r in enumerate(records())]
    return text(HEADINGS, *rows)


@pytest.mark.parametrize("at", range(1, 7))
def test_columns_that_shift_from_some_row_on_stop(alone, at):
    ran = check(alone, shifted(at), status=11)
    stops = [f for f in ran.json["findings"] if f["severity"] == "error"]
    assert max(f["count"] for f in stops) == 20
    assert all(f["lines"][0] == 42 for f in stops)


UNREADABLE = {
    "another separator": ("440 123", "140 500"), "a decimal comma": ("440123,5", "140500,5"),
    "a power of ten": ("4.40E+05", "1.40E+05"), "words": ("by the bridge", "see map"),
    "a number for none": ("-999", "-999"), "too large": ("999999", "9999999"),
    "kilometres": ("440.1", "140.5"),
}  # fmt: skip
HOMES = [p for p in ground.postcodes() if p.district == ground.WEST and p.user == "0"][:60]


@pytest.mark.parametrize("point", UNREADABLE.values(), ids=UNREADABLE)
def test_a_few_points_that_cannot_be_read_lose_no_record(looking, point):
    headings = ("Crime number", "Reported date", "Time from", "Code", "Easting", "Northing")
    points = [(f"{p.east:,}", f"{p.north:,}") for p in HOMES]
    points[:2] = [point] * 2
    rows = [[r[0], r[1], r[3], r[4], *p] for r, p in zip(records(), points, strict=True)]
    account = check(looking, text(headings, *rows), status=11).json
    assert account["left_out"] == {}
    for finding in account["findings"]:
        assert finding["rule"] in {"number-unreadable", "point-outside"}
        assert finding["lines"] == [2, 3]
    for cell in point:
        assert cell not in str(account)


# Files of another quarter, computers with another date, and copies that broke off


def test_the_quarter_in_progress_says_which_is_due(partnership):
    p = partnership
    file = p.extract(
        "police", "crime.csv", plain(day=lambda d: f"{min(d.day, 30)}/{d.month + 3}/2026")
    )
    p.now = datetime(2026, 12, 31, 16, 50, tzinfo=UTC)
    ran = p.submit("police", file, "--dates", "2026-10-01..2026-12-31")
    assert "Recorded crime for 2026Q3 is due by 31 December 2026" in ran.err


def test_what_a_clock_that_was_ahead_dated_can_be_sent_with_today_s_date(partnership):
    p = partnership
    file = p.extract("police", "crime.csv", plain())
    p.set_clocks(datetime(2036, 12, 31, 16, 50, tzinfo=UTC))
    assert "late" in p.submit("police", file).out
    p.now = LAST_AFTERNOON
    ran = p.submit("police", file)
    assert ran.warnings == ["entry-dated-ahead", "submission-late"][::-1]
    for typed in re.findall(r"exchange (withdraw \d+ --reason [a-z-]+)", ran.err):
        p.signed("police", *typed.split(), "--yes")
    ran = p.signed("police", "submit", file, "--yes", "--answer", "sent-before=checked")
    assert "on time" in ran.out


def test_last_year_s_file_says_which_quarter_is_due(partnership, tmp_path):
    p = partnership
    last = plain(day=lambda d: f"{d:%d/%m}/2025").replace(b"REF/", b"REF/25-")
    file = p.extract("police", "crime.csv", last)
    p.now = LAST_AFTERNOON
    ran = p.signed("police", "submit", file, "--yes", status=11)
    assert ran.refusal == "queries-not-answered"
    assert "2025Q3; 2026Q3 is due by 31 December 2026" in ran.err
    rule = "quarter-of-earlier-year"
    late = p.copy(tmp_path / "late").signed(
        "police", "submit", file, "--yes", "--answer", f"{rule}=checked"
    )
    assert late.warnings == ["submission-late"]
    p.set_clocks(datetime(2025, 12, 1, 9, tzinfo=UTC))
    assert "newer-quarter-due" not in p.submit("police", file).warnings
    p.now = LAST_AFTERNOON
    ran = p.submit("police", file)
    assert "already sent" in ran.out
    assert "newer-quarter-due" in ran.warnings
    assert "Recorded crime for 2026Q3 is due by 31 December 2026" in ran.err
    this = p.extract("police", "crime-now.csv", plain())
    assert "newer-quarter-due" not in p.submit("police", this).warnings
    assert "newer-quarter-due" not in p.submit("police", file).warnings
    (counts,) = (line for line in p.run("police", "check", this).out.splitlines()
                 if line.startswith("\tthis file"))  # fmt: skip
    assert counts.split("\t")[1:] == ["this file", "2025Q3", "log 4"]


@pytest.mark.parametrize("behind", [0, 2_000])
def test_a_copy_that_broke_off_is_named(alone, behind):
    whole = plain()
    ran = check(alone, whole[:2_000] + bytes(4_096) + whole[2_000 : 2_000 + behind], status=10)
    assert ran.refusal == "file-not-text"
    assert "copy" in ran.err


def test_lines_of_two_encodings_are_each_read_as_what_they_are(looking):
    rows = messy_files.districts("Westshire", "Ynys Môn").decode().splitlines(keepends=True)
    content = b"".join(r.encode("cp1252" if n % 4 else "utf-8") for n, r in enumerate(rows))
    account = check(looking, content).json
    assert account["assumed"][0] == "read as UTF-8 and Windows-1252, each line as what it is"
    assert account["left_out"] == {"other-area": 30}
    assert not details(check(looking, content), "area-not-known")


# Wales


@pytest.mark.parametrize(
    "form",
    [
        lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
        lambda d: f"Dydd Mawrth, {d.day} {MONTHS[d.month - 1].lower()} {d.year}",
        lambda d: f"{d.day:02d}-{MONTHS[d.month - 1][:3]}-{d.year % 100}",
        lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    ],
)
def test_months_in_welsh_are_read(alone, form):
    file = alone.extract("police", "cymraeg.csv", plain(day=form))
    told = ("--dataset", "police-crime", "--json")
    account = alone.run("police", "check", file, *told).json
    assert (account["covered"], account["rows_accepted"]) == ("2026-07-01..2026-09-30", 60)


def test_a_total_in_welsh_is_no_record(alone):
    account = check(alone, plain() + b"Cyfanswm,60,,,,,,,\r\n", status=0).json
    assert account["rows_in"] == 60


# Times that nobody recorded


@pytest.mark.parametrize(
    ("times", "asked"),
    [
        (lambda n: "00:00", "60 of 60 records, at 00:00"),
        (lambda n: "00:00" if n % 5 == 0 else f"{n % 23 + 1:02d}:10", "12 of 60 records, at 00:00"),
        (lambda n: "12:00" if n % 3 else f"{n % 11:02d}:10", "40 of 60 records"),
        (lambda n: f"{n % 24:02d}:00", None),
        (lambda n: "", None),
    ],
    ids=["all at midnight", "a fifth at midnight", "most at noon", "each hour", "none"],
)
def test_many_records_at_one_time_are_asked_about(alone, times, asked):
    ran = check(alone, messy_files.changed(3, lambda n, _: times(n)), status=0)
    assert details(ran, "times-alike") == ([asked] if asked else [])


# A nil return said twice


def test_a_nil_return_is_logged_once(partnership):
    p = partnership
    nil = ("nil", "police-asb", "--dates", "2026Q2", "--yes")
    p.signed("police", *nil)
    entries = p.entries()
    assert p.signed("police", *nil, status=16).refusal == "nil-already-logged"
    not_held = (
        "partner", "not-held", "police-transport", "--from", "2026Q2", "--reason", "not-recorded",
    )  # fmt: skip
    p.signed("police", *not_held, "--yes")
    again = p.signed("police", *not_held, "--yes", status=16)
    assert again.refusal == "not-held-already-logged"
    assert len(p.entries()) == len(entries) + 1


def test_no_file_of_these_is_left_behind(looking: Partnership):
    left = {path.suffix for path in Path(looking.root / "police").iterdir() if path.is_file()}
    assert left <= {".csv", ".toml", ".key", ".card"}
