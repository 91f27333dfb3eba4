"""Which outward codes exist, asked of GeoNames' postal codes through pgeocode.

Never downloads: pgeocode is given a file that is there already, either the user's own or the small
table that comes with this tool, whose places are made up and serve the demonstration. Leaves to
others: which area a code is in; for most outward codes GeoNames does not know.
"""

import logging
import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

# The columns of pgeocode's own form, which is comma-separated with a heading; GeoNames' raw file
# has the same ones, tab-separated and without.
_COLUMNS: Final = (
    "country_code,postal_code,place_name,state_name,state_code,county_name,county_code,"
    "community_name,community_code,latitude,longitude,accuracy"
)


class GazetteerBroken(Exception):
    """The gazetteer file can't be read."""


class Gazetteer:
    """A file of postal codes: GeoNames' `GB.txt`, raw or in pgeocode's own form."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def knows(self, codes: set[str]) -> set[str]:
        """Return those of some outward codes that exist.

        Raises:
            GazetteerBroken: the file is missing, or is neither of the two forms.
        """
        with tempfile.TemporaryDirectory(prefix="csp-exchange-") as folder:
            try:
                self._lay(Path(folder) / "GB.txt")
            except OSError as fault:
                raise GazetteerBroken(f"the gazetteer can't be read: {fault.strerror}") from None
            return _asked(Path(folder), sorted(codes))

    def _lay(self, target: Path) -> None:
        """Put the file where pgeocode looks, in the form that it reads."""
        if self._path is None:
            with as_file(files("depersonalise") / "data" / "GB.txt") as embedded:
                shutil.copyfile(embedded, target)
            return
        with self._path.open(encoding="utf-8") as file:
            first = file.readline()
        if "\t" not in first:
            if first.strip() != _COLUMNS:
                raise GazetteerBroken("the gazetteer is neither GeoNames' GB.txt nor pgeocode's")
            shutil.copyfile(self._path, target)
            return
        import polars as pl  # noqa: PLC0415 - only a raw file needs it here

        raw = pl.read_csv(
            self._path,
            separator="\t",
            quote_char=None,
            has_header=False,
            infer_schema=False,
            new_columns=_COLUMNS.split(","),
        )
        raw.write_csv(target)


def _asked(folder: Path, codes: list[str]) -> set[str]:
    import pgeocode  # noqa: PLC0415 - it brings pandas, and few submissions need it

    logging.getLogger("pgeocode").setLevel(logging.ERROR)
    before = pgeocode.STORAGE_DIR
    pgeocode.STORAGE_DIR = str(folder)
    try:
        found = pgeocode.Nominatim("GB").query_postal_code(codes)
    finally:
        pgeocode.STORAGE_DIR = before
    exists = found["place_name"].notna().tolist()
    return {code for code, there in zip(codes, exists, strict=True) if there}
