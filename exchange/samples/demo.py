"""What the demonstration plays, as data: who does what, on which day, in which folder.

Every step is a command as a user types it. Days are those of a pretend clock, so that one partner
can be late; the clock is the only thing that is pretended. The last quarter is shown command by
command, and the quarters before it with one line for each.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.quarters import Quarter, quarter_in_words

QUARTER: Final = Quarter(2025, 4)
QUARTERS: Final = 9  # that can be played: two years to compare, and the quarter before them
PASSPHRASE: Final = "made-up words for a made-up partnership"  # noqa: S105 - it says so itself
KEY = "--passphrase-file ../passphrase.txt"


@dataclass(frozen=True, slots=True)
class Extract:
    """A made-up file that a step needs: its name, dataset, rows, seed, and whether it is spoilt."""

    file: str
    dataset: str
    rows: int
    seed: int
    spoil: bool = False
    quarter: Quarter = QUARTER


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
    says: str = ""
    status: int = 0
    extract: Extract | None = None
    shows: str = ""
    fills: str = ""


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
    played = [Part(_founding(first))]
    while first < QUARTER:
        steps = _earlier(first)
        sent = f"{len(_SENT)} files and {len(_NIL)} nil returns sent"
        played.append(Part(steps, f"{quarter_in_words(first)}: {sent}"))
        first = first.next
    return (*played, Part(_LAST))


def _after(quarter: Quarter, days: int) -> datetime:
    """Return ten o'clock, so many days after the end of a quarter."""
    day = quarter.last + timedelta(days)
    return datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC)


def _key(partner: str, name: str, kind: str, office: str, *roles: str) -> str:
    options = " ".join(f"--role {role}" for role in roles)
    return (
        f'key new --partner {partner} --name "{name}" --kind {kind} --officer {office} {options} '
        f"--contact {office}@{partner}.example {KEY}"
    )


_FOUNDING_FILE = "../westshire-council/westshire-community-safety-partnership.founding"
_JOIN = f"partnership join --founding {_FOUNDING_FILE} --store ../share"
_OTHERS: Final = (
    ("westshire-fire", "Westshire Fire and Rescue Authority", "fire", "liaison"),
    ("westshire-probation", "Westshire Probation Service", "probation", "liaison"),
    ("westshire-ambulance", "Westshire Ambulance Trust", "ambulance", "liaison"),
    ("westshire-icb", "Westshire Integrated Care Board", "health", "liaison"),
    ("westshire-analysts", "Westshire Analysts", "other", "analyst"),
)
# The designated liaison officers of the responsible authorities, by the post that their card names.
_LIAISON_OFFICERS: Final = (
    ("westshire-council", "safety"),
    *(
        (f"westshire-{authority}", "liaison")
        for authority in ("police", "fire", "probation", "icb")
    ),
)


def _founding(first: Quarter) -> tuple[DemoStep, ...]:
    """Return how the partnership is set up, after its first quarter has ended."""
    on = _after(first, 5)
    cards = " ".join(f"../{partner}/{partner}-{office}.card" for partner, _, _, office in _OTHERS)
    return (
        DemoStep(
            on,
            "westshire-council",
            'partnership create "Westshire Community Safety Partnership" '
            "--area E07999901=Westshire --outward E07999901=WZ1,WZ2,WZ3 "
            f"--first-quarter {first} --store ../share",
            "The council's coordinator creates a partnership in a folder that all partners can "
            "reach.",
        ),
        DemoStep(
            on,
            "westshire-council",
            _key(
                "westshire-council",
                "Westshire Council",
                "council",
                "safety",
                "coordinator",
                "liaison",
            ),
        ),
        DemoStep(
            on,
            "westshire-police",
            "partnership join --origin {origin} --store ../share",
            "The police join while it is being set up, because two coordinators set it up "
            "together.",
        ),
        DemoStep(
            on,
            "westshire-police",
            _key(
                "westshire-police",
                "Westshire Police",
                "police",
                "liaison",
                "coordinator",
                "liaison",
            ),
        ),
        DemoStep(
            on,
            "westshire-council",
            "partner add westshire-council-safety.card "
            f"../westshire-police/westshire-police-liaison.card --yes {KEY}",
            "Both have read their fingerprints to each other by phone, and set it up.",
        ),
        DemoStep(
            on,
            "westshire-police",
            _JOIN,
            "The others join with the founding file, and make their keys.",
        ),
        *(
            step
            for partner, name, kind, office in _OTHERS
            for step in (
                DemoStep(on, partner, _JOIN),
                DemoStep(on, partner, _key(partner, name, kind, office, office)),
            )
        ),
        DemoStep(
            on,
            "westshire-council",
            f"partner add {cards} --yes {KEY}",
            "The coordinator admits them.",
        ),
        DemoStep(
            on,
            "westshire-council",
            "partnership protocol publish ../protocol.txt "
            "--title 'Westshire information sharing protocol' "
            f"--review 2027-01-31 --yes {KEY}",
            "The protocol that they agreed on is published, and every authority signs it.",
        ),
        *(
            DemoStep(on, partner, f"partnership protocol sign ../protocol.txt --yes {KEY}")
            for partner in ("westshire-council", "westshire-police", *(o[0] for o in _OTHERS[:-1]))
        ),
        *(
            DemoStep(
                on,
                partner,
                f"partner liaison {office} --yes {KEY}",
                "Each responsible authority appoints its designated liaison officer."
                if partner == "westshire-council"
                else "",
            )
            for partner, office in _LIAISON_OFFICERS
        ),
    )


