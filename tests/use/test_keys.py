"""Keys over time: an officer leaves, a laptop is stolen, a key is renewed, a partner joins late."""

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from exchange.cli import colours
from exchange.cli.group import App, exchange
from exchange.cli.main import main
from exchange.cli.options import FILE_VARIABLE
from exchange.errors import NotEntitled
from exchange.keys.cards import fingerprint
from exchange.keys.identity import read_identity, write_identity
from exchange.log.entry_signature import sign_entry
from exchange.stores import sync_folders
from partners.entries.entry import FORMAT, Entry
from partners.entries.returns import Nil
from schemas.quarters import Covered
from tests.lib import partnership as lib
from tests.lib.commands import every_command
from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import PASSPHRASE, Partnership

ROOT = Path(__file__).parent.parent.parent
Q = ("--dates", "2026Q3")


def key(p: Partnership, who: str) -> str:
    return fingerprint(p.card(who))


def revoke(p: Partnership, by: str, whose: str, reason: str, status: int = 0):
    told = ("key", "revoke", key(p, whose), "--reason", reason, "--yes")
    return p.signed(by, *told, status=status)


def send(p: Partnership, who: str = "police", status: int = 0, rows: str = ""):
    return p.submit(who, p.extract(who, "x.csv", rows or crimes(30)), *Q, status=status)


def recipients(p: Partnership) -> set[str]:
    return {who for who, _ in p.log().register.submissions[-1].statement.recipients}


def test_an_officer_leaves_and_what_they_signed_stays_good(partnership):
    p = partnership
    send(p, "ambulance", rows=callouts(*["WZ1 1AA"] * 9))
    ran = revoke(p, "council", "ambulance", "left")
    assert "ambulance/liaison  log 4" in ran.out
    listed = p.run("council", "key", "list").out
    assert "revoked by log 4: the officer left the office" in listed
    spring = callouts(*["WZ2 1AA"] * 9, first=date(2026, 4, 1), days=91)
    file = p.extract("ambulance", "spring.csv", spring)
    ran = p.submit("ambulance", file, "--dates", "2026Q2", status=12)
    assert ran.refusal == "signer-key-revoked"
    p.signed("analysts", "pull", "merged")
    assert (p.root / "analysts/merged/dataset=ambulance-callouts").exists()
    send(p)
    assert recipients(p) == {"council/coordinator", "police/liaison", "analysts/analyst"}
    assert p.run("council", "verify").status == 0


def test_what_a_thief_signs_after_the_revocation_has_no_effect(partnership):
    """The thief's client knows nothing of revocations; everybody else's does."""
    p = partnership
    log, card, officer = p.log("ambulance"), p.card("ambulance"), p.officer("ambulance")
    revoke(p, "police", "ambulance", "stolen")
    body = Nil(
        "ambulance", "liaison", "ambulance-callouts", "", Covered.parse("2026Q3"), "none-recorded"
    )
    with pytest.raises(NotEntitled) as refused:
        log.write(body, card, officer, p.now)
    assert refused.value.id == "signer-key-revoked"
    assert "log 3" in refused.value.message
    origin = log.founding.origin  # and by force, as a file of its own:
    entry = Entry(FORMAT, origin, "ab" * 16, "nil", p.now, log.verified_tree, body)
    note = sign_entry(entry, card, officer)
    (p.share / "log/00000004").write_bytes(note)
    applied = p.log("council").register.applied[4]
    assert applied.rejection.id == refused.value.id
    told = p.run("council", "status", "--quarter", "2026Q3", "--json").json["standings"]
    assert not next(s for s in told if s["partner"] == "ambulance")["entries"]


def test_who_may_revoke(partnership):
    p = partnership
    ran = revoke(p, "ambulance", "police", "left", status=12)
    assert ran.refusal == "signer-may-not-revoke"
    revoke(p, "ambulance", "ambulance", "lost")  # one's own, always
    revoke(p, "council", "police", "left")
    ran = revoke(p, "council", "council", "left", status=12)
    assert ran.refusal == "last-coordinator"
    told = ("key", "revoke", "0000 0000 00", "--reason", "left", "--yes")
    assert p.signed("council", *told, status=2).refusal == "fingerprint-not-matched"


