"""Themes that agencies have in common: what a row is about, whatever list its category is of.

A reading of ours, and no official classification: `themes.csv` says of each class of each list
which theme it is of, the first line that fits. Rows that no line fits are "other".
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from schemas.codes.lists import classes_of, find
from schemas.codes.vocabularies import VIOLENCE_OR_SEXUAL

OTHER: Final = "other"
_BETWEEN: Final = "\x1f"  # in no code


@cache
def _lines() -> tuple[dict[str, str], ...]:
    with (files(__package__) / "themes.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def themes() -> tuple[str, ...]:
    """Return the themes, in alphabetical order."""
    return tuple(sorted({line["theme"] for line in _lines()} | {OTHER}))


def theme_of(dataset: str, scheme: str, edition: str, code: str) -> str:
    """Return the theme of a category; of a dataset without categories, all but the first empty.

    Args:
        code: A code of the list, or the class that stands for it where a row is generalised.
    """
    found = find(scheme, edition)
    entry = found.listed(code) if found else None
    one_of_two = code == VIOLENCE_OR_SEXUAL
    klass = code if one_of_two or code in classes_of(scheme, edition) else ""
    told = {
        "dataset": dataset,
        "scheme": scheme,
        "class": entry.klass if entry else klass,
        "nature": entry.nature if entry else "",
    }
    codes = {code, entry.code if entry else code}
    for line in _lines():
        plain = all(line[name] in ("", told[name]) for name in told)
        if plain and (not line["codes"] or codes & set(line["codes"].split())):
            return line["theme"]
    return OTHER


def with_theme(rows: pl.LazyFrame, dataset: str) -> pl.LazyFrame:
    """Return rows with a column `theme`; each distinct category is looked up once."""
    known = ("category_scheme", "category_edition", "category")
    if "category" not in rows.collect_schema().names():
        return rows.with_columns(theme=pl.lit(theme_of(dataset, "", "", "")))
    told = [pl.col(name).cast(pl.String).fill_null("") for name in known]
    distinct = rows.select(told).unique().collect()
    keys = distinct.select(pl.concat_str(known, separator=_BETWEEN)).to_series()
    found = [theme_of(dataset, *row) for row in distinct.iter_rows()]
    like = pl.concat_str(told, separator=_BETWEEN)
    return rows.with_columns(theme=like.replace_strict(keys, found, return_dtype=pl.String))
