"""The sections of the compliance report about the partnership: protocol, officers, keys and log."""

import re

from exchange.reports.compliance.decisions import OFFICES
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from exchange.reports.source import Source
from exchange.text import day_of, time_in_words
from partners.entries.reasons import REASONS
from partners.law.authorities import standing_of
from schemas.quarters import long_date


def protocol_signatures(source: Source) -> ReportTable:
    """Return who must sign the protocol, who may, and who has."""
    register, protocol = source.log.register, source.log.register.protocol
    rows = []
    for partner in register.partners.values():
        signed = protocol.signatures.get(partner.id) if protocol else None
        lawful = standing_of(partner.kinds, register.nation, source.today)
        must = source.is_responsible(partner.id)
        if not must and signed is None and "other" in partner.kinds:
            continue
        rows.append(
            (
                partner.id,
                re.sub("^(the|an?) ", "", lawful.title) if lawful else "",
                "responsible authority" if must else "optional signatory",
                f"yes, {day_of(signed.time)}" if signed else "no",
                f"{signed.position}" if signed else "",
            )
        )
    if protocol is None:
        introduction = "No protocol is published."
    else:
        p = protocol.published
        review = f", to be reviewed by {long_date(p.review)}" if p.review else ""
        introduction = (
            f"{p.title}, version {len(register.protocols)}, published {day_of(protocol.time)} "
            f"(reference {protocol.position}){review}."
        )
    return fill_table("compliance/protocol", rows, introduction=introduction)


def liaison_officers(source: Source) -> ReportTable:
    """Return the liaison officer of each responsible authority, and the deputies."""
    register = source.log.register
    contacts = {card.who: card.contact for card in register.cards.values()}
    rows = []
    for partner in register.partners:
        for deputy in (False, True):
            nomination = register.nominations.get((partner, deputy))
            if nomination is None and (deputy or not source.is_responsible(partner)):
                continue
            state = "not appointed"
            if nomination is not None:
                accepted = "confirmed" if nomination.accepted is not None else "not yet confirmed"
                state = f"since {day_of(nomination.time)}, {accepted}"
            rows.append(
                (
                    partner,
                    nomination.nominee if nomination else "",
                    OFFICES[deputy],
                    contacts.get(f"{partner}/{nomination.nominee}", "") if nomination else "",
                    state,
                    str(nomination.position) if nomination else "",
                )
            )
    return fill_table("compliance/officers", rows)


def datasets_not_held(source: Source) -> ReportTable:
    """Return what partners say that they do not hold."""
    rows = [
        (
            claim.statement.partner,
            claim.statement.dataset,
            str(claim.statement.first),
            str(claim.statement.last or "until further notice"),
            REASONS["not-held"][claim.statement.reason],
            str(claim.position),
        )
        for claims in source.log.register.claims.values()
        for claim in claims
        if not claim.statement.held
    ]
    return fill_table("compliance/not-held", rows)


def keys(source: Source) -> ReportTable:
    """Return whose keys count, and when each is due for renewal."""
    register = source.log.register
    newest = {card.who: card.signer for card in register.cards.values()}
    rows = [
        (card.who, ", ".join(card.roles), day_of(card.made), long_date(card.renewal),
         "renewed" if newest[card.who] != card.signer
         else "due" if card.renewal <= source.today else "",
         str(register.enrolled_at[card.signer]))
        for card in register.cards.values()
    ]  # fmt: skip
    return fill_table("compliance/keys", rows)


def confirmations(source: Source) -> ReportTable:
    """Return up to which entry each officer has confirmed the log."""
    last = {
        cosignature.card.who: cosignature for cosignature in source.audit.witnessed.cosignatures
    }
    rows = [
        (who, time_in_words(cosignature.time), f"{cosignature.size - 1}")
        for who, cosignature in last.items()
    ]
    return fill_table("compliance/log", rows)
