"""The draft of an information sharing protocol, from a template and what the log knows."""

import re
from collections.abc import Iterator
from importlib.resources import files

from exchange.reports.names import names_of
from exchange.reports.report import Prose, Report, ReportTable
from exchange.reports.report_tables import fill_table
from exchange.reports.source import Source
from partners.law.authorities import standing_of
from schemas.quarters import long_date


def draft_protocol(source: Source) -> Report:
    """Return the draft: its sections, its parties and officers, and room for signatures."""
    register = source.log.register
    return Report(
        f"Information sharing protocol: {register.name}",
        about=(f"Draft of {long_date(source.today)}. Replace everything in [square brackets].",),
        warnings=(),
        todo=None,
        parts=(
            _parties(source),
            *_sections(source),
            _datasets(source),
            _officers(source),
            fill_table(
                "protocol/signatures",
                [(name, "", "", "") for name in source.partner_names.values()],
            ),
        ),
        data={"partnership": register.name, "origin": register.origin},
        public=True,
        names=names_of(register),
    )


def _sections(source: Source) -> Iterator[Prose]:
    register = source.log.register
    text = (files(__package__) / "protocol.md").read_text(encoding="utf-8")
    filled = {
        "areas": ", ".join(area.name for area in register.areas),
        "smallest": str(register.settings.smallest),
    }
    for part in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        for name, value in filled.items():
            body = body.replace(f"{{{name}}}", value)
        pieces = re.split(r"\n\n|\n(?=- )", body.strip())
        paragraphs = tuple(" ".join(piece.split()) for piece in pieces)
        identifier = title.lower().replace(" ", "-")
        yield Prose(
            identifier,
            title=title,
            introduction="",
            paragraphs=paragraphs,
            missing="",
            markdown=body.strip(),
        )


def _parties(source: Source) -> ReportTable:
    register = source.log.register
    rows = []
    for partner in register.partners.values():
        lawful = standing_of(partner.kinds, register.nation, source.today)
        status = "responsible authority" if source.is_responsible(partner.id) else "partner"
        rows.append((partner.name, lawful.title if lawful else "", status))
    return fill_table("protocol/parties", rows)


def _datasets(source: Source) -> ReportTable:
    register = source.log.register
    partners = register.partners.values()
    rows = [
        (
            adopted.title,
            ", ".join(p.name for p in partners if adopted.kinds & p.kinds_ever) or "[nobody yet]",
        )
        for adopted in register.adopted.values()
    ]
    return fill_table("protocol/datasets", rows)


def _officers(source: Source) -> ReportTable:
    register = source.log.register
    contacts = {card.who: card.contact for card in register.cards.values()}
    rows = []
    for partner in source.responsible:
        for deputy in (False, True):
            nomination = register.nominations.get((partner, deputy))
            post, contact = "[post]", "[how to reach them]"
            if nomination is not None:
                post, contact = (
                    nomination.nominee,
                    contacts.get(f"{partner}/{nomination.nominee}", contact),
                )
            role = "deputy" if deputy else "liaison officer"
            rows.append((source.partner_names[partner], role, post, contact))
    return fill_table("protocol/officers", rows)
