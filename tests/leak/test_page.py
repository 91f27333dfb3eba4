"""Attacks on the officer's page, and what of an extract can be found outside it."""

import contextlib
import hashlib
import logging
import os
import re
import signal
import socket
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from csv import DictReader
from http.client import HTTPException
from importlib.resources import files
from pathlib import Path

import pytest
from filelock import FileLock

from exchange.page.app import ASSETS
from exchange.page.guard import HEADERS
from exchange.page.room import Room
from release.vendor_page import without_what_is_of_gov_uk
from tests.leak.test_canaries import CANARIES, forms
from tests.lib.extracts import CRIME_HEADINGS, crimes, csv
from tests.lib.page import Answer, Browser, multipart, served
from tests.lib.partnership import NOW, PASSPHRASE

pytestmark = pytest.mark.services
CRIMES = crimes().encode()
MARKUP = "<script>alert(1)</script>"


def sent(partnership) -> int:
    return len(partnership.log().register.submissions)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "null"},
        {"origin": None},
        {"host": "evil.example"},
        {"host": "localhost"},
        {"host": None},
        {"cookie": None},
        {"cookie": "exchange="},
        {"cookie": "exchange=guessed"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
    ids=str,
)
def test_nobody_but_the_page_itself_can_send_to_it(browser, room, headers):
    kind = {"content_type": "multipart/form-data; boundary=a-boundary-of-the-tests"}
    # Without a host it is refused before a body is read, and then the connection may be reset.
    body = b"" if headers == {"host": None} else multipart((("crime.csv", CRIMES),))
    before = dict(room.drafts._by_id)
    answer = browser.ask("POST", f"{room.path}/send", body, **(kind | headers))
    assert answer.status in (400, 403)
    assert room.drafts._by_id == before
    if "origin" not in headers:  # and nobody else can read it
        assert browser.ask("GET", f"{room.path}/", **headers).status in (400, 403)


@pytest.mark.parametrize("path", ["/", "/send", "/assets/page.js", "/../pyproject.toml"])
def test_without_the_cookie_nothing_is_told(room, path):
    stranger = Browser(room)
    for whole in (room.path + path, path):
        answer = stranger.ask("GET", whole)
        assert answer.status == 403
        assert "Westshire" not in answer.text


def test_only_what_is_listed_is_served(browser, room):
    for name in ("vendored.csv", "../app.py", "..%2fapp.py", "%2e%2e/app.py", "page.html"):
        assert browser.ask("GET", f"{room.path}/assets/{name}").status == 404
    for name in ASSETS:
        assert browser.get(f"/assets/{name}").status == 200
    assert browser.ask("PUT", f"{room.path}/send").status == 403
    assert browser.ask("GET", f"{room.path}/send/x/send").status in (404, 405)


def test_everything_has_the_headers_that_keep_it_here(browser, room):
    answers = [browser.get("/"), browser.get("/assets/page.css"), browser.get("/nothing"),
               Browser(room).ask("GET", "/")]  # fmt: skip
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    assert "'unsafe" not in HEADERS["content-security-policy"]
    page = browser.get("/").text
    assert not re.search(r"(?:src|href|action)=\"(?!/|data:|#)", page)
    assert not re.search(r"<style|style=|<script>|\son\w+=", page)


def test_a_ticket_is_of_one_use_and_one_that_is_used_twice_shuts_the_page(partnership):
    with served(partnership.root / "police") as room:
        stranger, officer = Browser(room), Browser(room)
        assert stranger.ask("GET", f"{room.path}/enter/guessed").status == 403
        path = room.address.removeprefix(room.origin)
        answer = officer.ask("GET", path)
        assert answer.status == 303
        cookie = answer.headers["set-cookie"]
        assert f"Path={room.path}" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        officer.cookie = room.cookie
        assert officer.get("/").status == 200
        assert officer.ask("GET", path).status == 303  # the same browser may open it again
        assert officer.get("/").status == 200
        assert stranger.ask("GET", path).status == 403
        assert officer.ask("GET", f"{room.path}/").status == 403
        assert room.presence.reason_to_stop() == "ticket-used-twice"


