"""One meaning, one byte string: a line of JSON in the only form that is accepted.

UTF-8, keys sorted by code point, no spaces, integers below 2^53, no fractions, no key twice, no
lone surrogates, values at most sixteen deep, and a line feed at the end. Parsing proves it by
writing back.
"""

import json
from functools import lru_cache
from typing import Any, Final, NoReturn, cast

Json = dict[str, Any]
INTEGER_MAX: Final = 2**53 - 1
DEPTH_MAX: Final = 16  # objects and lists inside one another; how many Python bears, varies


class NotCanonical(ValueError):
    """The bytes are not one line of canonical JSON, or the value has no such form."""


def write(value: Json) -> bytes:
    """Return the one line that stands for a value.

    Raises:
        NotCanonical: it holds a fraction, an integer of 2^53 or more, or a lone surrogate.
    """
    _check(value)
    return _encode(value)


def _encode(value: Json) -> bytes:
    try:
        return _ENCODER.encode(value).encode() + b"\n"
    except UnicodeEncodeError:
        raise NotCanonical("a lone surrogate has no canonical form") from None


def read_with(line: bytes, name: str, *, known: bool = False) -> Json:
    """Return the value of a line whose list of a name line after line repeats.

    The list is left as the bytes that stand for it, where they are canonical on their own: they are
    looked at once. Otherwise it is read as `read` does.

    Args:
        name, known: Of a field of the object itself; as for `read`.

    Raises:
        NotCanonical: as `read`.
    """
    key = f'"{name}":'.encode()
    start = line.find(key + b"[") + len(key)
    end = line.find(b"]", start) + 1
    if start < len(key) or not end or line.count(key) > 1 or not _is_list(line[start:end]):
        return read(line, known=known)
    try:
        # The name stands once, so if the field of that name is null, that is what was put here.
        value = read(line[:start] + b"null" + line[end:], known=known)
    except NotCanonical:
        value = {}
    if value.get(name, "") is not None:
        return read(line, known=known)
    value[name] = line[start:end]
    return value


@lru_cache(maxsize=1000)
def _is_list(text: bytes) -> bool:
    """Say whether bytes up to the first "]" are a canonical list, as a field of an object."""
    try:
        return bool(read(b'{"":' + text + b"}\n"))
    except NotCanonical:
        return False


def read(line: bytes, *, known: bool = False) -> Json:
    """Return the value of a line.

    Args:
        known: It was found to be canonical before, and is the same line; it is not proved again.

    Raises:
        NotCanonical: it is not the one line that stands for a JSON object.
    """
    if known:
        return cast("Json", json.loads(line))
    try:
        value = _DECODER.decode(line.decode())
        # A key that stands twice is read once, so what is written back is another line.
        same = isinstance(value, dict) and _encode(value) == line and not _is_deep(line, value)
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise NotCanonical("not canonical JSON")
    return cast("Json", value)


def _is_deep(line: bytes, value: Any) -> bool:
    """Say whether objects and lists lie too deep inside one another."""
    if line.count(b"{") + line.count(b"[") <= DEPTH_MAX:
        return False
    level = [value]
    for _ in range(DEPTH_MAX):
        inside = [item.values() if isinstance(item, dict) else item for item in level]
        level = [item for values in inside for item in values if isinstance(item, dict | list)]
    return bool(level)


def _integer(digits: str) -> int:
    value = int(digits)
    if abs(value) > INTEGER_MAX:
        raise NotCanonical("an integer of 2^53 or more has no canonical form")
    return value


def _refuse(_: str) -> NoReturn:
    raise NotCanonical("fractions have no canonical form")


_DECODER: Final = json.JSONDecoder(parse_float=_refuse, parse_int=_integer, parse_constant=_refuse)
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    allow_nan=False,
    check_circular=False,
)


def _check(value: Any) -> None:
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("keys are text")
        for item in value.values():
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif isinstance(value, int):
        if not isinstance(value, bool) and abs(value) > INTEGER_MAX:
            raise NotCanonical("an integer of 2^53 or more has no canonical form")
    elif not isinstance(value, str) and value is not None:
        raise NotCanonical("only text, integers, lists and objects have a canonical form")
