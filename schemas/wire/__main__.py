"""Write the frozen form of each dataset's newest version, where there is none: run when one is new.

python -m schemas.wire
"""

import sys
from pathlib import Path

from schemas.datasets import PRESCRIBED
from schemas.wire import freeze, next_step

if __name__ == "__main__":
    for path in freeze(list(PRESCRIBED.values()), Path(__file__).parent):
        print(f"{path.name} is new: review it, and commit it")
    steps = [step for dataset in PRESCRIBED.values() if (step := next_step(dataset))]
    sys.exit("\n".join(steps))
