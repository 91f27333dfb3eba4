"""Whether a submission may be sent, checked before anything is encrypted.

Leaves to others: the rules by which the log accepts it (`partners/register/return_rules.py`).
"""

from depersonalise.depersonalise import Depersonalised
from exchange.errors import NotEntitled, Usage
from exchange.log.log import Log
from exchange.submission.incomplete_quarter import refuse_last_month
from partners.entries.card import Card
from partners.register.register import Register
from partners.register.return_rules import judge_plan
from partners.register.state import ReturnKey
from schemas.datasets.dataset import SECOND, Dataset
from schemas.datasets.registry import dataset_title
from schemas.quarters import Covered, days_in_words


def refuse_overlap(log: Log, key: ReturnKey, covered: Covered) -> None:
    """Refuse dates that overlap those of an earlier submission in part.

    Raises:
        Usage: they do; the message names the ranges.
    """
    clash = log.register.find_clashing(key, covered)
    if clash:
        ranges = ", ".join(
            f"{days_in_words(s.statement.covered)} (log {s.position})" for s in clash
        )
        raise Usage(
            "dates-overlap-in-part",
            f"{days_in_words(covered)} partly overlaps your earlier submissions: {ranges}",
        )


def version_of(register: Register, dataset: Dataset) -> int:
    """Return the version of a dataset's form to write: the newest that the partnership uses.

    A local dataset, which is not adopted, has the second form where all that are adopted have it.
    """
    if adopted := register.adopted.get(dataset.id):
        return min(dataset.version, adopted.schema)
    first = any(adopted.schema == 1 for adopted in register.adopted.values())
    if dataset.upgrades and first and dataset.upgrades[-1] == SECOND:
        return dataset.version - 1
    return dataset.version


def check_version(register: Register, shared: Depersonalised) -> None:
    """Refuse rows that were made ready for another version than the partnership uses by now.

    Raises:
        Usage: they were.
    """
    version = version_of(register, shared.dataset)
    if version != shared.version:
        raise Usage(
            "newer-version-adopted-meanwhile",
            f"the partnership adopted version {version} of {shared.dataset.title} while "
            "the file was being checked",
        )


def check_may_submit(card: Card, log: Log, key: ReturnKey, covered: Covered, version: int) -> None:
    """Refuse before anything is encrypted what the log would reject.

    Raises:
        NotEntitled: the officer may not submit this dataset.
        Usage: its dates overlap those of an earlier submission in part, or they complete a quarter
            of which rows are held.
    """
    refuse_overlap(log, key, covered)
    refuse_last_month(log.register, key, covered, "nothing was sent")
    rejection = judge_plan(log.register, card, key, covered, version)
    if rejection:
        title = dataset_title(key.dataset)
        raise NotEntitled(
            rejection.id, f"nothing was sent: {card.who} may not send {title}, as {rejection}"
        )
