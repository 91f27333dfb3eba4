"""Last quarter's choices are this quarter's proposal, and what is missing this time is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.datasets.registry import DATASETS
from tests.lib.extracts import crimes, csv
from tests.lib.partnership import PASSPHRASE, Partnership, Ran
from tests.use.test_terminal import talk

JANUARY = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
HEADINGS = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
KINDS = ("Burglary", "Anti-social behaviour")


def street(p: Partnership, month: str, kinds: tuple[str, ...] = KINDS) -> Path:
    """Write a month's file as police forces publish it, of crimes and of disorder."""
    rows = [
        f"{'' if kind == KINDS[1] else f'{month}-{n}'},{month},Westshire Police,Westshire Police,"
        f"-1.4{n},51.2{n},On or near A Street,E01999000,Westshire 001A,{kind},,"
        for kind in kinds
        for n in range(12)
    ]
    return p.extract("police", f"{month}-street.csv", csv(HEADINGS, *rows))


def quarter(p: Partnership, *months: str) -> list[Path]:
    return [street(p, month) for month in months]


def submit(p: Partnership, *arguments: object, status: int = 0) -> Ran:
    return p.signed("police", "submit", *arguments, "--yes", status=status)


def _all_sent(p: Partnership) -> None:
    submit(p, *quarter(p, "2026-07", "2026-08", "2026-09"), "--dataset", "all")
    p.now = JANUARY


@pytest.fixture
def january(prepared) -> Partnership:
    """A partnership in the next quarter, in which the police have sent three files of the last."""
    return prepared(_all_sent)


def test_all_sends_each_row_to_its_own_dataset(partnership):
    files = quarter(partnership, "2026-07", "2026-08", "2026-09")
    ran = submit(partnership, *files, status=2)
    assert ran.refusal == "dataset-not-named"
    assert "--dataset all" in ran.err
    ran = submit(partnership, *files, "--dataset", "all")
    assert "sent\tpolice\tpolice-asb\tJul to Sep 2026\t36 rows" in ran.out
    assert "sent\tpolice\tpolice-crime\tJul to Sep 2026\t36 rows" in ran.out


def test_the_second_quarter_of_three_files_is_one_command_and_one_confirmation(january):
    p = january
    files = quarter(p, "2026-10", "2026-11", "2026-12")
    ran = submit(p, *files)
    assert ran.out.count("\nsent\tpolice\tpolice-") == 2
    assert "not-sent-yet" not in ran.warnings


def test_a_published_file_has_no_query(partnership):
    files = quarter(partnership, "2026-07", "2026-08", "2026-09")
    told = partnership.run("police", "check", *files, "--dataset", "all", "--json").json
    assert [one["open_queries"] for one in told] == [[], []]


def test_at_a_terminal_the_first_choice_is_all_of_them(partnership):
    files = map(str, quarter(partnership, "2026-07", "2026-08", "2026-09"))
    answers = {"Number": "1", "Passphrase": PASSPHRASE, "Send this?": "y"}
    status, said = talk(partnership, "police", "submit", *files, answers=answers)
    assert status == 0, said
    assert "36 rows  log 4" in said


def test_a_dataset_that_was_not_sent_last_time_is_asked_about_again(partnership):
    p = partnership
    submit(p, *quarter(p, "2026-07", "2026-08", "2026-09"), "--dataset", "police-asb")
    p.now = JANUARY
    ran = submit(p, *quarter(p, "2026-10", "2026-11", "2026-12"), status=2)
    assert ran.refusal == "dataset-not-named"


@pytest.mark.parametrize("left", [*KINDS])
def test_what_was_sent_last_time_and_is_missing_now_is_said(january, left):
    p = january
    files = [street(p, month, (left,)) for month in ("2026-10", "2026-11", "2026-12")]
    ran = submit(p, *files)
    missing = "police-asb" if left == KINDS[0] else "police-crime"
    assert "not-sent-yet" in ran.warnings
    assert f"for 2026Q3 and not for 2026Q4 yet: {DATASETS[missing].title}" in ran.err
    p.signed("police", "nil", missing, "--dates", "2026Q4", "--yes")
    assert "not-sent-yet" not in submit(p, *files).warnings


def test_several_mappings_serve_one_dataset_and_so_do_the_usual_headings(partnership):
    p = partnership
    rows = [f"0{n % 9 + 1}/0{7 + n % 3}/2026,45,WZ1 {n % 9}AB" for n in range(30)]
    for name, headings in (("a", "Rep Dt,Offence,Wherabouts"), ("b", "Logged,Kind,Spot")):
        file = p.extract("police", f"{name}.csv", csv(headings, *rows))
        mapping = p.root / "police" / f"{name}.toml"
        p.run("police", "source", "map", file, "--dataset", "police-crime", "-o", f"{name}.toml")
        day, kind, place = headings.split(",")
        text = mapping.read_text(encoding="utf-8")
        told = f'[columns]\nrecorded = "{day}"\npostcode = "{place}"\ncategory = "{kind}"\n'
        mapping.write_text(text.partition("[columns]")[0] + told, encoding="utf-8")
    told = ("--dataset", "police-crime", "--json")
    for name in ("a.csv", "b.csv"):
        assert p.run("police", "check", p.root / "police" / name, *told).json["rows_accepted"] == 30
    usual = p.extract("police", "crime.csv", crimes(30))
    assert p.run("police", "check", usual, *told).json["rows_accepted"] == 30


