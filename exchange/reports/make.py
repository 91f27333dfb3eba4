"""Each report for the board as one call: the log verified, and the report made from it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from exchange.errors import Notice, Usage
from exchange.log.verify import StoreAudit, verify
from exchange.profile.open_logs import open_log
from exchange.profile.settings import Settings
from exchange.reports.assessment.year_file import four, sections_folder
from exchange.reports.compliance import answer_workbook as answer_workbooks
from exchange.reports.compliance.compliance import compliance
from exchange.reports.compliance.county import county
from exchange.reports.compliance.forms import FORMS
from exchange.reports.compliance.requirement_answers import requirement_answers
from exchange.reports.compliance.requirements import checklist
from exchange.reports.registers.protocol import draft_protocol
from exchange.reports.registers.sheets import add_sheets
from exchange.reports.registers.tables import TABLES, rows_of
from exchange.reports.report import Report
from exchange.reports.source import PulledFolder, Source
from exchange.reports.status import not_known, quarter_of
from schemas.quarters import Quarter

Tick = Callable[[int, int | None], None]


def _quiet(_done: int, _of: int | None = None) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class MadeReport:
    """A report, and what should be known about the log that it was made from."""

    report: Report
    notices: tuple[Notice, ...]


def compliance_report(
    *,
    folder: Path,
    now: datetime,
    partnership: str = "",
    quarter: str | None = None,
    year: str | None = None,
    bundles: bool = False,
    tick: Tick = _quiet,
) -> MadeReport:
    """Return what each partner sent and when, and whether duty and protocol are met.

    Args:
        folder: Where exchange.toml lies, or a folder below it.
        partnership: One of several in exchange.toml.
        quarter: Such as "2026Q3"; by default the one that is due next.
        year: Four quarters instead: "2026", or the financial year "2026/27".
        bundles: Read every bundle too, and say which are broken.
        tick: Called with how much of the store was read.

    Raises:
        Usage: the quarter or the year is not one.
        LogBroken: the log cannot be verified.
    """
    quarters = quarters_of(quarter, year, now)
    audit, notices = _verify(Settings.find(folder, partnership), now, tick, bundles=bundles)
    return MadeReport(compliance(audit, quarters, now), notices)


def requirements_report(
    *,
    folder: Path,
    now: datetime,
    partnership: str = "",
    form: str = "position",
    tick: Tick = _quiet,
) -> MadeReport:
    """Return the checklist of statutory requirements and guidance, and how each is met.

    Args:
        form: One of `FORMS` of `compliance/requirements.py`.
        folder, now, partnership, tick: As for `compliance_report`.
    """
    audit, notices = _verify(Settings.find(folder, partnership), now, tick)
    return MadeReport(checklist(audit, now, FORMS[form]), notices)


def answer_workbook(*, folder: Path, now: datetime, partnership: str = "") -> bytes:
    """Return the register of requirements as a workbook to fill in, with the answers so far.

    Args:
        folder, now, partnership: As for `compliance_report`.
    """
    audit, _ = _verify(Settings.find(folder, partnership), now, _quiet)
    source = Source(audit, (), now)
    register = source.log.register
    rows = {table: rows_of(register, table) for table in TABLES}
    return answer_workbooks.write(
        requirement_answers(source),
        register.name,
        source.today,
        lambda book: add_sheets(book, source.partner_names, rows),
    )


def assessment_report(
    *,
    folder: Path,
    pulled: Path,
    year: str,
    now: datetime,
    partnership: str = "",
    words: Path | None = None,
    tick: Tick = _quiet,
) -> MadeReport:
    """Return the strategic assessment pack of a year, from the tables of a pull.

    Args:
        pulled: The folder of the tables.
        year: The calendar year in which it begins, or a financial year.
        words: The file of the year, with the folder of its sections beside it; both are made
            where there is none yet. By default assessment-YEAR.toml in `folder`, or
            assessment-PARTNERSHIP-YEAR.toml where exchange.toml has several partnerships.
        folder, now, partnership, tick: As for `compliance_report`.

    Raises:
        Usage: the year is not one, the folder is not a pull of this log, or a file is not as it
            should be.
    """
    begins, month = _begins(year)
    settings = Settings.find(folder, partnership)
    prefix = f"{settings.slug}-" if len(Settings.all(folder)) > 1 else ""
    path = words or folder / f"assessment-{prefix}{begins}.toml"
    audit, notices = _verify(settings, now, tick)
    return _pack(
        {"": (audit, pulled)},
        (path, begins, month),
        settings.gazetteer_folder,
        now,
        notices,
    )


def plan_report(
    *,
    folder: Path,
    year: str,
    now: datetime,
    partnership: str = "",
    pulled: Path | None = None,
    public: bool = False,
    tick: Tick = _quiet,
) -> MadeReport:
    """Return the partnership plan of a year: priorities, targets with counts, and risks.

    Args:
        pulled: The folder of the tables that targets are counted from; none for no counts.
        public: The summary that may be published.
        folder, year, now, partnership, tick: As for `assessment_report`.

    Raises:
        Usage: the year is not one, the folder is not a pull of this log, or a target counts what
            is missing.
    """
    begins, month = _begins(year)
    first = Quarter.of(date(begins, month, 1))
    audit, notices = _verify(Settings.find(folder, partnership), now, tick)
    from exchange.pull.manifest import pulled_into  # noqa: PLC0415 - as for the assessment
    from exchange.reports.assessment.build import check_same_log  # noqa: PLC0415 - the same
    from exchange.reports.registers.plan import plan  # noqa: PLC0415 - the same

    source = Source(audit, (), now)
    tables = None
    if pulled is not None:
        manifest = pulled_into(pulled)
        check_same_log(source.log, manifest, pulled)
        tables = PulledFolder("", source, pulled, manifest)
    return MadeReport(plan(source, tables, first, public=public), notices)


def protocol_draft(
    *, folder: Path, now: datetime, partnership: str = "", tick: Tick = _quiet
) -> MadeReport:
    """Return the draft of an information sharing protocol, to be completed by people.

    Args:
        folder, now, partnership, tick: As for `compliance_report`.
    """
    audit, notices = _verify(Settings.find(folder, partnership), now, tick)
    return MadeReport(draft_protocol(Source(audit, (), now)), notices)


def county_report(
    *,
    folder: Path,
    now: datetime,
    stores: Sequence[str] = (),
    quarter: str | None = None,
    year: str | None = None,
    pulled: Path | None = None,
    agreement: bool = False,
    tick: Tick = _quiet,
) -> MadeReport:
    """Return one report of several districts: of compliance, the assessment pack, or the agreement.

    Args:
        stores: Partnerships of exchange.toml, by store or by name; by default all.
        pulled: Makes it the assessment pack: the folder in which each partnership was pulled, under
            its name. It needs `year`.
        agreement: Makes it the draft of the community safety agreement, from their registers.
        folder, now, quarter, year, tick: As for `compliance_report`.

    Raises:
        Usage: fewer than two partnerships are named, or one is not in exchange.toml.
    """
    districts = _districts(folder, stores)
    quarters = tuple(quarters_of(quarter, year, now))
    notices: list[Notice] = []
    audits: dict[str, StoreAudit] = {}
    for district in districts:
        audits[district.slug], new_notices = _verify(district, now, tick)
        notices += new_notices
    sources = {name: Source(audit, quarters, now) for name, audit in audits.items()}
    if agreement:
        from exchange.reports.registers.plan import agreement as draft  # noqa: PLC0415 - a second

        return MadeReport(draft(sources), tuple(notices))
    if pulled is None:
        return MadeReport(county(sources), tuple(notices))
    if year is None:
        raise Usage("year-missing", "an assessment covers a year, and --year is missing")
    begins, month = _begins(year)
    pulls = {name: (audit, pulled / name) for name, audit in audits.items()}
    request = (folder / f"assessment-{begins}.toml", begins, month)
    return _pack(pulls, request, districts[0].gazetteer_folder, now, notices)


def quarters_of(quarter: str | None, year: str | None, now: datetime) -> list[Quarter]:
    """Return the quarters that a report is of, oldest first.

    Raises:
        Usage: both are named, or one is not a quarter or a year.
    """
    if quarter and year:
        raise Usage("quarter-and-year-named", "--quarter and --year cannot be used together")
    if year is None:
        return [quarter_of(quarter, now)]
    begins, month = _begins(year)
    return list(four(Quarter.of(date(begins, month, 1))))


def _begins(year: str) -> tuple[int, int]:
    """Read a year: the calendar year and the month in which it begins."""
    match = re.fullmatch(r"([1-9]\d{3})(/\d{2})?", year)
    if not match or (match[2] and int(match[2][1:]) != (int(match[1]) + 1) % 100):
        raise Usage("year-not-understood", f'"{year}" is not a year')
    return int(match[1]), 4 if match[2] else 1


def _verify(
    settings: Settings, now: datetime, tick: Tick, *, bundles: bool = False
) -> tuple[StoreAudit, tuple[Notice, ...]]:
    log, notices = open_log(settings, now=now, whole=True)
    audit = verify(log, settings.cosignatures_file, bundles=bundles, tick=tick)
    return audit, (*notices, *not_known(log))


def _pack(
    pulls: dict[str, tuple[StoreAudit, Path]],
    request: tuple[Path, int, int],
    gazetteer: Path,
    now: datetime,
    notices: Iterable[Notice],
) -> MadeReport:
    """Make the assessment pack, and give notice if the file to fill in was created."""
    from depersonalise.places.gazetteer import Gazetteer  # noqa: PLC0415 - it takes a second
    from exchange.reports.assessment.build import AssessmentRequest, make  # noqa: PLC0415 - the same

    words, is_new = request[0], not request[0].exists()
    report = make(pulls, AssessmentRequest(*request), Gazetteer(gazetteer), now)
    if is_new:
        text = f"{words.name} and the folder {sections_folder(words).name} were created"
        hint = (
            "write the sections into the Markdown files of the folder, then run this command again"
        )
        notices = (*notices, Notice("assessment-words-missing", text, (hint,)))
    return MadeReport(report, tuple(notices))


def _districts(folder: Path, stores: Sequence[str]) -> list[Settings]:
    """Return the partnerships of exchange.toml that are named, by store or by name, or all.

    Raises:
        Usage: one is named that is none of them, or there are not two.
    """
    partnerships = Settings.all(folder, "")
    known = {settings.store: settings for settings in partnerships} | {
        settings.slug: settings for settings in partnerships
    }
    if unknown := [name for name in stores if name not in known]:
        raise Usage(
            "store-not-in-settings",
            f'"{unknown[0]}" is not a store or a partnership in exchange.toml',
            "choose from "
            + ", ".join(f"{settings.slug} ({settings.store})" for settings in partnerships),
        )
    by_slug = {known[name].slug: known[name] for name in stores}
    chosen = list(by_slug.values()) if by_slug else partnerships
    if len(chosen) < 2:
        raise Usage("two-districts-needed", "a county report needs two districts or more")
    return chosen