def test_markup_and_formulas_in_headings_cells_and_names_stay_text(browser):
    heading = CRIME_HEADINGS.replace("Crime number", f"=1+1 {MARKUP}")
    lines = csv(heading, f"{MARKUP},99/07/2026,01/07/2026,00:10,45,WZ1 1AB,E01999001,N,N")
    asked = browser.drop((f"{MARKUP}.csv", lines.encode()))
    answer = browser.press(asked, "answer", answer="2026Q3")
    assert answer.heading == "Correct these errors"
    shown = re.findall(r'href="([^"]*/(?:rows|repair)/\d+)"', answer.text)
    pages = [browser.get(link) for link in shown]
    assert [f"=1+1 {MARKUP}" in one.text for one in pages if "/rows/" in one.path] == [True]
    image = "<img src=x onerror=alert(1)>.csv"
    unknown = browser.drop((image, lines.replace("Code", MARKUP).encode()))
    assert (unknown.heading, image in unknown.text) == ("Nothing was sent", True)
    assert image not in unknown.body.decode()
    for one in browser.every:
        assert MARKUP not in one.body.decode()


def test_a_huge_upload_is_refused_and_nothing_of_it_is_kept(browser, room, monkeypatch):
    monkeypatch.setattr(room, "limit", 100_000)
    before = dict(room.drafts._by_id)
    kind = {"content_type": "multipart/form-data; boundary=a-boundary-of-the-tests"}
    body = multipart((("crime.csv", b"x" * 150_000), ("b.csv", b"x" * 50_000)))
    answer = browser.ask("POST", f"{room.path}/send", body, **kind)
    assert (answer.status, "The files are larger than" in answer.text) == (400, True)
    said = browser.ask("POST", f"{room.path}/send", b"", length=10**10, **kind)
    assert (said.status, "The files are larger than" in said.text) == (400, True)  # not read first
    unsaid = browser.ask("POST", f"{room.path}/send", body, transfer_encoding="chunked", **kind)
    assert (unsaid.status, "The files are larger than" in unsaid.text) == (400, True)
    answer = browser.ask("POST", f"{room.path}/send", body[:5000], **kind)
    assert (answer.status, "did not send the files" in answer.text) == (400, True)
    assert browser.ask("POST", f"{room.path}/send", b"nonsense", **kind).status == 400
    assert browser.ask("POST", f"{room.path}/send", b"", content_type="text/plain").status == 400
    assert room.drafts._by_id == before


def test_an_upload_of_several_megabytes_goes_to_no_disk(browser, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no-such-folder"))
    text = crimes(count=60_000)
    assert len(text) > 3_000_000
    with pytest.raises(OSError, match="no-such-folder"), tempfile.TemporaryFile():
        pass
    answer = browser.drop(("crime.csv", text.encode()))
    assert "60,000" in answer.words
    browser.press(answer, "drop")


def test_sent_from_two_windows_at_once_it_goes_once(partnership, browser, room):
    answer = browser.press(browser.drop(("crime.csv", CRIMES)), "answer", answer=PASSPHRASE)
    windows = [Browser(room).enter() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.press(answer, "send"), windows))
    assert {one.heading for one in answers} == {"Sent"}
    assert sent(partnership) == 1
    assert browser.submit(("crime.csv", CRIMES)).heading == "Already sent"
    assert sent(partnership) == 1


def test_what_is_being_sent_is_sent_to_its_end_when_the_browser_is_closed(partnership):
    seconds = [0.0]
    ended = threading.Event()
    lock = FileLock(partnership.settings("police").profile / "lock")

    def quarter() -> None:
        with served(partnership.root / "police") as room:
            room.presence.clock = lambda: seconds[0]
            browser = Browser(room).enter()
            answer = browser.drop(("crime.csv", CRIMES))
            answer = browser.press(answer, "answer", answer=PASSPHRASE)
            draft = room.drafts.get(answer.path.rpartition("/")[2])
            with lock:  # it waits for another run of this profile
                browser.ask("POST", f"{answer.path}/send")
                room.presence.close_page("any")
                seconds[0] += 60
                assert room.presence.reason_to_stop() == "closed"
                time.sleep(0.7)
                assert draft.is_busy
                assert not draft.send(confidentiality_considered=False)  # nor a second time
                assert browser.get("/").status == 200  # so that it still answers
            draft.wait(60)
        ended.set()

    quarter()
    assert ended.is_set()
    assert sent(partnership) == 1


