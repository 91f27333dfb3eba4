import polars as pl
import pytest

from schemas.extract.places import PlaceLookup
from schemas.extract.postcodes import read_postcodes

KNOWN = {"M1", "WZ1", "EC1A", "SW1A"}


@pytest.mark.parametrize(
    ("cell", "outward", "became"),
    [
        ("SW1A 1AA", "SW1A", "read"),
        ("SW1A1AA", "SW1A", "read"),
        ("sw1a 1aa", "SW1A", "read"),
        ("SW1A\u00a01AA", "SW1A", "read"),
        ("SW1A  1AA", "SW1A", "read"),
        ("M1 1AA", "M1", "read"),
        ("M11AA", "M1", "read"),
        ("M1 1", "M1", "read"),  # a sector is finer than may leave, and is not M11
        ("M1 1A", "M1", "read"),
        ("M11", None, "unknown"),  # M11, or the sector M1 1 without its space
        ("M1", "M1", "read"),
        ("wz1", "WZ1", "read"),
        ("EC1A", "EC1A", "read"),
        ("EC1A 1BB", "EC1A", "read"),
        ("W1A 0AX", "W1A", "read"),
        ("B33 8TH", "B33", "read"),
        ("CR2 6XH", "CR2", "read"),
        ("DN55 1PT", "DN55", "read"),
        ("ZX9", None, "unknown"),
        ("M1 1**", "M1", "read"),
        ("M1 ***", "M1", "read"),
        ("m11**", "M1", "read"),  # M1 1, and not M11
        ("M11*", None, "unreadable"),
        ("M1 1****", None, "unreadable"),
        ("12 High Street, Westtown, M1 1AA", "M1", "read"),
        ("Flat E1 W1A 0AX", "W1A", "read"),
        ("No postcode, ZZ99 3VZ", None, "special"),
        ("12 High Street, M1", None, "unreadable"),
        ("4 Elm Row M11AA", None, "unreadable"),
        ("GIR 0AA", None, "special"),
        ("GIR0AA", None, "special"),
        ("ZZ99 3VZ", None, "special"),
        ("ZZ993WZ", None, "special"),
        ("BF1 3AA", None, "special"),
        ("BFPO 57", None, "special"),
        ("AI-2640", None, "special"),
        ("ASCN 1ZZ", None, "special"),
        ("BX1 1LT", None, "special"),
        ("E98 1SN", None, "special"),
        ("EH99 1SP", None, "special"),
        ("W1G OBD", None, "unreadable"),  # the letter O
        ("C015 1QX", None, "unreadable"),
        ("D04 V972", None, "unreadable"),
        ("4 Elm Row", None, "unreadable"),
        ("SP 10 1AA", None, "unreadable"),
        ("SW1A 1AA, London", None, "unreadable"),
        ("M1 1AAA", None, "unreadable"),
    ],
)
def test_what_becomes_of_a_cell(cell, outward, became):
    told = read_postcodes(pl.Series([cell]), PlaceLookup(lambda codes: codes & KNOWN))
    assert told.row(0)[:2] == (outward, became)


def test_no_inward_part_ever_comes_out():
    cells = pl.Series(
        ["SW1A 1AA", "SW1A1AA", "M1 1", "M1 1A", "GIR 0AA", "ZZ99 3VZ", "4 Elm Row, M1 1AA"]
    )
    told = read_postcodes(cells, PlaceLookup(lambda codes: codes))
    assert not any("1AA" in str(v) or "3VZ" in str(v) for v in told["outward"])


def test_only_what_is_doubtful_is_asked_of_the_gazetteer():
    asked: list[set[str]] = []

    def known(codes: set[str]) -> set[str]:
        asked.append(codes)
        return set()

    read_postcodes(pl.Series(["SW1A 1AA", "M1 1"]), PlaceLookup(known))
    assert asked == []
    read_postcodes(pl.Series(["M11"]), PlaceLookup(known))
    assert asked == [{"M11"}]
