"""A workbook of each dataset, filled in by another program, submits as it is."""

import openpyxl
import pytest

from exchange.samples.extract import sample
from exchange.samples.template import heading
from schemas.datasets.registry import DATASETS
from schemas.extract.category_lists import newest_list
from schemas.extract.places import PlaceLookup
from schemas.quarters import Quarter
from tests.use.test_every_dataset import ONE_OF_EACH, holder_of

# Numbers, and records without a word or a code in them, have nothing to choose from.
WITH_CHOICES = [
    one for one in DATASETS.values() if one.schemes or any(field.words for field in one.columns)
]


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_a_filled_template_submits_without_a_mapping(everybody, alone, dataset):
    sends = dataset in ONE_OF_EACH
    p, who = (everybody, holder_of(dataset)) if sends or dataset.is_numbers else (alone, "police")
    p.run(who, "source", "template", dataset.id)
    path = p.root / who / f"{dataset.id}.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Records", "Example", "Lists", "About"]
    records = book["Records"]
    columns = {cell.value: cell.column for cell in records[1]}
    assert all(cell.comment and cell.comment.text for cell in records[1])
    made = sample(dataset, Quarter(2026, 3), 60 if sends else 20, seed=3)
    fields = dataset.fields
    for at, row in enumerate(made.rows, start=2):
        for name, value in row.items():
            records.cell(at, columns[heading(fields[name])]).value = value
    book.save(path)
    arguments = (path, "--dataset", dataset.id, "--dates", "2026Q3")
    told = p.run(who, "check", *arguments, "--json").json
    assert told["rows_in"] == len(made.rows)
    assert told["rows_accepted"] > 0
    assert "read from sheet 1 of 4" in told["assumed"]
    if sends:
        told = p.submit(who, *arguments, "--json").json
        assert told["rows"] == told["rows_accepted"] - told["withheld"] > 0


# In Wales too where its list is another; all other drop-downs are the same there.
OF_NATIONS = [(one, "england") for one in WITH_CHOICES] + [
    (one, "wales")
    for one in WITH_CHOICES
    if one.schemes and newest_list(one, "wales") is not newest_list(one, "england")
]


def test_a_dataset_has_lists_of_its_own_in_wales():
    assert [one.id for one, nation in OF_NATIONS if nation == "wales"] == ["council-exclusions"]


@pytest.mark.parametrize(
    ("dataset", "nation"), OF_NATIONS, ids=[f"{one.id}-{nation}" for one, nation in OF_NATIONS]
)
def test_every_choice_of_a_drop_down_is_read(partnership, dataset, nation):
    from schemas.extract.mapping import by_aliases
    from tests.lib.typed import parse, read

    partnership.run("police", "source", "template", dataset.id, "--nation", nation)
    book = openpyxl.load_workbook(partnership.root / "police" / f"{dataset.id}.xlsx")
    lists, records = book["Lists"], book["Records"]
    chosen = records.data_validations.dataValidation
    choices = {c[0].value: [v.value for v in c[1:] if v.value] for c in lists.columns if c[0].value}
    headings = [cell.value for cell in records[1]]
    ranges = [
        (next(iter(one.cells.ranges)).min_col, one.formula1.partition("!")[2]) for one in chosen
    ]
    offered = {headings[at - 1]: [v.value for (v,) in lists[where]] for at, where in ranges}
    assert offered == choices
    height = max(map(len, choices.values()), default=0)
    for row in range(height):
        for name, words in choices.items():
            records.cell(row + 2, headings.index(name) + 1).value = words[row % len(words)]
    assert height
    path = partnership.root / "police/all.xlsx"
    book.save(path)
    raw = read(path)
    typed = parse(
        raw, dataset, by_aliases(dataset, raw.headings), PlaceLookup(lambda codes: codes), nation
    )
    assert not [f for f in typed.faults if f.column in fields_of(choices, dataset)]


def fields_of(choices, dataset):
    return {f.name for f in dataset.fields.values() if heading(f) in choices}


def test_a_template_is_not_written_over_one(partnership):
    partnership.run("police", "source", "template", "police-crime", "-o", "x.xlsx")
    ran = partnership.run("police", "source", "template", "police-crime", "-o", "x.xlsx", status=2)
    assert ran.refusal == "file-already-exists"
    assert "x.xlsx" in ran.err


def test_an_empty_template_is_refused(partnership):
    partnership.run("police", "source", "template", "police-crime")
    file = partnership.root / "police/police-crime.xlsx"
    ran = partnership.run("police", "check", file, "--dataset", "police-crime", status=10)
    assert ran.refusal == "file-without-records"
