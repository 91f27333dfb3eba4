"""A partnership with fixed keys and a fixed clock, from which vectors are written.

Entries are given as plain JSON, and may be as wrong as a case needs them to be.
"""

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange import age
from exchange.keys import signed_note
from exchange.keys.identity import UnlockedKey
from exchange.log.merkle import Checkpoint, Tree
from partners.entries import canonical_json

ORIGIN = "westshire-csp/" + "0f" * 16
OFFICES = {
    "council": ("council", "coordinator", ["coordinator", "liaison"]),
    "police": ("police", "liaison", ["coordinator", "liaison"]),
    "ambulance": ("ambulance", "liaison", ["liaison"]),
    "fire": ("fire", "liaison", ["liaison"]),
    "analysts": ("other", "analyst", ["analyst"]),
}
DAY = "2026-10-20"
TUESDAY = 1792486800  # that day at 09:00 UTC, in seconds since 1970
Json = dict[str, Any]


def seed(name: str) -> bytes:
    return hashlib.sha256(f"a vector's {name}".encode()).digest()


@cache
def officer(who: str) -> UnlockedKey:
    return UnlockedKey(age.Identity(seed(who)))


@cache
def recipient(who: str) -> str:
    return str(officer(who).identity.recipient)


@cache
def witness(who: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed(f"{who}'s witness"))


def card(who: str, **over: Any) -> Json:
    """Return what a card says."""
    kind, office, roles = OFFICES[who]
    keys = officer(who)
    return {
        "format": 1, "origin": ORIGIN, "partner": who, "name": f"Westshire {who}",
        "kinds": [kind], "officer": office, "roles": roles, "contact": f"data@{who}.example",
        "recipient": recipient(who), "signer": keys.signer,
        "witness": witness(who).public_key().public_bytes_raw().hex(),
        "made": f"{DAY}T08:00:00Z",
    } | over  # fmt: skip


def name_of(who: str) -> str:
    return f"{ORIGIN}/{who}/{OFFICES[who][1]}"


def card_note(who: str, *, by: str = "", **over: Any) -> str:
    """Return a card's file."""
    told = card(who, **over)
    name = f"{told['origin']}/{told['partner']}/{told['officer']}"
    return signed_note.sign(canonical_json.write(told), name, officer(by or who).signing).decode()


def proving_note(who: str, *, by: str = "", signed_by: str = "", **over: Any) -> str:
    """Return the file of a card of format 2, which a witness key has signed too.

    Args:
        by: Whose witness key signs it, where that is another's than the card names.
    """
    note = card_note(who, by=signed_by, **{"format": 2} | over)
    name = note.splitlines()[-1].split(" ")[1]
    text = note.partition("\n\n")[0].encode() + b"\n"
    line = signed_note.signature_line(text, f"{name}/witness", witness(by or who))
    return note + line.decode()


