"""Logs drawn from a seed: honest entries, and changes of them that somebody enrolled has signed.

Both readers must come to the same end on each, and ours must come to one.
"""

import copy
import hashlib
import random
from typing import Any

from exchange.keys import signed_note
from exchange.log.merkle import Checkpoint
from partners.entries import canonical_json
from tests.vectors.world import (
    OFFICES,
    ORIGIN,
    World,
    card,
    card_note,
    name_of,
    officer,
    proving_note,
    said,
    statement,
    witness,
)

ENTRIES = 12  # that are added to the first four
DATES = (
    ("2026Q2", {"first": "2026-04-01", "last": "2026-06-30"}),
    ("2026Q3", {"first": "2026-07-01", "last": "2026-07-31"}),
    ("2026Q3", {"first": "2026-07-01", "last": "2026-09-30"}),
)
DATASETS = {
    "council": "police-crime", "police": "police-crime", "ambulance": "ambulance-callouts",
    "fire": "fire-staff-violence",
}  # fmt: skip
AREA = {
    "code": "E07999902", "name": "Eastshire", "first": None, "last": None, "lsoas": [],
    "outward": ["WZ9"],
}  # fmt: skip
DAYS = {0: "19700101", 1792486800: "20261020", 32_503_679_999: "29991231"}
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 3, 4, 5, 99, 2**53 - 1, "", " ", "x", "police", "council",
    "liaison", "police-crime", "local-x", "yes", "0", "1-4", "10-49", "9-1", "5-10", "2026Q3",
    "0000Q1", "0999Q4", "9999Q4", "2026-07-01", "2026-02-29", "0001-01-01", "9999-12-31",
    "2026-W27-1", "2026-10-20T09:00:00Z", "2999-12-31T23:59:59Z", "3000-01-01T00:00:00Z",
    "2026-10-20T24:00:00Z", "a\u00a0b", "a\U0001fae9b", "\u200b", "\ue000", "é", "x" * 200,
    "x" * 201, "ab" * 16, "ab" * 32, "00" * 32, "AB" * 32, "wrong-file", "left", "withhold",
    "outward", "E07999901", [], [1], {}, {"x": 1}, [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]],
)  # fmt: skip


