"""From checked rows to what may leave.

Keeps true: deny by default; the source's reference and its line stay here; every row that came in
leaves or is counted; rows leave in an order that says nothing of the source. Only `depersonalise`
makes a `Depersonalised`, and only from `Checked`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from depersonalise.identifiers import holding_identifiers
from depersonalise.places.population import with_squares, without_few_residents
from depersonalise.policy import Domestic, Policy
from depersonalise.release.batches import (
    HELD_COVER,
    Earlier,
    as_they_left,
    gone,
    hashed,
    split,
    still_protected,
    waits,
)
from depersonalise.release.order import shuffled_and_sorted
from depersonalise.release.release import COARSE, FINE, HELD, WITHHELD, held, released, too_few
from depersonalise.release.sensitivity import OPEN, SENSITIVE, protection
from depersonalise.treatments import TREATMENTS
from schemas.checks.check import Checked
from schemas.codes.vocabularies import DOMESTIC
from schemas.datasets.column_types import GENERALISED, LSOA_EDITION, WEEK_PART
from schemas.datasets.dataset import Dataset, Place
from schemas.datasets.shared_columns import RECORD_ID, released_columns
from schemas.extract.line_numbers import LINE
from schemas.extract.row_counts import RowCounts
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from schemas.quarters import Covered
from schemas.wire import wire_of
from schemas.wire.record_ids import derived_ids
from schemas.wire.shared_table import NotAsDeclared, as_version, check_shared, week_part

_KEY = object()
_OPEN: Final = ("category_scheme", "category_edition")  # leave as text: lists come every year
_FEW_RESIDENTS: Final = "few residents"
_RECORD_GONE: Final = "left before, and its record is gone"
ELSEWHERE: Final = 3  # beside FINE, COARSE and WITHHELD: it left with other dates
_ORIGIN: Final = {
    "line": pl.col("_line"),
    "reference": pl.col("_reference"),
    "why": pl.col("_reason"),
    "cover": pl.col("_cover"),
}
SALT: Final = 32  # bytes, so that the hash of a small table gives nothing of it away
_ORDER: Final = 8  # bytes of what cover is taken by
_SLICE: Final = 1_000_000  # record ids drawn at a time, to spare memory


@dataclass(frozen=True, slots=True)
class TreatmentCounts:
    """What depersonalising did, counted.

    Attributes:
        places: Rows by the precision of their place.
        generalised: Rows by what they say of themselves ("" for those that left finely).
        reasons: Rows by why they are protected, or left with a coarser place. It stays here.
        withheld: Rows that did not leave, because too few others were like them, cover among them.
        domestics: Recorded domestic incidents that did not leave with the others.
        elsewhere: Rows whose record left before with other dates, and stays there.
        late: Rows that left finely before, are protected now, and stay as they left.
        gone: Coarse rows that left before and stay, though their record is gone.
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


class Depersonalised:
    """The rows that leave. `origin` tells each record's line and reference, and stays here.

    Attributes:
        rows: As they stand in the version of the dataset's form that the partnership uses.
        salt: Of the payload that they leave in, from which their ids are derived.
        left: How each row left, by the hash of its reference (`release/batches.py`); it stays here
            too. `waiting` says the same of those that are held.
        personal: They are recorded domestic incidents, shared as personal data with the
            signatories of that clause: no finer than their dataset allows, and no coarser.
    """

    __slots__ = (
        "account",
        "covered",
        "dataset",
        "left",
        "origin",
        "personal",
        "policy",
        "rows",
        "salt",
        "waiting",
    )

    def __init__(
        self,
        key: object,
        *,
        dataset: Dataset,
        covered: Covered,
        rows: pl.DataFrame,
        origin: pl.DataFrame,
        account: TreatmentCounts,
        policy: Policy,
        left: pl.DataFrame | None,
        waiting: pl.DataFrame | None,
        salt: bytes,
    ) -> None:
        if key is not _KEY:
            raise TypeError("only depersonalise makes depersonalised rows")
        self.dataset = dataset
        self.covered = covered
        self.rows = rows
        self.origin = origin
        self.account = account
        self.policy = policy
        self.salt = salt
        self.personal = left is None
        self.left = pl.DataFrame() if left is None else left
        self.waiting = pl.DataFrame() if waiting is None else waiting

    @property
    def late(self) -> int:
        """How many late markers are published: a new number once it has grown by a smallest group.

        A number that grew by one would say that somebody was marked since the last submission.
        """
        grown = self.account.late - self.policy.late
        return self.account.late if grown >= self.policy.smallest else self.policy.late

    @property
    def ids(self) -> pl.Series:
        """The id of each row, which the first form stored before it."""
        if RECORD_ID in self.rows.columns:
            return self.rows[RECORD_ID]
        return derived_ids(self.salt, self.rows.height)

    @property
    def version(self) -> int:
        """The version of the dataset's form that the rows are in."""
        return self.policy.version_of(self.dataset)

    def __repr__(self) -> str:
        return f"<Depersonalised {self.dataset.id} {self.covered}, {self.rows.height} rows>"


