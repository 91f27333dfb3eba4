"""The attack of absence: no row that fits an incident is there, so it was one of those kept coarse.

An intruder knows of each incident its LSOA, its day, its hour to within one, and whether it was in
a dwelling: a neighbour who saw a police car. Of some he also knows whether it was violence. He
looks for a fine row that fits and that was plainly not sensitive. Where there is none, he says that
the incident was.

The attack reads released rows and published code lists only.
"""

from dataclasses import dataclass
from functools import cache

import polars as pl

from schemas.codes.lists import find_list
from tests.intruder.released import Released
from tests.intruder.worlds import FIRST, HOMES, KINDS, STREETS, VIOLENCE

_SENSITIVE_NATURES = ("sexual", "stalking", "slavery", "domestic")
# Where and when a coarse row is said to have been; who knows of an incident knows this of it.
CELL = ["place", "recorded", "recorded_precision", "week_part", "time_from", "time_precision"]
PUBLISHED = ["lsoa", "month", "kind"]  # what data.police.uk counts crimes by


@dataclass(frozen=True)
class Guess:
    """How the attack did among some of the incidents.

    Attributes:
        incidents: How many there were.
        sensitive: How many of them were sensitive.
        missing: How many had no fine row that fits, and so were called sensitive.
        right: How many of those were.
    """

    incidents: int
    sensitive: int
    missing: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.missing if self.missing else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.sensitive if self.sensitive else 0.0

    @property
    def base(self) -> float:
        """The chance of being right without the release."""
        return self.sensitive / self.incidents if self.incidents else 0.0


STRATA = {"all": pl.lit(value=True), "dwelling": pl.col("dwelling"), "public": ~pl.col("dwelling")}


def absence(released: Released) -> dict[str, Guess]:
    """Attack a release; return how it did in all incidents, in dwellings and in public."""
    called = _called(released, class_known=False)
    return {name: _guess(called.filter(stratum)) for name, stratum in STRATA.items()}


def absence_by_outward(released: Released) -> dict[tuple[str, bool], Guess]:
    """Return how it did in each outward code, in dwellings (True) and in public."""
    parts = _called(released, class_known=False).group_by("outward", "dwelling")
    return {(str(outward), bool(inside)): _guess(some) for (outward, inside), some in parts}


def absence_by_class(released: Released) -> dict[str, Guess]:
    """Return how it did where the intruder also knows whether it was violence."""
    called = _called(released, class_known=True)
    classes = {"violence": pl.col("violent"), "other": ~pl.col("violent")}
    return {
        f"{what} in {'dwellings' if where == 'dwelling' else 'public'}": _guess(
            called.filter(is_what & STRATA[where])
        )
        for what, is_what in classes.items()
        for where in ("dwelling", "public")
    }


def _guess(called: pl.DataFrame) -> Guess:
    both = called["missing"] & called["sensitive"]
    return Guess(called.height, called["sensitive"].sum(), called["missing"].sum(), int(both.sum()))


def _called(released: Released, *, class_known: bool) -> pl.DataFrame:
    """Return every incident with `missing`: whether no innocent fine row fits it."""
    known = released.rows.select(
        *("reference", "lsoa", "outward", "dwelling", "violent", "sensitive"),
        hours=_hours("day", "hour"),
    )
    around = known.with_columns(at=pl.concat_list([pl.col("hours") + n for n in (-1, 0, 1)]))
    pairs = around.explode("at").join(_innocent(released.table), on=["lsoa", "at"])
    fits = pl.col("in_dwelling").is_null() | (pl.col("in_dwelling") == pl.col("dwelling"))
    if class_known:
        fits &= pl.col("is_violent") == pl.col("violent")
    found = pairs.filter(fits).select("reference").unique()
    return known.join(found.with_columns(missing=False), on="reference", how="left").with_columns(
        pl.col("missing").fill_null(value=True)
    )


def _hours(day: str, hour: str) -> pl.Expr:
    """Return the hours since the quarter began."""
    days = (pl.col(day) - pl.lit(FIRST)).dt.total_days()
    return days * 24 + pl.col(hour).cast(pl.Int64)


def _innocent(table: pl.DataFrame) -> pl.DataFrame:
    """Return where and when the fine rows are that say of themselves that they aren't sensitive."""
    in_dwelling = pl.when(pl.col("category").is_in(HOMES)).then(pl.lit(value=True))
    in_dwelling = in_dwelling.when(pl.col("category").is_in(STREETS)).then(pl.lit(value=False))
    fine = table.filter(~pl.col("coarse") & ~says_sensitive("domestic")).with_columns(
        hour=pl.col("time_from").dt.hour()
    )
    return fine.select(
        lsoa="place",
        at=_hours("occurred_from", "hour"),
        in_dwelling=in_dwelling,
        is_violent=pl.col("category").is_in(list(KINDS[VIOLENCE].codes)),
    )


def says_sensitive(domestic: str) -> pl.Expr:
    """Return whether a released row says of itself that it is sensitive."""
    return pl.col("category").is_in(sensitive_codes()) | (pl.col(domestic) == "yes")


@cache
def sensitive_codes() -> list[str]:
    """Return the codes of offences that are sensitive whatever else a row says."""
    offences = find_list("home-office", "2017/18")
    assert offences is not None
    return [one.code for one in offences.codes.values() if one.nature in _SENSITIVE_NATURES]


def surplus(released: Released) -> int:
    """Return how many more sensitive rows than others there are, over all cells that have more.

    Cells of each outward code and each kind of place. Outward codes of which no row was released
    coarsely by its outward code have been pooled, and are one.
    """
    rows = released.rows.filter(pl.col("coarse") | (pl.col("sensitive") & ~pl.col("coarse")))
    by_outward = released.coarse.filter(pl.col("place_precision") == "outward")
    named = by_outward["outward"].unique().to_list()
    unit = pl.when(pl.col("outward").is_in(named)).then("outward").otherwise(pl.lit("pooled"))
    cells = rows.group_by(unit.alias("unit"), "dwelling", *CELL).agg(
        more=pl.col("sensitive").sum().cast(pl.Int64) - (~pl.col("sensitive")).sum()
    )
    return int(cells.filter(pl.col("more") > 0)["more"].sum())


def smallest_cell(released: Released, *, of_sensitive: bool = False) -> int:
    """Return how many rows the smallest cell has: rows alike in everything that is released.

    Cells of coarse rows, and of sensitive rows where they were released finely.

    Args:
        of_sensitive: Look only at cells in which at least one row is sensitive.
    """
    rows = released.rows.filter(pl.col("coarse") | pl.col("sensitive") & ~pl.col("coarse"))
    cells = rows.group_by(released.alike).agg(pl.len(), sensitive=pl.col("sensitive").any())
    if of_sensitive:
        cells = cells.filter("sensitive")
    return int(cells["len"].min() or 0)


def found_by_subtraction(released: Released) -> float:
    """Return the share of sensitive rows whose LSOA, month and crime type have no others missing.

    Missing are those that data.police.uk counts and of which no fine row says that they are not
    sensitive. Counted are sensitive rows in groups of three or more missing rows, all sensitive.
    """
    published = released.rows.with_columns(month=pl.col("day").dt.month())
    innocent = ~pl.col("coarse") & ~says_sensitive("domestic_told")
    missing = published.filter(~innocent.fill_null(value=False)).group_by(PUBLISHED)
    groups = missing.agg(pl.len(), sensitive=pl.col("sensitive").all())
    found = groups.filter((pl.col("len") >= 3) & pl.col("sensitive"))["len"].sum()
    return float(found / released.rows["sensitive"].sum())
