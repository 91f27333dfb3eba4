"""An authority's own list: scanned when it is used, and shown to the officer code by code."""

import pytest

from tests.lib.partnership import Partnership
from tests.use.test_terminal import talk
from tests.use.test_unlisted_codes import LOCAL, checked_file, extract_of

DATASET = "council-asb"
CHECK = ("check", f"{DATASET}.csv", "--dataset", DATASET, "--dates", "2026Q3")


def add_code(p: Partnership, code: str) -> None:
    path = p.root / "council" / f"{DATASET}-local.toml"
    path.write_text(path.read_text(encoding="utf-8") + f'\n{code} = "Another"\n', encoding="utf-8")


@pytest.mark.parametrize("code", ["john-lockyer", "mr-quackenbush", "mary-ann-jones"])
def test_a_code_that_looks_like_an_identifier_is_refused_and_not_repeated(everybody, code):
    file = extract_of(everybody, DATASET, [])
    add_code(everybody, code)
    ran = everybody.run("council", "check", file, *CHECK[2:], status=10)
    assert ran.refusal == "mapping-local-code-identifier"
    assert f"code {len(LOCAL) + 1} " in ran.err
    for part in code.split("-"):
        assert part not in ran.said.lower().split()
    assert code not in ran.said


def test_each_code_is_shown_once_and_asked_about(everybody):
    p = everybody
    extract_of(p, DATASET, [])
    file = str(p.root / "council" / CHECK[1])
    answers = {f"{code} ({label})": "1" for code, label in LOCAL.items()}
    status, said = talk(p, "council", CHECK[0], file, *CHECK[2:], answers=answers)
    assert status == 0, said
    add_code(p, "litter")
    status, said = talk(p, "council", CHECK[0], file, *CHECK[2:], answers={"litter (Another)": "1"})
    assert status == 0, said
    assert "graffiti (Graffiti)" not in said


def test_a_code_that_is_not_confirmed_stops(everybody):
    p = everybody
    extract_of(p, DATASET, [])
    file = str(p.root / "council" / CHECK[1])
    status, said = talk(p, "council", CHECK[0], file, *CHECK[2:], answers={"noise (Noise": "2"})
    assert status == 10
    assert "mapping-local-code-not-confirmed" in said


def test_without_a_terminal_the_mapping_is_the_officers_word(everybody):
    file = extract_of(everybody, DATASET, [])
    assert checked_file(everybody, DATASET, file)["rows_accepted"]
    assert not (everybody.root / "council/.exchange/confirmed-codes.json").exists()