def test_a_revoked_key_is_not_enrolled_again(partnership):
    p = partnership
    revoke(p, "council", "ambulance", "lost")
    lib.join(p, "fire")
    lib.make_key(p, "fire")
    card, other = (p.root / f"{who}/{who}-liaison.card" for who in ("ambulance", "fire"))
    ran = p.signed("council", "partner", "add", other, card, "--yes", status=12)
    assert ran.refusal == "card-key-revoked"
    assert "enrolled  fire/liaison" in ran.out
    assert "ambulance/liaison was not added" in ran.err
    assert p.signed("ambulance", "key", "renew", status=12).refusal == "signer-key-revoked"
    for name in ("ambulance-liaison.key", "ambulance-liaison.card"):  # as its remedy says
        (p.root / "ambulance" / name).rename(p.root / name)
    told = ("--partner", "ambulance", "--name", "Westshire ambulance", "--kind", "ambulance")
    p.signed("ambulance", "key", "new", *told, "--contact", "a@example.org")
    p.signed("council", "partner", "add", card, "--yes")
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")


def test_a_key_that_was_kept_stands_in_for_a_lost_folder(partnership):
    p = partnership
    send(p)
    lost, new = p.root / "police", p.root / "lost"
    lost.rename(new)
    lost.mkdir()
    founding = p.root / "council/westshire-csp.founding"
    p.run("police", "partnership", "join", "--founding", founding, "--store", p.root / "share")
    assert p.submit("police", p.extract("police", "x.csv", crimes(40)), status=13).refusal == (
        "key-missing"
    )
    (lost / "kept.key").write_bytes((new / "police-liaison.key").read_bytes())
    ran = p.signed("police", "key", "use", "kept.key")
    assert (p.settings("police").who, p.settings("police").key) == ("police/liaison", "kept.key")
    assert "reseal" not in ran.err
    p.signed("police", "nil", "police-asb", *Q, "--yes")
    stranger = p.root / "stranger"
    stranger.mkdir()
    p.run("stranger", "partnership", "join", "--founding", founding, "--store", p.root / "share")
    key_file = stranger / "unknown.key"
    write_identity(key_file, PASSPHRASE, now=p.now, work_factor=2)
    ran = p.signed("stranger", "key", "use", "unknown.key", status=12)
    assert (ran.refusal, "for any partner" in ran.err) == ("key-not-enrolled", True)


def test_a_key_is_renewed_beside_the_old_one(partnership):
    p = partnership
    send(p)
    made = p.signed("police", "key", "renew").out
    assert "a coordinator enrols it: exchange partner add police-liaison-2.card" in made
    assert "police-liaison-2.key" in made
    ran = p.signed("police", "key", "use", "police-liaison-2.key", status=12)
    assert ran.refusal == "key-not-enrolled"
    assert "police" in ran.err
    assert p.settings("police").key == "police-liaison.key"
    p.signed("council", "partner", "add", p.root / "police/police-liaison-2.card", "--yes")
    ran = p.signed("police", "key", "use", "police-liaison-2.key")
    assert f'exchange key revoke "{key(p, "police")}"' in ran.err
    file = p.extract("police", "crime.csv", crimes(40))
    ran = p.submit("police", file, status=13)  # it can't be compared with what the old key opens
    assert ran.refusal == "earlier-release-not-for-key"
    assert "exchange log reseal" in ran.err
    p.signed("police", "key", "use", "police-liaison.key")
    p.signed("police", "log", "reseal", "--yes")
    p.signed("police", "key", "use", "police-liaison-2.key")
    send(p, rows=crimes(40))
    assert p.log().register.submissions[-1].signer != p.card("police").signer
    revoke(p, "police", "police", "replaced")
    p.signed("police", "pull", "merged")
    assert pl.read_parquet(p.root / "police/merged/dataset=police-crime").height == 40
    old = read_identity(p.root / "police/police-liaison.key", PASSPHRASE)
    assert old.signer in p.log().register.revoked


