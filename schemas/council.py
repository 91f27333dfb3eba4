"""What the local authority for the area holds."""

from schemas.dataset import Dataset, Holder, Paragraph, Place
from schemas.incident import Incident


class CouncilAsb(Incident):
    """Incidents of anti-social behaviour known to the council, one row for each."""


COUNCIL_ASB = Dataset(
    id="council-asb",
    title="Anti-social behaviour incidents (council)",
    model=CouncilAsb,
    paragraph=Paragraph("SI 2007/1831 Schedule", verified=False),
    holders=(Holder("council", certain=True),),
    schemes={"nicl": frozenset({"anti-social behaviour"})},
    place=Place.LSOA,
    time="minute",
)
