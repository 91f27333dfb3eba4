"""Who can open a file: the three ways of wrapping its key (C2SP age.md, "Recipient types").

`mlkem768x25519`, post-quantum hybrid, is written and read; `X25519` is read; `scrypt`, a
passphrase, is written for identity files and read.
"""

import hashlib
import os
import re
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from exchange.age import bech32
from exchange.age.errors import HeaderBroken, KeyTextBroken
from exchange.age.header import Stanza, b64, unb64

FILE_KEY: Final = 16  # bytes
WORK_FACTOR: Final = 18  # log2 N of a passphrase's scrypt: 256 MiB, half a second
WORK_FACTOR_MAX: Final = 22

_HYBRID: Final = "mlkem768x25519"
_HYBRID_INFO: Final = b"age-encryption.org/mlkem768x25519"
_HYBRID_ENC: Final = 1120  # bytes: 1088 of ML-KEM-768 and 32 of X25519
_MLKEM_PUBLIC: Final = 1184  # bytes
_SUITE: Final = hpke.Suite(
    hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305
)
_X25519_INFO: Final = b"age-encryption.org/v1/X25519"
_SCRYPT_LABEL: Final = b"age-encryption.org/v1/scrypt"


class Wraps(ABC):
    """One for whom a file can be encrypted. A passphrase has to be the only one."""

    alone = False

    @abstractmethod
    def wrap(self, file_key: bytes) -> Stanza:
        """Return the stanza that lets this recipient have the file key."""


