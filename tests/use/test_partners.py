"""Who the partners are in law, on a day; and what becomes of an authority that is replaced."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from exchange.keys import signed_note
from exchange.keys.identity import read_identity
from partners.entries import canonical_json
from tests.lib import partnership as lib
from tests.lib.partnership import PASSPHRASE, Partnership

HEALTH = "health-admissions"
SUCCEED = ("partner", "replace", "ccg", "icb", "--on")


def _health(p: Partnership) -> None:
    """A clinical commissioning group and the integrated care board that came after it."""
    for who in ("ccg", "icb"):
        lib.join(p, who)
        p.signed(
            who, "key", "new", "--partner", who, "--name", f"Westshire {who.upper()}", "--kind",
            "health", "--contact", f"data@{who}.example",
        )  # fmt: skip
        lib.enrol(p, who)


@pytest.fixture
def health(once, tmp_path) -> Partnership:
    def fill(folder: Path) -> None:
        _health(lib.found(folder, first=("--first-quarter", "2022Q1"), now=now))

    now = datetime(2022, 6, 1, 9, tzinfo=UTC)
    return Partnership(once("health", fill), now).copy(tmp_path / "p")


def rows(p: Partnership, quarter: str) -> dict[str, dict]:
    told = p.run("analysts", "status", "--quarter", quarter, "--json").json["standings"]
    return {s["partner"]: s for s in told if s["dataset"] == HEALTH}


def test_each_partner_is_what_the_act_makes_of_it(health):
    ran = health.run("analysts", "partner", "list", "--on", "2026-10-01")
    told = " ".join(ran.out.split())
    assert "police Westshire police responsible authority: the chief officer of police" in told
    assert "ambulance Westshire ambulance co-operating body: an NHS trust" in told
    assert "analysts Westshire analysts none known" in told
    assert "standing-to-be-confirmed" in ran.warnings
    assert "an NHS trust or NHS foundation trust" in ran.err
    listed = health.run("analysts", "partner", "list", "--on", "2022-06-30", "--json").json
    (ccg,) = [one for one in listed if one["partner"] == "ccg"]
    assert (ccg["standing"], ccg["title"]) == ("responsible", "the clinical commissioning group")
    assert "SI 2022/634" in ccg["source"]


def test_the_successor_owes_what_comes_after_and_what_was_left_undone(health):
    p = health
    assert set(rows(p, "2022Q2")) == set(rows(p, "2022Q3")) == {"ccg", "icb"}
    p.signed(
        "council", "partner", "replace", "ccg", "icb", "--on", "2022-07-01", "--begun", "--yes"
    )
    assert set(rows(p, "2022Q1")) == set(rows(p, "2022Q2")) == {"ccg"}
    assert set(rows(p, "2022Q3")) == {"icb"}
    p.now = datetime(2022, 8, 1, 9, tzinfo=UTC)
    p.signed("icb", "nil", HEALTH, "--dates", "2022Q2", "--yes")
    (row,) = rows(p, "2022Q2").values()
    assert (row["partner"], row["state"], row["by"]) == ("ccg", "on time", ["icb"])
    p.now = datetime(2022, 11, 1, 9, tzinfo=UTC)
    p.signed("icb", "nil", HEALTH, "--dates", "2022Q3", "--yes")
    assert rows(p, "2022Q3")["icb"]["state"] == "on time"
    assert "icb on 1 July 2022" in p.run("analysts", "partner", "list").out


def test_a_successor_that_was_there_before_still_owes_its_own(health):
    p = health
    p.signed("council", *SUCCEED, "2022-07-01", "--yes")
    assert set(rows(p, "2022Q2")) == {"ccg", "icb"}
    assert set(rows(p, "2022Q3")) == {"icb"}


def test_a_succession_in_the_middle_of_a_quarter(health):
    p = health
    p.signed(
        "council", "partner", "replace", "ccg", "icb", "--on", "2022-08-15", "--begun", "--yes"
    )
    assert set(rows(p, "2022Q2")) == {"ccg"}
    assert set(rows(p, "2022Q3")) == {"icb"}


@pytest.mark.parametrize(
    ("who", "old", "new", "refusal"),
    [
        ("ambulance", "ccg", "icb", "signer-not-coordinator"),
        ("council", "ccg", "ccg", "succession-partners-unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(health, who, old, new, refusal):
    told = ("partner", "replace", old, new, "--on", "2022-07-01", "--yes")
    assert health.signed(who, *told, status=12).refusal == refusal


def test_who_is_no_partner_is_said_before_anything_is_asked(health):
    ran = health.run("council", "partner", "replace", "ccg", "ibc", "--on", "2022-07-01", status=2)
    assert ran.refusal == "partner-unknown"
    assert "did you mean icb" in ran.err
    title = health.log("council").register.partners["ccg"].name
    assert "did you mean ccg" in health.run("council", "partner", "edit", title, status=2).err


def test_an_authority_ends_once(health):
    told = ("--on", "2022-07-01", "--yes")
    health.signed("council", "partner", "replace", "ccg", "icb", *told)
    ran = health.signed("council", "partner", "replace", "ccg", "icb", *told, status=12)
    assert ran.refusal == "authority-already-ended"
    ran = health.signed("council", "partner", "replace", "icb", "ccg", *told, status=12)
    assert ran.refusal == "successor-already-ended"


def test_who_must_sign_the_protocol_is_said(health):
    file = health.extract("council", "protocol.pdf", b"a protocol")
    health.signed("council", "partnership", "protocol", "publish", file, "--yes")
    health.now = datetime(2026, 10, 20, tzinfo=UTC)
    lines = [
        " ".join(one.split())
        for one in health.run("police", "partnership", "protocol", "show").out.splitlines()
    ]
    assert "police responsible authority not signed" in lines
    assert "ambulance may not signed" in lines


def test_a_successor_of_another_kind_would_leave_its_datasets_to_nobody(health):
    before = len(health.entries())
    told = ("--on", "2022-07-01", "--yes")
    ran = health.signed("council", "partner", "replace", "ccg", "police", *told, status=2)
    assert ran.refusal == "successor-of-another-kind"
    assert "Hospital admissions" in ran.err
    assert len(health.entries()) == before


def test_a_partner_that_was_typed_wrongly_is_corrected_from_a_quarter_on(partnership):
    p = partnership
    lib.join(p, "fire")
    told = (
        "--partner",
        "fire",
        "--name",
        "Westshire Frie",
        "--kind",
        "council",
        "--contact",
        "f@x",
    )
    p.signed("fire", "key", "new", *told)
    lib.enrol(p, "fire")
    assert owed(p, "2026Q3")["fire"] >= {"council-asb"}
    edit = ("partner", "edit", "fire", "--name", "Westshire Fire", "--kind", "fire")
    ran = p.signed("council", *edit, "--from", "2026Q4", "--yes")
    assert "Westshire Fire (fire), due from 2026Q4" in ran.out
    assert "council-asb" in owed(p, "2026Q3")["fire"]
    assert owed(p, "2026Q4")["fire"] >= {"fire-deliberate-primary"}
    assert "council-asb" not in owed(p, "2026Q4")["fire"]
    listed = {one["partner"]: one for one in p.run("fire", "partner", "list", "--json").json}
    assert (listed["fire"]["name"], listed["fire"]["kinds"]) == ("Westshire Fire", ["fire"])
    p.signed("fire", "nil", "fire-deliberate-primary", "--dates", "2026Q3", "--yes")
    assert p.signed("council", *edit, "--yes", status=None).refusal == "partner-unchanged"
    p.signed("council", *edit, "--from", "2026Q1", "--yes")
    assert "council-asb" not in owed(p, "2026Q3")["fire"]


def owed(p: Partnership, quarter: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in p.run("analysts", "status", "--quarter", quarter, "--json").json["standings"]:
        found.setdefault(one["partner"], set()).add(one["dataset"])
    return found


def test_a_card_that_disagrees_with_the_log_is_named_with_its_remedy(partnership):
    p = partnership
    p.signed("ambulance", "key", "renew")
    p.signed("council", "partner", "edit", "ambulance", "--name", "South Trust", "--yes")
    card = p.root / "ambulance/ambulance-liaison-2.card"
    ran = p.signed("council", "partner", "add", card, "--yes", status=None)
    assert ran.refusal == "authority-described-differently"
    assert "ambulance/liaison's card" in ran.err
    assert "South Trust" in ran.err
    p.signed("ambulance", "key", "renew")  # the new card takes what the log says
    p.signed("council", "partner", "add", card.with_stem("ambulance-liaison-3"), "--yes")
    ran = p.signed("council", "partner", "edit", "nobody", "--name", "x y", "--yes", status=2)
    assert ran.refusal == "partner-unknown"


def test_a_card_of_an_earlier_release_is_not_added_and_one_without_its_proof_is_none(partnership):
    p = partnership
    p.signed("ambulance", "key", "renew")
    path = p.root / "ambulance/ambulance-liaison-2.card"
    text, _, lines = path.read_text(encoding="utf-8").partition("\n\n")
    first, _ = lines.splitlines()
    path.write_text(f"{text}\n\n{first}\n", encoding="utf-8")
    ran = p.signed("council", "partner", "add", path, "--yes", status=None)
    assert ran.refusal == "card-not-self-signed"
    old = canonical_json.read(text.encode() + b"\n") | {"format": 1}
    key = read_identity(path.with_suffix(".key"), PASSPHRASE).signing
    name = f"{old['origin']}/ambulance/liaison"
    path.write_bytes(signed_note.sign(canonical_json.write(old), name, key))
    ran = p.signed("council", "partner", "add", path, "--yes", status=None)
    assert ran.refusal == "card-without-proof"
    assert "exchange key card" in ran.err
    assert len(p.entries()) == 3
