"""The quarter that the demonstration plays, as data: who does what, on which day, in which folder.

Every step is a command as a user types it. Days are those of a pretend clock, so that one partner
can be late; the clock is the only thing that is pretended.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from schemas.quarters import Quarter

QUARTER: Final = Quarter(2026, 3)
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


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One command: when, in whose folder, what is typed, what it is for, and how it must end.

    In `types`, {origin} stands for the partnership's origin, which is drawn at its beginning;
    `shows` is a file that it makes, to be shown.
    """

    when: datetime
    who: str
    types: str
    says: str = ""
    status: int = 0
    extract: Extract | None = None
    shows: str = ""


def _on(day: int, month: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=UTC)


def _key(partner: str, name: str, kind: str, office: str, *roles: str) -> str:
    options = " ".join(f"--role {role}" for role in roles)
    return (
        f'key new --partner {partner} --name "{name}" --kind {kind} --officer {office} {options} '
        f"--contact {office}@{partner}.example {KEY}"
    )


_OCTOBER = _on(5, 10)
_JOIN = (
    "partnership join "
    "--founding ../westshire-council/westshire-community-safety-partnership.founding"
)

STEPS: Final = (
    DemoStep(
        _OCTOBER,
        "westshire-council",
        'partnership create "Westshire Community Safety Partnership" --area E07999901=Westshire '
        "--outward E07999901=WZ1,WZ2,WZ3 --first-quarter 2026Q3 --store ../share",
        "The council's coordinator creates a partnership in a folder that all partners can reach.",
    ),
    DemoStep(
        _OCTOBER,
        "westshire-council",
        _key(
            "westshire-council", "Westshire Council", "council", "safety", "coordinator", "liaison"
        ),
    ),
    DemoStep(
        _OCTOBER,
        "westshire-police",
        "partnership join --origin {origin} --store ../share",
        "The police join while it is being set up, because two coordinators set it up together.",
    ),
    DemoStep(
        _OCTOBER,
        "westshire-police",
        _key("westshire-police", "Westshire Police", "police", "liaison", "coordinator", "liaison"),
    ),
    DemoStep(
        _OCTOBER,
        "westshire-council",
        "partner add westshire-council-safety.card "
        f"../westshire-police/westshire-police-liaison.card --yes {KEY}",
        "Both have read their fingerprints to each other by phone, and set it up.",
    ),
    DemoStep(
        _OCTOBER,
        "westshire-police",
        f"{_JOIN} --store ../share",
        "The others join with the founding file, and make their keys.",
    ),
    *(
        step
        for partner, name, kind, role in (
            ("westshire-ambulance", "Westshire Ambulance Trust", "ambulance", "liaison"),
            ("westshire-icb", "Westshire Integrated Care Board", "health", "liaison"),
            ("westshire-analysts", "Westshire Analysts", "other", "analyst"),
        )
        for step in (
            DemoStep(_OCTOBER, partner, f"{_JOIN} --store ../share"),
            DemoStep(_OCTOBER, partner, _key(partner, name, kind, role, role)),
        )
    ),
    DemoStep(
        _OCTOBER,
        "westshire-council",
        "partner add ../westshire-ambulance/westshire-ambulance-liaison.card "
        "../westshire-icb/westshire-icb-liaison.card "
        f"../westshire-analysts/westshire-analysts-analyst.card --yes {KEY}",
        "The coordinator admits them.",
    ),
    DemoStep(
        _OCTOBER,
        "westshire-council",
        "partnership protocol publish ../protocol.txt "
        "--title 'Westshire information sharing protocol' "
        f"--review 2027-10-01 --yes {KEY}",
        "The protocol that they agreed on is published, and every authority signs it.",
    ),
    *(
        DemoStep(_OCTOBER, partner, f"partnership protocol sign ../protocol.txt --yes {KEY}")
        for partner in (
            "westshire-council",
            "westshire-police",
            "westshire-ambulance",
            "westshire-icb",
        )
    ),
    DemoStep(
        _on(20, 10),
        "westshire-police",
        f"submit crime.csv --answer domestic-not-recorded=checked --yes {KEY}",
        "The police send the quarter's crime and incidents, and answer the one query.",
        extract=Extract("crime.csv", "police-crime", 1200, 1),
    ),
    DemoStep(
        _on(20, 10),
        "westshire-police",
        f"submit asb.csv --yes {KEY}",
        extract=Extract("asb.csv", "police-asb", 800, 2),
    ),
    DemoStep(
        _on(20, 10),
        "westshire-police",
        f"submit transport.csv --yes {KEY}",
        extract=Extract("transport.csv", "police-transport", 200, 5),
    ),
    DemoStep(
        _on(20, 10),
        "westshire-police",
        f"submit welfare.csv --yes {KEY}",
        extract=Extract("welfare.csv", "police-welfare", 600, 6),
    ),
    DemoStep(
        _on(21, 10),
        "westshire-council",
        f"submit collisions.csv --yes {KEY}",
        "The council sends what it holds of roads, schools and racial incidents.",
        extract=Extract("collisions.csv", "council-collisions", 90, 7),
    ),
    DemoStep(
        _on(21, 10),
        "westshire-council",
        f"submit exclusions.csv --yes {KEY}",
        extract=Extract("exclusions.csv", "council-exclusions", 300, 8),
    ),
    DemoStep(
        _on(21, 10),
        "westshire-council",
        f"submit racial.csv --yes {KEY}",
        extract=Extract("racial.csv", "council-racial-incidents", 120, 9),
    ),
    DemoStep(
        _on(2, 11),
        "westshire-icb",
        f"submit admissions.csv --yes {KEY}",
        "The care board sends admissions by outward code, and one number.",
        extract=Extract("admissions.csv", "health-admissions", 700, 10),
    ),
    DemoStep(
        _on(2, 11),
        "westshire-icb",
        f"submit outpatients.csv --dataset health-outpatients --yes {KEY}",
        extract=Extract("outpatients.csv", "health-outpatients", 2, 11),
    ),
    DemoStep(
        _on(3, 11),
        "westshire-ambulance",
        f"submit callouts.csv --yes {KEY}",
        "The ambulance trust's first export has errors, and is refused.",
        status=11,
        extract=Extract("callouts.csv", "ambulance-callouts", 300, 3, spoil=True),
    ),
    DemoStep(
        _on(4, 11),
        "westshire-ambulance",
        "preview callouts-corrected.csv --evidence evidence.html",
        "They correct them in their own system, export again, and show their data protection "
        "officer.",
        extract=Extract("callouts-corrected.csv", "ambulance-callouts", 300, 3),
    ),
    DemoStep(
        _on(4, 11),
        "westshire-ambulance",
        f"submit callouts-corrected.csv --yes {KEY}",
        "The corrected file is sent.",
    ),
    DemoStep(
        _on(9, 1, 2027),
        "westshire-council",
        f"submit incidents.csv --yes {KEY}",
        "The council is late: its file is accepted, and shown as late.",
        extract=Extract("incidents.csv", "council-asb", 250, 4),
    ),
    DemoStep(
        _on(12, 1, 2027),
        "westshire-analysts",
        "verify",
        "The analyst verifies every entry and every file.",
    ),
    DemoStep(
        _on(12, 1, 2027),
        "westshire-council",
        f"report edition 2026Q3 --yes {KEY}",
        "The council issues an edition: what published tables of the quarter count.",
    ),
    DemoStep(
        _on(12, 1, 2027),
        "westshire-analysts",
        f"pull merged {KEY}",
        "One merged table for each dataset.",
    ),
)
# After the merged tables were shown.
REPORTS: Final = (
    DemoStep(
        _on(12, 1, 2027),
        "westshire-analysts",
        "report table merged --rows theme --columns agency -o themes.txt",
        "A table that may be published: counts are rounded, and no small number can be worked out.",
        shows="themes.txt",
    ),
    DemoStep(
        _on(12, 1, 2027),
        "westshire-council",
        "report answer 12 --answer in-part "
        '--position "Police and council came to the public meeting" '
        '--action "Ask the others for senior people" --owner "community safety manager" '
        f"--by 2027-03-31 --yes {KEY}",
        "The strategy group answers the requirements that the log cannot prove.",
    ),
    DemoStep(
        _on(12, 1, 2027),
        "westshire-analysts",
        "report assessment merged --year 2026 -o assessment.html -o assessment.xlsx",
        "The strategic assessment, and a file for the sections that people write.",
    ),
    DemoStep(
        _on(12, 1, 2027),
        "westshire-analysts",
        f"report compliance --quarter {QUARTER} -o board.html -o board.xlsx",
        "One page for the board.",
    ),
    DemoStep(
        _on(12, 1, 2027),
        "westshire-analysts",
        f"status --quarter {QUARTER}",
        "Who met the deadline, and what the care board has still to send.",
    ),
)
PROTOCOL: Final = """\
The information sharing protocol of a partnership that does not exist, made up by `exchange demo`.
Recorded domestic incidents are shared with less specific locations; at least five sensitive records
are alike in what is shared; it is reviewed each October.
"""
README: Final = """\
A community safety partnership that does not exist
==================================================

Everything here was made up by `exchange demo`: the places, the authorities, the records. The
commands were the real ones; only the clock was pretended, so that one partner could be late.

share/                  what all partners can see: the log, and the encrypted bundles
westshire-*/            each authority's own machine: exchange.toml, its key and card, its extracts
westshire-analysts/merged/   the merged tables, as Parquet
westshire-analysts/board.html, assessment.html   what the board reads
westshire-ambulance/evidence.html   what is shared, measured, for the data-protection officer
protocol.txt            the document that they signed
passphrase.txt          of every key here; yours is not in a file

To look around: cd westshire-police; exchange status --quarter 2026Q3; exchange preview crime.csv
"""
