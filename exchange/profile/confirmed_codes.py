"""The codes of an own list that the officer confirmed, as digests: no code is kept."""

import json
from datetime import datetime
from typing import Final

from exchange.files import replace
from exchange.profile.json_files import read_profile_file
from exchange.profile.settings import Settings
from schemas.quarters import london_day

_NAME: Final = "confirmed-codes.json"


def confirmed_codes(settings: Settings) -> set[str]:
    """Return the digests of the codes of own lists that the officer confirmed."""
    return set(read_profile_file(settings.own / _NAME).get("codes", {}))


def keep_confirmed(settings: Settings, digest: str, now: datetime) -> None:
    """Keep that the officer confirmed a code, by its digest."""
    path = settings.own / _NAME
    content = read_profile_file(path)
    day = london_day(now).isoformat()
    content.setdefault("codes", {})[digest] = day
    replace(path, json.dumps(content, indent=1).encode())
