"""A service takes a file and its answer is lost: what is there is compared with what was sent."""

import obstore
import pytest
from obstore.exceptions import GenericError
from obstore.store import MemoryStore

from exchange.errors import LogBroken
from exchange.stores import objects
from exchange.stores.objects import ObjectStore
from exchange.stores.store import AlreadyThere


@pytest.fixture
def store(monkeypatch) -> ObjectStore:
    monkeypatch.setitem(objects._SERVICES, "s3", lambda *_, **__: MemoryStore())
    return ObjectStore("s3", "bucket", "", {})


def fail(monkeypatch, store: ObjectStore, arrives: bytes | None) -> None:
    """Let the next write end without an answer, whatever of it arrived."""
    real = obstore.put

    def put(bucket, name, content, **options):
        if arrives is not None:
            real(bucket, name, arrives, **options)
        raise GenericError("no answer")

    monkeypatch.setattr(objects.obstore, "put", put)


def test_what_arrived_is_there_and_was_ours(store, monkeypatch):
    fail(monkeypatch, store, b"mine")
    store.publish("log/00000000", b"mine")
    assert store.read("log/00000000", 10) == b"mine"


def test_what_another_wrote_meanwhile_is_not_taken_for_ours(store, monkeypatch):
    fail(monkeypatch, store, b"theirs")
    with pytest.raises(AlreadyThere):
        store.publish("log/00000000", b"mine")


def test_what_did_not_arrive_is_said(store, monkeypatch):
    fail(monkeypatch, store, None)
    with pytest.raises(LogBroken):
        store.publish("log/00000000", b"mine")
    assert store.read("log/00000000", 10) is None
