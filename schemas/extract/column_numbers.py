"""How the columns of an extract are numbered: as in the file, empty ones too, the first being 1."""

from typing import Final

_NAMED: Final = 5  # columns, of more than six


def column_name(number: int) -> str:
    """Return the name that the cells of a column have.

    >>> column_name(3)
    '_3'
    """
    return f"_{number}"


def column_number(name: str) -> int:
    """Return the number of the column whose cells have a name.

    >>> column_number("_3")
    3
    """
    return int(name.removeprefix("_"))


def column_letters(number: int) -> str:
    """Return the letters by which a spreadsheet names a column.

    >>> column_letters(3), column_letters(26), column_letters(28)
    ('C', 'Z', 'AB')
    """
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def columns_in_words(*numbers: int) -> str:
    """Name columns by their numbers, and as a spreadsheet does; of many the first.

    >>> columns_in_words(3), columns_in_words(2, 3, 28)
    ('column 3 (C)', 'columns 2 (B), 3 (C) and 28 (AB)')
    >>> columns_in_words(1, 3, 5, 7, 9, 11, 13)
    'columns 1 (A), 3 (C), 5 (E), 7 (G), 9 (I) and 2 more'
    """
    *names, last = [f"{number} ({column_letters(number)})" for number in numbers]
    if not names:
        return f"column {last}"
    if len(numbers) > _NAMED + 1:
        names, last = [*names, last][:_NAMED], f"{len(numbers) - _NAMED} more"
    return f"columns {', '.join(names)} and {last}"
