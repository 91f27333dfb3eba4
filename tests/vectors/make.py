"""Write the vectors anew: python -m tests.vectors.make."""

from pathlib import Path

from tests.vectors import (  # noqa: F401 - they add to the cases
    dataset_cases,
    entry_cases,
    exact_cases,
    member_cases,
    return_cases,
    time_cases,
    tree_cases,
)
from tests.vectors.bundle_cases import BUNDLES
from tests.vectors.case import CASES
from tests.vectors.world import written

HERE = Path(__file__).parent


def log_vector(name: str) -> bytes:
    """Return the file of a log's vector."""
    made = CASES[name]()
    size = 0
    while f"log/{size:08d}" in made.world.files:
        size += 1
    counts = " ".join(str(n) for n in range(size) if n not in made.without)
    headers = {
        "comment": made.comment,
        "clause": made.clause,
        "founding": made.world.founding,
        **({"remembers": made.remembers} if made.remembers else {}),
        "expect": made.expect,
        **({"counts": counts} if made.expect == "accepted" else {}),
    }
    return written(headers | made.headers, made.world.files)


def everything() -> dict[Path, bytes]:
    """Return every vector, by its path."""
    found = {HERE / f"log/{name}.vector": log_vector(name) for name in CASES}
    return found | {HERE / f"bundle/{name}.vector": make() for name, make in BUNDLES.items()}


if __name__ == "__main__":
    for path, data in everything().items():
        path.write_bytes(data)
