"""A second reading of the log, from docs/spec and nothing of ours; the numbers are its clauses.

With the standard library and one cryptographic library; shares no line with the product, so that
both can't be wrong alike. What a founding adopts (5.18) is read from the specification's table.
"""

import base64
import csv
import hashlib
import json
import os
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from tests.lib.second_shapes import SHAPES, depth, is_card, is_common, is_shaped

SMALL = {  # y of the points of small order, 2^255-19 and its neighbours among them
    0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
}  # fmt: skip
REASONS = {
    "revoke": "left lost stolen replaced",
    "nil": "none-recorded",
    "not-held": "not-recorded held-by-another not-retrievable held-again",
    "withdraw": "wrong-file wrong-dataset wrong-dates wrong-contents",
    "purge": "sent-in-error retention destroyed-here",
    "suspend": "cannot-be-used identifies-people contents-in-doubt",
}
COMMON_NAMES = {"format", "origin", "id", "kind", "time", "seen"}
FORMATS = {0, 1, 2, 3, 4, 6}
PROVED = 6  # 2.4f, 5.2, 5.9
BINDING = 4  # 5.18: since then an adoption lets no earlier version have effect
# 2.2: the formats of kinds that format 1 did not have
SINCE = {
    "adopt": 2, "edition": 3, "correct-partner": 6, "suspend": 6, "reinstate": 6, "answer": 6,
    "record": 6,
}  # fmt: skip
FOUNDING = Path(__file__).parents[2] / "partners/register/founding_datasets.csv"  # 5.18


SPACES = (
    "\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # 2.1, in a class of re
)


class Refused(Exception):
    """A reader must refuse the log or a bundle: the outcome's name, and the clause."""

    def __init__(self, outcome: str, clause: str) -> None:
        super().__init__(f"{outcome} ({clause})")
        self.outcome, self.clause = outcome, clause


def _need(holds: bool, outcome: str, clause: str) -> None:
    if not holds:
        raise Refused(outcome, clause)


def verify_store(store: Path, founding: str, remembers: str = "") -> dict:
    """Return size, root, which positions count, and the statements in effect, by position.

    Raises:
        Refused: a reader must refuse the log, or a bundle is not the one signed.
    """
    log = Reading(founding)
    while os.path.lexists(path := store / "log" / f"{len(log.files):08d}"):  # 1.2
        log.take(path.read_bytes()[:65_537] if path.is_file() else b"")  # 1.5
    _need(bool(log.files), "lost its end", "1.2")
    given_up = log.given_up()
    if remembers:  # 6.1
        size, root = int(remembers.split(maxsplit=1)[0]), bytes.fromhex(remembers.split()[1])
        if (size, root) not in given_up:
            _need(size <= len(log.files), "lost its end", "6.1")
            _need(_root(log.leaves[:size]) == root, "altered", "6.1")
    for path in (store / "witness").iterdir():
        if path.name.endswith(".checkpoint"):
            log.check(path.read_bytes(), log.origin, b"\x01", given_up, "6.2")
        elif path.name.endswith(".cosignature"):
            data = path.read_bytes()
            if _is_named_as_it_says(path.name, data):
                log.check(data, None, b"\x04", given_up, "6.3")
    for one in log.current:
        if one["kind"] == "submit":
            path = store / "bundles" / f"{one['bundle']['sha256']}.age"
            if path.exists():
                sealed = path.read_bytes()
                signed = one["bundle"]["sha256"], one["bundle"]["size"]
                same = (hashlib.sha256(sealed).hexdigest(), len(sealed)) == signed
                _need(same, "not as signed", "5.9")
    current = {one["position"]: one for one in log.current if one["kind"] == "submit"}
    root = _root(log.leaves).hex()
    suspended = [n for n, one in current.items() if len(log.asked.get(one["id"], ())) > 1]
    return {
        "size": len(log.files), "root": root, "counts": log.counts, "current": current,
        "suspended": suspended, "cosigned": log.cosigned,
    }  # fmt: skip


