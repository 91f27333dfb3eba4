"""Groups of fields that datasets share: records, what is dated, what happened, incidents.

A record is of some place and of a day on which it was recorded; what is dated happened at some
time and perhaps at a point; a happening may be domestic; an incident also says what it was.
"""

from typing import Final

from schemas.codes.vocabularies import YES_NO
from schemas.datasets.dataset import Field, Reads, Treat, fields

# One row for each record.
RECORD: Final = (
    Field(
        "reference",
        says="The source's own reference. It never leaves, nor a hash of it.",
        reads=Reads.TEXT,
        aliases=("crime id", "crime number", "incident number", "ref", "record id"),
    ),
    Field(
        "recorded",
        says="The day it was recorded or reported; a month where the source has no day.",
        reads=Reads.DATE,
        treat=Treat.DATE,
        needs="date",
        aliases=(
            "recorded date",
            "date recorded",
            "reported date",
            "date reported",
            "date created",
        ),
        rules=("date-missing",),
    ),
    Field(
        "postcode",
        says="The postcode or outward code. Only the outward code is kept, from the first moment.",
        reads=Reads.POSTCODE,
        treat=Treat.PLACE,
        needs="place",
        aliases=("post code", "outward code", "outward postcode", "postcode district"),
    ),
    Field(
        "lsoa",
        says="The lower layer super output area, as its code.",
        reads=Reads.LSOA,
        treat=Treat.PLACE,
        needs="place",
        aliases=("lsoa code", "lsoa11cd", "lsoa21cd"),
    ),
    Field(
        "lsoa_name",
        says="The same as its name, which begins with its district.",
        reads=Reads.LSOA_NAME,
        needs="place",
        aliases=("lsoa name", "lsoa11nm", "lsoa21nm"),
    ),
    Field(
        "district",
        says="The local government district, as its GSS code or name.",
        reads=Reads.DISTRICT,
        needs="place",
        aliases=("local authority", "lad", "lad code", "district code", "district name", "borough"),
    ),
)
# Where the source tells the point of a row.
LOCATED: Final = (
    Field(
        "easting",
        number_type="Int32",
        says="Metres east on the National Grid.",
        reads=Reads.DECIMAL,
        treat=Treat.PLACE,
        needs="place",
        aliases=("location easting osgr", "easting m", "eastings", "x"),
        rules=("point-outside",),
    ),
    Field(
        "northing",
        number_type="Int32",
        says="Metres north on the National Grid.",
        reads=Reads.DECIMAL,
        treat=Treat.PLACE,
        aliases=("location northing osgr", "northing m", "northings", "y"),
    ),
    Field(
        "longitude",
        number_type="Float64",
        says="Longitude (WGS84), from which the point on the grid is worked out where it is not.",
        reads=Reads.DECIMAL,
        treat=Treat.PLACE,
        needs="place",
        aliases=("lon", "long"),
    ),
    Field(
        "latitude",
        number_type="Float64",
        says="Latitude (WGS84).",
        reads=Reads.DECIMAL,
        treat=Treat.PLACE,
        aliases=("lat",),
    ),
    Field(
        "grid_reference",
        says="The same as a National Grid reference with its letters, such as SU 351 402.",
        reads=Reads.GRID,
        treat=Treat.PLACE,
        needs="place",
        aliases=("grid ref", "os grid reference", "osgr", "ngr"),
    ),
)
# One row for each thing that happened at some time and place.
DATED: Final = fields(
    RECORD,
    LOCATED,
    Field(
        "occurred_from",
        says="The day it happened, or the first day on which it can have happened.",
        reads=Reads.DATE,
        treat=Treat.DATE,
        needs="date",
        aliases=(
            "occurred",
            "occurred date",
            "date occurred",
            "date",
            "date from",
            "committed from",
            "incident date",
            "from date",
            "date of call",
            "call date",
        ),
        rules=("occurred-after-recorded",),
    ),
    Field(
        "occurred_to",
        says="The last day on which it can have happened.",
        reads=Reads.DATE,
        treat=Treat.DATE,
        aliases=("date to", "committed to", "to date"),
        rules=("ends-before-it-starts",),
    ),
    Field(
        "time_from",
        says="The time it happened, or the first at which it can have happened.",
        reads=Reads.TIME,
        treat=Treat.TIME,
        aliases=(
            "time",
            "time from",
            "occurred time",
            "incident time",
            "from time",
            "time of call",
            "call time",
        ),
    ),
    Field(
        "time_to",
        says="The last time at which it can have happened.",
        reads=Reads.TIME,
        treat=Treat.TIME,
        aliases=("time to", "to time"),
    ),
)
# One row for each happening, which may be domestic or in a dwelling.
HAPPENING: Final = fields(
    DATED,
    Field(
        "domestic",
        words=YES_NO,
        says="Whether it was recorded as a domestic incident: yes, no, or not recorded.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=(
            "domestic flag",
            "domestic abuse",
            "domestic violence",
            "domestic marker",
            "domestic incident",
            "domestic abuse flag",
            "domestic violence flag",
            "is domestic",
            "da",
            "dv",
            "da flag",
            "dv flag",
            "da marker",
            "dv marker",
        ),
        protects=True,
        telling=("domestic", "domestics", "dom", "da", "dv", "dva", "dash", "marac"),
        often=(1, 9),
    ),
    Field(
        "qualifier",
        says='The qualifiers beside the category, such as "domestic". Only that one is read.',
        reads=Reads.QUALIFIER,
        aliases=("qualifiers", "incident qualifiers", "opening qualifiers", "closing qualifiers"),
        protects=True,
        telling=("qualifier", "qualifiers", "qual", "quals", "tag", "tags", "keyword", "keywords"),
    ),
    Field(
        "dwelling",
        words=YES_NO,
        says="Whether it happened in a dwelling: yes, no, or not recorded.",
        reads=Reads.WORD,
        aliases=("in dwelling", "dwelling flag", "is dwelling", "dwelling marker"),
        protects=True,
        telling=("dwelling", "residential", "residence", "location type", "premises type"),
    ),
)
# What a row says it is.
CATEGORISED: Final = (
    Field(
        "category",
        says="What it was: a code of the scheme beside it.",
        reads=Reads.CATEGORY,
        treat=Treat.KEEP,
        needs="category",
        aliases=(
            "code",
            "category code",
            "offence code",
            "home office code",
            "ho code",
            "stats code",
            "ampds code",
            "ampds",
            "determinant",
            "nicl code",
            "type",
        ),
        rules=("category-missing", "category-unknown"),
    ),
    Field(
        "category_scheme",
        says="The list that the category comes from.",
        reads=Reads.SCHEME,
        treat=Treat.KEEP,
        aliases=("scheme",),
    ),
    Field(
        "category_edition",
        says="The edition of that list.",
        reads=Reads.EDITION,
        treat=Treat.KEEP,
        aliases=("edition",),
    ),
)
# One row for each incident: a happening of some category.
INCIDENT: Final = fields(HAPPENING, CATEGORISED)
