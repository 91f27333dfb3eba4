"""What the assessment pack needs, gathered: the pull, the file of the year, the places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from depersonalise.places.area_files import POPULATION, SEVERITY
from depersonalise.places.gazetteer import Gazetteer, PlaceFile
from exchange.errors import Usage
from exchange.files import replace
from exchange.log.log import Log
from exchange.log.verify import StoreAudit
from exchange.profile.places import readable_places
from exchange.pull.counts import ELSEWHERE
from exchange.pull.manifest import Manifest, pulled_into
from exchange.reports.assessment.assessment import assessment
from exchange.reports.assessment.data import MapPlaces, cells_of_pull
from exchange.reports.assessment.year_file import (
    Year,
    four,
    read_year,
    section_templates,
    sections_folder,
    template,
)
from exchange.reports.report import Report
from exchange.reports.source import PulledFolder, Source
from schemas.quarters import Quarter, long_date, quarter_in_words


@dataclass(frozen=True, slots=True)
class AssessmentRequest:
    """What a pack is asked for.

    Attributes:
        words: The file of the year.
        begins: The calendar year in which the year begins, and the month if the file is new.
    """

    words: Path
    begins: int
    month: int


def make(
    audits: Mapping[str, tuple[StoreAudit, Path]],
    request: AssessmentRequest,
    gazetteer: Gazetteer,
    now: datetime,
) -> Report:
    """Return the assessment pack of one partnership, or of several as one.

    Where there is no file of the year yet, one to fill in is written.

    Args:
        audits: The verified store and the folder of the pull, by the partnership's name; the
            name is empty where there is one only.

    Raises:
        Usage: a folder is no pull of its log, or a file is not as it should be.
        ExtractUnreadable: the gazetteer can't be read.
    """
    manifests = {name: pulled_into(folder) for name, (_, folder) in audits.items()}
    for name, (audit, folder) in audits.items():
        check_same_log(audit.log, manifests[name], folder)
    year = _year(request, [audit.log for audit, _ in audits.values()])
    pulls = [
        PulledFolder(name, Source(audit, year.quarters, now), folder, manifests[name])
        for name, (audit, folder) in audits.items()
    ]
    return assessment(pulls, year, _places(pulls, gazetteer))


def _year(request: AssessmentRequest, logs: Sequence[Log]) -> Year:
    if request.words.exists():
        year = read_year(request.words, request.begins)
        _refuse_empty(year.quarters, logs)
        return year
    _refuse_empty(four(Quarter.of(date(request.begins, request.month, 1))), logs)
    _begin_sections(sections_folder(request.words))
    replace(request.words, template(request.month).encode())
    return read_year(request.words, request.begins)


def _begin_sections(folder: Path) -> None:
    """Write a file for each section that has none."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, text in section_templates().items():
        if not (folder / name).exists():
            replace(folder / name, text.encode())


def _refuse_empty(year: Sequence[Quarter], logs: Sequence[Log]) -> None:
    """Refuse a year for which nobody submitted anything.

    Raises:
        Usage: it is one; nothing was written.
    """
    known = sorted(
        {returned.statement.quarter for log in logs for returned in log.register.returns}
    )
    if set(year) & set(known):
        return
    ends = (
        dict.fromkeys(quarter_in_words(quarter) for quarter in (known[0], known[-1]))
        if known
        else ()
    )
    raise Usage(
        "year-without-returns",
        f"nothing was submitted for {long_date(year[0].first)} to {long_date(year[-1].last)}",
        f"nothing was written; the log has submissions for: {' to '.join(ends) or 'no quarter'}",
    )


def check_same_log(log: Log, manifest: Manifest, folder: Path) -> None:
    """Refuse what was pulled from another log, or from one that this is not grown from.

    Raises:
        Usage: it was.
    """
    if manifest.size <= log.tree.size and log.tree.root_at(manifest.size).hex() == manifest.root:
        return
    raise Usage("pulled-from-another-log", f"{folder.name} was downloaded from a different log")


@readable_places()
def _places(pulls: Sequence[PulledFolder], gazetteer: Gazetteer) -> MapPlaces:
    """Return where the places of some pulls lie, and what was added of them."""
    columns = ("outward", "lsoa", "ward")
    distinct = pl.concat(cells_of_pull(pull).select(columns) for pull in pulls).unique().collect()
    codes = {code for column in columns for code in distinct[column].drop_nulls()}
    outward = set(distinct["outward"])
    return MapPlaces(
        gazetteer.points(outward - {ELSEWHERE}),
        gazetteer.shapes(codes),
        gazetteer.numbers(POPULATION),
        gazetteer.numbers(SEVERITY),
        {kind: _in_words(place_file) for kind, place_file in gazetteer.files.items()},
    )


def _in_words(place_file: PlaceFile) -> str:
    """Say which file was added, and when.

    >>> _in_words(PlaceFile("p.csv", "00", "2026-10-20", "codes in LSOA21CD", 40))
    'p.csv (codes in LSOA21CD, added 20 October 2026)'
    """
    added = long_date(date.fromisoformat(place_file.added))
    return f"{place_file.name} ({place_file.edition}, added {added})"
