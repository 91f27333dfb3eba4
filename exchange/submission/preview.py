"""Rows before and after depersonalisation: the same for the terminal and the page.

Holds values of records, for the officer alone; nothing here is ever sent or logged.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from depersonalise.depersonalise import Depersonalised, depersonalise
from depersonalise.places.outward_codes import outward_names
from exchange.submission.parts import Part
from exchange.submission.plan import Plan
from exchange.submission.prepare import Prepared, cells_of
from exchange.text import PLACES
from schemas.checks.check import Checked
from schemas.datasets.dataset import Dataset, Treat
from schemas.datasets.shared_columns import PLACE_COLUMNS, RECORD_ID, columns_given_by
from schemas.extract.column_numbers import column_name, columns_in_words
from schemas.extract.file import Raw
from schemas.extract.line_numbers import LINE, line_name
from schemas.extract.mapping import Mapping
from schemas.quarters import long_date

KEPT, CHANGED, LOST = "unchanged", "generalised", "removed"
# The field that a place of some precision is taken from; of points and squares, the easting.
_FROM: Final = {"lsoa": "lsoa", "outward": "postcode", "school": "school", "district": "postcode"}
_WHOLE: Final = ("day", "minute", "exact", "point", "school")  # precisions that lose nothing
# Columns whose precision stands under another name.
_BESIDE: Final = {
    "occurred_from": "occurred",
    "occurred_to": "occurred",
    "time_from": "time",
    "time_to": "time",
}
_OWN: Final = {
    RECORD_ID: "a random number",
    "generalised": "whether it is generalised",
    "weekday": "the day of the week",
    "week_part": "weekday or weekend",
}  # of columns that no source has


@dataclass(frozen=True, slots=True, repr=False)
class PreviewCell:
    """The value in one of the officer's columns, and what is shared of it."""

    heading: str
    mine: str
    theirs: str
    change: str


