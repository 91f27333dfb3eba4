"""`python -m exchange`."""

import sys

from exchange.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
