"""The protective marking of what is shared, and of the reports made from it."""

from typing import Final

MARKING: Final = "OFFICIAL-SENSITIVE"
PERSONAL: Final = (
    "PERSONAL DATA: recorded domestic incidents, shared under the personal-data clause of the "
    "protocol with its signatories alone; not to be merged with other data or passed on"
)
