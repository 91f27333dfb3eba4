"""What is signed about a bundle: its statement, and the entry that carries it."""

from collections.abc import Sequence
from datetime import datetime

from depersonalise.depersonalise import Depersonalised
from exchange.bundle.bundle import Sealed
from exchange.bundle.content import content_of
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from exchange.log.recipients import recipient_cards
from partners.entries.canonical_json import Json
from partners.entries.card import Card
from partners.entries.entry import PROVED, Entry, in_band, written_format
from partners.entries.returns import Answer, Submit
from partners.register.state import HELD, LATE, ReturnKey
from schemas.datasets.shared_columns import RECORD_ID


def content_hash(shared: Depersonalised, key: ReturnKey, officer: UnlockedKey) -> str:
    """Return the HMAC by which the same rows for the same dates are recognised."""
    return content_of(
        shared.rows.drop(RECORD_ID, strict=False),
        secret=officer.content_key,
        key=key,
        covered=shared.covered,
        version=shared.version,
    )


def statement_of(
    shared: Depersonalised,
    log: Log,
    card: Card,
    sealed: Sealed,
    *,
    content: str,
    answers: Sequence[Answer],
) -> Submit:
    """Return what is signed about a bundle that is encrypted."""
    return Submit(
        partner=card.partner,
        officer=card.officer,
        dataset=shared.dataset.id,
        part=shared.policy.part,
        quarter=shared.covered.quarter,
        covered=shared.covered,
        schema=shared.version,
        personal=shared.personal,
        counts=_counts(shared),
        treatments=_treatments(shared),
        recipients=tuple(
            (c.who, c.signer) for c in recipient_cards(log.register, personal=shared.personal)
        ),
        bundle_sha256=sealed.bundle_sha256,
        bundle_size=sealed.bundle_size,
        payload_sha256=sealed.payload_sha256,
        content=content,
        answers=tuple(answers) if log.register.format >= PROVED else None,
    )


def _counts(shared: Depersonalised) -> Json:
    account = shared.treatment_counts
    left_out = {reason.value: in_band(n) for reason, n in account.tally.left_out.items()}
    also = {"small-group": account.withheld, "domestic": account.domestics, HELD: account.held}
    left_out |= {reason: in_band(n) for reason, n in also.items() if n}
    return {
        "rows_in": in_band(account.tally.rows_in),
        "accepted": in_band(shared.rows.height),
        "left_out": left_out,
    }


def _treatments(shared: Depersonalised) -> Json:
    account = shared.treatment_counts
    generalised = {why or "not": in_band(n) for why, n in account.generalised.items()}
    if shared.late:
        generalised[LATE] = in_band(shared.late)
    return {
        "domestic": str(shared.policy.domestic),
        "smallest": shared.policy.smallest,
        "places": {name: in_band(n) for name, n in account.places.items()},
        "generalised": generalised,
    }


def entry_of(log: Log, statement: Submit, time: datetime, entry_id: str) -> Entry:
    """Return the entry of a statement, after what is there."""
    return Entry(
        written_format(statement),
        log.founding.origin,
        entry_id,
        "submit",
        time,
        log.verified_tree,
        statement,
    )
