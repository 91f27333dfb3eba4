"""Places, as commands ask about them: files that cannot be read, and codes that do not exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from depersonalise.places.errors import PlacesUnreadable
from depersonalise.places.outward_codes import nearby, outward_codes
from exchange.errors import ExtractUnreadable, Usage


class NearbyPlace(NamedTuple):
    """An outward code, the place that it is named after, and how far away it is."""

    outward: str
    place: str
    kilometres: float


def places_near(typed: str, kilometres: float) -> list[NearbyPlace]:
    """Return the outward codes near one that was typed, itself first and the nearest next.

    Raises:
        Usage: no outward code of England and Wales is called so.
    """
    code, codes = typed.strip().upper(), outward_codes()
    if code not in codes:
        message = f"{code} is not an outward code of England or Wales"
        raise Usage("outward-code-not-known", message)
    distances = nearby(code, kilometres)
    return [NearbyPlace(near, codes[near].name, away) for near, away in distances.items()]


@contextmanager
def readable_places() -> Iterator[None]:
    """Hold what is done with places to files that can be read; for a block, or a function.

    Raises:
        ExtractUnreadable: one of them cannot.
    """
    try:
        yield
    except PlacesUnreadable as fault:
        raise ExtractUnreadable(fault.id, str(fault)) from None
