"""What Primary Care Trusts and Local Health Boards, and those who came after them, hold.

The Regulations name bodies that England abolished on 31 March 2013, and no text that puts others
in their place has been found: the duty of today's holders there is to be confirmed. Wales has its
Local Health Boards still.
"""

from datetime import date

from schemas.datasets import axes
from schemas.datasets.common_fields import CATEGORISED, INCIDENT, RECORD, fields_of_group
from schemas.datasets.dataset import Dataset, Holder, Paragraph, Place, fields

# One row for each admission of somebody who lives in the area.
_ADMISSION = fields(RECORD, fields_of_group("admission"))
_ADMISSION_FOR_A_CAUSE = fields(_ADMISSION, CATEGORISED, fields_of_group("admission for a cause"))
# A number for each area and quarter, and no records.
_NUMBER = fields_of_group("number")
_PARAGRAPH = Paragraph("SI 2007/1831 Schedule", verified=False)
_VIEWS = "s.5(1) CDA 1998, the views of 2012, 2013 and 2023"
_TRUSTS = Holder(
    "health",
    "Primary Care Trust",
    certain=True,
    nation="england",
    last=date(2013, 3, 31),
    source=_VIEWS,
)
_GROUPS = Holder(
    "health",
    "clinical commissioning group",
    certain=False,
    nation="england",
    first=date(2013, 4, 1),
    last=date(2022, 6, 30),
    source=_VIEWS,
)
_CARE_BOARDS = Holder(
    "health",
    "integrated care board",
    certain=False,
    nation="england",
    first=date(2022, 7, 1),
    source=_VIEWS,
)
_WELSH_BOARDS = Holder("health", "Local Health Board", certain=True, nation="wales", source=_VIEWS)
_HEALTH = (_TRUSTS, _GROUPS, _CARE_BOARDS, _WELSH_BOARDS)
# Public health went from Primary Care Trusts to councils of the upper tier.
_PUBLIC_HEALTH = tuple(
    Holder(kind, title, certain=False, nation="england", first=date(2013, 4, 1))
    for kind, title in (("council", "council for the area"), ("county", "county council"))
)
_AMBULANCE = Holder("ambulance", "ambulance trust, for whom it submits", certain=False)

HEALTH = (
    Dataset(
        id="health-admissions",
        title="Hospital admissions: assault, alcohol, other substances",
        agency="health",
        description="Hospital admissions for assault, alcohol or other psychoactive "
        "substances, one row each.",
        columns=_ADMISSION_FOR_A_CAUSE,
        paragraph=_PARAGRAPH,
        holders=_HEALTH,
        schemes={"icd-10": frozenset()},
        sample_codes="F10 F10 F10 F11 F19 T51 X99 Y04 Y04 Y04",
        place=Place.OUTWARD_ONLY,
        time="none",
        axes=(axes.PLACE, axes.MONTH, axes.CATEGORY),
    ),
    Dataset(
        id="health-domestic-abuse",
        title="Hospital admissions: domestic abuse",
        agency="health",
        theme="domestic abuse",
        description="Hospital admissions in respect of domestic abuse, one row for each.",
        columns=_ADMISSION,
        paragraph=_PARAGRAPH,
        holders=_HEALTH,
        schemes={},
        place=Place.OUTWARD_ONLY,
        time="none",
        axes=(axes.PLACE, axes.MONTH),
    ),
    Dataset(
        id="health-outpatients",
        title="Mental illness outpatient first attendances (a number)",
        agency="health",
        description="How many first attended as outpatients for mental illness, in each area "
        "and quarter.",
        columns=_NUMBER,
        paragraph=_PARAGRAPH,
        holders=_HEALTH,
        schemes={},
        place=Place.DISTRICT,
        time="none",
    ),
    Dataset(
        id="health-drug-treatment",
        title="Persons receiving drug treatment (a number)",
        agency="health",
        theme="substance misuse",
        description="How many persons received treatment for drugs, in each area and quarter.",
        columns=_NUMBER,
        paragraph=_PARAGRAPH,
        holders=(_TRUSTS, _WELSH_BOARDS, *_PUBLIC_HEALTH),
        schemes={},
        place=Place.DISTRICT,
        time="none",
    ),
    Dataset(
        id="ambulance-callouts",
        title="Ambulance callouts to crime and disorder",
        agency="ambulance",
        description="Ambulance calls to incidents of crime and disorder, one row for each call.",
        columns=INCIDENT,
        paragraph=_PARAGRAPH,
        holders=(*_HEALTH, _AMBULANCE),
        schemes={"ampds": frozenset(), "local": frozenset()},
        sample_codes="4 4 4D01 27 23 25 30",
        place=Place.OUTWARD_ONLY,
        time="hour",
        may_share_minutes=True,
        recorded_when_it_happened=True,
        axes=(axes.PLACE, axes.MONTH, axes.WEEK, axes.BAND, axes.CATEGORY),
    ),
)
