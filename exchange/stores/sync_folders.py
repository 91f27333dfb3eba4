"""Is a folder kept by a sync client, such as OneDrive, Dropbox or a synced SharePoint library?

Such a client copies files away and makes conflict copies. A log in one would split; a key in one
leaves the machine.
"""

import importlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_NAMES: Final = re.compile(
    r"onedrive|sharepoint|dropbox|google ?drive|icloud|nextcloud|owncloud|^box( sync| drive)?$",
    re.IGNORECASE,
)
# A synced library of SharePoint lies in …\<organisation>\<site> - Documents.
_LIBRARY: Final = re.compile(r".+ - (Documents|Shared Documents)$", re.IGNORECASE)
TOLD_BY: Final = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")  # by OneDrive itself
# Where sync clients of Windows write which folders they keep, each under a key of its own.
REGISTERED: Final = r"Software\SyncEngines\Providers\OneDrive"
# Attributes that Windows gives to files that are elsewhere: offline, or fetched when opened.
_ELSEWHERE: Final = 0x1000 | 0x40000 | 0x400000


def is_synced(folder: Path) -> bool:
    """Say whether a folder is kept by a sync client, as far as its path and the system tell."""
    whole = folder.resolve()
    if any(_NAMES.search(part) or _LIBRARY.match(part) for part in whole.parts):
        return True
    folders = [Path(os.environ[name]).resolve() for name in TOLD_BY if os.environ.get(name)]
    folders += [path.resolve() for path in _registered_folders()]
    return any(whole.is_relative_to(folder) for folder in folders) or _is_elsewhere(whole)


def _registered_folders() -> Iterator[Path]:
    """Yield the folders that sync clients have written into the registry of Windows."""
    try:
        winreg = importlib.import_module("winreg")
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, REGISTERED) as clients:
            names = [winreg.EnumKey(clients, n) for n in range(winreg.QueryInfoKey(clients)[0])]
    except (ModuleNotFoundError, OSError):
        return
    for name in names:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, rf"{REGISTERED}\{name}") as client:
                yield Path(winreg.QueryValueEx(client, "MountPoint")[0])
        except OSError:
            continue


def _is_elsewhere(folder: Path) -> bool:
    nearest = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    try:
        attributes = getattr(nearest.stat(), "st_file_attributes", 0)
    except OSError:
        return False
    return bool(attributes & _ELSEWHERE)
