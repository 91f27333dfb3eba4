"""Partners on different releases see the same log, and what one can't read is nobody's fault."""

import io
import json
import secrets
import shutil

import polars as pl
import pytest

from exchange import age, open_merged
from exchange.bundle.sealed_files import bundle_name
from exchange.keys import cards, signed_note
from exchange.profile import enrolment
from partners.entries import canonical_json
from partners.entries.entry import _WRITTEN
from schemas.codes.lists import SCHEMES
from schemas.datasets.registry import DATASETS
from schemas.wire.versions import upgrade_rows
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership, found
from tests.log.test_attacks import effects
from tests.log.test_dishonest_senders import forge, payload

LICENSING = {
    "dataset": "council-licensing", "title": "Licensing visits", "schema": 1, "minutes": False,
    "holders": [{"kind": "council", "certain": True, "first": None, "last": None}],
    "first": "2026Q4",
}  # fmt: skip


def signed(p: Partnership, who: str, kind: str, *, newest: int = 1, **fields: object) -> None:
    """Add an entry, as another release of the exchange would."""
    log, card = p.log(), p.card(who)
    line = {
        "format": newest, "origin": log.founding.origin, "id": secrets.token_hex(16), "kind": kind,
        "time": "2026-10-20T09:00:00Z",
        "seen": {"size": log.verified_tree.size, "root": log.verified_tree.root},
    } | fields  # fmt: skip
    note = signed_note.sign(canonical_json.write(line), card.key_name, p.officer(who).signing)
    (p.share / "log" / f"{len(p.entries()):08d}").write_bytes(note)


def statement(p: Partnership) -> dict:
    """Return the own fields of what the police sent."""
    return statement_at(p, 3)


def statement_at(p: Partnership, entry: int) -> dict:
    line = canonical_json.read(signed_note.parse(p.entries()[entry].read_bytes()).text)
    common = ("format", "origin", "id", "kind", "time", "seen", "answers")
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
    # One that is known is checked at the same time.
    forge(sent, rows.head(20), told | {"rows": 20, "part": "north"}, part="north")
    ran = sent.signed("analysts", "pull", "merged")
    assert ran.warnings == ["code-list-not-known"]
    crime = open_merged(sent.root / "analysts/merged", "police-crime").collect()
    assert crime.height == 20
    assert set(crime["part"]) == {"north"}


def test_a_value_in_the_place_of_an_edition_is_not_repeated(sent):
    rows, told = payload(sent)
    for column in ("category_edition", "category_scheme"):
        forge(sent, rows.with_columns(pl.lit("Zebedee Quackenbush").alias(column)), told)
        ran = sent.signed("analysts", "pull", "merged", status=15)
        assert ran.refusal == "code-list-not-known"
        assert "Quackenbush" not in ran.said


def test_a_version_counts_when_a_coordinator_has_adopted_it_and_not_before(sent):
    rows, told = payload(sent)
    forge(sent, rows, told | {"schema": 3}, schema=3)
    assert effects(sent)[-1] == "dataset-version-not-adopted"
    adopted = LICENSING | {"dataset": "police-crime", "title": "Recorded crime", "schema": 3}
    signed(sent, "police", "adopt", newest=2, **adopted)
    forge(sent, rows, told | {"schema": 3}, schema=3)
    assert effects(sent)[-2:] == ["", ""]
    ran = sent.signed("analysts", "pull", "merged", status=15)
    assert ran.refusal == "bundle-needs-newer"
    assert "version 3, and this release knows 2" in ran.err
    for command in ("status", "verify"):
        assert "dataset-needs-newer" in sent.run("analysts", command).warnings


