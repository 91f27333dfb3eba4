"""The duty of confidentiality: asked about before a health body shares incidents as personal data.

Keeps true: no incident of a dataset that a health body holds is shared as personal data, with
anybody, unless the officer says that the duty was considered. How the common law applies here is
not certain and is not decided here; no source of this project settles it.
"""

from collections.abc import Iterable
from typing import Final

import click

from exchange import terminal
from exchange.errors import Usage
from partners.register import Register
from schemas.datasets import DATASETS

OPTION: Final = "--confidentiality-considered"
DUTY: Final = (
    "these incidents come from the records of a health body. The common law duty of "
    "confidentiality may apply to them, as well as data protection law. It is not certain that a "
    "power to share information sets that duty aside, and exchange does not decide it"
)
ADVICE: Final = "ask your Caldicott Guardian or data protection officer before you share them"
_HEALTH: Final = frozenset({"health", "ambulance"})  # kinds of authority, as on a card


def is_held_by_health(dataset: str, partner: str, register: Register) -> bool:
    """Say whether a health body holds a dataset, or is the partner that sends it."""
    known, adopted = DATASETS.get(dataset), register.adopted.get(dataset)
    sender, protocol = register.partners.get(partner), register.protocol
    kinds = {
        *(known.kinds if known else ()),
        *(adopted.kinds if adopted else ()),
        *(protocol.published.local.get(dataset, ()) if protocol else ()),
        *(sender.kinds if sender else ()),
    }
    return bool(kinds & _HEALTH)


def say_duty(datasets: Iterable[str]) -> None:
    """Show the duty to the officer, for the datasets that it may apply to."""
    titles = [DATASETS[one].title if one in DATASETS else one for one in dict.fromkeys(datasets)]
    if titles:
        terminal.warning("duty-of-confidentiality", f"{', '.join(titles)}: {DUTY}")
        terminal.hint(ADVICE)


def check_considered(datasets: Iterable[str], *, considered: bool, yes: bool) -> None:
    """Show the duty, and have the officer say that it was considered; `yes` does not say it.

    Raises:
        Usage: nobody said it, and nobody can be asked.
    """
    concerned = list(datasets)
    if not concerned:
        return
    say_duty(concerned)
    if considered:
        return
    if yes or not terminal.is_interactive():
        raise Usage(
            "confidentiality-not-considered",
            "nothing was sent: it is not said that the duty of confidentiality was considered",
            f"if your authority considered it and decided to share, add {OPTION}",
        )
    click.confirm(
        "Has your authority considered the duty of confidentiality?", abort=True, err=True
    )
