"""What no list has never leaves: names of every origin, in few rows and in many."""

from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from exchange import open_merged
from exchange.samples.extract import Sample, sample
from schemas.codes.lists import LISTS, NOT_LISTED
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter
from tests.lib.extracts import csv
from tests.lib.partnership import Partnership, Ran
from tests.lib.people import LOCALES, latin, names_of_all_origins, people
from tests.use.test_every_dataset import WHO

QUARTER = Quarter(2026, 3)
LOCAL = {"noise": "Noise nuisance", "fly-tipping": "Fly-tipping", "graffiti": "Graffiti"}
# Datasets in which people write freely, and the columns in which they do.
FREE = {
    "council-exclusions": ("reason_2", "reason_3"),
    "council-asb": ("category",),
    "council-racial-incidents": ("category",),
    "ambulance-callouts": ("category",),
}


def with_local_list(p: Partnership, who: str, made: Sample, dataset: str) -> None:
    """Declare an authority's own list, in a mapping for an extract."""
    columns = [f'{field} = "{heading}"' for field, heading in made.headings.items()]
    codes = [f'{code} = "{label}"' for code, label in LOCAL.items()]
    text = "\n".join(
        [
            f'says = "made up"\ndatasets = ["{dataset}"]\n[columns]', *columns,
            '[constants]\ncategory_scheme = "local"\ncategory_edition = "2026"',
            '[local]\nedition = "2026"\n[local.codes]', *codes,
        ]
    )  # fmt: skip
    settings = p.settings(who)
    path = settings.folder / f"{dataset}-local.toml"
    path.write_text(text, encoding="utf-8")
    settings.mappings[dataset] = settings.name_of(path)
    settings.write()


@cache
def made_up(dataset: str, count: int) -> Sample:
    return sample(DATASETS[dataset], QUARTER, count, seed=3)


def extract_of(p: Partnership, dataset: str, planted: list[str], count: int = 0) -> Path:
    """Write an extract with texts planted, one to a row, where people write freely."""
    who, columns = WHO[DATASETS[dataset].holders[0].kind], FREE[dataset]
    made = deepcopy(made_up(dataset, max(60, count, len(planted))))
    made.headings.pop("category_scheme", None)
    made.headings.pop("category_edition", None)
    codes = list(LOCAL)
    for i, row in enumerate(made.rows):
        if columns == ("category",):
            row["category"] = codes[i % len(codes)]
        if i < len(planted):
            row[columns[i % len(columns)]] = planted[i]
    if columns == ("category",):
        with_local_list(p, who, made, dataset)
    return p.extract(who, f"{dataset}.csv", made.text())


def pulled(p: Partnership, dataset: str) -> pl.DataFrame:
    p.signed("analysts", "pull", "merged")
    return open_merged(p.root / "analysts/merged", dataset).collect()


def all_text(folder: Path) -> str:
    files = [f for f in folder.rglob("*") if f.is_file()]
    return "\n".join(f.read_bytes().decode("utf-8", "replace") for f in files)


def checked_file(p: Partnership, dataset: str, file: Path) -> dict[str, Any]:
    who = WHO[DATASETS[dataset].holders[0].kind]
    arguments = ("--dataset", dataset, "--dates", "2026Q3", "--json")
    return p.run(who, "check", file, *arguments).json


def submitted(p: Partnership, dataset: str, file: Path) -> tuple[Ran, Ran]:
    """Check a file and submit it; return what both said."""
    who = WHO[DATASETS[dataset].holders[0].kind]
    checked = p.run(who, "check", file, "--dataset", dataset, "--dates", "2026Q3", "--json")
    arguments = ("--dataset", dataset, "--dates", "2026Q3")
    return checked, p.submit(who, file, *arguments)


_LONG = 7  # letters
LEAK = pytest.mark.soak("leak")
ROWS = [1, pytest.param(5, marks=LEAK), 50]


