"""Which datasets an extract is of, and how its columns become theirs.

Worked out from headings and categories where they tell it; else the officer is asked, and without
a terminal it is a usage error that names the option.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from exchange.dataset_ids import check_dataset
from exchange.errors import Usage
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.extract.categories import listed_categories
from schemas.extract.errors import SourceRefused
from schemas.extract.file import Raw
from schemas.extract.join_tables import key_of
from schemas.extract.mapping import Mapping, by_aliases, known_source, read_mapping

_ALL: Final = "all of them"
_UPGRADE: Final = "install the newest version and run the same command again"
_FIRST: Final = 10_000  # rows that are looked at first
Chosen = list[tuple[Dataset, Mapping]]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends an extract, as far as it tells what it may be.

    Attributes:
        kinds: The kinds of authority they are, in any of their partnerships.
        nation: Whose code lists are meant.
        mappings: Their own mapping files, by dataset.
        too_new: Datasets that they hold and a partnership has adopted, which this release does not
            know.
    """

    kinds: frozenset[str]
    nation: str
    mappings: dict[str, Path]
    too_new: frozenset[str] = frozenset()


class Prompt(Protocol):
    """Somebody who can be asked: the officer at a terminal."""

    def choose(self, question: str, options: dict[str, str]) -> str:
        """Return the key of the option chosen."""


def choose(
    raw: Raw,
    sender: Sender,
    told: Sequence[str],
    prompt: Prompt | None,
) -> Chosen:
    """Return the datasets that an extract is of, and how its columns become theirs.

    Raises:
        SourceRefused: it is of none, or has not the columns of one that was told.
        Usage: it fits several and nobody can be asked, or looks like another than was told.
    """
    for name in told:
        if name in sender.too_new:
            raise Usage(
                "submission-needs-newer",
                f"{name} needs a newer version of exchange: your partnership shares it, and "
                "this release does not know it",
                _UPGRADE,
            )
        check_dataset(name)
    chosen = [_as_told(raw, sender, DATASETS[name]) for name in dict.fromkeys(told)]
    if chosen:
        return chosen
    fitting = _fitting(raw, sender)
    if not fitting:
        raise SourceRefused(
            "dataset-not-recognised",
            "the file does not look like a dataset that you are due to send",
            "check that its first line holds the headings; to see a dataset's columns: "
            "exchange explain ID",
            "if you know the dataset: exchange source map FILE --dataset ID",
            *(f"if it is {name}: {_UPGRADE}" for name in sorted(sender.too_new)),
        )
    best = max(listed for listed, _ in fitting.values())
    fitting = {name: one for name, one in fitting.items() if one[0] == best}
    names = list(fitting) if len(fitting) == 1 else _asked(list(fitting), prompt)
    return [(DATASETS[name], fitting[name][1]) for name in names]


def _as_told(raw: Raw, sender: Sender, dataset: Dataset) -> tuple[Dataset, Mapping]:
    mapping = _mapping(raw, sender, dataset)
    if mapping is None:
        raise SourceRefused(
            "mapping-columns-missing",
            f"the mapping {sender.mappings[dataset.id].name} names columns that the file "
            "does not have",
            "check that this is the right export, and the mapping's path in exchange.toml",
        )
    if missing := dataset.missing(mapping.gives):
        raise _unknown_columns(raw, dataset, missing)
    if not _has_any(raw, dataset, mapping, sender):
        others = _fitting(raw, sender)
        likely = [name for name, (listed, _) in others.items() if listed]
        if likely:
            raise Usage(
                "dataset-does-not-fit",
                f"this does not look like {dataset.id}; did you mean --dataset {likely[0]}?",
                f"if so: --dataset {likely[0]}",
                "nothing was sent",
            )
    return dataset, mapping


def _has_any(raw: Raw, dataset: Dataset, mapping: Mapping, sender: Sender) -> bool:
    """Say whether a file has any category of a dataset; mostly its first rows tell."""
    return any(
        listed_categories(some, dataset, mapping, sender.nation)[1]
        for some in (raw.first(_FIRST), raw)
    )


def _fitting(raw: Raw, sender: Sender) -> dict[str, tuple[int, Mapping]]:
    """Return the datasets of the partner that a file fits, with how many categories it has."""
    fitting: dict[str, tuple[int, Mapping]] = {}
    for candidate in DATASETS.values():
        if sender.kinds and not candidate.kinds & sender.kinds:
            continue
        mapping = _mapping(raw, sender, candidate)
        if mapping is None or candidate.missing(mapping.gives):
            continue
        listed, ours = listed_categories(raw, candidate, mapping, sender.nation)
        if ours:
            fitting[candidate.id] = listed, mapping
    return fitting


def _asked(names: list[str], prompt: Prompt | None) -> list[str]:
    if prompt is None:
        raise Usage(
            "dataset-not-named",
            f"the file fits {' and '.join(names)}",
            *(f"to send it as {name}: --dataset {name}" for name in names),
            f"to send several: {' '.join(f'--dataset {name}' for name in names)}",
        )
    options = {name: DATASETS[name].title for name in names} | {_ALL: "each row to its own"}
    chosen = prompt.choose("Which dataset is this file?", options)
    return names if chosen == _ALL else [chosen]


def _mapping(raw: Raw, sender: Sender, dataset: Dataset) -> Mapping | None:
    """Return the officer's mapping for a dataset if it fits the file, else a shipped one that fits,
    else by names; None if the officer has a mapping and nothing fits.
    """
    if dataset.id in sender.mappings:
        mapping = read_mapping(sender.mappings[dataset.id])
        if mapping.fits(raw.headings):
            return mapping
    found = known_source(dataset, raw.headings) or by_aliases(dataset, raw.headings)
    if dataset.id in sender.mappings and dataset.missing(found.gives):
        return None
    return found


def _unknown_columns(raw: Raw, dataset: Dataset, missing: list[str]) -> SourceRefused:
    parts = []
    if key_of(raw.headings):
        together = (
            "if this is one table of STATS19, send its tables of collisions and of casualties "
            f"together: exchange check COLLISIONS CASUALTIES --dataset {dataset.id}"
        )
        parts = [together]
    fields = [dataset.fields[name] for what in missing for name in dataset.needs[what]]
    return SourceRefused(
        "columns-missing",
        f"{dataset.id} needs a column for {' or the '.join(missing)}",
        *parts,
        *(f"headings for {f.name}: " + ", ".join((f.name, *f.aliases)) for f in fields),
        f"for other headings, map the columns: exchange source map FILE --dataset {dataset.id}",
    )
