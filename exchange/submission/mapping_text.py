"""A drafted mapping as the text of its file.

Keeps true: no value that looks like an identifier stands in it, and it says how many there were.
Leaves to others: drafting (`draft_mapping.py`), and asking.
"""

from dataclasses import dataclass, field
from typing import Final

import tomlkit

from depersonalise.identifiers import identifiers_in
from exchange.text import with_noun
from schemas.datasets.dataset import Dataset
from schemas.extract.column_numbers import columns_in_words
from schemas.extract.draft_counts import CountDraft
from schemas.extract.draft_mapping import Draft
from schemas.extract.file import Raw
from schemas.extract.mapping import NUMBERED


@dataclass(frozen=True, slots=True, repr=False)
class NamedDistricts:
    """Names of districts that no authority has: those that mean our areas, as the officer told, and
    the rest.
    """

    aliases: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def _namesakes(raw: Raw, draft: Draft) -> list[str]:
    """Return headings that differ from a mapped one by their number alone, and are no field's.

    A file without one of them has other numbers, so the mapping does not fit it.
    """
    mapped = {raw.columns[guess.column] for guess in draft.guesses}
    names = {NUMBERED.sub("", heading) for heading in mapped if NUMBERED.search(heading)}
    doubtful = {guess.column for guess in draft.doubts}
    return [
        heading
        for n, heading in raw.columns.items()
        if NUMBERED.search(heading)
        and NUMBERED.sub("", heading) in names
        and heading not in mapped
        and n not in doubtful
    ]


def mapping_text(file: str, dataset: Dataset, raw: Raw, draft: Draft, names: NamedDistricts) -> str:
    """Write the mapping, each column with how sure it is."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment("Drafted by exchange source map; check it. It stays on this machine.")
    )
    document.add("says", tomlkit.item(f"drafted from {file}"))
    document.add("datasets", tomlkit.item([dataset.id]))
    secret = identifiers_in(raw.headings, coded=True)
    unused = dict.fromkeys([raw.columns[n] for n in draft.unused] + _namesakes(raw, draft))
    document.add("unused", tomlkit.item([h for h in unused if h not in secret]))
    columns = tomlkit.table()
    for guess in draft.guesses:
        if raw.columns[guess.column] in secret:
            columns.add(tomlkit.comment(f"{columns_in_words(guess.column)}: {_NOT_WRITTEN}"))
            continue
        heading = tomlkit.item(raw.columns[guess.column])
        heading.comment(f"{columns_in_words(guess.column)}, {guess.sure.value}")
        columns.add(guess.field, heading)
    for need in draft.missing:
        fields = " or ".join(dataset.needs[need])
        columns.add(tomlkit.comment(f'missing: {fields} = "the heading of the {need}"'))
    for guess in draft.doubts:
        may_be = f"{columns_in_words(guess.column)} may be the {guess.field}"
        columns.add(tomlkit.comment(f"{may_be}: add its heading here, or list it as unused"))
    document.add("columns", columns)
    constants = dict(draft.constants)
    if draft.likely is not None:
        constants["category_scheme"] = draft.likely.scheme
    if constants:
        document.add("constants", tomlkit.item(constants))
    if draft.dates or draft.unclear:
        document.add("dates", _dates(draft))
    if draft.codes or names.unknown or names.aliases:
        codes = tomlkit.table(is_super_table=True)
        if draft.codes:
            codes.add("category", _codes(draft))
        if names.unknown or names.aliases:
            codes.add("district", _districts(names))
        document.add("codes", codes)
    if draft.counts is not None:
        document.add("together", _together(draft.counts))
    return tomlkit.dumps(document)


DAY_OR_MONTH: Final = ("%d/%m/%Y", "%m/%d/%Y")
_NOT_WRITTEN: Final = "its heading looks like an identifier, so it is not written here"


def _dates(draft: Draft) -> tomlkit.items.Table:
    """Write the form of dates; where the order of day and month is unclear, both to choose from."""
    table = tomlkit.table()
    for name, form in draft.dates.items():
        table.add(name, form)
    for name in draft.unclear:
        table.add(tomlkit.comment("remove the # from the line that is right: day first, or month"))
        for form in DAY_OR_MONTH:
            table.add(tomlkit.comment(f'{name} = "{form}"'))
    return table


def _together(counts: CountDraft) -> tomlkit.items.Table:
    """Write which rows are one record, and which values are counted as what."""
    table = tomlkit.table()
    table.add("by", counts.together.by)
    for band in counts.straddling:
        table.add(
            tomlkit.comment(f"{band} holds children (to 15) and adults: counted as age unknown")
        )
    count = tomlkit.table(is_super_table=True)
    for name, values in counts.together.count.items():
        count.add(name, tomlkit.item(values))
    table.add("count", count)
    return table


def _codes(draft: Draft) -> tomlkit.items.Table:
    """Write what the list has not: translated where it is nearly of it, else to be filled in."""
    table = tomlkit.table()
    table.add(tomlkit.comment("the file's own category = its code in the list"))
    secret = identifiers_in(draft.codes, coded=True)
    if secret:
        table.add(
            tomlkit.comment(
                f"{with_noun(len(secret), 'value')} of this column "
                f"{'looks' if len(secret) == 1 else 'look'} like an identifier and "
                f"{'is' if len(secret) == 1 else 'are'} not written here: correct the export"
            )
        )
    for value, code in ((v, c) for v, c in draft.codes.items() if v not in secret):
        if code and draft.likely is not None:
            item = tomlkit.item(code)
            item.comment(f"close to {draft.likely.codes[code].label}")
            table.add(value, item)
        else:
            table.add(tomlkit.comment(f"{tomlkit.key([value]).as_string()} = "))
    return table


def _districts(names: NamedDistricts) -> tomlkit.items.Table:
    """Write which names mean our areas, and leave the others to be filled in."""
    table = tomlkit.table()
    table.add(tomlkit.comment("the file's own name = the name or code of your area"))
    for name, code in names.aliases.items():
        table.add(name, code)
    for name in names.unknown:
        table.add(tomlkit.comment(f"{tomlkit.key([name]).as_string()} = "))
    return table
