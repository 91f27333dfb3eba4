"""The settings by which a partner's rows of one dataset are depersonalised.

The protocol can only make them stricter. The partner's own choice for recorded domestic incidents
is beside them, and the statement of the submission names both. What no setting can loosen is not
here: the declaration of the dataset says it, and the receiver checks it again.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.datasets.dataset import SMALLEST, Dataset, Place

if TYPE_CHECKING:
    from depersonalise.places.postcode_directory import Directory
    from depersonalise.release.batches import EarlierRelease


class Domestic(StrEnum):
    """How to treat recorded domestic incidents (guidance to the duty, item 21)."""

    GENERALISE = "generalise"  # they are shared, with "less specific location information"
    WITHHOLD = "withhold"  # they are not shared, and are counted
    PERSONAL = "personal"  # they are shared as personal data with the signatories of that clause


@dataclass(frozen=True, slots=True, repr=False)
class Policy:
    """The settings of one dataset's submission, all known before its first row is read.

    Attributes:
        smallest: How many rows must be alike, where protected rows are grouped.
        directory: The postcode directory, where there is one.
        key: 32 secret bytes of the sender's, which decide which of equal rows become cover.
        has_cover: Whether sensitive rows get cover.
        earlier: What was shared of the dataset before; None if nothing did, or nobody can open it.
        part: The part, such as a hospital, where the partner returns the dataset in parts.
        place: The finest place that the protocol allows to be shared: "lsoa" or "outward"; empty
            for what the dataset declares.
        version: The version of the dataset's form that the partnership uses; 0 for the newest.
        late_published: The number of late markers that was published for the quarter.
        holds_protected: Whether protected rows and their cover wait until the quarter is complete,
            because the submission covers a part of it.
    """

    smallest: int = SMALLEST
    domestic: Domestic = Domestic.GENERALISE
    directory: "Directory | None" = None
    key: bytes = bytes(32)
    has_cover: bool = True
    earlier: "EarlierRelease | None" = None
    part: str = ""
    place: str = ""
    version: int = 0
    holds_protected: bool = False
    late_published: int = 0

    def version_of(self, dataset: Dataset) -> int:
        """Return the version of a dataset's form in which its rows are shared."""
        return self.version or dataset.version

    def with_allowed_place(self, dataset: Dataset) -> Dataset:
        """Return a dataset whose place is no finer than the protocol allows."""
        place = dataset.place
        if self.place == "outward" and place in (Place.LSOA, Place.POINT, Place.SCHOOL):
            place = Place.OUTWARD
        return replace(dataset, place=place)

    def squares(self, dataset: Dataset) -> "Directory | None":
        """Return the directory, if squares of the National Grid may be shared."""
        return self.directory if dataset.place is Place.LSOA and self.place != "lsoa" else None
