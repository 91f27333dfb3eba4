"""The long test of mutants: what it names is there, and it ends no process but its own."""

import ast
import os
import signal
import subprocess

import pytest

from tests.soak.mutation import MODULES, ROOT, Mutant, equivalent_mutants, kill_child


def source_of(mutant: Mutant) -> str:
    """Return the source of the function a mutant is of, without spaces; "" where it is gone."""
    source = (ROOT / mutant.module).read_text(encoding="utf-8")
    node: ast.AST | None = ast.parse(source)
    for name in mutant.function.split("."):
        inside = ast.walk(node) if node is not None else ()
        node = next((one for one in inside if getattr(one, "name", None) == name), None)
    return "".join((ast.get_source_segment(source, node) or "").split()) if node else ""


def test_each_module_and_its_unit_tests_are_there():
    named = [name for module, tests in MODULES.items() for name in (module, *tests)]
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("module", MODULES)
def test_each_listed_mutant_changes_a_line_that_is_there(module):
    listed = [one for one in equivalent_mutants() if one.module == module]
    assert [one for one in listed if "".join(one.before.split()) not in source_of(one)] == []


def test_every_listed_mutant_is_of_a_module_that_is_mutated():
    assert {one.module for one in equivalent_mutants()} <= set(MODULES)


def test_a_run_that_takes_too_long_is_ended_and_no_other_process_of_that_number():
    ours = subprocess.Popen(["sleep", "60"])
    kill_child(ours.pid, signal.SIGKILL)
    assert ours.wait() == -signal.SIGKILL
    kill_child(ours.pid, signal.SIGKILL)  # whosever it is now
    kill_child(os.getpid(), signal.SIGKILL)
