"""What partnerships are set up from: areas, with lists of what is inside, as they are typed."""

from pathlib import Path
from typing import Any, Final

import click

from exchange.errors import Usage
from exchange.profile.new_partnership import lsoa_codes, read_area, split_area
from schemas.extract.text_files import read_text


class AreaType(click.ParamType[str]):
    """An area, by its name, its GSS code, or both."""

    name = "area"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it as it was typed.

        Raises:
            Usage: as `read_area`.
        """
        read_area(value)
        return str(value)


AREA: Final = AreaType()


def pair(typed: str, option: str, example: str) -> tuple[str, str]:
    """Read CODE=…; where it is not one, `option` is named, and an example shown.

    Raises:
        Usage: it is none.
    """
    code_and_value = split_area(typed)
    if code_and_value is None:
        raise Usage(
            "area-not-understood",
            f"{option} does not begin with an area's code and =",
            f"write it as {example}",
        )
    return code_and_value


def read_lsoas(path: Path) -> list[str]:
    """Return the LSOA codes that stand anywhere in a file.

    Raises:
        Usage: it cannot be read, or has none.
    """
    try:
        text, fault = read_text(path), ""
    except OSError as error:
        text, fault = "", error.strerror or "it cannot be opened"
    except ValueError:
        text, fault = "", "it is not text"
    if fault:
        raise Usage("lsoa-file-unreadable", f"--lsoas: {path.name} cannot be read: {fault}")
    return lsoa_codes(text, f"--lsoas: {path.name}")
