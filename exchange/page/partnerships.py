"""Which of the partnerships of a folder a page is about, and what they are called."""

from collections.abc import Mapping, Sequence

from exchange.errors import Refusal
from exchange.page.room import Room
from exchange.profile.open_logs import open_log
from exchange.profile.settings import Settings


def settings_of(room: Room, values: Mapping[str, str]) -> Settings:
    """Return the partnership that an address or a form names.

    Raises:
        Usage: it names none of this folder, or none where there are several.
    """
    return Settings.find(room.folder, values.get("partnership", "") or room.partnership)


def founded_partnerships(room: Room) -> list[Settings]:
    """Return the partnerships of the folder that have a log."""
    partnerships = Settings.all(room.folder, room.partnership)
    return [settings for settings in partnerships if settings.founding]


def partnership_names(partnerships: Sequence[Settings]) -> dict[str, str]:
    """Return the names of partnerships by their slugs, where there are several to choose from."""
    if len(partnerships) < 2:
        return {settings.slug: "" for settings in partnerships}
    names = {settings.slug: _name_of(settings) for settings in partnerships}
    known = list(names.values())
    return {
        slug: f"{name} ({slug})" if known.count(name) > 1 else name for slug, name in names.items()
    }


def _name_of(settings: Settings) -> str:
    """Return the name in its log; what is amiss with the log is said when it is chosen."""
    try:
        return open_log(settings, offline=True).log.register.name
    except Refusal:
        return settings.slug
