"""The start of every command: `exchange`, and `python -m exchange`."""

import contextlib
import os
import signal
import sys

_STOPPED = 130  # as shells count an interrupt


def program() -> int:
    """Run the command that was typed; Ctrl-C during the imports ends it without a traceback."""
    try:  # the imports take time, in which Ctrl-C may come
        from exchange.cli.unlock_ahead import (  # noqa: PLC0415 - see above
            end_without_key,
            unlock_ahead,
        )

        unlock_ahead(sys.argv[1:])
        from exchange.cli.main import program as run  # noqa: PLC0415 - the same
    except KeyboardInterrupt:
        print("exchange: error: stopped; nothing was sent [stopped]", file=sys.stderr)
        status = _STOPPED
    else:
        status = run()
        end_without_key(status)
    _end_at_once_if_stopped(status)
    return status


def _end_at_once_if_stopped(status: int) -> None:
    """Have Ctrl-C end a command that is over, while a thread of it, such as the one that unlocks
    the key, is not: Python would print a traceback.
    """

    def end(*_: object) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(status)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end)


if __name__ == "__main__":
    sys.exit(program())
