"""How far something is, as its page shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, and how much of it is done; `total` is 0 where nobody knows yet."""

    stage: str
    done: int = 0
    total: int = 0

    def to_json(self, *, settled: bool) -> dict[str, str | int | bool]:
        """Return it for the script of the page."""
        return {"settled": settled, "stage": self.stage, "done": self.done, "of": self.total}
