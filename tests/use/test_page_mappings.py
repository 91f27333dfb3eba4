"""What an officer says of a file on the page becomes its mapping, and can be undone."""

import re

import pytest

from tests.lib.extracts import crimes
from tests.lib.partnership import PASSPHRASE

pytestmark = pytest.mark.services


DISTRICTS = "\n".join(
    line.replace(",LSOA code,", ",District,").replace(f",E0199900{n % 10},", ",WSC,")
    for n, line in enumerate(crimes().replace("Postcode", "Something").splitlines(), start=-1)
)


ORDER = "\n".join(
    line.replace(line.split(",")[1], f"{7 + n % 3:02}/{1 + n % 12:02}/2026") if n else line
    for n, line in enumerate(crimes().splitlines())
)


@pytest.mark.parametrize(
    ("text", "rule", "chosen"),
    [
        (crimes().replace(",N,N\r\n", ",maybe,N\r\n", 3), "flag-unreadable", "not recorded"),
        (crimes().replace("07/2026,00:10", "07/2026,n.k.", 1), "time-unreadable", "not recorded"),
        (crimes().replace(",45,", ",BURG-D,", 2), "category-unreadable", "28E"),
        (crimes().replace("Dwelling flag", "In a house?"), "column-may-protect", "dwelling"),
        (crimes().replace("Dwelling flag", "In a house?"), "column-may-protect", "unused"),
        (DISTRICTS, "area-not-known", "E07999901"),
        (ORDER, "dates-order-unclear", "%m/%d/%Y"),
    ],
    ids=["flag", "time", "category", "column", "no column", "area", "order"],
)
def test_what_is_said_of_a_file_becomes_its_mapping_and_is_undone(
    partnership, browser, text, rule, chosen
):
    file = partnership.extract("police", "crime.csv", text)
    settings = (partnership.root / "police/exchange.toml").read_bytes().strip()

    def times() -> int:
        told = partnership.run("police", "check", file, "--json", status=None).json
        return [finding["rule"] for finding in told["findings"]].count(rule)

    answer = browser.drop(("crime.csv", text.encode()))
    if answer.heading == "Your file has no errors":  # it is a query
        answer = browser.press(answer, "answer", answer=PASSPHRASE)
        answer = browser.get(f"{answer.path}/queries")
    before = times()
    link = re.search(r'href="([^"]*/repair/\d+)"', answer.text)
    assert link is not None, answer.words
    form = browser.get(link[1])
    assert form.heading == "Say what is meant"
    assert browser.settled(browser.post(form.path)).status == 400
    assert browser.settled(browser.post(form.path, **{"meaning-0": "\x00no such"})).status in (
        200,  # a code is taken as it is typed, and checked with the file
        400,
    )
    answer = browser.every[-1]
    if answer.status == 200:
        browser.press(answer, "undo")
        form = browser.get(re.search(r'href="([^"]*/repair/\d+)"', browser.every[-1].text)[1])
    answer = browser.settled(browser.post(form.path, **{"meaning-0": chosen}))
    assert "You said what is meant" in answer.words
    assert times() == before - 1
    answer = browser.press(answer, "undo")
    assert "You said what is meant" not in answer.words
    assert (partnership.root / "police/exchange.toml").read_bytes().strip() == settings
    assert not list((partnership.root / "police").glob("police-*.toml"))


def test_the_columns_of_an_unfamiliar_file_are_named_and_unnamed(partnership, browser):
    rows = crimes().splitlines()[1:]
    text = "\r\n".join(["No,Day in,Day of,Clock,What,Where,Small area,Dom,Home", *rows]) + "\r\n"
    file = partnership.extract("police", "crime.csv", text)
    answer = browser.drop(("crime.csv", text.encode()))
    assert "dataset-not-recognised" in answer.words
    answer = browser.press(answer, "change", dataset="police-crime", dates="")
    assert "Say which column is which" in answer.words
    form = browser.get(f"{answer.path}/map")
    assert "Looks like 99/99/9999" in form.words
    assert "REF00001" not in form.text
    names = ("reference", "recorded", "occurred_from", "time_from", "category", "postcode", "lsoa",
             "domestic", "dwelling")  # fmt: skip
    fields = {f"column-{n}": name for n, name in enumerate(names, 1)}
    without = {name: field for name, field in fields.items() if field != "category"}
    assert "needs a column for" in browser.post(form.path, **without).words
    twice = browser.post(form.path, **(fields | {"column-2": "reference"}))
    assert "cannot both be" in twice.words
    assert not list((partnership.root / "police").glob("police-*.toml"))
    answer = browser.settled(browser.post(form.path, **fields))
    assert answer.heading == "Your file has no errors", answer.words
    assert partnership.run("police", "check", file, "--json").json["rows_accepted"] == 30
    assert "columns-missing" in browser.press(answer, "undo").words
    assert not list((partnership.root / "police").glob("police-*.toml"))


def test_what_looks_like_an_identifier_is_written_into_no_mapping(partnership, browser):
    text = crimes().replace(",N,N\r\n", ",943 476 5919,N\r\n", 1)
    answer = browser.drop(("crime.csv", text.encode()))
    link = re.search(r'href="([^"]*/repair/\d+)"', answer.text)
    assert link is not None
    answer = browser.post(link[1], **{"meaning-0": "no"})
    assert answer.status == 400
    assert "looks like an identifier" in answer.words
    assert not list((partnership.root / "police").glob("police-*.toml"))
