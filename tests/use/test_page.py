"""The officer's page: a quarter without a terminal, and what comes of it in the log."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest

from exchange import page
from exchange.keys.cards import read_card_file
from exchange.page.partnerships import partnership_names
from exchange.page.presence import IDLE, Presence
from exchange.profile.settings import Settings
from exchange.stores.folder import FolderStore
from tests.lib.extracts import crimes
from tests.lib.page import Browser, traces_of
from tests.lib.partnership import PASSPHRASE, Partnership, join

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


def test_a_key_is_renewed_taken_into_use_and_the_old_one_revoked(partnership, room, browser):
    folder, room.work_factor = partnership.root / "police", 4
    fields = browser.get("/keys/renew").hidden()
    words = "another four words here"
    for typed in ({}, {"passphrase": "short", "again": "short"}, {"passphrase": words}):
        assert browser.post("/keys/renew", **fields, **typed).status == 400
    card = browser.post("/keys/renew", **fields, passphrase=words, again=words)
    assert card.heading == "Send your new card to your coordinator"
    assert words not in card.text
    assert browser.post("/keys/renew", **fields, passphrase=words, again=words).heading == (
        "Your keys"
    )
    (made,) = folder.glob("*-2.card")
    keys = browser.get("/keys")
    assert "police-liaison-2.key is not accepted yet" in keys.words
    old = re.search(r"fingerprint=([^\"]*)", keys.text)[1]
    early = browser.post("/keys/use", key="police-liaison-2.key", passphrase=words)
    assert "key-not-enrolled" in early.words
    assert "You use police-liaison.key" in browser.get("/keys").words
    partnership.signed("council", "partner", "add", made, "--yes")
    assert "is accepted by the partnership" in browser.get("/keys").words
    use = browser.get("/keys/use?key=police-liaison-2.key").hidden()
    assert browser.post("/keys/use", **use).status == 400
    assert browser.post("/keys/use", **use, passphrase=PASSPHRASE).status == 400
    assert (
        "You use police-liaison-2.key" in browser.post("/keys/use", **use, passphrase=words).words
    )
    assert "page-key-unknown" in browser.get("/keys/use?key=../council/council.key").words
    form = browser.get(f"/keys/revoke?fingerprint={old}").hidden()
    assert browser.post("/keys/revoke", **form, passphrase=words).status == 400
    done = browser.post("/keys/revoke", **form, reason="replaced", passphrase=words)
    assert "Log number 4" in done.words
    assert len(partnership.log().register.revoked) == 1
    assert browser.post("/keys/revoke", **form, reason="replaced").heading == "Your keys"
    assert old not in browser.get("/keys").text
    council = partnership.run("council", "key", "list", "--json").json
    other = next(one["fingerprint"] for one in council if one["who"].startswith("council"))
    assert (
        "page-key-unknown"
        in browser.get(f"/keys/revoke?fingerprint={other[:19]}".replace(" ", "")).words
    )
    assert "fingerprint-not-matched" in browser.get("/keys/revoke").words


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


DISTRICTS = "\n".join(
    line.replace(",LSOA code,", ",District,").replace(f",E0199900{n % 10},", ",WSC,")
    for n, line in enumerate(crimes().replace("Postcode", "Something").splitlines(), start=-1)
)
ORDER = "\n".join(
    line.replace(line.split(",")[1], f"{7 + n % 3:02}/{1 + n % 12:02}/2026") if n else line
    for n, line in enumerate(crimes().splitlines())
)


@pytest.mark.parametrize(
    ("text", "rule", "chosen"),
    [
        (crimes().replace(",N,N\r\n", ",maybe,N\r\n", 3), "flag-unreadable", "not recorded"),
        (crimes().replace("07/2026,00:10", "07/2026,n.k.", 1), "time-unreadable", "not recorded"),
        (crimes().replace(",45,", ",BURG-D,", 2), "category-unreadable", "28E"),
        (crimes().replace("Dwelling flag", "In a house?"), "column-may-protect", "dwelling"),
        (crimes().replace("Dwelling flag", "In a house?"), "column-may-protect", "unused"),
        (DISTRICTS, "area-not-known", "E07999901"),
        (ORDER, "dates-order-unclear", "%m/%d/%Y"),
    ],
    ids=["flag", "time", "category", "column", "no column", "area", "order"],
)
def test_what_is_said_of_a_file_becomes_its_mapping_and_is_undone(
    partnership, browser, text, rule, chosen
):
    file = partnership.extract("police", "crime.csv", text)
    settings = (partnership.root / "police/exchange.toml").read_bytes().strip()

    def times() -> int:
        told = partnership.run("police", "check", file, "--json", status=None).json
        return [finding["rule"] for finding in told["findings"]].count(rule)

    answer = browser.drop(("crime.csv", text.encode()))
    if answer.heading == "Your file has no errors":  # it is a query
        answer = browser.press(answer, "answer", answer=PASSPHRASE)
        answer = browser.get(f"{answer.path}/queries")
    before = times()
    link = re.search(r'href="([^"]*/repair/\d+)"', answer.text)
    assert link is not None, answer.words
    form = browser.get(link[1])
    assert form.heading == "Say what is meant"
    assert browser.settled(browser.post(form.path)).status == 400
    assert browser.settled(browser.post(form.path, **{"meaning-0": "\x00no such"})).status in (
        200,  # a code is taken as it is typed, and checked with the file
        400,
    )
    answer = browser.every[-1]
    if answer.status == 200:
        browser.press(answer, "undo")
        form = browser.get(re.search(r'href="([^"]*/repair/\d+)"', browser.every[-1].text)[1])
    answer = browser.settled(browser.post(form.path, **{"meaning-0": chosen}))
    assert "You said what is meant" in answer.words
    assert times() == before - 1
    answer = browser.press(answer, "undo")
    assert "You said what is meant" not in answer.words
    assert (partnership.root / "police/exchange.toml").read_bytes().strip() == settings
    assert not list((partnership.root / "police").glob("police-*.toml"))


def test_the_columns_of_an_unfamiliar_file_are_named_and_unnamed(partnership, browser):
    rows = crimes().splitlines()[1:]
    text = "\r\n".join(["No,Day in,Day of,Clock,What,Where,Small area,Dom,Home", *rows]) + "\r\n"
    file = partnership.extract("police", "crime.csv", text)
    answer = browser.drop(("crime.csv", text.encode()))
    assert "dataset-not-recognised" in answer.words
    answer = browser.press(answer, "change", dataset="police-crime", dates="")
    assert "Say which column is which" in answer.words
    form = browser.get(f"{answer.path}/map")
    assert "Looks like 99/99/9999" in form.words
    assert "REF00001" not in form.text
    names = ("reference", "recorded", "occurred_from", "time_from", "category", "postcode", "lsoa",
             "domestic", "dwelling")  # fmt: skip
    fields = {f"column-{n}": name for n, name in enumerate(names, 1)}
    without = {name: field for name, field in fields.items() if field != "category"}
    assert "needs a column for" in browser.post(form.path, **without).words
    twice = browser.post(form.path, **(fields | {"column-2": "reference"}))
    assert "cannot both be" in twice.words
    assert not list((partnership.root / "police").glob("police-*.toml"))
    answer = browser.settled(browser.post(form.path, **fields))
    assert answer.heading == "Your file has no errors", answer.words
    assert partnership.run("police", "check", file, "--json").json["rows_accepted"] == 30
    assert "columns-missing" in browser.press(answer, "undo").words
    assert not list((partnership.root / "police").glob("police-*.toml"))


def test_what_looks_like_an_identifier_is_written_into_no_mapping(partnership, browser):
    text = crimes().replace(",N,N\r\n", ",943 476 5919,N\r\n", 1)
    answer = browser.drop(("crime.csv", text.encode()))
    link = re.search(r'href="([^"]*/repair/\d+)"', answer.text)
    assert link is not None
    answer = browser.post(link[1], **{"meaning-0": "no"})
    assert answer.status == 400
    assert "looks like an identifier" in answer.words
    assert not list((partnership.root / "police").glob("police-*.toml"))


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


def test_an_analyst_combines_tables_looks_at_them_and_makes_reports(partnership, room, browser):
    browser.submit(("crime.csv", CRIMES))
    room.folder = partnership.root / "analysts"
    assert browser.post("/analyse/pull").status == 400
    refused = browser.get("/analyse/counts").words
    assert "folder-not-pulled" in refused
    assert "First combine the tables, at Tables and reports" in refused
    assert "not the one of your key" in browser.post("/analyse/pull", passphrase="other").words
    soon = browser.post("/analyse/pull", passphrase=PASSPHRASE, quarter="soon")
    assert 'id="quarter-error"' in soon.text
    for quarter in ("2026Q3", ""):  # and once more into the same folder
        answer = browser.pull(quarter=quarter, also="csv")
        assert "Recorded crime 30 rows 1 submission" in answer.words
    assert browser.get(answer.path).words == answer.words  # loaded again, nothing is pulled again
    assert browser.get("/analyse/pull/other").status == 404
    assert list((partnership.root / "analysts/merged").rglob("*.csv"))
    table = browser.get("/analyse/table/police-crime")
    assert table.text.count("<tr") == 21
    assert browser.get("/analyse/table/police-transport").status == 404
    counts_as_the_command_counts(partnership, browser)
    assert browser.post("/analyse/report", report="other", format=".html").status == 400
    assert browser.post("/analyse/report", report="compliance", format=".exe").status == 400
    wrong = browser.post("/analyse/report", report="compliance", format=".html", period="1Q")
    assert "Enter a quarter such as 2026Q3" in wrong.words
    for report, ending, period in (
        ("compliance", ".html", "2026Q3"),
        ("compliance", ".csv", "2026/27"),
        ("requirements", ".xlsx", ""),
        ("register", ".xlsx", "2026"),  # which is of no year
        ("assessment", ".html", "2026"),
    ):
        made = browser.post("/analyse/report", report=report, format=ending, period=period)
        assert made.status == 200
        name = made.headers["content-disposition"].partition("=")[2].strip('"')
        assert re.fullmatch(rf"{report}[-0-9Q]*\{ending}", name)
        assert name != "register-2026.xlsx"
        assert len(made.body) > 500
    assert b"Westshire" in made.body
    assert (partnership.root / "analysts/assessment-2026.toml").is_file()
    for period in ("", "2026Q3", "soon"):
        wrong = browser.post("/analyse/report", report="assessment", format=".csv", period=period)
        assert (wrong.status, "such as 2026" in wrong.words) == (400, True)


def test_the_answers_of_the_register_are_shown_and_recorded_once(partnership, room, browser):
    room.folder = partnership.root / "council"
    book = browser.post("/analyse/report", report="register", format=".xlsx").body

    def filled(owner: str) -> bytes:
        workbook = openpyxl.load_workbook(io.BytesIO(book))
        sheet = workbook["Register"]
        headings = {cell.value: cell.column for cell in sheet[1]}
        for row in (2, 3):
            sheet.cell(row, headings["State"]).value = "met"
            sheet.cell(row, headings["Owner (post, not a name)"]).value = owner
        written = io.BytesIO()
        workbook.save(written)
        return written.getvalue()

    for wrong in (), (("a.xlsx", b"no"),), (("a.xlsx", filled("jo@council.example")),):
        refused = browser.fill("/answers", *wrong)
        assert (refused.status, "jo@" in refused.text) == (400, False)
    right = filled("community safety manager")
    shown = browser.fill("/answers", ("a.xlsx", right))
    assert "The workbook has 2 answers not recorded yet" in shown.words
    fields = shown.hidden()
    for wrong in ({}, {"passphrase": "other"}, {"workbook": "no", "passphrase": PASSPHRASE}):
        assert browser.post("/answers/record", **(fields | wrong)).status == 400
    assert partnership.log().tree.size == 3
    fields["passphrase"] = PASSPHRASE
    assert "Log number 3" in browser.post("/answers/record", **fields).words
    assert browser.post("/answers/record", **fields).heading == "Your quarter"
    assert "already recorded" in browser.fill("/answers", ("a.xlsx", right)).words
    assert traces_of(PASSPHRASE, browser, partnership.root) == []
    other = filled("head of community safety")
    partnership.extract("council", "answers.xlsx", other)
    partnership.signed("council", "report", "answer", "--workbook", "answers.xlsx", "--yes")
    mine, theirs = (partnership.body(n).answers for n in (3, 4))
    assert [replace(one, owner="") for one in mine] == [replace(one, owner="") for one in theirs]


def counts_as_the_command_counts(partnership, browser) -> None:
    form = browser.get("/analyse/counts?dataset=police-crime")
    assert '<option value="category">' in form.text
    fields = form.hidden() | {"rows": "category", "columns": "month", "format": ".csv"}
    for name, wrong in (("rows", ""), ("columns", "category"), ("format", ".exe")):
        assert browser.post("/analyse/counts", **(fields | {name: wrong})).status == 400
    assert "column-unknown" in browser.post("/analyse/counts", **(fields | {"rows": "x"})).words
    fields |= {"only": "quarter", "value": "2026Q3"}
    made = browser.post("/analyse/counts", **fields)
    assert made.headers["content-disposition"] == 'attachment; filename="table-category-month.csv"'
    words = ("--dataset", "police-crime", "--rows", "category", "--columns", "month")
    only = ("--only", "quarter=2026Q3", "-o", "counts.csv")
    partnership.run("analysts", "report", "table", "merged", *words, *only)
    assert made.body == (partnership.root / "analysts/counts.csv").read_bytes()


def test_the_folder_of_the_tables_is_opened_in_the_file_manager(
    partnership, room, browser, tmp_path, monkeypatch
):
    room.folder = partnership.root / "analysts"
    program, opened = tmp_path / "xdg-open", tmp_path / "opened"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{opened}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr("sys.platform", "linux")
    assert "folder-not-opened" in browser.post("/analyse/folder").words
    assert not opened.exists()
    merged = partnership.root / "analysts/merged"
    merged.mkdir()
    assert browser.post("/analyse/folder").heading == "Tables and reports"
    assert opened.read_text(encoding="utf-8") == str(merged)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert "folder-not-opened" in browser.post("/analyse/folder").words


def test_an_officer_joins_makes_a_key_and_is_added(partnership, room, browser):
    folder = partnership.root / "fire"
    folder.mkdir()
    room.folder, room.work_factor = folder, 4
    assert browser.get("/").heading == "Welcome"
    founding = (partnership.root / "council/westshire-csp.founding").read_bytes()
    share = str(partnership.share)
    for files, store in ((), share), ((b"no",), share), ((founding,), ""), ((founding,), "nowhere"):
        answer = browser.fill("/join", *(("w.founding", one) for one in files), store=store)
        assert answer.status == 400, answer.words
        assert not (folder / "exchange.toml").exists()
    large = browser.fill("/join", ("w.founding", bytes(200_000)), store=share)
    assert (large.status, "larger than 65 kB" in large.words) == (400, True)
    answer = browser.fill("/join", ("w.founding", founding), store=share)
    assert answer.heading == "Make your key"
    fields = {
        "partner": "fire", "name": "Westshire Fire", "kind": "fire", "office": "liaison",
        "contact": "c@fire.example", "passphrase": PASSPHRASE, "again": PASSPHRASE,
    }  # fmt: skip
    wrongs = [*((name, "") for name in fields), ("again", "other"), ("partner", "F!"),
              ("office", "coordinator")]  # fmt: skip
    for name, wrong in wrongs:
        assert browser.post("/join/key", **(fields | {name: wrong})).status == 400, name
        assert not list(folder.glob("*.key"))
    short = {"passphrase": "short", "again": "short"}
    assert browser.post("/join/key", **(fields | short)).status == 400
    card = browser.post("/join/key", **fields)
    assert card.heading == "Send your card to your coordinator"
    assert PASSPHRASE not in card.text
    assert browser.post("/join/key", **fields).heading == card.heading
    (made,) = folder.glob("*.card")
    assert "not enrolled yet" in browser.get("/").words
    digits = re.search(r"fingerprint: ((?:[0-9a-f]{4} ?){5})", card.words)[1].strip()
    room.folder = partnership.root / "council"
    assert 'cards?partnership=westshire-csp">Add officers' in browser.get("/").text
    for wrong in (), (("fire.card", b"no"),), (("fire.card", made.read_bytes()[:-9]),):
        assert browser.fill("/cards", *wrong).status == 400
    shown = browser.fill("/cards", ("fire.card", made.read_bytes()))
    assert f"Fingerprint: {digits}" in shown.words
    fields = shown.hidden()
    assert browser.post("/cards/add", **fields, passphrase=PASSPHRASE).status == 400
    fields["checked"] = "yes"
    for wrong in ({}, {"passphrase": "other"}, {"cards": "no", "passphrase": PASSPHRASE}):
        assert browser.post("/cards/add", **(fields | wrong)).status == 400
    assert partnership.log().tree.size == 3
    fields["passphrase"] = PASSPHRASE
    assert "Westshire Fire, fire/liaison (log 3)" in browser.post("/cards/add", **fields).words
    assert browser.post("/cards/add", **fields).heading == "Your quarter"
    again = browser.post("/cards/add", **(fields | {"form": "another"}))
    assert "key-already-enrolled" in again.words
    assert partnership.log().tree.size == 4
    room.folder = folder
    assert "Dwelling fires" in browser.get("/").words
    assert "Add officers" not in browser.get("/").words


ANSWERS = {
    "name": {"name": "Westshire CSP"},
    "areas": {"areas": "E07999901=Westshire\r\nTest Valley\r\n"},
    "outward": {"outward-E07999901": "wz1, WZ2", "outward-E07000093": ""},
    "lsoas": {"lsoas-E07999901": "E01999001\r\nE01999002", "lsoas-E07000093": ""},
    "first-quarter": {"first-quarter": "Jul-Sep 2026"},
    "store": {"store": "../share"},
}
NO_ANSWERS = {
    "name": [{}, {"name": "x" * 500}],
    "areas": [{"areas": text} for text in (" ", "Westshire", "Hampshire", "Craven")]
    + [{"areas": "Cardiff\nTest Valley"}, {"areas": f"E07000093={'x' * 201}"}],
    "outward": [{"outward-E07999901": "SP100"}, {"outward-0": "", "outward-1": ""}],
    "lsoas": [{"lsoas-E07999901": "none"}, {}],
    "first-quarter": [
        {"first-quarter": text} for text in ("soon", "0001Q1", "9999Q4", "2007Q2", "2029Q1")
    ],
    "store": [{}],
}
COMMAND = ("--area", "E07999901=Westshire", "--area", "E07000093", "--outward",
           "E07999901=WZ1,WZ2", "--lsoas", "E07999901=lsoas.txt", "--first-quarter", "2026Q3",
           "--store", "../other")  # fmt: skip


def check_confirmation(browser: Browser) -> None:
    """See that the settings are written of what was seen, and of a store that can be used."""
    seen = browser.get("/create/check").hidden()
    browser.post("/create/name", name="Another CSP")  # in another window
    refused = browser.post("/create/check", **seen)
    assert (refused.status, "changed in another window" in refused.words) == (400, True)
    browser.post("/create/name", **ANSWERS["name"])
    for wrong in ("ftp://x/y", "x" * 5000, "../share\0"):
        shown = browser.post("/create/store", store=wrong)
        refused = browser.post("/create/check", **shown.hidden())
        assert (refused.status, refused.heading) == (400, "Check your answers")
    browser.post("/create/store", **ANSWERS["store"])


def reuse_key(browser: Browser, folder: Path) -> None:
    """Use the key of one partnership in another, which is not created yet."""
    home = browser.get("/").words
    assert "What you have to send" in home
    assert "northshire-csp is being set up" in home
    assert "Make your key" in browser.get("/?partnership=northshire-csp").words
    reused = "/join/key?partnership=northshire-csp"
    assert browser.get(reused).heading == "Use your key in this partnership too"
    for wrong in ({}, {"passphrase": "other"}):
        assert browser.post("/join/key", partnership="northshire-csp", **wrong).status == 400
    card = browser.post("/join/key", partnership="northshire-csp", passphrase=PASSPHRASE)
    assert card.heading == "Send your card to your coordinator"
    assert "northshire-csp-police-liaison.card" in card.words
    assert browser.get(reused).heading == card.heading
    assert len(list(folder.glob("*.key"))) == 1
    large = browser.fill("/cards?partnership=westshire-csp", ("x.card", b"x" * 600_000))
    assert (large.status, large.heading) == (400, "Add officers")
    settings = folder / "exchange.toml"
    about, *several = settings.read_text(encoding="utf-8").split("[[partnership]]")
    turned = "[[partnership]]".join([about, *(f"\n{one.strip()}\n" for one in several[::-1])])
    settings.write_text(turned, encoding="utf-8")  # the one that is not created stands first
    assert "What you have to send" in browser.get("/").words


def test_two_coordinators_set_up_and_create_the_partnership(tmp_path, room, browser):
    p = Partnership(tmp_path)
    for who in ("share", "other", "council", "police", "command"):
        (tmp_path / who).mkdir()
    room.folder, room.work_factor = tmp_path / "council", 4
    assert browser.get("/create/store").path.endswith("/create/name")
    for question, right in ANSWERS.items():
        for wrong in NO_ANSWERS[question]:
            assert browser.post(f"/create/{question}", **wrong).status == 400, question
        assert browser.post(f"/create/{question}", **right).status == 200
    check_confirmation(browser)
    assert not (tmp_path / "council/exchange.toml").exists()
    checked = browser.get("/create/check")
    store = str(tmp_path / "council/../share")
    for words in ("a district of Hampshire, England", "WZ1, WZ2", "Recorded crime", store):
        assert words in checked.words
    made = browser.post("/create/check", **checked.hidden())
    assert made.heading == "Make your key"
    assert browser.post("/create/check").heading == "Create the partnership"
    (tmp_path / "command/lsoas.txt").write_text("E01999001 E01999002", encoding="utf-8")
    p.run("command", "partnership", "create", "Westshire CSP", *COMMAND)
    assert p.settings("council").plan == p.settings("command").plan
    origin = p.settings("council").origin
    details = {
        "partner": "council", "name": "Westshire council", "kind": "district",
        "contact": "c@council.example", "passphrase": PASSPHRASE, "again": PASSPHRASE,
    }  # fmt: skip
    for field, wrong in {"partner": "The Council", "name": "x" * 201, "contact": "x" * 201}.items():
        assert f'id="{field}-error"' in browser.post("/join/key", **details | {field: wrong}).text
    assert browser.post("/join/key", **details).heading == "Your key is made"
    assert origin in browser.get("/").words
    room.folder = tmp_path / "police"
    for wrong in ({}, {"origin": origin}, {"origin": "x", "store": "../share"},
                  {"origin": origin, "store": "nowhere"}):  # fmt: skip
        assert browser.post("/join/id", **wrong).status == 400
    second = browser.post("/join/id", origin=origin, store="../share")
    assert second.heading == "Make your key"
    assert "What will you do?" not in second.words
    assert "It does not exist yet" in browser.get("/").words
    details |= {"partner": "police", "name": "Westshire Police", "kind": "police"}
    assert browser.post("/join/key", **details).heading == "Send your card to your coordinator"
    second = (tmp_path / "police/police-liaison.card").read_bytes()
    room.folder = tmp_path / "council"
    own = (tmp_path / "council/council-liaison.card").read_bytes()
    alone = browser.fill("/cards", ("own.card", own))
    assert (alone.status, "two coordinators' cards" in alone.words) == (400, True)
    shown = browser.fill("/cards", ("police.card", second))
    fields = shown.hidden() | {"checked": "yes", "passphrase": PASSPHRASE}
    made = browser.post("/cards/add", **fields)
    founding = tmp_path / "council/westshire-csp.founding"
    assert str(founding) in made.words
    assert browser.post("/cards/add", **fields).heading == "Your quarter"
    assert p.body(0).areas[0].outward == {"WZ1", "WZ2"}
    assert "What you have to send" in browser.get("/").words
    room.folder = tmp_path / "police"
    joined = browser.fill("/join", ("w.founding", founding.read_bytes()), store="../share")
    assert joined.heading == "Send your card to your coordinator"
    another = ("partnership", "join", "--origin", f"northshire-csp/{'0' * 32}")
    p.run("police", *another, "--store", "../other")  # which is not created yet
    reuse_key(browser, tmp_path / "police")
    assert traces_of(PASSPHRASE, browser, tmp_path) == []


def test_a_fault_stands_at_its_own_field(tmp_path, room, browser):
    room.folder = tmp_path
    browser.post("/create/name", name="Westshire CSP")
    unknown = browser.post("/create/areas", areas="Test Valley\nNowhere")
    assert "Line 2: the area is neither" in unknown.words
    browser.post("/create/areas", areas="Test Valley\nWinchester")
    typed = {"outward-E07000093": "SP10", "outward-E07000094": "SO222"}
    refused = browser.post("/create/outward", **typed)
    assert 'href="#outward-E07000094"' in refused.text
    assert 'id="outward-E07000094-error"' in refused.text
    assert 'id="outward-E07000093-error"' not in refused.text
    assert ">SP10</textarea>" in refused.text
    browser.post("/create/areas", areas="Winchester\nTest Valley")  # in another window
    kept = {"outward-E07000093": "SP10", "outward-E07000094": "SO22"}
    browser.post("/create/outward", **kept)
    assert room.interview.outward == {"E07000093": ["SP10"], "E07000094": ["SO22"]}


@pytest.mark.parametrize("path", ["/answers/record", "/protocol/sign", "/cards/add"])
def test_an_address_that_only_takes_a_form_leads_back(browser, path):
    shown = browser.get(path)
    assert (shown.status, shown.heading) == (404, "This page does not exist")


def test_an_analyst_makes_a_key_whose_passphrase_is_kept_in_the_keyring(
    partnership, room, browser, ring
):
    room.folder, room.work_factor = partnership.root / "newcomer", 4
    join(partnership, "newcomer")
    details = {
        "partner": "newcomer", "name": "University of Westshire", "kind": "other",
        "office": "analyst", "contact": "c@newcomer.example", "keyring": "yes",
        "passphrase": PASSPHRASE, "again": PASSPHRASE,
    }  # fmt: skip
    assert "in the keyring of this computer" in browser.get("/join/key").words
    browser.post("/join/key", **details)
    assert ring == {("csp-exchange", "newcomer-analyst.key"): PASSPHRASE}
    (card,) = (partnership.root / "newcomer").glob("*.card")
    for slug in ("north-csp", "south-csp"):  # which are not created yet
        FolderStore(partnership.root / "newcomer" / slug).set_up()
        told = ("--origin", f"{slug}/{'0' * 32}", "--store", slug)
        partnership.run("newcomer", "partnership", "join", *told)
    browser.post("/join/key", partnership="north-csp")
    told = ("--partnership", "south-csp", "key", "card", "--contact", "d@newcomer.example")
    partnership.run("newcomer", *told)
    cards = sorted((partnership.root / "newcomer").glob("*-csp-*.card"))
    (north, _), (south, _) = map(read_card_file, cards)
    assert (north.roles, north.contact) == (("coordinator", "analyst"), "c@newcomer.example")
    assert (south.roles, south.contact) == (("analyst",), "d@newcomer.example")
    every = Settings.all(partnership.root / "newcomer")
    westshire = partnership.log().register.name
    assert list(partnership_names(every).values()) == [westshire, "north-csp", "south-csp"]
    room.folder = partnership.root / "council"
    assert "/keys/keep?" in browser.get("/keys").text
    for wrong in ({}, {"passphrase": "other"}):
        assert browser.post("/keys/keep", **wrong).status == 400
    assert browser.post("/keys/keep", passphrase=PASSPHRASE).heading == "Your keys"
    shown = browser.fill("/cards", ("newcomer.card", card.read_bytes()))
    assert "Passphrase" not in shown.words
    browser.post("/cards/add", **shown.hidden(), checked="yes")
    assert partnership.log().register.partners["newcomer"].kinds == ("other",)
    assert len(ring) == 2
    assert traces_of(PASSPHRASE, browser, partnership.root) == []


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
