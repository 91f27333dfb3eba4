"""exchange.toml: where the store is, who you are, which key and which mappings.

Found from the working folder upward, written by this tool, and yours to edit; paths in it are
relative to it. Beside it lies `.exchange`, the officer's profile: the memory of the log, what is
being sent, and the encrypted key maps. One officer's folder; never the partners' share.
"""

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import KeyRefused, Usage
from exchange.files import refuse_newer, replace
from exchange.log.cache import EntryCache
from exchange.log.trust import Founding, VerifiedTreeFile
from exchange.profile.founding_file import founding_beside
from exchange.profile.own_folder import make_own
from schemas.extract.text_files import read_text

if TYPE_CHECKING:
    from exchange.log.snapshot import SnapshotFile
    from exchange.stores.store import Store

NAME: Final = "exchange.toml"
_NOT_IN_FILE: Final = ("folder", "has_namesake")
_OF_ALL: Final = ("format", "partnership")  # what the file says once, for all partnerships
_TABLES: Final = {"mappings": str | list, "domestic": str, "plan": object}  # what is in each
_EXAMPLE: Final = (
    'below [partnership.domestic] write police-crime = "withhold", below [partnership.mappings] '
    'police-crime = "niche.toml"'
)
_DIGITS: Final = 8  # of an origin, which tell partnerships of one name apart
_ABOUT: Final = "Written by exchange. You may edit it; paths are relative to this file."


