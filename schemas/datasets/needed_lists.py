"""The code lists without which nothing can use a dataset: looked for when datasets are imported.

Leaves to others: what stands in the lists, and the rest of a declaration (`declarations.py`).
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files

from schemas import codes as lists
from schemas.codes.lists import LOCAL, CodeList, editions_of
from schemas.datasets.dataset import Dataset


class ListMissing(SystemExit):
    """A dataset is declared and has no code list: the program ends, with the next step for words.

    Only who changes the program can see it.
    """


def check_lists(datasets: Iterable[Dataset]) -> None:
    """See that the code lists of datasets are there.

    Raises:
        ListMissing: one is not; the first step is said.
    """
    for dataset in datasets:
        for step in missing_lists(dataset):
            raise ListMissing(step)


def missing_lists(dataset: Dataset) -> Iterator[str]:
    """Yield, for each code list that a dataset names and that is missing, what to do."""
    for scheme in dataset.schemes:
        of_scheme = editions_of(scheme)
        if not of_scheme and scheme != LOCAL:
            yield (
                f"scheme '{scheme}' of {dataset.id} has no code list: add "
                f"schemas/codes/{scheme}.csv, and its row to schemas/codes/lists.csv"
            )
        yield from (step for code_list in of_scheme if (step := missing_file(code_list)))


def missing_file(code_list: CodeList) -> str:
    """Say what to do if the file of a code list is missing; nothing if it is."""
    if files(lists).joinpath(code_list.file).is_file():
        return ""
    return (
        f"schemas/codes/{code_list.file} of scheme '{code_list.scheme}' does not exist: write it, "
        "or correct its row of schemas/codes/lists.csv"
    )
