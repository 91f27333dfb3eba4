"""When Python collects garbage: not while modules are imported, nor when the program ends.

What a command imports is some 150,000 objects, and none of them goes away before its end; to look
through them again and again was a tenth of the time that a check of a small file takes.
"""

import atexit
import contextlib
import gc
import sys
from collections.abc import Iterator

# Where other programs use these modules, what was set aside is garbage at the end as all else is:
# libraries that were made with nanobind, such as duckdb, would call what is left then a leak.
atexit.register(gc.unfreeze)


@contextlib.contextmanager
def nothing_collected() -> Iterator[None]:
    """Have Python not look for garbage while modules are imported, nor in them afterwards.

    Where nothing is imported, as when another command runs in the same process, garbage that was
    made meanwhile is not set aside with what stays.
    """
    collecting, imported = gc.isenabled(), len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if len(sys.modules) > imported:
                gc.freeze()
            gc.enable()


def leave_all_at_end() -> None:
    """Leave to the system what is in memory when the program ends, once files are closed."""
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.freeze)
