"""The table on a sheet of cells: where it begins, where it ends, and what in it is no record.

A sheet is a workbook's, or the lines of a text file. Keeps true: whatever is skipped (titles
above the headings, notes below the table, headings that stand again, a line of totals) is said, and
where it stands. No message holds a cell or a heading.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from schemas.extract.errors import SourceRefused
from schemas.extract.joined_headings import is_known, joined_headings
from schemas.extract.line_numbers import LINE
from schemas.extract.text import plain, plain_heading
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES

SAVE: Final = "save the sheet with the table as its own workbook, or as CSV UTF-8"
SEVERAL_SHEETS: Final = "read from sheets "  # what is said of a workbook that has several
_TOP: Final = 30  # rows in which the headings are looked for
_FILLED: Final = 0.6  # of the cells that records usually fill, headings fill at least so many
_NAMED: Final = 5  # lines
_LOOKED_AT: Final = 50  # records
_HEADING_LINES: Final = 3  # below the first
_TRIED: Final = 1000  # lines, by which the column of fewest values is chosen
_SPARSE: Final = 3  # a line of less than a third of the usual cells may be no record
_WIDE: Final = 4  # cells that records usually fill, so that one cell cannot be a record
_WORDS: Final = r"^[^0-9]*[A-Za-z]{3}[^0-9]*$"  # and no figures, as a record that was cut has
_RULES: Final = ("--", "==", "__", "**", "++")
_RULED: Final = r"^[-=_*+]{2,}$"  # what a database draws below its headings
# What stands below the headings of some exports: how each column is written.
_UNIT: Final = (
    r"(?i)^[(\[]?(?:[dmyhsi]+(?:[/.: -][dmyhsi]+(?:12|24)?){1,5}|text|string|number|numeric|integer"
    r"|int|decimal|float|date|time|datetime|boolean|code|(?:var)?char(?:\(\d+\))?|yes ?/ ?no"
    r"|y ?/ ?n|degrees|met(?:re|er)s?)[)\]]?$"
)
_REPEATED: Final = 2  # headings that stand on each line
_TOTAL: Final = (
    r"(?i)^(?:(?:grand|overall|sub)[ -]?)?(?:total|sum|cyfanswm)s?:?$"  # below the table
)
_TOTALS: Final = (
    r"(?i)^(?:(?:grand|overall|sub)[ -]?)?(?:total|sum|count|cyfanswm)s?\b|\btotals?:?$"
)
# What reports print above, below and between their pages.
_PRINTED: Final = (
    r"(?i)^(?:page \d+(?: (?:of|/) \d+)?|\*+ ?end\b.*|end of (?:report|file|list|page)\b.*"
    r"|\(?\d[\d,]* (?:rows?|records?|lines?)(?: \([^)]*\))? ?"
    r"(?:affected|selected|returned|found|printed|exported)?\)?\.?"
    r"|(?:report )?(?:printed|produced|generated|extracted|run)(?: on| at| by|:)? .*"
    r"|(?:last )?refreshed(?: on| at|:)? .*|(?:date )?run(?: date|:| on) .*|report date\b.*"
    r"|(?:source|notes?|©|copyright)\b.*|(?:official|restricted)(?:[ -]sensitive)?)$"
)


@dataclass(frozen=True, slots=True, repr=False)
class SheetTable:
    """The cells of a table as text with `_line` first, its headings, and what was skipped.

    Each column of cells is named by its number on the sheet (`column_numbers.py`).

    Attributes:
        epoch: The day from which serial numbers are counted, where dates may stand as such.
        findings: What there is to ask about the file.
    """

    cells: pl.DataFrame
    headings: list[str]
    assumed: tuple[str, ...] = ()
    heading_line: int = 1
    epoch: date | None = None
    findings: tuple[Finding, ...] = ()


def count_filled(columns: list[str]) -> pl.Expr:
    """Count the cells of a row that hold something."""
    return pl.sum_horizontal(
        pl.col(c).str.strip_chars().ne("").fill_null(value=False) for c in columns
    ).cast(pl.UInt32)


def locate(sheet: pl.DataFrame) -> SheetTable:
    """Find the table on a sheet.

    Args:
        sheet: `_line` and columns of text; lines with nothing in them may be missing.

    Raises:
        SourceRefused: no line looks like headings.
    """
    columns = [c for c in sheet.columns if c != LINE]
    rows = sheet.with_columns(count_filled(columns).alias("_filled"))
    heading = _heading_line(rows, len(columns))
    above = rows.filter((pl.col(LINE) < heading) & (pl.col("_filled") > 0))
    assumed = []
    if above.height:
        assumed.append(f"the headings are on line {heading}; titles above them were skipped")
    body = rows.filter((pl.col(LINE) > heading) & (pl.col("_filled") > 0))
    body, notes = _without_notes(body, len(columns))
    if notes:
        assumed.append(f"notes below the table, from line {notes:,}, were skipped")
    names = rows.filter(pl.col(LINE) == heading).row(0, named=True)
    headings = [" ".join((names[c] or "").split()) for c in columns]
    titles = frozenset(
        page_text(" ".join(cell for cell in row if cell and cell.strip()))
        for row in above.select(columns).iter_rows()
    )
    table = SheetTable(body.select(LINE, *columns), headings, tuple(assumed), heading)
    return records_of(table, titles)


def records_of(table: SheetTable, titles: frozenset[str] = frozenset()) -> SheetTable:
    """Take out the lines that are no records, and say where they stood.

    Headings that stand again, totals, the lines that reports print on each page, lines that a
    database draws. Any other line of one cell, where records fill several, is taken out and asked
    about.

    Args:
        titles: The text of the lines above the headings, which stand again on each page.
    """
    table = without_empty_columns(table)
    cells, assumed, findings = table.cells, list(table.assumed), list(table.findings)
    if _are_units(cells):
        assumed.append(
            f"how the columns are written, on {_lines(cells[LINE].head(1))}, was skipped"
        )
        cells = cells[1:]
    again = _headings_again(cells, table.headings)
    if len(again):
        cells = _drop_lines(cells, again)
        assumed.append(f"repeated headings on {_lines(again)} were skipped")
    _refuse_headings_on_each_line(cells, table.headings)
    sparse = _sparse_lines(cells)
    if sparse.is_empty():
        return _with_more_headings(replace(table, cells=cells, assumed=tuple(assumed)))
    kinds = {
        "totals": pl.col("_first").str.contains(_TOTALS),
        "page headers and footers": pl.col("_text").is_in(sorted(titles)) | pl.col("_printed"),
        "lines of dashes": pl.col("_ruled"),
    }
    for kind, is_it in kinds.items():
        lines = sparse.filter(is_it)[LINE]
        if len(lines):
            cells = _drop_lines(cells, lines)
            sparse = _drop_lines(sparse, lines)
            assumed.append(f"{kind} on {_lines(lines)} were skipped")
    alone = sparse.filter(pl.col("_alone"))[LINE]
    if len(alone):
        cells = _drop_lines(cells, alone)
        findings.append(Finding.at(RULES["lines-not-records"], None, alone))
    records = replace(table, cells=cells, assumed=tuple(assumed), findings=tuple(findings))
    return _with_more_headings(records)


def without_empty_columns(table: SheetTable) -> SheetTable:
    """Take out columns without a heading in which nothing stands."""
    columns = [c for c in table.cells.columns if c != LINE]
    headings = dict(zip(columns, table.headings, strict=True))
    bare = [c for c, heading in headings.items() if not heading.strip()]
    filled = table.cells.select((count_filled([c]) > 0).any().alias(c) for c in bare)
    empty = [c for c in bare if not filled[c].item()]
    if not empty:
        return table
    left = [heading for column, heading in headings.items() if column not in empty]
    return replace(table, cells=table.cells.drop(empty), headings=left)


def _are_units(cells: pl.DataFrame) -> bool:
    """Say whether the first line below the headings says how the columns are written."""
    first = cells.drop(LINE).head(1).rows()
    texts = [cell.strip() for row in first for cell in row if cell and cell.strip()]
    return bool(texts) and all(re.match(_UNIT, cell) for cell in texts)


def _with_more_headings(table: SheetTable) -> SheetTable:
    """Read headings that go on below their first line as one.

    Raises:
        SourceRefused: what stands below the first line may be headings, and names no column that
            is known.
    """
    rows = _more_headings(table.cells)
    if rows.is_empty():
        return table
    columns = [c for c in rows.columns if c != LINE]
    below = [[" ".join((cell or "").split()) for cell in row] for row in rows[columns].iter_rows()]
    lines = f"{table.heading_line} to {rows[LINE][-1]}"
    headings = joined_headings([table.headings, *below])
    if not headings:
        raise SourceRefused(
            "headings-on-several-lines",
            f"the headings are spread over lines {lines}",
            "write the whole heading of each column on one line, and delete the other lines of "
            "headings",
            "if one of these lines is a record, it has no date: correct it, and export again",
        )
    assumed = (*table.assumed, f"the headings on lines {lines} were read as one")
    return replace(table, cells=table.cells[rows.height :], headings=headings, assumed=assumed)


def _more_headings(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the lines at the top of a table that may be headings, as the line above them is.

    Such lines have words in several cells and no figure, where every record below has one, and
    none of their words stands in its column again.
    """
    columns = [c for c in cells.columns if c != LINE]
    figures = cells.head(_LOOKED_AT).select(
        pl.any_horizontal(pl.col(c).str.contains("[0-9]").fill_null(value=False) for c in columns)
    )
    flags = figures.to_series().to_list() if columns else []
    lines = flags.index(True) if True in flags else 0
    if not 0 < lines <= _HEADING_LINES or len(flags) < lines + 3 or not all(flags[lines:]):
        return cells.clear()
    below, top = cells[lines:], cells[:lines]
    if top.select(count_filled(columns).min()).item() < 2:
        return cells.clear()
    words = ((c, top[c].str.strip_chars().replace("", None).drop_nulls()) for c in columns)
    if any(below[c].str.strip_chars().is_in(texts.implode()).any() for c, texts in words):
        return cells.clear()
    return top


