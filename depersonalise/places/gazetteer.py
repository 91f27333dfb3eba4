"""What the officer's machine knows of places: outward codes, and a directory of postcodes.

Outward codes are looked for in the table that comes along (`outward_codes.py`), and newer ones are
asked of GeoNames' postal codes through pgeocode; whole postcodes, districts and how many live
where, of a directory of the Office for National Statistics. Neither is ever downloaded: the officer
gives each file once, and it is kept in a form that is quick to read, with its hash and date; so are
the files that an analyst adds for assessments (`area_files.py`). Without them less is checked and
places leave coarser.
"""

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from depersonalise.places.area_files import BOUNDARIES, POPULATION, SEVERITY
from depersonalise.places.errors import PlacesUnreadable
from depersonalise.places.outward_codes import outward_codes, outward_points
from schemas.zip_files import UNREADABLE

if TYPE_CHECKING:
    from depersonalise.places.postcode_directory import Directory

# The columns of pgeocode's own form, which is comma-separated with a heading; GeoNames' raw file
# has the same ones, tab-separated and without.
_COLUMNS: Final = (
    "country_code,postal_code,place_name,state_name,state_code,county_name,county_code,"
    "community_name,community_code,latitude,longitude,accuracy"
)
OUTWARD, POSTCODES = "outward codes", "postcodes"
_FILES: Final = {
    OUTWARD: "GB.txt",
    POSTCODES: "postcodes.parquet",
    POPULATION: "population.parquet",
    BOUNDARIES: "boundaries.parquet",
    SEVERITY: "severity-weights.parquet",
}
_ABOUT: Final = "about.json"
_LINE_MOST: Final = 64 * 1024  # bytes of a heading
_ROOM: Final = 64 * 1024  # bytes without which a disk is full
_EDITION: Final = r"(?i)(?:NSPL|ONSPD)[_ ](?:\d{4}_)?([A-Z]{3}_\d{4})"


class GazetteerBroken(PlacesUnreadable):
    """A file of the gazetteer can't be read, or is none."""


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """A file that was given.

    Attributes:
        name: As it was called.
        sha256: Of the file as it was given.
        added: The day on which it was given.
        edition: What its name or its newest change tells of its age.
        rows: How many places or postcodes it has.
        lsoas: The edition of its LSOAs, where it has any.
    """

    name: str
    sha256: str
    added: str
    edition: str
    rows: int
    lsoas: str = ""


