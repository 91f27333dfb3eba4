"""One bad submission stops a pull, or is set aside and named; pulled files are their owner's."""

import json
import os
import stat
from pathlib import Path

import pytest
from filelock import FileLock

from exchange.pull import merge
from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import Partnership
from tests.log.test_dishonest_senders import forge, payload


def _sent(p: Partnership) -> None:
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    text = callouts(*["WZ1"] * 20)
    p.submit("ambulance", p.extract("ambulance", "calls.csv", text), "--dates", "2026Q3")


@pytest.fixture
def sent(prepared) -> Partnership:
    return prepared(_sent)


def pull(p: Partnership, *told: str, status: int = 0):
    return p.signed("analysts", "pull", "merged", *told, status=status)


def bundle(p: Partnership, position: int) -> Path:
    (one,) = (s for s in p.log().register.submissions if s.position == position)
    return p.share / f"bundles/{one.statement.bundle_sha256}.age"


def spoil_missing(p: Partnership) -> None:
    bundle(p, 3).unlink()


def spoil_altered(p: Partnership) -> None:
    data = bytearray(bundle(p, 3).read_bytes())
    data[-1] ^= 1
    bundle(p, 3).write_bytes(data)


def spoil_content(p: Partnership) -> None:
    rows, told = payload(p, bundle(p, 3))
    forge(p, rows.with_columns(name=rows["place"]), told)


SPOILT = {
    "bundle-missing": spoil_missing,
    "bundle-altered": spoil_altered,
    "bundle-content-not-allowed": spoil_content,
}


@pytest.mark.parametrize("why", SPOILT)
def test_it_is_named_and_the_rest_is_pulled(sent, why):
    SPOILT[why](sent)
    assert pull(sent, status=14).refusal == why
    assert not list((sent.root / "analysts").rglob("*.parquet"))
    ran = pull(sent, "--set-aside")
    assert why in ran.warnings
    assert "ambulance-callouts" in ran.out
    assert "police-crime" not in ran.out
    manifest = json.loads((sent.root / "analysts/merged/manifest.json").read_text())
    (told,) = manifest["set_aside"]
    assert (told["partner"], told["dataset"], told["why"]) == ("police", "police-crime", why)
    assert [one["partner"] for one in manifest["entries"]] == ["ambulance"]


def test_what_may_not_leave_takes_no_other_of_its_kind_with_it(sent):
    sent.submit(
        "police",
        sent.extract("police", "b.csv", crimes(30)),
        "--part",
        "north",
        "--dates",
        "2026-08",
    )
    rows, told = payload(sent, bundle(sent, 3))
    fine = rows.with_columns(place=rows["place"] + " 1AA")
    forge(sent, fine, told | {"part": "east"}, part="east")
    assert pull(sent, status=14).refusal == "bundle-content-not-allowed"
    pull(sent, "--set-aside")
    manifest = json.loads((sent.root / "analysts/merged/manifest.json").read_text())
    assert [one["entry"] for one in manifest["set_aside"]] == [6]
    assert {one["entry"] for one in manifest["entries"]} == {3, 4, 5}


def test_where_nothing_is_left_the_first_is_the_reason(sent):
    for position in (3, 4):
        bundle(sent, position).unlink()
    assert pull(sent, "--set-aside", status=14).refusal == "bundle-missing"


def test_an_honest_pull_sets_nothing_aside(sent):
    pull(sent, "--set-aside")
    assert json.loads((sent.root / "analysts/merged/manifest.json").read_text())["set_aside"] == []


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}


def test_what_is_pulled_can_be_read_by_its_owner_alone(sent):
    pull(sent, "--csv", "--xlsx")
    folder = sent.root / "analysts/merged"
    assert modes(folder) == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in (folder, *folder.rglob("*")) if p.is_dir()} == {
        0o700
    }


def test_no_payload_is_on_a_disk_when_a_pull_is_killed(sent, monkeypatch):
    there: list[list[str]] = []

    def killed(*_: object) -> list:
        folder = sent.root / "analysts/merged"
        there.append([path.name for path in folder.rglob("*") if path.is_file()])
        raise KeyboardInterrupt

    monkeypatch.setattr(merge, "check_opened", killed)
    pull(sent, status=130)
    assert there[0] == ["lock"]


def test_what_a_killed_pull_left_goes_and_what_another_writes_stays(sent):
    folder = sent.root / "analysts/merged"
    for name in ("dead", "alive"):
        (folder / f".pull-{name}/new").mkdir(parents=True)
        (folder / f".pull-{name}/new/rows.parquet").write_bytes(b"rows")
        (folder / f".pull-{name}/lock").touch()
    for name, seconds in (("half-deleted", 120), ("beginning", 1)):
        (folder / f".pull-{name}").mkdir()
        made = (folder / f".pull-{name}").stat().st_mtime - seconds
        os.utime(folder / f".pull-{name}", (made, made))
    with FileLock(folder / ".pull-alive/lock"):
        pull(sent)
    assert {path.name for path in folder.glob(".pull-*")} == {".pull-alive", ".pull-beginning"}


def test_personal_data_too_is_the_owners_alone(sent, monkeypatch):
    monkeypatch.setattr(
        "exchange.pull.pull._sealed_for",
        lambda log, *_, personal: (log.register.submissions[:1], []),
    )
    pull(sent, "--personal")
    folder = sent.root / "analysts/merged"
    assert modes(folder) == {0o600}
    assert len(list(folder.glob("PERSONAL-DATA-*"))) == 1
