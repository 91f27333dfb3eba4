"""Parquet files that somebody else wrote, and that may be damaged or made to be.

polars refuses most of them in an ordinary way. For some it panics: that is no `Exception`, and its
threads print where in their code they stopped, which helps nobody who has been sent a file.
"""

import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    with _QUIET, _quietly():
        try:
            return read(io.BytesIO(content))
        except _DAMAGED:
            return None


@contextmanager
def _quietly() -> Iterator[None]:
    """Let nothing be printed to the process's errors."""
    try:
        kept = os.dup(_ERRORS)
    except OSError:  # it has none, as a program without a console
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _ERRORS)
        yield
    finally:
        os.dup2(kept, _ERRORS)
        os.close(kept)
        os.close(nowhere)
