"""The settings of a protocol that this tool does not follow.

Keeps true: no protocol is published with a setting that the tool would not follow. What earlier
releases published stays in the log and means what it meant there; it is shown with the settings
that are not followed. Leaves to others: what the log accepts (`partners/register/rules.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from depersonalise.policy import Policy
from partners.entries.protocol import PublishProtocol
from partners.register.register import Register
from schemas.datasets.dataset import Dataset, Place
from schemas.datasets.registry import DATASETS

_KEPT_BY: Final = {
    "outward": (Place.OUTWARD, Place.OUTWARD_ONLY),
    "lsoa": (Place.LSOA,),
}  # the finest place that is really shared, where the promise is kept
_SHARES: Final = {
    Place.OUTWARD_ONLY: "the outward code (such as SP10); no setting makes that more precise",
    Place.OUTWARD: "the outward code (such as SP10); no setting makes that more precise",
    Place.POINT: "the point, or as the outward code if the protocol says so",
    Place.SCHOOL: "the school, or as the outward code if the protocol says so",
    Place.DISTRICT: "the local government area; no setting changes that",
}


@dataclass(frozen=True, slots=True)
class UnsupportedSetting:
    """A setting of a protocol that this tool does not follow.

    Attributes:
        option: As it is typed when the protocol is published.
        effect: What the tool does instead, as a sentence without its full stop.
        instead: What to type.
    """

    option: str
    effect: str
    instead: str

    def __str__(self) -> str:
        return f"{self.option}  {self.effect}"


def unsupported_settings(
    published: PublishProtocol, register: Register | None = None
) -> list[UnsupportedSetting]:
    """Return what a protocol says about datasets that this tool does not follow.

    Args:
        register: Who the partners are; without it, who submits for whom is not looked at.
    """
    broken = [*_places(published), *_withheld(published), *_minutes(published)]
    return broken if register is None else [*broken, *_behalf(published, register)]


def _places(published: PublishProtocol) -> Iterator[UnsupportedSetting]:
    for name, place in published.places.items():
        option = f"--place {name}={place}"
        dataset = DATASETS.get(name)
        if dataset is None:
            yield _unknown_dataset(option, name)
        elif Policy(place=place).with_allowed_place(dataset).place not in _KEPT_BY[place]:
            effect = f"{dataset.title}: places are shared as {_SHARES[dataset.place]}"
            yield UnsupportedSetting(option, effect, _place(dataset))


def _place(dataset: Dataset) -> str:
    leave_out = f"without --place {dataset.id}"
    if dataset.place is Place.DISTRICT:
        return leave_out
    return f"with --place {dataset.id}=outward, or {leave_out}"


def _withheld(published: PublishProtocol) -> Iterator[UnsupportedSetting]:
    for name in published.domestic:
        option = f"--withhold {name}"
        dataset = DATASETS.get(name)
        if dataset is None:
            yield _unknown_dataset(option, name)
        elif not dataset.marks_domestic:
            effect = (
                f"{dataset.title}: domestic incidents are not marked, so they cannot be withheld"
            )
            yield UnsupportedSetting(option, effect, f"without {option}")


def _minutes(published: PublishProtocol) -> Iterator[UnsupportedSetting]:
    for name in published.minutes:
        effect = f"{name}: the protocol cannot change how precise the times are"
        yield UnsupportedSetting(f"times to the minute for {name}", effect, "without that promise")


def _behalf(published: PublishProtocol, register: Register) -> Iterator[UnsupportedSetting]:
    for behalf in published.behalf:
        adopted, partner = register.adopted.get(behalf.dataset), register.partners.get(behalf.of)
        if adopted and partner and not adopted.kinds & set(partner.kinds):
            option = f"--behalf {behalf.dataset}:{behalf.by}={behalf.of}"
            effect = (
                f"{partner.name} does not hold {behalf.dataset}, so nothing is submitted for it"
            )
            yield UnsupportedSetting(option, effect, f"without {option}")


def _unknown_dataset(option: str, name: str) -> UnsupportedSetting:
    return UnsupportedSetting(
        option, f"this release does not know a dataset called {name}", f"without {option}"
    )
