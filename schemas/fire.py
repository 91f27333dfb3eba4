"""What the fire and rescue authority for the area holds: Schedule, paragraph 3 and the next.

The Regulations ask for time, date and location of each kind of incident, and for no category: the
dataset says what it was. Primary and secondary fires are told apart by the incident recording
system itself.
"""

from schemas.dataset import Dataset, Holder, Paragraph, Place
from schemas.incident import Happening


class DeliberatePrimaryFires(Happening):
    """Deliberate primary fires attended, those in vehicles excepted, one row for each."""


class DeliberateVehicleFires(Happening):
    """Deliberate primary fires in vehicles, one row for each."""


class DeliberateSecondaryFires(Happening):
    """Deliberate secondary fires, those in vehicles excepted, one row for each."""


class ViolenceAgainstStaff(Happening):
    """Violence against employees of the fire and rescue authority, one row for each incident."""


class NoSmokeAlarm(Happening):
    """Fires attended in dwellings where no smoke alarm was fitted, one row for each."""


class MaliciousFalseAlarms(Happening):
    """Malicious false alarms, one row for each call, at the place that was named."""


_FIRE = (Holder("fire", certain=True),)


def _declared(
    name: str,
    title: str,
    model: type[Happening],
    paragraph: Paragraph,
    place: Place = Place.LSOA,
    *,
    homes: bool = True,
) -> Dataset:
    return Dataset(
        id=name,
        title=title,
        model=model,
        paragraph=paragraph,
        holders=_FIRE,
        schemes={},
        place=place,
        time="minute",
        call=True,
        homes=homes,
    )


def _paragraph_3(letter: str) -> Paragraph:
    return Paragraph(f"SI 2007/1831 Schedule para 3({letter})", verified=True)


FIRE = (
    _declared(
        "fire-deliberate-primary",
        "Deliberate primary fires, not in vehicles",
        DeliberatePrimaryFires,
        _paragraph_3("a"),
    ),
    _declared(
        "fire-deliberate-vehicle",
        "Deliberate primary fires in vehicles",
        DeliberateVehicleFires,
        _paragraph_3("b"),
        homes=False,
    ),
    _declared(
        "fire-deliberate-secondary",
        "Deliberate secondary fires, not in vehicles",
        DeliberateSecondaryFires,
        _paragraph_3("c"),
    ),
    _declared(
        "fire-staff-violence",
        "Violence against fire and rescue staff",
        ViolenceAgainstStaff,
        _paragraph_3("d"),
    ),
    _declared(
        "fire-no-smoke-alarm",
        "Dwelling fires with no smoke alarm fitted",
        NoSmokeAlarm,
        _paragraph_3("e"),
        Place.OUTWARD,  # every one of them is somebody's home
        homes=False,
    ),
    _declared(
        "fire-malicious-false-alarm",
        "Malicious false alarms",
        MaliciousFalseAlarms,
        Paragraph("SI 2007/1831 Schedule", verified=False),
    ),
)
