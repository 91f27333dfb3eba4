"""Domestic incidents of a health body as personal data: the officer's word, and a look."""

import pytest

from partners.entries import canonical_json
from tests.lib.extracts import CALLOUT_HEADINGS, csv
from tests.lib.partnership import PASSPHRASE, Partnership

PERSONAL = ("--domestic-incidents", "personal")
CONSIDERED = "--confidentiality-considered"
DATES = ("--dates", "2026Q3")


@pytest.fixture
def signed(partnership) -> Partnership:
    """A partnership whose protocol has a clause on personal data, signed by two."""
    p = partnership
    for who in ("council", "ambulance", "police"):
        p.extract(who, "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    file = p.root / "council/protocol.pdf"
    p.signed("council", "partnership", "protocol", "publish", file, "--personal-data", "--yes")
    for who in ("ambulance", "police"):
        file = p.root / who / "protocol.pdf"
        p.signed(who, "partnership", "protocol", "sign", file, "--personal-data", "--yes")
    return p


def calls(p: Partnership, domestic: int = 12, plain: int = 40):
    """Return an extract of an ambulance trust, some of its calls recorded as domestic."""
    row = "{d:02d}/{m:02d}/2026,22:{i:02d},WZ1 {n}AA,4,{f}"
    flags = ["Y"] * domestic + ["N"] * plain
    rows = [
        row.format(d=1 + i % 28, m=7 + i % 3, i=i % 60, n=i % 10, f=flag)
        for i, flag in enumerate(flags)
    ]
    return p.extract("ambulance", "calls.csv", csv(CALLOUT_HEADINGS + ",Domestic flag", *rows))


def bodies(p: Partnership, first: int) -> list[dict]:
    entries = [f.read_bytes().split(b"\n\n")[0] + b"\n" for f in p.entries()[first:]]
    return [canonical_json.read(entry) for entry in entries]


def test_without_the_officers_word_nothing_is_sent(signed):
    before = len(signed.entries()), signed.bundles()
    ran = signed.submit("ambulance", calls(signed), *DATES, *PERSONAL, status=2)
    assert ran.refusal == "confidentiality-not-considered"
    assert CONSIDERED in ran.err
    assert "duty of confidentiality" in ran.err
    assert (len(signed.entries()), signed.bundles()) == before


def test_the_choice_of_exchange_toml_needs_the_word_too(signed):
    settings = signed.settings("ambulance")
    settings.domestic = {"ambulance-callouts": "personal"}
    settings.write()
    ran = signed.submit("ambulance", calls(signed), *DATES, status=2)
    assert ran.refusal == "confidentiality-not-considered"
    signed.submit("ambulance", calls(signed), *DATES, CONSIDERED)


def test_with_the_officers_word_it_is_sent_and_the_duty_is_shown(signed):
    before = len(signed.entries())
    ran = signed.submit("ambulance", calls(signed), *DATES, *PERSONAL, CONSIDERED)
    assert "duty-of-confidentiality" in ran.warnings
    assert [body["personal"] for body in bodies(signed, before)] == [False, True]


def test_a_courier_file_needs_the_word_too(signed):
    typed = (*DATES, *PERSONAL, "--transfer-file", "out.courier")
    ran = signed.submit("ambulance", calls(signed), *typed, status=2)
    assert ran.refusal == "confidentiality-not-considered"
    assert not [*(signed.root / "ambulance").glob("*.courier")]


def test_where_no_incident_is_shared_as_personal_data_no_word_is_needed(signed):
    signed.submit("ambulance", calls(signed, domestic=0), *DATES, *PERSONAL)


def test_what_is_withheld_needs_no_word(signed):
    signed.submit("ambulance", calls(signed), *DATES, "--domestic-incidents", "withhold")


def test_the_police_are_not_asked_about_health_records(signed):
    from tests.use.test_protocol import crimes

    file = signed.extract("police", "crime.csv", crimes(40, 25))
    ran = signed.submit("police", file, "--dates", "2026Q3", *PERSONAL)
    assert "duty-of-confidentiality" not in ran.warnings


def test_new_recipients_are_not_given_it_without_the_word(signed):
    signed.submit("ambulance", calls(signed), *DATES, *PERSONAL, CONSIDERED)
    file = signed.root / "council/protocol.pdf"
    signed.signed("council", "partnership", "protocol", "sign", file, "--personal-data", "--yes")
    before = len(signed.entries())
    ran = signed.signed("ambulance", "log", "reseal", "--yes", status=2)
    assert ran.refusal == "confidentiality-not-considered"
    assert "personal data" in ran.out
    assert len(signed.entries()) == before
    signed.signed("ambulance", "log", "reseal", "--yes", CONSIDERED)
    assert len(signed.entries()) == before + 1


@pytest.mark.parametrize(("answer", "logged"), [("y", 2), ("", 0)])
def test_at_a_terminal_the_officer_is_asked_and_yes_is_not_the_default(signed, answer, logged):
    pytest.importorskip("pty", reason="needs a system with pseudo-terminals")
    from tests.use.test_terminal import talk

    file, before = calls(signed), len(signed.entries())
    answers = {"Passphrase": PASSPHRASE, "the duty of confidentiality? [y/N]": answer}
    if logged:
        answers |= {"Send this?": "y"}
    status, said = talk(
        signed, "ambulance", "submit", str(file), *DATES, *PERSONAL, answers=answers
    )
    assert (status == 0) == bool(logged), said
    assert len(signed.entries()) == before + logged


def test_at_a_terminal_yes_alone_does_not_stand_for_the_word(signed):
    pytest.importorskip("pty", reason="needs a system with pseudo-terminals")
    from tests.use.test_terminal import talk

    status, said = talk(
        signed, "ambulance", "submit", str(calls(signed)), *DATES, *PERSONAL, "--yes",
        "--passphrase-file", str(signed.root / "passphrase.txt"), answers={},
    )  # fmt: skip
    assert status == 2
    assert "confidentiality-not-considered" in said


def test_the_preview_shows_what_the_signatories_will_see(signed):
    ran = signed.run("ambulance", "preview", calls(signed), *DATES, *PERSONAL)
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "as personal data, 12 rows: encrypted for Westshire police, Westshire ambulance" in lines
    assert "place outward code 12" in lines
    assert "time hour 12" in lines
    assert "domestic in full 12" in lines
    assert "duty-of-confidentiality" in ran.warnings


def test_the_preview_shows_no_value_of_what_goes_as_personal_data(signed):
    rows = [f"17/09/2026,03:17,WZ2 {i}AA,27,Y" for i in range(9)]
    rows += [f"{1 + i % 28:02d}/08/2026,22:10,WZ1 {i % 10}AA,4,N" for i in range(40)]
    file = signed.extract("ambulance", "calls.csv", csv(f"{CALLOUT_HEADINGS},Domestic flag", *rows))
    page = signed.root / "ambulance/look.html"
    said = signed.run("ambulance", "preview", file, *DATES, *PERSONAL, "--rows", 1000).out
    signed.run("ambulance", "preview", file, *DATES, *PERSONAL, "--rows", 1000, "--html", page)
    assert "as personal data, 9 rows" in said
    said = said.partition("rows in the file")[2]
    for value in ("WZ2", "03:17", "03:00", "2026-09-17", "17/09/2026"):
        assert value not in said + page.read_text()
    assert " 27 " not in said
    assert ">27<" not in page.read_text()


def test_what_is_previewed_is_what_the_signatories_pull(signed):
    import polars as pl

    file = calls(signed)
    ran = signed.run("ambulance", "preview", file, *DATES, *PERSONAL)
    section = ran.out.rpartition("as personal data, ")[2]
    signed.submit("ambulance", file, *DATES, *PERSONAL, CONSIDERED)
    signed.signed("police", "pull", "personal", "--personal")
    (one,) = (signed.root / "police/personal").iterdir()
    rows = pl.read_parquet(one)
    assert section.startswith(f"{rows.height} rows")
    shown = {line.split()[0] for line in section.splitlines()[2:] if line.strip()}
    empty = {n for n in rows.columns if set(rows[n].cast(pl.String)) <= {None, "", "none"}}
    covered = {
        "recorded_precision": "recorded", "occurred_precision": "occurred",
        "occurred_from": "occurred", "occurred_to": "occurred", "time_from": "time",
        "time_to": "time", "time_precision": "time", "place_precision": "place",
    }  # fmt: skip
    assert shown == {covered.get(n, n) for n in rows.columns if n not in empty}


def test_the_page_shows_it_too(signed):
    page = signed.root / "ambulance/look.html"
    signed.run("ambulance", "preview", calls(signed), *DATES, *PERSONAL, "--html", page)
    text = page.read_text()
    assert "Westshire police, Westshire ambulance" in text
    assert "duty of confidentiality" in text


def test_a_preview_without_such_incidents_says_so(signed):
    ran = signed.run("ambulance", "preview", calls(signed, domestic=0), *DATES, *PERSONAL)
    assert "as personal data: none" in ran.out


def test_a_choice_for_a_dataset_without_domestic_incidents_is_refused(signed):
    rows = [f"{1 + i % 28:02d}/08/2026,WZ1" for i in range(30)]
    file = signed.extract("ambulance", "stats.csv", csv("Admission date,Postcode", *rows))
    typed = ("--dataset", "health-domestic-abuse", *DATES, *PERSONAL)
    ran = signed.run("ambulance", "preview", file, *typed, status=2)
    assert ran.refusal == "dataset-without-domestic-incidents"
