"""The columns that rows carry while they are depersonalised, beside those that are released.

None of them leaves: their names begin with "_", which nothing that is released does. What a stage
adds is declared here, with its type, and the stages after it may count on it. A column that one
module makes and drops again is its own, and not here.
"""

from typing import Final

import polars as pl

from schemas.codes.vocabularies import YES_NO
from schemas.datasets.column_types import KLASS, NATURE, words_type

# What `treatments.py` adds for itself: how finely the row may leave if it is not protected (PLAIN
# or HOME), and whether too few people live in its outward code's part of the district.
MARKED: Final = pl.Schema({"_level": pl.Int8, "_few": pl.Boolean})

# How far a row is protected (OPEN, POSSIBLY or SENSITIVE), and why, in words; nothing if it is not.
PROTECTED: Final = pl.Schema({"_protects": pl.Int8, "_reason": pl.String})

# Where the row came from: its line in the extract, and the source's own reference.
ORIGIN: Final = pl.Schema({"_line": pl.UInt32, "_reference": pl.String})

# What only deciding how a row leaves reads, and is dropped then: its class and nature, its outward
# code and whether it was at a dwelling, and the number by which the first of equals is cover.
DECIDING: Final = pl.Schema(
    {
        "_klass": KLASS,
        "_outward": pl.String(),
        "_dwelling": words_type(YES_NO),
        "_nature": NATURE,
        "_order": pl.UInt64(),
    }
)

# By what a record is known again in a correction: the keyed hash of its reference, and its place
# among the records that have the same.
KNOWN_BY: Final = pl.Schema({"_ref": pl.Binary, "_nth": pl.UInt32})

# What becomes of a row (FINE, COARSE, WITHHELD, HELD or ELSEWHERE), whether it is cover, and
# whether it stays as it was sent before.
DECIDED: Final = pl.Schema({"_state": pl.Int8, "_cover": pl.Boolean, "_stays": pl.Boolean})

# What rows carry from `treatments.py` to `corrections.py`, and from there to `depersonalise.py`.
TREATED: Final = pl.Schema(PROTECTED | ORIGIN | DECIDING | KNOWN_BY)
WITH_STATES: Final = pl.Schema(PROTECTED | ORIGIN | KNOWN_BY | DECIDED)
