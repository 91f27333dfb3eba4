"""Whatever file somebody adds to a store, commands go on, and what was honest still counts."""

import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.age import bech32
from exchange.keys import signed_note
from exchange.keys.cards import sign_card
from exchange.keys.identity import write_identity
from exchange.log import witness
from exchange.log.merkle import Checkpoint
from partners.entries import canonical_json
from partners.entries.card import Card
from partners.entries.entry import PROVED
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, OFFICERS, Partnership
from tests.lib.soak import share

FAR = datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC)


def _sent(p: Partnership) -> None:
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    p.run("analysts", "status")


@pytest.fixture
def sent(prepared) -> Partnership:
    return prepared(_sent)


def line(p: Partnership, kind: str, **fields: object) -> dict:
    """Return what an entry says, after what is there."""
    log = p.log("council")
    return {
        "format": PROVED if kind == "enrol" else 1, "origin": log.founding.origin,
        "id": secrets.token_hex(16), "kind": kind,
        "time": "2026-10-20T09:00:00Z",
        "seen": {"size": log.tree.size, "root": log.tree.root.hex()},
    } | fields  # fmt: skip


def add(p: Partnership, who: str, told: dict | bytes) -> None:
    """Have an officer sign an entry of any content and append it."""
    text = told if isinstance(told, bytes) else canonical_json.write(told)
    data = signed_note.sign(text, p.card(who).key_name, p.officer(who).signing)
    append(p, data)


def append(p: Partnership, data: bytes) -> None:
    (p.share / f"log/{len(p.entries()):08d}").write_bytes(data)


def own(p: Partnership, who: str, **fields: object) -> dict:
    return {"partner": who, "officer": OFFICERS[who][1]} | fields


def a_card(p: Partnership, folder, proof: Ed25519PrivateKey | None = None, **over: object) -> str:
    """Return a new card of the ambulance trust's, with whatever it should say."""
    proof = proof or Ed25519PrivateKey.generate()
    officer = write_identity(folder / secrets.token_hex(4), "a passphrase", now=NOW, work_factor=4)
    mine = p.card("ambulance")
    told = {
        "officer": "deputy",
        "signer": officer.signer,
        "recipient": str(officer.identity.recipient),
        "witness": proof.public_key().public_bytes_raw().hex(),
    } | over
    card = Card(**{name: getattr(mine, name) for name in mine.__slots__} | told)
    return sign_card(card, officer, proof).decode()


def recipient(**parts: bytes) -> str:
    """Return a recipient of which a half is replaced."""
    whole = bytearray(parts["of"])
    if "mlkem" in parts:
        whole[: len(parts["mlkem"])] = parts["mlkem"]
    if "x25519" in parts:
        whole[-32:] = parts["x25519"]
    return bech32.encode("age1pq", bytes(whole))


def everything_goes_on(p: Partnership) -> list[str]:
    """Run what everybody runs, without memory and with; return why entries have no effect."""
    for name in ("mirror", "memory.json"):
        (p.settings("council").profile / name).unlink(missing_ok=True)
    for who in ("council", "analysts"):
        p.run(who, "status")
        p.run(who, "verify")
        p.run(who, "log", "cosign", status=None)
    p.run("council", "report", "compliance", "--year", "2026", "-o", "c.html")
    p.signed("analysts", "pull", "merged")
    assert p.log().register.applied[3].rejection is None
    p.signed("ambulance", "nil", "ambulance-callouts", "--dates", "2026Q3", "--yes", status=None)
    return [e["rejection"] for e in p.run("council", "verify", "--json").json["entries"]]


def public(p: Partnership) -> bytes:
    return bech32.decode(p.card("ambulance").recipient)[1]


@pytest.mark.parametrize("by", ["council", "stranger"])
@pytest.mark.parametrize("half", ["mlkem", "x25519"])
def test_a_card_for_which_nothing_can_be_sealed(sent, tmp_path, half, by):
    broken = {"mlkem": b"\xff" * 1152} if half == "mlkem" else {"x25519": bytes(32)}
    told = line(
        sent, "enrol", card=a_card(sent, tmp_path, recipient=recipient(of=public(sent), **broken))
    )
    if by == "council":
        add(sent, "council", told)
    else:
        key = write_identity(tmp_path / "stranger", "a passphrase", now=NOW, work_factor=4).signing
        append(
            sent, signed_note.sign(canonical_json.write(told), sent.card("council").key_name, key)
        )
    why = everything_goes_on(sent)
    assert why[4] == ("entry-card-unreadable" if by == "council" else "entry-signature-wrong")
    sent.submit("police", sent.extract("police", "more.csv", crimes(31)))


