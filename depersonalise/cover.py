"""Cover: for each sensitive row one row that is not, which leaves as coarsely.

Without it coarseness itself would be a marker: whoever knows that the police came, and finds no
fine row that fits, would know that it was domestic or sexual. With it there are, in every place and
time that is released, at least as many rows that are not sensitive as rows that are: (alpha, k)-
anonymity (Wong et al. 2006) with alpha one half.

Keeps true: each sensitive row that leaves has its own row of cover, and nothing released says which
of the two it is.

Outward codes with too few sensitive rows, or too few others, are put together with others like them
in their district, and their rows leave by the district.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Places = npt.NDArray[np.int64]

# What a row and its cover have in common, finest first: a pair leaves no finer than that.
TOGETHER: Final = (
    ("month", "week", "band"),
    ("week", "band"),
    ("band",),
    ("month", "week"),
    ("week",),
    ("month",),
    (),
)
FIRST_TOGETHER: Final = (("month", "band"), ("band",), ("month",), ())  # without parts of the week
_NEAR: Final = "band"  # where they have it in common, cover of the same kind of offence comes first
# Which cover is taken first: by what the category says of it, then all others, burglary last.
KINDS: Final = {"violence": 0, "harassment": 0, "damage": 1}
OTHER: Final = 2
LAST: Final = 3
_PUBLIC_FEAR: Final = "9A"  # of the Home Office's list: it is harassment, and mostly in public


def kind() -> pl.Expr:
    """Return how early a row is taken as cover, by `_nature`, `_klass` and the category."""
    by_nature = pl.col("_nature").cast(pl.String).replace_strict(KINDS, default=OTHER)
    fear = pl.col("category") == _PUBLIC_FEAR
    burglary = pl.col("_klass") == "burglary"
    return (
        pl.when(fear)
        .then(pl.lit(KINDS["damage"]))
        .when(burglary)
        .then(pl.lit(LAST))
        .otherwise(by_nature)
    )


def pooled(rows: pl.DataFrame, smallest: int) -> pl.Series:
    """Say which rows are of an outward code that is too small to be released by itself.

    Args:
        rows: `area`, `outward`, `dwelling`, `sensitive`, and `cover`: whether it can be cover.
    """
    kinds = rows.group_by("area", "outward", "dwelling").agg(
        pl.col("sensitive").sum().alias("s"), pl.col("cover").sum().alias("c")
    )
    codes = kinds.group_by("area", "outward").agg(
        small=(pl.col("s") > pl.col("c")).any() | (pl.col("s").sum() < smallest)
    )
    joined = rows.select("area", "outward").join(
        codes, on=["area", "outward"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["small"].fill_null(value=True)


class Pool:
    """The rows among which cover is looked for.

    Args:
        rows: `row` (its number), `unit` (the outward code, or what it is put together with),
            `dwelling`, `month`, `week`, `band`, `sensitive`, `cover`, `kind` (a number of KINDS),
            `klass` and `order`, by which the first of equals is taken.
        together: TOGETHER, or FIRST_TOGETHER.
    """

    def __init__(self, rows: pl.DataFrame, together: tuple[tuple[str, ...], ...]) -> None:
        apart = ("sensitive", "cover")
        self._sensitive = rows.filter("sensitive").drop(apart).sort("order")
        self._others = rows.filter("cover").drop(apart)
        self._together = together

    def __repr__(self) -> str:
        return f"<Pool {self._others.height} rows>"

    def pairs(self, some: Places, taken: Places, common: set[str]) -> tuple[Places, Places]:
        """Pair sensitive rows with rows that are not, as far as there are any.

        Args:
            some: The numbers of the sensitive rows.
            taken: Of the others, the numbers of those that are cover already.
            common: What the two must have in common.
        """
        left = self._sensitive.filter(pl.col("row").is_in(pl.Series(some).implode()))
        others = self._others.filter(~pl.col("row").is_in(pl.Series(taken).implode()))
        others = _of_one_class_first(
            others.join(left, on="unit", how="semi", maintain_order="left"), common
        )
        found = [pl.DataFrame(schema={"row": pl.UInt32, "cover": pl.UInt32})]
        fitting = [one for one in self._together if common <= set(one)]
        for most in (0, 1, OTHER, LAST):
            for on in fitting:
                if left.is_empty():
                    break
                if most < OTHER and _NEAR not in on:
                    continue
                kinds = others.filter(pl.col("kind") <= most)
                pair = _paired(left, kinds, ["unit", "dwelling", *on])
                found.append(pair)
                left = left.join(pair, on="row", how="anti", maintain_order="left")
                others = others.join(
                    pair, left_on="row", right_on="cover", how="anti", maintain_order="left"
                )
        both = pl.concat(found).cast(pl.Int64)
        return both["row"].to_numpy(), both["cover"].to_numpy()


def _of_one_class_first(others: pl.DataFrame, common: set[str]) -> pl.DataFrame:
    """Sort what can be cover by its kind, and put first the classes of which there are most.

    So that the rows that are taken are alike as far as possible.
    """
    cell = ["unit", *sorted(common)]
    return others.with_columns(many=pl.len().over(*cell, "kind", "klass")).sort(
        "kind", "many", "klass", "order", descending=[False, True, False, False]
    )


def _paired(left: pl.DataFrame, others: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Pair the first of each group with the first of the other's, and so on."""
    pair = _nth(left, on).join(
        _nth(others, on).select(*on, "nth", cover="row"), on=[*on, "nth"], nulls_equal=True
    )
    return pair.select("row", "cover")


def _nth(rows: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Number the rows of each group, in the order in which they stand."""
    return rows.with_columns(nth=pl.int_range(pl.len(), dtype=pl.UInt32).over(on))
