"""The protocol: published, signed, and what it settles about domestic incidents and groups."""

from datetime import date

import polars as pl
import pytest
from icalendar import Calendar

from exchange.errors import NotEntitled
from partners.entries import canonical_json
from partners.entries.returns import Submit
from tests.lib import partnership as lib
from tests.lib.extracts import CRIME_HEADINGS, csv
from tests.lib.partnership import Partnership


@pytest.fixture
def document(partnership) -> Partnership:
    """A partnership whose document everybody holds."""
    for who in ("council", "police", "ambulance", "analysts"):
        partnership.extract(who, "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    return partnership


def publish(p: Partnership, *told: object, status: int = 0):
    file = p.root / "council/protocol.pdf"
    return p.signed(
        "council", "partnership", "protocol", "publish", file, "--yes", *told, status=status
    )


def sign(p: Partnership, who: str, *told: object, status: int = 0):
    file = p.root / who / "protocol.pdf"
    return p.signed(who, "partnership", "protocol", "sign", file, "--yes", *told, status=status)


def crimes(domestic: int, plain: int) -> str:
    row = "R{i},0{d}/08/2026,0{d}/08/2026,23:10,{c},WZ1 {i}AA,E01999000,{f},N"
    rows = [row.format(i=i % 10, d=1 + i % 5, c="105A", f="Y") for i in range(domestic)]
    rows += [row.format(i=i % 10, d=1 + i % 5, c="45", f="N") for i in range(plain)]
    return csv(CRIME_HEADINGS, *rows)


def sent(p: Partnership, *told: object, status: int = 0):
    file = p.extract("police", "crime.csv", crimes(40, 25))
    return p.submit("police", file, "--dates", "2026Q3", *told, status=status)


def statement(p: Partnership, position: int) -> dict:
    return canonical_json.read(p.entries()[position].read_bytes().split(b"\n\n")[0] + b"\n")


def test_a_protocol_is_published_signed_and_shown(document):
    said = publish(document, "--title", "Westshire ISP 2026", "--review", "2026-10-01").out
    assert "published  Westshire ISP 2026  log 3" in said
    assert "at least 5" in said
    sign(document, "police")
    ran = document.run("ambulance", "partnership", "protocol", "show")
    assert "Westshire ISP 2026, published 20 October 2026, log 3" in ran.out
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "police responsible authority signed 20 October 2026 log 4" in lines
    assert "ambulance may not signed" in lines
    assert "protocol-review-due" in ran.warnings
    assert "1 October 2026" in ran.err
    told = document.run("ambulance", "partnership", "protocol", "show", "--json").json
    assert (list(told["signatures"]), told["smallest"]) == (["police"], 5)
    assert "police" not in told["not_signed"]


def test_the_published_document_is_saved_from_the_store_or_refused(document):
    p = document
    show = ("partnership", "protocol", "show", "--save", "saved.pdf")
    assert p.run("ambulance", *show, status=2).refusal == "protocol-missing"
    publish(p)
    p.run("ambulance", *show)
    saved = p.root / "ambulance/saved.pdf"
    assert saved.read_bytes() == b"%PDF-1.7 a made-up protocol"
    assert p.run("council", "verify", "--json").json["unknown_files"] == []
    (kept,) = (p.share / "bundles").glob("*.document")
    for altered in (b"%PDF-1.7 another protocol!!", b"%PDF-1.7 a made-up protocol, longer"):
        kept.write_bytes(altered)
        assert p.run("police", *show, status=15).refusal == "protocol-document-changed"
    kept.unlink()
    assert p.run("police", *show, status=2).refusal == "protocol-document-missing"
    assert not (p.root / "police/saved.pdf").exists()


def test_only_the_published_document_is_signed_and_only_once(document):
    ran = sign(document, "police", status=2)
    assert ran.refusal == "protocol-missing"
    publish(document)
    document.extract("police", "protocol.pdf", b"%PDF-1.7 another")
    ran = sign(document, "police", status=2)
    assert ran.refusal == "protocol-file-differs"
    assert "protocol.pdf" in ran.err
    document.extract("police", "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    sign(document, "police")
    assert sign(document, "police", status=16).refusal == "protocol-already-signed"
    ran = sign(document, "ambulance", "--personal-data", status=12)
    assert ran.refusal == "protocol-without-personal-clause"


def test_only_a_coordinator_publishes_and_nobody_is_named(document):
    file = document.root / "ambulance/protocol.pdf"
    ran = document.signed(
        "ambulance", "partnership", "protocol", "publish", file, "--yes", status=12
    )
    assert ran.refusal == "signer-not-coordinator"
    ran = publish(document, "--title", "ask liaison@police.example", status=2)
    assert "liaison@" not in ran.said
    assert len(document.entries()) == 3


def test_a_new_version_needs_new_signatures(document):
    publish(document)
    sign(document, "police")
    publish(document, "--smallest", 10)
    told = document.run("police", "partnership", "protocol", "show", "--json").json
    assert (told["signatures"], told["smallest"]) == ({}, 10)
    sign(document, "police")


def test_a_protocol_can_ask_for_larger_groups_and_for_no_smaller(document):
    ran = publish(document, "--smallest", 4, status=2)
    assert ran.refusal == "smallest-group-not-allowed"
    assert "--smallest" in ran.err
    publish(document, "--smallest", 12)
    sent(document)
    assert statement(document, 4)["treatments"]["smallest"] == 12
    document.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(document.root / "analysts/merged/dataset=police-crime")
    domestic = rows.filter(pl.col("domestic") == "yes")
    key = ["recorded", "weekday", "time_from", "category", "place"]
    assert domestic.group_by(key).len()["len"].min() >= 12


def test_recorded_domestics_can_be_withheld_and_are_counted(document):
    ran = sent(document, "--domestic-incidents", "withhold")
    assert [" ".join(x.split()) for x in ran.out.splitlines() if "domestic" in x] == [
        "domestic, withheld -40"
    ]
    told = statement(document, 3)
    assert told["treatments"]["domestic"] == "withhold"
    assert told["counts"]["left_out"] == {"domestic": "10-49"}
    assert told["counts"]["accepted"] == "10-49"
    document.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(document.root / "analysts/merged/dataset=police-crime")
    assert (rows.height, set(rows["domestic"])) == (25, {"no"})


def test_exchange_toml_keeps_the_choice_by_dataset(document):
    settings = document.settings("police")
    settings.domestic = {"police-crime": "withhold"}
    settings.write()
    sent(document)
    assert statement(document, 3)["treatments"]["domestic"] == "withhold"
    settings.domestic = {"police-crime": "hide"}
    settings.write()
    ran = sent(document, status=2)
    assert ran.refusal == "domestic-setting-not-understood"
    ran = sent(
        document, "--domestic-incidents", "generalise", status=2
    )  # a correction keeps to what was sent
    assert ran.refusal == "domestic-choice-settled"
    settings.domestic = {"police-crimes": "withhold"}
    settings.write()
    assert sent(document, status=2).refusal == "domestic-setting-not-understood"


def test_what_the_protocol_withholds_no_partner_shares(document):
    publish(document, "--withhold", "police-crime")
    ran = sent(document, "--domestic-incidents", "generalise", status=2)
    assert ran.refusal == "domestic-withheld-by-protocol"
    assert "domestic incidents of Recorded crime" in ran.err
    sent(document)
    assert statement(document, 4)["treatments"]["domestic"] == "withhold"
    ran = publish(document, "--withhold", "police-crimes", status=2)
    assert ran.refusal == "dataset-unknown"
    assert "police-crime" in ran.err


def test_personal_data_goes_to_the_signatories_of_the_clause_and_to_nobody_else(document):
    ran = sent(document, "--domestic-incidents", "personal", status=2)
    assert ran.refusal == "personal-clause-not-signed"
    assert "police " in ran.err
    publish(document, "--personal-data")
    sign(document, "police", "--personal-data")
    sign(document, "council", "--personal-data")
    sign(document, "ambulance")
    ran = sent(document, "--domestic-incidents", "personal")
    assert "40 rows: encrypted for Westshire council, Westshire police" in ran.out
    assert "police-crime (personal data)" in ran.out
    common, personal = statement(document, 7), statement(document, 8)
    assert (common["personal"], personal["personal"]) == (False, True)
    assert {r["who"].split("/")[0] for r in personal["recipients"]} == {"council", "police"}
    document.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(document.root / "analysts/merged/dataset=police-crime")
    assert set(rows["domestic"]) == {"no"}
    ran = document.signed("analysts", "pull", "personal", "--personal", status=16)
    assert ran.refusal == "nothing-personal-to-pull"
    ran = document.signed("council", "pull", "personal", "--personal")
    assert "personal-data-written" in ran.warnings
    (file,) = (document.root / "council/personal").iterdir()
    assert file.name == "PERSONAL-DATA-westshire-csp-police-police-crime-log8.parquet"
    rows = pl.read_parquet(file)
    assert (rows.height, set(rows["domestic"])) == (40, {"yes"})
    assert set(rows["time_precision"]) == {"minute"}
    assert set(rows["place_precision"]) == {"lsoa"}
    told = canonical_json.read(pl.read_parquet_metadata(file)["csp-exchange"].encode())
    assert told["holds"].startswith("PERSONAL DATA: recorded domestic incidents")
    document.signed("council", "pull", "merged")  # and it is never merged
    rows = pl.read_parquet(document.root / "council/merged/dataset=police-crime")
    assert rows.height == 25
    assert "already sent" in sent(document, "--domestic-incidents", "personal").out


def test_a_personal_bundle_sealed_for_others_has_no_effect(document):
    """Two partners who did not sign the clause can't be slipped in by an altered client."""
    publish(document, "--personal-data")
    sign(document, "police", "--personal-data")
    log, officer = document.log("police"), document.officer("police")
    sent(document, "--domestic-incidents", "personal")
    log = document.log("police")
    genuine = next(s for s in log.register.current() if s.statement.personal)
    everybody = [(c.who, c.signer) for c in log.register.cards.values()]
    body = canonical_json.read(
        document.entries()[genuine.position].read_bytes().split(b"\n\n")[0] + b"\n"
    )
    own = {n: v for n, v in body.items() if n in Submit.SHAPES}
    own["recipients"] = [{"who": who, "key": key} for who, key in everybody]
    with pytest.raises(NotEntitled) as refused:
        log.write(Submit.from_json(own), document.card("police"), officer, document.now)
    assert refused.value.id == "recipient-clause-not-signed"


def test_a_liaison_officer_is_nominated_and_accepts(document):
    publish(document)
    p = document
    said = p.signed("police", "partner", "liaison", "liaison", "--yes")
    assert "police/liaison  liaison officer  log 4" in said.out
    told = p.run("council", "partnership", "protocol", "show")
    lines = [" ".join(line.split()) for line in told.out.splitlines()]
    assert "police/liaison liaison officer since 20 October 2026" in lines
    assert "ambulance liaison officer not appointed" in lines
    ran = p.signed("police", "partner", "liaison", "chief", "--yes", status=12)
    assert ran.refusal == "nominee-not-enrolled"
    ran = p.signed("analysts", "partner", "liaison", "analyst", "--yes", status=12)
    assert ran.refusal == "signer-may-not-sign"


def test_a_deputy_who_was_nominated_accepts_in_their_own_folder(document):
    p = document
    publish(p)
    p.signed("ambulance", "partner", "liaison", "liaison", "--deputy", "--yes")
    lib.join(p, "deputy")
    p.signed(
        "deputy", "key", "new", "--partner", "police", "--name", "Westshire police", "--kind",
        "police", "--officer", "deputy", "--contact", "d@police.example",
    )  # fmt: skip
    lib.enrol(p, "deputy")
    said = p.signed("police", "partner", "liaison", "deputy", "--deputy", "--yes")
    assert "exchange partner liaison deputy --deputy" in said.err
    assert "not yet confirmed" in p.run("police", "partnership", "protocol", "show").out
    said = p.signed("deputy", "partner", "liaison", "deputy", "--deputy", "--yes")
    assert "police/deputy  deputy liaison officer" in said.out
    officers = p.run("police", "partnership", "protocol", "show", "--json").json["liaison_officers"]
    assert {(o["partner"], o["office"], o["deputy"]) for o in officers} == {
        ("ambulance", "liaison", True),
        ("police", "deputy", True),
    }


def test_status_reminds_of_the_review(document):
    publish(document, "--review", "2026-11-15")
    ran = document.run("police", "status")
    assert "protocol-review-due" in ran.warnings
    assert "15 November 2026" in ran.err


QUARTERS = ("Jul to Sep 2026", "Oct to Dec 2026", "Jan to Mar 2027", "Apr to Jun 2027")


def test_the_calendar_names_what_is_due_and_a_newer_one_takes_its_place(document):
    p = document
    publish(p, "--review", "2027-10-01", "--title", "Westshire ISP")
    p.run("police", "status", "--calendar", "due.ics")
    events = {str(e["summary"]): e for e in calendar(p, "police")}
    assert set(events) == {
        *(f"Westshire CSP: {q} is due" for q in QUARTERS),
        "Westshire CSP: review of the protocol",
    }
    first = events["Westshire CSP: Jul to Sep 2026 is due"]
    assert first["dtstart"].dt == date(2026, 12, 31)
    assert "Recorded crime" in first["description"]
    assert "Ambulance" not in first["description"]
    names = {str(e["uid"]) for e in events.values()}
    p.submit("police", p.extract("police", "crime.csv", crimes(0, 30)), "--dates", "2026Q3")
    p.run("police", "status", "--all", "--calendar", "due.ics")
    again = calendar(p, "police")
    assert {str(e["uid"]) for e in again} == names
    assert "Westshire police: Recorded crime" not in str(again[0]["description"])
    assert "Westshire ambulance: Ambulance callouts" in str(again[0]["description"])


def calendar(p: Partnership, who: str):
    return Calendar.from_ical((p.root / who / "due.ics").read_bytes()).walk("VEVENT")


def test_who_can_not_sign_is_not_asked_to(document):
    publish(document)
    told = document.run("police", "partnership", "protocol", "show")
    assert "analysts" not in told.out
    told = document.run("police", "partnership", "protocol", "show", "--json").json
    assert told["not_signed"] == ["council", "police", "ambulance"]


def test_the_protocol_can_ask_for_coarser_places(document):
    publish(document, "--place", "police-crime=outward")
    sent(document)
    document.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(document.root / "analysts/merged/dataset=police-crime")
    assert set(rows["place_precision"]) <= {"outward", "district"}
    assert set(rows["lsoa_edition"]) == {""}
    page = document.root / "police/evidence.html"
    file = document.root / "police/crime.csv"
    document.run("police", "preview", file, "--dates", "2026Q3", "--evidence", page)
    told = page.read_text().partition("most precise place")[2].partition("</tr>")[0]
    assert "outward code" in told
    assert "the protocol (log 3)" in told


def test_no_protocol_lets_calls_leave_more_finely_than_six_hours(document):
    from tests.lib.extracts import callouts

    assert (
        "--minutes"
        not in document.run("council", "partnership", "protocol", "publish", "--help").out
    )
    file = document.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 40))
    document.submit("ambulance", file, "--dates", "2026Q3")
    document.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(document.root / "analysts/merged/dataset=ambulance-callouts")
    assert set(rows["time_precision"]) <= {"six hours", "day"}


