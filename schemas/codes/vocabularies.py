"""The closed lists of words that columns may hold, and what else sources write for each word.

Plain data: the polars types made of them are in `datasets/column_types.py`.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """A closed list: what sources write for each word, and what stands where nothing is given.

    Attributes:
        unknown: What sources write where it is not known, besides the words of every column.
    """

    also: dict[str, tuple[str, ...]]
    not_stated: str
    unknown: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """The words themselves, in order."""
        return (*self.also, self.not_stated)

    @property
    def read_as(self) -> dict[str, str]:
        """The word for each thing that sources write, in lower case."""
        return {form: word for word, others in self.also.items() for form in (word, *others)}


LSOA_SHAPE: Final = r"[EW]01[0-9]{6}"  # of England and Wales, as a regular expression
GSS_SHAPE: Final = r"[A-Z][0-9]{8}"
NOT_RECORDED: Final = "not recorded"
# What sources write where it is not known, besides the words of every column.
_UNKNOWN: Final = ("u", "unk", "?", "dk", "don't know", "don\u2019t know", "dont know")
YES_NO: Final = Words(
    {"yes": ("y", "true", "t", "1", "1.0"), "no": ("n", "false", "f", "0", "0.0")},
    NOT_RECORDED,
    _UNKNOWN,
)
GENDER: Final = Words(
    {"female": ("f", "girl", "woman", "2"), "male": ("m", "boy", "man", "1"), "other": ("o", "x")},
    NOT_RECORDED,
    _UNKNOWN,
)
# FIXD: what England called a suspension until September 2020, and Wales a fixed-term exclusion.
EXCLUSION: Final = Words(
    {
        "permanent": ("perm", "permanent exclusion"),
        "suspension": ("susp", "fixd", "fixed", "fixed term", "fixed period", "fixed-term"),
        "lunchtime": ("lnch", "lunch", "lunchtime exclusion"),
    },
    NOT_RECORDED,
)
PHASE: Final = Words(
    {
        "primary": ("p", "middle deemed primary", "infant", "junior", "nursery", "first"),
        "secondary": ("s", "middle deemed secondary", "upper", "high"),
        "all-through": ("a", "all through"),
        "special": ("pru", "pupil referral unit", "alternative provision"),
    },
    NOT_RECORDED,
)
# By the age at the beginning of the school year (Education Act 2002 s.82, as schools apply it).
KEY_STAGES: Final = {5: "key stage 1", 7: "key stage 2", 11: "key stage 3", 14: "key stage 4"}
YOUNGEST, OLDEST = "under five", "sixteen and over"
KEY_STAGE_BANDS: Final = (YOUNGEST, *KEY_STAGES.values(), OLDEST, NOT_RECORDED)
PRECISIONS: Final = ("day", "month", "quarter", "year", "none")
TIME_PRECISIONS: Final = ("minute", "hour", "six hours", "none")
# Sides of the squares of the National Grid that may be shared, in metres, finest first.
SQUARES: Final = {"100 m": 100, "250 m": 250, "500 m": 500, "1000 m": 1000}
PLACE_PRECISIONS: Final = ("point", "school", *SQUARES, "lsoa", "outward", "district")
LSOA_EDITIONS: Final = ("", "2011", "2021")
NUMBER_PRECISIONS: Final = ("exact", "one to four", "none")
AREA_BASES: Final = ("postcode", "lsoa", "lsoa-name", "district", "outward", "nearest-postcode")
# Why a row is a recorded domestic incident, by what says so.
DOMESTIC: Final = (
    "recorded domestic",
    "domestic by a qualifier",
    "domestic by its category",
    "domestic by its class",
)
WEEK_PARTS: Final = ("weekday", "weekend", "")
# The category of a row of violence against the person or of a sexual offence, where its class is
# not stated; and the classes of which it is.
VIOLENCE_OR_SEXUAL: Final = "violence or sexual offences"
VIOLENT_OR_SEXUAL_CLASSES: Final = ("violence against the person", "sexual offences")
# What rows are about, over all lists: our grouping, and no official classification.
OTHER: Final = "other"
UNSTATED_THEME: Final = "theme not stated"  # of a generalised row, whose class says no theme
THEMES: Final = (
    "anti-social behaviour",
    "arson and damage",
    "burglary",
    "domestic abuse",
    "fire safety",
    "fraud",
    "malicious calls",
    OTHER,
    "public order and harassment",
    "racial incidents",
    "road safety",
    "robbery",
    "sexual offences",
    "substance misuse",
    "theft and vehicle crime",
    "violence",
    VIOLENCE_OR_SEXUAL,
    "weapons",
    "welfare and safety",
)
# One word for rows that are protected and rows that are their cover; nothing tells them apart.
GENERALISED: Final = "generalised"
GENERALISED_WORDS: Final = ("", GENERALISED)
# In the first form of every dataset a row said why. These left as coarsely as any: no day, no place
# finer than the outward code.
COARSE: Final = (*DOMESTIC, "sexual offence, stalking or slavery")
FIRST_GENERALISED_WORDS: Final = (
    "",
    *COARSE,
    "domestic not recorded",
    "neighbour or welfare",
    "category not in the list",
    "at a dwelling or protected place",
    "few residents",
    "in a small group",
)
