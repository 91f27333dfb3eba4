"""Questions to the officer at the terminal.

Keeps true: Ctrl-C ends a question at once. polars has the system read on after an interrupt, so
that Ctrl-C would do nothing until Enter is pressed. Leaves to others: what is asked.
"""

import signal
from typing import Any

import click

from exchange.cli import console


class Number(click.IntRange):
    """A number of a list that is shown; what was typed instead is not said again."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Read a number, or say which can be typed."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            pass  # raised below, where what was typed cannot hang on to the exception
        return self.fail(f"type a number from {self.min} to {self.max}", param, ctx)


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