class Reading:
    """The state of a log, entry by entry."""

    def __init__(self, founding: str) -> None:
        _, self.origin, self.first = founding.strip().splitlines()[-1].split(":")
        self.adopted: dict[str, dict] = {}
        self.files: list[bytes] = []
        self.leaves: list[bytes] = []
        self.counts: list[bool] = []
        self.cards: dict[str, dict] = {}  # that count, by signing key
        self.since: dict[str, int] = {}
        self.known: list[dict] = []  # all that were ever enrolled
        self.revoked: dict[str, int] = {}
        self.ids: set[tuple[str, str]] = set()
        self.returns: list[dict] = []
        self.current: list[dict] = []
        self.purged: set[str] = set()
        self.protocol: dict | None = None
        self.signed: dict[str, bool] = {}
        self.settled: dict[str, set[str]] = {}
        self.ended: dict[str, str] = {}
        self.editions: dict[str, int] = {}
        self.format = 1
        self.cosigned: set[tuple[str, str, int, int]] = set()  # by whom, key, size, when
        self.names: dict[str, tuple[str, set[str]]] = {}  # of partners, with their kinds
        self.kinds: dict[str, set[str]] = {}  # that they have, or had
        self.asked: dict[str, set[str]] = {}  # who wants an entry suspended

    def take(self, data: bytes) -> None:
        """Read the next file."""
        if not self.files:
            _need(hashlib.sha256(data).hexdigest() == self.first, "another log", "2.3")
        self.counts.append(self._has_effect(data))
        self.files.append(data)
        self.leaves.append(hashlib.sha256(b"\0" + data).digest())

    def _has_effect(self, data: bytes) -> bool:
        position = len(self.files)
        note = _note(data)
        if note is None or len(note[1]) != 1 or len(data) > 65_536:  # 1.5
            return False
        text, ((name, signature),) = note
        entry = _json(text)
        if entry is None or not is_common(entry):
            return False
        newer = entry["format"] not in FORMATS  # 2.5
        kind = entry["kind"]
        unknown = kind not in SHAPES or entry["format"] < SINCE.get(kind, 1)
        own = {name: value for name, value in entry.items() if name not in COMMON_NAMES}
        if not newer and not unknown and not is_shaped(kind, own, entry["format"]):
            return False
        if "deadlines" in own and entry["format"] < 6:  # 5.6
            return False
        cards = [] if newer or unknown else _cards(entry)
        first = cards[:1] if kind == "found" and not position and None not in cards else []
        enrolled = [*self.known, *first]
        named = [c for c in enrolled if _name(c) == name]
        by = [c for c in named if _verifies(c["signer"], name, signature, text)]
        if not by:
            return False  # (c)
        if None in cards:
            return False  # 5.2
        signer = by[0]
        again = (signer["signer"], entry["id"]) in self.ids  # (d)
        self.ids.add((signer["signer"], entry["id"]))
        seen = entry["seen"]
        sees = seen["size"] <= position and _root(self.leaves[: seen["size"]]).hex() == seen["root"]
        counts = signer["signer"] in self.cards or not position
        if again or not sees or not counts or entry["origin"] != self.origin:
            return False  # (b), (d), (e)
        coordinates = "coordinator" in signer["roles"]
        if newer:
            _need(not coordinates, "needs newer", "2.5")
            return False
        if unknown or (PROVED <= entry["format"] > self.format and not coordinates):
            return False  # (f)
        rule = getattr(self, "_" + kind.replace("-", "_"))
        ok = bool(rule(entry | {"position": position}, signer, cards))
        if ok and coordinates:
            self.format = max(self.format, entry["format"])
        return ok

    def _found(self, entry: dict, signer: dict, cards: list) -> bool:  # 5.1
        first, second = cards
        ok = entry["position"] == 0 and first["signer"] == signer["signer"] != second["signer"]
        ok = ok and all("coordinator" in c["roles"] for c in cards)
        for row in csv.DictReader(FOUNDING.read_text().splitlines()):  # 5.18
            held = [row["kind"]] if row["nation"] in ("", entry["nation"]) else []
            schema = 2 if entry["format"] >= BINDING else 1
            one = {"schema": schema, "kinds": [], "minutes": row["minutes"] == "yes"}
            one["least"] = [("0000Q0", schema)]
            self.adopted.setdefault(row["dataset"], one)["kinds"] += held
        return ok and all(self._admit(c, 0) for c in cards)

    def _adopt(self, entry: dict, signer: dict, _: list) -> bool:  # 5.18
        name = entry["dataset"]
        ok = "coordinator" in signer["roles"] and not name.startswith("local-")
        one = self.adopted.get(name, {"schema": 1, "kinds": [], "minutes": False, "least": []})
        ok = ok and entry["schema"] >= one["schema"]
        if ok:
            kinds = [*one["kinds"], *(h["kind"] for h in entry["holders"])]
            minutes = one["minutes"] or entry["minutes"]
            binds = [(entry["first"], entry["schema"])] if entry["format"] >= BINDING else []
            self.adopted[name] = {
                "schema": entry["schema"], "kinds": kinds, "minutes": minutes,
                "least": one["least"] + binds,
            }  # fmt: skip
        return ok

    def _edition(self, entry: dict, signer: dict, _: list) -> bool:  # 5.20
        before = self.editions.get(entry["quarter"], 0)
        ok = "coordinator" in signer["roles"] and before < entry["size"] <= entry["seen"]["size"]
        if ok:
            self.editions[entry["quarter"]] = entry["size"]
        return ok

    def _admit(self, card: dict, position: int) -> bool:  # 5.2
        described = card["name"], set(card["kinds"])
        ok = card["origin"] == self.origin and not any(
            c["signer"] == card["signer"] or c["recipient"] == card["recipient"] for c in self.known
        )
        ok = ok and self.names.get(card["partner"], described) == described
        if ok:
            self.names[card["partner"]] = described
            self.kinds.setdefault(card["partner"], set(card["kinds"]))
            self.known.append(card)
            self.cards[card["signer"]] = card
            self.since[card["signer"]] = position
        return ok

    def _enrol(self, entry: dict, signer: dict, cards: list) -> bool:  # 5.3
        ok = "coordinator" in signer["roles"] and not self.format >= PROVED > entry["format"]
        return ok and self._admit(cards[0], entry["position"])

    def _correct_partner(self, entry: dict, signer: dict, _: list) -> bool:  # 5.23
        ok = "coordinator" in signer["roles"] and entry["authority"] in self.names
        if ok:
            self.names[entry["authority"]] = entry["name"], set(entry["kinds"])
            self.kinds[entry["authority"]] |= set(entry["kinds"])
        return ok

    def _suspend(self, entry: dict, signer: dict, _: list) -> bool:  # 5.22
        old = next((o for o in self.returns if o["id"] == entry["entry"]), None)
        ok = "coordinator" in signer["roles"] and self._speaks(entry, signer)
        if not ok or old is None or old["kind"] != "submit":
            return False
        asked = self.asked.setdefault(entry["entry"], set())
        who = _name(signer)
        reasons = REASONS["suspend"].split() if entry["suspended"] else ["lifted"]
        if entry["suspended"] == (who in asked) or entry["reason"] not in reasons:
            return False
        (asked.add if entry["suspended"] else asked.remove)(who)
        return True

    def _revoke(self, entry: dict, signer: dict, _: list) -> bool:  # 5.4
        card = self.cards.get(entry["key"])
        if card is None:
            return False
        mine = "coordinator" in signer["roles"] or signer["partner"] == card["partner"]
        rest = [
            c for k, c in self.cards.items() if k != entry["key"] and "coordinator" in c["roles"]
        ]
        if not mine or not rest or entry["reason"] not in REASONS["revoke"].split():
            return False
        del self.cards[entry["key"]]
        self.revoked[entry["key"]] = entry["position"]
        return True

    def _change_areas(self, entry: dict, signer: dict, _: list) -> bool:  # 5.5
        return "coordinator" in signer["roles"]

    def _publish_protocol(self, entry: dict, signer: dict, _: list) -> bool:  # 5.6
        ok = "coordinator" in signer["roles"] and 5 <= entry["smallest"] <= 100
        ok = ok and entry["witnesses"] in (1, 2)
        ok = ok and all(one["days"] <= 90 for one in entry.get("deadlines", {}).values())
        ok = ok and all(name.startswith("local-") for name in entry["local"])
        ok = ok and all(self.adopted.get(n, {}).get("minutes") for n in entry["minutes"])
        if ok:
            self.protocol, self.signed = entry, {}
        return ok

    def _sign_protocol(self, entry: dict, signer: dict, _: list) -> bool:  # 5.7
        now = self.protocol
        ok = now is not None and {"liaison", "coordinator"} & set(signer["roles"])
        ok = ok and (entry["protocol"], entry["sha256"]) == (now["id"], now["sha256"])
        ok = ok and (now["personal"] or not entry["personal"])
        if ok:
            self.signed[signer["partner"]] = entry["personal"]
        return bool(ok)

    def _speaks(self, entry: dict, signer: dict) -> bool:
        return (entry["partner"], entry["officer"]) == (signer["partner"], signer["officer"])

    def _nominate(self, entry: dict, signer: dict, _: list) -> bool:  # 5.8
        may = {"liaison", "coordinator"} & set(signer["roles"])
        named = any(
            (c["partner"], c["officer"]) == (entry["partner"], entry["nominee"])
            and "liaison" in c["roles"]
            for c in self.cards.values()
        )
        return bool(may) and named and self._speaks(entry, signer)

    def _assess(self, entry: dict, signer: dict, _: list) -> bool:  # 5.17
        return "coordinator" in signer["roles"] and self._speaks(entry, signer)

    def _may(self, entry: dict, signer: dict) -> bool:  # 5.9
        kinds = list(self.kinds[signer["partner"]])
        for b in self.protocol["behalf"] if self.protocol else []:
            if (b["by"], b["dataset"]) == (signer["partner"], entry["dataset"]):
                kinds += self.kinds.get(b["of"], ())
        before = [old for old, new in self.ended.items() if new == signer["partner"]]
        kinds += [k for one in before for k in self.kinds[one]]
        local = entry["dataset"].startswith("local-")
        adopted = self.adopted.get(entry["dataset"], {"kinds": []})
        held = local or bool(set(adopted["kinds"]) & set(kinds))
        return "liaison" in signer["roles"] and self._speaks(entry, signer) and held

    def _submit(self, entry: dict, signer: dict, _: list) -> bool:  # 5.9
        offices = {k: f"{c['partner']}/{c['officer']}" for k, c in self.cards.items()}
        one = self.adopted.get(entry["dataset"], entry | {"least": []})
        least = [schema for first, schema in one["least"] if first <= entry["quarter"]]
        ok = self._may(entry, signer) and max(least, default=1) <= entry["schema"] <= one["schema"]
        ok = ok and all(offices.get(r["key"]) == r["who"] for r in entry["recipients"])
        if ok and entry["personal"]:
            partners = {entry["partner"], *(r["who"].split("/")[0] for r in entry["recipients"])}
            ok = all(self.signed.get(partner) for partner in partners)
        return ok and self._returns(entry)

    def _returns(self, new: dict) -> bool:  # 5.14
        first, last = new["covered"]["first"], new["covered"]["last"]
        overlapping = [
            old
            for old in self.current
            if _key(old) == _key(new)
            and old["covered"]["first"] <= last
            and first <= old["covered"]["last"]
        ]
        for old in overlapping:
            if old["position"] >= new["seen"]["size"]:
                return False
            if not (first <= old["covered"]["first"] and old["covered"]["last"] <= last):
                return False
        self.current = [one for one in self.current if one not in overlapping] + [new]
        self.returns.append(new)
        return True

    def _nil(self, entry: dict, signer: dict, _: list) -> bool:  # 5.10
        if not self._may(entry, signer) or entry["reason"] not in REASONS["nil"].split():
            return False
        first, last = entry["covered"]["first"], entry["covered"]["last"]
        records = any(
            old["kind"] == "submit"
            and _key(old) == _key(entry)
            and old["covered"]["first"] <= last
            and first <= old["covered"]["last"]
            for old in self.current
        )
        return not records and self._returns(entry)

    def _not_held(self, entry: dict, signer: dict, _: list) -> bool:  # 5.11
        ends = entry["last"] is None or entry["first"] <= entry["last"]
        return self._may(entry, signer) and ends and entry["reason"] in REASONS["not-held"].split()

    def _withdraw(self, entry: dict, signer: dict, _: list) -> bool:  # 5.12
        mine = [
            o for o in self.current if (o["id"], o["partner"]) == (entry["entry"], entry["partner"])
        ]
        ok = "liaison" in signer["roles"] and self._speaks(entry, signer) and mine
        if ok and entry["reason"] in REASONS["withdraw"].split():
            self.current.remove(mine[0])
            return True
        return False

    def _purge(self, entry: dict, signer: dict, _: list) -> bool:  # 5.12
        old = next((o for o in self.returns if o["id"] == entry["entry"]), None)
        if old is None or old["kind"] != "submit" or not self._speaks(entry, signer):
            return False
        if entry["reason"] not in REASONS["purge"].split():
            return False
        if old["partner"] != entry["partner"]:
            return old["id"] in self.purged
        if "liaison" not in signer["roles"] or old["id"] in self.purged:
            return False
        self.purged.add(old["id"])
        self.current = [one for one in self.current if one is not old]
        return True

    def _succeed(self, entry: dict, signer: dict, _: list) -> bool:  # 5.16
        old, new = entry["old"], entry["new"]
        ok = {old, new} <= {c["partner"] for c in self.known} and old != new
        ok = ok and not {old, new} & set(self.ended) and "coordinator" in signer["roles"]
        if ok:
            self.ended[old] = new
        return ok

    def _reinstate(self, entry: dict, signer: dict, _: list) -> bool:  # 5.23
        ok = "coordinator" in signer["roles"] and entry["partner"] in self.ended
        if ok:
            del self.ended[entry["partner"]]
        return ok

    def _answer(self, entry: dict, signer: dict, _: list) -> bool:  # 5.24
        return "coordinator" in signer["roles"] and self._speaks(entry, signer)

    def _record(self, entry: dict, signer: dict, _: list) -> bool:  # 5.25
        return "coordinator" in signer["roles"] and self._speaks(entry, signer)

    def _settle(self, entry: dict, signer: dict, _: list) -> bool:  # 5.15
        trees = entry.get("trees")
        said = json.dumps([entry["common"], entry["given_up"], trees])
        first = entry["position"] if trees is None else entry["position"] + 1
        ok = "coordinator" in signer["roles"] and entry["common"] < first
        ok = ok and self.since[signer["signer"]] < entry["common"]
        ok = ok and _name(signer) not in self.settled.get(said, set())
        if ok:
            self.settled.setdefault(said, set()).add(_name(signer))
        return ok

    def given_up(self) -> set[tuple[int, bytes]]:
        """Return size and root of every tree that two coordinators have given up."""
        trees = set()
        for said, by in self.settled.items():
            common, rest, shown = json.loads(said)
            if len(by) >= 2:
                trees |= {(one["size"], bytes.fromhex(one["root"])) for one in shown or ()}
                for n in range(1, len(rest) + 1):
                    leaves = [*self.leaves[:common], *map(bytes.fromhex, rest[:n])]
                    trees.add((len(leaves), _root(leaves)))
        return trees

    def check(self, data: bytes, name: str | None, kind: bytes, given_up: set, clause: str) -> None:
        """Hold a checkpoint (6.2) or a cosignature (6.3) against the log."""
        note = _note(data) if len(data) <= 16_384 else None
        form = rb"([^\n]*)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*"
        told = re.fullmatch(form, note[0]) if note else None
        if told is None:
            return
        text, lines = note
        origin, at = told[1].decode(), (int(told[2]), base64.b64decode(told[3]))
        cards = [*self.cards.values()]
        if name is None:
            cards += [c for c in self.known if self.revoked.get(c["signer"], -1) >= at[0]]
            first: dict[str, str] = {}
            for card in sorted(self.known, key=lambda c: -c["format"]):  # proved, then named
                first.setdefault(card["witness"], card["partner"])
            cards = [c for c in cards if first[c["witness"]] == c["partner"]]
        if name is not None and any(_pretends(c["signer"], name, lines, text) for c in cards):
            return
        for card in cards:
            mine = name or f"{_name(card)}/witness"
            key = card["signer" if name else "witness"]
            by = [s for n, s in lines if n == mine and _verifies(key, mine, s, text, kind)]
            if by and origin == self.origin and at not in given_up:
                _need(at[0] <= len(self.leaves), "lost its end", clause)
                _need(_root(self.leaves[: at[0]]) == at[1], "altered", clause)
                if name is None:
                    when = int.from_bytes(by[0][4:12], "big")
                    self.cosigned.add((card["partner"], key, at[0], when))


