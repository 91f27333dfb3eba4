"""The officer's page: a quarter without a terminal, and what comes of it in the log."""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from exchange import page
from exchange.page.presence import IDLE, Presence
from tests.lib.extracts import crimes
from tests.lib.page import traces_of
from tests.lib.partnership import PASSPHRASE

pytestmark = pytest.mark.services
CRIMES = crimes().encode()
WRONG = crimes().replace("01/07/2026", "99/07/2026", 1).encode()
REPEATED = crimes().encode() + crimes().splitlines()[1].encode() + b"\r\n"


def test_the_form_names_what_was_sent_last_time(browser, partnership, monkeypatch):
    p = partnership
    assert "last time" not in browser.get("/send").words
    file = p.extract("police", "crime-q3.csv", CRIMES)
    p.submit("police", file)
    monkeypatch.setattr(browser.room, "clock", lambda: datetime(2027, 1, 10, 9, tzinfo=UTC))
    words = browser.get("/send").words
    assert "There is no new file like crime-q3.csv yet" in words
    assert "October\u2013December 2026 (Q3 2026/27) yet: Recorded crime" in words
    file.with_name("crime-q4.csv").write_text("not looked into")
    assert "choose crime-q4.csv" in browser.get("/send").words


def entries(p) -> list[tuple]:
    """What the log holds of submissions, as far as two runs can agree on it."""
    return [
        (one.statement.dataset, str(one.statement.covered), one.statement.payload_sha256, one.time)
        for one in p.log().register.submissions
    ]


def test_a_file_is_sent_as_the_command_sends_it(partnership, browser, tmp_path):
    other = partnership.copy(tmp_path / "other")
    receipt = browser.submit(("crime.csv", CRIMES))
    assert receipt.heading == "Sent"
    assert "Log number 3" in receipt.words
    other.submit("police", other.extract("police", "crime.csv", CRIMES))
    ((dataset, covered, _, time),) = entries(partnership)
    assert (dataset, covered, time) == (entries(other)[0][:2] + entries(other)[0][3:])
    mine, theirs = partnership.log().register, other.log().register
    assert mine.submissions[0].statement.content == theirs.submissions[0].statement.content
    status = partnership.run("police", "status", "--mine", "--json").json
    assert status["entries"] == 4


def test_home_shows_what_is_due_and_what_can_be_said_instead(partnership, browser):
    home = browser.get("/")
    assert "Recorded crime" in home.words
    assert "due by 31 December 2026" in home.words
    assert "Westshire council" in home.words
    assert "3 entries, verified" in home.words
    assert "police-liaison.key, to be renewed by" in home.words
    links = re.findall(r'href="([^"]*/(?:nil|not-held)\?[^"]*)"', home.text)
    assert len(links) == 32  # 4 datasets of 4 quarters
    for link in links[:2]:
        assert browser.get(link).status == 200


def test_a_nil_return_is_logged_once_however_often_its_form_is_sent(partnership, browser):
    form = browser.get("/nil?dataset=police-transport&quarter=2026Q3")
    fields = form.hidden()
    assert browser.post("/nil", **fields).status == 400
    fields["reason"] = "none-recorded"
    assert browser.post("/nil", **fields).status == 400
    assert "not the one of your key" in browser.post("/nil", **fields, passphrase="other").words
    assert partnership.log().tree.size == 3
    fields["passphrase"] = PASSPHRASE
    assert "Log number 3" in browser.post("/nil", **fields).words
    assert browser.get("/logged/3").heading == "Logged"
    for other in ("/logged/0", "/logged/999", "/logged/-1", "/logged/three"):
        shown = browser.get(other)
        assert (shown.status, shown.heading) == (404, "This page does not exist")
    assert browser.post("/nil", **fields).heading == "Your quarter"
    log = partnership.log()
    assert log.tree.size == 4
    assert "on time, nil return" in browser.get("/").words


def test_a_dataset_that_is_not_held_is_logged(partnership, browser):
    fields = browser.get("/not-held?dataset=police-transport&quarter=2026Q3").hidden()
    assert browser.post("/not-held", **fields, passphrase=PASSPHRASE).status == 400
    fields |= {"reason": "not-recorded", "passphrase": PASSPHRASE}
    assert "Log number 3" in browser.post("/not-held", **fields).words
    assert "Transport incidents not held" in browser.get("/").words


