import pytest

from exchange.cli.paths import EXISTING_FILE, filled_in
from exchange.errors import Usage

NAMES = ("crime.csv", "ASB July.xlsx", "burglary.xlsx", "~$burglary.xlsx", ".crime.cfg")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in NAMES:
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal_of(name):
    with pytest.raises(Usage) as refused:
        EXISTING_FILE.convert(name, None, None)
    return refused.value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("crim.csv", "crime.csv"),
        ("Crime.csvv", "crime.csv"),
        ("crime.xlsx", "crime.csv"),
        ("burglary.csv", "burglary.xlsx"),
        ("asb july.xlsx", "ASB July.xlsx"),
        ("ASB_July.xlsx", "ASB July.xlsx"),
    ],
)
def test_the_nearest_name_in_the_folder_is_offered(folder, typed, meant):
    refusal = refusal_of(typed)
    assert refusal.message == f'there is no file "{typed}"'
    assert refusal.hints == (f'did you mean "{meant}"?',)


def test_no_name_is_offered_that_is_like_none(folder):
    assert "did you mean" not in " ".join(refusal_of("drugs.csv").hints)


def test_a_folder_that_is_missing_is_named(folder):
    refusal = refusal_of("july/crime.csv")
    assert refusal.message == 'there is no folder "july"'


def test_the_mark_that_excel_has_a_file_open_is_no_file_of_a_pattern(folder):
    assert filled_in("*.xlsx") == ["ASB July.xlsx", "burglary.xlsx"]
    assert refusal_of("urglary.xlsx").hints == ('did you mean "burglary.xlsx"?',)
