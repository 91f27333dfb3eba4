"""What the partner sent earlier, record by record, kept by the partner alone.

One file for each dataset (and part of it) and quarter, in the officer's profile or, if
exchange.toml says `earlier = "FOLDER"`, in a folder that all officers of the authority use. It
holds each reference as a keyed hash, how the record left or that it is held, and what was settled
when the quarter was first sent. It is encrypted for all officers of the authority, never leaves it,
and is kept as long as the quarter can be corrected.

Keeps true: no reference and no hash of one leaves the authority. A quarter that was sent before
these files existed is read back from its key maps and bundles.
"""

import contextlib
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from depersonalise.depersonalise import Depersonalised
from depersonalise.release.batches import HELD_COVER, EarlierRelease, hash_references
from depersonalise.release.release import COARSE, FINE, HELD
from exchange import age
from exchange.bundle.bundle import open_bundle
from exchange.errors import BundleBroken, KeyRefused, Usage
from exchange.files import refuse_newer
from exchange.files import replace as publish_again
from exchange.keys.identity import UnlockedKey
from exchange.profile.outbox import folder_of_earlier, key_map_of
from exchange.profile.settings import Settings
from partners.register.register import Register
from partners.register.state import ReturnKey, Submission
from schemas.datasets.dataset import Dataset
from schemas.datasets.shared_columns import RECORD_ID, released_columns
from schemas.quarters import Covered
from schemas.wire.versions import polars_schema, upgrade_rows

_METADATA: Final = "csp-exchange"
_FORMAT: Final = 4  # 3: some records are held; 4: some were not in what was sent last (`ended`)
_RECORD: Final = ("ref", "nth")


@dataclass(frozen=True, slots=True, repr=False)
class QuarterSettings:
    """The settings of a quarter's first submission, which hold for its corrections too.

    Attributes:
        key: 32 secret bytes in hexadecimal, by which references are hashed and cover is chosen.
        late: How many late markers were published of the quarter last.
    """

    smallest: int
    domestic: str
    key: str
    late: int = 0


def file_name(dataset: str, part: str, quarter: str) -> str:
    """Return the name of the file of a dataset's quarter."""
    return f"{dataset}{'.' if part else ''}{part}-{quarter}.age"


def new_key(officer: UnlockedKey | None, dataset: Dataset) -> bytes:
    """Return the key of a dataset that was never sent: the same in each run of an officer."""
    seed = officer.content_key if officer else b""
    return hashlib.blake2b(dataset.id.encode(), key=seed, digest_size=32).digest()


def recall(  # noqa: PLR0917 - what names a quarter of a partner's, and who opens it
    settings: Settings,
    register: Register,
    officer: UnlockedKey,
    dataset: Dataset,
    covered: Covered,
    part: str,
) -> tuple[EarlierRelease, QuarterSettings] | None:
    """Return what was shared of a dataset and the settings used then; None if nothing ever was.

    Raises:
        Usage: something was sent, and what was shared of it is not known on this machine.
        KeyRefused: it is known, and not encrypted for the officer's key.
    """
    name = file_name(dataset.id, part, str(covered.quarter))
    files = _read_all(settings, officer, dataset, part, name)
    key = ReturnKey(settings.partner, dataset.id, part)
    if name not in files and (sent := _all_sent(register, key, covered)):
        rebuilt, rows = _rebuild(settings, officer, dataset, sent)
        files[name] = (rebuilt, rows.with_columns(ended=pl.lit(value=False)), dataset.version)
    if not files:
        return None
    others = [rows for other, (_, rows, _) in files.items() if other != name]
    settled, rows, version = files[name] if name in files else next(iter(files.values()))
    rows = _as_newest(rows, dataset, version)
    if name not in files:  # the quarter is new, and references are hashed as in the others
        settled, rows = replace(settled, smallest=0, domestic="", late=0), rows.clear()
    waiting = rows.filter(_is_held()).select("ref", "nth", "covered", "state")
    inside = [days for days in rows["covered"].unique() if covered.contains(Covered.parse(days))]
    rest = rows.filter(~_is_held())
    others.append(rest.filter(~_is_within(inside)))
    columns = (*_RECORD, "state", "ended")
    apart = pl.concat([frame.filter(~_is_held()).select(columns) for frame in others])
    apart = apart.drop_nulls("ref")
    is_over = pl.col("ended") & (pl.col("state") == FINE)
    earlier = EarlierRelease(
        rest.drop("ended"),
        tuple(inside),
        apart.filter(~is_over).select(_RECORD),
        waiting,
        rest.filter("ended").select(_RECORD),
        apart.filter(is_over).select(_RECORD),
    )
    return earlier, settled


