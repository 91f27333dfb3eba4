"""The ids of datasets and partners, as they are typed."""

from collections.abc import Collection

from exchange.errors import Usage
from exchange.text import nearest
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
        hint = nearest(typed, {id_: dataset.title for id_, dataset in DATASETS.items()})
        raise Usage(
            "dataset-unknown",
            f'no dataset called "{typed}"',
            hint or "see all datasets: exchange explain",
        )


def check_partner(typed: str, register: Register) -> None:
    """Refuse a name that is no partner's, and name the one that is meant.

    Raises:
        Usage: it is none.
    """
    if typed not in register.partners:
        hint = nearest(typed, {id_: partner.name for id_, partner in register.partners.items()})
        raise Usage(
            "partner-unknown",
            f'no partner called "{typed}" in {register.name}',
            hint or "choose from: " + ", ".join(register.partners),
        )