def test_what_was_sent_is_withdrawn_once_and_its_file_deleted_where_the_reason_says_so(
    partnership, browser
):
    browser.submit(("crime.csv", CRIMES))
    link = re.search(r'href="([^"]*/withdraw\?[^"]*)"', browser.get("/").text)
    assert link is not None
    form = browser.get(link[1])
    assert "Withdraw Recorded crime, Jul to Sep 2026" in form.words
    assert "Westshire council" in form.words
    fields = form.hidden()
    for wrong in ({}, {"reason": "retired"}, {"reason": "wrong-file"}):
        assert browser.post("/withdraw", **fields, **wrong).status == 400
    fields["reason"] = "sent-in-error"
    assert "not the one of your key" in browser.post("/withdraw", **fields, passphrase="x").words
    bundles = partnership.share / "bundles"
    (bundle,) = bundles.iterdir()
    assert partnership.log().tree.size == 4
    fields["passphrase"] = PASSPHRASE
    bundle.rename(bundles / "aside")
    bundle.mkdir()  # which the store can't delete as a file
    failed = browser.post("/withdraw", **fields)
    assert (failed.heading, failed.status) == ("Logged as 4, but not finished", 400)
    assert "file-not-deleted" in failed.words
    assert "Log number 4" in browser.get("/logged/4").words
    assert browser.post("/withdraw", **fields).heading == "Your quarter"
    bundle.rmdir()
    (bundles / "aside").rename(bundle)
    again = partnership.signed(
        "police", "withdraw", "3", "--delete", "--reason", "sent-in-error", "--yes", status=16
    )
    assert again.refusal == "already-deleted"
    assert not list(bundles.iterdir())
    (gone,) = partnership.log().register.submissions
    assert (gone.purged_by, gone.purged_for, gone.counts) == (4, "sent-in-error", False)
    assert "page-entry-not-yours" in browser.get(link[1]).words
    for entry in ("0", "99", "x", "9" * 5000):
        assert "page-entry-not-yours" in browser.get(f"/withdraw?entry={entry}").words


def test_a_nil_return_is_withdrawn_and_another_authority_cannot(partnership, room, browser):
    partnership.signed("police", "nil", "police-transport", "--dates", "2026Q3", "--yes")
    room.folder = partnership.root / "council"
    assert "page-entry-not-yours" in browser.get("/withdraw?entry=3").words
    room.folder = partnership.root / "police"
    form = browser.get("/withdraw?entry=3")
    assert "sent-in-error" not in form.text
    fields = form.hidden() | {"passphrase": PASSPHRASE}
    assert browser.post("/withdraw", **fields, reason="sent-in-error").status == 400
    assert "Log number 4" in browser.post("/withdraw", **fields, reason="wrong-contents").words


DOCUMENT = ("protocol.pdf", b"%PDF-1.7 a made-up protocol")


def test_the_protocol_is_shown_and_signed_as_the_command_signs_it(partnership, room, browser):
    assert "Protocol" not in browser.get("/").words
    assert "protocol-missing" in browser.get("/protocol").words
    file = partnership.extract("council", *DOCUMENT)
    publish = ("partnership", "protocol", "publish", file, "--title", "Westshire ISP", "--yes")
    partnership.signed("council", *publish, "--personal-data")
    assert "Westshire ISP, not signed by your authority Read and sign" in browser.get("/").words
    shown = browser.get("/protocol")
    assert "Sensitive records alike at least 5" in shown.words
    assert "Westshire police Yes not signed" in shown.words
    saved = browser.get("/protocol/document")
    assert saved.body == DOCUMENT[1]
    assert "protocol.pdf" in saved.headers["content-disposition"]
    assert browser.fill("/protocol").heading == "Sign the protocol"
    next(partnership.share.glob("bundles/*.document")).unlink()  # as of before they were kept
    assert "protocol-document-missing" in browser.get("/protocol/document").words
    for wrong in (), (("protocol.pdf", b"another"),), (("protocol.pdf", b""),):
        assert browser.fill("/protocol", *wrong).status == 400
    form = browser.fill("/protocol", DOCUMENT)
    fields = form.hidden()
    for wrong in ({}, {"passphrase": "other"}, {"document": "0" * 64, "passphrase": PASSPHRASE}):
        assert browser.post("/protocol/sign", **(fields | wrong)).status == 400
    assert partnership.log().tree.size == 4
    fields |= {"passphrase": PASSPHRASE, "personal": "yes"}
    assert "Log number 4" in browser.post("/protocol/sign", **fields).words
    assert browser.post("/protocol/sign", **fields).heading == "Your quarter"
    again = browser.post("/protocol/sign", **(fields | {"form": "another"}))
    assert "protocol-already-signed" in again.words
    assert "20 October 2026 Read the protocol" in browser.get("/").words
    signed = browser.get("/protocol").words
    assert "Westshire police Yes signed 20 October 2026" in signed
    assert "Your authority signed the protocol with the clause on personal data." in signed
    sign = ("partnership", "protocol", "sign", file, "--personal-data", "--yes")
    partnership.signed("council", *sign)
    assert partnership.body(4) == partnership.body(5)
    assert traces_of(PASSPHRASE, browser, partnership.root) == []
    room.folder = partnership.root / "analysts"
    assert "Read it first" not in browser.get("/protocol").words
    assert "Continue" not in browser.get("/protocol").words


