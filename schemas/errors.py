"""Why an extract or a mapping could not be used at all. No message holds a value from either."""


class SourceRefused(Exception):
    """The extract can't be read. `hints` say what to do about it."""

    def __init__(self, says: str, *hints: str) -> None:
        super().__init__(says)
        self.says = says
        self.hints = hints


class MappingRefused(Exception):
    """The mapping file can't be used."""

    def __init__(self, says: str, *hints: str) -> None:
        super().__init__(says)
        self.says = says
        self.hints = hints


class Undecided(Exception):
    """Something has to be said that the file does not tell: the dataset, or the dates."""

    def __init__(self, says: str, *hints: str) -> None:
        super().__init__(says)
        self.says = says
        self.hints = hints
