"""Categories: codes of the list that each row names, or of the one that most of them fit.

Keeps true: a code goes further only if its list has it. Text that no list has is replaced here, on
reading, by NOT_LISTED, so that nothing later holds it. In columns where people write freely (an
authority's own categories, further reasons) that is asked about; elsewhere text that is not even
of the list's shape is an error.

Leaves to others: the lists (`codes/`), and which classes belong to a dataset (its declaration).
"""

from typing import Final

import polars as pl

from schemas.codes.lists import LOCAL, NOT_LISTED, CodeList, editions_of
from schemas.datasets.column_types import EDITION, KLASS, NATURE, PROTECTED, SCHEME
from schemas.datasets.dataset import Dataset, Reads
from schemas.extract.category_lists import lists_of
from schemas.extract.cells import NOTHING, Cells, Fault, FieldResult
from schemas.extract.file import Raw
from schemas.extract.mapping import Mapping
from schemas.extract.text import plain

_DISTINCT: Final = 10_000  # distinct categories looked at to tell which list they come from
# What Excel makes of 2E1, 3-1 and 1/2: a number of powers of ten, or a day.
_BY_EXCEL: Final = (
    r"(?i)^\s*(?:\d(?:\.\d+)?E[+-]\d+|\d{1,2}-[A-Z]{3}(?:-\d{2,4})?|[A-Z]{3}-\d{2,4}"
    r"|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}(?: 00:00:00)?)\s*$"
)
_NEAR_MOST: Final = 500  # distinct categories looked at to tell slips of the pen


