"""Categories: codes of the scheme that each row names, or of the one that most of them fit.

Leaves to others: the lists (`codes/`), and which classes belong to a dataset (its declaration).
"""

from typing import Final

import polars as pl

from schemas.cells import NOTHING, Cells, Read, trimmed
from schemas.codes import SCHEMES, Scheme
from schemas.dataset import Dataset
from schemas.mapping import Mapping
from schemas.reading import Raw
from schemas.words import EDITION, KLASS, NATURE, SCHEME


def read_categories(cells: Cells) -> tuple[Read, tuple[str, ...]]:
    """Give category, scheme and edition, with what the list says of it; and what was assumed."""
    rows, on = cells.rows.select("category_scheme", "category"), ["category"]
    assumed: tuple[str, ...] = ()
    schemes = rows["category_scheme"].unique()
    if schemes.null_count() == len(schemes):
        scheme = likely_scheme(cells.dataset, rows["category"])
        assumed = (f"categories read as {scheme.title}, {scheme.edition}",)
        rows = rows.with_columns(pl.lit(scheme.id).alias("category_scheme"))
    elif len(schemes) > 1:
        on = ["category_scheme", "category"]
    answers = _per_pair(cells, rows.unique(on)).select(*on, *_ANSWERS, "told")
    joined = rows.join(answers, on=on, how="left", nulls_equal=True, maintain_order="left")
    unknown = joined["_scheme"].is_null()
    wrong = joined["_code"].is_null() & joined["told"] & ~unknown
    faults = cells.fault("scheme-unknown", "category_scheme", unknown)
    faults += cells.fault("category-unreadable", "category", wrong)
    columns = [joined[name].alias(_NAMES.get(name, name)) for name in _ANSWERS]
    return Read(columns, faults), assumed


def uncategorised(cells: Cells) -> Read:
    """Give what a dataset without categories has in their stead."""
    rows = cells.rows.with_columns(klass=pl.lit(None, dtype=KLASS), nature=pl.lit("", dtype=NATURE))
    return Read([rows["klass"], rows["nature"]], [])


def _per_pair(cells: Cells, pairs: pl.DataFrame) -> pl.DataFrame:
    """Read each distinct pair of scheme and category once."""
    text = trimmed("category")
    told = ~text.str.to_lowercase().is_in(NOTHING).fill_null(value=True)
    codes = cells.mapping.codes.get("category", {})
    words = pairs.select(
        trimmed("category_scheme").str.to_lowercase(), pl.when(told).then(text).replace(codes)
    )
    answers = [_category(cells.dataset, scheme, cell) for scheme, cell in words.iter_rows()]
    columns = [
        pl.Series(name, [answer[i] for answer in answers], dtype=dtype)
        for i, (name, dtype) in enumerate(_ANSWERS.items())
    ]
    return pairs.with_columns(*columns, told=told)


_NAMES: Final = {
    "_code": "category",
    "_scheme": "category_scheme",
    "_edition": "category_edition",
}
_ANSWERS: Final[dict[str, type[pl.DataType] | pl.DataType]] = {
    "_scheme": SCHEME,
    "_code": pl.String,
    "_edition": EDITION,
    "category_listed": pl.Boolean,
    "klass": KLASS,
    "nature": NATURE,
}
_Answer = tuple[str | None, str | None, str | None, bool | None, str | None, str | None]


def _category(dataset: Dataset, scheme_id: str | None, cell: str | None) -> _Answer:
    scheme = SCHEMES.get(scheme_id or "")
    if scheme is None or scheme.id not in dataset.schemes:
        return None, None, None, None, None, None
    code = scheme.read(cell) if cell is not None else None
    if code is None:
        return scheme.id, None, scheme.edition, None, None, None
    listed = scheme.listed(code)
    if listed is None:
        return scheme.id, code, scheme.edition, False, None, "unknown"
    return scheme.id, code, scheme.edition, True, listed.klass, listed.nature


def likely_scheme(dataset: Dataset, cells: pl.Series) -> Scheme:
    """Return the scheme of a dataset whose list most of the distinct categories stand in."""
    values = cells.drop_nulls().unique().head(10_000).to_list()

    def listed(scheme_id: str) -> int:
        scheme = SCHEMES[scheme_id]
        return sum(
            (code := scheme.read(v)) is not None and scheme.listed(code) is not None for v in values
        )

    return SCHEMES[max(dataset.schemes, key=listed)]


def listed_categories(raw: Raw, dataset: Dataset, mapping: Mapping) -> tuple[int, int]:
    """Count the distinct categories of an extract that stand in a list, and that belong here.

    By the dataset's scheme that has most of them. The first number tells how well the scheme fits,
    because the shapes of the codes clash; the second whether the dataset has any of the rows. A
    dataset without categories fits any extract that has its other columns: 0 and 1.
    """
    if not dataset.schemes:
        return 0, 1
    heading = mapping.columns.get("category")
    if heading is None:
        cells = pl.Series([mapping.constants["category"]])
    else:
        cells = raw.cells[f"_{raw.headings.index(heading)}"].drop_nulls().unique().head(10_000)
    cells = cells.to_frame("c").select(trimmed("c"))["c"].replace(mapping.codes.get("category", {}))
    told = mapping.constants.get("category_scheme")
    counts = [(0, 0)]
    for scheme in (SCHEMES[s] for s in dataset.schemes if told in (None, s)):
        codes = {code for cell in cells if (code := scheme.read(cell)) is not None}
        listed = [found for code in codes if (found := scheme.listed(code)) is not None]
        ours = sum(dataset.belongs(scheme.id, one.klass) for one in listed)
        counts.append((len(listed), ours))
    return max(counts)
