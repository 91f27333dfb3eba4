"""The modules of the program as their code stands there, parsed once in a process."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("exchange", "schemas", "depersonalise", "partners")


@cache
def parsed() -> dict[str, ast.Module]:
    """Return the modules of the packages, by file."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in files
    }


@cache
def nodes() -> dict[str, list[ast.AST]]:
    """Return everything that stands in each module, as `ast.walk` gives it."""
    return {file: list(ast.walk(tree)) for file, tree in parsed().items()}