def test_a_dataset_that_is_not_known_here_counts_as_soon_as_it_is_adopted(sent):
    told = statement(sent) | {
        "schema": 1,
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
    from schemas.datasets.registry import DATASETS

    monkeypatch.setitem(DATASETS, "council-licensing", DATASETS["council-asb"])
    assert owed(sent, "2026Q3") == before


def test_a_coordinator_adopts_and_nobody_else(sent):
    ran = sent.signed(
        "ambulance", "partnership", "adopt", "police-asb", "--from", "2027Q1", "--yes", status=12
    )
    assert ran.refusal == "signer-not-coordinator"
    ran = sent.signed("police", "partnership", "adopt", "police-asb", "--yes", status=2)
    assert ran.refusal == "adoption-not-newer"
    out = sent.signed(
        "police", "partnership", "adopt", "police-asb", "--from", "2027Q1", "--yes"
    ).out
    assert out == "adopted  police-asb  version 2  from 2027Q1  log 4\n"
    ran = sent.signed("police", "partnership", "adopt", "police-abs", "--yes", status=2)
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
        ("manifest.json", ("report", "table", "merged", "--rows", "theme", "-o", "t.json")),
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


@pytest.fixture
def first(tmp_path, monkeypatch) -> Partnership:
    """A partnership that an earlier release founded, with what the police sent in version 1."""
    with monkeypatch.context() as earlier:
        for kind in ("found", "enrol"):
            earlier.setitem(_WRITTEN, kind, 1)
        earlier.setattr(cards, "_MADE", 1)
        earlier.setattr(enrolment, "PROVING", 1)
        p = found(tmp_path / "first")
    p.submit("police", p.extract("police", "crime.csv", mixed()))
    return p


def mixed(theft: int = 30, more: str = "") -> str:
    """Return theft, and six sensitive crimes with six others of their place and time."""
    same = "S{},06/08/2026,06/08/2026,23:10,45,WZ1 1AA,E01999000,{},N\r\n"
    return crimes(theft) + "".join(same.format(n, "Y" if n < 6 else "N") for n in range(12)) + more


def stored(p: Partnership, entry: int) -> pl.DataFrame:
    """Return the table of a submission's bundle as it is stored."""
    told = canonical_json.read(signed_note.parse(p.entries()[entry].read_bytes()).text)
    plain = io.BytesIO()
    with (p.share / bundle_name(told["bundle"]["sha256"])).open("rb") as file:
        age.decrypt(file, plain, [p.officer("police").identity])
    plain.seek(0)
    return pl.read_parquet(plain)


def merged(p: Partnership) -> pl.DataFrame:
    p.signed("analysts", "pull", "merged")
    return open_merged(p.root / "analysts/merged", "police-crime").collect()


def test_a_partnership_that_has_not_adopted_version_2_shares_in_version_1(first):
    rows = stored(first, 3)
    assert rows.columns[0] == "record_id"
    assert "week_part" not in rows.columns
    assert set(rows["generalised"]) == {"", "in a small group"}
    table = merged(first)
    assert set(table["schema_version"]) == {1}
    assert set(table["generalised"]) == {"", "generalised"}
    assert set(table["week_part"]) == {""}
    assert sorted(table["record_id"]) == sorted(rows["record_id"])
    ran = first.submit("police", first.root / "police/crime.csv")
    assert len(first.entries()) == 4, ran.said  # the same again is not sent twice
    assert "line" in first.signed("police", "log", "trace", rows["record_id"][7]).out


def test_all_datasets_are_adopted_at_once_and_nobody_goes_back(first):
    said = first.signed("council", "partnership", "adopt", "--from", "2026Q3", "--yes").out
    assert len(said.splitlines()) == len(first.log().register.adopted)
    assert "adopted  police-crime  version 2  from 2026Q3" in said
    ran = first.signed("council", "partnership", "adopt", "--yes", status=2)
    assert ran.refusal == "adoption-not-newer"
    again = statement_at(first, 3) | {"officer": first.card("police").officer}
    signed(first, "police", "submit", **again)
    assert effects(first)[-1] == "dataset-version-below-adopted"


def test_what_left_in_version_1_leaves_as_it_left_when_it_is_corrected_in_version_2(first):
    first.signed("council", "partnership", "adopt", "--from", "2026Q3", "--yes")
    before = upgrade_rows(stored(first, 3), DATASETS["police-crime"], 1)
    more = "N1,06/08/2026,06/08/2026,23:10,45,WZ1 1AA,E01999000,N,N\r\n"
    first.submit("police", first.extract("police", "crime.csv", mixed(more=more)))
    after = stored(first, len(first.entries()) - 1)
    assert "record_id" not in after.columns
    coarse = pl.col("generalised") == "generalised"
    same = before.filter(coarse).drop("record_id")
    assert same.height == 12
    assert after.filter(coarse).sort(same.columns).equals(same.sort(same.columns))
    fine = after.filter(~coarse)
    assert fine.height == 31
    assert set(fine["week_part"]) == {"weekday", "weekend"}
    table = merged(first)
    assert set(table["schema_version"]) == {2}
    traced = {first.signed("police", "log", "trace", one).out for one in table["record_id"][:3]}
    assert len(traced) == 3


def test_a_record_marked_later_does_not_show_by_what_version_1_did_not_say(first):
    """A row that left finely stays so; its part of the week is stated as in all other rows."""
    first.signed("council", "partnership", "adopt", "--from", "2026Q3", "--yes")
    text = mixed().replace("E01999000,N,N\r\nREF00001", "E01999000,Y,N\r\nREF00001")
    assert text != mixed()
    first.submit("police", first.extract("police", "crime.csv", text))
    after = stored(first, len(first.entries()) - 1)
    assert "" not in set(after.filter(pl.col("generalised") == "")["week_part"])


def test_bundles_of_few_rows_have_the_same_size(sent):
    for few in (1, 4, 5):
        file = sent.extract("police", f"{few}.csv", crimes(few))
        sent.submit("police", file, "--part", f"part-{few}", "--dates", "2026Q3")
    sizes = {statement_at(sent, n)["bundle"]["size"] for n in range(3, len(sent.entries()))}
    assert len(sizes) == 1  # those of one, four, five and thirty rows
