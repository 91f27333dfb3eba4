"""The duty of confidentiality: asked about before a health body shares incidents as personal data.

Keeps true: no incident of a dataset that a health body holds is shared as personal data, with
anybody, unless the officer says that the duty was considered. How the common law applies here is
not certain and is not decided here; no source of this project settles it.
"""

from typing import Final

from exchange.errors import Usage
from partners.register.register import Register
from schemas.datasets.registry import DATASETS

OPTION: Final = "--confidentiality-considered"
DUTY: Final = (
    "these incidents come from a health body's records, so the common law duty of "
    "confidentiality may apply as well as data protection law. A power to share information "
    "may not override that duty. exchange does not decide this"
)
ADVICE: Final = "ask your Caldicott Guardian or data protection officer before you share them"
_HEALTH: Final = frozenset({"health", "ambulance"})  # kinds of authority, as on a card


def is_held_by_health(dataset: str, partner: str, register: Register) -> bool:
    """Say whether a health body holds a dataset, or is the partner that sends it."""
    known, adopted = DATASETS.get(dataset), register.adopted.get(dataset)
    sender = register.partners.get(partner)
    kinds = {
        *(known.kinds if known else ()),
        *(adopted.kinds if adopted else ()),
        *register.settings.local.get(dataset, ()),
        *(sender.kinds if sender else ()),
    }
    return bool(kinds & _HEALTH)


def confidentiality_not_considered() -> Usage:
    """Return the refusal of what a health body may not share before the duty was considered."""
    return Usage(
        "confidentiality-not-considered",
        "nothing was sent: you have not confirmed that your authority considered the duty "
        "of confidentiality",
        f"if your authority considered it and decided to share, add {OPTION}",
    )
