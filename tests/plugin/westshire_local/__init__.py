"""Local datasets of a partnership: an example of how they are declared.

The probation profile counts people under supervision by risk; the assaults are those of the
Information Sharing to Tackle Violence minimum dataset (DCB1594), without its free text.
"""

from schemas.codes.vocabularies import NOT_RECORDED, Words
from schemas.datasets import axes
from schemas.datasets.common_fields import DATED, RECORD
from schemas.datasets.dataset import (
    Dataset,
    Field,
    Holder,
    Paragraph,
    Place,
    Reads,
    Treat,
    fields,
)

RISK = Words({"low": ("l",), "medium": ("m",), "high": ("h",), "very high": ("v",)}, NOT_RECORDED)
SENTENCE = Words(
    {"community order": ("co",), "licence": ("l",), "suspended": ("ss",)}, NOT_RECORDED
)
METHOD = Words(
    {"bodily force": ("fist", "feet"), "blunt object": (), "sharp object": ("knife",), "other": ()},
    NOT_RECORDED,
)
LOCATION = Words(
    {"licensed premises": ("pub", "club"), "street": (), "home": (), "work": (), "other": ()},
    NOT_RECORDED,
)


_PROFILE = fields(
    RECORD,
    Field(
        "recorded",
        description="A day of the quarter. It does not leave.",
        reads=Reads.DATE,
        needs="date",
        aliases=("as at",),
        rules=("date-missing",),
    ),
    Field(
        "risk",
        words=RISK,
        description="Risk of serious harm, as OASys has it.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("rosh",),
    ),
    Field(
        "sentence",
        words=SENTENCE,
        description="The kind of sentence.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
    ),
)
_ASSAULT = fields(
    DATED,
    Field(
        "method",
        words=METHOD,
        description="How the assault was done.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("assault method",),
    ),
    Field(
        "location",
        words=LOCATION,
        description="The kind of place where it happened.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("location type",),
    ),
)
_AGREED = Paragraph("the partnership's protocol (section 115)", verified=True)

PROBATION_PROFILE = Dataset(
    id="local-probation-profile",
    title="People under probation supervision",
    description="People under supervision of the probation service at the end of the quarter, "
    "a row each.",
    columns=_PROFILE,
    paragraph=_AGREED,
    holders=(Holder("probation", "provider of probation services", certain=False),),
    schemes={},
    place=Place.OUTWARD,
    time="none",
    axes=(axes.PLACE,),
)
AE_ASSAULTS = Dataset(
    id="local-ae-assaults",
    title="Emergency department attendances after assault",
    description="Attendances at an emergency department after an assault, a row each.",
    columns=_ASSAULT,
    paragraph=_AGREED,
    holders=(Holder("health", "hospital, for the integrated care board", certain=False),),
    schemes={},
    place=Place.OUTWARD,
    time="hour",
    axes=(axes.PLACE, axes.MONTH, axes.BAND),
)
