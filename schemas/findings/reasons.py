"""Why a query is right: a list to choose from, the same for every query."""

from typing import Final

OTHER: Final = "other"
REASONS: Final[dict[str, str]] = {
    "checked": "checked in the records system, and it is right",
    "as-exported": "our system records or exports it in this way",
    "change-in-records": "the number or kind of incidents really changed",
    "change-in-recording": "the way they are recorded or coded changed",
    "nothing-recorded": "nothing was recorded then",
    "system-down": "the system was down then",
    OTHER: "another reason, in your own words",
}
CHOICES: Final = (
    f"REASON is {', '.join(reason for reason in REASONS if reason != OTHER)}, "
    "or a short sentence of your own in quotes"
)
