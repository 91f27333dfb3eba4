"""No passphrase, private key or store's password is ever said, written, or seen among processes."""

import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from exchange.age import bech32
from tests.lib import servers
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, PASSPHRASE, Partnership

Q = ("--dates", "2026Q3")


def secrets(p: Partnership, who: str) -> list[bytes]:
    """Return an officer's secrets, in every form that they could be told in."""
    officer = p.officer(who)
    seeds = [officer.identity.seed, officer.signing.private_bytes_raw(), officer.content_key]
    text = str(officer.identity)
    assert bech32.decode(text)[1] == seeds[0]
    witness = (p.settings(who).profile / "witness.key").read_text().strip()
    forms = [PASSPHRASE, text, text.lower(), witness, *(seed.hex() for seed in seeds)]
    return [form.encode() for form in forms] + seeds


def everything(p: Partnership) -> dict[Path, bytes]:
    """Return every file of everybody's, but those that are there to hold a secret."""
    held = ("passphrase.txt", "witness.key")
    files = (f for f in p.root.rglob("*") if f.is_file() and f.name not in held)
    return {file: file.read_bytes() for file in files}


def test_after_a_quarters_work_no_secret_is_anywhere(partnership):
    p = partnership
    said = [
        p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q),
        p.signed("police", "nil", "police-asb", *Q, "--yes"),
        p.signed("police", "key", "renew"),
        p.run("police", "key", "list"),
        p.signed("police", "pull", "merged"),
        p.run("police", "verify", "--json"),
        p.run("police", "log", "receipt", "3", "-o", "receipt.zip"),
        p.run(
            "police", "submit", p.root / "police/crime.csv", "--passphrase-file", "no", status=13
        ),
    ]
    text = "".join(ran.said for ran in said).encode()
    for secret in secrets(p, "police"):
        assert secret not in text
        for path, data in everything(p).items():
            assert secret not in data, path.name


def test_a_wrong_passphrase_is_not_repeated(partnership):
    p = partnership
    wrong = "this is not the passphrase"
    (p.root / "wrong.txt").write_text(wrong)
    file = p.extract("police", "crime.csv", crimes(30))
    ran = p.run(
        "police", "submit", file, "--yes", "--passphrase-file", p.root / "wrong.txt", status=13
    )
    assert wrong not in ran.said


def test_no_secret_stands_in_the_list_of_processes(partnership):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(300))
    process = subprocess.Popen(
        [
            sys.executable, "-m", "tests.lib.fresh", str(p.root / "police"),
            NOW.isoformat(), "submit", str(file), "--yes", "--passphrase-file",
            str(p.root / "passphrase.txt"),
        ],
        cwd=Path(__file__).parent.parent.parent, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    seen = b""
    while process.poll() is None:
        for name in ("cmdline", "environ"):
            try:
                seen += Path(f"/proc/{process.pid}/{name}").read_bytes()
            except OSError:
                break
        time.sleep(0.01)
    assert process.returncode == 0
    assert b"submit" in seen
    assert not [secret for secret in secrets(p, "police") if secret in seen]


@pytest.mark.services
@pytest.mark.parametrize("damage", ["none", "wrong key", "no bucket", "gone"])
def test_the_keys_of_a_store_are_never_said(partnership, tmp_path, service, damage):
    p = partnership
    alone = servers.s3(tmp_path) if damage == "gone" else nullcontext(service("s3"))
    with alone as served:
        secret = "a-made-up-secret"
        assert secret in served.access.read_text()
        settings = p.settings("police")
        settings.access = str(served.access)
        settings.store = served.store if damage != "no bucket" else "s3://nowhere/exchange"
        settings.write()
        if damage == "gone":
            served.ended()
        if damage == "wrong key":
            text = served.access.read_text()
            served.access.write_text(text.replace("region", "no_such_setting"))
        ran = p.run("police", "verify", status=None)
        assert ran.status in (2, 15)
        assert secret not in ran.said
        assert not any(secret.encode() in data for data in everything(p).values())
