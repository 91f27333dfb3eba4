"""The compliance report: what each partner sent, when, and whether duty and protocol are met.

Everything in it is replayed from the log, and each row names the entries it is based on. A log that
a witness or a checkpoint contradicts gives no report; lesser damage stands at its head.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from exchange.log.verify import StoreAudit
from exchange.reports.compliance import partnership, submissions
from exchange.reports.compliance.board_page import board_page, last_quarters, quarter_of_page
from exchange.reports.compliance.decisions import decisions, in_lines
from exchange.reports.compliance.requirements import in_force
from exchange.reports.names import names_of
from exchange.reports.registers.group import group_tables
from exchange.reports.report import Report, ReportWarning
from exchange.reports.source import REFERENCES, Source, audit_reference
from exchange.reports.state_words import STATE_NAMES, standing_json
from exchange.text import with_noun
from partners.entries.returns import Submit
from partners.register.obligations import Standing
from schemas.quarters import Quarter, long_date


def compliance(audit: StoreAudit, quarters: Sequence[Quarter], now: datetime) -> Report:
    """Return the compliance report of some quarters, oldest first.

    Args:
        audit: The audit of the whole store, with or without its bundles.
    """
    source = Source(audit, tuple(quarters), now)
    standings = {quarter: source.standings(quarter) for quarter in quarters}
    register = source.log.register
    areas = ", ".join(f"{a.name} ({a.code})" for a in register.areas)
    return Report(
        f"Compliance report: {register.name}",
        about=(
            *(_in_one_line(quarter, standing) for quarter, standing in standings.items()),
            f"Area: {areas}",
            f"Data at {long_date(source.today)}",
        ),
        warnings=_warnings(source),
        todo=in_lines(decisions(source, standings)),
        parts=(
            submissions.status_by_partner(source, standings),
            submissions.status_by_quarter(source),
            partnership.protocol_signatures(source),
            partnership.liaison_officers(source),
            *group_tables(source),
            *in_force(source),
            partnership.datasets_not_held(source),
            submissions.depersonalisation(source),
            submissions.answers_to_queries(source),
            submissions.that_some_cannot_open(source),
            partnership.keys(source),
            partnership.confirmations(source),
        ),
        data=_data(source, standings),
        footnote=f"{audit_reference(source.log)}. {REFERENCES}",
        front=board_page(source, quarter_of_page(source)),
        names=names_of(register),
    )


def _in_one_line(quarter: Quarter, standing: list[Standing]) -> str:
    counts = Counter(s.state for s in standing)
    by_state = [f"{counts[s]} {name}" for s, name in STATE_NAMES.items() if counts[s]]
    due = f"{quarter.label}, due by {long_date(quarter.due)}"
    return f"{due}: {', '.join(by_state) or 'nothing due'}"


def _warnings(source: Source) -> tuple[ReportWarning, ...]:
    audit = source.audit
    warnings = [
        *(
            ReportWarning("bundle-not-as-signed", _not_as_signed(source, position))
            for position in audit.broken
        ),
        *(
            ReportWarning(
                "signed-file-proves-nothing",
                f"{name} is not a valid record of its kind, and is not used as evidence",
            )
            for name in audit.not_counting
        ),
        *(ReportWarning("entry-time-doubtful", clock) for clock in audit.clocks),
    ]
    if without := source.log.register.rejected:
        items = with_noun(len(without), "item was", "items were")
        text = f"{items} not accepted. To see which: exchange verify"
        warnings.append(ReportWarning("entries-without-effect", text))
    return tuple(warnings)


def _not_as_signed(source: Source, position: int) -> str:
    sender = source.partner_names[source.log.register.applied[position].signer.partition("/")[0]]
    return (
        f"a file that {sender} sent is missing, or not as they signed it (reference {position}); "
        "ask them to send it again"
    )


def _data(source: Source, standings: dict[Quarter, list[Standing]]) -> dict[str, Any]:
    """Return all of it with the entries that it is based on."""
    register = source.log.register
    return {
        **source.as_data,
        "quarters": [str(quarter) for quarter in source.quarters],
        "trend": [
            {
                "quarter": str(quarter),
                "partner": s.partner,
                "dataset": s.dataset,
                "state": s.state,
                "entries": list(s.entries),
            }
            for quarter, standing in last_quarters(source, source.quarters[-1]).items()
            for s in standing or ()
        ],
        "standings": [
            standing_json(s, source.log, source.audit.witnessed)
            | {
                "bundles": [
                    submission.statement.bundle_sha256
                    for submission in register.submissions
                    if submission.position in s.entries and isinstance(submission.statement, Submit)
                ],
            }
            for standing in standings.values()
            for s in standing
        ],
    }
