"""What the fire and rescue authority for the area holds: Schedule, paragraph 3 and the next.

The Regulations ask for time, date and location of each kind of incident, and for no category: the
dataset says what it was. Primary and secondary fires are distinguished by the incident recording
system itself. An export of all incidents has a column that says which each is; its rows of other
kinds are left out, and it does not leave.
"""

from schemas.datasets.common_fields import HAPPENING, fields_of_group
from schemas.datasets.dataset import Dataset, Holder, Paragraph, Place, fields

# One row for each thing that the fire and rescue service attended or suffered.
_FIELDS = fields(HAPPENING, fields_of_group("fire"))
_FIRE = (
    Holder(
        "fire",
        "fire and rescue authority for the area",
        certain=True,
        source="SI 2007/1831 Schedule para 3",
    ),
)


def _declare(
    name: str,
    title: str,
    description: str,
    kind: str,
    *,
    paragraph: Paragraph,
    theme: str = "arson and damage",
    place: Place = Place.LSOA,
    homes: bool = True,
) -> Dataset:
    return Dataset(
        id=name,
        agency="fire",
        theme=theme,
        title=title,
        description=description,
        columns=_FIELDS,
        paragraph=paragraph,
        holders=_FIRE,
        schemes={"fire": frozenset({kind})},
        place=place,
        time="minute",
        recorded_when_it_happened=True,
        dwellings_by_outward_code=homes,
    )


def _paragraph_3(letter: str) -> Paragraph:
    return Paragraph(f"SI 2007/1831 Schedule para 3({letter})", verified=True)


FIRE = (
    _declare(
        "fire-deliberate-primary",
        "Deliberate primary fires, not in vehicles",
        "Deliberate primary fires attended, those in vehicles excepted, one row for each.",
        "deliberate primary fire",
        paragraph=_paragraph_3("a"),
    ),
    _declare(
        "fire-deliberate-vehicle",
        "Deliberate primary fires in vehicles",
        "Deliberate primary fires in vehicles, one row for each.",
        "deliberate vehicle fire",
        paragraph=_paragraph_3("b"),
        homes=False,
    ),
    _declare(
        "fire-deliberate-secondary",
        "Deliberate secondary fires, not in vehicles",
        "Deliberate secondary fires, those in vehicles excepted, one row for each.",
        "deliberate secondary fire",
        paragraph=_paragraph_3("c"),
    ),
    _declare(
        "fire-staff-violence",
        "Violence against fire and rescue staff",
        "Violence against employees of the fire and rescue authority, one row for each incident.",
        "violence against staff",
        theme="violence",
        paragraph=_paragraph_3("d"),
    ),
    _declare(
        "fire-no-smoke-alarm",
        "Dwelling fires with no smoke alarm fitted",
        "Fires attended in dwellings where no smoke alarm was fitted, one row for each.",
        "dwelling fire without alarm",
        theme="fire safety",
        paragraph=_paragraph_3("e"),
        place=Place.OUTWARD,  # every one of them is somebody's home
        homes=False,
    ),
    _declare(
        "fire-malicious-false-alarm",
        "Malicious false alarms",
        "Malicious false alarms, one row for each call, at the place that was named.",
        "malicious false alarm",
        theme="malicious calls",
        paragraph=Paragraph("SI 2007/1831 Schedule", verified=False),
    ),
)
