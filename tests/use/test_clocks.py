"""What a wrong clock does: nothing is dated or judged by one that the log shows to be wrong."""

from datetime import timedelta

import pytest

from tests.lib import partnership as lib
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, Partnership
from tests.use.test_confirming import commands

Q = ("--dates", "2026Q3")
NIL = ("nil", "police-transport", *Q, "--yes")
YEARS = timedelta(days=3 * 365)
READING = (
    ("status",),
    ("status", "--mine"),
    ("status", "--calendar", "due.ics"),
    ("report", "compliance", "--output", "compliance.json"),
    ("report", "requirements", "--output", "requirements.json"),
    ("partnership", "protocol", "draft", "--output", "protocol.json"),
    ("check", "crime.csv"),
    ("verify",),
)


@pytest.fixture
def p(sent) -> Partnership:
    """One in which the police have sent a file a moment ago."""
    sent.extract("police", "crime.csv", crimes(30))
    sent.run("police", "status")
    return sent


def read(p: Partnership, command: tuple[str, ...], status: int) -> lib.Ran:
    file = [p.root / "police" / word if word == "crime.csv" else word for word in command]
    return p.run("police", *file, status=status)


@pytest.mark.parametrize("days", [2, 6 * 365])
def test_nothing_is_judged_by_a_clock_that_is_behind(p, days):
    before = p.everything_shared()
    p.now = NOW - timedelta(days=days)
    for command in READING:
        ran = read(p, command, 15)
        assert (ran.refusal, ran.out) == ("clock-behind", ""), command
    assert "20 October 2026, 09:00 UTC" in ran.err
    assert "Westshire council" in ran.err
    assert p.signed("analysts", "pull", "merged", status=15).refusal == "clock-behind"
    assert p.run("police", "log", "cosign", status=15).refusal == "clock-behind"
    assert p.everything_shared() == before


def test_a_clock_that_is_years_ahead_is_doubted_and_what_was_seen_is_not_cosigned(p):
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    before = p.everything_shared()
    p.now = NOW + YEARS
    for command in READING:
        assert "clock-doubtful" in read(p, command, 0).warnings, command
    assert p.run("police", "log", "cosign", status=15).refusal == "clock-ahead"
    assert p.everything_shared() == before


@pytest.mark.parametrize(("off", "refusal"), [(-2 * YEARS, "clock-behind"), (YEARS, "clock-ahead")])
def test_nothing_is_dated_by_a_clock_that_is_wrong(p, off, refusal):
    p.extract("police", "more.csv", crimes(31))
    p.extract("council", "isp.pdf", b"%PDF-1.7 a made-up protocol")
    p.signed("council", "partnership", "protocol", "publish", p.root / "council/isp.pdf", "--yes")
    lib.join(p, "late")
    lib.make_key(p, "late")
    typed = commands(p)
    typed["key renew"] = ("police", ())
    typed["submit"] = ("police", (*typed["submit"][1], "--transfer-file", "parcel"))
    before = p.everything_shared()
    p.now = NOW + off
    for command, (who, arguments) in typed.items():
        yes = () if command == "key renew" else ("--yes",)
        ran = p.signed(who, *command.split(), *arguments, *yes, status=15)
        assert ran.refusal == refusal, (command, ran.err)
    assert p.submit("police", p.root / "police/more.csv", *Q, status=15).refusal == refusal
    card = ("--partner", "police", "--officer", "second", "--name", "Westshire police")
    assert (
        p.signed(
            "police", "key", "new", *card, "--kind", "police", "--contact", "x@y.example", status=15
        ).refusal
        == refusal
    )
    assert p.everything_shared() == before
    assert not list((p.root / "police").glob("*-2.key"))
    assert not (p.root / "police/parcel").exists()


@pytest.mark.parametrize(
    "off", [-timedelta(hours=20), timedelta(hours=1), timedelta(days=2), timedelta(days=300)]
)
def test_a_quiet_year_and_a_wrong_time_zone_stop_nobody(p, off):
    p.now = NOW + off
    assert not {"clock-doubtful"} & set(p.run("police", "status").warnings)
    p.signed("police", *NIL)


def test_one_authority_whose_clock_is_ahead_stops_nobody(p):
    p.set_clocks(NOW + YEARS)
    p.signed("police", *NIL)
    p.now = NOW + timedelta(hours=1)
    assert "clock-doubtful" not in p.run("council", "status").warnings
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    p.signed("police", "nil", "police-asb", *Q, "--yes")


def test_a_witness_whose_clock_goes_back_says_nothing_and_still_proves_times(p):
    p.run("police", "status")
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    p.now = NOW - timedelta(hours=3)
    assert p.run("police", "log", "cosign", status=15).refusal == "clock-went-back"
    p.run("police", "status")
    p.now = NOW + timedelta(hours=3)
    assert "witness-goes-backwards" not in p.run("council", "verify").warnings
    p.run("police", "log", "cosign")


def test_a_card_from_the_future_is_not_added(p):
    lib.join(p, "late")
    p.set_clocks(NOW + YEARS)
    lib.make_key(p, "late")
    p.now = NOW
    card = p.root / "late/late-liaison.card"
    ran = p.signed("council", "partner", "add", card, "--yes", status=2)
    assert ran.refusal == "card-dated-ahead"
    assert "exchange key card --contact liaison@late.example" in ran.err
    p.signed("late", "key", "card", "--contact", "liaison@late.example")
    p.signed("council", "partner", "add", card, "--yes")


@pytest.mark.services
def test_home_and_its_forms_stop_at_a_clock_that_is_behind(partnership, browser, monkeypatch):
    form = browser.get("/nil?dataset=police-transport&quarter=2026Q3")
    before = partnership.everything_shared()
    monkeypatch.setattr(browser.room, "clock", lambda: NOW - 2 * YEARS)
    assert "computer's clock says 21 October 2020" in browser.get("/").text
    fields = form.hidden() | {"reason": "none-recorded", "passphrase": lib.PASSPHRASE}
    answer = browser.post("/nil", **fields)
    assert "computer's clock says" in answer.text
    assert partnership.everything_shared() == before


@pytest.mark.services
def test_home_says_that_a_clock_may_be_ahead(partnership, browser, monkeypatch):
    monkeypatch.setattr(browser.room, "clock", lambda: NOW + YEARS)
    assert "the newest entry in the log is from 20 October 2026" in browser.get("/").words
