"""Judge entries again, on whatever Python this runs: with `partners/` alone, and no signatures.

Reads logs from `given`: for each entry its text, and whose signature was found on it. The last
line is the result: which Python it is, and why each entry has no effect.
"""

import json
import sys
from dataclasses import fields, is_dataclass

sys.path.insert(0, "/repo")

from partners.entries.card import Card
from partners.entries.entry import parse
from partners.entries.fields import Malformed
from partners.register.register import Register
from partners.register.replay import apply
from partners.register.rules import NeedsNewer
from partners.register.state import Rejection


def plain(value):
    """Write anything that a register holds in one way, whatever the order of a set is."""
    if isinstance(value, dict):
        return [[plain(key), plain(one)] for key, one in value.items()]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, map(plain, value)))
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if is_dataclass(value):
        return [[one.name, plain(getattr(value, one.name))] for one in fields(value)]
    return str(value)


def judged(log):
    register, found = Register(log["origin"]), []
    for one in log["entries"]:
        try:
            entry = parse(one["text"].encode("utf-8", "surrogateescape")) if one["text"] else None
        except Malformed as fault:
            entry = None
            found.append(str(fault))
        if entry is None or one["signer"] is None:
            register.reject(Rejection("", ""))
            found.append("")
            continue
        cards = tuple(Card.from_json(card) for card in one["cards"])
        try:
            why = apply(register, entry, Card.from_json(one["signer"]), cards, seen=one["seen"])
        except NeedsNewer as fault:
            found.append(str(fault))
            break
        found.append(f"{entry.kind} {why}")
    return [found, plain(register)]


json.dumps([sys.version.split()[0], [judged(log) for log in json.loads(given)]])  # noqa: F821 - its runner sets it