def test_an_address_that_names_no_dataset_is_refused(browser):
    answer = browser.get("/nil?dataset=other&quarter=2026Q3")
    assert answer.status == 400
    assert "page-address-incomplete" in answer.words
    assert browser.get("/nil?dataset=police-crime&quarter=1").status == 400
    assert browser.get("/nothing").status == 404
    assert browser.get("/send/no-such-draft").status == 404


def test_errors_are_shown_with_the_rows_and_nothing_is_sent(partnership, browser):
    answer = browser.drop(("crime.csv", WRONG))
    assert answer.heading == "Correct these errors"
    assert "99/07/2026" not in answer.text
    link = re.search(r'href="([^"]*/rows/0)"', answer.text)
    assert link is not None
    assert "99/07/2026 (this)" in browser.get(link[1]).words
    draft = answer.path.rpartition("/")[2]
    assert browser.press(answer, "send").heading == "Correct these errors"
    assert browser.get(f"/send/{draft}/confirm").heading == "Correct these errors"
    assert partnership.log().tree.size == 3


def test_rows_that_are_not_counted_are_looked_at(browser):
    lines = WRONG.decode().splitlines()
    lines[3:5] = [re.sub(r"WZ\d \d\w\w,E\d{8}", "EZ1 1AB,E01000001", one) for one in lines[3:5]]
    lines[6] = re.sub(r"WZ\d \d\w\w,E\d{8}", ",", lines[6])
    answer = browser.drop(("crime.csv", "\r\n".join(lines).encode()))
    for why, count, line in (("other-area", "2 rows", "Line 4"), ("no-place", "1 row", "Line 7")):
        link = re.search(rf'href="([^"]*/lost/0/{why})"', answer.text)
        assert link is not None
        lost = browser.get(link[1])
        assert f"{count} This is decided by the columns “Postcode”, “LSOA code”" in lost.words
        assert f"{line} " in lost.words
    for nothing in ("0/other-dates", "1/other-area", "0/none"):
        assert browser.get(f"{answer.path}/lost/{nothing}").status == 404


def test_queries_are_answered_before_it_is_sent(partnership, browser):
    answer = browser.press(browser.drop(("crime.csv", REPEATED)), "answer", answer=PASSPHRASE)
    draft = answer.path.rpartition("/")[2]
    answer = browser.get(f"/send/{draft}/confirm")
    assert answer.path.endswith("/queries")
    assert "to answer" in answer.words
    assert "What is in your file" in answer.text  # the way back
    assert browser.press(answer, "queries").status == 400
    assert browser.press(answer, "queries", reason="other", note="x").status == 400
    assert browser.press(answer, "send").path.endswith("/queries")
    answer = browser.get(f"/send/{draft}/queries")
    while answer.path.endswith("/queries"):
        answer = browser.press(answer, "queries", reason="other", note="two reports of one event")
    assert browser.press(answer, "send").heading == "Sent"
    assert partnership.log().tree.size == 4


def test_the_dates_are_changed_and_the_passphrase_is_asked_again(partnership, browser):
    one_month = crimes(count=9, days=31).encode()
    answer = browser.drop(("crime.csv", one_month))
    if answer.heading.startswith("police-crime"):  # which dates, where the file does not tell
        answer = browser.press(answer, "answer", answer="2026-07")
    changed = browser.press(answer, "change", dataset="police-crime", dates="2026-07")
    assert "July 2026" in changed.words
    assert "Passphrase" in changed.words
    assert browser.get(answer.path).status == 404
    refused = browser.press(changed, "change", dates="July")
    assert "dates-not-understood" in refused.words
    assert browser.press(refused, "change", dates="2026-07").heading == "Your file has no errors"
    assert partnership.log().tree.size == 3


def test_what_is_dropped_is_forgotten(browser, room):
    answer = browser.drop(("crime.csv", CRIMES))
    draft = room.drafts.get(answer.path.rpartition("/")[2])
    assert browser.press(answer, "drop").heading == "Your quarter"
    assert browser.get(answer.path).status == 404
    assert draft.files == ()
    thread = draft._thread
    thread.join(30)
    assert not thread.is_alive()


