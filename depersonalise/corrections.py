"""How each row of a correction is shared: as it was before, or protected among the new rows.

Keeps true: a row is shared as it was before, also if its record is now marked or unmarked.
Leaves to others: which records were shared before (`release/batches.py`), how new ones are
protected (`release/release.py`).
"""

import polars as pl

from depersonalise.policy import Policy
from depersonalise.release.batches import (
    ELSEWHERE,
    HELD_COVER,
    RECORD_GONE,
    EarlierRelease,
    compare_with_earlier,
    keep_protected,
    rows_no_longer_in_source,
    waiting_states,
    with_earlier_columns,
)
from depersonalise.release.release import FINE, HELD, generalise_small_groups, hold_protected
from depersonalise.release.sensitivity import OPEN, SENSITIVE
from schemas.datasets.dataset import Dataset
from schemas.datasets.shared_columns import released_columns


class ReferenceMissing(Exception):
    """A protected record has no reference to distinguish it from those that were shared before."""


def with_states(treated: pl.DataFrame, dataset: Dataset, policy: Policy) -> pl.DataFrame:
    """Decide how each row is shared: as it was before, or protected among all that are new.

    Returns:
        Rows with the columns of DECIDED.

    Raises:
        ReferenceMissing: a protected record cannot be distinguished from those that were shared
            before.
    """
    earlier = policy.earlier
    if earlier is None:
        return _protect(treated, dataset, policy).with_columns(_stays=pl.lit(value=False))
    treated = keep_protected(treated, earlier)
    new, frozen, moved = compare_with_earlier(treated, earlier)
    _check_references(treated.filter(new), earlier)
    batch = _protect(treated.filter(new), dataset, policy)
    rest = treated.filter(~new).with_columns(
        _state=pl.lit(FINE, dtype=pl.Int8), _cover=pl.lit(value=False)
    )
    moved, frozen = moved.filter(~new), frozen.filter(~new)
    corrected = pl.concat([batch, rest.filter(~moved & ~frozen)], how="diagonal_relaxed")
    stays = [
        rest.filter(moved).with_columns(_state=pl.lit(ELSEWHERE, dtype=pl.Int8)),
        with_earlier_columns(rest.filter(frozen), earlier, dataset),
        _gone_rows(treated, earlier, dataset),
    ]
    # `_stays`: the row is as it was sent before, whatever was chosen for domestic incidents since.
    return pl.concat(
        [
            corrected.with_columns(_stays=pl.lit(value=False)),
            *(frame.with_columns(_stays=pl.lit(value=True)) for frame in stays),
        ],
        how="diagonal_relaxed",
    )


def _protect(rows: pl.DataFrame, dataset: Dataset, policy: Policy) -> pl.DataFrame:
    """Decide how new rows are shared: protected among themselves, or held.

    Raises:
        ReferenceMissing: some are held, and could not be distinguished when they may be shared.
    """
    if policy.holds_protected:
        decided = _hold(rows, dataset, policy)
        if (decided["_state"] == HELD).any() and decided["_ref"].is_null().any():
            raise ReferenceMissing
        return decided
    return generalise_small_groups(
        rows,
        dataset,
        policy.smallest,
        version=policy.version_of(dataset),
        covered=policy.has_cover,
    )


def _hold(rows: pl.DataFrame, dataset: Dataset, policy: Policy) -> pl.DataFrame:
    """Hold protected rows and their cover; rows that were held before stay held."""
    if policy.earlier is None:
        return hold_protected(rows, dataset, covered=policy.has_cover)
    states = waiting_states(rows, policy.earlier)
    known = states.is_not_null()
    batch = hold_protected(rows.filter(~known), dataset, covered=policy.has_cover)
    before = rows.filter(known).with_columns(
        _state=pl.lit(HELD, dtype=pl.Int8),
        _cover=(states.filter(known) == HELD_COVER) & (rows.filter(known)["_protects"] == OPEN),
    )
    return pl.concat([batch, before])


def waiting_rows(treated: pl.DataFrame) -> pl.DataFrame:
    """Return the held rows as hashes of their references, with whether each is cover."""
    state = pl.when("_cover").then(pl.lit(HELD_COVER)).otherwise("_state").cast(pl.Int8)
    waiting = treated.filter(pl.col("_state") == HELD)
    return waiting.select(ref="_ref", nth="_nth", state=state)


def _check_references(new: pl.DataFrame, earlier: EarlierRelease) -> None:
    if earlier.replaced.is_empty():
        return
    unknown = new["_ref"].is_null() & (new["_protects"] != OPEN)
    coarse = earlier.replaced.filter(pl.col("ref").is_null())
    if unknown.any() or not coarse.is_empty():
        raise ReferenceMissing


def _gone_rows(treated: pl.DataFrame, earlier: EarlierRelease, dataset: Dataset) -> pl.DataFrame:
    """Return generalised rows of earlier submissions whose records are gone; they stay shared."""
    rows = rows_no_longer_in_source(treated, earlier)
    return rows.select(
        *released_columns(dataset),
        pl.col("ref").alias("_ref"),
        pl.col("nth").alias("_nth"),
        pl.col("state").alias("_state"),
        _cover=pl.lit(value=False),
        _protects=pl.lit(SENSITIVE, dtype=pl.Int8),
        _reason=pl.lit(RECORD_GONE),
    )