class Gazetteer:
    """The files in a folder of the officer's own, if there is one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def files(self) -> dict[str, PlaceFile]:
        """What there is, by what it knows: OUTWARD, POSTCODES.

        Raises:
            GazetteerBroken: what was kept can't be read.
        """
        if self._folder is None or not (self._folder / _ABOUT).exists():
            return {}
        try:
            about = json.loads((self._folder / _ABOUT).read_text(encoding="utf-8"))
            place_files = {
                kind: PlaceFile(**place_file)
                for kind, place_file in about.items()
                if kind in _FILES
            }
            whole = all((self._folder / _FILES[kind]).exists() for kind in place_files)
        except (OSError, ValueError, TypeError, AttributeError):
            whole = False
        if not whole:
            raise GazetteerBroken(
                "gazetteer-damaged", "the copy of the postcode directory cannot be read"
            )
        return place_files

    def numbers(self, kind: str) -> dict[str, float]:
        """Return the residents of each area, or the weight of each offence, where they were added.

        Raises:
            GazetteerBroken: what was kept can't be read.
        """
        return dict(self._rows(kind))

    def shapes(self, codes: set[str]) -> dict[str, dict[str, Any]]:
        """Return the boundaries of those of some areas that were added, as GeoJSON.

        Raises:
            GazetteerBroken: what was kept can't be read.
        """
        return {code: json.loads(shape) for code, shape in self._rows(BOUNDARIES) if code in codes}

    def _rows(self, kind: str) -> list[tuple[str, Any]]:
        if self._folder is None or kind not in self.files:
            return []
        import polars as pl  # noqa: PLC0415 - what is held needs no tables

        try:
            return pl.read_parquet(self._folder / _FILES[kind]).rows()
        except (OSError, pl.exceptions.PolarsError):
            pass
        raise GazetteerBroken("gazetteer-damaged", f"the copy of the {kind} cannot be read")

    def knows(self, codes: set[str]) -> set[str]:
        """Return those of some outward codes that exist.

        Raises:
            GazetteerBroken: what was kept can't be read.
        """
        known = codes & outward_codes().keys()
        if self.directory:
            known |= codes & self.directory.outward
        return known | self._middles_of(codes - known).keys()

    def points(self, codes: set[str]) -> dict[str, tuple[float, float]]:
        """Return the centre of each of some outward codes that has one: longitude, latitude.

        Raises:
            GazetteerBroken: what was kept can't be read.
        """
        known = outward_points(codes)
        middles = self._middles_of(codes - known.keys())
        return known | {code: point for code, point in middles.items() if point is not None}

    def _middles_of(self, codes: set[str]) -> dict[str, tuple[float, float] | None]:
        """Ask a copy of the officer's table, because pgeocode writes beside what it reads."""
        if not codes or self._folder is None or OUTWARD not in self.files:
            return {}
        with tempfile.TemporaryDirectory(
            prefix="csp-exchange-", ignore_cleanup_errors=True
        ) as folder:
            try:
                shutil.copyfile(self._folder / _FILES[OUTWARD], Path(folder) / "GB.txt")
            except OSError:
                raise GazetteerBroken(
                    "gazetteer-damaged", "the copy of the postcode directory cannot be read"
                ) from None
            return _ask_table(Path(folder), sorted(codes))

    @cached_property
    def directory(self) -> "Directory | None":
        """The directory of postcodes, where one was given."""
        place_file = self.files.get(POSTCODES)
        if place_file is None or self._folder is None:
            return None
        from depersonalise.places.postcode_directory import Directory  # noqa: PLC0415 - what is held needs no tables

        return Directory(self._folder / _FILES[POSTCODES], place_file.lsoas)


