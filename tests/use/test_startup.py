"""What each command imports, so that it is there at once."""

import gc
import json
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest

from exchange.cli.tree import MOVED, NODES, summary
from exchange.cli.unlock_ahead import Unlocking, begun_ahead, unlock_ahead
from exchange.garbage import nothing_collected
from exchange.keys.identity import read_identity
from exchange.profile.settings import Settings
from tests.lib.commands import every_command
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, PASSPHRASE

ROOT = Path(__file__).parent.parent.parent
HEAVY = frozenset(
    {
        "polars",
        "pandera",
        "pandas",
        "hypothesis",
        "numpy",
        "altair",
        "pgeocode",
        "pyproj",
        "xlsxwriter",
        "rich",
        "tomlkit",
        "filelock",
        "schemas.extract.workbook",
        "exchange.submission.findings_workbook",
    }
)
# Commands that read no rows, and so no table library.
READS_NO_ROWS = {
    "datasets": ("explain",),
    "explain a dataset": ("explain", "police-crime"),
    "explain a rule": ("explain", "date-missing"),
    "explain a code": ("explain", "28A"),
    "status": ("status",),
    "what is mine": ("status", "--mine"),
    "keys": ("key", "list"),
    "partners": ("partner", "list"),
    "areas": ("partnership", "area", "list"),
    "protocol": ("partnership", "protocol", "show"),
    "calendar": ("status", "--calendar", "due.ics"),
    "witness": ("log", "cosign"),
    "log": ("verify", "--log-only"),
    "log and bundles": ("verify",),
    "gazetteer": ("places", "show"),
    "compliance": ("report", "compliance", "-o", "board.html"),
}
# Commands that read rows; none of them asks for the place of an outward code that no area lists.
READS_ROWS = {
    "check": ("check", "crime.csv"),
    "submit": ("submit", "crime.csv", "--yes", "--passphrase-file", "../passphrase.txt"),
    "pull": ("pull", "merged", "--passphrase-file", "../passphrase.txt"),
    "preview --evidence": ("preview", "crime.csv", "--evidence", "evidence.json"),
}
CODE = """
import contextlib, gc, io, json, sys
from datetime import datetime
from pathlib import Path
from exchange.cli.main import main
from exchange.cli.group import App
heavy, now, folder, commands = json.load(sys.stdin)
imported, searches = {}, []
def note(phase, _):
    actions = [m for name, m in [*sys.modules.items()] if name.startswith("exchange.cli.")]
    searches.extend(m.__name__ for m in actions if m.__spec__._initializing)
gc.callbacks.append(note)
for name, arguments in commands.items():
    app = App(now=datetime.fromisoformat(now), folder=Path(folder), work_factor=4)
    err = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
        status = main(arguments, app)
    imported[name] = [status, sorted(m for m in heavy if m in sys.modules), err.getvalue()]
assert gc.isenabled()
print(json.dumps([imported, searches]))
"""


def imports_of(
    folder: Path, commands: dict[str, tuple[str, ...]], **environment: str
) -> dict[str, set[str]]:
    """Run commands one after another in one process; return what had been imported after each.

    While a command is imported, Python may not look for garbage.
    """
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        input=json.dumps([sorted(HEAVY), NOW.isoformat(), str(folder), commands]),
        capture_output=True, text=True, check=True, cwd=folder,
        env=os.environ | environment,
    )  # fmt: skip
    ran, searches = json.loads(done.stdout)
    assert searches == []
    ended = {name: said for name, (status, _, said) in ran.items() if status not in (0, 16)}
    assert ended == {}
    return {name: set(heavy) for name, (_, heavy, _) in ran.items()}


def test_a_program_that_ends_leaves_its_memory_to_the_system():
    code = (
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count()))\n"
        "from exchange.cli.main import program; program(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, frozen = done.stdout.splitlines()
    assert version.startswith("exchange")
    assert int(frozen) > 10_000


@pytest.mark.parametrize(
    "importing", ["click", "exchange.cli.main", "exchange.cli.commands.status"]
)
def test_ctrl_c_during_the_imports_leaves_no_traceback(importing):
    code = f"""
import os, signal, sys
class AtImport:
    def find_spec(name, path=None, target=None):
        if name == "{importing}":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, AtImport)
from exchange.__main__ import program
sys.argv[1:] = ["status"]
sys.exit(program())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert [line.split()[-1] for line in done.stderr.split("\n") if line] == ["[stopped]"]


def test_ctrl_c_while_the_last_thread_ends_leaves_no_traceback(tmp_path):
    code = """
import os, signal, sys, threading
def stop_again():
    threading.main_thread().join()  # it has begun to wait for the others
    os.kill(os.getpid(), signal.SIGINT)
    threading.Event().wait(5)
