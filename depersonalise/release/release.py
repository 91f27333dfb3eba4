"""How protected rows leave: in what place, time and category, and with which cover.

Keeps true: every protected row starts withheld, and only a node lets it out; nothing here can leave
it fine. Sensitive rows are paired with cover, if their dataset has other rows besides, and walk the
lattice; a pair leaves at the same node. Possibly sensitive rows walk it among themselves.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from depersonalise.release import cover, lattice
from depersonalise.release.lattice import Fits
from depersonalise.release.levels import always, at_level
from depersonalise.release.order import rows_at
from depersonalise.release.sensitivity import OPEN, POSSIBLY, SENSITIVE
from schemas.codes.vocabularies import COARSE as COARSE_WORDS
from schemas.codes.vocabularies import GENERALISED as GENERALISED_AS
from schemas.datasets.axes import CRIME, INCIDENT, WEEK, Axis, Node, first_form, nodes
from schemas.datasets.column_types import GENERALISED
from schemas.datasets.dataset import Dataset
from schemas.datasets.shared_columns import RECORD_ID, columns_of, released_columns
from schemas.distinct import distinct, varying
from schemas.wire import wire_of
from schemas.wire.categories import shows_sensitive
from schemas.wire.times import LASTS

# What becomes of a row.
FINE: Final = 0
COARSE: Final = 1
WITHHELD: Final = 2
HELD: Final = 4  # until the quarter is complete
_NO_LEVEL: Final = -1  # of a row that no node takes


def alike_by(dataset: Dataset, version: int | None = None) -> list[str]:
    """Name the columns in which rows must agree to be alike: all that are released, but the id."""
    apart = (RECORD_ID, "area_basis", "generalised")
    return [name for name in wire_of(dataset, version).names if name not in apart]


def has_small_group(
    rows: pl.DataFrame, dataset: Dataset, version: int, submission: pl.Series, smallest: pl.Series
) -> bool:
    """Say whether a row that must be among enough rows that are alike is among fewer.

    Rows that show that they are sensitive are alike in all columns. Of the other coarse rows nobody
    else knows which are cover, and cover has the place and time of the row that it belongs to, and
    a category of its own; so these are alike in place and time. In the first form, sensitive are
    all rows of a sensitive dataset, and of others those that say so: ambulance callouts, and cover,
    were sent by earlier releases without being counted.

    Args:
        submission: Which submission each row is of: those of another are no company.
        smallest: How many rows must be alike in the submission of each row.
    """
    coarse, whole = pl.col("generalised") == GENERALISED_AS, alike_by(dataset, version)
    differing = varying(rows, whole)  # what all rows say parts none of them
    sensitive = coarse & shows_sensitive(rows, dataset)
    if not dataset.is_second(version):
        all_rows = pl.lit(value=bool(dataset.axes) and not dataset.recorded_when_it_happened)
        sensitive = all_rows | pl.col("generalised").is_in(COARSE_WORDS)
    batches = rows.lazy().with_columns(_of=submission, _smallest=smallest)
    groups = [(sensitive, whole), (coarse, [name for name in whole if name in _WHERE_AND_WHEN])]
    return any(
        batches.filter(condition)
        .group_by("_of", "_smallest", *(name for name in columns if name in differing))
        .len()
        .select((pl.col("len") < pl.col("_smallest")).any())
        .collect(engine="in-memory")
        .item()
        for condition, columns in groups
        if columns
    )


_WHERE_AND_WHEN: Final = (
    "area",
    "place",
    "place_precision",
    "recorded",
    "recorded_precision",
    "occurred_from",
    "occurred_precision",
    "time_from",
    "time_to",
    "time_precision",
    "week_part",
)


def axes_of(dataset: Dataset, version: int | None = None) -> tuple[Axis, ...]:
    """Return the axes of a dataset's protected rows, in its newest version or one."""
    columns = set(columns_of(dataset))
    axes = dataset.axes
    if not axes and not dataset.is_numbers:
        incident = CRIME if "home-office" in dataset.schemes else INCIDENT
        axes = tuple(axis for axis in incident if axis.name != "category" or "category" in columns)
    second = dataset.is_second(dataset.version if version is None else version)
    return axes if second else first_form(axes)


