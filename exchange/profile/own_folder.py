"""The officer's own folder: hidden, for its owner alone, and what is amiss with where it lies."""

import ctypes
import sys
from pathlib import Path
from typing import Final

from exchange.errors import Notice, remedy
from exchange.stores.sync_folders import is_synced

_HIDDEN: Final = 0x2  # FILE_ATTRIBUTE_HIDDEN of Windows, where a leading dot hides nothing


def make_own(folder: Path) -> Path:
    """Make the folder if need be, so that nobody takes it for something to tidy away."""
    if folder.exists():
        return folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetFileAttributesW(str(folder), _HIDDEN)
    return folder


def folder_notices(folder: Path) -> tuple[Notice, ...]:
    """Return what the officer should know of where their folder lies, with their key in it."""
    if is_synced(folder):
        synced = (
            "this folder is in a sync folder, so copies of your key and earlier submissions would "
            "leave this machine"
        )
        hint = remedy("profile-in-sync-folder")
        return (Notice("profile-in-sync-folder", synced, (hint,)),)
    if sys.platform == "win32" and not folder.resolve().is_relative_to(Path.home().resolve()):
        readable = (
            "this folder is not in your own user folder, so others may be able to read your key "
            "file and what you pull"
        )
        hint = remedy("profile-outside-user-folder")
        return (Notice("profile-outside-user-folder", readable, (hint,)),)
    return ()
