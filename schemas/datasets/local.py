"""Local datasets: declared by packages that are installed beside this one.

A package names them in the entry point group `csp_exchange.datasets`, each a `Dataset`. Keeps true:
none replaces a dataset of the Regulations or loosens what it locks; none is a duty; a column of its
own leaves only if it is a closed list of words. One that is not so is refused and named, and the
rest goes on.
"""

import re
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from schemas.codes.lists import SCHEMES
from schemas.codes.vocabularies import THEMES
from schemas.datasets.dataset import SECOND, Dataset, Field, Place, Treat
from schemas.datasets.shared_columns import DESCRIPTIONS
from schemas.findings.rules import OF_ROWS

GROUP: Final = "csp_exchange.datasets"
_HEALTH: Final = {"health", "ambulance"}
_COARSE: Final = (Place.OUTWARD_ONLY, Place.OUTWARD, Place.DISTRICT)
_ID: Final = r"local-[a-z0-9]+(-[a-z0-9]+)*"
PREFIX: Final = "local-"  # of their ids, so that a reader without the package knows what they are


def load(points: list[EntryPoint] | None = None) -> tuple[dict[str, Dataset], dict[str, str]]:
    """Return the local datasets that are installed, and why others were refused, by name."""
    loaded: dict[str, Dataset] = {}
    refused: dict[str, str] = {}
    for point in points if points is not None else entry_points(group=GROUP):
        try:
            dataset = point.load()
            reason = _find_fault(dataset, loaded)
        except Exception as fault:  # noqa: BLE001 - a package of others may fail in any way
            reason = f"it can't be loaded ({type(fault).__name__})"
        if reason:
            refused[point.name] = reason
        else:
            loaded[dataset.id] = dataset
    return loaded, refused


def _find_fault(dataset: object, loaded: dict[str, Dataset]) -> str:
    """Say what is wrong with a declaration; nothing if it is sound."""
    if not isinstance(dataset, Dataset):
        return "it is no Dataset"
    open_ = [field.name for field in dataset.fields.values() if _is_open(field)]
    unknown = sorted({r for field in dataset.columns for r in field.rules} - OF_ROWS)
    absent = [scheme for scheme in dataset.schemes if scheme not in SCHEMES]
    faults = {
        f"its id does not begin with {PREFIX}": not re.fullmatch(_ID, dataset.id),
        "another package has a dataset of this id": dataset.id in loaded,
        "it says that it is a duty, which no local dataset is": any(
            holder.certain for holder in dataset.holders
        ),
        "it has no day on which its rows were recorded": "recorded" not in dataset.fields,
        "health data is shared with the outward code, and nothing finer": bool(
            dataset.kinds & _HEALTH and dataset.place not in _COARSE
        ),
        "its upgrades leave out SECOND of schemas.datasets.dataset, the second form": (
            SECOND not in dataset.upgrades
        ),
        f"there is no rule {', '.join(unknown)}": bool(unknown),
        f"there is no code list {', '.join(absent)}": bool(absent),
        f"there is no theme {dataset.theme}": dataset.theme not in ("", *THEMES),
        f"what is shared in {', '.join(open_)} is held to no list": bool(open_),
    }
    return next((fault for fault, is_so in faults.items() if is_so), "")


def _is_open(field: Field) -> bool:
    """Say whether a column of a package's own would be shared without a list to hold it to."""
    is_own = field.name not in DESCRIPTIONS and field.treat not in (Treat.DROP, Treat.PLACE)
    return is_own and field.words is None
