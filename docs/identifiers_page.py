"""How well identifiers are found in made-up texts: the page docs/identifiers.md."""

from functools import cache

from depersonalise.identifiers import identifiers_in
from tests.lib.identifiers import (
    COUNT,
    DRAWN,
    ONLY_CODED,
    innocent,
    names,
    planted,
    published_codes,
)
from tests.lib.people import LOCALES


def found(texts: list[str], *, coded: bool = False) -> set[str]:
    """Return the texts in which an identifier is found."""
    return set(identifiers_in(texts, coded=coded))


def share_found(texts: list[str], *, coded: bool) -> float:
    """Return how many of some distinct texts are found, from 0 to 1."""
    distinct = set(texts)
    return len(found(list(distinct), coded=coded)) / len(distinct)


@cache
def wrongly_found(*, coded: bool) -> frozenset[str]:
    """Return the innocent texts that are taken for identifiers."""
    return frozenset(found(innocent(coded=coded), coded=coded))


def kinds_in(*, coded: bool) -> list[str]:
    """Return the kinds of identifier that are looked for."""
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
        texts_of_kind = set(planted(kind, coded=coded))
        hits = len(found(list(texts_of_kind), coded=coded))
        shares = f"{hits / len(texts_of_kind):.1%} | {hits / (hits + len(wrong)):.1%}".replace(
            "%", " %"
        )
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
_HEAD = f"""<!-- Written by `make fix` from the code; edit that. -->

# How well identifiers are found

For: data protection officers. You need: nothing. Takes: 5 minutes.

Two things keep identifiers in. The first does not depend on finding them: a code is sent only if it
is in a published list, or in your own list, which you confirm code by code. Text that cannot be a
code of a published list is an error, and nothing is sent. Any other code is sent as
`other-not-listed`, whether one row has it or fifty; `exchange check` lists the lines without the
values.

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
