"""Counts as tables of a report, with totals that are the sums of what is shown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from depersonalise.places.outward_codes import outward_names
from exchange.errors import Usage
from exchange.pull.counts import (
    Counts,
    check_column,
    count,
    filter_rows,
    published_incidents,
    published_records,
)
from exchange.pull.cube import RECORDS, Draft, drafts_of, smallest_of
from exchange.pull.manifest import Manifest, pulled_into
from exchange.reports.names import dates_in_words
from exchange.reports.report import Report, ReportTable, ReportWarning
from exchange.reports.report_tables import fill_table
from exchange.text import format_count, nearest
from schemas.datasets.registry import DATASETS, dataset_title

TOTAL: Final = "all"
# Columns whose values are words of ours, so that one may be suggested: no cells of an extract.
_OF_OURS: Final = frozenset(
    {"partner", "agency", "dataset", "theme", "quarter", "month", "weekday"}
)
IDENTIFIERS: Final = frozenset({"partner", "dataset", "quarter", "month", "area", "outward"})


def notes(smallest: int) -> str:
    """Say how to read the numbers of published tables."""
    return (
        "Figures count records. Small groups are rounded: a group of fewer than "
        f"{smallest} records that look the same counts as 0 or {smallest}. So no number from 1 to "
        f"{smallest - 1} is shown, and figures can differ slightly from the records. Totals are "
        "the sums of the figures shown."
    )


def draft_warnings(drafts: Iterable[Draft]) -> tuple[ReportWarning, ...]:
    """Return that the numbers of some quarters are a draft, once for each reason."""
    listed = list(drafts)
    missing = ", ".join(dict.fromkeys(dates_in_words(d.quarter) for d in listed if not d.issued))
    partial = ", ".join(dict.fromkeys(dates_in_words(d.quarter) for d in listed if d.issued))
    draft = "Draft, not for publication"
    warnings = []
    if missing:
        message = f"{draft}: no edition has been issued for {missing}"
        warnings.append(ReportWarning("edition-missing", message))
    if partial:
        message = f"{draft}: the edition for {partial} counts submissions that you cannot open"
        warnings.append(ReportWarning("edition-not-whole", message))
    return tuple(warnings)


def published_table(
    table: str,
    counts: Counts,
    *,
    first_column: str,
    mark: Callable[[str], str] = str,
    identifiers: bool = False,
    **known: Any,
) -> ReportTable:
    """Return counts as a declared table with totals.

    Args:
        table, known: As for `fill_table`.
        first_column: What its rows are, as the id of the first column.
        mark: Marks a label whose numbers are not whole.
        identifiers: The labels of its rows are identifiers.
    """
    of_columns = [sum(column) for column in zip(*counts.cells, strict=True)]
    of_columns = of_columns or [0 for _ in counts.columns]
    rows = [(mark(label), *row) for label, row in zip(counts.rows, counts.cells, strict=True)] + [
        (TOTAL, *of_columns)
    ]
    columns = (first_column, *counts.columns)
    if len(counts.columns) != 1:
        rows = [(*row, sum(row[1:])) for row in rows]
        columns = (*columns, TOTAL)
    cells = [(label, *map(format_count, numbers)) for label, *numbers in rows]
    return fill_table(
        table,
        cells,
        columns=columns,
        numbers=tuple(range(1, len(columns))),
        identifiers=(0,) * identifiers,
        labels={column: mark(column) for column in counts.columns},
        **known,
    )


def table_report(
    *,
    pulled: Path,
    rows: str,
    columns: str | None = None,
    only: Sequence[str] = (),
    dataset: str | None = None,
) -> Report:
    """Count downloaded records in a table that may be published, small counts rounded.

    Args:
        pulled: The folder of the tables.
        rows, columns: What the rows and the columns are, such as "theme" or "month".
        only: Only these records, each as COLUMN=VALUE.
        dataset: Of one dataset, by its own columns; by default the incidents of all.

    Raises:
        Usage: the folder is not a pull, or holds no such column or dataset.
    """
    manifest = pulled_into(pulled)
    records = _records(pulled, manifest, dataset)
    for name in (rows, columns):
        if name is not None:
            check_column(records, name)
    if rows == columns:
        raise Usage("rows-and-columns-same", "--rows and --columns are the same")
    counts = count(filter_rows(records, only), rows, columns)
    matchless = () if counts.rows else tuple(_without_records(records, only))
    names = outward_names() | {dataset.id: dataset.title for dataset in DATASETS.values()}
    title = f"Records by {rows}" + (f" and {columns}" if columns else "")
    title += f": {names.get(dataset, dataset)}" if dataset else ""
    editions = _editions(manifest)
    about = [f"Only {word}" for word in only]
    about += [
        f"{dates_in_words(quarter)}: " + (f"edition {len(sizes)}" if sizes else "no edition")
        for quarter, sizes in editions.items()
    ]
    table = published_table(
        "table/records",
        counts,
        title=title,
        introduction=notes(smallest_of(manifest)),
        first_column=rows,
        identifiers=rows in IDENTIFIERS,
        identifier_headings=columns in IDENTIFIERS,
    )
    drafts = draft_warnings(drafts_of(manifest))
    return Report(
        title, tuple(about), (*drafts, *matchless), None, (table,), public=not drafts,
        footnote=_footnote(manifest, editions), names=names,
    )  # fmt: skip


def _without_records(records: pl.LazyFrame, only: Sequence[str]) -> Iterator[ReportWarning]:
    """Say which conditions no record meets; a word of ours that was mistyped is suggested."""
    for word in only:
        name, _, typed = word.partition("=")
        values = records.select(pl.col(name).cast(pl.String)).unique().collect().to_series()
        if typed not in values:
            known = dict.fromkeys(values.drop_nulls(), "") if name in _OF_OURS else {}
            hint = nearest(typed, known)
            message = f'no record has {name} "{typed}"' + (f"; {hint}?" if hint else "")
            yield ReportWarning("filter-without-records", message)


def countable_columns(*, pulled: Path, dataset: str | None = None) -> list[str]:
    """Return what the rows and the columns of such a table can be.

    Raises:
        Usage: as for `table_report`.
    """
    records = _records(pulled, pulled_into(pulled), dataset)
    return [name for name in records.collect_schema().names() if name != RECORDS]


def _editions(manifest: Manifest) -> dict[str, list[int]]:
    """Return the editions of each quarter, each as the length of the log that it counts."""
    editions: dict[str, list[int]] = {item.quarter: [] for item in manifest.items.values()}
    for edition in manifest.editions:
        editions.setdefault(edition.quarter, []).append(edition.size)
    return dict(sorted(editions.items()))


def _footnote(manifest: Manifest, editions: dict[str, list[int]]) -> str:
    """Return how much of the log each quarter was counted from."""
    references = (
        f"{dates_in_words(quarter)} at {sizes[-1] if sizes else manifest.size}"
        for quarter, sizes in editions.items()
    )
    return f"Audit reference: {'; '.join(references)}" if editions else ""


def _records(folder: Path, manifest: Manifest, dataset: str | None) -> pl.LazyFrame:
    """Return what is counted: the incidents, or the records of a dataset.

    Raises:
        Usage: the folder does not hold it, or it is a number and no records.
    """
    if dataset is None:
        return published_incidents(folder, manifest)
    if not (folder / f"dataset={dataset}").is_dir():
        names = ", ".join(sorted(path.name.partition("=")[2] for path in folder.glob("dataset=*")))
        raise Usage(
            "dataset-not-pulled",
            f"{folder.name} does not contain {dataset_title(dataset)}",
            f"choose from {names}",
        )
    if dataset in DATASETS and DATASETS[dataset].is_numbers:
        raise Usage(
            "dataset-has-no-records",
            f"{dataset_title(dataset)} is a total, with no records to count",
        )
    return published_records(folder, manifest, dataset)
