"""Real services on this machine, for the stores: each a process of its own, ended with the test."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent.parent
SSHD = Path("/usr/sbin/sshd")
AZURITE = HERE / "interop/node_modules/azurite/dist/src/blob/main.js"
# What Azurite and its likes publish as the key of their development account.
_AZURE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)


@dataclass(frozen=True)
class Served:
    """A store that a service keeps: how exchange.toml names it, and its access file."""

    store: str
    access: Path
    ended: Callable[[], None]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[Callable[[], None]]:
    """Run a service until it listens, and end it afterwards."""
    with (folder / "service.log").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=folder)

    def end() -> None:
        for child in _children(process.pid):  # a connection that is open has a process of its own
            os.kill(child, signal.SIGKILL)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    try:
        _wait_for(port, process)
        yield end
    finally:
        end()


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pid, fields = int(path.parent.name), path.read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found += [*_children(pid), pid]
    return found


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the service ended at once")
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the service does not listen")


def _access(folder: Path, **told: str) -> Path:
    path = folder / "access.toml"
    path.write_text("".join(f'{name} = "{value}"\n' for name, value in told.items()))
    return path


@contextmanager
def s3(folder: Path) -> Iterator[Served]:
    """moto's server, which speaks as S3 does."""
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("s3_server.py")), str(port)]
    with _running(command, port, folder) as end:
        endpoint = f"http://127.0.0.1:{port}"
        asked = urllib.request.Request(f"{endpoint}/westshire", method="PUT")
        asked.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/x")
        urllib.request.urlopen(asked).close()
        access = _access(
            folder, endpoint=endpoint, region="us-east-1", access_key_id="an-id",
            secret_access_key="a-made-up-secret",
        )  # fmt: skip
        yield Served("s3://westshire/exchange", access, end)


@contextmanager
def azure(folder: Path) -> Iterator[Served]:
    """Azurite, Microsoft's own look-alike of Azure Blob Storage."""
    port = free_port()
    node = shutil.which("node") or "node"
    command = [
        node, str(AZURITE), "--blobHost", "127.0.0.1", "--blobPort", str(port),
        "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry",
    ]  # fmt: skip
    with _running(command, port, folder) as end:
        endpoint = f"http://127.0.0.1:{port}/devstoreaccount1"
        _azure_container(endpoint)
        access = _access(
            folder, account_name="devstoreaccount1", account_key=_AZURE_KEY, endpoint=endpoint
        )
        yield Served("az://westshire/exchange", access, end)


def _azure_container(endpoint: str) -> None:
    """Make a container, as an administrator does with the account's key."""
    import base64
    import hashlib
    import hmac
    from email.utils import formatdate

    when, version = formatdate(usegmt=True), "2021-08-06"
    headers = f"x-ms-date:{when}\nx-ms-version:{version}\n"
    # An emulator's paths begin with the account, which the signed resource then has twice.
    resource = "/devstoreaccount1/devstoreaccount1/westshire\nrestype:container"
    signed = "PUT" + "\n" * 12 + headers + resource
    digest = hmac.digest(base64.b64decode(_AZURE_KEY), signed.encode(), hashlib.sha256)
    asked = urllib.request.Request(f"{endpoint}/westshire?restype=container", method="PUT")
    asked.add_header("x-ms-date", when)
    asked.add_header("x-ms-version", version)
    asked.add_header("Content-Length", "0")
    told = base64.b64encode(digest).decode()
    asked.add_header("Authorization", f"SharedKey devstoreaccount1:{told}")
    urllib.request.urlopen(asked).close()


@contextmanager
def sftp(folder: Path) -> Iterator[Served]:
    """OpenSSH's own server, with a key for whoever runs the test."""
    port, home = free_port(), folder / "served"
    home.mkdir()
    for name in ("host", "officer"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True
        )
    (folder / "authorized").write_text((folder / "officer.pub").read_text())
    host = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known").write_text(f"[127.0.0.1]:{port} {host}\n")
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nSubsystem sftp internal-sftp\nMaxStartups 100\n"
        "PermitRootLogin yes\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    command = [str(SSHD), "-D", "-e", "-f", str(folder / "sshd_config")]
    with _running(command, port, folder) as end:
        import getpass

        access = _access(folder, user=getpass.getuser(), key="officer", known_hosts="known")
        yield Served(f"sftp://127.0.0.1:{port}{home}/exchange", access, end)
