"""Whatever stands in an extract is said nowhere: not by any command, file, exception or log."""

import io
import logging
import sys
import traceback
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from exchange.errors import Refusal
from exchange.submission.findings_text import findings_json
from exchange.submission.policy import PrepareOptions
from exchange.submission.prepare import prepare
from tests.lib.extracts import CALLOUT_HEADINGS, CRIME_HEADINGS, callouts, crimes, csv
from tests.lib.partnership import Partnership

# A name, an NHS number with its check digit, a full postcode, a telephone number; an e-mail
# address, a National Insurance number and a crime reference besides. None is anybody's.
CANARIES = (
    "Zebedee Quackenbush",
    "943 476 5919",
    "9434765919",
    "WZ1 9ZZ",
    "01632 960999",
    "zebedee@quackenbush.example",
    "QQ 12 34 56 C",
    "=HYPERLINK(1)ZQ",
)
COMMANDS = (
    ("check", "--json"),
    ("check",),
    ("submit", "--yes", "--json"),
    ("submit", "--yes"),
)


def everything(p: Partnership, file, dataset: str) -> str:
    """All that every command says and leaves about an extract, key maps apart."""
    return "\n".join([*sender(p, file, dataset, "2026Q3", COMMANDS), everybody(p)])


def sender(p: Partnership, file, dataset: str, dates: str, commands) -> list[str]:
    """All that commands say to the sender of an extract."""
    said = []
    for command, *options in commands:
        arguments = [command, file, "--dataset", dataset, "--dates", dates, *options]
        if command == "submit":  # the same reference with and without a guard is one
            arguments += ["--answer", "reference-repeats=checked"]
        run = p.signed if command == "submit" else p.run
        said.append(run("police", *arguments, status=None).said)
    return said


def everybody(p: Partnership) -> str:
    """All that others are told and see of what was sent, and all that is left of it."""
    said = []
    for who in ("police", "analysts"):
        said += [p.run(who, c, "--json").said for c in ("verify", "status")]
    said.append(p.signed("analysts", "pull", "merged", "--json", status=None).said)
    said += reports(p)
    said.append(p.everything_shared().decode("latin-1"))
    state = [f for f in (p.root / "police/.exchange").rglob("*") if f.is_file()]
    said += [f.read_bytes().decode("latin-1") for f in state]
    return "\n".join(said)


def reports(p: Partnership) -> list[str]:
    """All that the analyst and the board get to see: tables and reports, in every form."""
    folder = p.root / "analysts"
    found = [pl.read_parquet(path).write_csv() for path in (folder / "merged").rglob("*.parquet")]
    outputs = [word for form in ("html", "txt", "json", "csv") for word in ("-o", f"r.{form}")]
    for words in (
        ("report", "compliance"),
        ("report", "requirements"),
        ("report", "assessment", "merged", "--year", "2026"),
        ("report", "table", "merged", "--rows", "category", "--dataset", "police-crime"),
        ("report", "table", "merged", "--rows", "outward", "--columns", "theme"),
    ):
        found.append(p.run("analysts", *words, *outputs, status=None).said)
        found += [path.read_text(encoding="utf-8") for path in folder.glob("r.*")]
    return found


def crime_rows(first: date = date(2026, 7, 1), days: int = 92, count: int = 6) -> list[list[str]]:
    return [line.split(",") for line in crimes(count, first, days).splitlines()]


def test_a_canary_in_any_cell_is_repeated_nowhere(partnership):
    """In each column, in an extract of days of its own: by itself, and as Excel may dress it."""
    said = []
    for column in range(len(CRIME_HEADINGS.split(","))):
        first, dates = two_weeks(column)
        cells = [*CANARIES, *(f"'{canary}\u200b" for canary in CANARIES)]
        rows = crime_rows(first, 14, len(cells))
        for row, cell in zip(rows[1:], cells, strict=True):
            row[column] = cell
        text = "".join(",".join(row) + "\r\n" for row in rows)
        file = partnership.extract("police", "x.csv", text)
        said += sender(partnership, file, "police-crime", dates, COMMANDS[column % 2 :: 2])
    assert partnership.bundles()
    said.append(everybody(partnership))
    for canary in CANARIES:
        assert not [text for text in said if canary in text], canary


