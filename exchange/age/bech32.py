"""Bech32 (BIP 173) without its limit of length, as age uses it for keys."""

import functools
import operator
from typing import Final

from exchange.age.errors import KeyTextBroken

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# What the checksum is combined with, by the five bits that leave it: a key has 2,000 characters.
_BY_TOP: Final = tuple(
    functools.reduce(operator.xor, (g for i, g in enumerate(_GENERATOR) if top >> i & 1), 0)
    for top in range(32)
)


def encode(prefix: str, data: bytes) -> str:
    """Return the text of some bytes under a prefix, in lower case."""
    prefix = prefix.lower()
    values = _regroup(list(data), 8, 5, pad=True)
    checked = _polymod([*_expand(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    checksum = [(checked >> 5 * (5 - i)) & 31 for i in range(6)]
    return prefix + "1" + "".join(_ALPHABET[v] for v in [*values, *checksum])


def decode(text: str) -> tuple[str, bytes]:
    """Return the prefix, in lower case, and the bytes.

    Raises:
        KeyTextBroken: mixed case, a wrong character, a wrong checksum, or wrong padding.
    """
    if text.lower() != text and text.upper() != text:
        raise KeyTextBroken("a key is written in one case, not in both")
    prefix, separator, rest = text.lower().rpartition("1")
    if not separator or not prefix or len(rest) < 6 or not _VALUES.keys() >= set(rest):
        raise KeyTextBroken("this is not the text of a key")
    values = [_VALUES[c] for c in rest]
    if _polymod([*_expand(prefix), *values]) != 1:
        raise KeyTextBroken("the text of the key has a slip in it: its checksum does not agree")
    return prefix, bytes(_regroup(values[:-6], 5, 8, pad=False))


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _BY_TOP[check >> 25]
    return check


def _regroup(values: list[int], old: int, new: int, *, pad: bool) -> list[int]:
    gathered, bits, out = 0, 0, []
    for value in values:
        gathered, bits = gathered << old | value, bits + old
        while bits >= new:
            bits -= new
            out.append(gathered >> bits & (1 << new) - 1)
            gathered &= (1 << bits) - 1
    if pad and bits:
        out.append(gathered << (new - bits) & (1 << new) - 1)
    if not pad and (bits >= old or gathered):
        raise KeyTextBroken("the text of the key is not in its canonical form")
    return out
