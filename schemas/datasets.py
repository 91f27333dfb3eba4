"""All datasets, by id. A new one is declared in its holder's file and listed here."""

from typing import Final

from schemas.council import COUNCIL
from schemas.dataset import Dataset
from schemas.fire import FIRE
from schemas.health import HEALTH
from schemas.plugins import load
from schemas.police import POLICE

PRESCRIBED: Final[dict[str, Dataset]] = {
    dataset.id: dataset for dataset in (*POLICE, *FIRE, *COUNCIL, *HEALTH)
}
_LOCAL, REFUSED = load()  # the second: packages' datasets that were refused, and why
DATASETS: Final[dict[str, Dataset]] = PRESCRIBED | _LOCAL