def two_weeks(number: int) -> tuple[date, str]:
    """Return the first day of some weeks of the year, and their dates as they are typed."""
    first = date(2026, number // 2 + 1, 1 + number % 2 * 14)
    return first, f"{first}..{first + timedelta(13)}"


def forms(canary: str, first: date = date(2026, 7, 1)) -> list[str | bytes]:
    """Extracts of two weeks that have a canary where no record should be."""
    made = crimes(6, first=first, days=14)
    return [
        made.replace("Crime number", canary),
        made.replace("Dwelling flag", canary),
        made.replace("Reported date", canary),
        made.replace("Code", canary),
        csv(*[f"{line},{canary}" for line in made.splitlines()]),  # a column of its own
        made + canary + "\r\n",  # a note under the table
        canary + "\r\n" + made,  # a title above it
        "\r\n".join(made.splitlines()[1:]).replace("REF00000", canary),  # no headings
        made.replace("REF00003", '"' + canary),  # a quotation mark that does not close
        made.replace("REF00003", f'"{canary}\r\n{canary}"'),
        made.replace("REF00003", canary + "\x00"),
        made.replace("Crime number", canary).replace("Dwelling flag", canary),  # twice
        made.replace("REF00003", f"{canary},{canary}"),  # a ragged line
        made.replace("REF00005", '"' + canary),  # the same mark, near the end
        made.replace("REF00003", f"x\r\n=======\r\n{canary}"),
        made.replace("REF00003", canary).encode("utf-16")[:-1],
        made.replace("REF00003", canary).encode() + b"\x81\xff",
    ]


@pytest.mark.parametrize("half", [0, pytest.param(1, marks=pytest.mark.soak("leak"))])
def test_a_canary_in_any_heading_or_beside_the_table_is_repeated_nowhere(partnership, half):
    """Each extract is of days of its own, so that all that were taken are in the reports.

    Each form with one canary, and each canary in two forms; another in each form, and then
    every canary in every form, are in `make soak PART=leak`.
    """
    sent = set()
    for i in range(len(forms(""))):
        canary = CANARIES[(i // 2 + i % 2 * 2 + half * 4) % len(CANARIES)]
        first, dates = two_weeks(i)
        file = partnership.extract("police", f"{i}.csv", forms(canary, first)[i])
        before = len(partnership.bundles())
        # Each command for half of them, and a sending.
        commands = (COMMANDS[0], COMMANDS[3]) if (i // 2 + half) % 2 else COMMANDS[1:3]
        told = sender(partnership, file, "police-crime", dates, commands)
        assert not [text for text in told if canary in text], i
        if len(partnership.bundles()) > before:
            sent.add(canary)
    assert len(sent) > 4
    said = everybody(partnership)
    assert not [canary for canary in CANARIES if canary in said]


@pytest.mark.soak("leak")
@pytest.mark.parametrize("canary", CANARIES)
def test_after_each_canary_in_any_heading_or_beside_the_table(partnership, canary):
    for i, text in enumerate(forms(canary)):
        file = partnership.extract("police", f"{i}.csv", text)
        assert canary not in everything(partnership, file, "police-crime"), i


def test_a_canary_in_a_callout(partnership):
    for column in range(len(CALLOUT_HEADINGS.split(","))):
        rows = [line.split(",") for line in callouts(*["WZ1 1AA"] * 8).splitlines()]
        for row, canary in zip(rows[1:], CANARIES, strict=False):
            row[column] = canary
        text = "".join(",".join(row) + "\r\n" for row in rows)
        file = partnership.extract("ambulance", "x.csv", text)
        ran = partnership.submit("ambulance", file, "--dates", "2026Q3", status=None)
        assert not [c for c in CANARIES if c in ran.said]
        shared = partnership.everything_shared()
        assert not [c for c in CANARIES if c.encode() in shared]


def with_canaries(p: Partnership, domestic: str) -> Path:
    """Return calls of which the domestic ones hold canaries in columns that never leave."""
    rows = [
        f"{1 + i:02d}/{7 + i % 3:02d}/2026,22:{i:02d},WZ1 1AA,4,{domestic},{canary},{canary}"
        for i, canary in enumerate(CANARIES)
    ]
    rows += [f"{1 + i % 28:02d}/{7 + i % 3:02d}/2026,21:{i:02d},WZ1 1AB,4,N,," for i in range(40)]
    headings = CALLOUT_HEADINGS + ",Domestic flag,Caller,Remarks"
    return p.extract("ambulance", "calls.csv", csv(headings, *rows))


def test_a_canary_in_incidents_that_go_as_personal_data(partnership):
    """Not in the question, the refusal, the preview for the signatories or what they receive."""
    p, said = partnership, []
    for who in ("council", "ambulance", "police"):
        p.extract(who, "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    document = p.root / "council/protocol.pdf"
    p.signed("council", "partnership", "protocol", "publish", document, "--personal-data", "--yes")

    def sign(who: str) -> None:
        file = p.root / who / "protocol.pdf"
        p.signed(who, "partnership", "protocol", "sign", file, "--personal-data", "--yes")

    sign("ambulance")
    sign("police")
    file = with_canaries(p, "Y")
    typed = (file, "--dates", "2026Q3", "--domestic-incidents", "personal")
    considered = "--confidentiality-considered"
    # What is shown side by side are rows that everybody gets, in which no canary stands.
    said.append(p.run("ambulance", "preview", *typed, "--rows", "1000").said)
    assert "as personal data, 8 rows" in said[-1]
    page = p.root / "ambulance/look.html"
    p.run("ambulance", "preview", *typed, "--rows", "1000", "--html", page)
    said.append(page.read_text())
    said.append(p.signed("ambulance", "submit", *typed, "--yes", status=2).said)
    said.append(p.signed("ambulance", "submit", *typed, "--yes", "--json", status=2).said)
    said.append(p.signed("ambulance", "submit", *typed, "--yes", considered).said)
    sign("council")
    said.append(p.signed("ambulance", "log", "reseal", "--yes", status=2).said)
    said.append(p.signed("ambulance", "log", "reseal", "--yes", considered).said)
    p.signed("police", "pull", "personal", "--personal")
    (pulled,) = (p.root / "police/personal").glob("*.parquet")
    said += [str(pl.read_parquet(pulled).rows()), everybody(p)]
    assert not [c for c in CANARIES for text in said if c in text]


def test_a_canary_in_the_domestic_marker_stops_what_would_go_as_personal_data(partnership):
    p = partnership
    p.extract("council", "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    file = p.extract("ambulance", "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    document = p.root / "council/protocol.pdf"
    p.signed("council", "partnership", "protocol", "publish", document, "--personal-data", "--yes")
    p.signed("ambulance", "partnership", "protocol", "sign", file, "--personal-data", "--yes")
    for canary in (CANARIES[0], CANARIES[4]):
        typed = (with_canaries(p, canary), "--dates", "2026Q3", "--domestic-incidents", "personal")
        ran = p.run("ambulance", "preview", *typed, status=None)
        assert not [c for c in CANARIES if c in ran.said]
        ran = p.submit("ambulance", *typed, "--confidentiality-considered", status=None)
        assert not [c for c in CANARIES if c in ran.said]
    shared = p.everything_shared().decode("latin-1")
    assert not [c for c in CANARIES if c in shared]


def test_no_exception_carries_a_canary(partnership):
    """Not in its words, its context, its frames' variables as printed, nor in any log record."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        for column in range(9):
            rows = crime_rows()
            rows[2][column] = CANARIES[0]
            text = "".join(",".join(row) + "\r\n" for row in rows) + "ragged\r\n" * (column % 2)
            file = partnership.extract("police", "x.csv", text)
            log = partnership.log()
            try:
                found = prepare(
                    [file], members=[(partnership.settings("police"), log.register)],
                    datasets=["police-crime"], options=PrepareOptions("2026Q3"), prompt=None,
                    now=partnership.now,
                )[0]  # fmt: skip
                told = repr(found) + repr(found.selected) + repr(found.outcome) + repr(found.shared)
                told += str(findings_json(found.findings))
            except Refusal as fault:
                told = chain(fault)
            assert CANARIES[0] not in told
    finally:
        logging.getLogger().removeHandler(handler)
    assert CANARIES[0] not in stream.getvalue()


def chain(fault: BaseException | None) -> str:
    """All that an exception and those behind it say, `from None` or not."""
    told = ""
    while fault is not None:
        told += repr(fault) + str(vars(fault)) + "".join(traceback.format_exception(fault))
        fault = fault.__cause__ or fault.__context__
    return told


def test_a_fault_of_ours_says_where_and_no_more(partnership, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise IndexError(CANARIES[0])

    monkeypatch.setattr("exchange.submission.prepare.parse", broken)
    file = partnership.extract("police", "x.csv", crimes(6))
    ran = partnership.run("police", "check", file, "--dataset", "police-crime", status=1)
    assert ran.refusal == "fault-in-exchange"
    assert "(IndexError in exchange/submission/prepare.py, line" in ran.err
    assert CANARIES[0] not in ran.said
    assert "Traceback" not in ran.said


def test_pandera_cannot_be_switched_off(partnership, monkeypatch):
    monkeypatch.setenv("PANDERA_VALIDATION_ENABLED", "False")
    monkeypatch.setenv("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY")
    import subprocess

    rows = crime_rows()
    rows[2][1] = ""
    rows[2][2] = ""
    text = "".join(",".join(row) + "\r\n" for row in rows)
    file = partnership.extract("police", "x.csv", text)
    done = subprocess.run(
        [sys.executable, "-m", "tests.lib.fresh", str(partnership.root / "police"),
         partnership.now.isoformat(), "check", str(file), "--dates", "2026Q3"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 11
    assert "date-missing: " in done.stderr


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_in_a_gazetteer_a_list_of_places_or_a_protocol(partnership, canary):
    p, said = partnership, []
    odd = (
        f'pcds,doterm,usertype,oseast1m,osnrth1m,laua,lsoa21\n"{canary}",,0,x,{canary},{canary},\n'
    )
    for name, text in (("a.csv", odd), ("GB.txt", f"GB\t{canary}\n"), ("c.csv", canary)):
        given = p.extract("police", name, text)
        said.append(p.run("police", "places", "add", given, status=None).said)
    said.append(p.run("police", "places", "show").said)
    listed = p.extract("police", "places.txt", f"WZ1 1AA\n{canary}?\n")
    settings = p.settings("police")
    settings.protected = listed.name
    settings.write()
    file = p.extract("police", "crime.csv", crimes(20))
    said.append(p.run("police", "check", file, status=10).said)
    said.append(p.everything_shared().decode("latin-1"))
    document = p.extract("council", "protocol.txt", canary)
    said.append(p.signed("council", "partnership", "protocol", "publish", document, "--yes").said)
    shared = [path.read_bytes() for path in p.share.rglob("*") if path.is_file()]
    shared.remove(canary.encode())  # the protocol itself, which everybody is to read
    said += [data.decode("latin-1") for data in shared]
    assert not any(canary in text for text in said)
