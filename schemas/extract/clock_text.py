"""Times of day as text: how they are written, and the seconds since midnight that they say."""

import re
from functools import cache
from typing import Final

import polars as pl

_HALF: Final = r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)"
_SECOND: Final = r"(?::(?P<second>[0-9]{2})(?:[.,:][0-9]+)?)?"
_SECOND_DOT: Final = r"(?:\.(?P<second_dot>[0-9]{2})(?:[.,][0-9]+)?)?"
_COLONS: Final = rf"(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}}){_SECOND}"
_DOTS: Final = rf"(?P<hour_dot>[0-9]{{1,2}})\.(?P<minute_dot>[0-9]{{2}}){_SECOND_DOT}"
_FIGURES: Final = r"(?P<hour_fig>[0-9]{2})(?P<minute_fig>[0-9]{2})"
_ZONE: Final = r"(?: ?(?P<zone>(?i:Z|UTC|GMT|BST|Europe/London)|[+-][0-9]{2}(?::?[0-9]{2})?))"
_CLOCK: Final = rf"(?:(?:{_COLONS}|{_DOTS}){_HALF}?|{_FIGURES}){_ZONE}?"
_BEHIND: Final = rf"^(?P<day>.*[0-9])(?:[Tt]|,? ){_CLOCK}$"
_BEFORE: Final = rf"^{_CLOCK},? (?P<day>[0-9].*)$"
ALONE: Final = rf"^(?:{_COLONS}{_HALF}?|{_DOTS}{_HALF}|{_FIGURES})$"
_PARTS: Final = ("hour", "minute", "second")
DAY_SECONDS: Final = 24 * 60 * 60
_NAMES: Final = (
    "day", "hour", "minute", "second", "hour_dot", "minute_dot", "second_dot", "half",
    "hour_fig", "minute_fig", "zone",
)  # fmt: skip


def is_day_over(values: pl.Series) -> pl.Series:
    """Say which cells of times are 24:00."""
    return values.str.contains(r"^24[:.]?00(?:[:.]00)?$")


@cache
def day_and_clock() -> tuple[pl.Expr, ...]:
    """Return the parts of text that is a day and a time, in either order; nulls of any other."""
    behind, before = groups_of("_text", _BEHIND), groups_of("_text", _BEFORE)
    return tuple(
        pl.coalesce(first, second).alias(name)
        for name, first, second in zip(_NAMES, behind, before, strict=True)
    )


@cache
def groups_of(column: str, pattern: str) -> tuple[pl.Expr, ...]:
    """Return the named groups of a pattern as columns; polars' regular expressions allow each
    name once, so a second group of a name is numbered.
    """
    numbered, counts = "", dict.fromkeys(_NAMES, 0)
    for part in re.split(r"(\(\?P<\w+>)", pattern):
        if part.startswith("(?P<"):
            name = part[4:-1]
            counts[name] += 1
            numbered += f"(?P<{name}_{counts[name]}>"
        else:
            numbered += part
    matched = pl.col(column).str.extract_groups(numbered)
    null = pl.lit(None, dtype=pl.String)
    return tuple(
        pl.coalesce(
            [matched.struct.field(f"{name}_{n}") for n in range(1, count + 1)] or [null]
        ).alias(name)
        for name, count in counts.items()
    )


@cache
def seconds_of_clock() -> pl.Expr:
    """Return the seconds since midnight that the parts of a clock say; null if they say none."""
    hour, minute, second = (
        pl.coalesce(*(pl.col(c) for c in _NAMES if c.split("_")[0] == name)).cast(
            pl.Int64, strict=False
        )
        for name in _PARTS
    )
    second = second.fill_null(0)
    half = pl.col("half").str.to_lowercase()
    of_twelve = pl.when(hour.is_between(1, 12)).then(hour % 12 + 12 * (half == "p").cast(pl.Int64))
    whole = pl.when(half.is_not_null()).then(of_twelve).otherwise(hour)
    seconds = whole * 3600 + minute * 60 + second
    sound = (minute < 60) & (second < 60) & (seconds <= DAY_SECONDS)
    return pl.when(sound).then(seconds).alias("seconds")


def time_of_seconds(seconds: pl.Expr) -> pl.Expr:
    """Return seconds since midnight as a time; null at 24:00."""
    return pl.when(seconds < DAY_SECONDS).then((seconds * 10**9).cast(pl.Time))


def offset_of(zone: pl.Expr) -> pl.Expr:
    """Return by how many minutes a zone is ahead of UTC; null for none and for London's own."""
    figures = zone.str.extract_groups(r"^([+-])([0-9]{2}):?([0-9]{2})?$")
    sign = pl.when(figures.struct[0] == "-").then(-1).otherwise(1)
    minutes = figures.struct[1].cast(pl.Int64, strict=False) * 60 + figures.struct[2].cast(
        pl.Int64, strict=False
    ).fill_null(0)
    of_zone = zone.str.to_uppercase().replace_strict(
        {"Z": 0, "UTC": 0, "GMT": 0, "BST": 60}, default=None, return_dtype=pl.Int64
    )
    return pl.coalesce(of_zone, sign * minutes)


def seconds_of_day(fraction: pl.Expr) -> pl.Expr:
    """Return the seconds since midnight of a fraction of a day, as workbooks have times."""
    part = fraction.cast(pl.Float64, strict=False)
    return (part * DAY_SECONDS).round().cast(pl.Int64)
