"""A second reading of payloads in the second form, from docs/spec/bundle.md and nothing of ours.

With DuckDB and the standard library; shares no line with the product, so that both can't be wrong
alike. The numbers are the specification's clauses.
"""

import hashlib
import hmac
import json
import struct
from datetime import date, time
from pathlib import Path

import duckdb

SENSITIVE = {"19C", "88A", "17A", "8Q", "106"}  # some codes of 1.8 (c), from the list of 2017/18
APART = ("area_basis", "generalised")
WHERE_AND_WHEN = (
    "area", "place", "place_precision", "recorded", "recorded_precision", "occurred_from",
    "occurred_precision", "time_from", "time_to", "time_precision", "week_part",
)  # fmt: skip


class Refused(Exception):
    """A reader must refuse a payload; the message is the clause."""


def read_payload(path: Path, statement: dict) -> list[str]:
    """Return the ids of the records of a payload that may be shared.

    Raises:
        Refused: it may not.
    """
    data = path.read_bytes()
    _need(_is_a_step(len(data)), "1.6")
    _need(not any(data[_end_of_data(data) : _footer(data)]), "1.6")
    table = duckdb.sql(f"select * from '{path}'")
    names, rows = table.columns, table.fetchall()
    _need("record_id" not in names, "1.4")
    keys = [[_key(value) for value in row] for row in rows]
    _need(keys == sorted(keys), "1.5")
    _alike(names, rows, statement["treatments"]["smallest"])
    for row in rows:
        said = dict(zip(names, row, strict=True))
        if not said["generalised"]:
            _need(said["domestic"] != "yes" and said["category"] not in SENSITIVE, "1.8")
    told = duckdb.sql(f"select value from parquet_kv_metadata('{path}') where key = 'csp-exchange'")
    salt = bytes.fromhex(json.loads(bytes(told.fetchall()[0][0]))["salt"])
    return [_id(salt, place) for place in range(len(rows))]


def content_of(path: Path, statement: dict, secret: bytes) -> str:  # 3.3
    """Return what tells the sender of a payload that the same rows were sent before."""
    key = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    key = hmac.new(key, b"csp-exchange/v1/content\x01", hashlib.sha256).digest()
    table = duckdb.sql(f"select * from '{path}'")
    types = dict(zip(table.columns, map(str, table.types), strict=True))
    types.pop("record_id", None)
    rows = table.fetchall()
    kinds = {"VARCHAR": "text", "DATE": "date"}
    named = [
        [name, kinds.get(kind, "time" if kind.startswith("TIME") else "number")]
        for name, kind in types.items()
    ]
    same = ("covered", "dataset", "part", "partner", "personal", "schema")
    about = {name: statement[name] for name in same} | {"columns": named, "rows": len(rows)}
    line = json.dumps(about, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    told = b"csp-exchange/v1/content\n" + line.encode() + b"\n"
    for name in types:
        values = [row[table.columns.index(name)] for row in rows]
        there = [value for value in values if value is not None]
        told += bytes(value is not None for value in values)
        told += b"".join(struct.pack("<q", _number(value)) for value in there)
        told += b"".join(value.encode() for value in there if isinstance(value, str))
    return hmac.new(key, told, hashlib.sha256).hexdigest()


def _number(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, date):
        return (value - date(1970, 1, 1)).days
    if isinstance(value, time):
        minutes = value.hour * 60 + value.minute
        return ((minutes * 60 + value.second) * 10**6 + value.microsecond) * 1000
    return value


def _need(holds: bool, clause: str) -> None:
    if not holds:
        raise Refused(clause)


def _id(salt: bytes, place: int) -> str:  # 1.4
    message = b"csp-exchange/v2/record" + place.to_bytes(8, "big")
    return hmac.new(salt, message, hashlib.sha256).hexdigest()[:32]


def _key(value: object) -> tuple:  # 1.5
    return (value is not None, value.encode() if isinstance(value, str) else value or 0)


def _alike(names: list[str], rows: list[tuple], smallest: int) -> None:  # 1.8 (a)
    coarse = [row for row in rows if row[names.index("generalised")] == "generalised"]
    shown = [row for row in coarse if _shows_sensitive(dict(zip(names, row, strict=True)))]
    for some, columns in (
        (coarse, [name for name in names if name in WHERE_AND_WHEN]),
        (shown, [name for name in names if name not in APART]),
    ):
        groups = [tuple(row[names.index(name)] for name in columns) for row in some]
        _need(all(groups.count(one) >= max(smallest, 5) for one in groups), "1.8")


def _shows_sensitive(row: dict) -> bool:
    return row["domestic"] == "yes" or row["category"] in SENSITIVE


def _is_a_step(size: int) -> bool:  # 1.6
    digits = f"{size:b}"
    return size >= 16_384 and "1" not in digits[3:]


def _footer(data: bytes) -> int:
    return len(data) - 8 - int.from_bytes(data[-8:-4], "little")


def _end_of_data(data: bytes) -> int:
    """Return where the last thing ends that the footer names: a chunk, or an index of one."""
    footer = _Thrift(data[_footer(data) : -8]).struct()
    ends = [4]
    for group in footer[4]:
        for chunk in group[1]:
            meta = chunk[3]
            ends.append(min(meta[n] for n in (9, 11) if n in meta) + meta[7])
            ends += [chunk[a] + chunk[b] for a, b in ((4, 5), (6, 7)) if a in chunk]
    return max(ends)


class _Thrift:
    """A reader of Thrift's compact protocol, as far as Parquet's footer needs it."""

    def __init__(self, data: bytes) -> None:
        self.bytes = iter(data)

    def number(self) -> int:
        value, shift = 0, 0
        for byte in self.bytes:
            value += (byte % 128) << shift
            shift += 7
            if byte < 128:
                break
        return value

    def signed(self) -> int:
        value = self.number()
        return value // 2 if value % 2 == 0 else -(value + 1) // 2

    def struct(self) -> dict:
        fields, last = {}, 0
        while (head := next(self.bytes)) != 0:
            step, kind = divmod(head, 16)
            last = last + step if step else self.signed()
            fields[last] = self.value(kind)
        return fields

    def value(self, kind: int) -> object:
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return next(self.bytes)
        if kind in (4, 5, 6):
            return self.signed()
        if kind == 8:
            return bytes(next(self.bytes) for _ in range(self.number()))
        if kind == 12:
            return self.struct()
        assert kind == 9, kind
        count, of = divmod(next(self.bytes), 16)
        return [self.value(of) for _ in range(self.number() if count == 15 else count)]
