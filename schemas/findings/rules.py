"""The catalogue of rules. Ids are permanent and never reused; the words may be improved."""

from typing import Final

from schemas.findings.finding import Rule, Severity

_ALL: Final = (
    Rule(
        "date-missing",
        Severity.ERROR,
        "has no recorded date and no incident date",
        "give every record a date; a month such as 2026-07 is enough if you do not have the day",
        "2026-07-31",
    ),
    Rule(
        "date-unreadable",
        Severity.ERROR,
        "is not a date that can be read",
        "write dates as 2026-07-31 or 31/07/2026, day before month; a month as 2026-07",
        "31/07/2026, not 07/31/2026",
    ),
    Rule(
        "date-outside",
        Severity.ERROR,
        "is outside the dates that this submission covers",
        "export only the dates covered, or name the dates with --dates",
        "--dates 2026Q3, or --dates 2026-07",
    ),
    Rule(
        "date-in-future",
        Severity.ERROR,
        "is later than today",
        "correct the date in the records system and export again",
        "31/07/2026 for 31/07/2062",
    ),
    Rule(
        "dates-month-first",
        Severity.QUERY,
        "was read with the month before the day, because some of the dates cannot be read "
        "otherwise",
        "compare a few records with your records system; to avoid the question, export dates "
        "as 2026-07-31",
        "07/31/2026",
    ),
    Rule(
        "dates-order-unclear",
        Severity.ERROR,
        "can be read with the day first or with the month first, and the other dates do not "
        "show which is right",
        "export dates as 2026-07-31; or say which it is in your mapping, under [dates]: "
        "exchange source map FILE --dataset ID",
        'occurred_from = "%m/%d/%Y" for 07/05/2026, if that is 5 July',
    ),
    Rule(
        "dates-of-both-orders",
        Severity.ERROR,
        "does not have day and month in the same order as the other dates in its column",
        "export again with all dates as 2026-07-31; if you combined two exports, send them "
        "as two files",
        "31/07/2026 and 07/31/2026 in one column",
    ),
    Rule(
        "dates-exchanged-by-excel",
        Severity.ERROR,
        "is a date in which Excel may have swapped day and month; the column also has dates "
        "that Excel left as text",
        "export again and do not open the file in Excel; or import it with Data, From "
        "Text/CSV, and set the column to Date, in the order that your export uses",
        "05/07/2026 became 7 May, and 31/07/2026 stayed as text",
    ),
    Rule(
        "time-unreadable",
        Severity.ERROR,
        "is not a time that can be read",
        "write times as 22:10 and midnight as 00:00 of the day that begins, or leave the "
        "cell empty",
        "22:10, or 10:10 PM",
    ),
    Rule(
        "grid-unreadable",
        Severity.ERROR,
        "is not a National Grid reference",
        "write two letters, then the same number of digits east and north, or leave the cell empty",
        "SU 351 402",
    ),
    Rule(
        "postcode-not-in-directory",
        Severity.WARNING,
        "is not in your postcode directory; its outward code is used",
        "if it is a new postcode, add a newer directory: exchange places add FILE",
        "a new estate",
    ),
    Rule(
        "occurred-after-recorded",
        Severity.QUERY,
        "is after the recorded date",
        "check both dates",
        "happened 30 July, recorded 31 July",
        standing=True,
    ),
    Rule(
        "ends-before-it-starts",
        Severity.QUERY,
        "is before the start",
        "check both dates and times",
        "from 30 July 22:00 to 31 July 07:00",
        standing=True,
    ),
    Rule(
        "category-missing",
        Severity.ERROR,
        "is empty",
        "give every record the code of its category",
        "28E",
    ),
    Rule(
        "category-unreadable",
        Severity.ERROR,
        "is not a code or a name in the list",
        "use the codes in the dataset's list, or translate them in a mapping: exchange source map",
        "28E or Burglary Residential, from the Home Office's list",
    ),
    Rule(
        "category-nearly",
        Severity.ERROR,
        "is close to a listed name (possible typo)",
        "correct the spelling in the records system, or translate it in a mapping",
        "Shoplifting for Shoplifitng",
    ),
    Rule(
        "category-unknown",
        Severity.QUERY,
        "is not in the list, so its records are sent as other-not-listed",
        "use a code in the list, or translate it in your mapping under [codes.category]; "
        "add a category of your own under [local.codes]",
        "8T, which the list does not have",
    ),
    Rule(
        "scheme-unknown",
        Severity.ERROR,
        "names a list of categories that this dataset does not use",
        "see the lists it uses: exchange explain",
        "home-office",
    ),
    Rule(
        "flag-unreadable",
        Severity.ERROR,
        "must be yes, no or empty",
        "write Y or N, or leave it empty if it was not recorded",
        "Y, N, yes, no, 1, 0",
    ),
    Rule(
        "word-unreadable",
        Severity.ERROR,
        "is not one of the values that this column allows",
        "see the values: exchange explain ID; leave it empty if you do not have one",
        "SUSP or suspension",
    ),
    Rule(
        "number-unreadable",
        Severity.ERROR,
        "is not a number that can be read",
        "write numbers as 1204 or 1,204, or leave the cell empty",
        "1,204",
    ),
    Rule(
        "number-missing",
        Severity.ERROR,
        "is empty",
        "give every area a number; write 0 if there were none",
        "0",
    ),
    Rule(
        "number-twice",
        Severity.ERROR,
        "has more than one number",
        "give one number for each area and quarter",
        "one row for each area",
    ),
    Rule(
        "age-unlikely",
        Severity.QUERY,
        "is not a school age",
        "check it in your records system",
        "14",
    ),
    Rule(
        "school-unknown",
        Severity.QUERY,
        "is not a URN or a DfE number, so the school is not shared",
        "export the URN (six digits) or the DfE number (seven) of each school",
        "URN 100005, or DfE number 202/1048",
        standing=True,
    ),
    Rule(
        "nobody-hurt",
        Severity.ERROR,
        "has nobody killed or injured",
        "remove it: only collisions in which somebody was killed or injured are shared",
        "adults slightly injured 1",
    ),
    Rule(
        "point-outside",
        Severity.ERROR,
        "is not a point on the National Grid",
        "give eastings and northings in metres, or longitude and latitude in degrees, in "
        "separate columns",
        "534785 and 167546, or -0.0642 and 51.3910",
    ),
    Rule(
        "point-exchanged",
        Severity.ERROR,
        "is far from the record's postcode; easting and northing may be swapped",
        "swap the two headings in the export, or the two columns in the mapping",
        "easting 167546 and northing 534785 in London",
    ),
    Rule(
        "places-missing",
        Severity.QUERY,
        "many records have no usable location, so they were left out",
        "export the postcode, LSOA or district of each record; if you do not have one, explain why",
        "calls without a location",
    ),
    Rule(
        "row-uncounted",
        Severity.ERROR,
        "has a row that the mapping does not count",
        "add its values to a count in the mapping: exchange help mappings",
        'ageband = ["16-20", "21-25"]',
    ),
    Rule(
        "rows-not-joined",
        Severity.QUERY,
        "has no row in the other file that belongs to it",
        "check that the files are of the same dates and were exported together",
        "a casualty whose collision is not in the file of collisions",
    ),
    Rule(
        "rows-differ",
        Severity.QUERY,
        "rows for one record disagree; we used the first",
        "check the date, time and place of these records in your records system",
        "two casualties of one collision with different dates",
        standing=True,
    ),
    Rule(
        "place-unreadable",
        Severity.ERROR,
        "is not a postcode or an outward code, and no other column gives the place",
        'write places as "LS1 4DY" or "LS1", or leave the cell empty',
        "LS1 4DY or LS1, with the number 1 and not the letter I",
    ),
    Rule(
        "place-doubtful",
        Severity.WARNING,
        "is not a postcode; we used the area given in another column",
        "correct it in your records system, so that the outward code can be shared",
        "W1G 0BD, with a zero, for W1G OBD",
    ),
    Rule(
        "place-unknown",
        Severity.QUERY,
        "could be an outward code or a sector (M11 or M1 1), so it was not used",
        'write a sector with its space ("M1 1"); for a new outward code, add a newer '
        "directory: exchange places add FILE",
        "M1 1AA, or M1 1 for the sector",
        standing=True,
    ),
    Rule(
        "place-special",
        Severity.WARNING,
        "is a special-purpose postcode; we used the district",
        "no action needed",
        "BX1 1LT belongs to a bank",
    ),
    Rule(
        "area-nearly",
        Severity.QUERY,
        "is close to the name of one of your areas (possible typo), so the record was left out",
        "if it is a typo, correct it in your records system and export again",
        "Test Valley for Tset Valley",
    ),
    Rule(
        "area-not-known",
        Severity.QUERY,
        "does not name an authority of England or Wales, and nothing else tells the area, so "
        "the record was left out",
        "if it means one of your areas, say so in your mapping under [codes.district]: "
        "exchange source map FILE --dataset ID lists the names",
        'WDC = "Westshire"',
    ),
    Rule(
        "lsoa-unreadable",
        Severity.ERROR,
        "is not an LSOA code",
        "LSOA codes look like E01022553; leave the cell empty if you do not have one",
        "E01022553",
    ),
    Rule(
        "domestic-not-recorded",
        Severity.QUERY,
        "is missing for violence, harassment or damage that may be domestic",
        "add the domestic marker to the export; without it these records are shared with "
        "less detail of place",
        "a column of Y and N headed Domestic flag",
        standing=True,
    ),
    Rule(
        "column-not-ours",
        Severity.WARNING,
        "is not part of this dataset and was left out (its heading is not shown, as it "
        "could be a record)",
        "no action needed",
        "a column of officers' names",
    ),
    Rule(
        "characters-invisible",
        Severity.WARNING,
        "has invisible characters; they were removed",
        "remove them in your records system: they come with text copied from a web page or "
        "an e-mail",
        "a zero-width space after a postcode",
    ),
    Rule(
        "excel-guards",
        Severity.WARNING,
        "has marks that stop Excel changing its values; they were removed",
        "no action needed",
        '="30C" or \'30C for 30C',
    ),
    Rule(
        "formula-error",
        Severity.QUERY,
        "holds an error of an Excel formula, which we read as empty",
        "correct the formula, or export the column as values; if you do not have the value, "
        "explain why",
        "#N/A, where a look-up did not find the postcode",
    ),
    Rule(
        "column-too-narrow",
        Severity.ERROR,
        "shows only # signs, because the column was too narrow when Excel saved the file",
        "open the workbook, make the column wider, and save it again",
        "######## for 31/07/2026",
    ),
    Rule(
        "formula-without-value",
        Severity.ERROR,
        "holds formulas that were never calculated, so they have no values",
        "open the workbook in Excel and save it; or export the column as values",
        "a workbook written by a script",
    ),
    Rule(
        "category-repaired",
        Severity.WARNING,
        "has extra zeros before or after the code; they were removed",
        "correct the export if you can: codes are text, not numbers",
        "46.0 or 046 for 46",
    ),
    Rule(
        "category-changed-by-excel",
        Severity.ERROR,
        "is a code that Excel changed into a number or a date, so the code is lost",
        "export again and do not open the file in Excel; or import it with Data, From "
        "Text/CSV, and set the column to Text",
        "2E1 became 2.00E+01, and 3-1 became 03-Jan",
    ),
    Rule(
        "rows-hidden",
        Severity.QUERY,
        "is hidden in the workbook, by hand or by a filter, but was read",
        "clear the filters and unhide the rows, delete any that you do not want to share, "
        "and save it",
        "a filter on one ward",
    ),
    Rule(
        "columns-hidden",
        Severity.QUERY,
        "is hidden in the workbook, but was read",
        "unhide it and check what it holds",
        "an older column of dates next to the one that is shown",
        standing=True,
    ),
    Rule(
        "sheet-hidden",
        Severity.QUERY,
        "the workbook has a table on a hidden sheet",
        "right-click a sheet's name and choose Unhide; save the sheet that you want to send "
        "as its own workbook",
        "last year's records",
    ),
    Rule(
        "lines-not-records",
        Severity.QUERY,
        "has no date, no place and no category, so it is not sent as a record",
        "check these lines; if they are headings of groups or notes, explain that once",
        "a line with the name of a police station above its records",
        standing=True,
    ),
    Rule(
        "rows-as-many-as-a-sheet",
        Severity.QUERY,
        "the file has exactly as many rows as an Excel sheet can hold, so records may be missing",
        "export straight to CSV, or month by month, and compare the number of records with "
        "your records system",
        "65,535 or 1,048,575 records under the headings",
    ),
    Rule(
        "reference-needed",
        Severity.ERROR,
        "is missing; without it, we cannot match records with those you sent before",
        "export the records system's own reference for each record; it stays on this machine",
        "a column headed Crime number",
    ),
    Rule(
        "reference-used-again",
        Severity.ERROR,
        "matches, for many records, other records that you sent for other dates",
        "if numbering restarts each month or year, export the full reference with the month "
        "or year; otherwise check that this is the right file",
        "records numbered from 1 in July and again in August",
    ),
    Rule(
        "column-may-protect",
        Severity.ERROR,
        "may be in a column of the file that is not read; it decides how much detail is shared",
        "map the column: exchange source map FILE --dataset ID; if it is something else, "
        "list its heading as unused in the mapping",
        "a column of Y and N headed Marker, where no other column marks domestic incidents",
    ),
    Rule(
        "date-not-read",
        Severity.ERROR,
        "may be in a column of the file that is not read; times would be shared without "
        "their dates",
        "map the column: exchange source map FILE --dataset ID; if it is something else, "
        "list its heading as unused in the mapping",
        "a column of dates headed Offence day, next to a column of times",
    ),
    Rule(
        "column-may-be-ours",
        Severity.QUERY,
        "may be in a column of the file that is not read",
        "map the column: exchange source map FILE --dataset ID; if it is something else, "
        "list its heading as unused in the mapping",
        "a column of postcodes headed Where",
        standing=True,
    ),
    Rule(
        "nothing-inside",
        Severity.ERROR,
        "no record is in the partnership's area, or in the dataset",
        "check that this is the right file, and see your areas: exchange status; add a "
        "postcode directory to place the remaining rows: exchange places show",
        "a file from the neighbouring district",
    ),
    Rule(
        "reference-repeats",
        Severity.QUERY,
        "is used by another record",
        "check that no record is in the export twice; if one reference covers several, "
        "explain that",
        "a crime that was exported again after an update",
        standing=True,
    ),
    Rule(
        "volume-changed",
        Severity.QUERY,
        "the file has less than half, or more than twice, as many records a day as your last one",
        "check that the export is complete and holds nothing else; if it is right, explain why",
        "an export from one police station",
    ),
    Rule(
        "categories-vanished",
        Severity.QUERY,
        "some categories that were common in your last submission are missing",
        "check that the export selects all of them; if it does, explain why they stopped",
        "a new code in your records system that the export leaves out",
    ),
    Rule(
        "categories-new",
        Severity.QUERY,
        "some common categories were not in your last submission",
        "check that the export is for this dataset; if it is, explain when they came into use",
        "a code introduced in April",
    ),
    Rule(
        "composition-changed",
        Severity.QUERY,
        "the mix of records is unlike that of your last submission",
        "check that the export and its mapping are those of last time; if they are, say why it "
        "changed",
        "half of the records from one area, where it was a tenth",
    ),
    Rule(
        "correction-differs",
        Severity.QUERY,
        "the file differs much from the submission that it replaces",
        "compare the two exports; if the new one is right, say why",
        "89 adults injured became 97 children",
    ),
    Rule(
        "correction-not-compared",
        Severity.QUERY,
        "the file replaces a submission that this folder does not know, so they were not compared",
        "check that the file is the newer one: a colleague may have sent the other",
        "a submission that was sent from another computer",
    ),
    Rule(
        "sent-before",
        Severity.QUERY,
        "the file has the same records as one that you sent, and then corrected or withdrew",
        "send the corrected file; if the first one was right after all, say why",
        "last week's export, sent again after its correction",
    ),
    Rule(
        "month-without-records",
        Severity.QUERY,
        "has no records for a whole month",
        "if a month's file was left out, add it: exchange submit FILE FILE FILE; if it follows "
        "later, name only the months that you send",
        "July and September, without August",
    ),
    Rule(
        "records-start-late",
        Severity.QUERY,
        "has no records in the first days of the dates covered",
        "if the export starts too late, export again; if it is meant to cover fewer days, name "
        "them with --dates",
        "an export that begins on 20 January",
    ),
    Rule(
        "records-end-early",
        Severity.QUERY,
        "has no records in the last days of the dates covered",
        "if the export was made too early, export again; if it is meant to cover fewer days, "
        "name them with --dates",
        "an export made on 10 September",
    ),
    Rule(
        "days-without-records",
        Severity.QUERY,
        "has a gap of several days with no records",
        "check that the export covers every day; if it does, explain the gap",
        "a week in which the records system was down",
    ),
    Rule(
        "much-generalised",
        Severity.QUERY,
        "more than a fifth of the rows would be shared by district only, because too few are alike",
        "see what is shared: exchange preview FILE; if the dataset has few records, explain that",
        "a small district's admissions",
        standing=True,
    ),
    Rule(
        "earlier-not-compared",
        Severity.WARNING,
        "not compared with your earlier submission (passphrase not given)",
        "the comparison checks for small groups between the two files; submit makes it, "
        "with your passphrase",
        "a correction to last month's admissions",
    ),
    Rule(
        "another-is-stricter",
        Severity.WARNING,
        "the settings of another partnership that gets some of these rows are stricter, and hold",
        "nothing has to be done: all get the same rows; the settings: "
        "exchange partnership protocol show",
        "a district of a county, both of which share in a partnership",
    ),
    Rule(
        "identifier-found",
        Severity.ERROR,
        "would share something that looks like an identifier",
        "remove the identifier from this column in the export",
        "a telephone number in the category column",
    ),
)
RULES: Final = {rule.id: rule for rule in _ALL}
# The rules that a field can name: each row is held to them by `models.ROW_RULES`.
OF_ROWS: Final = frozenset(
    {
        "date-missing",
        "point-outside",
        "occurred-after-recorded",
        "ends-before-it-starts",
        "category-missing",
        "category-unknown",
        "age-unlikely",
        "nobody-hurt",
        "number-missing",
        "number-twice",
    }
)
