"""Groups of fields that datasets share: records, what is dated, what happened, incidents.

A record is of some place and of a day on which it was recorded; what is dated happened at some
time and perhaps at a point; a happening may be domestic; an incident also says what it was. Each
field is a row of `fields.csv`, below its group; its columns are described at `Field`.
"""

from typing import Final

from schemas.codes import vocabularies
from schemas.datasets.dataset import Field, Reads, Treat, fields
from schemas.tables import read_table

_ROWS: Final = read_table(__package__, "fields.csv")


def fields_of_group(group: str) -> tuple[Field, ...]:
    """Return the fields of a group of the table."""
    return tuple(_field(row) for row in _ROWS if row["group"] == group)


def _field(row: dict[str, str]) -> Field:
    return Field(
        row["name"],
        description=row["description"],
        reads=Reads[row["reads"].upper()],
        treat=Treat[row["treat"].upper()],
        aliases=_parts(row["aliases"]),
        needs=row["needs"],
        words=getattr(vocabularies, row["words"]) if row["words"] else None,
        number_type=row["number_type"],
        rules=_parts(row["rules"]),
        protects=row["protects"] == "yes",
        heading_words=_parts(row["heading_words"]),
        sample_weights=tuple(map(int, row["sample_weights"].split())),
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("; ")) if cell else ()


# One row for each record.
RECORD: Final = fields_of_group("record")
# Where the source tells the point of a row.
LOCATED: Final = fields_of_group("located")
# One row for each thing that happened at some time and place.
DATED: Final = fields(RECORD, LOCATED, fields_of_group("dated"))
# One row for each happening, which may be domestic or in a dwelling.
HAPPENING: Final = fields(DATED, fields_of_group("happening"))
# What a row says it is.
CATEGORISED: Final = fields_of_group("categorised")
# One row for each incident: a happening of some category.
INCIDENT: Final = fields(HAPPENING, CATEGORISED)
