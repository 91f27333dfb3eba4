"""The protocol: what it settles, who has signed it, and the signature of one's own authority."""

import asyncio
import contextlib
import io
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Notice, Refusal, Usage
from exchange.log.documents import read_document
from exchange.log.log import Log
from exchange.page.forms import fields_of, log_once
from exchange.page.partnerships import settings_of
from exchange.page.room import Room
from exchange.page.templates import fault_at_field, render
from exchange.page.uploads import form_of
from exchange.profile.open_logs import open_log
from exchange.profile.settings import Settings
from exchange.reports.names import names_of
from exchange.submission.protocol import (
    Signatory,
    hash_document,
    protocol_in_force,
    protocol_rows,
    settings_not_followed,
    signatories,
)
from exchange.submission.sign_protocol import check_document, new_signature
from exchange.text import day_of
from partners.entries.protocol import SignProtocol
from partners.register.register import Register
from partners.register.state import Protocol, Signature
from schemas.quarters import london_day

_MOST: Final = 256 * 1024 * 1024  # bytes of a document that is chosen, as for the command
_ENDINGS: Final = {b"%PDF": ".pdf", b"PK\x03\x04": ".docx"}  # by how a document begins


@dataclass(frozen=True, slots=True)
class _Context:
    """What is asked about the protocol: in which partnership, with its register."""

    room: Room
    settings: Settings
    register: Register
    document: bytes | None  # as it is in the store; none where it was too large, or of before
    form: dict[str, str]


@dataclass(frozen=True, slots=True)
class _ProtocolView:
    """The protocol as the page shows it.

    Attributes:
        signature: That of the officer's authority.
        can_sign: Whether it can sign now, or sign again with another answer to the clause on
            personal data.
    """

    protocol: Protocol
    day: str
    rows: list[tuple[str, str]]
    not_followed: list[Notice]
    signatories: list[tuple[str, Signatory]]
    signature: Signature | None
    can_sign: bool


async def _context_of(room: Room, form: dict[str, str]) -> _Context:
    settings = settings_of(room, form)
    return _Context(room, settings, *await asyncio.to_thread(_open, settings), form)


def _open(settings: Settings) -> tuple[Register, bytes | None]:
    """Return the register, and the document of the protocol if the store has it.

    Raises:
        Refusal: no protocol was published, or the log or the document cannot be verified.
    """
    log = open_log(settings).log
    protocol = protocol_in_force(log.register)
    with contextlib.suppress(Usage):
        return log.register, read_document(log.store, protocol.published)
    return log.register, None


async def show(room: Room, request: Request) -> Response:
    """Show the protocol; where the authority can sign it, ask for the document."""
    return _show(await _context_of(room, await fields_of(request)))


def _show(context: _Context, fault: str = "") -> Response:
    return render(
        context.room,
        "protocol",
        slug=context.settings.slug,
        shown=_view_of(context),
        has_document=context.document is not None,
        fault=fault,
        field="document",
    )


async def document(room: Room, request: Request) -> Response:
    """Give the document to save: what the store has under its hash."""
    context = await _context_of(room, await fields_of(request))
    content = context.document
    if content is None:
        title = protocol_in_force(context.register).published.title
        raise Usage(
            "protocol-document-missing",
            f"the document called {title} is not in the shared folder",
        )
    ending = _ENDINGS.get(content[:4], "")
    saved = {"content-disposition": f'attachment; filename="protocol{ending}"'}
    return Response(content, media_type="application/octet-stream", headers=saved)


def _view_of(context: _Context) -> _ProtocolView:
    register = context.register
    protocol = protocol_in_force(register)
    published, names = protocol.published, names_of(register)
    seats = signatories(register, london_day(context.room.clock()))
    own = [signatory for signatory in seats if signatory.partner == context.settings.partner]
    signature = own[0].signature if own else None
    return _ProtocolView(
        protocol,
        day_of(protocol.time),
        protocol_rows(published, names),
        settings_not_followed(published, register),
        [(names.get(signatory.partner, signatory.partner), signatory) for signatory in seats],
        signature,
        bool(own) and (published.personal or signature is None),
    )


async def take_document(room: Room, request: Request) -> Response:
    """Ask for the signature, if the document is the one that was published.

    It is the one in the store, or else the one that the officer chose.
    """
    try:
        files, form = await form_of(request, _MOST)
    except Refusal as refusal:
        return _show(await _context_of(room, {}), fault_at_field(refusal))
    context = await _context_of(room, form)
    protocol = protocol_in_force(context.register)
    if not files and context.document is not None:
        return _sign(context, protocol.published.sha256)
    if not files:
        return _show(context, "Choose the document that was published")
    try:
        digest, _ = hash_document(io.BytesIO(files[0].content), "this file")
        check_document(protocol, digest, "this file")
    except Refusal as refusal:
        return _show(context, fault_at_field(refusal))
    return _sign(context, digest)


def _sign(context: _Context, digest: str, fault: str = "", field: str = "") -> Response:
    return render(
        context.room,
        "protocol-sign",
        slug=context.settings.slug,
        shown=_view_of(context),
        digest=digest,
        is_personal=_is_personal(context),
        keyring=context.settings.keyring,
        fault=fault,
        field=field,
    )


def _is_personal(context: _Context) -> bool:
    return context.form.get("personal") == "yes"


async def sign(room: Room, request: Request) -> Response:
    """Sign it for the authority, once."""
    context = await _context_of(room, await fields_of(request))
    if context.room.was_used(context.form.get("form", "")):
        return RedirectResponse(f"{context.room.path}/", 303)
    digest = context.form.get("document", "")
    _body(context, digest, context.register)  # refused before a passphrase is asked for

    def make(log: Log) -> list[SignProtocol]:
        return [_body(context, digest, log.register)]

    ask = partial(_sign, context, digest)
    return await log_once(context.room, context.settings, context.form, make=make, ask=ask)


def _body(context: _Context, digest: str, register: Register) -> SignProtocol:
    protocol = protocol_in_force(register)
    check_document(protocol, digest, "the file that you chose")
    return new_signature(protocol, context.settings.partner, personal=_is_personal(context))
