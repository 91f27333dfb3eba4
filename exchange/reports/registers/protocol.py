"""The draft of an information sharing protocol, from a template and what the log knows."""

import re
from collections.abc import Iterator
from importlib.resources import files

from exchange.reports.names import names_of
from exchange.reports.report import Prose, Report, ReportTable
from exchange.reports.source import Source
from partners.law.authorities import standing_of
from schemas.quarters import long_date


def draft_protocol(of: Source) -> Report:
    """Return the draft: its sections, its parties and officers, and room for signatures."""
    register = of.log.register
    return Report(
        f"Information sharing protocol: {register.name}",
        (f"Draft of {long_date(of.today)}. Replace everything in [square brackets].",),
        (),
        None,
        (_parties(of), *_sections(of), _datasets(of), _officers(of), _signatures(of)),
        {"partnership": register.name, "origin": register.origin},
        public=True,
        names=names_of(register),
    )


def _sections(of: Source) -> Iterator[Prose]:
    register = of.log.register
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
        paragraphs = tuple(" ".join(one.split()) for one in pieces)
        identifier = title.lower().replace(" ", "-")
        yield Prose(identifier, title, "", paragraphs, "", body.strip())


def _parties(of: Source) -> ReportTable:
    register = of.log.register
    rows = []
    for partner in register.partners.values():
        lawful = standing_of(partner.kinds, register.nation, of.today)
        status = "responsible authority" if of.is_responsible(partner.id) else "partner"
        rows.append((partner.name, lawful.title if lawful else "", status))
    says = "The authorities that this protocol is between."
    return ReportTable("parties", "Parties", says, ("party", "as", "status"), rows)


def _datasets(of: Source) -> ReportTable:
    register = of.log.register
    partners = register.partners.values()
    rows = [
        (one.title, ", ".join(p.name for p in partners if one.kinds & p.kinds_ever))
        for one in register.adopted.values()
    ]
    says = "What is shared each quarter, and the parties that may hold it."
    return ReportTable("datasets", "Datasets", says, ("dataset", "held_by"), rows)


def _officers(of: Source) -> ReportTable:
    register = of.log.register
    contacts = {card.who: card.contact for card in register.cards.values()}
    rows = []
    for partner in of.responsible:
        for deputy in (False, True):
            one = register.nominations.get((partner, deputy))
            post, contact = "[post]", "[how to reach them]"
            if one is not None:
                post, contact = one.nominee, contacts.get(f"{partner}/{one.nominee}", contact)
            role = "deputy" if deputy else "liaison officer"
            rows.append((of.partner_names[partner], role, post, contact))
    says = "Who answers for each authority's submissions."
    columns = ("authority", "role", "post", "contact")
    return ReportTable("officers", "Liaison officers and deputies", says, columns, rows)


def _signatures(of: Source) -> ReportTable:
    rows = [(name, "", "", "") for name in of.partner_names.values()]
    says = (
        "Each authority also signs in the log, where the signature is bound to this document: "
        "exchange partnership protocol sign FILE"
    )
    columns = ("for", "post", "signature", "date")
    return ReportTable("signatures", "Signatures", says, columns, rows)
