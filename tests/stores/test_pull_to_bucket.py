"""A pull into a bucket: what a folder would hold, whole or not named by its manifest.

Keeps true: what `manifest.json` in a bucket names is there as a whole, until a newer one takes its
place; what a pull that was stopped left in a bucket goes at the next one.
"""

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from exchange.pull.bucket import UNFINISHED
from exchange.pull.manifest import Manifest
from exchange.stores.objects import ObjectStore
from exchange.stores.open import open_bucket
from exchange.stores.store import Unreachable
from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import Partnership

pytestmark = pytest.mark.services
Q3 = ("--dates", "2026Q3")


def _two(p: Partnership) -> None:
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q3)
    calls = p.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 20))
    p.submit("ambulance", calls, *Q3)


@pytest.fixture
def shared(prepared) -> Partnership:
    return prepared(_two)


class Bucket:
    """A bucket of a service, and pulls into it."""

    def __init__(self, p: Partnership, served) -> None:
        self.p, self.access = p, served.access
        self.address = f"{served.store}/merged"

    def pull(self, *told: object, status: int = 0):
        to = ("--to", self.address, "--access", self.access)
        return self.p.signed("analysts", "pull", *to, *told, status=status)

    def files(self) -> dict[str, bytes]:
        store = open_bucket(self.address, self.access)
        return {name: store.read(name, 2**30) or b"" for name in store.sizes()}

    def check_manifest(self) -> dict[str, bytes]:
        """Check that all of what the manifest names is there."""
        files = self.files()
        manifest = Manifest.parse(files["manifest.json"])
        assert manifest
        for name, sha256 in manifest.hashes.items():
            assert hashlib.sha256(files[name]).hexdigest() == sha256
        return files


@pytest.fixture
def bucket(shared, service) -> Bucket:
    return Bucket(shared, service("s3"))


def _in_folder(p: Partnership) -> dict[str, bytes]:
    p.signed("analysts", "pull", "merged")
    folder = p.root / "analysts/merged"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("kind", ["s3", pytest.param("azure", marks=pytest.mark.needs("azurite"))])
def test_a_bucket_holds_what_a_folder_would(shared, service, kind):
    bucket = Bucket(shared, service(kind))
    ran = bucket.pull("--json")
    assert ran.warnings == ["tables-in-bucket"]
    assert [one["path"] for one in ran.json] == [
        f"{bucket.address}/dataset=ambulance-callouts", f"{bucket.address}/dataset=police-crime"
    ]  # fmt: skip
    assert bucket.files() == _in_folder(shared)
    assert not [path for path in _profile(shared).rglob("pulling/*") if path.is_dir()]
    if kind == "s3":
        told = dict(line.split(" = ") for line in bucket.access.read_text().splitlines() if line)
        options = {name: value.strip('"') for name, value in told.items()}
        options["endpoint_url"] = options.pop("endpoint")
        rows = pl.scan_parquet(
            f"{bucket.address}/incidents/", hive_partitioning=True,
            storage_options={f"aws_{name}": value for name, value in options.items()}
            | {"aws_allow_http": "true"},
        )  # fmt: skip
        assert rows.group_by("quarter").len().collect().rows() == [("2026Q3", 50)]


def _profile(p: Partnership) -> Path:
    return p.root / "analysts/.exchange"


def test_what_is_withdrawn_goes_and_what_is_the_same_is_not_written_again(bucket, monkeypatch):
    p = bucket.p
    bucket.pull("--csv")
    p.signed("police", "withdraw", "3", "--reason", "wrong-contents", "--yes")
    names = []
    write = ObjectStore.replace
    monkeypatch.setattr(ObjectStore, "replace", lambda *told: names.append(told[1]) or write(*told))
    ran = bucket.pull()
    assert "police-crime" not in ran.out
    assert bucket.files() == _in_folder(p)
    assert not any(name.endswith(".parquet") for name in names)
    assert (names[0], names[-1]) == (UNFINISHED, "manifest.json")


