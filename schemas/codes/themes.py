"""Themes that agencies have in common: what a row is about, whatever list its category is of.

Our grouping, and no official classification (`vocabularies.THEMES`).

Keeps true: a row has the same theme whether it left with its code or, generalised, with its class.
So the theme of a code is that of its class, which is what most of its codes are about. A class
that says nothing of what its rows are about ("ambulance call") has none: its codes keep theirs,
and its generalised rows are of `UNSTATED_THEME`, and never of a theme that they might not be of.
Whatever no list knows is of the theme that its dataset declares, or "other".
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from schemas.codes.lists import find_list
from schemas.codes.vocabularies import (
    OTHER,
    UNSTATED_THEME,
    VIOLENCE_OR_SEXUAL,
    VIOLENT_OR_SEXUAL_CLASSES,
)
from schemas.distinct import distinct_rows

# The whole of a list, or of all crime: its codes have no theme in common.
_SAYING_NOTHING: Final = ("ambulance call", "crime")
# Some of their rows leave without saying which of the two they are.
_TAKEN_TOGETHER: Final = dict.fromkeys(("violence", "sexual offences"), VIOLENCE_OR_SEXUAL)
LEVELS: Final = ("code", "class", "two classes")
CATEGORY: Final = ("category_scheme", "category_edition", "category")
FACTS: Final = ("theme", "category_label", "class", "category_level")


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What is known of a category of a row.

    Attributes:
        theme: What it is about.
        label: What its list calls it.
        klass: Its class; empty if it has none, or could be of two.
        level: A word of LEVELS: how finely it was shared; empty if no list knows it.
    """

    theme: str
    label: str
    klass: str
    level: str


@cache
def facts_of(scheme: str, edition: str, category: str, *, of_dataset: str = "") -> CategoryFacts:
    """Return what is known of a category: a code of a list, or what stands for it.

    Args:
        of_dataset: The theme that the dataset declares; of rows without a category, it is theirs.
    """
    code_list = find_list(scheme, edition)
    code = code_list.listed(category) if code_list else None
    klass = code.klass if code else category
    level = "code" if code else "class" if _codes_about(scheme, edition, klass) else ""
    if category == VIOLENCE_OR_SEXUAL:
        theme, level = VIOLENCE_OR_SEXUAL, "two classes"
    elif klass in _SAYING_NOTHING:
        theme = code.theme if code else UNSTATED_THEME
    else:
        theme = _class_theme(scheme, edition, klass) or (code.theme if code else "")
    return CategoryFacts(
        _total_of(theme or of_dataset or OTHER),
        code.label if code else category,
        klass if level in ("code", "class") else "",
        level,
    )


def _total_of(theme: str) -> str:
    return _TAKEN_TOGETHER.get(theme, theme)


@cache
def _codes_about(scheme: str, edition: str, klass: str) -> Counter[str]:
    """Return how many codes of a class are about each thing; empty where it is no class."""
    code_list = find_list(scheme, edition)
    codes = code_list.codes.values() if code_list and klass else ()
    return Counter(code.theme for code in codes if code.klass == klass)


def _class_theme(scheme: str, edition: str, klass: str) -> str:
    """Return the theme of most of the codes of a class; empty where it is no class."""
    if klass in VIOLENT_OR_SEXUAL_CLASSES:
        return VIOLENCE_OR_SEXUAL
    about = _codes_about(scheme, edition, klass)
    return max(sorted(about), key=lambda theme: about[theme], default="")


def with_category_facts(rows: pl.LazyFrame, of_dataset: str) -> pl.LazyFrame:
    """Return rows with `theme`, `category_label`, `class` and `category_level`, as words of lists.

    Each distinct category is looked up once.
    """
    if "category" not in rows.collect_schema().names():
        null = pl.lit(None, dtype=pl.String)
        return rows.with_columns(
            null.alias("category_label"), null.alias("class"),
            null.alias("category_level"), theme=pl.lit(_total_of(of_dataset or OTHER)),
        )  # fmt: skip
    words = rows.with_columns(pl.col(CATEGORY).cast(pl.String))
    distinct = distinct_rows(words.select(CATEGORY).collect(), CATEGORY)
    distinct = distinct.with_columns(_enum_of(name, distinct[name].to_list()) for name in CATEGORY)
    words = words.cast(distinct.schema)
    facts = [
        facts_of(*(v or "" for v in row), of_dataset=of_dataset) for row in distinct.iter_rows()
    ]
    with_facts = distinct.with_columns(
        _enum_of("theme", [fact.theme for fact in facts]),
        _enum_of("category_label", [fact.label or None for fact in facts]),
        _enum_of("class", [fact.klass or None for fact in facts]),
        _enum_of("category_level", [fact.level or None for fact in facts]),
    )
    return words.join(
        with_facts.lazy(), on=CATEGORY, how="left", nulls_equal=True, maintain_order="left"
    )  # fmt: skip


def _enum_of(name: str, words: list[str | None]) -> pl.Series:
    """Return a column of words as those of a list: the words that there are."""
    return pl.Series(name, words, pl.Enum(sorted({word for word in words if word is not None})))
