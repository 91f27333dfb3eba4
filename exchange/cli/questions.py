"""Questions to the officer at the terminal.

Keeps true: Ctrl-C ends a question at once. polars has the system read on after an interrupt, so
that Ctrl-C would do nothing until Enter is pressed. Leaves to others: what is asked.
"""

import contextlib
import signal
from collections.abc import Collection
from typing import Any

import click

from exchange.cli import console
from exchange.text import number_ranges


class Number(click.IntRange):
    """A number of a list that is shown; what was typed instead is not said again."""

    def __init__(self, first: int, last: int, *, left_out: Collection[int] = ()) -> None:
        super().__init__(first, last)
        self._left_out = left_out

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Read a number, or say which can be typed."""
        with contextlib.suppress(click.BadParameter):  # raised below, without what was typed
            number = super().convert(value, param, ctx)
            if number not in self._left_out:
                return number
        but = f", but not {number_ranges(self._left_out)}" if self._left_out else ""
        return self.fail(f"type a number from {self.min} to {self.max}{but}", param, ctx)


def ask(question: str, **options: Any) -> Any:
    """Ask for an answer, as click does."""
    with console.asking():
        _let_interrupts_through()
        return click.prompt(question, err=True, **options)  # noqa: TID251 - here alone


def is_so(question: str, **options: Any) -> bool:
    """Ask whether something is so, as click does."""
    with console.asking():
        _let_interrupts_through()
        return click.confirm(question, err=True, **options)  # noqa: TID251 - here alone


def _let_interrupts_through() -> None:
    if hasattr(signal, "siginterrupt"):  # Windows has none, and polars changes nothing there
        signal.siginterrupt(signal.SIGINT, True)  # noqa: FBT003 - its only form
