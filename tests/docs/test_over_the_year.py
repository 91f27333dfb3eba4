"""The page of what happens over the year, typed as it stands."""

import shlex

from exchange.keys.cards import fingerprint
from tests.docs.test_documents import blocks
from tests.lib.extracts import crimes


def test_every_command_of_the_page_runs_in_order(partnership):
    p = partnership
    p.extract("police", "crime.csv", crimes(30))
    who, typed = "police", 0
    for text in blocks("docs/over-the-year.md"):
        block = text
        for office in ("ambulance", "council"):
            block = block.replace(f"FINGERPRINT-OF-{office.upper()}", fingerprint(p.card(office)))
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ "))
            if words[0] == "cd":
                who = words[1].removeprefix("../")
                (p.root / who).mkdir(exist_ok=True)
                continue
            folder = p.root / who
            arguments = [
                str((folder / w).resolve()) if (folder / w).is_file() else w for w in words
            ]
            ran = p.run(who, *arguments[1:])
            assert not ran.refusal, line
            typed += 1
    assert typed == 31
    told = p.run("council", "status", "--quarter", "2026Q3", "--json").json["standings"]
    states = {s["dataset"]: s["state"] for s in told if s["partner"] == "police"}
    assert states["police-welfare"] == "not held"
    assert (states["police-crime"], states["police-transport"]) == ("on time", "on time")
    p.run("police", "status", "--calendar", "due.ics")
    events = (p.root / "police/due.ics").read_text()
    assert "Anti-social behaviour incidents (police)" in events.replace("\n ", "")
    assert "Recorded crime" not in events.split("END:VEVENT")[0]
