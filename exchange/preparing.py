"""From an extract to rows that may leave: what check, preview and submit have in common.

Which dataset it is and which dates it covers are worked out from the file where it tells them;
where it does not, the officer is asked, and without a terminal it is a usage error that names the
option. Nothing here leaves the machine.
"""

import difflib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from depersonalise.depersonalise import Depersonalised, IdentifiersFound, depersonalise
from depersonalise.gazetteer import Gazetteer, GazetteerBroken
from exchange.errors import ExtractUnreadable, Usage
from exchange.kept import last_outline
from exchange.settings import Settings
from partners.register import Register
from schemas import checking
from schemas.categories import listed_categories
from schemas.changes import Outline, changes, outline
from schemas.checking import Outcome, Selected
from schemas.dataset import Dataset
from schemas.datasets import DATASETS
from schemas.errors import MappingRefused, SourceRefused, Undecided
from schemas.findings import Finding, worst_first
from schemas.mapping import Mapping, by_aliases, read_mapping, shipped
from schemas.parsing import parse
from schemas.quarters import LONDON, Covered, NotAQuarter, Quarter
from schemas.reading import Raw, read


class Asks(Protocol):
    """Somebody who can be asked: the officer at a terminal."""

    def choose(self, question: str, options: dict[str, str]) -> str:
        """Return the key of the option chosen."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An extract, as far as it got: `shared` only if nothing stopped it."""

    dataset: Dataset
    mapping: Mapping
    covered: Covered
    selected: Selected
    outcome: Outcome
    shared: Depersonalised | None
    findings: list[Finding]
    outline: Outline

    def __repr__(self) -> str:
        return f"<Prepared {self.dataset.id} {self.covered}>"


def prepare(
    path: Path,
    *,
    settings: Settings,
    register: Register,
    dataset: str | None,
    dates: str | None,
    asks: Asks | None,
    now: datetime,
    stage: Callable[[str], None] = lambda _: None,
) -> Prepared:
    """Read, check and depersonalise an extract.

    Raises:
        ExtractUnreadable: it, its mapping or the gazetteer can't be read.
        Usage: the dataset or the dates are not told, and nobody can be asked.
    """
    stage("reading")
    try:
        raw = read(path)
        chosen, mapping = _choose(raw, settings, register, dataset, asks)
        stage("checking")
        known = known_outward(settings, register)
        typed = parse(raw, chosen, mapping, known, register.nation)
        del raw  # the largest thing there is
        selected = checking.select(typed, chosen, register.areas)
        del typed
        covered = _covered(selected, dates, asks, now)
        if dates:
            selected = checking.only_dates(selected, covered, now.astimezone(LONDON).date())
    except (SourceRefused, MappingRefused) as fault:
        raise ExtractUnreadable(f"{path.name}: {fault.says}", *fault.hints) from None
    except GazetteerBroken as fault:
        raise ExtractUnreadable(str(fault), "its path stands in exchange.toml") from None
    outcome = checking.check(selected, covered, now.astimezone(LONDON).date())
    now_held = outline(selected, covered)
    before = last_outline(settings, chosen.id, covered)
    findings = worst_first([*outcome.findings, *changes(now_held, before, selected)])
    shared = None
    if outcome.checked is not None:
        stage("depersonalising")
        try:
            shared = depersonalise(outcome.checked, secrets.token_bytes)
        except IdentifiersFound as fault:
            findings = worst_first([*findings, *fault.findings])
    return Prepared(chosen, mapping, covered, selected, outcome, shared, findings, now_held)


def check_dataset(told: str) -> None:
    """Refuse a name that is no dataset's, and name the one that is meant.

    Raises:
        Usage: it is none.
    """
    if told not in DATASETS:
        near = difflib.get_close_matches(told, DATASETS, n=1)
        meant = f"did you mean {near[0]}" if near else "all of them: exchange datasets"
        raise Usage(f'"{told}" is not a dataset', meant)


def _choose(
    raw: Raw, settings: Settings, register: Register, told: str | None, asks: Asks | None
) -> tuple[Dataset, Mapping]:
    """Return the dataset that an extract is of, and how its columns become that dataset's."""
    if told is not None:
        check_dataset(told)
    if told is not None:
        mapping = _mapping(raw, settings, DATASETS[told])
        if missing := missing_fields(DATASETS[told], mapping):
            raise _unknown_columns(DATASETS[told], missing)
        return DATASETS[told], mapping
    kinds = (
        register.partners[settings.partner].kinds if settings.partner in register.partners else ()
    )
    fitting: dict[str, tuple[int, Mapping]] = {}
    for candidate in DATASETS.values():
        if kinds and not candidate.kinds & set(kinds):
            continue
        mapping = _mapping(raw, settings, candidate)
        if missing_fields(candidate, mapping):
            continue
        listed, ours = listed_categories(raw, candidate, mapping, register.nation)
        if ours:
            fitting[candidate.id] = listed, mapping
    if not fitting:
        raise SourceRefused(
            "its headings and categories are not those of a dataset you hold",
            "does its first line hold the headings? the columns of a dataset: exchange datasets ID",
            "if you know which it is, say so: --dataset ID",
        )
    best = max(listed for listed, _ in fitting.values())
    fitting = {name: one for name, one in fitting.items() if one[0] == best}
    chosen = next(iter(fitting))
    if len(fitting) > 1:
        chosen = _ask_dataset(fitting, asks)
    return DATASETS[chosen], fitting[chosen][1]


