"""The specification of depersonalising: the made part of docs/depersonalisation.md."""

from depersonalise.identifiers import LONGEST
from depersonalise.places.postcode_directory import ADDRESSES_EACH, FEWEST_POSTCODES, LEAST
from depersonalise.release.release import axes_of
from docs.markdown import DOCS, table, with_made_part
from schemas.codes.vocabularies import SQUARES
from schemas.datasets.axes import Axis
from schemas.datasets.dataset import SMALLEST, Dataset, Treat
from schemas.datasets.registry import PRESCRIBED
from schemas.extract.places import AROUND

# What each treatment removes, and what it does not.
_REMOVES = {
    Treat.DROP: ("all of it", "nothing"),
    Treat.KEEP: ("nothing", "a word or code of a closed list"),
    Treat.DATE: (
        "the day of sensitive rows; all but the year of dates more than a year before the record",
        "day",
    ),
    Treat.TIME: ("minutes of rows at home; all but a band of six hours of sensitive rows", "time"),
    Treat.PLACE: (
        "all places of a row but one, and what is more precise than allowed",
        "one place",
    ),
    Treat.AGE: ("years, in small groups", "age, and the key stage of that age"),
    Treat.NUMBER: ("whether it is 1, 2, 3 or 4", "the number of all others, and zero"),
}
_GUIDE = "guidance to the duty"
_OURS = "our default, for caution"
_NUMBERS = (
    (
        SMALLEST,
        "protected rows that have to be alike, at least",
        f"{_OURS}; the protocol may ask for more",
    ),
    (
        ", ".join(SQUARES),
        "sides of squares of the National Grid",
        "data.police.uk's points are of this order; " + _OURS,
    ),
    (LEAST, "addresses in a square, at least", "data.police.uk: eight or more postal addresses"),
    (
        ADDRESSES_EACH,
        "addresses that a postcode in use counts as",
        "half of 15 (ICO, Anonymisation code of practice, 2012, as quoted)",
    ),
    (
        FEWEST_POSTCODES,
        "postcodes in use in an outward code, at least",
        "400 households of the smallest LSOA (ONS; to be confirmed), at 15 each",
    ),
    (f"{AROUND} m", "around a protected place", _OURS),
    ("6 hours", "bands of time of sensitive rows", _OURS),
    (
        "1 hour",
        "precision of times at home, and of callouts shared as personal data",
        _OURS,
    ),
    (
        "1 year",
        "an incident longer before its record than this is shared by its year, without a time",
        "an old date makes a record unique; " + _OURS,
    ),
    ("1 to 4", 'numbers that are shared as "1 to 4"', _OURS),
    (
        "3",
        "characters of an ICD-10 code",
        "the Regulations name blocks and sub-categories; the fourth says more about one person",
    ),
    (LONGEST, "letters of a coded field, at most", "see [identifiers](identifiers.md)"),
)


def depersonalisation() -> str:
    """Return the specification, its made part written anew."""
    return with_made_part(DOCS / "depersonalisation.md", _specification())


def _specification() -> str:
    every = {axis for d in PRESCRIBED.values() for axis in axes_of(d)}
    axes = sorted(every, key=lambda axis: (axis.name, axis.levels))
    lines = [
        "\n## Treatments\n",
        *table(
            ("how a column is shared", "what is removed", "what is left"),
            [(treat.value, *removes) for treat, removes in _REMOVES.items()],
        ),
        "\n## Datasets\n",
        *table(
            (
                "dataset",
                "most precise place",
                "most precise time",
                "protected",
                "generalised by (levels)",
            ),
            [
                (f"[`{d.id}`](datasets/{d.id}.md)", d.place.value, *_protected(d))
                for d in PRESCRIBED.values()
            ],
        ),
        "\n## How coarse a protected row may be\n",
        *table(
            ("what is generalised", "levels, most precise first, each with its cost"),
            [(axis.name, _levels(axis)) for axis in axes],
        ),
        "\n## Numbers\n",
        *table(("number", "what it is", "authority"), _NUMBERS),
    ]
    return "\n".join(lines) + "\n\n"


def _protected(dataset: Dataset) -> tuple[str, str, str]:
    """Return the finest time of a dataset, which of its rows are protected, and by which axes."""
    if dataset.is_numbers:
        return "", "one number", ""
    which = "all rows" if dataset.axes else "sensitive and possibly sensitive rows"
    return str(dataset.time), which, axes_in_words(dataset)


def axes_in_words(dataset: Dataset) -> str:
    """Return the axes of a dataset's protected rows, with their levels."""
    return "; ".join(f"{a.name} ({', '.join(a.levels)})" for a in axes_of(dataset))


def _levels(axis: Axis) -> str:
    costs = zip(axis.levels, axis.costs, strict=True)
    return "; ".join(f"{level} {cost}" for level, cost in costs)
