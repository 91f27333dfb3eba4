"""A log written for stock verifiers: tiles (C2SP tlog-tiles.md), and checkpoints under one key.

Each officer signs checkpoints with a key of their own, which a stock verifier would have to be
given one by one, as they are enrolled. So an installation signs every size of the log again, with
its witness key: it has no passphrase, outlasts the officer's keys, and stands on a card in the log.
What is written again is byte for byte what was there before; another log is never signed.
"""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from exchange.errors import Usage
from exchange.files import replace
from exchange.keys import signed_note
from exchange.log.log import Log
from exchange.log.merkle import Checkpoint, Tree, tree_of
from exchange.log.witness import check_witness, witness_key

_WIDE: Final = 256  # hashes of a whole tile
_GROUP: Final = 1000
_ED25519: Final = b"\x01"


def export(log: Log, profile: Path, folder: Path) -> str:
    """Write the tiles of a log and a checkpoint of every size; return the key that verifies them.

    Raises:
        NotEntitled: this installation's witness key is on no card that counts.
        Usage: the folder holds checkpoints of another log.
    """
    check_witness(log, profile)
    origin, key = log.founding.origin, witness_key(profile)
    checkpoints = {
        f"checkpoints/{size:08d}": signed_note.sign(
            Checkpoint(origin, size, log.tree.root_at(size)).to_bytes(), origin, key
        )
        for size in range(1, log.tree.size + 1)
    }
    for name, note in checkpoints.items():
        path = folder / name
        if path.exists() and path.read_bytes() != note:
            raise Usage(
                "folder-of-another-log", f"{path} is a checkpoint of another log, or of another key"
            )
    for name, data in (*tiles(log.tree), *checkpoints.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        replace(folder / name, data)
    replace(folder / "checkpoint", list(checkpoints.values())[-1])
    public = key.public_key().public_bytes_raw()
    number = signed_note.key_id(origin, public).hex()
    vkey = f"{origin}+{number}+{base64.b64encode(_ED25519 + public).decode()}"
    replace(folder / "vkey", f"{vkey}\n".encode())
    return vkey


def tiles(tree: Tree) -> Iterator[tuple[str, bytes]]:
    """Yield the tiles of a tree, by their paths; those that are not whole for its size alone."""
    level, hashes = 0, list(tree.leaves)
    while hashes:
        parts = [hashes[start : start + _WIDE] for start in range(0, len(hashes), _WIDE)]
        for index, part in enumerate(parts):
            yield tile_path(level, index, len(part)), b"".join(part)
        hashes = [tree_of(part).root for part in parts if len(part) == _WIDE]
        level += 1


def tile_path(level: int, index: int, width: int) -> str:
    """Return the path of a tile."""
    name, rest = f"{index % _GROUP:03d}", index // _GROUP
    while rest:
        name, rest = f"x{rest % _GROUP:03d}/{name}", rest // _GROUP
    return f"tile/{level}/{name}" + (f".p/{width}" if width < _WIDE else "")
