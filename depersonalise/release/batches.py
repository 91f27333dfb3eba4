"""What left before, known again by its reference, for corrections (`depersonalise/corrections.py`).

Whoever holds a submission and its correction can subtract the one from the other. A record that
left finely and is coarse in the correction would be named by that. So a record is known again by
its reference (never by its content) and leaves as it left; records that are new are protected among
themselves; coarse rows stay even when their record is gone. Fine rows whose record is gone, or is
different now, change: that is what a correction is for.

Where no record of what was sent last is in the source, it was another file (sent by mistake, or
before a new system numbered all records again): nothing of it stays, which says nothing about any
one record. It is still known, so if that file comes again, its rows leave as they left.

What was held of a month (`release.py`) has not left. It waits on, even if its record is not
protected any more, and is protected still when the quarter is complete.

Keeps true: no row changes between two submissions because its record was marked, or unmarked. What
left is kept by the partner alone, each reference as a keyed hash
(`exchange/profile/earlier_releases.py`).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from depersonalise.release.release import COARSE, FINE, HELD
from depersonalise.release.sensitivity import OPEN, SENSITIVE
from schemas.datasets.dataset import Dataset
from schemas.datasets.shared_columns import released_columns
from schemas.wire.times import week_part

RECORD_GONE: Final = "left before, and its record is gone"
ELSEWHERE: Final = 3  # beside FINE, COARSE and WITHHELD: it left with other dates
_DIGEST: Final = 16  # bytes of a reference's hash
HELD_COVER: Final = 5  # beside HELD, what is kept of rows that wait: that they are cover
_AT_ONCE: Final = 1 << 16  # rows
_WAS_HELD: Final = "protected when it was held"


_RECORD: Final = ("ref", "nth")


def _no_records() -> pl.DataFrame:
    return _nothing_held().select(_RECORD)


def _nothing_held() -> pl.DataFrame:
    names = {"ref": pl.Binary, "nth": pl.UInt32, "covered": pl.String, "state": pl.Int8}
    return pl.DataFrame(schema=names)


@dataclass(frozen=True, slots=True, repr=False)
class EarlierRelease:
    """What ever left of a dataset's quarter, by the hash of each record's reference.

    Attributes:
        rows: `ref`; `nth` of the records with that reference; `covered`, the dates with which it
            left; `state`, FINE or COARSE; and the columns as they left.
        inside: Of those dates, the ones that the submission covers that is made ready.
        elsewhere: `ref` and `nth` of what left with other dates or in another quarter.
        held: `ref`, `nth`, `covered` and `state`, HELD or HELD_COVER, of what waits in the quarter.
        ended: `ref` and `nth` of those of `rows` that were not in what was sent last.
        once_elsewhere: The same of what left finely with other dates, and was not in what was sent
            last with those.
    """

    rows: pl.DataFrame
    inside: tuple[str, ...]
    elsewhere: pl.DataFrame
    held: pl.DataFrame = field(default_factory=_nothing_held)
    ended: pl.DataFrame = field(default_factory=_no_records)
    once_elsewhere: pl.DataFrame = field(default_factory=_no_records)

    @property
    def replaced(self) -> pl.DataFrame:
        """What left with the dates that are covered now."""
        return self.rows.filter(pl.col("covered").is_in(self.inside))

    @property
    def waiting(self) -> pl.DataFrame:
        """What was held of the dates that are covered now."""
        return self.held.filter(pl.col("covered").is_in(self.inside))


def hash_references(references: pl.Series, key: bytes) -> pl.DataFrame:
    """Return `ref`, the keyed hash of each reference, and `nth` of those that are the same."""
    start = hashlib.blake2b(key=key, digest_size=_DIGEST).copy

    def digest(reference: bytes) -> bytes:
        hashed = start()
        hashed.update(reference)
        return hashed.digest()

    def digests(texts: pl.Series) -> pl.Series:
        hashes = [None if r is None else digest(r) for r in texts.cast(pl.Binary).to_list()]
        return pl.Series("ref", hashes, dtype=pl.Binary)

    # Some at a time: while a long column becomes a list, nothing else of the process runs.
    starts = range(0, max(references.len(), 1), _AT_ONCE)
    refs = pl.concat([digests(references.slice(n, _AT_ONCE)) for n in starts]).to_frame()
    if refs["ref"].hash().n_unique() == refs.height:  # none is repeated, which is quick to see
        return refs.with_columns(nth=pl.lit(0, dtype=pl.UInt32))
    return refs.with_columns(nth=pl.int_range(pl.len(), dtype=pl.UInt32).over("ref"))


def compare_with_earlier(
    treated: pl.DataFrame, earlier: EarlierRelease
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Say which rows are new, which left coarse or are protected now, and which left elsewhere.

    Args:
        treated: With `_ref` and `_nth`.

    Returns:
        For each row: it is new; it leaves word for word as it left; it left with other dates.
    """
    rows = treated.select(ref="_ref", nth="_nth")
    states = earlier.replaced.select(*_RECORD, "state")
    known = rows.join(states, on=_RECORD, how="left", maintain_order="left")["state"]
    protected = treated["_protects"] != OPEN
    moved = _is_among(rows, earlier.elsewhere) & (known.is_null() | _is_among(rows, earlier.ended))
    # If a marker came with the new date, the row would be missed in one place, and coarse in the
    # other. It is left out, as records are that were deleted.
    moved |= _is_among(rows, earlier.once_elsewhere) & known.is_null() & protected
    frozen = ((known == COARSE) | ((known == FINE) & protected)).fill_null(value=False) & ~moved
    return known.is_null() & ~moved, frozen, moved