def test_who_submits_for_whom_is_said_and_counts_for_both(document):
    lib.join(document, "health")
    lib.make_key(document, "health")
    lib.enrol(document, "health")
    publish(document, "--behalf", "ambulance-callouts:ambulance=health", "--witnesses", "2")
    document.signed("ambulance", "nil", "ambulance-callouts", "--dates", "2026Q3", "--yes")
    told = document.run("analysts", "status", "--quarter", "2026Q3", "--json").json["standings"]
    found = {s["partner"]: s for s in told if s["dataset"] == "ambulance-callouts"}
    assert found["health"]["state"] == found["ambulance"]["state"] == "on time"
    assert (found["health"]["by"], found["ambulance"]["by"]) == (["ambulance"], [])
    assert found["health"]["entries"] == found["ambulance"]["entries"]
    said = document.run("analysts", "status", "--quarter", "2026Q3").out
    assert "on time, nil return, submitted by ambulance" in said


def test_who_submits_for_another_may_send_what_only_the_other_holds(document):
    lib.join(document, "health")
    lib.make_key(document, "health")
    lib.enrol(document, "health")
    nil = ("nil", "health-admissions", "--dates", "2026Q3", "--yes")
    ran = document.signed("ambulance", *nil, status=12)
    assert ran.refusal == "dataset-not-held"
    publish(document, "--behalf", "health-admissions:ambulance=health")
    document.signed("ambulance", *nil)


