"""What the local authority for the area holds.

The wording of these rows of the Schedule was not found; that each exists is corroborated. In two
tiers the county council keeps roads and schools, and the district council its own streets.
"""

from schemas.codes.vocabularies import EXCLUSION, GENDER, PHASE
from schemas.datasets import axes
from schemas.datasets.collisions import COLLISION
from schemas.datasets.common_fields import CATEGORISED, DATED, INCIDENT, RECORD
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

_EXCLUSION = fields(
    RECORD,
    CATEGORISED,
    Field(
        "recorded",
        says="The day on which the exclusion began. It tells the quarter, and does not leave.",
        reads=Reads.DATE,
        needs="date",
        aliases=("start date", "startdate", "date of exclusion", "exclusion date", "date"),
        rules=("date-missing",),
    ),
    Field(
        "age",
        number_type="Int8",
        says="The pupil's age in years.",
        reads=Reads.COUNT,
        treat=Treat.AGE,
        aliases=("pupil age", "age in years"),
        rules=("age-unlikely",),
    ),
    Field(
        "gender",
        words=GENDER,
        says="The pupil's gender.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("sex", "pupil gender"),
        often=(30, 69, 1),
    ),
    Field(
        "exclusion",
        words=EXCLUSION,
        says="Whether it was permanent, a suspension, or over lunchtime.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("exclusion type", "type of exclusion", "exclusion category"),
        protects=True,
        telling=("exclusion type", "suspension type", "permanent", "fixed"),
        often=(4, 92, 4),
    ),
    Field(
        "category",
        says="The first reason for it.",
        reads=Reads.CATEGORY,
        treat=Treat.KEEP,
        needs="category",
        aliases=("reason", "reason 1", "reason1", "main reason", "exclusion reason"),
        rules=("category-missing", "category-unknown"),
    ),
    Field(
        "reason_2",
        says="The second reason, where there is one.",
        reads=Reads.ALSO_CATEGORY,
        treat=Treat.KEEP,
        aliases=("reason 2", "reason2"),
    ),
    Field(
        "reason_3",
        says="The third reason, where there is one.",
        reads=Reads.ALSO_CATEGORY,
        treat=Treat.KEEP,
        aliases=("reason 3", "reason3"),
    ),
    Field(
        "school",
        says="The school, as its URN or the seven digits of its DfE number.",
        reads=Reads.SCHOOL,
        treat=Treat.PLACE,
        aliases=("urn", "school urn", "laestab", "dfe number", "establishment number"),
    ),
    Field(
        "phase",
        words=PHASE,
        says="The phase of the school.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("school phase", "phase of education", "school type"),
        often=(18, 70, 4, 8),
    ),
    Field(
        "postcode",
        says="The school's postcode or outward code. Only the outward code is kept.",
        reads=Reads.POSTCODE,
        treat=Treat.PLACE,
        needs="place",
        aliases=("school postcode", "post code", "outward code"),
    ),
)
_CORROBORATED = Paragraph("SI 2007/1831 Schedule", verified=False)
_UNITARY = Holder("council", "council for the area", certain=True, source="s.5(1)(a)")
_COUNTY = Holder("county", "county council", certain=True, source="s.5(1)(a); to be confirmed")
_DISTRICT = Holder("district", "district council", certain=True, source="s.5(1)(a)")
_RACIAL_LISTS: dict[str, frozenset[str]] = {"racial-incidents": frozenset(), "local": frozenset()}

COUNCIL = (
    Dataset(
        id="council-collisions",
        title="Road traffic collisions",
        agency="council",
        theme="road safety",
        description="Road traffic collisions in which somebody was hurt, one row for each "
        "collision.",
        columns=COLLISION,
        paragraph=_CORROBORATED,
        holders=(_UNITARY, _COUNTY),
        schemes={},
        place=Place.POINT,  # they are published at it
        time="minute",
    ),
    Dataset(
        id="council-exclusions",
        title="Pupils excluded from school",
        agency="council",
        description="Pupils excluded from state schools, one row for each exclusion; the "
        "school is its place.",
        columns=_EXCLUSION,
        paragraph=_CORROBORATED,
        holders=(_UNITARY, _COUNTY),
        schemes={
            "exclusion-reasons-england": frozenset(),
            "exclusion-reasons-wales": frozenset(),
        },
        usual="DB DB DB DB PP PP PA VA VP OW DR",
        place=Place.SCHOOL,
        time="none",
        term_time=True,
        axes=(axes.SCHOOL, axes.AGE, axes.REASON, axes.GENDER),
    ),
    Dataset(
        id="council-asb",
        title="Anti-social behaviour incidents (council)",
        agency="council",
        theme="anti-social behaviour",
        description="Incidents of anti-social behaviour known to the council, one row for each.",
        columns=INCIDENT,
        paragraph=_CORROBORATED,
        holders=(_UNITARY, _DISTRICT),
        schemes={"nicl": frozenset({"anti-social behaviour"}), "local": frozenset()},
        place=Place.LSOA,
        time="minute",
    ),
    Dataset(
        id="council-racial-incidents",
        title="Racial incidents",
        agency="council",
        theme="racial incidents",
        description="Racial incidents known to the council, one row for each.",
        columns=fields(DATED, CATEGORISED),
        paragraph=_CORROBORATED,
        holders=(_UNITARY, _COUNTY, _DISTRICT),
        schemes=_RACIAL_LISTS,
        place=Place.OUTWARD,  # most are at somebody's home
        time="minute",
        axes=(axes.PLACE, axes.MONTH, axes.WEEK, axes.BAND, axes.CATEGORY),
    ),
)
