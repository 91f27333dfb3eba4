"""Themes that agencies have in common: what a row is about, whatever list its category is of.

Our grouping, and no official classification (`vocabularies.THEMES`). Each code list says of each
code which theme it is of. A class, which stands for its codes in small groups, is of the theme of
most of them. Whatever no list knows is of the theme that its dataset declares, or "other".
"""

from collections import Counter
from functools import cache
from typing import Final

import polars as pl

from schemas.codes.lists import find
from schemas.codes.vocabularies import OTHER, VIOLENCE_OR_SEXUAL

_BETWEEN: Final = "\x1f"  # in no code


def theme_of(scheme: str, edition: str, category: str, *, of_dataset: str = "") -> str:
    """Return the theme of a category: a code of a list, or the class that stands for it.

    Args:
        of_dataset: The theme that the dataset declares; of rows without a category, it is theirs.
    """
    if category == VIOLENCE_OR_SEXUAL:
        return VIOLENCE_OR_SEXUAL
    one = find(scheme, edition)
    code = one.listed(category) if one else None
    theme = code.theme if code else _class_theme(scheme, edition, category)
    return theme or of_dataset or OTHER


@cache
def _class_theme(scheme: str, edition: str, klass: str) -> str:
    """Return the theme of more than half of the codes of a class; empty if there is none."""
    one = find(scheme, edition)
    themes = [code.theme for code in one.codes.values() if code.klass == klass] if one else []
    theme, codes = max(Counter(themes).items(), key=lambda item: item[1], default=("", 0))
    return theme if codes * 2 > len(themes) else ""


def with_theme(rows: pl.LazyFrame, of_dataset: str) -> pl.LazyFrame:
    """Return rows with a column `theme`; each distinct category is looked up once."""
    known = ("category_scheme", "category_edition", "category")
    if "category" not in rows.collect_schema().names():
        return rows.with_columns(theme=pl.lit(of_dataset or OTHER))
    told = [pl.col(name).cast(pl.String).fill_null("") for name in known]
    distinct = rows.select(told).unique().collect()
    keys = distinct.select(pl.concat_str(known, separator=_BETWEEN)).to_series()
    themes = [theme_of(*row, of_dataset=of_dataset) for row in distinct.iter_rows()]
    like = pl.concat_str(told, separator=_BETWEEN)
    return rows.with_columns(theme=like.replace_strict(keys, themes, return_dtype=pl.String))
