"""Bundles: a depersonalised table as Parquet, sealed by age for named keys, and opened again.

Opening does, in this order: (1) the size and hash of the sealed file are those the statement
signs; (2) age opens it with the officer's key; (3) the hash of what comes out is the one signed;
(4) it is a Parquet table that says of itself what the statement says; (5) it is what its dataset
allows. The statement's own signature, and whether it counts, is `log.py`'s.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import polars as pl

from depersonalise.depersonalise import Account, Depersonalised
from depersonalise.small_groups import smallest_group
from exchange import age
from exchange.errors import BundleBroken, KeyRefused
from exchange.marking import MARKING, PERSONAL
from exchange.sealed_files import bundle_name, hashed, verify_sealed
from exchange.stores.store import Store
from partners import canonical
from partners.kinds import Submit
from schemas.dataset import SCHEMA_VERSION, SMALLEST
from schemas.datasets import DATASETS
from schemas.shared import NotAsDeclared, check_shared

_METADATA: Final = "csp-exchange"
SALT: Final = 32  # bytes, so that the hash of a small table gives nothing of it away


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a statement says of a bundle."""

    bundle_sha256: str
    bundle_size: int
    payload_sha256: str


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


def seal(
    shared: Depersonalised, target: BinaryIO, recipients: Sequence[age.Recipient], salt: bytes
) -> Sealed:
    """Write the bundle of some depersonalised rows for its recipients.

    Args:
        salt: 32 random bytes.
    """
    payload = io.BytesIO()
    metadata = {_METADATA: canonical.write(_describe(shared, salt)).decode()}
    shared.rows.write_parquet(payload, compression="zstd", compression_level=1, metadata=metadata)
    payload.seek(0)
    return seal_payload(payload, target, recipients)


def seal_payload(
    payload: BinaryIO, target: BinaryIO, recipients: Sequence[age.Recipient]
) -> Sealed:
    """Write the bundle of a payload, from where it stands, for its recipients."""
    plain, sealed = _Hashing(payload), _Hashing(target)
    age.encrypt(plain, sealed, recipients)  # type: ignore[arg-type]  # it only reads and writes
    return Sealed(sealed.digest.hexdigest(), sealed.size, plain.digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Opened:
    """What a bundle holds, steps (1) to (4) done."""

    statement: Submit
    sender: str
    rows: pl.DataFrame

    def __repr__(self) -> str:
        return f"<Opened {self.statement.dataset} of {self.sender}, {self.rows.height} rows>"


def open_bundle(
    store: Store, statement: Submit, sender: str, identity: age.Identity, target: Path
) -> pl.DataFrame:
    """Do steps (1) to (5); the decrypted payload is left in `target`, which the caller removes.

    Raises:
        BundleBroken: it is not what its sender signed, or not what may leave.
        KeyRefused: it is not sealed for this key, whatever the statement says.
    """
    opened = open_sealed(store, statement, sender, identity, target)
    check_opened([opened])
    return opened.rows


def open_sealed(
    store: Store, statement: Submit, sender: str, identity: age.Identity, target: Path
) -> Opened:
    """Do steps (1) to (4); step (5) is `check_opened`'s.

    Raises:
        BundleBroken, KeyRefused: as `open_bundle`.
    """
    verify_sealed(store, statement, sender)
    _decrypt(store, statement, sender, identity, target)
    with target.open("rb") as file:
        digest, _ = hashed(file)
    if digest != statement.payload_sha256:
        raise BundleBroken(
            "bundle-content-altered",
            f"what is in the bundle of {sender} is not what they signed",
            "nothing was used; keep this copy, and tell your coordinator and the sender",
        )
    rows = _read(target)
    if rows is None or not _is_described(target, statement, rows.height):
        raise BundleBroken(
            "bundle-not-as-described",
            f"the bundle of {sender} is not the table that its statement describes",
        )
    return Opened(statement, sender, rows)


def check_opened(opened: Sequence[Opened]) -> None:
    """Do step (5) for bundles of one dataset, all at once; if it fails, find whose bundle it is.

    Raises:
        BundleBroken: one holds what may not leave.
    """
    if not _fault(opened):
        return
    for one in opened:
        if fault := _fault([one]):
            raise BundleBroken(
                "bundle-content-not-allowed",
                f"the bundle of {one.sender} holds what may not be shared: {fault}",
            )


def _fault(opened: Sequence[Opened]) -> str:
    """Say what of some bundles is not what their dataset allows; empty if it is."""
    dataset, personal = DATASETS[opened[0].statement.dataset], opened[0].statement.personal
    try:
        rows = pl.concat([one.rows for one in opened])
        check_shared(rows, dataset, personal=personal)
    except NotAsDeclared as told:
        return str(told)
    except pl.exceptions.PolarsError:  # their columns differ
        return "its columns are not those that may leave"
    numbers = [pl.repeat(n, one.rows.height, dtype=pl.UInt32) for n, one in enumerate(opened)]
    of = pl.select(pl.concat(numbers)).to_series()
    least = None if personal else smallest_group(rows, dataset, of)
    if least is not None and least < SMALLEST:
        return f"sensitive rows of which fewer than {SMALLEST} are alike"
    return ""


def _decrypt(
    store: Store, statement: Submit, sender: str, identity: age.Identity, target: Path
) -> None:
    source = store.open(bundle_name(statement.bundle_sha256))
    if source is None:
        raise BundleBroken("bundle-missing", f"the bundle of {sender} went away while it was read")
    try:
        with source, target.open("xb") as plain:
            age.decrypt(source, plain, [identity])
        fault = None
    except age.NoIdentityMatches:
        raise KeyRefused(
            "bundle-not-for-your-key", f"the bundle of {sender} is not sealed for your key"
        ) from None
    except age.AgeError as told:
        fault = str(told)
    if fault:
        raise BundleBroken("bundle-unreadable", f"the bundle of {sender} can't be opened: {fault}")


def _read(path: Path) -> pl.DataFrame | None:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        return None


def _describe(shared: Depersonalised, salt: bytes) -> canonical.Json:
    """What a payload says of itself: exact counts, since only its recipients read them."""
    return {
        "dataset": shared.dataset.id,
        "schema": SCHEMA_VERSION,
        "quarter": str(shared.covered.quarter),
        "covered": str(shared.covered),
        "rows": shared.rows.height,
        "account": _exact(shared.account),
        "marking": MARKING,
        "part": shared.policy.part,
        "personal": shared.personal,
        "holds": PERSONAL if shared.personal else "depersonalised information",
        "salt": salt.hex(),
    }


def _exact(account: Account) -> canonical.Json:
    return {
        "rows_in": account.tally.rows_in,
        "accepted": account.tally.accepted,
        "withheld": account.withheld,
        "domestics": account.domestics,
        "coarsened": account.coarsened,
        "left_out": {reason.value: n for reason, n in account.tally.left_out.items()},
        "places": account.places,
        "generalised": {reason or "not": n for reason, n in account.generalised.items()},
    }


def _is_described(path: Path, statement: Submit, height: int) -> bool:
    try:
        told = canonical.read(pl.read_parquet_metadata(path)[_METADATA].encode())
    except (KeyError, canonical.NotCanonical, pl.exceptions.PolarsError):
        return False
    return (
        told.get("dataset") == statement.dataset
        and told.get("covered") == str(statement.covered)
        and told.get("schema") == statement.schema == SCHEMA_VERSION
        and told.get("rows") == height
        and told.get("personal") == statement.personal
        and told.get("part") == statement.part
    )
