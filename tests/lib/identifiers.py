"""Identifiers planted in coded fields and in sentences, and innocent texts like them.

All drawn by a seeded generator, of nobody: NHS numbers are made to fit their check digit,
telephone numbers and addresses are of no use. The forenames are those that the scan knows and as
many that it does not, because that is what it will meet.
"""

import random
from collections.abc import Callable

from depersonalise.identifiers import _forenames
from schemas.codes import LISTS
from tests.lib.ground import postcodes

COUNT = 400  # of each kind
_YEARS = "ABCDEFGHJKLMNPRSTVWXY"  # letters that stood for a year
_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXY"
_SURNAMES = (
    "Ashdown", "Beckwith", "Clough", "Dunmore", "Eastlake", "Farrow", "Godwin", "Hartnell",
    "Inglewood", "Kettle", "Lockyer", "Marsden", "Nuttall", "Oldroyd", "Pemberley", "Quill",
)  # fmt: skip
# Given names that are in no list of common ones, and surnames first as records systems write them.
_RARE = ("Aurelia", "Bartholomew", "Calista", "Dashiell", "Elowen", "Fitzroy", "Guinevere", "Idris")
_SENTENCES = ("{}", "see {}", "as told by {} yesterday", "{} again")


def _digits(draw: random.Random, count: int) -> str:
    return "".join(str(draw.randrange(10)) for _ in range(count))


def _letters(draw: random.Random, count: int) -> str:
    return "".join(draw.choice(_LETTERS) for _ in range(count))


def _nhs(draw: random.Random) -> str:
    while True:
        nine = draw.choice("467") + _digits(draw, 8)
        check = (11 - sum(int(d) * (10 - i) for i, d in enumerate(nine)) % 11) % 11
        if check < 10:
            number = nine + str(check)
            return draw.choice((number, f"{number[:3]} {number[3:6]} {number[6:]}"))


def _telephone(draw: random.Random) -> str:
    return draw.choice(
        (
            "01632 960" + _digits(draw, 3),
            "07700900" + _digits(draw, 3),
            "020 7946 0" + _digits(draw, 3),
            "+44 7700 900" + _digits(draw, 3),
            "0113 496 0" + _digits(draw, 3),
            "(0161) 496 0" + _digits(draw, 3),
        )
    )


def _plate(draw: random.Random) -> str:
    space = draw.choice((" ", ""))
    return draw.choice(
        (
            f"{_letters(draw, 2)}{draw.choice('2567')}{_digits(draw, 1)}{space}{_letters(draw, 3)}",
            f"{draw.choice(_YEARS)}{draw.randrange(1, 999)}{space}{_letters(draw, 3)}",
            f"{_letters(draw, 3)}{space}{draw.randrange(1, 999)}{draw.choice(_YEARS)}",
        )
    )


def _dateless(draw: random.Random) -> str:
    letters, digits = draw.randrange(1, 4), draw.randrange(1, 5)
    parts = [_letters(draw, letters), str(draw.randrange(10 ** (digits - 1), 10**digits))]
    return draw.choice((" ", "")).join(parts if draw.random() < 0.5 else parts[::-1])


def _born(draw: random.Random) -> str:
    day, month, year = draw.randrange(1, 29), draw.randrange(1, 13), draw.randrange(1930, 2022)
    return draw.choice(
        (f"{day:02d}/{month:02d}/{year}", f"{year}-{month:02d}-{day:02d}", f"{day} March {year}")
    )


def _name(draw: random.Random) -> str:
    given = draw.choice((*_forenames(), *_forenames(), *_RARE * 14))
    surname = draw.choice(_SURNAMES)
    return draw.choice(
        (
            f"{given} {surname}",
            f"{given.lower()}-{surname.lower()}",
            f"{surname.upper()}, {given}",
            f"{draw.choice(('Mr', 'Mrs', 'Dr'))} {surname}",
        )
    )


def _postcode(draw: random.Random) -> str:
    text = draw.choice(postcodes()).text
    return draw.choice((text, text.replace(" ", ""), text.lower()))


DRAWN: dict[str, Callable[[random.Random], str]] = {
    "full postcode": _postcode,
    "e-mail address": lambda d: f"{_letters(d, 6).lower()}{_digits(d, 2)}@a.example",
    "telephone number": _telephone,
    "National Insurance number": lambda d: f"QQ{_digits(d, 6)}{d.choice('ABCD')}",
    "NHS number": _nhs,
    "vehicle registration": _plate,
    "vehicle registration without a year": _dateless,
    "property number (UPRN)": lambda d: "1000" + _digits(d, 8),
    "date of birth": _born,
    "personal name": _name,
    "sentence": lambda d: " ".join(d.choice(_SURNAMES) for _ in range(12)),
}
ONLY_CODED = ("vehicle registration without a year", "date of birth", "sentence")


def planted(kind: str, *, coded: bool) -> list[str]:
    """Return texts that hold an identifier of a kind: alone in a coded field, or in a sentence."""
    draw = random.Random(f"{kind} {coded}")
    texts = [DRAWN[kind](draw) for _ in range(COUNT)]
    if coded:
        return texts
    said = "born {}" if kind == "date of birth" else ""
    return [(said or draw.choice(_SENTENCES)).format(text) for text in texts]


def innocent(*, coded: bool) -> list[str]:
    """Return what stands in coded fields by right, or in the sentences of officers."""
    draw = random.Random(11)
    if coded:
        codes = {code for one in LISTS for code in one.codes}
        places = {p.text.split(" ")[0] for p in postcodes()} | {p.lsoa for p in postcodes()}
        points = {f"{p.east // 100 * 100:06d} {p.north // 100 * 100:06d}" for p in postcodes()}
        schools = {str(999_000 + n) for n in range(500)}
        words = {"-".join(draw.sample(_WORDS, 2)) for _ in range(500)}
        unlisted = {f"{draw.randrange(1, 200)}{draw.choice(_LETTERS)}" for _ in range(300)}
        return sorted(codes | places | points | schools | words | unlisted)
    labels = {code.label for one in LISTS for code in one.codes.values()}
    streets = {f"{draw.choice(_forenames())} {s}" for s in ("Street", "Road", "Court", "Park") * 40}
    return sorted(labels | streets | set(_REASONS))


_WORDS = ("noise", "litter", "graffiti", "fly", "tipping", "street", "drinking", "dog", "parking",
          "rough", "sleeping", "drug", "litter", "begging", "vandalism", "abuse")  # fmt: skip
_REASONS = (
    "the station in the High Street closed in July 2026",
    "records are typed up a week late since 2026-08-01",
    "a new estate north of the A303, about 120 houses",
    "the export was run twice on 04/08/2026; the second replaces it",
    "code 105A is used for 8N since April, as agreed on 1 April 2026",
    "Operation Marble ran from 3 to 17 August",
    "Victoria and Albert wards are counted together",
    "half of the records of WZ1 and SO51 have no time",
    "1,815 records; 541 of them without a category",
)
