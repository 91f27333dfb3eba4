"""Armour is read in one way, and nothing else is taken for it."""

import pytest

from exchange import age
from exchange.age.armor import armored

FILE = bytes(range(256))


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 96, 256])
def test_what_is_written_as_text_is_read(size):
    text = armored(FILE[:size])
    assert max(map(len, text.splitlines()[1:-1]), default=0) <= 64
    for form in (text, text.replace(b"\n", b"\r\n"), b"\n \n" + text + b" \t\n"):
        assert age.without_armor(form) == FILE[:size]


def test_what_has_no_armour_stays_as_it_is():
    for data in (b"", FILE, b"age-encryption.org/v1\n", b"-----BEGIN CERTIFICATE-----\n"):
        assert age.without_armor(data) == data


def _spoilt() -> dict[str, bytes]:
    text = armored(FILE)
    lines = text.splitlines(keepends=True)
    return {
        "no end": b"".join(lines[:-1]),
        "another end": text.replace(b"END AGE", b"END PGP"),
        "a short line in the middle": text.replace(lines[2], lines[2][:60] + b"\n" + lines[2][60:]),
        "a line too long": text.replace(lines[1] + lines[2], lines[1][:-1] + lines[2]),
        "an empty line": text.replace(lines[2], b"\n" + lines[2]),
        "a header": text.replace(lines[1], b"Version: 1\n\n" + lines[1]),
        "no padding": armored(FILE[:49]).replace(b"=", b""),
        "bits that are not used": armored(FILE[:49]).replace(b"MA==", b"MB=="),
        "a space": text.replace(lines[1], b" " + lines[1]),
        "text after it": text + b"more\n",
        "twice": text + text,
    }


@pytest.mark.parametrize("how", _spoilt())
def test_armour_that_is_not_as_it_has_to_be_is_refused(how):
    assert _spoilt()[how] != armored(FILE)
    with pytest.raises(age.HeaderBroken):
        age.without_armor(_spoilt()[how])
