"""Whether exchange submit or exchange pull became slower: python -m bench --check.

Measures each anew, and compares its ratio to the floor with the one on its page in this folder.
"""

import re
import sys
from collections.abc import Callable

from bench import pulling, submit
from bench.submit import HERE, Measured

_MOST = 1.1  # times the ratio that was committed
_ROWS = 1_000_000
_BENCHES: dict[str, tuple[str, Callable[[], list[Measured]]]] = {
    "exchange submit": ("README.md", lambda: submit.bench(_ROWS)),
    "exchange pull": ("pulling.md", lambda: pulling.bench(pulling.BUNDLES, pulling.ROWS)),
}


def check() -> int:
    """Compare the ratios of processor time; return 1 if one is more than a tenth slower."""
    slower = [command for command in _BENCHES if _is_slower(command)]
    return int(bool(slower))


def _is_slower(command: str) -> bool:
    name, bench = _BENCHES[command]
    page = (HERE / name).read_text(encoding="utf-8")
    row = re.search(rf"^\| {command} \| [^|]* \| ([\d.]+) \|", page, re.MULTILINE)
    if row is None:
        raise SystemExit(f"bench/{name} names no ratio of {command}; run: make bench")
    measured = bench()
    whole = next(m for m in measured if m.name == command)
    committed, now = float(row[1]), whole.busy / measured[0].busy
    print(f"{command} takes {now:.2f} times the floor; committed are {committed:.2f}")
    return now > committed * _MOST


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        raise SystemExit("to measure: make bench; to compare: python -m bench --check")
    sys.exit(check())
