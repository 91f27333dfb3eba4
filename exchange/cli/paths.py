"""Files and folders that are named on the command line."""

import difflib
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from exchange.errors import Usage

_LOCK: Final = "~$"  # what Excel puts before the name of a file that it has open


class ExistingFile(click.ParamType[Path]):
    """A file that is there; where it is not, the message says which may be meant."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return its path.

        Raises:
            Usage: there is no such file.
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
            self.fail(f'"{path}" is a folder', param, ctx)
        return path

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Have the shell complete the names of files."""
        return [CompletionItem(incomplete, type="file")]


def _nearest(path: Path) -> str:
    """Return the name in its folder that is most like a path's, or the same but for its ending."""
    if not path.parent.is_dir():
        return ""
    names = sorted(file.name for file in path.parent.iterdir() if file.is_file())
    folded = {name.lower(): name for name in names if not name.startswith((_LOCK, "."))}
    typed = path.name.lower()
    same = [name for name in folded if Path(name).stem == Path(typed).stem]
    near = [*difflib.get_close_matches(typed, same or folded, n=1, cutoff=0.0 if same else 0.75)]
    return folded[near[0]] if near else ""


def filled_in(name: str) -> list[str]:
    """Return the files that a name with `*` or `?` stands for, where the shell left it as it is."""
    path = Path(name)
    if path.exists() or not set(name) & set("*?"):
        return [name]
    names = (file for file in path.parent.glob(path.name) if not file.name.startswith(_LOCK))
    return sorted(map(str, names)) or [name]


EXISTING_FILE: Final = ExistingFile()
NEW_FILE: Final = click.Path(dir_okay=False, path_type=Path)
FOLDER: Final = click.Path(file_okay=False, path_type=Path)
