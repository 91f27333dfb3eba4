"""The kinds of log entry, by name: what each says, field by field, stands with its like.

Leaves to others: what all entries have in common (`entry.py`), and what each does to the state of
the partnership (`register/effects.py`).
"""

from typing import Final

from partners.entries.answers import AnswerRequirements, Assess, RecordRows
from partners.entries.forks import Settle
from partners.entries.members import (
    ChangeAreas,
    CorrectPartner,
    Enrol,
    Found,
    Nominate,
    Reinstate,
    Revoke,
    Succeed,
)
from partners.entries.protocol import Adopt, Edition, PublishProtocol, SignProtocol
from partners.entries.returns import Nil, NotHeld, Purge, Submit, Suspend, Withdraw

# What an officer says for their own authority: each names the officer, who has to be its signer.
OfPartner = (
    Nominate
    | Assess
    | AnswerRequirements
    | RecordRows
    | Submit
    | Nil
    | NotHeld
    | Withdraw
    | Purge
    | Suspend
)
KnownBody = (
    Found
    | Adopt
    | ChangeAreas
    | CorrectPartner
    | Edition
    | Enrol
    | Revoke
    | Settle
    | Succeed
    | Reinstate
    | PublishProtocol
    | SignProtocol
    | OfPartner
)

KINDS: Final[dict[str, type[KnownBody]]] = {
    "found": Found,
    "adopt": Adopt,
    "change-areas": ChangeAreas,
    "correct-partner": CorrectPartner,
    "edition": Edition,
    "enrol": Enrol,
    "revoke": Revoke,
    "settle": Settle,
    "succeed": Succeed,
    "reinstate": Reinstate,
    "publish-protocol": PublishProtocol,
    "sign-protocol": SignProtocol,
    "nominate": Nominate,
    "assess": Assess,
    "answer": AnswerRequirements,
    "record": RecordRows,
    "submit": Submit,
    "nil": Nil,
    "not-held": NotHeld,
    "withdraw": Withdraw,
    "purge": Purge,
    "suspend": Suspend,
}
