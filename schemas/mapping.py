"""Mappings: which columns of a source are which fields of a dataset.

A mapping is a TOML file, kept from quarter to quarter:

    says = "What this source is"
    datasets = ["police-crime"]
    published = false                      # only in mappings that come with this tool
    [columns]                              # field = the source's heading
    recorded = "Date Reported"
    [constants]                            # field = one value for every row
    category_scheme = "home-office"
    [dates]                                # field = the format its dates are in
    recorded = "%d-%b-%y"
    [codes.category]                       # the source's code = the list's code
    BURG-D = "28E"
"""

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from schemas.dataset import Dataset
from schemas.datasets import DATASETS
from schemas.errors import MappingRefused

_KEYS: Final = {"says", "datasets", "published", "columns", "constants", "dates", "codes"}
MAPPING_MAX: Final = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one source's columns become a dataset's fields.

    Attributes:
        published: The source is already published at its precision, so its places are not made
            coarser again. Only mappings that come with this tool can say so.
    """

    name: str
    datasets: tuple[str, ...]
    columns: dict[str, str]
    constants: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    published: bool = False

    def fits(self, headings: list[str]) -> bool:
        """Say whether the source has every column that the mapping names."""
        return set(self.columns.values()) <= set(headings)


def read_mapping(path: Path) -> Mapping:
    """Read an officer's own mapping file.

    Raises:
        MappingRefused: it is missing, not TOML, or names what no dataset has.
    """
    try:
        if path.stat().st_size > MAPPING_MAX:
            raise MappingRefused(f"the mapping {path.name} is larger than 1 MiB")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = None
    if text is None:
        raise MappingRefused(f"the mapping {path.name} can't be read")
    mapping = _parse(path.name, text)
    if mapping.published:
        raise MappingRefused(
            f"the mapping {path.name} says that its source is published",
            "only mappings that come with exchange can say that; take the line out",
        )
    return mapping


def shipped() -> list[Mapping]:
    """Return the mappings that come with this tool."""
    folder = files("schemas") / "mappings"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return [_parse(f.name.removesuffix(".toml"), f.read_text(encoding="utf-8")) for f in found]


def by_aliases(dataset: Dataset, headings: list[str]) -> Mapping:
    """Match headings to fields by the dataset's own names and aliases for them."""
    folded = {_fold(heading): heading for heading in headings}
    columns: dict[str, str] = {}
    for name, declared in dataset.fields.items():
        words = (name, *declared.aliases)
        found = next((folded[_fold(word)] for word in words if _fold(word) in folded), None)
        if found is not None and found not in columns.values():
            columns[name] = found
    return Mapping("", (dataset.id,), columns)


def _fold(heading: str) -> str:
    return " ".join(heading.replace("_", " ").replace("-", " ").casefold().split())


def _parse(name: str, text: str) -> Mapping:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        where = f"line {fault.lineno}" if hasattr(fault, "lineno") else "somewhere"
        told = None
    if told is None:
        raise MappingRefused(f"the mapping {name} is not TOML ({where})")
    unknown = set(told) - _KEYS
    if unknown or not isinstance(told.get("columns"), dict):
        raise MappingRefused(
            f"the mapping {name} has keys that mean nothing, or no [columns]",
            "its keys are " + ", ".join(sorted(_KEYS)),
        )
    _check(name, told)
    return Mapping(
        name=name,
        datasets=tuple(told.get("datasets", DATASETS)),
        columns=told["columns"],
        constants=told.get("constants", {}),
        dates=told.get("dates", {}),
        codes=told.get("codes", {}),
        published=told.get("published", False) is True,
    )


def _check(name: str, told: dict[str, Any]) -> None:
    """Refuse datasets and fields that do not exist, and anything that is not text."""
    if not set(told.get("datasets", [])) <= set(DATASETS):
        raise MappingRefused(f"the mapping {name} names a dataset that does not exist")
    fields = {f for d in told.get("datasets", DATASETS) for f in DATASETS[d].fields}
    for section in ("columns", "constants", "dates", "codes"):
        part = told.get(section, {})
        if not isinstance(part, dict) or not set(part) <= fields:
            raise MappingRefused(f"[{section}] of the mapping {name} names a field of no dataset")
        values = (
            part.values()
            if section != "codes"
            else [
                v
                for table in part.values()
                for v in (table.values() if isinstance(table, dict) else [0])
            ]
        )
        if not all(isinstance(value, str) for value in values):
            raise MappingRefused(f"[{section}] of the mapping {name} holds what is not text")
