"""An enrolled partner signs what may not be shared, or what is not there: nothing of it is used."""

import hashlib
import io
import secrets
from pathlib import Path

import polars as pl
import pytest

from depersonalise.release.order import shuffled_and_sorted
from exchange import age
from exchange.bundle.padding import pad
from exchange.bundle.payload import METADATA
from exchange.bundle.sealed_files import bundle_name
from exchange.keys import signed_note
from partners.entries import canonical_json
from partners.entries.entry import in_band
from schemas.datasets.registry import DATASETS
from schemas.wire.shared_table import check_shared
from schemas.wire.versions import NotAsDeclared
from tests.lib.extracts import CRIME_HEADINGS, csv
from tests.lib.partnership import OFFICERS, Partnership, Ran
from tests.lib.typed import shared

KEY = METADATA


def payload(p: Partnership, bundle: Path | None = None) -> tuple[pl.DataFrame, dict]:
    """Return the rows that the police sent, and what their payload says of itself."""
    plain = io.BytesIO()
    with (bundle or p.bundles()[0]).open("rb") as file:
        age.decrypt(file, plain, [p.officer("police").identity])
    plain.seek(0)
    told = canonical_json.read(pl.read_parquet_metadata(plain)[KEY].encode())
    return pl.read_parquet(plain), told


def keys(p: Partnership, *who: str) -> list[age.Recipient]:
    return [age.Recipient.parse(p.card(one).recipient) for one in who]


def forge(p: Partnership, rows: pl.DataFrame, told: dict, **changes: object) -> None:
    """Have the police sign a bundle of these rows, in order, in the place of what they sent."""
    rows = rows[shuffled_and_sorted(rows, secrets.token_bytes)]
    forge_payload(p, pad(written(rows, told)), **banded(rows) | changes)


def banded(rows: pl.DataFrame) -> dict[str, object]:
    """Return the counts that an honest statement of these rows has."""
    band = in_band(rows.height)
    return {"counts": {"rows_in": band, "accepted": band, "left_out": {}}}


def written(rows: pl.DataFrame, told: dict) -> bytes:
    plain = io.BytesIO()
    rows.write_parquet(plain, metadata={KEY: canonical_json.write(told).decode()})
    return plain.getvalue()


def forge_payload(p: Partnership, content: bytes, to: tuple = tuple(OFFICERS), **changes) -> None:
    """Have the police sign a bundle of this content, sealed for any keys."""
    sealed = io.BytesIO()
    age.encrypt(io.BytesIO(content), sealed, keys(p, *to))
    digest = hashlib.sha256(sealed.getvalue()).hexdigest()
    (p.share / bundle_name(digest)).write_bytes(sealed.getvalue())
    log, card = p.log(), p.card("police")
    line = canonical_json.read(signed_note.parse(p.entries()[3].read_bytes()).text)
    line |= {
        "id": secrets.token_hex(16),
        "bundle": {"sha256": digest, "size": len(sealed.getvalue())},
        "payload": {"sha256": hashlib.sha256(content).hexdigest()},
        "seen": {"size": log.verified_tree.size, "root": log.verified_tree.root},
    } | changes
    note = signed_note.sign(canonical_json.write(line), card.key_name, p.officer("police").signing)
    (p.share / "log" / f"{len(p.entries()):08d}").write_bytes(note)


def refused(p: Partnership) -> Ran:
    """Pull as the analyst, who must get nothing; return how it ended."""
    ran = p.signed("analysts", "pull", "merged", status=14)
    assert not list((p.root / "analysts").rglob("*.parquet"))
    return ran


def test_the_forger_of_these_tests_can_also_be_honest(sent):
    rows, told = payload(sent)
    forge(sent, rows, told)
    assert "30 rows" in sent.signed("analysts", "pull", "merged").out


def test_content_that_is_not_the_one_signed(sent):
    rows, told = payload(sent)
    forge(sent, rows, told, payload={"sha256": "ab" * 32})
    ran = refused(sent)
    assert ran.refusal == "bundle-content-altered"
    assert "police (log 4)" in ran.err


