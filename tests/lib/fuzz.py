"""How much is drawn at random: the same in every `make test`, more and other in the soak."""

from hypothesis import settings

USUAL = 100  # examples, where a test names no number
TIMES = 10


def begin(*, soak: bool) -> None:
    """Set how many examples are drawn; before any test is collected."""
    settings.register_profile("test", max_examples=USUAL, derandomize=True, deadline=None)
    settings.register_profile("soak", max_examples=USUAL * TIMES, deadline=None)
    settings.load_profile("soak" if soak else "test")


def examples(count: int) -> settings:
    """Have so many drawn in `make test`, more in the soak, and fewer where runs are to be quick."""
    return settings(max_examples=max(count * settings().max_examples // USUAL, 1))
