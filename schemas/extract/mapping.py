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
    [select]                               # the source's heading = the values of the rows taken
    "Record Type" = ["Crime"]
    [together]                             # rows with one value here are one record
    by = "Collision Ref"
    [together.count.adults_killed]         # a field = how many of its rows have these values
    Severity = ["Fatal"]
    join = "collision_index"               # files of one extract are joined by this column;
                                           # only in mappings that come with this tool
    [local]                                # the authority's own list, for scheme "local"
    edition = "2026"
    [local.codes]                          # code = label
    noise = "Noise nuisance"
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from schemas.codes.lists import LOCAL_EDITIONS, LOCAL_SHAPE, CodeList, local_list
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.extract.errors import MappingRefused
from schemas.extract.headings import fold
from schemas.extract.text import plain_heading
from schemas.extract.text_files import read_text

MAPPING_MAX: Final = 1024 * 1024  # bytes
NUMBERED: Final = re.compile(r" \(column [0-9]+\)$")  # a heading that the file has twice
Values = dict[str, list[str]]  # a heading, and the values that are meant


@dataclass(frozen=True, slots=True, repr=False)
class RowGrouping:
    """How rows become one record: the heading that identifies them, and what is counted of them."""

    by: str
    count: dict[str, Values] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Mapping:
    """How one source's columns become a dataset's fields.

    Attributes:
        unused: Headings of columns that are none of the dataset's, as whoever wrote it says.
        published: The source is already published at its precision, so its places are not made
            coarser again. Only mappings that come with this tool can say so.
        join: The column by which the tables of a source are joined. Only mappings that come with
            this tool can say so.
    """

    name: str
    datasets: tuple[str, ...]
    columns: dict[str, str]
    constants: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    select: Values = field(default_factory=dict)
    together: RowGrouping | None = None
    local: CodeList | None = None
    unused: tuple[str, ...] = ()
    published: bool = False
    join: str = ""

    @property
    def gives(self) -> set[str]:
        """The fields that the mapping gives."""
        counts = self.together.count if self.together else {}
        return {*self.columns, *self.constants, *counts}

    @property
    def headings(self) -> set[str]:
        """The columns of the source that the mapping uses."""
        used = {*self.columns.values(), *self.select}
        if self.together:
            used |= {self.together.by}
            used |= {heading for values in self.together.count.values() for heading in values}
        return used

    def fits(self, headings: list[str]) -> bool:
        """Say whether the source has every column that the mapping names.

        Of columns that the mapping names with their numbers it must have the unused ones too: if
        one is missing, the numbers of the others are another column's.
        """
        numbered = {heading for heading in self.unused if NUMBERED.search(heading)}
        return self.headings | numbered <= set(headings)


def read_mapping(path: Path) -> Mapping:
    """Read an officer's own mapping file.

    Raises:
        MappingRefused: it is missing, not TOML, or names what no dataset has.
    """
    try:
        if path.stat().st_size > MAPPING_MAX:
            raise MappingRefused(
                "mapping-too-large", f"the mapping {path.name} is larger than 1 MiB"
            )
        text = read_text(path)
    except (OSError, ValueError):
        text = None
    if text is None:
        raise MappingRefused("mapping-unreadable", f"the mapping {path.name} cannot be read")
    mapping = _parse(path.name, text)
    if mapping.join:
        raise MappingRefused(
            "mapping-says-join", f"the mapping {path.name} says that files are joined"
        )
    if mapping.published:
        raise MappingRefused(
            "mapping-says-published", f"the mapping {path.name} says that its source is published"
        )
    return mapping


def read_shipped() -> tuple[Mapping, ...]:
    """Return the mappings that come with this tool."""
    return tuple(_shipped(name) for name in _shipped_texts())


def known_source(dataset: Dataset, headings: list[str]) -> Mapping | None:
    """Return the mapping that comes with this tool for a source of these headings, if one does.

    Only those that name the dataset are parsed, which takes longer than all else that is read.
    """
    named = (name for name, text in _shipped_texts().items() if f'"{dataset.id}"' in text)
    mappings = (_shipped(name) for name in named)
    return next((m for m in mappings if dataset.id in m.datasets and m.fits(headings)), None)


@cache
def _shipped_texts() -> dict[str, str]:
    """Return the text of each mapping that comes with this tool, by its name."""
    folder = files(__package__) / "mappings"
    paths = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {f.name.removesuffix(".toml"): f.read_text(encoding="utf-8") for f in paths}


@cache
def _shipped(name: str) -> Mapping:
    return _parse(name, _shipped_texts()[name])


