"""age files (C2SP age.md, age-encryption.org/v1): encrypted for named keys, opened by them alone.

Any implementation of age that knows `mlkem768x25519` opens what is written here. An age file has
no sender: whoever can open one can make another, so what is inside counts only under a signature
(`exchange/submission/send.py`). Placing a result where it belongs, whole or not at all, is the
caller's.

The file in parts: `header.py` and `payload.py` are the format, `armor.py` its form as text,
`recipients.py` the keys. Files as text are opened too, and never written.
"""

import hmac
import os
from collections.abc import Sequence
from typing import BinaryIO, Final

from exchange.age import header as _header
from exchange.age import payload as _payload
from exchange.age.armor import open_armor
from exchange.age.errors import (
    AgeError,
    HeaderBroken,
    HeaderForOthers,
    KeyTextBroken,
    NoIdentityMatches,
    PayloadBroken,
    PayloadCutShort,
)
from exchange.age.recipients import (
    FILE_KEY,
    Identity,
    PassphraseIdentity,
    PassphraseRecipient,
    Recipient,
    Unwraps,
    Wraps,
    X25519Identity,
    derive,
    hybrid_share,
)

__all__ = [
    "HEADER_MAX",
    "AgeError",
    "HeaderBroken",
    "HeaderForOthers",
    "Identity",
    "KeyTextBroken",
    "NoIdentityMatches",
    "PassphraseIdentity",
    "PassphraseRecipient",
    "PayloadBroken",
    "PayloadCutShort",
    "Recipient",
    "X25519Identity",
    "count_recipients",
    "decrypt",
    "encrypt",
]

HEADER_MAX: Final = _header.HEADER_MAX
_NONCE: Final = 16  # bytes


def encrypt(source: BinaryIO, target: BinaryIO, recipients: Sequence[Wraps]) -> None:
    """Encrypt all of a source for the recipients, streaming.

    Raises:
        AgeError: there are no recipients, or too many, or a passphrase is not the only one.
    """
    if not recipients:
        raise AgeError("there is nobody to encrypt for")
    if len(recipients) > _header.STANZAS_MAX:
        raise AgeError(f"a file is encrypted for at most {_header.STANZAS_MAX} recipients")
    if len(recipients) > 1 and any(r.alone for r in recipients):
        raise AgeError("a passphrase has to be the only recipient")
    file_key, nonce = os.urandom(FILE_KEY), os.urandom(_NONCE)
    signed = _header.write([recipient.wrap(file_key) for recipient in recipients])
    target.write(signed + b" " + _header.b64(_mac(file_key, signed)).encode() + b"\n" + nonce)
    _payload.seal(source, target, derive(file_key, nonce, b"payload"))


def decrypt(source: BinaryIO, target: BinaryIO, identities: Sequence[Unwraps]) -> None:
    """Open a file with the first identity that it is for, streaming.

    What was written to the target before a failure is authenticated, and not all there is.

    Raises:
        NoIdentityMatches: it is for none of them.
        HeaderBroken: its beginning is not an age header, or was altered.
        PayloadBroken: its content was altered; PayloadCutShort: or ends early.
    """
    source, first = open_armor(source)
    header = _header.read(source, first)
    kinds = [stanza.type for stanza in header.stanzas]
    if "scrypt" in kinds and len(kinds) > 1:
        raise HeaderBroken("a passphrase is not the file's only recipient")
    file_key = _file_key(header.stanzas, identities)
    if file_key is None:
        raise NoIdentityMatches("the file is for none of the keys given")
    if len(file_key) != FILE_KEY or not hmac.compare_digest(
        _mac(file_key, header.signed), header.mac
    ):
        raise HeaderBroken("the header was altered")
    nonce = _payload.read_fully(source, _NONCE)
    if len(nonce) != _NONCE:
        raise PayloadCutShort("the content ends early")
    _payload.open_(source, target, derive(file_key, nonce, b"payload"))


def count_recipients(source: BinaryIO) -> int:
    """Return for how many post-quantum recipients a file is.

    Raises:
        HeaderForOthers: it is for somebody else too.
        HeaderBroken: its beginning is not an age header.
    """
    stanzas = _header.read(*open_armor(source)).stanzas
    try:
        for stanza in stanzas:
            hybrid_share(stanza)
    except HeaderBroken as fault:
        raise HeaderForOthers(str(fault)) from None
    return len(stanzas)


def _file_key(stanzas: Sequence[_header.Stanza], identities: Sequence[Unwraps]) -> bytes | None:
    for identity in identities:
        for stanza in stanzas:
            if (file_key := identity.unwrap(stanza)) is not None:
                return file_key
    return None


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(derive(file_key, b"", b"header"), signed, "sha256")