def test_a_key_in_another_folder_is_used_from_there(partnership):
    p = partnership
    p.signed("police", "key", "renew")
    p.signed("council", "partner", "add", p.root / "police/police-liaison-2.card", "--yes")
    stick = p.root / "stick"
    stick.mkdir()
    moved = (p.root / "police/police-liaison-2.key").rename(stick / "police-liaison-2.key")
    p.signed("police", "key", "use", moved)
    assert p.settings("police").key == "../stick/police-liaison-2.key"
    send(p)
    assert p.log().register.submissions[-1].signer != p.card("police").signer


def fire_joins_late(p):
    send(p)
    lib.join(p, "fire")
    lib.make_key(p, "fire")
    lib.enrol(p, "fire")


def test_what_the_key_in_use_opens_is_not_asked_for_because_a_new_key_waits(partnership):
    p = partnership
    send(p)
    p.signed("analysts", "key", "renew")
    p.signed("council", "partner", "add", p.root / "analysts/analysts-analyst-2.card", "--yes")
    for who in ("analysts", "council"):
        assert "submission-not-shared-with-all" not in p.run(who, "status").warnings
    sender = p.run("police", "status").err
    assert "Westshire analysts (analyst), whose earlier key opens it: log 3" in sender
    p.signed("analysts", "key", "use", "analysts-analyst-2.key")
    assert "not encrypted for your key yet" in p.run("analysts", "status").err
    revoke(p, "council", "analysts", "replaced")
    council = p.run("council", "status").err
    assert "Westshire analysts (analyst) cannot open submissions of Westshire police" in council


def test_a_partner_who_joins_late_is_served_when_the_senders_share_again(partnership):
    p = partnership
    fire_joins_late(p)
    status = p.run("council", "status", "--quarter", "2026Q3")
    assert "submission-not-shared-with-all" in status.warnings
    ask = "ask Westshire police (liaison@police.example) to run: exchange log reseal"
    assert "Westshire fire (liaison) cannot open submissions of Westshire police" in status.err
    assert ask in status.err
    mine = p.run("fire", "status")
    assert "Westshire police: Recorded crime (log 3)" in mine.err
    assert ask in mine.err
    sender = p.run("police", "status").err
    assert "[submission-not-shared-with-all]" in sender.splitlines()[0]
    assert "Westshire fire (liaison): log 3" in sender
    ran = p.signed("fire", "pull", "merged", status=16)
    assert ask in ran.err
    ran = p.signed("police", "log", "reseal", "--yes")
    assert "fire/liaison" in ran.out
    assert "police-crime Jul to Sep 2026 (log 3)  log 5" in ran.out
    p.signed("fire", "pull", "merged")
    p.signed("analysts", "pull", "merged")
    tables = [p.root / who / "merged/dataset=police-crime" for who in ("fire", "analysts")]
    mine, theirs = map(pl.read_parquet, tables)
    assert mine.equals(theirs)
    assert mine.height == 30
    assert (
        "submission-not-shared-with-all"
        not in p.run("council", "status", "--quarter", "2026Q3").warnings
    )
    p.signed("police", "log", "reseal", "--yes", status=16)
    told = p.run("council", "status", "--quarter", "2026Q3", "--json").json["standings"]
    crime = next(s for s in told if s["dataset"] == "police-crime")
    assert (crime["state"], crime["entries"]) == ("on time", [5])
    assert "log 5" in send(p).out  # the same extract is known as that


