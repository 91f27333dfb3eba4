"""The tables of the program: CSV files, each in the package that uses it."""

import csv
import pkgutil


def read_table(package: str, name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of a package."""
    content = pkgutil.get_data(package, name) or b""
    return list(csv.DictReader(content.decode("utf-8").splitlines()))