def _ask_dataset(fitting: dict[str, tuple[int, Mapping]], asks: Asks | None) -> str:
    if asks is None:
        names = " and ".join(fitting)
        raise Usage(
            f"the file fits {names}",
            *(f"to send it as {name}: --dataset {name}" for name in fitting),
        )
    return asks.choose("Which dataset is this file?", {i: DATASETS[i].title for i in fitting})


def _mapping(raw: Raw, settings: Settings, dataset: Dataset) -> Mapping:
    """Return the officer's mapping for a dataset, else a shipped one that fits, else by names."""
    if dataset.id in settings.mappings:
        mapping = read_mapping(settings.path(settings.mappings[dataset.id]))
        if not mapping.fits(raw.headings):
            raise SourceRefused(
                f"the mapping {mapping.name} names columns that the file does not have",
                "is it another export? the mapping's path stands in exchange.toml",
            )
        return mapping
    for mapping in shipped():
        if dataset.id in mapping.datasets and mapping.fits(raw.headings):
            return mapping
    return by_aliases(dataset, raw.headings)


def missing_fields(dataset: Dataset, mapping: Mapping) -> list[str]:
    """Name the groups of fields of which an extract has none and must have one."""
    return [what for what, names in dataset.needs.items() if not mapping.gives & set(names)]


def _unknown_columns(dataset: Dataset, missing: list[str]) -> SourceRefused:
    fields = [dataset.fields[name] for what in missing for name in dataset.needs[what]]
    return SourceRefused(
        f"it has no column that is known as the {' or the '.join(missing)} of {dataset.id}",
        *(f"{f.name} may be headed: " + ", ".join((f.name, *f.aliases)) for f in fields),
        f"for other headings, draft a mapping: exchange map FILE --dataset {dataset.id}",
    )


def known_outward(settings: Settings, register: Register) -> Callable[[set[str]], set[str]]:
    """Return what tells which outward codes exist: the areas' own, then the gazetteer."""
    ours = {code for area in register.areas for code in area.outward}
    gazetteer = Gazetteer(settings.path(settings.gazetteer) if settings.gazetteer else None)

    def known(codes: set[str]) -> set[str]:
        rest = codes - ours
        return codes & ours | (gazetteer.knows(rest) if rest else set())

    return known


def _covered(selected: Selected, told: str | None, asks: Asks | None, now: datetime) -> Covered:
    """Return the dates covered: as told, else worked out, else as asked."""
    if not told and "date" not in selected.dataset.needs and not checking.dates_of(selected):
        raise Usage("the file does not say which quarter it is of", "say which: --dates 2026Q3")
    if not told and not checking.dates_of(selected):
        # No record is inside, or none has a date: checking says so, whatever the quarter.
        return Covered.whole(Quarter.of(now.astimezone(LONDON).date()).previous)
    try:
        covered = Covered.parse(told) if told else checking.likely_dates(selected)
    except NotAQuarter as fault:
        raise Usage(f"--dates: {fault}", "such as --dates 2026Q3 or --dates 2026-07") from None
    except Undecided as fault:
        covered = _ask_dates(selected, fault, asks)
    _same_quarter(selected, covered)
    if covered.last > now.astimezone(LONDON).date():
        raise Usage(
            f"the dates covered, {covered}, are not over yet",
            "say which days the file covers: --dates 2026-07, or --dates FIRST..LAST",
        )
    return covered


def _ask_dates(selected: Selected, fault: Undecided, asks: Asks | None) -> Covered:
    months = checking.months_of(selected)
    if asks is None or len(months) != 1:
        raise Usage(fault.says, *fault.hints) from None
    ((year, month),) = months
    part = Covered.month(year, month)
    options = {str(part): "that month only", str(part.quarter): "the whole quarter"}
    return Covered.parse(asks.choose(f"{fault.says}. What does the file cover?", options))


def _same_quarter(selected: Selected, covered: Covered) -> None:
    """Refuse a file whose dates lie in another quarter, naming the one it looks like."""
    quarters = checking.dates_of(selected)
    if quarters and all(quarter != covered.quarter for quarter, _ in quarters):
        raise Usage(
            f"no record of the file lies in {covered.quarter}; it looks like {quarters[0][0]}",
            f"if it is that quarter's: --dates {quarters[0][0]}",
            "nothing left this machine",
        )
