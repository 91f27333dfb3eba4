"""Armour is read in one way, whatever it holds, and nothing else is taken for it."""

import base64
import io

import pyrage
import pytest

from exchange import age
from tests.lib.armor import BEGIN, END, armored

ALICE = age.Identity.generate()
LARGE = bytes(range(256)) * 1000  # several blocks of armour, and chunks of content


def sealed(data: bytes = LARGE) -> bytes:
    target = io.BytesIO()
    age.encrypt(io.BytesIO(data), target, [ALICE.recipient])
    return target.getvalue()


def opened(text: bytes) -> bytes:
    plain = io.BytesIO()
    age.decrypt(io.BytesIO(text), plain, [ALICE])
    return plain.getvalue()


FILE = sealed()


@pytest.mark.parametrize("size", [*range(4), 47_000, 65_536, 200_000])
def test_what_is_written_as_text_is_read(size):
    data = LARGE[:size]
    text = armored(sealed(data))
    forms = text, text.replace(b"\n", b"\r\n"), b"\n \r\n " + text + b" \t\n\n", text[:-1]
    assert [opened(form) for form in forms] == [data] * 4
    assert age.count_recipients(io.BytesIO(text)) == 1


def test_its_whitespace_may_be_long_and_what_follows_is_found():
    assert opened(b"\n" * 4000 + armored(FILE) + b" " * 200_000) == LARGE
    for text in (b"\n" * 5000 + armored(FILE), armored(FILE) + b" " * 200_000 + b"x", b"\n" + FILE):
        with pytest.raises(age.HeaderBroken):
            opened(text)


@pytest.mark.parametrize("size", [0, 200_000])
def test_another_implementation_s_is_opened_and_opens_ours(size):
    other = pyrage.x25519.Identity.generate()
    plain = io.BytesIO()
    text = pyrage.encrypt(b"z" * size, [other.to_public()], armored=True)
    assert text.startswith(BEGIN)
    age.decrypt(io.BytesIO(text), plain, [age.Identity.parse(str(other))])
    assert plain.getvalue() == b"z" * size
    target = io.BytesIO()
    age.encrypt(io.BytesIO(b"z" * size), target, [age.PassphraseRecipient("some words", 4)])
    assert pyrage.passphrase.decrypt(armored(target.getvalue()), "some words") == b"z" * size


def _spoilt() -> dict[str, bytes]:
    text = armored(FILE)
    lines = text.splitlines(keepends=True)
    late = 3000  # a line of a later block
    found = {
        "no end": b"".join(lines[:-1]),
        "another end": text.replace(b"END AGE", b"END PGP"),
        "another beginning": text.replace(b"AGE", b"PGP"),
        "spaces behind its beginning": text.replace(BEGIN, BEGIN[:-1] + b" \n"),
        "a header": text.replace(BEGIN, BEGIN + b"Version: 1\n\n"),
        "no padding": armored(FILE[: len(FILE) // 3 * 3 - 1]).replace(b"=", b""),
        "text after it": text + b"more\n",
        "twice": text + text,
        "an end in the line": text.replace(b"\n" + END, END),
        "cut in a line": text[: len(text) // 2],
        "all in one line": BEGIN + base64.b64encode(FILE) + b"\n" + END,
    }
    for at in (2, 1008, late):  # 1008: the last of a block
        found |= {
            f"a short line at {at}": _with(lines, at, lines[at][:60] + b"\n" + lines[at][60:]),
            f"a long line at {at}": _with(lines, at, lines[at][:-1] + b"AAAA\n"),
            f"an empty line at {at}": _with(lines, at, b"\n" + lines[at]),
            f"a space at {at}": _with(lines, at, b" " + lines[at]),
            f"padding at {at}": _with(lines, at, lines[at][:62] + b"==\n"),
            f"no base64 at {at}": _with(lines, at, b"*" + lines[at][1:]),
            f"a carriage return at {at}": _with(lines, at, lines[at][:9] + b"\r" + lines[at][10:]),
        }
    return found


def _with(lines: list[bytes], at: int, line: bytes) -> bytes:
    return b"".join([*lines[:at], line, *lines[at + 1 :]])


SPOILT = _spoilt()


@pytest.mark.parametrize("how", SPOILT)
def test_armour_that_is_not_as_it_has_to_be_is_refused(how):
    with pytest.raises(age.HeaderBroken):
        opened(SPOILT[how])


def test_bits_that_are_not_used_are_noughts():
    file = FILE
    while len(file) % 3 != 1:
        file = sealed(LARGE + bytes(len(file) % 3))
    text = armored(file)
    last = text.splitlines()[-2]
    assert last.endswith(b"==")
    other = last[:-3] + {b"A": b"B", b"Q": b"R", b"g": b"h", b"w": b"x"}[last[-3:-2]] + b"=="
    with pytest.raises(age.HeaderBroken):
        opened(text.replace(last, other))


def test_altered_and_cut_content_is_told_in_armour_too():
    with pytest.raises(age.PayloadBroken):
        opened(armored(FILE[:-1] + bytes([FILE[-1] ^ 1])))
    with pytest.raises(age.PayloadCutShort):
        opened(armored(FILE[: -16 - len(LARGE) % 65_536]))