def _is_named_as_it_says(name: str, data: bytes) -> bool:  # 1.4, 6.3
    note = _note(data)
    if note is None or len(note[1]) != 1:
        return False
    size = note[0].split(b"\n")[1].decode()
    when = int.from_bytes(note[1][0][1][4:12], "big")
    if when > 32_503_679_999 or not re.fullmatch("[0-9]{1,8}", size):
        return False
    own = f"(-{hashlib.sha256(data).hexdigest()[:16]})?"
    day = datetime.fromtimestamp(when, UTC).strftime("%Y%m%d")
    return bool(re.fullmatch(f"{int(size):08d}-[0-9a-f]{{16}}-{day}{own}.cosignature", name))


def _note(data: bytes) -> tuple[bytes, list[tuple[str, bytes]]] | None:  # 2.1
    text, blank, tail = data.rpartition(b"\n\n")
    lines = []
    try:
        text.decode()
        for line in tail.decode().removesuffix("\n").split("\n"):
            found = re.fullmatch(rf"— ([^{SPACES}+]+) ([A-Za-z0-9+/]+={{0,2}})", line)
            told = base64.b64decode(found[2], validate=True)
            if len(told) < 5 or base64.b64encode(told).decode() != found[2]:
                return None
            lines.append((found[1], told))
    except (ValueError, TypeError):
        return None
    if len(lines) > 100:
        return None
    control = any(byte < 0x20 and byte != 0x0A for byte in data)
    return (text + b"\n", lines) if blank and tail.endswith(b"\n") and not control else None


