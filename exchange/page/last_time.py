"""What was sent last time: the files by name, and the datasets that are not sent for this quarter.

A browser does not tell where a file lies, so the names that are expected are shown. Of files that
were chosen in a browser nothing is kept: their names could be somebody's.
"""

from dataclasses import dataclass

from exchange.errors import Refusal
from exchange.page.room import Room
from exchange.profile.open_logs import open_memberships
from exchange.profile.sent_files import sent_files
from exchange.profile.settings import Settings
from exchange.submission.proposed_files import propose
from exchange.submission.still_due import missing_since_last
from schemas.datasets.registry import dataset_title
from schemas.quarters import Quarter


@dataclass(frozen=True, slots=True)
class LastTime:
    """What was sent together last time.

    Attributes:
        datasets: Their titles.
        files: The names of the files that are there now.
        missing: The names of last time for which there is no new file.
        folder: Where they lay.
    """

    datasets: str
    files: tuple[str, ...]
    missing: tuple[str, ...]
    folder: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the officer is expected to send now."""

    last: tuple[LastTime, ...] = ()
    quarter: str = ""
    not_sent: tuple[str, ...] = ()


def expected_files(room: Room) -> Expected:
    """Return what was sent last time; nothing where there is no partnership yet."""
    quarter = Quarter.before(room.clock())
    try:
        own = Settings.all(room.folder, room.partnership)[0].own
        members, _ = open_memberships(room.folder, room.partnership, offline=True)
    except Refusal:
        return Expected()
    last = []
    for proposal in propose(sent_files(own)):
        titles = " and ".join(dataset_title(name) for name in proposal.datasets)
        files = tuple(path.name for path in proposal.files)
        last.append(LastTime(titles, files, proposal.missing, str(proposal.folder)))
    names = sorted({name for member in members for name in missing_since_last(member, quarter)})
    return Expected(tuple(last), quarter.label, tuple(dataset_title(name) for name in names))