def read_categories(cells: Cells) -> tuple[FieldResult, tuple[str, ...]]:
    """Give category, scheme and edition, with what the list says of it; and what was assumed."""
    categories = cells.rows.select("category_scheme", "category_edition", "category")
    used = [c for c in categories.columns[:2] if categories[c].null_count() < categories.height]
    assumed: tuple[str, ...] = ()
    likely: dict[str, pl.Expr] = {}
    if "category_scheme" not in used:
        code_list = likely_list(cells.dataset, cells.mapping, categories["category"], cells.nation)
        assumed = (_read_as(code_list),)
        used = []
        likely = {
            "category_scheme": pl.lit(code_list.scheme),
            "category_edition": pl.lit(code_list.edition),
        }
    elif "category_edition" not in used:
        assumed = _editions(cells, categories["category_scheme"])
    keys = [*(c for c in used if categories[c].n_unique() > 1), "category"]
    pairs = categories.unique(keys).with_columns(**likely)
    answers = _per_pair(cells, pairs).select(*keys, *_ANSWERS, _REPAIRED, "filled")
    joined = categories.select(keys).join(
        answers, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    unknown = joined["_scheme"].is_null()
    wrong = joined["_code"].is_null() & joined["filled"] & ~unknown
    faults = cells.fault("scheme-unknown", "category_scheme", unknown)
    faults += cells.fault("category-repaired", "category", joined[_REPAIRED])
    faults += _unreadable(cells, categories.with_columns(**likely), wrong) if wrong.any() else []
    if not cells.dataset.fields["category"].needs and joined["filled"].any():
        # Where the export says it of some rows, a row without it could be any dataset's.
        empty = joined["_code"].is_null() & ~joined["filled"]
        faults += cells.fault("category-missing", "category", empty)
    columns = [joined[name].alias(_NAMES.get(name, name)) for name in _ANSWERS]
    further = [f.name for f in cells.dataset.fields.values() if f.reads is Reads.ALSO_CATEGORY]
    for name in further:
        read, broken = _read_further(cells, joined, name)
        columns.append(read)
        faults += broken
    return FieldResult(columns, faults), assumed


def _editions(cells: Cells, schemes: pl.Series) -> tuple[str, ...]:
    """Say which edition of a scheme is taken, where it has several and the rows name none."""
    names = [s.strip().lower() for s in schemes.drop_nulls().unique().sort()]
    lists = {scheme: _list(cells, scheme, None) for scheme in names if len(editions_of(scheme)) > 1}
    return tuple(_read_as(code_list) for code_list in lists.values() if code_list)


def _read_as(code_list: CodeList) -> str:
    return f"using {code_list.title}, edition {code_list.edition}"


def without_categories(cells: Cells) -> FieldResult:
    """Give what a dataset without categories has in their stead."""
    rows = cells.rows.with_columns(klass=pl.lit(None, dtype=KLASS), nature=pl.lit("", dtype=NATURE))
    return FieldResult([rows["klass"], rows["nature"]], [])


def _unreadable(cells: Cells, rows: pl.DataFrame, wrong: pl.Series) -> list[Fault]:
    """Tell what is nearly of the list from what is not, so that a slip can be named as one."""
    changed = wrong & rows["category"].str.contains(_BY_EXCEL).fill_null(value=False)
    faults = cells.fault("category-changed-by-excel", "category", changed)
    wrong &= ~changed
    distinct = rows.filter(wrong).unique()
    distinct = distinct.head(_NEAR_MOST)
    entries = [_near_entry(cells, *row) for row in distinct.iter_rows()]
    slips = distinct.with_columns(pl.Series("_near", [bool(m) for m in entries], dtype=pl.Boolean))
    is_slip = rows.join(
        slips, on=rows.columns, how="left", nulls_equal=True, maintain_order="left"
    )["_near"].fill_null(value=False)
    faults += cells.fault("category-unreadable", "category", wrong & ~is_slip)
    slip = cells.fault("category-nearly", "category", wrong & is_slip)
    return faults + [f._replace(meant=tuple(sorted({m for m in entries if m}))) for f in slip]


def _near_entry(cells: Cells, scheme: str | None, edition: str | None, cell: str | None) -> str:
    """Return the entry of the list that a cell nearly is; of the list, and not of the cell."""
    code_list = _list(cells, scheme, edition)
    code = code_list.find_near(cell) if code_list and cell is not None else None
    return f"{code} {code_list.codes[code].label}" if code_list and code else ""


def _read_further(cells: Cells, rows: pl.DataFrame, name: str) -> tuple[pl.Series, list[Fault]]:
    """Read a further column of codes by the list of the row's first; ask about what it has not."""
    pairs = pl.DataFrame(
        {
            "category_scheme": rows["_scheme"].cast(pl.String),
            "category_edition": rows["_edition"].cast(pl.String),
            "category": cells.rows[name],
        }
    )
    answers = _per_pair(cells, pairs.unique(), free=True)
    joined = pairs.join(
        answers, on=pairs.columns, how="left", nulls_equal=True, maintain_order="left"
    )
    unlisted = joined["_code"] == NOT_LISTED
    return joined["_code"].alias(name), cells.fault("category-unknown", name, unlisted)


def _per_pair(cells: Cells, pairs: pl.DataFrame, *, free: bool = False) -> pl.DataFrame:
    """Read each distinct category of each list once.

    Args:
        free: People write what they like in this column, so nothing in it is an error.
    """
    text = plain("category")
    is_filled = ~text.str.to_lowercase().is_in(NOTHING).fill_null(value=True)
    codes = cells.mapping.codes.get("category", {})
    words = pairs.select(
        plain("category_scheme").str.to_lowercase(),
        plain("category_edition"),
        pl.when(is_filled).then(text).replace(codes),
    )
    pairs_named = {row[:2] for row in words.iter_rows()}
    lists = {key: _list(cells, *key) for key in pairs_named}
    answers = [_category(lists[row[:2]], row[2], free=free) for row in words.iter_rows()]
    columns = [
        pl.Series(name, [answer[i] for answer in answers], dtype=dtype)
        for i, (name, dtype) in enumerate((_ANSWERS | {_REPAIRED: pl.Boolean}).items())
    ]
    return pairs.with_columns(*columns, filled=is_filled)


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
    "at_home": pl.Boolean,
    "protects": PROTECTED,
}
_REPAIRED: Final = "_repaired"
_Answer = tuple[
    str | None, str | None, str | None, bool | None, str | None, str | None, bool, str, bool
]


