"""From text to types: the cells of an extract as the fields of a dataset.

Keeps true: a cell that can't be read is a fault with a line, never a guess; a postcode is cut to
its outward code before anything else sees it. Cells are read once for each distinct value.
Leaves to others: whether the rows are right (`checking.py`) and where they belong (`area.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

import polars as pl

from schemas.codes import SCHEMES, Scheme
from schemas.dataset import Dataset, Reads
from schemas.mapping import Mapping
from schemas.postcodes import Known, Outward, outward_codes
from schemas.reading import LINE, Raw
from schemas.rules import RULES
from schemas.words import EDITION, KLASS, NATURE, SCHEME, YES_NO

# What sources write where they hold nothing.
_NOTHING: Final = (
    "",
    "null",
    "n/a",
    "na",
    "none",
    "-",
    "--",
    "unknown",
    "not known",
    "not recorded",
    "tbc",
)
_YES: Final = ("y", "yes", "true", "t", "1")
_NO: Final = ("n", "no", "false", "f", "0")

_MONTH: Final = (
    "(?i:Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|Jun(e)?|Jul(y)?|Aug(ust)?"
    "|Sep(t|tember)?|Oct(ober)?|Nov(ember)?|Dec(ember)?)"
)
# Each shape first, because chrono reads "17" as the year 17. Day before month, always.
_DATES: Final = (
    (r"^\d{4}-\d{1,2}-\d{1,2}$", "%Y-%m-%d"),
    (r"^\d{1,2}/\d{1,2}/\d{4}$", "%d/%m/%Y"),
    (r"^\d{1,2}-\d{1,2}-\d{4}$", "%d-%m-%Y"),
    (r"^\d{1,2}\.\d{1,2}\.\d{4}$", "%d.%m.%Y"),
    (r"^\d{4}/\d{1,2}/\d{1,2}$", "%Y/%m/%d"),
    (rf"^\d{{1,2}} {_MONTH} \d{{4}}$", "%d %b %Y"),
    (rf"^\d{{1,2}}-{_MONTH}-\d{{4}}$", "%d-%b-%Y"),
)
_MONTHS: Final = (
    (r"^\d{4}-\d{1,2}$", "%Y-%m"),
    (r"^\d{1,2}/\d{4}$", "%m/%Y"),
    (rf"^{_MONTH} \d{{4}}$", "%b %Y"),
)
_CLOCK: Final = r"[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?$"
_YEARS: Final = (1900, 2100)


@dataclass(slots=True)
class Typed:
    """The rows of an extract as a dataset's fields, and the cells that could not be read.

    Attributes:
        rows: The dataset's fields, with `_line`, `month_only` (recorded to the month), the
            category's `category_listed`, `klass` and `nature`, and `place_became`.
        faults: A rule, a column, and the lines where that column broke it.
        assumed: What had to be decided about the file, in words.
        left_over: The numbers of the columns that are not ours.
    """

    rows: pl.DataFrame
    faults: list[tuple[str, str, pl.Series]]
    assumed: tuple[str, ...]
    left_over: tuple[int, ...]
    published: bool

    def __repr__(self) -> str:
        return f"<Typed {self.rows.height} rows>"


@dataclass(slots=True)
class _Reading:
    """One extract while it is read."""

    dataset: Dataset
    mapping: Mapping
    known: Known
    rows: pl.DataFrame
    serials: bool = False
    faults: list[tuple[str, str, pl.Series]] = field(default_factory=list)

    def fault(self, rule: str, column: str, broken: pl.Series) -> None:
        if broken.any():
            self.faults.append((RULES[rule].id, column, self.rows[LINE].filter(broken)))

    def per_value(self, column: str, read: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
        """Read each distinct value of a column once, and put the answers back on its rows.

        Beside the answers, `told` says of each row whether it holds more than a word for nothing.
        """
        cells = self.rows[column]
        if cells.null_count() == cells.len():
            nothing = read(pl.Series("_v", [], dtype=pl.String)).clear(cells.len())
            return nothing.with_columns(told=pl.lit(value=False))
        values = cells.drop_nulls().unique().to_frame("_value").with_columns(_v=trimmed("_value"))
        values = values.filter(~pl.col("_v").str.to_lowercase().is_in(_NOTHING))
        text = values["_v"].replace(self.mapping.codes.get(column, {}))
        answers = read(text).with_columns(values["_value"], told=pl.lit(value=True))
        answers = cells.to_frame("_value").join(
            answers, on="_value", how="left", maintain_order="left"
        )
        return answers.drop("_value").with_columns(pl.col("told").fill_null(value=False))


def parse(raw: Raw, dataset: Dataset, mapping: Mapping, known: Known) -> Typed:
    """Read the cells as the fields of a dataset.

    Args:
        known: Tells which outward codes exist, for joined text that may be a sector.
    """
    reading = _Reading(dataset, mapping, known, _fields(raw, dataset, mapping), raw.serials)
    for name, declared in dataset.fields.items():
        if declared.reads in _READERS:
            _READERS[declared.reads](reading, name)
    assumed: tuple[str, ...] = ()
    if dataset.schemes:
        assumed = _categories(reading)
    else:
        reading.rows = reading.rows.with_columns(
            klass=pl.lit(None, dtype=KLASS), nature=pl.lit("", dtype=NATURE)
        )
    assumed += _times_with_dates(reading)
    used = set(mapping.columns.values())
    left_over = tuple(i for i, h in enumerate(raw.headings, start=1) if h not in used)
    return Typed(
        reading.rows, reading.faults, (*raw.assumed, *assumed), left_over, mapping.published
    )


def _fields(raw: Raw, dataset: Dataset, mapping: Mapping) -> pl.DataFrame:
    """Return the cells under the fields' names."""
    columns = [pl.col(LINE)]
    for name in dataset.fields:
        if name in mapping.columns:
            heading = mapping.columns[name]
            columns.append(pl.col(f"_{raw.headings.index(heading)}").alias(name))
        else:
            columns.append(pl.lit(mapping.constants.get(name), dtype=pl.String).alias(name))
    return raw.cells.select(columns)


