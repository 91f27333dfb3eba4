"""Store a bundle of each dataset's newest version, where there is none: python -m tests.wire.make.

They are never written anew: a bundle shows that what this release once shared stays readable.
"""

import io
from pathlib import Path

from exchange.bundle import bundle
from exchange.samples.extract import sample
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import PRESCRIBED
from schemas.quarters import Quarter
from tests.lib.typed import depersonalised
from tests.vectors.world import officer

STORED = Path(__file__).parent / "stored"


def store(dataset: Dataset, path: Path) -> None:
    """Write the bundle of a made-up extract, for an officer of the vectors."""
    made = sample(dataset, Quarter(2026, 3), 40, seed=1)
    rows = depersonalised(dataset.id, made.text())
    target = io.BytesIO()
    recipients = [officer("analysts").identity.recipient]
    bundle.seal(bundle.payload_of(rows), target, recipients)
    path.write_bytes(target.getvalue())


if __name__ == "__main__":
    for one in PRESCRIBED.values():
        file = STORED / f"{one.id}-{one.version}.age"
        if not file.exists():
            store(one, file)