def add(folder: Path, file: Path, today: date) -> tuple[str, PlaceFile]:
    """Keep a file in a folder, in the place of an earlier one of its kind.

    Returns:
        What it knows, and what it is.

    Raises:
        GazetteerBroken: it can't be read, or is none of GeoNames' `GB.txt` (raw or pgeocode's own
            form), NSPL and ONSPD (CSV, or the zip it comes in), residents, boundaries and severity
            weights. Nothing was changed.
        OSError: the disk is full. Nothing was changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=".new-", dir=folder, ignore_cleanup_errors=True
    ) as name:
        new = Path(name)
        try:
            kind, place_file = _convert(new, file, today)
        except (*UNREADABLE, GazetteerBroken) as fault:
            if shutil.disk_usage(new).free < _ROOM:  # what polars says of that depends on the file
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(new)) from None
            if isinstance(fault, GazetteerBroken):
                raise
            raise GazetteerBroken(
                "gazetteer-file-unreadable", f"{file.name} cannot be read"
            ) from None
        about = Gazetteer(folder).files | {kind: place_file}
        text = json.dumps({kind: asdict(details) for kind, details in about.items()}, indent=1)
        (new / _ABOUT).write_text(text, encoding="utf-8")
        _put_in_place(new, folder, _FILES[kind])
    return kind, place_file


def _put_in_place(new: Path, folder: Path, name: str) -> None:
    """Replace a table and what is noted of it: both, or, where one is held open, neither."""
    table, before = folder / name, new / "before"
    if table.exists():
        shutil.copyfile(table, before)
    (new / name).replace(table)
    try:
        (new / _ABOUT).replace(folder / _ABOUT)
    except OSError:
        if before.exists():
            before.replace(table)
        else:
            table.unlink()
        raise


def _convert(new: Path, file: Path, today: date) -> tuple[str, PlaceFile]:
    """Read a file into a form that is quick to read, and tell what it is."""
    from depersonalise.places.postcode_directory import NotADirectory, read_directory  # noqa: PLC0415 - the same

    match = re.search(_EDITION, file.name)
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    with file.open("rb") as opened:
        first = opened.readline(_LINE_MOST)
    if first.startswith(b"GB\t") or first.decode("utf-8", "replace").strip() == _COLUMNS:
        rows = _read_places(file, new / _FILES[OUTWARD], raw=first.startswith(b"GB\t"))
        return OUTWARD, PlaceFile(file.name, digest, str(today), "", rows)
    source = _unpack(file, new) if zipfile.is_zipfile(file) else file
    try:
        rows, newest, lsoas = read_directory(source, new / _FILES[POSTCODES])
        fault = ""
    except NotADirectory as broken:
        fault = str(broken)
    except Exception:  # noqa: BLE001 - polars has many, and some quote what they read
        fault = "it cannot be read as a table"
    if fault and source == file:
        return _area_file(new, file, digest, today, fault)
    if fault:
        raise _not_recognised(file, fault)
    edition = match[1].replace("_", " ").title() if match else f"newest change {newest}"
    return POSTCODES, PlaceFile(file.name, digest, str(today), edition, rows, lsoas)


def _area_file(
    new: Path, file: Path, digest: str, today: date, fault: str
) -> tuple[str, PlaceFile]:
    """Keep what an analyst added for assessments, or say why it is nothing that can be added."""
    from depersonalise.places.area_files import NotAnAreaFile, read_area_file  # noqa: PLC0415 - the same

    table = new / "areas.parquet"
    try:
        kind, rows, codes = read_area_file(file, table)
    except NotAnAreaFile as broken:
        reason = f"{fault}; nor population, boundaries or severity weights: {broken}"
    else:
        table.replace(new / _FILES[kind])
        return kind, PlaceFile(file.name, digest, str(today), f"codes in {codes}", rows)
    raise _not_recognised(file, reason)


def _not_recognised(file: Path, fault: str) -> GazetteerBroken:
    return GazetteerBroken(
        "gazetteer-file-not-recognised",
        f"{file.name} is not GeoNames' GB.txt or a postcode directory: {fault}",
    )


def _unpack(file: Path, new: Path) -> Path:
    """Take the directory out of the zip it comes in: the largest table of it."""
    with zipfile.ZipFile(file) as archive:
        tables = [
            member for member in archive.infolist() if member.filename.lower().endswith(".csv")
        ]
        if not tables:
            raise GazetteerBroken(
                "gazetteer-file-not-recognised",
                f"{file.name} is a zip without a CSV table",
            )
        largest = max(tables, key=lambda member: member.file_size)
        target = new / "directory.csv"
        with archive.open(largest) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    return target


def _read_places(file: Path, target: Path, *, raw: bool) -> int:
    """Keep GeoNames' table in the form that pgeocode reads; return how many places it has."""
    import polars as pl  # noqa: PLC0415 - only a new file needs it here

    try:
        table = pl.read_csv(
            file,
            separator="\t" if raw else ",",
            quote_char=None if raw else '"',
            has_header=not raw,
            infer_schema=False,
            new_columns=_COLUMNS.split(","),
        )
    except pl.exceptions.PolarsError:
        table = None
    if table is None or table.is_empty():
        raise GazetteerBroken("gazetteer-file-unreadable", f"{file.name} cannot be read")
    table.write_csv(target)
    return table.height


def _ask_table(folder: Path, codes: list[str]) -> dict[str, tuple[float, float] | None]:
    """Return the codes that exist, and where their middle is, if that is known."""
    import pgeocode  # noqa: PLC0415 - it brings pandas, and few submissions need it

    logging.getLogger("pgeocode").setLevel(logging.ERROR)
    before = pgeocode.STORAGE_DIR
    pgeocode.STORAGE_DIR = str(folder)
    try:
        answers = pgeocode.Nominatim("GB").query_postal_code(codes)
    finally:
        pgeocode.STORAGE_DIR = before
    exists = answers["place_name"].notna()
    places = zip(codes, exists, answers["longitude"], answers["latitude"], strict=True)
    return {
        code: None if isnan(x) or isnan(y) else (float(x), float(y))
        for code, is_known, x, y in places
        if is_known
    }