threading.Thread(target=stop_again).start()
from exchange.__main__ import program
sys.argv[1:] = ["status"]
sys.exit(program())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("exchange: error: ")
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("pull merged --passphrase-file", True),
        ("submit crime.csv --yes --passphrase-file", True),
        ("submit crime.csv --passphrase-file", False),  # a question comes first
        ("status --passphrase-file", False),
        ("--partnership westshire pull merged --passphrase-file", False),  # perhaps another key
    ],
)
def test_a_key_is_unlocked_ahead_where_nothing_is_asked_before(partnership, words, begins):
    folder, file = partnership.root / "police", str(partnership.root / "passphrase.txt")
    unlock_ahead([*words.split(), file], folder)
    ahead = begun_ahead(folder / "police-liaison.key", file)
    assert (ahead is not None) == begins
    if ahead:
        assert ahead.key().signer == read_identity(folder / "police-liaison.key", PASSPHRASE).signer


def test_little_is_imported_before_a_key_is_unlocked(partnership):
    code = (
        "import sys; from exchange.cli.unlock_ahead import unlock_ahead\n"
        "unlock_ahead(sys.argv[1:]); print(*sys.modules)"
    )
    words = ["pull", "merged", "--passphrase-file", str(partnership.root / "passphrase.txt")]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True, text=True, check=True, cwd=partnership.root / "police",
    )  # fmt: skip
    imported = set(done.stdout.split())
    assert "exchange.keys.identity" in imported
    late = {"click", "polars", "exchange.stores.store", "partners.entries.entry"}
    assert imported & late == set()


def test_a_command_takes_the_key_that_is_unlocked_ahead(partnership):
    file = partnership.root / "passphrase.txt"
    words = ["pull", "merged", "--passphrase-file"]
    broken = partnership.root / "nowhere"
    broken.mkdir()
    for settings in ("", "partnership = 1", "[[partnership]]", "x = " + "[" * 9_999):
        unlock_ahead([*words, str(file)], broken)  # what is wrong is left to the command
        (broken / "exchange.toml").write_text(settings)
    for end in ([], ["x" * 5000]):
        unlock_ahead([*words, *end], partnership.root / "police")
    unlock_ahead([*words, str(file)], partnership.root / "police")
    for thread in threading.enumerate():
        if isinstance(thread, Unlocking):
            thread.join()
    file.unlink()
    partnership.run("police", *words, file, status=16)
    assert (
        partnership.run("police", *words, file, status=13).refusal == "passphrase-file-unreadable"
    )


def test_a_command_that_is_refused_does_not_wait_for_the_key(partnership):
    code = (
        "import sys, threading; from exchange.cli.unlock_ahead import Unlocking\n"
        "Unlocking(threading.Event().wait)  # for ever\n"
        "from exchange.__main__ import program; sys.exit(program())"
    )
    words = ["submit", "nowhere.csv", "--yes"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True, text=True, check=False, cwd=partnership.root / "police", timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if line.endswith("]")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_piped_passphrase_and_one_of_several_keys_are_left_to_the_command(partnership):
    folder, file = partnership.root / "police", str(partnership.root / "passphrase.txt")
    pipe = str(folder / "pipe")
    os.mkfifo(pipe)  # which could be read only once
    unlock_ahead(["pull", "merged", "--passphrase-file", pipe], folder)
    assert begun_ahead(folder / "police-liaison.key", pipe) is None
    settings = folder / "exchange.toml"
    text = settings.read_text()
    settings.write_text(text + text.replace("police-liaison.key", "other.key"))
    assert len({of.key_file for of in Settings.all(folder)}) == 2
    unlock_ahead(["pull", "merged", "--passphrase-file", file], folder)
    assert [begun_ahead(of.key_file, file) for of in Settings.all(folder)] == [None, None]


def test_nothing_is_set_aside_where_nothing_is_imported():
    gc.unfreeze()
    with nothing_collected():
        pass
    assert (gc.get_freeze_count(), gc.isenabled()) == (0, True)


def test_commands_that_read_no_rows_import_no_table_library(partnership):
    helps = {f"{path} --help".strip(): (*path.split(), "--help") for path in NODES}
    commands = helps | READS_NO_ROWS
    assert len(commands) > 60
    imported = imports_of(partnership.root / "police", commands)
    assert {name: heavy for name, heavy in imported.items() if heavy} == {}


def test_commands_that_read_rows_import_no_pandas_whatever_the_environment_says(partnership):
    partnership.extract("police", "crime.csv", crimes(30))
    other_backend = {"PANDERA_USE_NARWHALS_BACKEND": "True"}
    imported = imports_of(partnership.root / "police", READS_ROWS, **other_backend)
    for name, heavy in imported.items():
        assert heavy <= {"polars", "pandera", "numpy", "filelock"}, name


REQUIRED = [
    (path, command, parameter)
    for path, command in every_command().items()
    for parameter in command.params
    if parameter.required
]


@pytest.mark.parametrize(
    ("command", "parameter"),
    [(command, parameter) for _, command, parameter in REQUIRED],
    ids=[f"{path} {parameter.name}" for path, _, parameter in REQUIRED],
)
def test_what_is_required_is_refused_where_it_is_missing(command, parameter):
    with pytest.raises(click.MissingParameter):
        parameter.handle_parse_result(click.Context(command), {}, [])


def test_help_shows_first_what_officers_do_each_quarter_on_one_screen(partnership):
    lines = partnership.run("police", "--help").out.splitlines()
    first = lines.index("Every quarter:")
    assert [line.split()[0] for line in lines[first + 1 : first + 7]] == [
        "status", "check", "preview", "submit", "nil", "withdraw",
    ]  # fmt: skip
    assert first + 7 <= 24
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("statsu", "status"),
        ("submt", "submit"),
        ("Pull", "pull"),
        ("join", "partnership join"),
        ("compliance", "report compliance"),
        ("zzz", ""),
        ("report complience", "compliance"),
        ("status --mien", "--mine"),
        ("nil police-crime --dates 2026Q3 --resaon x", "--reason"),
        ("withdraw 3 --reason wrongfile", "wrong-file"),
        ("key revoke abcd --reason xyz", ""),
        ("completion bsh", "bash"),
    ],
)
def test_a_typing_error_is_answered_with_what_was_meant(partnership, typed, meant):
    ran = partnership.run("police", *typed.split(), status=2)
    assert ran.refusal == "usage"
    assert (f"did you mean {meant}?" in ran.err) == bool(meant)


