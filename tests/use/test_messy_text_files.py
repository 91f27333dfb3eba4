"""Files that people write, as Notepad, PowerShell and e-mail leave them; and shares with quirks."""

import errno
import os
import unicodedata
from pathlib import Path

import pytest

from exchange import files
from exchange.errors import Usage
from exchange.keys import identity, passphrases
from exchange.keys.cards import card_in
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, PASSPHRASE, make_key

AS_WRITTEN = {
    "Notepad, UTF-8": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "Notepad, ANSI": lambda text: text.replace("\n", "\r\n").encode("cp1252"),
    "Notepad, UTF-16": lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    "PowerShell >": lambda text: b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"),
    "big-endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "no last line end": lambda text: text.rstrip("\n").encode(),
    "an old Mac": lambda text: text.replace("\n", "\r").encode(),
}
NIL = ("nil", "police-asb", "--dates", "2026Q2", "--yes")
written = pytest.mark.parametrize("write", AS_WRITTEN.values(), ids=AS_WRITTEN)


@written
def test_settings_are_read_and_written_again(partnership, write):
    path = partnership.root / "police/exchange.toml"
    path.write_bytes(write(path.read_text()))
    partnership.run("police", "status")
    file = partnership.extract("police", "crime.csv", crimes(60))
    partnership.run(
        "police", "source", "map", file, "--dataset", "fire-deliberate-primary", status=None
    )
    partnership.signed("police", *NIL)


@written
def test_a_mapping_and_the_list_of_protected_places_are_read(partnership, write):
    mapping = (
        '# Café "£"\nsays = "mine"\n[columns]\nrecorded = "Café £"\ncategory = "Code"\n'
        'postcode = "Postcode"\nreference = "Crime number"\ndomestic = "Domestic flag"\n'
        'dwelling = "Dwelling flag"\nlsoa = "LSOA code"\noccurred_from = "Date from"\n'
        'time_from = "Time from"\n'
    )
    (partnership.root / "police/mine.toml").write_bytes(write(mapping))
    listed = partnership.root / "police/protected.txt"
    listed.write_bytes(write("WZ1 1AA  # a refuge\nSU 351 402\n"))
    settings = partnership.settings("police")
    settings.protected = listed.name
    settings.write()
    path = partnership.root / "police/exchange.toml"
    path.write_text(path.read_text() + '[partnership.mappings]\npolice-crime = "mine.toml"\n')
    text = crimes(60).replace("Reported date", "Café £", 1)
    file = partnership.extract("police", "crime.csv", text)
    partnership.run("police", "check", file, "--dataset", "police-crime", "--dates", "2026Q3")


@written
def test_a_founding_file_and_a_list_of_lsoas_are_read(partnership, write):
    path = partnership.root / "council/westshire-csp.founding"
    path.write_bytes(write(path.read_text()))
    (partnership.root / "new").mkdir()
    partnership.run("new", "partnership", "join", "--founding", path, "--store", "../share")
    lsoas = partnership.root / "new/lsoas.txt"
    lsoas.write_bytes(write("E01999001\nE01999002\n"))
    (partnership.root / "other").mkdir()
    partnership.run(
        "other", "partnership", "create", "Other CSP", "--area", "E07999909=Other", "--lsoas",
        f"E07999909={lsoas}", "--store", "../other-share", status=None,
    )  # fmt: skip


@written
def test_a_passphrase_file_is_read(partnership, write):
    (partnership.root / "passphrase.txt").write_bytes(write(PASSPHRASE + "\n"))
    partnership.signed("police", *NIL)


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot be opened"), (b"", "empty first line"), (b"\xef\xbb\xbf\r\nx", "empty first"),
     (b"ab\x00\x01", "is not text")],
)  # fmt: skip
def test_a_passphrase_file_that_cannot_be_read_says_why(partnership, content, says):
    path = partnership.root / "passphrase.txt"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    ran = partnership.signed("police", *NIL, status=13)
    assert ran.refusal == "passphrase-file-unreadable"
    assert says in ran.err


WORDS = "Crème brûlée à Ålesund"


@pytest.mark.parametrize("made", ["NFC", "NFD"])
@pytest.mark.parametrize("used", ["NFC", "NFD"])
def test_a_passphrase_with_accents_opens_however_it_is_typed(partnership, made, used):
    path = partnership.root / "passphrase.txt"
    (partnership.root / "fire").mkdir()
    path.write_text(unicodedata.normalize(made, WORDS) + "\n", encoding="utf-8")
    founding = partnership.root / "council/westshire-csp.founding"
    partnership.run("fire", "partnership", "join", "--founding", founding, "--store", "../share")
    make_key(partnership, "fire")
    key = next((partnership.root / "fire").glob("*.key"))
    assert identity.read_identity(key, unicodedata.normalize(used, WORDS))


