"""The tables of reports as `report_tables.csv` declares them, filled with rows.

Each row of it is a table: its report and id, its title, the sentence before it, the ids of its
columns, which of them hold numbers or identifiers, which are joined on pages, and what is said
where it has no rows.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from exchange.reports.report import ReportTable
from schemas.tables import read_table


def fill_table(
    table: str, rows: Sequence[Sequence[str]], *, more: str = "", **known: Any
) -> ReportTable:
    """Return a declared table with its rows.

    Args:
        table: Its report and its id, such as "compliance/keys".
        more: What the sentence before it goes on with.
        known: Attributes of the table that only its rows tell, in place of the declared ones.
    """
    declared = _declared()[table]
    columns = known.get("columns") or tuple(declared["columns"].split())
    values: dict[str, Any] = {
        "id": table.partition("/")[2],
        "title": declared["title"],
        "introduction": f"{declared['introduction']} {more}".strip(),
        "columns": columns,
        "rows": rows,
        "nothing": declared["nothing"] or "None.",
    }
    for which in ("numbers", "identifiers", "joined"):
        names = declared[which].split()
        values[which] = tuple(n for n, column in enumerate(columns) if column in names)
    return ReportTable(**values | known)


@cache
def _declared() -> dict[str, dict[str, str]]:
    return {row["table"]: row for row in read_table(__package__, "report_tables.csv")}
