"""An authority's own list of categories: scanned and confirmed before it is used.

A code of such a list leaves as it is written, so each is scanned for identifiers and shown to the
officer once. Without a terminal the list in the mapping file is the officer's word. Keeps true:
a refusal names a code by its place in the mapping and never repeats it. Leaves to others: reading
the mapping (`schemas/extract/mapping.py`), and how to treat text that the list does not have
(`schemas/extract/categories.py`).
"""

from datetime import datetime
from hashlib import sha256
from typing import Final

from depersonalise.identifiers import identifiers_in
from exchange.profile.confirmed_codes import confirmed_codes, keep_confirmed
from exchange.profile.settings import Settings
from exchange.submission.detect import Prompt
from schemas.codes.lists import Code
from schemas.extract.errors import MappingRefused
from schemas.extract.mapping import Mapping

_YES: Final = "yes"
_OPTIONS: Final = {
    _YES: "share this code",
    "no": "stop, to correct the mapping",
}


def confirm_local_list(
    mapping: Mapping, settings: Settings, prompt: Prompt | None, now: datetime
) -> None:
    """Scan the codes of a mapping's own list, and have the new ones confirmed at a terminal.

    Raises:
        MappingRefused: a code looks like an identifier, or the officer does not confirm it.
    """
    if mapping.local is None:
        return
    codes = tuple(mapping.local.codes.values())
    _scan(mapping.name, codes)
    if prompt is None:
        return
    known = confirmed_codes(settings)
    for number, code in enumerate(codes, start=1):
        if _digest(code) not in known:
            _ask(mapping.name, number, code, prompt)
            keep_confirmed(settings, _digest(code), now)


def _scan(name: str, codes: tuple[Code, ...]) -> None:
    values = [code.code for code in codes]
    kinds = identifiers_in(values, coded=True)
    numbers = [n for n, value in enumerate(values, start=1) if value in kinds]
    if not numbers:
        return
    kind = kinds[values[numbers[0] - 1]]
    raise MappingRefused(
        "mapping-local-code-identifier",
        f"code {numbers[0]} under [local.codes] of the mapping {name} looks like {kind}",
    )


def _ask(name: str, number: int, code: Code, prompt: Prompt) -> None:
    question = f"Category {number} of your own list: {code.code} ({code.label}). Is it a category?"
    if prompt.choose(question, _OPTIONS) != _YES:
        raise MappingRefused(
            "mapping-local-code-not-confirmed",
            f"you did not confirm code {number} under [local.codes] of the mapping {name}",
            f"correct or remove it in {name}, and run the command again",
        )


def _digest(code: Code) -> str:
    return sha256(f"{code.code}\n{code.label}".encode()).hexdigest()
