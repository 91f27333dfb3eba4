"""The compliance report: what each partner sent, when, and whether duty and protocol are met.

Everything in it is replayed from the log, and each row names the entries it rests on. A log that a
witness or a checkpoint contradicts gives no report; lesser damage stands at its head.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from exchange.log.recipients import unserved
from exchange.log.verify import StoreAudit
from exchange.pull.answers import answers_in_words
from exchange.reports.compliance.board_page import (
    TREND,
    board_page,
    last_quarters,
    quarter_of_page,
)
from exchange.reports.compliance.proofs import absent
from exchange.reports.compliance.requirements import in_force
from exchange.reports.names import names_of
from exchange.reports.report import Report, ReportTable, ReportWarning
from exchange.reports.source import REFERENCES, Source, audit_reference
from exchange.reports.state_words import STATE_COLUMNS, STATE_NAMES, evidence, standing_json, words
from exchange.text import PLACES, time_in_words, with_noun
from partners.entries.kinds import Submit
from partners.entries.reasons import REASONS
from partners.law.authorities import standing_of
from partners.register.obligations import Standing, State
from partners.register.state import HELD, LATE
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter, days_in_words, london_day, long_date


def compliance(account: StoreAudit, quarters: Sequence[Quarter], now: datetime) -> Report:
    """Return the compliance report of some quarters, oldest first.

    Args:
        account: The whole account of the store, its bundles read or not.
    """
    of = Source(account, tuple(quarters), now)
    found = {quarter: of.standings(quarter) for quarter in quarters}
    register = of.log.register
    areas = ", ".join(f"{a.name} ({a.code})" for a in register.areas)
    return Report(
        f"Compliance report: {register.name}",
        (
            *(_in_one_line(quarter, standing) for quarter, standing in found.items()),
            f"Area: {areas}",
            f"Data at {long_date(of.today)}",
        ),
        _warnings(of),
        _todo(of, found),
        (
            _shared(of, found),
            _trend(of),
            _signatories(of),
            _officers(of),
            *in_force(of),
            _not_held(of),
            _treated(of),
            _answered(of),
            _not_served(of),
            _keys(of),
            _health(of),
        ),
        _data(of, found),
        footnote=f"{audit_reference(of.log)}. {REFERENCES}",
        front=board_page(of, quarter_of_page(of)),
        names=names_of(register),
    )


def _in_one_line(quarter: Quarter, standing: list[Standing]) -> str:
    counts = Counter(s.state for s in standing)
    by_state = [f"{counts[s]} {name}" for s, name in STATE_NAMES.items() if counts[s]]
    due = f"{quarter.label}, due by {long_date(quarter.due)}"
    return f"{due}: {', '.join(by_state) or 'nothing due'}"


def _warnings(of: Source) -> tuple[ReportWarning, ...]:
    account = of.account
    found = [
        *(
            ReportWarning("bundle-not-as-signed", f"a file does not match its signature: {b.says}")
            for b in account.broken
        ),
        *(
            ReportWarning(
                "signed-file-proves-nothing",
                f"{name} is not a valid record of its kind, and is not used as evidence",
            )
            for name in account.not_counting
        ),
        *(ReportWarning("entry-time-doubtful", clock) for clock in account.clocks),
    ]
    without = [a for a in of.log.register.applied if a.why]
    if without:
        items = with_noun(len(without), "item was", "items were")
        had = f"{items} not accepted. To see which: exchange verify"
        found.append(ReportWarning("entries-without-effect", had))
    return tuple(found)


def _shared(of: Source, found: dict[Quarter, list[Standing]]) -> ReportTable:
    rows = [
        (
            str(quarter),
            s.partner,
            s.dataset,
            words(s, days_in_words, of.partner_names),
            _received(s),
            evidence(of.log, s, of.account.witnessed, of.partner_names),
            _entries(s),
        )
        for quarter, standing in found.items()
        for s in standing
    ]
    columns = ("quarter", "partner", "dataset", "status", "received", "evidence", "reference")
    says = (
        "Datasets that the Regulations prescribe, and any others in the protocol, by the partner "
        "that holds them. Where the legal duty is unconfirmed, a dataset is not counted as overdue."
    )
    return ReportTable(
        "shared", "Submissions by partner", says, columns, rows, (), "Nothing is due.",
        identifiers=(0, 1, 2),
    )  # fmt: skip


def _entries(s: Standing) -> str:
    """Return the log numbers of what is in effect, and of what that replaced after the deadline."""
    now = ", ".join(map(str, s.entries))
    if s.replaced is None:
        return now
    return f"{', '.join(map(str, s.replaced.positions))}, replaced by {now}"


def _received(s: Standing) -> str:
    """Return the day on which a dataset was complete, and how early or late that was."""
    if s.completed is None:
        return ""
    day, late = long_date(london_day(s.completed)), s.quarter.days_late(s.completed)
    if late == 0:
        return f"{day} (the last day)"
    return f"{day} ({with_noun(abs(late), 'day')} {'late' if late > 0 else 'early'})"


def _trend(of: Source) -> ReportTable:
    rows = []
    for quarter, standing in last_quarters(of, of.quarters[-1]).items():
        if standing is None:
            rows.append((str(quarter), *("" for _ in State)))
            continue
        counts = Counter(s.state for s in standing)
        rows.append((str(quarter), *(str(counts[state]) for state in State)))
    return ReportTable(
        "trend",
        f"Last {TREND} quarters",
        "Number of datasets by status, all partners together. Blank quarters are from before "
        "the partnership was founded.",
        ("quarter", *STATE_COLUMNS),
        rows,
        tuple(range(1, len(State) + 1)),
        identifiers=(0,),
        labels=STATE_COLUMNS,
    )


def _signatories(of: Source) -> ReportTable:
    register, protocol = of.log.register, of.log.register.protocol
    rows = []
    for partner in register.partners.values():
        signed = protocol.signatures.get(partner.id) if protocol else None
        lawful = standing_of(partner.kinds, register.nation, of.today)
        must = of.is_responsible(partner.id)
        if not must and signed is None and "other" in partner.kinds:
            continue
        rows.append(
            (
                partner.id,
                re.sub("^(the|an?) ", "", lawful.title) if lawful else "",
                "responsible authority" if must else "optional signatory",
                f"yes, {_day(signed.time)}" if signed else "no",
                f"{signed.position}" if signed else "",
            )
        )
    if protocol is None:
        says = "No protocol is published."
    else:
        p = protocol.published
        review = f", to be reviewed by {long_date(p.review)}" if p.review else ""
        says = (
            f"{p.title}, version {len(register.protocols)}, published {_day(protocol.time)} "
            f"(reference {protocol.position}){review}."
        )
    columns = ("partner", "role", "legal_status", "signed", "reference")
    return ReportTable("protocol", "Protocol signatures", says, columns, rows, identifiers=(0,))


_OFFICES: Final = {False: "liaison officer", True: "deputy"}


def _officers(of: Source) -> ReportTable:
    register = of.log.register
    rows = []
    for partner in register.partners:
        for deputy in (False, True):
            one = register.nominations.get((partner, deputy))
            if one is None and (deputy or not of.is_responsible(partner)):
                continue
            state = "not appointed"
            if one is not None:
                accepted = "confirmed" if one.accepted is not None else "not yet confirmed"
                state = f"since {_day(one.time)}, {accepted}"
            rows.append(
                (
                    partner,
                    one.nominee if one else "",
                    _OFFICES[deputy],
                    state,
                    str(one.position) if one else "",
                )
            )
    says = "Each responsible authority appoints an officer who is responsible for its submissions."
    columns = ("partner", "officer", "role", "status", "reference")
    return ReportTable(
        "officers", "Designated liaison officers", says, columns, rows, identifiers=(0, 1)
    )


def _not_held(of: Source) -> ReportTable:
    rows = [
        (
            claim.said.partner,
            claim.said.dataset,
            str(claim.said.first),
            str(claim.said.last or "until further notice"),
            REASONS["not-held"][claim.said.reason],
            str(claim.position),
        )
        for claims in of.log.register.claims.values()
        for claim in claims
        if not claim.said.held
    ]
    return ReportTable(
        "not-held",
        "Datasets not held",
        "The duty covers data that an authority holds. It does not require anyone to collect more.",
        ("partner", "dataset", "from", "to", "reason", "reference"),
        rows,
        identifiers=(0, 1, 2, 3),
    )


def _treated(of: Source) -> ReportTable:
    rows = []
    less = dict[str, str]()
    for one in of.log.register.current():
        s = one.statement
        if s.quarter in of.quarters and not s.personal:
            if (dataset := DATASETS.get(s.dataset)) and dataset.shared_less_precisely:
                less[dataset.title] = dataset.shared_less_precisely
            left = s.counts["left_out"]
            withheld = {why: left[why] for why in ("small-group", "domestic", HELD) if why in left}
            told = s.treatments["generalised"]
            coarser = {_NOT_COARSER.get(why, why): n for why, n in told.items() if why != "not"}
            rows.append(
                (
                    s.partner,
                    s.dataset,
                    str(s.covered),
                    _range(s.counts["accepted"]),
                    _bands({PLACES.get(n, n): b for n, b in s.treatments["places"].items()}),
                    _bands(coarser, alone="generalised"),
                    _bands(withheld),
                    _at_most(withheld, s.counts["accepted"]),
                    str(one.position),
                )
            )
    says = (
        "How precisely places are shown, why some records were generalised, and how many were "
        "withheld. Numbers are shown as ranges, so that small numbers are not disclosed."
    )
    says = " ".join([says, *(f"{title}: {told}" for title, told in sorted(less.items()))])
    columns = ("partner", "dataset", "dates", "records", "located_by", "generalised", "withheld",
                "share_withheld", "reference")  # fmt: skip
    return ReportTable(
        "treatments", "Depersonalisation summary", says, columns, rows, identifiers=(0, 1, 2)
    )


def _answered(of: Source) -> ReportTable:
    rows = [
        (s.partner, s.dataset, str(s.covered), answer, str(one.position))
        for one in of.log.register.current()
        if (s := one.statement).quarter in of.quarters and not s.personal
        for answer in answers_in_words(one)
    ]
    says = (
        "Before a file is sent, the officer answers queries about it with a reason from a list, "
        "which is signed with the submission. Notes in the officer's own words are not shared."
    )
    columns = ("partner", "dataset", "dates", "answer", "reference")
    return ReportTable(
        "answers", "Queries about submissions, and the answers", says, columns, rows,
        identifiers=(0, 1, 2),
    )  # fmt: skip


_NOT_COARSER: Final = {LATE: "marked as sensitive only after they were sent"}


def _bands(bands: dict[str, str], alone: str = "") -> str:
    """Write counts with what they count.

    Args:
        alone: What the column says already, so that the count is enough.
    """
    if list(bands) == [alone]:
        return _range(bands[alone])
    return "; ".join(
        f"{name.replace('-', ' ')}: {_range(band)}" for name, band in sorted(bands.items())
    )


def _range(band: str) -> str:
    """Write a count that is known as a range, such as "1,000 to 4,999"."""
    return " to ".join(f"{int(end):,}" for end in band.split("-"))


def _at_most(withheld: dict[str, str], left: str) -> str:
    """Return the largest share that can have been withheld, from the ranges."""
    most = sum(int(band.rpartition("-")[2]) for band in withheld.values())
    least = int(left.partition("-")[0])
    return f"at most {math.ceil(100 * most / (most + least))}%" if most else "none"


def _not_served(of: Source) -> ReportTable:
    rows = []
    for one in of.log.register.current():
        names = ", ".join(dict.fromkeys(card.who for card in unserved(of.log, one)))
        if names:
            s = one.statement
            rows.append((s.partner, s.dataset, str(s.covered), names, str(one.position)))
    return ReportTable(
        "not-served",
        "Submissions that some officers cannot open",
        "Sent before these officers' keys were added. Ask the partner that sent each one to run: "
        "exchange log reseal",
        ("partner", "dataset", "dates", "cannot_open", "reference"),
        rows,
        identifiers=(0, 1, 2, 3),
    )


def _keys(of: Source) -> ReportTable:
    register = of.log.register
    rows = [
        (card.who, ", ".join(card.roles), _day(card.made), long_date(card.renewal),
         "due" if card.renewal <= of.today else "", str(register.since[card.signer]))
        for card in register.cards.values()
    ]  # fmt: skip
    says = "Officers sign with a key, which they renew every two years."
    columns = ("officer", "roles", "made", "renew_by", "renewal", "reference")
    return ReportTable("keys", "Keys", says, columns, rows, identifiers=(0,))


def _health(of: Source) -> ReportTable:
    last = {one.card.who: one for one in of.account.witnessed.sightings}
    rows = [(who, time_in_words(one.time), f"{one.size - 1}") for who, one in last.items()]
    says = (
        "Officers' computers check the records of this report against their own copies, so that "
        "any removal or change is noticed."
    )
    columns = ("officer", "last_confirmed", "up_to_reference")
    return ReportTable(
        "log", "Confirmations by partners", says, columns, rows, (2,),
        "No partner has confirmed the records yet.", identifiers=(0,),
    )  # fmt: skip


def _day(time: datetime) -> str:
    return long_date(london_day(time))


def _todo(of: Source, found: dict[Quarter, list[Standing]]) -> tuple[str, ...]:
    """Draft the decisions that the meeting has to take, from the gaps."""
    return (*_missing(of, found), *_unsigned(of), *_without_officer(of), *_not_enrolled(of))


def _not_enrolled(of: Source) -> list[str]:
    return [f"Missing partner: {title}. Invite them." for title in absent(of)]


def _missing(of: Source, found: dict[Quarter, list[Standing]]) -> list[str]:
    names = names_of(of.log.register)
    return [
        f"{names[s.partner]}, {names.get(s.dataset, s.dataset)}, {quarter.label}: "
        f"{words(s, days_in_words, of.partner_names)}. {_ask(s, names[s.partner])}."
        for quarter, standing in found.items()
        for s in standing
        if s.state in (State.OVERDUE, State.EXPECTED) or (s.purged and not s.entries)
    ]


def _ask(s: Standing, partner: str) -> str:
    if s.purged and not s.entries:
        return f"Ask {partner} what was disclosed to whom, and when they will send it again"
    if s.state is State.OVERDUE:
        return f"Ask {partner} for a date"
    return f"Ask {partner} whether they hold it and will send it"


def _unsigned(of: Source) -> list[str]:
    protocol = of.log.register.protocol
    if protocol is None:
        return ["No protocol is published. Agree one and publish it."]
    unsigned = [
        f"{of.partner_names[partner]} must sign the protocol, and has not."
        for partner in of.responsible
        if partner not in protocol.signatures
    ]
    review = protocol.published.review
    return unsigned + ["The protocol is due for review."] * bool(review and review <= of.today)


def _without_officer(of: Source) -> list[str]:
    nominations = of.log.register.nominations
    none = [
        f"{of.partner_names[partner]} has not appointed a designated liaison officer."
        for partner in of.responsible
        if (partner, False) not in nominations
    ]
    waiting = [
        f"{of.partner_names[partner]}: its {_OFFICES[deputy]} has not yet confirmed."
        for (partner, deputy), one in nominations.items()
        if one.accepted is None
    ]
    return none + waiting


def _data(of: Source, found: dict[Quarter, list[Standing]]) -> dict[str, Any]:
    """Return all of it with the entries that it rests on."""
    register = of.log.register
    return {
        "partnership": register.name,
        "origin": register.origin,
        "log": {"size": of.log.tree.size, "root": of.log.tree.root.hex()},
        "quarters": [str(quarter) for quarter in of.quarters],
        "trend": [
            {
                "quarter": str(quarter),
                "partner": s.partner,
                "dataset": s.dataset,
                "state": s.state,
                "entries": list(s.entries),
            }
            for quarter, standing in last_quarters(of, of.quarters[-1]).items()
            for s in standing or ()
        ],
        "standings": [
            standing_json(s, of.log, of.account.witnessed)
            | {
                "bundles": [
                    one.statement.bundle_sha256
                    for one in register.submissions
                    if one.position in s.entries and isinstance(one.statement, Submit)
                ],
            }
            for standing in found.values()
            for s in standing
        ],
    }
