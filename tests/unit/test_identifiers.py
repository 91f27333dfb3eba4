"""What looks like an identifier, and what does not: measured on planted and innocent texts."""

import os
from functools import cache
from itertools import product
from pathlib import Path
from string import ascii_uppercase, digits

import polars as pl
import pytest

from depersonalise import identifiers
from depersonalise.identifiers import holding_identifiers
from schemas.codes.lists import local_list
from schemas.extract.mapping import Mapping
from tests.lib.identifiers import (
    COUNT,
    DRAWN,
    NOT_PROMISED,
    ONLY_CODED,
    innocent,
    names,
    planted,
    published_codes,
)
from tests.lib.people import LOCALES

PAGE = Path(__file__).parents[2] / "docs/identifiers.md"
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


def found(texts: list[str], *, coded: bool = False) -> set[str]:
    return set(holding_identifiers(pl.Series(texts, dtype=pl.String), coded=coded)["value"])


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


def share_found(texts: list[str], *, coded: bool) -> float:
    """Return how many of some distinct texts are found, from 0 to 1."""
    distinct = set(texts)
    return len(found(list(distinct), coded=coded)) / len(distinct)


@cache
def wrongly_found(*, coded: bool) -> frozenset[str]:
    return frozenset(found(innocent(coded=coded), coded=coded))


def kinds_in(*, coded: bool) -> list[str]:
    return [kind for kind in DRAWN if coded or kind not in ONLY_CODED]


def measured() -> str:
    """Return the page that says how well the scan finds, and how often it is wrong."""
    return "\n".join([_HEAD, *_formats(coded=True), *_formats(coded=False), *_names(), _TAIL])


def _formats(*, coded: bool) -> list[str]:
    texts = innocent(coded=coded)
    wrong = wrongly_found(coded=coded)
    lines = ["", "## Alone in a coded field" if coded else "## In a sentence", ""]
    lines += ["| planted | found (recall) | precision |", "|---|---|---|"]
    for kind in kinds_in(coded=coded):
        told = set(planted(kind, coded=coded))
        hits = len(found(list(told), coded=coded))
        shares = f"{hits / len(told):.1%} | {hits / (hits + len(wrong)):.1%}".replace("%", " %")
        lines.append(f"| {kind} | {shares} |")
    part = f"{len(wrong) / len(texts):.1%}".replace("%", " %")
    lines += ["", f"Of {len(texts):,} innocent texts, {len(wrong)} ({part}) were taken for one."]
    if coded:
        lines[-1] += f" Of the {len(published_codes()):,} published codes, none."
    return lines


def _names() -> list[str]:
    lines = ["", "## Names", "", _NAMES, "", "| origin | in a coded field | in a sentence |"]
    lines.append("|---|---|---|")
    for locale in LOCALES:
        shares = [share_found(names(locale, coded=coded), coded=coded) for coded in (True, False)]
        cells = " | ".join(f"{share:.0%}".replace("%", " %") for share in shares)
        lines.append(f"| {_ORIGINS[locale]} | {cells} |")
    return lines


_ORIGINS = {
    "en_GB": "British", "pl_PL": "Polish", "tr_TR": "Turkish", "en_IN": "Indian",
    "ar_AA": "Arabic, in Arabic letters", "zh_CN": "Chinese, in Latin letters",
    "ro_RO": "Romanian", "yo_NG": "Yoruba", "pt_PT": "Portuguese", "lt_LT": "Lithuanian",
}  # fmt: skip
_HEAD = f"""<!-- Written by tests/unit/test_identifiers.py: EXCHANGE_WRITE_IDENTIFIERS=1 -->

# How well identifiers are found

For: data protection officers. You need: nothing. Takes: 5 minutes.

Two things keep identifiers in. The first does not depend on finding them: a code is sent only if it
is in a published list, or in your own list, which you confirm code by code. Anything else is sent
as `other-not-listed`, whether one row has it or fifty. The row is still sent, and `exchange check`
lists the lines without the values.

The second is a scan. It reads every text that would be sent, the codes of your own list, and what
officers write themselves (reasons, the title of the protocol). If it finds something in an extract,
nothing is sent, and you see the line and the column but not the value.

This page measures the scan. Before it looks, it makes the text uniform: case, spaces, dots and
dashes, invisible characters, and words such as NHS, DOB or Tel before a number make no difference.
The test uses {COUNT} made-up identifiers of each kind. They come from the locales and formats of
the Python package faker and from published formats, not from the scan's own patterns. A test keeps
this page up to date. Precision is the share of real hits among all hits on these and on the
innocent texts."""
_NAMES = """The scan finds few names, and no scan finds them all. It looks for a title before a
name, and for about 330 forenames that are common in England and Wales beside another word. It does
not find a surname alone. That is why codes are limited to lists, and why we do not accept free
text."""
_TAIL = """
## Limits

- **NHS numbers** must have the right check digit. About 1 in 11 ten-digit numbers has it by chance.
- **Registrations without a year** (before 1963, and Northern Ireland's) of four characters or fewer
  have the shapes of offence codes (`105A`) and outward codes (`SO51`), so the scan does not look
  for them. It looks for longer ones in coded fields only.
- **Property numbers** have 11 or 12 digits. Shorter ones look like other numbers.
- **Passport numbers** that begin like the code of an area (`E01`, `W06`) are found only after the
  word "passport".
- **Dates** in a coded field always count. In a sentence they count only after "born", "birth" or
  "DOB", because reasons may name dates.
- **User names** such as `john.smith` count in coded fields. In a sentence they count only if the
  scan knows the forename.
- **Sentences** of more than 60 letters do not belong in a coded field.
"""


def test_the_page_says_what_is_measured():
    page = measured()
    if os.environ.get("EXCHANGE_WRITE_IDENTIFIERS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, (
        "write it: EXCHANGE_WRITE_IDENTIFIERS=1 python -m pytest tests/unit/test_identifiers.py"
    )


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
    from depersonalise import depersonalise
    from tests.lib.typed import shared

    own = local_list("2026", {"noise": "Noise", "john-lockyer": "About him again"})
    mapping = Mapping(
        "x",
        ("council-asb",),
        {"occurred_from": "Date", "category": "Code", "postcode": "Postcode"},
        local=own,
    )
    with pytest.raises(depersonalise.IdentifiersFound) as told:
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
