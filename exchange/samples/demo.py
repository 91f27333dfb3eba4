"""What the demonstration plays: who types what, on which day, in which folder.

The steps are rows of `demo_steps.csv`, each a command as a user types it. Days are those of a
pretend clock, so that one partner can be late; the clock is the only thing that is pretended. The
last quarter is shown command by command, and the quarters before it with one line for each.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from typing import Final

from schemas.quarters import Quarter, quarter_in_words
from schemas.tables import read_table

QUARTER: Final = Quarter(2025, 4)
QUARTERS: Final = 9  # that can be played: two years to compare, and the quarter before them
PASSPHRASE: Final = "made-up words for a made-up partnership"  # noqa: S105 - it says so itself
_KEY: Final = "--passphrase-file ../passphrase.txt"


@dataclass(frozen=True, slots=True)
class Extract:
    """A made-up file that a step needs: its name, dataset, rows, seed, and whether it is spoilt."""

    file: str
    dataset: str
    rows: int
    seed: int
    spoil: bool
    quarter: Quarter


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One command: when, in whose folder, what is typed, what it is for, and how it must end.

    In `types`, {origin} stands for the partnership's origin, which is drawn at its beginning;
    `shows` is a file that it makes, to be shown; `fills` is a workbook of answers that people have
    filled in before it.
    """

    when: datetime
    who: str
    types: str
    purpose: str
    status: int
    extract: Extract | None
    shows: str
    fills: str


@dataclass(frozen=True, slots=True)
class Part:
    """Steps that belong together: each is shown, or the part has one line for all of them."""

    steps: tuple[DemoStep, ...]
    line: str = ""


def parts(quarters: int) -> tuple[Part, ...]:
    """Return what is played until the tables are merged: the founding, and so many quarters."""
    first = QUARTER
    for _ in range(quarters - 1):
        first = first.previous
    played = [Part(_steps("founding", first))]
    while first < QUARTER:
        steps = _steps("earlier", first)
        sent = sum(step.extract is not None for step in steps)
        nil = sum(step.types.startswith("nil ") for step in steps)
        line = f"{quarter_in_words(first)}: {sent} files and {nil} nil returns sent"
        played.append(Part(steps, line))
        first = first.next
    return (*played, Part(_steps("last", QUARTER)))


def reports() -> Part:
    """Return what is played after the merged tables were shown."""
    return Part(_steps("reports", QUARTER))


def demo_text(name: str) -> str:
    """Return the text of a file of the demonstration: its protocol, or what explains it."""
    return (files("exchange.samples") / name).read_text("utf-8")


def _steps(part: str, quarter: Quarter) -> tuple[DemoStep, ...]:
    """Return the steps of a part; some earlier quarters have another row for what is sent."""
    rows = read_table(__package__, "demo_steps.csv")
    return tuple(
        _step(row, quarter)
        for row in rows
        if row["part"] == part and (not row["quarters"] or str(quarter) in row["quarters"].split())
    )


def _step(row: dict[str, str], quarter: Quarter) -> DemoStep:
    """Return the step of a row, at ten o'clock of its day after the end of a quarter."""
    day = quarter.last + timedelta(int(row["day"]))
    file, typed = (row[name].replace("{quarter}", str(quarter)) for name in ("file", "types"))
    extract = None
    if file:
        rows, seed = int(row["rows"]), int(row["seed"])
        extract = Extract(file, row["dataset"], rows, seed, row["spoilt"] == "yes", quarter)
    return DemoStep(
        datetime.combine(day, time(10), UTC),
        who=row["who"],
        types=typed.replace("{key}", _KEY),
        purpose=row["purpose"],
        status=int(row["status"] or 0),
        extract=extract,
        shows=row["shows"],
        fills=row["fills"],
    )


PAGES: Final = (
    ("westshire-analysts/board.html", "what the board reads"),
    ("westshire-analysts/assessment.html", "the strategic assessment"),
    ("westshire-analysts/partnership-plan.html", "the partnership plan with its targets"),
    ("westshire-council/checklist.html", "statutory requirements, as one of five layouts"),
    ("westshire-ambulance/evidence.html", "what is shared, for the data protection officer"),
)