def offered(p: Partnership, *arguments: str, **answers: str) -> tuple[int, str]:
    told = {words.replace("_", " "): answer for words, answer in answers.items()}
    return talk(p, "police", "submit", *arguments, answers=told)


def test_without_a_file_those_of_the_new_months_are_offered_as_last_time(partnership):
    p = partnership
    _all_sent(p)
    quarter(p, "2026-10", "2026-11", "2026-12")
    p.extract("police", "2026-12-outcomes.csv", "Crime ID\nx\n")
    status, said = offered(p, As_last_time="", Passphrase=PASSPHRASE, **{"Send this?": "y"})
    assert status == 0, said
    assert "As last time: 2026-10-street.csv, 2026-11-street.csv, 2026-12-street.csv?" in said
    assert "last-files-missing" not in said
    assert said.count("36 rows") == 2


@pytest.mark.parametrize(
    ("last", "now"),
    [
        (("crime july.csv", "crime august.csv"), ("crime october.csv", "crime november.csv")),
        (("Jul26_crime.csv", "Sept26_crime.csv"), ("Oct26_crime.csv", "Dec26_crime.csv")),
        (("crime.csv",), ("crime.csv",)),
        (("q3 crime.csv",), ("Q4 crime.csv",)),
    ],
)
def test_names_are_alike_but_for_months_and_numbers(partnership, last, now):
    p = partnership
    for n, name in enumerate(last):
        street(p, f"2026-0{n + 7}", (KINDS[0],)).rename(p.root / "police" / name)
    files = [p.root / "police" / name for name in last]
    submit(p, *files, "--dataset", "police-crime", "--answer", "month-without-records=checked")
    status, said = talk(p, "police", "submit", answers={})
    assert (status, "[file-not-named]" in said) == (2, True), said
    for file in files:
        assert file.name in said
    p.now = JANUARY
    for n, name in enumerate(now):
        street(p, f"2026-1{n}", (KINDS[0],)).rename(p.root / "police" / name)
    _, said = offered(p, As_last_time="n")
    assert f"As last time: {', '.join(sorted(now))}?" in said


def test_a_file_of_last_time_that_is_missing_now_is_named(partnership):
    p = partnership
    for kind, name in zip(KINDS, ("crime", "asb"), strict=True):
        files = [street(p, month, (kind,)) for month in ("2026-07", "2026-08", "2026-09")]
        files = [file.rename(file.with_name(f"{name}-{file.name}")) for file in files]
        submit(p, *files)
    p.now = JANUARY
    for month in ("2026-10", "2026-11"):
        file = street(p, month, (KINDS[0],))
        file.rename(file.with_name(f"crime-{file.name}"))
    _, said = offered(p, As_last_time="n")
    assert "[last-files-missing]" in said
    missing = said.partition("like them:")[2].partition("[")[0].split()
    assert missing == [
        "crime-2026-09-street.csv,", "asb-2026-07-street.csv,", "asb-2026-08-street.csv,",
        "asb-2026-09-street.csv",
    ]  # fmt: skip
    street(p, "2026-10", (KINDS[1],)).rename(p.root / "police/asb-2026-10-street.csv")
    _, said = offered(p, Number="2", **{"Send this?": "n", "Passphrase": PASSPHRASE})
    assert "1  police-crime  crime-2026-10-street.csv, crime-2026-11-street.csv" in said
    assert "police-asb  October" in said


def test_where_nobody_can_be_asked_or_nothing_was_sent_a_file_has_to_be_named(partnership):
    status, said = talk(partnership, "police", "submit", answers={})
    assert (status, "missing argument 'FILE...'" in said) == (2, True), said
    submit(partnership, *quarter(partnership, "2026-07", "2026-08", "2026-09"), "--dataset=all")
    quarter(partnership, "2026-10", "2026-11", "2026-12")
    for options in (("--yes",), ("--json",), ()):
        assert "missing argument" in partnership.signed("police", "submit", *options, status=2).err


def test_of_files_that_were_sent_only_names_are_kept(january):
    kept = (january.settings("police").own / "sent-files.json").read_text(encoding="utf-8")
    assert "2026-07-street.csv" in kept
    assert "2026-07-1" not in kept.replace("2026-07-street.csv", "")
    assert "E01999000" not in kept