def test_an_entry_of_a_time_that_cannot_be_does_not_count(sent):
    told = own(sent, "police", dataset="police-asb", part="", reason="none-recorded")
    told["covered"] = {"first": "2026-07-01", "last": "2026-09-30"}
    times = (
        "9999-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z", "2026-10-20T24:00:00Z", "2026-10-20T23:59:60Z",
    )  # fmt: skip
    for time in times:
        add(sent, "police", line(sent, "nil", **told, time=time))
    assert everything_goes_on(sent)[4:-1] == ["entry-unreadable"] * len(times)


def test_a_card_made_in_the_year_9999_does_not_count(sent, tmp_path):
    class Late(datetime):
        def astimezone(self, tz=None):
            return datetime(9999, 12, 31, tzinfo=UTC)

    card = a_card(sent, tmp_path, made=Late(2026, 1, 1, tzinfo=UTC))
    assert "9999-12-31" in card
    add(sent, "council", line(sent, "enrol", card=card))
    assert everything_goes_on(sent)[4] == "entry-card-unreadable"


def test_a_return_of_days_that_cannot_be_does_not_count(sent):
    fields = own(sent, "police", dataset="police-asb", part="", reason="none-recorded")
    every = (
        ("9999-10-01", "9999-12-31"), ("0001-01-01", "0001-01-01"), ("2026-W27-1", "2026-W27-2"),
        ("2026-02-29", "2026-02-29"), ("２026-07-01", "2026-07-02"),
    )  # fmt: skip
    for first, last in every:
        add(sent, "police", line(sent, "nil", **fields, covered={"first": first, "last": last}))
    assert everything_goes_on(sent)[4:-1] == ["entry-unreadable"] * len(every)


@pytest.mark.parametrize("quarter", ["9999Q4", "0000Q1", "0999Q4"])
def test_a_quarter_far_away_is_read_and_one_that_cannot_be_does_not_count(sent, quarter):
    for kind, fields in (
        (
            "not-held",
            own(
                sent,
                "police",
                dataset="police-asb",
                first=quarter,
                last=None,
                held=False,
                reason="not-recorded",
            ),
        ),
        ("edition", {"format": 3, "quarter": quarter, "size": 4}),
        (
            "adopt",
            {
                "format": 2,
                "dataset": "police-asb",
                "title": "x",
                "schema": 3,
                "minutes": False,
                "first": quarter,
                "holders": [
                    {"certain": True, "first": None, "kind": "police", "last": "9999-12-31"}
                ],
            },
        ),
    ):
        add(sent, "police", line(sent, kind, **fields))
    why = everything_goes_on(sent)
    assert why[4:7] == ["" if quarter > "1" else "entry-unreadable"] * 3


@pytest.mark.parametrize(
    "days", [("0001-01-01", None), (None, "9999-12-31"), ("9999-12-31", "0001-01-01")]
)
def test_an_area_may_begin_and_end_on_any_days(sent, days):
    area = {"code": "E07999902", "name": "Eastshire", "lsoas": [], "outward": ["WZ9"]}
    add(
        sent,
        "council",
        line(sent, "change-areas", areas=[area | {"first": days[0], "last": days[1]}]),
    )
    assert everything_goes_on(sent)[4] == ""


def test_characters_count_by_the_specification_and_not_by_the_language(sent):
    counting = "é\U0001fae8\U0001fae9\u0870\ufffd"
    others = "\u00a0\u200b\u2028\u0085\x7f\ue000\ufdd0\U0001ffff\u3000\u202e\U000e0041\u180e\ufeff"
    fields = {"requirement": "12", "answer": "yes", "action": "", "owner": "", "by": None}
    for character in counting + others:
        fields["position"] = f"a{character}b"
        add(sent, "council", line(sent, "assess", **own(sent, "council", **fields, page="")))
    told = sent.run("council", "verify", "--log-only", "--json").json["entries"][4:]
    why = [entry["rejection"] for entry in told]
    assert why == [""] * len(counting) + ["entry-unreadable"] * len(others)


def test_a_band_has_one_form(sent):
    told = canonical_json.read(signed_note.parse(sent.entries()[3].read_bytes()).text)
    bands = (
        "9-1", "007", "12", "0-4", "1-5", "10-50", "5-10", "٣", "1-4\n", "5000-49999", "1" * 400,
    )  # fmt: skip

    def add_with(band: str) -> None:
        counts = told["counts"] | {"accepted": band}
        add(sent, "police", told | line(sent, "submit", format=told["format"], counts=counts))

    for band in bands:
        add_with(band)
    assert everything_goes_on(sent)[4:-1] == ["entry-unreadable"] * len(bands)
    add_with("5-9")
    last = sent.run("council", "verify", "--log-only", "--json").json["entries"][-1]
    assert last["rejection"] == ""


