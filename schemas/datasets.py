"""All datasets, by id. A new one is declared in its holder's file and listed here."""

from typing import Final

from schemas.council import COUNCIL_ASB
from schemas.dataset import Dataset
from schemas.fire import FIRE
from schemas.health import AMBULANCE_CALLOUTS
from schemas.police import POLICE_ASB, POLICE_CRIME, POLICE_TRANSPORT, POLICE_WELFARE

DATASETS: Final[dict[str, Dataset]] = {
    dataset.id: dataset
    for dataset in (
        POLICE_ASB,
        POLICE_TRANSPORT,
        POLICE_WELFARE,
        POLICE_CRIME,
        *FIRE,
        COUNCIL_ASB,
        AMBULANCE_CALLOUTS,
    )
}
