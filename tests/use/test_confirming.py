"""Every command that writes an entry has it confirmed first."""

import shutil

from exchange.keys.cards import fingerprint
from tests.lib import partnership as lib
from tests.lib.commands import with_option
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

Q = ("--dates", "2026Q3")


def commands(p: Partnership) -> dict[str, tuple[str, tuple]]:
    """Return who types what, where each would write an entry if it were confirmed."""
    document = p.root / "council/isp.pdf"
    card = fingerprint(p.card("ambulance"))
    return {
        "partnership adopt": ("council", ("police-asb", "--from", "2027Q1")),
        "partnership area add": (
            "council",
            ("E06999909=Greater Westshire", "--from", "2027-04-01"),
        ),
        "partnership area end": ("council", ("E07999901", "--on", "2027-03-31")),
        "partnership area set": ("council", ("E07999901", "--name", "North Westshire")),
        "report answer": ("council", ("12", "--answer", "not-met")),
        "report edition": ("council", ("2026Q3",)),
        "partner add": ("council", (p.root / "late/late-liaison.card",)),
        "key revoke": ("council", (card, "--reason", "lost")),
        "nil": ("police", ("police-asb", *Q)),
        "log suspend": ("council", ("3", "--reason", "contents-in-doubt")),
        "partner edit": ("council", ("police", "--name", "Westshire Constabulary")),
        "partner liaison": ("police", ("liaison",)),
        "partner not-held": (
            "police",
            ("police-asb", "--from", "2026Q1", "--reason", "not-recorded"),
        ),
        "partner replace": ("council", ("analysts", "fire", "--on", "2026-10-01")),
        "partner reinstate": ("council", ("analysts",)),
        "partnership protocol publish": ("council", (document,)),
        "partnership protocol sign": ("council", (document,)),
        "log confirm-deleted": ("ambulance", ("3",)),
        "log reseal": ("police", ()),
        "submit": ("police", (p.root / "police/more.csv", *Q)),
        "withdraw": ("police", ("3", "--reason", "wrong-file")),
    }


def test_without_a_terminal_and_without_yes_nothing_is_logged(sent):
    p = sent
    p.extract("police", "more.csv", crimes(31))
    p.extract("council", "isp.pdf", b"%PDF-1.7 a made-up protocol")
    p.signed("council", "partnership", "protocol", "publish", p.root / "council/isp.pdf", "--yes")
    for who in ("fire", "late"):
        lib.join(p, who)
        lib.make_key(p, who)
    lib.enrol(p, "fire")
    p.signed("council", "partner", "replace", "analysts", "council", "--on", "2026-10-01", "--yes")
    typed = commands(p)
    assert set(typed) == with_option("--yes") - {"log accept"}
    before, bundles = len(p.entries()), p.bundles()
    for command, (who, arguments) in typed.items():
        ran = p.signed(who, *command.split(), *arguments, status=2)
        assert ran.refusal == "confirmation-needed", (command, ran.err)
    assert (len(p.entries()), p.bundles()) == (before, bundles)


def test_a_branch_is_not_given_up_unasked_either(partnership, tmp_path):
    p = partnership
    shutil.copytree(p.share, tmp_path / "before")
    p.signed("police", "nil", "police-asb", *Q, "--yes")
    p.run("council", "status")
    shutil.rmtree(p.share)
    shutil.copytree(tmp_path / "before", p.share)
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    before = len(p.entries())
    root = p.run("council", "log", "accept", "--json").json["root"]
    assert p.signed("council", "log", "accept", root, status=2).refusal == "confirmation-needed"
    assert len(p.entries()) == before
