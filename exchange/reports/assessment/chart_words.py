"""What each chart shows, in words, for people who do not see it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from exchange.text import format_count

_MOST: Final = 3  # named
_BELOW: Final = "The numbers are in the table below."


def of_sizes(kind: str, subject: str, sizes: Mapping[str, int]) -> str:
    """Describe a chart that has one number for each label.

    >>> of_sizes("Bar chart", "records by theme", {"theft": 120, "fire": 30})
    'Bar chart of records by theme. Most: theft 120, fire 30. The numbers are in the table below.'
    """
    return f"{kind} of {subject}. Most: {_largest(sizes)}. {_BELOW}"


def of_lines(kind: str, subject: str, rows: Iterable[Mapping[str, str | float]]) -> str:
    """Describe lines: the highest and the lowest point of each, and its last.

    >>> rows = [{"series": "2026", "at": at, "number": n} for at, n in (("Jul", 9), ("Aug", 5))]
    >>> of_lines("Line chart", "records by month", rows).split(". ")[1]
    '2026: highest in Jul (9), lowest in Aug (5), last in Aug (5)'
    """
    series: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        series.setdefault(str(row["series"]), []).append((str(row["at"]), int(row["number"])))
    parts = []
    for name, points in series.items():
        high, low = max(points, key=lambda point: point[1]), min(points, key=lambda point: point[1])
        extremes = zip(("highest", "lowest", "last"), (high, low, points[-1]), strict=True)
        parts.append(
            f"{name}: " + ", ".join(f"{w} in {at} ({format_count(n)})" for w, (at, n) in extremes)
        )
    return f"{kind} of {subject}. {'; '.join(parts)}. {_BELOW}"


def of_heat(rows: Sequence[Mapping[str, str | float]]) -> str:
    """Describe a heat map of hours and weekdays: its darkest squares, hours and weekdays."""
    cells, hours, days = {}, dict[str, int](), dict[str, int]()
    for row in rows:
        day, hour, number = str(row["x"]), f"{row['y']}:00", int(row["number"])
        cells[f"{day} {hour}"] = number
        hours[hour] = hours.get(hour, 0) + number
        days[day] = days.get(day, 0) + number
    return (
        f"Heat map of records by hour and weekday. Darkest: {_largest(cells)}. "
        f"Hours with most: {_largest(hours)}. Weekdays with most: {_largest(days)}. {_BELOW}"
    )


def of_slopes(before: str, now: str, rows: Iterable[Mapping[str, str | float]]) -> str:
    """Describe the change of each theme between two years."""
    parts = [
        f"{row['label']} {format_count(int(row['before']))} to {format_count(int(row['now']))} "
        f"({row['change']})"
        for row in rows
    ]
    return f"Lines from {before} to {now}: {'; '.join(parts)}. {_BELOW}"


def _largest(sizes: Mapping[str, int]) -> str:
    most = sorted(sizes.items(), key=lambda item: -item[1])[:_MOST]
    return ", ".join(f"{label} {format_count(number)}" for label, number in most)