@pytest.mark.parametrize(
    ("typed", "refusal", "remedy"),
    [
        ("pull merged --partner amblance", "partner-unknown", "did you mean ambulance"),
        ("nil police-crim --dates 2026Q3", "dataset-unknown", "did you mean police-crime"),
        ("explain council-asbo", "word-unknown", "did you mean council-asb"),
        ("partnership area set E0799990 --name X", "area-unknown", "did you mean E07999901"),
        ("status --quarter 2026Q5", "quarter-not-understood", "2026Q3"),
        ("partner list --on 31/12/2026", "day-not-understood", "2027-03-31"),
        ("withdraw abc --reason wrong-file", "usage", "LOG_NUMBER: 'abc' is not a whole number"),
        ("source sample police-crime --rows 0", "usage", "0 is not from 1 to 10000000"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_what_can_be_typed(
    partnership, typed, refusal, remedy
):
    ran = partnership.run("police", *typed.split(), status=2)
    assert ran.refusal == refusal
    assert remedy in ran.err


def test_what_is_missing_is_named_with_what_it_is(partnership):
    ran = partnership.run("police", "report", "compliance", status=2)
    assert "hint: add -o FILE: output file" in ran.err
    (line,) = [one for one in partnership.run("police", "withdraw", "3", status=2).err.splitlines()
               if "exchange: error" in one]  # fmt: skip
    assert line.endswith("[usage]")


@pytest.mark.parametrize(("old", "new"), MOVED.items())
def test_a_command_that_has_moved_says_where_it_is(partnership, old, new):
    ran = partnership.run("police", *old.split(), status=2)
    assert ran.refusal == "usage"
    assert f"is now: exchange {new}" in ran.err
    for path in new.split(", or "):
        words = [word for word in path.split() if word == word.lower() and word[0] != "-"]
        assert NODES[" ".join(words)].summary


def test_each_command_of_the_tree_is_there_and_named_as_it_is_typed():
    for path, command in every_command().items():
        assert command.name == path.split()[-1]
        assert command.help == summary(path)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_set_up_by_what_is_printed(partnership, shell):
    ran = partnership.run("police", "completion", shell)
    assert "_EXCHANGE_COMPLETE" in ran.out
    assert f"exchange completion {shell} >> ~/" in ran.err


@pytest.mark.parametrize(
    ("path", "line"), [(path, line) for path in every_command() for line in NODES[path].examples]
)
def test_an_example_is_one_of_its_command_and_can_be_read(path, line):
    words = shlex.split(line)
    if words[0] == "--partnership":
        words = words[2:]
    assert words[: len(path.split())] == path.split()
    command = every_command()[path]
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= options
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice):
            given = [words[n + 1] for n, word in enumerate(words) if word in parameter.opts]
            assert set(given) <= set(parameter.type.choices)


def test_each_command_has_an_example():
    assert all(all(NODES[path].examples) for path in every_command())
