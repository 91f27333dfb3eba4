"""The cells of an extract under its fields' names, and what reading a field of them gives.

Keeps true: each distinct value is read once, and what can't be read is a fault with a line.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final, NamedTuple

import polars as pl

from schemas.both_cores import on_both_cores
from schemas.datasets.dataset import Dataset
from schemas.distinct import distinct
from schemas.extract.line_numbers import LINE
from schemas.extract.mapping import Mapping
from schemas.extract.places import PlaceLookup
from schemas.extract.text import plain
from schemas.findings.rules import RULES

# What Excel writes where a formula has no value.
FORMULA_ERRORS: Final = (
    "#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#spill!", "#calc!",
)  # fmt: skip
# What sources write where they hold nothing.
NOTHING: Final = (
    *FORMULA_ERRORS,
    "",
    "null",
    "(null)",
    "[null]",
    "<null>",
    "\\n",  # of MySQL
    "nan",
    "n/a",
    "na",
    "none",
    "-",
    "--",
    "unknown",
    "not known",
    "n/k",
    "nk",
    "not recorded",
    "not stated",
    "not provided",
    "tbc",
)
# STATS19 writes so what is not known; to Access it is a yes, so it is not among the words above.
UNKNOWN: Final = ("-1",)
_SHOWN: Final = plain("_value").alias("_v")


class Fault(NamedTuple):
    """A rule, a column, and the lines where that column broke it.

    Attributes:
        meant: Entries of a list that may have been meant; of the list, and of no record.
        detail: What else is to be said of it, and of no record.
    """

    rule: str
    column: str
    lines: pl.Series
    meant: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Cells:
    """The cells of an extract under the fields' names, and what reading them takes."""

    dataset: Dataset
    mapping: Mapping
    places: PlaceLookup
    rows: pl.DataFrame
    serials: date | None
    nation: str = ""
    _distinct: dict[str, tuple[pl.Series, pl.Series]] = field(default_factory=dict, init=False)
    _visible: dict[str, pl.Series] = field(default_factory=dict, init=False)

    def fault(self, rule: str, column: str, broken: pl.Series) -> list[Fault]:
        """Return the fault of the rows that are broken; none if none is."""
        if not broken.any():
            return []
        return [Fault(RULES[rule].id, column, self.rows[LINE].filter(broken))]

    def per_value(
        self,
        column: str,
        read: Callable[[pl.Series], pl.DataFrame],
        *,
        blanks: tuple[str, ...] = (),
    ) -> pl.DataFrame:
        """Read each distinct value of a column once, and put the answers back on its rows.

        Beside the answers, `filled` says of each row whether it holds more than a word for nothing.

        Args:
            blanks: What stands for nothing in this column, besides the usual words.
        """
        cells = self.rows[column]
        if cells.null_count() == cells.len():
            empty = read(pl.Series("_v", [], dtype=pl.String)).clear(cells.len())
            return empty.with_columns(filled=pl.lit(value=False))
        values, on_rows = self.visible(column), self.distinct(column)[1]
        if codes := self.mapping.codes.get(column):
            values = values.replace(codes)
        says_nothing = values.to_frame().select(_says_nothing(blanks)).to_series()
        if says_nothing.any():
            # No value is put on the rows, only the number of its answer: that takes much less time.
            numbers = pl.repeat(None, len(values), dtype=pl.UInt32, eager=True)
            values = values.filter(~says_nothing)
            places = pl.int_range(len(values), eager=True)
            on_rows = numbers.scatter((~says_nothing).arg_true(), places)[on_rows]
        return read(values)[on_rows].with_columns(filled=on_rows.is_not_null())

    def see_distinct(self, columns: Iterable[str]) -> None:
        """Find the distinct values of columns that will be read, two columns at once."""
        filled = [c for c in columns if self.rows[c].null_count() < self.rows.height]
        results = on_both_cores(lambda c: distinct(self.rows[c]), filled, rows=self.rows.height)
        self._distinct.update(zip(filled, results, strict=True))

    def visible(self, column: str) -> pl.Series:
        """Return the distinct values of a column as somebody sees them; two may be alike."""
        if column not in self._visible:
            values = self.distinct(column)[0].to_frame("_value")
            self._visible[column] = values.select(_SHOWN)["_v"]
        return self._visible[column]

    def distinct(self, column: str) -> tuple[pl.Series, pl.Series]:
        """Return the distinct values of a column, and which of them each row has."""
        if column not in self._distinct:
            self._distinct[column] = distinct(self.rows[column])
        return self._distinct[column]


@cache
def _says_nothing(blanks: tuple[str, ...]) -> pl.Expr:
    return pl.col("_v").str.to_lowercase().is_in([*NOTHING, *blanks])


@dataclass(frozen=True, slots=True, repr=False)
class FieldResult:
    """What became of a field.

    Attributes:
        columns: Those that it gives; one that says the same in every row may have one row alone.
        faults: What in it could not be read.
        assumed: What had to be decided about it, in words.
    """

    columns: list[pl.Series]
    faults: list[Fault]
    assumed: tuple[str, ...] = ()
