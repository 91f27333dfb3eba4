"""What depersonalising did, in counts: for the sender alone, never for partners.

Leaves to others: the counts in words (`exchange/submission/summary.py`).
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from depersonalise.release.batches import ELSEWHERE, RECORD_GONE
from depersonalise.release.release import COARSE, FINE, HELD, WITHHELD
from depersonalise.release.sensitivity import OPEN
from schemas.extract.row_counts import RowCounts


@dataclass(frozen=True, slots=True)
class TreatmentCounts:
    """What depersonalising did, in counts.

    Attributes:
        tally: Rows in, rows checked, and rows left out.
        places: Shared rows by the precision of their place.
        generalised: Shared rows by their word for being generalised; "" for those in full detail.
        reasons: Shared rows by why they are protected, or have a coarser place. It stays here.
        withheld: Rows, cover among them, that were not shared because too few others were alike.
        domestics: Recorded domestic incidents that were not shared with the other rows.
        protected: Protected rows that were shared.
        by_district: Those of them whose place is the district.
        cover: Rows that are not protected, and were generalised like one that is.
        elsewhere: Rows whose record was shared before with other dates, and stays there.
        late: Rows that are protected now, and stay in full detail as they were shared before.
        gone: Generalised rows that were shared before and stay, though their record is gone.
        held: Protected rows and cover that wait until the quarter is complete.
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
    """Count what became of the checked rows. `generalised` is left empty."""
    names = ("place_precision", "_reason", "_protects", "_state", "_cover")
    shared = treated.select(names).filter(leaving)
    coarse = shared.filter(pl.col("_state") == COARSE)
    protected = coarse["_protects"] != OPEN
    return TreatmentCounts(
        tally,
        places=counts_by(shared, "place_precision"),
        generalised={},
        reasons=counts_by(shared.filter(pl.col("_reason") != ""), "_reason"),
        withheld=int(((treated["_state"] == WITHHELD) & ~apart).sum()),
        domestics=int(apart.sum()),
        protected=int(protected.sum()),
        by_district=int((protected & (coarse["place_precision"] == "district")).sum()),
        cover=int(shared["_cover"].sum()),
        elsewhere=int((treated["_state"] == ELSEWHERE).sum()),
        late=int(((shared["_state"] == FINE) & (shared["_protects"] != OPEN)).sum()),
        gone=int((shared["_reason"] == RECORD_GONE).sum()),
        held=int(((treated["_state"] == HELD) & ~apart).sum()),
    )


def counts_by(rows: pl.DataFrame, name: str) -> dict[str, int]:
    """Count rows by the values of a column, the most frequent first."""
    return dict(rows[name].value_counts(sort=True).iter_rows())


def total_counts(tally: RowCounts, parts: Sequence[TreatmentCounts]) -> TreatmentCounts:
    """Add up the counts of several parts of an extract, whose rows the tally counts."""
    totals: dict[str, Any] = {}
    for field in dataclasses.fields(TreatmentCounts)[1:]:
        values = [getattr(part, field.name) for part in parts]
        if field.default == 0:
            totals[field.name] = sum(values)
        else:
            totals[field.name] = dict(sum(map(Counter, values), Counter[str]()).most_common())
    return TreatmentCounts(tally, **totals)
