import errno
import hashlib
import shutil
import sys
import zipfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from depersonalise.places.best_fit import best_fit
from depersonalise.places.gazetteer import OUTWARD, POSTCODES, Gazetteer, GazetteerBroken, add
from tests.lib.extracts import callouts
from tests.lib.spoiled_zips import spoiled_zips

TODAY = date(2026, 10, 20)
HEADINGS = "pcds,doterm,usertype,oseast1m,osnrth1m,laua,lsoa21,dointr\n"
OWN_FORM = (
    "country_code,postal_code,place_name,state_name,state_code,county_name,county_code,"
    "community_name,community_code,latitude,longitude,accuracy\n"
    "GB,QQ2,Made up,England,ENG,,,,,51.3,-1.5,4\n"
)
RAW = "GB\tQQ1\tManchester\tEngland\tENG\t\t\t\t\t53.4\t-2.1\t4\n"


def test_without_a_file_the_codes_that_come_along_are_known(monkeypatch):
    monkeypatch.setitem(sys.modules, "pgeocode", None)  # it brings pandas, and is not asked
    assert Gazetteer().knows({"SP10", "M11", "CF10", "WZ1", "ZZ9"}) == {"SP10", "M11", "CF10"}
    assert Gazetteer().points({"SP10", "WZ1", "ZZ9"}).keys() == {"SP10", "WZ1"}


def test_a_raw_file_of_geonames_and_pgeocodes_own_form_are_both_read(tmp_path):
    raw = tmp_path / "GB.txt"
    raw.write_text(RAW + RAW.replace("QQ1", "QQ3"))
    kind, held = add(tmp_path / "kept", raw, TODAY)
    assert (kind, held.rows, held.added) == (OUTWARD, 2, "2026-10-20")
    assert held.sha256 == hashlib.sha256(raw.read_bytes()).hexdigest()
    assert Gazetteer(tmp_path / "kept").knows({"M11", "QQ1", "QQ3", "QQ2"}) == {"M11", "QQ1", "QQ3"}
    own = tmp_path / "own.txt"
    own.write_text(OWN_FORM)
    add(tmp_path / "kept", own, TODAY)  # in the place of the other
    gazetteer = Gazetteer(tmp_path / "kept")
    assert gazetteer.knows({"QQ1", "QQ2"}) == {"QQ2"}
    assert gazetteer.knows({"QQ1"}) == set()
    assert gazetteer.points({"QQ2"}) == {"QQ2": (-1.5, 51.3)}