def generalise_small_groups(
    rows: pl.DataFrame,
    dataset: Dataset,
    smallest: int,
    *,
    version: int | None = None,
    covered: bool = True,
) -> pl.DataFrame:
    """Return rows as they leave, with `_state` (FINE, COARSE or WITHHELD) and `_cover`.

    Args:
        rows: What would be shared of each row were it not protected; beside it `_protects`,
            `_klass`, `_outward`, `_dwelling`, `_nature` and `_order` (by which
            the first of equals is taken).
        smallest: How many rows must be alike.
        version: The version of the dataset's form in which they leave; the newest if not told.
        covered: Sensitive rows have cover, unless all rows of the dataset are sensitive.
    """
    axes = axes_of(dataset, version)
    state = np.where(rows["_protects"].to_numpy() == OPEN, FINE, WITHHELD).astype(np.int8)
    nodes_of = np.full(rows.height, lattice.NOWHERE, dtype=np.int32)
    covers = np.zeros(rows.height, dtype=bool)
    together = cover.TOGETHER if WEEK in axes else cover.FIRST_TOGETHER
    read = [*released_columns(dataset), "_klass", "_outward"]
    pairs = None
    if not (dataset.axes or dataset.is_numbers or not covered):
        rows = _in_units(rows, smallest)
        # In the order of the rows, which are much quicker to take in it.
        pairs = cover.pair_with_cover(_pairing_rows(rows), together).sort("row")
    for protects, paired in ((SENSITIVE, pairs), (POSSIBLY, None)):
        chosen = np.flatnonzero(rows["_protects"].to_numpy() == protects)
        fits = None
        if paired is not None:
            chosen = paired["row"].to_numpy()
            fits = _fits(paired["together"].to_numpy(), axes, together)
        protected = rows_at(rows.select(read), pl.Series(chosen))
        nodes_of_chosen = _walk(protected, axes, dataset, smallest, fits)
        nodes_of[chosen] = nodes_of_chosen
        if paired is not None:
            others = paired["cover"].to_numpy()
            nodes_of[others] = nodes_of_chosen
            covers[others] = True
    state[covers] = WITHHELD
    state[nodes_of != lattice.NOWHERE] = COARSE
    return (
        _as_released(rows, dataset, axes, nodes_of)
        .with_columns(_state=pl.Series(state), _cover=pl.Series(covers))
        .drop("_unit", strict=False)
    )


def hold_protected(rows: pl.DataFrame, dataset: Dataset, *, covered: bool = True) -> pl.DataFrame:
    """Return rows of which those that are protected, and their cover, wait: `_state` is HELD.

    Cover waits with each sensitive row: otherwise a missing row would be known to be sensitive
    until the quarter is complete. Two rows wait for one, of its own outward code as far as there
    are any, so that a month with little cover does not leave the whole quarter's rows of an outward
    code by the district. Those that are not needed in the end leave finely.

    Args:
        rows, covered: As for `generalise_small_groups`.
    """
    covers = np.zeros(rows.height, dtype=bool)
    if not (dataset.axes or dataset.is_numbers or not covered):
        code = pl.concat_str("area", pl.col("_outward").fill_null("none"), separator=" ")
        grouped = _pairing_rows(rows.with_columns(_unit=code))
        first = cover.pair_with_cover(grouped, cover.TOGETHER)
        second = cover.pair_with_cover(_leave_out(grouped, first["cover"]), cover.TOGETHER)
        paired = pl.concat([first["row"], first["cover"], second["cover"]])
        rest = _leave_out(grouped.with_columns(unit=rows["area"]), paired)
        far = cover.pair_with_cover(rest, cover.TOGETHER)
        for pairs in (first, second, far):
            covers[pairs["cover"].to_numpy()] = True
    waits = (rows["_protects"] != OPEN).to_numpy() | covers
    state = np.where(waits, HELD, FINE).astype(np.int8)
    return rows.with_columns(_state=pl.Series(state), _cover=pl.Series(covers))


def _leave_out(rows: pl.DataFrame, paired: pl.Series) -> pl.DataFrame:
    return rows.filter(~pl.col("row").is_in(paired.implode()))


_COMMON: Final = {"month": "month", "week": "week", "time": "band"}  # what a pair must share


def _fits(
    shared: npt.NDArray[np.int8], axes: tuple[Axis, ...], together: tuple[tuple[str, ...], ...]
) -> Fits:
    """Return what says which pairs may leave by a node: those that have in common what it states.

    Args:
        shared: Of each pair, the place in `together` of what its two rows have in common.
    """

    def fits(node: Node) -> npt.NDArray[np.bool_]:
        stated = {axis.name for axis, level in zip(axes, node, strict=True) if level == 0}
        needs = {_COMMON[name] for name in stated if name in _COMMON}
        return np.isin(shared, [n for n, common in enumerate(together) if needs <= set(common)])

    return fits


