"""The refusals of stores that fail. What a store itself says of a failure is never repeated."""

from typing import Final

from exchange.errors import LogBroken
from exchange.stores.store import ACCESS, Unreachable

# Its kind and id, what is said of the store, and what to do.
Failure = tuple[type[LogBroken], str, str, str]

AWAY: Final[Failure] = (
    Unreachable,
    "store-unreachable",
    "cannot be reached",
    "check that the share or the network is connected, and the address in exchange.toml",
)
NOT_FOUND: Final[Failure] = (
    LogBroken,
    "store-not-found",
    "cannot be found",
    "check its name in exchange.toml",
)
NO_LOGIN: Final[Failure] = (
    LogBroken,
    "store-login-refused",
    "does not accept your key or password",
    ACCESS,
)
DENIED: Final[Failure] = (
    LogBroken,
    "store-access-denied",
    "does not give you access",
    "ask for the right to read and write there",
)
READ_ONLY: Final[Failure] = (
    LogBroken,
    "store-read-only",
    "can only be read",
    "ask for the right to write there",
)
_ROOM: Final = "make room there and run the same command again"
FULL: Final[Failure] = (LogBroken, "store-full", "is full", _ROOM)
MAY_BE_FULL: Final[Failure] = (LogBroken, "store-full", "refused; it may be full", _ROOM)
REPLACES: Final[Failure] = (
    LogBroken,
    "store-not-suitable",
    "cannot put a file in place without replacing another",
    "use another file share or service",
)
OTHER: Final[Failure] = (
    LogBroken,
    "store-failed",
    "cannot be used",
    "run the same command again; if it fails again, ask whoever runs the store",
)


def refusal(store: object, failure: Failure) -> LogBroken:
    """Return the refusal of a store that failed."""
    kind, id_, message, hint = failure
    return kind(id_, f"the store {store} {message}", hint)