@pytest.mark.parametrize(
    "change",
    [
        {"dataset": "police-asb"},
        {"covered": "2026-07-01..2026-07-31"},
        {"schema": 1},
        {"rows": 29},
        {"part": "north"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_payload_that_says_something_else_of_itself(sent, change):
    rows, told = payload(sent)
    forge(sent, rows, told | change)
    assert refused(sent).refusal == "bundle-not-as-described"


def test_a_column_that_may_not_leave(sent):
    rows, told = payload(sent)
    forge(sent, rows.with_columns(name=pl.lit("Zebedee Quackenbush")), told)
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert "Quackenbush" not in ran.said


def test_a_name_in_a_column_that_may(sent):
    rows, told = payload(sent)
    forge(sent, rows.with_columns(place=pl.lit("Zebedee Quackenbush")), told)
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert ": place [" in ran.err
    assert "Quackenbush" not in ran.said


def test_a_quarter_without_records_is_a_table_too(sent):
    rows, told = payload(sent)
    forge(sent, rows.clear(), told | {"rows": 0})
    assert "0 rows" in sent.signed("analysts", "pull", "merged").out


def test_a_bundle_that_is_not_for_whom_it_says(sent):
    rows, told = payload(sent)
    forge(sent, rows, told)
    entry = sent.entries()[4]
    stranger = age.Identity.generate()
    sealed = io.BytesIO()
    age.encrypt(io.BytesIO(b"x"), sealed, [stranger.recipient] * len(OFFICERS))
    digest = hashlib.sha256(sealed.getvalue()).hexdigest()
    (sent.share / bundle_name(digest)).write_bytes(sealed.getvalue())
    line = canonical_json.read(signed_note.parse(entry.read_bytes()).text)
    line["bundle"] = {"sha256": digest, "size": len(sealed.getvalue())}
    note = signed_note.sign(
        canonical_json.write(line), sent.card("police").key_name, sent.officer("police").signing
    )
    entry.write_bytes(note)
    ran = sent.signed("analysts", "pull", "merged", status=13)
    assert ran.refusal == "bundle-not-for-your-key"


def four_alike(p: Partnership) -> tuple[pl.DataFrame, dict]:
    """Send six sensitive rows that are alike, with cover; return four of them."""
    row = "R1,06/08/2026,06/08/2026,23:10,{},WZ1 1AA,E01999000,N,N"
    rows = [row.format(code) for code in ["19C"] * 6 + ["45"] * 6]
    file = p.extract("police", "crime.csv", csv(CRIME_HEADINGS, *rows))
    p.submit("police", file, "--dates", "2026Q3")
    sent, told = payload(p)
    four = sent.filter(pl.col("category") == "19C").head(4)
    assert set(four["generalised"]) == {"generalised"}
    return four, told | {"rows": 4}


def test_sensitive_rows_of_which_too_few_are_alike(partnership):
    forge(partnership, *four_alike(partnership))
    ran = refused(partnership)
    assert ran.refusal == "bundle-content-not-allowed"
    assert "fewer than 5" in ran.err


def test_what_is_personal_data_passed_off_as_depersonalised(sent):
    rows, told = payload(sent)
    forge(sent, rows, told | {"personal": True})
    assert refused(sent).refusal == "bundle-not-as-described"


def test_personal_data_that_is_more_than_recorded_domestic_incidents(sent):
    rows, _ = payload(sent)
    with pytest.raises(NotAsDeclared, match="domestic, in personal data"):
        check_shared(rows, DATASETS["police-crime"], personal=True)


def test_a_generalised_row_that_left_too_finely(sent):
    rows, told = payload(sent)
    coarse = pl.lit("generalised", dtype=rows["generalised"].dtype)
    forge(sent, rows.with_columns(generalised=coarse), told)
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert ": not as may be shared: generalised" in ran.err


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"domestic": "yes"}, "domestic, of a row that is not generalised"),
        ({"category": "19C"}, "category, of a row that is not generalised"),
        ({"category": "sexual offences"}, "category, of a row that is not generalised"),
        ({"category": "violence or sexual offences"}, "category, of a row that is not generalised"),
        ({"week_part": ""}, "week_part, which does not agree with the day"),
        ({"category": "violence or burglary"}, "category"),
    ],
    ids=lambda told: "-".join(told.values()) if isinstance(told, dict) else None,
)
def test_a_fine_row_that_says_what_it_may_not(sent, change, rule):
    rows, told = payload(sent)
    first = pl.int_range(pl.len()) == 0
    forged = rows.with_columns(
        pl.when(first).then(pl.lit(value, dtype=rows.schema[name])).otherwise(name).alias(name)
        for name, value in change.items()
    )
    forge(sent, forged, told)
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert f": not as may be shared: {rule} [" in ran.err


