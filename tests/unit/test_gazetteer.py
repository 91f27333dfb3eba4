import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from depersonalise.gazetteer import Gazetteer, GazetteerBroken
from tests.lib.extracts import callouts

EMBEDDED = Path(str(files("depersonalise") / "data" / "GB.txt"))
RAW = "GB\tM11\tManchester\tEngland\tENG\t\t\t\t\t53.4\t-2.1\t4\n"


def test_the_embedded_table_is_made_up_and_knows_its_codes():
    assert Gazetteer().knows({"WZ1", "EZ2", "M11", "ZZ9"}) == {"WZ1", "EZ2"}
    assert all("made up" in line for line in EMBEDDED.read_text().splitlines()[1:])


def test_a_raw_file_of_geonames_and_pgeocodes_own_form_are_both_read(tmp_path):
    raw = tmp_path / "GB.txt"
    raw.write_text(RAW + RAW.replace("M11", "LS1"))
    assert Gazetteer(raw).knows({"M11", "LS1", "WZ1"}) == {"M11", "LS1"}
    own = tmp_path / "own.txt"
    shutil.copy(EMBEDDED, own)
    assert Gazetteer(own).knows({"M11", "WZ1"}) == {"WZ1"}


def test_one_code_is_asked_for_like_many():
    assert Gazetteer().knows({"WZ1"}) == {"WZ1"}
    assert Gazetteer().knows({"QQ1"}) == set()


def test_nothing_is_left_beside_the_users_file(tmp_path):
    own = tmp_path / "GB.txt"
    shutil.copy(EMBEDDED, own)
    Gazetteer(own).knows({"WZ1"})
    assert [p.name for p in tmp_path.iterdir()] == ["GB.txt"]


def test_what_is_no_gazetteer_is_refused(tmp_path):
    with pytest.raises(GazetteerBroken, match="can't be read"):
        Gazetteer(tmp_path / "nothing.txt").knows({"WZ1"})
    other = tmp_path / "other.txt"
    other.write_text("a,b,c\n1,2,3\n")
    with pytest.raises(GazetteerBroken, match="neither"):
        Gazetteer(other).knows({"WZ1"})


def test_a_partnership_uses_the_one_its_settings_name(partnership):
    file = partnership.extract("ambulance", "c.csv", callouts("M11", "WZ1 1AA", "QQ1"))
    ran = partnership.run("ambulance", "check", file, "--dates", "2026Q3")
    assert "2 lines  2, 4" in ran.err  # M11 and QQ1 may be sectors without their space
    (partnership.root / "ambulance/GB.txt").write_text(RAW)
    settings = partnership.settings("ambulance")
    settings.gazetteer = "GB.txt"
    settings.write()
    ran = partnership.run("ambulance", "check", file, "--dates", "2026Q3")
    assert "1 line  4" in ran.err
    assert "left out, in another area" in ran.out
    (partnership.root / "ambulance/GB.txt").unlink()
    ran = partnership.run("ambulance", "check", file, "--dates", "2026Q3", status=10)
    assert "the gazetteer can't be read" in ran.err


@pytest.mark.needs("real data")
def test_the_published_file_knows_the_outward_codes_in_use(real_data):
    known = Gazetteer(real_data / "gazetteer/GB.txt").knows({"M11", "SW1A", "SP10", "ZZ9", "QQ1"})
    assert known == {"M11", "SW1A", "SP10"}