def test_a_local_dataset_is_expected_of_the_kinds_that_the_protocol_names(document):
    publish(document, "--local", "local-licensing=council,police")
    told = document.run("analysts", "status", "--quarter", "2026Q3", "--json").json["standings"]
    assert not [s for s in told if s["dataset"] == "local-licensing"]  # from this quarter on
    told = document.run("analysts", "status", "--quarter", "2026Q4", "--json").json["standings"]
    local = {s["partner"]: s for s in told if s["dataset"] == "local-licensing"}
    assert set(local) == {"council", "police"}
    assert not any(s["certain"] for s in local.values())


def test_two_witnesses_are_waited_for_where_the_protocol_asks_for_them(document):
    publish(document, "--witnesses", "2")
    document.signed("ambulance", "nil", "ambulance-callouts", "--dates", "2026Q3", "--yes")

    def evidence() -> str:
        told = document.run("ambulance", "status", "--quarter", "2026Q3", "--json").json
        (mine,) = [s for s in told["standings"] if s["dataset"] == "ambulance-callouts"]
        return mine["evidence"]

    document.run("council", "status")
    assert "witnessed" not in evidence()
    document.run("police", "status")
    assert evidence() in ("confirmed by council, police", "confirmed by police, council")


@pytest.mark.parametrize(
    "told",
    [
        ("--place", "police-crime=point"),
        ("--place", "police-crime"),
        ("--local", "licensing=council"),
        ("--local", "local-licensing=grocers"),
        ("--behalf", "ambulance-callouts:ambulance=nobody"),
        ("--behalf", "ambulance-callouts:ambulance=ambulance"),
        ("--behalf", "ambulance-callouts"),
    ],
    ids=" ".join,
)
def test_settings_that_make_no_sense_are_refused(document, told):
    publish(document, *told, status=2)
    assert len(document.entries()) == 3
