"""How a partner's rows of one dataset are made ready: what is settled before the first is read.

The partnership's protocol sets what it may, always to the stricter side; the partner's own choice
for recorded domestic incidents is shown beside it, and both are named in the statement. What no
setting can loosen is not here: it stands in the declaration of the dataset, and the receiver checks
it again.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.datasets.dataset import SMALLEST, Dataset, Place

if TYPE_CHECKING:
    from depersonalise.places.postcode_directory import Directory
    from depersonalise.release.batches import Earlier


class Domestic(StrEnum):
    """How to treat recorded domestic incidents (guidance to the duty, item 21)."""

    GENERALISE = "generalise"  # they leave, with "less specific location information"
    WITHHOLD = "withhold"  # they do not leave, and are counted
    PERSONAL = (
        "personal"  # they go as personal data to the signatories of that clause, and to none else
    )


@dataclass(frozen=True, slots=True, repr=False)
class Policy:
    """What is settled before the first row is read.

    Attributes:
        smallest: How many rows a group must have, where groups are counted.
        directory: Of postcodes, where there is one.
        key: 32 secret bytes of the sender's, which decide what is taken of equals as cover.
        cover: Sensitive rows have cover.
        earlier: What was shared of the dataset before; None if nothing did, or nobody can open it.
        part: Of several in which the partner returns the dataset, such as one for each hospital.
        place: The finest place that the protocol allows to be shared: "lsoa" or "outward"; empty
            for what the dataset declares.
        version: The version of the dataset's form that the partnership uses; 0 for the newest.
        late: How many late markers were published of the quarter.
        holds: It covers a part of a quarter, so protected rows and their cover wait until the
            quarter is complete.
    """

    smallest: int = SMALLEST
    domestic: Domestic = Domestic.GENERALISE
    directory: "Directory | None" = None
    key: bytes = bytes(32)
    cover: bool = True
    earlier: "Earlier | None" = None
    part: str = ""
    place: str = ""
    version: int = 0
    holds: bool = False
    late: int = 0

    def version_of(self, dataset: Dataset) -> int:
        """Return the version of a dataset's form in which its rows are shared."""
        return self.version or dataset.version

    def of(self, dataset: Dataset) -> Dataset:
        """Return a dataset as the protocol would have it treated; its locks stay."""
        place = dataset.place
        if self.place == "outward" and place in (Place.LSOA, Place.POINT, Place.SCHOOL):
            place = Place.OUTWARD
        return replace(dataset, place=place)

    def squares(self, dataset: Dataset) -> "Directory | None":
        """Return the directory, if squares of the National Grid may be shared."""
        return self.directory if dataset.place is Place.LSOA and self.place != "lsoa" else None