def _category(code_list: CodeList | None, cell: str | None, *, free: bool) -> _Answer:
    """Return what the list says of a cell.

    Text that the list does not have is NOT_LISTED if it has the shape of its codes or stands where
    people write freely, and else no code at all.
    """
    if code_list is None:
        return None, None, None, None, None, None, False, "", False
    code, repaired = _read(code_list, cell) if cell is not None else (None, False)
    listed = code_list.listed(code) if code is not None else None
    if code is not None and listed is not None:
        known = (
            listed.klass or None,
            listed.nature,
            listed.at_home,
            listed.protects,
        )  # own lists have no classes
        return code_list.scheme, code, code_list.edition, True, *known, repaired
    if code is not None or (cell is not None and (free or code_list.scheme == LOCAL)):
        return (
            code_list.scheme,
            NOT_LISTED,
            code_list.edition,
            False,
            None,
            "unknown",
            False,
            "possibly",
            False,
        )
    return code_list.scheme, None, code_list.edition, None, None, None, False, "", False


def _read(code_list: CodeList, cell: str) -> tuple[str | None, bool]:
    """Return the code that a cell stands for, and whether zeros around it were taken off."""
    code = code_list.read(cell)
    if code is not None and code_list.listed(code) is not None:
        return code, False
    repaired = code_list.repair(cell)
    return (code, False) if repaired is None else (repaired, True)


def share_listed(values: pl.Series, code_list: CodeList) -> float:
    """Return the share of some categories that stand in a list."""
    codes = [_read(code_list, value)[0] for value in values]
    return sum(code is not None and code_list.listed(code) is not None for code in codes) / len(
        values
    )


def _list(cells: Cells, scheme: str | None, edition: str | None) -> CodeList | None:
    """Return the list that a row names; where it names no edition, the one most rows fit."""
    lists = [
        code_list
        for code_list in lists_of(cells.dataset, cells.mapping)
        if code_list.scheme == scheme
    ]
    if edition is not None:
        return next((code_list for code_list in lists if code_list.edition == edition), None)
    return _best(lists, cells.rows["category"]) if lists else None


def likely_list(dataset: Dataset, mapping: Mapping, cells: pl.Series, nation: str = "") -> CodeList:
    """Return the list of a dataset in which most of the distinct categories stand."""
    return _best(lists_of(dataset, mapping, nation), cells)


def _best(lists: list[CodeList], cells: pl.Series) -> CodeList:
    if len(lists) == 1:
        return lists[0]
    values = cells.drop_nulls().unique().head(_DISTINCT).to_list()

    def listed(code_list: CodeList) -> int:
        codes = (_read(code_list, value)[0] for value in values)
        return sum(code is not None and code_list.listed(code) is not None for code in codes)

    return max(lists, key=listed)


def listed_categories(
    raw: Raw, dataset: Dataset, mapping: Mapping, nation: str = ""
) -> tuple[int, int]:
    """Count the distinct categories of an extract that stand in a list, and that belong here.

    By the dataset's list that has most of them. The first number tells how well the list fits,
    because the shapes of the codes clash; the second whether the dataset has any of the rows. An
    extract without categories fits any dataset of which it has the other columns: 0 and 1.
    """
    heading = mapping.columns.get("category")
    if heading is not None:
        cells = raw.column(raw.number(heading)).drop_nulls().unique().head(_DISTINCT)
    elif "category" in mapping.constants and dataset.schemes:
        cells = pl.Series([mapping.constants["category"]])
    else:
        return 0, 1
    cells = cells.to_frame("c").select(plain("c"))["c"].replace(mapping.codes.get("category", {}))
    scheme = mapping.constants.get("category_scheme")
    counts = [(0, 0)]
    for code_list in lists_of(dataset, mapping, nation):
        if scheme in (None, code_list.scheme):
            codes = {code for cell in cells if (code := _read(code_list, cell)[0]) is not None}
            listed = [entry for code in codes if (entry := code_list.listed(code)) is not None]
            belonging = sum(dataset.belongs(code_list.scheme, entry.klass) for entry in listed)
            counts.append((len(listed), belonging))
    return max(counts)