def trimmed(column: str) -> pl.Expr:
    """Return a column's text without space around it; a no-break space is a space."""
    return pl.col(column).str.replace_all("\u00a0", " ", literal=True).str.strip_chars()


def _dates(reading: _Reading, name: str) -> None:
    written = reading.mapping.dates.get(name)

    def read(values: pl.Series) -> pl.DataFrame:
        text = pl.col("_v").str.replace(_CLOCK, "")
        days = [_shaped(text, shape, form) for shape, form in _DATES]
        if reading.serials:
            days.append(_serial(text))
        months = [_shaped(text, shape, form, first_of_month=True) for shape, form in _MONTHS]
        if written:
            days, months = [pl.col("_v").str.to_date(written, strict=False)], []
            if "%d" not in written and "%e" not in written and "%j" not in written:
                days, months = (
                    [pl.lit(None, dtype=pl.Date)],
                    [("01 " + pl.col("_v")).str.to_date("%d " + written, strict=False)],
                )
        month = pl.coalesce(*months) if months else pl.lit(None, dtype=pl.Date)
        day = pl.coalesce(*days, month)
        sound = day.dt.year().is_between(*_YEARS)
        return values.to_frame("_v").select(
            pl.when(sound).then(day).alias("date"),
            pl.coalesce(*days).is_null().alias("month_only"),
            _clock(pl.col("_v").str.extract(_CLOCK)).alias("clock"),
        )

    cells = reading.rows[name]
    if cells.null_count() == cells.len():
        reading.rows = reading.rows.with_columns(pl.lit(None, dtype=pl.Date).alias(name))
        _month_only(reading, name, pl.lit(value=False))
        return
    answers = reading.per_value(name, read)
    reading.fault("date-unreadable", name, answers["told"] & answers["date"].is_null())
    clock = answers["clock"].alias(f"_clock_{name}")
    reading.rows = reading.rows.with_columns(answers["date"].alias(name), clock)
    _month_only(reading, name, answers["month_only"].fill_null(value=False))


