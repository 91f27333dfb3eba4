"""Every command that prints results prints them as JSON when asked, with fixed keys."""

import json
from typing import Any

import pytest

from exchange.keys.cards import fingerprint
from tests.lib.commands import every_command, with_option
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership
from tests.unit.test_gazetteer import RAW
from tests.use.test_map import ODD

Q = ("--dates", "2026Q3")
# What these print is read by people, or by a shell.
NO_RESULTS = {"help", "demo", "completion", "open"}
ENTRY = {"entry"}
AREA = {"code", "name", "first", "last", "outward", "lsoas"}
PLACES = {"name", "sha256", "rows", "added", "edition", "lsoas"}
CARD = {"key", "card", "fingerprint"}
RECEIPT = {
    "entry", "kind", "signed_by", "time", "size", "logged_by", "seen_by", "vouched_by",
}  # fmt: skip
SUMMARY = {
    "dataset", "covered", "quarter", "assumed", "rows_in", "rows_accepted", "left_out", "findings",
    "places", "reasons", "protected", "by_district", "cover", "withheld", "domestics", "elsewhere",
    "marked_late", "gone", "held", "other_areas", "months", "compared",
}  # fmt: skip


def test_every_command_that_prints_results_has_json():
    assert set(every_command()) - with_option("--json") == NO_RESULTS


def typed(p: Partnership) -> list[tuple[str, str, tuple, set[str]]]:
    """Return who types what, and the keys of what is printed, in an order in which all work."""
    card = fingerprint(p.card("ambulance"))
    return [
        ("police", "source sample", ("police-asb", "-o", "asb.csv"), {
            "written", "dataset", "quarter", "rows", "seed", "faults",
        }),
        ("police", "check", ("crime.csv",), SUMMARY | {"open_queries"}),
        ("police", "preview", ("crime.csv",), SUMMARY | {
            "partnership", "explanations", "rows", "changes",
        }),
        ("police", "submit", ("crime.csv", *Q, "--yes"), SUMMARY | ENTRY | {
            "partnership", "partner", "rows", "personal", "time", "again", "late", "due", "bundle",
            "missing",
        }),
        ("police", "submit", (
            "asb.csv", *Q, "--transfer-file", "asb.zip", "--yes",
        ), SUMMARY | ENTRY | {
            "partnership", "partner", "rows", "personal", "time", "again", "late", "due", "bundle",
            "missing",
        }),
        ("council", "log receive", ("../police/asb.zip",), ENTRY | {
            "partner", "dataset", "covered",
        }),
        ("police", "nil", ("police-transport", *Q, "--yes"), ENTRY | {
            "partner", "dataset", "part", "covered", "late",
        }),
        ("analysts", "status", (), {
            "partnership", "origin", "quarter", "due", "entries", "standings",
        }),
        ("analysts", "pull", ("merged",), {"dataset", "path", "submissions", "rows"}),
        ("analysts", "report table", ("merged", "--rows", "month", "-o", "t.csv"), {"written"}),
        ("analysts", "report assessment", ("merged", "--year", "2026", "-o", "a.txt"), {"written"}),
        ("analysts", "report plan", ("merged", "--year", "2026", "-o", "p.txt"), {"written"}),
        ("council", "report compliance", ("-o", "c.txt"), {"written"}),
        ("council", "report requirements", ("-o", "r.txt"), {"written"}),
        ("council", "report answer", ("12", "--answer", "not-met", "--yes"), ENTRY | {
            "requirement", "state", "on", "position", "action", "owner", "by", "milestone",
            "meeting", "pages", "review",
        }),
        ("council", "report edition", ("2026Q3", "--yes"), ENTRY | {"quarter", "edition"}),
        ("council", "verify", (), {
            "partnership", "origin", "size", "root", "checkpoints", "without_checkpoint",
            "not_counting", "sightings", "sightings_gone", "sightings_backwards", "entries",
            "broken", "deleted", "deleted_file_present", "lost", "clocks", "unknown_files",
        }),
        ("ambulance", "log cosign", (), {"signed_by", "size", "root"}),
        ("council", "log export", ("public",), {"written", "size", "vkey"}),
        ("council", "log receipt", ("3", "-o", "r.zip"), RECEIPT | {"written"}),
        ("council", "log verify-receipt", (
            "r.zip", "--founding", "westshire-csp.founding",
        ), RECEIPT),
        ("council", "partnership adopt", ("police-asb", "--from", "2027Q1", "--yes"), {"adopted"}),
        ("council", "partnership area list", (), AREA),
        ("council", "partnership area add", ("E06999909=Greater", "--yes"), AREA | ENTRY),
        ("council", "partnership area set", (
            "E06999909", "--outward", "WZ9", "--yes",
        ), AREA | ENTRY),
        ("council", "partnership area end", (
            "E06999909", "--on", "2027-03-31", "--yes",
        ), AREA | ENTRY),
        ("council", "partnership protocol draft", ("-o", "d.html"), {"written"}),
        ("council", "partnership protocol publish", ("isp.pdf", "--yes"), ENTRY | {
            "title", "sha256", "size", "smallest", "domestic", "personal", "places", "minutes",
            "local", "behalf", "witnesses", "review", "cancelled",
        }),
        ("council", "partnership protocol sign", ("isp.pdf", "--yes"), ENTRY | {
            "partner", "title", "personal",
        }),
        ("council", "partnership protocol show", (), ENTRY | {
            "time", "title", "sha256", "size", "smallest", "domestic", "personal", "places",
            "minutes", "local", "behalf", "witnesses", "review", "not_kept", "signatures",
            "liaison_officers", "not_signed",
        }),
        ("council", "partner list", (), {
            "partner", "name", "kinds", "on", "standing", "title", "confirmed", "source",
            "offices", "succeeded_by", "succeeded_on",
        }),
        ("council", "partner edit", ("analysts", "--name", "County analysts", "--yes"), ENTRY | {
            "partner", "name", "kinds", "first",
        }),
        ("council", "partner liaison", ("coordinator", "--yes"), ENTRY | {
            "partner", "office", "deputy", "accepted",
        }),
        ("police", "partner not-held", (
            "police-welfare", "--from", "2026Q1", "--reason", "not-recorded", "--yes",
        ), ENTRY | {"partner", "dataset", "first", "last", "held"}),
        ("fire", "partnership join", (
            "--founding", "../council/westshire-csp.founding", "--store", "../share",
        ), {"name", "origin", "entries"}),
        ("fire", "key new", (
            "--partner", "fire", "--name", "Fire", "--kind", "fire", "--contact", "f@example",
        ), CARD),
        ("council", "partner add", ("../fire/fire-liaison.card", "--yes"), ENTRY | {"enrolled"}),
        ("police", "log reseal", ("--yes",), {"shared_again", "quarters_encrypted"}),
        ("fire", "key list", (), {
            "who", "name", "roles", "contact", "fingerprint", "made", "renewal", "revoked",
        }),
        ("fire", "key renew", (), CARD),
        ("council", "partner add", ("../fire/fire-liaison-2.card", "--yes"), ENTRY | {"enrolled"}),
        ("fire", "key use", ("fire-liaison-2.key",), {"key", "officer"}),
        ("council", "partner replace", (
            "analysts", "fire", "--on", "2026-10-01", "--yes",
        ), ENTRY | {"old", "new", "on"}),
        ("council", "partner reinstate", ("analysts", "--yes"), ENTRY | {"partner"}),
        ("council", "key revoke", (card, "--reason", "lost", "--yes"), ENTRY | {
            "revoked", "fingerprint",
        }),
        ("council", "log suspend", ("3", "--reason", "contents-in-doubt", "--yes"), ENTRY | {
            "suspended", "of", "asked_by",
        }),
        ("police", "withdraw", ("3", "--delete", "--reason", "sent-in-error", "--yes"), ENTRY | {
            "withdrawn", "deleted",
        }),
        ("analysts", "log confirm-deleted", ("3", "--yes"), ENTRY | {"confirmed"}),
        ("police", "source map", ("odd.csv", "--dataset", "police-crime"), {
            "written", "dataset", "columns", "constants", "unused", "scheme", "dates",
            "unlisted_categories", "missing", "casualties",
        }),
        ("police", "source template", ("police-asb",), {"written", "dataset", "nation"}),
        ("police", "places add", ("GB.txt",), {"kind"} | PLACES),
        ("police", "places show", (), {"outward codes"}),
        ("police", "places near", ("SP10",), {"outward", "place", "kilometres"}),
        ("police", "explain", ("police-crime",), {
            "id", "title", "paragraph", "verified", "holders", "schemes", "columns",
        }),
        ("new", "partnership create", (
            "Eastshire", "--store", "../east", "--area", "E07999902=Eastshire",
        ), {"name", "origin", "areas", "store"}),
    ]  # fmt: skip


