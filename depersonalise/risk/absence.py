"""What missing rows reveal: how many of the rows not shared in full detail are sensitive.

Somebody saw a police car at a house. If no fine row has that day and place, the incident is one of
those that are generalised, or were not shared. Cover is there so that no more than about half of
these are sensitive (`release/cover.py`); here it is counted, on the sender's own rows. The
count is what an intruder reaches who always knows which fine row fits.

Leaves to others: what chance is too high (`exchange/submission/verdict.py`).
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from depersonalise.depersonalise import Depersonalised
from depersonalise.release.sensitivity import SENSITIVE, protection
from schemas.checks.check import Checked
from schemas.extract.line_numbers import LINE

LEAST: Final = 20  # sensitive rows, from which on a stratum's share is worth telling
_CELL: Final = 3  # missing rows of an LSOA, month and class, if all of them are sensitive
_VIOLENT: Final = ("violence", "sexual", "stalking", "domestic", "slavery")
_STRATA: Final = {
    "all rows": pl.lit(value=True),
    "in dwellings": pl.col("dwelling") == "yes",
    "elsewhere": pl.col("dwelling") == "no",
    "where the file does not say": pl.col("dwelling") == "not recorded",
    "violence, in dwellings": pl.col("violent") & (pl.col("dwelling") == "yes"),
    "violence, elsewhere": pl.col("violent") & (pl.col("dwelling") == "no"),
}
CLASS_KNOWN: Final = ("violence, in dwellings", "violence, elsewhere")


@dataclass(frozen=True, slots=True)
class Absence:
    """What a missing fine row tells of some incidents.

    Attributes:
        rows: How many there are; `sensitive`, how many of them are.
        missing: How many have no fine row; `right`, how many of these are sensitive.
    """

    rows: int
    sensitive: int
    missing: int
    right: int

    @property
    def base(self) -> float:
        """The chance that one is sensitive, for somebody who sees no release."""
        return self.sensitive / self.rows if self.rows else 0.0

    @property
    def chance(self) -> float:
        """The chance that one without a fine row is sensitive."""
        return self.right / self.missing if self.missing else 0.0


@dataclass(frozen=True, slots=True)
class Absences:
    """What missing fine rows tell, by kind of place, and of violence where that is known too.

    Attributes:
        by_stratum: Of strata in which there are rows.
        worst: Of the outward code and kind of place in which the chance is greatest, of those with
            at least LEAST sensitive rows; None if there is none.
        in_cells: Sensitive rows in an LSOA, month and class of which at least three rows are
            missing, and all of them sensitive. Counts of these are published elsewhere.
    """

    by_stratum: dict[str, Absence]
    worst: Absence | None
    in_cells: int


def absences(checked: Checked, shared: Depersonalised) -> Absences | None:
    """Count what missing fine rows tell; None where all rows are generalised anyway."""
    dataset = shared.dataset
    if dataset.axes or dataset.is_numbers:
        return None
    rows = _rows(checked, shared)
    strata = {name: rows.filter(where) for name, where in _STRATA.items()}
    by_place = [_count(group) for _, group in rows.group_by("outward", "dwelling")]
    enough = [absence for absence in by_place if absence.sensitive >= LEAST]
    cells = rows.filter("missing", pl.col("lsoa").is_not_null())
    cells = cells.group_by("lsoa", "month", "what").agg(pl.len(), pl.col("sensitive").all())
    return Absences(
        {name: _count(group) for name, group in strata.items() if not group.is_empty()},
        max(enough, key=lambda absence: absence.chance, default=None),
        int(cells.filter("sensitive", pl.col("len") >= _CELL)["len"].sum()),
    )


def _rows(checked: Checked, shared: Depersonalised) -> pl.DataFrame:
    """Return of each row where it was, what it was, and whether a fine row of it leaves."""
    fine = shared.origin.filter(shared.rows["generalised"] == "")["line"].drop_nulls()
    violent = pl.col("nature").cast(pl.String).is_in(_VIOLENT).fill_null(value=False)
    klass = pl.col("klass").cast(pl.String).fill_null("")
    return checked.rows.with_columns(
        protection(shared.dataset, published=checked.published)
    ).select(
        "lsoa",
        "dwelling",
        outward="postcode",
        month=pl.coalesce("recorded", "occurred_from").dt.truncate("1mo"),
        violent=violent,
        what=pl.when(violent).then(pl.lit("violence or sexual offences")).otherwise(klass),
        sensitive=pl.col("_protects") == SENSITIVE,
        missing=~pl.col(LINE).is_in(fine.implode()),
    )


def _count(rows: pl.DataFrame) -> Absence:
    right = rows["missing"] & rows["sensitive"]
    return Absence(
        rows.height, int(rows["sensitive"].sum()), int(rows["missing"].sum()), int(right.sum())
    )