# What each authority sends: its folder, file, dataset, number of rows, seed, and day after the end
# of the quarter.
_SENT: Final = (
    ("westshire-police", "crime", "police-crime", 1200, 1, 20),
    ("westshire-police", "asb", "police-asb", 800, 2, 20),
    ("westshire-police", "transport", "police-transport", 200, 5, 20),
    ("westshire-police", "welfare", "police-welfare", 600, 6, 20),
    ("westshire-council", "collisions", "council-collisions", 90, 7, 21),
    ("westshire-council", "exclusions", "council-exclusions", 300, 8, 21),
    ("westshire-council", "racial", "council-racial-incidents", 120, 9, 21),
    ("westshire-fire", "fires", "fire-deliberate-primary", 60, 12, 26),
    ("westshire-fire", "small-fires", "fire-deliberate-secondary", 120, 13, 26),
    ("westshire-icb", "admissions", "health-admissions", 700, 10, 33),
    ("westshire-icb", "outpatients", "health-outpatients", 2, 11, 33),
    ("westshire-ambulance", "callouts", "ambulance-callouts", 300, 3, 34),
    ("westshire-council", "incidents", "council-asb", 250, 4, 55),
)
_NIL: Final = (
    "fire-deliberate-vehicle",
    "fire-staff-violence",
    "fire-no-smoke-alarm",
    "fire-malicious-false-alarm",
)
_SAID: Final = {
    "crime": "The police send the quarter's crime and incidents, and answer the one query.",
    "collisions": "The council sends what it holds of roads, schools and racial incidents.",
    "fires": "The fire service sends deliberate fires, by outward code.",
    "admissions": "The care board sends admissions by outward code, and one number.",
}
_ANSWERS: Final = {
    "crime": "--answer domestic-not-recorded=checked ",
    "crime-2023Q4": "--answer domestic-not-recorded=checked ",
    "crime-2025Q1": "--answer categories-new=change-in-records ",
}
# Files that could be several datasets.
_NAMED: Final = ("fire-deliberate-primary", "fire-deliberate-secondary", "health-outpatients")
_LATE: Final = 100  # days after the end of a quarter; the deadline is after some 90
_EDITION: Final = 103
_LATE_BEFORE: Final = (Quarter(2024, 2), Quarter(2025, 1))


def _earlier(quarter: Quarter) -> tuple[DemoStep, ...]:
    """Return what is sent of a quarter before the last one, and its edition."""
    steps = []
    for who, name, dataset, rows, seed, days in _SENT:
        late = dataset == "council-asb" and quarter in _LATE_BEFORE
        extract = Extract(f"{name}-{quarter}.csv", dataset, rows, seed, quarter=quarter)
        steps.append(_sends(who, extract, _LATE if late else days))
    steps += _nil_returns(quarter)
    edition = f"report edition {quarter} --yes {KEY}"
    return _in_order(*steps, DemoStep(_after(quarter, _EDITION), "westshire-council", edition))


def _in_order(*steps: DemoStep) -> tuple[DemoStep, ...]:
    """Return steps as time passes: a clock that goes back would be reported as wrong."""
    return tuple(sorted(steps, key=lambda step: step.when))


def _sends(who: str, extract: Extract, days: int, says: str = "") -> DemoStep:
    named = f"--dataset {extract.dataset} " if extract.dataset in _NAMED else ""
    answers = _ANSWERS.get(extract.file.removesuffix(".csv"), "")
    types = f"submit {extract.file} {named}{answers}--yes {KEY}"
    return DemoStep(_after(extract.quarter, days), who, types, says, extract=extract)


def _nil_returns(quarter: Quarter) -> list[DemoStep]:
    says = "They had nothing of the others, and say so."
    return [
        DemoStep(
            _after(quarter, 26),
            "westshire-fire",
            f"nil {dataset} --dates {quarter} --yes {KEY}",
            says if dataset == _NIL[0] else "",
        )
        for dataset in _NIL
    ]


