"""The officer's answers to queries, kept in the profile; none of it leaves this machine.

Keeps true: an answer that describes how a system exports is used for the next files, while it is
about no more than twice as many lines; any other holds for one file and its figures, and lapses.
A note is in the officer's own words and is never a passphrase. What an earlier release kept is read
once, and what it should not have kept is deleted.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from depersonalise.identifiers import identifiers_in
from exchange.errors import Usage
from exchange.files import replace
from exchange.profile.json_files import read_profile_file
from exchange.text import nearest
from schemas.findings.finding import Finding, Severity
from schemas.findings.reasons import CHOICES, OTHER, REASONS
from schemas.findings.rules import RULES
from schemas.quarters import london_day

_NAME: Final = "answers.json"
_FORMAT: Final = 2
_LONGEST: Final = 300  # letters of a note
_SHORTEST: Final = 8
_WORDS: Final = 2
_GROWN: Final = 2  # times as many lines as when a standing answer was given
_FEW: Final = 5  # lines more are no growth


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a query is right, and when the officer answered it."""

    reason: str
    note: str
    on: str

    def __str__(self) -> str:
        return self.note or REASONS[self.reason]


@dataclass(slots=True)
class Answers:
    """The answers that an officer gave for one dataset.

    Attributes:
        path: Where they are kept; None where there is no profile.
        file: What tells this file from others: its dates and how many rows it has.
        by_dataset: All that is kept, by dataset and rule.
    """

    path: Path | None
    dataset: str
    file: str
    by_dataset: dict[str, dict[str, dict[str, Any]]] = field(repr=False)

    @classmethod
    def of(cls, own: Path | None, dataset: str, file: str) -> "Answers":
        """Read the answers that were given before.

        Args:
            own: The officer's own folder; where there is none, answers are not kept.
        """
        path = own / _NAME if own else None
        return cls(path, dataset, file, _read(path) if path else {})

    def to(self, finding: Finding) -> Answer | None:
        """Return the answer that holds for a query, if there is one."""
        answer = self.by_dataset.get(self.dataset, {}).get(finding.rule.id)
        if answer is None or not self._holds(answer, finding):
            return None
        return Answer(answer["reason"], answer["note"], answer["on"])

    def open(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the queries that have no answer."""
        queries = [f for f in findings if f.rule.severity is Severity.QUERY]
        return [f for f in queries if self.to(f) is None]

    def give(self, rule: str, text: str, findings: Sequence[Finding], now: datetime) -> None:
        """Keep an answer to a query of this file; if it has no such query, keep nothing.

        Args:
            text: A reason of the list, a reason with a note after a colon, or a note alone.
        """
        reason, note = reason_and_note(rule, text)
        queries = [finding for finding in findings if finding.rule.id == rule]
        if not queries:
            return
        self.by_dataset.setdefault(self.dataset, {})[rule] = {
            "reason": reason,
            "note": note,
            "on": london_day(now).isoformat(),
            "lines": sum(finding.count for finding in queries),
            "figures": [self._figures(finding) for finding in queries],
        }
        if self.path is not None:  # where another dataset of the same command has its answers
            _write(self.path, _read(self.path) | {self.dataset: self.by_dataset[self.dataset]})

    def _holds(self, answer: dict[str, Any], finding: Finding) -> bool:
        if not finding.rule.standing:
            return self._figures(finding) in answer["figures"]
        lines = answer["lines"]
        return lines is None or finding.count <= max(lines * _GROWN, lines + _FEW)

    def _figures(self, finding: Finding) -> str:
        """Return what tells one query of one file from the same query of another."""
        figures = [self.file, finding.column, finding.positions, finding.count, finding.lines]
        return hashlib.sha256(json.dumps([*figures, finding.detail]).encode()).hexdigest()


def reason_and_note(rule: str, text: str) -> tuple[str, str]:
    """Return the reason and the note of an answer.

    Raises:
        Usage: there is no such query; or the note is too short or too long, or seems to hold an
            identifier.
    """
    if rule not in RULES or RULES[rule].severity is not Severity.QUERY:
        queries = {id_: "" for id_, known in RULES.items() if known.severity is Severity.QUERY}
        hint = nearest(rule, queries)
        raise Usage("query-unknown", f'no query called "{rule}"', *filter(None, [hint]))
    text = " ".join(text.split())
    if text in REASONS and text != OTHER:
        return text, ""
    reason, colon, note = text.partition(":")
    if not colon or reason not in REASONS:
        reason, note = OTHER, text
    _check_note(note.strip())
    return reason, note.strip()


def _check_note(note: str) -> None:
    if not _is_explanation(note):
        raise Usage(
            "reason-length-not-allowed",
            f"a reason in your own words has {_WORDS} words or more, and {_SHORTEST} to {_LONGEST} "
            "characters; this one was not saved",
            CHOICES,
        )
    if identifiers_in([note]):
        raise Usage(
            "text-holds-identifier",
            "the reason seems to contain an identifier, so it was not saved",
            "explain it without naming a person",
        )


def _is_explanation(note: str) -> bool:
    """Say whether a note is more than a letter or a password."""
    return len(note.split()) >= _WORDS and _SHORTEST <= len(note) <= _LONGEST


def refuse_passphrase(text: str, is_passphrase: Callable[[str], bool]) -> None:
    """Refuse an answer in which a passphrase was typed by mistake.

    Args:
        is_passphrase: Says whether a text opens a key of the officer's.

    Raises:
        Usage: it was; nothing of it is repeated.
    """
    if text not in REASONS and is_passphrase(text):
        raise Usage(
            "reason-is-passphrase",
            "the reason is the passphrase of your key, so it was not saved",
            "type the reason here, and the passphrase only where it is asked for",
            "if somebody saw it, make a new key: exchange key renew",
        )


def _read(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    content = read_profile_file(path, _FORMAT)
    if content.get("format") == _FORMAT:
        answers: dict[str, dict[str, dict[str, Any]]] = content["answers"]
        return answers
    migrated = _migrate(content)
    if content:
        _write(path, migrated)
    return migrated


def _migrate(content: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what still holds of the answers that the first format kept, as free text.

    Answers about one file have lapsed; what is a letter or may be a password is not kept.
    """
    return {
        dataset: {
            rule: {
                "reason": OTHER,
                "note": answer["reason"],
                "on": answer["on"],
                "lines": None,
                "figures": [],
            }
            for rule, answer in rules.items()
            if rule in RULES and RULES[rule].standing and _is_explanation(answer["reason"])
        }
        for dataset, rules in content.items()
        if isinstance(rules, dict)
    }


def _write(path: Path, by_dataset: dict[str, dict[str, dict[str, Any]]]) -> None:
    content = {"format": _FORMAT, "answers": by_dataset}
    replace(path, json.dumps(content, ensure_ascii=False, indent=1).encode())
