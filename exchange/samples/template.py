"""A workbook to fill in for a dataset, drawn from its declaration.

A filled one submits without a mapping: its headings are the dataset's own names. Every column is
text, because Excel would make of a date what the machine's language says. Drop-downs stand on a
sheet of their own, because a list inside a cell holds no more than 255 letters.
"""

import io
from typing import Any, Final

from exchange.samples.extract import sample
from exchange.workbooks import new_workbook
from schemas.datasets.dataset import Dataset, Field, Reads
from schemas.datasets.description import describe_need
from schemas.extract.category_lists import newest_list
from schemas.extract.workbook import RECORDS
from schemas.findings.rules import RULES
from schemas.quarters import Quarter

_ROWS: Final = 10_000  # that have drop-downs; more can be filled in
_GIVEN: Final = ("category_scheme", "category_edition", "longitude", "latitude")


def write_template(dataset: Dataset, nation: str, quarter: Quarter) -> bytes:
    """Return the workbook.

    Args:
        nation: Whose lists its drop-downs hold, where both nations have one.
        quarter: In which its example plays.
    """
    content = io.BytesIO()
    fields = [f for f in dataset.fields.values() if f.name not in _GIVEN]
    with new_workbook(content) as book:
        forms = {
            "bold": book.add_format({"bold": True, "num_format": "@", "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        records = book.add_worksheet(RECORDS)
        example, lists = book.add_worksheet("Example"), book.add_worksheet("Lists")
        needed = {field.name: describe_need(dataset, field) for field in fields}
        _headings(records, fields, needed, forms)
        _example(example, dataset, quarter, fields, forms)
        words_of = [(n, f, _words(dataset, nation, f)) for n, f in enumerate(fields)]
        choices = [word for word in words_of if word[2]]
        for column, (n, field, words) in enumerate(choices):
            _choice(lists, column, field, words, forms)
            _choose(records, n, column, len(words))
        _about(book.add_worksheet("About"), dataset, fields, needed, forms)
        records.activate()
    return content.getvalue()


def heading(field: Field) -> str:
    """Return the heading of a field's column."""
    return field.name.replace("_", " ").capitalize()


def _headings(
    sheet: Any, fields: list[Field], needed: dict[str, str], forms: dict[str, Any]
) -> None:
    for n, field in enumerate(fields):
        sheet.set_column(n, n, max(14, len(heading(field)) + 2), forms["text"])
        sheet.write_string(0, n, heading(field), forms["bold"])
        note = f"{field.description}\n\nNeeded: {needed[field.name]}."
        sheet.write_comment(0, n, note, {"x_scale": 2, "y_scale": 1.5})
    sheet.freeze_panes(1, 0)


def _example(
    sheet: Any, dataset: Dataset, quarter: Quarter, fields: list[Field], forms: dict[str, Any]
) -> None:
    row = sample(dataset, quarter, 1, 1)
    sheet.write_string(0, 0, "Made up; fill in the sheet called Records.")
    for n, field in enumerate(fields):
        sheet.set_column(n, n, max(18, len(heading(field)) + 2), forms["text"])
        sheet.write_string(2, n, heading(field), forms["bold"])
        sheet.write_string(3, n, row.rows[0].get(field.name, ""), forms["text"])


def _choice(lists: Any, column: int, field: Field, words: list[str], forms: dict[str, Any]) -> None:
    """Write what may be chosen for a field in a column."""
    lists.set_column(column, column, 60)
    lists.write_string(0, column, heading(field), forms["bold"])
    for row, word in enumerate(words, start=1):
        lists.write_string(row, column, word, forms["text"])


def _choose(records: Any, position: int, column: int, count: int) -> None:
    """Have the cells of a column choose from a list."""
    letter = chr(ord("A") + column)
    rule = {
        "validate": "list",
        "source": f"=Lists!${letter}$2:${letter}${count + 1}",
        "error_type": "warning",
        "error_title": "Not in the list",
        "error_message": "Choose from the list, or go on if a newer list has it.",
    }
    records.data_validation(1, position, _ROWS, position, rule)


def _words(dataset: Dataset, nation: str, field: Field) -> list[str]:
    """Return what may be chosen for a field: words of a list, or categories by their labels."""
    if field.words is not None:
        return list(field.words.also)
    if field.reads not in (Reads.CATEGORY, Reads.ALSO_CATEGORY):
        return []
    code_list = newest_list(dataset, nation)
    codes = [c for c in code_list.codes.values() if dataset.belongs(code_list.scheme, c.klass)]
    # A label that several codes have does not tell which, so the code stands there.
    return [c.label if code_list.read(c.label) == c.code else c.code for c in codes]


def _about(
    sheet: Any,
    dataset: Dataset,
    fields: list[Field],
    needed: dict[str, str],
    forms: dict[str, Any],
) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 3, 70)
    rows: list[tuple[str, ...]] = [
        (dataset.id, "", dataset.title),
        ("", "", dataset.description),
        ("", "", f"Prescribed by {dataset.paragraph}."),
        (),
        ("To send it", "", f"exchange submit FILE --dataset {dataset.id}"),
        (
            "",
            "",
            "Nothing of it leaves your machine as it stands; see what would: exchange preview.",
        ),
        (),
        ("column", "needed", "what it is"),
        *((heading(f), needed[f.name], f.description) for f in fields),
        (),
        ("rule", "weight", "what is wrong", "what to do"),
        *((r.id, r.severity.name.lower(), r.problem, r.fix) for r in RULES.values()),
    ]
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for n, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(n, column, text, forms["wrap"])
