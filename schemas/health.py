"""What Primary Care Trusts and Local Health Boards, and those who came after them, hold.

The Regulations name bodies that England abolished on 31 March 2013, and no text that puts others
in their place has been found: the duty of today's holders is to be confirmed.
"""

from schemas.dataset import Dataset, Holder, Paragraph, Place
from schemas.incident import Incident


class AmbulanceCallouts(Incident):
    """Ambulance calls to incidents of crime and disorder, one row for each call."""


AMBULANCE_CALLOUTS = Dataset(
    id="ambulance-callouts",
    title="Ambulance callouts to crime and disorder",
    model=AmbulanceCallouts,
    paragraph=Paragraph("SI 2007/1831 Schedule", verified=False),
    holders=(Holder("health", certain=False), Holder("ambulance", certain=False)),
    schemes={"ampds": frozenset()},
    place=Place.OUTWARD_ONLY,
    time="hour",
    call=True,
)
