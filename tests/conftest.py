"""What all tests share: a founded partnership, no network, and needs that are said."""

import contextlib
import functools
import importlib.util
import io
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from exchange.cli.main import main
from schemas.datasets.registry import PRESCRIBED
from tests.lib import both_ways, fuzz, servers, soak, surroundings, wine
from tests.lib.cpu import Account, spare
from tests.lib.partnership import Partnership, enrol, found, join, police_have_sent
from tests.lib.processes import Processes, shared
from tests.lib.servers import AZURITE, SSHD, Served

if TYPE_CHECKING:
    from exchange.page.room import Room
    from tests.lib.page import Browser

HERE = Path(__file__).parent
# Where it is set, as in .ci/run, a test that would be skipped for want of something fails.
NOTHING_MISSING = "EXCHANGE_NOTHING_MISSING"


def _real_data() -> Path | None:
    told = os.environ.get("EXCHANGE_REAL_DATA")
    path = Path(told) if told else HERE.parent.parent / "shared" / "data"
    return path if path.is_dir() else None


def _can_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except OSError:
            return False
        if done.returncode == 0:
            subprocess.run(["umount", "-l", folder], check=True)
        return done.returncode == 0


NEEDS: dict[str, tuple[Callable[[], object], str]] = {
    "node": (
        lambda: shutil.which("node") and (HERE / "interop/node_modules/age-encryption").is_dir(),
        "node, and `npm install` in tests/interop",
    ),
    "chromium": (
        lambda: (
            shutil.which("chromium") and (HERE / "interop/node_modules/puppeteer-core").is_dir()
        ),
        "chromium, node, and `npm install` in tests/interop",
    ),
    "playwright": (
        lambda: (
            shutil.which("chromium")
            and importlib.util.find_spec("playwright")
            and (HERE / "interop/node_modules/axe-core").is_dir()
        ),
        "chromium, and `npm install` in tests/interop",
    ),
    "go": (
        lambda: shutil.which("go") and Path("/usr/share/gocode/src/golang.org/x/mod").is_dir(),
        "Debian's golang-go and golang-golang-x-mod-dev",
    ),
    "pyodide": (
        lambda: shutil.which("node") and (HERE / "interop/node_modules/pyodide").is_dir(),
        "node, and `npm install` in tests/interop",
    ),
    "sshd": (lambda: SSHD.is_file() and shutil.which("ssh-keygen"), "OpenSSH's server"),
    "azurite": (
        lambda: shutil.which("node") and AZURITE.is_file(),
        "node, and `npm install` in tests/interop",
    ),
    "real data": (_real_data, "published extracts, in the folder EXCHANGE_REAL_DATA"),
    "wine": (wine.is_there, wine.NEEDED),
    "engines": (
        lambda: shutil.which("java") and os.environ.get("EXCHANGE_ENGINES"),
        "java, and in EXCHANGE_ENGINES a Python that has what tests/docs/engines.txt names",
    ),
    "small disk": (_can_mount, "the right to mount a small disk, which is then filled"),
}
# What nothing can install may be missing even there.
GIVEN = {
    "small disk": False,
    "real data": "EXCHANGE_REAL_DATA" in os.environ,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    soak.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Account())
    surroundings.leave_out()
    if config.getoption("--soak") is None:
        spare()
    fuzz.begin(soak=config.getoption("--soak") is not None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    soak.select(config, items)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    if shared.cache_info().currsize:
        shared().close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        there, words = NEEDS[mark.args[0]]
        if not there():
            pytest.skip(f"needs {words}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be missing, a test that was skipped has failed."""
    report = yield
    may_miss = any(not GIVEN.get(mark.args[0], True) for mark in item.iter_markers("needs"))
    if report.skipped and os.environ.get(NOTHING_MISSING) == "1" and not may_miss:
        report.outcome = "failed"
    return report


@pytest.fixture(autouse=True)
def _both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the soak says so, hold every log that is opened to a whole replay of it."""
    if os.environ.get(both_ways.SWITCH):
        both_ways.always(monkeypatch)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the product does may reach out; to services of this machine where marked so."""
    connect, find = socket.socket.connect, socket.getaddrinfo
    served = request.node.get_closest_marker("services") is not None

    def only_here(host: object) -> None:
        if not served or host != "127.0.0.1":
            raise AssertionError("something tried to reach the network")

    def connecting(self: socket.socket, address: tuple[str, int]) -> None:
        only_here(address[0])
        connect(self, address)

    def finding(host: object, *rest: object, **more: object) -> object:
        only_here(host)
        return find(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", finding)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a folder once in a run, by whichever worker needs it first; nobody changes it later."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder = base / "once" / name
        folder.parent.mkdir(exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):
            if not folder.exists():
                part = folder.with_suffix(".part")
                fill(part)
                part.rename(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def _founded(once: Callable[..., Path]) -> Partnership:
    return Partnership(once("founded", found))


@pytest.fixture
def prepared(
    once: Callable[..., Path], _founded: Partnership, tmp_path: Path
) -> Callable[[Callable[[Partnership], object]], Partnership]:
    """Copy a partnership after something was done in it, which is done once in a run."""

    def copied(do: Callable[[Partnership], object]) -> Partnership:
        def fill(folder: Path) -> None:
            p = _founded.copy(folder)
            do(p)
            (folder / "now").write_text(p.now.isoformat())

        root = once(f"{do.__module__}.{do.__qualname__}", fill)
        now = datetime.fromisoformat((root / "now").read_text())
        return Partnership(root, now).copy(tmp_path / "p")

    return copied


@pytest.fixture(scope="session")
def _everybody(once: Callable[..., Path], _founded: Partnership) -> Partnership:
    def fill(folder: Path) -> None:
        p = _founded.copy(folder)
        for who, kind in (("fire", "fire"), ("board", "health")):
            join(p, who)
            p.signed(
                who, "key", "new", "--partner", who, "--name", f"Westshire {who}", "--kind", kind,
                "--contact", f"c@{who}.example",
            )  # fmt: skip
            enrol(p, who)
        # What a founding adopts never changes; a dataset that was added later is adopted here.
        for name in sorted(PRESCRIBED.keys() - p.log().register.adopted.keys()):
            p.signed("police", "partnership", "adopt", name, "--from", "2026Q3", "--yes")

    return Partnership(once("everybody", fill))


@pytest.fixture
def everybody(_everybody: Partnership, tmp_path: Path) -> Partnership:
    """A partnership in which somebody holds each dataset, on a disk of its own."""
    return _everybody.copy(tmp_path / "everybody")


@pytest.fixture(scope="session")
def all_sent(once: Callable[..., Path], _everybody: Partnership) -> Partnership:
    """A partnership in which every dataset was sent and pulled: to be copied, not changed."""
    from tests.use.test_every_dataset import send_all  # it imports much

    return Partnership(once("all-sent", lambda folder: send_all(_everybody.copy(folder))))


@pytest.fixture(scope="session")
def demonstration(once: Callable[..., Path]) -> Path:
    """The demonstration of one quarter, played once: its folder `d`, what it prints in a file."""

    def play(folder: Path) -> None:
        folder.mkdir()
        said = io.StringIO()  # both streams in one, as at a terminal
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = main(["demo", str(folder / "d"), "--quarters", "1"])
        assert status == 0, said.getvalue()
        (folder / "printed.txt").write_text(said.getvalue(), encoding="utf-8")

    return once("demonstration", play)


@pytest.fixture(scope="session")
def processes() -> Processes:
    return shared()


@pytest.fixture
def ring() -> Iterator[dict[tuple[str, str], str]]:
    """A keyring in memory: what is kept in it, by service and name."""
    import keyring
    from keyring.backend import KeyringBackend

    kept: dict[tuple[str, str], str] = {}

    class InMemory(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[service, username] = password

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    yield kept
    keyring.set_keyring(before)


@pytest.fixture
def partnership(_founded: Partnership, tmp_path: Path) -> Partnership:
    """A founded partnership of council, police, ambulance and analysts, on a disk of its own."""
    return _founded.copy(tmp_path / "p")


@pytest.fixture
def sent(prepared: Callable[..., Partnership]) -> Partnership:
    """A partnership in which the police have sent a quarter."""
    return prepared(police_have_sent)


@pytest.fixture(scope="module")
def server(_founded: Partnership, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Room]":
    """The officer's page on a real server, one for all tests of a module."""
    from tests.lib.page import served  # it imports much

    with served(tmp_path_factory.mktemp("page")) as room:
        yield room


@pytest.fixture
def room(server: "Room", partnership: Partnership) -> "Room":
    """The page of the police."""
    server.folder = partnership.root / "police"
    return server


@pytest.fixture
def browser(room: "Room") -> "Browser":
    """A browser that was let in to the page of the police."""
    from tests.lib.page import Browser

    return Browser(room).enter()


@pytest.fixture(scope="session")
def _services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    with contextlib.ExitStack() as stack:
        start = functools.cache(
            lambda kind: stack.enter_context(
                getattr(servers, kind)(tmp_path_factory.mktemp(kind)),
            )
        )
        yield start


@pytest.fixture
def service(
    _services: Callable[[str], Served], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Served]:
    """Return a store of its own, by the kind of its service, which all tests of a worker share."""

    def kept_for_this_test(kind: str) -> Served:
        shared, folder = _services(kind), tmp_path_factory.mktemp("access")
        for path in shared.access.parent.iterdir():
            if path.is_file():
                shutil.copy2(path, folder)

        def end() -> None:
            raise AssertionError("others use this service")

        return Served(f"{shared.store}-{folder.name}", folder / shared.access.name, end)

    return kept_for_this_test


@pytest.fixture
def real_data() -> Path:
    path = _real_data()
    assert path is not None
    return path