def _drop_lines(cells: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    return cells.filter(~pl.col(LINE).is_in(lines.implode()))


def _sparse_lines(cells: pl.DataFrame) -> pl.DataFrame:
    """Return what tells of the lines that hold much less than the others whether they are records.

    `_first` cell that holds something, `_text` of all cells with figures made alike, whether one of
    them is `_printed` by a report, whether all of them are `_ruled`, and whether it is `_alone`.
    """
    columns = [c for c in cells.columns if c != LINE]
    filled = pl.sum_horizontal(pl.col(c).fill_null("") != "" for c in columns).cast(pl.UInt32)
    sizes = cells.with_columns(_filled=filled)
    usual = sizes["_filled"].median()
    usual = usual if isinstance(usual, float) else 0
    ruled = pl.col(columns[0]).str.head(2).is_in(_RULES)
    last = cells.tail(1).filter(plain(columns[0]).str.contains(_TOTAL))[LINE].to_list()
    few = sizes.filter((pl.col("_filled") * _SPARSE <= usual) | ruled | pl.col(LINE).is_in(last))
    if few.is_empty():
        return few
    tidy = few.select(LINE, *(plain(c).fill_null("") for c in columns))
    texts = pl.concat_list(columns).list.eval(pl.element().filter(pl.element() != ""))
    return tidy.select(
        LINE,
        _first=texts.list.first(),
        _text=texts.list.join(" ").str.replace_all(r"\s+", " ").str.replace_all(r"\d+", "#"),
        _printed=texts.list.eval(pl.element().str.contains(_PRINTED)).list.any(),
        _ruled=texts.list.eval(pl.element().str.contains(_RULED)).list.all(),
        _alone=(texts.list.len() == 1) & texts.list.first().str.contains(_WORDS) & (usual >= _WIDE),
    )


def page_text(text: str) -> str:
    """Return a line of a page as it stands on each page, whatever the page's number.

    >>> page_text("Page 3 of 12")
    'Page # of #'
    """
    return re.sub(r"\d+", "#", " ".join(text.split()))


def _headings_again(cells: pl.DataFrame, headings: list[str]) -> pl.Series:
    """Return the lines on which the headings stand again, as in files put together by hand."""
    columns = [c for c in cells.columns if c != LINE]
    columns_named = [(c, plain_heading(h)) for c, h in zip(columns, headings, strict=True) if h]
    if len(columns_named) < 2:
        return cells[LINE].clear()
    # Looked for first where there is least to look at: in a column of few distinct values.
    columns_named.sort(key=lambda pair: cells[pair[0]].head(_TRIED).n_unique())
    (first, heading), *rest = columns_named
    firsts = cells.select(first).unique().filter(_is_heading(first, heading))
    if firsts.is_empty():
        return cells[LINE].clear()
    likely = cells.filter(pl.col(first).is_in(firsts[first].implode()))
    same = [_is_heading(column, heading) for column, heading in rest]
    return likely.filter(pl.all_horizontal(same).fill_null(value=False))[LINE]


def _refuse_headings_on_each_line(cells: pl.DataFrame, headings: list[str]) -> None:
    """Refuse a report in which the headings come before the values on each line."""
    columns = [c for c in cells.columns if c != LINE]
    known = [(c, plain_heading(h)) for c, h in zip(columns, headings, strict=True) if is_known(h)]
    first = cells.head(1).select(_is_heading(c, h).alias(c) for c, h in known)
    like = [(c, h) for c, h in known if first[c].any()]
    same = sum(cells.select(_is_heading(c, h).all()).item() for c, h in like)
    if same >= _REPEATED:
        raise SourceRefused(
            "headings-on-each-line",
            f"{same} headings stand on each line, as cells before the values",
            "export the records alone: in Crystal Reports choose Microsoft Excel (Data Only)",
        )


def _is_heading(column: str, heading: str) -> pl.Expr:
    return plain(column).str.replace_all(r"\s+", " ") == heading


def _lines(lines: pl.Series) -> str:
    first = ", ".join(f"{n:,}" for n in lines.head(_NAMED))
    rest = len(lines) - _NAMED
    return ("line " if len(lines) == 1 else "lines ") + first + (f" and {rest:,} more" * (rest > 0))


def _heading_line(rows: pl.DataFrame, width: int) -> int:
    """Return the first line, among the first, that fills most of the columns that records fill."""
    usual = rows.filter(pl.col("_filled") > 1)["_filled"].median()
    least = max(2, int((usual if isinstance(usual, float) else width) * _FILLED))
    top = rows.head(_TOP).filter(pl.col("_filled") >= min(least, width))
    if top.is_empty():
        raise SourceRefused(
            "headings-missing", f"no line among the first {_TOP} looks like headings", SAVE
        )
    return int(top[LINE][0])


def _without_notes(body: pl.DataFrame, width: int) -> tuple[pl.DataFrame, int]:
    """Take off what stands below the table: lines of one cell, after an empty line.

    Returns:
        The records, and the line of the first note; 0 if there are none.
    """
    if width < 3 or body.is_empty():
        return body, 0
    table = body.filter(pl.col("_filled") > 1)
    if table.is_empty():
        return body, 0
    last = int(table[LINE][-1])
    notes = body.filter(pl.col(LINE) > last)
    if notes.is_empty() or int(notes[LINE][0]) == last + 1:
        return body, 0
    return body.filter(pl.col(LINE) <= last), int(notes[LINE][0])