@pytest.fixture
def elsewhere(request, partnership, processes, tmp_path):
    """The page in a process of its own, with a file that waits for the passphrase.

    Its parameter is a change of the disk before which the process is killed.
    """
    address = tmp_path / "address.txt"
    pid = processes.start(
        "tests.lib.page:serve_until_killed",
        partnership.root / "police", NOW.isoformat(), address, getattr(request, "param", ""),
        output=tmp_path / "output.txt",
    )  # fmt: skip
    until(address.exists)
    origin, path, ticket = re.fullmatch(
        r"(http://[^/]*)(/[^/]*)/enter/(.*)", address.read_text()
    ).groups()
    browser = Browser(Room(partnership.root, NOW.now, origin.removeprefix("http://"), path=path))
    cookie = browser.ask("GET", f"{path}/enter/{ticket}").headers["set-cookie"]
    browser.cookie = cookie.partition("=")[2].partition(";")[0]
    draft = browser.fill("/send", ("crime.csv", CRIMES)).path
    until(lambda: "Passphrase of your key" in browser.get(draft).words)
    return pid, browser, draft


def shown_after_sending_again(partnership) -> tuple[Answer, Answer]:
    """What a new run of the page shows first, and when the same file is sent."""
    with served(partnership.root / "police") as again:
        browser = Browser(again).enter()
        home = browser.get("/")
        receipt = browser.submit(("crime.csv", CRIMES))
        assert "stopped" not in browser.get("/").words
        assert "interrupted" not in browser.get("/").words
    assert sent(partnership) == 1
    assert partnership.run("police", "verify").status == 0
    assert len([one for one in partnership.bundles() if one.suffix == ".age"]) == 1
    return home, receipt


def test_stopped_from_the_keyboard_it_ends_though_a_file_waits(partnership, processes, elsewhere):
    pid, _, _ = elsewhere
    os.kill(pid, signal.SIGINT)
    assert processes.wait(pid, 60) == 0
    assert partnership.log().tree.size == 3


def test_killed_in_mid_send_nothing_is_half_sent_and_the_next_run_sends_it(
    partnership, processes, elsewhere
):
    pid, browser, draft = elsewhere
    browser.post(f"{draft}/answer", answer=PASSPHRASE)
    until(lambda: browser.get(draft).heading == "What is in your file")
    with FileLock(partnership.settings("police").profile / "lock"):
        browser.ask("POST", f"{draft}/send")
        assert browser.get(draft).heading == "Sending"
        os.kill(pid, signal.SIGKILL)
        processes.wait(pid)
    assert sent(partnership) == 0
    assert partnership.run("police", "verify", "--log-only").status == 0
    assert shown_after_sending_again(partnership)[1].heading == "Sent"


@pytest.mark.parametrize(
    ("elsewhere", "is_logged", "says"),
    [
        ("link share/log/00000003 1", False, "before it was logged: Recorded crime, Jul to Sep"),
        ("fsync share/log 1", True, "Recorded crime, Jul to Sep 2026 was sent: it is log 3"),
    ],
    indirect=["elsewhere"],
    ids=["between bundle and entry", "between entry and answer"],
)
def test_killed_while_it_sends_the_next_start_says_what_happened(
    partnership, processes, elsewhere, is_logged, says
):
    pid, browser, draft = elsewhere
    browser.post(f"{draft}/answer", answer=PASSPHRASE)
    until(lambda: browser.get(draft).heading == "What is in your file")
    with contextlib.suppress(OSError, HTTPException):
        browser.ask("POST", f"{draft}/send")
    assert processes.wait(pid) == -signal.SIGKILL
    assert sent(partnership) == is_logged
    assert len(list((partnership.share / "bundles").glob("*.age"))) == 1
    if not is_logged:  # the commands say it too, unless another run is sending it just now
        status = ("police", "status")
        assert "submission-interrupted" in partnership.run(*status).warnings
        with FileLock(partnership.settings("police").profile / "lock"):
            assert "submission-interrupted" not in partnership.run(*status).warnings
    home, receipt = shown_after_sending_again(partnership)
    assert says in home.words
    assert receipt.heading == ("Already sent" if is_logged else "Sent")


