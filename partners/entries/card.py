"""The public card of an officer: whose they are, what they may do, and their keys.

A card is signed by its own key over the partnership's origin, the authority and both public keys,
so that nobody can enrol another's key as theirs. Leaves to others: that signature
(`exchange/keys/identity.py`), and whether a coordinator enrolled the card (`register/register.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from partners.entries import fields
from partners.entries.body import plain
from partners.entries.canonical_json import Json

# Kinds of authority; what each owes is for the datasets to say (`schemas`, their holders).
KINDS: Final = (
    "police",
    "fire",
    "council",  # with all the tasks of local government
    "county",  # of the upper of two tiers
    "district",  # of the lower
    "health",
    "ambulance",
    "probation",
    "policing-body",
    "other",
)
RENEWED: Final = timedelta(days=730)  # how long a key is used: a habit of ours, and no rule
# liaison: submits for the partner; analyst: pulls; coordinator: enrols others.
ROLES: Final = ("liaison", "analyst", "coordinator")

PROVING: Final = 2  # the format of cards that their witness keys have signed too


def kinds_of_authority(value: Any) -> tuple[str, ...]:
    """One or more kinds of authority, none twice."""
    kinds: tuple[str, ...] = _KINDS(value)
    if len(set(kinds)) != len(kinds):
        raise ValueError
    return kinds


_KINDS: Final = fields.many(fields.one_of(*KINDS), least=1, most=len(KINDS))
_SHAPES: Final[dict[str, fields.Shape]] = {
    "format": fields.integer,
    "origin": fields.origin,
    "partner": fields.slug,
    "name": fields.text,
    "kinds": kinds_of_authority,
    "officer": fields.slug,
    "roles": fields.many(fields.one_of(*ROLES), least=1, most=len(ROLES)),
    "contact": fields.text,
    "recipient": fields.matching(r"age1pq1[02-9ac-hj-np-z]{1900,2000}"),
    "signer": fields.hex_256,
    "witness": fields.hex_256,
    "made": fields.moment,
}
_KEYS: Final = ("recipient", "signer", "witness")


def check_details(value: Any) -> None:
    """Hold what a card says to its fields, before there are the keys that it names too.

    Raises:
        Malformed: it is not as it should be.
    """
    fields.read_fields(value, {name: shape for name, shape in _SHAPES.items() if name not in _KEYS})


@dataclass(frozen=True, slots=True)
class Card:
    """Who an officer is to a partnership.

    Attributes:
        partner: The authority's id; `name` and `kinds` are the authority's too.
        officer: The role's id within the authority, such as "liaison"; never a person's name.
        contact: A work contact.
        recipient: The age recipient that bundles are encrypted for.
        signer: The Ed25519 public key, 64 hexadecimal digits.
        witness: The same of the installation's witness key, which has no passphrase and proves
            only what was seen and when. Since format 2 it signs the card as well.
    """

    format: int
    origin: str
    partner: str
    name: str
    kinds: tuple[str, ...]
    officer: str
    roles: tuple[str, ...]
    contact: str
    recipient: str
    signer: str
    witness: str
    made: datetime

    @classmethod
    def from_json(cls, value: Any) -> "Card":
        """Read a card.

        Raises:
            Malformed: it is not one.
        """
        fields_ = fields.read_fields(value, _SHAPES)
        if fields_["format"] not in (1, PROVING):
            raise fields.Malformed("its fields are not as they should be")
        return cls(**fields_)

    def to_json(self) -> Json:
        """Return what is signed."""
        return {name: plain(getattr(self, name)) for name in _SHAPES}

    @property
    def renewal(self) -> date:
        """The day by which the key is to be renewed; it counts after that too, until revoked."""
        return (self.made + RENEWED).date()

    @property
    def is_coordinator(self) -> bool:
        """Whether the officer keeps the list of partners."""
        return "coordinator" in self.roles

    @property
    def who(self) -> str:
        """The officer's name in the log: "westshire-police/liaison"."""
        return f"{self.partner}/{self.officer}"

    @property
    def key_name(self) -> str:
        """The name that this key signs entries under."""
        return f"{self.origin}/{self.who}"

    @property
    def witness_name(self) -> str:
        """The name that its witness key cosigns under."""
        return f"{self.key_name}/witness"
