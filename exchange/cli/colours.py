"""Colours on a terminal. Each only repeats what a word says beside it."""

import os
from typing import Final, TextIO

import click

VARIABLES: Final = ("NO_COLOR", "TERM")  # with which somebody says that they want none


def in_colour(text: str, colour: str, stream: TextIO) -> str:
    """Colour a text for a terminal; leave it as it is in a file or a pipe, or where none is wanted.

    Args:
        colour: As click names it; empty for none.
    """
    none, terminal = (os.environ.get(name) for name in VARIABLES)
    is_plain = not colour or none or terminal == "dumb" or not stream.isatty()
    return text if is_plain else click.style(text, fg=colour)
