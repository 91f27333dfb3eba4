"""The ids of datasets, as they are typed."""

import difflib
from collections.abc import Collection

from exchange.errors import Usage
from schemas.datasets.registry import DATASETS


def check_dataset(told: str, adopted: Collection[str] = ()) -> None:
    """Refuse a name that is no dataset's, and name the one that is meant.

    Args:
        adopted: What the partnership shares, where it is enough that the log knows the dataset.

    Raises:
        Usage: it is none.
    """
    if told not in DATASETS and told not in adopted:
        near = difflib.get_close_matches(told, DATASETS, n=1)
        meant = f"did you mean {near[0]}" if near else "see all datasets: exchange explain"
        raise Usage("dataset-unknown", f'no dataset called "{told}"', meant)
