"""Every vector, read by the product, by the command line, and by another reading of the formats."""

import hmac
import io
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange import age
from exchange.bundle.bundle import open_bundle
from exchange.bundle.sealed_files import bundle_name
from exchange.cli.group import App
from exchange.cli.main import main
from exchange.errors import BundleBroken, KeyRefused, LogBroken, Refusal
from exchange.log.cache import EntryCache
from exchange.log.log import Log
from exchange.log.trust import Founding, VerifiedTreeFile
from exchange.log.witness import read_witnesses
from exchange.profile.settings import Settings
from exchange.stores.folder import FolderStore
from partners.entries import canonical_json
from partners.entries.returns import Submit
from tests.lib.partnership import NOW, Ran
from tests.lib.second_bundle import Refused as RefusedPayload
from tests.lib.second_bundle import read_payload
from tests.lib.second_reading import Refused, verify_store
from tests.lib.second_times import backwards, proved_time
from tests.vectors import make
from tests.vectors.world import card, read, seed

LOGS = sorted((make.HERE / "log").glob("*.vector"))
BUNDLES = sorted((make.HERE / "bundle").glob("*.vector"))
SECOND = [path for path in BUNDLES if path.stem.startswith("second")]
HEADERS = {path: read(path.read_bytes())[0] for path in LOGS}
ACCEPTED = [path for path in LOGS if HEADERS[path]["expect"] == "accepted"]
REFUSED = [path for path in LOGS if HEADERS[path]["expect"] != "accepted"]
# What the specification calls the refusals of the product.
OUTCOMES = {
    "log-of-another-partnership": "another log",
    "log-rewritten": "altered",
    "log-cut-short": "lost its end",
    "newer-version-needed": "needs newer",
    "bundle-cut-short": "ends early",
    "bundle-altered": "not as signed",
    "bundle-content-altered": "not as signed",
    "bundle-unreadable": "not opened",
    "bundle-not-for-your-key": "not for this key",
    "bundle-not-as-described": "not as described",
    "bundle-recipients-differ": "not as described",
    "bundle-content-too-large": "too large",
    "bundle-content-not-allowed": "may not be shared",
}


def outcome(fault: Refusal) -> str:
    return OUTCOMES[fault.id]


def stored(path: Path, folder: Path) -> tuple[dict[str, str], Path]:
    """Write the files of a log's vector as a store."""
    headers, files = read(path.read_bytes())
    for name in ("log", "bundles", "witness"):
        (folder / name).mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return headers, folder


def remembering(headers: dict[str, str], path: Path) -> VerifiedTreeFile:
    if told := headers.get("remembers"):
        size, root = told.split()
        path.write_text(f'{{"size": {size}, "root": "{root}"}}')
    return VerifiedTreeFile(path)


def founding_of(headers: dict[str, str]) -> Founding:
    _, origin, entry = headers["founding"].split(":")
    return Founding(origin, entry)


def test_they_are_written_anew_byte_for_byte():
    written = make.everything()
    assert set(written) == set(LOGS) | set(BUNDLES)
    for path, data in written.items():
        assert path.read_bytes() == data, path.name
        assert read(data)[0]


def positions(headers: dict[str, str]) -> list[int]:
    """Return the positions whose entries take effect, as a vector says."""
    return list(map(int, headers["counts"].split()))


def verified(headers: dict[str, str], folder: Path, tmp_path: Path) -> Log:
    memory = remembering(headers, tmp_path / "memory.json")
    log = Log.open(FolderStore(folder), founding_of(headers), memory)
    log.checkpoints.check_all(log.tree, log.register.cards)
    read_witnesses(log, tmp_path / "sighted", whole=True)
    return log


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_log_is_accepted_and_its_entries_count_as_its_vector_says(path, tmp_path):
    headers, folder = stored(path, tmp_path / "store")
    log = verified(headers, folder, tmp_path)
    assert [a.position for a in log.register.applied if not a.rejection] == positions(headers)
    suspended = [one.position for one in log.register.current() if one.is_suspended]
    assert suspended == list(map(int, headers.get("suspended", "").split()))


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_a_log_is_refused_as_its_vector_says(path, tmp_path):
    headers, folder = stored(path, tmp_path / "store")
    with pytest.raises(LogBroken) as refused:
        verified(headers, folder, tmp_path)
    assert outcome(refused.value) == headers["expect"]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_the_command_line_says_the_same(path, tmp_path, capsys):
    headers, _ = stored(path, tmp_path / "store")
    pinned = founding_of(headers)
    settings = Settings(tmp_path, pinned.origin, "store", founding=pinned.entry)
    settings.write()
    remembering(headers, settings.profile / "memory.json")
    status = main(["verify", "--log-only", "--json"], App(now=NOW, folder=tmp_path))
    said = capsys.readouterr()
    assert status == (0 if headers["expect"] == "accepted" else 15), said.err
    if status:
        assert headers["expect"] == OUTCOMES[Ran(status, said.out, said.err).refusal]


TIMES = [path for path in ACCEPTED if "times" in read(path.read_bytes())[0]]


def times_of(headers: dict[str, str]) -> tuple[int, str, list[int | None]]:
    """Return an entry, its signer's authority, and what a vector says of its time."""
    position, partner, *times = headers["times"].split()
    return int(position), partner, [None if one == "-" else int(one) for one in times]


