"""A store of many bundles to pull: the parts of one force, each with as many crimes.

python -m bench.manybundles FOLDER BUNDLES ROWS founds a partnership, submits an extract once as an
officer would, and puts its rows into the bundles of further parts;
python -m bench.manybundles pull FOLDER is the process that is measured.
"""

import io
import json
import secrets
import sys
from dataclasses import replace
from pathlib import Path

from bench.setup import NOW, PASSPHRASE, found


def make(folder: Path, count: int, rows: int) -> None:
    """Make the store; whoever submitted can pull it."""
    import polars as pl

    from bench.extract import write
    from bench.longlog import append, checkpoint
    from exchange import age
    from exchange.bundle import bundle
    from exchange.bundle.padding import pad
    from exchange.bundle.sealed_files import bundle_name
    from exchange.keys.identity import read_identity
    from exchange.log.log import Log
    from exchange.profile.settings import Settings
    from schemas.datasets.shared_columns import RECORD_ID

    folder.mkdir(parents=True, exist_ok=True)
    found(folder)
    write(folder / "crime.csv", rows)
    _run(folder, "submit", str(folder / "crime.csv"), "--part", "p0", "--yes")
    settings = Settings.find(folder / "police")
    officer = read_identity(settings.path(settings.key), PASSPHRASE)
    log = Log.open(settings.open_store(), settings.pinned(), settings.memory())
    one = log.register.submissions[0].statement
    cards = log.register.cards
    recipients = [age.Recipient.parse(card.recipient) for card in cards.values()]
    payload = folder / "payload"
    table = bundle.open_bundle(log.store, one, "police", officer.identity, payload)
    table = table.drop(RECORD_ID)  # it is derived from each payload's salt
    description = json.loads(pl.read_parquet_metadata(payload)[bundle.METADATA])
    for part in (f"p{number}" for number in range(1, count)):
        description |= {"part": part, "salt": secrets.token_hex(32)}
        words = json.dumps(description, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        plain, sealed = io.BytesIO(), io.BytesIO()
        table.write_parquet(plain, compression_level=1, metadata={bundle.METADATA: words + "\n"})
        done = bundle.seal(io.BytesIO(pad(plain.getvalue())), sealed, recipients)
        (folder / "share" / bundle_name(done.bundle_sha256)).write_bytes(sealed.getvalue())
        said = replace(
            one,
            part=part,
            bundle_sha256=done.bundle_sha256,
            bundle_size=done.bundle_size,
            payload_sha256=done.payload_sha256,
            content=secrets.token_hex(32),
        )
        append(log, folder, said, (cards[officer.signer], officer))
    checkpoint(log, folder, officer)


def _run(folder: Path, *words: str) -> None:
    from exchange.cli.group import App
    from exchange.cli.main import main

    typed = [*words, "--passphrase-file", str(folder / "passphrase.txt")]
    if main(typed, App(now=NOW, folder=folder / "police")):
        raise SystemExit(f"{words[0]} did not work")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["pull", folder]:
            _run(Path(folder), "pull", str(Path(folder) / "merged"))
        case [folder, count, rows]:
            make(Path(folder), int(count), int(rows))
