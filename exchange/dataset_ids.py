"""The ids of datasets, as they are typed."""

import difflib

from exchange.errors import Usage
from schemas.datasets.registry import DATASETS


def check_dataset(told: str) -> None:
    """Refuse a name that is no dataset's, and name the one that is meant.

    Raises:
        Usage: it is none.
    """
    if told not in DATASETS:
        near = difflib.get_close_matches(told, DATASETS, n=1)
        meant = f"did you mean {near[0]}" if near else "all of them: exchange datasets"
        raise Usage("dataset-unknown", f'"{told}" is not a dataset', meant)
