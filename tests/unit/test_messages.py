"""The catalogue of refusals and warnings: what is raised and printed is in it, and nothing else."""

import ast
import inspect
import re
from functools import cache

from exchange import errors
from exchange.bundle.bundle import ReleaseTooOld
from exchange.errors import NO_EFFECT, STATUSES, WARNING
from exchange.log.receipts import ReceiptBroken
from exchange.stores.store import ReplacesFiles, Unreachable
from schemas.findings.finding import Severity
from schemas.findings.rules import RULES
from tests.lib.sources import PACKAGES, ROOT, nodes

REFUSALS = (
    errors.Refusal,
    *errors.REFUSALS,
    ReleaseTooOld,
    ReceiptBroken,
    ReplacesFiles,
    Unreachable,
)

# What takes an id first, and of which kind the id has to be. Those below exchange's own refusals
# are turned into one of that kind.
TAKES_ID = {one.__name__: one.kind for one in REFUSALS} | {
    "SourceRefused": "extract-unreadable",
    "MappingRefused": "extract-unreadable",
    "GazetteerBroken": "extract-unreadable",
    "ProtectedUnreadable": "extract-unreadable",
    "Undecided": "usage",
    "Rejection": NO_EFFECT,
    "ReportWarning": WARNING,
    "Notice": WARNING,
    "console.warning": WARNING,
    "console.error": "",  # by the command itself, of several kinds
    "exchange/cli/console.py: warning": WARNING,
    "exchange/reports/assessment/year_file.py: _refusal": "usage",
}
# Where an id is handed on as it was given.
PASSES_ON = {
    "exchange/reports/assessment/year_file.py: _refusal",
    "exchange/cli/output_files.py: write_forms",
    "exchange/log/snapshot.py: result_at",  # as an earlier command decided it
}


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def assigned(function: ast.FunctionDef, variable: str) -> set[str]:
    """Return the literals that a function assigns to a variable, if it assigns nothing else."""
    values: list[ast.expr] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            values += [value for one, value in pairs if name_of(one) == variable]
    literals = {value.value for value in values if isinstance(value, ast.Constant)}
    return literals - {""} if all(isinstance(one, ast.Constant) for one in values) else set()


def given(first: ast.expr, function: ast.FunctionDef | None, where: str) -> set[str]:
    """Return the ids that an argument can be; none where it is another exception's."""
    if isinstance(first, ast.Constant):
        return {first.value}
    if where in PASSES_ON or (isinstance(first, ast.Attribute) and first.attr == "id"):
        return set()
    found = assigned(function, name_of(first)) if function else set()
    assert found, f"{where} makes up an id"
    return found


@cache
def sites() -> list[tuple[str, str, str]]:
    """Return where an id is given, the kind that it must have there, and the id.

    Raises:
        AssertionError: an id is neither written there nor another exception's.
    """
    found = []
    for file, found_in in nodes().items():
        for function, node in found_in:
            where = f"{file}: {function.name if function else ''}"
            if isinstance(node, ast.Call):
                names = {
                    name_of(node.func),
                    ast.unparse(node.func) if isinstance(node.func, ast.Attribute) else "",
                }
                names.add(f"{file}: {name_of(node.func)}")
                for name in names & set(TAKES_ID):
                    ids = given(node.args[0], function, where)
                    found += [(where, TAKES_ID[name], id_) for id_ in ids]
            elif isinstance(node, ast.Tuple):  # in a table of refusals: kind, id, words, hint
                for kind, one in zip(node.elts, node.elts[1:], strict=False):
                    literal = isinstance(one, ast.Constant) and isinstance(one.value, str)
                    if literal and name_of(kind) in TAKES_ID:
                        found.append((where, TAKES_ID[name_of(kind)], one.value))
    return found


CATALOGUE = errors.messages()


def test_what_is_raised_and_printed_is_in_the_catalogue_with_its_kind():
    assert len(sites()) > 250
    for where, kind, id_ in sites():
        assert id_ in CATALOGUE, f"{where} gives an id that is not in messages.csv: {id_}"
        same = STATUSES[CATALOGUE[id_].kind] == STATUSES.get(kind)
        assert same or not kind, f"{where}: {id_} is not of kind {kind}"


def test_every_id_of_the_catalogue_is_used():
    assert set(CATALOGUE) - {id_ for _, _, id_ in sites()} == set()


def test_every_file_that_raises_a_refusal_was_read():
    """A refusal that is made in a way that this test can't follow would go unseen."""
    made = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if re.search(
            rf"\b({'|'.join(one.__name__ for one in REFUSALS)})\(\n? *f?\"", path.read_text()
        )
    }
    assert made <= {where.partition(":")[0] for where, _, _ in sites()}


def test_ids_are_words_and_belong_to_no_rule():
    for id_ in CATALOGUE:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", id_), id_
        assert len(id_) <= 40
        assert id_ not in RULES
    assert not {str(severity.name).lower() for severity in Severity} & set(CATALOGUE)


def test_each_message_says_when_and_what_to_do():
    for message in CATALOGUE.values():
        assert message.kind in STATUSES, message.id
        assert message.when.endswith("."), message.id
        assert message.remedy[0].isupper(), message.id
        assert "|" not in message.when + message.remedy, message.id


def test_a_refusal_without_hints_is_not_referred_to_them():
    """What the catalogue says is its hint then."""
    kinds = {one.__name__ for one in REFUSALS}
    without = {
        node.args[0].value
        for found_in in nodes().values()
        for _, node in found_in
        if isinstance(node, ast.Call) and name_of(node.func) in kinds and len(node.args) == 2
        if isinstance(node.args[0], ast.Constant)
    }
    remedies = {id_: CATALOGUE[id_].remedy for id_ in without}
    assert len(remedies) > 100
    assert [id_ for id_, remedy in remedies.items() if "the hint" in remedy.lower()] == []


def test_no_id_stands_twice():
    text = (ROOT / "exchange/messages.csv").read_text(encoding="utf-8")
    ids = [line.partition(",")[0] for line in text.splitlines()]
    assert len(ids) == len(set(ids)) == len(CATALOGUE) + 1


def test_kinds_have_exit_statuses_of_their_own():
    assert len(set(STATUSES.values())) == len(STATUSES) - 1
    assert STATUSES[NO_EFFECT] == errors.NotEntitled.status
    refusals = [one for one in vars(errors).values() if inspect.isclass(one)]
    kinds = {one.kind for one in refusals if issubclass(one, errors.Refusal)}
    assert kinds == set(STATUSES) - {WARNING, NO_EFFECT, "stopped"}