def _month_only(reading: _Reading, name: str, month_only: pl.Series | pl.Expr) -> None:
    flag = "month_only" if name == "recorded" else f"_month_{name}"
    reading.rows = reading.rows.with_columns(month_only.alias(flag))


def _shaped(text: pl.Expr, shape: str, form: str, *, first_of_month: bool = False) -> pl.Expr:
    fits: pl.Expr = pl.when(text.str.contains(shape)).then(text)
    fits = fits.str.replace(r"([A-Za-z]{3})[A-Za-z]+", "$1")  # chrono wants one form of a month
    if first_of_month:
        return ("01 " + fits).str.to_date("%d " + form, strict=False)
    return fits.str.to_date(form, strict=False)


def _serial(text: pl.Expr) -> pl.Expr:
    """Read a workbook's serial number: days since 30 December 1899, of this century."""
    number = pl.when(text.str.contains(r"^\d{5}$")).then(text).cast(pl.Int32, strict=False)
    day = pl.lit(date(1899, 12, 30)) + pl.duration(days=number)
    return pl.when(day.dt.year().is_between(2000, 2099)).then(day)


def _clock(text: pl.Expr) -> pl.Expr:
    padded = text.str.replace(r"^(\d):", "0$1:")
    return pl.coalesce(
        padded.str.to_time("%H:%M", strict=False), padded.str.to_time("%H:%M:%S", strict=False)
    )


def _time(reading: _Reading, name: str) -> None:
    def read(values: pl.Series) -> pl.DataFrame:
        text = pl.col("_v").str.replace(r"^(\d{2})(\d{2})$", "$1:$2").str.replace(r"\.\d+$", "")
        within = text.str.extract(_CLOCK)
        return values.to_frame("_v").select(_clock(pl.coalesce(within, text)).alias("time"))

    cells = reading.rows[name]
    if cells.null_count() == cells.len():
        reading.rows = reading.rows.with_columns(pl.lit(None, dtype=pl.Time).alias(name))
        return
    answers = reading.per_value(name, read)
    reading.fault("time-unreadable", name, answers["told"] & answers["time"].is_null())
    reading.rows = reading.rows.with_columns(answers["time"].alias(name))


def _yes_no(reading: _Reading, name: str) -> None:
    def read(values: pl.Series) -> pl.DataFrame:
        text = pl.col("_v").str.to_lowercase()
        flag = (
            pl.when(text.is_in(_YES)).then(pl.lit("yes")).when(text.is_in(_NO)).then(pl.lit("no"))
        )
        return values.to_frame("_v").select(flag.cast(YES_NO).alias("flag"))

    answers = reading.per_value(name, read)
    reading.fault("flag-unreadable", name, answers["told"] & answers["flag"].is_null())
    flag = answers["flag"].fill_null("not recorded")
    reading.rows = reading.rows.with_columns(flag.alias(name))


def _text(reading: _Reading, name: str) -> None:
    answers = reading.per_value(name, lambda values: values.to_frame("text"))
    reading.rows = reading.rows.with_columns(answers["text"].alias(name))


def _postcode(reading: _Reading, name: str) -> None:
    answers = reading.per_value(name, lambda values: outward_codes(values, reading.known))
    reading.rows = reading.rows.with_columns(
        answers["outward"].alias(name), answers["became"].alias("place_became")
    )
    for became, rule in (
        (Outward.UNREADABLE, "place-unreadable"),
        (Outward.UNKNOWN, "place-unknown"),
        (Outward.SPECIAL, "place-special"),
    ):
        reading.fault(rule, name, (answers["became"] == became.value).fill_null(value=False))


