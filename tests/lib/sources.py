"""The modules of the program as their code stands there, parsed once in a process."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("exchange", "schemas", "depersonalise", "partners")


@cache
def nodes() -> dict[str, list[tuple[Any, Any]]]:
    """Return everything that stands in each module, by file, after the function that it is in."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): list(_within(ast.parse(path.read_bytes())))
        for path in files
    }


def _within(tree: ast.Module) -> Iterator[tuple[Any, Any]]:
    todo: list[tuple[ast.AST | None, ast.AST]] = [(None, tree)]
    while todo:
        function, node = todo.pop()
        yield function, node
        below = node if isinstance(node, ast.FunctionDef) else function
        todo += [(below, one) for one in ast.iter_child_nodes(node)]
