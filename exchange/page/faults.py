"""Mistakes of exchange's own, in words that hold nothing of what was being worked on."""

import traceback
from pathlib import Path
from typing import Final

_HOME: Final = str(Path(__file__).parents[1])


def fault_in_words(error: BaseException) -> str:
    """Say where a mistake of exchange's own is, without anything that it holds."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(f.filename).name}, line {f.lineno}" for f in frames if _HOME in f.filename]
    return f"{type(error).__name__} in {places[-1] if places else 'a library'}"
