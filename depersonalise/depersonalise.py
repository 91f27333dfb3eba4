"""From checked rows to what may leave.

Keeps true: deny by default; the source's reference and its line stay here; every row that came in
leaves or is counted; rows leave in an order that says nothing of the source. Only `depersonalise`
makes a `Depersonalised`, and only from `Checked`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from depersonalise.grounds import with_squares, without_few_residents
from depersonalise.identifiers import holding_identifiers
from depersonalise.order import shuffled_and_sorted
from depersonalise.policy import Domestic, Policy
from depersonalise.sensitive import PLAIN, sensitivity
from depersonalise.small_groups import coarsen
from depersonalise.treatments import TREATMENTS
from schemas.checking import Checked
from schemas.column_types import GENERALISED, LSOA_EDITION
from schemas.dataset import Dataset, Place
from schemas.findings import Finding
from schemas.lines import LINE
from schemas.quarters import Covered
from schemas.rules import RULES
from schemas.shared import check_shared
from schemas.shared_columns import columns_of
from schemas.tally import Tally
from schemas.words import DOMESTIC

_KEY = object()
_OPEN: Final = ("category_scheme", "category_edition")  # leave as text: lists come every year
_SLICE: Final = 1_000_000  # record ids drawn at a time, to spare memory


@dataclass(frozen=True, slots=True)
class Account:
    """What depersonalising did, counted.

    Attributes:
        places: Rows by the precision of their place.
        generalised: Rows by the reason for which they left coarser ("" for those that did not).
        withheld: Rows that did not leave, because too few others were like them.
        domestics: Recorded domestic incidents that did not leave with the others.
        counted: Rows whose groups are counted; `coarsened`, those of them that left coarser
            because their group was small.
        new: Rows, among those counted, that stand in no earlier submission for the same dates; None
            where there is none to compare with.
    """

    tally: Tally
    places: dict[str, int]
    generalised: dict[str, int]
    withheld: int = 0
    domestics: int = 0
    counted: int = 0
    coarsened: int = 0
    new: int | None = None


class Depersonalised:
    """The rows that leave. `origin` tells each record's line and reference, and stays here.

    Attributes:
        personal: They are recorded domestic incidents, shared as personal data with the
            signatories of that clause: no finer than their dataset allows, and no coarser.
    """

    __slots__ = ("account", "covered", "dataset", "origin", "personal", "policy", "rows")

    def __init__(
        self,
        key: object,
        *,
        dataset: Dataset,
        covered: Covered,
        rows: pl.DataFrame,
        origin: pl.DataFrame,
        account: Account,
        policy: Policy,
        personal: bool = False,
    ) -> None:
        if key is not _KEY:
            raise TypeError("only depersonalise makes depersonalised rows")
        self.dataset = dataset
        self.covered = covered
        self.rows = rows
        self.origin = origin
        self.account = account
        self.policy = policy
        self.personal = personal

    def __repr__(self) -> str:
        return f"<Depersonalised {self.dataset.id} {self.covered}, {self.rows.height} rows>"


class IdentifiersFound(Exception):
    """Something that would leave looks like an identifier. Holds findings, never values."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("identifiers in what would leave")
        self.findings = findings


def depersonalise(
    checked: Checked, random: Callable[[int], bytes], policy: Policy | None = None
) -> Depersonalised:
    """Apply the treatments that the dataset declares.

    Recorded domestic incidents that are withheld, or shared as personal data, are left out of it
    and counted.

    Args:
        random: Returns so many random bytes; `secrets.token_bytes` outside tests.

    Raises:
        IdentifiersFound: something that would leave looks like an identifier.
    """
    policy, dataset = policy or Policy(), checked.dataset
    treated = _treated(checked, random, policy)
    leaving = pl.repeat(value=True, n=treated.height, eager=True)
    if policy.domestic is not Domestic.GENERALISE:
        leaving = ~treated["generalised"].is_in(DOMESTIC)
    domestics = treated.height - int(leaving.sum())
    treated, origin = _some(treated, leaving), _some(_origin(checked, treated), leaving)
    treated = coarsen(treated, dataset, policy.smallest, policy.earlier)
    marked = {n: int(treated[n].sum()) for n in ("_withheld", "_counted", "_changed", "_new")}
    leaving = ~treated["_withheld"]
    rows, origin = _some(treated.select(columns_of(dataset)), leaving), _some(origin, leaving)
    order = shuffled_and_sorted(rows, random)
    rows, origin = rows[order], origin[order]
    account = Account(
        checked.tally,
        _counts(rows, "place_precision"),
        _counts(rows, "generalised"),
        marked["_withheld"],
        domestics,
        marked["_counted"],
        marked["_changed"],
        marked["_new"] if policy.earlier else None,
    )
    return _proved(checked, rows, origin, account, policy, personal=False)


