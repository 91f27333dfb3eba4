"""The standing of authorities by date and nation, as the Act has had it."""

from datetime import date, timedelta

import pytest

from partners.entries.card import KINDS
from partners.law.authorities import STANDINGS, authorities, standing_of


@pytest.mark.parametrize(
    ("kinds", "nation", "day", "expected"),
    [
        (["health"], "england", "2013-03-31", "the Primary Care Trust"),
        (["health"], "england", "2013-04-01", "the clinical commissioning group"),
        (["health"], "england", "2022-06-30", "the clinical commissioning group"),
        (["health"], "england", "2022-07-01", "the integrated care board"),
        (["health"], "wales", "2022-07-01", "the health authority; later the Local Health Board"),
        (["policing-body"], "england", "2012-11-21", "the police authority"),
        (["policing-body"], "england", "2012-11-22", "the local policing body"),
        (["ambulance"], "england", "2026-10-01", "an NHS trust or NHS foundation trust"),
        (["ambulance", "health"], "england", "2026-10-01", "the integrated care board"),
        (["other"], "england", "2026-10-01", None),
        (["county"], "wales", "2026-10-01", None),
    ],
)
def test_on_a_day(kinds, nation, day, expected):
    found = standing_of(kinds, nation, date.fromisoformat(day))
    assert (found.title if found else None) == expected


def test_the_list_is_sound():
    for one in authorities():
        assert one.kind in KINDS
        assert one.standing in STANDINGS
        assert one.source
        assert one.confirmed == "yes" or "to be confirmed" in one.confirmed
        assert one.first is None or one.last is None or one.first < one.last


def test_no_kind_is_two_things_of_one_standing_on_a_day():
    listed = authorities()
    for n, one in enumerate(listed):
        for other in listed[n + 1 :]:
            if (one.kind, one.standing) != (other.kind, other.standing):
                continue
            for nation in ("england", "wales"):
                day = one.first or date(1998, 10, 1)
                assert not (one.applies(nation, day) and other.applies(nation, day)), one
                day = (one.last or date(2026, 1, 1)) + timedelta(0)
                assert not (one.applies(nation, day) and other.applies(nation, day)), one
