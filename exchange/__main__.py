"""The start of every command: `exchange`, and `python -m exchange`."""

import sys

_STOPPED = 130  # as shells count an interrupt


def program() -> int:
    """Run the command that was typed; Ctrl-C during the imports ends it without a traceback."""
    try:  # this is what takes time
        from exchange.cli.unlock_ahead import unlock_ahead  # noqa: PLC0415

        unlock_ahead(sys.argv[1:])
        from exchange.cli.main import program as run  # noqa: PLC0415
    except KeyboardInterrupt:
        print("exchange: error: stopped; nothing was sent [stopped]", file=sys.stderr)
        return _STOPPED
    return run()


if __name__ == "__main__":
    sys.exit(program())
