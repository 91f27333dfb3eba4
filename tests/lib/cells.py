"""One kind of cell, read by itself."""

from datetime import date

import polars as pl

from schemas.datasets.dataset import Reads
from schemas.datasets.registry import DATASETS
from schemas.extract.cells import Cells, FieldResult
from schemas.extract.fields import _COUNT, _DECIMAL, READERS, _number
from schemas.extract.line_numbers import LINE
from schemas.extract.mapping import Mapping
from schemas.extract.places import PlaceLookup

FIRST_LINE = 2  # the first line of a file holds its headings

DATASET = {
    Reads.DATE: "police-crime", Reads.TIME: "police-crime", Reads.TEXT: "police-crime",
    Reads.WORD: "police-crime", Reads.QUALIFIER: "police-crime", Reads.COUNT: "council-collisions",
    Reads.DECIMAL: "police-crime", Reads.SCHOOL: "council-exclusions",
    Reads.POSTCODE: "police-crime", Reads.GRID: "police-crime", Reads.LSOA: "police-crime",
    Reads.LSOA_NAME: "police-crime", Reads.DISTRICT: "police-crime",
}  # fmt: skip

NOTHING = [
    "", "null", "NULL", "n/a", "N/A", "na", "none", "None", "-", "--", "unknown", "Unknown",
    "not known", "Not Known", "not recorded", "tbc", "TBC", " ", "  n/a  ", "\u00a0-\u00a0", None,
]  # fmt: skip


def known(codes: set[str]) -> set[str]:
    return codes & {"WZ1", "M1", "SW1A"}


def cells_of(
    reads: Reads,
    column: str,
    values: list[str | None],
    *,
    dataset: str = "",
    places: PlaceLookup | None = None,
    serials: date | None = None,
    heading: str = "Heading",
    **mapping: object,
) -> Cells:
    lines = pl.Series(LINE, range(FIRST_LINE, FIRST_LINE + len(values)), dtype=pl.UInt32)
    rows = pl.DataFrame([lines, pl.Series(column, values, dtype=pl.String)])
    made = Mapping("mine", (), {column: heading}, **mapping)
    one = DATASETS[dataset or DATASET[reads]]
    return Cells(one, made, places or PlaceLookup(known), rows, serials)


def read(reads: Reads, column: str, values: list[str | None], **options: object) -> FieldResult:
    # Those of numbers are made when the module is imported: here again, as it is now.
    made = {Reads.COUNT: (_COUNT, True), Reads.DECIMAL: (_DECIMAL, False)}
    reader = READERS[reads]
    if reads in made:
        shape, whole = made[reads]
        reader = _number(shape, whole=whole)
    return reader(cells_of(reads, column, values, **options), column)


def column_of(done: FieldResult, name: str) -> list[object]:
    (only,) = [one for one in done.columns if one.name == name]
    return only.to_list()


def faults(done: FieldResult) -> dict[str, list[int]]:
    assert len({fault.rule for fault in done.faults}) == len(done.faults)
    return {fault.rule: fault.lines.to_list() for fault in done.faults}
