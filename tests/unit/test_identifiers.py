"""What looks like an identifier, and what does not: measured on planted and innocent texts."""

import os
from pathlib import Path

import polars as pl
import pytest

from depersonalise.identifiers import holding_identifiers
from schemas.codes import local_list
from schemas.mapping import Mapping
from tests.lib.identifiers import COUNT, DRAWN, ONLY_CODED, innocent, planted

PAGE = Path(__file__).parents[2] / "docs/identifiers.md"
# An NHS number from the range kept for tests, telephone numbers kept for drama; nobody's.
PLANTED = (
    "LS1 4DY", "ls14dy", "see SW1A 1AA", "943 476 5919", "9434765919", "943-476-5919",
    "a@b.example", "01632 960999", "07700900123", "+44 7700 900123", "QQ 12 34 56 C", "QQ123456C",
    "AB12 CDE", "A123BCD", "ABC 123D", "100012345678", "Mr Lockyer", "John Lockyer",
    "LOCKYER, John", "john-lockyer", "born 3 March 1984", "0044 1632 960999",
)  # fmt: skip
INNOCENT = (
    "E01000001", "WZ1", "SW1A", "28E", "4.1", "27D03", "E07000093", "violent-crime", "GIR",
    "9434765918", "2026-08-01", "202", "", "Victoria Road", "440000 140000", "1234567",
    "0000000000",
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
    "text", ["ABC 1234", "1234 AB", "2011-04-05", "5 April 2011", "a " * 31, "LIB 1234"]
)
def test_a_coded_field_holds_no_date_no_old_registration_and_no_sentence(text):
    assert found([text]) == set()
    assert found([text], coded=True) == {text}


def measured() -> str:
    """Return the page that says how well the scan finds, and how often it is wrong."""
    lines = [_HEAD]
    for coded, where in ((True, "Alone in a coded field"), (False, "In a sentence")):
        texts = innocent(coded=coded)
        wrong = found(texts, coded=coded)
        lines.append(f"\n## {where}\n")
        lines.append("| planted | found (recall) | precision |\n|---|---|---|")
        for kind in DRAWN:
            if not coded and kind in ONLY_CODED and kind != "date of birth":
                continue
            told = set(planted(kind, coded=coded))
            hits = found(list(told), coded=coded)
            precision = len(hits) / (len(hits) + len(wrong))
            lines.append(
                f"| {kind} | {100 * len(hits) / len(told):.1f} % | {100 * precision:.1f} % |"
            )
        lines.append(f"\nOf {len(texts):,} innocent texts, {len(wrong)} were taken for one.")
    return "\n".join(lines) + "\n" + _TAIL


_HEAD = f"""<!-- Written by tests/unit/test_identifiers.py: EXCHANGE_WRITE_IDENTIFIERS=1 -->

# How well identifiers are found

Every text that would leave is held to a list or a shape. After that it is looked through once more
for identifiers, and so is what officers write themselves (reasons, the title of the protocol). A
hit in an extract stops the submission and names line and column, never the value.

What follows is measured on {COUNT} made-up identifiers of each kind, by a test that keeps this page
up to date. Precision is the share of real hits among all hits on them and on the innocent texts."""
_TAIL = """
## Why the limits stand where they do

- **NHS numbers** need their check digit (modulus 11). One ten-digit number in eleven has it by
  chance, so a column of ten-digit numbers would stop too; no column that leaves is one.
- **Registrations without a year** (before 1963, and Northern Ireland's) of four characters or fewer
  have the shapes of offence codes (`105A`) and outward codes (`SO51`). Only longer ones are looked
  for, and only in coded fields, as the whole of the cell: that is the part that is missed.
- **Property numbers** are taken to have eleven or twelve digits; shorter ones cannot be told from
  others.
- **Dates** are of no use in a coded field, so any is taken for a date of birth. In a sentence only
  one that follows "born", "birth" or "dob" is, because reasons name dates by right.
- **Names** are found by a title, or by one of some 330 common forenames beside another word that is
  no street's or building's. A rare forename with a surname is missed unless a title goes before
  it; the drawn names are to a fourth of that kind. This is why free text is refused, not scrubbed.
- **Sentences** of more than 60 letters have no place in a coded field.
"""


def test_the_page_says_what_is_measured():
    page = measured()
    if os.environ.get("EXCHANGE_WRITE_IDENTIFIERS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def test_nothing_that_leaves_by_right_is_taken_for_an_identifier():
    assert found(innocent(coded=True), coded=True) == set()


@pytest.mark.parametrize("kind", [k for k in DRAWN if k not in ("personal name", *ONLY_CODED)])
@pytest.mark.parametrize("coded", [True, False])
def test_what_has_a_shape_of_its_own_is_always_found(kind, coded):
    texts = set(planted(kind, coded=coded))
    assert found(list(texts), coded=coded) == texts


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
            "Date|Code|Postcode\n05/08/2026|noise|WZ1\n05/08/2026|john-lockyer|WZ1\n",
            mapping,
        )
    finding = told.value.findings[0]
    assert (finding.rule.id, finding.column, finding.lines, finding.detail) == (
        "identifier-found", "category", (3,), "it looks like a person's name",
    )  # fmt: skip
    assert "lockyer" not in repr(told.value).lower()