def as_personal(
    checked: Checked, random: Callable[[int], bytes], policy: Policy
) -> Depersonalised | None:
    """Return the recorded domestic incidents alone, as personal data; None if there is none.

    They leave as finely as other rows of their dataset. Which place that is, the locks decide as
    ever: of an ambulance callout, the outward code.

    Raises:
        IdentifiersFound: something that would leave looks like an identifier.
    """
    dataset = checked.dataset
    treated = _treated(checked, random, policy, personal=True)
    domestic = treated["generalised"].is_in(DOMESTIC)
    if not domestic.any():
        return None
    rows = treated.select(columns_of(dataset)).filter(domestic)
    origin = _origin(checked, treated).filter(domestic)
    order = shuffled_and_sorted(rows, random)
    rows, origin = rows[order], origin[order]
    tally = Tally(rows.height, rows.height, {})
    account = Account(tally, _counts(rows, "place_precision"), _counts(rows, "generalised"))
    return _proved(checked, rows, origin, account, policy, personal=True)


def _proved(
    checked: Checked,
    rows: pl.DataFrame,
    origin: pl.DataFrame,
    account: Account,
    policy: Policy,
    *,
    personal: bool,
) -> Depersonalised:
    """Look for identifiers, hold the rows to their dataset, and call them depersonalised."""
    _stop_at_identifiers(rows, origin)
    check_shared(rows, checked.dataset, fresh_ids=True, personal=personal)
    return Depersonalised(
        _KEY,
        dataset=checked.dataset,
        covered=checked.covered,
        rows=rows,
        origin=origin,
        account=account,
        policy=policy,
        personal=personal,
    )


def _treated(
    checked: Checked, random: Callable[[int], bytes], policy: Policy, *, personal: bool = False
) -> pl.DataFrame:
    """Return the columns that leave, every row treated, with what small groups need beside them."""
    dataset = checked.dataset
    treats = {f.treat for f in dataset.fields.values()}
    strict = policy.of(dataset)
    columns = [
        e for treat, treatment in TREATMENTS.items() if treat in treats for e in treatment(strict)
    ]
    if dataset.place is Place.LSOA and strict.place is not Place.LSOA:
        columns.append(pl.lit("", dtype=LSOA_EDITION).alias("lsoa_edition"))
    rows = without_few_residents(checked.rows, policy.directory)
    rows = with_squares(rows, policy.squares(strict))
    ids = _record_ids(rows.height, random)
    helpers = {"_klass": "klass", "_outward": "postcode"}
    marked = sensitivity(dataset, published=checked.published)
    frame = rows.lazy().with_columns(marked)
    if personal:
        level = pl.when(pl.col("generalised").is_in(DOMESTIC)).then(PLAIN).otherwise("_level")
        frame = frame.with_columns(level.alias("_level"))
    few = pl.col("_few") & (pl.col("place_precision") == "district") & (pl.col("generalised") == "")
    why = pl.when(few).then(pl.lit("few residents", dtype=GENERALISED)).otherwise("generalised")
    return (
        frame.select(*columns, "area", "area_basis", "generalised", "_few", **helpers)
        .with_columns(ids, why.alias("generalised") if "place" in columns_of(dataset) else ids)
        .select(*columns_of(dataset), *helpers)
        .cast({name: pl.String for name in _OPEN if name in columns_of(dataset)})
        .collect()
    )


def _origin(checked: Checked, treated: pl.DataFrame) -> pl.DataFrame:
    """Return the line and the reference of each record."""
    return checked.rows.select(treated["record_id"], pl.col(LINE).alias("line"), "reference")


def _some(rows: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    return rows if chosen.all() else rows.filter(chosen)


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
    for name in ("category", "reason_2", "reason_3", "place"):
        if name not in rows.columns:
            continue
        for (kind,), held in holding_identifiers(rows[name], coded=True).group_by("kind"):
            lines = origin["line"].filter(rows[name].is_in(held["value"].implode()))
            finding = Finding.at(RULES["identifier-found"], name, lines)
            found.append(replace(finding, detail=f"it looks like {kind}"))
    if found:
        raise IdentifiersFound(found)


def _counts(rows: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(rows[name].value_counts(sort=True).iter_rows())