@pytest.mark.parametrize("written", [0, 5])
def test_a_pull_that_stops_leaves_what_the_manifest_names(bucket, monkeypatch, written):
    p = bucket.p
    bucket.pull()
    before = bucket.check_manifest()
    p.submit("police", p.extract("police", "crime.csv", crimes(40)), *Q3, "--yes")
    write, names = ObjectStore.replace, []

    def stop(self, name, content):
        names.append(name)
        if len(names) > written:
            raise Unreachable("store-unreachable", "the store does not answer")
        write(self, name, content)

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "replace", stop)
        ran = bucket.pull("--csv", status=15)
    assert (ran.refusal, "run the same command again" in ran.err) == ("store-unreachable", True)
    assert bucket.check_manifest()["manifest.json"] == before["manifest.json"]
    assert (UNFINISHED in bucket.files()) == (written > 0)
    bucket.pull()
    assert bucket.files() == _in_folder(p)


def test_a_first_pull_that_stops_names_nothing_and_is_replaced(bucket, monkeypatch):
    def stop(self, name, content):
        if name.endswith("callouts.csv"):
            raise KeyboardInterrupt
        write(self, name, content)

    write = ObjectStore.replace
    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "replace", stop)
        bucket.pull("--csv", status=None)
    assert "manifest.json" not in bucket.files()
    bucket.pull("--dataset", "police-crime")
    store = open_bucket(bucket.address, bucket.access)
    manifest = Manifest.parse(store.read("manifest.json", 2**20))
    sha256 = next(iter(manifest.hashes.values()))  # as another release wrote other bytes
    text = store.read("manifest.json", 2**20).replace(sha256.encode(), b"0" * 64)
    store.replace("manifest.json", text)
    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "replace", stop)
        bucket.pull("--csv", status=None)
    assert "manifest.json" not in bucket.files()
    bucket.pull("--dataset", "police-crime")
    assert {name.partition("/")[0] for name in bucket.files()} == {
        "dataset=police-crime", "incidents", "dictionary.csv", "manifest.json", "overlap.csv",
    }  # fmt: skip


def test_what_is_no_place_for_tables_is_refused_before_anything_is_opened(bucket, tmp_path):
    p = bucket.p
    store = open_bucket(bucket.address, bucket.access)
    store.replace("dataset=ours/data.csv", b"of somebody else")
    assert bucket.pull(status=2).refusal == "bucket-holds-other-files"
    store.replace(UNFINISHED, json.dumps({"origin": "else/where", "holds": []}).encode())
    assert bucket.pull(status=2).refusal == "tables-of-another-partnership"
    assert bucket.files().keys() == {"dataset=ours/data.csv", UNFINISHED}
    away, other = tmp_path / "away.toml", tmp_path / "other.toml"
    text = bucket.access.read_text().replace("127.0.0.1", "storage.example")
    away.write_text(text)
    other.write_text('allow_http = "true"\n' + text.replace("endpoint", "AWS_Endpoint_URL"))
    to = ("--to", bucket.address)
    for told, refusal in (
        (("--to", f"file://{tmp_path}"), "not-a-bucket"),
        (("--to", "merged"), "not-a-bucket"),
        (("--to", "s3://key:secret@bucket/x"), "store-not-understood"),
        ((*to, "--access", away), "bucket-without-encryption"),
        ((*to, "--access", other), "bucket-without-encryption"),
        ((*to, "merged"), "pull-into-one-place"),
        ((), "pull-into-one-place"),
        (("merged", "--access", away), "pull-into-one-place"),
        ((*to, "--update"), "not-into-a-bucket"),
        ((*to, "--personal"), "not-into-a-bucket"),
    ):
        assert p.signed("analysts", "pull", *told, status=2).refusal == refusal
    missing = bucket.address.replace("://", "://no-such-")
    for address, refusal in (
        (missing, "store-not-found"),
        ("gs://bucket/x", "access-file-does-not-fit"),
    ):
        to = ("--to", address, "--access", bucket.access)
        ran = p.signed("analysts", "pull", *to, status=None)
        assert (ran.refusal, "nothing was pulled" in ran.err) == (refusal, True)
        assert "exchange.toml" not in ran.err
    assert "a-made-up-secret" not in ran.said
