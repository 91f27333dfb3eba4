"""The time of an entry, as witnesses prove it, read once more from the specification (6.4).

Leaves to others: which cosignatures count (`second_reading.py`).
"""

HOUR = 60 * 60
Cosigned = set[tuple[str, str, int, int]]  # whose, by which key, of how many entries, and when


def backwards(cosigned: Cosigned) -> set[str]:
    """Return the keys that saw more of the log before they saw less of it."""
    return {
        key
        for _, key, size, when in cosigned
        for _, other, smaller, later in cosigned
        if other == key and smaller < size and when < later - HOUR
    }


def proved_time(
    cosigned: Cosigned, position: int, partner: str, witnesses: int = 1
) -> tuple[int | None, int | None]:
    """Return the time after which and the time before which an entry came."""
    wrong = backwards(cosigned)
    looks = [
        (who, size, when)
        for who, key, size, when in cosigned
        if who != partner and key not in wrong
    ]
    there: dict[str, int] = {}
    for who, size, when in looks:
        if size > position:
            there[who] = min(when, there.get(who, when))
    first = min(there.values(), default=None)
    absent: dict[str, int] = {}
    for who, size, when in looks:
        if size <= position and (first is None or when < first):
            absent[who] = max(when, absent.get(who, when))
    after = sorted(absent.values())[-2] if len(absent) > 1 else None
    before = sorted(there.values())[witnesses - 1] if len(there) >= witnesses else None
    return after, before
