"""From checked rows to what may leave.

Keeps true: deny by default; the source's reference and its line stay here; every row that came in
leaves or is counted. Only `depersonalise` makes a `Depersonalised`, and only from `Checked`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from depersonalise.identifiers import holding_identifiers
from depersonalise.sensitive import sensitivity
from depersonalise.small_groups import coarsen
from depersonalise.treatments import TREATMENTS
from schemas.checking import Checked
from schemas.dataset import Dataset
from schemas.findings import Finding
from schemas.lines import LINE
from schemas.quarters import Covered
from schemas.rules import RULES
from schemas.shared import check_shared, columns_of
from schemas.tally import Tally

_KEY = object()
_SLICE: Final = 1_000_000  # record ids drawn at a time, to spare memory


@dataclass(frozen=True, slots=True)
class Account:
    """What depersonalising did, counted: rows by the precision of their place, and by the reason
    for which they left coarser ("" for those that did not); and how many did not leave at all,
    because too few others were like them.
    """

    tally: Tally
    places: dict[str, int]
    generalised: dict[str, int]
    withheld: int = 0


class Depersonalised:
    """The rows that leave. `origin` tells each record's line and reference, and stays here."""

    __slots__ = ("account", "covered", "dataset", "origin", "rows")

    def __init__(
        self,
        key: object,
        *,
        dataset: Dataset,
        covered: Covered,
        rows: pl.DataFrame,
        origin: pl.DataFrame,
        account: Account,
    ) -> None:
        if key is not _KEY:
            raise TypeError("only depersonalise makes depersonalised rows")
        self.dataset = dataset
        self.covered = covered
        self.rows = rows
        self.origin = origin
        self.account = account

    def __repr__(self) -> str:
        return f"<Depersonalised {self.dataset.id} {self.covered}, {self.rows.height} rows>"


class IdentifiersFound(Exception):
    """Something that would leave looks like an identifier. Holds findings, never values."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("identifiers in what would leave")
        self.findings = findings


def depersonalise(checked: Checked, random: Callable[[int], bytes]) -> Depersonalised:
    """Apply the treatments that the dataset declares.

    Args:
        random: Returns so many random bytes; `secrets.token_bytes` outside tests.

    Raises:
        IdentifiersFound: something that would leave looks like an identifier.
    """
    dataset = checked.dataset
    treats = {f.treat for f in dataset.fields.values()}
    columns = [
        e for treat, treatment in TREATMENTS.items() if treat in treats for e in treatment(dataset)
    ]
    ids = _record_ids(checked.rows.height, random)
    helpers = {"_klass": "klass", "_outward": "postcode"}
    treated = (
        checked.rows.lazy()
        .with_columns(sensitivity(dataset, published=checked.published))
        .select(*columns, "area", "area_basis", "generalised", **helpers)
        .with_columns(ids)
        .select(*columns_of(dataset), *helpers)
        .collect()
    )
    treated = coarsen(treated, dataset)
    origin = checked.rows.select(ids, pl.col(LINE).alias("line"), "reference")
    rows = treated.select(columns_of(dataset))
    if treated["_withheld"].any():
        leaving = ~treated["_withheld"]
        rows, origin = rows.filter(leaving), origin.filter(leaving)
    _stop_at_identifiers(rows, origin)
    check_shared(rows, dataset, fresh_ids=True)
    account = Account(
        checked.tally,
        _counts(rows, "place_precision"),
        _counts(rows, "generalised"),
        treated.height - rows.height,
    )
    return Depersonalised(
        _KEY,
        dataset=dataset,
        covered=checked.covered,
        rows=rows,
        origin=origin,
        account=account,
    )


def _record_ids(count: int, random: Callable[[int], bytes]) -> pl.Series:
    """Return a random 128-bit number for each row, as 32 hexadecimal digits."""
    parts = [pl.Series("record_id", [], dtype=pl.String)]
    for start in range(0, count, _SLICE):
        digits = random(16 * min(_SLICE, count - start)).hex("\n", 16).encode()
        read = pl.read_csv(digits, has_header=False, infer_schema=False, new_columns=["record_id"])
        parts.append(read["record_id"])
    return pl.concat(parts)


def _stop_at_identifiers(rows: pl.DataFrame, origin: pl.DataFrame) -> None:
    found = []
    for name in ("category", "place"):
        values = holding_identifiers(rows[name]) if name in rows.columns else None
        if values is not None and len(values):
            lines = origin["line"].filter(rows[name].is_in(values.implode()))
            found.append(Finding.at(RULES["identifier-found"], name, lines))
    if found:
        raise IdentifiersFound(found)


def _counts(rows: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(rows[name].value_counts(sort=True).iter_rows())