@pytest.mark.parametrize(
    ("rows", "every"), [(1, 1), (20, 4), *(pytest.param(n, 1, marks=LEAK) for n in (5, 50))]
)
@pytest.mark.parametrize("dataset", FREE)
def test_a_name_of_any_origin_never_leaves(everybody, dataset, rows, every):
    p = everybody
    names = names_of_all_origins(each=1)[list(FREE).index(dataset) % every :: every]
    planted = names * rows
    file = extract_of(p, dataset, planted)
    checked, sent = submitted(p, dataset, file)
    table = pulled(p, dataset)
    assert table.height == checked.json["rows_accepted"] - checked.json["withheld"]
    assert set(checked.json["left_out"]) <= {"no-place", "other-area"}  # and none for its name
    known = {code for one in LISTS for code in one.codes} | set(LOCAL) | {NOT_LISTED}
    known |= {code.klass for one in LISTS for code in one.codes.values()}
    for column in FREE[dataset]:
        assert set(table[column].drop_nulls()) <= known
    who = WHO[DATASETS[dataset].holders[0].kind]
    seen = f"{checked.said}\n{sent.said}\n{table.write_csv()}"
    assert not [name for name in names if name in seen]
    # Among so many encrypted bytes a name of four letters stands by chance now and then.
    kept = all_text(p.root / "analysts") + all_text(p.root / who / ".exchange")
    long = [name for name in names if len(name) >= _LONG]
    assert len(long) > len(names) / 4
    assert not [name for name in long if name in kept]


@pytest.mark.parametrize("dataset", FREE)
def test_the_officer_is_told_how_many_rows_and_which(everybody, dataset):
    p = everybody
    file = extract_of(p, dataset, names_of_all_origins(each=1))
    findings = checked_file(p, dataset, file)["findings"]
    unknown = [f for f in findings if f["rule"] == "category-unknown"]
    assert {f["column"] for f in unknown} == set(FREE[dataset])
    lines = {line for f in unknown for line in f["lines"]}
    assert lines <= set(range(2, 42))
    assert len(lines) > 35  # the others lie outside the area


def test_a_code_of_the_right_shape_that_no_list_has_does_not_leave(everybody):
    p = everybody
    made = sample(DATASETS["police-crime"], QUARTER, 60, seed=3)
    first = made.rows[0]
    made.rows[:8] = [first | {"category": "999Z", "reference": f"NEW{n}"} for n in range(8)]
    file = p.extract("police", "crime.csv", made.text())
    p.submit("police", file, "--dataset", "police-crime", "--dates", "2026Q3")
    table = pulled(p, "police-crime")
    assert "999Z" not in set(table["category"])
    assert table.filter(pl.col("category") == NOT_LISTED).height == 8


@pytest.mark.parametrize("rows", ROWS)
def test_a_surname_that_has_the_form_of_a_local_code_does_not_leave(everybody, rows):
    p = everybody
    names = [latin(people(locale, 1)[0][1]).lower() for locale in LOCALES if locale != "ar_AA"]
    codes = [name for name in names if name.isascii() and name.isalpha()]
    assert len(codes) > 5
    lines = [f"0{1 + i % 3}/08/2026,{code},WZ1 1AA" for i in range(rows) for code in codes]
    file = p.extract("council", "asb.csv", csv("Date,Code,Postcode", *lines))
    made = Sample({"occurred_from": "Date", "category": "Code", "postcode": "Postcode"}, [], {})
    with_local_list(p, "council", made, "council-asb")
    submitted(p, "council-asb", file)
    table = pulled(p, "council-asb")
    assert set(table["category"]) == {NOT_LISTED}
    assert table.height == len(lines)


@pytest.mark.parametrize("rows", ROWS)
def test_a_surname_of_two_letters_does_not_leave_as_a_reason(everybody, rows):
    p = everybody
    published = {code for one in LISTS for code in one.codes}
    drawn = {surname.upper() for _, surname in people("zh_CN", 400)}
    names = sorted(name for name in drawn if len(name) == 2 and name not in published)
    assert len(names) > 5
    made = sample(DATASETS["council-exclusions"], QUARTER, 60, seed=3)
    alike = [made.rows[0] | {"reason_2": name} for name in names for _ in range(rows)]
    made = replace(made, rows=alike)
    submitted(p, "council-exclusions", p.extract("council", "exclusions.csv", made.text()))
    table = pulled(p, "council-exclusions")
    assert table.height == len(alike)
    assert set(table["reason_2"].drop_nulls()) <= published | {NOT_LISTED}
