"""The table of guarantees names tests, parts of the soak and documents that exist."""

import ast
import csv
import re
import socket
from functools import cache
from pathlib import Path

import pytest

from tests.lib.soak import PARTS

ROOT = Path(__file__).parent.parent.parent
with (ROOT / "tests/guarantees.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


@cache
def names_of(path: str) -> frozenset[str]:
    """Return the tests of a file that `make test` runs; the file is read and not imported."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        one.name
        for one in tree.body
        if isinstance(one, ast.FunctionDef)
        and one.name.startswith("test_")
        and not any(
            ast.unparse(mark).startswith("pytest.mark.soak(") for mark in one.decorator_list
        )
    )


def test_every_test_that_the_table_names_exists_and_is_no_soak_test():
    for row in ROWS:
        names = row["tests"].split("; ")
        assert len(names) == len(set(names)), row["guarantee"]
        for name in names:
            path, _, test = name.partition("::")
            assert (ROOT / path).is_file(), name
            assert test in names_of(path), name


def test_every_soak_part_is_in_the_table_and_no_other():
    assert {row["soak"] for row in ROWS} - {""} == set(PARTS)


def test_every_document_and_clause_that_the_table_names_exists():
    for row in ROWS:
        for one in row["promised"].split("; "):
            document, _, clause = one.partition(" ")
            assert (ROOT / document).is_file(), one
            text = (ROOT / document).read_text(encoding="utf-8")
            assert not clause or re.search(rf"^{re.escape(clause)} ", text, re.MULTILINE), one
            if document.endswith(".py"):
                assert "Keeps true" in text, one


def test_every_module_that_says_what_it_keeps_true_is_in_the_table():
    packages = ("exchange", "schemas", "depersonalise", "partners")
    modules = {
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        if "Keeps true" in path.read_text(encoding="utf-8")
    }
    assert modules <= {one for row in ROWS for one in row["promised"].split("; ")}


def test_the_rows_are_grouped_and_say_each_thing_once():
    subjects = [row["subject"] for row in ROWS]
    assert subjects == sorted(subjects, key=subjects.index)
    sentences = [row["guarantee"] for row in ROWS]
    assert len(sentences) == len(set(sentences))
    assert all(one.endswith(".") and "|" not in one for one in sentences)


def test_a_test_that_reached_the_network_would_fail():
    for reach in (
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.getaddrinfo("gov.uk", 443),
    ):
        with pytest.raises(AssertionError, match="reach the network"):
            reach()
