"""What the police force for the area holds: Schedule, paragraphs 1 and 2."""

from schemas.datasets.common_fields import INCIDENT
from schemas.datasets.dataset import Dataset, Holder, Paragraph, Place

_POLICE = (
    Holder(
        "police",
        "police force for the area",
        certain=True,
        source="SI 2007/1831 Schedule paras 1 and 2; s.115 as enacted",
    ),
)

POLICE = (
    Dataset(
        id="police-asb",
        title="Anti-social behaviour incidents (police)",
        description="Incidents of anti-social behaviour recorded by the police force, one row "
        "for each.",
        columns=INCIDENT,
        paragraph=Paragraph("SI 2007/1831 Schedule para 1(a)", verified=True),
        holders=_POLICE,
        schemes={
            "nicl": frozenset({"anti-social behaviour"}),
            "police-uk": frozenset({"anti-social behaviour"}),
        },
        place=Place.LSOA,
        time="minute",
    ),
    Dataset(
        id="police-transport",
        title="Transport incidents",
        description="Transport incidents recorded by the police force for the area, one row "
        "for each.",
        columns=INCIDENT,
        paragraph=Paragraph("SI 2007/1831 Schedule para 1(b)", verified=True),
        holders=_POLICE,
        schemes={"nicl": frozenset({"transport"})},
        place=Place.LSOA,
        time="minute",
    ),
    Dataset(
        id="police-welfare",
        title="Public safety and welfare incidents",
        description="Public safety and welfare incidents recorded by the police force, one "
        "row for each.",
        columns=INCIDENT,
        paragraph=Paragraph("SI 2007/1831 Schedule para 1(c)", verified=True),
        holders=_POLICE,
        schemes={"nicl": frozenset({"public safety and welfare"})},
        place=Place.OUTWARD,  # homes, missing people and sudden deaths are among them
        time="minute",
    ),
    Dataset(
        id="police-crime",
        title="Recorded crime",
        description="Notifiable offences recorded by the police force for the area, one row "
        "for each crime.",
        columns=INCIDENT,
        paragraph=Paragraph("SI 2007/1831 Schedule para 2(a) to (i)", verified=True),
        holders=_POLICE,
        schemes={"home-office": frozenset(), "police-uk": frozenset({"crime"})},
        place=Place.LSOA,
        time="minute",
    ),
)
