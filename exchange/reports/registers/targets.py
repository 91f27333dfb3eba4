"""The targets and priorities of the partnership plan, and which records are counted for them.

The plan counts them for each quarter, and the strategic assessment for the year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.reports.registers.tables import rows_of
from partners.register.register import Register

_LOWER: Final = "lower"


@dataclass(frozen=True, slots=True)
class Target:
    """What the plan aims at in a year.

    Attributes:
        name: What is aimed at; `priority`, the priority that it belongs to, in words.
        only: Which records are counted, as COLUMN=VALUE; none where nothing is counted.
        baseline: Of a year; none if it is not given. So is `goal`, for the year.
        better: "lower" or "higher"; empty if it is not given.
    """

    name: str
    priority: str
    owner: str
    only: tuple[str, ...]
    baseline: int | None
    goal: int | None
    better: str

    def is_met(self, result: int, share: float = 1) -> bool | None:
        """Say whether a result is as good as the goal for a share of the year; none if unknown."""
        if self.goal is None or not self.better:
            return None
        aim = self.goal * share
        return result <= aim if self.better == _LOWER else result >= aim

    def progress(self, result: int, share: float = 1) -> str:
        """Say in words whether a result is as good as the goal; empty if unknown.

        Args:
            share: The part of the year of which the result is, such as a quarter of it.
        """
        is_met = self.is_met(result, share)
        if is_met is None:
            return ""
        words = ("achieved", "not achieved") if share == 1 else ("on course", "off course")
        return words[not is_met]

    @property
    def lacks(self) -> str:
        """What is not recorded, so that nobody can say whether it is met."""
        return "no goal" if self.goal is None else "lower or higher is not recorded"


class Priority(NamedTuple):
    """A priority, or one of its targets where these count different records."""

    name: str
    only: tuple[str, ...]


def priority_names(register: Register) -> dict[str, str]:
    """Return the priorities in words, by their numbers."""
    return {row.id: row["priority"] for row in rows_of(register, "priorities")}


def name_of_priority(names: Mapping[str, str], number: str) -> str:
    """Return a priority in words; of a number that none has, that it is not recorded."""
    unknown = f"no. {number} (not recorded)" if number.isdecimal() else number
    return names.get(number, unknown)


def targets_of(register: Register) -> list[Target]:
    """Return the targets as they were recorded last."""
    names = priority_names(register)
    return [
        Target(
            row["target"],
            priority=name_of_priority(names, row["priority"]),
            owner=row["owner"],
            only=tuple(row.several("only")),
            baseline=_number(row["baseline"]),
            goal=_number(row["goal"]),
            better=row["better"],
        )
        for row in rows_of(register, "targets")
    ]


def priorities_of(register: Register) -> list[Priority]:
    """Return the priorities with the records that their targets count; none where none does."""
    priorities = []
    belongs = [row["priority"] for row in rows_of(register, "targets")]
    targets = list(zip(belongs, targets_of(register), strict=True))
    for row in rows_of(register, "priorities"):
        name = row["priority"]
        own = [t for number, t in targets if number in (row.id, name) and t.only]
        by_records = {tuple(sorted(t.only)): t.name for t in own}
        if len(by_records) > 1:
            priorities += [Priority(f"{name}: {target}", o) for o, target in by_records.items()]
        else:
            priorities.append(Priority(name, next(iter(by_records), ())))
    return priorities


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