class Unwraps(ABC):
    """One who may be able to open a file."""

    @abstractmethod
    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None if the stanza is for another.

        Raises:
            HeaderBroken: the stanza is of this kind and not well formed.
        """


class Recipient(Wraps):
    """A public key, written age1pq1…"""

    def __init__(self, public: bytes) -> None:
        if len(public) != _MLKEM_PUBLIC + 32:
            raise KeyTextBroken("a recipient's key has the wrong length")
        self._public = public
        self._key = _usable_key(public)

    @classmethod
    def parse(cls, text: str) -> "Recipient":
        """Read age1pq1…

        Raises:
            KeyTextBroken: it is not one.
        """
        return _parse_text(text.strip())

    def wrap(self, file_key: bytes) -> Stanza:
        """Encrypt the file key by HPKE."""
        sealed = _SUITE.encrypt(file_key, self._key, info=_HYBRID_INFO)
        return Stanza(_HYBRID, (b64(sealed[:_HYBRID_ENC]),), sealed[_HYBRID_ENC:])

    def __str__(self) -> str:
        return bech32.encode("age1pq", self._public)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipient) and self._public == other._public

    def __hash__(self) -> int:
        return hash(self._public)


def _usable_key(public: bytes) -> hpke.MLKEM768X25519PublicKey:
    """Return a recipient's key, once something could be encrypted for it.

    Raises:
        KeyTextBroken: nothing can: FIPS 203 7.2 does not allow it, or it is of small order.
    """
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC])
        x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:])
        X25519PrivateKey.generate().exchange(x25519)  # refuses a point of small order
    except ValueError:
        mlkem = None
    if mlkem is None:
        raise KeyTextBroken("nothing can be encrypted for this recipient's key")
    return hpke.MLKEM768X25519PublicKey(mlkem, x25519)


@lru_cache(maxsize=1024)  # a run needs the same few keys for the log and for each bundle
def _parse_text(text: str) -> Recipient:
    prefix, public = bech32.decode(text)
    if prefix != "age1pq":
        raise KeyTextBroken("this is not a post-quantum recipient, age1pq1…")
    return Recipient(public)


class Identity(Unwraps):
    """A secret key, written AGE-SECRET-KEY-PQ-1…; its repr says nothing of it."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise KeyTextBroken("an identity has the wrong length")
        self.seed = seed
        expanded = hashlib.shake_256(seed).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)
        self.recipient = Recipient(
            mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls) -> "Identity":
        """Make a new one."""
        return cls(os.urandom(32))

    @staticmethod
    def parse(text: str) -> "Identity | X25519Identity":
        """Read AGE-SECRET-KEY-PQ-1…, or the older AGE-SECRET-KEY-1….

        Raises:
            KeyTextBroken: it is neither.
        """
        prefix, secret = bech32.decode(text.strip())
        if prefix == "age-secret-key-pq-":
            return Identity(secret)
        if prefix == "age-secret-key-":
            return X25519Identity(secret)
        raise KeyTextBroken("this is not an age identity")

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Open an HPKE stanza."""
        if stanza.type != _HYBRID:
            return None
        enc = hybrid_share(stanza)
        try:
            return _SUITE.decrypt(enc + stanza.body, self._key, info=_HYBRID_INFO)
        except (InvalidTag, ValueError):
            return None

    def __str__(self) -> str:
        return bech32.encode("AGE-SECRET-KEY-PQ-", self.seed).upper()


def hybrid_share(stanza: Stanza) -> bytes:
    """Return what a post-quantum stanza gives to its recipient's key.

    Raises:
        HeaderBroken: it is of another kind, or not well formed.
    """
    if stanza.type != _HYBRID or len(stanza.arguments) != 1 or len(stanza.body) != FILE_KEY + 16:
        raise HeaderBroken("a recipient's stanza is not well formed")
    enc = unb64(stanza.arguments[0])
    if len(enc) != _HYBRID_ENC:
        raise HeaderBroken("a recipient's stanza is not well formed")
    return enc


class X25519Identity(Unwraps):
    """An older secret key, AGE-SECRET-KEY-1…, for reading only."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise KeyTextBroken("an identity has the wrong length")
        self._secret = secret
        self._key = X25519PrivateKey.from_private_bytes(secret)
        self._public = self._key.public_key().public_bytes_raw()

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Open an X25519 stanza."""
        if stanza.type != "X25519":
            return None
        if len(stanza.arguments) != 1 or len(stanza.body) != FILE_KEY + 16:
            raise HeaderBroken("a recipient's stanza is not well formed")
        share = unb64(stanza.arguments[0])
        if len(share) != 32:
            raise HeaderBroken("a recipient's stanza is not well formed")
        try:
            shared = self._key.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:
            shared = None
        if shared is None:
            raise HeaderBroken("a recipient's share is a point of small order")
        return _decrypt_key(derive(shared, share + self._public, _X25519_INFO), stanza.body)

    def __str__(self) -> str:
        return bech32.encode("AGE-SECRET-KEY-", self._secret).upper()


class PassphraseRecipient(Wraps):
    """A passphrase to encrypt with; it has to be the file's only recipient."""

    alone = True

    def __init__(self, passphrase: str, work_factor: int = WORK_FACTOR) -> None:
        self._passphrase = passphrase
        self._work_factor = work_factor

    def wrap(self, file_key: bytes) -> Stanza:
        """Encrypt the file key under scrypt of the passphrase."""
        salt = os.urandom(16)
        key = _stretch(self._passphrase, salt, self._work_factor)
        body = ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)
        return Stanza("scrypt", (b64(salt), str(self._work_factor)), body)


class PassphraseIdentity(Unwraps):
    """A passphrase to open with; work factors above 22 are refused."""

    def __init__(self, text: str) -> None:
        self._passphrase = text

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Open a scrypt stanza."""
        if stanza.type != "scrypt":
            return None
        if len(stanza.arguments) != 2 or len(stanza.body) != FILE_KEY + 16:
            raise HeaderBroken("the passphrase's stanza is not well formed")
        salt = unb64(stanza.arguments[0])
        factor = stanza.arguments[1]
        if len(salt) != 16 or not re.fullmatch(r"[1-9][0-9]?", factor):
            raise HeaderBroken("the passphrase's stanza is not well formed")
        if int(factor) > WORK_FACTOR_MAX:
            raise HeaderBroken(f"the passphrase's work factor is above {WORK_FACTOR_MAX}")
        return _decrypt_key(_stretch(self._passphrase, salt, int(factor)), stanza.body)


def derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA-256."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(secret)


def _stretch(passphrase: str, salt: bytes, factor: int) -> bytes:
    scrypt = Scrypt(salt=_SCRYPT_LABEL + salt, length=32, n=1 << factor, r=8, p=1)
    return scrypt.derive(passphrase.encode())


def _decrypt_key(key: bytes, body: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), body, None)
    except InvalidTag:
        return None
