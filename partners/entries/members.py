"""Who is in a partnership: its founding, its areas, partners, officers and keys."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from partners.entries import fields
from partners.entries.body import Body
from partners.entries.card import kinds_of_authority
from schemas.areas import Area
from schemas.quarters import Quarter

_AREA: Final = fields.record(
    {
        "code": fields.gss,
        "name": fields.text,
        "outward": fields.many(fields.outward, most=3000),
        "lsoas": fields.many(fields.lsoa, most=2000),
        "first": fields.maybe(fields.day),
        "last": fields.maybe(fields.day),
    }
)


def _area(value: Any) -> Area:
    names = _AREA(value)
    return Area(**(names | {name: frozenset(names[name]) for name in ("outward", "lsoas")}))


_AREAS: Final = fields.many(_area, least=1, most=100)


@dataclass(frozen=True, slots=True)
class Found(Body):
    """The beginning of a partnership: its areas, its nation, and its two coordinators' cards.

    Attributes:
        cards: The two cards, each as the signed note that its officer made.
    """

    name: str
    nation: str
    areas: tuple[Area, ...]
    first_quarter: Quarter
    cards: tuple[str, str]

    SHAPES = {
        "name": fields.text,
        "nation": fields.one_of("england", "wales"),
        "areas": _AREAS,
        "first_quarter": fields.quarter,
        "cards": fields.many(fields.matching(r"[\s\S]{1,8192}"), least=2, most=2),
    }


@dataclass(frozen=True, slots=True)
class ChangeAreas(Body):
    """A coordinator says what the areas are: after a reorganisation, or a combination agreement.

    Attributes:
        areas: All of them, those that ended among them, each from its first day to its last.
    """

    areas: tuple[Area, ...]

    SHAPES = {"areas": _AREAS}


@dataclass(frozen=True, slots=True)
class CorrectPartner(Body):
    """A coordinator corrects what the log says an authority is: it was typed wrongly, or changed.

    Attributes:
        authority: The partner; `name` and `kinds`, what they are.
        first: The first quarter for which it has to send what authorities of these kinds owe.
    """

    authority: str
    name: str
    kinds: tuple[str, ...]
    first: Quarter

    SHAPES = {
        "authority": fields.slug,
        "name": fields.text,
        "kinds": kinds_of_authority,
        "first": fields.quarter,
    }


@dataclass(frozen=True, slots=True)
class Enrol(Body):
    """A coordinator admits an officer's card."""

    card: str

    SHAPES = {"card": fields.matching(r"[\s\S]{1,8192}")}


@dataclass(frozen=True, slots=True)
class Revoke(Body):
    """A key counts no more from here on; what it signed before stays good.

    By a coordinator, or by an officer of the same authority.

    Attributes:
        key: The signing key.
        reason: Of `reasons.py`, "revoke".
    """

    key: str
    reason: str

    SHAPES = {"key": fields.hex_256, "reason": fields.slug}


@dataclass(frozen=True, slots=True)
class Succeed(Body):
    """A coordinator records that one authority replaces another from a day on.

    Attributes:
        old: The partner that ends; `new`, its successor.
        on: The successor's first day.
        begun: The successor began with it, and has to send nothing of its own from before.
    """

    old: str
    new: str
    on: date
    begun: bool

    SHAPES = {"old": fields.slug, "new": fields.slug, "on": fields.day, "begun": fields.flag}


@dataclass(frozen=True, slots=True)
class Reinstate(Body):
    """A coordinator takes back that another authority stands in a partner's place.

    Attributes:
        partner: The one that had ended, and has not.
    """

    partner: str

    SHAPES = {"partner": fields.slug}


@dataclass(frozen=True, slots=True)
class Nominate(Body):
    """An authority designates its liaison officer, or a deputy; the officer accepts.

    The guidance asks each responsible authority for one. Accepted is what the nominee has signed
    themself, as an entry of the same words.

    Attributes:
        nominee: The office that is nominated, never a person's name.
        deputy: For when the liaison officer is away.
    """

    partner: str
    officer: str
    nominee: str
    deputy: bool

    SHAPES = {
        "partner": fields.slug,
        "officer": fields.slug,
        "nominee": fields.slug,
        "deputy": fields.flag,
    }
