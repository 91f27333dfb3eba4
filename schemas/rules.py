"""The catalogue of rules. Ids are permanent and never reused; the words may be improved."""

from typing import Final

from schemas.findings import Rule, Severity

_ALL: Final = (
    Rule(
        "date-missing",
        Severity.ERROR,
        "has neither the day it was recorded nor the day it happened",
        "give every record a date; a month such as 2026-07 will do where no day is held",
    ),
    Rule(
        "date-unreadable",
        Severity.ERROR,
        "is not a date that can be read",
        "write dates as 2026-07-31 or 31/07/2026, day before month; a month as 2026-07",
    ),
    Rule(
        "date-outside",
        Severity.ERROR,
        "is outside the dates that this submission covers",
        "export only the dates covered, or say which they are with --dates",
    ),
    Rule(
        "date-in-future",
        Severity.ERROR,
        "is later than today",
        "correct the date in the records system and export again",
    ),
    Rule(
        "time-unreadable",
        Severity.ERROR,
        "is not a time that can be read",
        "write times as 22:10, or leave them empty where none is held",
    ),
    Rule(
        "occurred-after-recorded",
        Severity.QUERY,
        "is later than the day it was recorded",
        "check the two dates; if both are right, nothing need be done",
    ),
    Rule(
        "ends-before-it-starts",
        Severity.QUERY,
        "is earlier than when it started",
        "check the two dates and times; if both are right, nothing need be done",
    ),
    Rule(
        "category-missing",
        Severity.ERROR,
        "is empty",
        "give every record the code of what it was",
    ),
    Rule(
        "category-unreadable",
        Severity.ERROR,
        "is not a code or a name of the list",
        "use the codes of the dataset's list, or translate them in a mapping: exchange map",
    ),
    Rule(
        "category-nearly",
        Severity.ERROR,
        "is nearly a name of the list",
        "correct the spelling in the records system, or translate it in a mapping",
    ),
    Rule(
        "category-unknown",
        Severity.QUERY,
        "has the shape of a code but is not in the list this tool holds",
        "if the code is newer than the list, nothing need be done; its places leave coarser",
    ),
    Rule(
        "scheme-unknown",
        Severity.ERROR,
        "names a list of categories that this dataset does not take",
        "the lists that it takes are shown by: exchange datasets",
    ),
    Rule(
        "flag-unreadable",
        Severity.ERROR,
        "is neither yes nor no nor empty",
        "write Y or N, or leave it empty where it was not recorded",
    ),
    Rule(
        "word-unreadable",
        Severity.ERROR,
        "is none of the words that this column takes",
        "the words are shown by: exchange datasets ID; leave it empty where nothing is held",
    ),
    Rule(
        "number-unreadable",
        Severity.ERROR,
        "is not a number that can be read",
        "write numbers as 1204 or 1,204, and leave them empty where none is held",
    ),
    Rule(
        "number-missing",
        Severity.ERROR,
        "is empty",
        "give every area its number; where there were none, write 0",
    ),
    Rule(
        "number-twice",
        Severity.ERROR,
        "has more than one number",
        "give one number for each area and quarter",
    ),
    Rule(
        "age-unlikely",
        Severity.QUERY,
        "is an age at which nobody is at school",
        "check it; if it is right, nothing need be done",
    ),
    Rule(
        "school-unknown",
        Severity.QUERY,
        "is neither a URN nor a DfE number, so the school does not leave",
        "export the URN (six digits) or the DfE number (seven) of each school",
    ),
    Rule(
        "nobody-hurt",
        Severity.ERROR,
        "has nobody killed or injured",
        "only collisions in which somebody was hurt are prescribed; take the others out",
    ),
    Rule(
        "point-outside",
        Severity.ERROR,
        "is not a point of the National Grid",
        "give eastings and northings in metres, or longitude and latitude in degrees",
    ),
    Rule(
        "row-uncounted",
        Severity.ERROR,
        "has a row that no count of the mapping takes",
        "add its values to a count in the mapping: docs/mappings.md",
    ),
    Rule(
        "rows-differ",
        Severity.QUERY,
        "the rows of one record do not say the same of it; the first was taken",
        "check the date, time and place of these records in the records system",
    ),
    Rule(
        "place-unreadable",
        Severity.ERROR,
        "is neither a postcode nor an outward code, and no other column says where it was",
        'write places as "LS1 4DY" or "LS1", or leave them empty where none is held',
    ),
    Rule(
        "place-doubtful",
        Severity.WARNING,
        "is not a postcode; the record's area is known from another column, and is given instead",
        "correct it in the records system, so that the outward code can leave",
    ),
    Rule(
        "place-unknown",
        Severity.QUERY,
        "may be an outward code or a sector written without its space, so it is left out",
        'write a sector with its space ("M1 1"); newer outward codes come with a newer gazetteer',
    ),
    Rule(
        "place-special",
        Severity.WARNING,
        "stands for one organisation or for no place, so the district is given instead",
        "nothing need be done",
    ),
    Rule(
        "area-nearly",
        Severity.QUERY,
        "names an area that is nearly the partnership's and not quite, so the record was left out",
        "if it is a slip, correct it in the records system and export again",
    ),
    Rule(
        "lsoa-unreadable",
        Severity.ERROR,
        "is not the code of a lower layer super output area",
        "LSOA codes look like E01022553; leave it empty where none is held",
    ),
    Rule(
        "domestic-not-recorded",
        Severity.QUERY,
        "is not recorded for violence, harassment or damage that may be at home",
        "add the domestic marker to the export; without it these leave with a coarser place",
    ),
    Rule(
        "column-not-ours",
        Severity.WARNING,
        "is not in this dataset and was left out; its heading is not shown, in case it is a record",
        "nothing need be done",
    ),
    Rule(
        "nothing-inside",
        Severity.ERROR,
        "no record is in the partnership's area, or in the dataset",
        "check that this is the right file, and the areas shown by: exchange status",
    ),
    Rule(
        "identifier-found",
        Severity.ERROR,
        "would leave with what looks like an identifier in it",
        "take the identifier out of this column in the export",
    ),
)
RULES: Final = {rule.id: rule for rule in _ALL}
