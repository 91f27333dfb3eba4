"""Text made uniform before identifiers are looked for in it.

The same number is written in many ways: with dots or spaces, behind "NHS" or "Tel:", in small
letters, with invisible characters. Each text is brought into three forms, so that a pattern has to
know only one way of writing. Leaves to others: the patterns (`identifiers.py`).
"""

from typing import Final

import polars as pl

# Words that go before a number, and are often written together with it.
BEFORE_NUMBERS: Final = (
    "nhs", "dob", "d.o.b.", "d.o.b", "born", "tel", "telephone", "phone", "mob", "mobile", "call",
    "ni", "nino", "cad", "urn", "uprn", "passport", "ref", "crn", "log", "no", "id",
)  # fmt: skip
_WORDS: Final = "|".join(word.replace(".", r"\.") for word in BEFORE_NUMBERS)
_GLUED: Final = (
    rf"(?i)\b({_WORDS})(?:[ .:#=-]*(?:no|num|number|ref|reference)\b)?[ .:#=-]*([0-9+(])"
)
_INVISIBLE: Final = r"[\p{Cf}\x{034F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{3164}\x{FFA0}]"
_SPACES: Final = r"[\s\p{Cc}_]+"  # an underscore joins words as a space parts them
_DASHES: Final = r"[\p{Pd}\x{2212}]"
_SEPARATORS: Final = r"[^\p{L}\p{N}]+"


def forms(text: pl.Expr) -> dict[str, pl.Expr]:
    """Return the forms of a text in which identifiers are looked for.

    Returns:
        `tidy`: compatible characters, plain dashes, single spaces, and numbers apart from the
        words before them; `upper`: the same in capitals; `joined`: its capitals and digits alone.
    """
    tidy = (
        text.str.normalize("NFKC")
        .str.replace_all(_INVISIBLE, "")
        .str.replace_all(_DASHES, "-")
        .str.replace_all(_SPACES, " ")
        .str.strip_chars()
        .str.replace_all(_GLUED, "${1} ${2}")
    )
    upper = tidy.str.to_uppercase()
    return {"tidy": tidy, "upper": upper, "joined": upper.str.replace_all(_SEPARATORS, "")}
