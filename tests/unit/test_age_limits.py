"""Reading an age header costs little, whatever is in it; and a source may give little at a time."""

import io
import os
import threading

import pytest

from exchange import age
from exchange.age.header import BODY_MAX, HEADER_MAX, LINE_MAX, STANZAS_MAX

ALICE = age.Identity.generate()
BEGIN = b"age-encryption.org/v1\n"
ENDLESS = {
    "a line": lambda size: BEGIN + b"-> X " + b"a" * size,
    "words": lambda size: BEGIN + b"-> X" + b" a" * (size // 2) + b"\n",
    "stanzas": lambda size: BEGIN + b"-> X\n\n" * (size // 6),
    "a body": lambda size: BEGIN + b"-> X\n" + (b"A" * 64 + b"\n") * (size // 65),
}


class Counting(io.RawIOBase):
    """A source that counts what is taken from it."""

    def __init__(self, data: bytes) -> None:
        self.source, self.taken = io.BytesIO(data), 0

    def read(self, size: int = -1) -> bytes:
        part = self.source.read(size)
        self.taken += len(part)
        return part

    def readline(self, size: int | None = -1) -> bytes:
        line = self.source.readline(size)
        self.taken += len(line)
        return line


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_header_without_end_is_refused_before_much_of_it_is_read(kind):
    source = Counting(ENDLESS[kind](4 * 1024 * 1024))
    with pytest.raises(age.HeaderBroken):
        age.decrypt(source, io.BytesIO(), [ALICE])
    assert source.taken <= BODY_MAX + 3 * LINE_MAX


def stanza(body: int = 43, argument: int = 1) -> bytes:
    lines = ["A" * min(64, body - at) for at in range(0, body, 64)]
    lines += [""] if body % 64 == 0 else []
    return b"-> X " + b"a" * argument + b"\n" + "".join(f"{one}\n" for one in lines).encode()


@pytest.mark.parametrize(
    ("header", "read"),
    [
        (stanza() * STANZAS_MAX, True),
        (stanza() * (STANZAS_MAX + 1), False),
        (stanza(argument=LINE_MAX - 6), True),
        (stanza(argument=LINE_MAX - 5), False),
        (stanza(body=BODY_MAX - 64), True),
        (stanza(body=BODY_MAX + 64), False),
        (stanza(argument=LINE_MAX - 6) * (HEADER_MAX // LINE_MAX), False),
    ],
)
def test_the_limits_of_a_header(header, read):
    with pytest.raises(age.AgeError) as refused:
        age.decrypt(io.BytesIO(BEGIN + header + b"--- " + b"A" * 43 + b"\n"), io.BytesIO(), [ALICE])
    assert isinstance(refused.value, age.NoIdentityMatches) is read


def test_no_more_recipients_than_can_be_read():
    sealed = io.BytesIO()
    with pytest.raises(age.AgeError):
        age.encrypt(io.BytesIO(b"x"), sealed, [ALICE.recipient] * (STANZAS_MAX + 1))
    assert not sealed.getvalue()


@pytest.mark.parametrize("size", [0, 1, 65536, 200_000])
def test_what_comes_through_a_pipe_piece_by_piece_is_sealed_and_opened_whole(size):
    data = os.urandom(size)
    out, into = os.pipe()

    def write() -> None:
        with os.fdopen(into, "wb", buffering=0) as target:
            for at in range(0, size, 1000):
                target.write(data[at : at + 1000])

    writer = threading.Thread(target=write)
    writer.start()
    sealed = io.BytesIO()
    with os.fdopen(out, "rb", buffering=0) as source:
        age.encrypt(source, sealed, [ALICE.recipient])
    writer.join()
    plain = io.BytesIO()
    age.decrypt(Trickle(sealed.getvalue()), plain, [ALICE])
    assert plain.getvalue() == data


class Trickle(io.BytesIO):
    """A source that gives little at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 999))
