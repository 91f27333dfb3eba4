"""Which datasets an extract is of, and how its columns become theirs.

Worked out from headings and categories where they tell it; else the officer is asked, and without
a terminal it is a usage error that names the option.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from exchange.errors import Usage
from exchange.profile.settings import Settings
from exchange.submission.same_rows import Member
from exchange.typed_words import check_dataset
from partners.register.register import Register
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.extract.categories import listed_categories
from schemas.extract.errors import SourceRefused
from schemas.extract.file import Raw, refuse_a_record
from schemas.extract.join_tables import key_of
from schemas.extract.joined_headings import is_known
from schemas.extract.mapping import Mapping, by_aliases, known_source, read_mapping

_NATION: Final = "england"  # whose code lists are meant, where no partnership says
ALL: Final = "all"
_UPGRADE: Final = "install the newest version and run the same command again"
_DOWN: Final = 100  # lines in which headings may stand below each other
_KNOWN: Final = 3  # headings
_FIRST: Final = 10_000  # rows that are looked at first
Chosen = list[tuple[Dataset, Mapping]]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends an extract, as far as that shows which dataset it may be.

    Attributes:
        kinds: The kinds of authority they are, in any of their partnerships.
        nation: Whose code lists are meant.
        mappings: Their own mapping files, by dataset.
        last: The datasets that they sent for the last quarter for which they sent any.
        too_new: Datasets that they hold and a partnership has adopted, which this release does not
            know.
    """

    kinds: frozenset[str]
    nation: str
    mappings: dict[str, tuple[Path, ...]]
    last: frozenset[str] = frozenset()
    too_new: frozenset[str] = frozenset()


class Prompt(Protocol):
    """Somebody who answers questions, such as the officer at a terminal."""

    def choose(self, question: str, options: dict[str, str]) -> str:
        """Return the key of the option chosen."""


def choose(
    raw: Raw,
    sender: Sender,
    typed: Sequence[str],
    prompt: Prompt | None,
) -> Chosen:
    """Return the datasets that an extract is of, and how its columns become theirs.

    Raises:
        SourceRefused: it is of none, or has not the columns of one that was told.
        Usage: it fits several and nobody can be asked, or looks like another than was told.
    """
    for name in typed if ALL not in typed else ():
        if name in sender.too_new:
            raise Usage(
                "submission-needs-newer",
                f"{name} needs a newer version of exchange: your partnership shares it, and "
                "this release does not know it",
                _UPGRADE,
            )
        check_dataset(name)
    if typed and ALL not in typed:
        return [_read_as_declared(raw, sender, DATASETS[name]) for name in dict.fromkeys(typed)]
    fitting = _fitting_datasets(raw, sender)
    if not fitting:
        raise SourceRefused(
            "dataset-not-recognised",
            "the file does not look like a dataset that you are due to send",
            *_remedy_for_turned(raw),
            "check that its first line holds the headings; to see a dataset's columns: "
            "exchange explain ID",
            "if you know the dataset: exchange source map FILE --dataset ID",
            *(f"if it is {name}: {_UPGRADE}" for name in sorted(sender.too_new)),
        )
    best = max(listed for listed, _ in fitting.values())
    fitting = {name: fit for name, fit in fitting.items() if fit[0] == best}
    as_last = ALL in typed or len(fitting) == 1 or sender.last.issuperset(fitting)
    names = list(fitting) if as_last else _ask_dataset(list(fitting), prompt)
    return [(DATASETS[name], fitting[name][1]) for name in names]


def _read_as_declared(raw: Raw, sender: Sender, dataset: Dataset) -> tuple[Dataset, Mapping]:
    mapping = _mapping(raw, sender, dataset)
    if mapping is None:
        raise _mapping_does_not_fit(sender.mappings[dataset.id])
    if missing := dataset.missing(mapping.gives):
        raise _unknown_columns(raw, dataset, missing)
    if not _has_any(raw, dataset, mapping, sender):
        others = _fitting_datasets(raw, sender)
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
        listed_categories(sample, dataset, mapping, sender.nation)[1]
        for sample in (raw.first(_FIRST), raw)
    )


def _fitting_datasets(raw: Raw, sender: Sender) -> dict[str, tuple[int, Mapping]]:
    """Return the datasets of the partner that a file fits, with how many categories it has."""
    fitting: dict[str, tuple[int, Mapping]] = {}
    for candidate in DATASETS.values():
        if sender.kinds and not candidate.kinds & sender.kinds:
            continue
        mapping = _mapping(raw, sender, candidate)
        if mapping is None or candidate.missing(mapping.gives):
            continue
        listed, known = listed_categories(raw, candidate, mapping, sender.nation)
        if known:
            fitting[candidate.id] = listed, mapping
    return fitting


