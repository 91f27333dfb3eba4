"""A dataset that a developer adds to a copy of the program: its declaration and its code list."""

from tests.lib.releases import Release

COUNCIL, FIELDS = "schemas/datasets/council.py", "schemas/datasets/fields.csv"
LISTS = "schemas/codes/lists.csv"
CODES = "schemas/codes/licensing.csv"
_BEGIN = "owner,licence\n"
_DECLARED = """
COUNCIL = (
    *COUNCIL,
    Dataset(
        id="council-licensing",
        title="Licensing visits",{facts}
        description="Visits to licensed premises, one row for each.",
        columns=fields(DATED, CATEGORISED),
        paragraph=_CORROBORATED,
        holders=(_UNITARY, _DISTRICT),
        schemes={{"licensing": frozenset({{"licensing visit"}})}},
        place=Place.OUTWARD,
        time="none",
    ),
)
"""
AGENCY = '\n        agency="council",'
LIST = "licensing,2026,Licensing visits,,licensing.csv,,,,,made up,made up"
HEADING = "code,label,class,nature,theme,source\n"
ROUTINE = "routine,Routine visit,licensing visit,,welfare and safety,made up\n"
COMPLAINT = "complaint,Visit after a complaint,licensing visit,,{theme},made up\n"


def declare(release: Release, facts: str = AGENCY) -> None:
    """Declare the dataset."""
    release.append(COUNCIL, _DECLARED.format(facts=facts))


def list_codes(release: Release, code_list: str = LIST) -> None:
    """Add a code list to those that there are, before any other edition."""
    release.replace(LISTS, _BEGIN, f"{_BEGIN}{code_list}\n")


def add(release: Release) -> None:
    """Do all of it."""
    declare(release)
    list_codes(release)
    release.append(CODES, HEADING + ROUTINE + COMPLAINT.format(theme="other"))
