"""The local government areas of a partnership."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Area:
    """A local government area (SI 2007/1831 reg 1(2)) of a partnership, and when it was one.

    Attributes:
        code: The GSS code, such as E07000093.
        outward: The outward codes that the partnership counts as inside it.
        lsoas: Its LSOAs, where the partnership lists them.
    """

    code: str
    name: str
    outward: frozenset[str] = frozenset()
    lsoas: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
