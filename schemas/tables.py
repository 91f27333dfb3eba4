"""The tables of the program: CSV files, each in the package that uses it."""

import csv
from importlib.resources import files


def read_table(package: str, name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of a package."""
    text = (files(package) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
