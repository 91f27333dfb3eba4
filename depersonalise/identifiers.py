"""Identifiers in what would be shared: the last look before a table is encrypted.

Every column that is shared is held to a list or a shape already; this looks for what a shape might
let through, at the codes of an authority's own list, and at what officers write. Text is made
uniform first (`identifier_text.py`). Scans distinct values only. How much of what is planted it
finds, and how often it is wrong about what is innocent, is measured: `docs/identifiers.md`. Leaves
to others: saying so, without the value.

In coded fields, which hold no sentences, more counts as an identifier than in a sentence: any
date, an address, a user name, a vehicle's dateless registration, any text of more than LONGEST
letters. None of these has the shape of a published code.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from depersonalise.identifier_text import forms
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES

LONGEST: Final = 60  # letters: the longest code that is shared is under forty, a sentence is longer
Finder = Callable[[], pl.Expr]

_MONTH: Final = r"(?:JAN|FEB|MAR|APR|MAY|JUNE?|JULY?|AUG|SEPT?|OCT|NOV|DEC)[A-Z]*"
_YEAR: Final = r"(?:19|20)?[0-9]{2}"
_PART: Final = r"[ ./-]{1,2}"
_COMPACT: Final = (
    r"[0-3][0-9](?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]"
)
_DATE: Final = (
    rf"\b(?:[0-3]?[0-9]{_PART}[01]?[0-9]{_PART}{_YEAR}"
    rf"|(?:19|20)[0-9]{{2}}{_PART}[01]?[0-9]{_PART}[0-3]?[0-9]"
    rf"|[0-3]?[0-9](?:ST|ND|RD|TH)?[ ./-]?{_MONTH},?[ ./-]?'?{_YEAR}"
    rf"|{_MONTH} [0-3]?[0-9](?:ST|ND|RD|TH)?,? (?:19|20)[0-9]{{2}}|{_COMPACT})\b"
)
_BORN: Final = (
    rf"\b(?:DOB|D\.O\.B|BORN|BIRTH|BIRTHDAY)\b(?:.{{0,20}}?{_DATE}|[^0-9]{{0,5}}[0-9]{{6}}\b)"
)
# Of the DVLA's forms: since 2001; with a year's letter before or behind; trade and Q plates are of
# the same shapes. Only capitals stand apart in sentences: "by 10 per" is none.
_PLATE: Final = r"[A-Z]{2}[0-9]{2}[A-Z]{3}|[A-Z][0-9]{1,3}[A-Z]{3}|[A-Z]{3}[0-9]{1,3}[A-Z]"
_PLATE_APART: Final = (
    r"\b(?:[A-Z]{2}[ .-]?[0-9]{2}[ .-]?[A-Z]{3}|[A-Z][ .-]?[0-9]{1,3}[ .-]?[A-Z]{3}"
    r"|[A-Z]{3}[ .-]?[0-9]{1,3}[ .-]?[A-Z])\b"
)
# Without a year (before 1963, and Northern Ireland's): of five characters or more, because those of
# fewer have the shapes of offence codes and outward codes.
_DATELESS: Final = (
    r"[A-Z]{3}[0-9]{2,4}|[A-Z]{2}[0-9]{3,4}|[A-Z][0-9]{4}"
    r"|[0-9]{2,4}[A-Z]{3}|[0-9]{3,4}[A-Z]{2}|[0-9]{4}[A-Z]"
)
_OUTWARD: Final = r"(?:[A-Z]{1,2}[0-9][0-9A-Z]?|GIR)"
_POSTCODE: Final = rf"{_OUTWARD}[0-9][A-Z]{{2}}"
_TITLED: Final = r"\b(?i:mr|mrs|ms|miss|mx|dr|rev|sgt|pc|dc|cllr)\.? (?:[A-Z]\.? )?[A-Z][a-z'’-]+"
_TITLED_CODE: Final = r"^(?:MR|MRS|MS|MISS|MX|DR|REV|CLLR)[ .-]+[A-Z'’]{2,}"
_NHS: Final = r"\b([0-9](?:[ ./-]{0,2}[0-9]){9})\b"
_EMAIL: Final = r"[^\s@]+@[^\s@]+\.[^\s@]+"
_UK_NUMBER: Final = r"\(?\b0[1-9](?:[ ().-]{0,2}[0-9]){8,9}\b"
_ABROAD: Final = r"(?:\+|\b00)[1-9](?:[ ().-]{0,3}[0-9]){7,14}\b"
_NINO: Final = r"[A-Z]{2}[ .-]?(?:[0-9]{2}[ .-]?){3}[A-Z]"
# Reference numbers: of a call (CAD), of a case file (URN), of a crime or an incident in a year.
_REFERENCE: Final = (
    r"\b(?:CAD|URN|CRN|CRIME REF|INCIDENT REF|LOG)[ .:#/-]*[0-9]{2,}"
    r"|\bURN[ .:#/-]*[0-9A-Z]*[0-9]"
    r"|\b[0-9]{2}[ /-]?[A-Z]{1,2}[ /-]?[0-9]{4,5}[ /-]?[0-9]{2}\b"
    r"|\b(?:[0-9]{5,8}|[013-9][0-9]{3})/(?:20)?[0-9]{2}\b"
    r"|\b[A-Z]{1,4}[ /-]?(?:[0-9]{5,8}|[013-9][0-9]{3})[/-](?:20)?[0-9]{2}\b"  # no 2025/26
    r"|\b[A-Z]{2,4}[ /-](?:19|20)[0-9]{6}[ /-][0-9]{2,6}\b"
    r"|\b[0-9]{1,2}/[0-9]{3,6}/(?:20)?[0-9]{2}\b"
)
_DEGREES: Final = r"-?[0-9]{1,3}\.[0-9]{3,}°? ?[NSEW]?"
_GRID: Final = r"[HNOST][A-HJ-Z] ?(?:[0-9]{3} ?[0-9]{3}|[0-9]{4} ?[0-9]{4}|[0-9]{5} ?[0-9]{5})"
_PLACE: Final = (
    rf"{_DEGREES}[ ,;/]+{_DEGREES}|-?\b[0-9]{{1,3}}\.[0-9]{{4,}}\b"
    r"|\b[0-9]{1,3}° ?[0-9]{1,2}['’′ ]"
    rf"|\b{_GRID}\b"
)
# Nine digits, or a letter and eight: but not those that begin as codes of areas do (E01, W06).
_PASSPORT: Final = (
    r"\b(?:[0-9]{9}|[A-DF-MO-RT-VX-Z][0-9]{8}|[ENSW][2-9][0-9]{7}|[A-Z]{2}[0-9]{7})\b"
    r"|\bPASSPORT\b[^0-9]{0,12}[0-9]{7,9}\b"
)
_THREE_WORDS: Final = r"///? ?\p{L}+[.]\p{L}+[.]\p{L}+|\b\p{Ll}{4,}[.]\p{Ll}{4,}[.]\p{Ll}{4,}\b"
_THREE_WORDS_CODE: Final = r"^/{0,3}\p{L}{2,}[.]\p{L}{2,}[.]\p{L}{2,}$"
# A number before two words in capitals, or before one that is a street's; months are none.
_ROAD: Final = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Close|Drive|Court|Way|Place|Crescent|Terrace|Gardens"
    r"|Grove|Square|Row|Walk|Hill|Park|View|Mews|Green|Rise)"
)
_NO_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_NUMBERED: Final = r"\b[0-9]{1,4}[A-Za-z]?,? "
_ADDRESS: Final = (
    rf"{_NUMBERED}(?:[A-Z][\p{{L}}'’-]+ ){{1,3}}{_ROAD}\b"
    r"|\b(?i:flat|apartment|studio|unit) [0-9]{1,4}[A-Za-z]?\b"
    rf"|{_NUMBERED}[A-Z][\p{{L}}'’-]+ [A-Z][\p{{L}}'’-]+"
)
_ADDRESS_CODE: Final = r"^(?:\p{L}+ )?[0-9]{1,4}[A-Z]?,? (?:\p{L}[\p{L}'’.-]{2,}|ST\b)"
_USER_NAME: Final = r"^@?[A-Z]{1,20}[.][A-Z]{2,}[0-9]{0,4}@?$|^@[A-Z0-9.-]{3,}$|^[A-Z0-9.-]{3,}@"
# Words that follow a forename in the names of places, and in sentences.
_NO_SURNAMES: Final = (
    "and", "at", "for", "in", "is", "of", "on", "or", "the", "to", "was",
    "avenue", "bridge", "church", "close", "college", "court", "cross", "drive", "estate", "gate",
    "gardens", "green", "grove", "hall", "hill", "hospital", "house", "lane", "lodge", "park",
    "place", "road", "school", "square", "station", "street", "terrace", "view", "walk", "ward",
    "way",
)  # fmt: skip
# Points of the National Grid, codes of areas and the shortest codes ("105A"): there may be many of
# them, and nothing that is looked for has their shape. Of four characters URN1 has, for one.
_NEVER: Final = (
    r"^(?:[0-9]{6} [0-9]{6,7}|[EWSN][01][0-9]{7}"
    r"|[0-9A-Za-z]{1,3}|[0-9][0-9A-Za-z]{3}|[0-9A-Za-z]{3}[A-Za-z])$"
)
_TIDY, _UPPER, _JOINED = pl.col("tidy"), pl.col("upper"), pl.col("joined")


def _contains(form: pl.Expr, pattern: str) -> Finder:
    return lambda: form.str.contains(pattern)


def _nhs() -> pl.Expr:
    """Say whether ten digits, not all alike, have the check digit of an NHS number."""
    digits = _TIDY.str.extract(_NHS).str.replace_all(r"[^0-9]", "")
    return digits.map_elements(_is_nhs, return_dtype=pl.Boolean)


def _is_nhs(digits: str) -> bool:
    # Importing it takes a twentieth of a second, and it is rarely needed.
    from stdnum.gb import nhs  # noqa: PLC0415 - few columns hold ten digits

    return len(set(digits)) > 1 and bool(nhs.is_valid(digits))


def _name() -> pl.Expr:
    """Say whether there is a title with a name, or a common forename beside another word.

    In codes, words are joined by dashes or dots. Places are named after people too: what follows
    tells.
    """
    words = _TIDY.str.replace_all(r"[-.]", " ")
    fore = "|".join(_forenames())
    forward = words.str.extract(rf"(?i)\b(?:{fore}) (?:[a-z]\.? )?([a-z][a-z'’]+)\b")
    is_other = forward.str.to_lowercase().is_in(_NO_SURNAMES)
    backward = words.str.contains(rf"(?i)^[a-z'’]+, ?(?:{fore})\b|\b[A-Z'’]{{3,}}, ?(?:{fore})\b")
    has_name = (forward.is_not_null() & ~is_other) | backward
    return has_name.fill_null(value=False) | _TIDY.str.contains(_TITLED)


def _address() -> pl.Expr:
    """Say whether a house number comes before a street; a day before its month is none."""
    without_days = _TIDY.str.replace_all(rf"\b[0-9]{{1,2}}(?:st|nd|rd|th)? {_NO_MONTH}\b", "")
    return without_days.str.contains(_ADDRESS)


@cache
def _forenames() -> tuple[str, ...]:
    """Return forenames that are common in England and Wales, and no common words."""
    text = files(__package__).joinpath("data/forenames.txt").read_text(encoding="utf-8")
    lines = (line.split("#", maxsplit=1)[0] for line in text.splitlines())
    return tuple(name for line in lines for name in line.split())


# What is looked for, with words that say what it is.
_ANYWHERE: Final[dict[str, Finder]] = {
    "a full postcode": lambda: (
        _UPPER.str.contains(rf"\b{_OUTWARD} ?[0-9][A-Z]{{2}}\b")
        | _TIDY.str.contains(rf"\b{_OUTWARD}[ .-]*[0-9][ .-]*[A-Z]{{2}}\b")
    ),
    "an e-mail address": _contains(_TIDY, _EMAIL),
    "an NHS number": _nhs,
    "a telephone number": _contains(_TIDY, rf"{_UK_NUMBER}|{_ABROAD}"),
    "a National Insurance number": _contains(_UPPER, rf"\b{_NINO}\b"),
    "a vehicle's registration": lambda: (
        _TIDY.str.contains(_PLATE_APART) | _UPPER.str.contains(rf"\b(?:{_PLATE})\b")
    ),
    "a property's number (UPRN)": _contains(_TIDY, r"\b[0-9]{11,12}\b"),
    "a date of birth": _contains(_UPPER, _BORN),
    "a reference number": _contains(_UPPER, _REFERENCE),
    "coordinates": _contains(_UPPER, _PLACE),
    "a passport number": _contains(_UPPER, _PASSPORT),
    "a what3words address": _contains(_TIDY, _THREE_WORDS),
    "a street address": _address,
    "a person's name": _name,
}
_IN_CODES: Final[dict[str, Finder]] = {
    "a full postcode": _contains(_JOINED, rf"^(?:POSTCODE|PC)?{_POSTCODE}$"),
    "a National Insurance number": _contains(_JOINED, r"^(?:NI|NINO)?[A-Z]{2}[0-9]{6}[A-Z]$"),
    "a vehicle's registration": _contains(_JOINED, rf"^(?:VRM|VRN|REG)?(?:{_PLATE}|{_DATELESS})$"),
    "a date": _contains(_UPPER, _DATE),
    "a what3words address": _contains(_TIDY, _THREE_WORDS_CODE),
    "a user name": _contains(_UPPER, _USER_NAME),
    "a street address": _contains(_UPPER, _ADDRESS_CODE),
    "a person's name": _contains(_UPPER, _TITLED_CODE),
    "a sentence": lambda: _TIDY.str.len_chars() > LONGEST,
}


def holding_identifiers(cells: pl.Series, *, coded: bool = False) -> pl.DataFrame:
    """Return the distinct values of a text column in which something looks like an identifier.

    Args:
        coded: The column holds codes, and no sentences.

    Returns:
        Columns `value`, and `kind`, which says what it looks like.
    """
    values = cells.drop_nulls().unique().alias("value").to_frame()
    if coded:
        values = values.filter(~pl.col("value").str.contains(_NEVER))
    if values.is_empty():  # bringing the patterns into order takes far longer than such a look
        return values.with_columns(kind=pl.lit("", dtype=pl.String))
    looked_for = [*_ANYWHERE.items(), *(_IN_CODES.items() if coded else ())]
    kinds = [pl.when(find().fill_null(value=False)).then(pl.lit(kind)) for kind, find in looked_for]
    read = values.with_columns(**forms(pl.col("value")))
    return read.select("value", kind=pl.coalesce(kinds)).drop_nulls("kind")


def identifiers_in(texts: Iterable[str], *, coded: bool = False) -> dict[str, str]:
    """Return the texts in which something looks like an identifier, each with what it looks like.

    Args:
        coded: They are codes, and no sentences.
    """
    cells = pl.Series(list(texts), dtype=pl.String)
    return dict(holding_identifiers(cells, coded=coded).iter_rows())


class IdentifiersFound(Exception):
    """Something that would be shared looks like an identifier. Holds findings, never values."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("identifiers in what would be shared")
        self.findings = findings


def stop_at_identifiers(rows: pl.DataFrame, origin: pl.DataFrame) -> None:
    """Refuse rows of which a coded column or a place looks like an identifier.

    Raises:
        IdentifiersFound: one does; its findings name the lines, from `origin`.
    """
    findings = []
    for name in ("category", "reason_2", "reason_3", "place"):
        if name not in rows.columns:
            continue
        identifiers = holding_identifiers(rows[name], coded=True)
        if identifiers.is_empty():
            continue
        for (kind,), group in identifiers.group_by("kind"):
            lines = origin["line"].filter(rows[name].is_in(group["value"].implode()))
            finding = Finding.at(RULES["identifier-found"], name, lines)
            findings.append(replace(finding, detail=f"it looks like {kind}"))
    if findings:
        raise IdentifiersFound(findings)
