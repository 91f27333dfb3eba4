"""The catalogue of rules (`rules.csv`). Ids are permanent and never reused; words may be improved.

A rule that is `standing` is described at `Rule`; one that is `of_rows` is a rule that a field of a
dataset can name: each row is held to it by `models.ROW_RULES`.
"""

from typing import Final

from schemas.findings.finding import Rule, Severity
from schemas.tables import read_table

_ROWS: Final = read_table("schemas.findings", "rules.csv")
RULES: Final = {
    row["id"]: Rule(
        row["id"],
        Severity[row["severity"].upper()],
        row["problem"],
        row["fix"],
        row["example"],
        standing=row["standing"] == "yes",
        about=row["about"],
        repair=row["repair"],
    )
    for row in _ROWS
}
OF_ROWS: Final = frozenset(row["id"] for row in _ROWS if row["of_rows"] == "yes")
