"""Partners on different releases see the same log, and what one can't read is nobody's fault."""

import json
import secrets
import shutil

import polars as pl
import pytest

from exchange import notes, open_merged
from partners import canonical
from schemas.codes import SCHEMES
from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import Partnership
from tests.log.test_attacks import effects
from tests.log.test_dishonest_senders import forge, payload

LICENSING = {
    "dataset": "council-licensing", "title": "Licensing visits", "schema": 1, "minutes": False,
    "holders": [{"kind": "council", "certain": True, "first": None, "last": None}],
    "first": "2026Q4",
}  # fmt: skip


def _sent(p: Partnership) -> None:
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))


@pytest.fixture
def sent(prepared) -> Partnership:
    return prepared(_sent)


def signed(p: Partnership, who: str, kind: str, *, newest: int = 1, **fields: object) -> None:
    """Add an entry, as another release of the exchange would."""
    log, card = p.log(), p.card(who)
    line = {
        "format": newest, "origin": log.founding.origin, "id": secrets.token_hex(16), "kind": kind,
        "time": "2026-10-20T09:00:00Z", "seen": {"size": log.seen.size, "root": log.seen.root},
    } | fields  # fmt: skip
    note = notes.sign(canonical.write(line), card.key_name, p.officer(who).signing)
    (p.share / "log" / f"{len(p.entries()):08d}").write_bytes(note)


def statement(p: Partnership) -> dict:
    """Return the own fields of what the police sent."""
    line = canonical.read(notes.parse(p.entries()[3].read_bytes()).text)
    common = ("format", "origin", "id", "kind", "time", "seen")
    return {name: value for name, value in line.items() if name not in common}


def test_a_bundle_of_a_release_with_more_code_lists_is_pulled(sent):
    rows, told = payload(sent)
    wider = pl.Enum([*SCHEMES, "licensing"])
    forge(sent, rows.cast({"category_scheme": wider}), told)
    assert "30 rows" in sent.signed("analysts", "pull", "merged").out
    assert open_merged(sent.root / "analysts/merged", "police-crime").collect().height == 30


def test_an_edition_that_is_not_known_is_set_aside_and_blames_nobody(sent):
    rows, told = payload(sent)
    forge(sent, rows.with_columns(category_edition=pl.lit("2031/32")), told)
    ran = sent.signed("analysts", "pull", "merged", status=15)
    assert ran.refusal == "code-list-not-known"
    assert "home-office 2031/32" in ran.err
    sent.submit("ambulance", sent.extract("ambulance", "x.csv", callouts(*["WZ1"] * 30)))
    ran = sent.signed("analysts", "pull", "merged")
    assert ran.warnings == ["code-list-not-known"]
    assert not (sent.root / "analysts/merged/dataset=police-crime").exists()


def test_a_value_in_the_place_of_an_edition_is_not_repeated(sent):
    rows, told = payload(sent)
    for column in ("category_edition", "category_scheme"):
        forge(sent, rows.with_columns(pl.lit("Zebedee Quackenbush").alias(column)), told)
        ran = sent.signed("analysts", "pull", "merged", status=15)
        assert ran.refusal == "code-list-not-known"
        assert "Quackenbush" not in ran.said


def test_a_version_counts_when_a_coordinator_has_adopted_it_and_not_before(sent):
    rows, told = payload(sent)
    forge(sent, rows, told | {"schema": 2}, schema=2)
    assert effects(sent)[-1] == "dataset-version-not-adopted"
    adopted = LICENSING | {"dataset": "police-crime", "title": "Recorded crime", "schema": 2}
    signed(sent, "police", "adopt", newest=2, **adopted)
    forge(sent, rows, told | {"schema": 2}, schema=2)
    assert effects(sent)[-2:] == ["", ""]
    ran = sent.signed("analysts", "pull", "merged", status=15)
    assert ran.refusal == "bundle-needs-newer"
    assert "version 2, and this release knows 1" in ran.err
    for command in ("status", "verify"):
        assert "dataset-needs-newer" in sent.run("analysts", command).warnings


