"""The code lists that a dataset's categories may come from."""

from schemas.codes.lists import LISTS, LOCAL, CodeList
from schemas.datasets.dataset import Dataset
from schemas.extract.mapping import Mapping


def lists_of(dataset: Dataset, mapping: Mapping, nation: str = "") -> list[CodeList]:
    """Return the lists that a dataset's categories can come from, of a nation if one is given."""
    lists = [
        code_list
        for scheme in dataset.schemes
        for code_list in LISTS
        if code_list.scheme == scheme and (not nation or code_list.nation in ("", nation))
    ]
    if mapping.local is not None and LOCAL in dataset.schemes:
        lists.append(mapping.local)
    return lists


def newest_list(dataset: Dataset, nation: str = "england") -> CodeList:
    """Return the newest list of a dataset's first scheme that has a file."""
    return lists_of(dataset, Mapping("", (), {}), nation)[0]