@dataclass(frozen=True, slots=True, repr=False)
class PreviewRow:
    """One row of an extract, column by column; `why` it is generalised, if it is."""

    line: str
    why: str
    pairs: tuple[PreviewCell, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PartPreview:
    """Rows of an extract beside what one partnership would see of them. It holds their values.

    Attributes:
        explanations: Why rows are generalised or withheld, and what would change that.
    """

    prepared: Prepared
    part: Part
    rows: tuple[PreviewRow, ...]
    explanations: tuple[str, ...]


def preview_extract(plan: Plan, *, rows: int = 5) -> list[PartPreview]:
    """Return rows of every way in which rows are treated, for each partnership.

    Args:
        rows: The most rows of each partnership.

    Raises:
        RulesBroken: the extract breaks rules, so nothing of it would be shared.
        Usage: the plan keeps no rows.
        ExtractUnreadable: its files cannot be read any more.
    """
    if refusal := plan.refusal("was not previewed"):
        raise refusal
    plan.check_keeps_rows()
    raw = cells_of(plan.prepared[0], plan.files)
    return [
        PartPreview(
            prepared,
            part,
            tuple(
                _row(raw, prepared.mapping, part.shared, index, part.shared.id_of(index))
                for index in _choose_rows(part.shared, rows)
            ),
            tuple(explanations(part.checked, part.shared)),
        )
        for prepared in plan.prepared
        for part in prepared.parts
    ]


def changes(rows: Sequence[PreviewRow]) -> list[tuple[str, int]]:
    """Count the changes in some rows that are shown, cell by cell."""
    counts = Counter(pair.change for row in rows for pair in row.pairs if pair.change)
    return counts.most_common()


def column_detail(shared: Depersonalised) -> list[tuple[str, str, int]]:
    """Return how precisely each column is shared, with the number of rows, of all rows."""
    rows, names = shared.rows, ("place", "recorded", "occurred", "time", "number")
    columns = []
    for name in names:
        column = f"{name}_precision"
        if column in rows.columns:
            counts = rows[column].value_counts(sort=True)
            if counts[column].to_list() == ["none"]:
                continue  # the source does not hold it
            columns += [(name, str(finely), count) for finely, count in counts.iter_rows()]
    return columns


def detail_in_words(detail: str) -> str:
    """Write how precisely a column is shared.

    >>> detail_in_words("lsoa"), detail_in_words("none"), detail_in_words("month")
    ('LSOA', 'not shared', 'month')
    """
    return "not shared" if detail == "none" else PLACES.get(detail, detail)


def columns_seen(shared: Depersonalised) -> list[tuple[str, str, int]]:
    """Return every column in which something is shared: how finely, and of how many rows.

    Names, precisions and counts alone: no value of a row is in it.
    """
    columns = column_detail(shared)
    precise = {name for name, _, _ in columns}
    rows = shared.rows.with_columns(pl.lit("derived").alias(RECORD_ID))
    for name in dict.fromkeys((RECORD_ID, *rows.columns)):
        if name.removesuffix("_precision") in precise or _BESIDE.get(name, name) in precise:
            continue
        cells = rows[name].cast(pl.String).fill_null("")
        if count := int((~cells.is_in(["", "none"])).sum()):
            columns.append((name, _OWN.get(name, "in full"), count))
    return columns


def _choose_rows(shared: Depersonalised, most: int) -> list[int]:
    """Choose rows of the file, some of each way of treating them.

    What left earlier and is in the file no more has nothing to be shown beside.
    """
    rows = shared.rows.with_columns(line=shared.origin["line"])
    ways = [c for c in rows.columns if c == "generalised" or c.endswith("_precision")]
    order = (
        rows.with_row_index("row")
        .filter(pl.col("line").is_not_null())
        .select("row", nth=pl.col("row").cum_count().over(ways))
        .sort("nth", "row")
    )
    return sorted(order["row"].head(most).to_list())


def _row(raw: Raw, mapping: Mapping, shared: Depersonalised, index: int, record: str) -> PreviewRow:
    line = shared.origin["line"][index]
    cells = raw.cells.filter(pl.col(LINE) == line).row(0, named=True)
    row = {RECORD_ID: record} | shared.rows.row(index, named=True)
    leaves = _leaves(shared.dataset, mapping, str(row.get("place_precision")))
    pairs = []
    for number, heading in raw.columns.items():
        own_text = " ".join((cells[column_name(number)] or "").split())
        columns = leaves.get(heading, ())
        theirs = ", ".join(text for name in columns if (text := _text(row.get(name), name)))
        name = heading or columns_in_words(number)
        pairs.append(PreviewCell(name, own_text, theirs, _change(row, own_text, theirs, columns)))
    beside = {column for columns in leaves.values() for column in columns} | {"generalised"}
    added = [(name, _text(value)) for name, value in row.items() if name not in beside]
    pairs += [PreviewCell("(added)", "", f"{name} {text}", "") for name, text in added if text]
    why, cover = shared.origin.select("why", "cover").row(index)
    return PreviewRow(line_name(line), "cover for sensitive rows" if cover else why, tuple(pairs))


def _leaves(dataset: Dataset, mapping: Mapping, precision: str) -> dict[str, tuple[str, ...]]:
    """Return, by heading, the columns that are shared of it; each is shown beside one heading only.

    The one place of a row is shown beside the column that it was taken from.
    """
    fields = {n: h for n, h in mapping.columns.items() if n in dataset.fields}
    places = [n for n in fields if dataset.fields[n].treat is Treat.PLACE]
    sources = [n for n in (_FROM.get(precision, "easting"), *places) if n in places]
    leaves: dict[str, tuple[str, ...]] = {}
    placed: set[str] = set()
    for name, heading in fields.items():
        columns: tuple[str, ...] = ()
        if name == "district":
            columns = ("area",)
        elif sources and name == sources[0]:
            columns = (*PLACE_COLUMNS, "lsoa_edition")
        elif dataset.fields[name].treat not in (Treat.PLACE, Treat.DROP):
            columns = columns_given_by(name)
        leaves[heading] = tuple(c for c in columns if c not in placed)
        placed |= set(columns)
    return leaves


def _text(value: object, name: str = "") -> str:
    text = "" if value is None or value == "none" else str(value)
    return outward_names().get(text, text) if name == "place" else text


def _change(row: dict[str, object], own: str, theirs: str, columns: tuple[str, ...]) -> str:
    if not own:
        return ""
    if not theirs:
        return LOST
    precisions = [row.get(name) for name in columns if name.endswith("_precision")]
    values = {str(row.get(name)).casefold() for name in columns}
    whole = any(p in _WHOLE for p in precisions) or own.casefold() in values
    # Another word for the same: "N" is shared as "no", a district as its code.
    a_word = not precisions and "category" not in columns
    return KEPT if whole or a_word else CHANGED


def explanations(checked: Checked, shared: Depersonalised) -> list[str]:
    """Explain which rows are cover, and what mapping another column would improve."""
    account, texts = shared.treatment_counts, []
    if account.held:
        texts += _say_held(checked, shared)
    if account.cover:
        texts.append(
            f"{account.cover:,} rows are cover. They are not sensitive, but are generalised like "
            "the sensitive rows, because otherwise every generalised row would be known to be "
            "sensitive. Violence, harassment and damage in the same outward code, kind of place "
            "and month are chosen first, burglary last."
        )
    if unmarked := account.reasons.get("domestic not recorded", 0):
        texts.append(
            f"{unmarked:,} rows are protected only because your file does not say whether they are "
            "domestic. If you map a column that does, the others are shared in more detail."
        )
    if account.protected and _says_no_dwelling(checked):
        texts.append(
            "Your file does not say which incidents were in a dwelling. If you map a column that "
            "does, fewer incidents of violence elsewhere are generalised, and cover fits better."
        )
    return texts


def _say_held(checked: Checked, shared: Depersonalised) -> list[str]:
    """Say which rows are held and until when, and what sending them by the month would cost."""
    quarter = shared.covered.quarter
    policy = replace(shared.policy, holds_protected=False)
    now = depersonalise(checked, secrets.token_bytes, policy)
    coarse = now.rows.filter(pl.col("generalised") != "")
    waiting = (
        f"{shared.treatment_counts.held:,} rows are held until the quarter is complete: those that "
        "are protected, and their cover. They are shared together when you send the files of all "
        f"its months at once, by {long_date(quarter.due)}: exchange submit FILE FILE FILE --dates "
        f"{quarter}"
    )
    cost = (
        f"Sent by the month, {now.treatment_counts.withheld:,} of them would not be shared at all"
    )
    if "time_precision" in coarse.columns:
        bands = int((coarse["time_precision"] != "none").sum())
        cost += f", and {bands:,} would keep their time of day"
    return [f"{waiting}.", f"{cost}."]


def _says_no_dwelling(checked: Checked) -> bool:
    return (
        "dwelling" in checked.dataset.fields and (checked.rows["dwelling"] == "not recorded").all()
    )
