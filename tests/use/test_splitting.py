"""One extract for many partnerships and datasets: one preview, one confirmation, one table."""

import re
import shutil
from dataclasses import replace

import pytest

from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from tests.lib.extracts import csv
from tests.lib.partnership import Partnership, several

AREAS = {"E07999901": "Westshire", "E07999902": "Northshire", "E07999903": "Southshire"}
STREET = "Crime ID,Month,LSOA code,LSOA name,Crime type"
PLACES = ("Westshire", "Westshire", "Northshire", "Elsewhere")


def street(month: int, rows: int = 24) -> str:
    return csv(
        STREET,
        *(
            f"{month}{i:03d},2026-{month:02d},E0199900{i % 9},{PLACES[i % 4]} 001A,"
            + ("Burglary" if i % 3 else "Anti-social behaviour")
            for i in range(rows)
        ),
    )


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    return several(tmp_path_factory.mktemp("several") / "p", AREAS)


@pytest.fixture
def county(founded, tmp_path):
    return founded.copy(tmp_path / "p")


BOTH = ("--dataset", "police-crime", "--dataset", "police-asb")


def files(p: Partnership) -> list:
    return [p.extract("police", f"{month}.csv", street(month)) for month in (7, 8, 9)]


def test_three_files_are_split_among_partnerships_and_datasets(county):
    p = county
    ran = p.signed("police", "submit", *files(p), *BOTH, "--yes", "--json")
    told = {(one["partnership"], one["dataset"]): one["rows"] for one in ran.json}
    # Of 72 rows half are Westshire's, a quarter Northshire's, and a third of all are incidents.
    assert told == {
        ("westshire", "police-crime"): 24, ("northshire", "police-crime"): 12,
        ("westshire", "police-asb"): 12, ("northshire", "police-asb"): 6,
    }  # fmt: skip
    for one in ran.json:
        assert one["rows_in"] == 72
        assert one["rows_in"] == one["rows_accepted"] + sum(one["left_out"].values())
        assert one["covered"] == "2026-07-01..2026-09-30"
    for slug, rows in (("westshire", 2), ("northshire", 2), ("southshire", 0)):
        current = p.run("police", "--partnership", slug, "status", "--quarter", "2026Q3", "--json")
        states = [s["state"] for s in current.json["standings"] if s["partner"] == "police"]
        assert states.count("on time") == rows


def test_the_account_is_shown_once_and_the_table_has_a_line_for_each(county):
    p = county
    ran = p.signed("police", "submit", *files(p), *BOTH, "--yes")
    for slug in ("westshire", "northshire"):
        receipt = rf"--partnership {slug} log receipt (\d+) -o receipt-\1.zip; and so for log \d+"
        assert re.search(receipt, ran.err)
    assert ran.out.count("rows in the file") == 2
    assert "3 files combined" in ran.out
    assert "westshire, encrypted for Westshire, Police" in ran.out
    assert ran.out.count("\nsent\t") + ran.out.startswith("sent") == 4
    again = p.signed("police", "submit", *files(p), *BOTH, "--yes")
    assert again.out.count("already sent") == 4


def test_one_of_several_may_be_named(county):
    p = county
    one = ("--partnership", "northshire", "submit", *files(p), "--dataset", "police-crime")
    ran = p.signed("police", *one, "--yes", "--json")
    assert (ran.json["partnership"], ran.json["rows"]) == ("northshire", 12)
    ran = p.run("police", "--partnership", "nowhere", "status", status=2)
    assert ran.refusal == "partnership-unknown"
    assert "westshire, northshire, southshire" in ran.err
    ran = p.run("police", "status", status=2)
    assert ran.refusal == "partnership-not-named"
    assert "3 partnerships" in ran.err
    assert "exchange --partnership westshire" in ran.err


def test_a_fault_in_one_file_stops_all_and_its_line_names_the_file(county):
    p = county
    some = files(p)
    some[1].write_bytes(some[1].read_bytes().replace(b"2026-08,E01999005", b"2026-88,E01999005", 1))
    ran = p.signed("police", "submit", *some, *BOTH, "--yes", status=11)
    assert ran.refusal == "rules-broken"
    assert "1 line  2:7" in ran.err
    for slug in ("westshire", "northshire"):
        assert not list((p.root / f"share-{slug}/bundles").iterdir())


def test_where_one_store_is_gone_the_others_are_sent_and_a_rerun_finishes(county):
    p = county
    some = files(p)
    bundles = p.root / "share-westshire/bundles"
    aside = p.root / "aside"
    shutil.move(bundles, aside)
    bundles.write_text("in the way")
    ran = p.signed("police", "submit", *some, *BOTH, "--yes", status=None)
    assert ran.status in (1, 15)
    assert "westshire" in ran.err
    assert ran.out.count("sent\tnorthshire") == 2
    bundles.unlink()
    shutil.move(aside, bundles)
    ran = p.signed("police", "submit", *some, *BOTH, "--yes")
    assert ran.out.count("already sent\tnorthshire") == 2
    assert ran.out.count("\nsent\twestshire") == 2


