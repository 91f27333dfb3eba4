"""Local datasets of a partnership: an example of how they are declared.

The probation profile counts people under supervision by risk; the assaults are those of the
Information Sharing to Tackle Violence minimum dataset (DCB1594), without its free text.
"""

import polars as pl

from schemas.dataset import Dataset, Holder, Paragraph, Place, Reads, Step, Treat, field
from schemas.incident import Dated, Record
from schemas.words import UNTOLD, Words

RISK = Words({"low": ("l",), "medium": ("m",), "high": ("h",), "very high": ("v",)}, UNTOLD)
SENTENCE = Words({"community order": ("co",), "licence": ("l",), "suspended": ("ss",)}, UNTOLD)
METHOD = Words(
    {"bodily force": ("fist", "feet"), "blunt object": (), "sharp object": ("knife",), "other": ()},
    UNTOLD,
)
LOCATION = Words(
    {"licensed premises": ("pub", "club"), "street": (), "home": (), "work": (), "other": ()},
    UNTOLD,
)


class ProbationProfile(Record):
    """People under supervision of the probation service at the end of the quarter, a row each."""

    recorded: pl.Date = field(
        says="A day of the quarter. It does not leave.",
        reads=Reads.DATE,
        needs="date",
        aliases=("as at",),
    )
    risk: pl.Enum = field(
        words=RISK,
        says="Risk of serious harm, as OASys has it.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("rosh",),
    )
    sentence: pl.Enum = field(
        words=SENTENCE,
        says="The kind of sentence.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
    )


class AeAssaults(Dated):
    """Attendances at an emergency department after an assault, a row each."""

    method: pl.Enum = field(
        words=METHOD,
        says="How the assault was done.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("assault method",),
    )
    location: pl.Enum = field(
        words=LOCATION,
        says="The kind of place where it happened.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("location type",),
    )


_AGREED = Paragraph("the partnership's protocol (section 115)", verified=True)

PROBATION_PROFILE = Dataset(
    id="local-probation-profile",
    title="People under probation supervision",
    model=ProbationProfile,
    paragraph=_AGREED,
    holders=(Holder("probation", "provider of probation services", certain=False),),
    schemes={},
    place=Place.OUTWARD,
    time="none",
    steps=(Step.DISTRICT,),
)
AE_ASSAULTS = Dataset(
    id="local-ae-assaults",
    title="Emergency department attendances after assault",
    model=AeAssaults,
    paragraph=_AGREED,
    holders=(Holder("health", "hospital, for the integrated care board", certain=False),),
    schemes={},
    place=Place.OUTWARD,
    time="hour",
    steps=(Step.BAND, Step.MONTH, Step.QUARTER, Step.DISTRICT),
)
