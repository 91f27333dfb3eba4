"""What an officer's profile keeps between submissions: answers, outlines, confirmed codes.

An answer to a query is given once, with its reason, and said again beside the query for as long as
it comes. The outline of what was sent last (how many records, of which categories) is what the next
one is compared with. Of the codes of an own list that the officer confirmed, only digests are kept.
None of it leaves this machine.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from depersonalise.identifiers import holding_identifiers
from exchange.errors import Usage
from exchange.file_formats import refuse_newer
from exchange.files import replace
from exchange.profile.settings import Settings
from schemas.checks.against_last import SubmissionSummary
from schemas.findings.finding import Finding, Severity
from schemas.findings.rules import RULES
from schemas.quarters import LONDON, Covered

_ANSWERS: Final = "answers.json"
_OUTLINES: Final = "outlines.json"
_CONFIRMED: Final = "confirmed-codes.json"
_LONGEST: Final = 300  # letters of a reason


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a query is as it should be, and when that was said."""

    reason: str
    on: str


@dataclass(slots=True)
class Answers:
    """The answers that an officer gave for a dataset, by rule."""

    path: Path | None
    dataset: str
    everything: dict[str, dict[str, dict[str, str]]] = field(repr=False)

    @classmethod
    def of(cls, own: Path | None, dataset: str) -> "Answers":
        """Read what was answered before.

        Args:
            own: The officer's own folder; where there is none, answers are not kept.
        """
        path = own / _ANSWERS if own else None
        return cls(path, dataset, _read(path) if path else {})

    def to(self, finding: Finding) -> Answer | None:
        """Return the answer to a query, if there is one."""
        told = self.everything.get(self.dataset, {}).get(finding.rule.id)
        return Answer(told["reason"], told["on"]) if told else None

    def open(self, findings: list[Finding]) -> list[Finding]:
        """Return the queries that have no answer."""
        queries = [f for f in findings if f.rule.severity is Severity.QUERY]
        return [f for f in queries if self.to(f) is None]

    def give(self, rule: str, reason: str, now: datetime) -> None:
        """Keep an answer.

        Raises:
            Usage: there is no such query, or the reason is none, or holds an identifier.
        """
        if rule not in RULES or RULES[rule].severity is not Severity.QUERY:
            raise Usage(
                "query-unknown",
                f'no query called "{rule}"',
                'write --answer RULE="reason", for example: --answer place-unknown="new estate"',
            )
        reason = " ".join(reason.split())
        if not reason or len(reason) > _LONGEST:
            raise Usage("reason-length-not-allowed", f"a reason has 1 to {_LONGEST} characters")
        if len(holding_identifiers(pl.Series([reason]))):
            raise Usage(
                "text-holds-identifier",
                "the reason seems to contain an identifier, so it was not saved",
                "explain it without naming a person",
            )
        on = now.astimezone(LONDON).date().isoformat()
        self.everything.setdefault(self.dataset, {})[rule] = {"reason": reason, "on": on}
        if self.path is not None:
            text = json.dumps(self.everything, ensure_ascii=False, indent=1)
            replace(self.path, text.encode())


def confirmed_codes(settings: Settings) -> set[str]:
    """Return the digests of the codes of own lists that the officer confirmed."""
    return set(_read(settings.own / _CONFIRMED).get("codes", {}))


def keep_confirmed(settings: Settings, digest: str, now: datetime) -> None:
    """Keep that the officer confirmed a code, by its digest."""
    path = settings.own / _CONFIRMED
    everything = _read(path)
    on = now.astimezone(LONDON).date().isoformat()
    everything.setdefault("codes", {})[digest] = on
    replace(path, json.dumps(everything, indent=1).encode())


def last_outline(
    settings: Settings, dataset: str, part: str, covered: Covered
) -> SubmissionSummary | None:
    """Return the outline of the last submission before some dates, of the same part."""
    before = [
        one
        for one in _outlines(settings, _named(dataset, part))
        if one.covered.last < covered.first
    ]
    return max(before, key=lambda one: one.covered.last, default=None)


def _named(dataset: str, part: str) -> str:
    return f"{dataset} {part}".strip()


def keep_outline(settings: Settings, dataset: str, part: str, outline: SubmissionSummary) -> None:
    """Keep the outline of what was sent."""
    path = settings.profile / _OUTLINES
    everything = _read(path)
    told = {
        "first": outline.covered.first.isoformat(),
        "last": outline.covered.last.isoformat(),
        "rows": outline.rows,
        "categories": outline.categories,
    }
    everything.setdefault(_named(dataset, part), {})[str(outline.covered)] = told
    replace(path, json.dumps(everything, ensure_ascii=False).encode())


def _outlines(settings: Settings, dataset: str) -> list[SubmissionSummary]:
    kept = _read(settings.profile / _OUTLINES).get(dataset, {})
    return [
        SubmissionSummary(
            Covered(date.fromisoformat(one["first"]), date.fromisoformat(one["last"])),
            one["rows"],
            one["categories"],
        )
        for one in kept.values()
    ]


def _read(path: Path) -> Any:
    """Read a file of ours; one that was damaged is begun anew, because nothing rests on it."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    refuse_newer(told, path)
    return told if isinstance(told, dict) else {}
