"""The recipes of CONTRIBUTING.md, played in a copy of the program, led by what the checks say."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exchange.stores.store import Store
from schemas.datasets.registry import DATASETS
from tests.lib import licensing
from tests.lib.partnership import Partnership
from tests.lib.processes import ROOT
from tests.lib.releases import PARTS, Release

DECLARING = ("schemas",)
WRITING = (*PARTS, "docs", "tests/guarantees.csv", "tests/README.md", "NOTICES.md")
WRITING += ("tests/wire", "tests/vectors")


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Callable[..., Release]]:
    releases = []

    def copy(*parts: str) -> Release:
        releases.append(Release.copied(tmp_path / "program", *parts))
        return releases[-1]

    yield copy
    for release in releases:
        release.close()


def step(release: Release) -> str:
    """Return the next step that the check of declarations says, empty where there is none."""
    ran = release.python("-m", "schemas.declarations")
    assert (ran.status == 0) == (ran.err == ""), ran.said
    return ran.err.partition("\n")[0]


def freeze(release: Release) -> list[str]:
    """Freeze what is new; return the names of the files."""
    ran = release.python("-m", "schemas.declarations", "--freeze")
    assert ran.status == 0, ran.said
    return re.findall(r"^(\S+) is new", ran.out, re.MULTILINE)


def changed(release: Release) -> set[str]:
    """Return which files of a copy are not those of the repository."""
    files = [path for path in release.root.rglob("*") if path.is_file()]
    names = [str(path.relative_to(release.root)) for path in files]
    return {
        name
        for name in names
        if "__pycache__" not in name
        and not (
            (ROOT / name).is_file()
            and (ROOT / name).read_bytes() == (release.root / name).read_bytes()
        )
    }


def test_a_dataset_is_added_in_its_declaration_and_its_code_list(copied, tmp_path):
    release = copied(*WRITING)
    licensing.declare(release, facts="")
    assert step(release).startswith("scheme 'licensing' of council-licensing has no code list: add")
    ran = release.python("-m", "exchange", "explain")
    assert (ran.status, ran.said.strip()) == (1, step(release))
    licensing.list_codes(release)
    assert step(release).startswith(
        "schemas/codes/licensing.csv of scheme 'licensing' does not exist"
    )
    release.write(licensing.CODES, "code,label\nroutine,Routine visit\n")
    assert step(release).endswith("its first line holds code,label,class,nature,theme,source")
    release.write(licensing.CODES, licensing.HEADING + licensing.COMPLAINT.format(theme=""))
    assert "has codes without a theme; write one of: anti-social behaviour, " in step(release)
    release.append(licensing.CODES, licensing.ROUTINE)
    text = (release.root / licensing.CODES).read_text(encoding="utf-8")
    release.write(licensing.CODES, text.replace(",,,made up", ",,other,made up"))
    assert step(release).startswith("council-licensing has no agency: say whose records they are")
    title = 'title="Licensing visits",'
    release.replace(licensing.COUNCIL, title, title + licensing.AGENCY)
    assert "no frozen form of version 2: run python -m schemas.decl" in step(release)
    assert freeze(release) == ["council-licensing-2.json"]
    assert step(release) == ""
    release.python("-m", "tests.wire.make")
    made = {
        "docs/codes.md", "docs/datasets.md", "docs/depersonalisation.md", "docs/identifiers.md",
        "NOTICES.md",
        "docs/codes/licensing-2026.md", "docs/datasets/council-licensing.md",
    }  # fmt: skip
    release.python("-m", "docs.generate")
    assert changed(release) == made | {
        licensing.COUNCIL, licensing.LISTS, licensing.CODES,
        "schemas/wire/council-licensing-2.json", "tests/wire/stored/council-licensing-2.age",
    }  # fmt: skip
    use(release, Partnership(tmp_path))


def use(release: Release, p: Partnership) -> None:
    """What an officer does with a dataset, but for sending it, works."""
    (p.root / "somebody").mkdir()
    name, faults = "council-licensing", ("--faults", "--quarter", "2026Q3")
    release.run(p, "somebody", "source", "sample", name, *faults, "-n", 50, "-o", "made.csv")
    release.run(p, "somebody", "source", "template", name, "-o", "template.xlsx")
    assert "Licensing visits" in release.run(p, "somebody", "explain", name).out
    assert "Licensing visits" in release.run(p, "somebody", "explain").out


def test_an_edition_is_a_file_and_its_entry_and_no_version(copied):
    release = copied(*DECLARING)
    entry = "fire,2027,Kinds of fire,,fire-2027.csv,,,,,made up,made up"
    licensing.list_codes(release, entry)
    file = "schemas/codes/fire-2027.csv"
    assert step(release).startswith(f"{file} of scheme 'fire' does not exist: write it")
    text = (ROOT / "schemas/codes/fire.csv").read_text(encoding="utf-8")
    release.write(file, text + "new-kind,A new kind,new class,,,made up\n")
    assert step(release).startswith(f"{file} has codes without a theme")
    release.write(file, text + "new-kind,A new kind,new class,,fire safety,made up\n")
    assert step(release) == ""
    assert freeze(release) == []


COLUMN = """
import dataclasses
from schemas.codes.vocabularies import YES_NO
from schemas.datasets.dataset import Field, Reads, Treat

