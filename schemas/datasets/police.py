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
        agency="police",
        theme="anti-social behaviour",
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
        agency="police",
        theme="road safety",
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
        agency="police",
        theme="welfare and safety",
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
        agency="police",
        description="Notifiable offences recorded by the police force for the area, one row "
        "for each crime.",
        columns=INCIDENT,
        paragraph=Paragraph("SI 2007/1831 Schedule para 2(a) to (i)", verified=True),
        holders=_POLICE,
        schemes={"home-office": frozenset(), "police-uk": frozenset({"crime"})},
        sample_codes="8N 8N 8N 105A 105A 105A 8L 8Q 9A 28E 30C 45 45 46 46 49 58A 58C 92E 17A",
        place=Place.LSOA,
        time="minute",
    ),
)
