"""How protected rows leave: in what place, time and category, and with which cover.

Keeps true: every protected row starts withheld, and only a node lets it out; nothing here can leave
it fine. Sensitive rows are paired with cover, if their dataset has other rows besides, and walk the
lattice; a pair leaves at the same node. Possibly sensitive rows walk it among themselves.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from depersonalise import cover, lattice
from depersonalise.lattice import Hashes
from depersonalise.levels import always, at_level
from depersonalise.protection import OPEN, POSSIBLY, SENSITIVE
from schemas.axes import CRIME, INCIDENT, WEEK, Axis, Node, first_form, nodes
from schemas.column_types import GENERALISED
from schemas.dataset import Dataset
from schemas.shared import LASTS
from schemas.shared_columns import RECORD_ID, columns_of, released_columns
from schemas.wire import wire_of
from schemas.words import COARSE as COARSE_WORDS
from schemas.words import GENERALISED as GENERALISED_AS

# What becomes of a row.
FINE: Final = 0
COARSE: Final = 1
WITHHELD: Final = 2
Places = npt.NDArray[np.int64]


def alike_by(dataset: Dataset, version: int | None = None) -> list[str]:
    """Name the columns in which rows must agree to be alike: all that are released, but the id."""
    apart = (RECORD_ID, "area_basis", "generalised")
    return [name for name in wire_of(dataset, version).names if name not in apart]


def too_few(
    rows: pl.DataFrame, dataset: Dataset, version: int, of: pl.Series, smallest: pl.Series
) -> bool:
    """Say whether a row that must be among enough rows that are alike is among fewer.

    Counted are all rows that are generalised. In the first form, which told them apart, they are
    all rows of a sensitive dataset, and of others those that say that they are sensitive: ambulance
    callouts, and cover, were sent by earlier releases without being counted.

    Args:
        of: Which submission each row is of: those of another are no company.
        smallest: How many rows must be alike in the submission of each row.
    """
    counted = pl.col("generalised") == GENERALISED_AS
    if not dataset.is_second(version):
        whole = pl.lit(value=bool(dataset.axes) and not dataset.call)
        counted = whole | pl.col("generalised").is_in(COARSE_WORDS)
    some = rows.with_columns(_of=of, _smallest=smallest).filter(counted)
    group = pl.len().over("_of", *alike_by(dataset, version))
    return bool(some.select((group < pl.col("_smallest")).any()).item())


def axes_of(dataset: Dataset, version: int | None = None) -> tuple[Axis, ...]:
    """Return the axes of a dataset's protected rows, in its newest version or one."""
    columns = set(columns_of(dataset))
    axes = dataset.axes
    if not axes and not dataset.is_numbers:
        incident = CRIME if "home-office" in dataset.schemes else INCIDENT
        axes = tuple(axis for axis in incident if axis.name != "category" or "category" in columns)
    second = dataset.is_second(dataset.version if version is None else version)
    return axes if second else first_form(axes)


def released(
    rows: pl.DataFrame,
    dataset: Dataset,
    smallest: int,
    *,
    version: int | None = None,
    covered: bool = True,
) -> pl.DataFrame:
    """Return rows as they leave, with `_state` (FINE, COARSE or WITHHELD) and `_cover`.

    Args:
        rows: What would leave of each row were it not protected; beside it `_protects`, `_klass`,
            `_outward`, `_dwelling`, `_nature` and `_order` (by which the first of equals is taken).
        smallest: How many rows must be alike.
        version: The version of the dataset's form in which they leave; the newest if not told.
        covered: Sensitive rows have cover, unless all rows of the dataset are sensitive.
    """
    axes = axes_of(dataset, version)
    state = np.where(rows["_protects"].to_numpy() == OPEN, FINE, WITHHELD).astype(np.int8)
    at = np.full(rows.height, lattice.NOWHERE, dtype=np.int32)
    covers = np.zeros(rows.height, dtype=bool)
    alone = bool(dataset.axes) or dataset.is_numbers or not covered
    pairs = None if alone else _paired(rows, smallest, _together(axes))
    if pairs is not None:
        rows = rows.with_columns(_outward=_unpooled(rows, pairs, smallest))

    def hashes(places: Places) -> Hashes:
        return _hashes(rows[places], axes, dataset)

    for protects, paired in ((SENSITIVE, pairs), (POSSIBLY, None)):
        chosen = np.flatnonzero(rows["_protects"].to_numpy() == protects)
        if paired is not None:
            chosen = paired["row"].to_numpy()
        found = _walked(hashes, chosen, axes, smallest, paired)
        at[chosen] = found
        if paired is not None:
            others = paired["cover"].to_numpy()
            at[others] = found
            covers[others] = True
    state[covers] = WITHHELD
    state[at != lattice.NOWHERE] = COARSE
    return _as_released(rows, dataset, axes, at).with_columns(
        _state=pl.Series(state), _cover=pl.Series(covers)
    )


