import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from exchange.keys import signed_note
from exchange.log.merkle import Checkpoint, CheckpointBroken, Tree
from tests.unit.test_proofs import tree_hash

KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()


def test_a_signed_note_verifies_under_its_name_and_key_only():
    note = signed_note.parse(signed_note.sign(b"some text\n", "a/name", KEY))
    assert note.text == b"some text\n"
    assert note.is_signed_by("a/name", PUBLIC)
    assert not note.is_signed_by("another/name", PUBLIC)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert not note.is_signed_by("a/name", other)


def test_the_form_is_that_of_the_specification():
    data = signed_note.sign(b"text\n", "name", KEY)
    key_id = hashlib.sha256(b"name\n\x01" + PUBLIC).digest()[:4]
    signature = base64.b64encode(key_id + KEY.sign(b"text\n")).decode()
    assert data == f"text\n\n— name {signature}\n".encode()


@given(st.integers(0, 200), st.integers(1, 255))
def test_every_change_of_a_byte_is_noticed(at, flip):
    data = bytearray(signed_note.sign(b"some text of a note\n", "name", KEY))
    data[at % len(data)] ^= flip
    try:
        note = signed_note.parse(bytes(data))
    except signed_note.NoteBroken:
        return
    assert not note.is_signed_by("name", PUBLIC)


def test_a_signature_that_names_a_known_key_and_is_not_its_own_spoils_the_note():
    data = signed_note.sign(b"text\n", "name", KEY)
    bad = signed_note.signature_line(b"another\n", "name", KEY)
    other = signed_note.signature_line(b"another\n", "name", Ed25519PrivateKey.generate())
    for lines, verdict in ((bad, False), (other, True), (b"", True)):
        note = signed_note.parse(data + lines)
        assert note.verdict("name", PUBLIC) is note.is_signed_by("name", PUBLIC) is verdict
    assert note.verdict("another", PUBLIC) is None
    strange = other + signed_note.signature_line(b"text\n", "nam", KEY)
    assert signed_note.only_by(data + bad + strange, "name", [PUBLIC]) == data


def test_a_cosignature_verifies_under_its_name_and_key_only_and_says_its_time():
    text, when = b"some text\n", 1_790_000_000
    note = signed_note.parse(signed_note.cosign(text, "a/name", KEY, when))
    assert note.cosigned_by("a/name", PUBLIC) == when
    assert note.cosigned_by("another/name", PUBLIC) is None
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert note.cosigned_by("a/name", other) is None
    assert not note.is_signed_by("a/name", PUBLIC)
    assert (
        signed_note.parse(signed_note.sign(text, "a/name", KEY)).cosigned_by("a/name", PUBLIC)
        is None
    )


@given(st.integers(0, 250), st.integers(1, 255))
def test_every_change_of_a_byte_of_a_cosigned_note_is_noticed(at, flip):
    data = bytearray(signed_note.cosign(b"some text of a note\n", "name", KEY, 1_790_000_000))
    data[at % len(data)] ^= flip
    try:
        note = signed_note.parse(bytes(data))
    except signed_note.NoteBroken:
        return
    assert note.cosigned_by("name", PUBLIC) is None


@pytest.mark.parametrize(
    "data",
    [b"", b"text\n", b"text\n\n", "text\n\n— name AAAA".encode(), b"text\n\n- name AAAAAAAA\n",
     "text\n\n— na+me AAAAAAAA\n".encode(), "text\n\n— name AAAA\n".encode(), b"\xff\n\n\xff\n",
     "te\x00xt\n\n— name AAAAAAAA\n".encode(), "text\n\n— name AAAAAAB=\n".encode()],
)  # fmt: skip
def test_what_is_no_note_is_refused(data):
    with pytest.raises(signed_note.NoteBroken):
        signed_note.parse(data)


P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P


def _add(a, b):
    """Add two points of the curve of Ed25519 (RFC 8032 §5.1.4), plainly."""
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P,
    )


def _point(y):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - xx) % P == 0
    return x, y


def test_the_small_order_keys_that_are_refused_are_of_small_order_and_there_are_no_others():
    refused = {y % P for y in signed_note._SMALL_ORDER}
    assert len(refused) == 5  # 1, -1, 0 (twice), and two of order eight (twice each): 8 points
    for y in refused:
        point = _point(y)
        for _ in range(3):
            point = _add(point, point)
        assert point == (0, 1)


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", sorted(signed_note._SMALL_ORDER))
def test_a_small_order_key_is_refused(y, sign):
    assert not signed_note.is_usable((y | sign << 255).to_bytes(32, "little"))


def test_an_ordinary_key_is_not():
    assert signed_note.is_usable(PUBLIC)
    assert not signed_note.is_usable(PUBLIC[:-1])


@given(st.lists(st.binary(max_size=5), min_size=1, max_size=40))
def test_a_growing_tree_has_the_root_of_the_definition(leaves):
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    assert tree.size == len(leaves)
    assert tree.root == tree_hash(leaves)


def test_checkpoints_read_back_and_have_one_form():
    checkpoint = Checkpoint("a/b", 7, b"\1" * 32)
    text = checkpoint.to_bytes()
    assert Checkpoint.parse(text) == checkpoint
    assert Checkpoint.parse(text + b"more\n") == Checkpoint.parse(text + b"a\nb\n") == checkpoint
    for wrong in (
        text + b"\n",
        text + b"a\n\nb\n",
        text + b"more",
        text.removeprefix(b"a/b"),
        text[:-1],
        text.replace(b"7", b"07"),
        b"",
        text.replace(b"A", b"!"),
    ):
        with pytest.raises(CheckpointBroken):
            Checkpoint.parse(wrong)
