"""The polars types of columns: of the closed lists of words, and of a dataset's fields."""

from functools import cache
from typing import Final

import polars as pl

from schemas.codes.lists import EDITIONS, LISTS, NATURES, PROTECTS, SCHEMES
from schemas.codes.vocabularies import (
    AREA_BASES,
    GENERALISED_WORDS,
    KEY_STAGE_BANDS,
    LSOA_EDITIONS,
    NUMBER_PRECISIONS,
    PLACE_PRECISIONS,
    PRECISIONS,
    TIME_PRECISIONS,
    WEEK_PARTS,
    Words,
)
from schemas.datasets.dataset import Field, Reads

KEY_STAGE: Final = pl.Enum(KEY_STAGE_BANDS)
PRECISION: Final = pl.Enum(PRECISIONS)
TIME_PRECISION: Final = pl.Enum(TIME_PRECISIONS)
PLACE_PRECISION: Final = pl.Enum(PLACE_PRECISIONS)
WEEK_PART: Final = pl.Enum(WEEK_PARTS)
LSOA_EDITION: Final = pl.Enum(LSOA_EDITIONS)
NUMBER_PRECISION: Final = pl.Enum(NUMBER_PRECISIONS)
AREA_BASIS: Final = pl.Enum(AREA_BASES)
SCHEME: Final = pl.Enum(SCHEMES)
EDITION: Final = pl.Enum(EDITIONS)
GENERALISED: Final = pl.Enum(GENERALISED_WORDS)
KLASS: Final = pl.Enum(
    ["", *sorted({c.klass for code_list in LISTS for c in code_list.codes.values()})]
)
NATURE: Final = pl.Enum([*NATURES, "unknown"])
PROTECTED: Final = pl.Enum(PROTECTS)

_BY_READING: Final[dict[Reads, pl.DataType | type[pl.DataType]]] = {
    Reads.DATE: pl.Date,
    Reads.TIME: pl.Time,
    Reads.QUALIFIER: pl.Boolean,
    Reads.SCHEME: SCHEME,
    Reads.EDITION: EDITION,
}


@cache
def enum_of(words: tuple[str, ...]) -> pl.Enum:
    """Return the type of a column that holds one of these words."""
    return pl.Enum(words)


def words_type(words: Words) -> pl.Enum:
    """Return the type of a column that holds a word of a closed list."""
    return enum_of(words.all)


def field_type(field: Field) -> pl.DataType | type[pl.DataType]:
    """Return the type of a field once its cells are read."""
    if field.words is not None:
        return words_type(field.words)
    if field.number_type:
        number: type[pl.DataType] = getattr(pl, field.number_type)
        return number
    return _BY_READING.get(field.reads, pl.String)