def test_what_is_no_gazetteer_is_refused_and_nothing_is_changed(tmp_path):
    kept = tmp_path / "kept"
    (tmp_path / "own.txt").write_text(OWN_FORM)
    add(kept, tmp_path / "own.txt", TODAY)
    before = {p.name: p.read_bytes() for p in kept.iterdir()}
    with pytest.raises(GazetteerBroken) as refused:
        add(kept, tmp_path / "nothing.txt", TODAY)
    assert refused.value.id == "gazetteer-file-unreadable"
    spoiled = spoiled_zips("NSPL_MAY_2026_UK.csv", HEADINGS.encode() * 100)
    for name, content in {
        **{f"{number}.zip": data for number, data in enumerate(spoiled)},
        "other.txt": b"a,b,c\n1,2,3\n",
        "image.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "empty.csv": b"",
        "half.zip": b"PK\x03\x04" + bytes(100),
        "scotland.csv": (
            HEADINGS + '"AB10 1AA",,"0",1,1,"S12000033","S01000001","199001"\n'
        ).encode(),
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(GazetteerBroken):
            add(kept, tmp_path / name, TODAY)
    assert {p.name: p.read_bytes() for p in kept.iterdir()} == before


def test_a_file_is_not_blamed_for_a_full_disk(tmp_path, monkeypatch):
    (tmp_path / "other.txt").write_bytes(b"a,b,c\n1,2,3\n")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    for name in ("other.txt", "nothing.txt"):
        with pytest.raises(OSError, match="space") as refused:
            add(tmp_path / "kept", tmp_path / name, TODAY)
        assert refused.value.errno == errno.ENOSPC


def test_a_partnership_uses_what_was_added(partnership):
    file = partnership.extract("ambulance", "c.csv", callouts("M11", "WZ1 1AA", "LS1", "QQ1"))
    ran = partnership.run("ambulance", "check", file, "--dates", "2026Q3")
    # M11 may be the sector M1 1 without its space, because M1 is ours; nobody knows QQ1.
    assert "2 lines  2, 5" in ran.err
    assert ran.out.split("of these, ")[1].split()[:3] == ["LS1", "(Leeds)", "-1"]
    given = partnership.extract("ambulance", "GB.txt", RAW)
    said = partnership.run("ambulance", "places", "add", given).out
    assert said.startswith("outward codes: GB.txt, 1 place, added 2026-10-20\n  SHA-256 ")
    given.unlink()
    ran = partnership.run("ambulance", "check", file, "--dates", "2026Q3")
    assert "1 line  2" in ran.err
    assert ran.out.split("outside area")[1].split()[0] == "-2"
    (partnership.settings("ambulance").own / "gazetteer/GB.txt").unlink()
    ran = partnership.run("ambulance", "check", file, "--dates", "2026Q3", status=10)
    assert ran.refusal == "gazetteer-damaged"
    assert "exchange places add FILE" in ran.err
    told = ("source", "map", file, "--dataset", "ambulance-callouts")
    assert partnership.run("ambulance", *told, status=10).refusal == "gazetteer-damaged"


def test_a_preview_names_the_place_of_an_outward_code(partnership):
    file = partnership.extract("ambulance", "c.csv", callouts(*["WZ1 1AA"] * 20))
    ran = partnership.run("ambulance", "preview", file, "--dates", "2026Q3")
    assert "WZ1 (Westport), outward" in ran.out


def test_places_near_one_are_listed_as_far_as_is_asked(partnership):
    near = partnership.run("ambulance", "places", "near", "sp10", "--within", "12", "--json").json
    assert [place["outward"] for place in near] == ["SP10", "SP11", "SP9", "SO20"]
    ran = partnership.run("ambulance", "places", "near", "ZZ9", status=2)
    assert ran.refusal == "outward-code-not-known"


def test_status_says_what_is_not_checked_without_a_file(partnership):
    ran = partnership.run("ambulance", "places", "show")
    assert ran.out == (
        "outward codes: none\npostcodes: none\n"
        'protected places of westshire-csp: none (protected = "FILE" in exchange.toml)\n'
    )
    assert "exchange places add" in ran.err
    assert partnership.run("ambulance", "places", "show", "--json").json == {}


@pytest.mark.needs("real data")
def test_the_published_files_know_the_codes_in_use(real_data, tmp_path):
    add(tmp_path, real_data / "gazetteer/GB.txt", TODAY)
    with zipfile.ZipFile(tmp_path / "nspl.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(real_data / "gazetteer/NSPL_NOV_2021_UK_SR.csv", "Data/NSPL_NOV_2021_UK.csv")
        archive.writestr("User Guide/names.csv", "a,b\n1,2\n")
    kind, held = add(tmp_path, tmp_path / "nspl.zip", TODAY)
    assert (kind, held.lsoas, held.rows) == (POSTCODES, "2011", 8688)
    gazetteer = Gazetteer(tmp_path)
    homes = gazetteer.directory.residential_postcodes()
    fits = best_fit(gazetteer.directory)
    assert (homes["lsoa"].n_unique(), fits.height) == (178, 112)
    counts = dict(homes.group_by("lsoa").len().iter_rows())
    assert min(counts.values()) == 1  # at the edge of the area, and left alone
    assert min(counts[lsoa] for lsoa in fits["lsoa"]) == 20
    of_lsoa = homes.filter(lsoa=fits["lsoa"][0])
    assert fits["outward"][0] == of_lsoa["outward"].mode()[0]
    assert gazetteer.knows({"M11", "SW1A", "SP10", "SR1", "ZZ9", "QQ1"}) == {
        "M11",
        "SW1A",
        "SP10",
        "SR1",
    }
    assert set(gazetteer.files) == {OUTWARD, POSTCODES}


@pytest.mark.parametrize("held", ["about.json", "GB.txt"])
@pytest.mark.parametrize("first", [False, True])
def test_a_table_and_its_note_are_replaced_together_or_not_at_all(
    tmp_path, monkeypatch, held, first
):
    kept, raw = tmp_path / "kept", tmp_path / "GB.txt"
    raw.write_text(RAW)
    kept.mkdir()
    if not first:
        (tmp_path / "own.txt").write_text(OWN_FORM)
        add(kept, tmp_path / "own.txt", TODAY)
    before = {p.name: p.read_bytes() for p in kept.iterdir()}
    real = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if self.name == held:  # as Windows says of a file that a scanner has open
            raise PermissionError(13, "refused", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(PermissionError):
        add(kept, raw, TODAY)
    assert {p.name: p.read_bytes() for p in kept.iterdir()} == before
