"""The compliance report: who shared what, when, and whether the duty and the protocol are met.

Everything in it is replayed from the log, and each row names the entries it rests on. A log that a
witness or a checkpoint contradicts gives no report; lesser damage stands at its head.
"""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from exchange.log.merkle import root_text
from exchange.log.recipients import unserved
from exchange.log.verify import StoreAudit
from exchange.reports.compliance.answers import absent
from exchange.reports.compliance.requirements import in_force
from exchange.reports.report import Report, ReportTable, ReportWarning
from exchange.reports.source import Source
from exchange.reports.state_words import evidence, standing_json, words
from exchange.text import long_date, with_noun
from partners.entries.kinds import Submit
from partners.entries.reasons import REASONS
from partners.law.authorities import standing_of
from partners.register.obligations import Standing, State
from partners.register.state import HELD, LATE
from schemas.quarters import Quarter

TREND: Final = 8  # quarters
_DATE: Final = "%Y-%m-%d"


def compliance(account: StoreAudit, quarters: Sequence[Quarter], now: datetime) -> Report:
    """Return the compliance report of some quarters, oldest first.

    Args:
        account: The whole account of the store, its bundles read or not.
    """
    of = Source(account, tuple(quarters), now)
    found = {quarter: of.standings(quarter) for quarter in quarters}
    register = of.log.register
    areas = ", ".join(f"{a.name} ({a.code})" for a in register.areas)
    labels = "; ".join(f"{q.label}, due by {long_date(q.due)}" for q in quarters)
    return Report(
        f"Sharing of information: {register.name}",
        (
            labels,
            *(_in_one_line(quarter, standing) for quarter, standing in found.items()),
            f"Area: {areas}",
            f"As the log was with {of.log.tree.size:,} entries, root {root_text(of.log.tree.root)}",
        ),
        _warnings(of),
        _todo(of, found),
        (
            _shared(of, found),
            _trend(of),
            _signatories(of),
            _officers(of),
            in_force(of),
            _not_held(of),
            _treated(of),
            _not_served(of),
            _keys(of),
            _health(of),
        ),
        _data(of, found),
    )


def _in_one_line(quarter: Quarter, standing: list[Standing]) -> str:
    counts = Counter(str(s.state) for s in standing)
    told = [f"{counts[state]} {state}" for state in map(str, State) if counts[state]]
    return f"{quarter}: {', '.join(told) or 'nothing is owed'}"


def _warnings(of: Source) -> tuple[ReportWarning, ...]:
    account = of.account
    found = [
        *(
            ReportWarning("bundle-not-as-signed", f"a bundle is not as signed: {b.says}")
            for b in account.broken
        ),
        *(
            ReportWarning(
                "signed-file-proves-nothing",
                f"{name} is not what its name says, and proves nothing",
            )
            for name in account.not_counting
        ),
        *(ReportWarning("entry-time-doubtful", clock) for clock in account.clocks),
    ]
    without = [a for a in of.log.register.applied if a.why]
    if without:
        had = f"{with_noun(len(without), 'entry', 'entries')} of the log had no effect"
        found.append(ReportWarning("entries-without-effect", had))
    return tuple(found)


def _shared(of: Source, found: dict[Quarter, list[Standing]]) -> ReportTable:
    rows = [
        (
            str(quarter),
            s.partner,
            s.dataset,
            words(s),
            _early_or_late(s),
            evidence(of.log, s, of.account.witnessed),
            _entries(s),
        )
        for quarter, standing in found.items()
        for s in standing
    ]
    headings = ("quarter", "partner", "dataset", "state", "days before the deadline", "evidence",
                "log")  # fmt: skip
    says = (
        "What each authority holds of the datasets that the Regulations prescribe, and of those "
        "that the protocol has beside them. Where the duty of today's holder is not proved, "
        "nothing is called overdue."
    )
    return ReportTable("shared", "Who shared what", says, headings, rows, (4,), "Nothing is owed.")


def _entries(s: Standing) -> str:
    """Return the log numbers of what is in effect, and of what that replaced after the deadline."""
    now = ", ".join(map(str, s.entries))
    if s.replaced is None:
        return now
    return f"{', '.join(map(str, s.replaced.positions))}, replaced by {now}"