def until(is_so) -> None:
    """Wait for what another process does."""
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


@pytest.fixture
def watched(partnership, browser, monkeypatch, caplog, capfd):
    """What the page answers, prints, logs and leaves on a disk must hold no canary."""
    temporary = partnership.root / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("POLARS_TEMP_DIR", str(temporary))
    folders = [Path("/tmp"), Path("/dev/shm")]
    before = {path for folder in folders if folder.is_dir() for path in folder.iterdir()}
    with caplog.at_level(logging.DEBUG):
        yield browser
    new = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    new = [path for path in new if path not in before and not path.name.startswith("pytest-")]
    texts = [("log", caplog.text), ("printed", "".join(capfd.readouterr()))]
    for one in browser.every:
        looked_at = re.search(r"/(?:preview|rows/\d+|repair/\d+|lost/\d+/[a-z-]+)$", one.path)
        title = re.search(r"<title>(.*?)</title>", one.body.decode("latin-1"))
        texts += [
            (f"{one.path} {one.heading}", "" if looked_at else one.text),
            ("a title, an address or a header", f"{title and title[1]} {one.path} {one.headers}"),
        ]
    assert not {(where, one) for one in CANARIES for where, text in texts if one in text}
    for path in (one for top in (partnership.root, *new) for one in (top, *top.rglob("*"))):
        assert not [canary for canary in CANARIES if canary in path.name], path
        if path.is_file():
            content = path.read_bytes()
            assert not [one for one in CANARIES if one.encode() in content], path


def with_canaries(count: int = 30, first: int = 1) -> bytes:
    """An extract with a canary in the reference and in a column of its own, which has one too."""
    rows = [
        f"{canary},{day:02d}/07/2026,01/07/2026,00:10,45,WZ1 1AB,E01999001,N,N,{canary}"
        for day, canary in enumerate(CANARIES, start=first)
    ]
    others = [f"{line}," for line in crimes(count).splitlines()[1:]]
    return csv(f"{CRIME_HEADINGS},{CANARIES[0]}", *rows, *others).encode()


def test_no_value_is_in_any_answer_but_the_rows_or_on_disk_afterwards(partnership, room, watched):
    name = f"{CANARIES[0]}.csv"
    answer = watched.press(watched.drop((name, with_canaries())), "answer", answer=PASSPHRASE)
    assert answer.heading == "What is in your file"
    assert watched.submit((name, with_canaries())).heading == "Sent"
    shown = [one.text for one in watched.every if one.path.endswith("/preview")]
    assert any(canary in text for canary in CANARIES for text in shown)
    assert watched.submit((name, with_canaries(40, first=2))).heading == "Sent"  # a correction
    room.folder = partnership.root / "analysts"
    pulled = watched.pull(also="csv")
    assert "Recorded crime 48 rows" in pulled.words
    assert watched.get("/analyse/table/police-crime").text.count("<tr") == 21
    room.folder = partnership.root / "police"
    for path, reason in (
        ("/withdraw?entry=4", "sent-in-error"),
        ("/not-held?dataset=police-transport&quarter=2026Q3", "not-recorded"),
        ("/nil?dataset=police-asb&quarter=2026Q3", "none-recorded"),
    ):
        form = watched.get(path).hidden() | {"passphrase": PASSPHRASE}
        where = path.partition("?")[0]
        assert watched.post(where, **form, reason=CANARIES[0]).status == 400
        assert watched.post(where, **form, reason=reason).heading == "Logged"
    watched.get("/")


