"""The ids of datasets and partners, as they are typed."""

import difflib
from collections.abc import Collection

from exchange.errors import Usage
from partners.register.register import Register
from schemas.datasets.registry import DATASETS


def check_dataset(typed: str, adopted: Collection[str] = ()) -> None:
    """Refuse a name that is no dataset's, and name the one that is meant.

    Args:
        adopted: What the partnership shares, where it is enough that the log knows the dataset.

    Raises:
        Usage: it is none.
    """
    if typed not in DATASETS and typed not in adopted:
        near = difflib.get_close_matches(typed, DATASETS, n=1)
        meant = f"did you mean {near[0]}" if near else "see all datasets: exchange explain"
        raise Usage("dataset-unknown", f'no dataset called "{typed}"', meant)


def check_partner(typed: str, register: Register) -> None:
    """Refuse a name that is no partner's.

    Raises:
        Usage: it is none.
    """
    if typed not in register.partners:
        raise Usage(
            "partner-unknown",
            f'no partner called "{typed}" in {register.name}',
            "choose from: " + ", ".join(register.partners),
        )
