"""What editions of published tables count: the submissions of a quarter as the log was then.

An edition counts the log's first entries, as many as it names, whatever came later. So a pull has
to open what was replaced or withdrawn since, for as long as the store has it.
"""

import contextlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from exchange.cubes import cells_of, rounding_key
from exchange.errors import BundleBroken, KeyRefused
from exchange.identities import Officer
from exchange.log import Log
from exchange.manifest import EditionItem, Item, file_sha256
from exchange.merging import merge
from partners.register import Register
from partners.state import IssuedEdition, Submission
from schemas.dataset import SMALLEST
from schemas.quarters import Quarter


def pulled_editions(
    log: Log,
    officer: Officer,
    editions: Iterable[tuple[Quarter, IssuedEdition]],
    items: Iterable[Item],
    folder: Path,
) -> list[EditionItem]:
    """Write the cells of editions into the folder of a pull.

    Args:
        items: What was pulled; what an edition counts beside that is opened too.
    """
    found = []
    pulled = {one.entry: (folder, one) for one in items}
    with tempfile.TemporaryDirectory(prefix=".earlier-", dir=folder) as name:
        for quarter, issued in editions:
            counted = log.register.counted(quarter, issued.size)
            missing = [one for one in counted if one.position not in pulled]
            pulled |= _opened(log, officer, missing, Path(name))
            whole = all(one.position in pulled for one in counted)
            smallest = _smallest(log.register, issued.size)
            item = EditionItem(str(quarter), issued.position, issued.size, smallest, whole)
            of = [pulled[one.position] for one in counted if one.position in pulled]
            found.append(_with_cells(item, of, folder) if whole else item)
    return found


def _opened(
    log: Log, officer: Officer, submissions: Iterable[Submission], folder: Path
) -> dict[int, tuple[Path, Item]]:
    """Open submissions that are in effect no more, those that the officer still can."""
    mine = [
        one
        for one in submissions
        if one.purged_by is None and officer.signer in {key for _, key in one.statement.recipients}
    ]
    items: dict[int, Item] = {}
    for one in mine:
        # What counts no more may be gone from the store, and stops nobody's pull.
        with contextlib.suppress(BundleBroken, KeyRefused):
            items |= merge(log, officer, [one], folder, lambda _: None)[0]
    return {position: (folder, item) for position, item in items.items()}


def _with_cells(
    item: EditionItem, pulled: Sequence[tuple[Path, Item]], folder: Path
) -> EditionItem:
    cells = cells_of(pulled)
    name = f"editions/quarter={item.quarter}/log{item.entry:08d}.parquet"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    cells.sort(cells.columns).write_parquet(path, compression="zstd")
    key = rounding_key(item.quarter, [one for _, one in pulled])
    return replace(item, key=key.hex(), file=name, sha256=file_sha256(path))


def _smallest(register: Register, size: int) -> int:
    """Return the smallest number that may be published, as the protocol had it then."""
    published = [one.published.smallest for one in register.protocols if one.position < size]
    return max(published[-1] if published else SMALLEST, SMALLEST)
