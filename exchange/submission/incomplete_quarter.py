"""A quarter that is not over, or that is sent by the month.

Its protected rows wait, with their cover, until it is complete, because few rows of one month are
alike. So the file that would complete it is sent with those of the other months, as one submission
of the quarter: then all that was held is shared as one batch.

Keeps true: no quarter is complete in the log while rows of it are held. What is held is known by
the statements in the log, whatever is kept on this machine.
"""

from datetime import datetime

from exchange.errors import Usage
from exchange.text import day_of, number_ranges
from partners.register.register import Register
from partners.register.state import Return, ReturnKey, Submission
from schemas.quarters import Covered, days_in_words, london_day, long_date, uncovered_dates


def completes_quarter(register: Register, key: ReturnKey, covered: Covered) -> bool:
    """Say whether a return for these dates would complete its quarter."""
    others = [returned.statement.covered for returned in _other_returns(register, key, covered)]
    return not uncovered_dates(covered.quarter, [*others, covered])


def months_with_held_rows(register: Register, key: ReturnKey, covered: Covered) -> list[Submission]:
    """Return the submissions of the quarter's other dates that hold rows back."""
    others = _other_returns(register, key, covered)
    return [month for month in others if isinstance(month, Submission) and month.has_held]


def _other_returns(register: Register, key: ReturnKey, covered: Covered) -> list[Return]:
    """Return what is in effect for the quarter and would not be replaced."""
    quarter = Covered.whole(covered.quarter)
    returns = register.find_overlapping(key, quarter)
    return [returned for returned in returns if not covered.contains(returned.statement.covered)]


def refuse_not_over(covered: Covered, now: datetime, remedy: str) -> None:
    """Refuse dates that are not over yet.

    Raises:
        Usage: they are; `remedy` is what can be done instead.
    """
    if covered.last > london_day(now):
        raise Usage(
            "dates-not-over",
            f"{days_in_words(covered)} is not over yet: today is {day_of(now)}",
            "if that is not today's date, set this computer's clock",
            remedy,
        )


def refuse_last_month(register: Register, key: ReturnKey, covered: Covered, not_done: str) -> None:
    """Refuse dates that would complete a quarter by themselves, while rows of it are held.

    Args:
        not_done: Such as "nothing was sent".

    Raises:
        Usage: they would.
    """
    quarter = covered.quarter
    waiting = months_with_held_rows(register, key, covered)
    if key.personal or not waiting or not completes_quarter(register, key, covered):
        return
    entries = number_ranges(submission.position for submission in waiting)
    raise Usage(
        "quarter-has-held-rows",
        f"{days_in_words(covered)} completes {quarter}, and rows from its other months are held "
        f"(log {entries})",
        f"{not_done}; send the files of all its months at once, by {long_date(quarter.due)}: "
        f"exchange submit FILE FILE FILE --dates {quarter}",
        "the held rows are then sent with them",
    )
