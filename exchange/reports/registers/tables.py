"""The strategy group's own registers, declared as data: their columns, and what may stand in them.

The workbook is written and read by these declarations (`sheets.py`), and the reports read the rows
by the ids of the columns. What a later release added is kept in the log and not shown.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from partners.register.register import Register

YES: Final = "yes"
CHAIR: Final = "chair"
COUNCILLOR: Final = "councillor for community safety"
PUBLIC: Final = "public"
STRATEGY_GROUP: Final = "strategy group"
COUNTY_GROUP: Final = "county group"
SIGNED: Final = "signed"
NOT_RECORDED: Final = (
    "Nothing is recorded. A coordinator records it: exchange report answer --workbook FILE.xlsx"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register.

    Attributes:
        kind: What may stand in it: "text", "day", "number", "choice", "partner", "partners" or
            "filters".
        choices: Of a choice.
        required: A row without it is not recorded.
    """

    id: str
    heading: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class GroupTable:
    """One of the registers.

    Attributes:
        id: Its name in the log; `title`, of its sheet.
    """

    id: str
    title: str
    says: str
    columns: tuple[Column, ...]


_YES_NO: Final = (YES, "no")
_GROUPS: Final = (STRATEGY_GROUP, COUNTY_GROUP)
_LEVELS: Final = ("low", "medium", "high")

MEMBERS: Final = GroupTable(
    "members",
    "Members",
    "Who is a member of the strategy group, or of the county's. Name posts, not people.",
    (
        Column("authority", "Authority", "partner", required=True),
        Column("post", "Post (not a name)", required=True),
        Column("role", "Role", "choice", (CHAIR, "deputy chair", COUNCILLOR, "member", "invited")),
        Column("senior", "Senior in the authority", "choice", _YES_NO),
        Column("since", "Member since", "day"),
        Column("until", "Term ends", "day"),
        Column("left", "Left on", "day"),
        Column("group", "Group (if not the strategy group)", "choice", _GROUPS),
    ),
)
MEETINGS: Final = GroupTable(
    "meetings",
    "Meetings",
    "The meetings of the strategy group, and of the county's, and which authorities were there.",
    (
        Column("on", "Date", "day", required=True),
        Column("kind", "Kind", "choice", (STRATEGY_GROUP, PUBLIC, COUNTY_GROUP), required=True),
        Column("place", "Place"),
        Column("present", "Authorities present (separated by ;)", "partners"),
        Column("senior", "Of these, by a senior person (separated by ;)", "partners"),
        Column("minutes", "Where its record is published"),
    ),
)
INVITATIONS: Final = GroupTable(
    "invitations",
    "Invitations to sign",
    "Who was invited to sign the information sharing protocol, and what they answered.",
    (
        Column("body", "Body", required=True),
        Column("post", "Post (not a name)"),
        Column("invited", "Invited on", "day", required=True),
        Column("answer", "Answer", "choice", (SIGNED, "declined", "no answer yet")),
        Column("answered", "Answered on", "day"),
    ),
)
PRIORITIES: Final = GroupTable(
    "priorities",
    "Priorities",
    "The priorities of the partnership plan.",
    (
        Column("priority", "Priority", required=True),
        Column("lead", "Lead (post)", required=True),
        Column("deputy", "Deputy (post)"),
        Column("why", "Why (from the assessment and the community)"),
        Column("action", "What is done"),
        Column("pages", "Pages of the plan"),
        Column("county", "Raise with the county", "choice", _YES_NO),
        Column("joint", "What the county is asked to do"),
    ),
)
TARGETS: Final = GroupTable(
    "targets",
    "Targets",
    "What each priority aims at in a year. Records are chosen as in: exchange report table --only.",
    (
        Column("priority", "No. of the priority", required=True),
        Column("target", "Target", required=True),
        Column("owner", "Owner (post)", required=True),
        Column("only", "Records counted (COLUMN=VALUE; COLUMN=VALUE)", "filters"),
        Column("baseline", "Baseline of a year", "number"),
        Column("goal", "Goal for the year", "number"),
        Column("better", "Better if", "choice", ("lower", "higher")),
        Column("by", "By", "day"),
    ),
)
RISKS: Final = GroupTable(
    "risks",
    "Risks",
    "What could keep the plan from being carried out.",
    (
        Column("risk", "Risk", required=True),
        Column("priority", "No. of the priority"),
        Column("likelihood", "Likelihood", "choice", _LEVELS),
        Column("impact", "Impact", "choice", _LEVELS),
        Column("action", "What is done about it"),
        Column("owner", "Owner (post)", required=True),
        Column("review", "Next review", "day"),
    ),
)
TABLES: Final = (MEMBERS, MEETINGS, INVITATIONS, PRIORITIES, TARGETS, RISKS)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A row of a register as it was recorded last.

    Attributes:
        id: Its number; `position`, the entry that recorded it.
    """

    id: str
    position: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def day(self, column: str) -> date | None:
        """Return a day of it; nothing if none is given."""
        try:
            return date.fromisoformat(self[column])
        except ValueError:
            return None

    def several(self, column: str) -> list[str]:
        """Return what stands in a cell between semicolons."""
        return [part.strip() for part in self[column].split(";") if part.strip()]


def rows_of(register: Register, table: GroupTable) -> list[Recorded]:
    """Return the rows of a register in the order of their numbers."""
    rows = [
        Recorded(row, logged.position, logged.row.cells)
        for row, logged in register.table(table.id).items()
    ]
    return sorted(
        rows, key=lambda recorded: (not recorded.id.isdecimal(), len(recorded.id), recorded.id)
    )
