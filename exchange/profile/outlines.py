"""The outline of each submission, with which later ones are compared; it stays on this machine.

Keeps true: an outline is known by the payload that it is of, so what the log says of that payload
(its number, whether it was replaced) holds for it, whoever logged it, and for whom it was encrypted
later. It is kept before the entry is logged, so a run that is killed loses none; what was
not logged is compared with nothing.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from exchange.files import replace
from exchange.profile.json_files import read_kept
from exchange.profile.settings import Settings
from partners.register.register import Register
from partners.register.state import ReturnKey, Submission
from schemas.checks.against_last import SubmissionSummary, summed
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
    outline: SubmissionSummary | None


class Outlines:
    """The outlines of what was sent of one dataset, or of a part of it."""

    def __init__(self, settings: Settings, dataset: str, part: str) -> None:
        self._path = settings.profile / _NAME
        self._name = f"{dataset} {part}".strip()
        self._everything = _read(settings)
        self._kept: list[dict[str, Any]] = self._everything.get(self._name, [])

    def keep(self, outline: SubmissionSummary, payload: str) -> None:
        """Keep the outline of what is about to be sent."""
        if any(kept["payload"] == payload for kept in self._kept):
            return
        self._kept.append(_to_json(outline, payload))
        self._everything[self._name] = self._kept
        told = {"format": _FORMAT, "outlines": self._everything}
        replace(self._path, json.dumps(told, ensure_ascii=False).encode())

    def before(self, covered: Covered, register: Register) -> SubmissionSummary | None:
        """Return the last submission of earlier dates."""
        found = [one for one in self._logged(register) if one.covered.last < covered.first]
        return max(reversed(found), key=lambda one: one.covered.last, default=None)

    def of(self, covered: Covered, register: Register) -> SubmissionSummary | None:
        """Return the last submission for some dates."""
        found = [one for one in self._logged(register) if one.covered == covered]
        return found[-1] if found else None

    def _logged(self, register: Register) -> list[SubmissionSummary]:
        logged = {one.statement.payload_sha256 for one in register.submissions}
        return [_outline(kept) for kept in self._kept if kept["payload"] in ("", *logged)]

    def replaced(self, register: Register, key: ReturnKey, covered: Covered) -> Replaced | None:
        """Return what a submission for some dates would replace."""
        old = register.replaced(key, covered)
        found = [self._of_submission(one) for one in old]
        known = [one for one in found if one is not None]
        whole = summed(known, covered) if len(known) == len(old) else None
        return Replaced(tuple(one.position for one in old), whole) if old else None

    def _of_submission(self, one: Submission) -> SubmissionSummary | None:
        payload, dates = one.statement.payload_sha256, str(one.statement.covered)
        mine = [kept for kept in self._kept if kept["payload"] == payload]
        # The first format knew no payload, and kept the last outline of each of the dates.
        mine += [kept for kept in self._kept if (kept["payload"], kept["covered"]) == ("", dates)]
        return _outline(mine[0]) if mine else None

    def sent_before(
        self, register: Register, key: ReturnKey, outline: SubmissionSummary
    ) -> Submission | None:
        """Return the submission of the same rows that was replaced or withdrawn since."""
        same = {
            kept["payload"]
            for kept in self._kept
            if kept["fingerprint"] == outline.fingerprint
            and kept["covered"] == str(outline.covered)
            and outline.fingerprint
        }
        found = [
            one
            for one in register.submissions
            if one.key == key and one.statement.payload_sha256 in same
        ]
        gone = [one for one in found if not one.counts]
        return gone[-1] if gone and len(gone) == len(found) else None


def _read(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    told = read_kept(settings.profile / _NAME, _FORMAT)
    if told.get("format") == _FORMAT:
        found: dict[str, list[dict[str, Any]]] = told["outlines"]
        return found
    return {name: [_first_format(one) for one in kept.values()] for name, kept in told.items()}


def _first_format(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "covered": f"{told['first']}..{told['last']}",
        "rows": told["rows"],
        "categories": told["categories"],
        "groups": {},
        "fingerprint": "",
        "payload": "",
    }


def _to_json(outline: SubmissionSummary, payload: str) -> dict[str, Any]:
    return {
        "covered": str(outline.covered),
        "rows": outline.rows,
        "categories": outline.categories,
        "groups": outline.groups,
        "fingerprint": outline.fingerprint,
        "payload": payload,
    }


def _outline(told: dict[str, Any]) -> SubmissionSummary:
    first, _, last = told["covered"].partition("..")
    return SubmissionSummary(
        Covered(date.fromisoformat(first), date.fromisoformat(last)),
        told["rows"],
        told["categories"],
        told["groups"],
        told["fingerprint"],
    )
