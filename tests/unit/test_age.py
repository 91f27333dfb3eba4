import io

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from exchange import age
from exchange.age import bech32, payload
from exchange.age.header import HEADER_MAX, b64, unb64
from tests.lib.fuzz import examples

ALICE, BOB = age.Identity.generate(), age.Identity.generate()


def seal(data: bytes, *recipients) -> bytes:
    sealed = io.BytesIO()
    age.encrypt(io.BytesIO(data), sealed, recipients or [ALICE.recipient])
    return sealed.getvalue()


def unseal(sealed: bytes, *identities) -> bytes:
    plain = io.BytesIO()
    age.decrypt(io.BytesIO(sealed), plain, identities or [ALICE])
    return plain.getvalue()


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 200_001])
def test_what_is_sealed_is_opened_by_each_recipient(size):
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    sealed = seal(data, ALICE.recipient, BOB.recipient)
    assert unseal(sealed) == unseal(sealed, BOB) == data


def test_keys_read_back_in_their_standard_text():
    assert str(ALICE).startswith("AGE-SECRET-KEY-PQ-1")
    assert str(ALICE.recipient).startswith("age1pq1")
    assert age.Identity.parse(str(ALICE)).recipient == ALICE.recipient
    assert age.Recipient.parse(str(ALICE.recipient)) == ALICE.recipient


def test_a_secret_key_says_nothing_of_itself():
    assert str(ALICE)[20:40] not in repr(ALICE)
    assert "words" not in repr(age.PassphraseIdentity("words")) + repr(
        age.PassphraseRecipient("words")
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        str(ALICE.recipient)[:-1],
        str(ALICE.recipient).replace("q", "Q", 5),
        "age1pq1qqqq",
    ],
)
def test_a_slip_in_a_key_is_noticed(text):
    with pytest.raises(age.KeyTextBroken):
        age.Recipient.parse(text)
    with pytest.raises(age.KeyTextBroken):
        age.Identity.parse(text)


def test_every_change_of_one_letter_of_a_key_is_noticed():
    text = str(ALICE)
    for i in range(20, len(text)):
        with pytest.raises(age.KeyTextBroken):
            age.Identity.parse(text[:i] + ("Q" if text[i] != "Q" else "P") + text[i + 1 :])


def test_not_for_me_is_told_from_broken():
    with pytest.raises(age.NoIdentityMatches):
        unseal(seal(b"x"), BOB)
    with pytest.raises(age.NoIdentityMatches):
        unseal(seal(b"x"), age.PassphraseIdentity("words"))


def test_altered_is_told_from_cut():
    sealed = seal(b"x" * 200_000)
    altered = bytearray(sealed)
    altered[-70_000] ^= 1
    with pytest.raises(age.PayloadBroken) as told:
        unseal(bytes(altered))
    assert not isinstance(told.value, age.PayloadCutShort)
    whole_chunks = len(sealed) - (200_000 % 65536) - 16
    with pytest.raises(age.PayloadCutShort):
        unseal(sealed[:whole_chunks])
    with pytest.raises(age.PayloadBroken):
        unseal(sealed + b"x")


SMALL = seal(b"some content")


@examples(150)
@given(st.integers(0, len(SMALL) - 1), st.integers(1, 255))
def test_every_single_byte_change_is_refused(at, flip):
    changed = bytearray(SMALL)
    changed[at] ^= flip
    with pytest.raises(age.AgeError):
        unseal(bytes(changed))


@examples(100)
@given(st.integers(0, len(SMALL) - 1))
def test_every_truncation_is_refused(at):
    with pytest.raises(age.AgeError):
        unseal(SMALL[:at])


@examples(200)
@given(st.binary(max_size=300))
def test_nonsense_is_refused(data):
    for prefix in (b"", b"age-encryption.org/v1\n", b"age-encryption.org/v1\n-> X25519 "):
        with pytest.raises(age.AgeError):
            unseal(prefix + data)


