"""How the lines of an extract are numbered and named, where it stands in several files."""

from typing import Final

LINE: Final = "_line"  # the column of cells and rows that holds them
FILE_LINES: Final = 100_000_000  # by which the lines of an extract's files are told apart


def line_name(line: int) -> str:
    """Name a line: its number, and before it the number of its file if that is not the first.

    >>> line_name(1204), line_name(2 * FILE_LINES + 17)
    ('1,204', '3:17')
    """
    file, number = divmod(line, FILE_LINES)
    return f"{file + 1}:{number:,}" if file else f"{number:,}"