def _walk(
    rows: pl.DataFrame,
    axes: tuple[Axis, ...],
    dataset: Dataset,
    smallest: int,
    fits: Fits | None,
) -> npt.NDArray[np.int32]:
    """Walk the lattice with some rows; return by which node each leaves."""
    columns = set(released_columns(dataset))
    touched = {"generalised", *always(columns)}
    levels_of_axes = [
        [at_level(axis, level, columns) for level in range(len(axis.levels))] for axis in axes
    ]
    touched |= {name for of_axis in levels_of_axes for level in of_axis for name in level}
    fixed = [pl.col(name) for name in released_columns(dataset) if name not in touched]
    stated = [list(level.values()) for of_axis in levels_of_axes for level in of_axis]
    of_fixed, *hashes = _hash_columns(rows, [fixed, *stated])
    of_levels = iter(hashes)
    levels = [[next(of_levels) for _ in of_axis] for of_axis in levels_of_axes]
    return lattice.choose_nodes(of_fixed, levels, axes, smallest, fits)


def _hash_columns(rows: pl.DataFrame, lists: list[list[pl.Expr]]) -> list[npt.NDArray[np.uint64]]:
    """Return for each list of columns the hashes of what the rows hold there."""
    structs = {
        f"_hash {n}": pl.struct(column.alias(str(number)) for number, column in enumerate(columns))
        for n, columns in enumerate(lists)
        if columns
    }
    # A level may state the same of every row, and a literal by itself would be one row.
    rows = rows.with_columns(**{name: struct.hash() for name, struct in structs.items()})
    zeros = np.zeros(rows.height, dtype=np.uint64)
    names = (f"_hash {n}" for n in range(len(lists)))
    return [rows[name].to_numpy() if name in structs else zeros for name in names]


def _as_released(
    rows: pl.DataFrame, dataset: Dataset, axes: tuple[Axis, ...], node_of: npt.NDArray[np.int32]
) -> pl.DataFrame:
    """Put the rows that leave by a node into the words of its levels."""
    if (node_of == lattice.NOWHERE).all():
        return rows
    columns = set(released_columns(dataset))
    levels_of = [*nodes(axes), (_NO_LEVEL,) * len(axes)]  # NOWHERE: last
    stated = np.array(levels_of, dtype=np.int8)[node_of]
    coarse = pl.col(_level(axes[0])) != _NO_LEVEL
    word = {"generalised": pl.lit(GENERALISED_AS, dtype=GENERALISED)}
    values = {
        name: pl.when(coarse).then(value).otherwise(name)
        for name, value in (always(columns) | word).items()
    }
    for axis in axes:
        for level in range(len(axis.levels)):
            is_at = pl.col(_level(axis)) == level
            for name, value in at_level(axis, level, columns).items():
                values[name] = pl.when(is_at).then(value).otherwise(values.get(name, pl.col(name)))
    levels = [pl.Series(_level(a), stated[:, n]) for n, a in enumerate(axes)]
    return rows.with_columns(levels).with_columns(**values).drop(level.name for level in levels)


def _level(axis: Axis) -> str:
    return f"_level_{axis.name}"


def _in_units(rows: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """Add `_unit`: the outward code within which cover is looked for, or what it is put with.

    Sensitive rows of outward codes that are put together, and their cover, leave by the district.
    """
    codes, code = distinct(rows["_outward"])
    none, rest = len(codes), len(codes) + 1  # numbers of an area, beside those of its outward codes
    area = distinct(rows["area"])[1] * (rest + 1)
    place = area + code.fill_null(none)
    small = cover.is_pooled(
        rows.select(
            place.alias("place"),
            dwelling="_dwelling",
            sensitive=pl.col("_protects") == SENSITIVE,
            cover=pl.col("_protects") == OPEN,
        ),
        smallest,
    )
    paired = small & (rows["_protects"] != POSSIBLY)
    return rows.with_columns(
        _unit=pl.when(small).then(area + rest).otherwise(place),
        _outward=pl.when(~paired).then("_outward"),
    )


def _pairing_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what pairing asks of each row."""
    clock = pl.coalesce("time_from", "time_to").cast(pl.Int64)
    return rows.select(
        unit="_unit",
        dwelling="_dwelling",
        month=pl.coalesce("recorded", "occurred_from").dt.month(),
        week="week_part",
        band=(clock // LASTS["six hours"]).cast(pl.Int8),
        sensitive=pl.col("_protects") == SENSITIVE,
        cover=pl.col("_protects") == OPEN,
        kind=(cover.rank() if "category" in rows.columns else pl.lit(cover.OTHER)).cast(pl.Int8),
        order="_order",
    ).with_row_index("row")
