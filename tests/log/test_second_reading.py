"""A reader that shares no line with ours comes to the same end."""

from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership
from tests.lib.second_reading import verify_store


def both(p: Partnership) -> tuple[dict, dict]:
    founding = (p.root / "council/westshire-csp.founding").read_text(encoding="utf-8")
    return verify_store(p.share, founding), p.run("analysts", "verify", "--json").json


def agree(p: Partnership) -> None:
    theirs, ours = both(p)
    assert (theirs["size"], theirs["root"]) == (ours["size"], ours["root"])
    assert theirs["counts"] == [not e["why"] for e in ours["entries"]]
    current = {s.position for s in p.log("analysts").register.current()}
    assert set(theirs["current"]) == current


def test_a_quarter_a_correction_and_a_copy(partnership):
    agree(partnership)
    for n in (30, 31, 32):
        file = partnership.extract("police", f"{n}.csv", crimes(n))
        partnership.submit("police", file)
        agree(partnership)
    july = partnership.extract("police", "july.csv", crimes(9, days=31))
    partnership.submit("police", july, "--dates", "2026-07", status=2)
    (partnership.share / "log/00000006").write_bytes(partnership.entries()[4].read_bytes())
    (partnership.share / "log/00000007").write_bytes(b"nonsense")
    agree(partnership)
    theirs, _ = both(partnership)
    assert theirs["counts"][-2:] == [False, False]
