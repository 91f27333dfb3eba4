"""Files and folders that are named on the command line."""

import difflib
import os
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from exchange.errors import Usage
from exchange.text import list_some

_LOCK: Final = "~$"  # what Excel puts before the name of a file that it has open


class ExistingFile(click.ParamType[Path]):
    """A file that is there; where it is not, the message says which may be meant."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its path.

        Raises:
            Usage: there is no such file, or it is a folder.
        """
        path = Path(value)
        if not path.exists():
            suggestion = _nearest(path)
            missing = path if path.parent.is_dir() else path.parent
            raise Usage(
                "file-missing",
                f'there is no {"file" if missing is path else "folder"} "{missing}"',
                *([f'did you mean "{path.parent / suggestion}"?'] if suggestion else []),
            )
        if path.is_dir():
            names = _names_in(path)
            raise Usage(
                "file-is-folder",
                f'"{path}" is a folder' + ("" if names else " with no files in it"),
                *([f"name the files that you mean, from: {list_some(names)}"] if names else []),
            )
        return path

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Have the shell complete the names of files."""
        return [CompletionItem(incomplete, type="file")]


class NewFile(click.Path):
    """A file to be written; its folder is there before a command begins its work."""

    def __init__(self, ending: str = "") -> None:
        """Take the ending of its name that it must have, where there is only one form of it."""
        super().__init__(dir_okay=False, path_type=Path)
        self._ending = ending

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its path.

        Raises:
            Usage: its folder does not exist, or its name has another ending.
        """
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not (ctx.obj.folder if ctx else Path()).joinpath(path).parent.is_dir():
            raise Usage("output-folder-missing", f"the folder for {path} does not exist")
        if self._ending and path.suffix.lower() != self._ending:
            raise Usage(
                "output-form-unknown",
                f"{path.name} must end in {self._ending}",
                f"nothing was written; name it {path.with_suffix(self._ending).name}",
            )
        return path


def _nearest(path: Path) -> str:
    """Return the name in its folder that is most like a path's, or the same but for its ending."""
    if not path.parent.is_dir():
        return ""
    folded = {name.lower(): name for name in _names_in(path.parent)}
    typed = path.name.lower()
    same = [name for name in folded if Path(name).stem == Path(typed).stem]
    near = [*difflib.get_close_matches(typed, same or folded, n=1, cutoff=0.0 if same else 0.75)]
    return folded[near[0]] if near else ""


def _names_in(folder: Path) -> list[str]:
    names = sorted(file.name for file in folder.iterdir() if file.is_file())
    return [name for name in names if not name.startswith((_LOCK, "."))]


def filled_in(name: str) -> list[str]:
    """Return the files that a name with `*` or `?` stands for, where the shell left it as it is."""
    path = Path(name)
    if path.exists() or not set(name) & set("*?"):
        return [name]
    names = (file for file in path.parent.glob(path.name) if not file.name.startswith(_LOCK))
    return sorted(map(str, names)) or [name]


EXISTING_FILE: Final = ExistingFile()
NEW_FILE: Final = NewFile()
NEW_WORKBOOK: Final = NewFile(".xlsx")
NEW_PAGE: Final = NewFile(".html")
FOLDER: Final = click.Path(file_okay=False, path_type=Path)
