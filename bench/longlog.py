"""A log of many entries, to read: twelve authorities that return four datasets every month.

python -m bench.longlog FOLDER ENTRIES founds a partnership and writes the entries straight into its
store, signed as their officers would, without the bundles that they name.
"""

import secrets
import sys
from itertools import count, islice, product
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.setup import NOW, PASSPHRASE, found
from exchange import age
from exchange.keys import signed_note
from exchange.keys.cards import sign_card
from exchange.keys.identity import UnlockedKey, read_identity
from exchange.log.entry_signature import sign_entry
from exchange.log.log import Log
from exchange.log.merkle import Checkpoint
from exchange.profile.settings import Settings
from partners.entries.card import PROVING, Card
from partners.entries.entry import Entry, SeenTree, kind_of, written_format
from partners.entries.kinds import KnownBody
from partners.entries.members import Enrol
from partners.entries.returns import Submit
from schemas.quarters import Covered

AUTHORITIES = 12
DATASETS = ("police-crime", "police-asb", "police-transport", "police-welfare")


def write(folder: Path, entries: int) -> None:
    """Found a partnership, enrol its authorities, and let them return month after month."""
    folder.mkdir(parents=True, exist_ok=True)
    found(folder)
    settings = Settings.find(folder / "police")
    coordinator = read_identity(settings.path(settings.key), PASSPHRASE)
    log = Log.open(settings.open_store(), settings.pinned(), settings.memory())
    first = log.register.cards[coordinator.signer]
    signers = [(first, coordinator)]
    for number in range(AUTHORITIES - 1):
        officer = UnlockedKey(age.Identity.generate())
        witness = Ed25519PrivateKey.generate()
        card = _card(log, officer, witness, f"force-{number}")
        append(log, folder, Enrol(sign_card(card, officer, witness).decode()), signers[0])
        signers.append((card, officer))
    enrolled = [*log.register.cards.values(), *(card for card, _ in signers[1:])]
    recipients = tuple((card.who, card.signer) for card in enrolled)
    months = (Covered.month(year, month) for year in count(2008) for month in range(1, 13))
    work = (one for month in months for one in product([month], DATASETS, signers))
    for covered, dataset, signer in islice(work, entries - log.tree.size):
        append(log, folder, _submit(signer[0], dataset, covered, recipients), signer)
    checkpoint(log, folder, coordinator)


def checkpoint(log: Log, folder: Path, officer: UnlockedKey) -> None:
    """Put the checkpoint of what was appended into the store."""
    text = Checkpoint(log.founding.origin, log.tree.size, log.tree.root).to_bytes()
    note = signed_note.sign(text, log.founding.origin, officer.signing)
    (folder / f"share/witness/{log.tree.size:08d}.checkpoint").write_bytes(note)


def append(log: Log, folder: Path, body: KnownBody, signer: tuple[Card, UnlockedKey]) -> None:
    """Put an entry into the store's log, signed, and nothing else."""
    seen = SeenTree(log.tree.size, log.tree.root.hex())
    entry = Entry(
        written_format(body),
        log.founding.origin,
        secrets.token_hex(16),
        kind_of(body),
        NOW,
        seen,
        body,
    )
    data = sign_entry(entry, *signer)
    (folder / f"share/log/{log.tree.size:08d}").write_bytes(data)
    log.tree.append(data)


def _card(log: Log, officer: UnlockedKey, witness: Ed25519PrivateKey, partner: str) -> Card:
    return Card(
        PROVING, log.founding.origin, partner, partner, ("police",), "liaison", ("liaison",),
        "c@example", str(officer.identity.recipient), officer.signer,
        witness.public_key().public_bytes_raw().hex(), NOW,
    )  # fmt: skip


def _submit(
    card: Card, dataset: str, covered: Covered, recipients: tuple[tuple[str, str], ...]
) -> Submit:
    counts = {"rows_in": "1000-4999", "accepted": "1000-4999", "left_out": {}}
    treatments = {
        "places": {"LSOA": "1000-4999"}, "generalised": {"not": "1000-4999"},
        "domestic": "generalise", "smallest": 5,
    }  # fmt: skip
    return Submit(
        card.partner, card.officer, dataset, "", covered.quarter, covered, 2,
        personal=False, counts=counts, treatments=treatments, recipients=recipients,
        bundle_sha256=secrets.token_hex(32), bundle_size=100_000,
        payload_sha256=secrets.token_hex(32), content=secrets.token_hex(32),
    )  # fmt: skip


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
