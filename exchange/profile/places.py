"""The files of places on this computer: one that cannot be read is refused like other files."""

from collections.abc import Iterator
from contextlib import contextmanager

from depersonalise.places.errors import PlacesUnreadable
from exchange.errors import ExtractUnreadable


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
