import pytest

from exchange.cli.paths import EXISTING_FILE, NEW_FILE, NEW_WORKBOOK, filled_in
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


def test_for_a_folder_its_files_are_named(folder):
    refusal = refusal_of(str(folder))
    assert refusal.id == "file-is-folder"
    assert refusal.hints == (
        "name the files that you mean, from: ASB July.xlsx, burglary.xlsx, crime.csv",
    )
    (folder / "july").mkdir()
    assert refusal_of("july").message == '"july" is a folder with no files in it'


@pytest.mark.parametrize(
    ("kind", "typed", "refusal"),
    [
        (NEW_FILE, "july/a.zip", "output-folder-missing"),
        (NEW_WORKBOOK, "july/a.xlsx", "output-folder-missing"),
        (NEW_WORKBOOK, "errors.pdf", "output-form-unknown"),
        (NEW_WORKBOOK, "errors", "output-form-unknown"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_at_once(folder, kind, typed, refusal):
    with pytest.raises(Usage) as refused:
        kind.convert(typed, None, None)
    assert refused.value.id == refusal
    assert NEW_WORKBOOK.convert("errors.XLSX", None, None).name == "errors.XLSX"