WEAPON = Field("weapon", "Whether a weapon was used.", Reads.WORD, Treat.KEEP)
*_OTHERS, _CRIME = POLICE
POLICE = (*_OTHERS, dataclasses.replace(_CRIME, columns=(*_CRIME.columns, WEAPON)))
"""
UPGRADE = """
from schemas.datasets.dataset import Upgrade

_UPGRADES = (*_CRIME.upgrades, Upgrade(adds={"weapon": "not recorded"}))
POLICE = (*_OTHERS, dataclasses.replace(POLICE[-1], upgrades=_UPGRADES))
"""


def test_a_column_is_a_version_and_says_what_rows_of_before_hold(copied):
    release, file = copied(*DECLARING), "schemas/datasets/police.py"
    release.append(file, COLUMN)
    assert step(release).startswith("weapon is held to no list in police-crime, and free text nev")
    release.replace(file, "Treat.KEEP)", "Treat.KEEP, words=YES_NO)")
    now = DATASETS["police-crime"].version
    upgrade = f"add to its `upgrades` how rows of version {now} become rows of version {now + 1}"
    assert upgrade in step(release)
    release.append(file, UPGRADE)
    missing = f"police-crime has no frozen form of version {now + 1}: run python -m schemas"
    assert missing in step(release)
    assert freeze(release) == [f"police-crime-{now + 1}.json"]
    assert step(release) == ""


UPGRADE_OF_EXCLUSIONS = """
import dataclasses
from schemas.datasets.dataset import Upgrade