def test_a_file_that_is_none_is_refused_in_words(browser):
    assert browser.drop().status == 400
    answer = browser.drop(("letter.csv", b"<html><body>no</body></html>"))
    assert "a web page (HTML)" in answer.words
    assert answer.heading == "Nothing was sent"
    assert "letter.csv: " in answer.words
    assert f'href="{browser.room.path}/send">Choose another file' in answer.text


def test_a_file_that_a_lost_store_stopped_is_tried_again_as_it_was(partnership, browser):
    answer = browser.press(browser.drop(("crime.csv", CRIMES)), "answer", answer=PASSPHRASE)
    answer = browser.get(f"{answer.path}/confirm")
    share = partnership.root / "share"
    away = share.rename(partnership.root / "away")
    answer = browser.press(answer, "send")
    assert "cannot be reached" in answer.words
    assert ".." not in answer.words
    assert "Check it again" not in answer.words  # nothing is wrong with the file
    away.rename(share)
    answer = browser.press(browser.press(answer, "change"), "answer", answer=PASSPHRASE)
    assert browser.press(browser.get(f"{answer.path}/confirm"), "send").heading == "Sent"


def test_a_correction_says_what_it_replaces(partnership, browser):
    browser.submit(("crime.csv", CRIMES))
    more = crimes(count=40).encode()
    answer = browser.press(browser.drop(("crime.csv", more)), "answer", answer=PASSPHRASE)
    draft = answer.path.rpartition("/")[2]
    assert "Log 3" in browser.get(f"/send/{draft}/compare").words
    answer = browser.get(f"/send/{draft}/queries")
    while answer.path.endswith("/queries"):
        answer = browser.press(answer, "queries", reason="change-in-records")
    answer = browser.get(f"/send/{draft}/confirm")
    assert "(log 3)" in answer.words
    assert browser.press(answer, "send").heading == "Sent"
    (now,) = partnership.log().register.current()
    assert now.position == 4


def test_no_address_and_no_title_holds_a_value_or_the_name_of_a_file(browser):
    browser.submit(("zebedee-quackenbush.csv", CRIMES))
    for answer in browser.every:
        title = re.search(r"<title>(.*?)</title>", answer.text)
        assert "quackenbush" not in (title[1] if title else "")
        parts = urlsplit(answer.path)
        assert "quackenbush" not in parts.path
        assert parse_qsl(parts.query) == []


@pytest.mark.parametrize("path", ["/answers/record", "/protocol/sign", "/cards/add"])
def test_an_address_that_only_takes_a_form_leads_back(browser, path):
    shown = browser.get(path)
    assert (shown.status, shown.heading) == (404, "This page does not exist")


def test_without_the_extra_it_says_what_to_install(partnership, monkeypatch):
    from exchange.cli.commands import open as command

    monkeypatch.setattr(command, "_NEEDED", ("starlette", "no_such_package"))
    ran = partnership.run("police", "open", status=2)
    assert ran.refusal == "page-not-installed"
    assert 'pip install "csp-exchange[page]"' in ran.err
    assert ran.out == ""


def test_it_stops_when_the_last_page_is_closed_or_nobody_uses_it():
    now = [0.0]
    there = Presence(clock=lambda: now[0])
    assert there.reason_to_stop() == ""
    there.open_page("a")
    there.open_page("b")
    there.close_page("a")
    now[0] = 60
    assert there.reason_to_stop() == ""
    there.close_page("b")
    now[0] += 5
    assert there.reason_to_stop() == ""
    there.open_page("c")  # another page of it was loaded
    now[0] += 60
    assert there.reason_to_stop() == ""
    there.close_page("c")
    now[0] += 11
    assert there.reason_to_stop() == "closed"
    there.open_page("d")
    now[0] += IDLE
    assert there.reason_to_stop() == "idle"


@pytest.mark.parametrize(
    ("method", "path", "heading"),
    [
        ("get", "/nil?dataset=police-crime&quarter=1", "Nothing was logged"),
        ("get", "/join/card", "Your card cannot be shown"),
        ("post", "/analyse/folder", "The folder was not opened"),
    ],
)
def test_a_refusal_says_what_was_not_done(partnership, browser, method, path, heading):
    for card in partnership.root.glob("police/*.card"):
        card.unlink()
    answer = getattr(browser, method)(path)
    assert (answer.status, answer.heading) == (400, heading)


def test_each_form_has_a_way_back():
    for path in Path(page.__file__).parent.glob("templates/*.html"):
        text = path.read_text(encoding="utf-8")
        if '{% extends "form.html" %}' in text:
            assert "{% block before %}{{ govukBackLink(" in text, path.name
