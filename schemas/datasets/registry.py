"""All datasets, by id. A new one is declared in its holder's file and listed here."""

from typing import Final

from schemas.datasets.council import COUNCIL
from schemas.datasets.dataset import Dataset
from schemas.datasets.fire import FIRE
from schemas.datasets.health import HEALTH
from schemas.datasets.local import load
from schemas.datasets.needed_lists import check_lists
from schemas.datasets.police import POLICE

PRESCRIBED: Final[dict[str, Dataset]] = {
    dataset.id: dataset for dataset in (*POLICE, *FIRE, *COUNCIL, *HEALTH)
}
check_lists(PRESCRIBED.values())
_LOCAL, REFUSED = load()  # the second: packages' datasets that were refused, and why
DATASETS: Final[dict[str, Dataset]] = PRESCRIBED | _LOCAL


def dataset_title(name: str) -> str:
    """Return the title of a dataset; of one that this release does not know, its id."""
    return DATASETS[name].title if name in DATASETS else name
