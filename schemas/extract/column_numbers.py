"""How the columns of an extract are numbered: as in the file, empty ones too, the first being 1."""


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
