"""What looks like an identifier, and what does not: measured on planted and innocent texts."""

from itertools import product
from string import ascii_uppercase, digits

import pytest

from depersonalise import identifiers
from docs.identifiers_page import found, kinds_in, wrongly_found
from schemas.codes.lists import local_list
from schemas.extract.mapping import Mapping
from tests.lib.identifiers import (
    NOT_PROMISED,
    innocent,
    planted,
    published_codes,
)

# An NHS number from the range kept for tests, telephone numbers kept for drama; nobody's.
PLANTED = (
    "LS1 4DY", "ls14dy", "see SW1A 1AA", "943 476 5919", "9434765919", "943-476-5919",
    "a@b.example", "01632 960999", "07700900123", "+44 7700 900123", "QQ 12 34 56 C", "QQ123456C",
    "AB12 CDE", "A123BCD", "ABC 123D", "100012345678", "Mr Lockyer", "John Lockyer",
    "LOCKYER, John", "john-lockyer", "born 3 March 1984", "0044 1632 960999",
    "ab12cde", "NHS9434765919", "943.476.5919", "DOB:12031984", "SO14 3 BZ", "CAD 1234",
    "///filled.count.soap", "51.0632, -1.3080", "SU 123 456", "passport 790328921",
    "83 Warren Road", "01AB1234526", "+48 512 345 678",
)  # fmt: skip
INNOCENT = (
    "E01000001", "WZ1", "SW1A", "28E", "4.1", "27D03", "E07000093", "violent-crime", "GIR",
    "9434765918", "2026-08-01", "202", "", "Victoria Road", "440000 140000", "1234567",
    "090000 012345", "0000000000",
)  # fmt: skip


@pytest.mark.parametrize("text", PLANTED)
def test_what_is_planted_is_found(text):
    assert found([text, None]) == {text}


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_innocent_is_not(text):
    assert found([text, None]) == set()


@pytest.mark.parametrize(
    "text",
    [
        "ABC 1234",
        "1234 AB",
        "2011-04-05",
        "5 April 2011",
        "a " * 31,
        "LIB 1234",
        "12-03-84",
        "john.smith",
        "so 14-3bz",
        "mr-lockyer",
        "4 elm row",
        "Flat 4, Elm Row",
        "790328921",
    ],
)
def test_more_counts_as_an_identifier_in_a_coded_field(text):
    assert found([text], coded=True) == {text}


def test_no_published_code_is_taken_for_an_identifier():
    assert found(sorted(published_codes()), coded=True) == set()


def test_codes_that_are_not_looked_at_hold_nothing_that_is_looked_for(monkeypatch):
    characters = ascii_uppercase + digits
    short = ["".join(c) for n in (1, 2, 3) for c in product(characters, repeat=n)]
    short += [f"1{code}" for code in short[-1000:]] + [f"{code}A" for code in short[-1000:]]
    assert found(["URN1", "urn1"], coded=True) == {"URN1", "urn1"}
    monkeypatch.setattr(identifiers, "_NEVER", "^$")
    assert found(short, coded=True) == set()


@pytest.mark.parametrize("coded", [True, False])
def test_at_most_three_in_a_hundred_innocent_texts_are_taken_for_identifiers(coded):
    assert len(wrongly_found(coded=coded)) <= 0.03 * len(innocent(coded=coded))


PROMISED = [
    (kind, coded)
    for coded in (True, False)
    for kind in kinds_in(coded=coded)
    if kind not in NOT_PROMISED
]


@pytest.mark.parametrize(("kind", "coded"), PROMISED)
def test_formats_are_found_and_rarely_wrongly(kind, coded):
    texts = set(planted(kind, coded=coded))
    hits = len(found(list(texts), coded=coded))
    wrong = len(wrongly_found(coded=coded))
    assert hits >= 0.95 * len(texts)
    assert hits >= 0.95 * (hits + wrong)


@pytest.mark.parametrize(
    "text",
    [
        "\uff19\uff14\uff13 \uff14\uff17\uff16 \uff15\uff19\uff11\uff19",
        "943\u200b476\u200b5919", "SO14\u00a03BZ", "ab\u00ad12cde", "AB12\u2013CDE",
        "john_smith", "NHS_No_9434765919",
    ],
)  # fmt: skip
def test_no_disguise_of_characters_helps(text):
    assert found([text], coded=True) == {text}


def test_a_hit_stops_the_submission_and_names_line_and_column():
    from tests.lib.typed import shared

    own = local_list("2026", {"noise": "Noise", "john-lockyer": "About him again"})
    mapping = Mapping(
        "x",
        ("council-asb",),
        {"occurred_from": "Date", "category": "Code", "postcode": "Postcode"},
        local=own,
    )
    with pytest.raises(identifiers.IdentifiersFound) as told:
        shared(
            "council-asb",
            "Date|Code|Postcode\n05/08/2026|noise|WZ1\n" + "05/08/2026|john-lockyer|WZ1\n",
            mapping,
        )
    finding = told.value.findings[0]
    assert (finding.rule.id, finding.column, finding.lines, finding.detail) == (
        "identifier-found", "category", (3,), "it looks like a person's name",
    )  # fmt: skip
    assert "lockyer" not in repr(told.value).lower()
