"""Whether what an authority says of its submissions may count: each rule says why it may not.

Leaves to others: who may say it (`rules.py`).
"""

from typing import Final

from partners.entries.card import Card
from partners.entries.entry import Entry
from partners.entries.reasons import REASONS
from partners.entries.returns import Nil, NotHeld, Purge, Submit, Suspend
from partners.register.register import Register
from partners.register.state import Rejection, ReturnKey, Submission
from schemas.datasets.local import PREFIX
from schemas.quarters import Covered, Quarter

LIFTED: Final = "lifted"  # the reason of a word that ends a suspension


def is_stale(register: Register, entry: Entry, statement: Submit | Nil) -> Rejection | None:
    """Say whether it would replace what its signer had not seen: a courier that came too late."""
    for old in register.overlapping(ReturnKey.of(statement), statement.covered):
        if old.position >= entry.seen.size:
            return Rejection(
                "replaces-unseen-entry",
                f"it would replace log {old.position}, which its signer had not seen",
            )
    return None


def rejects_dataset(register: Register, dataset_id: str, signer: Card) -> Rejection | None:
    """Say why its signer may not share a dataset."""
    # Whether an entry counts must not depend on which datasets a reader's release knows.
    dataset = register.adopted.get(dataset_id)
    if dataset is None and not dataset_id.startswith(PREFIX):
        return Rejection("entry-dataset-unknown", "the partnership has not adopted its dataset")
    others = register.submits_for(signer.partner, dataset_id)
    holders = (register.partners[signer.partner], *others)
    kinds = {kind for holder in holders for kind in holder.kinds_ever}
    if dataset is not None and not dataset.kinds & kinds:
        return Rejection("dataset-not-held", "this authority does not hold the dataset")
    return None


def rejects_role(signer: Card) -> Rejection | None:
    """Say why its signer may not submit anything."""
    if "liaison" in signer.roles:
        return None
    return Rejection("signer-may-not-submit", "its signer's role does not allow submitting")


def rejects_submit(register: Register, statement: Submit) -> Rejection | None:
    """Say why a submission does not count."""
    if not register.enrolled.issuperset(statement.recipients):
        return Rejection(
            "recipient-not-enrolled", "it is encrypted for somebody who is not enrolled"
        )
    key = ReturnKey.of(statement)
    return (
        _judge_version(register, key, statement.quarter, statement.schema)
        or _judge_clause(register, key)
        or _judge_recipients(register, statement)
        or _judge_dates(register, key, statement.covered)
    )


def rejects_plan(
    register: Register, signer: Card, key: ReturnKey, covered: Covered, version: int
) -> Rejection | None:
    """Say why a submission would not count that is not encrypted yet."""
    return (
        rejects_role(signer)
        or rejects_dataset(register, key.dataset, signer)
        or _judge_version(register, key, covered.quarter, version)
        or _judge_clause(register, key)
        or _judge_dates(register, key, covered)
    )


def _judge_version(
    register: Register, key: ReturnKey, quarter: Quarter, version: int
) -> Rejection | None:
    adopted = register.adopted.get(key.dataset)
    if adopted and version > adopted.schema:
        return Rejection(
            "dataset-version-not-adopted",
            f"it uses version {version} of its dataset, and the partnership uses "
            f"version {adopted.schema}",
        )
    if adopted and version < adopted.least_in(quarter):
        return Rejection(
            "dataset-version-below-adopted",
            f"it uses version {version} of its dataset, and the partnership uses "
            f"version {adopted.least_in(quarter)} in {quarter}",
        )
    return None


def _judge_clause(register: Register, key: ReturnKey) -> Rejection | None:
    if key.personal and key.partner not in register.personal_signatories:
        return Rejection(
            "sender-clause-not-signed",
            "its sender has not signed the protocol's clause on personal data",
        )
    return None


def _judge_recipients(register: Register, statement: Submit) -> Rejection | None:
    partners = {who.split("/")[0] for who, _ in statement.recipients}
    if statement.personal and partners - set(register.personal_signatories):
        return Rejection(
            "recipient-clause-not-signed",
            "it is encrypted for somebody who has not signed the clause on personal data",
        )
    return None


def _judge_dates(register: Register, key: ReturnKey, covered: Covered) -> Rejection | None:
    clash = register.clashing(key, covered)
    if clash:
        return Rejection(
            "entry-overlaps-in-part", f"its dates partly overlap log {clash[0].position}"
        )
    return None


def rejects_nil(register: Register, nil: Nil) -> Rejection | None:
    """Say why a nil return does not count."""
    key = ReturnKey.of(nil)
    for returned in register.overlapping(key, nil.covered):
        if isinstance(returned, Submission):
            return Rejection(
                "records-exist-for-dates",
                f"log {returned.position} already holds records for these dates",
            )
    return _judge_dates(register, key, nil.covered) or rejects_reason("nil", nil.reason)


def rejects_not_held(claim: NotHeld) -> Rejection | None:
    """Say why a claim that a dataset is not held does not count."""
    if claim.last is not None and claim.last < claim.first:
        return Rejection("not-held-dates-reversed", "its last quarter is before its first")
    return rejects_reason("not-held", claim.reason)


def rejects_purge(register: Register, purged: Purge, signer: Card) -> Rejection | None:
    """Say why a deletion does not count."""
    old = register.find_return(purged.entry)
    if not isinstance(old, Submission):
        return Rejection("purged-entry-not-a-submission", "that log number is not a submission")
    if old.statement.partner == purged.partner:
        if rejection := rejects_role(signer):
            return rejection
        if old.purged_by is not None:
            return Rejection("submission-already-deleted", "it is already deleted")
    elif old.purged_by is None:
        return Rejection("sender-has-not-deleted", "its sender has not deleted it")
    return rejects_reason("purge", purged.reason)


def rejects_suspend(register: Register, suspension: Suspend, signer: Card) -> Rejection | None:
    """Say why a suspension does not count, or the word that ends it."""
    if "coordinator" not in signer.roles:
        return Rejection("signer-not-coordinator", "only coordinators can suspend a submission")
    old = register.find_return(suspension.entry)
    if not isinstance(old, Submission):
        return Rejection("suspended-entry-not-a-submission", "that log number is not a submission")
    if suspension.suspended == (signer.who in old.requests):
        has = "has already asked" if suspension.suspended else "has not asked"
        return Rejection(
            "suspension-unchanged", f"its signer {has} for log {old.position} to be suspended"
        )
    if suspension.suspended == (suspension.reason == LIFTED):
        return Rejection("reason-not-in-list", f"{suspension.reason} is not a reason for that")
    return rejects_reason("suspend", suspension.reason)


def rejects_reason(kind: str, reason: str) -> Rejection | None:
    """Say why a reason is not one of its list."""
    if reason in REASONS[kind]:
        return None
    return Rejection("reason-not-in-list", f"the reason is not one of: {', '.join(REASONS[kind])}")
