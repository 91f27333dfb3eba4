"""Inclusion and consistency proofs: RFC 6962's definitions, and vectors that others published.

The log gives inclusion proofs (receipts), and keeps the root of each size instead of consistency
proofs. So published consistency proofs are held against those roots: they lead from one to the
other as RFC 9162 §2.1.4.2 says, by a verifier written here.
"""

import hashlib
from itertools import combinations

import pytest

from exchange.log.merkle import (
    EMPTY,
    Checkpoint,
    CheckpointBroken,
    Tree,
    inclusion_proof,
    leaf_hash,
    root_from_proof,
    root_text,
    tree_of,
)

# Leaves, roots and proofs: https://github.com/transparency-dev/merkle (Apache 2.0), in
# proof/verify_test.go: leaves, roots, inclusionProofs, consistencyProofs. They are those of the
# reference implementation of Certificate Transparency.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [  # the leaf's number from 1, the size, the proof
    (1, 1, []),
    (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (6, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (2, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip
CONSISTENCY = [  # a size, a later size, the proof
    (1, 1, []),
    (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    (6, 7, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
]  # fmt: skip
SIZES = range(1, 21)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def tree_hash(d: list[bytes]) -> bytes:
    """Return MTH(D[n]), RFC 6962 §2.1."""
    if not d:
        return sha256(b"")
    if len(d) == 1:
        return sha256(b"\x00" + d[0])
    k = largest_power_below(len(d))
    return sha256(b"\x01" + tree_hash(d[:k]) + tree_hash(d[k:]))


def audit_path(m: int, d: list[bytes]) -> list[bytes]:
    """Return PATH(m, D[n]), RFC 6962 §2.1.1."""
    if len(d) == 1:
        return []
    k = largest_power_below(len(d))
    if m < k:
        return [*audit_path(m, d[:k]), tree_hash(d[k:])]
    return [*audit_path(m - k, d[k:]), tree_hash(d[:k])]


def consistency_proof(m: int, d: list[bytes], *, known: bool = True) -> list[bytes]:
    """Return PROOF(m, D[n]), RFC 6962 §2.1.2; `known` is the b of its SUBPROOF."""
    if m == len(d):
        return [] if known else [tree_hash(d)]
    k = largest_power_below(len(d))
    if m <= k:
        return [*consistency_proof(m, d[:k], known=known), tree_hash(d[k:])]
    return [*consistency_proof(m - k, d[k:], known=False), tree_hash(d[:k])]


def is_consistent(first: int, second: int, roots: tuple[bytes, bytes], proof: list[bytes]) -> bool:
    """Verify a consistency proof, RFC 9162 §2.1.4.2, its steps in order."""
    if first == second:
        return not proof and roots[0] == roots[1]
    if not proof:  # step 1
        return False
    path = [roots[0], *proof] if first & (first - 1) == 0 else proof  # step 2
    fn, sn = first - 1, second - 1  # step 3
    while fn & 1:  # step 4
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]  # step 5
    for c in path[1:]:  # step 6
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha256(b"\x01" + c + fr), sha256(b"\x01" + c + sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha256(b"\x01" + sr + c)
        fn, sn = fn >> 1, sn >> 1
    return (fr, sr) == roots and sn == 0  # step 7


def unhex(proof: list[str]) -> list[bytes]:
    return [bytes.fromhex(step) for step in proof]


def entries(size: int) -> list[bytes]:
    return [b"entry %d" % n for n in range(size)]


def spoiled(proof: list[bytes], root: bytes) -> dict[str, list[bytes]]:
    """Return what is not quite a proof, by what is wrong with it."""
    wrong = {
        "a step more at the end": [*proof, root],
        "an empty step more at the end": [*proof, b""],
        "a step more at the beginning": [root, *proof],
        "a step of zeros at the end": [*proof, bytes(32)],
    }
    for n, step in enumerate(proof):
        altered = bytes([step[0] ^ 8]) + step[1:]
        wrong[f"step {n} altered"] = [*proof[:n], altered, *proof[n + 1 :]]
        wrong[f"step {n} cut short"] = [*proof[:n], step[:-1], *proof[n + 1 :]]
        wrong[f"step {n} missing"] = [*proof[:n], *proof[n + 1 :]]
        wrong[f"step {n} twice"] = [*proof[:n], step, *proof[n:]]
        wrong[f"cut before step {n}"] = proof[:n]
    for a, b in combinations(range(len(proof)), 2):
        swapped = list(proof)
        swapped[a], swapped[b] = proof[b], proof[a]
        wrong[f"steps {a} and {b} swapped"] = swapped
    return wrong


def test_published_roots_are_ours():
    tree = Tree()
    assert tree.root == EMPTY == tree_hash([])
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.append(leaf)
        assert tree.root.hex() == root
    assert [tree.root_at(n + 1).hex() for n in range(8)] == ROOTS


@pytest.mark.parametrize(("number", "size", "proof"), INCLUSION)
def test_published_inclusion_proofs_are_ours(number, size, proof):
    hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]
    assert [step.hex() for step in inclusion_proof(hashes, number - 1)] == proof
    assert (
        root_from_proof(hashes[number - 1], number - 1, size, unhex(proof)).hex() == ROOTS[size - 1]
    )


@pytest.mark.parametrize(("number", "size", "proof"), INCLUSION)
def test_published_inclusion_proofs_prove_nothing_else(number, size, proof):
    index, root, steps = number - 1, bytes.fromhex(ROOTS[size - 1]), unhex(proof)
    leaf = leaf_hash(LEAVES[index])
    for what, wrong in spoiled(steps, root).items():
        assert root_from_proof(leaf, index, size, wrong) != root, what
    for other in {index - 1, index + 1, index ^ 2} - {-1}:
        assert root_from_proof(leaf, other, size, steps) != root, f"index {other}"
    for other in (size * 2, size // 2):
        assert root_from_proof(leaf, index, other, steps) != root, f"size {other}"
    assert root_from_proof(leaf_hash(b"another leaf"), index, size, steps) != root


@pytest.mark.parametrize(("first", "second", "proof"), CONSISTENCY)
def test_published_consistency_proofs_lead_from_a_root_to_a_later_one(first, second, proof):
    tree = Tree()
    for leaf in LEAVES:
        tree.append(leaf)
    roots = tree.root_at(first), tree.root_at(second)
    assert [root.hex() for root in roots] == [ROOTS[first - 1], ROOTS[second - 1]]
    assert is_consistent(first, second, roots, unhex(proof))
    assert consistency_proof(first, LEAVES[:second]) == unhex(proof)
    for what, wrong in spoiled(unhex(proof), roots[1]).items():
        assert not is_consistent(first, second, roots, wrong), what


@pytest.mark.parametrize("size", SIZES)
def test_an_inclusion_proof_is_the_audit_path_of_the_definition(size):
    d = entries(size)
    hashes = [sha256(b"\x00" + one) for one in d]
    for index in range(size):
        path = inclusion_proof(hashes, index)
        assert path == audit_path(index, d)
        assert root_from_proof(hashes[index], index, size, path) == tree_hash(d)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_not_quite_an_inclusion_proof_is_refused(size):
    d = entries(size)
    hashes, root = [leaf_hash(one) for one in d], tree_hash(d)
    for index in range(size):
        path = inclusion_proof(hashes, index)
        for what, wrong in spoiled(path, root).items():
            assert root_from_proof(hashes[index], index, size, wrong) != root, (index, what)
        for other in range(size + 3):
            proved = root_from_proof(hashes[index], other, size, path) == root
            assert proved == (other == index)


@pytest.mark.parametrize("size", SIZES)
def test_a_proof_of_another_length_than_the_size_asks_for_leads_to_no_root(size):
    for index in range(size):
        length = len(audit_path(index, entries(size)))
        for steps in range(8):
            root = root_from_proof(bytes(32), index, size, [bytes(32)] * steps)
            assert (root is not None) == (steps == length)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (2, 1), (8, 8), (9, 8)])
def test_an_index_past_the_end_leads_to_no_root(index, size):
    for steps in range(5):
        assert root_from_proof(leaf_hash(b""), index, size, [bytes(32)] * steps) is None


@pytest.mark.parametrize("size", SIZES)
def test_the_roots_that_a_tree_had_are_consistent_with_the_one_it_has(size):
    d = entries(size)
    tree = tree_of([leaf_hash(one) for one in d])
    assert tree.size == size
    assert tree.root == tree.root_at(size) == tree_hash(d)
    assert tree.leaves == [sha256(b"\x00" + one) for one in d]
    assert tree.root_at(0) == EMPTY == tree_hash([])
    for earlier in range(1, size + 1):
        assert tree.root_at(earlier) == tree_hash(d[:earlier])
        proof = consistency_proof(earlier, d)
        assert is_consistent(earlier, size, (tree.root_at(earlier), tree.root), proof)


@pytest.mark.parametrize(
    "text",
    [
        b"a b\n7\n" + b"A" * 42 + b"==\n",  # of 31 bytes
        b"a b\n-1\n" + b"A" * 43 + b"=\n",
        b"a b\n7\n" + b"A" * 43 + b"\n",  # not padded
        b"a b\n7\nAA*AA" + b"A" * 39 + b"=\n",
        b"a b\n7\n" + b"A" * 43 + b"=\nmore\n\n",
        b"a b 7 " + b"A" * 43 + b"=\n",
        b"a b\n-0\n" + b"A" * 43 + b"=\n",
        b"\xff\n7\n" + b"A" * 43 + b"=\n",
        b"\na b\n7\n" + b"A" * 43 + b"=\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(CheckpointBroken):
        Checkpoint.parse(text)


def test_the_origin_of_a_checkpoint_may_have_a_space_in_it():
    text = b"a b\n7\n" + b"A" * 43 + b"=\n"
    assert Checkpoint.parse(text) == Checkpoint("a b", 7, bytes(32))
    assert Checkpoint.parse(text + b"one more\nand another\n") == Checkpoint("a b", 7, bytes(32))


def test_a_log_may_have_no_entry_yet():
    text = b"a b\n0\n" + b"A" * 43 + b"=\n"
    assert Checkpoint.parse(text) == Checkpoint("a b", 0, bytes(32))


def test_a_root_is_written_in_base64():
    assert root_text(bytes(32)) == "A" * 43 + "="
    assert root_text(bytes.fromhex(ROOTS[0])) == "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
