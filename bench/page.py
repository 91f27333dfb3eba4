"""The officer's browser, which sends a file on the officer's page, from drop to receipt.

The server of the page is a whole process; this one is the browser. It drops the file, answers what
is asked, looks at the account, at what changed and at rows before and after, and sends; all the
while it asks the page how far it is, and takes how long each answer needs.
"""

import http.client
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.measured import COMPILED, HERE, USERS, Measured, forget, python_of
from bench.setup import PASSPHRASE

BOUNDARY = "a-boundary-of-the-bench"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Visitor:
    """The officer's browser."""

    address: str
    cookie: str = ""
    waits: list[float] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = FORM) -> tuple[str, str]:
        """Ask for a page and follow where it leads; return its path and its text."""
        host = urlsplit(self.address).netloc
        connection = http.client.HTTPConnection(host, timeout=600)
        sent = {"Host": host, "Cookie": self.cookie, "Content-Type": kind}
        connection.request(method, path, body, sent | {"Origin": f"http://{host}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        self.cookie = self.cookie or (answer.headers["set-cookie"] or "").partition(";")[0]
        connection.close()
        if answer.status == 303:
            return self.ask("GET", str(answer.headers["location"]))
        if answer.status != 200:
            raise SystemExit(f"the page answered {answer.status}")
        return path, text

    def settled(self, path: str, text: str) -> tuple[str, str]:
        """Ask how far it is until something is to be done, and take how long each answer needs."""
        while 'id="stage"' in text:
            while True:
                began = time.perf_counter()
                _, state = self.ask("GET", f"{path}/state")
                self.waits.append(time.perf_counter() - began)
                if '"settled":true' in state:
                    break
                time.sleep(0.05)
            path, text = self.ask("GET", path)
        return path, text

    def send(self, content: bytes) -> None:
        """Do all that sending asks, up to the receipt."""
        home, _ = self.ask("GET", urlsplit(self.address).path)
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        path, _ = self.settled(*self.ask("POST", f"{home}send", multipart(content), kind))
        typed = urlencode({"answer": PASSPHRASE}).encode()
        path, _ = self.settled(*self.ask("POST", f"{path}/answer", typed))
        for page in ("compare", "preview", "confirm"):
            shown, _ = self.ask("GET", f"{path}/{page}")
            if not shown.endswith(page):
                raise SystemExit(f"the page leads to {shown.rpartition('/')[2]}")
        _, text = self.settled(*self.ask("POST", f"{path}/send"))
        if not re.search(r"Log number", text):
            raise SystemExit("the page shows no receipt")


def multipart(content: bytes) -> bytes:
    """Return a file as a form sends it."""
    head = 'Content-Disposition: form-data; name="files"; filename="crime.csv"'
    start = f"--{BOUNDARY}\r\n{head}\r\nContent-Type: text/csv\r\n\r\n".encode()
    return start + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def visit(folder: Path, content: bytes, page: Measured) -> list[float]:
    """Serve the page in a process, send a file on it; return how long each answer needed."""
    process = subprocess.Popen(
        [python_of(USERS), "-m", "bench.setup", "page", str(folder)],
        cwd=HERE.parent,
        env=COMPILED,
        stdout=subprocess.PIPE,
        text=True,
    )
    stdout = process.stdout
    if stdout is None:
        raise SystemExit("the page printed nothing")
    visitor = Visitor(stdout.readline().split()[-1])
    began = time.perf_counter()
    visitor.send(content)
    process.terminate()
    page.take(process, began)
    return visitor.waits


def bench(rows: int, rounds: int) -> tuple[list[Measured], list[float]]:
    """Measure in rounds the command, the page, and a file of which each line has a fault.

    Returns:
        What was measured, and how long each answer of the page needed.
    """
    command, page = Measured("exchange submit"), Measured("the page, from drop to receipt")
    wrong = Measured("exchange check --report, half as many rows, each with a fault")
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Measured("setting up").run("-m", "bench.setup", name, str(rows))
        root, extract, faulty = folder / "p", folder / "crime.csv", str(folder / "faulty.csv")
        Measured("setting up").run("-m", "bench.setup", "spoil", str(extract), faulty)
        police = str(root / "police")
        for _ in range(rounds):
            command.run("-m", "bench.setup", "submit", police, str(extract))
            wrong.run("-m", "bench.setup", "check", police, faulty)
            forget(root, folder / "pristine")
            waits += visit(root / "police", extract.read_bytes(), page)
            forget(root, folder / "pristine")
    return [command, page, wrong], waits