def keys_of(value: Any) -> set[str]:
    """Return the keys of a result, or of the first of several."""
    return set(value[0] if isinstance(value, list) else value)


@pytest.fixture
def ready(partnership) -> Partnership:
    p = partnership
    p.extract("police", "crime.csv", crimes(30))
    p.extract("police", "odd.csv", ODD)
    p.extract("police", "GB.txt", RAW)
    p.extract("council", "isp.pdf", b"%PDF-1.7 a made-up protocol")
    for name in ("fire", "new", "east"):
        (p.root / name).mkdir()
    return p


# Each needs a partnership of its own: its JSON is read in test_branches, test_trace, test_county
# and test_running_files.
ELSEWHERE = {"log accept", "log trace", "report county", "key card"}


def test_every_command_prints_json_with_the_same_keys(ready, monkeypatch):
    p, told = ready, typed(ready)
    assert {name for _, name, _, _ in told} == with_option("--json") - ELSEWHERE
    wrong = []
    for who, name, arguments, keys in told:
        monkeypatch.chdir(p.root / who)
        needs_key = name in with_option("--passphrase-file")
        run = p.signed if needs_key else p.run
        ran = run(who, *name.split(), *arguments, "--json")
        value = json.loads(ran.out)
        if value and keys_of(value) != keys:
            wrong.append((name, keys_of(value) ^ keys))
    assert not wrong
