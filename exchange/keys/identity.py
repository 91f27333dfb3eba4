"""An officer's identity: one age identity, from which the signing key follows.

The identity file is an age file under a passphrase, so any implementation of age can use it. The
Ed25519 seed is HKDF of the age identity's seed: one secret to keep, one to lose.
"""

import contextlib
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange import age
from exchange.age.recipients import derive
from exchange.errors import KeyRefused
from exchange.files import publish, temporary_file
from exchange.keys.passphrases import forms, normalise, wrong_passphrase

_SIGN: Final = b"csp-exchange/v1/sign"
_CONTENT: Final = b"csp-exchange/v1/content"
FILE_MAX: Final = 64 * 1024  # bytes of an identity file or a card


@dataclass(frozen=True, slots=True)
class UnlockedKey:
    """An unlocked identity."""

    identity: age.Identity

    @property
    def signing(self) -> Ed25519PrivateKey:
        """The key that entries and checkpoints are signed with."""
        return Ed25519PrivateKey.from_private_bytes(derive(self.identity.seed, b"", _SIGN))

    @property
    def signer(self) -> str:
        """Its public half, 64 hexadecimal digits."""
        return self.signing.public_key().public_bytes_raw().hex()

    @property
    def content_key(self) -> bytes:
        """The key under which `content` recognises an extract sent again."""
        return derive(self.identity.seed, b"", _CONTENT)


def when_made(now: datetime) -> str:
    """Write when a key or a card was made, as both say it."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_identity(path: Path, passphrase: str, *, now: datetime, work_factor: int) -> UnlockedKey:
    """Make an identity and keep it in a new file under a passphrase.

    Raises:
        FileExistsError: there is a file of that name.
    """
    identity = age.Identity.generate()
    text = f"# created: {when_made(now)}\n# public key: {identity.recipient}\n{identity}\n"
    with temporary_file(path) as (file, temporary):
        age.encrypt(
            io.BytesIO(text.encode()),
            file,
            [age.PassphraseRecipient(normalise(passphrase), work_factor)],
        )
        publish(file, temporary, path)
    return UnlockedKey(identity)


def read_identity(path: Path, passphrase: str) -> UnlockedKey:
    """Unlock an identity file.

    Raises:
        KeyRefused: it is missing, is not one, or the passphrase is another.
    """
    content = read_small_file(path)
    tried = (_unlock(path, content, form) for form in forms(passphrase))
    plain = next((opened for opened in tried if opened is not None), None)
    if plain is None:
        raise wrong_passphrase(path.name)
    lines = plain.decode("utf-8", "replace").splitlines()
    secrets = [line for line in lines if line.strip() and not line.startswith("#")]
    with contextlib.suppress(age.KeyTextBroken):
        identity = age.Identity.parse(secrets[0]) if len(secrets) == 1 else None
        if isinstance(identity, age.Identity):
            return UnlockedKey(identity)
    fault = "it does not hold one post-quantum identity, AGE-SECRET-KEY-PQ-1…"
    raise KeyRefused("identity-not-post-quantum", _cannot_be_used(path, fault))


def opens(path: Path, passphrase: str) -> bool:
    """Say whether a passphrase opens an identity file."""
    try:
        read_identity(path, passphrase)
    except KeyRefused:
        return False
    return True


def _unlock(path: Path, content: bytes, passphrase: str) -> bytes | None:
    """Return what an identity file holds; None if the passphrase is another."""
    plain = io.BytesIO()
    try:
        file = io.BytesIO(content)
        age.decrypt(file, plain, [age.PassphraseIdentity(passphrase)])
    except age.NoIdentityMatches:
        return None
    except age.AgeError:
        pass  # raised below, where no part of the file can hang on to the exception
    else:
        return plain.getvalue()
    fault = "it is not a key file, or it is damaged"
    raise KeyRefused("identity-file-damaged", _cannot_be_used(path, fault))


def _cannot_be_used(path: Path, fault: str) -> str:
    return f"the key file {path.name} cannot be used: {fault}"


def read_small_file(path: Path) -> bytes:
    """Return what an identity file or a card holds.

    Raises:
        KeyRefused: it cannot be read, or is too large to be one.
    """
    try:
        with path.open("rb") as file:
            content = file.read(FILE_MAX + 1)
    except OSError as fault:
        reason = fault.strerror or "it cannot be read"
    else:
        if len(content) <= FILE_MAX:
            return content
        reason = "it is too large"
    raise KeyRefused("key-or-card-file-unreadable", f"{path.name} cannot be used: {reason}")
