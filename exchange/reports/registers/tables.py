"""The strategy group's own registers as `registers.csv` and `columns.csv` declare them.

The workbook is written and read by these declarations (`sheets.py`), and the reports read the rows
by the ids of the columns. What a later release added is kept in the log and not shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from partners.register.register import Register
from schemas.tables import read_table

YES: Final = "yes"
CHAIR: Final = "chair"
COUNCILLOR: Final = "councillor for community safety"
PUBLIC: Final = "public"
COUNTY_GROUP: Final = "county group"
NOT_RECORDED: Final = (
    "Nothing is recorded. A coordinator records it: exchange report answer --workbook FILE.xlsx"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register.

    Attributes:
        kind: What may stand in it: "text", "day", "number", "choice", "partner", "partners" or
            "filters".
        choices: Of a choice.
        required: A row without it is not recorded.
    """

    id: str
    heading: str
    kind: str
    choices: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class GroupTable:
    """One of the registers.

    Attributes:
        id: Its name in the log; `title`, of its sheet.
    """

    id: str
    title: str
    description: str
    columns: tuple[Column, ...]


def _registers() -> Iterator[GroupTable]:
    columns = read_table(__package__, "columns.csv")
    for register in read_table(__package__, "registers.csv"):
        yield GroupTable(
            register["register"],
            register["title"],
            register["description"],
            tuple(_column(row) for row in columns if row["register"] == register["register"]),
        )


def _column(row: dict[str, str]) -> Column:
    choices = tuple(row["choices"].split("; ")) if row["choices"] else ()
    return Column(row["id"], row["heading"], row["kind"], choices, row["required"] == "yes")


TABLES: Final = {table.id: table for table in _registers()}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A row of a register as it was recorded last.

    Attributes:
        id: Its number; `position`, the entry that recorded it.
    """

    id: str
    position: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def day(self, column: str) -> date | None:
        """Return a day of it; nothing if none is given."""
        try:
            return date.fromisoformat(self[column])
        except ValueError:
            return None

    def several(self, column: str) -> list[str]:
        """Return what stands in a cell between semicolons."""
        return [part.strip() for part in self[column].split(";") if part.strip()]


def rows_of(register: Register, table: str) -> list[Recorded]:
    """Return the rows of a register of the group, by its id, in the order of their numbers."""
    rows = [
        Recorded(row, logged.position, logged.row.cells)
        for row, logged in register.table(table).items()
    ]
    return sorted(
        rows, key=lambda recorded: (not recorded.id.isdecimal(), len(recorded.id), recorded.id)
    )
