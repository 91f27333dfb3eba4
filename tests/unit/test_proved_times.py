"""The interval of an entry is what a plain reading of all cosignatures gives."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exchange.log.proved_times import Cosignature, Witnessed

START = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Witness:
    partner: str


def plain(seen: list[Cosignature], position: int, partner: str, enough: int) -> tuple:
    """Look at all of them, one after the other."""
    others = [one for one in seen if one.card.partner != partner]
    with_it = sorted((s.time, s.card.partner) for s in others if s.size > position)
    first: dict[str, datetime] = {}
    for time, who in with_it:
        first.setdefault(who, time)
    earliest = with_it[0][0] if with_it else None
    last = {
        s.card.partner: s.time
        for s in others
        if s.size <= position and (earliest is None or s.time < earliest)
    }
    after = sorted(last.values())[-2:]
    before = sorted(first.values())[:enough]
    return (
        after[0] if len(after) == 2 else None,
        before[-1] if len(before) == enough else None,
    )


SEEN = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 12), st.integers(0, 40)), max_size=25
)


@given(SEEN, st.integers(0, 12), st.sampled_from("abcd"), st.integers(1, 2))
def test_as_a_plain_reading(seen, position, partner, enough):
    cosignatures = sorted(
        (
            Cosignature(Witness(who), size, START + timedelta(hours=hour))
            for who, size, hour in seen
        ),
        key=lambda one: (one.time, one.size),
    )
    told = Witnessed(cosignatures, [], []).proved_time(position, partner, enough)
    assert (told.after, told.before) == plain(cosignatures, position, partner, enough)
    assert partner not in told.by