@pytest.mark.parametrize(
    "before", [unicodedata.normalize("NFD", WORDS), "\ufeff" + WORDS, "\ufeffplain words here"]
)
def test_a_key_made_with_the_passphrase_as_it_stood_still_opens(tmp_path, monkeypatch, before):
    with monkeypatch.context() as earlier:
        earlier.setattr(identity, "normalise", lambda text: text)
        identity.write_identity(tmp_path / "old.key", before, now=NOW, work_factor=4)
    (tmp_path / "p.txt").write_bytes(before.encode() + b"\r\n")
    words = passphrases.passphrase_from(str(tmp_path / "p.txt"))
    assert identity.read_identity(tmp_path / "old.key", words)


CARDS = {
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "no last line end": lambda text: text.rstrip("\n").encode(),
    "a disclaimer": lambda text: (text + "\nThis e-mail is OFFICIAL-SENSITIVE.\n").encode(),
    "a greeting": lambda text: ("Hello,\nhere is my card:\n\n" + text).encode(),
    "a reply": lambda text: "".join(f"> {line}\n" for line in text.splitlines()).encode(),
    "another dash": lambda text: text.replace("\u2014", "--").encode(),
    "double-spaced": lambda text: text.replace("\n", "\r\n\r\n").encode(),
    "Notepad": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "ANSI": lambda text: text.encode("cp1252"),
    "UTF-16": lambda text: text.encode("utf-16"),
}


@pytest.mark.parametrize("change", CARDS.values(), ids=CARDS)
def test_a_card_that_came_by_e_mail_is_taken_as_it_was_made(partnership, change):
    (partnership.root / "fire").mkdir()
    founding = partnership.root / "council/westshire-csp.founding"
    partnership.run("fire", "partnership", "join", "--founding", founding, "--store", "../share")
    make_key(partnership, "fire")
    (card,) = (partnership.root / "fire").glob("*.card")
    made = card.read_bytes()
    card.write_bytes(change(made.decode()))
    partnership.signed("council", "partner", "add", card, "--yes")
    assert made.splitlines()[0].replace(b'"', b'\\"') in partnership.entries()[-1].read_bytes()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda text: text.replace("Westshire fire", "Eastshire fire"), "card-not-self-signed"),
        (lambda text: text[:200], "card-unreadable"),
        (lambda text: text.replace('"', "\u201d"), "card-unreadable"),
        (lambda text: text[:76] + "\n" + text[76:], "card-unreadable"),
    ],
    ids=["another name", "cut", "curled marks", "wrapped"],
)
def test_a_card_that_is_another_now_is_refused_with_the_way_to_send_it(
    partnership, change, refusal
):
    (partnership.root / "fire").mkdir()
    founding = partnership.root / "council/westshire-csp.founding"
    partnership.run("fire", "partnership", "join", "--founding", founding, "--store", "../share")
    make_key(partnership, "fire")
    (card,) = (partnership.root / "fire").glob("*.card")
    card.write_text(change(card.read_text(encoding="utf-8")), encoding="utf-8")
    ran = partnership.signed("council", "partner", "add", card, "--yes", status=13)
    assert ran.refusal == refusal
    assert card.name in ran.err
    assert ("attachment" in ran.err) == (refusal == "card-unreadable")


def test_a_card_of_a_newer_release_says_so(partnership):
    (card,) = (partnership.root / "council").glob("*.card")
    newer = card.read_bytes().replace(b'"format":2', b'"format":9')
    for sent in (newer, b"Here is my card.\n\n" + newer):
        with pytest.raises(Usage) as refused:
            card_in(sent, "fire.card")
        assert refused.value.id == "file-needs-newer"


def failing_on_the_share(number: int):
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if "/share/" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    return fsync


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_share_that_cannot_be_forced_is_written_and_said(partnership, monkeypatch, number):
    before = len(partnership.entries())
    with monkeypatch.context() as patched:
        patched.setattr(files.os, "fsync", failing_on_the_share(number))
        ran = partnership.signed("police", *NIL)
    assert "store-cannot-force" in ran.warnings
    assert len(partnership.entries()) == before + 1
    partnership.signed("police", *NIL, status=None)
    assert not list(partnership.share.rglob("*.part"))
    partnership.run("police", "verify")


def test_a_disk_that_fails_still_stops(partnership, monkeypatch):
    before = partnership.entries()
    monkeypatch.setattr(files.os, "fsync", failing_on_the_share(errno.EIO))
    partnership.signed("police", *NIL, status=15)
    assert partnership.entries() == before
