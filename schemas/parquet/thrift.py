"""Structs in Thrift's compact protocol, in which Parquet writes its footers and page headers."""

from typing import Any, Final

_DEEPEST: Final = 8  # structs and lists in one another
Struct = dict[int, Any]


class NotThrift(ValueError):
    """The bytes are no struct that a Parquet file has. Says why, and never a value."""


def read_struct(data: bytes, at: int = 0, depth: int = 0) -> tuple[Struct, int]:
    """Read a struct by the numbers of its fields; return it and where it ends.

    Raises:
        NotThrift: it is none, or nested deeper than a footer is.
        IndexError: it is cut.
    """
    if depth > _DEEPEST:
        raise NotThrift("its footer is nested too deep")
    fields: Struct = {}
    number = 0
    while kind := data[at]:
        at += 1
        if kind >> 4:
            number += kind >> 4
        else:
            number, at = _signed_int(data, at)
        if kind & 15 in (1, 2):  # true and false have no bytes of their own
            fields[number] = kind & 15 == 1
        else:
            fields[number], at = _value(data, at, kind & 15, depth + 1)
    return fields, at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    match kind:
        case 4 | 5 | 6:  # whole numbers
            return _signed_int(data, at)
        case 8:  # text or bytes, which nothing here needs
            length, at = _varint(data, at)
            if at + length > len(data):
                raise NotThrift("its footer is cut")
            return None, at + length
        case 9 | 10:
            return _list(data, at, depth)
        case 12:
            return read_struct(data, at, depth)
        case 3:
            return data[at], at + 1
        case 7:  # a fraction, which nothing here needs
            return None, at + 8
    raise NotThrift("its footer has a part that is not used")


def _list(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    if depth > _DEEPEST:
        raise NotThrift("its footer is nested too deep")
    count, kind = data[at] >> 4, data[at] & 15
    at += 1
    if count == 15:
        count, at = _varint(data, at)
    if count > len(data) - at:
        raise NotThrift("its footer is cut")
    values = []
    for _ in range(count):
        value, at = _value(data, at, 3 if kind in (1, 2) else kind, depth + 1)
        values.append(value)
    return values, at


def _signed_int(data: bytes, at: int) -> tuple[int, int]:
    number, at = _varint(data, at)
    return (number >> 1) ^ -(number & 1), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    if data[at] < 0x80:  # most have a single byte
        return data[at], at + 1
    number = 0
    for shift in range(0, 70, 7):
        number |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return number, at
    raise NotThrift("its footer has a number that is too long")
