"""Change one thing at a time in a module, and see that the module's own unit tests notice.

mutmut makes the changes (the mutants) and runs the tests named here against each. A mutant that no
test notices survives. Some survive rightly, because the changed code does the same as before:
`equivalent_mutants.toml` lists those, each with the reason. The result is a failure where fewer
than 85 % of the mutants of a module are killed, or where one survives that is not in the list.

    python -m tests.soak.mutation                                # every module
    python -m tests.soak.mutation --module schemas/quarters.py   # one, which takes about a minute
    python -m tests.soak.mutation --module exchange/log/merkle.py --function root_from_proof

Works on a copy in a temporary folder, so that no file here changes. mutmut changes the bodies of
functions, not constants of a module, and no function that has a decorator other than classmethod
or staticmethod. So functions in the copy have no cache, which changes how often they run and not
what they return.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LIST = HERE / "equivalent_mutants.toml"
PACKAGES = ("exchange", "schemas", "depersonalise", "partners")
LEAST = 0.85

# Tests that take seconds are not among them: what those notice, shorter ones have to notice too.
MODULES = {
    "exchange/log/merkle.py": ["tests/unit/test_proofs.py"],
    "schemas/extract/cells.py": [
        "tests/unit/test_cells.py",
        "tests/unit/test_day_and_time_cells.py",
    ],
    "schemas/extract/fields.py": [
        "tests/unit/test_cells.py",
        "tests/unit/test_day_and_time_cells.py",
    ],
    "schemas/extract/odd_text.py": ["tests/unit/test_cells.py"],
    "schemas/extract/clock_text.py": ["tests/unit/test_moments.py"],
    "schemas/extract/day_text.py": ["tests/unit/test_moments.py"],
    "schemas/extract/moments.py": ["tests/unit/test_moments.py"],
    "schemas/quarters.py": ["tests/unit/test_quarters.py"],
    "partners/register/obligations.py": ["tests/unit/test_standing_of_returns.py"],
    "depersonalise/release/lattice.py": [
        "tests/unit/test_lattice.py",
        "tests/unit/test_release.py",
    ],
    "depersonalise/cube_rounding.py": ["tests/unit/test_rounding.py"],
}

ARGUMENTS = [
    "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:unraisableexception",
    "-p", "tests.soak.quick_runs", "--noconftest",
]  # fmt: skip

# Of mutmut's: https://mutmut.readthedocs.io. polars starts threads when it is first used, and a
# process forked after that waits for them for ever: with "forkserver", the process that forks has
# imported the tests and run none.
SETTINGS = r"""
[tool.mutmut]
source_paths = {packages}
only_mutate = {module}
also_copy = ["pyproject.toml"]
pytest_add_cli_args = {arguments}
pytest_add_cli_args_test_selection = {tests}
process_isolation = "forkserver"
do_not_mutate_patterns = ['raise [A-Z]\w+\(']
use_git_change_detection = false
use_setproctitle = false
timeout_constant = 2.0
timeout_multiplier = 5.0
"""
CACHE = re.compile(r"^ *@(?:lru_)?cache\b.*\n", re.MULTILINE)
KILLED = {1, 3}  # pytest's exit statuses: a test failed; an error inside pytest
TIMED_OUT = {-24, 24, 36, 152, 255}  # as mutmut counts them: the tests went on without end


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One change: the lines it takes out of a function, and those it puts there."""

    module: str
    function: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.module}: {self.function}\n  - {self.before}\n  + {self.after}"


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of the mutants of a module."""

    killed: int
    total: int
    survivors: list[Mutant]


def equivalent_mutants() -> dict[Mutant, str]:
    """Return the listed mutants, each with the reason why no test can notice it."""
    groups = tomllib.loads(LIST.read_text(encoding="utf-8")).get("equivalent", [])
    entries = [
        (Mutant(one["module"], one["function"], before, after), one["reason"])
        for one in groups
        for before, after in one["changes"]
    ]
    mutants = dict(entries)
    if len(mutants) != len(entries):
        raise SystemExit(f"{LIST.name} lists a mutant twice")
    return mutants


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """Copy what the unit tests need to a temporary folder."""
    leave_out = shutil.ignore_patterns("__pycache__", "node_modules", ".*")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for name in (*PACKAGES, "tests"):
            shutil.copytree(ROOT / name, Path(folder) / name, ignore=leave_out)
        for module in MODULES:
            file = Path(folder) / module
            file.write_text(CACHE.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
        yield Path(folder)


def kill_child(pid: int, sign: int) -> None:
    """Send a signal to a process that this one started and that has not been waited for."""
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return
    os.kill(pid, sign)


def run_module(folder: Path, module: str, functions: list[str], children: int) -> Result:
    """Run mutmut over one module, or some of its functions, and read the results."""
    settings = SETTINGS.format(
        packages=json.dumps(PACKAGES),
        module=json.dumps([module]),
        tests=json.dumps(MODULES[module]),
        arguments=json.dumps(ARGUMENTS),
    )
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(project + settings, encoding="utf-8")
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    dotted = module.removesuffix(".py").replace("/", ".")
    chosen = [f"{dotted}.*{function}__mutmut_*" for function in functions]
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children), *chosen]
    environment = os.environ | {
        "PYTHONPATH": "",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        "POLARS_MAX_THREADS": "1",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write((done.stdout + done.stderr)[-6000:])
        raise SystemExit(f"mutmut ended with {done.returncode} in the tests of {module}")
    return read_result(folder, module)


def read_result(folder: Path, module: str) -> Result:
    """Read what mutmut wrote of each mutant."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # on import it reads settings

    meta = json.loads((folder / "mutants" / f"{module}.meta").read_text(encoding="utf-8"))
    statuses = {k: v for k, v in meta["exit_code_by_key"].items() if v is not None}
    alive = [k for k, v in statuses.items() if v not in KILLED | TIMED_OUT]
    with contextlib.chdir(folder):
        survivors = [
            read_mutant(module, key, get_diff_for_mutant(key, path=module)) for key in alive
        ]
    return Result(len(statuses) - len(alive), len(statuses), survivors)


def read_mutant(module: str, key: str, diff: str) -> Mutant:
    """Read a mutant from its difference to the function as it is."""
    function = key.rpartition(".")[2].partition("__mutmut_")[0]
    function = function.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    lines = diff.splitlines()[2:]
    before, after = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return Mutant(module, function, before, after)


def report(module: str, result: Result, listed: dict[Mutant, str]) -> bool:
    """Print what became of a module's mutants; return whether that is enough."""
    unlisted = [one for one in result.survivors if one not in listed]
    share = result.killed / result.total
    equivalent = len(result.survivors) - len(unlisted)
    print(
        f"{module}: {result.killed} of {result.total} killed ({share:.0%}), "
        f"{equivalent} equivalent, {len(unlisted)} not noticed",
        flush=True,
    )
    for one in unlisted:
        print(f"not noticed: {one}")
    return share >= LEAST and not unlisted


def main() -> int:
    parser = argparse.ArgumentParser(description="Check that unit tests notice changes.")
    parser.add_argument("--module", action="append", choices=MODULES, help="default: all")
    parser.add_argument("--function", action="append", default=[], help="default: all")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    listed = equivalent_mutants()
    enough = True
    with copied() as folder:
        for module in options.module or MODULES:
            result = run_module(folder, module, options.function, options.processes)
            enough &= report(module, result, listed)
            if not options.function:
                alive = set(result.survivors)
                for one in [one for one in listed if one.module == module and one not in alive]:
                    print(f"noticed, or there no longer; take it off {LIST.name}: {one}")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