def test_rows_that_are_not_in_order(sent):
    rows, told = payload(sent)
    forge_payload(sent, pad(written(rows.reverse(), told)))
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert "not in order" in ran.err


@pytest.mark.parametrize("rule", ["size", "zeros"])
def test_a_payload_that_is_not_padded(sent, rule):
    rows, told = payload(sent)
    plain = written(rows, told)
    if rule == "zeros":
        plain = pad(plain)
        at = len(plain) - 9 - int.from_bytes(plain[-8:-4], "little")
        plain = plain[:at] + b"Z" + plain[at + 1 :]
    forge_payload(sent, plain)
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert rule in ran.err
    assert "Z" not in ran.err


def test_more_rows_must_be_alike_where_the_statement_says_so(partnership):
    _, told = four_alike(partnership)
    rows, _ = payload(partnership)
    rows = rows.filter(pl.col("category") == "19C")  # six
    for smallest, status in ((6, 0), (7, 14)):
        said = {"places": {}, "generalised": {}, "domestic": "generalise", "smallest": smallest}
        forge(partnership, rows, told | {"rows": 6}, treatments=said)
        ran = partnership.signed("analysts", "pull", "merged", status=status)
    assert "fewer than 7" in ran.err


def test_a_dataset_of_which_all_rows_are_protected_has_no_fine_row():
    rows = shared("ambulance-callouts", "Date|Code|Postcode\n" + "05/08/2026|4|WZ1\n" * 5)
    fine = pl.lit("", dtype=rows.schema["generalised"])
    with pytest.raises(NotAsDeclared, match="which all rows of the dataset are"):
        check_shared(
            rows.drop("record_id").with_columns(generalised=fine), DATASETS["ambulance-callouts"]
        )


def again(p: Partnership, rows: pl.DataFrame, told: dict, part: str) -> None:
    """Have the police sign a bundle of these rows beside what they sent."""
    forge(p, rows, told | {"rows": rows.height, "part": part}, part=part)


def test_of_many_that_are_checked_at_once_the_one_that_is_wrong_is_named(sent):
    rows, told = payload(sent)
    again(sent, rows.with_columns(place=pl.lit("Zebedee Quackenbush")), told, "north")
    again(sent, rows, told, "south")
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert "police (log 4)" in ran.err
    assert "Quackenbush" not in ran.said


def test_a_column_too_many_in_one_of_many_is_named_too(sent):
    rows, told = payload(sent)
    again(sent, rows.with_columns(name=pl.lit("x")), told, "north")
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert "police (log 4)" in ran.err


def test_record_ids_that_stand_in_another_submission_stop_nothing(sent):
    rows, told = payload(sent)
    again(sent, rows, told, "north")
    assert "60 rows" in sent.signed("analysts", "pull", "merged").out


def test_a_record_id_is_stored_no_more(sent):
    rows, told = payload(sent)
    forge(sent, rows.insert_column(0, pl.Series("record_id", ["0" * 32] * 30)), told)
    ran = refused(sent)
    assert ran.refusal == "bundle-content-not-allowed"
    assert "its columns" in ran.err


def test_two_groups_that_are_too_small_do_not_keep_each_other_company(partnership):
    rows, told = four_alike(partnership)
    again(partnership, rows, told, "north")
    assert "police (log 4)" in refused(partnership).err