def test_a_dataset_that_is_not_known_here_counts_as_soon_as_it_is_adopted(sent):
    told = statement(sent) | {
        "dataset": "council-licensing",
        "officer": sent.card("council").officer,
    }
    signed(sent, "council", "submit", **told | {"partner": "council"})
    assert effects(sent)[-1] == "entry-dataset-unknown"
    signed(sent, "police", "adopt", newest=2, **LICENSING)
    signed(sent, "council", "submit", **told | {"partner": "council"})
    assert effects(sent)[-2:] == ["", ""]
    verified = sent.run("analysts", "verify")
    assert "dataset-needs-newer" in verified.warnings
    assert "council-licensing" in verified.err
    ran = sent.signed("analysts", "pull", "merged")
    assert "dataset-not-known" in ran.warnings
    assert "30 rows" in ran.out


def owed(p: Partnership, quarter: str) -> set[str]:
    told = p.run("analysts", "status", "--quarter", quarter, "--json").json
    return {one["dataset"] for one in told["standings"]}


def test_a_dataset_is_owed_from_the_quarter_that_its_adoption_names(sent, monkeypatch):
    signed(sent, "police", "adopt", newest=2, **LICENSING)
    assert "council-licensing" not in owed(sent, "2026Q3")
    assert "council-licensing" in owed(sent, "2026Q4")


def test_a_dataset_that_only_the_release_has_is_owed_by_nobody(sent, monkeypatch):
    before = owed(sent, "2026Q3")
    from schemas.datasets import DATASETS

    monkeypatch.setitem(DATASETS, "council-licensing", DATASETS["council-asb"])
    assert owed(sent, "2026Q3") == before


def test_a_coordinator_adopts_and_nobody_else(sent):
    ran = sent.signed("ambulance", "adopt", "police-asb", "--from", "2027Q1", "--yes", status=12)
    assert ran.refusal == "signer-not-coordinator"
    ran = sent.signed("police", "adopt", "police-asb", "--yes", status=2)
    assert ran.refusal == "adoption-not-newer"
    out = sent.signed("police", "adopt", "police-asb", "--from", "2027Q1", "--yes").out
    assert out == "adopted  police-asb  version 1  from 2027Q1  log 4\n"
    ran = sent.signed("police", "adopt", "police-abs", "--yes", status=2)
    assert ran.refusal == "dataset-unknown"


def test_a_correction_of_what_is_not_known_here_stops(sent):
    shutil.rmtree(sent.settings("police").profile / "earlier")
    for path in (sent.share / "bundles").iterdir():
        path.unlink()
    file = sent.extract("police", "crime.csv", crimes(41))
    ran = sent.submit("police", file, status=2)
    assert ran.refusal == "earlier-release-unknown"
    assert "log 3" in ran.err
    assert len(sent.entries()) == 4


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("exchange.toml", ("status",)),
        ("memory.json", ("status",)),
        ("outlines.json", ("check", "crime.csv")),
        ("manifest.json", ("table", "merged", "--rows", "theme", "-o", "t.json")),
    ],
)
def test_a_file_that_a_newer_release_wrote_is_left_as_it_is(sent, name, command):
    sent.signed("police", "pull", "merged")
    folders = {"exchange.toml": sent.root / "police", "manifest.json": sent.root / "police/merged"}
    path = folders.get(name, sent.settings("police").profile) / name
    before = path.read_text() if path.exists() else "{}"
    newer = json.dumps(json.loads(before) | {"format": 9}) if "{" in before[:1] else ""
    newer = newer or f"format = 9\n{before}"
    path.write_text(newer)
    there = sent.root / "police/crime.csv"
    command = [there if word == there.name else word for word in command]
    ran = sent.run("police", *command, status=2)
    assert ran.refusal == "file-needs-newer"
    assert "it has format 9" in ran.err
    assert path.read_text() == newer


def test_answers_that_a_newer_release_keeps_are_not_written_over(sent):
    path = sent.settings("police").own / "answers.json"
    path.write_text('{"format": 9}')
    file = sent.extract("police", "crime.csv", crimes(31))
    ran = sent.submit("police", file, "--answer", "place-unknown=new estate", status=2)
    assert ran.refusal == "file-needs-newer"
    assert path.read_text() == '{"format": 9}'
    assert len(sent.entries()) == 4
