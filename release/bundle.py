"""make bundle: one zip that installs exchange on a computer without a network.

It holds the wheel of this program, the wheels of all libraries for one system and one version of
Python, their hashes, and a script of a few lines. pip refuses a file whose hash is another.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parent.parent
LOCK: Final = ROOT / "release" / "requirements.txt"
_SCRIPTS: Final = ROOT / "release" / "scripts"
# What the markers of requirements ask of each system, and the tags of wheels that it runs.
SYSTEMS: Final = {
    "windows-x64": (
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
        ("win_amd64",),
        "install.cmd",
    ),
    "macos-arm64": (
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
        tuple(f"macosx_{n}_0_{of}" for n in range(14, 10, -1) for of in ("arm64", "universal2")),
        "install.sh",
    ),
    "linux-x64": (
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
        tuple(f"manylinux_2_{n}_x86_64" for n in range(28, 16, -1)),
        "install.sh",
    ),
}
_MACHINES: Final = {"windows-x64": "AMD64", "macos-arm64": "arm64", "linux-x64": "x86_64"}
_PYTHON: Final = {
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}


def make(system: str, python: str, target: Path) -> Path:
    """Write the bundle for a system and a version of Python such as 3.12; return its path."""
    script = SYSTEMS[system][2]
    wheels = target / f"{system}-{python}" / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    lock = wheels.parent / "requirements.txt"
    lock.write_text(locked_for(system, python, LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    _download(lock, system, python, wheels)
    _run("pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", wheels, ROOT)
    (own,) = wheels.glob("csp_exchange-*.whl")
    version = own.name.split("-")[1]
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    lines = [f"csp-exchange=={version} --hash=sha256:{digest}", lock.read_text(encoding="utf-8")]
    bundle = target / f"csp-exchange-{version}-{system}-python{python}.zip"
    with zipfile.ZipFile(bundle, "w") as file:
        file.writestr("requirements.txt", "\n".join(lines))
        text = (_SCRIPTS / script).read_text(encoding="utf-8").replace("PYTHON_VERSION", python)
        ends = "\r\n" if script.endswith(".cmd") else "\n"
        file.writestr(script, text.replace("\n", ends))
        for name in ("LICENSE", "NOTICES.md"):
            file.write(ROOT / name, name)
        for wheel in sorted(wheels.iterdir()):
            file.write(wheel, f"wheels/{wheel.name}")
    return bundle


def locked_for(system: str, python: str, lock: str) -> str:
    """Return the requirements of a lock that a system and a version of Python have."""
    where = (
        SYSTEMS[system][0]
        | _PYTHON
        | {
            "platform_machine": _MACHINES[system],
            "python_version": python,
            "python_full_version": f"{python}.0",
        }
    )
    kept = []
    for block in re.findall(r"^(?![# ]).+(?:\n .*)*\n", lock, re.MULTILINE):
        head, *hashes = (line.strip(" \\") for line in block.splitlines())
        wanted = Requirement(head)
        if wanted.marker is None or wanted.marker.evaluate(where):
            lines = [line for line in hashes if line.startswith("--hash")]
            kept.append(" \\\n    ".join([f"{wanted.name}{wanted.specifier}", *lines]) + "\n")
    return "".join(kept)


def _download(lock: Path, system: str, python: str, wheels: Path) -> None:
    tags = [word for tag in SYSTEMS[system][1] for word in ("--platform", tag)]
    _run(
        "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes",
        "--no-deps", "--only-binary", ":all:", "--implementation", "cp", "--python-version",
        python, *tags, "-r", lock, "-d", wheels,
    )  # fmt: skip


def _run(module: str, *words: object) -> None:
    subprocess.run([sys.executable, "-m", module, *map(str, words)], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", choices=SYSTEMS, action="append")
    parser.add_argument("--python", default="3.12")
    parser.add_argument("--to", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    for name in given.system or SYSTEMS:
        print(make(name, given.python, given.to))
