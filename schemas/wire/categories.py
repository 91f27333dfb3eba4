"""The categories of a table that is shared: which are of their lists, and which are sensitive."""

import re
from typing import Final

import polars as pl

from schemas.codes.lists import (
    LOCAL,
    SCHEMES,
    classes_of,
    find_list,
    is_category,
    is_listed,
    is_sensitive,
)
from schemas.codes.vocabularies import (
    VIOLENCE_OR_SEXUAL,
    VIOLENT_OR_SEXUAL_CLASSES,
)
from schemas.datasets.dataset import Dataset
from schemas.distinct import distinct_rows

EDITION_SHAPE: Final = r"undated|[0-9]{1,4}([/-][0-9]{2})?"  # of every list's edition
NEVER: Final = pl.lit(value=False)


def unknown_lists(rows: pl.DataFrame, dataset: Dataset) -> list[str]:
    """Name the code lists of a table that this release does not have.

    A scheme that is not known is not named, since nothing holds its text to a shape; an edition
    is, where it looks like one.
    """
    if "category_scheme" not in rows.columns:
        return []
    pairs = distinct_rows(rows, ["category_scheme", "category_edition"]).drop_nulls().rows()
    missing = [
        (scheme, edition)
        for scheme, edition in pairs
        if scheme not in SCHEMES
        or (scheme in dataset.schemes and scheme != LOCAL and find_list(scheme, edition) is None)
    ]
    return sorted({_list_name(scheme, edition) for scheme, edition in missing})


def _list_name(scheme: str, edition: str) -> str:
    if scheme not in SCHEMES:
        return "a code list"
    return f"{scheme} {edition}" if re.fullmatch(EDITION_SHAPE, edition) else scheme


def shows_sensitive(rows: pl.DataFrame, dataset: Dataset) -> pl.Expr:
    """Say which rows are sensitive for all to see: all of a dataset, or by marker or category."""
    if dataset.axes:
        return pl.lit(value=True)
    domestic = pl.col("domestic") == "yes" if "domestic" in rows.columns else NEVER
    return domestic | says_sensitive(rows)


def says_sensitive(rows: pl.DataFrame) -> pl.Expr:
    """Say which rows have a category that is sensitive."""
    if "category_scheme" not in rows.columns:
        return NEVER
    lists = ["category_scheme", "category_edition"]
    distinct = distinct_rows(rows, [*lists, "category"])
    sensitive: dict[tuple[str, str], list[str]] = {}
    for scheme, edition, category in distinct.iter_rows():
        if is_sensitive(scheme, edition, category):
            sensitive.setdefault((scheme, edition), []).append(category)
    of_one_list = distinct.n_unique(lists) == 1
    return pl.any_horizontal(
        NEVER,
        *(
            pl.all_horizontal(
                pl.col("category").is_in(categories),
                *(() if of_one_list else (pl.col(n) == v for n, v in zip(lists, key, strict=True))),
            )
            for key, categories in sensitive.items()
        ),
    )


def wrong_categories(
    rows: pl.DataFrame, dataset: Dataset, *, listed: bool, second: bool
) -> set[str]:
    """Name the columns of categories that hold what is not of a list of the dataset.

    Args:
        listed: The shape of a list's codes is not enough; the list must have the code.
        second: They are of the second form, which has a word for two classes together.
    """
    wrong: set[str] = set()
    for name in ("category", "reason_2", "reason_3"):
        if name not in rows.columns:
            continue
        distinct = distinct_rows(rows, ["category_scheme", "category_edition", name])
        if name != "category":
            distinct = distinct.drop_nulls(name)
        pair = second and name == "category"
        if not all(
            _is_category(dataset, *row, listed=listed) or (pair and _is_two_classes(dataset, *row))
            for row in distinct.iter_rows()
        ):
            wrong.add(name)
    return wrong


def _is_two_classes(
    dataset: Dataset, scheme: str | None, edition: str | None, code: str | None
) -> bool:
    """Say whether a category is the word for two classes, of a list that has both."""
    known = classes_of(scheme, edition) if scheme in dataset.schemes else frozenset()
    return code == VIOLENCE_OR_SEXUAL and known.issuperset(VIOLENT_OR_SEXUAL_CLASSES)


def _is_category(
    dataset: Dataset, scheme: str | None, edition: str | None, code: str | None, *, listed: bool
) -> bool:
    if scheme not in dataset.schemes:
        return False
    allowed = is_listed if listed else is_category
    return allowed(scheme, edition, code) or code in classes_of(scheme, edition)