def _early_or_late(s: Standing) -> str:
    return "" if s.completed is None else str(-s.quarter.days_late(s.completed))


def _trend(of: Source) -> ReportTable:
    rows = []
    for quarter, standing in _last_quarters(of).items():
        if standing is None:
            rows.append((str(quarter), *("" for _ in State)))
            continue
        counts = Counter(s.state for s in standing)
        rows.append((str(quarter), *(str(counts[state]) for state in State)))
    return ReportTable(
        "trend",
        f"The last {TREND} quarters",
        "How many datasets of all authorities stand how; the states are those above. Quarters that "
        "were due before this log began are left empty: it cannot tell.",
        ("quarter", *(str(state) for state in State)),
        rows,
        tuple(range(1, len(State) + 1)),
    )


def _last_quarters(of: Source) -> dict[Quarter, list[Standing] | None]:
    """Return how all stand for the last quarters; none for those due before the log began."""
    quarters = [of.quarters[-1]]
    while len(quarters) < TREND:
        quarters.insert(0, quarters[0].previous)
    began = of.log.entries[0]
    return {
        quarter: None if began and quarter.is_late(began.time) else of.standings(quarter)
        for quarter in quarters
    }


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
                lawful.title if lawful else "",
                "responsible authority" if must else "may sign",
                f"signed {signed.time:{_DATE}}" if signed else "not signed",
                f"{signed.position}" if signed else "",
            )
        )
    if protocol is None:
        says = "No protocol is published."
    else:
        p = protocol.published
        review = f", to be reviewed by {long_date(p.review)}" if p.review else ""
        says = (
            f"{p.title}, version of {protocol.time:{_DATE}} (log {protocol.position}; version "
            f"{len(register.protocols)} since the partnership began){review}."
        )
    headings = ("authority", "as", "in law", "state", "log")
    return ReportTable("protocol", "The protocol, and who has signed it", says, headings, rows)


_OFFICES: Final = {False: "liaison officer", True: "deputy"}


def _officers(of: Source) -> ReportTable:
    register = of.log.register
    rows = []
    for partner in register.partners:
        for deputy in (False, True):
            one = register.nominations.get((partner, deputy))
            if one is None and (deputy or not of.is_responsible(partner)):
                continue
            state = "none designated"
            if one is not None:
                accepted = "accepted" if one.accepted is not None else "has not accepted"
                state = f"since {one.time:{_DATE}}, {accepted}"
            rows.append(
                (
                    partner,
                    one.nominee if one else "",
                    _OFFICES[deputy],
                    state,
                    str(one.position) if one else "",
                )
            )
    says = "Each responsible authority designates one, who shares information and answers for it."
    headings = ("authority", "office", "as", "state", "log")
    return ReportTable("officers", "Designated liaison officers", says, headings, rows)


def _not_held(of: Source) -> ReportTable:
    rows = [
        (
            claim.said.partner,
            claim.said.dataset,
            str(claim.said.first),
            str(claim.said.last or "until said otherwise"),
            REASONS["not-held"][claim.said.reason],
            str(claim.position),
        )
        for claims in of.log.register.claims.values()
        for claim in claims
        if not claim.said.held
    ]
    return ReportTable(
        "not-held",
        "What is not held",
        "The duty covers what an authority holds; it asks nobody to collect anything.",
        ("authority", "dataset", "from", "to", "reason", "log"),
        rows,
    )


def _treated(of: Source) -> ReportTable:
    rows = []
    for one in of.log.register.current():
        s = one.statement
        if s.quarter in of.quarters and not s.personal:
            left = s.counts["left_out"]
            withheld = {why: left[why] for why in ("small-group", "domestic", HELD) if why in left}
            told = s.treatments["generalised"]
            coarser = {_NOT_COARSER.get(why, why): n for why, n in told.items() if why != "not"}
            rows.append(
                (
                    s.partner,
                    s.dataset,
                    str(s.covered),
                    s.counts["accepted"],
                    _bands(s.treatments["places"]),
                    _bands(coarser),
                    _bands(withheld),
                    _at_most(withheld, s.counts["accepted"]),
                    str(one.position),
                )
            )
    says = (
        "How finely records left, why some left coarser, and how many were withheld. In bands, as "
        "their senders signed: no small number of records is told exactly."
    )
    headings = ("authority", "dataset", "dates", "records", "places", "made coarser", "withheld",
                "share withheld", "log")  # fmt: skip
    return ReportTable("treatments", "How it was depersonalised", says, headings, rows)


