"""How does it move? The command line, bundles, keys and signatures, the log, stores and reports."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exchange.pull.tables import open_merged

__all__ = ["open_merged"]


def __getattr__(name: str) -> Any:
    """Import what Python programs use only when they use it: the command line starts without."""
    if name == "open_merged":
        from exchange.pull.tables import open_merged  # noqa: PLC0415

        return open_merged
    raise AttributeError(name)
