"""What depersonalising did, counted: for the sender's account, never for partners.

Leaves to others: how the counts are said (`exchange/submission/summary.py`).
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from depersonalise.release.batches import (
    ELSEWHERE,
    RECORD_GONE,
)
from depersonalise.release.release import COARSE, FINE, HELD, WITHHELD
from depersonalise.release.sensitivity import OPEN
from schemas.extract.row_counts import RowCounts


@dataclass(frozen=True, slots=True)
class TreatmentCounts:
    """What depersonalising did, counted.

    Attributes:
        places: Rows by the precision of their place.
        generalised: Rows by what is recorded about them ("" for those that were shared in full
            detail).
        reasons: Rows by why they are protected, or left with a coarser place. It stays here.
        withheld: Rows that were not shared, because too few others were like them, cover among
            them.
        domestics: Recorded domestic incidents that were not shared with the others.
        elsewhere: Rows whose record left before with other dates, and stays there.
        late: Rows that were shared in full detail before, are protected now, and stay as they were
            shared.
        gone: Coarse rows that were shared before and stay, though their record is gone.
        held: Protected rows and cover that wait until the quarter is complete.
        protected: Protected rows that left; `by_district`, those of them that left by no finer
            place.
        cover: Rows that are not protected and left as coarsely as one that is.
    """

    tally: RowCounts
    places: dict[str, int]
    generalised: dict[str, int]
    reasons: dict[str, int]
    withheld: int = 0
    domestics: int = 0
    protected: int = 0
    by_district: int = 0
    cover: int = 0
    elsewhere: int = 0
    late: int = 0
    gone: int = 0
    held: int = 0


def treatment_counts(
    tally: RowCounts,
    treated: pl.DataFrame,
    leaving: pl.Series,
    apart: pl.Series,
) -> TreatmentCounts:
    """Count what became of the rows that were checked, but for the words that they leave with."""
    names = ("place_precision", "_reason", "_protects", "_state", "_cover")
    leaving_rows = treated.select(names).filter(leaving)
    coarse = leaving_rows.filter(pl.col("_state") == COARSE)
    protected = coarse["_protects"] != OPEN
    return TreatmentCounts(
        tally,
        counts_by(leaving_rows, "place_precision"),
        {},
        counts_by(leaving_rows.filter(pl.col("_reason") != ""), "_reason"),
        int(((treated["_state"] == WITHHELD) & ~apart).sum()),
        int(apart.sum()),
        int(protected.sum()),
        int((protected & (coarse["place_precision"] == "district")).sum()),
        int(leaving_rows["_cover"].sum()),
        int((treated["_state"] == ELSEWHERE).sum()),
        int(((leaving_rows["_state"] == FINE) & (leaving_rows["_protects"] != OPEN)).sum()),
        int((leaving_rows["_reason"] == RECORD_GONE).sum()),
        int(((treated["_state"] == HELD) & ~apart).sum()),
    )


def counts_by(rows: pl.DataFrame, name: str) -> dict[str, int]:
    """Count rows by the values of a column, the most frequent first."""
    return dict(rows[name].value_counts(sort=True).iter_rows())


def total_counts(tally: RowCounts, accounts: Sequence[TreatmentCounts]) -> TreatmentCounts:
    """Return several accounts as one."""

    def every(name: str) -> dict[str, int]:
        counts = (Counter(getattr(account, name)) for account in accounts)
        return dict(sum(counts, Counter[str]()).most_common())

    summed = [f.name for f in dataclasses.fields(TreatmentCounts) if f.default == 0]
    return TreatmentCounts(
        tally,
        every("places"),
        every("generalised"),
        every("reasons"),
        *(sum(getattr(account, name) for account in accounts) for name in summed),
    )