def test_what_lies_deep_is_not_read(sent):
    for deep in (17, 400, 20_000):
        fields = line(sent, "of-a-later-release", format=99)
        text = canonical_json.write(fields)[:-2] + b',"x":' + b"[" * deep + b"]" * deep + b"}\n"
        add(sent, "council", text)
    assert everything_goes_on(sent)[4:7] == ["entry-unreadable"] * 3


def cosignature(p: Partnership, who: str, when: int, size: int = 4) -> bytes:
    tree = p.log().tree
    text = Checkpoint(p.settings(who).origin, size, tree.root_at(size)).to_bytes()
    return signed_note.cosign(
        text, p.card(who).witness_name, witness.witness_key(p.settings(who).profile), when
    )


@pytest.mark.parametrize("when", [253402300800, 2**53 - 1, int(FAR.timestamp()) + 1])
def test_a_cosignature_of_a_time_after_all_calendars_does_not_count(sent, when):
    name = f"00000004-{sent.card('police').witness[:16]}-99991231.cosignature"
    (sent.share / "witness" / name).write_bytes(cosignature(sent, "police", when))
    everything_goes_on(sent)
    assert f"witness/{name}" in sent.run("council", "verify", "--json").json["not_counting"]


@pytest.mark.parametrize("what", ["large", "folder", "pipe"])
def test_files_of_a_witness_that_are_too_large_or_no_files(sent, what):
    key = sent.card("police").witness[:16]
    for name in ("00000004.checkpoint", f"00000004-{key}-20261021.cosignature"):
        path = sent.share / "witness" / name
        path.unlink(missing_ok=True)
        if what == "large":
            path.write_bytes(b"x" * 20_000)
        else:
            path.mkdir() if what == "folder" else os.mkfifo(path)
    everything_goes_on(sent)


@pytest.mark.parametrize("what", ["folder", "pipe", "link"])
def test_a_bundle_that_is_no_file(sent, what):
    (bundle,) = sent.bundles()
    bundle.unlink()
    put(bundle, what)
    assert sent.signed("analysts", "pull", "new", status=14).refusal == "bundle-missing"


@pytest.mark.parametrize("what", ["empty", "large", "huge", "folder", "pipe", "link"])
def test_what_is_no_entry_at_the_next_position(sent, what):
    """Everybody goes on after it: who reads it, who writes, and who has read it before."""
    size = len(sent.entries())
    put(sent.share / f"log/{size:08d}", what)
    assert everything_goes_on(sent)[size] == "entry-unreadable"
    before = sent.log().tree
    assert before.size == size + 2
    sent.run("analysts", "status")
    assert sent.log("analysts").tree.root == before.root


def put(path: Path, what: str) -> None:
    """Put something in a place that is no entry and no bundle."""
    match what:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to("nothing")
        case _:
            path.write_bytes(b"x" * {"empty": 0, "large": 65_537, "huge": 200_000}[what])


EXTREME = ("0001-01-01", "9999-12-31")
PROTOCOL = {
    "title": "ISP", "sha256": "12" * 32, "size": 2**53 - 1, "smallest": 5, "domestic": {},
    "personal": True, "places": {"police-crime": "lsoa", "no-such": "outward"}, "minutes": [],
    "local": {"local-x": ["no-such-kind"], "local-y": ["council"]}, "witnesses": 2,
    "behalf": [{"by": "nobody", "dataset": "no-such", "of": "nobody"}],
}  # fmt: skip


def extremes(p: Partnership, date: str) -> list[dict]:
    """Return entries that count and say what nobody means."""
    nothing = {"position": "", "action": "", "owner": "", "page": ""}
    holder = {"certain": True, "first": date, "kind": "police", "last": date}
    area = {"code": "E07999902", "name": "x", "lsoas": [], "outward": [], "first": date}
    return [
        line(p, "publish-protocol", **PROTOCOL, review=date),
        line(p, "assess", **own(p, "council", requirement="12", answer="no", by=date, **nothing)),
        line(p, "assess", **own(p, "council", requirement="x", answer="no", by=date, **nothing)),
        line(p, "succeed", old="ambulance", new="police", on=date, begun=True),
        line(p, "change-areas", areas=[area | {"last": date}]),
        line(
            p, "adopt", format=2, dataset="no-such", title="x", schema=2**53 - 1, holders=[holder],
            minutes=True, first="9999Q4" if date > "2" else "1000Q1",
        ),
        line(p, "edition", format=3, quarter="1000Q1", size=1),
        line(p, "edition", format=3, quarter="9999Q4", size=1),
        line(p, "settle", common=1, given_up=["ab" * 32] * 800),
        line(p, "assess", **own(p, "council", requirement="3", answer="no", by=None, **nothing))
        | {"time": "2999-12-31T23:59:59Z" if date > "2" else "1970-01-01T00:00:00Z"},
    ]  # fmt: skip


