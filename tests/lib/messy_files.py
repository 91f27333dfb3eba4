"""Forty files as records systems, Excel and colleagues leave them, all of the same sixty crimes.

Beside each file stands what an officer would want of it. Nothing in them is anybody's.
"""

import csv as csv_module
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl

HEADINGS = (
    "Crime number", "Reported date", "Date from", "Time from", "Code", "Postcode", "LSOA code",
    "Domestic flag", "Dwelling flag",
)  # fmt: skip
CODES = ("45", "46", "30C", "28E", "49")
ROWS = 60


@dataclass(frozen=True)
class Messy:
    """A messy file.

    Attributes:
        wants: What an officer would want of it.
        rules: The findings that it must have, beside those of the clean file.
        refusal: The id of the refusal, if it cannot be read at all.
        repaired: What the officer sends after following the remedy; the file itself if it is read.
        left_out: How many rows are left out, by reason.
        differs: Columns that may differ from the clean file's, because the file says less.
    """

    name: str
    content: bytes
    wants: str
    rules: tuple[str, ...] = ()
    refusal: str = ""
    repaired: bytes | None = None
    mapping: str = ""
    left_out: dict[str, int] = field(default_factory=dict)
    differs: tuple[str, ...] = ()
    rows: int = ROWS

    def __repr__(self) -> str:
        return f"<Messy {self.name}>"