def _ask_dataset(names: list[str], prompt: Prompt | None) -> list[str]:
    if prompt is None:
        raise Usage(
            "dataset-not-named",
            f"the file fits {' and '.join(names)}",
            *(f"to send it as {name}: --dataset {name}" for name in names),
            f"to send all of them, each row to its own: --dataset {ALL}",
        )
    options = {ALL: "each row to its own dataset"} | {name: DATASETS[name].title for name in names}
    chosen = prompt.choose("Which dataset is this file?", options)
    return names if chosen == ALL else [chosen]


def _mapping(raw: Raw, sender: Sender, dataset: Dataset) -> Mapping | None:
    """Return the officer's mapping that fits the file, else a shipped one, else by names.

    None where the officer has mappings for the dataset, none fits, and the names do not tell it.
    """
    own_mappings = [read_mapping(path) for path in sender.mappings.get(dataset.id, ())]
    fitting = next((mapping for mapping in own_mappings if mapping.fits(raw.headings)), None)
    if fitting is not None:
        return fitting
    known = known_source(dataset, raw.headings) or by_aliases(dataset, raw.headings)
    return None if own_mappings and dataset.missing(known.gives) else known


def _mapping_does_not_fit(mappings: Sequence[Path]) -> SourceRefused:
    names = " and ".join(path.name for path in mappings)
    verb = "names" if len(mappings) == 1 else "name"
    return SourceRefused(
        "mapping-columns-missing",
        f"the mapping {names} {verb} columns that the file does not have",
        "check that this is the right export, and the mapping's path in exchange.toml",
        "for other headings, map the columns: exchange source map FILE --dataset ID -o FILE.toml",
    )


def _unknown_columns(raw: Raw, dataset: Dataset, missing: list[str]) -> SourceRefused:
    refuse_a_record(raw.headings)
    parts = _remedy_for_turned(raw)
    if key_of(raw.headings):
        together = (
            "if this is one table of STATS19, send its tables of collisions and of casualties "
            f"together: exchange check COLLISIONS CASUALTIES --dataset {dataset.id}"
        )
        parts.append(together)
    fields = [dataset.fields[name] for need in missing for name in dataset.needs[need]]
    return SourceRefused(
        "columns-missing",
        f"{dataset.title} needs a column for the {', and one for the '.join(missing)}",
        *parts,
        *(f"headings for {f.name}: " + ", ".join((f.name, *f.aliases)) for f in fields),
        f"for other headings, map the columns: exchange source map FILE --dataset {dataset.id}",
    )


def _remedy_for_turned(raw: Raw) -> list[str]:
    """Say what to do with a table whose headings stand below each other."""
    down = [raw.headings[0], *raw.column(min(raw.columns)).head(_DOWN).drop_nulls()]
    if sum(map(is_known, down)) < _KNOWN:
        return []
    remedy = "in Excel copy the table, then choose Paste Special, Transpose, and send the new table"
    return [f"the headings stand below each other in the first column: {remedy}"]


def sender_of(members: Sequence[Member]) -> Sender:
    """Return who sends, over all their partnerships."""
    kinds = {
        kind
        for settings, register in members
        if settings.partner in register.partners
        for kind in register.partners[settings.partner].kinds
    }
    mappings = {
        dataset: tuple(settings.path(name) for name in settings.mappings_of(dataset))
        for settings, _ in reversed(members)
        for dataset in settings.mappings
    }
    too_new = {
        name
        for _, register in members
        for name, adopted in register.adopted.items()
        if name not in DATASETS and adopted.kinds & kinds
    }
    nation = members[0][1].nation if members else _NATION
    last = frozenset(name for member in members for name in sent_last(*member))
    return Sender(frozenset(kinds), nation, mappings, last, frozenset(too_new))


def sent_last(settings: Settings, register: Register) -> set[str]:
    """Return the datasets that the partner sent for the last quarter for which it sent any."""
    statements = [submission.statement for submission in register.current()]
    statements = [
        statement
        for statement in statements
        if statement.partner == settings.partner and not statement.personal
    ]
    last = max((statement.quarter for statement in statements), default=None)
    return {statement.dataset for statement in statements if statement.quarter == last}