@pytest.mark.parametrize("date", EXTREME)
def test_entries_that_count_and_say_what_nobody_means(sent, date):
    for number in range(len(extremes(sent, date))):
        add(sent, "council", extremes(sent, date)[number])
    for day in ("9998-12-31", "1000-01-01"):
        told = {"dataset": "police-asb", "part": day, "reason": "none-recorded"}
        nil = own(sent, "police", **told, covered={"first": day, "last": day})
        add(sent, "police", line(sent, "nil", **nil))
    assert not any(everything_goes_on(sent)[4:-1])
    for who, *command in (
        ("council", "status", "--mine"),
        ("council", "status", "--quarter", "2026Q3"),
        ("council", "status", "--quarter", "9998Q4"),
        ("council", "calendar", "-o", "x.ics"),
        ("council", "report", "requirements", "--year", "2026", "-o", "r.html"),
        ("council", "report", "requirements", "--form", "developments", "-o", "d.html"),
        ("council", "partner", "list"),
        ("council", "partner"),
        ("council", "protocol", "status"),
        ("council", "key", "list"),
        ("police", "check", sent.extract("police", "again.csv", crimes(31))),
    ):
        ran = sent.run(who, *command, status=None)
        assert ran.status != 1, (command, ran.err)
    sent.submit("police", sent.extract("police", "more.csv", crimes(31)), status=None)


SHORT = 2  # stores in `make test`
LONG = 300


def mutated(data: bytes, draw: Random) -> bytes:
    """Return something that is nearly what a file holds."""
    at, to = sorted(draw.randrange(len(data) + 1) for _ in range(2))
    return draw.choice(
        [
            data[:at],
            data[:at] + data[to:],
            data[:to] + data[at:],
            data[:at] + draw.randbytes(1 + draw.randrange(40)) + data[at:],
            data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :],
            data.replace(b"police", draw.choice([b"council", b"ambulance"])),
            data * draw.choice([2, 30]),
            data,
        ]
    )


def add_files(p: Partnership, draw: Random) -> None:
    """Put files into a store as who has no key can: nearly what is there, anywhere."""
    files = [path for path in sorted(p.share.rglob("*")) if path.is_file()]
    keys = [p.card(who).witness[:16] for who in ("police", "council", "ambulance")]
    for _ in range(20):
        data = mutated(draw.choice(files).read_bytes(), draw)
        size = draw.choice([*range(6), draw.randrange(10**8)])
        names = [
            f"log/{len(p.entries()):08d}",
            f"log/{len(p.entries()) + 1 + draw.randrange(3):08d}",
            f"witness/{size:08d}.checkpoint",
            f"witness/{size:08d}-{draw.choice(keys)}-{draw.randrange(10**8):08d}.cosignature",
            f"bundles/{draw.randbytes(32).hex()}.age",
            f"{draw.choice(['log', 'bundles', 'witness'])}/{draw.randbytes(4).hex()}",
        ]
        path = p.share / draw.choice(names)
        if not path.exists():
            path.write_bytes(data)


def holds(p: Partnership, seed: int) -> None:
    """Add files: honest entries keep their effect, and every command runs."""
    before = p.log().register.applied[:]
    add_files(p, Random(seed))
    everything_goes_on(p)
    after = p.log().register.applied
    assert after[: len(before)] == before, seed
    counting = [one.signer for one in after[len(before) :] if not one.rejection]
    assert counting in ([], ["ambulance/liaison"]), seed  # what that officer sent since
    assert (p.root / "analysts/merged/dataset=police-crime").is_dir(), seed


@pytest.mark.parametrize("seed", range(SHORT))
def test_files_drawn_from_a_seed_change_nothing(sent, seed):
    holds(sent, seed)


@pytest.mark.soak("fuzz")
@pytest.mark.parametrize("part", range(10))
def test_many_files_drawn_from_seeds_change_nothing(sent, tmp_path, part, request):
    shutil.copytree(sent.root, tmp_path / "kept")
    for number in range(share(request.config, LONG) // 10):
        shutil.rmtree(sent.root)
        shutil.copytree(tmp_path / "kept", sent.root)
        holds(sent, SHORT + part * LONG + number)
