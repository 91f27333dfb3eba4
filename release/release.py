"""make release: what is published of a version, all of it under one signature.

Wheel and source distribution (the same bytes from the same source), a list of the libraries
(CycloneDX), the part of the changelog, and SHA256SUMS over them all, signed by the maintainers' key
as a C2SP signed note. Keep the key off the computer that builds, but for this command:

    openssl genpkey -algorithm ed25519 -out maintainers.pem
"""

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from exchange.keys.signed_note import key_id, sign
from release.bundle import LOCK, ROOT

SIGNER: Final = "csp-exchange/release"
_BUILD: Final = (
    "import sys, hatchling.build as b; b.build_wheel(sys.argv[1]); b.build_sdist(sys.argv[1])"
)


def make(key: Ed25519PrivateKey, target: Path) -> list[Path]:
    """Write all files of this version into a folder that is new; return their paths.

    Raises:
        FileExistsError: the folder is there already.
        ValueError: the changelog says nothing of the version.
    """
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = declared["version"]
    changes = changes_of(version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    target.mkdir(parents=True)
    subprocess.run([sys.executable, "-c", _BUILD, str(target.resolve())], cwd=ROOT, check=True)
    _list_libraries(target / f"csp-exchange-{version}.cdx.json")
    (target / f"CHANGES-{version}.md").write_text(changes, encoding="utf-8", newline="\n")
    files = sorted(target.iterdir())
    sums = "".join(f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in files)
    (target / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    (target / "SHA256SUMS.note").write_bytes(sign(sums.encode(), SIGNER, key))
    return sorted(target.iterdir())


def changes_of(version: str, changelog: str) -> str:
    """Return the part of a changelog that is about a version.

    >>> changes_of("0.2", "# Changelog\\n\\n## 0.2\\n\\n- New.\\n\\n## 0.1\\n\\n- First.\\n")
    '## 0.2\\n\\n- New.\\n'
    """
    found = re.search(rf"^## {re.escape(version)}\n.*?(?=^## |\Z)", changelog, re.M | re.S)
    if not found:
        raise ValueError(f"CHANGELOG.md has no section for {version}: write it first")
    return found[0].rstrip() + "\n"


def verifier(key: Ed25519PrivateKey) -> str:
    """Return the key by which others verify the note, as C2SP writes it: name+id+key."""
    public = key.public_key().public_bytes_raw()
    told = base64.b64encode(b"\x01" + public).decode()
    return f"{SIGNER}+{key_id(SIGNER, public).hex()}+{told}"


def _list_libraries(target: Path) -> None:
    subprocess.run(
        [
            sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(LOCK),
            "--pyproject", str(ROOT / "pyproject.toml"), "--output-format", "JSON",
            "--output-reproducible", "-o", str(target),
        ],
        check=True,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key", type=Path, required=True, help="Ed25519, as PEM")
    parser.add_argument("--to", type=Path, default=ROOT / "dist" / "release")
    given = parser.parse_args()
    private = load_pem_private_key(given.key.read_bytes(), None)
    if not isinstance(private, Ed25519PrivateKey):
        sys.exit(f"{given.key} is no Ed25519 key")
    try:
        made = make(private, given.to)
    except (FileExistsError, ValueError) as fault:
        sys.exit(f"nothing was made: {fault}")
    for file in made:
        print(file)
    print("publish once, where people can find it:", verifier(private))