class Fuzzed:
    """A log under way.

    Attributes:
        ids: Of the entries so far, which others may name.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.world = World().found()
        for who in ("ambulance", "fire", "analysts"):
            self.world.enrol(who)
        for number in range(ENTRIES):
            self.add(number)
        for _ in range(self.random.randrange(4)):
            self.look()

    def any_id(self) -> str:
        if self.random.random() < 0.2:
            return self.world.id_of(self.random.randrange(min(4, self.world.tree.size)))
        return self.last

    last = "ab" * 16

    def entry(self) -> tuple[str, str, dict]:
        """Return an entry that may well have effect: by whom, its kind and its own fields."""
        draw = self.random
        if draw.random() < 0.6:
            by = draw.choice(("council", "police", "ambulance", "fire"))
            return by, *draw.choice(OF_PARTNERS)(self, by)
        return "council", *draw.choice(OF_COORDINATORS)(self)

    def submit(self, by: str) -> tuple[str, dict]:
        quarter, covered = self.random.choice(DATES)
        return "submit", statement(by, DATASETS[by], covered=covered, quarter=quarter)

    def nil(self, by: str) -> tuple[str, dict]:
        told = {"dataset": DATASETS[by], "part": "", "reason": "none-recorded"}
        return "nil", said(by, **told, covered=self.random.choice(DATES)[1])

    def withdraw(self, by: str) -> tuple[str, dict]:
        return "withdraw", said(by, entry=self.any_id(), reason="wrong-file")

    def purge(self, by: str) -> tuple[str, dict]:
        reason = self.random.choice(("retention", "destroyed-here"))
        return "purge", said(by, entry=self.any_id(), reason=reason)

    def not_held(self, by: str) -> tuple[str, dict]:
        told = {"dataset": DATASETS[by], "first": "2026Q1", "last": None, "held": False}
        return "not-held", said(by, **told, reason="not-recorded")

    def nominate(self, by: str) -> tuple[str, dict]:
        return "nominate", said(by, nominee="liaison", deputy=False)

    def revoke(self, _: str) -> tuple[str, dict]:
        return "revoke", {
            "key": officer(self.random.choice(list(OFFICES))).signer,
            "reason": "left",
        }

    def sign(self, _: str) -> tuple[str, dict]:
        return "sign-protocol", {"protocol": self.any_id(), "sha256": "12" * 32, "personal": True}

    def publish(self) -> tuple[str, dict]:
        return "publish-protocol", {
            "title": "ISP", "sha256": "12" * 32, "size": 9, "smallest": 5, "domestic": {},
            "personal": True, "places": {"police-crime": "lsoa"}, "minutes": [], "local": {},
            "behalf": [], "witnesses": 1, "review": None,
        }  # fmt: skip

    def assess(self) -> tuple[str, dict]:
        nothing = {"position": "", "action": "", "owner": "", "by": None, "page": ""}
        return "assess", said("council", requirement="1", answer="yes", **nothing)

    def areas(self) -> tuple[str, dict]:
        return "change-areas", {"areas": [AREA]}

    def succeed(self) -> tuple[str, dict]:
        told = {"old": "fire", "new": "ambulance", "on": "2026-10-01", "begun": True}
        return "succeed", told

    def adopt(self) -> tuple[str, dict]:
        holder = {"certain": True, "first": None, "kind": "police", "last": None}
        return "adopt", {
            "format": 2, "dataset": self.random.choice(list(DATASETS.values())), "title": "x",
            "schema": 2, "holders": [holder], "minutes": True, "first": "2026Q1",
        }  # fmt: skip

    def edition(self) -> tuple[str, dict]:
        return "edition", {"format": 3, "quarter": "2026Q3", "size": self.world.tree.size}

    def correct(self) -> tuple[str, dict]:
        return "correct-partner", {
            "format": 6, "authority": self.random.choice(list(OFFICES)), "name": "Westshire fire",
            "kinds": self.random.choice((["fire"], ["police"], ["fire", "police"])),
            "first": "2026Q3",
        }  # fmt: skip

    def suspend(self, by: str) -> tuple[str, dict]:
        suspended = self.random.random() < 0.7
        reason = "contents-in-doubt" if suspended else "lifted"
        told = {"entry": self.any_id(), "suspended": suspended, "reason": reason}
        return "suspend", {"format": 6} | said(by, **told)

    def answered(self, by: str) -> tuple[str, dict]:
        kind, told = self.submit(by)
        answers = [{"query": "month-without-records", "reason": "system-down"}]
        return kind, told | {"format": 6, "answers": answers}

    def settle(self) -> tuple[str, dict]:
        told = {"common": 2, "given_up": ["ab" * 32]}
        if self.random.random() < 0.5:
            return "settle", told
        size = self.world.tree.size
        tree = {"size": self.random.choice((size, size + 1)), "root": "00" * 32}
        return "settle", {"format": 6, "common": size, "given_up": [], "trees": [tree]}

    def enrol(self) -> tuple[str, dict]:
        if self.random.random() < 0.5:
            return "enrol", {"card": self.card()}
        return "enrol", {"format": 6, "card": self.card(proving=True)}

    def found(self) -> tuple[str, dict]:
        return "found", {
            "name": "x", "nation": "wales", "areas": [AREA], "first_quarter": "2026Q1",
            "cards": [self.card(), self.card()],
        }  # fmt: skip

    def card(self, *, proving: bool = False) -> str:
        """Return a card: of somebody enrolled, with other keys, or changed."""
        draw = self.random
        who = draw.choice(list(OFFICES))
        told = card(who)
        if draw.random() < 0.7:  # another's keys
            other = draw.choice((*OFFICES, "new", "newer"))
            told |= {"signer": officer(other).signer, "officer": draw.choice(("deputy", "liaison"))}
            told["recipient"] = str(officer(draw.choice((other, other, "new"))).identity.recipient)
            told["witness"] = (
                witness(draw.choice((who, other))).public_key().public_bytes_raw().hex()
            )
        else:
            other = who
        if draw.random() < 0.4:
            told = self.changed(told)
        try:
            if proving:
                proof = draw.choice((who, other))
                return proving_note(who, by=proof, signed_by=other, **told | {"format": 2})
            return card_note(who, by=other, **told)
        except (canonical_json.NotCanonical, KeyError, TypeError):
            return "no card"

    def changed(self, value: Any) -> Any:
        """Change something anywhere in a value."""
        draw = self.random
        value = copy.deepcopy(value)
        at = value
        while isinstance(at, dict | list) and at:
            key = draw.choice(list(at) if isinstance(at, dict) else range(len(at)))
            if isinstance(at[key], dict | list) and at[key] and draw.random() < 0.7:
                at = at[key]
                continue
            how = draw.random()
            if how < 0.75:
                at[key] = draw.choice(VALUES)
            elif how < 0.85:
                del at[key]
            elif isinstance(at, dict):
                at[draw.choice(("x", "kind", "é"))] = draw.choice(VALUES)
            else:
                at.append(at[key])
            return value
        return value

    def add(self, number: int) -> None:
        """Add an entry, changed or not, or no entry at all."""
        draw, world = self.random, self.world
        by, kind, fields = self.entry()
        told = world.line(kind, **fields)
        told["id"] = f"{draw.getrandbits(128):032x}" if draw.random() < 0.95 else self.any_id()
        if draw.random() < 0.15:  # its signer had not seen the newest
            size = draw.randrange(world.tree.size + 1)
            told["seen"] = {"size": size, "root": world.tree.root_at(size).hex()}
        told["time"] = f"2026-10-20T10:{number:02d}:00Z"
        if draw.random() < 0.4:
            told = self.changed(told)
        if draw.random() < 0.1:
            by = draw.choice(list(OFFICES))
        signer = by if draw.random() < 0.95 else draw.choice((*OFFICES, "new"))
        try:
            text = canonical_json.write(told)
        except canonical_json.NotCanonical:
            return
        name = name_of(by) if draw.random() < 0.97 else f"{ORIGIN}/police/deputy"
        data = signed_note.sign(text, name, officer(signer).signing)
        if draw.random() < 0.08:
            data = self.spoilt(data)
        if isinstance(told.get("id"), str) and len(told["id"]) == 32:
            self.last = told["id"]
        world.append(data)

    def spoilt(self, data: bytes) -> bytes:
        """Change a byte, or cut, or double a line."""
        draw = self.random
        at = draw.randrange(len(data))
        match draw.randrange(4):
            case 0:
                return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]
            case 1:
                return data[:at]
            case 2:
                return data + data.split(b"\n")[-2] + b"\n"
        return data[:at] + draw.choice((b"\r", b"\x00", b"\xff", b"\n\n", b" ")) + data[at:]

    def look(self) -> None:
        """Add a checkpoint or a cosignature: true, of another tree, or of more; or none."""
        draw, world = self.random, self.world
        who = draw.choice(list(OFFICES))
        size = draw.randrange(world.tree.size + 1)
        root = world.tree.root_at(size) if draw.random() < 0.95 else bytes(32)
        text = Checkpoint(ORIGIN, size, root).to_bytes()
        spoil = self.spoilt if draw.random() < 0.2 else bytes
        if draw.random() < 0.4:
            note = spoil(signed_note.sign(text, ORIGIN, officer(draw.choice((who, "new"))).signing))
            world.files[f"witness/{size:08d}.checkpoint"] = note
            return
        when = draw.choice((1792486800, 0, 32_503_679_999, 32_503_680_000, 2**53 - 1))
        named = name_of(draw.choice((who, who, "police")))
        note = spoil(signed_note.cosign(text, f"{named}/witness", witness(who), when))
        short = _public(who)[:16]
        day = DAYS.get(when, "30000101") if draw.random() < 0.9 else "20261021"
        own = hashlib.sha256(note).hexdigest()[:16]
        day += draw.choice(("", "", "", f"-{own}", f"-{own[::-1]}"))
        world.files[f"witness/{size:08d}-{short}-{day}.cosignature"] = note


def _public(who: str) -> str:
    return witness(who).public_key().public_bytes_raw().hex()


F = Fuzzed
OF_PARTNERS = (
    F.submit, F.submit, F.answered, F.suspend, F.nil, F.withdraw, F.purge, F.not_held, F.nominate,
    F.revoke, F.sign,
)  # fmt: skip
OF_COORDINATORS = (
    F.publish, F.correct, F.assess, F.areas, F.succeed, F.adopt, F.edition, F.settle, F.enrol,
    F.enrol, F.found,
)  # fmt: skip
