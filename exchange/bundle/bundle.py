"""Bundles: a depersonalised table as Parquet, encrypted by age for named keys, and opened again.

Opening does, in this order: (1) the size and hash of the encrypted file are those the statement
signs; (2) age opens it with the officer's key (while it is hashed, so that it is read once, and
nothing of what comes out is looked at before); (3) the hash of what comes out is the one signed;
(4) it is a Parquet table that is not too large to read, has as many rows as the statement's band
says, and states what the statement says; (5) it is what its dataset allowed in the version
that it was written in; then its rows become rows of the newest version, each with its id. The
statement's own signature, and whether it counts, is `log/log.py`'s.

What this release is too old to check is never opened half checked, and is nobody's fault:
`ReleaseTooOld` says what to upgrade for.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from depersonalise.depersonalise import Depersonalised
from depersonalise.release.release import has_small_group
from exchange import age
from exchange.bundle.padding import NotPadded, check_padded, pad
from exchange.bundle.payload import (
    METADATA,
    count_payload,
    describe,
    description,
    is_described,
    not_described,
    read_table,
)
from exchange.bundle.sealed_files import decrypt_sealed
from exchange.errors import BundleBroken, KeyRefused, LogBroken, Usage
from exchange.stores.store import Store
from partners.entries import canonical_json
from partners.entries.entry import in_band
from partners.entries.returns import Submit
from schemas.datasets.dataset import SMALLEST, Dataset
from schemas.datasets.local import PREFIX
from schemas.datasets.registry import DATASETS
from schemas.parquet.limits import BUNDLE
from schemas.wire import wire_of
from schemas.wire.categories import unknown_lists
from schemas.wire.order import is_sorted
from schemas.wire.record_ids import derived_ids
from schemas.wire.shared_table import check_shared
from schemas.wire.versions import NotAsDeclared, upgrade_rows


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a statement says of a bundle."""

    bundle_sha256: str
    bundle_size: int
    payload_sha256: str


class ReleaseTooOld(LogBroken):
    """A bundle is of a dataset, a version or a code list that this release does not have."""


class _Hashing(io.RawIOBase):
    """A file that hashes what is read or written through it."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        data = self._target.read(size)
        self.digest.update(data)
        return data

    def write(self, data: Any) -> int:
        self._target.write(data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)


def refuse_too_many(rows: int) -> None:
    """Refuse more rows than a receiver reads.

    Raises:
        Usage: they are more.
    """
    if rows > BUNDLE.rows:
        raise Usage(
            "too-many-rows",
            f"more than {BUNDLE.rows:,} rows are too many for partners to read at once",
        )


def payload_of(shared: Depersonalised) -> BinaryIO:
    """Return what is encrypted of some depersonalised rows: their table, and what it states.

    Raises:
        Usage: they are more than a receiver reads.
    """
    refuse_too_many(shared.rows.height)
    payload = io.BytesIO()
    metadata = {METADATA: canonical_json.write(describe(shared)).decode()}
    rows = shared.rows.select(wire_of(shared.dataset, shared.version).names)
    rows.write_parquet(payload, compression="zstd", compression_level=1, metadata=metadata)
    if shared.dataset.is_second(shared.version):
        payload = io.BytesIO(pad(payload.getvalue()))
    payload.seek(0)
    return payload


def seal(payload: BinaryIO, target: BinaryIO, recipients: Sequence[age.Recipient]) -> Sealed:
    """Write the bundle of a payload, from where it stands, for its recipients."""
    plain, sealed = _Hashing(payload), _Hashing(target)
    age.encrypt(plain, sealed, recipients)  # type: ignore[arg-type]  # it only reads and writes
    return Sealed(sealed.digest.hexdigest(), sealed.size, plain.digest.hexdigest())


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """What a bundle holds, steps (1) to (4) done.

    Attributes:
        salt: As hexadecimal digits.
    """

    statement: Submit
    sender: str
    rows: pl.DataFrame
    salt: bytes


def open_bundle(
    store: Store,
    statement: Submit,
    sender: str,
    identity: age.Identity,
    target: Path | None = None,
) -> pl.DataFrame:
    """Do steps (1) to (5); write the payload into a new file, if one is asked for, and then only.

    Raises:
        BundleBroken: it is not what its sender signed, or not what may be shared.
        KeyRefused: it is not encrypted for this key, whatever the statement says.
        ReleaseTooOld: this release can't check it.
    """
    opened, payload = open_payload(store, statement, sender, identity)
    rows = check_opened([opened])
    if target is not None:
        with target.open("xb") as file:
            file.write(payload)
    return rows


def open_payload(
    store: Store, statement: Submit, sender: str, identity: age.Identity
) -> tuple[Opened, bytes]:
    """Do the same, and return the payload too. It is never on a disk, where a kill could leave it.

    Raises:
        BundleBroken, KeyRefused, ReleaseTooOld: as `open_bundle`.
    """
    if too_new := too_new_for_this_release(statement, sender):
        raise too_new
    payload = _decrypt(store, statement, sender, identity)
    if hashlib.sha256(payload).hexdigest() != statement.payload_sha256:
        raise BundleBroken(
            "bundle-content-altered", f"the content of the file of {sender} is not what they signed"
        )
    counts = count_payload(payload, sender)
    height = counts.rows
    described = description(payload)
    agrees = in_band(height) == statement.counts["accepted"]
    if not agrees or not is_described(described, statement, height):
        raise not_described(sender)
    dataset = DATASETS[statement.dataset]
    try:
        if dataset.is_second(statement.schema):
            check_padded(payload, counts.footer)
        rows = read_table(payload, sender, dataset, statement.schema)
    except (NotAsDeclared, NotPadded) as fault:
        raise _not_allowed(sender, str(fault)) from None
    return Opened(statement, sender, rows, str(described.get("salt", "")).encode()), payload


def too_new_for_this_release(statement: Submit, sender: str) -> ReleaseTooOld | None:
    """Return why this release can't check what was sent; None if it can."""
    name = statement.dataset
    upgrade = (
        "nothing is wrong with the file; install the newest version and run the same command again"
    )
    if name not in DATASETS and name.startswith(PREFIX):
        return ReleaseTooOld(
            "local-dataset-not-installed",
            f"the file of {sender} holds {name}, a local dataset that is not installed here",
        )
    if name not in DATASETS:
        return ReleaseTooOld(
            "dataset-not-known",
            f"the file of {sender} holds {name}, which this release does not know",
            upgrade,
        )
    try:
        wire_of(DATASETS[name], statement.schema)
    except KeyError:
        return ReleaseTooOld(
            "bundle-needs-newer",
            f"the file of {sender} needs a newer version of exchange: {name} has version "
            f"{statement.schema}, and this release knows {DATASETS[name].version}",
            upgrade,
        )
    return None


