"""A million crimes on the officer's page, from drop to receipt, beside exchange submit.

python -m bench.page ROWS. The server of the page is a whole process, and so is `exchange submit`;
this process is the browser. It drops the file, answers what is asked, looks at the account, at what
changed and at rows before and after, and sends; all the while it asks the page how far it is, and
takes how long each answer needs. Writes bench/page.md.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.setup import PASSPHRASE
from bench.submit import COMPILED, HERE, Measured, forget

ROUNDS = 3
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
        [sys.executable, "-m", "bench.setup", "page", str(folder)],
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
    page.seconds.append(time.perf_counter() - began)
    process.terminate()
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    page.cpu.append(used.ru_utime + used.ru_stime)
    page.kilobytes.append(used.ru_maxrss)
    return visitor.waits


def bench(rows: int) -> str:
    """Measure in rounds, and return the page."""
    command, page = Measured("exchange submit"), Measured("the page, from drop to receipt")
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Measured("setting up").run("-m", "bench.setup", name, str(rows))
        root, extract = folder / "p", folder / "crime.csv"
        for _ in range(ROUNDS):
            command.run("-m", "bench.setup", "submit", str(root / "police"), str(extract))
            forget(root, folder / "pristine")
            waits += visit(root / "police", extract.read_bytes(), page)
            forget(root, folder / "pristine")
    waits = sorted(wait * 1000 for wait in waits)
    half, most, slowest = statistics.median(waits), waits[len(waits) * 9 // 10], waits[-1]
    lines = [
        f"| {one.name} | {one.busy:.2f} s | {one.busy / command.busy:.2f} | {one.median:.2f} s "
        f"| {one.peak:.2f} GiB |"
        for one in (command, page)
    ]
    return f"""# A file on the officer's page

Written by `python -m bench.page`: {rows:,} crimes, whole processes, the median of {ROUNDS} rounds.
The page shows the account, what changed and rows before and after; the command shows the account
alone. The clock of the page begins with the drop, that of the command with its start.

| | CPU | ratio to the command | clock | peak memory |
|---|---|---|---|---|
{chr(10).join(lines)}

Meanwhile the page was asked how far it is, {len(waits):,} times. Half of the answers took
{half:.0f} ms or less, nine in ten {most:.0f} ms or less, and the slowest {slowest:.0f} ms.

{os.cpu_count()} cores; the load of the machine was {os.getloadavg()[1]:.1f}, of which about 1 was
this measurement. What else runs on the machine shows in the clocks and in the slowest answers.
"""


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    text = bench(size)
    (HERE / "page.md").write_text(text, encoding="utf-8")
    print(text)
