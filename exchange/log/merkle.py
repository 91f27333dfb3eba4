"""The Merkle tree over the log (RFC 6962 §2.1), and checkpoints of it (C2SP tlog-checkpoint.md).

A leaf is the whole file of an entry. Keeps the root of every size that the tree has had, because
each entry says which root its signer had seen.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

EMPTY: Final = hashlib.sha256(b"").digest()


class CheckpointBroken(ValueError):
    """The text is not a checkpoint."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that the leaf of an index is in the tree over some leaf hashes.

    RFC 6962 §2.1.1: from the leaf's neighbour upward.
    """
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over some leaf hashes, at least one."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return _node(root_of(leaves[:split]), root_of(leaves[split:]))


def root_from_proof(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that an inclusion proof leads to; None if it is not of that shape.

    RFC 9162 §2.1.3.2.
    """
    if index >= size:
        return None
    node, last, root = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = _node(step, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = _node(root, step)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


@dataclass(slots=True)
class Tree:
    """A growing tree.

    Attributes:
        leaves: The hashes of its leaves. `peaks`: the roots of its full subtrees, largest first.
        roots: Its root at every size, from 0 on.
    """

    leaves: list[bytes] = field(default_factory=list)
    peaks: list[bytes] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=lambda: [EMPTY])

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return len(self.roots) - 1

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        return self.roots[-1]

    def root_at(self, size: int) -> bytes:
        """Return the root it had at a size not greater than now."""
        return self.roots[size]

    def append(self, leaf: bytes) -> None:
        """Add a leaf."""
        self.append_hash(leaf_hash(leaf))

    def append_hash(self, node: bytes) -> None:
        """Add a leaf by its hash."""
        size = len(self.leaves)
        self.leaves.append(node)
        while size & 1:  # its neighbour is a full subtree
            node = _node(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        for peak in self.peaks[-2::-1]:
            node = _node(peak, node)
        self.roots.append(node)


def tree_of(hashes: Sequence[bytes]) -> Tree:
    """Return the tree over some leaf hashes."""
    tree = Tree()
    for data in hashes:
        tree.append_hash(data)
    return tree


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log was at a size."""

    origin: str
    size: int
    root: bytes

    def to_bytes(self) -> bytes:
        """Return the text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> "Checkpoint":
        """Read the text. Extension lines may follow, and say nothing.

        Raises:
            CheckpointBroken: it is not one.
        """
        try:
            origin, size, root, *extensions = text.decode().removesuffix("\n").split("\n")
            checkpoint = cls(origin, int(size), base64.b64decode(root, validate=True))
        except (ValueError, binascii.Error):
            checkpoint = None
        if (
            checkpoint is None
            or not checkpoint.origin
            or checkpoint.to_bytes()
            + b"".join(f"{extension}\n".encode() for extension in extensions)
            != text
            or not all(extensions)
            or len(checkpoint.root) != 32
            or checkpoint.size < 0
        ):
            raise CheckpointBroken("this is not a checkpoint")
        return checkpoint


def root_text(root: bytes) -> str:
    """Write a root as checkpoints do."""
    return base64.b64encode(root).decode()
