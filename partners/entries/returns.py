"""What a partner returns: submissions, nil returns, what is not held; and what it takes back."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from partners.entries import fields
from partners.entries.body import Body, plain
from partners.entries.canonical_json import Json
from schemas.quarters import Covered, Quarter

_RECIPIENTS: Final = 1000  # at most
_WHO: Final = fields.matching(r"[a-z0-9/-]{3,200}")


def _recipients(value: Any) -> tuple[tuple[str, str], ...]:
    return _written_recipients(value) if isinstance(value, bytes) else _listed_recipients(value)


@lru_cache(maxsize=1000)
def _written_recipients(text: bytes) -> tuple[tuple[str, str], ...]:
    return _listed_recipients(json.loads(text))


def _listed_recipients(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= _RECIPIENTS:
        raise ValueError
    if {len(item) for item in value} != {2}:
        raise ValueError
    return tuple([_who_and_key(item["who"], item["key"]) for item in value])


@lru_cache(maxsize=10_000)  # entry after entry names the same recipients
def _who_and_key(who: str, key: str) -> tuple[str, str]:
    return _WHO(who), fields.hex_256(key)


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a query about a file was right: a reason of a list that a reader need not know."""

    query: str
    reason: str


def _answer(value: Any) -> Answer:
    return Answer(**fields.read_fields(value, dict.fromkeys(("query", "reason"), fields.slug)))


@dataclass(frozen=True, slots=True)
class Submit(Body):
    """The statement of what was sent: what is signed about a bundle.

    Attributes:
        counts: Rows in, accepted and left out by reason, in bands: never exact below five.
        personal: It holds recorded domestic incidents, as personal data, for the signatories of
            that clause alone.
        treatments: Rows by the precision of their place and by why they were generalised, in bands;
            what became of recorded domestic incidents, and how large a group had to be.
        recipients: Whom the bundle is encrypted for, as "partner/officer" and their signing key, so
            that a receiver cannot encrypt it again for somebody else.
        bundle: SHA-256 and size in bytes of the encrypted file.
        payload: SHA-256 of what is in it.
        content: An HMAC of the rows without their record ids, under a key of the officer's own:
            it recognises the same extract sent again, and tells others nothing.
        answers: How its officer answered queries about the file, without any note; none where the
            format of the entry has no answers.
    """

    partner: str
    officer: str
    dataset: str
    part: str
    quarter: Quarter
    covered: Covered
    schema: int
    personal: bool
    counts: Json
    treatments: Json
    recipients: tuple[tuple[str, str], ...]
    bundle_sha256: str
    bundle_size: int
    payload_sha256: str
    content: str
    answers: tuple[Answer, ...] | None = None

    SHAPES = {
        "partner": fields.slug,
        "officer": fields.slug,
        "dataset": fields.slug,
        "part": fields.part,
        "quarter": fields.quarter,
        "covered": fields.covered,
        "schema": fields.integer,
        "personal": fields.flag,
        "counts": fields.record(
            {
                "rows_in": fields.band,
                "accepted": fields.band,
                "left_out": fields.table(fields.slug, fields.band),
            }
        ),
        "treatments": fields.record(
            {
                "places": fields.table(fields.text, fields.band),
                "generalised": fields.table(fields.text, fields.band),
                "domestic": fields.one_of("generalise", "withhold", "personal"),
                "smallest": fields.integer,
            }
        ),
        "recipients": _recipients,
        "bundle": fields.record({"sha256": fields.hex_256, "size": fields.integer}),
        "payload": fields.record({"sha256": fields.hex_256}),
        "content": fields.hex_256,
    }
    LATER = {"answers": fields.many(_answer, most=100)}

    @classmethod
    def from_json(cls, value: Json) -> "Submit":
        """Read the kind's own fields."""
        values = cls.own_fields_of(value)
        bundle, payload = values.pop("bundle"), values.pop("payload")
        if values["covered"].quarter != values["quarter"]:
            raise fields.Malformed("the dates it covers are not of its quarter")
        return cls(
            **values
            | {
                "bundle_sha256": bundle["sha256"],
                "bundle_size": bundle["size"],
                "payload_sha256": payload["sha256"],
            }
        )

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        return {
            "partner": self.partner,
            "officer": self.officer,
            "dataset": self.dataset,
            "part": self.part,
            "quarter": str(self.quarter),
            "covered": plain(self.covered),
            "schema": self.schema,
            "personal": self.personal,
            "counts": self.counts,
            "treatments": self.treatments,
            "recipients": [{"who": who, "key": key} for who, key in self.recipients],
            "bundle": {"sha256": self.bundle_sha256, "size": self.bundle_size},
            "payload": {"sha256": self.payload_sha256},
            "content": self.content,
        } | ({} if self.answers is None else {"answers": plain(self.answers)})


@dataclass(frozen=True, slots=True)
class Nil(Body):
    """A partner has nothing to share of a dataset for some dates: not missing, but none.

    Attributes:
        reason: Of `reasons.py`, "nil".
    """

    partner: str
    officer: str
    dataset: str
    part: str
    covered: Covered
    reason: str

    SHAPES = {
        "partner": fields.slug,
        "officer": fields.slug,
        "dataset": fields.slug,
        "part": fields.part,
        "covered": fields.covered,
        "reason": fields.slug,
    }

    @property
    def quarter(self) -> Quarter:
        """The quarter that its dates lie in."""
        return self.covered.quarter

    @property
    def personal(self) -> bool:
        """A nil return is never personal data."""
        return False


@dataclass(frozen=True, slots=True)
class NotHeld(Body):
    """A partner does not hold a dataset, from a quarter to a quarter or until it says otherwise.

    The duty is to share what is held; it asks nobody to collect anything.

    Attributes:
        held: It holds the dataset again, from the first quarter on.
        reason: Of `reasons.py`, "not-held".
    """

    partner: str
    officer: str
    dataset: str
    first: Quarter
    last: Quarter | None
    held: bool
    reason: str

    SHAPES = {
        "partner": fields.slug,
        "officer": fields.slug,
        "dataset": fields.slug,
        "first": fields.quarter,
        "last": fields.maybe(fields.quarter),
        "held": fields.flag,
        "reason": fields.slug,
    }


@dataclass(frozen=True, slots=True)
class Withdraw(Body):
    """A partner takes a submission or a nil return of its own out of effect; its bytes stay.

    Attributes:
        entry: The id of the entry that is withdrawn.
        reason: Of `reasons.py`, "withdraw".
    """

    partner: str
    officer: str
    entry: str
    reason: str

    SHAPES = {
        "partner": fields.slug,
        "officer": fields.slug,
        "entry": fields.hex_128,
        "reason": fields.slug,
    }


@dataclass(frozen=True, slots=True)
class Purge(Body):
    """A partner has the file of a submission deleted; a receiver confirms that theirs is.

    Attributes:
        entry: The id of the entry whose bundle is destroyed.
        reason: Of `reasons.py`, "purge".
    """

    partner: str
    officer: str
    entry: str
    reason: str

    SHAPES = Withdraw.SHAPES


@dataclass(frozen=True, slots=True)
class Suspend(Body):
    """A coordinator's word that a submission is not to be used, or is to be used again.

    It is suspended while two coordinators say so.

    Attributes:
        entry: The id of the submission's entry.
        suspended: Whether it is to be suspended.
        reason: Of `reasons.py`, "suspend".
    """

    partner: str
    officer: str
    entry: str
    suspended: bool
    reason: str

    SHAPES = Withdraw.SHAPES | {"suspended": fields.flag}