def days() -> list[date]:
    return [date(2026, 7, 1) + timedelta(n * 92 // ROWS) for n in range(ROWS)]


def moments() -> list[datetime]:
    return [datetime(d.year, d.month, d.day, n % 23 + 1, 10) for n, d in enumerate(days())]  # noqa: DTZ001 - as written


def records(
    day: str | Callable[[date], str] = "%d/%m/%Y",
    clock: str | Callable[[datetime], str] = "%H:%M",
    code: Callable[[str], str] = str,
) -> list[list[str]]:
    """Return the sixty crimes as text, their days, times and codes written in some way."""

    def written(form: Any, value: Any) -> str:
        return format(value, form) if isinstance(form, str) else form(value)

    return [
        [
            f"REF/{n:05d}",
            written(day, moment.date()),
            written(day, moment.date()),
            written(clock, moment),
            code(CODES[n % 5]),
            f"WZ{n % 3 + 1} {n % 10}AB",
            f"E0199900{n % 10}",
            "N",
            "N",
        ]
        for n, moment in enumerate(moments())
    ]


def text(*rows: list[str] | tuple[str, ...], separator: str = ",") -> bytes:
    stream = io.StringIO()
    csv_module.writer(stream, delimiter=separator).writerows(rows)
    return stream.getvalue().encode()


def plain(**written: Any) -> bytes:
    return text(HEADINGS, *records(**written))


def workbook(*sheets: list[list[Any]], change: Callable[[Any], None] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(list(row))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def packed(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return stream.getvalue()


def lines(content: bytes) -> list[str]:
    return content.decode().splitlines()


def joined(rows: list[str], end: str = "\r\n") -> bytes:
    return (end.join(rows) + end).encode()


def typed_rows() -> list[list[Any]]:
    """Return the records with days and times as a workbook holds them."""
    rows = []
    for record, moment in zip(records(), moments(), strict=True):
        day = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - as written
        rows.append([record[0], day, day, moment.time(), *record[4:]])
    return rows


def with_moments(form: Callable[[datetime], str]) -> bytes:
    """Return the crimes with day and time in one column."""
    headings = [h for h in HEADINGS if h != "Time from"]
    rows = [[r[0], r[1], form(m), *r[4:]] for r, m in zip(records(), moments(), strict=True)]
    return text(headings, *rows)


def changed(column: int, value: Callable[[int, str], str]) -> bytes:
    """Return the clean file with the cells of a column changed."""
    rows = records()
    for n, row in enumerate(rows):
        row[column] = value(n, row[column])
    return text(HEADINGS, *rows)


def pages() -> bytes:
    head, *rest = lines(plain())
    out: list[str] = []
    for page in range(3):
        out += [
            "Recorded crime in Westshire,,,,,,,,",
            f"Printed 01/10/2026,,,,,,,Page {page + 1} of 3,",
        ]
        out += ["", head, *rest[page * 20 : page * 20 + 20], ""]
    return joined([*out, "End of report,,,,,,,,"])


def subtotals() -> bytes:
    head, *rest = lines(plain())
    out = [head]
    for month in range(3):
        out += [*rest[month * 20 : month * 20 + 20], "Total for the month,20,,,,,,,"]
    return joined([*out, "Grand total,60,,,,,,,"])


def hidden_rows(book: Any) -> None:
    for row in range(2, 22):
        book.worksheets[0].row_dimensions[row].hidden = True


def filtered(book: Any) -> None:
    sheet = book.worksheets[0]
    sheet.auto_filter.ref = "A1:I61"
    sheet.auto_filter.add_filter_column(4, ["45"])
    for row in range(2, 62):
        if sheet.cell(row, 5).value != "45":
            sheet.row_dimensions[row].hidden = True


def hide_sheet(number: int, state: str = "hidden") -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book.worksheets[number].sheet_state = state

    return change


def calendar_of_1904() -> bytes:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    def change(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    rows = records(
        day=lambda d: str((d - date(1904, 1, 1)).days),
        clock=lambda m: str((m.hour * 60 + m.minute) / 1440),
    )
    numbered = [[r[0], int(r[1]), int(r[2]), float(r[3]), *r[4:]] for r in rows]
    return workbook([list(HEADINGS), *numbered], change=change)


def half_converted() -> bytes:
    """Return what Excel set to American dates makes of days before months."""
    rows: list[list[Any]] = []
    for record, day in zip(records(), days(), strict=True):
        cell: Any = f"{day:%d/%m/%Y}"
        if day.day <= 12:
            cell = datetime(day.year, day.day, day.month)  # noqa: DTZ001 - as written
        rows.append([record[0], cell, cell, *record[3:]])
    return workbook([list(HEADINGS), *rows])


def formulas() -> bytes:
    rows: list[list[Any]] = [list(row) for row in records()]
    for n, row in enumerate(rows, 2):
        row[5] = f'=A{n}&" x"'
    return workbook([list(HEADINGS), *rows])


def districts(*names: str) -> bytes:
    headings = [*HEADINGS[:5], "Local authority", *HEADINGS[7:]]
    rows = [[*r[:5], names[n % len(names)], *r[7:]] for n, r in enumerate(records())]
    return text(headings, *rows)


def fixed_width() -> bytes:
    widths = (12, 15, 12, 11, 6, 10, 11, 15, 14)
    rows = [HEADINGS, *records()]
    return joined(["".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in rows])


def with_column(heading: str, value: Callable[[int], str]) -> list[list[str]]:
    return [[*HEADINGS, heading], *([*r, value(n)] for n, r in enumerate(records()))]


def of_dates() -> Iterator[Messy]:
    clean = plain()
    head, *rest = lines(plain())
    [[list(HEADINGS), *typed_rows()[n : n + 20]] for n in (0, 20, 40)]
    yield Messy("clean.csv", clean, "all rows are read, and nothing is asked")
    yield Messy("pages.csv", pages(), "page headers and headings on each page are no rows; said")
    yield Messy("subtotals.csv", subtotals(), "lines of totals are no rows; said with their lines")
    groups = [f"{name} police station,,,,,,,," for name in ("Andover", "Romsey", "Stockbridge")]
    yield Messy(
        "groups.csv",
        joined([head, *(x for n in range(3) for x in (groups[n], *rest[n * 20 : n * 20 + 20]))]),
        "the name of a station above its records is no record: asked about, with its line",
        rules=("lines-not-records",),
    )
    numbered = [f"Group {n},,,,,,,," for n in range(6)]
    yield Messy(
        "numbered-groups.csv",
        joined([head, *(x for n in range(6) for x in (numbered[n], *rest[n * 10 : n * 10 + 10]))]),
        "a group's number above its records may be a record that was cut: counted and asked about",
        rules=("lines-not-records",),
        left_out={"no-place": 6},
        rows=66,
    )
    yield Messy(
        "summary-below.csv",
        joined(
            [*lines(clean), "", "Offence,Count,,,,,,,", "Theft,12,,,,,,,", "Burglary,48,,,,,,,"]
        ),
        "a second little table below the records: counted and asked about, never sent",
        rules=("lines-not-records",),
        left_out={"no-place": 3},
        rows=63,
    )
    yield Messy(
        "too-narrow.csv",
        changed(1, lambda n, cell: "########" if n % 5 == 0 else cell),
        "the column was too narrow when Excel saved it: said, with the remedy",
        rules=("column-too-narrow",),
        repaired=clean,
    )
    yield Messy(
        "copied-together.csv",
        b"\xef\xbb\xbf" + joined([head, *rest[:30]]) + b"\xef\xbb\xbf" + joined([head, *rest[30:]]),
        "two files put together by `copy a+b` are read as one; the second headings are no row",
    )
    yield Messy(
        "copied-without-a-line-end.csv",
        joined([head, *rest[:30]]).rstrip() + b"\xef\xbb\xbf" + joined([head, *rest[30:]]),
        "the same where the first file had no line end: the record before the mark is not lost",
    )
    yield Messy(
        "month-first.csv",
        plain(day="%m/%d/%Y"),
        "dates that can only be month before day are read so, and asked about",
        rules=("dates-month-first",),
    )
    yield Messy(
        "month-first-one-column.csv",
        text(HEADINGS, *([r[0], r[1], f"{d:%m/%d/%Y}", *r[3:]]
                         for r, d in zip(records(), days(), strict=True))),
        "each column by itself: one is day first, the other month first",
        rules=("dates-month-first",),
    )  # fmt: skip
    yield Messy(
        "half-converted.xlsx",
        half_converted(),
        "Excel exchanged day and month where it could: stopped, with how to prevent it",
        rules=("dates-exchanged-by-excel",),
        repaired=clean,
    )
    yield Messy("two-digit-years.csv", plain(day="%d/%m/%y"), "01/07/26 is 1 July 2026")
    yield Messy(
        "american-two-digit-years.csv",
        plain(day="%m/%d/%y"),
        "07/13/26 is 13 July 2026, asked about",
        rules=("dates-month-first",),
    )
    yield Messy(
        "times-without-noughts.csv",
        plain(clock=lambda m: f"{m.hour * 100 + m.minute}"),
        "930 is 09:30",
    )
    yield Messy(
        "fractions-of-a-day.csv",
        plain(clock=lambda m: f"{(m.hour * 60 + m.minute) / 1440:.6f}"),
        "0.395833 is 09:30, as Excel counts",
    )
    yield Messy(
        "serial-days.csv",
        plain(day=lambda d: str((d - date(1899, 12, 30)).days)),
        "46204 is 1 July 2026, as Excel counts; said",
    )
    yield Messy(
        "long-dates.csv",
        plain(day=lambda d: f"{d:%A} {d.day}{'st' if d.day in (1, 21, 31) else 'th'} {d:%B %Y}"),
        "Wednesday 1st July 2026 is that day",
    )
    yield Messy(
        "decimal-codes.csv",
        plain(code=lambda c: f"{c}.0" if c.isdigit() else c),
        "45.0 is 45, which Excel made of it: said",
        rules=("category-repaired",),
    )
    yield Messy(
        "unusual-hyphens.csv",
        plain(day=lambda d: f"{d:%Y\u2011%m\u2011%d}"),
        "non-breaking hyphens are hyphens",
    )


def of_databases() -> Iterator[Messy]:
    clean = plain()
    head, *rest = lines(plain())
    yield Messy(
        "formula-errors.csv",
        changed(5, lambda n, cell: "#N/A" if n % 20 == 0 else cell),
        "#N/A is named with its lines and read as empty: three rows have no place",
        rules=("formula-error",),
        left_out={"no-place": 3},
        differs=("postcode",),
    )
    yield Messy(
        "formulas-without-values.xlsx",
        formulas(),
        "formulas that were never calculated are named; remedy: open in Excel and save",
        rules=("formula-without-value",),
        repaired=clean,
    )
    yield Messy(
        "moments.csv",
        with_moments(lambda m: f"{m:%Y-%m-%d %H:%M}"),
        "day and time in one cell are both read",
    )
    yield Messy(
        "midnight.csv",
        changed(3, lambda n, cell: "24:00" if n == 5 else cell),
        "24:00 in a column of times is the midnight that ends the day beside it; said",
        differs=("time_from", "occurred_from"),
    )
    yield Messy(
        "zulu.csv",
        with_moments(lambda m: f"{m - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"),
        "times of UTC are turned to London; said",
    )
    yield Messy("oracle.csv", with_moments(lambda m: f"{m:%d-%b-%y %I.%M.%S.000000 %p}".upper()),
                "Oracle's timestamps are read")  # fmt: skip
    yield Messy("sql-server.csv",
                with_moments(lambda m: f"{m:%b} {m.day:>2} {m:%Y} {m.hour % 12 or 12:>2}:{m:%M%p}"),
                "SQL Server's timestamps are read")  # fmt: skip
    yield Messy(
        "sql-output.csv",
        joined([head, ",".join("-" * len(h) for h in HEADINGS), *rest, "", "(60 rows affected)"]),
        "the line of dashes and the count below are no rows; said",
    )


def of_excel() -> Iterator[Messy]:
    clean = plain()
    head, *rest = lines(plain())
    sheet = [list(HEADINGS), *typed_rows()]
    month = [[list(HEADINGS), *typed_rows()[n : n + 20]] for n in (0, 20, 40)]
    yield Messy("mac.xlsx", calendar_of_1904(), "bare numbers are read by the workbook's calendar")
    yield Messy("hidden-rows.xlsx", workbook(sheet, change=hidden_rows),
                "20 hidden rows are asked about", rules=("rows-hidden",))  # fmt: skip
    yield Messy("filtered.xlsx", workbook(sheet, change=filtered),
                "filtered rows are asked about", rules=("rows-hidden",))  # fmt: skip
    yield Messy(
        "old-copy.xlsx",
        workbook(sheet, [*sheet, *typed_rows()], change=hide_sheet(1, "veryHidden")),
        "the sheet that is shown is read, the very hidden one asked about",
        rules=("sheet-hidden",),
    )
    yield Messy("sheet-a-month.xlsx", workbook(*month),
                "one sheet a month is one table; said")  # fmt: skip
    yield Messy("hidden-month.xlsx", workbook(*month, change=hide_sheet(1)),
                "the hidden month is asked about, with its number of rows, and so are its days",
                rules=("sheet-hidden", "days-without-records"), rows=40)  # fmt: skip
    yield Messy("report.xls", b"<html><body><table><tr><th>Code</th></tr></table></body></html>",
                "named as a web page", refusal="file-is-no-table",
                repaired=workbook(sheet))  # fmt: skip
    yield Messy("rows.json", json.dumps([dict(zip(HEADINGS, r, strict=True)) for r in records()])
                .encode(), "named as JSON", refusal="file-is-no-table", repaired=clean)  # fmt: skip
    yield Messy(
        "download.zip",
        packed(a_july=joined([head, *rest[:20]]), b_august=joined([head, *rest[20:40]]),
               c_september=joined([head, *rest[40:]])),
        "a zip of three files is read as three files",
    )  # fmt: skip


def of_text() -> Iterator[Messy]:
    clean = plain()
    head, *rest = lines(plain())
    yield Messy("bars.txt", text(HEADINGS, *records(), separator="|"), "said to be bars")
    yield Messy("unicode.txt", text(HEADINGS, *records(), separator="\t").decode()
                .encode("utf-16"), "Excel's Unicode text is read")  # fmt: skip
    yield Messy(
        "no-break-spaces.csv",
        changed(5, lambda _, cell: cell.replace(" ", "\u00a0")).decode().encode("cp1252"),
        "no-break spaces are spaces",
    )
    yield Messy("guards.csv", plain(code=lambda c: f'="{c}"'), "guards are taken off, and said",
                rules=("excel-guards",))  # fmt: skip
    yield Messy(
        "banner.csv",
        joined(["Crime,,,,,Place,,Flags,", *lines(clean)]),
        "the line that groups the headings is no heading; said",
    )
    yield Messy(
        "free-text.csv",
        text(*with_column("Narrative", lambda n: f'Said "stop",\r\nand left {n}')),
        "line breaks, commas and quotation marks in a narrative make no rows",
        rules=("column-not-ours",),
    )
    yield Messy(
        "bare-quotation-marks.csv",
        joined([f"{head},Premises", *(f'{line},"The "Old" Inn"' for line in rest)]),
        "quotation marks inside quotation marks that nobody doubled: read, and said",
        rules=("column-not-ours",),
    )
    yield Messy(
        "stray-commas.csv",
        joined([f"{head},Narrative", *(f"{line},left, came back" for line in rest)]),
        "lines with a cell too many are named; remedy: leave the narrative out",
        refusal="lines-uneven",
        repaired=clean,
    )
    yield Messy("empty-columns.csv", joined([line + ",,," for line in lines(clean)]),
                "empty columns are none")  # fmt: skip
    yield Messy("row-numbers.csv", joined([f",{head}", *(f"{n},{r}" for n, r in enumerate(rest))]),
                "a column of row numbers without a heading is not ours",
                rules=("column-not-ours",))  # fmt: skip


def of_places() -> Iterator[Messy]:
    clean = plain()
    head, *rest = lines(plain())
    yield Messy("no-place.csv", text(HEADINGS, *(r if n % 3 else [*r[:5], "", "", *r[7:]]
                                               for n, r in enumerate(records()))),
                "a third of the rows without a place is asked about",
                rules=("places-missing",), left_out={"no-place": 20},
                differs=("postcode", "lsoa"))  # fmt: skip
    yield Messy(
        "names-of-the-area.csv",
        districts("Westshire", "Westshire District Council", "WDC"),
        "WDC is no authority's name: a query, and a name that can be given to the area",
        rules=("area-not-known",),
        left_out={"no-place": 20},
        differs=("postcode", "lsoa", "district"),
    )
    yield Messy(
        "other-districts.csv",
        districts("Westshire", "Winchester", "City of Southampton"),
        "two other districts are left out and named, with how many rows each has",
        left_out={"other-area": 40},
        differs=("postcode", "lsoa", "district"),
    )
    yield Messy("invisible.csv", changed(5, lambda _, cell: cell + "\u200b"), "no part of a value",
                rules=("characters-invisible",))  # fmt: skip
    yield Messy("two-date-columns.csv", changed(2, lambda n, day: "" if n == 5 else day).replace(
                                            b"Date from", b"Reported date", 1),
                "two columns under one heading: named by number", refusal="headings-repeat",
                repaired=clean)  # fmt: skip
    yield Messy("one-column-twice.csv", text((*HEADINGS, HEADINGS[7].upper()),
                                             *([*row, row[7]] for row in records())),
                "two columns that are the same, cell for cell, are one")  # fmt: skip
    yield Messy("mixed-line-ends.csv", (head + "\r\n" + "\n".join(rest[:30]) + "\r"
                                        + "\r\n".join(rest[30:])).encode(),
                "line ends of three systems are line ends")  # fmt: skip
    yield Messy("dos-end.csv", clean + b"\x1a", "the mark at the end is no row")
    yield Messy("cut.csv", clean[:-9], "a file cut in its last record: named",
                refusal="lines-uneven", repaired=clean)  # fmt: skip
    yield Messy("fixed-width.txt", fixed_width(), "columns made of spaces: named, with the remedy",
                refusal="file-is-no-table", repaired=clean)  # fmt: skip
    yield Messy("offsets.csv", with_moments(lambda m: f"{m:%Y-%m-%dT%H:%M:%S+01:00}"),
                "an offset is no reason to drop the time")  # fmt: skip
    yield Messy("twelve-hours.csv", with_moments(lambda m: f"{m:%d/%m/%Y %I:%M %p}"),
                "10:10 PM is 22:10")  # fmt: skip


MESSY = [*of_dates(), *of_databases(), *of_excel(), *of_text(), *of_places()]
