"""The command `exchange`: arguments in; a result or a refusal, and an exit status, out."""

import errno
import io
import os
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from exchange.cli import console
from exchange.cli.group import App, exchange
from exchange.errors import STATUSES, STOPPED, Refusal
from exchange.files import is_held
from exchange.garbage import leave_all_at_end
from exchange.text import nearest


def main(  # noqa: PLR0911 - one for each way in which a command can end
    arguments: Sequence[str] | None = None, app: App | None = None
) -> int:
    """Run one command; never let a traceback out, because it could carry a record."""
    _prepare_streams()
    app = app or App()
    try:
        status = exchange.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="exchange",
            standalone_mode=False,
            windows_expand_args=False,  # it would expand what stands in a reason or a name too
            obj=app,
        )
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except Refusal as refusal:
        console.say_refusal(refusal)
        return refusal.status
    except click.exceptions.NoArgsIsHelpError as fault:
        fault.show()
        return fault.exit_code
    except click.ClickException as fault:
        console.error("usage", _lower(_in_words(fault)))
        if isinstance(fault, click.MissingParameter) and (needed := _what_to_add(fault)):
            console.hint(needed)
        console.hint("for options: " + _help(fault))
        return fault.exit_code
    except (click.Abort, KeyboardInterrupt):
        if console.is_interactive():
            click.echo(err=True)  # behind the question that was not answered
        console.error("stopped", "stopped; nothing more was sent" if app.sends else "stopped")
        return STATUSES[STOPPED]
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as fault:
        return _refused_by_system(fault)
    except SystemExit:
        raise
    except BaseException as fault:  # noqa: BLE001 - a panic in a library is not an Exception
        _our_fault(fault)
        return 1


def program(arguments: Sequence[str] | None = None, app: App | None = None) -> int:
    """Run one command in a process that ends with it."""
    leave_all_at_end()
    # numpy starts a thread for each core, which wait busily beside the key; nothing multiplies here
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    return main(arguments, app)


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # started by pythonw, which has no console
            setattr(sys, name, io.StringIO())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old code page must not stop a Welsh name
            encoding = None if stream.isatty() else "utf-8"  # in files and pipes, as --json says
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _refused_by_system(fault: OSError) -> int:
    if _is_closed_pipe(fault):
        sys.stderr.close()
        return 0
    if is_held(fault):
        name = Path(str(fault.filename2 or fault.filename or "a file")).name
        console.error("file-in-use", f"{name} is open in another program; it was not changed")
        console.hint("close it (is it open in Excel?), and run the same command again")
        return 1
    folder = Path(str(fault.filename)).absolute().parent if fault.filename else None
    console.error(
        "machine-refused",
        f"could not read or write{f' in {folder}' if folder else ''}: "
        f"{fault.strerror or type(fault).__name__}",
    )
    console.hint("check disk space and permissions, and run the same command again")
    return 1


def _is_closed_pipe(fault: OSError) -> bool:
    """Say whether a reader such as `more` went away, which Windows calls an invalid argument."""
    return sys.platform == "win32" and fault.errno == errno.EINVAL and fault.filename is None


def _our_fault(fault: BaseException) -> None:
    frames = traceback.extract_tb(fault.__traceback__)
    places = [(_file_of_ours(frame.filename), frame.lineno) for frame in frames]
    own_places = [f"{file}, line {line}" for file, line in places if file]
    where = own_places[-1] if own_places else "no file of exchange"
    console.error(
        "fault-in-exchange",
        f"a fault in exchange, not in your file ({type(fault).__name__} in {where})",
    )
    console.hint("report the line above, without any data; to see what was sent: exchange status")


def _file_of_ours(file: str) -> str:
    """Return a file of the program as a path from its packages; nothing for another's file."""
    try:
        inside = Path(file).relative_to(_HOME)
    except ValueError:
        return ""
    return inside.as_posix() if inside.parts[0] in _PACKAGES else ""


_HOME: Final = Path(__file__).parents[2]
_PACKAGES: Final = ("exchange", "depersonalise", "partners", "schemas")


def _in_words(fault: click.ClickException) -> str:
    """Say what is wrong with a command; of a word that is not in a list, which was meant."""
    if isinstance(fault, click.NoSuchOption):
        hint = nearest(fault.option_name, dict.fromkeys(fault.possibilities or (), ""))
        return f"no such option: {fault.option_name}" + (f"; {hint}?" if hint else "")
    if not isinstance(fault, click.BadParameter) or isinstance(fault, click.MissingParameter):
        return " ".join(fault.format_message().split())
    text = fault.message.rstrip(".")
    for pattern, better in _BETTER:
        text = re.sub(pattern, better, text)
    if fault.param is None:
        return text
    hint, wrong = "", re.match("'(.*)' is not one of", text)
    if wrong and isinstance(fault.param.type, click.Choice):
        hint = nearest(wrong[1], dict.fromkeys(fault.param.type.choices, ""))
    option = isinstance(fault.param, click.Option)
    name = fault.param.opts[-1] if option else fault.param.metavar or str(fault.param.name).upper()
    return f"{name}: {text}" + (f"; {hint}?" if hint else "")


_BETTER: Final = (  # what click says of a number, and what a colleague would say
    (r"is not a valid integer( range)?$", "is not a whole number"),
    (r"is not in the range (\d+)<=x<=(\d+)$", r"is not from \1 to \2"),
    (r"is not in the range x>=(\d+)$", r"is less than \1"),
)


def _what_to_add(fault: click.MissingParameter) -> str:
    """Return what to add, in the words of the help; nothing for what has no help of its own."""
    option = fault.param
    if not isinstance(option, click.Option) or not option.help:
        return ""
    metavar = "" if option.metavar is None else f" {option.metavar}"
    return f"add {option.opts[0]}{metavar}: {_lower(option.help)}"


def _help(fault: click.ClickException) -> str:
    context = getattr(fault, "ctx", None)
    return f"{context.command_path} --help" if context else "exchange --help"


def _lower(text: str) -> str:
    text = text.rstrip(".")
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