class World:
    """The files of a store, written one after the other."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.tree = Tree()

    def line(self, kind: str, **fields: Any) -> Json:
        """Return an entry's text as JSON, after what is there."""
        number = self.tree.size
        seen = {"size": number, "root": self.tree.root.hex()}
        return {
            "format": 1, "origin": ORIGIN, "id": seed(f"entry {number}")[:16].hex(),
            "kind": kind, "time": f"{DAY}T09:{number:02d}:00Z", "seen": seen,
        } | fields  # fmt: skip

    def add(self, by: str, kind: str, /, **fields: Any) -> bytes:
        """Sign an entry and append it."""
        return self.append(self.signed(by, canonical_json.write(self.line(kind, **fields))))

    def signed(self, by: str, text: bytes, name: str = "") -> bytes:
        return signed_note.sign(text, name or name_of(by), officer(by).signing)

    def append(self, data: bytes) -> bytes:
        self.files[f"log/{self.tree.size:08d}"] = data
        self.tree.append(data)
        return data

    def found(self, **over: Any) -> "World":
        fields: Json = {
            "name": "Westshire CSP", "nation": "england", "first_quarter": "2026Q1",
            "areas": [{
                "code": "E07999901", "name": "Westshire", "first": None, "last": None,
                "lsoas": [], "outward": ["WZ1", "WZ2"],
            }],
            "cards": [card_note("council"), card_note("police")],
        }  # fmt: skip
        self.add("council", "found", **fields | over)
        return self

    def enrol(self, who: str, *, by: str = "council", **over: Any) -> "World":
        self.add(by, "enrol", card=card_note(who, **over))
        return self

    def checkpoint(self, by: str, size: int | None = None, root: bytes | None = None) -> "World":
        size = self.tree.size if size is None else size
        at = root or self.tree.root_at(size)
        note = signed_note.sign(
            Checkpoint(ORIGIN, size, at).to_bytes(), ORIGIN, officer(by).signing
        )
        self.files[f"witness/{size:08d}.checkpoint"] = note
        return self

    def cosign(
        self, by: str, size: int | None = None, root: bytes | None = None, when: int = TUESDAY
    ) -> "World":
        size = self.tree.size if size is None else size
        at = root or self.tree.root_at(size)
        text = Checkpoint(ORIGIN, size, at).to_bytes()
        key = witness(by)
        note = signed_note.cosign(text, f"{name_of(by)}/witness", key, when)
        short = key.public_key().public_bytes_raw().hex()[:16]
        day = f"{datetime.fromtimestamp(when, UTC):%Y%m%d}"
        self.files[f"witness/{size:08d}-{short}-{day}.cosignature"] = note
        return self

    @property
    def founding(self) -> str:
        first = hashlib.sha256(self.files["log/00000000"]).hexdigest()
        return f"csp-exchange:{ORIGIN}:{first}"

    def id_of(self, position: int) -> str:
        text = signed_note.parse(self.files[f"log/{position:08d}"]).text
        return str(canonical_json.read(text)["id"])


def statement(partner: str = "police", dataset: str = "police-crime", **over: Any) -> Json:
    """Return the own fields of a submit entry."""
    who = f"{partner}/{OFFICES[partner][1]}"
    return {
        "partner": partner, "officer": OFFICES[partner][1], "dataset": dataset, "part": "",
        "quarter": "2026Q3", "covered": {"first": "2026-07-01", "last": "2026-09-30"},
        "schema": 1, "personal": False,
        "counts": {"rows_in": "10-49", "accepted": "10-49", "left_out": {}},
        "treatments": {
            "places": {"outward": "10-49"}, "generalised": {"not": "10-49"},
            "domestic": "generalise", "smallest": 5,
        },
        "recipients": [{"who": who, "key": officer(partner).signer}],
        "bundle": {"sha256": "ab" * 32, "size": 1234},
        "payload": {"sha256": "cd" * 32}, "content": "ef" * 32,
    } | over  # fmt: skip


def said(partner: str, **fields: Any) -> Json:
    """Return what an officer says for their partner."""
    return {"partner": partner, "officer": OFFICES[partner][1]} | fields


def written(headers: dict[str, str], files: dict[str, bytes]) -> bytes:
    """Return a vector's file."""
    lines = [f"{name}: {value}".encode() for name, value in headers.items()] + [b""]
    for name, data in files.items():
        plain = data.endswith(b"\n") and b"\n-- " not in data and b"\r" not in data
        try:
            data.decode()
        except UnicodeDecodeError:
            plain = False
        body = data[:-1] if plain else base64.encodebytes(data).rstrip()
        lines += [f"-- {name}{'' if plain else ' base64'} --".encode(), body]
    return b"\n".join(lines) + b"\n"


def read(data: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """Read a vector's file."""
    head, *parts = data.split(b"\n-- ")
    lines = head.decode().strip().split("\n")
    headers = dict(line.split(": ", 1) for line in lines if line)
    files = {}
    for part in parts:
        title, _, body = part.partition(b"\n")
        name = title.decode().removesuffix(" --")
        raw = body if body.endswith(b"\n") else body + b"\n"
        if name.endswith(" base64"):
            files[name.removesuffix(" base64")] = base64.b64decode(raw)
        else:
            files[name] = raw
    return headers, files
