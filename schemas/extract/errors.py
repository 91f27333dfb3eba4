"""Why an extract or a mapping could not be used at all. No message holds a value from either.

Each has a permanent id, which is that of the refusal that is made of it: `exchange/messages.csv`.
"""


class SourceRefused(Exception):
    """The extract can't be read. `hints` say what to do about it."""

    def __init__(self, id_: str, says: str, *hints: str) -> None:
        super().__init__(says)
        self.id = id_
        self.says = says
        self.hints = hints


class MappingRefused(Exception):
    """The mapping file can't be used."""

    def __init__(self, id_: str, says: str, *hints: str) -> None:
        super().__init__(says)
        self.id = id_
        self.says = says
        self.hints = hints


class Undecided(Exception):
    """Something has to be said that the file does not tell: the dataset, or the dates."""

    def __init__(self, id_: str, says: str, *hints: str) -> None:
        super().__init__(says)
        self.id = id_
        self.says = says
        self.hints = hints
