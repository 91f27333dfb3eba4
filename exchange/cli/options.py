"""The options that several commands share."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from depersonalise.policy import Domestic
from exchange.cli import console
from exchange.cli.paths import EXISTING_FILE, NEW_FILE, NEW_WORKBOOK, filled_in
from exchange.cli.questions import ask
from exchange.cli.tree import option
from exchange.errors import Usage
from exchange.profile.sent_files import RECEIPT
from exchange.typed_words import typed_quarter
from partners.entries import fields
from schemas.quarters import Quarter

Command = Callable[..., Any]


def _a_part(_: click.Context, __: click.Parameter, typed: str) -> str:
    """Hold the name of a part to its shape."""
    try:
        return str(fields.part(typed))
    except ValueError:
        raise click.BadParameter("lower-case letters, digits and hyphens") from None


class QuarterType(click.ParamType[Quarter]):
    """A quarter, in any written form of it."""

    name = "quarter"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Quarter:
        """Read it.

        Raises:
            Usage: it is not one.
        """
        if isinstance(value, Quarter):
            return value
        return typed_quarter(value, param.opts[0] if param else "")


QUARTER = QuarterType()


class DayType(click.ParamType[date]):
    """A day, in ISO form."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it.

        Raises:
            Usage: it is not one.
        """
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            name = param.opts[0] if param else "this"
            raise Usage("day-not-understood", f"{name} must be a day, such as 2027-03-31") from None


DAY = DayType()


def ask_until_read(question: str, read: Callable[[str], Any], default: str | None = None) -> Any:
    """Ask until an answer can be read, and return it as it was read."""
    while True:
        answer = ask(question, default=default)
        try:
            return read(answer)
        except click.BadParameter as fault:
            click.echo(f"  {fault.message}", err=True)
        except Usage as refusal:
            console.say_refusal(refusal)


_ASKED: Final = "exchange.asked"  # in a context, once something was asked


class _AskedParameter(click.Parameter):
    """A parameter that is asked for at a terminal where it was not typed."""

    def __init__(
        self,
        *args: Any,
        asks: str,
        usually: str | None = None,
        in_partnership: bool = False,
        **attributes: Any,
    ) -> None:
        """Take the words of the question.

        Args:
            usually: The answer if none is typed. It is asked only where another question was.
            in_partnership: It is asked only in the folder of a partnership.
        """
        super().__init__(*args, **{"required": usually is None} | attributes)
        self._asks, self._usually, self._in_partnership = asks, usually, in_partnership

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Read what was typed; ask until an answer can be read, if somebody can be asked."""
        is_asked = console.is_interactive() and (self._usually is None or _ASKED in ctx.meta)
        if not self.value_is_missing(value) or not is_asked:
            return super().process_value(ctx, value)
        if self._in_partnership:
            _ = ctx.obj.settings  # refuses, before anything is asked in vain
        ctx.meta[_ASKED] = True
        read = super().process_value
        return ask_until_read(
            self._asks, lambda answer: read(ctx, self._parts(answer)), default=self._usually
        )

    def _parts(self, answer: str) -> str | tuple[str, ...]:
        """Take an answer apart, where several words of a list can be given."""
        if not isinstance(self, click.Option) or not self.multiple:
            return answer
        if not isinstance(self.type, click.Choice):
            return (answer,)
        return tuple(word for word in re.split(r"[\s,]+", answer.lower()) if word)


class AskedOption(_AskedParameter, click.Option):
    """An option that is asked for at a terminal where it was not typed."""


class AskedArgument(_AskedParameter, click.Argument):
    """An argument that is asked for at a terminal where it was not typed."""


extract = click.argument("file", type=EXISTING_FILE, metavar="FILE")


def find_files(
    context: click.Context, parameter: click.Parameter, typed: tuple[str, ...]
) -> tuple[Path, ...]:
    """Return the files that are named, with `*` and `?` filled in where the shell did not do it.

    Receipts of files sent before are none, though `crime*` names them too.
    """
    filled = [name for text in typed for name in filled_in(text)]
    names = [name for name in filled if not name.endswith(RECEIPT)] or filled
    return tuple(EXISTING_FILE.convert(name, parameter, context) for name in names)


extracts = click.argument("files", nargs=-1, required=True, callback=find_files, metavar="FILE...")
datasets = option("", "--dataset", "datasets", multiple=True)
dates = option("", "--dates", "--quarter")
report = option("", "--report", type=NEW_WORKBOOK)
with_values = option("", "--with-values", is_flag=True)
answers = option("", "--answer", "answers", multiple=True)
as_json = option("", "--json", "as_json", is_flag=True)
outputs = option("", "-o", "--output", "outputs", multiple=True, required=True, type=NEW_FILE)
yes = option("", "--yes", is_flag=True)
FILE_VARIABLE: Final = "EXCHANGE_PASSPHRASE_FILE"
passphrase_file = click.option(
    "--passphrase-file",
    metavar="FILE",
    envvar=FILE_VARIABLE,
    help="Read the passphrase from a file's first line, or from standard input (-). "
    f"Default: the file that {FILE_VARIABLE} names.",
)
of_part = option("", "--part", "of_part", default="", callback=_a_part)
domestic = option(
    "", "--domestic-incidents", "domestic", type=click.Choice([choice.value for choice in Domestic])
)

confidentiality_considered = option("", "--confidentiality-considered", is_flag=True)


def reason(reasons: Mapping[str, str], **attributes: Any) -> Callable[[Command], Command]:
    """Return the option that says why an entry is made: one of some reasons."""
    meanings = "; ".join(f"{name}: {meaning}" for name, meaning in reasons.items())
    return click.option(
        "--reason", type=click.Choice(list(reasons)), help=f"{meanings}.", **attributes
    )