@pytest.mark.parametrize("path", TIMES, ids=lambda path: path.stem)
def test_witnesses_prove_the_time_that_a_vector_says(path, tmp_path):
    headers, folder = stored(path, tmp_path / "store")
    seen = read_witnesses(verified(headers, folder, tmp_path), tmp_path / "again", whole=True)
    position, partner, said = times_of(headers)
    one, two = (seen.proved_time(position, partner, enough) for enough in (1, 2))
    times = [time and int(time.timestamp()) for time in (one.after, one.before, two.before)]
    assert times == said
    assert len(seen.backwards) == len(headers.get("backwards", "").split())


@pytest.mark.parametrize("path", TIMES, ids=lambda path: path.stem)
def test_another_reading_proves_the_same_time(path, tmp_path):
    headers, folder = stored(path, tmp_path / "store")
    cosigned = read_again(headers, folder)["cosigned"]
    position, partner, (after, *before) = times_of(headers)
    proved = [proved_time(cosigned, position, partner, enough) for enough in (1, 2)]
    assert proved == [(after, time) for time in before]
    assert backwards(cosigned) == set(headers.get("backwards", "").split())


def read_again(headers: dict[str, str], folder: Path) -> dict:
    return verify_store(folder, headers["founding"], headers.get("remembers", ""))


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_another_reading_accepts_the_same_and_counts_the_same(path, tmp_path):
    headers, folder = stored(path, tmp_path / "store")
    read = read_again(headers, folder)
    assert [n for n, ok in enumerate(read["counts"]) if ok] == positions(headers)
    assert read["suspended"] == list(map(int, headers.get("suspended", "").split()))


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_another_reading_refuses_the_same_for_the_same_reason(path, tmp_path):
    headers, folder = stored(path, tmp_path / "store")
    with pytest.raises(Refused) as refused:
        read_again(headers, folder)
    assert refused.value.outcome == headers["expect"]
    clauses = {clause.rstrip("abcdefg") for clause in headers["clause"].split()}
    if "5.15" in clauses:  # a branch not given up differs from what the reader remembers
        clauses.add("6.1")
    assert refused.value.clause in clauses


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_a_bundle_is_what_its_vector_says(path, tmp_path):
    headers, files = read(path.read_bytes())
    statement = Submit.from_json(canonical_json.read(files["statement"]))
    store = FolderStore(tmp_path / "store")
    store.set_up()
    store.publish(bundle_name(statement.bundle_sha256), files["bundle.age"])
    identity = age.Identity.parse(headers["identity"])
    fault = None
    try:
        rows = open_bundle(store, statement, headers["sender"], identity, tmp_path / "plain")
    except (BundleBroken, KeyRefused) as told:
        fault = told
    assert (outcome(fault) if fault else "opened") == headers["expect"]
    assert fault or rows.height == 30
    if not fault and "first-id" in headers:
        ids = (headers["first-id"], headers["last-id"])
        assert (rows["record_id"][0], rows["record_id"][-1]) == ids


@pytest.mark.parametrize("path", SECOND, ids=lambda path: path.stem)
def test_another_reading_says_the_same_of_the_second_form(path, tmp_path):
    headers, files = read(path.read_bytes())
    plain = tmp_path / "payload.parquet"
    with plain.open("wb") as target:
        identity = age.Identity.parse(headers["identity"])
        age.decrypt(io.BytesIO(files["bundle.age"]), target, [identity])
    told = canonical_json.read(files["statement"])
    if headers["expect"] == "opened":
        ids = read_payload(plain, told)
        assert (ids[0], ids[-1]) == (headers["first-id"], headers["last-id"])
        assert len(set(ids)) == len(ids) == 30
    else:
        with pytest.raises(RefusedPayload) as refused:
            read_payload(plain, told)
        assert str(refused.value) in headers["clause"].split()


def test_every_outcome_of_the_specification_has_a_vector():
    text = (make.HERE.parent.parent / "docs/spec/README.md").read_text()
    said = text.partition("Outcomes of a log:")[2].partition("A name followed")[0]
    words = set(said.replace("\n", " ").split("`")[1::2])
    assert words == {read(path.read_bytes())[0]["expect"] for path in LOGS + BUNDLES}


def test_every_clause_that_a_vector_shows_is_in_the_specification():
    spec = make.HERE.parent.parent / "docs/spec"
    for path in LOGS + BUNDLES:
        document = (spec / f"{path.parent.name}.md").read_text()
        for clause in read(path.read_bytes())[0]["clause"].split():
            number = clause.rstrip("abcdefg")
            assert (
                f"\n{number} " in document
                or f"\n## {number}. " in document
                or (f"\n{number} **" in document)
            ), clause


@pytest.mark.parametrize(
    "path",
    [path for path in ACCEPTED if "remembers" not in HEADERS[path]],
    ids=lambda path: path.stem,
)
def test_what_was_verified_before_says_the_same(path, tmp_path):
    headers, folder = stored(path, tmp_path / "store")
    store, pinned = FolderStore(folder), founding_of(headers)
    memory, mirror = VerifiedTreeFile(tmp_path / "memory.json"), EntryCache(tmp_path / "mirror")
    first = Log.open(store, pinned, memory, cache=mirror)
    again = Log.open_cached(store, pinned, memory, EntryCache(tmp_path / "mirror"))
    assert again is not None
    assert again.register.applied == first.register.applied
    assert again.tree.root == first.tree.root


def test_a_signing_key_follows_from_an_identity_as_the_specification_says():
    """RFC 5869, with the standard library: extract without a salt, then one block of expand."""
    for who in ("council", "police"):
        key = hmac.digest(bytes(32), seed(who), "sha256")
        made = hmac.digest(key, b"csp-exchange/v1/sign\x01", "sha256")
        public = Ed25519PrivateKey.from_private_bytes(made).public_key()
        assert public.public_bytes_raw().hex() == card(who)["signer"]