def _lsoa(reading: _Reading, name: str) -> None:
    def read(values: pl.Series) -> pl.DataFrame:
        code = pl.col("_v").str.to_uppercase()
        sound = code.str.contains(r"^[EWSN]\d{8}$")
        ours = pl.when(code.str.contains(r"^[EW]01\d{6}$")).then(code)
        return values.to_frame("_v").select(ours.alias("lsoa"), sound.alias("sound"))

    answers = reading.per_value(name, read)
    reading.fault("lsoa-unreadable", name, ~answers["sound"].fill_null(value=True))
    reading.rows = reading.rows.with_columns(answers["lsoa"].alias(name))


_READERS: Final[dict[Reads, Callable[[_Reading, str], None]]] = {
    Reads.DATE: _dates,
    Reads.TIME: _time,
    Reads.YES_NO: _yes_no,
    Reads.POSTCODE: _postcode,
    Reads.LSOA: _lsoa,
    Reads.LSOA_NAME: _text,
    Reads.DISTRICT: _text,
}


def _categories(reading: _Reading) -> tuple[str, ...]:
    """Read categories by the scheme that each row names, or by the one that most of them fit."""
    rows, on = reading.rows, ["category"]
    assumed: tuple[str, ...] = ()
    schemes = rows["category_scheme"].unique()
    if schemes.null_count() == len(schemes):
        scheme = likely_scheme(reading.dataset, rows["category"])
        assumed = (f"categories read as {scheme.title}, {scheme.edition}",)
        rows = rows.with_columns(pl.lit(scheme.id).alias("category_scheme"))
    elif len(schemes) > 1:
        on = ["category_scheme", "category"]
    answers = _read_categories(reading, rows.unique(on).select("category_scheme", "category"))
    joined = rows.join(
        answers.select(*on, *_ANSWERS, "told"),
        on=on,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    unknown = joined["_scheme"].is_null()
    reading.fault("scheme-unknown", "category_scheme", unknown)
    wrong = joined["_code"].is_null() & joined["told"]
    reading.fault("category-unreadable", "category", wrong & ~unknown)
    reading.rows = joined.drop("category", "category_scheme", "category_edition", "told").rename(
        {"_code": "category", "_scheme": "category_scheme", "_edition": "category_edition"}
    )
    return assumed


def _read_categories(reading: _Reading, pairs: pl.DataFrame) -> pl.DataFrame:
    """Read each distinct pair of scheme and category once."""
    text = trimmed("category")
    told = ~text.str.to_lowercase().is_in(_NOTHING).fill_null(value=True)
    codes = reading.mapping.codes.get("category", {})
    cells = pairs.select(
        trimmed("category_scheme").str.to_lowercase(), pl.when(told).then(text).replace(codes)
    )
    answers = [_category(reading.dataset, scheme, cell) for scheme, cell in cells.iter_rows()]
    columns = [
        pl.Series(name, [answer[i] for answer in answers], dtype=dtype)
        for i, (name, dtype) in enumerate(_ANSWERS.items())
    ]
    return pairs.with_columns(*columns, told=told)


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


def _times_with_dates(reading: _Reading) -> tuple[str, ...]:
    """Take the times out of columns that hold date and time together.

    Dates that all stand at midnight hold no times: that is how spreadsheets export a bare date.
    """
    from_, to = ["occurred_from"], ["occurred_to"]
    if reading.dataset.call:
        from_.append("recorded")
    rows, assumed = reading.rows, []
    for target, sources in (("time_from", from_), ("time_to", to)):
        clocks = [c for name in sources if (c := f"_clock_{name}") in rows.columns]
        held = [c for c in clocks if rows[c].drop_nulls().ne(time(0)).any()]
        if len(held) < len(clocks) and any(rows[c].null_count() < rows.height for c in clocks):
            assumed.append("dates that all stand at midnight were taken to hold no times")
        rows = rows.with_columns(pl.coalesce(target, *held).alias(target))
    rows = rows.with_columns(month_only_occurred=pl.col("_month_occurred_from"))
    reading.rows = rows.drop(c for c in rows.columns if c.startswith(("_clock_", "_month_")))
    return tuple(dict.fromkeys(assumed))


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
