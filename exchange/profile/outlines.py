"""The outlines of submissions, with which later ones are compared. They stay on this computer.

Keeps true: an outline is known by the payload that it is of, so what the log says of that payload
(its number, whether it was replaced) holds for it, whoever logged it, and for whom it was encrypted
later. It is kept before the entry is logged, so a run that is killed loses none; what was
not logged is compared with nothing.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from exchange.files import replace
from exchange.profile.json_files import read_profile_file
from exchange.profile.settings import Settings
from partners.register.register import Register
from partners.register.state import ReturnKey, Submission
from schemas.checks.against_last import Outline, sum_outlines
from schemas.quarters import Covered

_NAME: Final = "outlines.json"
_FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a submission would replace.

    Attributes:
        entries: The log numbers.
        outline: Of all of them together; None where one was not sent from this folder.
    """

    entries: tuple[int, ...]
    outline: Outline | None


class Outlines:
    """The outlines of what was sent of one dataset, or of a part of it."""

    def __init__(self, settings: Settings, dataset: str, part: str) -> None:
        self._path = settings.profile / _NAME
        self._name = f"{dataset} {part}".strip()
        self._everything = _read(settings)
        self._kept: list[dict[str, Any]] = self._everything.get(self._name, [])

    def keep(self, outline: Outline, payload: str) -> None:
        """Keep the outline of what is about to be sent."""
        if any(item["payload"] == payload for item in self._kept):
            return
        values = asdict(outline) | {"covered": str(outline.covered), "payload": payload}
        self._kept.append(values)
        self._everything[self._name] = self._kept
        content = {"format": _FORMAT, "outlines": self._everything}
        replace(self._path, json.dumps(content, ensure_ascii=False).encode())

    def before(self, covered: Covered, register: Register) -> Outline | None:
        """Return the last submission of earlier dates."""
        earlier = [
            summary for summary in self._in_log(register) if summary.covered.last < covered.first
        ]
        return max(reversed(earlier), key=lambda summary: summary.covered.last, default=None)

    def of(self, covered: Covered, register: Register) -> Outline | None:
        """Return the last submission for some dates."""
        same = [summary for summary in self._in_log(register) if summary.covered == covered]
        return same[-1] if same else None

    def _in_log(self, register: Register) -> list[Outline]:
        logged = {submission.statement.payload_sha256 for submission in register.submissions}
        return [_outline(item) for item in self._kept if item["payload"] in ("", *logged)]

    def find_earlier(self, register: Register, key: ReturnKey, covered: Covered) -> Replaced | None:
        """Return what a submission for some dates would replace."""
        old = register.find_replaced(key, covered)
        outlines = [self._of_submission(submission) for submission in old]
        known = [outline for outline in outlines if outline is not None]
        whole = sum_outlines(known, covered) if len(known) == len(old) else None
        return Replaced(tuple(submission.position for submission in old), whole) if old else None

    def _of_submission(self, submission: Submission) -> Outline | None:
        payload, dates = submission.statement.payload_sha256, str(submission.statement.covered)
        items = [item for item in self._kept if item["payload"] == payload]
        # The first format knew no payload, and kept the last outline of each of the dates.
        items += [item for item in self._kept if (item["payload"], item["covered"]) == ("", dates)]
        return _outline(items[0]) if items else None

    def sent_before(
        self, register: Register, key: ReturnKey, outline: Outline
    ) -> Submission | None:
        """Return the submission of the same rows that was replaced or withdrawn since."""
        same = {
            item["payload"]
            for item in self._kept
            if item["fingerprint"] == outline.fingerprint
            and item["covered"] == str(outline.covered)
            and outline.fingerprint
        }
        earlier = [
            submission
            for submission in register.submissions
            if submission.key == key and submission.statement.payload_sha256 in same
        ]
        ended = [submission for submission in earlier if not submission.counts]
        return ended[-1] if ended and len(ended) == len(earlier) else None


def _read(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    content = read_profile_file(settings.profile / _NAME, _FORMAT)
    if content.get("format") == _FORMAT:
        outlines: dict[str, list[dict[str, Any]]] = content["outlines"]
        return outlines
    return {
        name: [_first_format(outline) for outline in by_dates.values()]
        for name, by_dates in content.items()
    }


def _first_format(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "covered": f"{values['first']}..{values['last']}",
        "rows": values["rows"],
        "categories": values["categories"],
        "groups": {},
        "fingerprint": "",
        "payload": "",
    }


def _outline(values: dict[str, Any]) -> Outline:
    first, _, last = values["covered"].partition("..")
    return Outline(
        Covered(date.fromisoformat(first), date.fromisoformat(last)),
        values["rows"],
        values["categories"],
        values["groups"],
        values["fingerprint"],
    )