@dataclass(slots=True)
class Settings:
    """What exchange.toml says of one partnership that it serves.

    Attributes:
        folder: Where it lies.
        access: The file that lets you into the store, where it is not a folder.
        founding: SHA-256 of the first entry of the log; empty until the partnership is founded.
        plan: What the partnership is to be founded with, until it is.
        has_namesake: Another partnership of the file has the same name.
        protected: The officer's own list of protected places.
        earlier: The folder of what was sent earlier, where all officers of the authority use one.
        domestic: How to treat recorded domestic incidents, by dataset, where it is not the
            default: "withhold" or "personal".
        mappings: Mapping files by dataset: one, or a list of several.
    """

    folder: Path
    origin: str
    store: str
    access: str = ""
    founding: str = ""
    partner: str = ""
    officer: str = ""
    key: str = ""
    keyring: bool = False
    protected: str = ""
    earlier: str = ""
    domestic: dict[str, str] = field(default_factory=dict)
    mappings: dict[str, str | list[str]] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    has_namesake: bool = False

    @classmethod
    def find(cls, start: Path, name: str = "") -> "Settings":
        """Read one partnership of the nearest exchange.toml from a folder upward.

        Args:
            name: The slug of its origin, or its origin, where the file serves several.

        Raises:
            Usage: there is no file, it does not say what it must, or it serves several.
        """
        partnerships = cls.all(start, name)
        if len(partnerships) > 1:
            raise Usage(
                "partnership-not-named",
                f"the {NAME} here has {len(partnerships)} partnerships",
                *(
                    f"to choose one: exchange --partnership {settings.slug} …"
                    for settings in partnerships[:3]
                ),
            )
        return partnerships[0]

    @classmethod
    def all(cls, start: Path, name: str = "") -> list["Settings"]:
        """Read all partnerships of the nearest exchange.toml, or the one that is named.

        Raises:
            Usage: there is no file, or it does not say what it must, or has not the one named.
        """
        folder = cls._folder_above(start)
        if folder is None:
            raise Usage(
                "settings-missing",
                f"there is no {NAME} in this folder or above it",
                "go to the folder of your partnership, or set one up: exchange partnership --help",
            )
        partnerships = cls._read(folder)
        chosen = [
            settings
            for settings in partnerships
            if name in ("", settings.slug, settings.name, settings.origin)
        ]
        if not chosen:
            slugs = ", ".join(settings.slug for settings in partnerships)
            raise Usage(
                "partnership-unknown",
                f'no partnership called "{name}" in {folder / NAME}',
                f"choose from: {slugs}",
            )
        return chosen

    @classmethod
    def is_there(cls, start: Path) -> bool:
        """Say whether there is an exchange.toml in a folder or above it."""
        return cls._folder_above(start) is not None

    @staticmethod
    def _folder_above(start: Path) -> Path | None:
        folders = (start, *start.parents)
        return next((folder for folder in folders if (folder / NAME).is_file()), None)

    @classmethod
    def _read(cls, folder: Path) -> list["Settings"]:
        try:
            content = tomllib.loads(read_text(folder / NAME))
            fault = ""
        except tomllib.TOMLDecodeError as error:  # which says where, and what it found there
            line = re.search(r"at line (\d+)", str(error))
            where = f"line {line[1]}" if line else "at its end"
            fault = f"is not TOML ({where})"
        except (OSError, ValueError):
            fault = "cannot be read"
        if fault:
            raise Usage("settings-unreadable", f"{folder / NAME} {fault}")
        refuse_newer(content, folder / NAME)
        unknown = sorted(content.keys() - _OF_ALL)
        if unknown:
            raise Usage(
                "settings-not-understood",
                f"{folder / NAME} has settings outside [[partnership]]: {', '.join(unknown)}",
                "write them below the [[partnership]] that they are for: [partnership.domestic], "
                "[partnership.mappings]",
            )
        tables = content.get("partnership")
        if not isinstance(tables, list) or not tables:
            raise Usage("settings-without-partnership", f"{folder / NAME} has no [[partnership]]")
        partnerships = [cls._read_one(folder, dict(table)) for table in tables]
        names = [settings.name for settings in partnerships]
        for settings in partnerships:
            settings.has_namesake = names.count(settings.name) > 1
        cls._check_earlier(partnerships)
        return partnerships

    @staticmethod
    def _check_earlier(partnerships: "list[Settings]") -> None:
        """Refuse one folder for what two partnerships were sent: the one would replace the other's.

        Raises:
            Usage: two have the same.
        """
        folders = [s.path(s.earlier).resolve() for s in partnerships if s.earlier]
        if len(set(folders)) < len(folders):
            raise Usage(
                "earlier-folder-of-two",
                f"two partnerships of {NAME} keep their earlier submissions in the same folder",
            )

    @classmethod
    def _read_one(cls, folder: Path, table: dict[str, Any]) -> "Settings":
        known = {n for n in cls.__dataclass_fields__ if n not in _NOT_IN_FILE}
        if not {"origin", "store"} <= set(table) <= known or not all(
            isinstance(table.get(name, ""), str) for name in known - {"keyring", *_TABLES}
        ):
            raise Usage(
                "settings-not-understood",
                f"[[partnership]] in {folder / NAME} has unknown settings, or lacks origin "
                "or store",
                "the settings are " + ", ".join(sorted(known)),
            )
        for name, kinds in _TABLES.items():
            inner = table.get(name, {})
            if not isinstance(inner, dict) or not all(isinstance(v, kinds) for v in inner.values()):
                raise Usage(
                    "settings-not-understood",
                    f"{name} of a [[partnership]] in {folder / NAME} is not as it should be",
                    _EXAMPLE,
                )
        settings = cls(folder=folder, **table)
        if not (settings.founding or settings.plan):
            settings.founding = founding_beside(folder, settings.origin)
        return settings

    @property
    def who(self) -> str:
        """The officer's name in the log: "westshire-police/liaison"."""
        return f"{self.partner}/{self.officer}"

    @property
    def name(self) -> str:
        """The name of the partnership in its origin."""
        return self.origin.split("/", maxsplit=1)[0]

    @property
    def slug(self) -> str:
        """What the partnership is called here: its name, with digits where two have the same."""
        digits = self.origin.rpartition("/")[2][:_DIGITS]
        return f"{self.name}-{digits}" if self.has_namesake else self.name

    def write(self, *, instead_of: Sequence["Settings"] = ()) -> None:
        """Write the file, keeping what an officer wrote around it.

        Args:
            instead_of: Partnerships of the file that are no longer in it.
        """
        import tomlkit  # noqa: PLC0415 - slow to import, and most commands only read

        path = self.folder / NAME
        document = tomlkit.document()
        if path.exists():
            document = tomlkit.parse(read_text(path))
        else:
            document.add(tomlkit.comment(_ABOUT))
        tables = document.setdefault("partnership", tomlkit.aot())
        gone = {settings.origin for settings in instead_of}
        for number in reversed([n for n, table in enumerate(tables) if table["origin"] in gone]):
            del tables[number]
        if not any(table.get("origin") == self.origin for table in tables):
            tables.append(tomlkit.table())
            tables[-1]["origin"] = self.origin
        own_table = next(table for table in tables if table["origin"] == self.origin)
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if name in _NOT_IN_FILE:
                continue
            if value:
                own_table[name] = value
            elif name in own_table:
                del own_table[name]
        replace(path, tomlkit.dumps(document).encode())

    def path(self, name: str) -> Path:
        """Return a path that the file tells."""
        return self.folder / Path(name).expanduser()

    def mappings_of(self, dataset: str) -> list[str]:
        """Return the mapping files of a dataset."""
        names = self.mappings.get(dataset, [])
        return [names] if isinstance(names, str) else names

    def add_mapping(self, dataset: str, path: Path) -> None:
        """Name one more mapping file of a dataset, which is tried before the others."""
        names = list(dict.fromkeys([self.name_of(path), *self.mappings_of(dataset)]))
        self.mappings[dataset] = names[0] if len(names) == 1 else names

    def name_of(self, path: Path) -> str:
        """Name a file from this folder, or from the root where they lie on two drives."""
        path, folder = path.resolve(), self.folder.resolve()
        if path.drive != folder.drive:
            return path.as_posix()
        return Path(os.path.relpath(path, folder)).as_posix()

    @property
    def key_file(self) -> Path:
        """The officer's identity file.

        Raises:
            KeyRefused: there is none yet.
        """
        if not self.key:
            raise KeyRefused("key-missing", "there is no key for this folder yet")
        return self.path(self.key)

    @property
    def own(self) -> Path:
        """The officer's own folder for all partnerships, made if need be."""
        return make_own(self.folder / ".exchange")

    @property
    def gazetteer_folder(self) -> Path:
        """Where the files lie that this machine knows places by."""
        return self.own / "gazetteer"

    @property
    def profile(self) -> Path:
        """The officer's own folder for this partnership, made if need be."""
        path = self.own / self.origin.replace("/", "-")[-44:]
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def open_store(self) -> "Store":
        """Return the store.

        Raises:
            Usage: it is none, or what it needs is missing.
        """
        from exchange.stores.open import open_store  # noqa: PLC0415 - a key is unlocked before

        return open_store(self.store, self.folder, self.path(self.access) if self.access else None)

    def pinned(self) -> Founding:
        """Return the founding.

        Raises:
            Usage: the partnership is not founded yet, or its founding is not known here.
        """
        if not self.founding:
            raise Usage(
                "founding-unknown",
                "the partnership has not been set up yet"
                if self.plan
                else "this folder does not have the partnership's founding file yet",
                "set it up with your card and the second coordinator's: exchange partner add CARD"
                if self.plan
                else "when your coordinator has set up the partnership and sent you its .founding "
                f"file, save it in {self.folder}, and run the same command again",
            )
        return Founding(self.origin, self.founding)

    @property
    def cache(self) -> EntryCache:
        """The officer's own copy of the log's entries."""
        return EntryCache(self.profile / "mirror")

    @property
    def snapshot(self) -> "SnapshotFile | None":
        """What was decided of the log's entries; none before there is a key to authenticate it."""
        from exchange.log.snapshot import SnapshotFile  # noqa: PLC0415 - a key is unlocked before

        try:
            return SnapshotFile(
                self.profile / "snapshot", (self.profile / "witness.key").read_bytes()
            )
        except OSError:
            return None

    @property
    def cosignatures_file(self) -> Path:
        """The officer's own copy of what witnesses have seen."""
        return self.profile / "sighted"

    def memory(self) -> VerifiedTreeFile:
        """Return the memory of the log."""
        return VerifiedTreeFile(self.profile / "memory.json")


def is_shared(folder: Path, path: Path) -> bool:
    """Say whether a path lies in a folder that partners share, of a partnership of a folder."""
    from exchange.stores.open import is_folder  # noqa: PLC0415 - as above

    partnerships = Settings.all(folder) if Settings.is_there(folder) else []
    stores = [s.path(s.store) for s in partnerships if is_folder(s.store)]
    return any(_is_inside(path, store) for store in stores)


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):  # no path at all, which the store itself says
        return False


def refuse_own_folder_in_store(settings: Settings) -> None:
    """Refuse a folder with somebody's key and settings in the folder that partners share.

    Raises:
        Usage: it lies there.
    """
    from exchange.stores.open import is_folder  # noqa: PLC0415 - as above

    store = settings.path(settings.store)
    if is_folder(settings.store) and _is_inside(settings.folder, store):
        raise Usage(
            "own-folder-is-shared",
            "this folder is in the shared folder, so partners could open your key and your files",
        )
