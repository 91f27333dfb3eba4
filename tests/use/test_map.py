"""A source whose headings nobody knows, from a draft to a submission."""

from datetime import date, timedelta

import pytest

from schemas.extract.file import read
from schemas.extract.mapping import read_mapping
from tests.lib.extracts import crimes, csv
from tests.lib.partnership import Partnership
from tests.use.test_terminal import talk

ODD = csv(
    "URN,Rep Dt,Comm Dt,Comm Tm,Offence,Loc PC,Lsoa,DA Y/N,Officer,Team,Note",
    *(
        f"R{i:04d},{i % 28 + 1:02d}/{7 + i % 3:02d}/2026,{i % 28 + 1:02d}/{7 + i % 3:02d}/2026,"
        f"{i % 24:02d}:10,{'BURG-D' if i % 9 == 8 else '45'},WZ{i % 3 + 1} {i % 10}AB,"
        f"E0199900{i % 10},N,Quackenbush {i},Quux {i},Corge {i}"
        for i in range(60)
    ),
)


def test_a_draft_names_what_is_known_and_likely_and_leaves_the_rest(partnership):
    file = partnership.extract("police", "odd.csv", ODD)
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    mapping = read_mapping(partnership.root / "police/police-crime.toml")
    assert mapping.columns == {
        "recorded": "Rep Dt", "occurred_from": "Comm Dt", "time_from": "Comm Tm",
        "category": "Offence", "reference": "URN", "postcode": "Loc PC", "lsoa": "Lsoa",
        "domestic": "DA Y/N",
    }  # fmt: skip
    assert mapping.constants["category_scheme"] == "home-office"
    assert "postcode\tcolumn 6 (F)\tperhaps: its values fit" in ran.out
    assert "not used: columns 9-11" in ran.out
    assert "categories-not-in-list" in ran.warnings
    assert "1 category" in ran.err
    for heading in ("URN", "Offence", "Officer", "Quackenbush", "BURG-D"):
        assert heading not in ran.said


def test_a_draft_that_is_filled_in_submits_the_file(partnership):
    file = partnership.extract("police", "odd.csv", ODD)
    partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    arguments = (file, "--dataset", "police-crime")
    ran = partnership.submit("police", *arguments, status=11)
    assert ran.refusal == "rules-broken"
    assert "category (column 5, E)" in ran.err
    assert "category-unreadable: " in ran.err
    path = partnership.root / "police/police-crime.toml"
    text = path.read_text()
    assert "# BURG-D = " in text
    path.write_text(text.replace("# BURG-D = ", 'BURG-D = "28E"'))
    assert "60 rows" in partnership.submit("police", *arguments).out


def test_a_source_that_is_known_needs_no_mapping(partnership):
    rows = (f"x,2026-0{m},E01999000,Westshire 001A,Burglary" for m in (7, 8, 9))
    text = csv("Crime ID,Month,LSOA code,LSOA name,Crime type", *rows)
    file = partnership.extract("police", "street.csv", text)
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime", status=16)
    assert ran.refusal == "source-already-known"
    assert "police-uk-street" in ran.err


def test_a_known_heading_over_other_values_is_not_taken_for_sure(partnership):
    rows = (f"0{i % 9 + 1}/08/2026,permanent,45,WZ1 1AA" for i in range(30))
    file = partnership.extract("police", "odd.csv", csv("Date,Type,Offence no,Postcode", *rows))
    partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    mapping = read_mapping(partnership.root / "police/police-crime.toml")
    assert mapping.columns["category"] == "Offence no"


@pytest.mark.parametrize(
    ("form", "told"),
    [("%m/%d/%y", "%m/%d/%y"), ("%d/%m/%y", "%d/%m/%y"), ("%d/%m/%Y", None), ("%Y%m%d", None)],
)
def test_the_form_of_dates_is_worked_out_where_it_is_not_usual(partnership, form, told):
    days = [date(2026, 7, 1) + timedelta(i * 3) for i in range(30)]
    rows = (f"{day.strftime(form)},45,WZ1 1AA" for day in days)
    file = partnership.extract("police", "odd.csv", csv("Date,Code,Postcode", *rows))
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    mapping = read_mapping(partnership.root / "police/police-crime.toml")
    assert mapping.dates.get("occurred_from") == told
    assert ("check whether the day comes first" in ran.out) == bool(told)
    assert "30 rows" in partnership.submit("police", file, "--dataset", "police-crime").out


