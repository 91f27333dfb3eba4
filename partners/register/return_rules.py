"""Whether an entry about submissions and other returns may count.

Each function `judge_…` returns why the entry does not count, or None if it does. Leaves to others:
who may log which kind of entry (`rules.py`).
"""

from typing import Final

from partners.entries.card import Card
from partners.entries.entry import Entry
from partners.entries.reasons import REASONS
from partners.entries.returns import Nil, NotHeld, Purge, Submit, Suspend, Withdraw
from partners.register.register import Register
from partners.register.state import Rejection, ReturnKey, Submission
from schemas.datasets.local import PREFIX
from schemas.quarters import Covered, Quarter

LIFTED: Final = "lifted"  # the reason of an entry that ends a suspension


def judge_replaced(register: Register, entry: Entry, statement: Submit | Nil) -> Rejection | None:
    """Judge whether it would replace a return that its signer had not seen.

    That happens where a transfer file reaches the log after a newer submission.
    """
    for old in register.find_overlapping(ReturnKey.of(statement), statement.covered):
        if old.position >= entry.seen.size:
            return Rejection(
                "replaces-unseen-entry",
                f"it would replace log {old.position}, which its signer had not seen",
            )
    return None


def judge_dataset(register: Register, dataset_id: str, signer: Card) -> Rejection | None:
    """Judge whether its signer may share a dataset."""
    # Whether an entry counts must not depend on which datasets a reader's release knows.
    dataset = register.adopted.get(dataset_id)
    if dataset is None and not dataset_id.startswith(PREFIX):
        return Rejection("entry-dataset-unknown", "the partnership has not adopted its dataset")
    others = register.partners_submitted_for(signer.partner, dataset_id)
    holders = (register.partners[signer.partner], *others)
    kinds = {kind for holder in holders for kind in holder.kinds_ever}
    if dataset is not None and not dataset.kinds & kinds:
        return Rejection("dataset-not-held", "this authority does not hold the dataset")
    return None


def judge_role(signer: Card) -> Rejection | None:
    """Judge whether its signer may submit anything."""
    if "liaison" in signer.roles:
        return None
    return Rejection("signer-may-not-submit", "its signer's role does not allow submitting")


def judge_submit(register: Register, statement: Submit) -> Rejection | None:
    """Judge a submission."""
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


def judge_plan(
    register: Register, signer: Card, key: ReturnKey, covered: Covered, version: int
) -> Rejection | None:
    """Judge a submission that is not encrypted yet, by what is known of it."""
    return (
        judge_role(signer)
        or judge_dataset(register, key.dataset, signer)
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
    if not statement.personal:
        return None
    partners = {who.split("/")[0] for who, _ in statement.recipients}
    if partners - set(register.personal_signatories):
        return Rejection(
            "recipient-clause-not-signed",
            "it is encrypted for somebody who has not signed the clause on personal data",
        )
    return None


def _judge_dates(register: Register, key: ReturnKey, covered: Covered) -> Rejection | None:
    clash = register.find_clashing(key, covered)
    if clash:
        return Rejection(
            "entry-overlaps-in-part", f"its dates partly overlap log {clash[0].position}"
        )
    return None


def judge_nil(register: Register, nil: Nil) -> Rejection | None:
    """Judge a nil return."""
    key = ReturnKey.of(nil)
    for returned in register.find_overlapping(key, nil.covered):
        if isinstance(returned, Submission):
            return Rejection(
                "records-exist-for-dates",
                f"log {returned.position} already holds records for these dates",
            )
    return _judge_dates(register, key, nil.covered) or judge_reason("nil", nil.reason)


def judge_not_held(claim: NotHeld) -> Rejection | None:
    """Judge a claim that a dataset is not held."""
    if claim.last is not None and claim.last < claim.first:
        return Rejection("not-held-dates-reversed", "its last quarter is before its first")
    return judge_reason("not-held", claim.reason)


def judge_withdraw(register: Register, withdrawn: Withdraw) -> Rejection | None:
    """Judge a withdrawal."""
    old = register.find_return(withdrawn.entry, withdrawn.partner)
    if old is None or not old.counts:
        return Rejection(
            "nothing-to-withdraw",
            "that log number is not a current submission of this authority",
        )
    return judge_reason("withdraw", withdrawn.reason)


def judge_purge(register: Register, purged: Purge, signer: Card) -> Rejection | None:
    """Judge a deletion, or the confirmation of a partner who had downloaded what is deleted."""
    old = register.find_return(purged.entry)
    if not isinstance(old, Submission):
        return Rejection("purged-entry-not-a-submission", "that log number is not a submission")
    if old.statement.partner == purged.partner:
        if rejection := judge_role(signer):
            return rejection
        if old.purged_by is not None:
            return Rejection("submission-already-deleted", "it is already deleted")
    elif old.purged_by is None:
        return Rejection("sender-has-not-deleted", "its sender has not deleted it")
    return judge_reason("purge", purged.reason)


def judge_suspend(register: Register, suspension: Suspend, signer: Card) -> Rejection | None:
    """Judge a coordinator's request to suspend a submission, or the withdrawal of one."""
    if not signer.is_coordinator:
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
    return judge_reason("suspend", suspension.reason)


def judge_reason(kind: str, reason: str) -> Rejection | None:
    """Judge whether a reason is in the list for its kind of entry."""
    if reason in REASONS[kind]:
        return None
    return Rejection("reason-not-in-list", f"the reason is not one of: {', '.join(REASONS[kind])}")