COUNCIL = tuple(
    dataclasses.replace(one, upgrades=(*one.upgrades, Upgrade()))
    if one.id == "council-exclusions" else one
    for one in COUNCIL
)
"""


def test_a_word_is_a_version_too(copied):
    release, file = copied(*DECLARING), licensing.COUNCIL
    words = "schemas/codes/vocabularies.py"
    release.replace(words, '"all-through": (', '"college": (),\n        "all-through": (')
    assert step(release).startswith("phase of council-exclusions has 5 words, and `sample_weights`")
    release.replace(licensing.FIELDS, "18 70 4 8", "18 70 4 4 4")
    assert step(release).startswith("council-exclusions is not declared as schemas/wire/council-ex")
    release.append(file, UPGRADE_OF_EXCLUSIONS)
    now = DATASETS["council-exclusions"].version
    assert freeze(release) == [f"council-exclusions-{now + 1}.json"]
    assert step(release) == ""


def classes_in(folder: Path) -> dict[str, Path]:
    """Return the classes of a folder's modules that can do all that a store does, by name."""
    methods = {name for name in vars(Store) if not name.startswith("_")}
    return {
        node.name: path
        for path in sorted(folder.glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        and methods <= {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
        and node.name != Store.__name__
    }


def steps_of_stores(root: Path) -> list[str]:
    """Return what a store still needs, each as the next step in words."""
    opened = (root / "exchange/stores/open.py").read_text(encoding="utf-8")
    tested = (root / "tests/stores/test_conformance.py").read_text(encoding="utf-8")
    steps = []
    for name in classes_in(root / "exchange/stores"):
        if f"return {name}(" not in opened:
            steps.append(f"{name} is opened by nothing: add it to exchange/stores/open.py")
        if f'"{name}"' not in tested:
            steps.append(
                f"{name} is not tested: add a kind of it to KINDS of "
                "tests/stores/test_conformance.py, and its service to tests/lib/servers.py"
            )
    return steps


STORE = "exchange/stores/mirror.py"
OPENED = """    if store.startswith("mirror://"):
        from exchange.stores.mirror import MirrorStore
        return MirrorStore(folder / store.removeprefix("mirror://"))
    if is_folder(store):
"""
SERVED = """
@contextmanager
def _mirror(folder: Path) -> Iterator[servers.Served]:
    gone = lambda: shutil.rmtree(folder / "mirrored")
    yield servers.Served("mirror://mirrored", folder / "none", gone)


HERE = {"""


def test_a_store_is_one_class_and_passes_the_suite(copied):
    assert steps_of_stores(ROOT) == []
    release = copied(*PARTS, "tests/stores", "tests/conftest.py", "pyproject.toml")
    text = (ROOT / "exchange/stores/folder.py").read_text(encoding="utf-8")
    release.write(STORE, text.replace("class FolderStore", "class MirrorStore"))
    first, second = steps_of_stores(release.root)
    assert first == "MirrorStore is opened by nothing: add it to exchange/stores/open.py"
    assert second.startswith("MirrorStore is not tested: add a kind of it to KINDS of tests/stores")
    release.replace("exchange/stores/open.py", "    if is_folder(store):\n", OPENED)
    suite = "tests/stores/test_conformance.py"
    release.replace(suite, "\nHERE = {", SERVED + '\n    "mirror": _mirror,')
    release.replace(suite, "KINDS = {", 'KINDS = {\n    "mirror": "MirrorStore",')
    assert steps_of_stores(release.root) == []
    typed = ("-m", "pytest", suite, "-q", "-n", "0", "-p", "no:cacheprovider", "-k", "mirror")
    ran = release.python(*typed)
    assert ran.status == 0, ran.said[-2000:]


SECTIONS = re.compile(r"^(ReportTable|Prose|Iterator\[(ReportTable|Prose|ReportTable \| Prose)\])$")


def steps_of_sections(root: Path) -> list[str]:
    """Return which functions make a section of a report that is in no report."""
    trees = [
        (path, ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted((root / "exchange/reports").rglob("*.py"))
    ]
    made = {
        node.name: path
        for path, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.returns
        and SECTIONS.match(ast.unparse(node.returns))
    }
    used = {
        node.id if isinstance(node, ast.Name) else node.attr
        for _, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    return [
        f"{name} of {path.relative_to(root)} is in no report: add it to the parts of one"
        for name, path in made.items()
        if name not in used
    ]


SECTION = """

def coordinators(source: Source) -> ReportTable:
    cards = source.log.register.cards.values()
    rows = [(card.partner, card.officer) for card in cards if "coordinator" in card.roles]
    return fill_table("compliance/coordinators", rows)
"""
DECLARED = (
    "compliance/coordinators,Coordinators,partner officer,,partner,,,"
    "Who coordinates the partnership.\n"
)


def test_a_section_of_a_report_is_in_every_form(copied, partnership):
    assert steps_of_sections(ROOT) == []
    release, file = copied(), "exchange/reports/compliance/partnership.py"
    release.append(file, SECTION)
    release.append("exchange/reports/report_tables.csv", DECLARED)
    (said,) = steps_of_sections(release.root)
    assert said == f"coordinators of {file} is in no report: add it to the parts of one"
    keys = "partnership.keys(source),"
    both = f"{keys} partnership.coordinators(source),"
    release.replace("exchange/reports/compliance/compliance.py", keys, both)
    assert steps_of_sections(release.root) == []
    forms = ("html", "xlsx", "csv", "txt", "json")
    outputs = [word for form in forms for word in ("-o", f"r.{form}")]
    release.run(partnership, "council", "report", "compliance", *outputs)
    for form in ("html", "txt"):
        text = (partnership.root / f"council/r.{form}").read_text(encoding="utf-8")
        assert "Who coordinates the partnership." in text
    data = (partnership.root / "council/r.json").read_text(encoding="utf-8")
    assert '"coordinators"' in data