def test_a_mapping_that_is_there_is_not_written_over(partnership):
    file = partnership.extract("police", "odd.csv", ODD)
    partnership.extract("police", "police-crime.toml", "mine")
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime", status=2)
    assert ran.refusal == "file-already-exists"
    assert "police-crime.toml" in ran.err
    assert (partnership.root / "police/police-crime.toml").read_text() == "mine"
    partnership.run(
        "police", "source", "map", file, "--dataset", "police-crime", "-o", "other.toml"
    )
    assert partnership.settings("police").mappings == {"police-crime": "other.toml"}


@pytest.mark.parametrize(
    ("arguments", "status", "refusal", "names"),
    [
        (("--dataset", "police-crimes"), 2, "dataset-unknown", "did you mean police-crime"),
        (("--dataset", "police-crime"), 10, "file-without-records", "odd.csv"),
    ],
)
def test_what_can_not_be_drafted_is_refused(partnership, arguments, status, refusal, names):
    file = partnership.extract("police", "odd.csv", ODD.split("\n", maxsplit=1)[0])
    ran = partnership.run("police", "source", "map", file, *arguments, status=status)
    assert ran.refusal == refusal
    assert names in ran.err
    assert not list((partnership.root / "police").glob("*.toml.*"))


@pytest.mark.parametrize(("number", "domestic"), [("1", True), ("4", False)])
def test_at_a_terminal_it_is_asked_what_a_column_of_yes_and_no_says(partnership, number, domestic):
    rows = (f"0{i % 9 + 1}/0{7 + i % 3}/2026,45,WZ1,{'YN'[i % 5 > 0]}" for i in range(60))
    file = partnership.extract("police", "odd.csv", csv("Rep Dt,What,Postcode,Column 4", *rows))
    status, said = talk(
        partnership, "police", "source", "map", str(file), "--dataset", "police-crime",
        answers={
            "Is column 1 (A) the recorded?": "y",
            "Is column 2 (B) the category?": "y",
            "What does column 4 (D) hold?": "",
            "Number": number,
        },
    )  # fmt: skip
    assert status == 0, said
    mapping = read_mapping(partnership.root / "police/police-crime.toml")
    assert mapping.columns.get("domestic") == ("Column 4" if domestic else None)
    assert mapping.unused == (() if domestic else ("Column 4",))
    assert partnership.run("police", "check", file, "--dataset", "police-crime").status == 0


def test_a_drafted_mapping_does_not_fit_where_its_columns_have_other_numbers(partnership):
    rows = [(f"0{i % 9 + 1}/0{7 + i % 3}/2026", "45", "WZ1", f"unit {i} of two") for i in range(30)]
    plain = [("Seen", "What", "Postcode", "Seen"), *rows]
    moved = [("", *row) for row in plain]
    files = [
        partnership.extract("police", name, csv(*map(",".join, lines)))
        for name, lines in (("plain.csv", plain), ("moved.csv", moved))
    ]
    partnership.run("police", "source", "map", files[0], "--dataset", "police-crime")
    mapping = read_mapping(partnership.root / "police/police-crime.toml")
    assert mapping.columns["occurred_from"] == "Seen (column 1)"
    assert mapping.unused == ("Seen (column 4)",)
    assert mapping.fits(read(files[0]).headings)
    assert not mapping.fits(read(files[1]).headings)


def test_at_a_terminal_the_rest_is_asked_by_number(partnership: Partnership):
    rows = (f"0{i % 9 + 1}/0{7 + i % 3}/2026,45,Unit {i}" for i in range(30))
    file = partnership.extract("police", "odd.csv", csv("Rep Dt,What,Where", *rows))
    status, said = talk(
        partnership, "police", "source", "map", str(file), "--dataset", "police-crime",
        answers={
            "Is column 1 (A) the recorded?": "y",
            "Is column 2 (B) the category?": "y",
            "Which column holds the place?": "0",
            "Number": "1",
        },
    )  # fmt: skip
    assert status == 0, said
    mapping = read_mapping(partnership.root / "police/police-crime.toml")
    assert mapping.constants["district"] == "E07999901"
    assert "30 rows" in partnership.submit("police", file, "--dataset", "police-crime").out


def test_a_file_without_headings_prints_no_person(partnership):
    rows = [f"Zebedee Quackenbush,0{i % 9 + 1}/08/2026,45,WZ1 1AA" for i in range(9)]
    file = partnership.extract("police", "odd.csv", csv(*rows))
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime", status=10)
    assert ran.refusal == "headings-are-a-record"
    assert "Quackenbush" not in ran.said
    assert "WZ1" not in ran.said


