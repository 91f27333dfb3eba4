"""Two examples for each command, which its help ends with (`examples.csv`)."""

import csv
from importlib.resources import files
from typing import Final

_LINES: Final = (files("exchange.cli") / "examples.csv").read_text("utf-8").splitlines()
EXAMPLES: Final = {row["command"]: (row["first"], row["second"]) for row in csv.DictReader(_LINES)}


def epilog_of(path: str) -> str:
    """Return the examples of a command, as its help ends with them."""
    # "\b" has click leave the lines as they are.
    return "\b\nFor example:\n" + "\n".join(f"  exchange {line}" for line in EXAMPLES[path])