def _walked(
    hashes: Callable[[Places], Hashes],
    chosen: Places,
    axes: tuple[Axis, ...],
    smallest: int,
    paired: pl.DataFrame | None,
) -> npt.NDArray[np.int32]:
    """Walk the lattice with some rows; a pair leaves no finer than what its rows have in common."""
    some = hashes(chosen)
    if paired is None:
        return lattice.walk(some, axes, smallest)
    common = paired["together"].to_numpy()

    def fits(node: Node) -> npt.NDArray[np.bool_]:
        stated = {axis.name for axis, level in zip(axes, node, strict=True) if level == 0}
        needs = {_COMMON[name] for name in stated if name in _COMMON}
        shared = enumerate(_together(axes))
        may = [number for number, common in shared if needs <= set(common)]
        return np.isin(common, may)

    return lattice.walk(some, axes, smallest, fits, hashes(paired["cover"].to_numpy()))


# What a pair must have in common to leave by it.
_COMMON: Final = {"month": "month", "week": "week", "time": "band"}


def _together(axes: tuple[Axis, ...]) -> tuple[tuple[str, ...], ...]:
    return cover.TOGETHER if WEEK in axes else cover.FIRST_TOGETHER


def _hashes(some: pl.DataFrame, axes: tuple[Axis, ...], dataset: Dataset) -> Hashes:
    """Return hashes of what is released of some rows at each level of each axis."""
    columns = set(released_columns(dataset))
    touched = {"generalised", *always(columns)}
    levels = []
    for axis in axes:
        released = [at_level(axis, level, columns) for level in range(len(axis.levels))]
        touched |= {name for one in released for name in one}
        levels.append([_hashed(some, list(one.values())) for one in released])
    fixed = [pl.col(name) for name in released_columns(dataset) if name not in touched]
    return Hashes(_hashed(some, fixed), levels)


def _hashed(rows: pl.DataFrame, columns: list[pl.Expr]) -> npt.NDArray[np.uint64]:
    if not columns:
        return np.zeros(rows.height, dtype=np.uint64)
    named = [what.alias(str(number)) for number, what in enumerate(columns)]
    # A level may state the same of every row, and a literal by itself would be one row.
    return rows.with_columns(_hash=pl.struct(named).hash())["_hash"].to_numpy()


def _as_released(
    rows: pl.DataFrame, dataset: Dataset, axes: tuple[Axis, ...], at: npt.NDArray[np.int32]
) -> pl.DataFrame:
    """Put the rows that leave by a node into the words of its levels."""
    places = np.flatnonzero(at != lattice.NOWHERE)
    if not len(places):
        return rows
    columns = set(released_columns(dataset))
    every = np.array(nodes(axes))[at[places]]
    part = rows[places]
    coarser: dict[str, pl.Expr] = {}
    for number, axis in enumerate(axes):
        part = part.with_columns(pl.Series(f"_level_{axis.name}", every[:, number]))
        for level in range(len(axis.levels)):
            for name, what in at_level(axis, level, columns).items():
                here = pl.col(f"_level_{axis.name}") == level
                coarser[name] = pl.when(here).then(what).otherwise(coarser.get(name, what))
    word = {"generalised": pl.lit(GENERALISED_AS, dtype=GENERALISED)}
    told = always(columns) | coarser | word
    part, names = part.with_columns(**told), list(told)
    taken = np.arange(rows.height)
    taken[places] = rows.height + np.arange(part.height)
    return rows.with_columns(pl.concat([rows.select(names), part.select(names)])[taken])


def _grouped(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what pairing asks of each row."""
    clock = pl.coalesce("time_from", "time_to").cast(pl.Int64)
    named = "category" in rows.columns
    return rows.select(
        "area",
        pl.col("_outward").alias("outward"),
        pl.col("_dwelling").alias("dwelling"),
        month=pl.coalesce("recorded", "occurred_from").dt.month(),
        week="week_part" if "week_part" in rows.columns else pl.lit(""),
        band=clock // LASTS["six hours"],
        sensitive=pl.col("_protects") == SENSITIVE,
        cover=pl.col("_protects") == OPEN,
        kind=cover.kind() if named else pl.lit(cover.OTHER),
        order="_order",
    ).with_row_index("row")


def _unpooled(rows: pl.DataFrame, pairs: pl.DataFrame, smallest: int) -> pl.Series:
    """Return the outward codes, without those of pairs in codes that are too small."""
    paired = pl.concat([pairs["row"], pairs["cover"]])
    small = cover.pooled(_grouped(rows), smallest)
    small &= pl.int_range(rows.height, dtype=pl.UInt32, eager=True).is_in(paired.implode())
    return rows.select(pl.when(~small).then("_outward")).to_series()


def _paired(
    rows: pl.DataFrame, smallest: int, together: tuple[tuple[str, ...], ...]
) -> pl.DataFrame:
    """Pair sensitive rows with cover, within the outward code or what it is put together with."""
    grouped = _grouped(rows)
    small = cover.pooled(grouped, smallest)
    code = pl.when(~small).then(pl.col("outward").fill_null("none")).otherwise(pl.lit("rest"))
    unit = pl.concat_str("area", code, separator=" ")
    return cover.pairs(grouped.with_columns(unit=unit), together)
