"""`python -m exchange`."""

import sys

from exchange.cli.main import program

if __name__ == "__main__":
    sys.exit(program())