def test_the_lists_are_those_of_the_nation(tmp_path):
    from schemas.datasets.registry import DATASETS
    from schemas.extract.draft_mapping import draft_of
    from schemas.extract.file import read

    path = tmp_path / "x.csv"
    path.write_text(csv("Start date,District,Reason", *["04/08/2026,Westshire,DR"] * 9))
    for nation in ("england", "wales"):
        found = draft_of(read(path), DATASETS["council-exclusions"], lambda codes: codes, nation)
        assert found.likely.scheme == f"exclusion-reasons-{nation}"


def test_no_repr_of_a_mapping_tells_a_heading_or_a_code(partnership):
    file = partnership.extract("police", "odd.csv", ODD)
    partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    shown = repr(read_mapping(partnership.root / "police/police-crime.toml"))
    assert not [text for text in ("Rep Dt", "Loc PC", "Offence", "BURG-D") if text in shown]


IDENTIFIERS = ("Quackenbush, Jane 07700 900123", "j.quackenbush@example.org", "AB 12 34 56 C")


def test_no_value_that_looks_like_an_identifier_is_written(partnership):
    lines = ODD.splitlines()
    cells = (line.split(",") for line in lines)
    column = next(cells).index("Offence")
    for n, told in enumerate(IDENTIFIERS, start=1):
        row = lines[n].split(",")
        row[column] = f'"{told}"'
        lines[n] = ",".join(row)
    file = partnership.extract("police", "odd.csv", "\r\n".join(lines))
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    text = (partnership.root / "police/police-crime.toml").read_text()
    assert "3 values of this column look like an identifier" in text
    for told in IDENTIFIERS:
        assert told not in text + ran.said


def test_a_line_of_headings_that_is_a_record_is_refused(partnership):
    rows = (
        f"REF/2026/{n:05d},{n % 28 + 1:02d}/07/2026,45,SP10 {n % 10}AB,"
        f"07700 9001{n:02d},jane{n}@example.org"
        for n in range(30)
    )
    file = partnership.extract("police", "headless.csv", "\r\n".join(rows))
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime", status=10)
    assert ran.refusal == "headings-are-a-record"
    assert "example.org" not in ran.said
    assert not (partnership.root / "police/police-crime.toml").exists()


def test_a_mapping_of_one_system_leaves_the_usual_headings_readable(partnership):
    file = partnership.extract("police", "odd.csv", ODD)
    partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    usual = partnership.extract("police", "usual.csv", crimes(60))
    ran = partnership.run("police", "check", usual, "--dates", "2026Q3", "--json")
    assert ran.json["rows_accepted"] == 60
    other = partnership.extract("police", "other.csv", "Heading,Another\r\n1,2\r\n")
    arguments = ("police", "check", other, "--dataset", "police-crime")
    assert partnership.run(*arguments, status=10).refusal == "mapping-columns-missing"


def test_no_hint_sends_dates_that_may_be_of_another_order(partnership):
    head, *rest = crimes(60).splitlines()
    for n, line in enumerate(rest):
        row = line.split(",")
        row[1] = row[2] = f"{7 + n % 3:02d}/{n % 12 + 1:02d}/2026"
        rest[n] = ",".join(row)
    file = partnership.extract("police", "american.csv", "\r\n".join([head, *rest]))
    for dates in ((), ("--dates", "2026Q3"), ("--dates", "2026Q1")):
        ran = partnership.run(
            "police", "check", file, "--dataset", "police-crime", *dates, "--json", status=11
        )
        assert "dates-order-unclear" in {f["rule"] for f in ran.json["findings"]}
        assert "--dates" not in ran.err
    partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    path = partnership.root / "police/police-crime.toml"
    text = path.read_text()
    for name in ("recorded", "occurred_from"):
        text = text.replace(f'# {name} = "%m', f'{name} = "%m')
    path.write_text(text)
    arguments = ("police", "check", file, "--dataset", "police-crime", "--dates", "2026Q3")
    account = partnership.run(*arguments, "--json").json
    assert account["rows_accepted"] == 60


def test_columns_that_may_be_the_marker_are_named_together(partnership):
    rows = (
        f"0{i % 9 + 1}/08/2026,45,WZ1 1AA,{('domestic', 'x')[i % 2]},{('no', 'domestic')[i % 2]}"
        for i in range(30)
    )
    file = partnership.extract("police", "odd.csv", csv("Date,Code,Postcode,Alpha,Beta", *rows))
    ran = partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    assert ran.warnings.count("column-may-decide-protection") == 1
    assert ran.err.count("columns 4 (D) and 5 (E)") == 2  # in the warning and in one hint
