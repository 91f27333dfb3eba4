"""What one sheet of a workbook says besides its cells, whichever program wrote it."""

from dataclasses import dataclass
from datetime import date

from schemas.extract.day_text import EPOCH


@dataclass(frozen=True, slots=True)
class Parts:
    """What one sheet of a workbook says besides its cells.

    Attributes:
        epoch: The day from which the workbook's serial numbers are counted.
        rows: The numbers of the rows that are hidden, by hand or by a filter.
        columns: The numbers of the columns that are hidden, from 1.
        merged: The first and last row of each range of merged cells.
        powers: The row and column of each number that is shown as 2.00E+01, which is what Excel
            makes of a code such as 2E1.
        uncalculated: The row and column of each formula that has no value.
        errors: The row and column of each formula whose value is an error, such as #N/A, which is
            read as an empty cell; and the names of the errors.
    """

    epoch: date = EPOCH
    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int], ...] = ()
    powers: tuple[tuple[int, int], ...] = ()
    uncalculated: tuple[tuple[int, int], ...] = ()
    errors: tuple[tuple[int, int], ...] = ()
    error_names: tuple[str, ...] = ()