def test_what_was_shared_again_is_one_submission_by_either_number(partnership, tmp_path):
    p = partnership
    fire_joins_late(p)
    p.signed("police", "log", "reseal", "--yes")
    first = p.run("police", "log", "receipt", 3, "-o", "first.zip")
    assert "they are now log 5" in first.err
    assert "log receipt 3" in p.run("police", "log", "receipt", 5, "-o", "now.zip").err
    other = p.copy(tmp_path / "other")
    withdraw = ("withdraw", 3, "--reason", "wrong-file", "--yes")
    assert "log 3, which is now log 5  under log 6" in other.signed("police", *withdraw).out
    assert not other.log().register.current()
    deleted = ("withdraw", 3, "--delete", "--reason", "sent-in-error", "--yes")
    assert "log 3, 5  under log 6, 7" in p.signed("police", *deleted).out
    assert p.bundles() == []
    ran = p.signed("analysts", "pull", "merged", status=16)
    assert "police deleted log 3, 5" in ran.err
    p.signed("analysts", "log", "confirm-deleted", 3, "--yes")
    assert "deleted" not in p.signed("analysts", "pull", "merged", status=16).err
    assert p.signed("police", *deleted, status=16).refusal == "already-deleted"


def test_the_number_of_what_was_corrected_names_its_correction(partnership):
    send(partnership)
    send(partnership, rows=crimes(31))
    withdraw = ("withdraw", 3, "--reason", "wrong-file", "--yes")
    ran = partnership.signed("police", *withdraw, status=12)
    assert ran.refusal == "nothing-to-withdraw"
    assert "exchange withdraw 4" in ran.err


def test_recipients_that_are_new_since_the_last_submission_are_named(partnership):
    p = partnership
    assert "new since" not in send(p).out
    lib.join(p, "fire")
    lib.make_key(p, "fire")
    lib.enrol(p, "fire")
    assert "new since your last submission: fire/liaison" in send(p, rows=crimes(40)).out


def test_the_keys_are_listed(partnership):
    told = partnership.run("analysts", "key", "list", "--json").json
    assert [one["who"] for one in told] == [
        "council/coordinator", "police/liaison", "ambulance/liaison", "analysts/analyst",
    ]  # fmt: skip
    assert {one["revoked"] for one in told} == {None}


def work_factor(key: Path) -> str:
    """Return the work factor that an identity file says it was written with."""
    return key.read_bytes().split(b"\n")[1].split(b" ")[3].decode()


def test_the_commands_people_type_make_no_cheap_keys_whatever_the_environment(
    partnership, monkeypatch
):
    p = partnership
    lib.join(p, "newcomer")
    for name in ("EXCHANGE_WORK_FACTOR", "WORK_FACTOR", "EXCHANGE_KEY_NEW_WORK_FACTOR"):
        monkeypatch.setenv(name, "1")
    monkeypatch.chdir(p.root / "newcomer")
    typed = ("--partner", "newcomer", "--name", "A newcomer", "--kind", "council")
    words = ("--contact", "c@x.example", "--passphrase-file", str(p.root / "passphrase.txt"))
    assert main(["key", "new", *typed, *words]) == 0
    (key,) = (p.root / "newcomer").glob("*.key")
    assert work_factor(key) == "18"
    (cheap,) = (p.root / "police").glob("*.key")
    assert work_factor(cheap) == "4"  # what the tests hand in as an argument


def test_no_option_and_no_variable_reaches_the_work_factor():
    assert App().work_factor == 18
    for command in (exchange, *every_command().values()):
        assert command.context_settings.get("auto_envvar_prefix") is None
        for option in command.params:
            assert option.envvar in (None, FILE_VARIABLE)
            assert "factor" not in (option.name or "")
    for package in ("exchange", "partners", "depersonalise", "schemas"):
        for path in (ROOT / package).rglob("*.py"):
            if path.name not in ("sync_folders.py", "colours.py"):  # where OneDrive is; NO_COLOR
                assert not re.search(r"\b(environ|getenv)\b", path.read_text(encoding="utf-8")), (
                    path
                )
    assert all("OneDrive" in name for name in sync_folders.TOLD_BY)
    assert colours.VARIABLES == ("NO_COLOR", "TERM")
