"""Why a file of places on this computer could not be read."""


class PlacesUnreadable(Exception):
    """A file of places can't be read, or is none. Names files and lines, and no place."""

    def __init__(self, id_: str, message: str) -> None:
        super().__init__(message)
        self.id = id_