def test_nothing_is_written_of_a_chunk_that_is_not_authenticated():
    sealed = bytearray(seal(b"x" * 70_000))
    sealed[-1] ^= 1
    plain = io.BytesIO()
    with pytest.raises(age.PayloadBroken):
        age.decrypt(io.BytesIO(bytes(sealed)), plain, [ALICE])
    assert len(plain.getvalue()) == 65536


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"age-encryption.org/v1\n", b"age-encryption.org/v2\n"),
        (b"age-encryption.org/v1\n", b"age-encryption.org/v1\r\n"),
        (b"-> mlkem", b"->  mlkem"),
        (b"-> mlkem", b"->mlkem"),
        (b"\n--- ", b"\n---"),
        (b"\n--- ", b"\n\n--- "),
        (b"\n--- ", b" \n--- "),
    ],
)
def test_a_header_has_one_form(old, new):
    with pytest.raises(age.HeaderBroken):
        unseal(SMALL.replace(old, new, 1))


def test_text_in_a_header_has_one_form():
    assert b64(b"\0" * 32) == "A" * 43
    with pytest.raises(age.HeaderBroken):
        unb64("A" * 42 + "B")  # the same bytes in other letters


def test_the_last_chunk_is_empty_only_where_all_is():
    key = bytes(32)
    cipher = ChaCha20Poly1305(key)
    first = cipher.encrypt(bytes(12), b"x" * 65536, None)
    empty = cipher.encrypt((1).to_bytes(11, "big") + b"\1", b"", None)
    with pytest.raises(age.PayloadBroken, match="empty chunk"):
        payload.open_(io.BytesIO(first + empty), io.BytesIO(), key)
    whole = cipher.encrypt(bytes(11) + b"\1", b"", None)
    payload.open_(io.BytesIO(whole), io.BytesIO(), key)


def test_a_header_without_end_is_not_read_for_ever():
    endless = b"age-encryption.org/v1\n" + b"-> a\n" + b"A" * 64 + b"\n"
    with pytest.raises(age.HeaderBroken, match="too long"):
        unseal(endless + (b"A" * 64 + b"\n") * (HEADER_MAX // 60))


def test_a_stanza_nobody_knows_is_passed_over():
    lines = SMALL.split(b"\n")
    greased = b"\n".join([lines[0], b"-> grease something", b"", *lines[1:]])
    with pytest.raises(age.HeaderBroken, match="altered"):  # it was read, and the MAC noticed
        unseal(greased)


def test_x25519_files_of_another_implementation_are_read():
    other = pyrage.x25519.Identity.generate()
    identity = age.Identity.parse(str(other))
    assert str(identity) == str(other)
    assert (
        unseal(pyrage.encrypt(b"hello" * 50_000, [other.to_public()]), identity)
        == b"hello" * 50_000
    )
    stranger = age.Identity.parse(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(age.NoIdentityMatches):
        unseal(pyrage.encrypt(b"hello", [other.to_public()]), stranger)


def test_what_a_passphrase_of_ours_seals_another_implementation_opens():
    mine = seal(b"hello", age.PassphraseRecipient("some words", 10))
    with pytest.raises(age.NoIdentityMatches):
        unseal(mine, age.PassphraseIdentity("other words"))
    assert pyrage.passphrase.decrypt(mine, "some words") == b"hello"


def test_a_work_factor_above_22_is_refused_and_not_worked_off():
    sealed = seal(b"hello", age.PassphraseRecipient("words", 10)).replace(b" 10\n", b" 23\n", 1)
    with pytest.raises(age.HeaderBroken, match="work factor"):
        unseal(sealed, age.PassphraseIdentity("words"))
    for odd in (b" 010\n", b" +10\n", b" 0\n", b" 100\n"):
        with pytest.raises(age.HeaderBroken):
            unseal(sealed.replace(b" 23\n", odd, 1), age.PassphraseIdentity("words"))


def test_a_passphrase_is_the_only_recipient():
    with pytest.raises(age.AgeError, match="only recipient"):
        seal(b"x", age.PassphraseRecipient("words", 10), ALICE.recipient)
    with pytest.raises(age.AgeError, match="nobody"):
        age.encrypt(io.BytesIO(b"x"), io.BytesIO(), [])


def test_a_small_order_share_is_refused():
    other = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(b"hello", [other.to_public()])
    lines = sealed.split(b"\n")
    lines[1] = b"-> X25519 " + b64(bytes(32)).encode()
    with pytest.raises(age.HeaderBroken):
        unseal(b"\n".join(lines), age.Identity.parse(str(other)))


@given(st.binary(max_size=100))
def test_bech32_reads_back(data):
    assert bech32.decode(bech32.encode("some-prefix-", data)) == ("some-prefix-", data)
    assert bech32.decode(bech32.encode("some-prefix-", data).upper()) == ("some-prefix-", data)
