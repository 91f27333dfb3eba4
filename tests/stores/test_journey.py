"""A partnership that never had a folder: founded, used and looked at on a service alone."""

import re

import polars as pl
import pytest

from exchange.stores.open import open_store
from tests.lib import page, servers
from tests.lib import partnership as lib
from tests.lib.extracts import crimes

pytestmark = pytest.mark.services
Q = ("--dates", "2026Q3")


@pytest.fixture(
    params=[
        "s3",
        pytest.param("sftp", marks=[pytest.mark.needs("sshd"), pytest.mark.soak("stores")]),
        pytest.param("azure", marks=[pytest.mark.needs("azurite"), pytest.mark.soak("stores")]),
    ]
)
def served(request, tmp_path):
    (tmp_path / "service").mkdir()
    with getattr(servers, request.param)(tmp_path / "service") as one:
        yield one


def test_a_partnership_lives_in_a_store_from_its_founding_to_a_purge_and_out_of_reach(
    served, tmp_path
):
    store = ("--store", served.store, "--access", str(served.access))
    p = lib.found(tmp_path / "p", store)
    assert not any(p.share.iterdir())
    told = p.settings("police")
    assert (told.store, "secret" in (told.folder / "exchange.toml").read_text()) == (
        served.store,
        False,
    )
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q)
    status = p.run("council", "status", "--quarter", "2026Q3", "--json").json
    (crime,) = [s for s in status["standings"] if s["dataset"] == "police-crime"]
    assert crime["state"] == "on time"
    p.signed("analysts", "pull", "merged")
    assert pl.read_parquet(p.root / "analysts/merged/dataset=police-crime").height == 30
    p.run("council", "log", "cosign", status=None)  # said already, if in the same second
    assert "1 file as signed" in p.run("analysts", "verify").out
    p.run("police", "log", "receipt", "3", "-o", "receipt.zip")
    joined_on_the_page(p, served)
    p.signed("police", "withdraw", "3", "--delete", "--reason", "sent-in-error", "--yes")
    kept = open_store(served.store, p.root, served.access)
    assert kept.names("bundles") == []
    assert p.run("analysts", "verify", "--json").json["deleted"] == {"3": 4}
    served.ended()
    ran = p.run("police", "status")
    assert "store-unreachable" in ran.warnings
    assert "5 entries" in ran.err
    again = p.submit("police", p.root / "police/crime.csv", *Q, status=15)
    assert again.refusal == "store-unreachable"
    assert "Traceback" not in again.said


def joined_on_the_page(p, served):
    (p.root / "newcomer").mkdir()
    founding = ("w.founding", (p.root / "council/westshire-csp.founding").read_bytes())
    with page.served(p.root / "newcomer") as room:
        browser = page.Browser(room).enter()
        for access in ("nowhere.toml", "no\0thing"):
            refused = browser.fill("/join", founding, store=served.store, access=access)
            assert (refused.status, 'id="access-error"' in refused.text) == (400, True)
        joined = browser.fill("/join", founding, store=served.store, access=str(served.access))
        assert joined.heading == "Make your key"
    secrets = re.findall(r'"(.{9,})"', served.access.read_text())
    assert [one for one in secrets if page.traces_of(one, browser, p.root)] == []
    settings = p.settings("newcomer")
    assert (settings.store, settings.path(settings.access).resolve()) == (
        served.store,
        served.access,
    )


def test_a_service_without_what_it_needs_installed_says_what_to_install(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "exchange.stores.objects", None)
    monkeypatch.setitem(sys.modules, "exchange.stores.sftp", None)
    p = lib.Partnership(tmp_path)
    (tmp_path / "police").mkdir()
    for told, extra in (("s3://bucket/x", "objects"), ("sftp://host/x", "sftp")):
        ran = p.run("police", "partnership", "create", "W", *lib.AREA, "--store", told, status=2)
        assert ran.refusal == "store-support-not-installed"
        assert f'pip install "csp-exchange[{extra}]"' in ran.err


def test_a_store_that_can_only_be_read_from_here_is_joined_and_said_to_be_so(tmp_path, monkeypatch):
    from exchange.errors import LogBroken
    from exchange.stores.folder import FolderStore

    p = lib.found(tmp_path / "p")

    def refuse(self, *_: object) -> None:
        raise LogBroken(
            "store-read-only",
            f"the store {self} can only be read",
            "ask for the right to write there",
        )

    monkeypatch.setattr(FolderStore, "publish", refuse)
    (p.root / "fire").mkdir()
    file = p.root / "council/westshire-csp.founding"
    ran = p.run("fire", "partnership", "join", "--founding", file, *lib.SHARE)
    assert "Westshire CSP  3 entries" in ran.out
    assert ran.warnings == ["store-read-only"]
    assert "submit FILE --transfer-file FILE" in ran.err


def test_a_store_that_replaces_files_from_here_is_not_joined(tmp_path, monkeypatch):
    from exchange.stores.folder import FolderStore

    p = lib.found(tmp_path / "p")
    real = FolderStore.publish

    def replaces(self, name: str, content: bytes, tag: str = "") -> None:
        (self.root / name).unlink(missing_ok=True)
        real(self, name, content, tag)

    monkeypatch.setattr(FolderStore, "publish", replaces)
    (p.root / "fire").mkdir()
    file = p.root / "council/westshire-csp.founding"
    ran = p.run("fire", "partnership", "join", "--founding", file, *lib.SHARE, status=15)
    assert ran.refusal == "store-replaces-files"
    assert not (p.root / "fire/exchange.toml").exists()
