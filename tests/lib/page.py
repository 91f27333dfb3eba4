"""The officer's page on a real server in this process, and a browser without a window."""

import contextlib
import html
import http.client
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from exchange.page.room import Room
from exchange.page.server import serve
from tests.lib.dying import die_before
from tests.lib.partnership import NOW, PASSPHRASE

_BOUNDARY = "a-boundary-of-the-tests"
Fields = dict[str, str]


@contextlib.contextmanager
def served(folder: Path, now: datetime = NOW) -> Iterator[Room]:
    """Serve the page of a folder until the end of the block."""
    rooms: list[Room] = []
    is_ready = threading.Event()

    def ready(room: Room) -> None:
        rooms.append(room)
        is_ready.set()

    options = {"folder": folder, "clock": lambda: now, "ready": ready}
    thread = threading.Thread(target=serve, kwargs=options)
    thread.start()
    assert is_ready.wait(60)
    try:
        yield rooms[0]
    finally:
        rooms[0].presence.end("the test is over")
        thread.join(60)
        assert not thread.is_alive()


@dataclass
class Answer:
    """What the page answered."""

    status: int
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def text(self) -> str:
        return html.unescape(self.body.decode())

    @property
    def words(self) -> str:
        """What is read on the page, in one line."""
        main = self.text.partition('id="main-content">')[2].partition("</main>")[0]
        return " ".join(re.sub(r"<[^>]*>", " ", main).split())

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.DOTALL)
        return " ".join(re.sub(r"<[^>]*>", "", found[1]).split()) if found else ""

    def hidden(self) -> Fields:
        """The hidden fields of its form."""
        return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', self.text))


@dataclass
class Browser:
    """The officer's browser: keeps the cookie, says where its forms come from, follows answers."""

    room: Room
    cookie: str = ""
    every: list[Answer] = field(default_factory=list)

    def enter(self) -> "Browser":
        """Come in with a ticket of its own: that of the first address is used up only once."""
        self.cookie = self.room.cookie
        return self

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        length: int | None = None,
        **headers: str | None,
    ) -> Answer:
        """Ask for a path as it stands; a header that is None is left out.

        Args:
            length: What is said of the body, where that is not true; nothing is said of one that
                is sent in chunks.
        """
        sent: dict[str, str | None] = {"Host": self.room.host, "Cookie": f"exchange={self.cookie}"}
        if method == "POST":
            sent |= {
                "Origin": self.room.origin,
                "Content-Type": "application/x-www-form-urlencoded",
            }
        sent |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        host, _, port = self.room.host.partition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=120)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            is_chunked = "Transfer-Encoding" in sent
            if not is_chunked:
                connection.putheader("Content-Length", str(len(body) if length is None else length))
            connection.endheaders([body] if is_chunked else body, encode_chunked=is_chunked)
            told = connection.getresponse()
            found = {name.lower(): value for name, value in told.getheaders()}
            answer = Answer(told.status, found, told.read(), path)
        finally:
            connection.close()
        self.every.append(answer)
        return answer

    def get(self, path: str) -> Answer:
        """Go to a page."""
        return self._followed(self.ask("GET", self._whole(path)))

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        from urllib.parse import urlencode

        return self._followed(self.ask("POST", self._whole(path), urlencode(fields).encode()))

    def drop(self, *files: tuple[str, bytes]) -> Answer:
        """Drop files on the page, and wait until somebody is to do something."""
        path = self._whole("/send")
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        answer = self._followed(self.ask("POST", path, multipart(files), content_type=kind))
        return self.settled(answer)

    def fill(self, path: str, *files: tuple[str, bytes], **fields: str) -> Answer:
        """Send a form that has files and other fields."""
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        body = multipart(files, **fields)
        return self._followed(self.ask("POST", self._whole(path), body, content_type=kind))

    def settled(self, answer: Answer) -> Answer:
        """Wait until the draft of a page waits for the officer, and return its page."""
        while 'id="stage"' in answer.text:
            name = answer.path.rpartition("/")[2]
            work = self.room.pulls.get(name) or self.room.drafts.get(name)
            assert work is not None
            work.wait(60)
            answer = self.get(answer.path)
        return answer

    def press(self, shown: Answer, what: str, **fields: str) -> Answer:
        """Send a form of a draft's page: answer, queries, send, change or drop."""
        draft = re.search(r"/send/([\w-]{16})", shown.path + shown.text)
        assert draft is not None, shown.words
        hidden = {name: value for name, value in shown.hidden().items() if what == "queries"}
        return self.settled(self.post(f"/send/{draft[1]}/{what}", **(hidden | fields)))

    def submit(self, *files: tuple[str, bytes]) -> Answer:
        """Do all that sending asks, and return the receipt."""
        answer = self.press(self.drop(*files), "answer", answer=PASSPHRASE)
        draft = answer.path.rpartition("/")[2]
        answer = self.get(f"/send/{draft}/queries")
        while answer.heading and answer.path.endswith("/queries"):
            answer = self.press(answer, "queries", reason="checked")
        for page in ("compare", "preview", "confirm"):
            answer = self.get(f"/send/{draft}/{page}")
            assert answer.status == 200, answer.words
        return self.press(answer, "send")

    def pull(self, **fields: str) -> Answer:
        """Combine the tables, and wait for them."""
        return self.settled(self.post("/analyse/pull", passphrase=PASSPHRASE, **fields))

    def _whole(self, path: str) -> str:
        return path if path.startswith(self.room.path) else self.room.path + path

    def _followed(self, answer: Answer) -> Answer:
        while answer.status == 303:
            answer = self.ask("GET", answer.headers["location"])
        return answer


def traces_of(secret: str, browser: Browser, folder: Path) -> list[str]:
    """Where something that is secret can be found: in answers and their addresses, and on disk."""
    answers = [
        one.path for one in browser.every if secret in one.path or secret.encode() in one.body
    ]
    files = [path for path in folder.rglob("*") if path.is_file()]
    written = [str(one) for one in files if secret.encode() in one.read_bytes()]
    return answers + [one for one in written if not one.endswith("passphrase.txt")]


def multipart(files: tuple[tuple[str, bytes], ...], **fields: str) -> bytes:
    """Return files and other fields as a form sends them."""
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in files
    ]
    parts += [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + f"{value}\r\n".encode()
        for name, value in fields.items()
    ]
    return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()


def serve_until_killed(folder: str, now: str, address: str, change: str = "") -> None:
    """Serve the page in a process of its own until it is stopped; write its address into a file.

    Args:
        change: Of the disk, before which the process is killed.
    """
    if change:
        die_before(str(Path(folder).parent), change)

    def ready(room: Room) -> None:
        part = Path(f"{address}.part")
        part.write_text(room.address, encoding="utf-8")
        part.rename(address)

    serve(folder=Path(folder), clock=lambda: datetime.fromisoformat(now), ready=ready)