def test_a_running_file_is_cut_for_every_partnership(county):
    p = county
    some = files(p)
    one = (*some, "--dataset", "police-crime", "--dates", "2026-07", "--yes", "--json")
    told = p.signed("police", "submit", *one).json
    assert {t["partnership"]: t["rows"] for t in told} == {"westshire": 8, "northshire": 4}
    assert told[0]["left_out"]["other-dates"] == 24


def test_two_partnerships_do_not_keep_what_they_sent_in_one_folder(county):
    p = county
    path = p.root / "police/exchange.toml"
    told = path.read_text().replace("[[partnership]]", '[[partnership]]\nearlier = "../all"')
    path.write_text(told)
    ran = p.run("police", "check", *files(p), *BOTH, status=2)
    assert ran.refusal == "earlier-folder-of-two"
    for number in range(3):
        told = told.replace('"../all"', f'"../all/{number}"', 1)
    path.write_text(told)
    p.run("police", "check", *files(p), *BOTH)


def test_files_with_other_headings_are_not_sent_together(county):
    p = county
    odd = p.extract("police", "odd.csv", "A,B\n1,2\n")
    ran = p.run("police", "check", files(p)[0], odd, "--dataset", "police-crime", status=10)
    assert ran.refusal == "files-differ"
    assert "file 2 of 2" in ran.err


def test_one_of_several_files_that_cannot_be_read_is_named(county):
    empty = county.extract("police", "empty.csv", "")
    ran = county.run("police", "check", files(county)[0], empty, status=10)
    assert ran.refusal == "file-empty"
    assert "empty.csv" in ran.err


def test_a_file_that_looks_like_another_dataset_is_refused(county):
    text = csv(STREET, *(f"x{m},2026-0{m},E01999000,Westshire 001A,Burglary" for m in (7, 8, 9)))
    file = county.extract("police", "x.csv", text)
    ran = county.run("police", "check", file, "--dataset", "police-asb", status=2)
    assert ran.refusal == "dataset-does-not-fit"
    assert "police-asb" in ran.err
    assert "police-crime" in ran.err


def test_a_mapping_is_drafted_once_for_all_of_them(county):
    rows = (f"0{i % 9 + 1}/0{7 + i % 3}/2026,45,{PLACES[i % 4]}" for i in range(48))
    file = county.extract("police", "odd.csv", csv("Rep Dt,Offence,Where it was", *rows))
    county.run("police", "source", "map", file, "--dataset", "police-crime")
    path = county.root / "police/police-crime.toml"
    told = '[columns]\ndistrict = "Where it was"'
    path.write_text(path.read_text().replace("[columns]", told))
    ran = county.submit("police", file, "--dataset", "police-crime", "--json")
    assert {one["partnership"]: one["rows"] for one in ran.json} == {
        "westshire": 24, "northshire": 12,
    }  # fmt: skip


def test_partnerships_with_a_list_of_outward_codes_and_without_share_one_account(tmp_path):
    p = several(tmp_path / "p", AREAS, {"E07999901": "WZ1", "E07999902": "NZ1"})
    rows = (f"{i},0{i % 9 + 1}/0{7 + i % 3}/2026,45,{('WZ1', 'NZ1', 'QQ9')[i % 3]} 1AA"
            for i in range(30))  # fmt: skip
    file = p.extract("police", "x.csv", csv("Ref,Date,Code,Postcode", *rows))
    told = p.submit("police", file, "--dataset", "police-crime", "--json").json
    assert {one["partnership"]: one["rows"] for one in told} == {"westshire": 10, "northshire": 10}
    assert told[0]["rows_accepted"] == 20
    assert told[0]["left_out"] == {"no-place": 10}


def test_a_part_that_breaks_a_rule_the_whole_does_not_is_never_left_out_in_silence(
    county, monkeypatch
):
    from exchange.submission import prepare

    whole = prepare.check.check
    calls = []

    def check(selected, covered, today):
        calls.append(selected)
        done = whole(selected, covered, today)
        if len(calls) == 2:  # the first part
            slip = Finding(RULES["date-unreadable"], "recorded", count=1, lines=(3,))
            return replace(done, checked=None, findings=[slip])
        return done

    monkeypatch.setattr(prepare.check, "check", check)
    one = (*files(county), "--dataset", "police-crime", "--yes")
    ran = county.signed("police", "submit", *one, status=11)
    assert ran.refusal == "rules-broken"
    assert "date-unreadable: " in ran.err
    assert not list((county.root / "share-westshire/bundles").iterdir())


def test_a_second_partnership_takes_the_key_that_is_there(county):
    p = county
    assert len(list((p.root / "police").glob("*.key"))) == 1
    ran = p.signed("police", "--partnership", "westshire", "key", "card", status=2)
    assert ran.refusal == "key-already-exists"