_NOT_COARSER: Final = {LATE: "marked as sensitive only after they were sent"}


def _bands(told: dict[str, str]) -> str:
    return "; ".join(f"{name}: {band}" for name, band in sorted(told.items()))


def _at_most(withheld: dict[str, str], left: str) -> str:
    """Say what share was withheld at most, as far as bands tell."""
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
        "Shared, and not yet served to all",
        "Sealed before these keys were enrolled; whoever sent it seals it again: "
        "exchange log reseal.",
        ("authority", "dataset", "dates", "cannot open it", "log"),
        rows,
    )


def _keys(of: Source) -> ReportTable:
    register = of.log.register
    rows = [
        (card.who, ", ".join(card.roles), f"{card.made:{_DATE}}", str(card.renewal),
         "due" if card.renewal <= of.today else "", str(register.since[card.signer]))
        for card in register.cards.values()
    ]  # fmt: skip
    says = "A key is renewed every two years; until it is revoked it counts all the same."
    headings = ("office", "roles", "made", "renew by", "state", "log")
    return ReportTable("keys", "Keys", says, headings, rows)


def _health(of: Source) -> ReportTable:
    account, seen = of.account, of.account.witnessed.sightings
    last: dict[str, Any] = {one.card.who: one for one in seen}
    rows = [(who, f"{one.time:%Y-%m-%d %H:%M} UTC", str(one.size)) for who, one in last.items()]
    says = (
        f"{of.log.tree.size:,} entries, {account.checkpoints:,} checkpoints agree, "
        f"{len(seen):,} sightings agree; who saw it last, and how much of it:"
    )
    headings = ("witness", "last saw it", "entries")
    return ReportTable("log", "The log", says, headings, rows, (2,), "Nobody has witnessed it.")


def _todo(of: Source, found: dict[Quarter, list[Standing]]) -> tuple[str, ...]:
    """Draft what the meeting has to decide, from the gaps."""
    return (*_missing(found), *_unsigned(of), *_without_officer(of), *_not_enrolled(of))


def _not_enrolled(of: Source) -> list[str]:
    return [f"No partner is enrolled that is {title}: invite one." for title in absent(of)]


def _missing(found: dict[Quarter, list[Standing]]) -> list[str]:
    return [
        f"{s.partner}: {s.dataset} of {quarter.label} is {words(s)}; {_ask(s)}."
        for quarter, standing in found.items()
        for s in standing
        if s.state in (State.OVERDUE, State.EXPECTED) or (s.purged and not s.entries)
    ]


def _ask(s: Standing) -> str:
    if s.purged and not s.entries:
        return "ask what was disclosed to whom, and when it will be sent again"
    if s.state is State.OVERDUE:
        return "ask when it will be shared"
    return "ask whether it is held, and will be shared"


def _unsigned(of: Source) -> list[str]:
    protocol = of.log.register.protocol
    if protocol is None:
        return ["No protocol is published: agree on one, and publish it."]
    told = [
        f"{partner} has not signed the protocol, and must."
        for partner in of.responsible
        if partner not in protocol.signatures
    ]
    review = protocol.published.review
    return told + ["The review of the protocol is due."] * bool(review and review <= of.today)


def _without_officer(of: Source) -> list[str]:
    nominations = of.log.register.nominations
    none = [
        f"{partner} has no designated liaison officer."
        for partner in of.responsible
        if (partner, False) not in nominations
    ]
    waiting = [
        f"{partner}: its designated {_OFFICES[deputy]} has not accepted."
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
            for quarter, standing in _last_quarters(of).items()
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
