"""Why an extract or a mapping could not be used at all. No message holds a value from either.

Each has a permanent id, which is that of the refusal that is made of it: `exchange/messages.csv`.
"""


class ExtractError(Exception):
    """Why it could not be used. `hints` say what to do, where that depends on the case."""

    def __init__(self, id_: str, message: str, *hints: str) -> None:
        super().__init__(message)
        self.id = id_
        self.message = message
        self.hints = hints


class SourceRefused(ExtractError):
    """The extract can't be read."""


class MappingRefused(ExtractError):
    """The mapping file can't be used."""


class Undecided(ExtractError):
    """Something has to be said that the file does not tell: the dataset, or the dates."""
