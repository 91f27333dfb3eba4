"""What the local authority for the area holds.

The wording of these rows of the Schedule was not found; that each exists is corroborated. In two
tiers the county council keeps roads and schools, and the district council its own streets.
"""

from schemas.datasets import axes
from schemas.datasets.collisions import COLLISION
from schemas.datasets.common_fields import CATEGORISED, DATED, INCIDENT, RECORD, fields_of_group
from schemas.datasets.dataset import Dataset, Holder, Paragraph, Place, fields

_EXCLUSION = fields(RECORD, CATEGORISED, fields_of_group("exclusion"))
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
        sample_codes="DB DB DB DB PP PP PA VA VP OW DR",
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