def _pretends(
    key: str, name: str, lines: list[tuple[str, bytes]], text: bytes, kind: bytes = b"\x01"
) -> bool:
    """Say whether a signature names a key and is not the key's (6.2)."""
    said = hashlib.sha256(name.encode() + b"\n" + kind + bytes.fromhex(key)).digest()[:4]
    named = [s for n, s in lines if n == name and s[:4] == said]
    return not all(_verifies(key, name, one, text, kind) for one in named)


def _verifies(key: str, name: str, signature: bytes, text: bytes, kind: bytes = b"\x01") -> bool:
    public = bytes.fromhex(key)
    if int.from_bytes(public, "little") % 2**255 in SMALL:
        return False
    if signature[:4] != hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]:
        return False
    rest = signature[4:]
    if kind == b"\x04":
        when, rest = int.from_bytes(rest[:8], "big"), rest[8:]
        if when > 32_503_679_999:
            return False
        text = f"cosignature/v1\ntime {when}\n".encode() + text
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(rest, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _json(text: bytes) -> dict | None:  # 3.1
    try:
        value = json.loads(text)
        again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        same = again.encode() + b"\n" == text
        same = same and isinstance(value, dict) and depth(value) <= 16 and _whole(value)
    except (ValueError, RecursionError):
        return None
    return value if same else None


def _whole(value: object) -> bool:
    match value:
        case dict():
            return all(map(_whole, value.values()))
        case list():
            return all(map(_whole, value))
        case float():
            return False
        case int():
            return abs(value) < 2**53
    return True


def _cards(entry: dict) -> list:  # 5.2
    notes = entry.get("cards") or ([entry["card"]] if "card" in entry else [])
    return [_card(note.encode(), 2 if entry["format"] >= PROVED else 1) for note in notes]


def _card(data: bytes, form: int) -> dict | None:
    note = _note(data)
    card = _json(note[0]) if note else None
    if card is None or not is_card(card) or card["format"] != form:
        return None
    keys = [(_name(card), card["signer"]), (f"{_name(card)}/witness", card["witness"])][:form]
    if not _sealable(card["recipient"]) or len(note[1]) != form:
        return None
    ours = all(
        name == signed and _verifies(key, name, signature, note[0])
        for (name, key), (signed, signature) in zip(keys, note[1], strict=True)
    )
    small = int.from_bytes(bytes.fromhex(card["witness"]), "little") % 2**255 in SMALL
    return card if ours and not small else None


@cache
def _sealable(recipient: str) -> bool:
    """Hold a recipient to BIP 173, FIPS 203 7.2 and RFC 7748: something can be sealed for it."""
    values = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(one) for one in recipient[7:]]
    check = 1
    for value in [*(ord(c) >> 5 for c in "age1pq"), 0, *(ord(c) & 31 for c in "age1pq"), *values]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= g if top >> bit & 1 else 0
    bits = "".join(f"{value:05b}" for value in values[:-6])
    whole, left = bits[: len(bits) // 8 * 8], bits[len(bits) // 8 * 8 :]
    key = bytes(int(whole[i : i + 8], 2) for i in range(0, len(whole), 8))
    if check != 1 or len(key) != 1216 or len(left) > 4 or "1" in left:
        return False
    twelve = int.from_bytes(key[:1152], "little")
    if any(twelve >> 12 * n & 0xFFF >= 3329 for n in range(768)):
        return False
    try:
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(key[1184:]))
    except ValueError:
        return False
    return True


def _name(card: dict) -> str:
    return f"{card['origin']}/{card['partner']}/{card['officer']}"


def _key(one: dict) -> tuple:
    return one["partner"], one["dataset"], one["part"], one.get("personal", False)


def _root(leaves: list[bytes]) -> bytes:  # 4.1
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(leaves[:k]) + _root(leaves[k:])).digest()
