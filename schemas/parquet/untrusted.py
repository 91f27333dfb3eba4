"""Parquet files that somebody else wrote, and that may be damaged or made to be.

polars refuses most of them in an ordinary way. For some it panics: that is no `Exception`, and its
threads print where in their code they stopped, which helps nobody who has been sent a file.
"""

import io
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

import polars as pl

Read = TypeVar("Read")

_DAMAGED: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, OSError)
_ERRORS: Final = 2  # the file descriptor to which libraries print
_QUIET: Final = threading.RLock()  # two at a time would each put back what the other had put there


def read_untrusted(read: Callable[[io.BytesIO], Read], content: bytes) -> Read | None:
    """Return what a reader of polars makes of a Parquet file; None if the file is damaged.

    Args:
        read: Such as `pl.read_parquet`, or `pl.read_parquet_schema`.
    """
    with _QUIET:
        descriptor = _errors()
        try:
            if descriptor is not None:
                _silence()
            return _read(read, content)
        finally:
            # An interrupt can come twice, from polars and from Python: nothing of ours is called
            # in between, where the second would leave the errors silent.
            if descriptor is not None:
                os.dup2(descriptor, _ERRORS)
                os.close(descriptor)


def _read(read: Callable[[io.BytesIO], Read], content: bytes) -> Read | None:
    """Read twice before a file is called damaged: polars fails too where it is interrupted."""
    with suppress(*_DAMAGED):
        return read(io.BytesIO(content))
    with suppress(*_DAMAGED):
        return read(io.BytesIO(content))
    return None


def _errors() -> int | None:
    """Return a copy of the descriptor of errors; none where there is none, as without a console."""
    try:
        return os.dup(_ERRORS)
    except OSError:
        return None


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _ERRORS)
    finally:
        os.close(nowhere)