def by_aliases(dataset: Dataset, headings: list[str]) -> Mapping:
    """Match headings to fields by the dataset's own names and aliases for them."""
    folded = {fold(heading): heading for heading in headings}
    columns: dict[str, str] = {}
    for name, declared in dataset.fields.items():
        words = (name, *declared.aliases)
        known = next((folded[fold(word)] for word in words if fold(word) in folded), None)
        if known is not None and known not in columns.values():
            columns[name] = known
    return Mapping("", (dataset.id,), columns)


def _parse(name: str, text: str) -> Mapping:
    try:
        parts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        where = f"line {fault.lineno}" if hasattr(fault, "lineno") else "somewhere"
        parts = None
    if parts is None:
        raise MappingRefused("mapping-not-toml", f"the mapping {name} is not TOML ({where})")
    if set(parts) - set(_SHAPES) or "columns" not in parts:
        raise MappingRefused(
            "mapping-keys-unknown",
            f"the mapping {name} has unknown keys, or no [columns]",
            "the keys are " + ", ".join(sorted(_SHAPES)),
        )
    for key, part in parts.items():
        if not _is(_SHAPES[key], part):
            raise MappingRefused(
                "mapping-part-malformed",
                f"[{key}] in the mapping {name} is not in the right format",
            )
    _check_names(name, parts)
    together, local = parts.get("together"), parts.get("local")
    return Mapping(
        name=name,
        datasets=tuple(parts.get("datasets", DATASETS)),
        columns={field: plain_heading(heading) for field, heading in parts["columns"].items()},
        constants=parts.get("constants", {}),
        dates=parts.get("dates", {}),
        codes=parts.get("codes", {}),
        select=_plain(parts.get("select", {})),
        together=_together(together) if together else None,
        unused=tuple(map(plain_heading, parts.get("unused", ()))),
        local=local_list(local["edition"], local["codes"]) if local else None,
        published=parts.get("published", False),
        join=parts.get("join", ""),
    )


def _plain(values: Values) -> Values:
    return {plain_heading(heading): codes for heading, codes in values.items()}


def _together(part: dict[str, Any]) -> RowGrouping:
    counts = {field: _plain(values) for field, values in part.get("count", {}).items()}
    return RowGrouping(plain_heading(part["by"]), counts)


_TEXTS: Final = {str: str}
_VALUES: Final = {str: [str]}
# A type; [of]: a list of it; {str: of}: a table of it; {"key": of}: a table with those keys.
_SHAPES: Final[dict[str, Any]] = {
    "says": str,
    "datasets": [str],
    "published": bool,
    "join": str,
    "unused": [str],
    "columns": _TEXTS,
    "constants": _TEXTS,
    "dates": _TEXTS,
    "codes": {str: _TEXTS},
    "select": _VALUES,
    "together": {"by": str, "count": {str: _VALUES}},
    "local": {"edition": str, "codes": _TEXTS},
}
_NEEDED: Final = {"by", "edition", "codes"}  # of tables with keys


def _is(shape: Any, value: Any) -> bool:
    """Say whether a value has a shape."""
    if isinstance(shape, list):
        return isinstance(value, list) and all(_is(shape[0], item) for item in value)
    if not isinstance(shape, dict):
        return isinstance(value, shape)
    if not isinstance(value, dict):
        return False
    if str in shape:
        return all(_is(shape[str], item) for item in value.values())
    return _NEEDED & set(shape) <= set(value) <= set(shape) and all(
        _is(shape[key], item) for key, item in value.items()
    )


def _check_names(name: str, parts: dict[str, Any]) -> None:
    """Refuse datasets and fields that do not exist, and codes that could be a number."""
    if not set(parts.get("datasets", [])) <= set(DATASETS):
        raise MappingRefused(
            "mapping-dataset-unknown", f"the mapping {name} names a dataset that does not exist"
        )
    fields = {f for d in parts.get("datasets", DATASETS) for f in DATASETS[d].fields}
    sections = {key: parts.get(key, {}) for key in ("columns", "constants", "dates", "codes")}
    sections["together.count"] = parts.get("together", {}).get("count", {})
    for key, part in sections.items():
        if not set(part) <= fields:
            raise MappingRefused(
                "mapping-field-unknown",
                f"[{key}] in the mapping {name} names a field that no dataset has",
            )
    local = parts.get("local")
    if local and not (
        local["edition"] in LOCAL_EDITIONS
        and all(re.fullmatch(LOCAL_SHAPE, code) for code in local["codes"])
    ):
        raise MappingRefused(
            "mapping-local-codes-not-allowed",
            f"[local] in the mapping {name} has an edition or codes that cannot be shared",
        )
