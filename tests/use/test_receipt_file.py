"""The officer's own receipt, a text file beside the file that was sent."""

import hashlib

from tests.lib.extracts import crimes

ENDING = ".receipt.txt"


def sent(p, text: str, name: str = "crime.csv", *more: str):
    return p.submit("police", p.extract("police", name, text), "--dates", "2026Q3", *more)


def test_it_says_what_was_sent_and_no_value_of_a_record(partnership):
    text = crimes(30)
    ran = sent(partnership, text)
    receipt = partnership.root / f"police/crime.csv{ENDING}"
    told = receipt.read_text()
    (bundle,) = partnership.bundles()
    assert f"your receipt: {receipt.name}" in ran.err
    assert hashlib.sha256(bundle.read_bytes()).hexdigest() in told
    for words in ("police-crime", "Jul to Sep 2026", "log 3", "on time", "proves nothing"):
        assert words in told
    statement = partnership.log("analysts").register.submissions[-1].statement
    assert f"Records        {statement.counts['accepted']}\n" in told  # a band, and no count
    references = [line.split(",")[0] for line in text.splitlines()[1:]]
    assert not any(one in told for one in references)


def test_a_later_submission_of_the_same_file_is_added(partnership):
    sent(partnership, crimes(30))
    sent(partnership, crimes(30))  # already sent: nothing new
    sent(partnership, crimes(31))
    told = (partnership.root / f"police/crime.csv{ENDING}").read_text()
    assert told.count("What exchange sent") == 1
    assert told.count("police-crime") == 2
    assert told.index("log 3") < told.index("log 4")


def test_what_is_not_a_receipt_is_left_and_the_submission_counts(partnership):
    other = partnership.root / f"police/crime.csv{ENDING}"
    other.parent.mkdir(exist_ok=True)
    other.write_text("something else")
    ran = sent(partnership, crimes(30))
    assert "receipt-not-written" in ran.warnings
    assert other.read_text() == "something else"
    other.unlink()
    other.mkdir()  # as where the folder cannot be written
    assert "receipt-not-written" in sent(partnership, crimes(31)).warnings
    assert len(partnership.entries()) == 5


def test_it_is_not_taken_for_an_extract(partnership):
    sent(partnership, crimes(30))
    pattern = partnership.root / "police/crime.csv*"
    account = partnership.run("police", "check", str(pattern), "--json", status=None).json
    assert account["rows_in"] == 30


def test_a_file_to_carry_has_none_before_it_is_logged(partnership):
    sent(partnership, crimes(30), "crime.csv", "--transfer-file", "carried.bundle")
    assert not (partnership.root / f"police/crime.csv{ENDING}").exists()
