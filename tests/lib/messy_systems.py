"""More messy files, as named systems and programs print them, of the same sixty crimes.

Beside each file stands what an officer would want of it. Nothing in them is anybody's.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.lib.messy_files import (
    HEADINGS,
    Messy,
    changed,
    joined,
    lines,
    plain,
    records,
    text,
    typed_rows,
    workbook,
)


def sap_list() -> bytes:
    """Return what SAP saves of a list on the screen."""
    rows = [list(HEADINGS), *records()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    printed = [
        "|" + "|".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + "|"
        for row in rows
    ]
    ruled = "-" * len(printed[0])
    title = "01.10.2026            Dynamic List Display            1"
    return joined([title, ruled, printed[0], ruled, *printed[1:], ruled])


def crystal_report() -> bytes:
    """Return a report in which Crystal Reports puts titles and headings before each record."""
    before = ["Westshire Police", "Crimes", *HEADINGS]
    return text(*([*before, *record, "Page 1 of 3"] for record in records()))


def business_objects() -> bytes:
    head, *rest = lines(plain())
    above = ["Recorded crime,,,,,,,,,", "Prompts: from 01/07/2026 to 30/09/2026,,,,,,,,,", ","]
    below = [",,,,,,,,,", ",Count:,60,,,,,,,", "Last refreshed: 01/10/2026 08:12,,,,,,,,,"]
    return joined([*above, f",{head}", *(f",{line}" for line in rest), *below])


def pivot_table() -> bytes:
    """Return a pivot table, which shows a category on the first line of its group alone."""
    rows: list[list[Any]] = [["Code", "Reported date", "Postcode", "Domestic flag", "Count"]]
    last = ""
    for record in sorted(records(), key=lambda r: r[4]):
        rows.append(["" if record[4] == last else record[4], record[1], record[5], "N", 1])
        last = record[4]
    return workbook([*rows, ["Grand Total", "", "", "", 60]])


def merged_headings() -> bytes:
    def merge(book: Any) -> None:
        for cells in ("C1:D1", "F1:G1", "H1:I1"):
            book.worksheets[0].merge_cells(cells)

    above = ["Crime", "Reported", "From", "", "Offence", "Location", "", "Flags", ""]
    below = [*("number", "date", "Date", "Time"), *HEADINGS[4:]]
    return workbook([above, below, *records()], change=merge)


def of_systems() -> Iterator[Messy]:
    clean = plain()
    head, *rest = lines(clean)
    yield Messy("sap.txt", sap_list(), "the bars, dashes and the title of a list are no rows")
    yield Messy("business-objects.csv", business_objects(),
                "prompts, a count and the time of refreshing are no rows")  # fmt: skip
    yield Messy("crystal.csv", crystal_report(), "named, with the export that has the records",
                refusal="headings-on-each-line", repaired=clean)  # fmt: skip
    yield Messy("pivot.xlsx", pivot_table(), "stopped, with how to repeat the labels",
                rules=("category-missing",), repaired=clean)  # fmt: skip
    yield Messy("merged-headings.xlsx", merged_headings(), "headings on two lines are one")
    yield Messy("niche.csv", plain(clock=lambda m: f"{m:%H%M} hrs"), "1010 hrs is 10:10")
    yield Messy("athena.csv", plain(code=lambda c: f"{c} - Words of the list"),
                "words behind a code are no code; said", rules=("category-repaired",))  # fmt: skip
    yield Messy("bcp.txt", text(HEADINGS, *records(), separator="\t").decode().encode("utf-16-le"),
                "UTF-16 is known without its mark, as SQL Server writes it")  # fmt: skip
    yield Messy("big-endian.csv", b"\xfe\xff" + clean.decode().encode("utf-16-be"),
                "UTF-16 of the other order is read")  # fmt: skip
    yield Messy("all-quoted.csv", b"\xef\xbb\xbf" + b"".join(
                b'"' + line.replace(",", '","').encode() + b'"\r\n' for line in lines(clean)),
                "a byte-order mark before a quotation mark is no part of a heading")  # fmt: skip
    yield Messy("mysql.csv", changed(6, lambda *_: "\\N"), "\\N is nothing", differs=("lsoa",))
    yield Messy("pandas.csv", plain(day=lambda d: f"{d:%Y%m%d}.0"), "20260701.0 is 1 July 2026")
    yield Messy("flags-of-pandas.csv", changed(7, lambda n, _: "0.0"), "0.0 is no")
    yield Messy("commas-behind-headings.csv", joined([head + ",,", *rest]),
                "commas behind the headings alone are no columns")  # fmt: skip
    yield Messy("quoted-lines.csv", joined([f'"{line}"' for line in lines(clean)]),
                "quotation marks around whole lines are taken off, and said")  # fmt: skip
    yield Messy("trailing-semicolons.csv", joined([line.replace(",", ";") + ";;"
                                                   for line in lines(clean)]),
                "semicolons at the ends of lines are no columns")  # fmt: skip
    yield Messy("broken-headings.csv", text([h.replace(" ", "\r\n") for h in HEADINGS], *records()),
                "line ends within headings are spaces")  # fmt: skip
    yield Messy(
        "weekdays.csv", plain(day=lambda d: f"{d:%a, %d %b %Y}"), "weekdays are passed over"
    )
    yield Messy("wrong-weekdays.csv", plain(day=lambda d: f"{d + timedelta(1):%a} {d:%d/%m/%Y}"),
                "a weekday that is not the day's own stops", rules=("date-unreadable",),
                repaired=clean)  # fmt: skip
    yield Messy("headings-below.csv", joined([*rest, head]),
                "a file that begins with a record is named as one", refusal="headings-are-a-record",
                repaired=clean)  # fmt: skip
    yield Messy("notes-twice.csv", text([*HEADINGS, "Notes", "Notes"], *([*r, "x", "y"]
                                                                        for r in records())),
                "two columns of one name that nobody asks for are left out",
                rules=("column-not-ours",))  # fmt: skip
    yield Messy("long-references.csv", changed(0, lambda *_: "4.40E+10"),
                "references that Excel shortened are named as such",
                rules=("reference-changed-by-excel",), differs=("reference",))  # fmt: skip
    yield Messy("test-records.csv",
                changed(0, lambda n, cell: f"{cell}-TEST" if n > 57 else cell),
                "references that say that they are of a test are asked about",
                rules=("reference-of-test",), differs=("reference",))  # fmt: skip
    yield Messy("guarded-references.csv", changed(0, lambda _, cell: f'="{cell}"'),
                "a guard is no part of a reference")  # fmt: skip
    order = (4, 0, 1, 2, 3, 5, 6, 8, 7)
    moved = [[row[n] for n in order] for row in [list(HEADINGS), *typed_rows()[30:]]]
    yield Messy("sheets-in-two-orders.xlsx",
                workbook([list(HEADINGS), *typed_rows()[:30]], moved),
                "sheets with the same headings in another order are one table; said")  # fmt: skip
    yield Messy("years-first.csv", plain(day="%y-%m-%d"), "stopped, and named as what it is",
                rules=("dates-order-unclear",), repaired=clean)  # fmt: skip


SYSTEMS = [*of_systems()]