def check_opened(opened: Sequence[Opened]) -> pl.DataFrame:
    """Do step (5) for bundles of one dataset and version, all at once.

    Returns:
        Their rows, one bundle under the other, as the newest version has them.

    Raises:
        BundleBroken: one holds what may not leave; it is found and named.
        ReleaseTooOld: this release can't check one; it is found and named.
    """
    try:
        return _check_rows(opened)
    except NotAsDeclared:
        # Together they may hold what each by itself does not, such as the same record id.
        return pl.concat([_checked_alone(bundle) for bundle in opened])


def _checked_alone(opened: Opened) -> pl.DataFrame:
    try:
        return _check_rows([opened])
    except NotAsDeclared as fault:
        raise _not_allowed(opened.sender, str(fault)) from None


def _not_allowed(sender: str, fault: str) -> BundleBroken:
    return BundleBroken(
        "bundle-content-not-allowed",
        f"the file of {sender} holds what its dataset does not allow: {fault}",
    )


def _check_rows(opened: Sequence[Opened]) -> pl.DataFrame:
    """Return the rows of bundles as the newest version has them, if they are what may be shared.

    Raises:
        NotAsDeclared: they are not.
        ReleaseTooOld: this release can't say.
    """
    statement = opened[0].statement
    dataset, version = DATASETS[statement.dataset], statement.schema
    rows = pl.concat([bundle.rows for bundle in opened], rechunk=True)
    if unknown_lists(rows, dataset):
        raise _list_not_known(opened, dataset)
    check_shared(rows, dataset, version=version, personal=statement.personal)
    heights = [bundle.rows.height for bundle in opened]
    if not statement.personal:
        _check_alike(rows, opened)
    if dataset.is_second(version):
        if not is_sorted(rows, heights):
            raise NotAsDeclared("rows that are not in order")
        ids = [
            derived_ids(bytes.fromhex(bundle.salt.decode()), bundle.rows.height)
            for bundle in opened
        ]
        rows = rows.select(
            pl.concat(ids, rechunk=True), pl.all()
        )  # the rows that were opened stay as they are
    if version != dataset.version:
        rows = upgrade_rows(rows, dataset, version)
    return rows


def _list_not_known(opened: Sequence[Opened], dataset: Dataset) -> ReleaseTooOld:
    """Return the refusal of the first bundle that uses a code list that is not known."""
    lists_of = ((o.sender, unknown_lists(o.rows, dataset)) for o in opened)
    sender, lists = next((sender, lists) for sender, lists in lists_of if lists)
    return ReleaseTooOld(
        "code-list-not-known",
        f"the file of {sender} uses {', '.join(lists)}, which this release does not have",
    )


def _check_alike(rows: pl.DataFrame, opened: Sequence[Opened]) -> None:
    """Prove that what must be among enough rows that are alike in its submission is.

    Raises:
        NotAsDeclared: it is not.
    """
    statement = opened[0].statement
    dataset, version = DATASETS[statement.dataset], statement.schema

    def of_each(values: Sequence[int]) -> pl.Series:
        heights = [bundle.rows.height for bundle in opened]
        parts = [pl.repeat(v, n, dtype=pl.UInt32) for v, n in zip(values, heights, strict=True)]
        return pl.select(pl.concat(parts)).to_series()

    least = [_smallest_of(bundle.statement, second=dataset.is_second(version)) for bundle in opened]
    if has_small_group(rows, dataset, version, of_each(range(len(opened))), of_each(least)):
        kind = "generalised" if dataset.is_second(version) else "sensitive"
        raise NotAsDeclared(f"{kind} rows of which fewer than {max(least)} are alike")


def _smallest_of(statement: Submit, *, second: bool) -> int:
    """Return how many rows of a submission must be alike: as it says, from the second form on."""
    return max(SMALLEST, int(statement.treatments["smallest"])) if second else SMALLEST


def _decrypt(store: Store, statement: Submit, sender: str, identity: age.Identity) -> bytes:
    payload = decrypt_sealed(store, statement, sender, identity)
    if isinstance(payload, age.NoIdentityMatches):
        raise KeyRefused(
            "bundle-not-for-your-key", f"the file of {sender} is not encrypted for your key"
        )
    if isinstance(payload, age.AgeError):
        raise BundleBroken(
            "bundle-unreadable", f"the file of {sender} cannot be decrypted: {payload}"
        )
    return payload