def test_no_value_of_a_file_that_is_given_to_another_form_is_told(partnership, room, watched):
    """An extract is chosen where a document, a workbook or a card is asked for."""
    document = partnership.extract("council", "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    publish = ("partnership", "protocol", "publish", document, "--yes")
    partnership.signed("council", *publish)
    wrong = (f"{CANARIES[0]}.csv", with_canaries())
    for path in ("/protocol", "/answers", "/cards", "/join"):
        assert watched.fill(path, wrong, store=str(partnership.share)).status == 400
    form = watched.fill("/protocol", ("protocol.pdf", document.read_bytes())).hidden()
    for path in ("/protocol/sign", "/answers/record", "/cards/add", "/keys/keep", "/join/id"):
        typed = dict.fromkeys(("passphrase", "workbook", "cards"), CANARIES[1]) | form
        assert watched.post(path, **typed).status == 400
    room.folder = partnership.root / "temporary"
    for question in ("name", "areas", "outward", "lsoas", "first-quarter", "store"):
        watched.post(f"/create/{question}", **{question: ""}, unknown=CANARIES[2])
    assert partnership.log().tree.size == 4


def test_no_value_is_told_of_a_file_that_is_refused_mapped_or_cut_off(partnership, room, watched):
    for n, form in enumerate(forms(CANARIES[0])[::4]):
        content = form if isinstance(form, bytes) else form.encode()
        answer = watched.drop((f"{n}.csv", content))
        for link in re.findall(r'href="([^"]*/(?:rows|repair|lost)/\d+[^"]*)"', answer.text)[:1]:
            watched.get(link)
    lines = with_canaries().decode().splitlines()
    unfamiliar = "\r\n".join(["No,Day in,Day of,Clock,What,Where,Area,Dom,Home,Note", *lines[1:]])
    record = "\r\n".join([f"{CANARIES[1]},{CANARIES[3]},{CANARIES[5]},d,e,f,g,h,i,j", *lines[1:]])
    for text, says in ((record, "looks like a record"), (unfamiliar, "Looks like")):
        answer = watched.drop(("crime.csv", text.encode()))
        answer = watched.press(answer, "change", dataset="police-crime", dates="")
        assert says in watched.get(f"{answer.path}/map").words
    names = ("reference", "recorded", "occurred_from", "time_from", "category", "postcode", "lsoa")
    fields = {f"column-{n}": name for n, name in enumerate(names, 1)}
    answer = watched.settled(watched.post(f"{answer.path}/map", **fields))
    assert answer.heading == "Your file has no errors", answer.words
    assert (partnership.root / "police/police-crime.toml").is_file()
    body = multipart(((f"{CANARIES[0]}.csv", with_canaries()),))
    kind = {"content_type": "multipart/form-data; boundary=a-boundary-of-the-tests"}
    for cut in (body[:-40], body[: len(body) // 2], body.replace(b"--a-boundary", b"--b")):
        assert watched.ask("POST", f"{room.path}/send", cut, **kind).status == 400
    drafts = dict(room.drafts._by_id)
    head = (
        f"POST {room.path}/send HTTP/1.1\r\nHost: {room.host}\r\nOrigin: {room.origin}\r\n"
        f"Cookie: exchange={room.cookie}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: {kind['content_type']}\r\n\r\n"
    )
    host, _, port = room.host.partition(":")
    with socket.create_connection((host, int(port))) as connection:  # and the window is closed
        connection.sendall(head.encode() + body[: len(body) // 2])
    assert watched.get("/").status == 200
    assert room.drafts._by_id == drafts
    for draft in drafts:
        watched.post(f"/send/{draft}/drop")
    assert partnership.log().tree.size == 3
    assert not partnership.bundles()


def test_what_is_of_gov_uk_alone_is_not_in_it():
    folder = files("exchange.page") / "assets"
    with (folder / "vendored.csv").open(encoding="utf-8") as file:
        vendored = {row["file"]: row["sha256"] for row in DictReader(file)}
    assert set(vendored) == {name for name in ASSETS if name.startswith("govuk")}
    for name, digest in vendored.items():
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        assert without_what_is_of_gov_uk(name, content.decode()).strip() == content.decode().strip()
    style = (folder / "govuk-frontend.min.css").read_text(encoding="utf-8")
    for word in ("GDS Transport", "@font-face", "url("):
        assert word not in style
