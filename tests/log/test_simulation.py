"""Years of a partnership whose store, clocks, machines and one officer fail: the rules hold."""

import shutil
from pathlib import Path

import pytest

from tests.lib.planted_bugs import BUGS
from tests.lib.pure import share_pure_work
from tests.lib.simulation import FAULTS, Year
from tests.lib.soak import share

# Played in `make test`: any year, and those in which a fault was found.
SHORT = (
    0,
    98,  # a coordinator remembers a branch that was given up
    193,  # an early entry is replaced, and one without a checkpoint is added
    198,  # somebody writes while another puts lost entries back
    1554,  # coordinators have a lost entry, and it cannot be put back before what followed it
    1623,  # the last entry is lost to everybody, and a witness has seen it
    4703,  # only a coordinator remembers that there were entries that are lost
    5842,  # a coordinator's own copy is damaged at its beginning
    5876,  # an entry is lost before its sender hears that it is there
    5951,  # an entry is torn while it is put back, and the end of the log is lost
    9702,  # nobody has an entry any more, and six that follow it are still there
)
LONG = 10_000
PARTS = 100
SEEDS = 100  # in which each planted bug must be found


@pytest.fixture(autouse=True)
def pure_work_shared(monkeypatch):
    share_pure_work(monkeypatch)


def played(seed: int, folder: Path) -> Year:
    year = Year(seed, folder / str(seed))
    year.play()
    return year


def test_whatever_fails_nothing_is_lost_and_nobody_is_shown_another_log(tmp_path):
    years = [played(seed, tmp_path) for seed in SHORT]
    assert all(len(year.clients) == 5 for year in years)
    assert sum(len(year.log) for year in years) >= 25 * len(SHORT)  # that were acknowledged
    assert FAULTS >= 10
    assert {year.accepted for year in years} == {True, False}  # by coordinators


def test_a_year_follows_from_its_seed(tmp_path):
    years = [Year(1, tmp_path / name, steps=40, faults=8) for name in ("a", "b")]
    for year in years:
        year.play()
    assert years[0].store.files == years[1].store.files
    assert years[0].played == years[1].played


@pytest.mark.soak("simulation")
@pytest.mark.parametrize("part", range(PARTS))
def test_many_years(tmp_path, part, request):
    for n in range(share(request.config, LONG // PARTS)):
        played(1 + part + n * PARTS, tmp_path)
        shutil.rmtree(tmp_path / str(1 + part + n * PARTS))


def test_bugs_are_planted_in_code_that_exists():
    assert [name for name, (where, what, _) in BUGS.items() if not hasattr(where, what)] == []


@pytest.mark.soak("simulation")
@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found(tmp_path, monkeypatch, name):
    where, what, how = BUGS[name]
    monkeypatch.setattr(where, what, how)
    assert any(_fails(seed, tmp_path) for seed in (*SHORT, *range(1, SEEDS)))


def _fails(seed: int, folder: Path) -> bool:
    try:
        played(seed, folder)
    except Exception:  # noqa: BLE001 - however it shows
        return True
    return False
