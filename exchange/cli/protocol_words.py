"""What is said of a protocol, and the document that it is told by."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from exchange.cli import console
from exchange.errors import Usage
from exchange.log.log import Log
from exchange.submission.promises import broken_promises
from partners.entries.kinds import PublishProtocol
from schemas.quarters import london_day, long_date

PLACES = {"outward": "the outward code", "lsoa": "the LSOA"}
_DOCUMENT_MOST = 256 * 1024 * 1024  # bytes


def hashed(file: Path) -> tuple[str, int]:
    """Return the SHA-256 of a document and its size in bytes.

    Raises:
        Usage: it is empty, or too large.
    """
    size = file.stat().st_size
    if not 0 < size <= _DOCUMENT_MOST:
        raise Usage("document-size-not-allowed", f"{file.name} is empty, or larger than 256 MiB")
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), size


def say_published(published: PublishProtocol, show: Callable[[str], None]) -> None:
    """Show the settings of a protocol."""
    clause = "has a clause on personal data" if published.personal else "no personal data"
    rows = [
        ("document", f"SHA-256 {published.sha256}"),
        ("sensitive records alike", f"at least {published.smallest}"),
        ("domestic incidents", clause),
        *(("domestic incidents withheld", name) for name in published.domestic),
        *(("finest place", f"{p}: {PLACES[w]}") for p, w in published.places.items()),
        *(("times to the minute", name) for name in published.minutes),
        *(("local dataset", f"{n}, of {', '.join(k)}") for n, k in published.local.items()),
        *(("on behalf", f"{b.dataset}: {b.by} for {b.of}") for b in published.behalf),
        *(
            ("deadline", f"{name}: {one.days} days after each {one.every}")
            for name, one in published.deadlines.items()
        ),
        *(("witnesses", "two authorities") for _ in range(published.witnesses - 1)),
    ]
    if published.review:
        rows.append(("review", long_date(published.review)))
    for name, value in rows:
        show(f"  {name:<28}{value}")


def warn_of_broken_promises(published: PublishProtocol, log: Log) -> None:
    """Say what a protocol in the log says, and the tool does not do."""
    for one in broken_promises(published, log.register):
        console.warning(
            "protocol-setting-not-followed", f"exchange does not follow {one.option}: {one.says}"
        )


def day_of(time: datetime) -> str:
    """Write the day of a time, as it is in London."""
    return long_date(london_day(time))