class ReferenceMissing(Exception):
    """Without its reference a protected record can't be told from those that left before."""


class IdentifiersFound(Exception):
    """Something that would leave looks like an identifier. Holds findings, never values."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("identifiers in what would be shared")
        self.findings = findings


def depersonalise(
    checked: Checked, random: Callable[[int], bytes], policy: Policy | None = None
) -> Depersonalised:
    """Apply the treatments that the dataset declares.

    Recorded domestic incidents that are withheld, or shared as personal data, are left out of it
    and counted. They have cover all the same, because it is the fine rows that give them away.

    Args:
        random: Returns so many random bytes; `secrets.token_bytes` outside tests.

    Raises:
        IdentifiersFound: something that would leave looks like an identifier.
        ReferenceMissing: it is a correction, and a protected record has no reference.
        NotAsDeclared: what left before may not leave in the version that is used now.
    """
    policy, dataset = policy or Policy(), checked.dataset
    done = _done(_treated(checked, policy), dataset, policy)
    apart = done["_reason"].is_in(DOMESTIC) & ~done["_stays"]
    if policy.domestic is Domestic.GENERALISE:
        apart &= False
    leaving = ~apart & done["_state"].is_in([FINE, COARSE])
    ordered = _in_order(_some(done, leaving), dataset, policy, random)
    account = _account(checked.tally, done, leaving, apart, ordered.rows)
    kept = leaving & (done["_ref"].is_not_null() | (done["_state"] == COARSE))
    left, waiting = _some(_known_by(done, dataset), kept), _waiting(done)
    del done  # to spare memory
    return _proved(checked, ordered, account, policy, left=left, waiting=waiting)


def _done(treated: pl.DataFrame, dataset: Dataset, policy: Policy) -> pl.DataFrame:
    """Decide how each row leaves: as it left before, or protected among all that are new.

    Raises:
        ReferenceMissing: a record that is protected can't be told from those that left before.
    """
    earlier = policy.earlier
    if earlier is None:
        return _protected(treated, dataset, policy).with_columns(_stays=pl.lit(value=False))
    treated = still_protected(treated, earlier)
    new, frozen, moved = split(treated, earlier)
    _check_references(treated.filter(new), earlier)
    batch = _protected(treated.filter(new), dataset, policy)
    rest = treated.filter(~new).with_columns(
        _state=pl.lit(FINE, dtype=pl.Int8), _cover=pl.lit(value=False)
    )
    moved, frozen = moved.filter(~new), frozen.filter(~new)
    corrected = pl.concat([batch, rest.filter(~moved & ~frozen)], how="diagonal_relaxed")
    stays = [
        rest.filter(moved).with_columns(_state=pl.lit(ELSEWHERE, dtype=pl.Int8)),
        as_they_left(rest.filter(frozen), earlier, dataset),
        _gone(treated, earlier, dataset),
    ]
    # `_stays`: it is as it was sent before, whatever was chosen for domestic incidents since.
    return pl.concat(
        [
            corrected.with_columns(_stays=pl.lit(value=False)),
            *(some.with_columns(_stays=pl.lit(value=True)) for some in stays),
        ],
        how="diagonal_relaxed",
    )


def _protected(rows: pl.DataFrame, dataset: Dataset, policy: Policy) -> pl.DataFrame:
    """Decide how rows leave that never left: protected among themselves, or held.

    Raises:
        ReferenceMissing: some are held, and could not be told from others when they may leave.
    """
    if policy.holds:
        done = _held(rows, dataset, policy)
        if (done["_state"] == HELD).any() and done["_ref"].is_null().any():
            raise ReferenceMissing
        return done
    return released(
        rows,
        dataset,
        policy.smallest,
        version=policy.version_of(dataset),
        covered=policy.cover,
    )


def _held(rows: pl.DataFrame, dataset: Dataset, policy: Policy) -> pl.DataFrame:
    """Hold protected rows and their cover; what was held before waits on."""
    if policy.earlier is None:
        return held(rows, dataset, covered=policy.cover)
    states = waits(rows, policy.earlier)
    known = states.is_not_null()
    batch = held(rows.filter(~known), dataset, covered=policy.cover)
    before = rows.filter(known).with_columns(
        _state=pl.lit(HELD, dtype=pl.Int8),
        _cover=(states.filter(known) == HELD_COVER) & (rows.filter(known)["_protects"] == OPEN),
    )
    return pl.concat([batch, before])


def _waiting(done: pl.DataFrame) -> pl.DataFrame:
    """Return what is held, by the hash of its reference, and whether it is cover."""
    state = pl.when("_cover").then(pl.lit(HELD_COVER)).otherwise("_state").cast(pl.Int8)
    waiting = done.filter(pl.col("_state") == HELD)
    return waiting.select(ref="_ref", nth="_nth", state=state)


def _check_references(new: pl.DataFrame, earlier: Earlier) -> None:
    if earlier.replaced.is_empty():
        return
    unknown = new["_ref"].is_null() & (new["_protects"] != OPEN)
    coarse = earlier.replaced.filter(pl.col("ref").is_null())
    if unknown.any() or not coarse.is_empty():
        raise ReferenceMissing


def _gone(treated: pl.DataFrame, earlier: Earlier, dataset: Dataset) -> pl.DataFrame:
    """Return coarse rows that left before and whose record is gone, as rows that leave."""
    rows = gone(treated, earlier)
    return rows.select(
        *released_columns(dataset),
        pl.col("ref").alias("_ref"),
        pl.col("nth").alias("_nth"),
        pl.col("state").alias("_state"),
        _cover=pl.lit(value=False),
        _protects=pl.lit(SENSITIVE, dtype=pl.Int8),
        _reason=pl.lit(_RECORD_GONE),
    )


def _known_by(done: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Return how rows leave, by the hash of their reference."""
    names = released_columns(dataset)
    return done.select(
        pl.col("_ref").alias("ref"),
        pl.col("_nth").alias("nth"),
        pl.col("_state").alias("state"),
        *names,
    )


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Rows in the order in which they leave, and where each came from."""

    rows: pl.DataFrame
    origin: pl.DataFrame
    salt: bytes

    def __repr__(self) -> str:
        return f"<{self.rows.height} rows in order>"


def _in_order(
    left: pl.DataFrame,
    dataset: Dataset,
    policy: Policy,
    random: Callable[[int], bytes],
    *,
    personal: bool = False,
) -> _Ordered:
    """Return the rows that leave in the version that is used, in the order in which they may leave.

    Raises:
        NotAsDeclared: that version has no word for what they say.
    """
    version, salt = policy.version_of(dataset), random(SALT)
    second = dataset.is_second(version)
    rows = as_version(left.select(released_columns(dataset)), dataset, version)
    if personal and not second:  # the first form said what marks them
        rows = rows.with_columns(generalised=left["_reason"].cast(rows.schema["generalised"]))
    order = shuffled_and_sorted(rows, random)
    rows = rows[order]
    if not second:
        rows = rows.insert_column(0, _record_ids(rows.height, random))
    return _Ordered(rows, left.select(**_ORIGIN)[order], salt)


def _account(
    tally: RowCounts,
    done: pl.DataFrame,
    leaving: pl.Series,
    apart: pl.Series,
    rows: pl.DataFrame,
) -> TreatmentCounts:
    """Count what became of the rows that were checked; `rows` are those that leave."""
    names = ("place_precision", "_reason", "_protects", "_state", "_cover")
    left = _some(done.select(names), leaving)
    coarse = left.filter(pl.col("_state") == COARSE)
    protected = coarse["_protects"] != OPEN
    return TreatmentCounts(
        tally,
        _counts(left, "place_precision"),
        _counts(rows, "generalised"),
        _counts(left.filter(pl.col("_reason") != ""), "_reason"),
        int(((done["_state"] == WITHHELD) & ~apart).sum()),
        int(apart.sum()),
        int(protected.sum()),
        int((protected & (coarse["place_precision"] == "district")).sum()),
        int(left["_cover"].sum()),
        int((done["_state"] == ELSEWHERE).sum()),
        int(((left["_state"] == FINE) & (left["_protects"] != OPEN)).sum()),
        int((left["_reason"] == _RECORD_GONE).sum()),
        int(((done["_state"] == HELD) & ~apart).sum()),
    )


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
    treated = _treated(checked, policy)
    domestic = treated["_reason"].is_in(DOMESTIC)
    if not domestic.any():
        return None
    left = treated.filter(domestic).with_columns(_cover=pl.lit(value=False))
    ordered = _in_order(left, dataset, policy, random, personal=True)
    rows = ordered.rows
    tally = RowCounts(rows.height, rows.height, {})
    account = TreatmentCounts(
        tally,
        _counts(rows, "place_precision"),
        _counts(rows, "generalised"),
        _counts(left, "_reason"),
    )
    return _proved(checked, ordered, account, policy)


def _proved(
    checked: Checked,
    ordered: _Ordered,
    account: TreatmentCounts,
    policy: Policy,
    *,
    left: pl.DataFrame | None = None,
    waiting: pl.DataFrame | None = None,
) -> Depersonalised:
    """Look for identifiers, hold the rows to their dataset, and call them depersonalised."""
    personal, dataset, version = left is None, checked.dataset, policy.version_of(checked.dataset)
    rows, origin = ordered.rows, ordered.origin
    _stop_at_identifiers(rows, origin)
    released = rows.select(wire_of(dataset, version).names)
    check_shared(released, dataset, version=version, fresh_ids=True, personal=personal)
    if dataset.is_second(version) and not personal:
        _check_alike(released, dataset, policy)
    return Depersonalised(
        _KEY,
        dataset=checked.dataset,
        covered=checked.covered,
        rows=rows,
        origin=origin,
        account=account,
        policy=policy,
        left=left,
        waiting=waiting,
        salt=ordered.salt,
    )


def _check_alike(rows: pl.DataFrame, dataset: Dataset, policy: Policy) -> None:
    """Hold rows to what the receiver will hold them to: what is generalised is among enough alike.

    Raises:
        NotAsDeclared: it is not.
    """
    of = pl.zeros(rows.height, dtype=pl.UInt32, eager=True)
    smallest = pl.repeat(policy.smallest, rows.height, dtype=pl.UInt32, eager=True)
    if too_few(rows, dataset, policy.version_of(dataset), of, smallest):
        raise NotAsDeclared(f"generalised rows of which fewer than {policy.smallest} are alike")


def _treated(checked: Checked, policy: Policy) -> pl.DataFrame:
    """Return each row as it would leave if it were not protected, with what protecting it needs."""
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
    names = released_columns(dataset)
    marks = ("_protects", "_reason", "_few")
    helpers = {
        "_line": LINE,
        "_reference": "reference",
        "_klass": "klass",
        "_outward": "postcode",
        "_dwelling": "dwelling",
        "_nature": "nature",
    }
    few = pl.col("_few") & (pl.col("place_precision") == "district") & (pl.col("_reason") == "")
    reason = pl.when(few).then(pl.lit(_FEW_RESIDENTS)).otherwise("_reason")
    return (
        rows.lazy()
        .with_columns(protection(dataset, published=checked.published))
        .select(*columns, "area", "area_basis", *marks, **helpers)
        .with_columns(
            pl.lit("", dtype=GENERALISED).alias("generalised"),
            reason.alias("_reason") if "place" in names else pl.col("_reason"),
            week_part(set(names))
            if "week_part" in names
            else pl.lit("", dtype=WEEK_PART).alias("week_part"),
        )
        .with_columns(hashed(checked.rows["reference"], policy.key).get_columns())
        .rename({"ref": "_ref", "nth": "_nth"})
        .with_columns(_order=_cover_order())
        .select(*names, "_protects", "_reason", "_ref", "_nth", "_order", *helpers)
        .cast({name: pl.String for name in _OPEN if name in names})
        .collect()
    )


def _cover_order() -> pl.Expr:
    """Return the number by which the first of equal rows is cover: the same record in each run.

    It is the beginning of the hash of its reference, or of its line in words where it has none.
    """
    line = pl.col("_line").cast(pl.String).str.pad_end(_ORDER, "\0").cast(pl.Binary)
    start = pl.coalesce("_ref", line).bin.slice(0, _ORDER)
    return start.bin.reinterpret(dtype=pl.UInt64, endianness="big")


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
        for (kind,), some in holding_identifiers(rows[name], coded=True).group_by("kind"):
            lines = origin["line"].filter(rows[name].is_in(some["value"].implode()))
            finding = Finding.at(RULES["identifier-found"], name, lines)
            found.append(replace(finding, detail=f"it looks like {kind}"))
    if found:
        raise IdentifiersFound(found)


def _counts(rows: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(rows[name].value_counts(sort=True).iter_rows())
