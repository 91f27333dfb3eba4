"""Asking whether the duty of confidentiality was considered, before anything is sent."""

from collections.abc import Iterable

from exchange.cli import console
from exchange.cli.questions import is_so
from exchange.submission.confidentiality import ADVICE, DUTY, confidentiality_not_considered
from schemas.datasets.registry import dataset_title


def say_duty(datasets: Iterable[str]) -> None:
    """Show the duty to the officer, for the datasets that it may apply to."""
    titles = [dataset_title(dataset) for dataset in dict.fromkeys(datasets)]
    if titles:
        console.warning("duty-of-confidentiality", f"{', '.join(titles)}: {DUTY}")
        console.hint(ADVICE)


def check_considered(datasets: Iterable[str], *, considered: bool, yes: bool) -> None:
    """Show the duty, and have the officer say that it was considered; `yes` does not say it.

    Raises:
        Usage: nobody said it, and nobody can be asked.
    """
    concerned = list(datasets)
    if not concerned:
        return
    say_duty(concerned)
    if considered:
        return
    if yes or not console.is_interactive():
        raise confidentiality_not_considered()
    is_so("Has your authority considered the duty of confidentiality?", abort=True)
