"""What is compared with the years before: themes, domestic abuse, categories and places.

Only what the same partners shared in both years, for the same quarters (docs/adr/0030).
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from exchange.pull.counts import CATEGORY, ELSEWHERE, UNKNOWN
from exchange.pull.cube import RECORDS
from exchange.reports.assessment.data import Pack
from exchange.reports.assessment.missing import gaps_of
from exchange.reports.assessment.statistics import Comparison
from exchange.reports.assessment.year_file import years_before
from schemas.codes.themes import facts_of
from schemas.codes.vocabularies import (
    UNSTATED_THEME,
    VIOLENCE_OR_SEXUAL,
    VIOLENT_OR_SEXUAL_CLASSES,
)
from schemas.quarters import Quarter

_EARLIER: Final = 3  # years, at most, that the newest quarter is compared with
_UNSTATED: Final = 0.1  # of the rows of a dataset without a theme, to compare it by theme
PLACE: Final = ("place_kind", "place", "theme")
_Numbers = dict[tuple[str, ...], tuple[int, ...]]


class Years(NamedTuple):
    """The published cells of what is whole before and now, with the quarters that they have."""

    before: pl.DataFrame
    now: pl.DataFrame
    quarters: tuple[Quarter, ...]
    years: int = 1


def year_on_year(pack: Pack) -> Years:
    """Return the year and the year before."""
    whole = [
        key for key in pack.gaps.whole if (*key[:2], years_before(key[2], 1)) in pack.before.whole
    ]
    return _years(
        pack, sorted({key[2] for key in whole}), [(*key[:2], key[2], 1) for key in whole], 1
    )


def newest_quarter(pack: Pack) -> Years:
    """Return the newest quarter of the year and the same quarter of earlier years.

    As many earlier years as leave no dataset out that could be compared with one.
    """
    quarter = max((key[2] for key in pack.gaps.whole), default=pack.year.first)
    now = {key[:2] for key in pack.gaps.whole if key[2] == quarter}
    best: tuple[int, set[tuple[str, str]]] = (1, set())
    for years in range(1, _EARLIER + 1):
        now &= {key[:2] for key in gaps_of(pack.pulls, [years_before(quarter, years)]).whole}
        if years > 1 and len(now) < len(best[1]):
            break
        best = (years, set(now))
    years, both = best
    pairs = [(*key, quarter, n) for key in sorted(both) for n in range(1, years + 1)]
    return _years(pack, [quarter] if both else [], pairs, years)


def _years(
    pack: Pack,
    quarters: Sequence[Quarter],
    pairs: Sequence[tuple[str, str, Quarter, int]],
    years: int,
) -> Years:
    """Return the cells of the pairs of partner, dataset and quarter, so many years before."""
    names = ("partner", "dataset", "quarter", "then")
    rows = [(partner, dataset, str(q), str(years_before(q, n))) for partner, dataset, q, n in pairs]
    frame = pl.LazyFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    successors = {old: new for pulled in pack.pulls for old, new in pulled.successors.items()}
    cells = pack.cells.with_columns(pl.col("partner").replace(successors))
    keys = ["partner", "dataset"]
    then = cells.join(
        frame.select(*keys, "then", now="quarter").unique(),
        left_on=[*keys, "quarter"],
        right_on=[*keys, "then"],
    ).with_columns(quarter="now")
    now = cells.join(frame.unique([*keys, "quarter"]), on=[*keys, "quarter"], how="semi")
    return Years(
        then.drop("now").collect(), now.collect(), tuple(quarters), years
    )  # fmt: skip


def compare(years: Years, *, by_place: bool) -> list[Comparison]:
    """Return all comparisons of some years: of each theme, of each category, of each place."""
    comparisons = [*_themes(years), *_domestic(years), *_categories(years)]
    return [*comparisons, *_places(years)] if by_place else comparisons


def _numbers(cells: pl.DataFrame, by: Sequence[str], quarters: Sequence[Quarter]) -> _Numbers:
    """Return the records of each quarter by some columns."""
    position = {str(quarter): n for n, quarter in enumerate(quarters)}
    lists: dict[tuple[str, ...], list[int]] = {}
    for *key, quarter, number in cells.group_by(*by, "quarter").agg(pl.col(RECORDS).sum()).rows():
        lists.setdefault(tuple(key), [0] * len(position))[position[quarter]] += number
    return {key: tuple(numbers) for key, numbers in lists.items()}


def _count(years: Years, by: Sequence[str]) -> tuple[_Numbers, _Numbers, list[tuple[str, ...]]]:
    before = _numbers(years.before, by, years.quarters)
    now = _numbers(years.now, by, years.quarters)
    return before, now, sorted(before.keys() | now.keys())


def _comparison(
    kind: str,
    key: tuple[str, ...],
    before: _Numbers,
    now: _Numbers,
    years: Years,
    *,
    rest: tuple[int, int] | None = None,
    doubtful: tuple[int, int] = (0, 0),
) -> Comparison:
    codes, zeros = key[1:], (0,) * len(years.quarters)
    numbers = before.get(codes, zeros), now.get(codes, zeros)
    return Comparison(kind, key, *numbers, years.years, rest, doubtful)


def _themes(years: Years) -> list[Comparison]:
    """Return each theme, without the datasets too many rows of which do not say theirs."""
    silent, doubtful = _without_theme(years)
    drop = pl.col("dataset").is_in(silent) & (pl.col("theme") != UNSTATED_THEME)
    stated = Years(years.before.filter(~drop), years.now.filter(~drop), years.quarters, years.years)
    before, now, keys = _count(stated, ["theme"])
    return [
        _comparison("theme", ("theme", *key), before, now, years,
                    doubtful=(0, 0) if key[0] == UNSTATED_THEME else doubtful)
        for key in keys
    ]  # fmt: skip


def _without_theme(years: Years) -> tuple[list[str], tuple[int, int]]:
    """Return the datasets that can't be compared by theme, and how many rows of the others may be
    of any theme: by so many fewer rows say no theme now, or did before.
    """
    silent: set[str] = set()
    rest = [0, 0]
    for n, cells in enumerate((years.before, years.now)):
        sums = cells.group_by("dataset").agg(
            every=pl.col(RECORDS).sum(),
            unstated=pl.col(RECORDS).filter(pl.col("theme") == UNSTATED_THEME).sum(),
        )
        for dataset, records, unstated in sums.rows():
            if unstated > _UNSTATED * records:
                silent.add(dataset)
            else:
                rest[n] += unstated
    before, now = rest[0] // years.years, rest[1]
    return sorted(silent), (max(before - now, 0) * years.years, max(now - before, 0))


def _domestic(years: Years) -> list[Comparison]:
    yes = pl.col("domestic") == "yes"
    only = Years(years.before.filter(yes), years.now.filter(yes), years.quarters, years.years)
    before, now, keys = _count(only, ["domestic"])
    return [_comparison("theme", ("domestic", *key), before, now, years) for key in keys]


def _categories(years: Years) -> list[Comparison]:
    """Return each code; rows that were generalised stand under its class and may be of it."""
    before, now, keys = _count(years, CATEGORY)
    codes = []
    for dataset, scheme, edition, category in keys:
        facts = facts_of(scheme, edition, category)
        if facts.level in ("class", "two classes"):
            continue
        wider = (VIOLENCE_OR_SEXUAL,) if facts.klass in VIOLENT_OR_SEXUAL_CLASSES else ()
        classes = [(dataset, scheme, edition, code) for code in (facts.klass, *wider)]
        lost = sum(_sum(before, klass) - _sum(now, klass) * years.years for klass in classes)
        doubtful = (max(lost, 0), max(-lost, 0) // years.years)
        key = ("category", dataset, scheme, edition, category)
        codes.append(_comparison("category", key, before, now, years, doubtful=doubtful))
    return codes


def _sum(numbers: Mapping[tuple[str, ...], tuple[int, ...]], key: tuple[str, ...]) -> int:
    return sum(numbers.get(key, ()))


def _places(years: Years) -> list[Comparison]:
    """Return each theme in each place, held against the rest of the area."""
    before, now, keys = _count(
        Years(_with_place(years.before), _with_place(years.now), years.quarters, years.years), PLACE
    )
    totals: dict[tuple[str, str], list[int]] = {}
    for key in keys:
        sums = totals.setdefault((key[0], key[2]), [0, 0])
        sums[0] += _sum(before, key)
        sums[1] += _sum(now, key)
    places = []
    for key in keys:
        sums = totals[key[0], key[2]]
        rest = (sums[0] - _sum(before, key), sums[1] - _sum(now, key))
        places.append(_comparison("place", ("place", *key), before, now, years, rest=rest))
    return places


def _with_place(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with a place: the LSOA, else the outward code, that they were shared by."""
    by_lsoa = pl.col("lsoa") != UNKNOWN
    return cells.filter(
        by_lsoa | (pl.col("outward") != ELSEWHERE), pl.col("theme") != UNSTATED_THEME
    ).with_columns(
        place_kind=pl.when(by_lsoa).then(pl.lit("LSOA")).otherwise(pl.lit("outward code")),
        place=pl.when(by_lsoa).then("lsoa").otherwise("outward"),
    )
