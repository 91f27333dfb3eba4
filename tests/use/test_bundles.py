"""What a bundle is sealed for, and what nobody learns from its hash."""

import io

import polars as pl

from exchange import age
from exchange.keys import signed_note
from partners.entries import canonical_json
from tests.lib import partnership as lib
from tests.lib.extracts import crimes, csv
from tests.lib.partnership import Partnership

Q = ("--dates", "2026Q3")


def stanzas(data: bytes) -> list[str]:
    header = data[: data.index(b"\n---")].decode("ascii")
    return [line.split(" ")[1] for line in header.splitlines() if line.startswith("-> ")]


def told(p: Partnership) -> dict:
    """Return what the payload of the one bundle says of itself."""
    plain = io.BytesIO()
    with p.bundles()[0].open("rb") as file:
        age.decrypt(file, plain, [p.officer("police").identity])
    plain.seek(0)
    return canonical_json.read(pl.read_parquet_metadata(plain)["csp-exchange"].encode())


def test_it_is_sealed_once_for_each_key_that_counts_by_the_hybrid_stanza_alone(sent):
    p = sent
    cards = p.log().register.cards.values()
    (sent,) = p.log().register.submissions
    assert set(sent.statement.recipients) == {(card.who, card.signer) for card in cards}
    assert stanzas(p.bundles()[0].read_bytes()) == ["mlkem768x25519"] * len(cards)


def test_the_same_rows_have_another_salt_each_time(partnership, tmp_path):
    salts = set()
    for name in ("one", "two"):
        p = partnership.copy(tmp_path / name)
        p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q)
        salts.add(told(p)["salt"])
    assert len(salts) == 2
    assert {len(bytes.fromhex(one)) for one in salts} == {32}


def test_a_payload_counts_its_own_rows_and_no_others(partnership):
    """A correction's count that has grown by one would say that one more was marked."""
    p = partnership
    first, *lines = crimes(30).splitlines()
    marked = [line[: -len("N,N")] + "Y,N" for line in lines[:7]]
    file = p.extract("police", "crime.csv", csv(first, *marked, *lines[7:]))
    p.submit("police", file, *Q, "--domestic-incidents", "withhold")
    numbers = {name: one for name, one in told(p).items() if isinstance(one, int)}
    assert {name for name, one in told(p).items() if isinstance(one, dict | list)} == set()
    assert set(numbers) == {"rows", "schema", "personal"}
    assert 0 < numbers["rows"] <= 23


def test_what_is_shared_again_is_the_same_payload_byte_for_byte(sent):
    p = sent
    lib.join(p, "fire")
    lib.make_key(p, "fire")
    lib.enrol(p, "fire")
    p.signed("police", "log", "reseal", "--yes")
    first, again = (one.statement for one in p.log().register.submissions)
    assert again.payload_sha256 == first.payload_sha256
    assert again.bundle_sha256 != first.bundle_sha256
    assert {who for who, _ in again.recipients} - {who for who, _ in first.recipients} == {
        "fire/liaison"
    }


def test_a_purge_leaves_the_bytes_where_a_later_entry_is_of_the_same_bundle(sent):
    p = sent
    seen = p.log().verified_tree
    told = canonical_json.read(signed_note.parse(p.entries()[3].read_bytes()).text)
    told |= {"id": "ab" * 16, "part": "north", "seen": {"size": seen.size, "root": seen.root}}
    note = signed_note.sign(
        canonical_json.write(told), p.card("police").key_name, p.officer("police").signing
    )
    (p.share / "log/00000004").write_bytes(note)
    p.signed("police", "withdraw", 3, "--delete", "--reason", "retention", "--yes")
    assert len(p.bundles()) == 1
    p.signed("police", "withdraw", 4, "--delete", "--reason", "retention", "--yes")
    assert p.bundles() == []