def _is_held() -> pl.Expr:
    return pl.col("state").is_in([HELD, HELD_COVER])


def _is_within(inside: list[str]) -> pl.Expr:
    return pl.col("covered").is_in(inside)


def _all_sent(register: Register, key: ReturnKey, covered: Covered) -> list[Submission]:
    """Return what was ever sent for these dates, withdrawn or purged submissions too."""
    return [
        submission
        for submission in register.submissions
        if submission.key == key and covered.overlaps(submission.statement.covered)
    ]


def _read_all(
    settings: Settings, officer: UnlockedKey, dataset: Dataset, part: str, name: str
) -> dict[str, tuple[QuarterSettings, pl.DataFrame, int]]:
    """Return what is kept of a dataset, by file, and the version in which its rows are.

    Other quarters are among it only if the officer's key opens them.
    An officer who is new can send a new quarter though nobody has encrypted the old ones for them.

    Raises:
        KeyRefused, Usage: the file with that name can't be opened.
    """
    files = {}
    for path in sorted(folder_of_earlier(settings).glob(file_name(dataset.id, part, "????Q?"))):
        plain = io.BytesIO()
        with path.open("rb") as file:
            try:
                age.decrypt(file, plain, [officer.identity])
            except age.NoIdentityMatches:
                if path.name != name:
                    continue
                raise _not_for_this_key(path) from None
            except age.AgeError:
                message = f"your earlier submission ({path.name}) cannot be read"
                raise _cannot_correct(message, settings) from None
        plain.seek(0)
        about = json.loads(pl.read_parquet_metadata(plain)[_METADATA])
        plain.seek(0)
        refuse_newer(about, path, _FORMAT)
        refuse_newer(about, path, dataset.version, "version")
        rows = pl.read_parquet(plain)
        if "ended" not in rows.columns:  # format 3 and before
            rows = rows.with_columns(ended=pl.lit(value=False))
        files[path.name] = (QuarterSettings(**about["settled"]), rows, about.get("version", 1))
    return files


def _as_newest(rows: pl.DataFrame, dataset: Dataset, version: int) -> pl.DataFrame:
    """Return kept rows of some version of their form as rows of the newest version."""
    schema = {n: d for n, d in polars_schema(dataset, version).items() if n != RECORD_ID}
    typed = rows.select(
        pl.col(name).cast(pl.String).cast(dtype) if rows.schema[name] != dtype else pl.col(name)
        for name, dtype in schema.items()
    )
    return pl.concat([rows.drop(schema), upgrade_rows(typed, dataset, version)], how="horizontal")


def _rebuild(
    settings: Settings, officer: UnlockedKey, dataset: Dataset, sent: list[Submission]
) -> tuple[QuarterSettings, pl.DataFrame]:
    """Rebuild what was shared from key maps and bundles; of a record, the newest of its rows."""
    key = new_key(officer, dataset)
    frames = []
    for submission in sent:
        origin = key_map_of(settings, officer.identity, submission.id)
        rows = _open_own(submission, settings, officer)
        if origin is None or rows is None:
            raise _cannot_correct(
                f"your earlier submission (log {submission.position}) cannot be read back", settings
            )
        referred = rows.join(origin.select("record_id", "reference"), on="record_id", how="left")
        state = pl.when(pl.col("generalised") == "").then(FINE).otherwise(COARSE)
        frames.append(
            referred.select(
                *hash_references(referred["reference"], key).get_columns(),
                pl.lit(str(submission.statement.covered)).alias("covered"),
                state.cast(pl.Int8).alias("state"),
                *released_columns(dataset),
            )
        )
    newest = pl.concat(frames).with_columns(pl.col("ref").is_null().alias("_no_ref"))
    known = newest.filter(~pl.col("_no_ref")).unique(["ref", "nth"], keep="last")
    rows = pl.concat([known, newest.filter("_no_ref")]).drop("_no_ref")
    treatments = sent[-1].statement.treatments
    settled = QuarterSettings(int(treatments["smallest"]), str(treatments["domestic"]), key.hex())
    return settled, rows