_LAST: Final = _in_order(
    *(
        _sends(who, Extract(f"{name}.csv", dataset, rows, seed), days, _SAID.get(name, ""))
        for who, name, dataset, rows, seed, days in _SENT[:-2]
    ),
    *_nil_returns(QUARTER),
    DemoStep(
        _after(QUARTER, 34),
        "westshire-ambulance",
        f"submit callouts.csv --yes {KEY}",
        "The ambulance trust's first export has errors, and is refused.",
        status=11,
        extract=Extract("callouts.csv", "ambulance-callouts", 300, 3, spoil=True),
    ),
    DemoStep(
        _after(QUARTER, 35),
        "westshire-ambulance",
        "preview callouts-corrected.csv --evidence evidence.html",
        "They correct them in their own system, export again, and show their data protection "
        "officer.",
        extract=Extract("callouts-corrected.csv", "ambulance-callouts", 300, 3),
    ),
    DemoStep(
        _after(QUARTER, 35),
        "westshire-ambulance",
        f"submit callouts-corrected.csv --yes {KEY}",
        "The corrected file is sent.",
    ),
    _sends(
        "westshire-council",
        Extract("incidents.csv", "council-asb", 250, 4),
        _LATE,
        "The council is late: its file is accepted, and shown as late.",
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-analysts",
        "verify",
        "The analyst verifies every entry and every file.",
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-council",
        f"report edition {QUARTER} --yes {KEY}",
        "The council issues an edition: what published tables of the quarter count.",
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-analysts",
        f"pull merged {KEY}",
        "One merged table for each dataset.",
    ),
)
# After the merged tables were shown.
REPORTS: Final = (
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-analysts",
        "report table merged --rows theme --columns agency -o themes.txt",
        "A table that may be published: counts are rounded, and no small number can be worked out.",
        shows="themes.txt",
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-council",
        f"report answer --workbook answers.xlsx --yes {KEY}",
        "The strategy group answers the requirements that the log cannot prove, in one workbook.",
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-council",
        f"report answer --workbook answers.xlsx --yes {KEY}",
        "It is filled in, and recorded with one signature.",
        fills="answers.xlsx",
    ),
    *(
        DemoStep(
            _after(QUARTER, _EDITION),
            "westshire-council",
            f"report requirements --form {form} -o {form}.html -o {form}.xlsx",
            "The answers in each layout that boards use." if form == "position" else "",
        )
        for form in ("position", "developments", "milestones", "checklist", "plan")
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-analysts",
        "report assessment merged --year 2025 -o assessment.html -o assessment.xlsx",
        "The strategic assessment, and a file for the sections that people write.",
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-analysts",
        "report plan merged --year 2025 -o partnership-plan.html -o partnership-plan.xlsx",
        "The partnership plan: priorities and risks, and what was counted for each target.",
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-analysts",
        f"report compliance --quarter {QUARTER} -o board.html -o board.xlsx",
        "One page for the board.",
    ),
    DemoStep(
        _after(QUARTER, _EDITION),
        "westshire-analysts",
        f"status --quarter {QUARTER}",
        "Who met the deadline, and what the care board has still to send.",
    ),
)
PAGES: Final = (
    ("westshire-analysts/board.html", "what the board reads"),
    ("westshire-analysts/assessment.html", "the strategic assessment"),
    ("westshire-analysts/partnership-plan.html", "the partnership plan with its targets"),
    ("westshire-council/checklist.html", "statutory requirements, as one of five layouts"),
    ("westshire-ambulance/evidence.html", "what is shared, for the data protection officer"),
)
PROTOCOL: Final = """\
The information sharing protocol of a partnership that does not exist, made up by `exchange demo`.
Recorded domestic incidents are shared with less specific locations; at least five sensitive records
are alike in what is shared; it is reviewed each January.
"""
README: Final = f"""\
A community safety partnership that does not exist
==================================================

Everything here was made up by `exchange demo`: the places, the authorities, the records. The
commands were the real ones; only the clock was pretended, so that one partner could be late.

share/                  what all partners can see: the log, and the encrypted bundles
westshire-*/            each authority's own machine: exchange.toml, its key and card, its extracts
westshire-analysts/merged/   the merged tables, as Parquet
westshire-analysts/board.html, assessment.html, partnership-plan.html   what the board reads
westshire-council/position.html, developments.html, milestones.html, checklist.html, plan.html
                        the statutory requirements in five layouts, from answers.xlsx
westshire-ambulance/evidence.html   what is shared, measured, for the data-protection officer
protocol.txt            the document that they signed
passphrase.txt          of every key here; yours is not in a file

What was planted in the records is there to be found in the assessment: from January 2025 more is
stolen from vehicles, street drinking gathers in one LSOA (E01999010), and a class of drugs appears
that nobody recorded before; anti-social behaviour rises each summer. The council was late.

To look around: cd westshire-police; exchange status --quarter {QUARTER}; exchange preview crime.csv
"""
