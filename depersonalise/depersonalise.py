"""From checked rows to what may leave.

Keeps true: deny by default; the source's reference and its line stay here; every row that came in
leaves or is counted; rows leave in an order that says nothing of the source. Only `depersonalise`
makes a `Depersonalised`, and only from `Checked`.
"""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from depersonalise.corrections import waiting_rows, with_states
from depersonalise.identifiers import stop_at_identifiers
from depersonalise.policy import Domestic, Policy
from depersonalise.release.helper_columns import DECIDING
from depersonalise.release.order import OrderedRows, in_order
from depersonalise.release.release import COARSE, FINE, has_small_group
from depersonalise.treatment_counts import TreatmentCounts, counts_by, treatment_counts
from depersonalise.treatments import treated_rows
from schemas.checks.check import Checked
from schemas.codes.vocabularies import DOMESTIC
from schemas.datasets.dataset import Dataset
from schemas.datasets.shared_columns import RECORD_ID
from schemas.extract.row_counts import RowCounts
from schemas.quarters import Covered
from schemas.wire import wire_of
from schemas.wire.record_ids import derived_id, derived_ids
from schemas.wire.shared_table import check_shared
from schemas.wire.versions import NotAsDeclared

_KEY = object()


class Depersonalised:
    """The rows that leave. `origin` tells each record's line and reference, and stays here.

    Attributes:
        rows: As they stand in the version of the dataset's form that the partnership uses.
        salt: Of the payload that they leave in, from which their ids are derived.
        released_states: How each row left, by the hash of its reference (`release/batches.py`); it
            stays here too. `held_states` says the same of those that are held.
        personal: They are recorded domestic incidents, shared as personal data with the
            signatories of that clause: no finer than their dataset allows, and no coarser.
    """

    __slots__ = (
        "covered",
        "dataset",
        "held_states",
        "origin",
        "personal",
        "policy",
        "released_states",
        "rows",
        "salt",
        "treatment_counts",
    )

    def __init__(
        self,
        key: object,
        *,
        dataset: Dataset,
        covered: Covered,
        rows: pl.DataFrame,
        origin: pl.DataFrame,
        treatment_counts: TreatmentCounts,
        policy: Policy,
        released_states: pl.DataFrame | None,
        held_states: pl.DataFrame | None,
        salt: bytes,
    ) -> None:
        if key is not _KEY:
            raise TypeError("only depersonalise makes depersonalised rows")
        self.dataset = dataset
        self.covered = covered
        self.rows = rows
        self.origin = origin
        self.treatment_counts = treatment_counts
        self.policy = policy
        self.salt = salt
        self.personal = released_states is None
        self.released_states = pl.DataFrame() if released_states is None else released_states
        self.held_states = pl.DataFrame() if held_states is None else held_states

    @property
    def late(self) -> int:
        """How many late markers are published: a new number once it has grown by a smallest group.

        A number that grew by one would say that somebody was marked since the last submission.
        """
        grown = self.treatment_counts.late - self.policy.late_published
        return (
            self.treatment_counts.late
            if grown >= self.policy.smallest
            else self.policy.late_published
        )

    @property
    def ids(self) -> pl.Series:
        """The id of each row, which the first form stored before it."""
        if RECORD_ID in self.rows.columns:
            return self.rows[RECORD_ID]
        return derived_ids(self.salt, self.rows.height)

    def id_of(self, place: int) -> str:
        """Return the id of one row, without those of all others."""
        if RECORD_ID in self.rows.columns:
            return str(self.rows[RECORD_ID][place])
        return derived_id(self.salt, place)

    @property
    def version(self) -> int:
        """The version of the dataset's form that the rows are in."""
        return self.policy.version_of(self.dataset)


def depersonalise(
    checked: Checked,
    random: Callable[[int], bytes],
    policy: Policy | None = None,
    *,
    frees_rows: bool = False,
) -> Depersonalised:
    """Apply the treatments that the dataset declares.

    Recorded domestic incidents that are withheld, or shared as personal data, are left out of it
    and counted. They have cover all the same, because it is the fine rows that give them away.

    Args:
        random: Returns so many random bytes; `secrets.token_bytes` outside tests.
        frees_rows: The rows that were checked are dropped (`Checked.free_rows`) once they are read.

    Raises:
        IdentifiersFound: something that would leave looks like an identifier.
        ReferenceMissing: it is a correction, and a protected record has no reference.
        NotAsDeclared: what left before may not leave in the version that is used now.
    """
    policy, dataset = policy or Policy(), checked.dataset
    rows = treated_rows(checked, policy)
    if frees_rows:
        checked.free_rows()
    rows = with_states(rows, dataset, policy).drop(DECIDING)
    apart = rows["_reason"].is_in(DOMESTIC) & ~rows["_stays"]
    if policy.domestic is Domestic.GENERALISE:
        apart &= False
    leaving = ~apart & rows["_state"].is_in([FINE, COARSE])
    account, waiting = treatment_counts(checked.tally, rows, leaving, apart), waiting_rows(rows)
    rows = _rows_where(rows, leaving)
    ordered = in_order(rows, dataset, policy.version_of(dataset), random)
    account = replace(account, generalised=counts_by(ordered.rows, "generalised"))
    known = ordered.known
    memory = _rows_where(known, known["ref"].is_not_null() | (known["state"] == COARSE))
    return _prove(checked, ordered, account, policy, left=memory, waiting=waiting)


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
    treated = treated_rows(checked, policy)
    domestic = treated["_reason"].is_in(DOMESTIC)
    if not domestic.any():
        return None
    leaving = treated.filter(domestic).with_columns(_cover=pl.lit(value=False))
    reasons = counts_by(leaving, "_reason")
    ordered = in_order(leaving, dataset, policy.version_of(dataset), random, personal=True)
    rows = ordered.rows
    tally = RowCounts(rows.height, rows.height, {})
    account = TreatmentCounts(
        tally,
        counts_by(rows, "place_precision"),
        counts_by(rows, "generalised"),
        reasons,
    )
    return _prove(checked, ordered, account, policy)


def _prove(
    checked: Checked,
    ordered: OrderedRows,
    account: TreatmentCounts,
    policy: Policy,
    *,
    left: pl.DataFrame | None = None,
    waiting: pl.DataFrame | None = None,
) -> Depersonalised:
    """Look for identifiers, hold the rows to their dataset, and call them depersonalised."""
    personal, dataset, version = left is None, checked.dataset, policy.version_of(checked.dataset)
    rows, origin = ordered.rows, ordered.origin
    stop_at_identifiers(rows, origin)
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
        treatment_counts=account,
        policy=policy,
        released_states=left,
        held_states=waiting,
        salt=ordered.salt,
    )


def _check_alike(rows: pl.DataFrame, dataset: Dataset, policy: Policy) -> None:
    """Hold rows to what the receiver will hold them to: what is generalised is among enough alike.

    Raises:
        NotAsDeclared: it is not.
    """
    one_submission = pl.zeros(rows.height, dtype=pl.UInt32, eager=True)
    smallest = pl.repeat(policy.smallest, rows.height, dtype=pl.UInt32, eager=True)
    if has_small_group(rows, dataset, policy.version_of(dataset), one_submission, smallest):
        raise NotAsDeclared(f"generalised rows of which fewer than {policy.smallest} are alike")


def _rows_where(rows: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    return rows if chosen.all() else rows.filter(chosen)