def _is_among(rows: pl.DataFrame, records: pl.DataFrame) -> pl.Series:
    marked = records.select(_RECORD).unique().with_columns(among=pl.lit(value=True))
    joined = rows.join(marked, on=_RECORD, how="left", maintain_order="left")
    return joined["among"].fill_null(value=False)


def waiting_states(treated: pl.DataFrame, earlier: EarlierRelease) -> pl.Series:
    """Return HELD or HELD_COVER of the rows that were held before; null of the others."""
    rows = treated.select(ref="_ref", nth="_nth")
    states = earlier.waiting.select("ref", "nth", "state")
    return rows.join(states, on=["ref", "nth"], how="left", maintain_order="left")["state"]


def keep_protected(treated: pl.DataFrame, earlier: EarlierRelease) -> pl.DataFrame:
    """Return rows of which those that were held as protected are so, whatever the source says."""
    freed = (waiting_states(treated, earlier) == HELD) & (treated["_protects"] == OPEN)
    if not freed.any():
        return treated
    freed = freed.fill_null(value=False)
    return treated.with_columns(
        _protects=pl.when(freed).then(pl.lit(SENSITIVE, dtype=pl.Int8)).otherwise("_protects"),
        _reason=pl.when(freed).then(pl.lit(_WAS_HELD)).otherwise("_reason"),
    )


def with_earlier_columns(
    treated: pl.DataFrame, earlier: EarlierRelease, dataset: Dataset
) -> pl.DataFrame:
    """Return rows with the columns that left of the same records before.

    What left finely in the first form did not say the part of the week; its day does.
    """
    names = released_columns(dataset)
    past = earlier.replaced.select("ref", "nth", "state", *names)
    rest = treated.drop(*names, "_state")
    joined = rest.join(
        past, left_on=["_ref", "_nth"], right_on=["ref", "nth"], how="left", maintain_order="left"
    )
    joined = joined.rename({"state": "_state"}).select(treated.columns)
    if "week_part" not in names:
        return joined
    stated = pl.when(pl.col("_state") == FINE).then(week_part(set(names))).otherwise("week_part")
    return joined.with_columns(week_part=stated)


def rows_no_longer_in_source(treated: pl.DataFrame, earlier: EarlierRelease) -> pl.DataFrame:
    """Return what left coarse of records that are in the source no more; it leaves again.

    Nothing does if no record of what was sent last is in the source.
    """
    last = earlier.replaced.join(earlier.ended, on=_RECORD, how="anti", maintain_order="left")
    source = treated.select(ref="_ref", nth="_nth")
    gone = last.join(source, on=_RECORD, how="anti", maintain_order="left")
    return gone.filter(pl.col("state") == COARSE, gone.height < last.height)
