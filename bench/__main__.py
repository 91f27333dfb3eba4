"""Whether exchange submit became slower: python -m bench --check.

Measures it anew, and compares its ratio to the floor with the one in bench/README.md.
"""

import re
import sys

from bench.submit import HERE, bench

_MOST = 1.1  # times the ratio that was committed
_ROWS = 1_000_000


def check() -> int:
    """Compare the ratios of processor time; return 1 if it is more than a tenth slower."""
    page = (HERE / "README.md").read_text(encoding="utf-8")
    row = re.search(r"^\| exchange submit \| [^|]* \| ([\d.]+) \|", page, re.MULTILINE)
    if row is None:
        raise SystemExit("bench/README.md names no ratio of exchange submit; run: make bench")
    floor, *_, whole, _ = bench(_ROWS)
    committed, now = float(row[1]), whole.busy / floor.busy
    print(f"exchange submit takes {now:.2f} times the floor; committed are {committed:.2f}")
    return int(now > committed * _MOST)


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        raise SystemExit("to measure: make bench; to compare: python -m bench --check")
    sys.exit(check())
