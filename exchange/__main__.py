"""The start of every command: `exchange`, and `python -m exchange`."""

import sys

_STOPPED = 130  # as shells count an interrupt


def program() -> int:
    """Run the command that was typed; Ctrl-C during the imports ends it without a traceback."""
    try:
        from exchange.cli.main import program as run  # noqa: PLC0415 - this is what takes time
    except KeyboardInterrupt:
        print("exchange: error: stopped; nothing was sent [stopped]", file=sys.stderr)
        return _STOPPED
    return run()


if __name__ == "__main__":
    sys.exit(program())
