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

import polars as pl

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


def rank() -> pl.Expr:
    """Return how early a row is taken as cover, by `_nature`, `_klass` and the category."""
    by_nature = pl.col("_nature").replace_strict(KINDS, default=OTHER, return_dtype=pl.Int8)
    fear = pl.col("category") == _PUBLIC_FEAR
    burglary = pl.col("_klass") == "burglary"
    return (
        pl.when(fear)
        .then(pl.lit(KINDS["damage"]))
        .when(burglary)
        .then(pl.lit(LAST))
        .otherwise(by_nature)
    )


def is_pooled(rows: pl.DataFrame, smallest: int) -> pl.Series:
    """Say which rows are of an outward code that is too small to be released by itself.

    Args:
        rows: `place` (a number for the outward code in its area), `dwelling`, `sensitive`, and
            `cover`: whether it can be cover.
    """
    kinds = rows.group_by("place", "dwelling").agg(
        pl.col("sensitive").sum().alias("s"), pl.col("cover").sum().alias("c")
    )
    enough = (pl.col("s") <= pl.col("c")).all() & (pl.col("s").sum() >= smallest)
    large = kinds.group_by("place").agg(enough=enough).filter("enough")["place"]
    return ~rows["place"].is_in(large.implode())


def pair_with_cover(rows: pl.DataFrame, together: tuple[tuple[str, ...], ...]) -> pl.DataFrame:
    """Pair each sensitive row with a row that is not, as far as there are any.

    Args:
        rows: `row` (its number), `unit` (the outward code, or what it is put together with),
            `dwelling`, `month`, `week`, `band`, `sensitive`, `cover`, `kind` (a number of KINDS)
            and `order`, by which the first of equals is taken.
        together: TOGETHER, or FIRST_TOGETHER.

    Returns:
        `row`, `cover` (the number of the other) and `together`: a place in that list.
    """
    names = ["row", "unit", "dwelling", "month", "week", "band", "kind"]
    sensitive = rows.filter("sensitive").sort("order").select(names)
    by_kind = (rows.filter(pl.col("cover") & (pl.col("kind") == n)) for n in range(LAST + 1))
    others = pl.concat([group.sort("order") for group in by_kind]).select(names)
    paired = [pl.DataFrame(schema={"row": pl.UInt32, "cover": pl.UInt32, "together": pl.Int8})]
    for nearby in (True, False):
        for number, common in enumerate(together):
            if sensitive.is_empty():
                break
            if nearby and _NEAR not in common:
                continue
            group = others.filter(pl.col("kind") < OTHER) if nearby else others
            keys = ["unit", "dwelling", *common]
            pair = _number_in_group(sensitive, keys).join(
                _number_in_group(group, keys).select(*keys, "nth", cover="row"),
                on=[*keys, "nth"],
                nulls_equal=True,
            )
            paired.append(pair.select("row", "cover", together=pl.lit(number, dtype=pl.Int8)))
            sensitive = sensitive.join(pair, on="row", how="anti", maintain_order="left")
            others = others.join(
                pair, left_on="row", right_on="cover", how="anti", maintain_order="left"
            )
    return pl.concat(paired)


def _number_in_group(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Number the rows of each group, in the order in which they stand."""
    return rows.with_columns(nth=pl.int_range(pl.len(), dtype=pl.UInt32).over(keys))
