"""The guarantees and their tests: the made part of tests/README.md, from tests/guarantees.csv."""

import csv
from itertools import groupby

from docs.markdown import DOCS, table, with_made_part

_GUARANTEES = DOCS.parent / "tests/guarantees.csv"
_TESTS_README = DOCS.parent / "tests/README.md"


def guarantees() -> str:
    """Return the README of the tests, with the table of guarantees written again."""
    return with_made_part(_TESTS_README, _guarantee_tables())


def _guarantee_tables() -> str:
    with _GUARANTEES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = []
    for subject, every in groupby(rows, lambda row: row["subject"]):
        lines.append(f"\n### {subject}\n")
        lines += table(
            ("guarantee", "promised in", "proved by"),
            [(row["guarantee"], _promised(row["promised"]), _proofs(row)) for row in every],
        )
    return "\n".join(lines) + "\n\n"


def _promised(cell: str) -> str:
    links = []
    for one in cell.split("; "):
        document, _, clause = one.partition(" ")
        links.append(f"[{document}](../{document})" + (f" {clause}" if clause else ""))
    return "<br>".join(links)


def _proofs(row: dict[str, str]) -> str:
    proofs = [f"`{test}`" for test in row["tests"].split("; ")]
    return "<br>".join([*proofs, f"soak: {row['soak']}"] if row["soak"] else proofs)