def _open_own(
    submission: Submission, settings: Settings, officer: UnlockedKey
) -> pl.DataFrame | None:
    """Open what was sent earlier with the sender's own key; None if it can't be."""
    name = f"{submission.statement.partner} (log {submission.position})"
    with contextlib.suppress(BundleBroken, KeyRefused):
        return open_bundle(settings.open_store(), submission.statement, name, officer.identity)
    return None


_CONSEQUENCE: Final = "nothing was sent; comparing the two files could identify somebody"


def _cannot_correct(message: str, settings: Settings) -> Usage:
    return Usage(
        "earlier-release-unknown",
        f"{message}, so it cannot be corrected from here",
        _CONSEQUENCE,
        f"run this on the machine that sent it, or copy {folder_of_earlier(settings)} from there",
        'if you use several machines, name one shared folder in exchange.toml: earlier = "FOLDER"',
    )


def _not_for_this_key(path: Path) -> KeyRefused:
    return KeyRefused(
        "earlier-release-not-for-key",
        f"your key does not open your earlier submission ({path.name}), so it cannot be "
        "corrected with this key",
        _CONSEQUENCE,
        "ask an officer of your authority whose key opens it to run: exchange log reseal",
        "if it is your own old key: exchange key use FILE, then exchange log reseal, then "
        "exchange key use again",
        "if the key is lost, withdraw the submission instead: exchange withdraw LOG_NUMBER "
        "--reason wrong-contents",
    )


def write(path: Path, shared: Depersonalised, recipients: list[age.Recipient]) -> None:
    """Write what is known of a quarter once a submission is in the log, encrypted for its officers.

    What was shared before stays known, and so does what is held, even if it is not in the source
    any more.
    """
    policy = shared.policy
    rows = pl.concat([shared.released_states, shared.held_states], how="diagonal")
    rows = rows.with_columns(covered=pl.lit(str(shared.covered)), ended=pl.lit(value=False))
    if policy.earlier is not None:
        rows = pl.concat([rows, _not_sent_now(rows, policy.earlier)], how="diagonal")
    settled = QuarterSettings(policy.smallest, str(policy.domestic), policy.key.hex(), shared.late)
    plain = io.BytesIO()
    version = shared.dataset.version
    about = json.dumps({"format": _FORMAT, "version": version, "settled": asdict(settled)})
    rows.write_parquet(
        plain,
        compression="zstd",
        compression_level=1,
        statistics=False,
        metadata={_METADATA: about},
    )
    plain.seek(0)
    with path.open("xb") as file:
        age.encrypt(plain, file, recipients)


def _not_sent_now(rows: pl.DataFrame, earlier: EarlierRelease) -> pl.DataFrame:
    """Return what is known of records that are not among some rows which are sent now."""
    ended = earlier.ended.with_columns(_ended=pl.lit(value=True))
    left = earlier.rows.join(ended, on=_RECORD, how="left", maintain_order="left")
    is_ended = pl.col("_ended").fill_null(value=False) | _is_within(list(earlier.inside))
    left = left.with_columns(ended=is_ended).drop("_ended")
    held = earlier.held.with_columns(ended=pl.lit(value=False))
    before = pl.concat([left, held], how="diagonal")
    return before.join(rows, on=_RECORD, how="anti", maintain_order="left")


def own_keys(register: Register, partner: str) -> list[age.Recipient]:
    """Return the keys of all officers of an authority."""
    cards = register.cards.values()
    return [age.Recipient.parse(card.recipient) for card in cards if card.partner == partner]


def files_not_for_all_officers(settings: Settings, register: Register) -> list[Path]:
    """Return the files that were encrypted when the authority had fewer, or more, officers."""
    officers, lacking = len(own_keys(register, settings.partner)), []
    for path in sorted(folder_of_earlier(settings).glob("*.age")):
        with path.open("rb") as file, contextlib.suppress(age.AgeError):
            if age.count_recipients(file) != officers:
                lacking.append(path)
    return lacking


def reseal(
    paths: Sequence[Path], settings: Settings, register: Register, officer: UnlockedKey
) -> int:
    """Encrypt files for all who are officers now; return how many the officer's key opened."""
    count = 0
    for path in paths:
        plain, sealed = io.BytesIO(), io.BytesIO()
        with path.open("rb") as file, contextlib.suppress(age.AgeError):
            age.decrypt(file, plain, [officer.identity])
            plain.seek(0)
            age.encrypt(plain, sealed, own_keys(register, settings.partner))
            publish_again(path, sealed.getvalue())
            count += 1
    return count
