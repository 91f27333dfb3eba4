"""One meaning, one byte string: a line of JSON in the only form that is accepted.

UTF-8, keys sorted by code point, no spaces, integers below 2^53, no fractions, no key twice, no
lone surrogates, and a line feed at the end. Parsing proves it by writing back.
"""

import json
from typing import Any, Final, NoReturn

Json = dict[str, Any]
INTEGER_MAX: Final = 2**53 - 1


class NotCanonical(ValueError):
    """The bytes are not one line of canonical JSON, or the value has no such form."""


def write(value: Json) -> bytes:
    """Return the one line that stands for a value.

    Raises:
        NotCanonical: it holds a fraction, an integer of 2^53 or more, or a lone surrogate.
    """
    _check(value)
    try:
        line = json.dumps(
            value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
        return line.encode() + b"\n"
    except UnicodeEncodeError:
        raise NotCanonical("a lone surrogate has no canonical form") from None


def read(line: bytes) -> Json:
    """Return the value of a line.

    Raises:
        NotCanonical: it is not the one line that stands for a JSON object.
    """
    try:
        value = json.loads(
            line.decode(),
            object_pairs_hook=_no_key_twice,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        raise NotCanonical("not canonical JSON") from None
    if not isinstance(value, dict) or write(value) != line:
        raise NotCanonical("not canonical JSON")
    return value


def _no_key_twice(pairs: list[tuple[str, Any]]) -> Json:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotCanonical("a key stands twice")
    return value


def _refuse(_: str) -> NoReturn:
    raise NotCanonical("fractions have no canonical form")


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
