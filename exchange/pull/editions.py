"""What editions of published tables count: the submissions of a quarter as the log was then.

An edition counts the log's first entries, as many as it names, whatever came later. So a pull has
to open what was replaced or withdrawn since, for as long as the store has it.
"""

import contextlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from exchange.errors import BundleBroken, KeyRefused
from exchange.files import scratch
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from exchange.pull.cube import cells_of, rounding_key, whole_editions
from exchange.pull.manifest import EditionItem, Manifest, MergedSubmission, file_sha256
from exchange.pull.merge import merge
from partners.register.register import Register
from partners.register.state import IssuedEdition
from schemas.datasets.dataset import SMALLEST
from schemas.quarters import Quarter

PulledItem = tuple[Path, MergedSubmission]  # the folder that holds the files, and what was pulled


def write_editions(
    log: Log,
    officer: UnlockedKey,
    editions: Iterable[tuple[Quarter, IssuedEdition]],
    items: Iterable[MergedSubmission],
    folder: Path,
) -> list[EditionItem]:
    """Write the cells of editions into the folder of a pull.

    Args:
        items: What was pulled; what an edition counts beside that is opened too.
    """
    edition_items = []
    pulled = {item.payload_sha256: (folder, item) for item in items}
    with scratch(folder) as name:
        for quarter, issued in editions:
            payloads = [
                submission.statement.payload_sha256
                for submission in log.register.submissions_counted(quarter, issued.size)
            ]
            pulled |= _open_earlier(log, officer, set(payloads) - pulled.keys(), Path(name))
            whole = pulled.keys() >= set(payloads)
            smallest = _smallest(log.register, issued.size)
            item = EditionItem(str(quarter), issued.position, issued.size, smallest, whole)
            part = [pulled[payload] for payload in payloads] if whole else []
            edition_items.append(_write_cells(item, part, folder) if whole else item)
    return edition_items


def payloads_counted(manifest: Manifest, register: Register, quarter: Quarter) -> set[str]:
    """Return what the published cells of a quarter of a pull count.

    It is what the newest edition counts, and not less where only a part was asked for.
    """
    if editions := whole_editions(manifest, str(quarter)):
        submissions = register.submissions_counted(quarter, editions[-1].size)
        return {submission.statement.payload_sha256 for submission in submissions}
    return {item.payload_sha256 for item in manifest.items.values()}


def _open_earlier(
    log: Log, officer: UnlockedKey, payloads: Collection[str], folder: Path
) -> dict[str, PulledItem]:
    """Open what is in effect no more, under any entry that the officer can open it by.

    Some were encrypted again for those who joined later, and stand in the log more than once.
    """
    earlier: dict[str, PulledItem] = {}
    for submission in log.register.submissions:
        payload = submission.statement.payload_sha256
        for_me = officer.signer in {key for _, key in submission.statement.recipients}
        if (
            payload not in payloads
            or payload in earlier
            or not for_me
            or submission.purged_by is not None
        ):
            continue
        # What counts no more may be gone from the store, and stops nobody's pull.
        with contextlib.suppress(BundleBroken, KeyRefused):
            items, _ = merge(log, officer, [submission], folder, lambda _: None)
            for item in items.values():
                earlier[payload] = (folder, item)
    return earlier


def _write_cells(item: EditionItem, pulled: Sequence[PulledItem], folder: Path) -> EditionItem:
    cells = cells_of(pulled)
    name = f"editions/quarter={item.quarter}/log{item.entry:08d}.parquet"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    cells.sort(cells.columns).write_parquet(path, compression="zstd")
    key = rounding_key(item.quarter, [merged for _, merged in pulled])
    return replace(item, key=key.hex(), file=name, sha256=file_sha256(path))


def _smallest(register: Register, size: int) -> int:
    """Return the smallest number that may be published, as the protocol had it then."""
    published = [
        protocol.published.smallest for protocol in register.protocols if protocol.position < size
    ]
    return max(published[-1] if published else SMALLEST, SMALLEST)
